//! Uniting what one delivery says of one record in several places.
//!
//! Parts meet in memory up to a limit. Beyond it they are put aside on disk, sorted by key, and meet when all are merged
//! at the end: so memory does not grow with the delivery.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};

use domain::schema::Model;
use domain::source::{Place, Record};

/// Estimated bytes of parts that are held in memory.
const LIMIT: usize = 192 << 20;
/// Estimated bytes that a value takes beside its text.
const OVERHEAD: usize = 160;

/// Says why two parts cannot be one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clash {
    pub(crate) key: String,
    pub(crate) place: Place,
    pub(crate) before: String,
    pub(crate) now: String,
}

/// What comes out at the end.
pub(crate) enum Settled {
    /// A record, values sorted and without duplicates.
    Record(Record),
    /// A part that was lost.
    Clash(Clash),
}

/// Parts of records by key: in the order in which keys were first met, or, where they had to be put aside, by key.
pub(crate) struct Fragments {
    places: HashMap<String, usize>,
    records: Vec<Option<Record>>,
    size: usize,
    limit: usize,
    aside: Vec<File>,
}

impl Fragments {
    /// Holds all parts in memory.
    pub(crate) fn held() -> Self {
        Self::limited(usize::MAX)
    }

    /// Puts parts aside on disk where they would take too much memory.
    pub(crate) fn spilled() -> Self {
        Self::limited(LIMIT)
    }

    fn limited(limit: usize) -> Self {
        Self {
            places: HashMap::new(),
            records: Vec::new(),
            size: 0,
            limit,
            aside: Vec::new(),
        }
    }

    /// Adds a part. Answers whether the record was new here; the part is lost when its schema does not fit.
    pub(crate) fn add(&mut self, part: Record) -> Result<bool, Clash> {
        self.size += weight(&part);
        if let Some(at) = self.places.get(&part.key) {
            let whole = self.records.get_mut(*at).and_then(Option::as_mut);
            return match whole {
                Some(whole) => unite(whole, part).map(|()| false),
                None => Ok(false),
            };
        }
        self.places.insert(part.key.clone(), self.records.len());
        self.records.push(Some(part));
        Ok(true)
    }

    /// Puts all parts aside where they have become too many.
    pub(crate) fn relieve(&mut self) -> io::Result<()> {
        if self.size < self.limit {
            return Ok(());
        }
        self.put_aside()
    }

    fn put_aside(&mut self) -> io::Result<()> {
        self.places = HashMap::new();
        self.size = 0;
        let mut all: Vec<Record> = std::mem::take(&mut self.records)
            .into_iter()
            .flatten()
            .collect();
        all.sort_by(|left, right| left.key.cmp(&right.key));
        let mut file = BufWriter::new(tempfile::tempfile()?);
        for record in &all {
            serde_json::to_writer(&mut file, record)?;
            file.write_all(b"\n")?;
        }
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.aside.push(file);
        Ok(())
    }

    /// Takes one record out.
    pub(crate) fn take(&mut self, key: &str) -> Option<Record> {
        let at = self.places.remove(key)?;
        self.records.get_mut(at)?.take()
    }

