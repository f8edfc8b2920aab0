//! Types of case as they stood, what was told of a case, its phases, approvals and links, and first words on pairs.

use domain::id::{CaseId, CaseLinkId, FirstWordId, UserId};
use domain::identity::{Pair, Verdict};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, of_word, word, wrong};
use crate::rows::statements;

/// Something that was told of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The field's name in the type of case.
    pub name: String,
    /// What was told.
    pub value: String,
    /// By whom.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// A phase that a case was brought to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// Its name in the type of case.
    pub phase: String,
    /// Why.
    pub words: String,
    /// By whom.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// A link between two cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLink {
    /// Its id.
    pub id: CaseLinkId,
    /// The case in which it was made.
    pub case: CaseId,
    /// The other.
    pub other: CaseId,
    /// What they have to do with each other; both teams read it.
    pub words: String,
    /// By whom.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// What somebody said first of a pair that takes two people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstWord {
    /// Its id.
    pub id: FirstWordId,
    /// The case.
    pub case: CaseId,
    /// The pair.
    pub pair: Pair,
    /// What they said.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

statements! {
    TYPE_OF = "SELECT t.body FROM case_typed c JOIN case_type t ON t.sha256 = c.sha256 WHERE c.case_id = ?1";
    ADD_TYPE = "INSERT INTO case_type (sha256, word, body) VALUES (?1, ?2, ?3) ON CONFLICT (sha256) DO NOTHING";
    ADD_TYPED = "INSERT INTO case_typed (case_id, sequence, sha256) VALUES (?1, ?2, ?3)";
    KIND = "UPDATE case_file SET kind = ?2 WHERE id = ?1";
    TOLD = "SELECT name, value, by_user, at FROM case_told t WHERE case_id = ?1 AND sequence = (
        SELECT max(n.sequence) FROM case_told n WHERE n.case_id = t.case_id AND n.name = t.name) ORDER BY sequence, name";
    ADD_TOLD = "INSERT INTO case_told (case_id, name, sequence, value, by_user, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    PHASES = "SELECT phase, words, by_user, at FROM case_phase WHERE case_id = ?1 ORDER BY sequence";
    ADD_PHASE = "INSERT INTO case_phase (case_id, sequence, phase, words, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    APPROVALS = "SELECT by_user, at FROM case_approval WHERE case_id = ?1 ORDER BY sequence";
    ADD_APPROVAL = "INSERT INTO case_approval (case_id, by_user, sequence, at) VALUES (?1, ?2, ?3, ?4)";
    LINKS = "SELECT id, case_id, other, words, by_user, at FROM case_link
        WHERE (case_id = ?1 OR other = ?1) AND ended IS NULL ORDER BY sequence";
    ADD_LINK = "INSERT INTO case_link (id, sequence, case_id, other, words, by_user, at, ended)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)";
    END_LINK = "UPDATE case_link SET ended = ?2 WHERE id = ?1";
    FIRST_WORDS = "SELECT id, case_id, low, high, verdict, reason, by_user, at FROM first_word
        WHERE case_id = ?1 AND ended IS NULL ORDER BY sequence";
    ADD_FIRST_WORD = "INSERT INTO first_word (id, sequence, case_id, low, high, verdict, reason, by_user, at, ended)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL)";
    END_FIRST_WORDS = "UPDATE first_word SET ended = ?4 WHERE case_id = ?1 AND low = ?2 AND high = ?3 AND ended IS NULL";
}

fn read_link(row: &Row<'_>) -> Result<CaseLink, StoreError> {
    Ok(CaseLink {
        id: row.id(0)?,
        case: row.id(1)?,
        other: row.id(2)?,
        words: row.text(3)?,
        by: row.id(4)?,
        at: row.moment(5)?,
    })
}

fn read_first_word(row: &Row<'_>) -> Result<FirstWord, StoreError> {
    let (low, high): (domain::id::RecordId, domain::id::RecordId) = (row.id(2)?, row.id(3)?);
    Ok(FirstWord {
        id: row.id(0)?,
        case: row.id(1)?,
        pair: Pair::new(low, high).ok_or_else(|| wrong("first_word", low))?,
        verdict: of_word("first_word", row.text(4)?)?,
        reason: row.text(5)?,
        by: row.id(6)?,
        at: row.moment(7)?,
    })
}

