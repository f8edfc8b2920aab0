//! What was obtained unlawfully: marked by one person at once, found lawful by another, and what rests on it meanwhile.
//!
//! A marked dataset is covered by no permit, so that whatever reads records, walks, identities, proposals and the index reads
//! nothing of it; a marked item of evidence is read by nothing, and the case's own dataset takes back what it said because of
//! it. Notes that rest on either come without their words, and versions of a report are withheld. The marks bar; nothing is
//! deleted, so that what another person finds lawful comes back as it was.

use std::collections::{BTreeMap, BTreeSet};

use domain::authority::Actor;
use domain::case::{CaseFile, NoteKind, Stage, SubjectRole};
use domain::id::{
    AlertId, CaseId, DatasetId, EvidenceId, RelianceId, SubjectId, UnlawfulId, UserId,
};
use domain::policy::{Act, Permit};
use domain::report::Document;
use domain::source::Dataset;
use domain::time::Moment;
use domain::unlawful::{Unlawful, UnlawfulMark};
use domain::watch::{About, Alert};
use store::{Tx, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::identity::may_know;
use crate::sources::of_a_source;
use crate::{Desk, DeskError};

/// What kind of thing rests on something unlawful.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A finding of fact, an assessment or a note.
    Note(NoteKind),
    /// A version of the report.
    Report,
    /// A subject of the case.
    Subject,
    /// The basis on which a subject is a suspect.
    Suspicion,
    /// A judgement that two records are one, or are not.
    Judgement,
}

impl Kind {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note(kind) => kind.word(),
            Self::Report => "report",
            Self::Subject => "subject",
            Self::Suspicion => "suspicion",
            Self::Judgement => "judgement",
        }
    }
}

/// A decision that rests on something unlawful. It is named, and nothing of what it says is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependent {
    /// What it is.
    pub kind: Kind,
    /// Its id, as its page has it.
    pub id: String,
    /// What it came to: a verdict, a role, `approved`, a version; empty for notes.
    pub said: String,
    /// Who made it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// Something unlawful that a case relied on, with what rests on it.
#[derive(Debug, Clone)]
pub struct UnlawfulPage {
    /// The mark.
    pub mark: UnlawfulMark,
    /// The dataset's title; for an item its id and SHA-256, never its name.
    pub called: String,
    /// What rests on it.
    pub rests: Vec<Dependent>,
}

/// A dataset that was marked, with what rests on it in the cases that the reader may know of.
#[derive(Debug, Clone)]
pub struct UnlawfulDataset {
    /// The dataset.
    pub dataset: Dataset,
    /// The newest mark.
    pub mark: UnlawfulMark,
    /// The cases with what rests on it there.
    pub cases: Vec<(CaseFile, Vec<Dependent>)>,
}

/// What rests on something, by case.
#[derive(Default)]
struct Resting {
    cases: BTreeMap<CaseId, Vec<Dependent>>,
    hits: BTreeMap<CaseId, BTreeSet<RelianceId>>,
}

impl Resting {
    fn add(&mut self, case: CaseId, one: Dependent) {
        let known = self.cases.entry(case).or_default();
        if !known
            .iter()
            .any(|there| (there.kind, &there.id) == (one.kind, &one.id))
        {
            known.push(one);
        }
    }

    fn add_subject(&mut self, one: &store::RestingSubject) {
        let line = |kind| Dependent {
            kind,
            id: one.id.to_string(),
            said: one.role.word().to_owned(),
            by: one.by,
            at: one.at,
        };
        self.add(one.case, line(Kind::Subject));
        if one.role == SubjectRole::Suspect {
            self.add(one.case, line(Kind::Suspicion));
        }
    }

    fn add_notes(&mut self, notes: Vec<store::RestingNote>) -> Result<(), DeskError> {
        for note in notes {
            let kind = NoteKind::from_word(&note.kind).ok_or_else(|| {
                DeskError::Internal(format!("`{}` is no kind of note", note.kind))
            })?;
            if let Some(reliance) = note.reliance {
                self.hits.entry(note.case).or_default().insert(reliance);
            }
            self.add(
                note.case,
                Dependent {
                    kind: Kind::Note(kind),
                    id: note.note.to_string(),
                    said: String::new(),
                    by: note.by,
                    at: note.at,
                },
            );
        }
        Ok(())
    }

