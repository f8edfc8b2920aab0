//! Look-ups that somebody else looks at.

use domain::id::{CaseId, ReviewId, UserId};
use domain::policy::{Act, Permit};
use domain::review::{LookedAt, Said, Share, Verdict, Why};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known, stored};
use crate::rows::statements;

/// A person of whom every look-up is reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewMark {
    /// Their name in the log.
    pub name: String,
    /// The record, as dataset and key.
    pub record: String,
    /// For what; none takes the mark away.
    pub mark: Option<Why>,
    /// Why, in words.
    pub words: String,
    /// Who said so.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// Which reviews are wanted.
#[derive(Debug, Clone, Copy)]
pub enum ReviewQuestion {
    /// Those that wait, by the day on which they are due.
    Waiting,
    /// Those of one person, the latest first.
    Of(UserId),
    /// One.
    One(ReviewId),
}

/// Reviews that one answer lists.
const MOST: usize = 200;

statements! {
    WAITING = "SELECT r.id, r.case_id, r.user_id, r.why, r.act, r.reason, r.asked, r.found, r.at, r.due
        FROM look_up_review r
        WHERE coalesce((SELECT coalesce(s.verdict, '') FROM look_up_said s WHERE s.review = r.id
            ORDER BY s.sequence DESC LIMIT 1), '') NOT IN ('fit', 'unfit')
        ORDER BY r.due, r.id LIMIT 200";
    OF_USER = "SELECT r.id, r.case_id, r.user_id, r.why, r.act, r.reason, r.asked, r.found, r.at, r.due
        FROM look_up_review r WHERE r.user_id = ?1 ORDER BY r.sequence DESC LIMIT 200";
    ONE = "SELECT r.id, r.case_id, r.user_id, r.why, r.act, r.reason, r.asked, r.found, r.at, r.due
        FROM look_up_review r WHERE r.id = ?1";
    WHOSE = "SELECT user_id FROM look_up_review WHERE id = ?1 AND case_id = ?2";
    SAID = "SELECT verdict, words, by_user, at FROM look_up_said WHERE review = ?1 ORDER BY sequence";
    VERDICTS = "SELECT coalesce(sum(verdict = 'fit'), 0), coalesce(sum(verdict = 'unfit'), 0) FROM look_up_said";
    ADD = "INSERT INTO look_up_review (id, sequence, case_id, user_id, why, act, reason, asked, found, at, due)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    ADD_SAID = "INSERT INTO look_up_said (review, sequence, verdict, words, by_user, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    SHARE = "SELECT per_thousand, days FROM review_share ORDER BY sequence DESC LIMIT 1";
    SET_SHARE = "INSERT INTO review_share (sequence, per_thousand, days, by_user, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    MARK_OF = "SELECT name, record, mark, words, by_user, at FROM review_mark WHERE name = ?1 ORDER BY sequence DESC LIMIT 1";
    MARKS = "SELECT m.name, m.record, m.mark, m.words, m.by_user, m.at FROM review_mark m
        WHERE m.mark IS NOT NULL AND m.sequence = (SELECT max(n.sequence) FROM review_mark n WHERE n.name = m.name)
        ORDER BY m.record LIMIT 500";
    ADD_MARK = "INSERT INTO review_mark (name, sequence, record, mark, words, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
}

fn read(row: &Row<'_>) -> Result<LookedAt, StoreError> {
    Ok(LookedAt {
        id: row.id(0)?,
        case: row.id(1)?,
        user: row.id(2)?,
        why: known("look_up_review", &row.text(3)?, Why::from_word)?,
        act: row.text(4)?,
        reason: row.text(5)?,
        asked: row.text(6)?,
        found: row.number(7)?,
        at: row.moment(8)?,
        due: row.moment(9)?,
        said: Vec::new(),
    })
}

fn read_said(row: &Row<'_>) -> Result<Said, StoreError> {
    let verdict = row.maybe_text(0)?;
    Ok(Said {
        verdict: verdict
            .map(|word| known("look_up_said", &word, Verdict::from_word))
            .transpose()?,
        words: row.text(1)?,
        by: row.id(2)?,
        at: row.moment(3)?,
    })
}

fn read_mark(row: &Row<'_>) -> Result<ReviewMark, StoreError> {
    let mark = row.maybe_text(2)?;
    Ok(ReviewMark {
        name: row.text(0)?,
        record: row.text(1)?,
        mark: mark
            .map(|word| known("review_mark", &word, Why::from_word))
            .transpose()?,
        words: row.text(3)?,
        by: row.id(4)?,
        at: row.moment(5)?,
    })
}

impl View<'_> {
    /// Reviews, for whoever watches over look-ups, judges this one, or made it.
    pub fn look_up_reviews(
        &self,
        permit: &Permit,
        question: ReviewQuestion,
    ) -> Result<Vec<LookedAt>, StoreError> {
        let may = match permit.act() {
            Act::WatchLookUps | Act::ReviewLookUp => true,
            Act::OwnAccount => {
                matches!(question, ReviewQuestion::Of(user) if user == permit.user())
            }
            _ => false,
        };
        if !may {
            return Err(StoreError::WrongPermit {
                needs: "reviewing look-ups",
            });
        }
        let mut found = match question {
            ReviewQuestion::Waiting => self.all(WAITING, [], read)?,
            ReviewQuestion::Of(user) => self.all(OF_USER, [user.bytes()], read)?,
            ReviewQuestion::One(id) => self.all(ONE, [id.bytes()], read)?,
        };
        found.truncate(MOST);
        for one in &mut found {
            one.said = self.all(SAID, [one.id.bytes()], read_said)?;
        }
        Ok(found)
    }

    /// Who made a look-up that is reviewed.
    pub fn reviewed_user(&self, case: CaseId, id: ReviewId) -> Result<Option<UserId>, StoreError> {
        self.one(WHOSE, (id.bytes(), case.bytes()), |row| row.id(0))
    }

    /// How many were found to fit, and how many not.
    pub fn review_verdicts(&self) -> Result<(u64, u64), StoreError> {
        let found = self.one(VERDICTS, [], |row| Ok((row.number(0)?, row.number(1)?)))?;
        Ok(found.unwrap_or_default())
    }

    /// How much is drawn, and how soon it has to be judged.
    pub fn review_share(&self) -> Result<Share, StoreError> {
        let found = self.one(SHARE, [], |row| {
            Ok(Share {
                per_thousand: u32::try_from(row.number(0)?).unwrap_or(0),
                days: u32::try_from(row.number(1)?).unwrap_or(0),
            })
        })?;
        Ok(found.unwrap_or_default())
    }

    /// For what the person of a name in the log is marked, if so.
    pub fn review_mark(&self, name: &str) -> Result<Option<Why>, StoreError> {
        Ok(self
            .one(MARK_OF, [name], read_mark)?
            .and_then(|found| found.mark))
    }

    /// Everybody who is marked, for whoever watches over look-ups.
    pub fn review_marks(&self, permit: &Permit) -> Result<Vec<ReviewMark>, StoreError> {
        if permit.act() != Act::WatchLookUps {
            return Err(StoreError::WrongPermit {
                needs: "watching over look-ups",
            });
        }
        self.all(MARKS, [], read_mark)
    }
}

