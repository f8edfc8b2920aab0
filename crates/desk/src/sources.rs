//! Datasets and their releases: brought in under an agreement, listed, and decided on when one is held.

use domain::authority::Actor;
use domain::id::{DatasetId, ReleaseId};
use domain::live::Notice;
use domain::policy::Act;
use domain::processing::DatasetProcessing;
use domain::source::{Agreement, Dataset, Receipt, Refused, Release};
use domain::tlog::VerifierKey;
use store::ReleaseSummary;

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::follow::raise_alerts;
use crate::gap;
use crate::{Desk, DeskError};

/// A dataset to be.
#[derive(Debug, Clone)]
pub struct NewDataset {
    /// Short name: lower-case letters, digits and underscores.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// Terms under which it is held.
    pub agreement: Agreement,
}

/// A release with its receipt and what was refused.
#[derive(Debug, Clone)]
pub struct ReleasePage {
    /// The dataset.
    pub dataset: Dataset,
    /// The release.
    pub release: Release,
    /// The receipt, its signature and the key that verifies it; `None` while it is staged.
    pub receipt: Option<(Receipt, String, VerifierKey)>,
    /// Why it is held, where it is.
    pub held: Option<String>,
    /// The first refused rows.
    pub refused: Vec<Refused>,
}

/// A dataset as the catalogue lists it.
#[derive(Debug, Clone)]
pub struct CatalogueLine {
    /// The dataset.
    pub dataset: Dataset,
    /// Records present in its last published release.
    pub records: u64,
    /// Its last release.
    pub latest: Option<Release>,
}

/// A release that waits for a steward's decision.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The dataset.
    pub dataset: Dataset,
    /// The release.
    pub release: Release,
    /// Why it is held.
    pub reason: String,
}

/// What a person decides on a held release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldDecision {
    /// Publish it as it is.
    Publish,
    /// Put it away.
    Abandon,
}

/// Refused rows shown on one page.
const PAGE: usize = 200;

/// A dataset of a source; what is one case's own is as if it were not there.
pub(crate) fn of_a_source(found: Option<Dataset>) -> Result<Dataset, DeskError> {
    found
        .filter(|dataset| dataset.sealed().is_none())
        .ok_or(DeskError::NotFound("dataset"))
}

impl Desk {
    /// Brings a dataset in. Without an authority under which it was obtained it cannot be.
    pub fn bring_dataset(&self, actor: &Actor, new: &NewDataset) -> Result<DatasetId, DeskError> {
        self.bring_dataset_as(actor, new, None)
    }

    /// The same, with what its processing is. Of high risk without an approved assessment it is not brought in.
    ///
    /// # Errors
    /// A conflict where there is a dataset of that name, or no approved assessment.
    pub fn bring_dataset_as(
        &self,
        actor: &Actor,
        new: &NewDataset,
        processing: Option<&DatasetProcessing>,
    ) -> Result<DatasetId, DeskError> {
        let name = required("name", &new.name)?;
        if !name
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
        {
            return Err(DeskError::malformed(
                "name",
                "may hold lower-case letters, digits and underscores",
            ));
        }
        in_order(&new.agreement)?;
        let now = self.now();
        let dataset = Dataset {
            id: DatasetId::fresh(now, self.randomness()),
            name,
            title: required("title", &new.title)?,
            publisher: required("publisher", &new.publisher)?,
            agreement: new.agreement.clone(),
            created: now,
            unlawful: false,
        };
        let id = dataset.id;
        self.change(&Knock::outside(actor, Act::BringDataset), |tx, permit| {
            if tx.dataset_by_name(&dataset.name)?.is_some() {
                return Err(DeskError::Conflict(format!(
                    "there is a dataset `{}` already",
                    dataset.name
                )));
            }
            tx.add_dataset(&dataset)?;
            self.activate(tx, id, processing, permit.user(), permit.at())?;
            Ok(Touched::new((), [format!("dataset:{id}")]))
        })?;
        Ok(id)
    }

