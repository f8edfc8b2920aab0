//! What can go wrong with an act, told once; faces choose status codes and exit codes from it.

use domain::policy::Refusal;

/// Why an act has no outcome.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// Refused by a rule; logged. When the asker may not know of the thing, faces answer as if it did not exist.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// Nothing of that id, as far as the asker may know.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The request is malformed: the field at fault, and why.
    #[error("`{field}`: {reason}")]
    Malformed {
        /// The field.
        field: &'static str,
        /// Lower case, without a final stop.
        reason: String,
    },
    /// The request names a thing that is nothing of the case, or nothing at all: nobody is told which. The log's entry
    /// names it.
    #[error("`{field}`: `{object}` is nothing of this case")]
    NotOfCase {
        /// The field.
        field: &'static str,
        /// Its kind and id, `passage:01…`.
        object: String,
    },
    /// The state has moved on, or forbids it.
    #[error("{0}")]
    Conflict(String),
    /// A decision by somebody else has to come first; logged like a refusal, whose words it has.
    #[error(transparent)]
    Undecided(Box<Refusal>),
    /// Nobody is signed in, or the sign-in failed. Never says which part was wrong.
    #[error("sign-in needed")]
    NotSignedIn,
    /// Too many tries; for so many seconds no more are looked at.
    #[error("too many tries; wait {seconds} seconds")]
    TooMany {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The store or the log cannot take anything now; nothing was done.
    #[error("the service takes nothing now: {0}")]
    Unavailable(String),
    /// More waits already than can be taken; to be sent again after so many seconds. Nothing was done.
    #[error("more waits than can be taken now; send it again in {0} seconds")]
    Busy(u64),
    /// A fault of ours. The message is for the operator.
    #[error("internal fault: {0}")]
    Internal(String),
}

impl DeskError {
    /// A malformed field.
    pub fn malformed(field: &'static str, reason: impl Into<String>) -> Self {
        Self::Malformed {
            field,
            reason: reason.into(),
        }
    }
}

impl DeskError {
    /// A thing named in a field that is nothing of the case.
    pub(crate) fn not_of_case(field: &'static str, kind: &str, id: impl std::fmt::Display) -> Self {
        Self::NotOfCase {
            field,
            object: format!("{kind}:{id}"),
        }
    }
}

impl From<Refusal> for DeskError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<store::StoreError> for DeskError {
    fn from(error: store::StoreError) -> Self {
        if error.is_refusal_of_the_disk() {
            Self::Unavailable(error.to_string())
        } else {
            Self::Internal(error.to_string())
        }
    }
}

impl From<search::SearchError> for DeskError {
    fn from(error: search::SearchError) -> Self {
        use search::SearchError;
        match error {
            SearchError::Folder(_) | SearchError::Index(_) | SearchError::Busy => {
                Self::Unavailable(error.to_string())
            }
            other => Self::malformed("text", other.to_string()),
        }
    }
}

impl From<store::ActError> for DeskError {
    fn from(error: store::ActError) -> Self {
        error.widen::<Self>().into()
    }
}

impl From<store::ActError<DeskError>> for DeskError {
    fn from(error: store::ActError<DeskError>) -> Self {
        match error {
            store::ActError::Refusing { reason } => Self::Unavailable(reason),
            store::ActError::Store(error) => error.into(),
            store::ActError::Act(error) => error,
        }
    }
}

/// Takes a text field that must say something, trimmed.
pub(crate) fn required(field: &'static str, text: &str) -> Result<String, DeskError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DeskError::malformed(field, "is empty"));
    }
    Ok(text.to_owned())
}
