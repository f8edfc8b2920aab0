//! What a server's log says, in the form of its plugin `pgoutput`, version 1.

use std::collections::HashMap;
use std::sync::Arc;

use super::place::Position;
use super::wire::{Cut, Value};

/// A table as the log describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    /// Which columns tell one row from another.
    pub(super) key: Vec<bool>,
    /// Whether rows are told of whole when they go.
    pub(super) whole: bool,
}

impl Table {
    pub(super) fn full(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }
}

/// A cell of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Said(Value),
    /// A long value that did not change and is not said again.
    Unsaid,
}

pub(super) type Row = Vec<Cell>;

/// One thing that the log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    Begin,
    Table(Arc<Table>),
    /// What a row was, where that is said, and what it is now.
    Row {
        table: Arc<Table>,
        before: Option<Row>,
        now: Option<Row>,
        new: bool,
    },
    /// Tables that were emptied.
    Emptied(Vec<String>),
    Commit {
        end: Position,
    },
}

/// Reads messages of the log one after the other.
#[derive(Default)]
pub(super) struct Reader {
    tables: HashMap<u32, Arc<Table>>,
}

impl Reader {
    /// Reads one message; nothing where it concerns nobody here.
    pub(super) fn read(&mut self, message: &[u8]) -> Result<Option<Said>, &'static str> {
        let wrong = super::wire::NONSENSE;
        self.cut(message).ok_or(wrong)
    }

    fn cut(&mut self, message: &[u8]) -> Option<Option<Said>> {
        let mut cut = Cut(message);
        Some(match cut.byte()? {
            b'B' => Some(Said::Begin),
            b'C' => {
                cut.bytes(9)?;
                Some(Said::Commit {
                    end: Position(cut.long()?),
                })
            }
            b'R' => {
                let id = cut.int()?;
                let table = Arc::new(table(&mut cut)?);
                self.tables.insert(id, Arc::clone(&table));
                Some(Said::Table(table))
            }
            b'I' => {
                let table = self.known(&mut cut)?;
                cut.byte()?;
                let now = Some(row(&mut cut)?);
                Some(Said::Row {
                    table,
                    before: None,
                    now,
                    new: true,
                })
            }
            b'U' => {
                let table = self.known(&mut cut)?;
                let mut before = None;
                let mut kind = cut.byte()?;
                if kind != b'N' {
                    before = Some(row(&mut cut)?);
                    kind = cut.byte()?;
                }
                let now = Some((kind == b'N').then(|| row(&mut cut))??);
                Some(Said::Row {
                    table,
                    before,
                    now,
                    new: false,
                })
            }
            b'D' => {
                let table = self.known(&mut cut)?;
                cut.byte()?;
                let before = Some(row(&mut cut)?);
                Some(Said::Row {
                    table,
                    before,
                    now: None,
                    new: false,
                })
            }
            b'T' => {
                let count = cut.int()?;
                cut.byte()?;
                let mut names = Vec::new();
                for _ in 0..count {
                    names.push(self.known(&mut cut)?.full());
                }
                Some(Said::Emptied(names))
            }
            _ => None,
        })
    }

    fn known(&self, cut: &mut Cut<'_>) -> Option<Arc<Table>> {
        self.tables.get(&cut.int()?).cloned()
    }
}

fn table(cut: &mut Cut<'_>) -> Option<Table> {
    let (schema, name) = (cut.text()?, cut.text()?);
    let whole = cut.byte()? == b'f';
    let (mut columns, mut key) = (Vec::new(), Vec::new());
    for _ in 0..cut.short()? {
        key.push(cut.byte()? & 1 == 1);
        columns.push(cut.text()?);
        cut.bytes(8)?;
    }
    Some(Table {
        schema,
        name,
        columns,
        key,
        whole,
    })
}

fn row(cut: &mut Cut<'_>) -> Option<Row> {
    let mut cells = Vec::new();
    for _ in 0..cut.short()? {
        cells.push(match cut.byte()? {
            b'n' => Cell::Said(None),
            b'u' => Cell::Unsaid,
            _ => {
                let length = usize::try_from(cut.int()?).ok()?;
                Cell::Said(Some(cut.bytes(length)?.to_vec()))
            }
        });
    }
    Some(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation() -> Vec<u8> {
        let mut message = b"R\0\0\0\x07public\0companies\0d\0\x02".to_vec();
        message.extend(b"\x01id\0\0\0\0\x17\xff\xff\xff\xff");
        message.extend(b"\0name\0\0\0\0\x19\xff\xff\xff\xff");
        message
    }

    #[test]
    fn rows_are_read_against_the_table_that_was_described_before() {
        let mut reader = Reader::default();
        let insert = b"I\0\0\0\x07N\0\x02t\0\0\0\x011t\0\0\0\x02Ab";
        assert!(
            reader.read(insert).is_err(),
            "of a table that nobody described"
        );
        let Ok(Some(Said::Table(table))) = reader.read(&relation()) else {
            panic!()
        };
        assert_eq!(
            (table.full().as_str(), table.key.as_slice()),
            ("public.companies", &[true, false][..])
        );
        let Ok(Some(Said::Row {
            now: Some(now),
            new: true,
            ..
        })) = reader.read(insert)
        else {
            panic!()
        };
        assert_eq!(
            now,
            [
                Cell::Said(Some(b"1".to_vec())),
                Cell::Said(Some(b"Ab".to_vec()))
            ]
        );
        let update = b"U\0\0\0\x07K\0\x02t\0\0\0\x011nN\0\x02t\0\0\0\x012u";
        let Ok(Some(Said::Row {
            before: Some(before),
            now: Some(now),
            ..
        })) = reader.read(update)
        else {
            panic!()
        };
        assert_eq!((before.len(), now.last()), (2, Some(&Cell::Unsaid)));
        for end in 1..update.len() {
            assert!(
                reader.read(update.get(..end).unwrap()).is_err(),
                "cut at {end}"
            );
        }
        assert_eq!(reader.read(b"Y"), Ok(None));
    }
}
