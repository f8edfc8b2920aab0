//! Passkeys: what an authenticator answers, and when it is believed (WebAuthn Level 2, §7.1 and §7.2).
//!
//! Only what the specification asks of a relying party that wants no attestation is checked, and all of that. The person
//! must have been verified by the authenticator itself, so that one answer stands for two factors.

pub(crate) mod cbor;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::jose::{Form, PublicKey};
use crate::passkey::cbor::Cbor;

/// The address under which people know this service, as browsers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Scheme, host and port as a browser writes them.
    pub origin: String,
    /// The host, which passkeys are made for.
    pub id: String,
}

impl Party {
    /// Reads it out of the address of the desk; `None` where browsers make no passkeys: no name, or no sealed connection.
    pub fn of_address(address: &str) -> Option<Self> {
        let (scheme, rest) = address.trim().split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let authority = rest.split('/').next()?.to_ascii_lowercase();
        let host = authority.split(':').next()?.to_owned();
        let is_number = host
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
        if host.is_empty() || is_number || authority.contains(['[', '@']) {
            return None;
        }
        let on_this_machine = host == "localhost" || host.ends_with(".localhost");
        let usual = match scheme.as_str() {
            "https" => ":443",
            "http" if on_this_machine => ":80",
            _ => return None,
        };
        let shown = authority.strip_suffix(usual).unwrap_or(&authority);
        Some(Self {
            origin: format!("{scheme}://{shown}"),
            id: host,
        })
    }
}

/// What a browser sends on, each part in base 64 for addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The credential's id.
    pub id: String,
    /// What the browser saw: type, challenge and origin, as JSON.
    pub client: String,
    /// At its making: the attestation object.
    #[serde(default)]
    pub attestation: String,
    /// At its use: the authenticator's data.
    #[serde(default)]
    pub authenticator: String,
    /// At its use: the signature.
    #[serde(default)]
    pub signature: String,
}

/// A passkey as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The id by which its authenticator knows it.
    pub id: Vec<u8>,
    /// Its public key, as COSE writes it.
    pub key: Vec<u8>,
    /// How often it was used, as the authenticator counts; nought where it does not count.
    pub counter: u32,
}

/// Why an answer is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unbelieved {
    /// It cannot be read.
    #[error("the answer of the authenticator cannot be read")]
    Malformed,
    /// It was given for something else.
    #[error("the answer is not one to this question")]
    Type,
    /// It was given to another question.
    #[error("the answer is one to another challenge")]
    Challenge,
    /// It was given on a page of somebody else's.
    #[error("the answer was given at another address")]
    Origin,
    /// Nobody touched the authenticator, or it did not verify who did.
    #[error("the authenticator did not verify the person")]
    Person,
    /// Its key is of a kind that is not taken.
    #[error("the key of the passkey is of a kind that is not taken")]
    Key,
    /// The signature is wrong.
    #[error("the signature of the passkey is wrong")]
    Signature,
    /// The authenticator has counted no further: there may be two of it.
    #[error("the passkey was copied, or an old answer was sent again")]
    Counter,
}

#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

const PERSON_PRESENT: u8 = 1;
const PERSON_VERIFIED: u8 = 4;
const MAY_BE_COPIED: u8 = 8;
const IS_COPIED: u8 = 16;
const HAS_CREDENTIAL: u8 = 64;

fn decoded(text: &str) -> Result<Vec<u8>, Unbelieved> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Unbelieved::Malformed)
}

/// What the browser saw, checked; gives its bytes.
fn client(
    answer: &Answer,
    kind: &str,
    party: &Party,
    challenge: &[u8],
) -> Result<Vec<u8>, Unbelieved> {
    let bytes = decoded(&answer.client)?;
    let seen: ClientData = serde_json::from_slice(&bytes).map_err(|_| Unbelieved::Malformed)?;
    if seen.kind != kind {
        return Err(Unbelieved::Type);
    }
    if decoded(&seen.challenge)? != challenge {
        return Err(Unbelieved::Challenge);
    }
    if seen.origin != party.origin || seen.cross_origin {
        return Err(Unbelieved::Origin);
    }
    Ok(bytes)
}

