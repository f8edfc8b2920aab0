//! The straight line: a source says something new, and the open case that relied on it is told.
//!
//! The cast: a [`Delivery`] is files that have arrived for a dataset; intake reads them into records; the store stages
//! what they change, unseen; publishing makes it visible together with the alerts and the log entry, in one short
//! transaction. Proposals and the text index follow from what was committed ([`crate::derive`]).

use std::collections::HashSet;
use std::ops::ControlFlow;

use domain::authority::Actor;
use domain::id::{AlertId, DeliveryId, Randomness, ReleaseId};
use domain::policy::Act;
use domain::source::{Aside, Cause, Dataset, Dropped, Extent, Receipt, Record, Refused};
use domain::special::MOST_ASIDE;
use domain::time::Moment;
use domain::watch::{About, Alert, touched};
use intake::{Account, Input, IntakeError, Item, Mapping};
use sha2::{Digest, Sha256};
use store::{NewRelease, StageCounts, Staging, Tx};

use crate::act::Touched;
use crate::door::Knock;
use crate::gap;
use crate::{Desk, DeskError};

/// Files that have arrived for a dataset.
pub struct Delivery<'a> {
    /// Name of the dataset.
    pub dataset: &'a str,
    /// What the source calls this release.
    pub label: String,
    /// The files, on disk.
    pub files: Vec<Input>,
    /// How they are read.
    pub mapping: &'a Mapping,
    /// All there is, or only what is new.
    pub extent: Extent,
}

/// What came of a delivery.
#[derive(Debug, Clone)]
pub enum Followed {
    /// It is visible.
    Published {
        /// The release.
        release: ReleaseId,
        /// Its receipt.
        receipt: Receipt,
        /// Alerts raised with it.
        alerts: u64,
    },
    /// The very same files with the very same mapping were taken before; nothing changed.
    TakenBefore {
        /// The release that took them.
        release: ReleaseId,
    },
    /// It looks wrong and waits for a person; nothing of it is visible.
    Held {
        /// The release.
        release: ReleaseId,
        /// Its receipt.
        receipt: Receipt,
        /// Why.
        reason: String,
    },
}

/// How far a delivery has been read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Progress {
    /// Bytes read of the present file.
    pub bytes: u64,
    /// Its size.
    pub of: u64,
    /// Records staged so far.
    pub records: u64,
}

/// Takes a delivery from its bytes to the alerts it raises.
///
/// # Errors
/// Refused when the actor may not load releases; malformed when the dataset is unknown or nothing can be read at all.
/// Rows that cannot be read are no error: they are listed with the release. Whatever stops the line midway leaves the
/// last published release as it was.
pub fn follow_release(
    desk: &Desk,
    actor: &Actor,
    delivery: &Delivery<'_>,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Followed, DeskError> {
    follow_as(desk, actor, delivery, &Manner::default(), progress)
}

/// How a delivery comes, where it is not simply handed in.
#[derive(Default)]
pub(crate) struct Manner {
    /// The delivery of a live source: it is settled, and the source's place moves, in the very transaction that makes what
    /// it says visible or holds it.
    pub(crate) incoming: Option<DeliveryId>,
    /// Rows of a former delivery that are read again, by another mapping; what the other rows say is left alone.
    pub(crate) only: Option<HashSet<(u32, u64)>>,
    /// All of a former delivery is read again, by another mapping.
    pub(crate) anew: bool,
    /// Its number among the deliveries of its source.
    pub(crate) number: Option<u64>,
}

