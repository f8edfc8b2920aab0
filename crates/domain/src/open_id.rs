//! What an identity provider says (OpenID Connect Core 1.0), and when it is believed.
//!
//! A person is known by issuer and subject together and by nothing else: names and mail addresses in a token are shown to
//! nobody and compare with nothing.

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::jose::{self, PublicKey, Unsigned};
use crate::time::Moment;

/// Seconds by which two clocks may differ.
const SLACK: i64 = 60;

/// Seconds after which a token is too old to have come from the sign-in at hand.
const OLDEST: i64 = 600;

/// The event that a logout token tells.
const LOGGED_OUT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A provider as the operator sets it up.
#[derive(Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its short name, which stands in addresses: small letters, digits and dashes.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Its issuer, letter for letter as it writes itself.
    pub issuer: String,
    /// Under which name it knows this service.
    pub client: String,
    /// The secret that goes with it; empty for none.
    pub secret: String,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Provider")
            .field("name", &self.name)
            .field("issuer", &self.issuer)
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// What a provider tells of itself (OpenID Connect Discovery 1.0), as far as it is used.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Discovered {
    /// Its issuer.
    pub issuer: String,
    /// Where people sign in.
    pub authorization_endpoint: String,
    /// Where a code is exchanged for a token.
    pub token_endpoint: String,
    /// Where its keys are listed.
    pub jwks_uri: String,
    /// Where people sign out, if it has that.
    #[serde(default)]
    pub end_session_endpoint: Option<String>,
    /// How it takes the secret of a client; a header where it says nothing.
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Whether it names itself when it sends somebody back (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl Discovered {
    /// Reads what stands at a provider's well-known address.
    ///
    /// # Errors
    /// When it is another provider's, or leads from a sealed to an open connection.
    pub fn read(text: &str, issuer: &str) -> Result<Self, String> {
        let found: Self = serde_json::from_str(text)
            .map_err(|error| format!("what it tells of itself cannot be read: {error}"))?;
        if found.issuer != issuer {
            return Err("it names another issuer than the one that is set up".to_owned());
        }
        let scheme = |address: &str| {
            address
                .split_once("://")
                .map(|(scheme, _)| scheme.to_owned())
        };
        let all = [
            &found.authorization_endpoint,
            &found.token_endpoint,
            &found.jwks_uri,
        ];
        let more = found.end_session_endpoint.iter();
        if all
            .into_iter()
            .chain(more)
            .any(|address| scheme(address) != scheme(issuer))
        {
            return Err("one of its addresses is of another scheme than its issuer".to_owned());
        }
        Ok(found)
    }

    /// Whether the secret goes into the body, because the provider takes it nowhere else.
    pub fn wants_secret_in_body(&self) -> bool {
        let methods = &self.token_endpoint_auth_methods_supported;
        let takes = |method: &str| methods.iter().any(|known| known == method);
        takes("client_secret_post") && !takes("client_secret_basic")
    }
}

/// Reads the list of a provider's keys; what cannot be used here is left out.
///
/// # Errors
/// When it is no such list.
pub fn keys(text: &str) -> Result<Vec<PublicKey>, String> {
    let list: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let keys = list.get("keys").and_then(Value::as_array);
    let keys = keys.ok_or("it lists no keys")?;
    Ok(keys.iter().filter_map(PublicKey::from_jwk).collect())
}

/// What has to stand in a token.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The provider's issuer.
    pub issuer: &'a str,
    /// Our name there.
    pub client: &'a str,
    /// The time at which it is looked at.
    pub now: Moment,
}

/// Somebody, as a provider knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The provider's issuer.
    pub issuer: String,
    /// Its name for the person, never given to another.
    pub subject: String,
}