    /// Puts a dataset under another agreement, which holds at once: for every open case, and for the next run of the matcher.
    /// One that has run out closes the dataset.
    pub fn amend_agreement(
        &self,
        actor: &Actor,
        dataset: DatasetId,
        agreement: &Agreement,
    ) -> Result<(), DeskError> {
        in_order(agreement)?;
        self.change(&Knock::outside(actor, Act::BringDataset), |tx, _| {
            of_a_source(tx.dataset(dataset)?)?;
            tx.set_agreement(dataset, agreement)?;
            if agreement.special.trim().is_empty() {
                tx.forget_specials_of(dataset)?;
            }
            Ok(Touched::new((), [format!("dataset:{dataset}")]))
        })
    }

    /// The agreements under which records may be matched, by the short name of their dataset: public, since whoever is
    /// matched must be able to learn under what terms (5 USC 552a(o)(2)(A)(ii)).
    pub fn public_agreements(&self) -> Result<Vec<(String, String)>, DeskError> {
        let datasets = self.store().read(|view| view.datasets())?;
        let matched = datasets
            .into_iter()
            .filter(|dataset| dataset.agreement.matching);
        Ok(matched
            .map(|dataset| (dataset.name.clone(), readable(&dataset)))
            .collect())
    }

    /// Lists datasets.
    pub fn datasets(&self, actor: &Actor) -> Result<Vec<Dataset>, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadDatasets), |view, _| {
            Ok(Touched::new(view.datasets()?, []))
        })
    }

    /// Lists datasets with what they hold.
    pub fn catalogue(&self, actor: &Actor) -> Result<Vec<CatalogueLine>, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadDatasets), |view, _| {
            let mut lines = Vec::new();
            for dataset in view.datasets()? {
                lines.push(CatalogueLine {
                    records: view.present_records(dataset.id)?,
                    latest: view
                        .releases(dataset.id)?
                        .into_iter()
                        .next()
                        .map(|line| line.release),
                    dataset,
                });
            }
            Ok(Touched::new(lines, []))
        })
    }

    /// Lists the releases of a dataset, newest first.
    pub fn releases(
        &self,
        actor: &Actor,
        dataset: DatasetId,
    ) -> Result<Vec<ReleaseSummary>, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadDatasets), |view, _| {
            of_a_source(view.dataset(dataset)?)?;
            Ok(Touched::new(
                view.releases(dataset)?,
                [format!("dataset:{dataset}")],
            ))
        })
    }

    /// Reads a release with its receipt and refused rows.
    pub fn release(&self, actor: &Actor, release: ReleaseId) -> Result<ReleasePage, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadReceipt), |view, _| {
            let found = view
                .release(release)?
                .ok_or(DeskError::NotFound("release"))?;
            let page = ReleasePage {
                dataset: of_a_source(view.dataset(found.dataset)?)?,
                receipt: view.receipt(release)?,
                held: view
                    .releases(found.dataset)?
                    .into_iter()
                    .find(|line| line.release.id == release)
                    .and_then(|line| line.held),
                refused: view.refused_rows(release, 0, PAGE)?,
                release: found,
            };
            Ok(Touched::new(page, [format!("release:{release}")]))
        })
    }

    /// Lists the releases that wait for a decision, oldest first.
    pub fn waiting(&self, actor: &Actor) -> Result<Vec<Waiting>, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadReceipt), |view, _| {
            let (mut lines, mut touched) = (Vec::new(), Vec::new());
            for (release, reason) in view.held_releases()? {
                let dataset = view.dataset(release.dataset)?;
                touched.push(format!("release:{}", release.id));
                lines.push(Waiting {
                    dataset: dataset.ok_or(DeskError::NotFound("dataset"))?,
                    release,
                    reason,
                });
            }
            Ok(Touched::new(lines, touched))
        })
    }

    /// Begins to listen for releases that wait; the listening is an entry of the log.
    pub fn follow_waiting(&self, actor: &Actor) -> Result<(), DeskError> {
        self.read(&Knock::outside(actor, Act::ReadReceipt), |_, _| {
            Ok(Touched::new((), []))
        })
    }

    /// Says whether somebody may be told of releases that wait; asked again for each one that is streamed.
    pub fn may_follow_waiting(&self, actor: &Actor) -> Result<(), DeskError> {
        self.admit(&Knock::outside(actor, Act::ReadReceipt))
            .map(|_| ())
    }

    /// Publishes a held release or puts it away.
    pub fn decide_release(
        &self,
        actor: &Actor,
        release: ReleaseId,
        decision: HeldDecision,
        reason: &str,
    ) -> Result<(), DeskError> {
        required("reason", reason)?;
        self.change(
            &Knock::outside(actor, Act::DecideRelease).asking(reason),
            |tx, permit| {
                let held = tx.release(release)?.ok_or(DeskError::NotFound("release"))?;
                if held.state != domain::source::ReleaseState::Held {
                    return Err(DeskError::Conflict(
                        "only a release that is held can be decided on".into(),
                    ));
                }
                match decision {
                    HeldDecision::Abandon => tx.abandon(release)?,
                    HeldDecision::Publish => {
                        let staging = tx.resume(release)?;
                        let (receipt, ..) =
                            tx.receipt(release)?.ok_or(DeskError::NotFound("release"))?;
                        tx.publish(&staging, &receipt, &self.sign(&receipt))?;
                        let number = tx.release_ordinal(release)?;
                        gap::close_or_open(tx, held.dataset, release, None, number, held.extent)?;
                        raise_alerts(tx, self.randomness(), release, permit.at())?;
                    }
                }
                Ok(Touched::new((), [format!("release:{release}")]))
            },
        )
    }
}

