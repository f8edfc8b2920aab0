//! What is set aside of special categories: sealed beside its record, opened for one suspect's conduct by two people.
//!
//! The life of such a value: intake hands it over apart; [`Desk::set_aside`] seals it, or keeps nothing where the agreement
//! names no law for it; nothing reads it until its record belongs to a suspect on an approved basis. Then a member says how
//! it bears on that conduct ([`Desk::tie_special`]), another person agrees ([`Desk::decide_tie`]), and each reading is an
//! unmasking of its own ([`Desk::unmask`]). No search, no filter, no matching, no export goes this way: there is no question
//! that a value could answer.

use std::collections::{BTreeMap, BTreeSet};

use domain::authority::Actor;
use domain::case::{Subject, SubjectRole};
use domain::id::{
    CaseId, DatasetId, EvidenceId, MappedTableId, RecordId, SpecialId, SubjectId, SuspicionId,
    TieId, UserId,
};
use domain::identity::Identities;
use domain::policy::{Act, Permit};
use domain::source::{Aside, Dataset};
use domain::special::{MOST_ASIDE, Standing, Tie};
use domain::statement::Sequence;
use domain::suspicion::Ruling;
use store::{SpecialValue, Tx, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::record::caption;
use crate::{Desk, DeskError};

/// Something set aside that concerns a suspect, masked.
#[derive(Debug, Clone)]
pub struct SpecialLine {
    /// Its id.
    pub id: SpecialId,
    /// The property of the model.
    pub property: String,
    /// The record beside which it lies.
    pub record: RecordId,
    /// Who described that record.
    pub dataset: DatasetId,
    /// The last that was said of it in this case about this subject.
    pub tie: Option<Tie>,
    /// How far it is tied.
    pub standing: Standing,
}

/// What a tie is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tied {
    /// A value of this property.
    Value(String),
    /// A passage on this page of an item.
    Passage(EvidenceId, u64),
    /// What is no longer there: its source says it no more, or may no longer be read.
    Gone,
}

/// A tie as the case shows it, masked.
#[derive(Debug, Clone)]
pub struct TieLine {
    /// The tie.
    pub tie: Tie,
    /// What it is about.
    pub about: Tied,
    /// How the subject is called.
    pub subject: String,
    /// How far it is tied now.
    pub standing: Standing,
}

/// Something set aside, unmasked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmasked {
    /// What it is.
    pub about: Tied,
    /// What it says.
    pub value: String,
}

/// Most of them that are shown of one suspect.
const MOST: usize = 200;

impl Desk {
    /// Puts what a delivery told apart of special categories in the place of what was set aside before; `all` where the
    /// delivery says all there is. Where the agreement names no law for it, and where it is more than single facts, nothing
    /// is kept.
    pub(crate) fn set_aside(
        &self,
        tx: &Tx<'_>,
        dataset: &Dataset,
        told: &[Aside],
        all: bool,
    ) -> Result<(), DeskError> {
        let many = told.len() > MOST_ASIDE;
        let kept = !many && !dataset.agreement.special.trim().is_empty();
        if many {
            tracing::warn!(dataset = %dataset.id, "more special-category values than are set aside of one delivery: none is kept");
        }
        let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for one in told.iter().filter(|_| kept) {
            said.entry(one.key.clone()).or_default().insert(plain(one));
        }
        if all || many {
            for key in tx.keys_aside(dataset.id)? {
                said.entry(key).or_default();
            }
        }
        for (key, mut said) in said {
            for known in tx.special_of_key(dataset.id, &key)? {
                // What no key opens any more is taken in anew.
                let same = self.plain_of(&known).is_ok_and(|text| said.remove(&text));
                if !same {
                    tx.forget_special(known.id)?;
                }
            }
            for text in said {
                self.seal_aside(tx, dataset.id, &key, &text, None)?;
            }
        }
        Ok(())
    }

