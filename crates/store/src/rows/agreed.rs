//! Agreements on matching between owners with what happened to them, and the runs of the matcher that cite them. Rows are
//! only added.

use domain::id::{AgreementId, DatasetId, RecordId, UserId};
use domain::matching::{MatchingAgreement, Notice, Renewal};
use domain::policy::{Act, Permit};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::statements;

/// A run of the matcher over everything that it could compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchingRunRow {
    /// Number of its entry in the log.
    pub number: u64,
    /// The name that its proposals carry.
    pub name: String,
    /// The datasets whose records were compared.
    pub datasets: Vec<DatasetId>,
    /// The properties that were compared.
    pub fields: Vec<String>,
    /// The agreements on matching that it cites.
    pub cites: Vec<String>,
    /// Records compared.
    pub records: u64,
    /// Pairs compared.
    pub candidates: u64,
    /// Proposals made.
    pub proposals: u64,
    /// Who ran it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// A proposal drawn at random for the oversight body: where the two records are to be found, and what was said of them.
#[derive(Debug, Clone, PartialEq)]
pub struct SampledPair {
    /// The records.
    pub records: (RecordId, RecordId),
    /// Short name of each record's dataset with the source's key.
    pub keys: [(String, String); 2],
    /// The probability that was stated.
    pub probability: f64,
    /// What people decided on the pair; empty where nobody did.
    pub verdict: String,
}

