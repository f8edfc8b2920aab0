//! One entry's place in a log as a single text file that proves itself offline (tlog-proof v1).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::checkpoint::{Head, HeadError, Quorum, parse_decimal};
use super::hash::TreeHash;
use super::key::VerifierKey;
use super::note::{MAX_NOTE_BYTES, NoteError, SignedNote};
use super::proof::{ProofError, verify_inclusion};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// A tree of 64-bit size is at most this high.
const MAX_HASHES: usize = 64;

/// Why a proof file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFileError {
    /// Not in the form of tlog-proof v1.
    #[error("not a proof file: {0}")]
    Form(&'static str),
    /// The head inside is not accepted.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// The head is good, and the entry is not shown to be in it.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

/// The content of a proof file, not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// Bytes for the reader's use that nothing authenticates.
    pub extra: Option<Vec<u8>>,
    /// Index of the entry.
    pub index: u64,
    /// Inclusion proof, the leaf's sibling first.
    pub hashes: Vec<TreeHash>,
    /// The signed head.
    pub head: SignedNote,
}

impl TlogProof {
    /// Reads a proof file; checks its form only.
    ///
    /// # Errors
    ///
    /// [`ProofFileError::Form`], or the head's own.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofFileError> {
        if bytes.len() > 2 * MAX_NOTE_BYTES {
            return Err(ProofFileError::Form("too long"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| ProofFileError::Form("not UTF-8"))?;
        // The first blank line ends the proof: its own lines are never empty.
        let (proof, head) = text
            .split_once("\n\n")
            .ok_or(ProofFileError::Form("no blank line before the head"))?;
        let mut lines = proof.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(ProofFileError::Form("unknown header"));
        }
        let extra = match lines.next_if(|line| line.starts_with("extra ")) {
            Some(line) => {
                let bytes = STANDARD.decode(line.strip_prefix("extra ").unwrap_or(line));
                Some(bytes.map_err(|_| ProofFileError::Form("extra bytes are not base64"))?)
            }
            None => None,
        };
        let index = lines
            .next()
            .and_then(|line| parse_decimal(line.strip_prefix("index ")?));
        let index = index.ok_or(ProofFileError::Form("no index line"))?;
        let hashes: Option<Vec<TreeHash>> = lines.map(TreeHash::from_base64).collect();
        let hashes = hashes.ok_or(ProofFileError::Form("a line of the proof is not a hash"))?;
        if hashes.len() > MAX_HASHES {
            return Err(ProofFileError::Form("too many hashes"));
        }
        let head = SignedNote::parse(head.as_bytes()).map_err(HeadError::from)?;
        Ok(Self {
            extra,
            index,
            hashes,
            head,
        })
    }

    /// Checks that the entry with this leaf hash is in the log under a head signed by its keys and a quorum.
    ///
    /// The reader computes `leaf` from the entry in hand. Returns the head that was accepted.
    ///
    /// # Errors
    ///
    /// The [`ProofFileError`] that says what is not proved.
    pub fn check(
        &self,
        leaf: &TreeHash,
        log_keys: &[VerifierKey],
        quorum: &Quorum,
    ) -> Result<Head, ProofFileError> {
        let head = Head::open(self.head.to_string().as_bytes(), log_keys, quorum)?;
        let (size, root) = (head.checkpoint().size(), head.checkpoint().root());
        verify_inclusion(leaf, self.index, size, &self.hashes, root)?;
        Ok(head)
    }
}

impl From<NoteError> for ProofFileError {
    fn from(error: NoteError) -> Self {
        Self::Head(HeadError::Note(error))
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes
            .iter()
            .try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlog::checkpoint::Checkpoint;
    use crate::tlog::hash::{leaf_hash, node_hash};
    use crate::tlog::key::{KeyKind, SigningKey};

    fn log() -> SigningKey {
        SigningKey::new("example.com/log", KeyKind::Log, &[1; 32]).unwrap()
    }

    fn sample() -> TlogProof {
        let root = node_hash(&leaf_hash(b"a"), &leaf_hash(b"b"));
        let text = Checkpoint::new("example.com/log", 2, root)
            .unwrap()
            .to_string();
        let head = SignedNote::sign(&text, &log()).unwrap();
        TlogProof {
            extra: None,
            index: 1,
            hashes: vec![leaf_hash(b"a")],
            head,
        }
    }

    #[test]
    fn a_proof_file_proves_its_entry_and_no_other() {
        let keys = [log().verifier().clone()];
        for extra in [None, Some(b"case 7".to_vec())] {
            let text = TlogProof { extra, ..sample() }.to_string();
            let read = TlogProof::parse(text.as_bytes()).unwrap();
            assert_eq!(read.to_string(), text);
            assert!(
                read.check(&leaf_hash(b"b"), &keys, &Quorum::default())
                    .is_ok()
            );
            let other = read.check(&leaf_hash(b"a"), &keys, &Quorum::default());
            assert_eq!(other, Err(ProofFileError::Proof(ProofError::RootDiffers)));
        }
    }

    #[test]
    fn malformed_proof_files_are_refused() {
        let good = sample().to_string();
        for (from, to) in [
            ("proof@v1", "proof@v2"),
            ("index 1", "index 01"),
            ("index 1\n", ""),
            ("index 1\n", "index 1\nextra AAAA\n"),
            ("index 1\n", "extra !\nindex 1\n"),
            ("index 1\n", "extra extra AAAA\nindex 1\n"),
            ("\n\n", "\n"),
            ("=\n\nexample", "\n\nexample"),
            ("\u{2014}", "-"),
        ] {
            let bad = good.replacen(from, to, 1);
            assert_ne!(bad, good);
            assert!(TlogProof::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