/// The same for a delivery that its source has numbered: whatever the order in which numbers come, the present is what the
/// highest one says, and what is missing is told.
///
/// # Errors
/// As [`follow_release`].
pub fn follow_numbered(
    desk: &Desk,
    actor: &Actor,
    delivery: &Delivery<'_>,
    number: u64,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Followed, DeskError> {
    let manner = Manner {
        number: Some(number),
        ..Manner::default()
    };
    follow_as(desk, actor, delivery, &manner, progress)
}

/// The same, in its manner.
pub(crate) fn follow_as(
    desk: &Desk,
    actor: &Actor,
    delivery: &Delivery<'_>,
    manner: &Manner,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Followed, DeskError> {
    let knock = Knock::outside(actor, Act::LoadRelease);
    let received = desk.admit(&knock)?.at();
    let dataset = desk.dataset_named(delivery.dataset)?;
    desk.store()
        .read(|view| Ok(desk.is_assessed(view, dataset.id)))??;
    let digest = digest(&delivery.files).map_err(|error| unreadable(&error))?;
    let before = match (&manner.only, manner.incoming) {
        (Some(_), _) => None,
        (None, _) if manner.number.is_some() => {
            desk.taken_as(&dataset, &digest, delivery.mapping, manner.number)?
        }
        (None, None) => desk.taken_before(&dataset, &digest, delivery.mapping)?,
        (None, Some(_)) => desk.taken_last(&dataset, &digest, delivery.mapping)?,
    };
    if let Some(release) = before {
        return Ok(Followed::TakenBefore { release });
    }

    let mut line = Line::begin(desk, &dataset, delivery, manner, received, digest)?;
    let account = line.read(delivery, progress)?; // bytes to records to changes to statements, all unseen
    line.end_missing(delivery.extent, &account)?;
    let receipt = line.receipt(delivery, &account);
    let release = receipt.release;

    if let Some(reason) = line.doubt() {
        desk.change(&knock, |tx, _| {
            tx.hold(&line.staging, &reason, &receipt)?;
            settle(tx, manner.incoming, release)?;
            Ok(Touched::new(
                (),
                [
                    format!("dataset:{}", dataset.id),
                    format!("release:{release}"),
                    "held".into(),
                ],
            ))
        })?;
        return Ok(Followed::Held {
            release,
            receipt,
            reason,
        });
    }
    let alerts = desk.change(&knock, |tx, permit| {
        tx.publish(&line.staging, &receipt, &desk.sign(&receipt))?;
        let all = delivery.extent == Extent::Full && line.only.is_none() && account.complete();
        desk.set_aside(tx, &dataset, &line.aside, all)?;
        settle(tx, manner.incoming, release)?;
        let source = match manner.incoming {
            Some(id) => tx.incoming(id)?.map(|incoming| incoming.source),
            None => None,
        };
        gap::close_or_open(
            tx,
            dataset.id,
            release,
            source,
            manner.number,
            delivery.extent,
        )?;
        let alerts = raise_alerts(tx, desk.randomness(), release, permit.at())?;
        Ok(Touched::new(alerts, touched_by(&dataset, &receipt)))
    })?;
    Ok(Followed::Published {
        release,
        receipt,
        alerts,
    })
}

fn settle(tx: &Tx<'_>, incoming: Option<DeliveryId>, release: ReleaseId) -> Result<(), DeskError> {
    match incoming {
        Some(id) => Ok(tx.settle_incoming(id, release)?),
        None => Ok(()),
    }
}

/// Raises one alert for each open case and change that touches something the case relies on.
pub(crate) fn raise_alerts(
    tx: &mut Tx<'_>,
    randomness: &dyn Randomness,
    release: ReleaseId,
    at: Moment,
) -> Result<u64, DeskError> {
    let mut raised = 0;
    for (change, reliances) in tx.changes_touching_reliances(release)? {
        for (case, hits) in touched(&change, &reliances) {
            let alert = Alert {
                id: AlertId::fresh(at, randomness),
                case,
                about: About::Change(change.clone()),
                hits,
                raised: at,
            };
            raised += u64::from(tx.add_alert(&alert)?);
        }
    }
    Ok(raised)
}

/// Records given to the store at a time: some 50 milliseconds of writing, so that look-ups go on in between.
const BATCH: usize = 500;

/// Share of records that a full release may withdraw before a person has to look, in percent.
const MOST_WITHDRAWN_PERCENT: u64 = 20;

/// Withdrawals that are never held, however small the dataset.
const FEW: u64 = 20;

/// A release on its way.
struct Line<'a> {
    desk: &'a Desk,
    dataset: &'a Dataset,
    staging: Staging,
    received: Moment,
    before: u64,
    counts: StageCounts,
    withdrawn: u64,
    records: Vec<Record>,
    refused: Vec<Refused>,
    dropped: Vec<Dropped>,
    /// Values of special categories; one more than are set aside at most.
    aside: Vec<Aside>,
    gone: Vec<String>,
    only: Option<&'a HashSet<(u32, u64)>>,
    again: Again,
}

/// Of rows that are read again: what came of them.
#[derive(Default)]
struct Again {
    taken: u64,
    refused: u64,
    dropped: u64,
}

impl<'a> Line<'a> {
    fn begin(
        desk: &'a Desk,
        dataset: &'a Dataset,
        delivery: &Delivery<'_>,
        manner: &'a Manner,
        received: Moment,
        digest: String,
    ) -> Result<Self, DeskError> {
        let new = NewRelease {
            id: ReleaseId::fresh(received, desk.randomness()),
            dataset: dataset.id,
            label: delivery.label.clone(),
            extent: delivery.extent,
            received,
            cause: match manner.only.is_some() || manner.anew {
                true => Cause::Mapping,
                false => Cause::Source,
            },
            input_sha256: digest,
            mapping_sha256: delivery.mapping.sha256().to_owned(),
            ordinal: manner.number,
        };
        let before = desk.store().read(|view| view.present_records(dataset.id))?;
        let staging = desk
            .store()
            .quiet(|tx| Ok::<_, DeskError>(tx.begin_release(&new)?))?;
        Ok(Self {
            desk,
            dataset,
            staging,
            received,
            before,
            counts: StageCounts::default(),
            withdrawn: 0,
            records: Vec::with_capacity(BATCH),
            refused: Vec::new(),
            dropped: Vec::new(),
            aside: Vec::new(),
            gone: Vec::new(),
            only: manner.only.as_ref(),
            again: Again::default(),
        })
    }

    fn read(
        &mut self,
        delivery: &Delivery<'_>,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Account, DeskError> {
        let mut failed = None;
        let mut state = Progress::default();
        let outcome = intake::read(&delivery.files, delivery.mapping, &mut |item| {
            if let Item::Progress { bytes, of, .. } = &item {
                (state.bytes, state.of) = (*bytes, *of);
                return progress(state);
            }
            state.records += u64::from(matches!(item, Item::Record(_)));
            match self.take(item, &delivery.files) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        });
        if let Some(error) = failed {
            return Err(error);
        }
        let account = outcome.map_err(|error| match error {
            // No fault of the delivery: there is no room for the copy that is to be kept.
            IntakeError::Copy { .. } | IntakeError::Aside(_) => {
                DeskError::Unavailable(error.to_string())
            }
            other => unreadable(&other),
        })?;
        self.flush()?;
        self.keep_files(&account)?;
        Ok(account)
    }

    fn take(&mut self, item: Item, files: &[Input]) -> Result<(), DeskError> {
        if self.only.is_some_and(|only| !concerns(only, &item, files)) {
            return Ok(());
        }
        self.again.taken += u64::from(matches!(item, Item::Record(_)));
        self.again.refused += u64::from(matches!(item, Item::Refused(_)));
        self.again.dropped += u64::from(matches!(item, Item::Dropped(_)));
        match item {
            Item::Record(record) => self.records.push(record),
            Item::Refused(refused) => self.refused.push(refused),
            Item::Dropped(dropped) => self.dropped.push(dropped),
            Item::Withdrawn { key } => self.gone.push(key),
            Item::Aside(value) if self.aside.len() <= MOST_ASIDE => self.aside.push(value),
            Item::Aside(_) => {}
            Item::Progress { .. } => {}
        }
        let full = self.records.len() >= BATCH
            || self.refused.len() >= BATCH
            || self.dropped.len() >= BATCH;
        if full || self.gone.len() >= BATCH {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn flush(&mut self) -> Result<(), DeskError> {
        let (records, refused) = (
            std::mem::take(&mut self.records),
            std::mem::take(&mut self.refused),
        );
        let (dropped, gone) = (
            std::mem::take(&mut self.dropped),
            std::mem::take(&mut self.gone),
        );
        let staging = &mut self.staging;
        let (counts, withdrawn) = self.desk.store().quiet(|tx| {
            let counts = tx.stage(staging, &records)?;
            tx.stage_refused(staging, &refused)?;
            tx.stage_dropped(staging, &dropped)?;
            let mut withdrawn = 0;
            for key in &gone {
                withdrawn += u64::from(tx.stage_withdrawn(staging, key)?);
            }
            Ok::<_, DeskError>((counts, withdrawn))
        })?;
        self.counts.added += counts.added;
        self.counts.altered += counts.altered;
        self.counts.unchanged += counts.unchanged;
        self.withdrawn += withdrawn;
        Ok(())
    }

    /// Keeps the delivered bytes by hash (special-category columns blanked), so that every value leads back to them.
    fn keep_files(&mut self, account: &Account) -> Result<(), DeskError> {
        for kept in &account.kept {
            let mut bytes = kept.open().map_err(|error| unreadable(&error))?;
            self.desk.store().put_blob(&mut bytes)?;
        }
        let staging = &mut self.staging;
        self.desk.store().quiet(|tx| {
            for file in &account.files {
                tx.stage_file(staging, file)?;
            }
            Ok::<_, DeskError>(())
        })?;
        Ok(())
    }

    /// Ends what a full release no longer holds. Where rows were refused, absence proves nothing and nothing ends.
    fn end_missing(&mut self, extent: Extent, account: &Account) -> Result<(), DeskError> {
        if extent == Extent::Full && account.refused == 0 && account.complete() {
            let staging = &mut self.staging;
            self.withdrawn += self
                .desk
                .store()
                .quiet(|tx| Ok::<_, DeskError>(tx.stage_missing(staging)?))?;
        }
        Ok(())
    }

    fn doubt(&self) -> Option<String> {
        let many =
            self.withdrawn > FEW && self.withdrawn * 100 > self.before * MOST_WITHDRAWN_PERCENT;
        many.then(|| {
            format!(
                "it would withdraw {} of {} records, more than {MOST_WITHDRAWN_PERCENT} percent",
                self.withdrawn, self.before
            )
        })
    }

    fn receipt(&self, delivery: &Delivery<'_>, account: &Account) -> Receipt {
        let (read, taken, refused, dropped) = match self.only {
            None => (
                account.read,
                account.taken,
                account.refused,
                account.dropped,
            ),
            Some(only) => {
                let Again {
                    taken,
                    refused,
                    dropped,
                } = self.again;
                (only.len() as u64, taken, refused, dropped)
            }
        };
        Receipt {
            release: self.staging.release(),
            dataset: self.dataset.name.clone(),
            label: delivery.label.clone(),
            received: self.received,
            files: account.files.clone(),
            mapping_sha256: delivery.mapping.sha256().to_owned(),
            read,
            taken,
            refused,
            dropped,
            added: self.counts.added,
            altered: self.counts.altered,
            withdrawn: self.withdrawn,
            unchanged: self.counts.unchanged,
            blanked: account.blanked.clone(),
        }
    }
}

impl Desk {
    fn dataset_named(&self, name: &str) -> Result<Dataset, DeskError> {
        self.store()
            .read(|view| view.dataset_by_name(name))?
            .ok_or_else(|| {
                DeskError::malformed("dataset", format!("there is no dataset `{name}`"))
            })
            .and_then(|dataset| match dataset.unlawful {
                true => Err(DeskError::Conflict(format!(
                    "`{name}` is marked as obtained unlawfully, so nothing is taken in; a supervisor can find it lawful"
                ))),
                false => Ok(dataset),
            })
    }

    /// The newest release, if it says just this. A live source that goes back to an earlier state says something new.
    fn taken_last(
        &self,
        dataset: &Dataset,
        digest: &str,
        mapping: &Mapping,
    ) -> Result<Option<ReleaseId>, DeskError> {
        let found = self
            .store()
            .read(|view| view.newest_release_if_of(dataset.id, digest, mapping.sha256()))?;
        Ok(found.map(|release| release.id))
    }

    fn taken_as(
        &self,
        dataset: &Dataset,
        digest: &str,
        mapping: &Mapping,
        number: Option<u64>,
    ) -> Result<Option<ReleaseId>, DeskError> {
        let Some(number) = number else {
            return Ok(None);
        };
        let found = self
            .store()
            .read(|view| view.release_by_number(dataset.id, digest, mapping.sha256(), number))?;
        Ok(found.map(|release| release.id))
    }

    fn taken_before(
        &self,
        dataset: &Dataset,
        digest: &str,
        mapping: &Mapping,
    ) -> Result<Option<ReleaseId>, DeskError> {
        let found = self
            .store()
            .read(|view| view.release_by_input(dataset.id, digest, mapping.sha256()))?;
        Ok(found.map(|release| release.id))
    }
}

/// One digest over the files of a delivery, by name.
fn digest(files: &[Input]) -> std::io::Result<String> {
    let mut all = Sha256::new();
    for file in files {
        let mut one = Sha256::new();
        std::io::copy(
            &mut std::fs::File::open(&file.path)?,
            &mut Hashing(&mut one),
        )?;
        all.update(file.name.as_bytes());
        all.update([0]);
        all.update(one.finalize());
    }
    Ok(domain::audit::hex(&all.finalize()))
}

/// Hashes what is written to it.
struct Hashing<'a>(&'a mut Sha256);

impl std::io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Whether something that was read comes of one of these rows.
fn concerns(only: &HashSet<(u32, u64)>, item: &Item, files: &[Input]) -> bool {
    match item {
        Item::Record(record) => only.contains(&(record.place.file, record.place.row)),
        Item::Dropped(dropped) => only.contains(&(dropped.place.file, dropped.place.row)),
        Item::Aside(value) => only.contains(&(value.place.file, value.place.row)),
        Item::Refused(refused) => {
            let file = files.iter().position(|file| file.name == refused.file);
            let file = file.and_then(|place| u32::try_from(place).ok());
            file.is_some_and(|file| only.contains(&(file, refused.row)))
        }
        Item::Withdrawn { .. } => false,
        Item::Progress { .. } => true,
    }
}

fn touched_by(dataset: &Dataset, receipt: &Receipt) -> Vec<String> {
    let mut objects = vec![
        format!("dataset:{}", dataset.id),
        format!("release:{}", receipt.release),
    ];
    objects.extend(
        receipt
            .files
            .iter()
            .map(|file| format!("sha256:{}", file.sha256)),
    );
    objects.push(format!("mapping:{}", receipt.mapping_sha256));
    objects
}

fn unreadable(error: &dyn std::fmt::Display) -> DeskError {
    DeskError::malformed("files", error.to_string())
}
