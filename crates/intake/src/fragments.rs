//! Uniting what one delivery says of one record in several places.

use std::collections::HashMap;

use domain::schema::Model;
use domain::source::Record;

/// Says why two parts cannot be one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clash {
    pub(crate) before: String,
    pub(crate) now: String,
}

/// Parts of records by key, in the order in which keys were first met.
#[derive(Debug, Default)]
pub(crate) struct Fragments {
    places: HashMap<String, usize>,
    records: Vec<Option<Record>>,
}

impl Fragments {
    /// Adds a part. Answers whether the record was new; the part is lost when its schema does not fit.
    pub(crate) fn add(&mut self, part: Record) -> Result<bool, Clash> {
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

    /// Takes one record out.
    pub(crate) fn take(&mut self, key: &str) -> Option<Record> {
        let at = self.places.remove(key)?;
        self.records.get_mut(at)?.take()
    }

    /// Gives all records in order, values sorted and without duplicates.
    pub(crate) fn into_records(self) -> impl Iterator<Item = Record> {
        self.records.into_iter().flatten().map(|mut record| {
            tidy(&mut record);
            record
        })
    }
}

fn unite(whole: &mut Record, part: Record) -> Result<(), Clash> {
    if whole.schema != part.schema {
        let common = Model::standard().common(&whole.schema, &part.schema);
        let Some(common) = common else {
            return Err(Clash {
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
