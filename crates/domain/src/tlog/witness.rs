//! What a witness is asked and how it decides, as values (tlog-witness 1.0.0).

use std::fmt;

use super::Head;
use super::checkpoint::{Checkpoint, CheckpointError, HeadError, Quorum, parse_decimal};
use super::hash::{TreeHash, empty_root};
use super::key::VerifierKey;
use super::note::{NoteError, SignedNote};
use super::proof::verify_consistency;

/// The most proof lines a request may carry.
const MAX_PROOF_LINES: usize = 63;

/// Why a request cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddCheckpointError {
    /// The lines before the checkpoint are not as specified.
    #[error("malformed request: {0}")]
    Form(&'static str),
    /// The checkpoint's note is malformed.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note's text is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// A request to cosign a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Size of the head the log believes the witness to hold.
    pub old_size: u64,
    /// Consistency proof from there.
    pub proof: Vec<TreeHash>,
    /// The new head, as signed.
    pub note: SignedNote,
    /// What the note's text states.
    pub checkpoint: Checkpoint,
}

impl AddCheckpoint {
    /// Makes a request from a signed head.
    ///
    /// # Errors
    ///
    /// [`AddCheckpointError::Checkpoint`] if the note's text is no checkpoint.
    pub fn new(
        old_size: u64,
        proof: Vec<TreeHash>,
        note: SignedNote,
    ) -> Result<Self, AddCheckpointError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok(Self {
            old_size,
            proof,
            note,
            checkpoint,
        })
    }

    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// Any [`AddCheckpointError`].
    pub fn parse(body: &[u8]) -> Result<Self, AddCheckpointError> {
        let text = std::str::from_utf8(body).map_err(|_| AddCheckpointError::Form("not UTF-8"))?;
        let (lines, note) = text.split_once("\n\n").ok_or(AddCheckpointError::Form(
            "no blank line before the checkpoint",
        ))?;
        let mut lines = lines.split('\n');
        let old_size = lines
            .next()
            .and_then(|line| parse_decimal(line.strip_prefix("old ")?));
        let old_size = old_size.ok_or(AddCheckpointError::Form("no old size line"))?;
        let proof: Option<Vec<TreeHash>> = lines.map(TreeHash::from_base64).collect();
        let proof = proof.ok_or(AddCheckpointError::Form(
            "a line of the proof is not a hash",
        ))?;
        if proof.len() > MAX_PROOF_LINES {
            return Err(AddCheckpointError::Form("more than 63 proof lines"));
        }
        Self::new(old_size, proof, SignedNote::parse(note.as_bytes())?)
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        self.proof
            .iter()
            .try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.note)
    }
}

/// Why a witness does not cosign. Each has its HTTP status in the specification.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 404: no key is configured for that origin.
    #[error("the log `{0}` is not known here")]
    UnknownOrigin(String),
    /// 403: no good signature of a key of that log.
    #[error("no good signature: {0}")]
    NoGoodSignature(HeadError),
    /// 400: the head is smaller than the old size named with it.
    #[error("the old size {old} is above the head's size {new}")]
    OldAboveNew {
        /// The old size in the request.
        old: u64,
        /// The head's size.
        new: u64,
    },
    /// 409: the witness holds another size.
    #[error("the head held here has size {held}")]
    OtherSizeHeld {
        /// The size it holds; 0 if none.
        held: u64,
    },
    /// 409: the same size with another root, which is proof of a fork.
    #[error("another root is held here for size {held}")]
    Fork {
        /// The size both claim.
        held: u64,
    },
    /// 422: the proof does not lead from the held head to the new one.
    #[error("the new head is not proved to continue the held one")]
    NotConsistent,
}

/// Decides whether the head in `request` may be cosigned by a witness that holds `held` for its origin.
///
/// `log_keys` are the keys configured for that origin; none means the log is unknown. The caller must hold `held` fast
/// until the new head is stored: two decisions on one held head could contradict each other.
///
/// # Errors
///
/// The [`Refusal`], in the order of checks the specification gives.
pub fn judge_checkpoint(
    request: &AddCheckpoint,
    log_keys: &[VerifierKey],
    held: Option<&Checkpoint>,
) -> Result<(), Refusal> {
    let new = &request.checkpoint;
    if log_keys.is_empty() {
        return Err(Refusal::UnknownOrigin(new.origin().to_owned()));
    }
    let note = request.note.to_string();
    Head::open(note.as_bytes(), log_keys, &Quorum::default()).map_err(Refusal::NoGoodSignature)?;
    if request.old_size > new.size() {
        return Err(Refusal::OldAboveNew {
            old: request.old_size,
            new: new.size(),
        });
    }
    let (held_size, held_root) = held.map_or((0, empty_root()), |held| (held.size(), *held.root()));
    if request.old_size != held_size {
        return Err(Refusal::OtherSizeHeld { held: held_size });
    }
    if held_size == new.size() && held_root != *new.root() {
        return Err(Refusal::Fork { held: held_size });
    }
    verify_consistency(
        (held_size, &held_root),
        (new.size(), new.root()),
        &request.proof,
    )
    .map_err(|_| Refusal::NotConsistent)
}