statements! {
    AGREEMENTS = "SELECT id, version, terms, datasets, valid_from, valid_until, by_user, at FROM matching_agreement a
        WHERE version = (SELECT max(n.version) FROM matching_agreement n WHERE n.id = a.id) ORDER BY a.sequence DESC";
    AGREEMENT = "SELECT id, version, terms, datasets, valid_from, valid_until, by_user, at FROM matching_agreement
        WHERE id = ?1 ORDER BY version DESC LIMIT 1";
    STEPS = "SELECT step, moment, words, by_user, at FROM matching_agreement_step
        WHERE agreement = ?1 AND version = ?2 ORDER BY sequence";
    ADD_AGREEMENT = "INSERT INTO matching_agreement
        (id, version, sequence, terms, datasets, valid_from, valid_until, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    ADD_STEP = "INSERT INTO matching_agreement_step (agreement, version, sequence, step, moment, words, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    RUNS = "SELECT sequence, name, datasets, fields, cites, records, candidates, proposals, by_user, at
        FROM matching_run WHERE ?2 IS NULL OR sequence = ?2 ORDER BY sequence DESC LIMIT ?1";
    ADD_RUN = "INSERT INTO matching_run
        (sequence, name, datasets, fields, cites, records, candidates, proposals, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    SAMPLE = "SELECT p.low, p.high, a.name, l.key, b.name, h.key, p.probability,
            (SELECT j.verdict FROM judgement j WHERE j.low = p.low AND j.high = p.high ORDER BY j.sequence DESC LIMIT 1)
        FROM proposal p JOIN record l ON l.id = p.low JOIN dataset a ON a.number = l.dataset
        JOIN record h ON h.id = p.high JOIN dataset b ON b.number = h.dataset
        WHERE p.ended IS NULL AND p.run = ?1 ORDER BY random() LIMIT ?2";
}

fn ids(text: &str) -> Result<Vec<DatasetId>, StoreError> {
    Ok(serde_json::from_str(text)?)
}

fn read_agreement(row: &Row<'_>) -> Result<MatchingAgreement, StoreError> {
    Ok(MatchingAgreement {
        id: row.id(0)?,
        version: row.number(1)?,
        terms: serde_json::from_str(&row.text(2)?)?,
        datasets: ids(&row.text(3)?)?,
        from: row.moment(4)?,
        until: row.moment(5)?,
        by: row.id(6)?,
        at: row.moment(7)?,
        notice: None,
        renewal: None,
        ended: None,
    })
}

fn read_run(row: &Row<'_>) -> Result<MatchingRunRow, StoreError> {
    Ok(MatchingRunRow {
        number: row.number(0)?,
        name: row.text(1)?,
        datasets: ids(&row.text(2)?)?,
        fields: serde_json::from_str(&row.text(3)?)?,
        cites: serde_json::from_str(&row.text(4)?)?,
        records: row.number(5)?,
        candidates: row.number(6)?,
        proposals: row.number(7)?,
        by: row.id(8)?,
        at: row.moment(9)?,
    })
}

impl View<'_> {
    /// The agreements on matching in their newest versions, the newest first.
    pub fn matching_agreements(&self) -> Result<Vec<MatchingAgreement>, StoreError> {
        let found = self.all(AGREEMENTS, [], read_agreement)?;
        found
            .into_iter()
            .map(|agreement| self.with_steps(agreement))
            .collect()
    }

    /// One agreement in its newest version.
    pub fn matching_agreement(
        &self,
        id: AgreementId,
    ) -> Result<Option<MatchingAgreement>, StoreError> {
        self.one(AGREEMENT, [id.bytes()], read_agreement)?
            .map(|agreement| self.with_steps(agreement))
            .transpose()
    }

    fn with_steps(&self, mut agreed: MatchingAgreement) -> Result<MatchingAgreement, StoreError> {
        let key = (agreed.id.bytes(), stored(agreed.version));
        let steps = self.all(STEPS, key, |row| {
            Ok((
                (row.text(0)?, row.moment(1)?),
                row.text(2)?,
                row.id(3)?,
                row.moment(4)?,
            ))
        })?;
        for ((step, moment), words, by, at) in steps {
            match (step.as_str(), &mut agreed.notice) {
                ("sent", notice) => {
                    *notice = Some(Notice {
                        on: moment,
                        words,
                        by,
                        at,
                        received: None,
                    });
                }
                ("received", Some(notice)) => notice.received = Some((by, at)),
                ("renewed", _) => {
                    agreed.renewal = Some(Renewal {
                        until: moment,
                        by,
                        at,
                    });
                }
                ("ended", _) => agreed.ended = Some(at),
                (other, _) => {
                    return Err(crate::row::wrong("matching_agreement_step", other));
                }
            }
        }
        Ok(agreed)
    }

    /// Runs of the matcher, the newest first.
    pub fn matching_runs(&self, limit: usize) -> Result<Vec<MatchingRunRow>, StoreError> {
        self.all(RUNS, (stored(limit as u64), None::<i64>), read_run)
    }

    /// One run, by the number of its entry.
    pub fn matching_run(&self, number: u64) -> Result<Option<MatchingRunRow>, StoreError> {
        self.one(RUNS, (1, Some(stored(number))), read_run)
    }

    /// Proposals of a run that still stand, drawn at random, for the oversight body alone.
    pub fn sampled_pairs(
        &self,
        permit: &Permit,
        run: &str,
        limit: usize,
    ) -> Result<Vec<SampledPair>, StoreError> {
        if permit.act() != Act::OverseeMatching {
            return Err(StoreError::WrongPermit {
                needs: "overseeing the matcher",
            });
        }
        self.all(SAMPLE, (run, stored(limit as u64)), |row| {
            Ok(SampledPair {
                records: (row.id(0)?, row.id(1)?),
                keys: [(row.text(2)?, row.text(3)?), (row.text(4)?, row.text(5)?)],
                probability: row.get(6)?,
                verdict: row.maybe_text(7)?.unwrap_or_default(),
            })
        })
    }
}

impl Tx<'_> {
    /// Keeps a version of an agreement; its steps follow.
    pub fn add_matching_agreement(&self, agreed: &MatchingAgreement) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_AGREEMENT,
            (
                agreed.id.bytes(),
                stored(agreed.version),
                sequence,
                serde_json::to_string(&agreed.terms)?,
                serde_json::to_string(&agreed.datasets)?,
                agreed.from.micros(),
                agreed.until.micros(),
                agreed.by.bytes(),
                agreed.at.micros(),
            ),
        )
        .map(drop)
    }

    fn add_agreement_step(
        &self,
        agreed: &MatchingAgreement,
        (step, moment): (&str, Moment),
        words: &str,
        (by, at): (UserId, Moment),
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_STEP,
            (
                agreed.id.bytes(),
                stored(agreed.version),
                sequence,
                step,
                moment.micros(),
                words,
                by.bytes(),
                at.micros(),
            ),
        )
        .map(drop)
    }

    /// Keeps that an agreement was sent to the oversight body.
    pub fn add_notice(
        &self,
        agreed: &MatchingAgreement,
        notice: &Notice,
    ) -> Result<(), StoreError> {
        let by = (notice.by, notice.at);
        self.add_agreement_step(agreed, ("sent", notice.on), &notice.words, by)
    }

    /// Keeps that the oversight body has it.
    pub fn confirm_notice(
        &self,
        agreed: &MatchingAgreement,
        by: UserId,
        at: Moment,
    ) -> Result<(), StoreError> {
        self.add_agreement_step(agreed, ("received", at), "", (by, at))
    }

    /// Keeps that an agreement goes on.
    pub fn add_renewal(
        &self,
        agreed: &MatchingAgreement,
        renewal: Renewal,
    ) -> Result<(), StoreError> {
        let by = (renewal.by, renewal.at);
        self.add_agreement_step(agreed, ("renewed", renewal.until), "", by)
    }

    /// Keeps that an agreement was ended before its time.
    pub fn end_matching_agreement(
        &self,
        agreed: &MatchingAgreement,
        reason: &str,
        by: (UserId, Moment),
    ) -> Result<(), StoreError> {
        self.add_agreement_step(agreed, ("ended", by.1), reason, by)
    }

    /// Keeps what a run compared; its number is that of the act's own entry.
    pub fn add_matching_run(&self, run: &MatchingRunRow) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_RUN,
            (
                sequence,
                &run.name,
                serde_json::to_string(&run.datasets)?,
                serde_json::to_string(&run.fields)?,
                serde_json::to_string(&run.cites)?,
                stored(run.records),
                stored(run.candidates),
                stored(run.proposals),
                run.by.bytes(),
                run.at.micros(),
            ),
        )
        .map(drop)
    }
}