impl View<'_> {
    /// The text of a case's type as it stood when the case was written down; none for a case that named none.
    pub fn case_type_text(&self, case: CaseId) -> Result<Option<String>, StoreError> {
        self.one(TYPE_OF, [case.bytes()], |row| row.text(0))
    }

    /// What was told of a case, the latest of each field.
    pub fn told_of(&self, case: CaseId) -> Result<Vec<Told>, StoreError> {
        self.all(TOLD, [case.bytes()], |row| {
            Ok(Told {
                name: row.text(0)?,
                value: row.text(1)?,
                by: row.id(2)?,
                at: row.moment(3)?,
            })
        })
    }

    /// The phases of a case, the first first.
    pub fn phases(&self, case: CaseId) -> Result<Vec<Phase>, StoreError> {
        self.all(PHASES, [case.bytes()], |row| {
            Ok(Phase {
                phase: row.text(0)?,
                words: row.text(1)?,
                by: row.id(2)?,
                at: row.moment(3)?,
            })
        })
    }

    /// Who approved a case, the first first.
    pub fn approvals(&self, case: CaseId) -> Result<Vec<(UserId, Moment)>, StoreError> {
        self.all(APPROVALS, [case.bytes()], |row| {
            Ok((row.id(0)?, row.moment(1)?))
        })
    }

    /// The links of a case, whichever way they were made.
    pub fn case_links(&self, case: CaseId) -> Result<Vec<CaseLink>, StoreError> {
        self.all(LINKS, [case.bytes()], read_link)
    }

    /// What was said first of pairs in a case and waits for another person.
    pub fn first_words(&self, case: CaseId) -> Result<Vec<FirstWord>, StoreError> {
        self.all(FIRST_WORDS, [case.bytes()], read_first_word)
    }
}

impl Tx<'_> {
    /// Keeps by which type, as it stands now, a case goes.
    pub fn set_case_type(
        &self,
        case: CaseId,
        word: &str,
        sha256: &str,
        body: &str,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(ADD_TYPE, (sha256, word, body))?;
        self.run(ADD_TYPED, (case.bytes(), sequence, sha256))?;
        self.run(KIND, (case.bytes(), word))?;
        Ok(())
    }

    /// Keeps something that was told of a case.
    pub fn add_told(&self, case: CaseId, told: &Told) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_TOLD,
            (
                case.bytes(),
                &told.name,
                sequence,
                &told.value,
                told.by.bytes(),
                told.at.micros(),
            ),
        )?;
        Ok(())
    }

    /// Brings a case to a phase.
    pub fn add_phase(&self, case: CaseId, phase: &Phase) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_PHASE,
            (
                case.bytes(),
                sequence,
                &phase.phase,
                &phase.words,
                phase.by.bytes(),
                phase.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }

    /// Keeps that somebody approved a case.
    pub fn add_approval(&self, case: CaseId, by: UserId, at: Moment) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_APPROVAL,
            (case.bytes(), by.bytes(), sequence, at.micros()),
        )?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }

    /// Links two cases.
    pub fn add_case_link(&self, link: &CaseLink) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_LINK,
            (
                link.id.bytes(),
                sequence,
                link.case.bytes(),
                link.other.bytes(),
                &link.words,
                link.by.bytes(),
                link.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case: link.case });
        self.announce(Event::CaseChanged { case: link.other });
        Ok(())
    }

    /// Ends a link between two cases.
    pub fn end_case_link(&self, link: CaseLinkId) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(END_LINK, (link.bytes(), sequence))?;
        Ok(())
    }

    /// Keeps what somebody said first of a pair; an earlier first word on it counts no more.
    pub fn add_first_word(&self, said: &FirstWord) -> Result<(), StoreError> {
        self.end_first_words(said.case, said.pair)?;
        let sequence = self.told()?;
        self.run(
            ADD_FIRST_WORD,
            (
                said.id.bytes(),
                sequence,
                said.case.bytes(),
                said.pair.low().bytes(),
                said.pair.high().bytes(),
                word(&said.verdict)?,
                &said.reason,
                said.by.bytes(),
                said.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case: said.case });
        Ok(())
    }

    /// Ends what was said first of a pair in a case.
    pub fn end_first_words(&self, case: CaseId, pair: Pair) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            END_FIRST_WORDS,
            (
                case.bytes(),
                pair.low().bytes(),
                pair.high().bytes(),
                sequence,
            ),
        )?;
        Ok(())
    }
}
