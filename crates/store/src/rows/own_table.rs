//! Tables of documents that were mapped to records of a case's own dataset: what each row says, and where it stands. An
//! erasure of the item takes the words away.

use domain::id::{CaseId, EvidenceId, MappedTableId, UserId};
use domain::policy::{Act, Permit};
use domain::time::Moment;
use rusqlite::{Row, params};

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::statements;
use crate::rows::subject::case_of;

/// A table of a document that was mapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedTable {
    /// Its id.
    pub id: MappedTableId,
    /// The case.
    pub case: CaseId,
    /// The item.
    pub evidence: EvidenceId,
    /// The file inside; empty for the item itself.
    pub part: String,
    /// SHA-256 of the file's bytes.
    pub sha256: String,
    /// The page, sheet or slide.
    pub page: u64,
    /// Which of the page's tables, from 1.
    pub position: u64,
    /// The heads of its columns, in words.
    pub heads: String,
    /// The mapping file.
    pub mapping: String,
    /// Its SHA-256.
    pub mapping_sha256: String,
    /// Rows read.
    pub read: u64,
    /// Rows refused.
    pub refused: u64,
    /// Values dropped from rows that were taken.
    pub dropped: u64,
    /// Records that its rows speak of.
    pub records: u64,
    /// Why it was mapped.
    pub reason: String,
    /// By whom.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// Somebody took back what a table says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableEnd {
    /// Why.
    pub reason: String,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// A mapped table with the name of its item, and whether it still speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedTableLine {
    /// The table.
    pub table: MappedTable,
    /// Name of its item.
    pub name: String,
    /// Who took it back, and why.
    pub ended: Option<TableEnd>,
}

/// What one row of a table says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedValue {
    /// Key of the record, a digest.
    pub key: String,
    /// Kind of entity.
    pub schema: String,
    /// The property.
    pub property: String,
    /// The value.
    pub value: String,
    /// The words of the cell.
    pub original: String,
    /// The row, as the table counts them.
    pub row: u64,
    /// The columns, in words.
    pub columns: String,
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedRefusal {
    /// The row, as the table counts them.
    pub row: u64,
    /// The column at fault; empty where none is.
    pub field: String,
    /// Why.
    pub reason: String,
    /// The row as it was.
    pub raw: String,
}

/// A value of a case's own record that stands in a row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowAnchor {
    /// The mapped table.
    pub table: MappedTableId,
    /// The item.
    pub evidence: EvidenceId,
    /// Its name.
    pub name: String,
    /// The file inside; empty for the item itself.
    pub part: String,
    /// The page, sheet or slide.
    pub page: u64,
    /// Which of the page's tables.
    pub position: u64,
    /// What the row says.
    pub said: MappedValue,
}

