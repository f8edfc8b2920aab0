//! What follows from what was committed: the text index and the proposals, each under its own watermark.
//!
//! Both read the store's change feed from where they stopped. After a crash they go on from their last commit; when the
//! index was damaged it starts from nothing. Truth never waits for them, and screens show how far they are.

use std::collections::HashSet;

use domain::case::SubjectKind;
use domain::id::RecordId;
use domain::policy::fields;
use domain::policy::selector::MOST_PERSONS;
use domain::schema::{Kind, Model, Property};
use domain::source::Dataset;
use domain::statement::Sequence;
use search::Document;
use store::{FeedPlace, ScanRecord, Standing, StoreError, View};

use crate::{Desk, DeskError};

/// Records read from the feed at a time.
const BATCH: usize = 2_000;

/// How far derived things are behind the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    /// Sequence up to which records can be found by text.
    pub index: Sequence,
    /// Sequence up to which proposals were made.
    pub proposals: Sequence,
    /// Whether publications wait to be followed.
    pub waiting: bool,
}

impl Desk {
    /// Brings the text index and the proposals up to what is committed. One at a time; others wait.
    pub fn catch_up(&self, progress: &mut dyn FnMut(u64)) -> Result<(), DeskError> {
        let _one = self
            .inner
            .follower
            .lock()
            .map_err(|_| DeskError::Internal("the follower failed before".into()))?;
        self.catch_up_index(progress)?;
        self.catch_up_proposals()
    }

    fn catch_up_index(&self, progress: &mut dyn FnMut(u64)) -> Result<(), DeskError> {
        let standing = self.store().standing("index");
        let mut at = FeedPlace {
            sequence: Sequence(self.index().watermark()),
            record: None,
        };
        let mut done = 0;
        loop {
            let (changed, next) = self
                .store()
                .read(|view| view.changed_records_from(&standing, at, BATCH))?;
            if changed.is_empty() {
                break;
            }
            let changed: Vec<RecordId> = changed.into_iter().map(|(_, record, _)| record).collect();
            let (documents, gone) = self.documents(&standing, &changed)?;
            done += changed.len() as u64;
            at = next;
            // Only a place between two publications is a watermark: a crash inside one starts it again.
            let watermark = if at.record.is_none() {
                at.sequence.0
            } else {
                at.sequence.0.saturating_sub(1)
            };
            self.index().apply(&documents, &gone, watermark)?;
            progress(done);
        }
        self.index().commit()?;
        Ok(())
    }

    fn documents(
        &self,
        standing: &Standing,
        changed: &[RecordId],
    ) -> Result<(Vec<Document>, Vec<RecordId>), DeskError> {
        let (records, datasets) = self.store().read(|view| {
            Ok((
                scan_all(view, standing, changed)?,
                view.all_datasets(standing)?,
            ))
        })?;
        let documents: Vec<Document> = records
            .iter()
            .filter_map(|record| document(record, &datasets))
            .collect();
        let shown: HashSet<RecordId> = documents.iter().map(|document| document.record).collect();
        let gone = changed
            .iter()
            .filter(|id| !shown.contains(id))
            .copied()
            .collect();
        Ok((documents, gone))
    }

    /// How far derived things are.
    pub fn behind(&self) -> Result<Behind, DeskError> {
        let standing = self.store().standing("health");
        let index = Sequence(self.index().watermark());
        let (proposals, next) = self.store().read(|view| {
            let proposals = view.watermark("proposals")?;
            let from = FeedPlace {
                sequence: index.min(proposals),
                record: None,
            };
            Ok((proposals, view.changed_records_from(&standing, from, 1)?.0))
        })?;
        Ok(Behind {
            index,
            proposals,
            waiting: !next.is_empty(),
        })
    }