impl Desk {
    /// What may be missing of a dataset: numbers that did not come, changes that its server no longer had.
    pub fn gaps(&self, actor: &Actor, dataset: DatasetId) -> Result<Vec<Notice>, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadDatasets), |view, _| {
            let gaps = view.open_gaps(dataset)?;
            Ok(Touched::new(gaps, [format!("dataset:{dataset}")]))
        })
    }

    /// How many records are present over all datasets.
    pub fn taken(&self, actor: &Actor) -> Result<u64, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadDatasets), |view, _| {
            let mut records = 0;
            for dataset in view.datasets()? {
                records += view.present_records(dataset.id)?;
            }
            Ok(Touched::new(records, []))
        })
    }
}

/// Refuses an agreement without an authority, with unknown purposes, or that ends before it begins.
fn in_order(agreement: &Agreement) -> Result<(), DeskError> {
    required("authority", &agreement.authority)?;
    let known = |word: &String| domain::authority::Purpose::from_word(word).is_some();
    if !agreement.purposes.iter().all(known) {
        return Err(DeskError::malformed(
            "purposes",
            "names a purpose that is not in the list",
        ));
    }
    if agreement.until < agreement.from {
        return Err(DeskError::malformed("until", "is before `from`"));
    }
    Ok(())
}

/// An agreement as text that anybody can read.
fn readable(dataset: &Dataset) -> String {
    let agreement = &dataset.agreement;
    let purposes: Vec<&str> = agreement
        .purposes
        .iter()
        .filter_map(|word| domain::authority::Purpose::from_word(word))
        .map(domain::authority::Purpose::title)
        .collect();
    let standing = if agreement.standing_rules {
        "A register number that both records carry joins them, natural persons excepted."
    } else {
        "Nothing joins records but a person's judgement."
    };
    format!(
        "Agreement on the dataset {name}\n\n\
         Title: {title}\n\
         Publisher: {publisher}\n\
         Obtained under: {authority}\n\
         Terms: {terms}\n\
         In force: from {from} until {until} (UTC)\n\
         Purposes: {purposes}\n\
         Matching: its records are compared with those of other datasets under such agreements. What the comparison \
         proposes is provisional: nothing of a case may rest on it before a person has judged it. {standing}\n",
        name = dataset.name,
        title = dataset.title,
        publisher = dataset.publisher,
        authority = agreement.authority,
        terms = agreement.terms,
        from = agreement.from.to_rfc3339(),
        until = agreement.until.to_rfc3339(),
        purposes = purposes.join("; "),
    )
}
