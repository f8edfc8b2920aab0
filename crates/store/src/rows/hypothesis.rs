//! Hypotheses of a case, what people say of each thing, and what was looked for and not found. Rows are only added.

use domain::hypothesis::{Hypothesis, Weighed, Weighing, Weight};
use domain::id::{CaseId, UserId};
use domain::policy::Permit;
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known, wrong};
use crate::rows::statements;
use crate::rows::subject::case_of;

statements! {
    HYPOTHESES = "SELECT id, case_id, title, words, by_user, at FROM hypothesis
        WHERE case_id = ?1 ORDER BY sequence, id";
    WEIGHINGS = "SELECT w.hypothesis, w.kind, w.about, w.weight, w.words, w.by_user, w.at FROM weighing w
        WHERE w.case_id = ?1 AND w.sequence = (SELECT max(v.sequence) FROM weighing v
            WHERE v.hypothesis = w.hypothesis AND v.kind = w.kind AND v.about = w.about AND v.by_user = w.by_user)
        ORDER BY w.sequence";
    ADD_HYPOTHESIS = "INSERT INTO hypothesis (id, case_id, sequence, title, words, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    ADD_WEIGHING = "INSERT INTO weighing (hypothesis, kind, about, by_user, sequence, case_id, weight, words, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    NO_HITS = "SELECT user_id, asked, datasets, at FROM no_hit WHERE case_id = ?1 ORDER BY sequence";
    ADD_NO_HIT = "INSERT INTO no_hit (case_id, sequence, user_id, asked, datasets, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (case_id, sequence, user_id) DO NOTHING";
}

/// A look-up that found nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoHit {
    /// Who asked.
    pub by: UserId,
    /// The question in words.
    pub asked: String,
    /// What was asked, as it stood then, in words.
    pub datasets: String,
    /// When.
    pub at: Moment,
}

fn read(row: &Row<'_>) -> Result<Hypothesis, StoreError> {
    Ok(Hypothesis {
        id: row.id(0)?,
        case: row.id(1)?,
        title: row.text(2)?,
        words: row.text(3)?,
        by: row.id(4)?,
        at: row.moment(5)?,
        weighings: Vec::new(),
    })
}

fn read_weighing(row: &Row<'_>) -> Result<Weighing, StoreError> {
    let kind = row.text(1)?;
    let about = Weighed::from_parts(&kind, row.get(2)?);
    Ok(Weighing {
        hypothesis: row.id(0)?,
        about: about.ok_or_else(|| wrong("weighing", kind))?,
        weight: known("weighing", &row.text(3)?, Weight::from_word)?,
        words: row.text(4)?,
        by: row.id(5)?,
        at: row.moment(6)?,
    })
}

impl View<'_> {
    /// The hypotheses of the permit's case, in the order put up, with the latest word of each person on each thing.
    pub fn hypotheses(&self, permit: &Permit) -> Result<Vec<Hypothesis>, StoreError> {
        let case = case_of(permit)?;
        let mut found = self.all(HYPOTHESES, [case.bytes()], read)?;
        for weighing in self.all(WEIGHINGS, [case.bytes()], read_weighing)? {
            if let Some(of) = found.iter_mut().find(|one| one.id == weighing.hypothesis) {
                of.weighings.push(weighing);
            }
        }
        Ok(found)
    }

    /// What was looked for in the permit's case and not found, in that order.
    pub fn no_hits(&self, permit: &Permit) -> Result<Vec<NoHit>, StoreError> {
        self.all(NO_HITS, [case_of(permit)?.bytes()], |row| {
            Ok(NoHit {
                by: row.id(0)?,
                asked: row.text(1)?,
                datasets: row.text(2)?,
                at: row.moment(3)?,
            })
        })
    }
}

impl Tx<'_> {
    /// Keeps a hypothesis.
    pub fn add_hypothesis(&self, hypothesis: &Hypothesis) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_HYPOTHESIS,
            (
                hypothesis.id.bytes(),
                hypothesis.case.bytes(),
                sequence,
                &hypothesis.title,
                &hypothesis.words,
                hypothesis.by.bytes(),
                hypothesis.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged {
            case: hypothesis.case,
        });
        Ok(())
    }

    /// Keeps what somebody says of a thing.
    pub fn add_weighing(&self, case: CaseId, weighing: &Weighing) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_WEIGHING,
            (
                weighing.hypothesis.bytes(),
                weighing.about.kind(),
                weighing.about.bytes(),
                weighing.by.bytes(),
                sequence,
                case.bytes(),
                weighing.weight.word(),
                &weighing.words,
                weighing.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }

    /// Keeps that a look-up found nothing.
    pub fn add_no_hit(&self, case: CaseId, found: &NoHit) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_NO_HIT,
            (
                case.bytes(),
                sequence,
                found.by.bytes(),
                &found.asked,
                &found.datasets,
                found.at.micros(),
            ),
        )?;
        Ok(())
    }
}