/// What an authenticator's data begins with, checked; gives flags, counter and what follows.
fn authenticator<'a>(data: &'a [u8], party: &Party) -> Result<(u8, u32, &'a [u8]), Unbelieved> {
    let (id, rest) = data.split_at_checked(32).ok_or(Unbelieved::Malformed)?;
    let (flags, rest) = rest.split_first().ok_or(Unbelieved::Malformed)?;
    let (counter, rest) = rest.split_first_chunk::<4>().ok_or(Unbelieved::Malformed)?;
    if id != Sha256::digest(party.id.as_bytes()).as_slice() {
        return Err(Unbelieved::Origin);
    }
    if flags & PERSON_PRESENT == 0 || flags & PERSON_VERIFIED == 0 {
        return Err(Unbelieved::Person);
    }
    if flags & IS_COPIED != 0 && flags & MAY_BE_COPIED == 0 {
        return Err(Unbelieved::Malformed);
    }
    Ok((*flags, u32::from_be_bytes(*counter), rest))
}

/// Bytes as answers write them.
pub fn text_of(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of what an answer writes.
pub fn id_of(text: &str) -> Option<Vec<u8>> {
    decoded(text).ok()
}

/// Reads a passkey that was made just now in answer to a challenge.
///
/// # Errors
/// When the answer is not one to this challenge at this address, or its key is of a kind that is not taken.
pub fn made(answer: &Answer, party: &Party, challenge: &[u8]) -> Result<Credential, Unbelieved> {
    client(answer, "webauthn.create", party, challenge)?;
    let object = cbor::whole(&decoded(&answer.attestation)?).ok_or(Unbelieved::Malformed)?;
    let data = object
        .get(&Cbor::Text("authData".to_owned()))
        .and_then(Cbor::bytes)
        .ok_or(Unbelieved::Malformed)?;
    let (flags, counter, rest) = authenticator(data, party)?;
    if flags & HAS_CREDENTIAL == 0 {
        return Err(Unbelieved::Malformed);
    }
    let rest = rest.get(16..).ok_or(Unbelieved::Malformed)?; // which model it is, is not asked
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(Unbelieved::Malformed)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (id, mut key) = rest.split_at_checked(length).ok_or(Unbelieved::Malformed)?;
    if id.is_empty() || length > 1023 || decoded(&answer.id)? != id {
        return Err(Unbelieved::Malformed);
    }
    let all = key;
    cbor::first(&mut key).ok_or(Unbelieved::Malformed)?;
    let written = all.get(..all.len() - key.len()).unwrap_or_default();
    PublicKey::from_cose(written).ok_or(Unbelieved::Key)?;
    Ok(Credential {
        id: id.to_vec(),
        key: written.to_vec(),
        counter,
    })
}

/// Checks the use of a passkey in answer to a challenge; gives what its counter shows now.
///
/// # Errors
/// When the answer is not this passkey's, to this challenge, at this address, by a verified person, and new.
pub fn used(
    answer: &Answer,
    credential: &Credential,
    party: &Party,
    challenge: &[u8],
) -> Result<u32, Unbelieved> {
    let seen = client(answer, "webauthn.get", party, challenge)?;
    let data = decoded(&answer.authenticator)?;
    let (_, counter, _) = authenticator(&data, party)?;
    let (key, algorithm) = PublicKey::from_cose(&credential.key).ok_or(Unbelieved::Key)?;
    let signed = [data.as_slice(), &Sha256::digest(&seen)].concat();
    let made = decoded(&answer.signature)?;
    if decoded(&answer.id)? != credential.id || !key.verifies(algorithm, Form::Asn1, &signed, &made)
    {
        return Err(Unbelieved::Signature);
    }
    let counts = counter != 0 || credential.counter != 0;
    if counts && counter <= credential.counter {
        return Err(Unbelieved::Counter);
    }
    Ok(counter)
}

/// An authenticator for tests: an Ed25519 key that answers as real ones do.
#[cfg(any(test, feature = "testing"))]
pub mod testing {
    use base64::Engine as _;
    use ed25519_dalek::{Signer as _, SigningKey};
    use serde_json::json;
    use sha2::{Digest as _, Sha256};

    use super::{Answer, URL_SAFE_NO_PAD};

    /// An authenticator with one passkey.
    #[derive(Debug, Clone)]
    pub struct Authenticator {
        /// Its secret.
        pub secret: u8,
        /// What its counter shows.
        pub counter: u32,
        /// Person present and verified.
        pub flags: u8,
        /// Where its browser is.
        pub origin: String,
        /// For which host it answers.
        pub host: String,
    }

    impl Authenticator {
        /// One at an address.
        pub fn at(secret: u8, origin: &str, host: &str) -> Self {
            Self {
                secret,
                counter: 0,
                flags: 5,
                origin: origin.to_owned(),
                host: host.to_owned(),
            }
        }
        fn key(&self) -> SigningKey {
            SigningKey::from_bytes(&[self.secret; 32])
        }
        fn data(&self, flags: u8) -> Vec<u8> {
            let host = Sha256::digest(self.host.as_bytes());
            [host.as_slice(), &[flags], &self.counter.to_be_bytes()].concat()
        }
        fn client(&self, kind: &str, challenge: &str) -> Vec<u8> {
            json!({ "type": kind, "challenge": challenge, "origin": self.origin })
                .to_string()
                .into_bytes()
        }
        /// Makes its passkey.
        pub fn makes(&mut self, challenge: &str) -> Answer {
            self.counter += 1;
            let id = [self.secret; 20];
            let public = self.key().verifying_key();
            let cose = [
                &[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 0x20],
                &public.as_bytes()[..],
            ]
            .concat();
            let data = [
                &self.data(self.flags | 64)[..],
                &[0; 16],
                &[0, 20],
                &id,
                &cose,
            ]
            .concat();
            let length = u8::try_from(data.len()).unwrap_or(u8::MAX);
            let object = [
                b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".as_slice(),
                &[length],
                &data,
            ]
            .concat();
            Answer {
                id: URL_SAFE_NO_PAD.encode(id),
                client: URL_SAFE_NO_PAD.encode(self.client("webauthn.create", challenge)),
                attestation: URL_SAFE_NO_PAD.encode(object),
                ..Answer::default()
            }
        }
        /// Uses its passkey.
        pub fn answers(&mut self, challenge: &str) -> Answer {
            self.counter += 1;
            let client = self.client("webauthn.get", challenge);
            let data = self.data(self.flags);
            let signed = [data.as_slice(), &Sha256::digest(&client)].concat();
            let made = self.key().sign(&signed);
            Answer {
                id: URL_SAFE_NO_PAD.encode([self.secret; 20]),
                client: URL_SAFE_NO_PAD.encode(client),
                authenticator: URL_SAFE_NO_PAD.encode(data),
                signature: URL_SAFE_NO_PAD.encode(made.to_bytes()),
                ..Answer::default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::Authenticator;
    use super::*;

    const ASKED: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn party() -> Party {
        Party::of_address("https://desk.example").unwrap()
    }

    fn asked() -> String {
        URL_SAFE_NO_PAD.encode(ASKED)
    }

    fn one() -> Authenticator {
        Authenticator::at(3, "https://desk.example", "desk.example")
    }

    #[test]
    fn a_passkey_is_made_and_used_and_counted() {
        let mut own = one();
        let mut kept = made(&own.makes(&asked()), &party(), ASKED).unwrap();
        assert_eq!((kept.counter, kept.id.len()), (1, 20));
        let answer = own.answers(&asked());
        kept.counter = used(&answer, &kept, &party(), ASKED).unwrap();
        assert_eq!(kept.counter, 2);
        // The same answer again, and one of a copy that counts behind.
        assert_eq!(
            used(&answer, &kept, &party(), ASKED),
            Err(Unbelieved::Counter)
        );
        own.counter = 0;
        let behind = own.answers(&asked());
        assert_eq!(
            used(&behind, &kept, &party(), ASKED),
            Err(Unbelieved::Counter)
        );
    }

    #[test]
    fn each_thing_that_the_specification_asks_for_is_asked_for() {
        let kept = made(&one().makes(&asked()), &party(), ASKED).unwrap();
        let check = |change: &dyn Fn(&mut Authenticator)| {
            let mut own = one();
            own.counter = 7;
            change(&mut own);
            let used_so = used(&own.answers(&asked()), &kept, &party(), ASKED).err();
            (made(&own.makes(&asked()), &party(), ASKED).err(), used_so)
        };
        let both = |fault| (Some(fault), Some(fault));
        assert_eq!(check(&|_| ()), (None, None));
        assert_eq!(
            check(&|own| own.origin = "https://desk.example.evil".into()),
            both(Unbelieved::Origin)
        );
        assert_eq!(
            check(&|own| own.origin = "http://desk.example".into()),
            both(Unbelieved::Origin)
        );
        assert_eq!(
            check(&|own| own.host = "evil.example".into()),
            both(Unbelieved::Origin)
        );
        assert_eq!(check(&|own| own.flags = 1), both(Unbelieved::Person));
        assert_eq!(check(&|own| own.flags = 4), both(Unbelieved::Person));
        assert_eq!(
            check(&|own| own.flags = 5 | 16),
            both(Unbelieved::Malformed)
        );
        let other = |answer: &Answer| used(answer, &kept, &party(), b"another");
        assert_eq!(other(&one().answers(&asked())), Err(Unbelieved::Challenge));
        // What was made at one's making does not do for its use, nor the other way round.
        assert_eq!(
            used(&one().makes(&asked()), &kept, &party(), ASKED),
            Err(Unbelieved::Type)
        );
        assert_eq!(
            made(&one().answers(&asked()), &party(), ASKED),
            Err(Unbelieved::Type)
        );
        let mut stranger = Authenticator { secret: 4, ..one() };
        let answer = stranger.answers(&asked());
        assert_eq!(
            used(&answer, &kept, &party(), ASKED),
            Err(Unbelieved::Signature)
        );
        let named_as_ours = Answer {
            id: one().answers(&asked()).id,
            ..answer
        };
        assert_eq!(
            used(&named_as_ours, &kept, &party(), ASKED),
            Err(Unbelieved::Signature)
        );
        let empty = Answer::default();
        assert_eq!(
            used(&empty, &kept, &party(), ASKED),
            Err(Unbelieved::Malformed)
        );
    }

    #[test]
    fn passkeys_are_for_names_under_a_sealed_connection() {
        let origin =
            |address: &str| Party::of_address(address).map(|party| (party.origin, party.id));
        let some = |origin: &str, id: &str| Some((origin.to_owned(), id.to_owned()));
        assert_eq!(
            origin("https://Desk.example/"),
            some("https://desk.example", "desk.example")
        );
        assert_eq!(
            origin("https://desk.example:443"),
            some("https://desk.example", "desk.example")
        );
        assert_eq!(
            origin("https://desk.example:8443"),
            some("https://desk.example:8443", "desk.example")
        );
        assert_eq!(
            origin("http://localhost:8080"),
            some("http://localhost:8080", "localhost")
        );
        for none in [
            "",
            "desk.example",
            "http://desk.example",
            "https://192.0.2.1",
            "https://[::1]:8080",
            "https://a@b.example",
        ] {
            assert_eq!(origin(none), None, "{none}");
        }
    }
}
