//! Checkpoints: origin, size and root of a log, and the checked form a reader may rely on (tlog-checkpoint 1.0.0).

use std::collections::HashSet;
use std::fmt;

use super::hash::TreeHash;
use super::key::{KeyKind, VerifierKey};
use super::note::{NoteError, SignedNote};

/// Why a text is not a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Fewer than three lines, an empty line, or no newline at the end.
    #[error("a checkpoint is three or more lines, none of them empty")]
    Lines,
    /// The second line is not a decimal number without leading zeros.
    #[error("the size of the checkpoint is malformed")]
    Size,
    /// The third line is not base64 of 32 bytes.
    #[error("the root hash of the checkpoint is malformed")]
    Root,
}

/// The state of a log: how many entries under which root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: TreeHash,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// States size and root of the log named `origin`, without extension lines.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::Lines`] if the origin is empty or has a line break.
    pub fn new(origin: &str, size: u64, root: TreeHash) -> Result<Self, CheckpointError> {
        if origin.is_empty() || origin.contains('\n') {
            return Err(CheckpointError::Lines);
        }
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
            extensions: Vec::new(),
        })
    }

    /// Reads the text of a note.
    ///
    /// # Errors
    ///
    /// Any [`CheckpointError`].
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let lines: Vec<&str> = text
            .strip_suffix('\n')
            .ok_or(CheckpointError::Lines)?
            .split('\n')
            .collect();
        if lines.iter().any(|line| line.is_empty()) {
            return Err(CheckpointError::Lines);
        }
        let [origin, size, root, extensions @ ..] = lines.as_slice() else {
            return Err(CheckpointError::Lines);
        };
        let size = parse_decimal(size).ok_or(CheckpointError::Size)?;
        let root = TreeHash::from_base64(root).ok_or(CheckpointError::Root)?;
        let extensions = extensions.iter().map(|line| (*line).to_owned()).collect();
        Ok(Self {
            origin: (*origin).to_owned(),
            size,
            root,
            extensions,
        })
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree over them.
    pub fn root(&self) -> &TreeHash {
        &self.root
    }

    /// Lines after the third; opaque.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }
}

impl fmt::Display for Checkpoint {
    /// Writes the text of the note, each line with its newline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)?;
        self.extensions
            .iter()
            .try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Reads an ASCII decimal in its one spelling: digits only, no leading zero.
pub(super) fn parse_decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// Which witnesses a reader trusts, and how many of them must have cosigned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quorum {
    /// The witnesses' keys.
    pub witnesses: Vec<VerifierKey>,
    /// How many different ones are needed; 0 asks for none.
    pub least: usize,
}

/// A witness whose cosignature on a head is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigner {
    /// The witness's name.
    pub name: String,
    /// When it cosigned, in seconds since 1970.
    pub time: u64,
}

/// Why a note is not accepted as a head.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// The note or its signatures are refused.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The signed text is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Signed by a key of another log, or by a witness only.
    #[error("the head of `{origin}` is not signed by a key of that log")]
    NotOfThisLog {
        /// The origin the head names.
        origin: String,
    },
    /// Too few trusted witnesses have cosigned.
    #[error("{found} of the trusted witnesses have cosigned, {needed} are needed")]
    Quorum {
        /// How many have.
        found: usize,
        /// How many must.
        needed: usize,
    },
}

/// A checkpoint whose signatures were checked; it exists in no other state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    checkpoint: Checkpoint,
    note: SignedNote,
    cosigners: Vec<Cosigner>,
}

impl Head {
    /// Accepts a note signed by one of the log's keys and by a quorum of witnesses.
    ///
    /// # Errors
    ///
    /// The [`HeadError`] that says what is missing or wrong.
    pub fn open(note: &[u8], log_keys: &[VerifierKey], quorum: &Quorum) -> Result<Self, HeadError> {
        let note = SignedNote::parse(note)?;
        let log_keys: Vec<VerifierKey> = log_keys
            .iter()
            .filter(|key| key.kind() == KeyKind::Log)
            .cloned()
            .collect();
        let signers = note.verify(&log_keys)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        if signers
            .iter()
            .all(|signer| signer.key.name() != checkpoint.origin())
        {
            return Err(HeadError::NotOfThisLog {
                origin: checkpoint.origin,
            });
        }
        let cosigners = cosigners_of(&note, quorum)?;
        Ok(Self {
            checkpoint,
            note,
            cosigners,
        })
    }

    /// What the head states.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note it came in.
    pub fn note(&self) -> &SignedNote {
        &self.note
    }

    /// Trusted witnesses that have cosigned, each once.
    pub fn cosigners(&self) -> &[Cosigner] {
        &self.cosigners
    }
}