    /// Hands all records over.
    pub(crate) fn settle<E: From<io::Error>>(
        mut self,
        take: &mut dyn FnMut(Settled) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.aside.is_empty() {
            for mut record in self.records.into_iter().flatten() {
                tidy(&mut record);
                take(Settled::Record(record))?;
            }
            return Ok(());
        }
        self.put_aside()?;
        let mut runs: Vec<BufReader<File>> = self.aside.into_iter().map(BufReader::new).collect();
        let mut heads: Vec<Option<Record>> = Vec::new();
        let mut order = BinaryHeap::new();
        for (at, run) in runs.iter_mut().enumerate() {
            let head = next(run)?;
            if let Some(record) = &head {
                order.push(Reverse((record.key.clone(), at)));
            }
            heads.push(head);
        }
        let mut whole: Option<Record> = None;
        while let Some(Reverse((key, at))) = order.pop() {
            let (Some(run), Some(head)) = (runs.get_mut(at), heads.get_mut(at)) else {
                continue;
            };
            let following = next(run)?;
            if let Some(record) = &following {
                order.push(Reverse((record.key.clone(), at)));
            }
            let Some(part) = std::mem::replace(head, following) else {
                continue;
            };
            match &mut whole {
                Some(known) if known.key == key => {
                    if let Err(clash) = unite(known, part) {
                        take(Settled::Clash(clash))?;
                    }
                }
                _ => {
                    if let Some(mut done) = whole.replace(part) {
                        tidy(&mut done);
                        take(Settled::Record(done))?;
                    }
                }
            }
        }
        if let Some(mut done) = whole {
            tidy(&mut done);
            take(Settled::Record(done))?;
        }
        Ok(())
    }
}

fn next(run: &mut BufReader<File>) -> io::Result<Option<Record>> {
    let mut line = Vec::new();
    if run.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&line)?))
}

fn weight(record: &Record) -> usize {
    let texts = record.values.iter().map(|value| {
        let original = value.original.as_ref().map_or(0, String::len);
        value.property.len() + value.value.len() + original + OVERHEAD
    });
    record.key.len() * 2 + record.schema.len() + OVERHEAD + texts.sum::<usize>()
}

fn unite(whole: &mut Record, part: Record) -> Result<(), Clash> {
    if whole.schema != part.schema {
        let common = Model::standard().common(&whole.schema, &part.schema);
        let Some(common) = common else {
            return Err(Clash {
                key: part.key,
                place: part.place,
                before: whole.schema.clone(),
                now: part.schema,
            });
        };
        whole.schema = common.name.clone();
    }
    whole.values.extend(part.values);
    Ok(())
}

/// Sorts values and drops those said twice; of two spellings of one value the first in order stays.
pub(crate) fn tidy(record: &mut Record) {
    record.values.sort_unstable();
    record.values.dedup_by(|later, earlier| {
        later.property == earlier.property
            && later.value == earlier.value
            && later.language == earlier.language
    });
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io;

    use domain::source::{Place, Record, Value};

    use super::{Fragments, Settled};

    fn parts() -> impl Iterator<Item = Record> {
        (0..3000u64).map(|number| Record {
            key: format!("k{}", number * 7919 % 500),
            schema: match number {
                2700 => "Vessel",
                number if number % 3 == 0 => "Company",
                _ => "LegalEntity",
            }
            .to_owned(),
            values: vec![Value {
                property: "name".to_owned(),
                value: format!("Name {}", number % 40),
                original: None,
                language: None,
            }],
            place: Place {
                file: 0,
                row: number,
            },
        })
    }

    fn settled(limit: usize) -> (BTreeMap<String, Record>, usize, usize) {
        let mut fragments = Fragments::limited(limit);
        let (mut records, mut clashes) = (BTreeMap::new(), 0);
        for part in parts() {
            clashes += usize::from(fragments.add(part).is_err());
            fragments.relieve().unwrap();
        }
        let runs = fragments.aside.len();
        fragments
            .settle::<io::Error>(&mut |settled| {
                match settled {
                    Settled::Record(record) => {
                        let before = records.insert(record.key.clone(), record);
                        assert!(before.is_none(), "handed over twice");
                    }
                    Settled::Clash(_) => clashes += 1,
                }
                Ok(())
            })
            .unwrap();
        (records, clashes, runs)
    }

    #[test]
    fn records_are_the_same_whether_they_fit_in_memory_or_not() {
        let (held, clashes, runs) = settled(usize::MAX);
        assert_eq!((held.len(), clashes, runs), (500, 1, 0));
        let (aside, clashes, runs) = settled(40_000);
        assert!(runs > 5, "{runs}");
        assert_eq!(clashes, 1);
        assert_eq!(aside, held);
    }
}