impl Tx<'_> {
    /// Puts a look-up before a reviewer.
    pub fn add_look_up_review(&self, one: &LookedAt) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD,
            (
                one.id.bytes(),
                sequence,
                one.case.bytes(),
                one.user.bytes(),
                one.why.word(),
                &one.act,
                &one.reason,
                &one.asked,
                stored(one.found),
                one.at.micros(),
                one.due.micros(),
            ),
        )
        .map(drop)
    }
    /// Adds what was said of one.
    pub fn add_review_said(&self, id: ReviewId, said: &Said) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_SAID,
            (
                id.bytes(),
                sequence,
                said.verdict.map(Verdict::word),
                &said.words,
                said.by.bytes(),
                said.at.micros(),
            ),
        )
        .map(drop)
    }
    /// Says how much is drawn from now on.
    pub fn set_review_share(&self, share: Share, by: UserId, at: Moment) -> Result<(), StoreError> {
        let sequence = self.told()?;
        let key = (
            sequence,
            share.per_thousand,
            share.days,
            by.bytes(),
            at.micros(),
        );
        self.run(SET_SHARE, key).map(drop)
    }
    /// Marks somebody, or takes a mark away.
    pub fn add_review_mark(&self, mark: &ReviewMark) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_MARK,
            (
                &mark.name,
                sequence,
                &mark.record,
                mark.mark.map(Why::word),
                &mark.words,
                mark.by.bytes(),
                mark.at.micros(),
            ),
        )
        .map(drop)
    }
}
