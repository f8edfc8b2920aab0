//! Taking over what another case holds: whole cases become one, one case becomes two, and nothing is lost.
//!
//! The case that gives keeps all it has. What the other may hold is written there anew under ids of its own, by the same
//! authors and dates, and each thing leads back to what it was; what has to stay where it is (a report and its approval, the
//! ledger of what went out, what rests on a source that the other case may not read) is listed with the reason.

use std::collections::BTreeMap;

use domain::authority::Actor;
use domain::case::{CaseFile, Custody, Evidence, Note, NoteKind, Subject, SubjectRole, citations};
use domain::hypothesis::{Hypothesis, Weighed, Weighing};
use domain::id::{
    CaseId, CaseMergeId, EvidenceId, HypothesisId, NoteId, PassageId, SpecialId, StatementId,
    SubjectId, TaskId,
};
use domain::passage::Passage;
use domain::policy::{Act, Permit};
use domain::statement::Sequence;
use domain::work::Task;
use store::{CaseMerge, CasePart, SpecialPassage, Tx, View};

use crate::act::Touched;
use crate::case_links::may_read;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// Most alerts that are listed as staying.
const MOST_ALERTS: usize = 10_000;

/// What is to be taken over.
#[derive(Debug, Clone, Default)]
pub struct NewMerge {
    /// Number of the case that gives.
    pub from: String,
    /// Why.
    pub reason: String,
    /// Only these; everything when none is named.
    pub only: Chosen,
}

/// Things chosen from a case, so that a part of it goes elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Subjects.
    pub subjects: Vec<SubjectId>,
    /// Notes and findings.
    pub notes: Vec<NoteId>,
    /// Items of evidence; those that a chosen note cites come along.
    pub evidence: Vec<EvidenceId>,
}

impl Chosen {
    /// Whether nothing was chosen, so that all is meant.
    pub const fn is_all(&self) -> bool {
        self.subjects.is_empty() && self.notes.is_empty() && self.evidence.is_empty()
    }
}

/// A taking over as either side sees it.
#[derive(Debug, Clone)]
pub struct MergeLine {
    /// What was done.
    pub merge: CaseMerge,
    /// Number of the other side.
    pub number: String,
    /// Its title, for whoever may read it.
    pub title: Option<String>,
    /// Each thing and what it became, where this is the case that took.
    pub parts: Vec<PartLine>,
}

/// One thing.
#[derive(Debug, Clone)]
pub struct PartLine {
    /// What became of it.
    pub part: CasePart,
    /// What it is called here; empty for what stayed there.
    pub name: String,
}

impl Desk {
    /// Takes over what another case holds.
    ///
    /// # Errors
    /// Malformed when the number is of no case that the asker may know of; a conflict when the purposes differ, or somebody
    /// of this case has a conflict of interest with the other.
    pub fn merge_cases(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewMerge,
    ) -> Result<CaseMergeId, DeskError> {
        let (number, reason) = (
            required("from", &new.from)?,
            required("reason", &new.reason)?,
        );
        // Whoever takes nothing over here learns nothing of other numbers.
        self.admit(&Knock::inside(actor, Act::MergeCase, case))?;
        let gone = || DeskError::malformed("from", "is the number of no case that you may know of");
        let other = self
            .store()
            .read(|view| view.case_by_number(&number))?
            .ok_or_else(gone)?;
        if other.id == case {
            return Err(DeskError::malformed("from", "is this case itself"));
        }
        let theirs = match self.admit(&Knock::inside(actor, Act::MergeCase, other.id)) {
            Err(DeskError::NotFound(_)) => return Err(gone()),
            admitted => admitted?,
        };
        let id = CaseMergeId::fresh(self.now(), self.randomness());
        let knock = Knock::inside(actor, Act::MergeCase, case).asking(&reason);
        self.change(&knock, |tx, permit| {
            let ours = tx.case(case)?.ok_or(DeskError::NotFound("case"))?;
            let other = tx.case(other.id)?.ok_or_else(gone)?;
            fits(tx, &ours, &other)?;
            let mut taking = Taking {
                desk: self,
                tx,
                permit,
                theirs: &theirs,
                other: &other,
                only: &new.only,
                parts: Vec::new(),
                notes: BTreeMap::new(),
                items: BTreeMap::new(),
                passages: BTreeMap::new(),
            };
            taking.all()?;
            let parts = taking.parts;
            if parts.iter().all(|part| part.new.is_none()) {
                return Err(DeskError::Conflict(
                    "nothing of what was chosen can be taken over; it is all here, or has to stay there".into(),
                ));
            }
            tx.add_case_merge(
                &CaseMerge {
                    id,
                    case,
                    other: other.id,
                    whole: new.only.is_all(),
                    reason: reason.clone(),
                    by: permit.user(),
                    at: permit.at(),
                },
                &parts,
            )?;
            let objects = [format!("case:{case}"), format!("case:{}", other.id), format!("merge:{id}")];
            Ok(Touched::new(id, objects))
        })
    }

