//! A person's judgement on a pair: same, different or unsure, with a reason, inside a case; and contesting one.

use std::collections::{BTreeMap, BTreeSet};

use domain::authority::Actor;
use domain::id::{AlertId, CaseId, FirstWordId, JudgementId, RecordId, ReleaseId, RelianceId};
use domain::identity::{
    Identities, Judgement, Pair, Reach, Verdict, barred, contradiction, last_said,
};
use domain::policy::{Act, Permit};
use domain::schema::Model;
use domain::statement::Sequence;
use domain::watch::{About, Alert};
use store::{FirstWord, RecordView, Tx, View};

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

/// What came of a judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// It stands.
    Stands(JudgementId),
    /// It is the first word on a pair that takes two people of this case: nothing rests on it until another says the same.
    Waits(FirstWordId),
}

impl Judged {
    /// The judgement, where it stands.
    pub fn stands(self) -> Option<JudgementId> {
        match self {
            Self::Stands(judgement) => Some(judgement),
            Self::Waits(_) => None,
        }
    }
}

impl Desk {
    /// Judges a pair. In a case whose type asks for two people the first word is a proposal; it is judged when another
    /// person says the same, and when they say otherwise their word waits in its place.
    ///
    /// # Errors
    /// A conflict when one of the records changed after `seen`, or when "same" would put together what somebody judged
    /// different; a refusal when two persons are judged outside a case that has one of them as subject, or when the link
    /// was contested and the judge is the one who made it.
    pub fn judge(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewJudgement,
    ) -> Result<Judged, DeskError> {
        self.judge_as(actor, case, new, true)
    }