    /// Sets aside what the rows of a table tell of special categories.
    pub(crate) fn set_aside_of_table(
        &self,
        tx: &Tx<'_>,
        dataset: DatasetId,
        told: &[Aside],
        table: MappedTableId,
    ) -> Result<(), DeskError> {
        let said: BTreeSet<(&str, String)> = told
            .iter()
            .map(|one| (one.key.as_str(), plain(one)))
            .collect();
        for (key, text) in said {
            self.seal_aside(tx, dataset, key, &text, Some(table))?;
        }
        Ok(())
    }

    fn seal_aside(
        &self,
        tx: &Tx<'_>,
        dataset: DatasetId,
        key: &str,
        text: &str,
        table: Option<MappedTableId>,
    ) -> Result<(), DeskError> {
        let id = SpecialId::fresh(self.now(), self.randomness());
        let keys = self.store().keys();
        let sealed = keys.seal(id.bytes(), text.as_bytes(), self.randomness())?;
        tx.add_special(dataset, key, &SpecialValue { id, sealed }, table)?;
        Ok(())
    }

    fn plain_of(&self, value: &SpecialValue) -> Result<String, DeskError> {
        self.unsealed(value.id, &value.sealed)
    }

    pub(crate) fn unsealed(&self, id: SpecialId, sealed: &[u8]) -> Result<String, DeskError> {
        let plain = self.store().keys().unseal(id.bytes(), sealed)?;
        String::from_utf8(plain).map_err(|error| DeskError::Internal(error.to_string()))
    }

    /// What is set aside beside the records of a suspect, masked. Of whom is no suspect on an approved basis nothing is told,
    /// not even that there is any.
    pub(crate) fn special_lines(
        &self,
        view: &View<'_>,
        permit: &Permit,
        subject: &Subject,
        records: &[RecordId],
    ) -> Result<Vec<SpecialLine>, DeskError> {
        let Some(basis) = basis(view, permit, subject)? else {
            return Ok(Vec::new());
        };
        let ties = view.special_ties(permit)?;
        let mut lines = Vec::new();
        for record in records {
            let Some(found) = view.record(permit, *record, Sequence::NOW)? else {
                continue;
            };
            for value in view.special_values(permit, *record)? {
                let tie = ties
                    .iter()
                    .find(|tie| tie.special == value.id && tie.subject == subject.id)
                    .cloned();
                let standing = tie
                    .as_ref()
                    .map_or(Standing::Aside, |tie| tie.standing(Some(basis)));
                lines.push(SpecialLine {
                    id: value.id,
                    property: parted(&self.plain_of(&value)?).0,
                    record: *record,
                    dataset: found.dataset,
                    tie,
                    standing,
                });
            }
        }
        lines.truncate(MOST);
        Ok(lines)
    }

    /// Says how something set aside bears on the conduct of a suspect. It stays masked until another person agrees.
    ///
    /// # Errors
    /// Not found where it concerns nobody of this case; a conflict where the subject is no suspect on an approved basis, or
    /// where it was asked for or decided on that basis before.
    pub fn tie_special(
        &self,
        actor: &Actor,
        case: CaseId,
        subject: SubjectId,
        special: SpecialId,
        reason: &str,
    ) -> Result<TieId, DeskError> {
        let reason = required("reason", reason)?;
        let knock = Knock::inside(actor, Act::TieSpecial, case).asking(&reason);
        let words = reason.clone();
        let id = TieId::fresh(self.now(), self.randomness());
        self.change(&knock, |tx, permit| {
            let subject = subject_of(tx, permit, subject)?;
            // Without a basis nothing is said of what is set aside, whether or not there is any.
            let basis = basis(tx, permit, &subject)?.ok_or_else(|| {
                DeskError::Conflict(
                    "what is set aside is tied to the conduct of a suspect on an approved basis, and this subject is none"
                        .into(),
                )
            })?;
            self.concerns(tx, permit, &subject, special)?;
            let before = tx
                .special_ties(permit)?
                .into_iter()
                .find(|tie| tie.special == special && tie.subject == subject.id)
                .map_or(Standing::Aside, |tie| tie.standing(Some(basis)));
            match before {
                Standing::Aside | Standing::Refused => {}
                Standing::Asked => {
                    return Err(DeskError::Conflict("it waits for a decision already".into()));
                }
                Standing::Tied => return Err(DeskError::Conflict("it is tied already".into())),
            }
            tx.add_tie(&Tie {
                id,
                case,
                special,
                subject: subject.id,
                suspicion: basis,
                reason: words,
                by: permit.user(),
                at: permit.at(),
                ruling: None,
            })?;
            let objects = [
                format!("tie:{id}"),
                format!("special:{special}"),
                format!("subject:{}", subject.id),
                format!("suspicion:{basis}"),
            ];
            Ok(Touched::new(id, objects))
        })
    }

