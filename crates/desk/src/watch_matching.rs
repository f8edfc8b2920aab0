//! How the matcher does, and its stop: what it proposed, how often people agreed, whether it may work (AI Act art. 14).

use domain::authority::Actor;
use domain::id::DatasetId;
use domain::identity::Verdict;
use domain::policy::Act;
use domain::source::Dataset;
use domain::time::Moment;
use store::{Band, MatchingSwitch, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::sources::of_a_source;
use crate::{Desk, DeskError};

/// How the matcher does.
#[derive(Debug, Clone)]
pub struct MatchingPage {
    /// Who last stopped it or let it work; nothing while nobody has.
    pub switch: Option<MatchingSwitch>,
    /// Proposals that stand, by tenths of their probability.
    pub standing: Vec<Band>,
    /// What it said against what people decided.
    pub agreement: Agreement,
    /// Datasets whose records are compared, with whether each names a person or thing once.
    pub sources: Vec<(Dataset, bool)>,
}

/// What the machine said of pairs against what people decided on them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Agreement {
    /// Decisions on proposed pairs.
    pub decided: u64,
    /// Those against the machine: "two" where it said at least even odds, "one" where it said less.
    pub overridden: u64,
    /// Stated against true, by bands of probability; bands without a decision are left out.
    pub bands: Vec<Reliability>,
}

/// One point of a reliability diagram (Murphy and Winkler 1977): what was stated and how much of it was so.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// Lower and upper end of the band, 0 to 1.
    pub band: (f64, f64),
    /// Decisions in it.
    pub decided: u64,
    /// Mean of the stated probabilities.
    pub stated: f64,
    /// Share that people judged one.
    pub same: f64,
}

/// Ends of the bands. Narrow where most proposals lie and where a wrong one does most harm.
const ENDS: [f64; 7] = [0.0, 0.2, 0.5, 0.8, 0.95, 0.99, 1.0];

impl Agreement {
    /// Counts decisions, each with the probability that the machine gave.
    pub fn of(decisions: &[(f64, Verdict)]) -> Self {
        let against = |(probability, verdict): &&(f64, Verdict)| {
            (*probability >= 0.5) != (*verdict == Verdict::Same)
        };
        let ends = ENDS.iter().zip(ENDS.iter().skip(1));
        Self {
            decided: decisions.len() as u64,
            overridden: decisions.iter().filter(against).count() as u64,
            bands: ends
                .filter_map(|(from, to)| reliability((*from, *to), decisions))
                .collect(),
        }
    }
}

fn reliability((from, to): (f64, f64), decisions: &[(f64, Verdict)]) -> Option<Reliability> {
    let inside: Vec<_> = decisions
        .iter()
        .filter(|(probability, _)| {
            *probability >= from && (*probability < to || to >= 1.0 && *probability <= to)
        })
        .collect();
    let count = inside.len() as f64;
    let same = inside.iter().filter(|(_, said)| *said == Verdict::Same);
    (!inside.is_empty()).then(|| Reliability {
        band: (from, to),
        decided: inside.len() as u64,
        stated: inside.iter().map(|(stated, _)| stated).sum::<f64>() / count,
        same: same.count() as f64 / count,
    })
}

impl Desk {
    /// Reads how the matcher does.
    pub fn matching(&self, actor: &Actor) -> Result<MatchingPage, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadMatching), |view, _| {
            let once = view.each_once()?;
            let datasets = view.datasets()?.into_iter();
            let page = MatchingPage {
                sources: datasets
                    .filter(|dataset| dataset.agreement.matching)
                    .map(|dataset| (dataset.clone(), once.contains(&dataset.id)))
                    .collect(),
                switch: view.matching_switch()?,
                standing: view.proposal_bands()?,
                agreement: Agreement::of(&view.decided_proposals()?),
            };
            Ok(Touched::new(page, []))
        })
    }

    /// Says of a source whether it names each person or thing once: then the matcher learns from its records how two that
    /// are not one look, and never proposes two of them as one. Holds from the next run.
    pub fn say_each_once(
        &self,
        actor: &Actor,
        dataset: DatasetId,
        once: bool,
        reason: &str,
    ) -> Result<(), DeskError> {
        let words = required("reason", reason)?;
        let knock = Knock::outside(actor, Act::BringDataset).asking(reason);
        self.change(&knock, |tx, permit| {
            of_a_source(tx.dataset(dataset)?)?;
            if tx.each_once()?.contains(&dataset) == once {
                return Err(DeskError::Conflict("that is said of it already".into()));
            }
            tx.set_each_once(dataset, once, &words, permit.user())?;
            Ok(Touched::new((), [format!("dataset:{dataset}")]))
        })
    }

    /// Stops the matcher or lets it work again. While it is stopped nothing is scored, no proposal is shown or alerted,
    /// and what people have judged stays as it is.
    pub fn switch_matching(
        &self,
        actor: &Actor,
        running: bool,
        reason: &str,
    ) -> Result<(), DeskError> {
        let words = required("reason", reason)?;
        let knock = Knock::outside(actor, Act::SwitchMatching).asking(reason);
        self.change(&knock, |tx, permit| {
            let stands = tx.matching_switch()?.is_none_or(|switch| switch.running);
            if stands == running {
                return Err(DeskError::Conflict(
                    if running {
                        "the matcher is working already"
                    } else {
                        "the matcher is stopped already"
                    }
                    .into(),
                ));
            }
            tx.set_matching_switch(&MatchingSwitch {
                running,
                reason: words,
                by: permit.user(),
                at: permit.at(),
            })?;
            let now = if running { "working" } else { "stopped" };
            Ok(Touched::new((), [format!("matching:{now}")]))
        })
    }

    /// Since when the matcher is stopped; nothing while it may work. A fact of the service, like its version.
    pub fn matching_stopped(&self) -> Result<Option<Moment>, DeskError> {
        Ok(self.store().read(stopped)?)
    }

    /// Refuses to score while the matcher is stopped.
    pub(crate) fn may_score(&self) -> Result<(), DeskError> {
        self.store().read(|view| Ok(may_score(view)))?
    }
}

/// Refuses to score while the matcher is stopped.
pub(crate) fn may_score(view: &View<'_>) -> Result<(), DeskError> {
    match stopped(view)? {
        None => Ok(()),
        Some(since) => Err(DeskError::Conflict(format!(
            "the matcher is stopped since {}",
            since.to_rfc3339()
        ))),
    }
}

/// Since when the matcher is stopped.
pub(crate) fn stopped(view: &View<'_>) -> Result<Option<Moment>, store::StoreError> {
    let switch = view.matching_switch()?;
    Ok(switch
        .filter(|switch| !switch.running)
        .map(|switch| switch.at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_counts_what_was_stated_against_what_was_so() {
        let agreement = Agreement::of(&[
            (0.99, Verdict::Same),
            (1.0, Verdict::Same),
            (0.995, Verdict::Different),
            (0.3, Verdict::Same),
            (0.4, Verdict::Different),
        ]);
        assert_eq!((agreement.decided, agreement.overridden), (5, 2));
        let bands: Vec<(f64, u64)> = agreement
            .bands
            .iter()
            .map(|band| (band.band.0, band.decided))
            .collect();
        assert_eq!(bands, [(0.2, 2), (0.99, 3)]);
        assert!((agreement.bands[1].same - 2.0 / 3.0).abs() < 1e-9);
        assert!((agreement.bands[0].stated - 0.35).abs() < 1e-9);
        assert_eq!(Agreement::of(&[]), Agreement::default());
    }
}
