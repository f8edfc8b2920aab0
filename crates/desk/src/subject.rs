//! Subjects of a case: identities with a role, never suspects by default.

use domain::authority::{Actor, Purpose};
use domain::case::{Subject, SubjectRole};
use domain::id::{CaseId, DatasetId, RecordId, SubjectId};
use domain::policy::{Act, Permit};
use domain::statement::Sequence;
use domain::suspicion::Suspicion;
use store::View;

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::purpose::purposes_of;
use crate::{Desk, DeskError};

/// A subject to be.
#[derive(Debug, Clone)]
pub struct NewSubject {
    /// A record of the identity.
    pub record: RecordId,
    /// What it is to the case.
    pub role: SubjectRole,
    /// On what basis, for roles that say something against a person.
    pub basis: String,
}

/// A subject with its caption.
#[derive(Debug, Clone)]
pub struct SubjectLine {
    /// The subject.
    pub subject: Subject,
    /// How its record is called.
    pub caption: String,
    /// Schema of its record; empty when the case may no longer read it.
    pub schema: String,
    /// Datasets that describe it: its record's, and those of the records judged to be one with it.
    pub datasets: Vec<DatasetId>,
    /// How many records were judged to be one with it.
    pub others: usize,
    /// The written basis on which it is a suspect, or is to be one if another person agrees.
    pub suspicion: Option<Suspicion>,
    /// For what it was found and is used, where these differ.
    pub purposes: Vec<Purpose>,
}

impl Desk {
    /// Adds a record as a subject, or gives one another role. Nobody becomes a suspect this way: see
    /// [`Desk::propose_suspect`]; nor a convicted person, of whom no judgment of a court can be kept yet.
    pub fn add_subject(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewSubject,
    ) -> Result<SubjectId, DeskError> {
        match new.role {
            SubjectRole::Suspect => {
                return Err(DeskError::malformed(
                    "basis",
                    "is not enough: a suspect needs facts, the offence, the law and why the one bears on the other, \
                     proposed for a supervisor's decision",
                ));
            }
            SubjectRole::Convicted => {
                required("basis", &new.basis)?;
                return Err(DeskError::malformed(
                    "role",
                    "convictions cannot be kept here yet; add the subject without a role",
                ));
            }
            _ => {}
        }
        let id = SubjectId::fresh(self.now(), self.randomness());
        let name = self.pseudonym(new.record.bytes());
        let basis = Some(new.basis.trim().to_owned()).filter(|basis| !basis.is_empty());
        self.change(
            &Knock::inside(actor, Act::AddSubject, case),
            |tx, permit| {
                let record = tx
                    .record(permit, new.record, Sequence::NOW)?
                    .ok_or(DeskError::NotFound("record"))?;
                self.attach(tx, permit, record.id)?;
                let there = tx
                    .subjects(permit)?
                    .into_iter()
                    .find(|subject| subject.record == record.id);
                let id = there.map_or(id, |subject| subject.id);
                tx.add_subject(&Subject {
                    id,
                    case,
                    record: record.id,
                    role: new.role,
                    basis,
                    by: permit.user(),
                    at: permit.at(),
                })?;
                Ok(Touched::new(
                    id,
                    [
                        format!("subject:{id}"),
                        name,
                        format!("role:{}", new.role.word()),
                    ],
                ))
            },
        )
    }

    /// Lists subjects with their roles.
    pub fn subjects(&self, actor: &Actor, case: CaseId) -> Result<Vec<SubjectLine>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let lines = lines(view, permit)?;
                let touched: Vec<String> = lines
                    .iter()
                    .map(|line| self.pseudonym(line.subject.record.bytes()))
                    .collect();
                Ok(Touched::new(lines, touched))
            },
        )
    }
}

/// The subjects of the permit's case with their captions, as far as the permit covers them.
pub(crate) fn lines(view: &View<'_>, permit: &Permit) -> Result<Vec<SubjectLine>, DeskError> {
    let subjects = view.subjects(permit)?;
    let mut suspicions = view.suspicions(permit)?;
    let records: Vec<RecordId> = subjects.iter().map(|subject| subject.record).collect();
    let captions = view.caption(permit, &records)?;
    let caption = |record| {
        captions
            .iter()
            .find(|(id, _)| *id == record)
            .map(|(_, caption)| caption.clone())
            .unwrap_or_default()
    };
    let judgements = view.judgements(permit, Sequence::NOW)?;
    let identities = domain::identity::Identities::closure(&judgements);
    let mut lines = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let mut line = SubjectLine {
            caption: caption(subject.record),
            schema: String::new(),
            datasets: Vec::new(),
            others: 0,
            purposes: purposes_of(view, permit, subject.record)?,
            suspicion: suspicions
                .iter()
                .position(|one| one.subject == subject.id && one.bears_on(subject.role))
                .map(|found| suspicions.remove(found)),
            subject,
        };
        for member in identities.members(line.subject.record) {
            let Some(found) = view.record(permit, member, Sequence::NOW)? else {
                continue;
            };
            if !line.datasets.contains(&found.dataset) {
                line.datasets.push(found.dataset);
            }
            if member == line.subject.record {
                line.schema = found.schema;
            } else {
                line.others += 1;
            }
        }
        lines.push(line);
    }
    Ok(lines)
}
