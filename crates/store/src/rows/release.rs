//! Releases: their states, files, receipts and refused rows. Only publishing makes what was staged visible.

use domain::id::{DatasetId, ReleaseId};
use domain::source::{
    Cause, DeliveredFile, Dropped, Extent, Receipt, Refused, Release, ReleaseState,
};
use domain::time::Moment;
use domain::tlog::VerifierKey;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, of_word, stored, word, wrong};
use crate::rows::staging::{StageCounts, Staging};
use crate::rows::statements;

/// A delivery about to be staged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRelease {
    /// Its id.
    pub id: ReleaseId,
    /// The dataset.
    pub dataset: DatasetId,
    /// What the source calls it.
    pub label: String,
    /// All there is, or only what is new.
    pub extent: Extent,
    /// When its first byte was read.
    pub received: Moment,
    /// Why it is read: the source says something new, we read it differently, or a person corrected it.
    pub cause: Cause,
    /// SHA-256 over the digests of the delivered files, hexadecimal.
    pub input_sha256: String,
    /// SHA-256 of the mapping's bytes, hexadecimal.
    pub mapping_sha256: String,
    /// Its number, where the source numbers its releases.
    pub ordinal: Option<u64>,
}

/// A release with what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseSummary {
    /// The release.
    pub release: Release,
    /// Why it was read.
    pub cause: Cause,
    /// What it did to records, in comparison with the release before.
    pub counts: StageCounts,
    /// Records it took away.
    pub withdrawn: u64,
    /// Change rows.
    pub changes: u64,
    /// Records present once it is visible.
    pub present: u64,
    /// Why it is held, if it is.
    pub held: Option<String>,
    /// Its receipt, once there is one.
    pub receipt: Option<Receipt>,
}

