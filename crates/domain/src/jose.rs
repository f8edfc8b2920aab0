//! Signatures of others: public keys as JWK and COSE write them, and signed tokens (JWS, compact form).
//!
//! Only what is on the list of algorithms is looked at; `none` and everything with a shared secret are not on it. A key is
//! used with the algorithms of its own kind and no others.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{self, UnparsedPublicKey};
use serde_json::Value;

use crate::passkey::cbor::{Cbor, whole};

/// An algorithm by which something may be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// The name in a token's header.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            "EdDSA" => Some(Self::EdDsa),
            _ => None,
        }
    }

    /// The number that COSE knows it by, where a passkey may use it.
    pub fn from_cose(number: i64) -> Option<Self> {
        match number {
            -7 => Some(Self::Es256),
            -8 => Some(Self::EdDsa),
            -257 => Some(Self::Rs256),
            _ => None,
        }
    }
}

/// How an ECDSA signature is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Two numbers of 32 bytes, as in tokens.
    Fixed,
    /// ASN.1, as authenticators write it.
    Asn1,
}

/// A public key, with the name that its owner gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: Option<String>,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// The point in its long form, with 4 in front.
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl PublicKey {
    /// Reads one of the keys that an address of keys lists; `None` for what is not for checking signatures here.
    pub fn from_jwk(key: &Value) -> Option<Self> {
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        if text("use").is_some_and(|used| used != "sig") {
            return None;
        }
        let kind = match (text("kty")?, text("crv")) {
            ("RSA", _) => Kind::Rsa {
                modulus: bytes("n")?,
                exponent: bytes("e")?,
            },
            ("EC", Some("P-256")) => Kind::P256(point(&bytes("x")?, &bytes("y")?)?),
            ("OKP", Some("Ed25519")) => Kind::Ed25519(bytes("x")?),
            _ => return None,
        };
        Some(Self {
            name: text("kid").map(str::to_owned),
            kind,
        })
    }

    /// Reads the key of a passkey, with the algorithm that it says it is for.
    pub fn from_cose(bytes: &[u8]) -> Option<(Self, Algorithm)> {
        let key = whole(bytes)?;
        let number = |label: i64| key.get(&Cbor::Number(label))?.number();
        let part = |label: i64| key.get(&Cbor::Number(label))?.bytes();
        let algorithm = Algorithm::from_cose(number(3)?)?;
        let kind = match (number(1)?, algorithm) {
            (2, Algorithm::Es256) if number(-1)? == 1 => Kind::P256(point(part(-2)?, part(-3)?)?),
            (1, Algorithm::EdDsa) if number(-1)? == 6 => Kind::Ed25519(part(-2)?.to_vec()),
            (3, Algorithm::Rs256) => Kind::Rsa {
                modulus: part(-1)?.to_vec(),
                exponent: part(-2)?.to_vec(),
            },
            _ => return None,
        };
        Some((Self { name: None, kind }, algorithm))
    }

    /// Whether the key made this signature under these bytes.
    pub fn verifies(&self, algorithm: Algorithm, form: Form, signed: &[u8], made: &[u8]) -> bool {
        let checked = match (&self.kind, algorithm) {
            (Kind::Rsa { modulus, exponent }, Algorithm::Rs256 | Algorithm::Ps256) => {
                let how = match algorithm {
                    Algorithm::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
                    _ => &signature::RSA_PKCS1_2048_8192_SHA256,
                };
                let key = signature::RsaPublicKeyComponents {
                    n: without_zeros(modulus),
                    e: without_zeros(exponent),
                };
                key.verify(how, signed, made)
            }
            (Kind::P256(point), Algorithm::Es256) => {
                let how: &dyn signature::VerificationAlgorithm = match form {
                    Form::Fixed => &signature::ECDSA_P256_SHA256_FIXED,
                    Form::Asn1 => &signature::ECDSA_P256_SHA256_ASN1,
                };
                UnparsedPublicKey::new(how, point).verify(signed, made)
            }
            (Kind::Ed25519(key), Algorithm::EdDsa) => {
                UnparsedPublicKey::new(&signature::ED25519, key).verify(signed, made)
            }
            _ => return false,
        };
        checked.is_ok()
    }

    fn is_for(&self, algorithm: Algorithm) -> bool {
        matches!(
            (&self.kind, algorithm),
            (Kind::Rsa { .. }, Algorithm::Rs256 | Algorithm::Ps256)
                | (Kind::P256(_), Algorithm::Es256)
                | (Kind::Ed25519(_), Algorithm::EdDsa)
        )
    }
}

fn point(x: &[u8], y: &[u8]) -> Option<Vec<u8>> {
    (x.len() == 32 && y.len() == 32).then(|| [&[4], x, y].concat())
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// Why a token is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// It is not three parts, or they are not what they have to be.
    #[error("it is no signed token")]
    Malformed,
    /// It is signed in a way that is not on the list.
    #[error("it is signed by `{0}`, which is not accepted")]
    Algorithm(String),
    /// None of the keys is the one that it names.
    #[error("it names a key that its issuer does not list")]
    UnknownKey,
    /// The signature is not one of that key.
    #[error("its signature is wrong")]
    Signature,
}

/// Longest token that is looked at.
const MOST_TOKEN: usize = 16 << 10;