    /// Adds the versions of a case's report that rest on it.
    fn add_reports(
        &mut self,
        view: &View<'_>,
        case: CaseId,
        rests: impl Fn(&Document) -> bool,
    ) -> Result<(), DeskError> {
        for kept in view.kept_versions(case)? {
            let document = Document::read(&kept.content)
                .map_err(|error| DeskError::Internal(error.to_string()))?;
            if rests(&document) {
                let state = if kept.approved {
                    "approved"
                } else {
                    "not approved"
                };
                self.add(
                    case,
                    Dependent {
                        kind: Kind::Report,
                        id: kept.id.to_string(),
                        said: format!("version {}, {state}", kept.version),
                        by: kept.by,
                        at: kept.at,
                    },
                );
            }
        }
        Ok(())
    }
}

impl Desk {
    /// Marks a dataset as obtained unlawfully: from now on nothing of it is read by anybody, and each open case that relied
    /// on it is told.
    ///
    /// # Errors
    /// A conflict when it is marked already.
    pub fn mark_dataset_unlawful(
        &self,
        actor: &Actor,
        dataset: DatasetId,
        reason: &str,
    ) -> Result<UnlawfulId, DeskError> {
        let reason = required("reason", reason)?;
        let id = UnlawfulId::fresh(self.now(), self.randomness());
        let knock = Knock::outside(actor, Act::MarkUnlawful).asking(&reason);
        let words = reason.clone();
        self.change(&knock, |tx, permit| {
            of_a_source(tx.dataset(dataset)?)?;
            if tx.unlawful_dataset(dataset)?.is_some() {
                return Err(marked_before());
            }
            let mark = marked(permit, id, Unlawful::Dataset(dataset), words);
            tx.mark_unlawful(permit, &mark)?;
            let resting = resting_on_dataset(tx, dataset)?;
            self.tell_of_unlawful(tx, &mark, &resting)?;
            Ok(Touched::new(
                (),
                [format!("dataset:{dataset}"), format!("unlawful:{id}")],
            ))
        })?;
        // What the matcher has learnt holds records of it: the next run learns anew.
        if let Ok(mut matcher) = self.inner.matcher.lock() {
            *matcher = crate::matching::Matcher::default();
        }
        Ok(id)
    }

    /// Finds that a dataset which somebody else marked was obtained lawfully: it is read again.
    ///
    /// # Errors
    /// A conflict when it is not marked.
    pub fn find_dataset_lawful(
        &self,
        actor: &Actor,
        dataset: DatasetId,
        reason: &str,
    ) -> Result<(), DeskError> {
        let reason = required("reason", reason)?;
        let known = self.store().read(|view| view.unlawful_dataset(dataset))?;
        let by = known.map_or(UserId::from_bytes([0; 16]), |mark| mark.by);
        let knock = Knock::outside(actor, Act::LiftUnlawful)
            .asking(&reason)
            .concerning(by);
        let words = reason.clone();
        self.change(&knock, |tx, permit| {
            of_a_source(tx.dataset(dataset)?)?;
            let mark = tx
                .unlawful_dataset(dataset)?
                // Invariant: who marked it is whom the rules were asked about.
                .filter(|mark| mark.by == by)
                .ok_or_else(not_marked)?;
            tx.end_unlawful(permit, mark.id, &words)?;
            let objects = [
                format!("dataset:{dataset}"),
                format!("unlawful:{}", mark.id),
            ];
            Ok(Touched::new((), objects))
        })
    }

