//! What releases did to records, and which citations of open cases that touches.

use std::collections::BTreeMap;

use domain::id::{ChangeId, ReleaseId};
use domain::source::Change;
use domain::watch::Reliance;
use rusqlite::Row;

use crate::engine::view::View;
use crate::error::StoreError;
use crate::row::{Columns as _, of_word, stored};
use crate::rows::note::read_reliance;
use crate::rows::statements;

statements! {
    CHANGES = "SELECT c.id, l.id, r.id, c.property, c.kind, c.cause, c.values_before, c.values_after, c.ended
        FROM change c JOIN release l ON l.number = c.release JOIN record r ON r.number = c.record
        WHERE c.release = ?1 AND c.id > ?2 ORDER BY c.id LIMIT ?3";
    CHANGE = "SELECT c.id, l.id, r.id, c.property, c.kind, c.cause, c.values_before, c.values_after, c.ended
        FROM change c JOIN release l ON l.number = c.release JOIN record r ON r.number = c.record
        WHERE c.release = ?1 AND c.id = ?2";
    CHANGE_COUNT = "SELECT changes FROM release WHERE number = ?1";
    LIVE_RELIANCES = "SELECT count(*) FROM (SELECT 1 FROM reliance WHERE ended IS NULL LIMIT ?1)";
    // The same join twice, each begun from the other side, so that its cost follows the smaller one.
    TOUCHING_FROM_CHANGES = "SELECT c.id, l.id, r.id, c.property, c.kind, c.cause, c.values_before, c.values_after,
            c.ended, q.id, q.case_id, q.note, q.statement, r.id, q.property, q.since
        FROM change c
        CROSS JOIN reliance q ON q.record = c.record AND q.property = c.property AND q.ended IS NULL
        CROSS JOIN case_file f ON f.id = q.case_id AND f.stage_now = 'open'
        CROSS JOIN record r ON r.number = c.record CROSS JOIN release l ON l.number = c.release
        WHERE c.release = ?1 ORDER BY c.id";
    TOUCHING_FROM_RELIANCES = "SELECT c.id, l.id, r.id, c.property, c.kind, c.cause, c.values_before,
            c.values_after, c.ended, q.id, q.case_id, q.note, q.statement, r.id, q.property, q.since
        FROM reliance q
        CROSS JOIN case_file f ON f.id = q.case_id AND f.stage_now = 'open'
        CROSS JOIN change c ON c.record = q.record AND c.property = q.property AND c.release = ?1
        CROSS JOIN record r ON r.number = c.record CROSS JOIN release l ON l.number = c.release
        WHERE q.ended IS NULL ORDER BY c.id";
}

pub(crate) fn read_change(row: &Row<'_>) -> Result<Change, StoreError> {
    let list = |column: usize| -> Result<Vec<String>, StoreError> {
        match row.maybe_text(column)? {
            Some(text) => Ok(serde_json::from_str(&text)?),
            None => Ok(Vec::new()),
        }
    };
    let ended = match row.maybe_text(8)? {
        Some(text) => serde_json::from_str(&text)?,
        None => Vec::new(),
    };
    Ok(Change {
        id: row.id(0)?,
        release: row.id(1)?,
        record: row.id(2)?,
        property: row.text(3)?,
        kind: of_word("change", row.text(4)?)?,
        cause: of_word("change", row.text(5)?)?,
        before: list(6)?,
        after: list(7)?,
        ended,
    })
}

impl View<'_> {
    /// The changes of a release in order of id, after one of them (`None`: from the first). The face shows them to
    /// those who may see the release; what a case is told of goes through its alerts.
    pub fn changes(
        &self,
        release: ReleaseId,
        after: Option<ChangeId>,
        limit: usize,
    ) -> Result<Vec<Change>, StoreError> {
        let number = self.release_number(release)?;
        let after = after.map_or(Vec::new(), |id| id.bytes().to_vec());
        self.all(CHANGES, (number, after, stored(limit as u64)), read_change)
    }

    /// The changes of a release, staged or published, that touch what open cases cite, each with the citations hit.
    pub fn changes_touching_reliances(
        &self,
        release: ReleaseId,
    ) -> Result<Vec<(Change, Vec<Reliance>)>, StoreError> {
        let number = self.release_number(release)?;
        let changes = self.figure(CHANGE_COUNT, [number])?.unwrap_or(0);
        let fewer_reliances = self.figure(LIVE_RELIANCES, [changes])? < Some(changes);
        let sql = if fewer_reliances {
            TOUCHING_FROM_RELIANCES
        } else {
            TOUCHING_FROM_CHANGES
        };
        let mut found: BTreeMap<ChangeId, (Change, Vec<Reliance>)> = BTreeMap::new();
        for (change, reliance) in self.all(sql, [number], |row| {
            Ok((read_change(row)?, read_reliance(row, 9)?))
        })? {
            found
                .entry(change.id)
                .or_insert_with(|| (change, Vec::new()))
                .1
                .push(reliance);
        }
        Ok(found.into_values().collect())
    }

    pub(crate) fn change(&self, release: i64, id: ChangeId) -> Result<Option<Change>, StoreError> {
        self.one(CHANGE, (release, id.bytes()), read_change)
    }
}
