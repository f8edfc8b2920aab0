//! Signed notes: a text, a blank line, and one line per signature (signed-note 1.0.0).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::key::{KeyError, SigningKey, VerifierKey, check_name};

/// The most bytes of a note that are read; room for 16 signatures of 5 kB many times over.
pub const MAX_NOTE_BYTES: usize = 1 << 20;

/// The most signatures of a note that are read; the specification asks for at least 16.
pub const MAX_SIGNATURES: usize = 100;

/// Why a note is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Above [`MAX_NOTE_BYTES`] or [`MAX_SIGNATURES`].
    #[error("the note is longer, or has more signatures, than is read")]
    TooLong,
    /// Not UTF-8, or with a control character other than newline.
    #[error("the note is not plain UTF-8 text")]
    NotText,
    /// No text, blank line and signature lines in this order.
    #[error("the note is not a text, a blank line and signature lines")]
    Shape,
    /// A signature line that is not dash, name and base64.
    #[error("signature line {0} of the note is malformed")]
    SignatureLine(usize),
    /// A key we know is named, but did not make this signature.
    #[error("the signature by `{0}` is wrong")]
    BadSignature(String),
    /// No known key has signed.
    #[error("no known key has signed the note")]
    Unsigned,
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    key_id: u32,
    bytes: Vec<u8>,
}

impl NoteSignature {
    pub(super) fn of_key(name: &str, key_id: u32, bytes: Vec<u8>) -> Self {
        Self {
            name: name.to_owned(),
            key_id,
            bytes,
        }
    }

    /// Reads one line, without its newline.
    ///
    /// # Errors
    ///
    /// [`NoteError::SignatureLine`] with 1 as its number.
    pub fn parse(line: &str) -> Result<Self, NoteError> {
        Self::parse_line(line).ok_or(NoteError::SignatureLine(1))
    }

    fn parse_line(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
        check_name(name).ok()?;
        let bytes = STANDARD.decode(encoded).ok()?;
        let (id, bytes) = bytes.split_first_chunk::<4>()?;
        if bytes.is_empty() {
            return None;
        }
        Some(Self {
            name: name.to_owned(),
            key_id: u32::from_be_bytes(*id),
            bytes: bytes.to_vec(),
        })
    }

    /// The name of the key that is said to have signed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key that is said to have signed.
    pub fn key_id(&self) -> u32 {
        self.key_id
    }

    /// What follows the key id; its meaning depends on the key's kind.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Display for NoteSignature {
    /// Writes the line without its newline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.key_id.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.bytes);
        write!(f, "\u{2014} {} {}", self.name, STANDARD.encode(bytes))
    }
}

/// A signature that was checked and is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The key that signed.
    pub key: VerifierKey,
    /// When it cosigned, in seconds since 1970; `None` for a plain signature.
    pub time: Option<u64>,
}