statements! {
    RELEASE = "SELECT r.id, d.id, r.label, r.extent, r.state, r.received, r.published
        FROM release r JOIN dataset d ON d.number = r.dataset WHERE r.id = ?1";
    RELEASE_BY_INPUT = "SELECT r.id, d.id, r.label, r.extent, r.state, r.received, r.published
        FROM release r JOIN dataset d ON d.number = r.dataset
        WHERE r.dataset = ?1 AND r.input_sha256 = ?2 AND r.mapping_sha256 = ?3 AND r.sequence IS NOT NULL
        ORDER BY r.sequence DESC LIMIT 1";
    RELEASE_BY_NUMBER = "SELECT r.id, d.id, r.label, r.extent, r.state, r.received, r.published
        FROM release r JOIN dataset d ON d.number = r.dataset
        WHERE r.dataset = ?1 AND r.input_sha256 = ?2 AND r.mapping_sha256 = ?3 AND r.ordinal = ?4
            AND r.sequence IS NOT NULL LIMIT 1";
    NEWEST_IF_OF_INPUT = "SELECT r.id, d.id, r.label, r.extent, r.state, r.received, r.published
        FROM release r JOIN dataset d ON d.number = r.dataset
        WHERE r.input_sha256 = ?2 AND r.mapping_sha256 = ?3 AND r.number = (SELECT n.number FROM release n
            WHERE n.dataset = ?1 AND n.sequence IS NOT NULL ORDER BY n.sequence DESC LIMIT 1)";
    RELEASES = "SELECT r.id, d.id, r.label, r.extent, r.state, r.received, r.published,
            r.cause, r.added, r.altered, r.unchanged, r.withdrawn, r.changes, r.present, r.held, t.body
        FROM release r JOIN dataset d ON d.number = r.dataset LEFT JOIN receipt t ON t.release = r.number
        WHERE r.dataset = ?1 ORDER BY r.number DESC";
    HELD = "SELECT r.id, d.id, r.label, r.extent, r.state, r.received, r.published, r.held
        FROM release r JOIN dataset d ON d.number = r.dataset WHERE r.state = 'held' ORDER BY r.number";
    NUMBER = "SELECT number FROM release WHERE id = ?1";
    NEWEST_PUBLISHED = "SELECT number FROM release WHERE dataset = ?1 AND sequence IS NOT NULL
        ORDER BY sequence DESC LIMIT 1";
    ORDINAL = "SELECT ordinal FROM release WHERE id = ?1";
    NEWEST_ORDINAL = "SELECT max(ordinal) FROM release WHERE dataset = ?1 AND sequence IS NOT NULL AND id <> ?2";
    PRESENT = "SELECT present FROM release WHERE number = ?1";
    RECEIPT = "SELECT t.body, t.signature, t.verifier FROM receipt t JOIN release r ON r.number = t.release
        WHERE r.id = ?1";
    REFUSED = "SELECT f.file, f.place_row, f.field, f.reason, f.raw
        FROM refused_row f JOIN release r ON r.number = f.release
        WHERE r.id = ?1 AND f.position >= ?2 ORDER BY f.position LIMIT ?3";
    DROPPED = "SELECT f.place_file, f.place_row, f.key, f.property, f.value, f.reason
        FROM dropped_value f JOIN release r ON r.number = f.release
        WHERE r.id = ?1 AND f.position >= ?2 ORDER BY f.position LIMIT ?3";
    FILES = "SELECT f.name, f.size, f.sha256, f.kept_sha256
        FROM release_file f JOIN release r ON r.number = f.release WHERE r.id = ?1 ORDER BY f.position";
    NEXT_REFUSED = "SELECT coalesce(max(position), -1) + 1 FROM refused_row WHERE release = ?1";
    NEXT_DROPPED = "SELECT coalesce(max(position), -1) + 1 FROM dropped_value WHERE release = ?1";
    NEXT_FILE = "SELECT coalesce(max(position), -1) + 1 FROM release_file WHERE release = ?1";
    ADD_REFUSED = "INSERT INTO refused_row (release, position, file, place_row, field, reason, raw)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    ADD_DROPPED = "INSERT INTO dropped_value
        (release, position, place_file, place_row, key, property, value, reason)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    ADD_FILE = "INSERT INTO release_file (release, position, name, size, sha256, kept_sha256)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    ADD_RECEIPT = "INSERT INTO receipt (release, body, signature, verifier) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (release) DO UPDATE SET body = excluded.body, signature = excluded.signature,
            verifier = excluded.verifier";
    STATE = "SELECT state FROM release WHERE number = ?1";
    PUBLISH = "UPDATE release SET state = 'published', published = ?2, sequence = ?3, held = NULL, present = ?4
        WHERE number = ?1";
    HOLD = "UPDATE release SET state = 'held', held = ?2 WHERE number = ?1";
    ABANDON = "UPDATE release SET state = 'abandoned' WHERE number = ?1";
    COUNTS = "SELECT added, altered, withdrawn, unchanged, changes FROM release WHERE number = ?1";
}

fn read(row: &Row<'_>) -> Result<Release, StoreError> {
    Ok(Release {
        id: row.id(0)?,
        dataset: row.id(1)?,
        label: row.text(2)?,
        extent: of_word("release", row.text(3)?)?,
        state: of_word("release", row.text(4)?)?,
        received: row.moment(5)?,
        published: row.maybe_moment(6)?,
    })
}

fn read_summary(row: &Row<'_>) -> Result<ReleaseSummary, StoreError> {
    let receipt = row.maybe_text(15)?;
    Ok(ReleaseSummary {
        release: read(row)?,
        cause: of_word("release", row.text(7)?)?,
        counts: StageCounts {
            added: row.number(8)?,
            altered: row.number(9)?,
            unchanged: row.number(10)?,
        },
        withdrawn: row.number(11)?,
        changes: row.number(12)?,
        present: row.number(13)?,
        held: row.maybe_text(14)?,
        receipt: receipt
            .map(|body| serde_json::from_str(&body))
            .transpose()?,
    })
}