statements! {
    ADD_TABLE = "INSERT INTO mapped_table (id, case_id, sequence, evidence, part, sha256, page, position, heads, mapping,
            mapping_sha256, rows_read, rows_refused, dropped, records, reason, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
    ADD_VALUE = "INSERT INTO mapped_value (mapped, position, key, schema, property, value, original, at_row, at_columns)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    ADD_REFUSAL = "INSERT INTO mapped_refusal (mapped, position, at_row, field, reason, raw) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    TABLES = "SELECT t.id, t.case_id, t.evidence, t.part, t.sha256, t.page, t.position, t.heads, t.mapping,
            t.mapping_sha256, t.rows_read, t.rows_refused, t.dropped, t.records, t.reason, t.by_user, t.at, v.name,
            e.reason, e.by_user, e.at
        FROM mapped_table t JOIN open_evidence v ON v.id = t.evidence LEFT JOIN mapped_table_end e ON e.mapped = t.id
        WHERE t.case_id = ?1 AND t.mapping <> '' ORDER BY t.sequence DESC, t.id LIMIT ?2";
    TABLE = "SELECT t.id, t.case_id, t.evidence, t.part, t.sha256, t.page, t.position, t.heads, t.mapping,
            t.mapping_sha256, t.rows_read, t.rows_refused, t.dropped, t.records, t.reason, t.by_user, t.at, v.name,
            e.reason, e.by_user, e.at
        FROM mapped_table t JOIN open_evidence v ON v.id = t.evidence LEFT JOIN mapped_table_end e ON e.mapped = t.id
        WHERE t.case_id = ?1 AND t.id = ?2 AND t.mapping <> ''";
    SAME_TABLE = "SELECT count(*) FROM mapped_table t WHERE t.case_id = ?1 AND t.evidence = ?2 AND t.part = ?3 AND t.page = ?4
            AND t.position = ?5 AND t.mapping_sha256 = ?6
            AND NOT EXISTS (SELECT 1 FROM mapped_table_end e WHERE e.mapped = t.id)";
    REFUSALS = "SELECT at_row, field, reason, raw FROM mapped_refusal WHERE mapped = ?1 ORDER BY position LIMIT ?2";
    KEYS_OF_TABLE = "SELECT DISTINCT key FROM mapped_value WHERE mapped = ?1 ORDER BY key";
    SAID_BY_ROWS = "SELECT v.key, v.schema, v.property, v.value, v.original, v.at_row, v.at_columns FROM mapped_value v
        JOIN mapped_table t ON t.id = v.mapped JOIN open_evidence i ON i.id = t.evidence
        WHERE t.case_id = ?1 AND v.key = ?2 AND NOT EXISTS (SELECT 1 FROM mapped_table_end e WHERE e.mapped = t.id)
        ORDER BY t.sequence, t.id, v.position";
    OWN_ROWS = "SELECT v.key, v.schema, v.property, v.value, v.original, v.at_row, v.at_columns, t.id, t.evidence, i.name,
            t.part, t.page, t.position FROM mapped_value v
        JOIN mapped_table t ON t.id = v.mapped JOIN open_evidence i ON i.id = t.evidence
        WHERE t.case_id = ?1 AND v.key = ?2 AND NOT EXISTS (SELECT 1 FROM mapped_table_end e WHERE e.mapped = t.id)
        ORDER BY t.sequence, t.id, v.position LIMIT 200";
    END_TABLE = "INSERT INTO mapped_table_end (mapped, sequence, reason, by_user, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    KEYS_OF_ITEM = "SELECT DISTINCT v.key FROM mapped_value v JOIN mapped_table t ON t.id = v.mapped
        WHERE t.evidence = ?1 ORDER BY v.key";
    FORGET_VALUES = "DELETE FROM mapped_value WHERE mapped IN (SELECT id FROM mapped_table WHERE evidence = ?1)";
    FORGET_REFUSALS = "DELETE FROM mapped_refusal WHERE mapped IN (SELECT id FROM mapped_table WHERE evidence = ?1)";
    BLANK_TABLES = "UPDATE mapped_table SET part = '', heads = '', mapping = '', reason = '' WHERE evidence = ?1";
    BLANK_ENDS = "UPDATE mapped_table_end SET reason = ''
        WHERE mapped IN (SELECT id FROM mapped_table WHERE evidence = ?1)";
}

fn line(row: &Row<'_>) -> Result<MappedTableLine, StoreError> {
    let ended: Option<String> = row.get(18)?;
    let ended = ended.map(|reason| {
        Ok::<_, StoreError>(TableEnd {
            reason,
            by: row.id(19)?,
            at: row.moment(20)?,
        })
    });
    Ok(MappedTableLine {
        table: MappedTable {
            id: row.id(0)?,
            case: row.id(1)?,
            evidence: row.id(2)?,
            part: row.text(3)?,
            sha256: row.text(4)?,
            page: row.number(5)?,
            position: row.number(6)?,
            heads: row.text(7)?,
            mapping: row.text(8)?,
            mapping_sha256: row.text(9)?,
            read: row.number(10)?,
            refused: row.number(11)?,
            dropped: row.number(12)?,
            records: row.number(13)?,
            reason: row.text(14)?,
            by: row.id(15)?,
            at: row.moment(16)?,
        },
        name: row.text(17)?,
        ended: ended.transpose()?,
    })
}

fn value(row: &Row<'_>) -> Result<MappedValue, StoreError> {
    Ok(MappedValue {
        key: row.text(0)?,
        schema: row.text(1)?,
        property: row.text(2)?,
        value: row.text(3)?,
        original: row.text(4)?,
        row: row.number(5)?,
        columns: row.text(6)?,
    })
}

