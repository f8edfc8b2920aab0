//! The machine's proposals. Derived: they may be made anew at any time, so one row stands for one pair.

use std::collections::BTreeSet;

use domain::id::{DatasetId, ProposalId, RecordId};
use domain::identity::Pair;
use domain::policy::Permit;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::statements;

/// The machine's view that two records are one entity.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposalRow {
    /// Its id; a pair proposed again keeps the one it has.
    pub id: ProposalId,
    /// The smaller record id.
    pub low: RecordId,
    /// The larger record id.
    pub high: RecordId,
    /// Calibrated probability that they are one.
    pub probability: f64,
    /// Match weight in bits.
    pub weight: f64,
}

statements! {
    UPSERT = "INSERT INTO proposal (low, high, id, probability, weight, run, began, ended)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)
        ON CONFLICT (low, high) DO UPDATE SET probability = excluded.probability, weight = excluded.weight,
            run = excluded.run, began = CASE WHEN ended IS NULL THEN began ELSE excluded.began END, ended = NULL";
    STANDS = "SELECT id FROM proposal WHERE low = ?1 AND high = ?2 AND ended IS NULL";
    PAIRS_OF = "SELECT low, high FROM proposal WHERE (low = ?1 OR high = ?1) AND +ended IS NULL";
    END_OTHERS = "UPDATE proposal SET ended = ?2 WHERE ended IS NULL AND run <> ?1";
    END = "UPDATE proposal SET ended = ?3 WHERE low = ?1 AND high = ?2 AND ended IS NULL";
    OF_PAIR = "SELECT p.id, p.low, p.high, p.probability, p.weight, a.id, b.id
        FROM proposal p JOIN record l ON l.id = p.low JOIN dataset a ON a.number = l.dataset
        JOIN record h ON h.id = p.high JOIN dataset b ON b.number = h.dataset
        WHERE p.low = ?1 AND p.high = ?2 AND p.ended IS NULL";
    TOUCHING = "SELECT p.id, p.low, p.high, p.probability, p.weight, a.id, b.id
        FROM proposal p JOIN record l ON l.id = p.low JOIN dataset a ON a.number = l.dataset
        JOIN record h ON h.id = p.high JOIN dataset b ON b.number = h.dataset
        WHERE (p.low = ?1 OR p.high = ?1) AND +p.ended IS NULL ORDER BY p.probability DESC";
    SUBJECT_RECORDS = "SELECT DISTINCT s.record FROM subject s WHERE s.case_id = ?1
        AND s.sequence = (SELECT max(n.sequence) FROM subject n WHERE n.case_id = s.case_id AND n.id = s.id)";
    LIKELIEST = "SELECT p.id, p.low, p.high, p.probability, p.weight, a.id, b.id
        FROM proposal p JOIN record l ON l.id = p.low JOIN dataset a ON a.number = l.dataset
        JOIN record h ON h.id = p.high JOIN dataset b ON b.number = h.dataset
        WHERE p.ended IS NULL AND a.id IN (SELECT unhex(value) FROM json_each(?1))
            AND b.id IN (SELECT unhex(value) FROM json_each(?1))
        ORDER BY p.probability DESC LIMIT ?2";
}

fn read(row: &Row<'_>) -> Result<(ProposalRow, DatasetId, DatasetId), StoreError> {
    let proposal = ProposalRow {
        id: row.id(0)?,
        low: row.id(1)?,
        high: row.id(2)?,
        probability: row.get(3)?,
        weight: row.get(4)?,
    };
    Ok((proposal, row.id(5)?, row.id(6)?))
}

fn covered(
    permit: &Permit,
    found: impl IntoIterator<Item = (ProposalRow, DatasetId, DatasetId)>,
) -> Vec<ProposalRow> {
    found
        .into_iter()
        .filter(|(_, low, high)| permit.covers(*low) && permit.covers(*high))
        .map(|(proposal, _, _)| proposal)
        .collect()
}

