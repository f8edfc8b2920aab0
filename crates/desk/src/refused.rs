//! What a release did not take: as a file, and read again once the mapping is mended; and a whole release read anew.

use std::collections::HashSet;
use std::ops::ControlFlow;

use domain::authority::Actor;
use domain::id::ReleaseId;
use domain::policy::Act;
use domain::source::{Dataset, Extent, Refused, Release, ReleaseState};
use intake::{Input, Mapping};

use crate::act::Touched;
use crate::door::Knock;
use crate::export::Sheet;
use crate::follow::{Delivery, Followed, Manner, follow_as};
use crate::{Desk, DeskError};

/// Rows read from the store at a time.
const PAGE: usize = 5_000;

impl Desk {
    /// The signed receipt of a published release, as a file that anybody with the key can verify.
    pub fn receipt_file(&self, actor: &Actor, release: ReleaseId) -> Result<String, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadReceipt), |view, _| {
            let found = view.receipt(release)?;
            let (_, note, _) = found.ok_or(DeskError::NotFound("receipt"))?;
            if note.is_empty() {
                return Err(DeskError::Conflict(
                    "a receipt is signed when its release is published".into(),
                ));
            }
            Ok(Touched::new(note, [format!("release:{release}")]))
        })
    }

    /// The public part of the key that signs receipts.
    pub fn receipt_key_text(&self) -> String {
        self.store().keys().receipt_verifier().to_string()
    }

    /// Every refused row of a release as a table: file, row, field, reason, and the row as it was.
    pub fn refused_file(&self, actor: &Actor, release: ReleaseId) -> Result<String, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadReceipt), |view, _| {
            view.release(release)?
                .ok_or(DeskError::NotFound("release"))?;
            let rows = all_refused(view, release)?.into_iter().map(|row| {
                let field = row.field.unwrap_or_default();
                vec![row.file, row.row.to_string(), field, row.reason, row.raw]
            });
            let sheet = Sheet {
                name: "refused",
                heads: vec!["file", "row", "field", "reason", "raw"],
                rows: rows.collect(),
            };
            Ok(Touched::new(sheet.csv(), [format!("release:{release}")]))
        })
    }

    /// Reads the refused rows of the newest release again, and only those, from the bytes that were kept: by a mended
    /// mapping, of all files or of one. What the other rows said is left alone.
    ///
    /// # Errors
    /// Conflict when another release has been published since: what it says is newer.
    pub fn read_refused_again(
        &self,
        actor: &Actor,
        release: ReleaseId,
        mapping: &str,
        file: Option<&str>,
    ) -> Result<Followed, DeskError> {
        let mapping = self.mended(actor, mapping)?;
        let (dataset, found, inputs) = self.kept_delivery(actor, release)?;
        let rows = self.store().read(|view| all_refused(view, release))?;
        let place = |row: &Refused| {
            let at = inputs.iter().position(|input| input.name == row.file)?;
            Some((u32::try_from(at).ok()?, row.row))
        };
        let only: HashSet<(u32, u64)> = rows
            .iter()
            .filter(|row| file.is_none_or(|file| file == row.file))
            .filter_map(place)
            .collect();
        if only.is_empty() {
            return Err(DeskError::Conflict("no row of it was refused".into()));
        }
        let delivery = Delivery {
            dataset: &dataset.name,
            label: format!("{}, refused rows again", found.label),
            files: inputs.clone(),
            mapping: &mapping,
            extent: Extent::Delta,
        };
        let manner = Manner {
            only: Some(only),
            ..Manner::default()
        };
        follow_as(self, actor, &delivery, &manner, &mut |_| {
            ControlFlow::Continue(())
        })
    }

    /// Reads all of the newest release again by another mapping, from the bytes that were kept: nothing is fetched. What it
    /// changes is told as read differently by us, not as said differently by the source. Columns of special categories were
    /// blanked when the bytes were kept, and stay blank.
    ///
    /// # Errors
    /// Conflict when another release has been published since, or when the release holds changes only: what stood before
    /// them was read by the mapping of then.
    pub fn read_release_again(
        &self,
        actor: &Actor,
        release: ReleaseId,
        mapping: &str,
    ) -> Result<Followed, DeskError> {
        let mapping = self.mended(actor, mapping)?;
        let (dataset, found, inputs) = self.kept_delivery(actor, release)?;
        if found.extent != Extent::Full {
            return Err(DeskError::Conflict(
                "it holds changes only; read the last full delivery anew, and deliver the changes again".into(),
            ));
        }
        let receipt = self.store().read(|view| view.receipt(release))?;
        if receipt.is_some_and(|(one, _, _)| one.mapping_sha256 == mapping.sha256()) {
            return Ok(Followed::TakenBefore { release });
        }
        let delivery = Delivery {
            dataset: &dataset.name,
            label: format!("{}, read anew", found.label),
            files: inputs,
            mapping: &mapping,
            extent: Extent::Full,
        };
        let manner = Manner {
            anew: true,
            ..Manner::default()
        };
        follow_as(self, actor, &delivery, &manner, &mut |_| {
            ControlFlow::Continue(())
        })
    }

    fn mended(&self, actor: &Actor, mapping: &str) -> Result<Mapping, DeskError> {
        self.admit(&Knock::outside(actor, Act::LoadRelease))?;
        self.inner.live.outside().mapping(mapping)
    }

    /// The newest release of its dataset with the files that were kept of it. Looking at them is an act and an entry.
    fn kept_delivery(
        &self,
        actor: &Actor,
        release: ReleaseId,
    ) -> Result<(Dataset, Release, Vec<Input>), DeskError> {
        let reading = Knock::outside(actor, Act::ReadReceipt);
        let (dataset, found, files) = self.read(&reading, |view, _| {
            let found = view
                .release(release)?
                .ok_or(DeskError::NotFound("release"))?;
            let dataset = view
                .dataset(found.dataset)?
                .ok_or(DeskError::NotFound("dataset"))?;
            let newest = view
                .releases(found.dataset)?
                .into_iter()
                .find(|line| line.release.state == ReleaseState::Published);
            if newest.is_none_or(|line| line.release.id != release) {
                return Err(DeskError::Conflict(
                    "only the newest release can be read again: a later one may say otherwise"
                        .into(),
                ));
            }
            let files = view.release_files(release)?;
            Ok(Touched::new(
                (dataset, found, files),
                [format!("release:{release}")],
            ))
        })?;
        let mut inputs = Vec::new();
        for delivered in &files {
            let path = self.store().blob_path(&delivered.kept_sha256);
            inputs.push(Input {
                name: delivered.name.clone(),
                path: path.ok_or(DeskError::NotFound("file"))?,
            });
        }
        Ok((dataset, found, inputs))
    }
}

fn all_refused(
    view: &store::View<'_>,
    release: ReleaseId,
) -> Result<Vec<Refused>, store::StoreError> {
    let mut rows = Vec::new();
    loop {
        let page = view.refused_rows(release, rows.len() as u64, PAGE)?;
        let last = page.len() < PAGE;
        rows.extend(page);
        if last {
            return Ok(rows);
        }
    }
}
