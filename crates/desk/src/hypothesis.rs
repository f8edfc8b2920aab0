//! Hypotheses of a case: putting one up, and saying of a finding or exhibit whether it speaks for or against it.

use domain::authority::Actor;
use domain::hypothesis::{Hypothesis, Weighed, Weighing, Weight};
use domain::id::{CaseId, HypothesisId};
use domain::identity::Verdict;
use domain::policy::{Act, Permit};
use domain::statement::Sequence;
use store::{NoHit, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::record::caption;
use crate::{Desk, DeskError};

/// A hypothesis with how the things are called that were weighed.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// The hypothesis.
    pub hypothesis: Hypothesis,
    /// How each weighed thing is called, in the order of the weighings.
    pub called: Vec<String>,
}

/// What was looked for and not found, and which pairs people said are not one.
#[derive(Debug, Clone, Default)]
pub struct Negatives {
    /// Look-ups that found nothing, oldest first.
    pub no_hits: Vec<NoHit>,
    /// Pairs judged different or unsure in this case.
    pub rejected: Vec<Rejected>,
}

/// A pair that somebody looked at and did not take for one.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// How both records are called.
    pub called: (String, String),
    /// The judgement.
    pub judgement: domain::identity::Judgement,
}

impl Desk {
    /// Puts up a hypothesis.
    pub fn put_up(
        &self,
        actor: &Actor,
        case: CaseId,
        title: &str,
        words: &str,
    ) -> Result<HypothesisId, DeskError> {
        let title = required("title", title)?;
        let id = HypothesisId::fresh(self.now(), self.randomness());
        let knock = Knock::inside(actor, Act::WeighHypothesis, case).asking(&title);
        self.change(&knock, |tx, permit| {
            tx.add_hypothesis(&Hypothesis {
                id,
                case,
                title: title.clone(),
                words: words.trim().to_owned(),
                by: permit.user(),
                at: permit.at(),
                weighings: Vec::new(),
            })?;
            Ok(Touched::new(id, [format!("hypothesis:{id}")]))
        })
    }

    /// Says of a thing of this case whether it speaks for or against a hypothesis. The asker's latest word on it counts;
    /// others keep theirs.
    ///
    /// # Errors
    /// Malformed when the thing is none of this case, or when no reason is given.
    pub fn weigh(
        &self,
        actor: &Actor,
        case: CaseId,
        hypothesis: HypothesisId,
        about: Weighed,
        weight: Weight,
        words: &str,
    ) -> Result<(), DeskError> {
        let words = required("words", words)?;
        let knock = Knock::inside(actor, Act::WeighHypothesis, case).asking(&words);
        self.change(&knock, |tx, permit| {
            let there = tx.hypotheses(permit)?;
            if there.iter().all(|one| one.id != hypothesis) {
                return Err(DeskError::NotFound("hypothesis"));
            }
            if called(tx, permit, about)?.is_none() {
                return Err(DeskError::NotOfCase {
                    field: "about",
                    object: about.to_string(),
                });
            }
            let weighing = Weighing {
                hypothesis,
                about,
                weight,
                words: words.clone(),
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_weighing(case, &weighing)?;
            let objects = [format!("hypothesis:{hypothesis}"), about.to_string()];
            Ok(Touched::new((), objects))
        })
    }

    /// The hypotheses of a case with what speaks for and against each.
    pub fn hypotheses(&self, actor: &Actor, case: CaseId) -> Result<Vec<Matrix>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let found = matrices(view, permit)?;
                let touched: Vec<String> = found
                    .iter()
                    .map(|one| format!("hypothesis:{}", one.hypothesis.id))
                    .collect();
                Ok(Touched::new(found, touched))
            },
        )
    }

    /// What was looked for in a case and not found.
    pub fn negatives(&self, actor: &Actor, case: CaseId) -> Result<Negatives, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let found = negatives(view, permit)?;
                Ok(Touched::new(found, [format!("case:{case}")]))
            },
        )
    }
}

pub(crate) fn matrices(view: &View<'_>, permit: &Permit) -> Result<Vec<Matrix>, DeskError> {
    let mut found = Vec::new();
    for hypothesis in view.hypotheses(permit)? {
        let mut names = Vec::with_capacity(hypothesis.weighings.len());
        for weighing in &hypothesis.weighings {
            names.push(called(view, permit, weighing.about)?.unwrap_or_default());
        }
        found.push(Matrix {
            hypothesis,
            called: names,
        });
    }
    Ok(found)
}

pub(crate) fn negatives(view: &View<'_>, permit: &Permit) -> Result<Negatives, DeskError> {
    let mut rejected = Vec::new();
    for judgement in view.judgements(permit, Sequence::NOW)? {
        if Some(judgement.made_in) != permit.case()
            || !matches!(judgement.verdict, Verdict::Different | Verdict::Unsure)
        {
            continue;
        }
        let (low, high) = (judgement.pair.low(), judgement.pair.high());
        rejected.push(Rejected {
            called: (caption(view, permit, low)?, caption(view, permit, high)?),
            judgement,
        });
    }
    Ok(Negatives {
        no_hits: view.no_hits(permit)?,
        rejected,
    })
}

fn called(view: &View<'_>, permit: &Permit, about: Weighed) -> Result<Option<String>, DeskError> {
    Ok(match about {
        Weighed::Note(id) => view.note(permit, id)?.map(|(note, _)| note.title),
        Weighed::Evidence(id) => view.evidence_item(permit, id)?.map(|item| item.name),
    })
}