    /// Judges a pair; `asks_two` says whether a case that takes two people waits for the second. Taking a link back does
    /// not wait: nothing rests on what is not judged.
    pub(crate) fn judge_as(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewJudgement,
        asks_two: bool,
    ) -> Result<Judged, DeskError> {
        if new.verdict == Verdict::Challenged {
            return Err(DeskError::malformed("verdict", "is not one that decides"));
        }
        let reason = required("reason", &new.reason)?;
        let pair = Pair::new(new.a, new.b)
            .ok_or_else(|| DeskError::malformed("b", "is the same record as `a`"))?;
        let id = JudgementId::fresh(self.now(), self.randomness());
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
            // Whatever account, and in whoever's place: whoever made the link does not decide on it again.
            let own = self.stands_for(tx, permit.user())?;
            if barred(&judgements, pair).is_some_and(|by| own.contains(&by)) {
                return Err(self.needs_another());
            }
            let waits = match asks_two {
                true => self.first_word(tx, permit, pair, verdict, &reason)?,
                false => None,
            };
            if let Some(waits) = waits {
                let objects = [
                    self.pseudonym(pair.low().bytes()),
                    self.pseudonym(pair.high().bytes()),
                    format!("first-word:{waits}"),
                ];
                return Ok(Touched::new(Judged::Waits(waits), objects));
            }
            let probability = tx
                .proposal(permit, pair)?
                .map(|proposal| proposal.probability);
            let judgement = Judgement {
                id,
                pair,
                verdict,
                by: permit.user(),
                at: permit.at(),
                reason,
                reach: reach(tx, case, &low, &high)?,
                made_in: case,
                probability,
            };
            let touched = self.say(tx, &judgement)?;
            Ok(Touched::new(Judged::Stands(id), touched))
        })
    }

    /// Keeps a word that waits for another person's; none where the case takes one person, or the other has said the same.
    fn first_word(
        &self,
        tx: &Tx<'_>,
        permit: &Permit,
        pair: Pair,
        verdict: Verdict,
        reason: &str,
    ) -> Result<Option<FirstWordId>, DeskError> {
        let case = permit.case().ok_or(DeskError::NotFound("case"))?;
        if self.type_of(tx, case)?.judges < 2 {
            return Ok(None);
        }
        let waiting = tx.first_words(case)?;
        let said = waiting.iter().find(|one| one.pair == pair);
        // Another account of the same person, or whoever takes their place, is no second judge.
        let own = self.stands_for(tx, permit.user())?;
        if said.is_some_and(|one| !own.contains(&one.by) && one.verdict == verdict) {
            tx.end_first_words(case, pair)?;
            return Ok(None);
        }
        let id = FirstWordId::fresh(permit.at(), self.randomness());
        tx.add_first_word(&FirstWord {
            id,
            case,
            pair,
            verdict,
            reason: reason.to_owned(),
            by: permit.user(),
            at: permit.at(),
        })?;
        Ok(Some(id))
    }

    /// Contests that two records are one, for somebody whom it affects. The link is suspended everywhere at once, and the
    /// cases that rest on it are told; another person than the one who made it must decide.
    ///
    /// # Errors
    /// A conflict when no judgement holds the two together.
    pub fn challenge(
        &self,
        actor: &Actor,
        case: CaseId,
        pair: Pair,
        reason: &str,
    ) -> Result<JudgementId, DeskError> {
        let reason = required("reason", reason)?;
        let id = JudgementId::fresh(self.now(), self.randomness());
        self.change(
            &Knock::inside(actor, Act::ChallengeMatch, case),
            |tx, permit| {
                let judgements = tx.judgements(permit, Sequence::NOW)?;
                let held = last_said(&judgements)
                    .get(&pair)
                    .filter(|judgement| judgement.verdict == Verdict::Same)
                    .copied();
                let held = held.ok_or_else(nothing_holds)?;
                let judgement = Judgement {
                    id,
                    verdict: Verdict::Challenged,
                    by: permit.user(),
                    at: permit.at(),
                    reason,
                    made_in: case,
                    ..held.clone()
                };
                let touched = self.say(tx, &judgement)?;
                Ok(Touched::new(id, touched))
            },
        )
    }

    /// Keeps a judgement and tells the cases that rest on what it undoes; gives what it touched.
    fn say(&self, tx: &mut Tx<'_>, judgement: &Judgement) -> Result<[String; 3], DeskError> {
        let before = tx.judgements_of_reach(judgement.reach)?;
        tx.add_judgement(judgement)?;
        self.tell(tx, &before, judgement)?;
        let pair = judgement.pair;
        Ok([
            self.pseudonym(pair.low().bytes()),
            self.pseudonym(pair.high().bytes()),
            format!("judgement:{}", judgement.id),
        ])
    }

    /// Tells each open case in which something rests on the records concerned that a link was taken back, contested, or
    /// decided on after it was contested. What is judged for the first time is no news: nothing rests on it.
    fn tell(
        &self,
        tx: &Tx<'_>,
        before: &[Judgement],
        judgement: &Judgement,
    ) -> Result<(), DeskError> {
        let former = last_said(before)
            .get(&judgement.pair)
            .map(|said| said.verdict);
        match former {
            Some(Verdict::Same) if judgement.verdict != Verdict::Same => {}
            Some(Verdict::Challenged) => {}
            _ => return Ok(()),
        }
        for (case, hits) in resting(tx, before, judgement)? {
            tx.add_alert(&Alert {
                id: AlertId::fresh(judgement.at, self.randomness()),
                case,
                about: About::Judgement {
                    judgement: judgement.id,
                    pair: judgement.pair,
                    verdict: judgement.verdict,
                },
                hits,
                raised: judgement.at,
            })?;
        }
        Ok(())
    }

    fn needs_another(&self) -> DeskError {
        self.inner
            .rules
            .refusal(
                "judge.another-after-challenge",
                "The link was contested; whoever made it cannot decide on it again.",
                true,
            )
            .into()
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
            Ok(Identities::closure(&judgements).members(record))
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

/// The cases that rest on the identity of a pair, before the judgement or with it, each with its reliances.
fn resting(
    tx: &Tx<'_>,
    before: &[Judgement],
    judgement: &Judgement,
) -> Result<BTreeMap<CaseId, Vec<RelianceId>>, DeskError> {
    let after = [before, std::slice::from_ref(judgement)].concat();
    let mut records = BTreeSet::new();
    for judgements in [before, after.as_slice()] {
        let identities = Identities::closure(judgements);
        records.extend(identities.members(judgement.pair.low()));
        records.extend(identities.members(judgement.pair.high()));
    }
    let mut cases: BTreeMap<CaseId, Vec<RelianceId>> = BTreeMap::new();
    for record in &records {
        for reliance in tx.reliances_anywhere(*record)? {
            cases.entry(reliance.case).or_default().push(reliance.id);
        }
    }
    for (case, record) in tx.subject_records()? {
        if records.contains(&record) {
            cases.entry(case).or_default();
        }
    }
    cases.retain(|case, _| match judgement.reach {
        Reach::Shared => true,
        Reach::Case(only) => *case == only,
    });
    Ok(cases)
}

/// What is said when a link is to be undone that does not hold.
pub(crate) fn nothing_holds() -> DeskError {
    DeskError::Conflict("no judgement holds these two together".into())
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
