//! Intelligence that a case holds: never a fact, and never without its labels.

use domain::authority::Actor;
use domain::id::{CaseId, IntelligenceId, SubjectId};
use domain::intelligence::{Reliability, Sensitivity, Validity};
use domain::policy::Act;
use store::Intelligence;

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// An item as it is handed in; each label is a word.
#[derive(Debug, Clone, Default)]
pub struct NewIntelligence {
    /// Whom it is about, where it is about a subject.
    pub subject: Option<SubjectId>,
    /// What is said.
    pub words: String,
    /// Who may see it.
    pub sensitivity: String,
    /// How reliable the source is.
    pub reliability: String,
    /// How far the content is borne out.
    pub validity: String,
    /// The body that submitted it.
    pub body: String,
}

fn label<T>(
    field: &'static str,
    word: &str,
    read: impl Fn(&str) -> Option<T>,
    all: &str,
) -> Result<T, DeskError> {
    let word = word.trim();
    read(word).ok_or_else(|| match word {
        "" => DeskError::malformed(field, format!("is missing; it is one of {all}")),
        other => DeskError::malformed(field, format!("`{other}` is not one of {all}")),
    })
}

fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> String {
    all.iter()
        .map(|one| word(*one))
        .collect::<Vec<_>>()
        .join(", ")
}

impl Desk {
    /// Takes an item of intelligence in.
    ///
    /// # Errors
    /// Malformed when the words or any of the labels is missing, or the subject is none of the case.
    pub fn add_intelligence(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewIntelligence,
    ) -> Result<IntelligenceId, DeskError> {
        let sensitivity = label(
            "sensitivity",
            &new.sensitivity,
            Sensitivity::from_word,
            &words(Sensitivity::ALL, Sensitivity::word),
        )?;
        let reliability = label(
            "reliability",
            &new.reliability,
            Reliability::from_word,
            &words(Reliability::ALL, Reliability::word),
        )?;
        let validity = label(
            "validity",
            &new.validity,
            Validity::from_word,
            &words(Validity::ALL, Validity::word),
        )?;
        let (said, body) = (required("words", &new.words)?, required("body", &new.body)?);
        let id = IntelligenceId::fresh(self.now(), self.randomness());
        let subject = new.subject;
        self.change(&Knock::inside(actor, Act::WriteNote, case), |tx, permit| {
            if let Some(subject) = subject
                && tx.subjects(permit)?.iter().all(|one| one.id != subject)
            {
                return Err(DeskError::not_of_case("subject", "subject", subject));
            }
            tx.add_intelligence(&Intelligence {
                id,
                case,
                subject,
                words: said,
                sensitivity,
                reliability,
                validity,
                body,
                by: permit.user(),
                at: permit.at(),
            })?;
            Ok(Touched::new(id, [format!("intelligence:{id}")]))
        })
    }

    /// Lists the intelligence that a case holds.
    pub fn intelligence(
        &self,
        actor: &Actor,
        case: CaseId,
    ) -> Result<Vec<Intelligence>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let items = view.intelligence(permit)?;
                let touched: Vec<String> = items
                    .iter()
                    .map(|item| format!("intelligence:{}", item.id))
                    .collect();
                Ok(Touched::new(items, touched))
            },
        )
    }
}
