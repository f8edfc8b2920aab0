//! Identities: what judgements hold together, why, and how they are taken apart.

use std::collections::BTreeSet;

use domain::authority::{Actor, Role};
use domain::case::CaseFile;
use domain::disclosure::{Disclosure, Item};
use domain::id::{CaseId, IdentityId, RecordId, StatementId};
use domain::identity::{Identities, Judgement, Pair, Step, Verdict, in_force, steps};
use domain::policy::{Act, Permit};
use domain::statement::{Sequence, Statement};
use domain::time::Moment;
use domain::watch::Reliance;
use store::{RecordView, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::judge::{NewJudgement, nothing_holds};
use crate::{Desk, DeskError};

/// An identity as its page shows it.
#[derive(Debug, Clone)]
pub struct IdentityPage {
    /// Its id, the smallest of its members'.
    pub id: IdentityId,
    /// Members with caption and running statements.
    pub members: Vec<Member>,
    /// The judgements that hold it together, and those that keep others out.
    pub judgements: Vec<Judgement>,
    /// How it came together, in the order in which the judgements were made.
    pub steps: Vec<Step>,
    /// What in this case rests on it: shown before it is taken apart.
    pub reliances: Vec<Reliance>,
    /// Disclosures from this case in which one of its records went out.
    pub disclosed: Vec<Disclosure>,
    /// How many other cases that the reader may know of rest on it. Any case is told itself when it is taken apart.
    pub elsewhere: usize,
}

/// One record of an identity.
#[derive(Debug, Clone)]
pub struct Member {
    /// The record.
    pub record: RecordView,
    /// How it is called.
    pub caption: String,
    /// What it says today.
    pub statements: Vec<Statement>,
}

/// How many cases other than the permit's rest on any of the records, as far as the reader may know of them: a figure that
/// counts others would tell of cases that do not exist for the reader.
fn elsewhere(view: &View<'_>, permit: &Permit, records: &[RecordId]) -> Result<usize, DeskError> {
    let mut cases = BTreeSet::new();
    for record in records {
        let reliances = view.reliances_anywhere(*record)?.into_iter();
        cases.extend(reliances.map(|reliance| reliance.case));
    }
    let subjects = view.subject_records()?.into_iter();
    cases.extend(
        subjects
            .filter(|(_, record)| records.contains(record))
            .map(|(case, _)| case),
    );
    let mut known = 0;
    for id in cases {
        let other = Some(id) != permit.case();
        if let Some(case) = view.case(id)?
            && other
            && may_know(view, permit, &case)?
        {
            known += 1;
        }
    }
    Ok(known)
}

pub(crate) fn may_know(
    view: &View<'_>,
    permit: &Permit,
    case: &CaseFile,
) -> Result<bool, DeskError> {
    let user = permit.user();
    let watches = permit
        .actor()
        .roles
        .iter()
        .any(|role| matches!(role, Role::Supervisor | Role::RecordsOfficer));
    let knows = watches || case.membership(user).is_some();
    Ok(knows && !view.has_conflict(user, case.id)?)
}

impl Desk {
    /// Reads the identity to which a record belongs. Any member's id finds it, also an id it once had.
    pub fn identity(
        &self,
        actor: &Actor,
        case: CaseId,
        record: RecordId,
        known_on: Option<Moment>,
    ) -> Result<IdentityPage, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadIdentity, case),
            |view, permit| {
                let at = self.sequence_of(view, known_on)?;
                let judgements = view.judgements(permit, at)?;
                let identities = Identities::closure(&judgements);
                let ids = identities.members(record);
                let captions = view.caption(permit, &ids)?;
                let (mut members, mut reliances) = (Vec::new(), Vec::new());
                for id in &ids {
                    let Some(found) = view.record(permit, *id, at)? else {
                        continue;
                    };
                    let caption = captions
                        .iter()
                        .find(|(named, _)| named == id)
                        .map(|(_, text)| text.clone())
                        .unwrap_or_default();
                    reliances.extend(view.reliances_on(permit, *id)?);
                    members.push(Member {
                        record: found,
                        caption,
                        statements: view.statements(permit, *id, at, false)?,
                    });
                }
                if members.is_empty() {
                    return Err(DeskError::NotFound("identity"));
                }
                let steps = steps(&judgements, record);
                let disclosed = view.disclosures(permit)?.into_iter().filter(|line| {
                    let went =
                        |item: &Item| matches!(item, Item::Record(id, _) if ids.contains(id));
                    line.items.iter().any(went)
                });
                let touches = |judgement: &&Judgement| {
                    ids.contains(&judgement.pair.low()) || ids.contains(&judgement.pair.high())
                };
                let judgements = in_force(&judgements)
                    .into_iter()
                    .filter(touches)
                    .cloned()
                    .collect();
                let page = IdentityPage {
                    id: identities.of(record),
                    members,
                    judgements,
                    steps,
                    reliances,
                    disclosed: disclosed.collect(),
                    elsewhere: elsewhere(view, permit, &ids)?,
                };
                let touched: Vec<String> =
                    ids.iter().map(|id| self.pseudonym(id.bytes())).collect();
                Ok(Touched::new(page, touched))
            },
        )
    }

    /// Takes one judgement back, so that what it held together falls apart. The judgement stays in the history.
    pub fn take_apart(
        &self,
        actor: &Actor,
        case: CaseId,
        pair: Pair,
        reason: &str,
    ) -> Result<(), DeskError> {
        let reason = required("reason", reason)?;
        let new = NewJudgement {
            a: pair.low(),
            b: pair.high(),
            verdict: Verdict::Unsure,
            reason,
            seen: None,
        };
        let permit = self.admit(&Knock::inside(actor, Act::SplitIdentity, case))?;
        let judgements = self
            .store()
            .read(|view| view.judgements(&permit, Sequence::NOW))?;
        let holds =
            |judgement: &&Judgement| judgement.pair == pair && judgement.verdict == Verdict::Same;
        if !in_force(&judgements).iter().any(holds) {
            return Err(nothing_holds());
        }
        self.judge_as(actor, case, &new, false).map(|_| ())
    }

    /// Statements that a list of citations names, as far as they may be read in the case.
    pub fn cited(
        &self,
        actor: &Actor,
        case: CaseId,
        ids: &[StatementId],
    ) -> Result<Vec<Statement>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadRecord, case),
            |view, permit| {
                let mut found = Vec::new();
                for id in ids {
                    found.extend(view.statement(permit, *id)?);
                }
                let touched: Vec<String> = found
                    .iter()
                    .map(|statement| self.pseudonym(statement.record.bytes()))
                    .collect();
                Ok(Touched::new(found, touched))
            },
        )
    }
}