impl View<'_> {
    /// Tables that were mapped in the permit's case, the newest first.
    pub fn mapped_tables(
        &self,
        permit: &Permit,
        limit: usize,
    ) -> Result<Vec<MappedTableLine>, StoreError> {
        let case = case_of(permit)?;
        self.all(TABLES, (case.bytes(), stored(limit as u64)), line)
    }

    /// One mapped table of the permit's case.
    pub fn mapped_table(
        &self,
        permit: &Permit,
        id: MappedTableId,
    ) -> Result<Option<MappedTableLine>, StoreError> {
        self.one(TABLE, (case_of(permit)?.bytes(), id.bytes()), line)
    }

    /// Rows of a mapped table that were not taken, in their order.
    pub fn mapped_refusals(
        &self,
        permit: &Permit,
        id: MappedTableId,
        limit: usize,
    ) -> Result<Vec<MappedRefusal>, StoreError> {
        if self.mapped_table(permit, id)?.is_none() {
            return Ok(Vec::new());
        }
        self.all(REFUSALS, (id.bytes(), stored(limit as u64)), |row| {
            Ok(MappedRefusal {
                row: row.number(0)?,
                field: row.text(1)?,
                reason: row.text(2)?,
                raw: row.text(3)?,
            })
        })
    }

    /// Keys of the records that a mapped table speaks of.
    pub fn keys_of_mapped(&self, id: MappedTableId) -> Result<Vec<String>, StoreError> {
        self.all(KEYS_OF_TABLE, [id.bytes()], |row| row.text(0))
    }

    /// What rows of tables that nobody took back say of a record in a case.
    pub fn said_by_rows(&self, case: CaseId, key: &str) -> Result<Vec<MappedValue>, StoreError> {
        self.all(SAID_BY_ROWS, (case.bytes(), key), value)
    }

    /// The rows of tables on which a record of the permit's case's own rests.
    pub fn rows_of_own(&self, permit: &Permit, key: &str) -> Result<Vec<RowAnchor>, StoreError> {
        self.all(OWN_ROWS, (case_of(permit)?.bytes(), key), |row| {
            Ok(RowAnchor {
                said: value(row)?,
                table: row.id(7)?,
                evidence: row.id(8)?,
                name: row.text(9)?,
                part: row.text(10)?,
                page: row.number(11)?,
                position: row.number(12)?,
            })
        })
    }

    /// The keys of what tables of an item speak of.
    pub(crate) fn mapped_keys_of_item(&self, item: EvidenceId) -> Result<Vec<String>, StoreError> {
        self.all(KEYS_OF_ITEM, [item.bytes()], |row| row.text(0))
    }
}

impl Tx<'_> {
    /// Whether the very same table speaks already by the very same mapping.
    pub fn is_mapped(&self, table: &MappedTable) -> Result<bool, StoreError> {
        let params = (
            table.case.bytes(),
            table.evidence.bytes(),
            &table.part,
            stored(table.page),
            stored(table.position),
            &table.mapping_sha256,
        );
        Ok(self.figure(SAME_TABLE, params)?.unwrap_or(0) > 0)
    }

    /// Keeps a mapped table with what its rows say and those that were not taken.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for mapping tables in this very case.
    pub fn add_mapped_table(
        &self,
        permit: &Permit,
        table: &MappedTable,
        values: &[MappedValue],
        refusals: &[MappedRefusal],
    ) -> Result<(), StoreError> {
        if maps(permit)? != table.case {
            return Err(StoreError::WrongPermit {
                needs: "mapping tables in this case",
            });
        }
        let sequence = self.told()?;
        self.run(
            ADD_TABLE,
            params![
                table.id.bytes(),
                table.case.bytes(),
                sequence,
                table.evidence.bytes(),
                table.part,
                table.sha256,
                stored(table.page),
                stored(table.position),
                table.heads,
                table.mapping,
                table.mapping_sha256,
                stored(table.read),
                stored(table.refused),
                stored(table.dropped),
                stored(table.records),
                table.reason,
                table.by.bytes(),
                table.at.micros(),
            ],
        )?;
        for (position, said) in (0_i64..).zip(values) {
            self.run(
                ADD_VALUE,
                params![
                    table.id.bytes(),
                    position,
                    said.key,
                    said.schema,
                    said.property,
                    said.value,
                    said.original,
                    stored(said.row),
                    said.columns,
                ],
            )?;
        }
        for (position, refused) in (0_i64..).zip(refusals) {
            self.run(
                ADD_REFUSAL,
                params![
                    table.id.bytes(),
                    position,
                    stored(refused.row),
                    refused.field,
                    refused.reason,
                    refused.raw,
                ],
            )?;
        }
        self.announce(Event::CaseChanged { case: table.case });
        Ok(())
    }

    /// Lets a mapped table say nothing any more.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for mapping tables.
    pub fn end_mapped_table(
        &self,
        permit: &Permit,
        id: MappedTableId,
        end: &TableEnd,
    ) -> Result<(), StoreError> {
        let case = maps(permit)?;
        let sequence = self.told()?;
        let params = (
            id.bytes(),
            sequence,
            &end.reason,
            end.by.bytes(),
            end.at.micros(),
        );
        self.run(END_TABLE, params)?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }

    /// Takes away what tables of an item say; gives the keys of what they spoke of.
    pub fn unmap_item(&self, item: EvidenceId) -> Result<Vec<String>, StoreError> {
        self.told()?;
        let keys = self.mapped_keys_of_item(item)?;
        self.run(FORGET_VALUES, [item.bytes()])?;
        self.forget_specials_of_item(item)?;
        self.run(FORGET_REFUSALS, [item.bytes()])?;
        self.run(BLANK_TABLES, [item.bytes()])?;
        self.run(BLANK_ENDS, [item.bytes()])?;
        Ok(keys)
    }
}

fn maps(permit: &Permit) -> Result<CaseId, StoreError> {
    if permit.act() != Act::MapTable {
        return Err(StoreError::WrongPermit {
            needs: "mapping tables of documents",
        });
    }
    case_of(permit)
}
