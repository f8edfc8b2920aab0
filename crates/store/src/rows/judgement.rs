//! Judgements of persons. Only ever added; which is in force is computed from their order.

use domain::id::{CaseId, DatasetId, RecordId};
use domain::identity::{Judgement, Pair, Reach, Verdict};
use domain::policy::Permit;
use domain::statement::Sequence;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, of_word, stored, word, wrong};
use crate::rows::feed::Standing;
use crate::rows::statements;

statements! {
    ADD = "INSERT INTO judgement
        (id, sequence, low, high, verdict, by_user, at, reason, reach_case, made_in, probability)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    IN_REACH = "SELECT j.id, j.low, j.high, j.verdict, j.by_user, j.at, j.reason, j.reach_case, j.made_in,
            j.probability, a.id, b.id
        FROM judgement j JOIN record l ON l.id = j.low JOIN dataset a ON a.number = l.dataset
        JOIN record h ON h.id = j.high JOIN dataset b ON b.number = h.dataset
        WHERE j.sequence <= ?1 AND (j.reach_case IS NULL OR j.reach_case = ?2)
        ORDER BY j.sequence, j.id";
    SHARED = "SELECT j.id, j.low, j.high, j.verdict, j.by_user, j.at, j.reason, j.reach_case, j.made_in,
            j.probability, a.id, b.id
        FROM judgement j JOIN record l ON l.id = j.low JOIN dataset a ON a.number = l.dataset
        JOIN record h ON h.id = j.high JOIN dataset b ON b.number = h.dataset
        WHERE j.reach_case IS NULL ORDER BY j.sequence, j.id";
    OF_RECORD = "SELECT j.id, j.low, j.high, j.verdict, j.by_user, j.at, j.reason, j.reach_case, j.made_in,
            j.probability, a.id, b.id, j.sequence
        FROM judgement j JOIN record l ON l.id = j.low JOIN dataset a ON a.number = l.dataset
        JOIN record h ON h.id = j.high JOIN dataset b ON b.number = h.dataset
        WHERE (j.low = ?3 OR j.high = ?3) AND j.sequence <= ?1
            AND (j.reach_case IS NULL OR j.reach_case = ?2)
        ORDER BY j.sequence, j.id";
}

fn read(row: &Row<'_>) -> Result<(Judgement, DatasetId, DatasetId), StoreError> {
    let (low, high): (RecordId, RecordId) = (row.id(1)?, row.id(2)?);
    let verdict: Verdict = of_word("judgement", row.text(3)?)?;
    let judgement = Judgement {
        id: row.id(0)?,
        pair: Pair::new(low, high).ok_or_else(|| wrong("judgement", low))?,
        verdict,
        by: row.id(4)?,
        at: row.moment(5)?,
        reason: row.text(6)?,
        reach: match row.maybe_id::<CaseId>(7)? {
            Some(case) => Reach::Case(case),
            None => Reach::Shared,
        },
        made_in: row.id(8)?,
        probability: row.get(9)?,
    };
    Ok((judgement, row.id(10)?, row.id(11)?))
}

impl View<'_> {
    /// The judgements that a permit sees as of a moment, in the order made: shared ones and the case's own, between
    /// records that it covers.
    pub fn judgements(&self, permit: &Permit, at: Sequence) -> Result<Vec<Judgement>, StoreError> {
        let case = permit.case().map(|case| *case.bytes());
        let found = self.all(IN_REACH, (stored(at.0), case), read)?;
        Ok(found
            .into_iter()
            .filter(|(_, low, high)| permit.covers(*low) && permit.covers(*high))
            .map(|(judgement, _, _)| judgement)
            .collect())
    }

    /// All shared judgements in the order made, for the matcher: never for answering people.
    pub fn shared_judgements(&self, _standing: &Standing) -> Result<Vec<Judgement>, StoreError> {
        let found = self.all(SHARED, [], read)?;
        Ok(found
            .into_iter()
            .map(|(judgement, _, _)| judgement)
            .collect())
    }

    /// Those of them that concern any of the records, in the order made.
    pub fn judgements_of_records(
        &self,
        permit: &Permit,
        records: &[RecordId],
        at: Sequence,
    ) -> Result<Vec<Judgement>, StoreError> {
        let case = permit.case().map(|case| *case.bytes());
        let mut found = Vec::new();
        for record in records {
            found.extend(
                self.all(OF_RECORD, (stored(at.0), case, record.bytes()), |row| {
                    Ok((row.sequence(12)?, read(row)?))
                })?,
            );
        }
        found.retain(|(_, (_, low, high))| permit.covers(*low) && permit.covers(*high));
        found.sort_by_key(|(sequence, (judgement, _, _))| (*sequence, judgement.id));
        found.dedup_by_key(|(_, (judgement, _, _))| judgement.id);
        Ok(found
            .into_iter()
            .map(|(_, (judgement, _, _))| judgement)
            .collect())
    }
}

impl Tx<'_> {
    /// The judgements of a reach in the order made, over all datasets: those that an identity of that reach is made of.
    pub fn judgements_of_reach(&self, reach: Reach) -> Result<Vec<Judgement>, StoreError> {
        let case = match reach {
            Reach::Shared => None,
            Reach::Case(case) => Some(*case.bytes()),
        };
        let found = self.all(IN_REACH, (i64::MAX, case), read)?;
        Ok(found
            .into_iter()
            .map(|(judgement, _, _)| judgement)
            .collect())
    }

    /// Adds a judgement. The case of the act and the case it was made in are told apart only by its reach.
    pub fn add_judgement(&self, judgement: &Judgement) -> Result<(), StoreError> {
        let sequence = self.told()?;
        let reach = match judgement.reach {
            Reach::Shared => None,
            Reach::Case(case) => Some(*case.bytes()),
        };
        self.run(
            ADD,
            (
                judgement.id.bytes(),
                sequence,
                judgement.pair.low().bytes(),
                judgement.pair.high().bytes(),
                word(&judgement.verdict)?,
                judgement.by.bytes(),
                judgement.at.micros(),
                &judgement.reason,
                reach,
                judgement.made_in.bytes(),
                judgement.probability,
            ),
        )?;
        self.announce(Event::Judged {
            judgement: judgement.id,
            case: judgement.made_in,
        });
        Ok(())
    }
}