/// Checks a token's signature against the keys of its issuer; gives what it claims.
///
/// # Errors
/// When it is not signed by one of them, in a way that is on the list.
pub fn claims(token: &str, keys: &[PublicKey]) -> Result<Value, Unsigned> {
    if token.len() > MOST_TOKEN {
        return Err(Unsigned::Malformed);
    }
    let (signed, made) = token.rsplit_once('.').ok_or(Unsigned::Malformed)?;
    let (header, body) = signed.split_once('.').ok_or(Unsigned::Malformed)?;
    let header = object(header)?;
    let text = |name: &str| header.get(name).and_then(Value::as_str);
    let name = text("alg").ok_or(Unsigned::Malformed)?;
    let algorithm = Algorithm::from_name(name)
        .ok_or_else(|| Unsigned::Algorithm(name.chars().take(20).collect()))?;
    // What a token declares critical changes its meaning; nothing of that kind is understood here.
    if header.get("crit").is_some() {
        return Err(Unsigned::Malformed);
    }
    let made = URL_SAFE_NO_PAD
        .decode(made)
        .map_err(|_| Unsigned::Malformed)?;
    let wanted = text("kid");
    let fitting: Vec<&PublicKey> = keys
        .iter()
        .filter(|key| key.is_for(algorithm))
        .filter(|key| wanted.is_none() || key.name.as_deref() == wanted)
        .collect();
    if fitting.is_empty() {
        return Err(Unsigned::UnknownKey);
    }
    let fits = |key: &&PublicKey| key.verifies(algorithm, Form::Fixed, signed.as_bytes(), &made);
    if !fitting.iter().any(fits) {
        return Err(Unsigned::Signature);
    }
    object(body)
}

fn object(part: &str) -> Result<Value, Unsigned> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| Unsigned::Malformed)?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|_| Unsigned::Malformed)?;
    value
        .is_object()
        .then_some(value)
        .ok_or(Unsigned::Malformed)
}

#[cfg(test)]
pub(crate) mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};
    use serde_json::json;

    use super::*;

    /// A token as some provider signs it.
    pub(crate) fn token(secret: u8, header: &Value, body: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(body));
        let key = SigningKey::from_bytes(&[secret; 32]);
        let made = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()).to_bytes());
        format!("{signed}.{made}")
    }

    pub(crate) fn key(secret: u8, name: &str) -> PublicKey {
        let public = SigningKey::from_bytes(&[secret; 32]).verifying_key();
        let x = URL_SAFE_NO_PAD.encode(public.as_bytes());
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": name, "use": "sig" });
        PublicKey::from_jwk(&jwk).unwrap()
    }

    /// RFC 7515, appendix A.2 (RS256) and A.3 (ES256): the examples of the specification.
    #[test]
    fn the_examples_of_the_specification_verify_and_a_changed_one_does_not() {
        let rsa = json!({ "kty": "RSA", "e": "AQAB", "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ" });
        let ec = json!({ "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" });
        let keys = [rsa, ec].map(|jwk| PublicKey::from_jwk(&jwk).unwrap());
        let body = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let rs = format!(
            "eyJhbGciOiJSUzI1NiJ9.{body}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
        );
        let es = format!(
            "eyJhbGciOiJFUzI1NiJ9.{body}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        );
        for token in [rs, es] {
            assert_eq!(claims(&token, &keys).unwrap()["iss"], "joe");
            let changed = token.replacen("eyJpc3Mi", "eyJpc3Nj", 1);
            assert!(claims(&changed, &keys).is_err());
        }
    }

    #[test]
    fn only_a_listed_key_by_a_listed_algorithm_is_believed() {
        let keys = [key(1, "a"), key(2, "b")];
        let body = json!({ "sub": "s" });
        let good = json!({ "alg": "EdDSA", "kid": "b" });
        assert_eq!(claims(&token(2, &good, &body), &keys), Ok(body.clone()));
        let no_name = json!({ "alg": "EdDSA" });
        assert!(claims(&token(1, &no_name, &body), &keys).is_ok());
        // Signed by another key than the one it names, by a key nobody lists, by nothing, by a shared secret.
        assert_eq!(
            claims(&token(1, &good, &body), &keys),
            Err(Unsigned::Signature)
        );
        let unlisted = json!({ "alg": "EdDSA", "kid": "c" });
        assert_eq!(
            claims(&token(1, &unlisted, &body), &keys),
            Err(Unsigned::UnknownKey)
        );
        for name in ["none", "HS256", "NONE", "RS1", ""] {
            let header = json!({ "alg": name, "kid": "b" });
            let refused = claims(&token(2, &header, &body), &keys);
            assert_eq!(refused, Err(Unsigned::Algorithm(name.to_owned())));
        }
        // A key of one kind is not used with the algorithm of another.
        let other = json!({ "alg": "RS256", "kid": "b" });
        assert_eq!(
            claims(&token(2, &other, &body), &keys),
            Err(Unsigned::UnknownKey)
        );
        let critical = json!({ "alg": "EdDSA", "kid": "b", "crit": ["x"] });
        assert_eq!(
            claims(&token(2, &critical, &body), &keys),
            Err(Unsigned::Malformed)
        );
        for text in ["", ".", "..", "a.b.c", "e30.e30."] {
            assert!(claims(text, &keys).is_err(), "{text}");
        }
    }
}
