//! Reading a record: every value with its sources and dates, as known on a day and as said for a day.

use std::collections::BTreeMap;

use domain::authority::{Actor, Purpose};
use domain::id::{CaseId, DatasetId, RecordId};
use domain::policy::{Act, Permit};
use domain::schema::{Kind, Model};
use domain::source::{Dataset, Place};
use domain::statement::{Sequence, Statement};
use domain::time::Moment;
use domain::watch::Reliance;
use store::{RecordView, VersionTold, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::gap;
use crate::purpose::purposes_of;
use crate::{Desk, DeskError};

/// A record as its page shows it.
#[derive(Debug, Clone)]
pub struct RecordPage {
    /// The record.
    pub record: RecordView,
    /// How it is called.
    pub caption: String,
    /// Running statements first, then ended ones, by property.
    pub statements: Vec<Statement>,
    /// Its dataset.
    pub dataset: Dataset,
    /// Labels of the releases named by the statements.
    pub releases: BTreeMap<domain::id::ReleaseId, String>,
    /// What in this case rests on it.
    pub reliances: Vec<Reliance>,
    /// Whether this is today's view.
    pub known_on: Option<Moment>,
    /// For what it was found and is used in this case, where these differ.
    pub purposes: Vec<Purpose>,
    /// Members of its identity, itself included.
    pub members: Vec<RecordId>,
    /// What the newest releases said of it, in the source's order, the newest first.
    pub versions: Vec<VersionTold>,
    /// What may be missing of its dataset, in words.
    pub gaps: Vec<String>,
    /// The passages of documents on which it rests, where it is the case's own: item, part, page and mention.
    pub anchors: Vec<store::Mention>,
    /// The rows of tables on which it rests, where it is the case's own: what each says, and where.
    pub rows: Vec<store::RowAnchor>,
    /// Records of the same dataset that its values name by key, with how they are called.
    pub linked: BTreeMap<String, (RecordId, String)>,
}

/// Versions that a page tells of.
const VERSIONS: usize = 30;

/// The delivered bytes behind a record.
#[derive(Debug, Clone)]
pub struct SourceRow {
    /// File name as delivered.
    pub file: String,
    /// SHA-256 of the stored file, hexadecimal, checked while it was read.
    pub sha256: String,
    /// Size of the stored file in bytes.
    pub size: u64,
    /// Where in the file.
    pub place: Place,
}

impl Desk {
    /// Reads a record. `known_on` gives the view of that moment; restriction and erasure always show as of today.
    pub fn record(
        &self,
        actor: &Actor,
        case: CaseId,
        record: RecordId,
        known_on: Option<Moment>,
    ) -> Result<RecordPage, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadRecord, case),
            |view, permit| {
                let at = self.sequence_of(view, known_on)?;
                let page = record_page(view, permit, record, at, known_on)?;
                let touched = [self.pseudonym(record.bytes())];
                Ok(Touched::new(page, touched))
            },
        )
    }

    /// Reads where a record was delivered, and checks the stored bytes against their hash.
    pub fn source_row(
        &self,
        actor: &Actor,
        case: CaseId,
        record: RecordId,
    ) -> Result<SourceRow, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadSource, case),
            |view, permit| {
                let found = view
                    .record(permit, record, Sequence::NOW)?
                    .ok_or(DeskError::NotFound("record"))?;
                let file = found.file.ok_or(DeskError::NotFound("source"))?;
                let blob = self.store().blob(&file.kept_sha256)?;
                let row = SourceRow {
                    file: file.name,
                    sha256: file.kept_sha256,
                    size: blob.len() as u64,
                    place: found.place,
                };
                let touched = [
                    self.pseudonym(record.bytes()),
                    format!("sha256:{}", row.sha256),
                ];
                Ok(Touched::new(row, touched))
            },
        )
    }

    /// Finds a record by its source's key.
    pub fn record_of_key(
        &self,
        actor: &Actor,
        case: CaseId,
        dataset: &str,
        key: &str,
    ) -> Result<Option<RecordId>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadRecord, case).asking(key),
            |view, permit| {
                let Some(dataset) = view.dataset_by_name(dataset)? else {
                    return Ok(Touched::new(None, []));
                };
                let found = view
                    .record_by_key(permit, dataset.id, key)?
                    .map(|record| record.id);
                let touched: Vec<String> = found
                    .iter()
                    .map(|record| self.pseudonym(record.bytes()))
                    .collect();
                Ok(Touched::new(found, touched))
            },
        )
    }

    pub(crate) fn sequence_of(
        &self,
        view: &View<'_>,
        known_on: Option<Moment>,
    ) -> Result<Sequence, DeskError> {
        match known_on {
            None => Ok(Sequence::NOW),
            Some(moment) if moment > self.now() => {
                Err(DeskError::malformed("known_on", "lies in the future"))
            }
            Some(moment) => Ok(view.sequence_at(moment)?),
        }
    }
}

fn record_page(
    view: &View<'_>,
    permit: &Permit,
    record: RecordId,
    at: Sequence,
    known_on: Option<Moment>,
) -> Result<RecordPage, DeskError> {
    let found = view
        .record(permit, record, at)?
        .ok_or(DeskError::NotFound("record"))?;
    let dataset = view
        .dataset(found.dataset)?
        .ok_or(DeskError::NotFound("record"))?;
    let mut statements = view.statements(permit, record, at, true)?;
    statements.sort_by(|a, b| {
        (a.ended.is_some(), &a.property, &a.value).cmp(&(b.ended.is_some(), &b.property, &b.value))
    });
    let judgements = view.judgements(permit, at)?;
    let members = domain::identity::Identities::closure(&judgements).members(record);
    let linked = linked(view, permit, &dataset, &statements)?;
    let (anchors, rows) = crate::own_records::anchors(view, permit, &dataset, &found.key)?;
    Ok(RecordPage {
        anchors,
        rows,
        linked,
        versions: view.versions_told(permit, record, at, VERSIONS)?,
        gaps: gap::words_of(view, dataset.id)?,
        purposes: purposes_of(view, permit, record)?,
        caption: caption(view, permit, record)?,
        releases: labels(view, dataset.id)?,
        reliances: view.reliances_on(permit, record)?,
        record: found,
        statements,
        dataset,
        known_on,
        members,
    })
}

/// The records that values of the type "another record" name.
fn linked(
    view: &View<'_>,
    permit: &Permit,
    dataset: &Dataset,
    statements: &[Statement],
) -> Result<BTreeMap<String, (RecordId, String)>, DeskError> {
    let mut found = BTreeMap::new();
    for statement in statements {
        let property = Model::standard().property(&statement.schema, &statement.property);
        if property.is_none_or(|property| property.kind != Kind::Entity) {
            continue;
        }
        if let Some(record) = view.record_by_key(permit, dataset.id, &statement.value)? {
            let name = caption(view, permit, record.id)?;
            found.insert(statement.value.clone(), (record.id, name));
        }
    }
    Ok(found)
}

pub(crate) fn caption(
    view: &View<'_>,
    permit: &Permit,
    record: RecordId,
) -> Result<String, DeskError> {
    Ok(view
        .caption(permit, &[record])?
        .into_iter()
        .next()
        .map(|(_, caption)| caption)
        .unwrap_or_default())
}

fn labels(
    view: &View<'_>,
    dataset: DatasetId,
) -> Result<BTreeMap<domain::id::ReleaseId, String>, DeskError> {
    Ok(view
        .releases(dataset)?
        .into_iter()
        .map(|line| (line.release.id, line.release.label))
        .collect())
}
