// Makes or uses a passkey: asks the browser, puts the answer into the form, and sends it like any other form.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const credentials = (known) => known.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) }));

async function make(asked) {
  const made = await navigator.credentials.create({ publicKey: {
    rp: { id: asked.host, name: "Predicate" },
    user: { id: bytes(asked.user), name: asked.name, displayName: asked.name },
    challenge: bytes(asked.challenge),
    pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })),
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    excludeCredentials: credentials(asked.known),
    attestation: "none",
  } });
  return { id: made.id, client: text(made.response.clientDataJSON), attestation: text(made.response.attestationObject) };
}

async function use(asked) {
  const used = await navigator.credentials.get({ publicKey: {
    rpId: asked.host,
    challenge: bytes(asked.challenge),
    allowCredentials: credentials(asked.known),
    userVerification: "required",
  } });
  const { clientDataJSON, authenticatorData, signature } = used.response;
  return { id: used.id, client: text(clientDataJSON), authenticator: text(authenticatorData), signature: text(signature) };
}

const told = (error) => {
  if (error.name === "InvalidStateError") return "This device has a passkey of your account already.";
  if (error.name === "SecurityError") return "This page is not at the address that passkeys are made for here.";
  return "No passkey was given. Try again, or go another way.";
};

export function passkeys() {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) {
      form.querySelector("button").disabled = true;
      form.querySelector("[data-said]").textContent = "This browser knows no passkeys.";
      continue;
    }
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const answer = await (form.dataset.passkey === "make" ? make : use)(form.dataset);
        form.elements.answer.value = JSON.stringify(answer);
        form.submit();
      } catch (error) {
        form.querySelector("[data-said]").textContent = told(error);
      }
    });
  }
}
