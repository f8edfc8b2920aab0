//! What is set aside of special categories, sealed, and its ties to the conduct of suspects. What is sealed is opened at the
//! desk; no statement here compares or orders by it.

use domain::id::{
    CaseId, DatasetId, EvidenceId, MappedTableId, RecordId, SpecialId, SubjectId, TieId, UserId,
};
use domain::passage::Place;
use domain::policy::{Act, Permit};
use domain::special::Tie;
use domain::statement::Sequence;
use domain::suspicion::Ruling;
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::statements;
use crate::rows::subject::case_of;

/// A value that is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecialValue {
    /// Its id.
    pub id: SpecialId,
    /// Property and value, sealed.
    pub sealed: Vec<u8>,
}

/// A passage that is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecialPassage {
    /// Its id.
    pub id: SpecialId,
    /// The item.
    pub evidence: EvidenceId,
    /// The file inside; empty for the item itself.
    pub part: String,
    /// Where its words stood.
    pub place: Place,
    /// Its words, sealed.
    pub sealed: Vec<u8>,
    /// Who tagged it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

statements! {
    VALUES_OF = "SELECT v.id, v.sealed FROM special_value v JOIN dataset d ON d.number = v.dataset
        WHERE d.id = ?1 AND v.key = ?2 AND v.mapped IS NULL ORDER BY v.sequence, v.id";
    VALUES_OF_RECORD = "SELECT v.id, v.sealed FROM record r JOIN special_value v ON v.dataset = r.dataset AND v.key = r.key
        WHERE r.id = ?1 ORDER BY v.sequence, v.id";
    VALUE = "SELECT v.sealed, r.id FROM special_value v JOIN record r ON r.dataset = v.dataset AND r.key = v.key
        WHERE v.id = ?1";
    KEYS_ASIDE = "SELECT DISTINCT v.key FROM special_value v JOIN dataset d ON d.number = v.dataset
        WHERE d.id = ?1 AND v.mapped IS NULL ORDER BY v.key";
    ADD_VALUE = "INSERT INTO special_value (id, dataset, key, sequence, sealed, mapped) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    FORGET_VALUE = "DELETE FROM special_value WHERE id = ?1";
    FORGET_OF_TABLE = "DELETE FROM special_value WHERE mapped = ?1";
    FORGET_OF_ITEM = "DELETE FROM special_value WHERE mapped IN (SELECT id FROM mapped_table WHERE evidence = ?1)";
    FORGET_OF_DATASET = "DELETE FROM special_value WHERE dataset = (SELECT number FROM dataset WHERE id = ?1)";
    PASSAGES_ASIDE = "SELECT p.id, p.evidence, p.part, p.page, p.begins, p.length, p.sealed, p.by_user, p.at
        FROM special_passage p JOIN open_evidence e ON e.id = p.evidence
        WHERE p.case_id = ?1 AND (?2 IS NULL OR p.evidence = ?2) ORDER BY p.sequence, p.id";
    PASSAGE_ASIDE = "SELECT p.id, p.evidence, p.part, p.page, p.begins, p.length, p.sealed, p.by_user, p.at
        FROM special_passage p JOIN open_evidence e ON e.id = p.evidence WHERE p.case_id = ?1 AND p.id = ?2";
    ADD_PASSAGE = "INSERT INTO special_passage
            (id, case_id, evidence, part, page, begins, length, sequence, sealed, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    FORGET_PASSAGES = "DELETE FROM special_passage WHERE evidence = ?1";
    ASIDE_IN_ITEM = "SELECT id, evidence, part, page, begins, length, sealed, by_user, at
        FROM special_passage WHERE evidence = ?1 ORDER BY sequence, id";
    TIES = "SELECT t.id, t.case_id, t.special, t.subject, t.suspicion, t.reason, t.by_user, t.at,
            r.approved, r.words, r.by_user, r.at
        FROM special_tie t LEFT JOIN special_ruling r ON r.tie = t.id
        WHERE t.case_id = ?1 ORDER BY t.sequence DESC, t.id DESC";
    TIE_AUTHOR = "SELECT by_user FROM special_tie t WHERE t.case_id = ?1 AND t.id = ?2
        AND NOT EXISTS (SELECT 1 FROM special_ruling r WHERE r.tie = t.id)";
    PENDING_TIES = "SELECT t.by_user, t.at FROM special_tie t WHERE t.case_id = ?1
        AND NOT EXISTS (SELECT 1 FROM special_ruling r WHERE r.tie = t.id) ORDER BY t.sequence";
    ADD_TIE = "INSERT INTO special_tie (id, case_id, special, subject, suspicion, sequence, reason, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    ADD_RULING = "INSERT INTO special_ruling (tie, sequence, approved, words, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
}

fn read_value(row: &Row<'_>) -> Result<SpecialValue, StoreError> {
    Ok(SpecialValue {
        id: row.id(0)?,
        sealed: row.get(1)?,
    })
}

fn read_place(row: &Row<'_>, first: usize) -> Result<Place, StoreError> {
    let count = |column| Ok::<_, StoreError>(usize::try_from(row.number(column)?).unwrap_or(0));
    Ok(Place {
        page: row.number(first)?,
        from: count(first + 1)?,
        length: count(first + 2)?,
    })
}

fn read_passage(row: &Row<'_>) -> Result<SpecialPassage, StoreError> {
    Ok(SpecialPassage {
        id: row.id(0)?,
        evidence: row.id(1)?,
        part: row.text(2)?,
        place: read_place(row, 3)?,
        sealed: row.get(6)?,
        by: row.id(7)?,
        at: row.moment(8)?,
    })
}

fn read_tie(row: &Row<'_>) -> Result<Tie, StoreError> {
    let approved: Option<bool> = row.get(8)?;
    let ruling = match (approved, row.maybe_id(10)?, row.maybe_moment(11)?) {
        (Some(approved), Some(by), Some(at)) => Some(Ruling {
            approved,
            words: row.maybe_text(9)?.unwrap_or_default(),
            by,
            at,
        }),
        _ => None,
    };
    Ok(Tie {
        id: row.id(0)?,
        case: row.id(1)?,
        special: row.id(2)?,
        subject: row.id(3)?,
        suspicion: row.id(4)?,
        reason: row.text(5)?,
        by: row.id(6)?,
        at: row.moment(7)?,
        ruling,
    })
}

impl View<'_> {
    /// What is set aside beside a record that its source still has and the permit covers.
    pub fn special_values(
        &self,
        permit: &Permit,
        record: RecordId,
    ) -> Result<Vec<SpecialValue>, StoreError> {
        case_of(permit)?;
        match self.record(permit, record, Sequence::NOW)? {
            Some(found) if found.present => {
                self.all(VALUES_OF_RECORD, [record.bytes()], read_value)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// One such value with its record; nothing where the permit does not cover it or its source has it no more.
    pub fn special_value(
        &self,
        permit: &Permit,
        id: SpecialId,
    ) -> Result<Option<(SpecialValue, RecordId)>, StoreError> {
        case_of(permit)?;
        let found = self.one(VALUE, [id.bytes()], |row| {
            let sealed = row.get(0)?;
            Ok((SpecialValue { id, sealed }, row.id(1)?))
        })?;
        let Some((value, record)) = found else {
            return Ok(None);
        };
        let there = self.record(permit, record, Sequence::NOW)?;
        Ok(there.filter(|there| there.present).map(|_| (value, record)))
    }

    /// The passages of the permit's case that are set aside; of one item where it is named.
    pub fn special_passages(
        &self,
        permit: &Permit,
        item: Option<EvidenceId>,
    ) -> Result<Vec<SpecialPassage>, StoreError> {
        let case = case_of(permit)?;
        let item = item.map(|item| *item.bytes());
        self.all(PASSAGES_ASIDE, (case.bytes(), item), read_passage)
    }

    /// One such passage.
    pub fn special_passage(
        &self,
        permit: &Permit,
        id: SpecialId,
    ) -> Result<Option<SpecialPassage>, StoreError> {
        let case = case_of(permit)?;
        self.one(PASSAGE_ASIDE, (case.bytes(), id.bytes()), read_passage)
    }

    /// What was tied in the permit's case, the newest first.
    pub fn special_ties(&self, permit: &Permit) -> Result<Vec<Tie>, StoreError> {
        self.all(TIES, [case_of(permit)?.bytes()], read_tie)
    }

    /// Who asked for a tie that nobody has decided on.
    pub fn tie_author(&self, case: CaseId, tie: TieId) -> Result<Option<UserId>, StoreError> {
        self.one(TIE_AUTHOR, (case.bytes(), tie.bytes()), |row| row.id(0))
    }

    /// By whom and when ties of a case were asked for that nobody has decided on.
    pub fn pending_ties(&self, case: CaseId) -> Result<Vec<(UserId, Moment)>, StoreError> {
        self.all(PENDING_TIES, [case.bytes()], |row| {
            Ok((row.id(0)?, row.moment(1)?))
        })
    }
}

impl Tx<'_> {
    /// The passages of an item that are set aside, for whoever keeps its text: never for showing.
    pub fn aside_in_item(&self, item: EvidenceId) -> Result<Vec<SpecialPassage>, StoreError> {
        self.all(ASIDE_IN_ITEM, [item.bytes()], read_passage)
    }

    /// What a delivery has set aside beside a record's key.
    pub fn special_of_key(
        &self,
        dataset: DatasetId,
        key: &str,
    ) -> Result<Vec<SpecialValue>, StoreError> {
        self.all(VALUES_OF, (dataset.bytes(), key), read_value)
    }

    /// The keys beside which deliveries of a dataset have set something aside.
    pub fn keys_aside(&self, dataset: DatasetId) -> Result<Vec<String>, StoreError> {
        self.all(KEYS_ASIDE, [dataset.bytes()], |row| row.text(0))
    }

    /// Sets a value aside; from a table of a document where that is named.
    pub fn add_special(
        &self,
        dataset: DatasetId,
        key: &str,
        value: &SpecialValue,
        mapped: Option<MappedTableId>,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        let number = self.dataset_number(dataset)?;
        let mapped = mapped.map(|id| *id.bytes());
        let params = (
            value.id.bytes(),
            number,
            key,
            sequence,
            &value.sealed,
            mapped,
        );
        self.run(ADD_VALUE, params).map(drop)
    }

    /// Takes a value away that nobody says any more.
    pub fn forget_special(&self, id: SpecialId) -> Result<(), StoreError> {
        self.told()?;
        self.run(FORGET_VALUE, [id.bytes()]).map(drop)
    }

    /// Takes away what a dataset has set aside.
    pub fn forget_specials_of(&self, dataset: DatasetId) -> Result<(), StoreError> {
        self.told()?;
        self.run(FORGET_OF_DATASET, [dataset.bytes()]).map(drop)
    }

    /// Takes away what a table has set aside.
    pub fn forget_specials_of_table(&self, table: MappedTableId) -> Result<(), StoreError> {
        self.told()?;
        self.run(FORGET_OF_TABLE, [table.bytes()]).map(drop)
    }

    /// Takes away what an item has set aside.
    pub(crate) fn forget_specials_of_item(&self, item: EvidenceId) -> Result<(), StoreError> {
        self.run(FORGET_OF_ITEM, [item.bytes()])?;
        self.run(FORGET_PASSAGES, [item.bytes()]).map(drop)
    }

    /// Keeps a passage that is set aside.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for setting passages aside.
    pub fn add_special_passage(
        &self,
        permit: &Permit,
        passage: &SpecialPassage,
    ) -> Result<(), StoreError> {
        sets_aside(permit)?;
        let (case, sequence) = (case_of(permit)?, self.told()?);
        let params = rusqlite::params![
            passage.id.bytes(),
            case.bytes(),
            passage.evidence.bytes(),
            passage.part,
            stored(passage.place.page),
            stored(passage.place.from as u64),
            stored(passage.place.length as u64),
            sequence,
            passage.sealed,
            passage.by.bytes(),
            passage.at.micros(),
        ];
        self.run(ADD_PASSAGE, params)?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }

    /// Keeps that something set aside bears on the conduct of a suspect, as somebody says.
    pub fn add_tie(&self, tie: &Tie) -> Result<(), StoreError> {
        let sequence = self.told()?;
        let (special, subject): (SpecialId, SubjectId) = (tie.special, tie.subject);
        self.run(
            ADD_TIE,
            (
                tie.id.bytes(),
                tie.case.bytes(),
                special.bytes(),
                subject.bytes(),
                tie.suspicion.bytes(),
                sequence,
                &tie.reason,
                tie.by.bytes(),
                tie.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case: tie.case });
        Ok(())
    }

    /// Keeps what another person decided on it. There is one decision at most.
    pub fn add_tie_ruling(
        &self,
        case: CaseId,
        tie: TieId,
        ruling: &Ruling,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_RULING,
            (
                tie.bytes(),
                sequence,
                ruling.approved,
                &ruling.words,
                ruling.by.bytes(),
                ruling.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }
}

/// Whether a permit is for setting passages aside, or for taking over those of another case.
pub(crate) fn sets_aside(permit: &Permit) -> Result<(), StoreError> {
    match permit.act() {
        Act::SetAside | Act::MergeCase => Ok(()),
        _ => Err(StoreError::WrongPermit {
            needs: "setting a passage aside",
        }),
    }
}