    /// Compares the index with the store: as many documents as present records, and nothing behind.
    pub(crate) fn check_index(&self) -> Result<Vec<String>, DeskError> {
        let standing = self.store().standing("check");
        let (mut after, mut expected) = (None, 0u64);
        let datasets = self.store().read(|view| view.all_datasets(&standing))?;
        loop {
            let records = self
                .store()
                .read(|view| view.scan(&standing, after, BATCH))?;
            let Some(last) = records.last() else { break };
            after = Some(last.id);
            expected += records
                .iter()
                .filter(|record| document(record, &datasets).is_some())
                .count() as u64;
        }
        let there = self.index().records();
        Ok(if there == expected {
            Vec::new()
        } else {
            vec![format!(
                "the search index holds {there} records where the store has {expected}"
            )]
        })
    }
}

/// The present ones among some records, as derived stores read them.
pub(crate) fn scan_all(
    view: &View<'_>,
    standing: &Standing,
    records: &[RecordId],
) -> Result<Vec<ScanRecord>, StoreError> {
    let mut found = Vec::with_capacity(records.len());
    for record in records {
        found.extend(view.scan_one(standing, *record)?);
    }
    Ok(found)
}

/// What of a record can be found by text; records that only link two others are walked, not searched.
fn document(record: &ScanRecord, datasets: &[Dataset]) -> Option<Document> {
    let model = Model::standard();
    let schema = model.schema(&record.schema)?;
    let dataset = datasets
        .iter()
        .find(|dataset| dataset.id == record.dataset)?;
    if schema.edge.is_some() {
        return None;
    }
    let person = model.person_kind(&record.schema).guarded();
    let mut document = Document {
        record: record.id,
        dataset: dataset.id,
        kind: kind_of(&record.schema),
        schema: record.schema.clone(),
        sealed_case: dataset.sealed(),
        person,
        names: Vec::new(),
        identifiers: Vec::new(),
        contacts: Vec::new(),
        birth: Vec::new(),
        addresses: Vec::new(),
        associates: Vec::new(),
        countries: Vec::new(),
        dates: Vec::new(),
        text: Vec::new(),
        caption: caption(record),
    };
    for (property, value) in &record.values {
        if let Some(known) = model.property(&record.schema, property) {
            place(&mut document, known, value);
        }
    }
    Some(document)
}

/// Puts a value where it can be asked for. What is never a selector is put nowhere, nor what some purpose may not read:
/// being found by it would tell. Contacts are asked for apart, so the question itself is refused where they may not be read.
fn place(document: &mut Document, property: &Property, value: &str) {
    if domain::schema::traits::never_selector(&property.name)
        || domain::schema::traits::special(&property.name)
    {
        return;
    }
    let contact = matches!(property.kind, Kind::Email | Kind::Phone);
    if !contact && !fields::shown_always(&property.name) {
        return;
    }
    let value = value.to_owned();
    match property.kind {
        Kind::Name => document.names.push(value),
        Kind::Identifier | Kind::Checksum | Kind::Ip => document.identifiers.push(value),
        Kind::Email | Kind::Phone => document.contacts.push(value),
        Kind::Address => document.addresses.push(value),
        Kind::Date if property.name == "birthDate" => document.birth.push(value),
        Kind::Date => document.dates.push(value),
        Kind::Country if !document.person => document.countries.push(value),
        Kind::String | Kind::Text | Kind::Url if !document.person => document.text.push(value),
        _ => {}
    }
}

/// The kind of thing a schema describes.
pub fn kind_of(schema: &str) -> SubjectKind {
    let model = Model::standard();
    let is = |ancestor: &str| model.is_a(schema, ancestor);
    if model.person_kind(schema).guarded() {
        SubjectKind::Persons
    } else if is("Organization") || is("Company") || is("PublicBody") {
        SubjectKind::Organisations
    } else if is("Asset") || is("Address") {
        SubjectKind::Assets
    } else {
        SubjectKind::Papers
    }
}

/// How a record is called: the first value of its schema's caption properties that every purpose may read.
pub(crate) fn caption(record: &ScanRecord) -> String {
    Model::standard()
        .caption(&record.schema)
        .iter()
        .filter(|name| fields::shown_always(name))
        .find_map(|name| record.values.iter().find(|(property, _)| property == name))
        .map_or_else(|| record.schema.clone(), |(_, value)| value.clone())
}

// Invariant: a person's document holds nothing that could be faceted; the index asserts the cap of persons again.
const _: () = assert!(MOST_PERSONS <= 50);