impl View<'_> {
    /// The proposal on a pair, if it stands and the permit covers both records.
    pub fn proposal(&self, permit: &Permit, pair: Pair) -> Result<Option<ProposalRow>, StoreError> {
        let found = self.one(OF_PAIR, (pair.low().bytes(), pair.high().bytes()), read)?;
        Ok(covered(permit, found).pop())
    }

    /// The proposals that touch any of the records, likeliest first, each once.
    pub fn proposals_touching(
        &self,
        permit: &Permit,
        records: &[RecordId],
    ) -> Result<Vec<ProposalRow>, StoreError> {
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for record in records {
            for proposal in covered(permit, self.all(TOUCHING, [record.bytes()], read)?) {
                if seen.insert(proposal.id) {
                    found.push(proposal);
                }
            }
        }
        found.sort_by(|left, right| right.probability.total_cmp(&left.probability));
        Ok(found)
    }

    /// Proposals for a case: those that touch records of its subjects first, then the likeliest others in its scope.
    pub fn proposals_for_case(
        &self,
        permit: &Permit,
        limit: usize,
    ) -> Result<Vec<ProposalRow>, StoreError> {
        let case = permit.case().ok_or(StoreError::WrongPermit {
            needs: "reading inside a case",
        })?;
        let subjects = self.all(SUBJECT_RECORDS, [case.bytes()], |row| row.id(0))?;
        let mut found = self.proposals_touching(permit, &subjects)?;
        let touching: BTreeSet<ProposalId> = found.iter().map(|proposal| proposal.id).collect();
        if found.len() < limit {
            let scope: Vec<String> = permit
                .datasets()
                .iter()
                .map(|dataset| domain::audit::hex(dataset.bytes()))
                .collect();
            let wanted = stored((limit + touching.len()) as u64);
            let others = self.all(LIKELIEST, (serde_json::to_string(&scope)?, wanted), read)?;
            found.extend(
                covered(permit, others)
                    .into_iter()
                    .filter(|proposal| !touching.contains(&proposal.id)),
            );
        }
        found.truncate(limit);
        Ok(found)
    }
}

impl Tx<'_> {
    /// Puts a whole run's proposals in the place of all earlier ones; gives those whose pair did not stand before. Ids of
    /// pairs proposed before stay.
    pub fn replace_proposals(
        &self,
        rows: &[ProposalRow],
        run: &str,
    ) -> Result<Vec<ProposalRow>, StoreError> {
        let fresh = self.upsert_all(rows, run)?;
        self.end_other_runs(run)?;
        Ok(fresh)
    }

    /// Puts proposals in the place of all that touch the records named; gives those whose pair did not stand before.
    pub fn replace_proposals_of(
        &self,
        records: &[RecordId],
        rows: &[ProposalRow],
        run: &str,
    ) -> Result<Vec<ProposalRow>, StoreError> {
        let kept: BTreeSet<(RecordId, RecordId)> =
            rows.iter().map(|row| (row.low, row.high)).collect();
        for record in records {
            let standing = self.all(PAIRS_OF, [record.bytes()], |row| {
                Ok((row.id(0)?, row.id(1)?))
            })?;
            for (low, high) in standing {
                if !kept.contains(&(low, high))
                    && let Some(pair) = Pair::new(low, high)
                {
                    self.end_proposal(pair)?;
                }
            }
        }
        self.upsert_all(rows, run)
    }

    fn upsert_all(&self, rows: &[ProposalRow], run: &str) -> Result<Vec<ProposalRow>, StoreError> {
        let mut fresh = Vec::new();
        for row in rows {
            let pair = (row.low.bytes(), row.high.bytes());
            let stood: Option<ProposalId> = self.one(STANDS, pair, |found| found.id(0))?;
            self.upsert_proposal(row, run)?;
            if stood.is_none()
                && let Some(id) = self.one(STANDS, pair, |found| found.id(0))?
            {
                fresh.push(ProposalRow { id, ..row.clone() });
            }
        }
        Ok(fresh)
    }

    /// Adds or renews one proposal.
    pub fn upsert_proposal(&self, row: &ProposalRow, run: &str) -> Result<(), StoreError> {
        self.run(
            UPSERT,
            (
                row.low.bytes(),
                row.high.bytes(),
                row.id.bytes(),
                row.probability,
                row.weight,
                run,
                stored(self.sequence().0),
            ),
        )?;
        Ok(())
    }

    /// Ends every proposal that this run did not name; gives their number. For runs written in several steps.
    pub fn end_other_runs(&self, run: &str) -> Result<usize, StoreError> {
        let ended = self.run(END_OTHERS, (run, stored(self.sequence().0)))?;
        self.announce(Event::ProposalsChanged);
        Ok(ended)
    }

    /// Ends the proposal on a pair, if one stands.
    pub fn end_proposal(&self, pair: Pair) -> Result<(), StoreError> {
        let sequence = stored(self.sequence().0);
        self.run(END, (pair.low().bytes(), pair.high().bytes(), sequence))?;
        self.announce(Event::ProposalsChanged);
        Ok(())
    }
}