    /// Marks an item of evidence as obtained unlawfully: from now on it is as if it were not in the case.
    ///
    /// # Errors
    /// A conflict when it is marked already.
    pub fn mark_exhibit_unlawful(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
        reason: &str,
    ) -> Result<UnlawfulId, DeskError> {
        let reason = required("reason", reason)?;
        let id = UnlawfulId::fresh(self.now(), self.randomness());
        // It concerns nobody yet: only who finds it lawful must be another.
        let knock = Knock::inside(actor, Act::RuleExhibit, case)
            .asking(&reason)
            .concerning(UserId::from_bytes([0; 16]));
        let words = reason.clone();
        let unsaid = self.change(&knock, |tx, permit| {
            if tx.unlawful_item(case, item)?.is_some() {
                return Err(marked_before());
            }
            let found = tx
                .evidence_item(permit, item)?
                .ok_or(DeskError::NotFound("item of evidence"))?;
            let mark = marked(permit, id, Unlawful::Evidence(item), words);
            tx.mark_unlawful(permit, &mark)?;
            let unsaid = self.say_item_again(tx, permit.at(), case, item)?;
            if let Some(release) = unsaid {
                tx.taken_back_by(id, release)?;
            }
            let resting = resting_on_item(tx, case, item)?;
            self.tell_of_unlawful(tx, &mark, &resting)?;
            let objects = [
                format!("evidence:{item}"),
                format!("sha256:{}", found.sha256),
                format!("unlawful:{id}"),
            ];
            Ok(Touched::new(unsaid.is_some(), objects))
        })?;
        if unsaid {
            // The index held what the case said because of it.
            self.catch_up(&mut |_| ())?;
        }
        Ok(id)
    }

    /// Finds that an item which somebody else marked was obtained lawfully: it is in the case again.
    ///
    /// # Errors
    /// A conflict when it is not marked.
    pub fn find_exhibit_lawful(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
        reason: &str,
    ) -> Result<(), DeskError> {
        let reason = required("reason", reason)?;
        let known = self.store().read(|view| view.unlawful_item(case, item))?;
        let by = known.map_or(UserId::from_bytes([0; 16]), |mark| mark.by);
        let knock = Knock::inside(actor, Act::RuleExhibit, case)
            .asking(&reason)
            .concerning(by);
        let words = reason.clone();
        self.change(&knock, |tx, permit| {
            let mark = tx
                .unlawful_item(case, item)?
                // Invariant: who marked it is whom the rules were asked about.
                .filter(|mark| mark.by == by)
                .ok_or_else(not_marked)?;
            tx.end_unlawful(permit, mark.id, &words)?;
            self.say_item_again(tx, permit.at(), case, item)?;
            let objects = [format!("evidence:{item}"), format!("unlawful:{}", mark.id)];
            Ok(Touched::new((), objects))
        })
    }

    /// The datasets that were ever marked, each with its newest mark and with what rests on it in the cases that the reader
    /// may know of.
    pub fn unlawful_datasets(&self, actor: &Actor) -> Result<Vec<UnlawfulDataset>, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadUnlawful), |view, permit| {
            let mut told: Vec<UnlawfulDataset> = Vec::new();
            for mark in view.unlawful_datasets()? {
                let Unlawful::Dataset(id) = mark.what else {
                    continue;
                };
                if told.iter().any(|there| there.dataset.id == id) {
                    continue;
                }
                let dataset = of_a_source(view.dataset(id)?)?;
                let mut cases = Vec::new();
                for (case, rests) in resting_on_dataset(view, id)?.cases {
                    if let Some(file) = view.case(case)?
                        && may_know(view, permit, &file)?
                    {
                        cases.push((file, rests));
                    }
                }
                told.push(UnlawfulDataset {
                    dataset,
                    mark,
                    cases,
                });
            }
            let touched: Vec<String> = told
                .iter()
                .map(|one| format!("dataset:{}", one.dataset.id))
                .collect();
            Ok(Touched::new(told, touched))
        })
    }

    /// What a case relied on that was obtained unlawfully, with what rests on it in the case. A mark on a dataset is among
    /// them where something does; one on an item always.
    pub fn case_unlawful(
        &self,
        actor: &Actor,
        case: CaseId,
    ) -> Result<Vec<UnlawfulPage>, DeskError> {
        self.read(&Knock::inside(actor, Act::ReadCase, case), |view, _| {
            let mut pages = Vec::new();
            for mark in view.unlawful_datasets()? {
                let Unlawful::Dataset(id) = mark.what else {
                    continue;
                };
                let rests = match mark.ended {
                    Some(_) => Vec::new(),
                    None => resting_on_dataset(view, id)?
                        .cases
                        .remove(&case)
                        .unwrap_or_default(),
                };
                if !rests.is_empty() {
                    let found = view.dataset(id)?;
                    pages.push(UnlawfulPage {
                        mark,
                        called: found.map(|dataset| dataset.title).unwrap_or_default(),
                        rests,
                    });
                }
            }
            for mark in view.unlawful_items(case)? {
                let Unlawful::Evidence(id) = mark.what else {
                    continue;
                };
                let rests = match mark.ended {
                    Some(_) => Vec::new(),
                    None => resting_on_item(view, case, id)?
                        .cases
                        .remove(&case)
                        .unwrap_or_default(),
                };
                pages.push(UnlawfulPage {
                    mark,
                    called: format!("item of evidence {id}"),
                    rests,
                });
            }
            let touched: Vec<String> = pages
                .iter()
                .map(|page| format!("unlawful:{}", page.mark.id))
                .collect();
            Ok(Touched::new(pages, touched))
        })
    }

    /// Tells each open case in which something rests on what was marked.
    fn tell_of_unlawful(
        &self,
        tx: &Tx<'_>,
        mark: &UnlawfulMark,
        resting: &Resting,
    ) -> Result<(), DeskError> {
        for case in resting.cases.keys() {
            let open = tx
                .case(*case)?
                .is_some_and(|file| matches!(file.stage, Stage::Open { .. }));
            if !open {
                continue;
            }
            let hits = resting.hits.get(case);
            tx.add_alert(&Alert {
                id: AlertId::fresh(mark.at, self.randomness()),
                case: *case,
                about: About::Unlawful {
                    mark: mark.id,
                    what: mark.what,
                },
                hits: hits.into_iter().flatten().copied().collect(),
                raised: mark.at,
            })?;
        }
        Ok(())
    }
}

