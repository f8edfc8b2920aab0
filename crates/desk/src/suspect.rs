//! Naming a suspect: one person writes the basis, another decides on it. Until then the role stays what it was.

use domain::authority::Actor;
use domain::case::{Subject, SubjectRole};
use domain::id::{CaseId, RecordId, SubjectId, SuspicionId, UserId};
use domain::policy::Act;
use domain::statement::Sequence;
use domain::suspicion::{Grounds, Ruling, Suspicion};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// A decision on a written basis.
#[derive(Debug, Clone)]
pub enum SuspectDecision {
    /// The person is a suspect from now on.
    Approve,
    /// They are not, for this reason; their role stays what it was.
    Refuse(String),
}

impl Desk {
    /// Proposes that the person of a record is a suspect. A record that is no subject yet becomes one without a role.
    ///
    /// # Errors
    /// Malformed when a part of the grounds says nothing; a conflict when the person is a suspect already or a basis waits.
    pub fn propose_suspect(
        &self,
        actor: &Actor,
        case: CaseId,
        record: RecordId,
        grounds: &Grounds,
    ) -> Result<SubjectId, DeskError> {
        if let Some(part) = grounds.missing() {
            return Err(DeskError::malformed(
                part,
                "says nothing: a suspect needs facts, the offence, the law and why the one bears on the other",
            ));
        }
        let fresh = SubjectId::fresh(self.now(), self.randomness());
        let id = SuspicionId::fresh(self.now(), self.randomness());
        let name = self.pseudonym(record.bytes());
        let asked = grounds.in_words();
        let knock = Knock::inside(actor, Act::ProposeSuspect, case).asking(&asked);
        self.change(&knock, |tx, permit| {
            let record = tx
                .record(permit, record, Sequence::NOW)?
                .ok_or(DeskError::NotFound("record"))?;
            self.attach(tx, permit, record.id)?;
            let there = tx
                .subjects(permit)?
                .into_iter()
                .find(|subject| subject.record == record.id);
            let subject = match there {
                Some(subject) if subject.role == SubjectRole::Suspect => {
                    return Err(DeskError::Conflict(
                        "the person is a suspect already".into(),
                    ));
                }
                Some(subject) => subject.id,
                None => {
                    tx.add_subject(&Subject {
                        id: fresh,
                        case,
                        record: record.id,
                        role: SubjectRole::Unclassified,
                        basis: None,
                        by: permit.user(),
                        at: permit.at(),
                    })?;
                    fresh
                }
            };
            if tx.suspicion_author(case, subject)?.is_some() {
                return Err(DeskError::Conflict(
                    "a basis for this person waits for a decision already".into(),
                ));
            }
            tx.add_suspicion(&Suspicion {
                id,
                case,
                subject,
                grounds: grounds.clone(),
                by: permit.user(),
                at: permit.at(),
                ruling: None,
            })?;
            let objects = [
                format!("subject:{subject}"),
                name,
                format!("suspicion:{id}"),
            ];
            Ok(Touched::new(subject, objects))
        })
    }

    /// Decides on the basis that waits for a subject; never by whoever wrote it.
    ///
    /// # Errors
    /// A conflict when nothing waits.
    pub fn decide_suspect(
        &self,
        actor: &Actor,
        case: CaseId,
        subject: SubjectId,
        decision: &SuspectDecision,
    ) -> Result<(), DeskError> {
        let (approved, words) = match decision {
            SuspectDecision::Approve => (true, String::new()),
            SuspectDecision::Refuse(reason) => (false, required("reason", reason)?),
        };
        // Nobody wrote what is not there: the rules then judge by role alone, and the act finds nothing.
        let author = self
            .store()
            .read(|view| view.suspicion_author(case, subject))?
            .unwrap_or(UserId::from_bytes([0; 16]));
        let knock = Knock::inside(actor, Act::DecideSuspect, case)
            .asking(&words)
            .concerning(author);
        self.change(&knock, |tx, permit| {
            let waiting = tx
                .suspicions(permit)?
                .into_iter()
                .find(|one| one.subject == subject && one.ruling.is_none())
                // Invariant: who wrote it is whom the rules were asked about.
                .filter(|one| one.by == author)
                .ok_or_else(|| {
                    DeskError::Conflict("nothing waits for a decision on this subject".into())
                })?;
            let ruling = Ruling {
                approved,
                words: words.clone(),
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_ruling(case, waiting.id, &ruling)?;
            if approved {
                let there = tx
                    .subjects(permit)?
                    .into_iter()
                    .find(|one| one.id == subject)
                    .ok_or(DeskError::NotFound("subject"))?;
                tx.add_subject(&Subject {
                    role: SubjectRole::Suspect,
                    basis: Some(waiting.grounds.in_words()),
                    by: permit.user(),
                    at: permit.at(),
                    ..there
                })?;
            }
            let objects = [
                format!("subject:{subject}"),
                format!("suspicion:{}", waiting.id),
                format!("ruling:{}", if approved { "approved" } else { "refused" }),
            ];
            Ok(Touched::new((), objects))
        })
    }
}