    /// What a case took over from others, with what became of each thing; and where its own content was taken over.
    pub fn case_merges(
        &self,
        actor: &Actor,
        case: CaseId,
    ) -> Result<(Vec<MergeLine>, Vec<MergeLine>), DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let mut taken = Vec::new();
                for merge in view.case_merges(case)? {
                    let parts = view.case_parts(merge.id)?;
                    let parts: Result<Vec<PartLine>, DeskError> = parts
                        .into_iter()
                        .map(|part| {
                            let name = name(view, permit, &part)?;
                            Ok(PartLine { part, name })
                        })
                        .collect();
                    taken.push(line(view, permit, merge.other, merge, parts?)?);
                }
                let mut given = Vec::new();
                for merge in view.merges_of(case)? {
                    given.push(line(view, permit, merge.case, merge, Vec::new())?);
                }
                let objects: Vec<String> = taken
                    .iter()
                    .chain(&given)
                    .map(|line| format!("merge:{}", line.merge.id))
                    .collect();
                Ok(Touched::new((taken, given), objects))
            },
        )
    }
}

fn line(
    view: &View<'_>,
    permit: &Permit,
    side: CaseId,
    merge: CaseMerge,
    parts: Vec<PartLine>,
) -> Result<MergeLine, DeskError> {
    let file = view.case(side)?;
    let reads = may_read(view, permit, side)?;
    Ok(MergeLine {
        number: file
            .as_ref()
            .map_or_else(String::new, |file| file.number.clone()),
        title: file.filter(|_| reads).map(|file| file.title),
        merge,
        parts,
    })
}

/// What a thing is called in the case that took it.
fn name(view: &View<'_>, permit: &Permit, part: &CasePart) -> Result<String, DeskError> {
    let Some(new) = part.new else {
        return Ok(String::new());
    };
    Ok(match part.kind.as_str() {
        "subject" => {
            let id = SubjectId::from_bytes(new);
            let subjects = view.subjects(permit)?;
            match subjects.into_iter().find(|subject| subject.id == id) {
                Some(subject) => crate::record::caption(view, permit, subject.record)?,
                None => String::new(),
            }
        }
        "note" | "case" => view
            .note(permit, NoteId::from_bytes(new))?
            .map_or_else(String::new, |(note, _)| note.title),
        "evidence" => view
            .evidence_item(permit, EvidenceId::from_bytes(new))?
            .map_or_else(String::new, |item| item.name),
        "task" => {
            let id = TaskId::from_bytes(new);
            let tasks = view.tasks(permit)?;
            tasks
                .into_iter()
                .find(|task| task.id == id)
                .map_or_else(String::new, |task| task.title)
        }
        "hypothesis" => {
            let id = HypothesisId::from_bytes(new);
            let all = view.hypotheses(permit)?;
            all.into_iter()
                .find(|one| one.id == id)
                .map_or_else(String::new, |one| one.title)
        }
        _ => String::new(),
    })
}

