//! What was noticed about sources: gaps, until a release closes them, and what looks otherwise than before.

use domain::id::{DatasetId, LiveSourceId, ReleaseId};
use domain::live::{Notice, NoticeKind};
use rusqlite::Row;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known, stored};
use crate::rows::statements;

statements! {
    OPEN_GAPS = "SELECT dataset, source, kind, words, first, last, at, ended, ended_by, number FROM source_notice
        WHERE dataset = ?1 AND kind = 'gap' AND ended IS NULL ORDER BY number";
    OF_SOURCE = "SELECT dataset, source, kind, words, first, last, at, ended, ended_by, number FROM source_notice
        WHERE source = ?1 ORDER BY number DESC LIMIT ?2";
    NEXT_NOTICE = "SELECT coalesce(max(number), 0) + 1 FROM source_notice";
    ADD_NOTICE = "INSERT INTO source_notice (number, dataset, source, kind, words, first, last, at, sequence)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    CLOSE_GAPS = "UPDATE source_notice SET ended = ?2, ended_by = ?3
        WHERE dataset = ?1 AND kind = 'gap' AND ended IS NULL AND (?4 IS NULL OR last IS NULL OR last <= ?4)";
    CLOSE_GAP = "UPDATE source_notice SET ended = ?2, ended_by = ?3 WHERE number = ?1 AND ended IS NULL";
}

fn read(row: &Row<'_>) -> Result<Notice, StoreError> {
    let unsigned = |at: usize| -> Result<Option<u64>, StoreError> {
        let found: Option<i64> = row.get(at)?;
        Ok(found.and_then(|number| u64::try_from(number).ok()))
    };
    Ok(Notice {
        number: row.number(9)?,
        dataset: row.id(0)?,
        source: row.maybe_id(1)?,
        kind: known("source_notice", &row.text(2)?, NoticeKind::from_word)?,
        words: row.text(3)?,
        missing: unsigned(4)?.zip(unsigned(5)?),
        at: row.moment(6)?,
        ended: row.maybe_moment(7)?.zip(row.maybe_id(8)?),
    })
}

impl View<'_> {
    /// Gaps of a dataset that no release has closed, the oldest first.
    pub fn open_gaps(&self, dataset: DatasetId) -> Result<Vec<Notice>, StoreError> {
        self.all(OPEN_GAPS, [dataset.bytes()], read)
    }

    /// What was noticed about a source, the newest first.
    pub fn source_notices(
        &self,
        source: LiveSourceId,
        limit: usize,
    ) -> Result<Vec<Notice>, StoreError> {
        self.all(OF_SOURCE, (source.bytes(), stored(limit as u64)), read)
    }
}

impl Tx<'_> {
    /// Keeps what was noticed.
    pub fn add_source_notice(
        &self,
        dataset: DatasetId,
        source: Option<LiveSourceId>,
        kind: NoticeKind,
        words: &str,
        missing: Option<(u64, u64)>,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        let number = self.figure(NEXT_NOTICE, [])?.unwrap_or(1);
        let source = source.map(|source| source.bytes().to_vec());
        let (first, last) = missing.unzip();
        self.run(
            ADD_NOTICE,
            (
                number,
                dataset.bytes(),
                source,
                kind.word(),
                words,
                first.map(stored),
                last.map(stored),
                self.now().micros(),
                sequence,
            ),
        )
        .map(drop)
    }

    /// Closes one gap.
    pub fn close_gap(&self, number: u64, release: ReleaseId) -> Result<(), StoreError> {
        self.told()?;
        let now = self.now().micros();
        self.run(CLOSE_GAP, (stored(number), now, release.bytes()))
            .map(drop)
    }

    /// Closes the gaps of a dataset by a release that says all there is: all of them, or those up to a number.
    pub fn close_gaps(
        &self,
        dataset: DatasetId,
        release: ReleaseId,
        up_to: Option<u64>,
    ) -> Result<(), StoreError> {
        self.told()?;
        let now = self.now().micros();
        self.run(
            CLOSE_GAPS,
            (dataset.bytes(), now, release.bytes(), up_to.map(stored)),
        )
        .map(drop)
    }
}