    /// Decides on a tie that somebody else asked for. Whoever refuses says why.
    ///
    /// # Errors
    /// A conflict when nothing waits, or when the basis to which it was tied is no longer the one in force.
    pub fn decide_tie(
        &self,
        actor: &Actor,
        case: CaseId,
        tie: TieId,
        approved: bool,
        words: &str,
    ) -> Result<(), DeskError> {
        let words = match approved {
            true => words.trim().to_owned(),
            false => required("reason", words)?,
        };
        // Nobody asked for what is not there: the rules then judge by role alone, and the act finds nothing.
        let author = self
            .store()
            .read(|view| view.tie_author(case, tie))?
            .unwrap_or(UserId::from_bytes([0; 16]));
        let knock = Knock::inside(actor, Act::DecideTie, case)
            .asking(&words)
            .concerning(author);
        self.change(&knock, |tx, permit| {
            let waiting = tx
                .special_ties(permit)?
                .into_iter()
                // Invariant: who asked is whom the rules were asked about.
                .find(|one| one.id == tie && one.ruling.is_none() && one.by == author)
                .ok_or_else(|| DeskError::Conflict("nothing waits for a decision here".into()))?;
            let subject = subject_of(tx, permit, waiting.subject)?;
            if approved && waiting.standing(basis(tx, permit, &subject)?) != Standing::Asked {
                return Err(DeskError::Conflict(
                    "the basis to which it was tied is no longer in force; it can be asked for anew on another".into(),
                ));
            }
            let ruling = Ruling {
                approved,
                words: words.clone(),
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_tie_ruling(case, tie, &ruling)?;
            let objects = [
                format!("tie:{tie}"),
                format!("special:{}", waiting.special),
                format!("ruling:{}", if approved { "approved" } else { "refused" }),
            ];
            Ok(Touched::new((), objects))
        })
    }

    /// Lists what was tied in a case, masked, the newest first.
    pub fn special_ties(&self, actor: &Actor, case: CaseId) -> Result<Vec<TieLine>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let subjects = view.subjects(permit)?;
                let mut lines = Vec::new();
                for tie in view.special_ties(permit)? {
                    let subject = subjects.iter().find(|one| one.id == tie.subject);
                    let (called, basis) = match subject {
                        Some(subject) => (
                            caption(view, permit, subject.record)?,
                            basis(view, permit, subject)?,
                        ),
                        None => (String::new(), None),
                    };
                    let about = self.about(view, permit, tie.special)?;
                    let standing = match about {
                        Tied::Gone => Standing::Aside,
                        _ => tie.standing(basis),
                    };
                    lines.push(TieLine {
                        about,
                        subject: called,
                        standing,
                        tie,
                    });
                }
                let touched: Vec<String> = lines
                    .iter()
                    .map(|line| format!("tie:{}", line.tie.id))
                    .collect();
                Ok(Touched::new(lines, touched))
            },
        )
    }

    /// Reads something set aside that is tied, for a stated reason. Each reading is an entry and counts as a look-up.
    ///
    /// # Errors
    /// A conflict while nobody has agreed, or when the basis to which it was tied is no longer in force.
    pub fn unmask(
        &self,
        actor: &Actor,
        case: CaseId,
        tie: TieId,
        reason: &str,
    ) -> Result<Unmasked, DeskError> {
        let reason = required("reason", reason)?;
        let knock = Knock::inside(actor, Act::Unmask, case).asking(&reason);
        self.read(&knock, |view, permit| {
            let tie = view
                .special_ties(permit)?
                .into_iter()
                .find(|one| one.id == tie)
                .ok_or_else(stays_aside)?;
            let subject = subject_of(view, permit, tie.subject)?;
            if tie.standing(basis(view, permit, &subject)?) != Standing::Tied {
                return Err(stays_aside());
            }
            self.concerns(view, permit, &subject, tie.special)?;
            let unmasked = self
                .read_special(view, permit, tie.special)?
                .ok_or(DeskError::NotFound("what was set aside"))?;
            let objects = [
                format!("tie:{}", tie.id),
                format!("special:{}", tie.special),
                self.pseudonym(subject.record.bytes()),
            ];
            Ok(Touched::new(unmasked, objects))
        })
    }

    /// What something set aside is, without what it says.
    fn about(
        &self,
        view: &View<'_>,
        permit: &Permit,
        special: SpecialId,
    ) -> Result<Tied, DeskError> {
        if let Some((value, _)) = view.special_value(permit, special)? {
            return Ok(Tied::Value(parted(&self.plain_of(&value)?).0));
        }
        Ok(match view.special_passage(permit, special)? {
            Some(passage) => Tied::Passage(passage.evidence, passage.place.page),
            None => Tied::Gone,
        })
    }

    fn read_special(
        &self,
        view: &View<'_>,
        permit: &Permit,
        special: SpecialId,
    ) -> Result<Option<Unmasked>, DeskError> {
        if let Some((value, _)) = view.special_value(permit, special)? {
            let (property, value) = parted(&self.plain_of(&value)?);
            let about = Tied::Value(property);
            return Ok(Some(Unmasked { about, value }));
        }
        let Some(passage) = view.special_passage(permit, special)? else {
            return Ok(None);
        };
        Ok(Some(Unmasked {
            about: Tied::Passage(passage.evidence, passage.place.page),
            value: self.unsealed(passage.id, &passage.sealed)?,
        }))
    }

    /// Sees to it that something set aside concerns a subject: a value beside one of its records, or a passage of the case,
    /// of which a person says whom it concerns.
    fn concerns(
        &self,
        view: &View<'_>,
        permit: &Permit,
        subject: &Subject,
        special: SpecialId,
    ) -> Result<(), DeskError> {
        let not_found = || DeskError::NotFound("what was set aside");
        let Some((_, record)) = view.special_value(permit, special)? else {
            return match view.special_passage(permit, special)? {
                Some(_) => Ok(()),
                None => Err(not_found()),
            };
        };
        let judgements = view.judgements(permit, Sequence::NOW)?;
        let members = Identities::closure(&judgements).members(subject.record);
        match members.contains(&record) {
            true => Ok(()),
            false => Err(not_found()),
        }
    }
}