/// Whether one case may hold what the other does.
fn fits(view: &View<'_>, ours: &CaseFile, other: &CaseFile) -> Result<(), DeskError> {
    if ours.purpose != other.purpose {
        return Err(DeskError::Conflict(
            "the two cases have different purposes; what was found for one is used for the other by a supervisor's \
             decision on each thing"
                .into(),
        ));
    }
    for (user, _) in &ours.members {
        if view.has_conflict(*user, other.id)? {
            return Err(DeskError::Conflict(
                "somebody of this case has a conflict of interest with the other; they leave first"
                    .into(),
            ));
        }
    }
    Ok(())
}

struct Taking<'a, 't> {
    desk: &'a Desk,
    tx: &'a Tx<'t>,
    permit: &'a Permit,
    theirs: &'a Permit,
    other: &'a CaseFile,
    only: &'a Chosen,
    parts: Vec<CasePart>,
    notes: BTreeMap<NoteId, NoteId>,
    items: BTreeMap<EvidenceId, EvidenceId>,
    passages: BTreeMap<PassageId, PassageId>,
}

impl Taking<'_, '_> {
    fn all(&mut self) -> Result<(), DeskError> {
        self.subjects()?;
        let notes = self.chosen_notes()?;
        self.evidence(&notes)?;
        for note in notes {
            self.note(note)?;
        }
        if self.only.is_all() {
            self.own_fields()?;
            self.tasks()?;
            self.hypotheses()?;
            self.staying()?;
        }
        Ok(())
    }

    fn part(&mut self, kind: &str, old: [u8; 16], new: Option<[u8; 16]>, why: &str) {
        self.parts.push(CasePart {
            kind: kind.to_owned(),
            old,
            new,
            why: why.to_owned(),
        });
    }

    fn case(&self) -> Result<CaseId, DeskError> {
        self.permit.case().ok_or(DeskError::NotFound("case"))
    }

    fn subjects(&mut self) -> Result<(), DeskError> {
        let here = self.tx.subjects(self.permit)?;
        for subject in self.tx.subjects(self.theirs)? {
            if !self.only.is_all() && !self.only.subjects.contains(&subject.id) {
                continue;
            }
            let old = *subject.id.bytes();
            if let Some(there) = here.iter().find(|one| one.record == subject.record) {
                let why = match there.role == subject.role {
                    true => "was a subject here already".to_owned(),
                    false => format!(
                        "was a subject here already, as {}; there it is {}",
                        there.role.word().replace('_', " "),
                        subject.role.word().replace('_', " ")
                    ),
                };
                self.part("subject", old, Some(*there.id.bytes()), &why);
                continue;
            }
            let readable = self.tx.record(self.permit, subject.record, Sequence::NOW)?;
            if readable.is_none() {
                self.part("subject", old, None, "this case may not read its source");
                continue;
            }
            let id = SubjectId::fresh(self.desk.now(), self.desk.randomness());
            // A suspect is one on a basis that was approved for that case: here it is proposed anew.
            let suspect = subject.role == SubjectRole::Suspect;
            self.tx.add_subject(&Subject {
                id,
                case: self.case()?,
                role: if suspect {
                    SubjectRole::Unclassified
                } else {
                    subject.role
                },
                basis: subject.basis.filter(|_| !suspect),
                ..subject
            })?;
            let why = if suspect {
                "is a suspect there; to be one here it is proposed and approved here"
            } else {
                ""
            };
            self.part("subject", old, Some(*id.bytes()), why);
        }
        Ok(())
    }

    fn chosen_notes(&self) -> Result<Vec<Note>, DeskError> {
        let mut notes = self.tx.notes(self.theirs)?;
        notes.retain(|note| self.only.is_all() || self.only.notes.contains(&note.id));
        Ok(notes)
    }

