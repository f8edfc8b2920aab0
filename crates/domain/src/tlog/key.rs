//! Keys of logs and witnesses: Ed25519 under a name, with their text encodings and key ids (signed-note 1.0.0).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use sha2::{Digest, Sha256};

use super::note::{NoteSignature, Verified};

/// What a key's signatures state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// Type 0x01: a plain Ed25519 signature over the note's text; what a log signs its heads with.
    Log,
    /// Type 0x04: a timestamped cosignature/v1; what a witness signs with.
    Cosigner,
}

impl KeyKind {
    /// The signature type byte.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Cosigner => 0x04,
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0x01 => Some(Self::Log),
            0x04 => Some(Self::Cosigner),
            _ => None,
        }
    }
}

/// Why a key is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Empty, or with a space, plus or control character.
    #[error("a key name must not be empty nor hold spaces, plus signs or control characters")]
    Name,
    /// Not `name+id+base64`, or `PRIVATE+KEY+name+id+base64`.
    #[error("not an encoded key")]
    Encoding,
    /// A type other than 0x01 and 0x04.
    #[error("signature type {0:#04x} is not supported")]
    Kind(u8),
    /// The key id in the text is not that of the key.
    #[error("the key id does not belong to the key")]
    Id,
    /// The public key is no usable point of the curve.
    #[error("not a usable Ed25519 public key")]
    Point,
    /// A log key was asked to cosign, or a witness key to sign a note.
    #[error("the key is of another kind than this signature needs")]
    WrongKind,
    /// A cosignature's time is above 2^63 - 1 seconds.
    #[error("the time of a cosignature is out of range")]
    Time,
}

