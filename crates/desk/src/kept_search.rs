//! Searches that a case keeps, each with the reason for which it is asked, and many asked in one go; marks on items.
//!
//! A batch is no way around the door: each of its questions is decided on and logged like one that was typed alone.

use domain::authority::Actor;
use domain::id::{CaseId, EvidenceId, KeptSearchId};
use domain::policy::Act;
use store::{DocumentMark, KeptSearch, READ};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::text_question;
use crate::text_search::{TextAsked, TextFound};
use crate::{Desk, DeskError};

/// Questions of one batch.
pub const MOST_ASKED: usize = 200;

/// Characters of a tag.
const LONGEST_TAG: usize = 40;

/// A question with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What is looked for.
    pub asked: TextAsked,
    /// What the look-up is to settle.
    pub reason: String,
}

/// What came of one question of a batch.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The question.
    pub line: Line,
    /// What was found, or in words why nothing was looked for.
    pub found: Result<TextFound, String>,
}

/// Marks of a case's items.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// All marks.
    pub marks: Vec<DocumentMark>,
    /// Tags, each with how many items have it.
    pub tags: Vec<(String, u64)>,
}

impl Desk {
    /// Keeps a search with its reason.
    ///
    /// # Errors
    /// Malformed when it is no search, or the reason is missing.
    pub fn keep_search(
        &self,
        actor: &Actor,
        case: CaseId,
        line: &Line,
    ) -> Result<KeptSearchId, DeskError> {
        text_question::read(&line.asked.words)?;
        let kept = KeptSearch {
            id: KeptSearchId::fresh(self.now(), self.randomness()),
            words: line.asked.words.clone(),
            as_written: !line.asked.scripts,
            reason: required("reason", &line.reason)?,
            by: actor.user,
            at: self.now(),
            stopped: None,
        };
        let knock = Knock::inside(actor, Act::MarkDocument, case).asking(&line.asked.words);
        self.change(&knock, |tx, permit| {
            self.on_its_basis(tx, case)?;
            tx.keep_search(permit, &kept)?;
            Ok(Touched::new(kept.id, [format!("search:{}", kept.id)]))
        })
    }

    /// Keeps a search no longer.
    pub fn end_search(
        &self,
        actor: &Actor,
        case: CaseId,
        id: KeptSearchId,
    ) -> Result<(), DeskError> {
        self.change(
            &Knock::inside(actor, Act::MarkDocument, case),
            |tx, permit| match tx.end_search(permit, id)? {
                true => Ok(Touched::new((), [format!("search:{id}")])),
                false => Err(DeskError::NotFound("kept search")),
            },
        )
    }

    /// Searches that the case keeps.
    pub fn kept_searches(&self, actor: &Actor, case: CaseId) -> Result<Vec<KeptSearch>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadEvidence, case),
            |view, permit| {
                let kept = view.kept_searches(permit)?;
                Ok(Touched::new(kept, [format!("case:{case}")]))
            },
        )
    }

    /// Asks many questions, each decided on and logged by itself. What is wrong with one is told of it and stops no other;
    /// a refusal stops all.
    ///
    /// # Errors
    /// Malformed when there are too many, or one has no reason.
    pub fn search_batch(
        &self,
        actor: &Actor,
        case: CaseId,
        lines: Vec<Line>,
    ) -> Result<Vec<Answered>, DeskError> {
        if lines.len() > MOST_ASKED {
            let reason = format!("ask at most {MOST_ASKED} questions at a time");
            return Err(DeskError::malformed("lines", reason));
        }
        for (at, line) in (1..).zip(&lines) {
            if line.reason.trim().is_empty() {
                let reason = format!(
                    "line {at}, `{}`, does not say why it is asked",
                    line.asked.words
                );
                return Err(DeskError::malformed("lines", reason));
            }
        }
        let mut answered = Vec::with_capacity(lines.len());
        for line in lines {
            let found = match self.search_documents_because(
                actor,
                case,
                &line.asked,
                Some(line.reason.trim()),
            ) {
                Ok(found) => Ok(found),
                Err(DeskError::Malformed { reason, .. }) => Err(reason),
                Err(error) => return Err(error),
            };
            answered.push(Answered { line, found });
        }
        Ok(answered)
    }

    /// Sets a tag on an item, or takes it away. Tags are words of the case and say nothing of persons.
    ///
    /// # Errors
    /// Malformed when the tag is empty, too long or holds other signs than letters, digits and `-`.
    pub fn tag_document(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
        tag: &str,
        set: bool,
    ) -> Result<(), DeskError> {
        let tag = tag_of(tag)?;
        self.mark(actor, case, item, &tag, set)
    }

    /// Marks an item as read by whoever asks, or as unread.
    pub fn mark_read(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
        set: bool,
    ) -> Result<(), DeskError> {
        self.mark(actor, case, item, READ, set)
    }

    fn mark(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
        word: &str,
        set: bool,
    ) -> Result<(), DeskError> {
        self.change(
            &Knock::inside(actor, Act::MarkDocument, case),
            |tx, permit| {
                if tx.evidence_item(permit, item)?.is_none() {
                    return Err(DeskError::NotFound("item of evidence"));
                }
                tx.mark_document(permit, item, word, set)?;
                Ok(Touched::new((), [format!("evidence:{item}")]))
            },
        )
    }

    /// The marks of one item, or of all, and the tags of the case.
    pub fn document_marks(
        &self,
        actor: &Actor,
        case: CaseId,
        item: Option<EvidenceId>,
    ) -> Result<Marks, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let marks = Marks {
                    marks: view.document_marks(permit, item)?,
                    tags: view.document_tags(permit)?,
                };
                Ok(Touched::new(marks, [format!("case:{case}")]))
            },
        )
    }
}

/// A tag as it is kept: in small letters, with `-` between its words.
pub(crate) fn tag_of(given: &str) -> Result<String, DeskError> {
    let words: Vec<&str> = given.split_whitespace().collect();
    let tag = words.join("-").to_lowercase();
    let fits = !tag.is_empty()
        && tag.chars().count() <= LONGEST_TAG
        && tag
            .chars()
            .all(|sign| sign.is_alphanumeric() || sign == '-');
    match fits {
        true => Ok(tag),
        false => {
            let reason = format!("has one to {LONGEST_TAG} letters, digits and `-`");
            Err(DeskError::malformed("tag", reason))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::tag_of;

    #[test]
    fn tags_are_plain_words() {
        assert_eq!(
            tag_of(" Key  document ").ok().as_deref(),
            Some("key-document")
        );
        assert_eq!(tag_of("\u{5b9b}").ok().as_deref(), Some("\u{5b9b}"));
        for wrong in ["", "a:b", "\u{2713}read", &"x".repeat(41)] {
            assert!(tag_of(wrong).is_err(), "{wrong}");
        }
    }
}
