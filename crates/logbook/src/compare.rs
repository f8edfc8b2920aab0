//! Two signed heads side by side: do they show one log, or two under one name?

use std::fmt;

use domain::tlog::{Head, HeadError, Quorum, TreeHash, VerifierKey};

/// What two heads of one log say about each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Same size, same root.
    Same {
        /// The size both state.
        size: u64,
    },
    /// Different sizes: only a consistency proof, or the log itself, can tell.
    SizesDiffer {
        /// The first head's size.
        first: u64,
        /// The second head's size.
        second: u64,
    },
    /// Same size, two roots: the log's key has signed two histories.
    Fork(ForkEvidence),
    /// Heads of two logs.
    OriginsDiffer,
}

/// Both heads that prove a fork; printed, it is the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkEvidence {
    /// The log's name.
    pub origin: String,
    /// The size both heads state.
    pub size: u64,
    /// The two roots.
    pub roots: [TreeHash; 2],
    /// The two notes, as signed.
    pub notes: [String; 2],
}

/// Compares two signed heads; each must be signed by a key of the log.
///
/// # Errors
///
/// [`HeadError`] of the first head that is refused: an unsigned head is no evidence against anyone.
pub fn compare(
    first: &[u8],
    second: &[u8],
    log_keys: &[VerifierKey],
) -> Result<Comparison, HeadError> {
    let heads = [first, second].map(|note| Head::open(note, log_keys, &Quorum::default()));
    let [first, second] = heads;
    let (first, second) = (first?, second?);
    let (a, b) = (first.checkpoint(), second.checkpoint());
    Ok(if a.origin() != b.origin() {
        Comparison::OriginsDiffer
    } else if a.size() != b.size() {
        Comparison::SizesDiffer {
            first: a.size(),
            second: b.size(),
        }
    } else if a.root() == b.root() {
        Comparison::Same { size: a.size() }
    } else {
        Comparison::Fork(ForkEvidence {
            origin: a.origin().to_owned(),
            size: a.size(),
            roots: [*a.root(), *b.root()],
            notes: [first.note().to_string(), second.note().to_string()],
        })
    })
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same { size } => write!(f, "both heads show the same log of {size} entries"),
            Self::SizesDiffer { first, second } => {
                write!(
                    f,
                    "the heads have sizes {first} and {second}: the log must show that one continues the other"
                )
            }
            Self::OriginsDiffer => write!(f, "the heads are of two different logs"),
            Self::Fork(evidence) => evidence.fmt(f),
        }
    }
}

impl fmt::Display for ForkEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            origin,
            size,
            roots: [first, second],
            notes: [note, other],
        } = self;
        writeln!(
            f,
            "the log `{origin}` has signed two roots for {size} entries: {first} and {second}"
        )?;
        writeln!(f, "\nfirst head:\n\n{note}\nsecond head:\n\n{other}")
    }
}