/// A public key under its name: a line such as `example.com/log+33d7b496+AeHT…`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    id: u32,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    /// Names a public key of 32 bytes.
    ///
    /// # Errors
    ///
    /// [`KeyError::Name`] or [`KeyError::Point`].
    pub fn new(name: &str, kind: KeyKind, public: &[u8; 32]) -> Result<Self, KeyError> {
        check_name(name)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(public).map_err(|_| KeyError::Point)?;
        if key.is_weak() {
            return Err(KeyError::Point);
        }
        Ok(Self {
            name: name.to_owned(),
            kind,
            id: key_id(name, kind, public),
            key,
        })
    }

    /// Reads `name+id+base64(type, public key)`.
    ///
    /// # Errors
    ///
    /// Any [`KeyError`] but [`KeyError::WrongKind`] and [`KeyError::Time`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, id, kind, public) = parse_fields(text)?;
        let key = Self::new(name, kind, &public)?;
        if key.id == id {
            Ok(key)
        } else {
            Err(KeyError::Id)
        }
    }

    /// The key's name; for a log, its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its signatures state.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The key id: the first four bytes of SHA-256 over name, newline, type and key.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The 32 bytes of the public key.
    pub fn public_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Whether `signature` claims to be of this key.
    pub fn claims(&self, signature: &NoteSignature) -> bool {
        self.id == signature.key_id() && self.name == signature.name()
    }

    /// Checks a signature over `text`; `None` if it is not a good one of this key.
    pub fn check(&self, text: &str, signature: &NoteSignature) -> Option<Verified> {
        if !self.claims(signature) {
            return None;
        }
        let (time, bytes) = match self.kind {
            KeyKind::Log => (None, signature.bytes()),
            KeyKind::Cosigner => {
                let (time, bytes) = signature.bytes().split_first_chunk::<8>()?;
                let time = u64::from_be_bytes(*time);
                (Some(i64::try_from(time).is_ok().then_some(time)?), bytes)
            }
        };
        let signature = ed25519_dalek::Signature::from_slice(bytes).ok()?;
        let cosigned = time.map(|time| cosigned_message(text, time));
        let message = cosigned.as_deref().unwrap_or(text);
        self.key
            .verify_strict(message.as_bytes(), &signature)
            .ok()?;
        Some(Verified {
            key: self.clone(),
            time,
        })
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_key(f, &self.name, self.id, self.kind, self.key.as_bytes())
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

/// A private key under its name. Wiped from memory when dropped; never shown by `Debug`.
#[derive(Clone)]
pub struct SigningKey {
    verifier: VerifierKey,
    secret: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// Names a private key given as its 32 secret bytes (the seed of RFC 8032).
    ///
    /// # Errors
    ///
    /// [`KeyError::Name`].
    pub fn new(name: &str, kind: KeyKind, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, kind, secret.verifying_key().as_bytes())?;
        Ok(Self { verifier, secret })
    }

    /// Reads `PRIVATE+KEY+name+id+base64(type, seed)`.
    ///
    /// # Errors
    ///
    /// As [`VerifierKey::parse`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let fields = text
            .strip_prefix("PRIVATE+KEY+")
            .ok_or(KeyError::Encoding)?;
        let (name, id, kind, seed) = parse_fields(fields)?;
        let key = Self::new(name, kind, &seed)?;
        if key.verifier.id == id {
            Ok(key)
        } else {
            Err(KeyError::Id)
        }
    }

    /// Writes the private key as text, for a key file that only its owner can read.
    pub fn to_private_text(&self) -> String {
        struct Private<'a>(&'a SigningKey);
        impl fmt::Display for Private<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let VerifierKey { name, id, kind, .. } = &self.0.verifier;
                f.write_str("PRIVATE+KEY+")?;
                write_key(f, name, *id, *kind, self.0.secret.as_bytes())
            }
        }
        Private(self).to_string()
    }

    /// The public half.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs the text of a note.
    ///
    /// # Errors
    ///
    /// [`KeyError::WrongKind`] for a witness key.
    pub fn sign(&self, text: &str) -> Result<NoteSignature, KeyError> {
        if self.verifier.kind != KeyKind::Log {
            return Err(KeyError::WrongKind);
        }
        Ok(self.signature(self.secret.sign(text.as_bytes()).to_bytes().to_vec()))
    }

    /// Cosigns the text of a checkpoint at `time`, in seconds since 1970.
    ///
    /// # Errors
    ///
    /// [`KeyError::WrongKind`] for a log key, [`KeyError::Time`] beyond 2^63 - 1.
    pub fn cosign(&self, text: &str, time: u64) -> Result<NoteSignature, KeyError> {
        if self.verifier.kind != KeyKind::Cosigner {
            return Err(KeyError::WrongKind);
        }
        i64::try_from(time).map_err(|_| KeyError::Time)?;
        let mut bytes = time.to_be_bytes().to_vec();
        bytes.extend(
            self.secret
                .sign(cosigned_message(text, time).as_bytes())
                .to_bytes(),
        );
        Ok(self.signature(bytes))
    }

    fn signature(&self, bytes: Vec<u8>) -> NoteSignature {
        NoteSignature::of_key(&self.verifier.name, self.verifier.id, bytes)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(of {})", self.verifier)
    }
}