    /// Items with their custody, and the passages that the notes cite in them.
    fn evidence(&mut self, notes: &[Note]) -> Result<(), DeskError> {
        let mut cited: Vec<Passage> = Vec::new();
        for note in notes {
            let passages = self.tx.passages_cited(self.theirs, note.id)?;
            cited.extend(passages.into_iter().map(|one| one.passage));
        }
        for item in self.tx.evidence(self.theirs)? {
            let wanted = self.only.is_all()
                || self.only.evidence.contains(&item.id)
                || cited.iter().any(|passage| passage.evidence == item.id);
            if !wanted {
                continue;
            }
            if item.name == "erased" {
                self.part("evidence", *item.id.bytes(), None, "was erased there");
                continue;
            }
            self.item(item)?;
        }
        for passage in cited {
            if self.passages.contains_key(&passage.id) {
                continue;
            }
            let Some(evidence) = self.items.get(&passage.evidence).copied() else {
                continue;
            };
            let old = passage.id;
            let new = Passage {
                id: PassageId::fresh(self.desk.now(), self.desk.randomness()),
                case: self.case()?,
                evidence,
                ..passage
            };
            let id = self.tx.add_passage(self.permit, &new)?;
            self.passages.insert(old, id);
            self.part("passage", *old.bytes(), Some(*id.bytes()), "");
        }
        Ok(())
    }

    /// What was set aside in an item stays so in its copy, before its text is read.
    fn aside(&self, old: EvidenceId, new: EvidenceId) -> Result<(), DeskError> {
        for one in self.tx.aside_in_item(old)? {
            let words = self.desk.unsealed(one.id, &one.sealed)?;
            let id = SpecialId::fresh(self.desk.now(), self.desk.randomness());
            let keys = self.desk.store().keys();
            let sealed = keys.seal(id.bytes(), words.as_bytes(), self.desk.randomness())?;
            self.tx.add_special_passage(
                self.permit,
                &SpecialPassage {
                    id,
                    evidence: new,
                    sealed,
                    ..one
                },
            )?;
        }
        Ok(())
    }

    fn item(&mut self, item: Evidence) -> Result<(), DeskError> {
        let id = EvidenceId::fresh(self.desk.now(), self.desk.randomness());
        let old = item.id;
        let chain = self.tx.custody(self.theirs, old)?;
        let holder = chain.last().and_then(|link| link.holder);
        self.tx.add_evidence(&Evidence {
            id,
            case: self.case()?,
            ..item
        })?;
        for link in chain {
            self.tx.add_custody(&Custody {
                evidence: id,
                ..link
            })?;
        }
        self.tx.add_custody(&Custody {
            evidence: id,
            act: "taken_over".into(),
            from: format!("case {}", self.other.number),
            to: "this case".into(),
            place: String::new(),
            reason: "the two are one matter; the bytes are the same".into(),
            at: self.permit.at(),
            by: self.permit.user(),
            holder,
        })?;
        self.aside(old, id)?;
        self.items.insert(old, id);
        self.part("evidence", *old.bytes(), Some(*id.bytes()), "");
        Ok(())
    }

    fn note(&mut self, note: Note) -> Result<(), DeskError> {
        let old = note.id;
        if note.is_withheld() {
            let why = "rests on material that was obtained unlawfully";
            self.part("note", *old.bytes(), None, why);
            return Ok(());
        }
        let mut cites: Vec<StatementId> = Vec::new();
        for reliance in self.tx.reliances(self.theirs, old)? {
            if self
                .tx
                .statement(self.permit, reliance.statement)?
                .is_none()
            {
                let why = "rests on a source that this case may not read, or that is the other case's own";
                self.part("note", *old.bytes(), None, why);
                return Ok(());
            }
            cites.push(reliance.statement);
        }
        let mut passages = Vec::new();
        for cited in self.tx.passages_cited(self.theirs, old)? {
            let Some(passage) = self.passages.get(&cited.passage.id) else {
                self.part("note", *old.bytes(), None, "cites an item that was erased");
                return Ok(());
            };
            passages.push(*passage);
        }
        let id = NoteId::fresh(self.desk.now(), self.desk.randomness());
        let text = self.renamed(&note.text);
        let note = Note {
            id,
            case: self.case()?,
            text,
            ..note
        };
        self.desk
            .keep_note(self.tx, self.permit, &note, cites, &passages)?;
        self.notes.insert(old, id);
        self.part("note", *old.bytes(), Some(*id.bytes()), "");
        Ok(())
    }