/// The basis on which a subject is a suspect now: approved, and the newest of them.
fn basis(
    view: &View<'_>,
    permit: &Permit,
    subject: &Subject,
) -> Result<Option<SuspicionId>, DeskError> {
    if subject.role != SubjectRole::Suspect {
        return Ok(None);
    }
    let approved = view.suspicions(permit)?.into_iter().find(|one| {
        one.subject == subject.id && one.ruling.as_ref().is_some_and(|ruling| ruling.approved)
    });
    Ok(approved.map(|one| one.id))
}

fn subject_of(view: &View<'_>, permit: &Permit, id: SubjectId) -> Result<Subject, DeskError> {
    view.subjects(permit)?
        .into_iter()
        .find(|subject| subject.id == id)
        .ok_or(DeskError::NotFound("subject"))
}

/// The same whether there is no such tie or it does not stand: nothing is told of what is set aside.
fn stays_aside() -> DeskError {
    DeskError::Conflict(
        "it is set aside: it is read only while it is tied, with another person’s agreement, to the basis on which the person \
         is a suspect"
            .into(),
    )
}

/// Property and value as they are sealed.
fn plain(one: &Aside) -> String {
    format!("{}\n{}", one.property, one.value)
}

fn parted(plain: &str) -> (String, String) {
    let (property, value) = plain.split_once('\n').unwrap_or((plain, ""));
    (property.to_owned(), value.to_owned())
}
