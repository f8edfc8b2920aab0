// An identity provider for tests: the package oidc-provider with one client, and somebody who signs in without being asked.
//
// It prints one line of JSON with its issuer. `POST /test/next` says who signs in next and what is claimed of them,
// `POST /test/rotate` gives it new keys, `POST /test/out?sub=…` makes it tell the client that they signed out.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import http from "node:http";
import { Provider } from "oidc-provider";
import { SignJWT, importJWK } from "jose";

// Whoever started it reads one line and no more: what the package has to say would find a closed pipe, and end it.
console.info = console.error;

const [back, secret] = process.argv.slice(2);
const home = new URL(back).origin;
let next = { sub: "nobody", claims: {} };
let keys, provider, answer;

const signing = (kind) => {
  const kid = randomBytes(6).toString("hex");
  const pair = kind === "RS256" ? generateKeyPairSync("rsa", { modulusLength: 2048 })
    : kind === "ES256" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("ed25519");
  return { ...pair.privateKey.export({ format: "jwk" }), kid, alg: kind, use: "sig" };
};

function renew(kind) {
  keys = [signing(kind)];
  provider = new Provider(issuer, {
    clients: [{
      client_id: "desk",
      client_secret: secret,
      redirect_uris: [back],
      post_logout_redirect_uris: [`${home}/sign-in`],
      id_token_signed_response_alg: kind,
      ...(secret ? {} : { token_endpoint_auth_method: "none" }),
    }],
    jwks: { keys },
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256", "EdDSA"] },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    claims: { openid: ["sub", "email", "email_verified", "name"] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    pkce: { required: () => true },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...next.claims, sub }) }),
    loadExistingGrant: async (context) => {
      const { client, session } = context.oidc;
      const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope("openid");
      await grant.save();
      return grant;
    },
  });
  answer = provider.callback();
}

// What the provider says when somebody signs out there (back-channel logout), signed with its own key.
async function out(sub, claims) {
  const [key] = keys;
  const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
  return new SignJWT({ sub, events, ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: "logout+jwt" })
    .setIssuer(issuer).setAudience("desk").setIssuedAt().setExpirationTime("2m").setJti(randomBytes(8).toString("hex"))
    .sign(await importJWK(key, key.alg));
}

async function read(request) {
  let text = "";
  for await (const part of request) text += part;
  return text ? JSON.parse(text) : {};
}

const server = http.createServer(async (request, response) => {
  const url = new URL(request.url, issuer);
  const said = (value) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
  try {
    if (url.pathname === "/test/next") { next = await read(request); return said({}); }
    if (url.pathname === "/test/rotate") { renew((await read(request)).kind ?? "RS256"); return said({}); }
    if (url.pathname === "/test/out") { const asked = await read(request); return said({ token: await out(asked.sub, asked.claims) }); }
    if (url.pathname.startsWith("/interaction/")) {
      await provider.interactionDetails(request, response);
      return await provider.interactionFinished(request, response, { login: { accountId: next.sub } }, { mergeWithLastSubmission: false });
    }
    return answer(request, response);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});

let issuer;
server.listen(0, "127.0.0.1", () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  renew("RS256");
  console.log(JSON.stringify({ issuer }));
});
process.stdin.on("end", () => process.exit(0)).resume();