/// The message of a cosignature/v1: two lines before the checkpoint's text.
fn cosigned_message(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// Refuses key names that a signature line could not carry.
pub(super) fn check_name(name: &str) -> Result<(), KeyError> {
    let unfit = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    if name.is_empty() || name.contains(unfit) {
        Err(KeyError::Name)
    } else {
        Ok(())
    }
}

fn key_id(name: &str, kind: KeyKind, public: &[u8; 32]) -> u32 {
    let mut hasher = Sha256::new();
    hasher.update(name.as_bytes());
    hasher.update([b'\n', kind.byte()]);
    hasher.update(public);
    let digest: [u8; 32] = hasher.finalize().into();
    let [a, b, c, d, ..] = digest;
    u32::from_be_bytes([a, b, c, d])
}

/// Splits `name+id+base64(type, 32 bytes)`; names hold no plus, base64 may.
fn parse_fields(text: &str) -> Result<(&str, u32, KeyKind, [u8; 32]), KeyError> {
    let mut fields = text.splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (fields.next(), fields.next(), fields.next()) else {
        return Err(KeyError::Encoding);
    };
    if id.len() != 8
        || !id
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    {
        return Err(KeyError::Encoding);
    }
    let id = u32::from_str_radix(id, 16).map_err(|_| KeyError::Encoding)?;
    let bytes = STANDARD.decode(key).map_err(|_| KeyError::Encoding)?;
    let (kind, key) = bytes.split_first().ok_or(KeyError::Encoding)?;
    let kind = KeyKind::from_byte(*kind).ok_or(KeyError::Kind(*kind))?;
    let key = key.try_into().map_err(|_| KeyError::Encoding)?;
    Ok((name, id, kind, key))
}

fn write_key(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    id: u32,
    kind: KeyKind,
    key: &[u8; 32],
) -> fmt::Result {
    let mut bytes = vec![kind.byte()];
    bytes.extend_from_slice(key);
    write!(f, "{name}+{id:08x}+{}", STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example key of the signed-note specification.
    const EXAMPLE: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    #[test]
    fn verifier_keys_are_read_and_written_alike() {
        let key = VerifierKey::parse(EXAMPLE).unwrap();
        assert_eq!(key.name(), "example.com/foo");
        assert_eq!(key.id(), 0x530d_903a);
        assert_eq!(key.kind(), KeyKind::Log);
        assert_eq!(key.to_string(), EXAMPLE);
    }

    #[test]
    fn bad_verifier_keys_are_refused() {
        let check =
            |text: &str, error| assert_eq!(VerifierKey::parse(text).unwrap_err(), error, "{text}");
        check("", KeyError::Encoding);
        check("example.com/foo", KeyError::Encoding);
        check(&EXAMPLE.replace("530d903a", "530d903b"), KeyError::Id);
        check(&EXAMPLE.replace("530d903a", "530D903A"), KeyError::Encoding);
        check(&EXAMPLE.replace("foo", "bar"), KeyError::Id);
        check(&EXAMPLE.replace("foo", "f o"), KeyError::Name);
        check(&EXAMPLE.replace("+Aek", "+Bek"), KeyError::Kind(5));
        check(&EXAMPLE[..EXAMPLE.len() - 4], KeyError::Encoding);
    }

    #[test]
    fn private_keys_are_read_back_and_not_shown() {
        for kind in [KeyKind::Log, KeyKind::Cosigner] {
            let key = SigningKey::new("example.com/x", kind, &[7; 32]).unwrap();
            let text = key.to_private_text();
            assert_eq!(SigningKey::parse(&text).unwrap().verifier(), key.verifier());
            assert!(text.starts_with("PRIVATE+KEY+example.com/x+"));
            let secret = text.rsplit('+').next().unwrap();
            assert!(!format!("{key:?}").contains(secret));
        }
    }

    #[test]
    fn each_kind_signs_only_its_own_statement() {
        let log = SigningKey::new("a", KeyKind::Log, &[1; 32]).unwrap();
        let witness = SigningKey::new("a", KeyKind::Cosigner, &[1; 32]).unwrap();
        assert_ne!(log.verifier().id(), witness.verifier().id());
        assert_eq!(log.cosign("text\n", 5).unwrap_err(), KeyError::WrongKind);
        assert_eq!(witness.sign("text\n").unwrap_err(), KeyError::WrongKind);
        assert_eq!(
            witness.cosign("text\n", 1 << 63).unwrap_err(),
            KeyError::Time
        );
        let cosignature = witness.cosign("text\n", 5).unwrap();
        assert_eq!(
            witness
                .verifier()
                .check("text\n", &cosignature)
                .unwrap()
                .time,
            Some(5)
        );
        assert!(log.verifier().check("text\n", &cosignature).is_none());
        assert!(witness.verifier().check("text2\n", &cosignature).is_none());
    }
}