    /// A text that cites passages by the ids that they have here.
    fn renamed(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for cited in citations(&text.clone()) {
            let passage = PassageId::from_bytes(*cited.bytes());
            if let Some(new) = self.passages.get(&passage) {
                text = text.replace(&passage.to_string(), &new.to_string());
            }
        }
        text
    }

    /// What the other case said of itself, as a working note: nothing of it overwrites what is said here.
    fn own_fields(&mut self) -> Result<(), DeskError> {
        let other = self.other;
        let mut text = format!(
            "{}\n\n- Number: {}\n- Title: {}\n- Legal basis: {}\n- Stage: {}\n- Opened: {}\n- Expires: {}",
            other.predicate,
            other.number,
            other.title,
            other.legal_basis.map_or("none", |basis| basis.word()),
            other.stage.word(),
            other.opened_at.day(),
            other.expires.day(),
        );
        for told in self.tx.told_of(other.id)? {
            text.push_str(&format!("\n- {}: {}", told.name, told.value));
        }
        let id = NoteId::fresh(self.desk.now(), self.desk.randomness());
        let note = Note {
            id,
            case: self.case()?,
            kind: NoteKind::Note,
            title: format!("What case {} said of itself", other.number),
            text,
            by: self.permit.user(),
            at: self.permit.at(),
        };
        self.tx.add_note(&note, &[])?;
        self.part("case", *other.id.bytes(), Some(*id.bytes()), "");
        Ok(())
    }

    fn tasks(&mut self) -> Result<(), DeskError> {
        let case = self.case()?;
        let mut known: BTreeMap<TaskId, TaskId> = BTreeMap::new();
        for task in self.tx.tasks(self.theirs)? {
            let id = TaskId::fresh(self.desk.now(), self.desk.randomness());
            let (old, steps) = (task.id, task.steps.clone());
            self.tx.add_task(&Task {
                id,
                case,
                parent: task.parent.and_then(|parent| known.get(&parent).copied()),
                ..task
            })?;
            for step in &steps {
                self.tx.add_step(case, id, step)?;
            }
            known.insert(old, id);
            self.part("task", *old.bytes(), Some(*id.bytes()), "");
        }
        Ok(())
    }

    fn hypotheses(&mut self) -> Result<(), DeskError> {
        let case = self.case()?;
        for one in self.tx.hypotheses(self.theirs)? {
            let id = HypothesisId::fresh(self.desk.now(), self.desk.randomness());
            let (old, weighings) = (one.id, one.weighings.clone());
            self.tx.add_hypothesis(&Hypothesis { id, case, ..one })?;
            let mut lost = 0;
            for weighing in weighings {
                let about = match weighing.about {
                    Weighed::Note(note) => self.notes.get(&note).copied().map(Weighed::Note),
                    Weighed::Evidence(item) => {
                        self.items.get(&item).copied().map(Weighed::Evidence)
                    }
                };
                match about {
                    Some(about) => self.tx.add_weighing(
                        case,
                        &Weighing {
                            hypothesis: id,
                            about,
                            ..weighing
                        },
                    )?,
                    None => lost += 1,
                }
            }
            let why = match lost {
                0 => String::new(),
                lost => format!("{lost} of what was weighed stayed there"),
            };
            self.part("hypothesis", *old.bytes(), Some(*id.bytes()), &why);
        }
        Ok(())
    }

    /// What cannot be another case's: it is listed, and read there.
    fn staying(&mut self) -> Result<(), DeskError> {
        for row in self.tx.alerts(self.theirs, MOST_ALERTS)? {
            let why = "was told to that case; what it is about alerts this case from now on";
            self.part("alert", *row.alert.id.bytes(), None, why);
        }
        for report in self.tx.reports(self.theirs)? {
            let why = "is bound to that case by its approval";
            self.part("report", *report.id.bytes(), None, why);
        }
        for line in self.tx.disclosures(self.theirs)? {
            let why = "is a line in the ledger of that case";
            self.part("disclosure", *line.id.bytes(), None, why);
        }
        for one in self.tx.suspicions(self.theirs)? {
            let why = "is a basis that was written and decided for that case";
            self.part("suspicion", *one.id.bytes(), None, why);
        }
        Ok(())
    }
}