/// Why a token is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// Its signature does not do.
    #[error(transparent)]
    Unsigned(#[from] Unsigned),
    /// Something that it must claim is missing or wrong.
    #[error("its claim `{0}` is missing or wrong")]
    Claim(&'static str),
}

/// Checks an identity token of the sign-in that was begun with this nonce.
///
/// # Errors
/// When anything that Core §3.1.3.7 asks for is not so.
pub fn signed_in(
    token: &str,
    keys: &[PublicKey],
    expected: &Expected<'_>,
    nonce: &str,
) -> Result<Subject, Untrusted> {
    let claims = jose::claims(token, keys)?;
    let subject = checked(&claims, expected)?;
    if seconds(&claims, "exp").is_none_or(|exp| exp + SLACK <= now(expected)) {
        return Err(Untrusted::Claim("exp"));
    }
    if nonce.is_empty() || text(&claims, "nonce") != Some(nonce) {
        return Err(Untrusted::Claim("nonce"));
    }
    Ok(subject)
}

/// Checks a token by which a provider says that somebody signed out there (Back-Channel Logout 1.0).
///
/// # Errors
/// When it is not one of those.
pub fn signed_out(
    token: &str,
    keys: &[PublicKey],
    expected: &Expected<'_>,
) -> Result<Subject, Untrusted> {
    let claims = jose::claims(token, keys)?;
    let event = claims.get("events").and_then(|told| told.get(LOGGED_OUT));
    if !event.is_some_and(Value::is_object) {
        return Err(Untrusted::Claim("events"));
    }
    // An identity token must not do as one of these.
    if claims.get("nonce").is_some() {
        return Err(Untrusted::Claim("nonce"));
    }
    checked(&claims, expected)
}

fn checked(claims: &Value, expected: &Expected<'_>) -> Result<Subject, Untrusted> {
    if text(claims, "iss") != Some(expected.issuer) {
        return Err(Untrusted::Claim("iss"));
    }
    let (ours, others) = match claims.get("aud") {
        Some(Value::String(one)) => (one == expected.client, false),
        Some(Value::Array(all)) => {
            let is_ours = |one: &Value| one.as_str() == Some(expected.client);
            (all.iter().any(is_ours), all.len() > 1)
        }
        _ => (false, false),
    };
    if !ours {
        return Err(Untrusted::Claim("aud"));
    }
    let party = claims.get("azp").map(Value::as_str);
    if party.is_some_and(|party| party != Some(expected.client)) || (others && party.is_none()) {
        return Err(Untrusted::Claim("azp"));
    }
    let made = seconds(claims, "iat").ok_or(Untrusted::Claim("iat"))?;
    let age = now(expected) - made;
    if !(-SLACK..=OLDEST).contains(&age) {
        return Err(Untrusted::Claim("iat"));
    }
    let subject = text(claims, "sub").unwrap_or_default();
    if subject.is_empty() || subject.len() > 255 {
        return Err(Untrusted::Claim("sub"));
    }
    Ok(Subject {
        issuer: expected.issuer.to_owned(),
        subject: subject.to_owned(),
    })
}

fn now(expected: &Expected<'_>) -> i64 {
    expected.now.micros().div_euclid(1_000_000)
}

fn text<'a>(claims: &'a Value, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

fn seconds(claims: &Value, name: &str) -> Option<i64> {
    let number = claims.get(name)?;
    // Numbers with a fraction are allowed by the specification of these tokens.
    let whole = number.as_f64()?;
    (whole.abs() < 1e15).then_some(whole as i64)
}

/// The proof key of a verifier (RFC 7636, S256).
pub fn proof_key(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// Writes a value as it stands in the query of an address or in a form.
pub fn written(value: &str) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// An address with more in its query.
pub fn with_query(address: &str, more: &[(&str, &str)]) -> String {
    let mut out = address.to_owned();
    for (name, value) in more {
        out.push(if out.contains('?') { '&' } else { '?' });
        out.push_str(&format!("{name}={}", written(value)));
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jose::tests::{key, token};

    const ISSUER: &str = "https://id.example";
    const AT: i64 = 1_900_000_000;

    fn expected() -> Expected<'static> {
        Expected {
            issuer: ISSUER,
            client: "desk",
            now: Moment::from_micros(AT * 1_000_000),
        }
    }

    fn good() -> Value {
        json!({ "iss": ISSUER, "aud": "desk", "sub": "7", "nonce": "n", "iat": AT, "exp": AT + 300 })
    }

    fn check(claims: &Value) -> Result<Subject, Untrusted> {
        let header = json!({ "alg": "EdDSA", "kid": "a" });
        signed_in(&token(1, &header, claims), &[key(1, "a")], &expected(), "n")
    }

    #[test]
    fn a_token_is_believed_when_all_of_it_is_right_and_not_when_one_claim_is_wrong() {
        assert_eq!(check(&good()).unwrap().subject, "7");
        let mut both = good();
        both["aud"] = json!(["other", "desk"]);
        assert_eq!(check(&both), Err(Untrusted::Claim("azp")));
        both["azp"] = json!("desk");
        assert!(check(&both).is_ok());
        for (name, wrong) in [
            ("iss", json!("https://id.example/")),
            ("iss", json!("https://other.example")),
            ("aud", json!("other")),
            ("aud", json!(["other"])),
            ("aud", json!([])),
            ("azp", json!("other")),
            ("azp", json!(7)),
            ("sub", json!("")),
            ("sub", json!(7)),
            ("nonce", json!("m")),
            ("exp", json!(AT - 61)),
            ("exp", json!("later")),
            ("iat", json!(AT + 61)),
            ("iat", json!(AT - 601)),
        ] {
            let mut claims = good();
            claims[name] = wrong;
            assert_eq!(check(&claims), Err(Untrusted::Claim(name)));
        }
        for name in ["iss", "aud", "sub", "nonce", "exp", "iat"] {
            let mut claims = good();
            claims.as_object_mut().unwrap().remove(name);
            assert_eq!(check(&claims), Err(Untrusted::Claim(name)));
        }
    }

    #[test]
    fn an_identity_token_ends_no_session_and_a_logout_token_begins_none() {
        let header = json!({ "alg": "EdDSA", "kid": "a" });
        let keys = [key(1, "a")];
        let mut out = good();
        out.as_object_mut().unwrap().remove("nonce");
        out["events"] = json!({ LOGGED_OUT: {} });
        let signed = |claims: &Value| token(1, &header, claims);
        assert!(signed_out(&signed(&out), &keys, &expected()).is_ok());
        assert_eq!(check(&out), Err(Untrusted::Claim("nonce")));
        let identity = signed_out(&signed(&good()), &keys, &expected());
        assert_eq!(identity, Err(Untrusted::Claim("events")));
        out["nonce"] = json!("n");
        let both = signed_out(&signed(&out), &keys, &expected());
        assert_eq!(both, Err(Untrusted::Claim("nonce")));
    }

    #[test]
    fn what_a_provider_tells_of_itself_is_taken_from_itself_alone() {
        let told = |issuer: &str, token: &str| {
            let told = json!({
                "issuer": issuer, "authorization_endpoint": "https://id.example/auth",
                "token_endpoint": token, "jwks_uri": "https://id.example/keys",
            });
            Discovered::read(&told.to_string(), ISSUER)
        };
        assert!(told(ISSUER, "https://id.example/token").is_ok());
        assert!(told("https://evil.example", "https://id.example/token").is_err());
        assert!(told(ISSUER, "http://id.example/token").is_err());
    }

    /// RFC 7636, appendix B.
    #[test]
    fn the_proof_key_is_that_of_the_specification() {
        let made = proof_key("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(made, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn values_are_written_so_that_they_stay_one_value() {
        let address = with_query(
            "https://id.example/auth?a=b",
            &[("scope", "openid a&b=c é")],
        );
        assert_eq!(
            address,
            "https://id.example/auth?a=b&scope=openid%20a%26b%3Dc%20%C3%A9"
        );
    }
}