fn marked(permit: &Permit, id: UnlawfulId, what: Unlawful, words: String) -> UnlawfulMark {
    UnlawfulMark {
        id,
        what,
        words,
        by: permit.user(),
        at: permit.at(),
        ended: None,
    }
}

fn marked_before() -> DeskError {
    DeskError::Conflict("it is marked as obtained unlawfully already".into())
}

fn not_marked() -> DeskError {
    DeskError::Conflict("it is not marked as obtained unlawfully".into())
}

/// What rests on a dataset, in all cases. It is asked without a permit for the dataset: it names decisions, and nothing of
/// what the dataset says.
fn resting_on_dataset(view: &View<'_>, dataset: DatasetId) -> Result<Resting, DeskError> {
    let mut resting = Resting::default();
    resting.add_notes(view.notes_on_dataset(dataset)?)?;
    let mut subjects: BTreeMap<CaseId, BTreeSet<SubjectId>> = BTreeMap::new();
    for one in view.subjects_on_dataset(dataset)? {
        subjects.entry(one.case).or_default().insert(one.id);
        resting.add_subject(&one);
    }
    for one in view.judgements_on_dataset(dataset)? {
        resting.add(
            one.case,
            Dependent {
                kind: Kind::Judgement,
                id: one.id.to_string(),
                said: one.verdict,
                by: one.by,
                at: one.at,
            },
        );
    }
    for case in view.cases_with_reports()? {
        let own = subjects.remove(&case).unwrap_or_default();
        let mut of: BTreeMap<_, bool> = BTreeMap::new();
        let mut found = Vec::new();
        for kept in view.kept_versions(case)? {
            let document = read(&kept.content)?;
            for relied in &document.relies {
                if let std::collections::btree_map::Entry::Vacant(place) = of.entry(relied.record) {
                    place.insert(view.dataset_of_record(relied.record)? == Some(dataset));
                }
            }
            let relies = |relied: &domain::report::Relied| of.get(&relied.record) == Some(&true);
            let tells = |told: &domain::report::RoleTold| own.contains(&told.subject);
            if document.relies.iter().any(relies) || document.roles.iter().any(tells) {
                found.push(document.version);
            }
        }
        resting.add_reports(view, case, |document| found.contains(&document.version))?;
    }
    Ok(resting)
}

/// What rests on an item of evidence, in its case.
fn resting_on_item(view: &View<'_>, case: CaseId, item: EvidenceId) -> Result<Resting, DeskError> {
    let mut resting = Resting::default();
    resting.add_notes(view.notes_on_item(case, item)?)?;
    for key in view.keys_of_item(item)? {
        for one in view.subjects_on_own(case, &key)? {
            resting.add_subject(&one);
        }
    }
    resting.add_reports(view, case, |document| {
        document.exhibits.iter().any(|one| one.evidence == item)
    })?;
    Ok(resting)
}

fn read(content: &[u8]) -> Result<Document, DeskError> {
    Document::read(content).map_err(|error| DeskError::Internal(error.to_string()))
}