/// Counts trusted witnesses by public key, so that one key under two names is one witness.
fn cosigners_of(note: &SignedNote, quorum: &Quorum) -> Result<Vec<Cosigner>, HeadError> {
    let verified = match note.verify(&quorum.witnesses) {
        Err(NoteError::Unsigned) => Vec::new(),
        other => other?,
    };
    let mut keys = HashSet::new();
    let mut cosigners = Vec::new();
    for one in verified {
        if let Some(time) = one.time
            && keys.insert(*one.key.public_bytes())
        {
            cosigners.push(Cosigner {
                name: one.key.name().to_owned(),
                time,
            });
        }
    }
    if cosigners.len() < quorum.least {
        return Err(HeadError::Quorum {
            found: cosigners.len(),
            needed: quorum.least,
        });
    }
    Ok(cosigners)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlog::hash::empty_root;
    use crate::tlog::key::SigningKey;

    fn log() -> SigningKey {
        SigningKey::new("example.com/log", KeyKind::Log, &[1; 32]).unwrap()
    }

    fn witness(seed: u8) -> SigningKey {
        SigningKey::new(
            &format!("witness.example/{seed}"),
            KeyKind::Cosigner,
            &[seed; 32],
        )
        .unwrap()
    }

    #[test]
    fn checkpoints_are_read_in_one_spelling() {
        let root = empty_root();
        let text = format!("example.com/log\n20\n{root}\n");
        assert_eq!(Checkpoint::parse(&text).unwrap().to_string(), text);
        let extended = format!("{text}more\n");
        assert_eq!(Checkpoint::parse(&extended).unwrap().extensions(), ["more"]);
        assert_eq!(Checkpoint::parse(&extended).unwrap().to_string(), extended);
        let check =
            |text: String, error| assert_eq!(Checkpoint::parse(&text), Err(error), "{text}");
        check(String::new(), CheckpointError::Lines);
        check(format!("a\n1\n{root}"), CheckpointError::Lines);
        check(format!("\n1\n{root}\n"), CheckpointError::Lines);
        check(format!("a\n1\n{root}\n\n"), CheckpointError::Lines);
        check("a\n1\n".to_owned(), CheckpointError::Lines);
        for size in ["01", "+1", "-1", "1 ", "0x1", "18446744073709551616"] {
            check(format!("a\n{size}\n{root}\n"), CheckpointError::Size);
        }
        check("a\n1\nAAAA\n".to_owned(), CheckpointError::Root);
    }

    #[test]
    fn a_head_needs_a_key_of_its_own_log() {
        let text = Checkpoint::new("example.com/log", 0, empty_root())
            .unwrap()
            .to_string();
        let other = SigningKey::new("example.com/other", KeyKind::Log, &[2; 32]).unwrap();
        let keys = [
            log().verifier().clone(),
            other.verifier().clone(),
            witness(3).verifier().clone(),
        ];
        let open =
            |note: SignedNote| Head::open(note.to_string().as_bytes(), &keys, &Quorum::default());
        assert!(open(SignedNote::sign(&text, &log()).unwrap()).is_ok());
        let foreign = open(SignedNote::sign(&text, &other).unwrap());
        assert_eq!(
            foreign,
            Err(HeadError::NotOfThisLog {
                origin: "example.com/log".to_owned()
            })
        );
    }

    #[test]
    fn a_cosignature_under_the_log_s_name_is_no_signature_of_the_log() {
        let text = Checkpoint::new("example.com/log", 0, empty_root())
            .unwrap()
            .to_string();
        let namesake = SigningKey::new("example.com/log", KeyKind::Cosigner, &[4; 32]).unwrap();
        let mut note = SignedNote::sign(&text, &log()).unwrap();
        note.add(namesake.cosign(&text, 10).unwrap());
        let keys = [namesake.verifier().clone()];
        let opened = Head::open(note.to_string().as_bytes(), &keys, &Quorum::default());
        assert_eq!(opened, Err(HeadError::Note(NoteError::Unsigned)));
    }

    #[test]
    fn aud_05_a_head_below_the_quorum_is_rejected_c2() {
        let text = Checkpoint::new("example.com/log", 0, empty_root())
            .unwrap()
            .to_string();
        let mut note = SignedNote::sign(&text, &log()).unwrap();
        let witnesses: Vec<VerifierKey> = (5..8)
            .map(|seed| witness(seed).verifier().clone())
            .collect();
        let quorum = Quorum {
            witnesses,
            least: 2,
        };
        let keys = [log().verifier().clone()];
        let open = |note: &SignedNote| Head::open(note.to_string().as_bytes(), &keys, &quorum);
        let short = |found| Err(HeadError::Quorum { found, needed: 2 });
        assert_eq!(open(&note), short(0));
        note.add(witness(5).cosign(&text, 10).unwrap());
        note.add(witness(5).cosign(&text, 11).unwrap());
        note.add(witness(9).cosign(&text, 11).unwrap());
        assert_eq!(open(&note), short(1), "twice one witness, and a stranger");
        let mut bent = note.clone();
        bent.add(
            witness(6)
                .cosign("example.com/log\n1\nother\n", 12)
                .unwrap(),
        );
        let bad = NoteError::BadSignature("witness.example/6".to_owned());
        assert_eq!(open(&bent), Err(HeadError::Note(bad)));
        note.add(witness(6).cosign(&text, 12).unwrap());
        let head = open(&note).unwrap();
        assert_eq!(
            head.cosigners()
                .iter()
                .map(|one| one.time)
                .collect::<Vec<_>>(),
            [10, 12]
        );
    }

    #[test]
    fn one_key_under_two_names_is_one_witness() {
        let text = Checkpoint::new("example.com/log", 0, empty_root())
            .unwrap()
            .to_string();
        let mut note = SignedNote::sign(&text, &log()).unwrap();
        let alias = SigningKey::new("alias.example", KeyKind::Cosigner, &[5; 32]).unwrap();
        note.add(witness(5).cosign(&text, 10).unwrap());
        note.add(alias.cosign(&text, 10).unwrap());
        let witnesses = vec![witness(5).verifier().clone(), alias.verifier().clone()];
        let opened = Head::open(
            note.to_string().as_bytes(),
            &[log().verifier().clone()],
            &Quorum {
                witnesses,
                least: 2,
            },
        );
        assert_eq!(
            opened,
            Err(HeadError::Quorum {
                found: 1,
                needed: 2
            })
        );
    }
}