/// The word of a state, for messages.
pub(crate) const fn state_word(state: ReleaseState) -> &'static str {
    match state {
        ReleaseState::Staging => "still being read",
        ReleaseState::Held => "held",
        ReleaseState::Published => "published",
        ReleaseState::Abandoned => "abandoned",
    }
}

impl View<'_> {
    /// All releases of a dataset, newest first.
    pub fn releases(&self, dataset: DatasetId) -> Result<Vec<ReleaseSummary>, StoreError> {
        self.all(RELEASES, [self.dataset_number(dataset)?], read_summary)
    }
    /// One release.
    pub fn release(&self, id: ReleaseId) -> Result<Option<Release>, StoreError> {
        self.one(RELEASE, [id.bytes()], read)
    }
    /// Releases that wait for a person, with the reason, oldest first.
    pub fn held_releases(&self) -> Result<Vec<(Release, String)>, StoreError> {
        self.all(HELD, [], |row| Ok((read(row)?, row.text(7)?)))
    }
    /// The newest published release of a dataset that came of exactly these bytes, read by exactly this mapping.
    pub fn release_by_input(
        &self,
        dataset: DatasetId,
        input_sha256: &str,
        mapping_sha256: &str,
    ) -> Result<Option<Release>, StoreError> {
        let dataset = self.dataset_number(dataset)?;
        self.one(
            RELEASE_BY_INPUT,
            (dataset, input_sha256, mapping_sha256),
            read,
        )
    }
    /// The newest published release of a dataset, if it came of exactly these bytes, read by exactly this mapping.
    pub fn newest_release_if_of(
        &self,
        dataset: DatasetId,
        input_sha256: &str,
        mapping_sha256: &str,
    ) -> Result<Option<Release>, StoreError> {
        let dataset = self.dataset_number(dataset)?;
        let params = (dataset, input_sha256, mapping_sha256);
        self.one(NEWEST_IF_OF_INPUT, params, read)
    }
    /// A release's receipt, its signature, and the key that checks it.
    pub fn receipt(
        &self,
        id: ReleaseId,
    ) -> Result<Option<(Receipt, String, VerifierKey)>, StoreError> {
        self.one(RECEIPT, [id.bytes()], |row| {
            let verifier = row.text(2)?;
            let verifier = VerifierKey::parse(&verifier).map_err(|_| wrong("receipt", verifier))?;
            Ok((serde_json::from_str(&row.text(0)?)?, row.text(1)?, verifier))
        })
    }
    /// The rows of a release that were not taken.
    pub fn refused_rows(
        &self,
        id: ReleaseId,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<Refused>, StoreError> {
        let params = (id.bytes(), stored(offset), stored(limit as u64));
        self.all(REFUSED, params, |row| {
            Ok(Refused {
                file: row.text(0)?,
                row: row.number(1)?,
                field: row.maybe_text(2)?,
                reason: row.text(3)?,
                raw: row.text(4)?,
            })
        })
    }
    /// The values of a release that were dropped from records that were taken.
    pub fn dropped_values(
        &self,
        id: ReleaseId,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<Dropped>, StoreError> {
        let params = (id.bytes(), stored(offset), stored(limit as u64));
        self.all(DROPPED, params, |row| {
            Ok(Dropped {
                place: domain::source::Place {
                    file: u32::try_from(row.number(0)?).unwrap_or(u32::MAX),
                    row: row.number(1)?,
                },
                key: row.text(2)?,
                property: row.text(3)?,
                value: row.text(4)?,
                reason: row.text(5)?,
            })
        })
    }
    /// The delivered files of a release, in order.
    pub fn release_files(&self, id: ReleaseId) -> Result<Vec<DeliveredFile>, StoreError> {
        self.all(FILES, [id.bytes()], |row| {
            Ok(DeliveredFile {
                name: row.text(0)?,
                size: row.number(1)?,
                sha256: row.text(2)?,
                kept_sha256: row.text(3)?,
            })
        })
    }
    /// How many records of a dataset are present now.
    pub fn present_records(&self, dataset: DatasetId) -> Result<u64, StoreError> {
        let dataset = self.dataset_number(dataset)?;
        match self.newest_published(dataset)? {
            None => Ok(0),
            Some(release) => self.present_after(release),
        }
    }

    /// The published release of that number that took these very bytes.
    pub fn release_by_number(
        &self,
        dataset: DatasetId,
        input_sha256: &str,
        mapping_sha256: &str,
        number: u64,
    ) -> Result<Option<Release>, StoreError> {
        let dataset = self.dataset_number(dataset)?;
        let params = (dataset, input_sha256, mapping_sha256, stored(number));
        self.one(RELEASE_BY_NUMBER, params, read)
    }

    /// The number that the source gave a release.
    pub fn release_ordinal(&self, id: ReleaseId) -> Result<Option<u64>, StoreError> {
        let found = self.one(ORDINAL, [id.bytes()], |row| {
            Ok(row.get::<_, Option<i64>>(0)?)
        })?;
        Ok(found
            .flatten()
            .and_then(|number| u64::try_from(number).ok()))
    }

    /// The highest number that a source gave one of its published releases, this one apart.
    pub fn newest_ordinal(
        &self,
        dataset: DatasetId,
        but: ReleaseId,
    ) -> Result<Option<u64>, StoreError> {
        let dataset = self.dataset_number(dataset)?;
        let found = self.one(NEWEST_ORDINAL, (dataset, but.bytes()), |row| {
            Ok(row.get::<_, Option<i64>>(0)?)
        })?;
        Ok(found
            .flatten()
            .and_then(|number| u64::try_from(number).ok()))
    }

    pub(crate) fn release_number(&self, id: ReleaseId) -> Result<i64, StoreError> {
        self.figure(NUMBER, [id.bytes()])?
            .ok_or_else(|| StoreError::missing("release", id))
    }
    pub(crate) fn newest_published(&self, dataset: i64) -> Result<Option<i64>, StoreError> {
        self.figure(NEWEST_PUBLISHED, [dataset])
    }
    fn present_after(&self, release: i64) -> Result<u64, StoreError> {
        let present = self.figure(PRESENT, [release])?.unwrap_or(0);
        Ok(u64::try_from(present).unwrap_or(0))
    }
    pub(crate) fn release_state(&self, release: i64) -> Result<ReleaseState, StoreError> {
        let state = self.one(STATE, [release], |row| row.text(0))?;
        let state = state.ok_or_else(|| StoreError::missing("release", release))?;
        of_word("release", state)
    }
}

impl Tx<'_> {
    /// Keeps rows that were not taken.
    pub fn stage_refused(&self, staging: &Staging, rows: &[Refused]) -> Result<(), StoreError> {
        let next = self.figure(NEXT_REFUSED, [staging.release])?.unwrap_or(0);
        for (position, row) in (next..).zip(rows) {
            let place = stored(row.row);
            self.run(
                ADD_REFUSED,
                (
                    staging.release,
                    position,
                    &row.file,
                    place,
                    &row.field,
                    &row.reason,
                    &row.raw,
                ),
            )?;
        }
        Ok(())
    }
    /// Keeps values that were dropped.
    pub fn stage_dropped(&self, staging: &Staging, values: &[Dropped]) -> Result<(), StoreError> {
        let next = self.figure(NEXT_DROPPED, [staging.release])?.unwrap_or(0);
        for (position, value) in (next..).zip(values) {
            self.run(
                ADD_DROPPED,
                (
                    staging.release,
                    position,
                    value.place.file,
                    stored(value.place.row),
                    &value.key,
                    &value.property,
                    &value.value,
                    &value.reason,
                ),
            )?;
        }
        Ok(())
    }
    /// Names a delivered file; files are numbered in the order given, from 0, as [`domain::source::Place`] counts.
    pub fn stage_file(&self, staging: &Staging, file: &DeliveredFile) -> Result<(), StoreError> {
        let next = self.figure(NEXT_FILE, [staging.release])?;
        self.run(
            ADD_FILE,
            (
                staging.release,
                next,
                &file.name,
                stored(file.size),
                &file.sha256,
                &file.kept_sha256,
            ),
        )?;
        Ok(())
    }

    /// Makes a staged release visible with the sequence of this act; gives the number of its changes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Moved`] if another release of the dataset was published since it was begun;
    /// [`StoreError::NeedsEntry`] outside an act.
    pub fn publish(
        &self,
        staging: &Staging,
        receipt: &Receipt,
        signature: &str,
    ) -> Result<u64, StoreError> {
        let sequence = self.told()?;
        self.needs_state(staging, &[ReleaseState::Staging, ReleaseState::Held])?;
        if self.newest_published(staging.dataset)? != staging.base {
            return Err(StoreError::Moved);
        }
        let before = match staging.base {
            Some(base) => self.present_after(base)?,
            None => 0,
        };
        let (counts, changes) = self.counts(staging.release)?;
        let present = before + counts.0 - counts.1.min(before + counts.0);
        self.keep_receipt(staging, receipt, signature)?;
        self.run(
            PUBLISH,
            (
                staging.release,
                self.now().micros(),
                sequence,
                stored(present),
            ),
        )?;
        self.announce(Event::Published {
            release: staging.id,
        });
        Ok(changes)
    }

    /// Holds a staged release for a person. Its receipt stays unsigned until it is published.
    pub fn hold(
        &self,
        staging: &Staging,
        reason: &str,
        receipt: &Receipt,
    ) -> Result<(), StoreError> {
        self.needs_state(staging, &[ReleaseState::Staging, ReleaseState::Held])?;
        self.keep_receipt(staging, receipt, "")?;
        self.run(HOLD, (staging.release, reason))?;
        self.announce(Event::Held {
            release: staging.id,
        });
        Ok(())
    }

    /// Gives a release up. What it staged is swept away later.
    pub fn abandon(&self, id: ReleaseId) -> Result<(), StoreError> {
        let number = self.release_number(id)?;
        match self.release_state(number)? {
            ReleaseState::Published => Err(StoreError::WrongState {
                state: state_word(ReleaseState::Published),
            }),
            _ => self.run(ABANDON, [number]).map(drop),
        }
    }

    fn needs_state(&self, staging: &Staging, wanted: &[ReleaseState]) -> Result<(), StoreError> {
        let state = self.release_state(staging.release)?;
        if wanted.contains(&state) {
            Ok(())
        } else {
            Err(StoreError::WrongState {
                state: state_word(state),
            })
        }
    }

    fn keep_receipt(
        &self,
        staging: &Staging,
        receipt: &Receipt,
        signature: &str,
    ) -> Result<(), StoreError> {
        self.run(
            ADD_RECEIPT,
            (
                staging.release,
                serde_json::to_string(receipt)?,
                signature,
                self.keys.receipt_verifier().to_string(),
            ),
        )
        .map(drop)
    }

    /// Records added and withdrawn, and change rows.
    fn counts(&self, release: i64) -> Result<((u64, u64), u64), StoreError> {
        let found = self.one(COUNTS, [release], |row| {
            Ok(((row.number(0)?, row.number(2)?), row.number(4)?))
        })?;
        found.ok_or_else(|| StoreError::missing("release", release))
    }
}

/// The words for a release's extent and cause, as kept.
pub(crate) fn words_of(new: &NewRelease) -> Result<(String, String), StoreError> {
    Ok((word(&new.extent)?, word(&new.cause)?))
}
