//! What is searchable since the last commit: segments with the columns that the guard and the ranking read.

use std::sync::Arc;

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, Searcher, SegmentReader, TantivyDocument};

use domain::id::DatasetId;

use crate::SearchError;
use crate::layout::{Kept, Layout};

/// A searcher and its segments' columns, opened once per commit.
pub(crate) struct View {
    pub searcher: Searcher,
    pub segments: Vec<Segment>,
    pub watermark: u64,
}

/// A segment's columns.
#[derive(Clone)]
pub(crate) struct Segment {
    pub reader: SegmentReader,
    pub kind: Column<u64>,
    pub order: Column<u64>,
    pub tie: Column<u64>,
    pub length: Column<u64>,
    pub years: Column<i64>,
    pub dataset: Option<StrColumn>,
    pub sealed: Option<StrColumn>,
    pub country: Option<StrColumn>,
    pub schema: Option<StrColumn>,
    /// Datasets by their number in the `dataset` column.
    pub datasets: Arc<[DatasetId]>,
}

impl View {
    pub fn open(
        searcher: Searcher,
        watermark: u64,
        before: Option<&Self>,
    ) -> Result<Self, SearchError> {
        let segments = searcher
            .segment_readers()
            .iter()
            .map(|reader| Segment::open(reader, before))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            searcher,
            segments,
            watermark,
        })
    }

    /// Reads what was kept of a document.
    pub fn kept(&self, layout: &Layout, address: DocAddress) -> Result<Kept, SearchError> {
        let document: TantivyDocument = self.searcher.doc(address)?;
        let text = document.get_first(layout.kept);
        let text = text.as_ref().and_then(|value| {
            use tantivy::schema::Value;
            value.as_str()
        });
        serde_json::from_str(text.unwrap_or_default())
            .map_err(|error| SearchError::Folder(std::io::Error::other(error)))
    }
}

impl Segment {
    fn open(reader: &SegmentReader, before: Option<&View>) -> Result<Self, SearchError> {
        // The columns of a segment never change; only its deletions do.
        let known = before.and_then(|view| {
            view.segments
                .iter()
                .find(|segment| segment.reader.segment_id() == reader.segment_id())
        });
        if let Some(known) = known {
            return Ok(Self {
                reader: reader.clone(),
                ..known.clone()
            });
        }
        let fast = reader.fast_fields();
        let dataset = fast.str("dataset")?;
        Ok(Self {
            kind: fast.u64("kind")?,
            order: fast.u64("order")?,
            tie: fast.u64("tie")?,
            length: fast.u64("length")?,
            years: fast.i64("years")?,
            datasets: datasets(dataset.as_ref())?.into(),
            dataset,
            sealed: fast.str("sealed")?,
            country: fast.str("thing_country")?,
            schema: fast.str("thing_schema")?,
            reader: reader.clone(),
        })
    }
}

fn datasets(column: Option<&StrColumn>) -> Result<Vec<DatasetId>, SearchError> {
    let Some(column) = column else {
        return Ok(Vec::new());
    };
    let mut found = Vec::with_capacity(column.num_terms());
    let mut text = String::new();
    for number in 0..column.num_terms() as u64 {
        text.clear();
        column.ord_to_str(number, &mut text)?;
        let id = text
            .parse()
            .map_err(|error| SearchError::Folder(std::io::Error::other(error)))?;
        found.push(id);
    }
    Ok(found)
}
