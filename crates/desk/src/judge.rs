//! A person's judgement on a pair: same, different or unsure, with a reason, inside a case.

use domain::authority::Actor;
use domain::id::{CaseId, JudgementId, RecordId, ReleaseId};
use domain::identity::{Judgement, Pair, Reach, Verdict, contradiction};
use domain::policy::{Act, Permit};
use domain::schema::Model;
use domain::statement::Sequence;
use store::{RecordView, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// A judgement as it is given. Nothing is preselected: the verdict must be there.
#[derive(Debug, Clone)]
pub struct NewJudgement {
    /// One record.
    pub a: RecordId,
    /// The other.
    pub b: RecordId,
    /// What is said of them.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// The releases in which the judge saw `a` and `b` last changed: another one since then is a conflict.
    pub seen: Option<(ReleaseId, ReleaseId)>,
}

impl Desk {
    /// Judges a pair.
    ///
    /// # Errors
    /// A conflict when one of the records changed after `seen`, or when "same" would put together what somebody judged
    /// different; a refusal when two persons are judged outside a case that has one of them as subject.
    pub fn judge(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewJudgement,
    ) -> Result<JudgementId, DeskError> {
        let reason = required("reason", &new.reason)?;
        let pair = Pair::new(new.a, new.b)
            .ok_or_else(|| DeskError::malformed("b", "is the same record as `a`"))?;
        let id = JudgementId::fresh(self.now(), self.randomness());
        let touched = [
            self.pseudonym(new.a.bytes()),
            self.pseudonym(new.b.bytes()),
            format!("judgement:{id}"),
        ];
        let (verdict, seen, first, second) = (new.verdict, new.seen, new.a, new.b);
        self.change(&Knock::inside(actor, Act::Judge, case), |tx, permit| {
            current(tx, permit, first, seen.map(|seen| seen.0))?;
            current(tx, permit, second, seen.map(|seen| seen.1))?;
            let low = current(tx, permit, pair.low(), None)?;
            let high = current(tx, permit, pair.high(), None)?;
            self.may_judge(tx, permit, &low, &high)?;
            let judgements = tx.judgements(permit, Sequence::NOW)?;
            if verdict == Verdict::Same
                && let Some(wrong) = contradiction(&judgements, pair)
            {
                return Err(DeskError::Conflict(format!(
                    "{wrong}, on {}",
                    wrong.at.day()
                )));
            }
            let probability = tx
                .proposal(permit, pair)?
                .map(|proposal| proposal.probability);
            tx.add_judgement(&Judgement {
                id,
                pair,
                verdict,
                by: permit.user(),
                at: permit.at(),
                reason,
                reach: reach(tx, case, &low, &high)?,
                made_in: case,
                probability,
            })?;
            Ok(Touched::new(id, touched))
        })
    }

    fn may_judge(
        &self,
        view: &View<'_>,
        permit: &Permit,
        low: &RecordView,
        high: &RecordView,
    ) -> Result<(), DeskError> {
        let model = Model::standard();
        if !model.person_kind(&low.schema).guarded() && !model.person_kind(&high.schema).guarded() {
            return Ok(());
        }
        let members = |record| -> Result<Vec<RecordId>, DeskError> {
            let judgements = view.judgements(permit, Sequence::NOW)?;
            Ok(domain::identity::Identities::closure(&judgements).members(record))
        };
        let subjects = view.subjects(permit)?;
        let either = [members(low.id)?, members(high.id)?].concat();
        if subjects
            .iter()
            .any(|subject| either.contains(&subject.record))
        {
            return Ok(());
        }
        Err(self
            .inner
            .rules
            .refusal(
                "judge.persons-need-a-subject",
                "Records of persons are judged only in a case that has one of them as a subject.",
                true,
            )
            .into())
    }
}

fn current(
    view: &View<'_>,
    permit: &Permit,
    record: RecordId,
    seen: Option<ReleaseId>,
) -> Result<RecordView, DeskError> {
    let found = view
        .record(permit, record, Sequence::NOW)?
        .ok_or(DeskError::NotFound("record"))?;
    if seen.is_some_and(|seen| found.release != seen) {
        return Err(DeskError::Conflict(
            "one of the records has changed since you saw it; look again".into(),
        ));
    }
    Ok(found)
}

/// A judgement is shared when both datasets may be matched, and local to the case otherwise.
fn reach(
    view: &View<'_>,
    case: CaseId,
    low: &RecordView,
    high: &RecordView,
) -> Result<Reach, DeskError> {
    for dataset in [low.dataset, high.dataset] {
        if !view
            .dataset(dataset)?
            .is_some_and(|dataset| dataset.agreement.matching)
        {
            return Ok(Reach::Case(case));
        }
    }
    Ok(Reach::Shared)
}