/// A text with signatures that nobody has checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl SignedNote {
    /// Reads a note; checks its form, not its signatures.
    ///
    /// # Errors
    ///
    /// Any [`NoteError`] about form.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong);
        }
        let note = std::str::from_utf8(bytes).map_err(|_| NoteError::NotText)?;
        if note.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteError::NotText);
        }
        // The last blank line separates: the text may have blank lines of its own.
        let (before, lines) = note.rsplit_once("\n\n").ok_or(NoteError::Shape)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Shape)?;
        let mut signatures = Vec::new();
        for (place, line) in lines.split('\n').enumerate() {
            if place == MAX_SIGNATURES {
                return Err(NoteError::TooLong);
            }
            let signature = NoteSignature::parse_line(line);
            signatures.push(signature.ok_or(NoteError::SignatureLine(place + 1))?);
        }
        Ok(Self {
            text: format!("{before}\n"),
            signatures,
        })
    }

    /// Signs `text`, which must end with a newline.
    ///
    /// # Errors
    ///
    /// [`KeyError::WrongKind`] if the key is a witness's.
    pub fn sign(text: &str, key: &SigningKey) -> Result<Self, KeyError> {
        Ok(Self {
            text: text.to_owned(),
            signatures: vec![key.sign(text)?],
        })
    }

    /// The text, with its last newline and without the blank line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, unchecked, in their order.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature line; one that is there already is not doubled.
    pub fn add(&mut self, signature: NoteSignature) {
        if !self.signatures.contains(&signature) {
            self.signatures.push(signature);
        }
    }

    /// The same text with the first signature line of each given key and no others; unchecked.
    pub fn signed_only_by(&self, keys: &[VerifierKey]) -> Self {
        let lines = keys.iter().filter_map(|key| {
            self.signatures
                .iter()
                .find(|signature| key.claims(signature))
        });
        Self {
            text: self.text.clone(),
            signatures: lines.cloned().collect(),
        }
    }

    /// Checks the signatures of the given keys and returns one good signature per key, in the note's order.
    ///
    /// Signatures of other keys are ignored, even where name or key id alone agree.
    ///
    /// # Errors
    ///
    /// [`NoteError::BadSignature`] if a given key is named and its signature is wrong; [`NoteError::Unsigned`] if none
    /// of the keys has signed.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<Vec<Verified>, NoteError> {
        let mut good: Vec<Verified> = Vec::new();
        for signature in &self.signatures {
            for key in keys.iter().filter(|key| key.claims(signature)) {
                let verified = key.check(&self.text, signature);
                let verified =
                    verified.ok_or_else(|| NoteError::BadSignature(key.name().to_owned()))?;
                if good.iter().all(|other| other.key != verified.key) {
                    good.push(verified);
                }
            }
        }
        if good.is_empty() {
            Err(NoteError::Unsigned)
        } else {
            Ok(good)
        }
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlog::key::KeyKind;

    /// The one-line example of the signed-note specification.
    const EXAMPLE: &str = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    const KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    fn key() -> VerifierKey {
        VerifierKey::parse(KEY).unwrap()
    }

    fn signer(name: &str, seed: u8) -> SigningKey {
        SigningKey::new(name, KeyKind::Log, &[seed; 32]).unwrap()
    }

    #[test]
    fn the_specification_s_example_is_accepted() {
        let note = SignedNote::parse(EXAMPLE.as_bytes()).unwrap();
        assert_eq!(note.text(), "This is an example message.\n");
        assert_eq!(note.to_string(), EXAMPLE);
        assert_eq!(note.verify(&[key()]).unwrap().len(), 1);
    }

    #[test]
    fn a_bad_signature_of_a_known_key_is_rejected_beside_a_good_one() {
        let other = signer("other", 3);
        let changed = EXAMPLE.replace("example message", "Example message");
        let mut note = SignedNote::parse(changed.as_bytes()).unwrap();
        note.add(other.sign(note.text()).unwrap());
        let bad = Err(NoteError::BadSignature("example.com/foo".to_owned()));
        assert_eq!(note.verify(&[key(), other.verifier().clone()]), bad);
        // Unknown to this reader, the bad line is no more than noise.
        assert_eq!(note.verify(&[other.verifier().clone()]).unwrap().len(), 1);
    }

    #[test]
    fn unknown_keys_are_ignored_and_alone_do_not_suffice() {
        let note = SignedNote::parse(EXAMPLE.as_bytes()).unwrap();
        let namesake = signer("example.com/foo", 9);
        assert_eq!(
            note.verify(&[namesake.verifier().clone()]),
            Err(NoteError::Unsigned)
        );
        assert_eq!(note.verify(&[]), Err(NoteError::Unsigned));
    }

    #[test]
    fn at_least_sixteen_signatures_are_read_and_a_flood_is_not() {
        let text = "text\n";
        let mut note = SignedNote::sign(text, &signer("k0", 0)).unwrap();
        for seed in 1..16 {
            note.add(signer(&format!("k{seed}"), seed).sign(text).unwrap());
        }
        let read = SignedNote::parse(note.to_string().as_bytes()).unwrap();
        assert_eq!(read.signatures().len(), 16);
        let keys: Vec<_> = (0..16)
            .map(|n| signer(&format!("k{n}"), n).verifier().clone())
            .collect();
        assert_eq!(read.verify(&keys).unwrap().len(), 16);
        let line = EXAMPLE.rsplit_once("\n\n").unwrap().1;
        let flood = format!("{text}\n{}", line.repeat(MAX_SIGNATURES + 1));
        assert_eq!(SignedNote::parse(flood.as_bytes()), Err(NoteError::TooLong));
    }

    #[test]
    fn a_signature_twice_counts_once() {
        let line = EXAMPLE.rsplit_once("\n\n").unwrap().1;
        let twice = format!("{EXAMPLE}{line}");
        let note = SignedNote::parse(twice.as_bytes()).unwrap();
        assert_eq!(note.verify(&[key()]).unwrap().len(), 1);
    }

    #[test]
    fn malformed_notes_are_refused() {
        let check =
            |note: &[u8], error| assert_eq!(SignedNote::parse(note), Err(error), "{note:?}");
        check(b"", NoteError::Shape);
        check(b"text\n", NoteError::Shape);
        check(b"text\n\n", NoteError::Shape);
        check(EXAMPLE.trim_end().as_bytes(), NoteError::Shape);
        check(
            EXAMPLE.replace("message", "mess\rage").as_bytes(),
            NoteError::NotText,
        );
        check(&[EXAMPLE.as_bytes(), &[0xff]].concat(), NoteError::NotText);
        check(
            EXAMPLE.replace("\u{2014} ", "- ").as_bytes(),
            NoteError::SignatureLine(1),
        );
        check(
            EXAMPLE.replace("com/foo ", "com/fo+o ").as_bytes(),
            NoteError::SignatureLine(1),
        );
        check(
            EXAMPLE.replace("com/foo ", "com/foo  ").as_bytes(),
            NoteError::SignatureLine(1),
        );
        check(
            "text\n\n\u{2014} a AAAAAA==\n".as_bytes(),
            NoteError::SignatureLine(1),
        );
    }
}
