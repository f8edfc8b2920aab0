//! How many of the things found are of a schema, a dataset, a country. Never asked of persons.

use std::collections::HashMap;

use tantivy::columnar::StrColumn;

use crate::SearchError;
use crate::view::Segment;

/// How many of all hits are of a schema, a dataset, a country; the most frequent first, at most 50 of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// By schema name.
    pub schema: Vec<(String, u64)>,
    /// By dataset id in its text form.
    pub dataset: Vec<(String, u64)>,
    /// By country code.
    pub country: Vec<(String, u64)>,
}

const MOST_FACETS: usize = 50;

/// Facet counts of all segments.
#[derive(Default)]
pub(crate) struct Counts {
    schema: HashMap<String, u64>,
    dataset: HashMap<String, u64>,
    country: HashMap<String, u64>,
}

impl Counts {
    pub fn finish(self) -> Facets {
        let list = |counts: HashMap<String, u64>| {
            let mut list: Vec<(String, u64)> = counts.into_iter().collect();
            list.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
            list.truncate(MOST_FACETS);
            list
        };
        Facets {
            schema: list(self.schema),
            dataset: list(self.dataset),
            country: list(self.country),
        }
    }
}

/// Facet counts of one segment, by the columns' numbers.
pub(crate) struct SegmentCounts<'s> {
    schema: ColumnCounts<'s>,
    dataset: ColumnCounts<'s>,
    country: ColumnCounts<'s>,
}

impl<'s> SegmentCounts<'s> {
    pub fn new(segment: &'s Segment) -> Self {
        Self {
            schema: ColumnCounts::new(segment.schema.as_ref()),
            dataset: ColumnCounts::new(segment.dataset.as_ref()),
            country: ColumnCounts::new(segment.country.as_ref()),
        }
    }
    pub fn count(&mut self, document: u32) {
        self.schema.count(document);
        self.dataset.count(document);
        self.country.count(document);
    }
    pub fn add_to(self, counts: &mut Counts) -> Result<(), SearchError> {
        self.schema.add_to(&mut counts.schema)?;
        self.dataset.add_to(&mut counts.dataset)?;
        self.country.add_to(&mut counts.country)
    }
}

struct ColumnCounts<'s> {
    column: Option<&'s StrColumn>,
    counts: Vec<u64>,
}

impl<'s> ColumnCounts<'s> {
    fn new(column: Option<&'s StrColumn>) -> Self {
        Self {
            counts: vec![0; column.map_or(0, |column| column.num_terms())],
            column,
        }
    }
    fn count(&mut self, document: u32) {
        if let Some(column) = self.column {
            for number in column.ords().values_for_doc(document) {
                if let Some(count) = self.counts.get_mut(number as usize) {
                    *count += 1;
                }
            }
        }
    }
    fn add_to(self, all: &mut HashMap<String, u64>) -> Result<(), SearchError> {
        let Some(column) = self.column else {
            return Ok(());
        };
        let mut name = String::new();
        for (number, count) in self
            .counts
            .into_iter()
            .enumerate()
            .filter(|(_, count)| *count > 0)
        {
            name.clear();
            column.ord_to_str(number as u64, &mut name)?;
            *all.entry(name.clone()).or_default() += count;
        }
        Ok(())
    }
}
