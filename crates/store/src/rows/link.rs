//! Links of a record by one step, in both directions, as of any moment.
//!
//! A property of type entity holds the key of another record of the same dataset. On a schema that draws as a link (an
//! ownership, a directorship) the two such properties are its ends; on any other schema the property itself is the link.

use std::collections::BTreeMap;

use domain::id::{RecordId, StatementId};
use domain::policy::Permit;
use domain::schema::{Kind, Model};
use domain::statement::Sequence;

use crate::engine::view::View;
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::record::Known;
use crate::rows::statements;

/// One step from a record to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The record that says so: the link's own record, or for a direct link the one that bears the property.
    pub edge: RecordId,
    /// Its schema.
    pub edge_schema: String,
    /// The property that holds the other end; for a direct link the property itself.
    pub property: String,
    /// Whether the record asked about is the one pointed at (for a link record: whether it is the target's end).
    pub inward: bool,
    /// The record at the other end.
    pub other: RecordId,
    /// Its schema.
    pub other_schema: String,
    /// Its title.
    pub other_caption: String,
    /// The statements on which this rests.
    pub statements: Vec<StatementId>,
}

statements! {
    POINTING_HERE = "SELECT q.record, q.statement, s.property
        FROM reference q JOIN statement s ON s.record = q.record AND s.id = q.statement
        JOIN release b ON b.number = s.began
        WHERE q.dataset = ?1 AND q.target = ?2 AND b.sequence <= ?3 AND NOT EXISTS (
            SELECT 1 FROM statement_end e JOIN release r ON r.number = e.release
            WHERE e.record = s.record AND e.statement = s.id AND r.sequence <= ?3)
        ORDER BY q.record, q.statement LIMIT ?4";
}

impl View<'_> {
    /// The links of a record as of a moment: its own first, then those that point at it, at most `limit`.
    pub fn links(
        &self,
        permit: &Permit,
        id: RecordId,
        at: Sequence,
        limit: usize,
    ) -> Result<Vec<Link>, StoreError> {
        let Some(known) = self.known_record(id)? else {
            return Ok(Vec::new());
        };
        if !permit.covers(known.dataset_id) {
            return Ok(Vec::new());
        }
        let Some((schema, _)) = self.schema_at(known.number, at)? else {
            return Ok(Vec::new());
        };
        let mut links = Vec::new();
        self.outward(permit, &known, &schema, at, &mut links)?;
        self.inward(permit, &known, at, limit, &mut links)?;
        links.retain(|link| permit.shows(&link.property));
        links.truncate(limit);
        Ok(links)
    }

    /// What the record itself points at.
    fn outward(
        &self,
        permit: &Permit,
        known: &Known,
        schema: &str,
        at: Sequence,
        links: &mut Vec<Link>,
    ) -> Result<(), StoreError> {
        for (statement, property, key) in self.pointers(known.number, schema, at)? {
            if let Some((other, other_schema)) = self.target(known, &key, at)? {
                links.push(Link {
                    edge: known.id,
                    edge_schema: schema.to_owned(),
                    property,
                    inward: false,
                    other_caption: self.caption_of(permit, &other, &other_schema, at)?,
                    other: other.id,
                    other_schema,
                    statements: vec![statement],
                });
            }
        }
        Ok(())
    }

    /// What points at the record: directly, or as an end of a link record whose other ends it then follows.
    fn inward(
        &self,
        permit: &Permit,
        known: &Known,
        at: Sequence,
        limit: usize,
        links: &mut Vec<Link>,
    ) -> Result<(), StoreError> {
        let limit = stored(limit as u64).saturating_add(1);
        let params = (known.dataset, &known.key, stored(at.0), limit);
        let found = self.all(POINTING_HERE, params, |row| {
            Ok((row.signed(0)?, row.id(1)?, row.text(2)?))
        })?;
        let mut pointing: BTreeMap<i64, Vec<(StatementId, String)>> = BTreeMap::new();
        for (record, statement, property) in found {
            pointing
                .entry(record)
                .or_default()
                .push((statement, property));
        }
        for (number, here) in pointing {
            let Some(bearer) = self.record_numbered(number)? else {
                continue;
            };
            let Some((schema, true)) = self.schema_at(number, at)? else {
                continue;
            };
            match Model::standard().edge(&schema) {
                Some(edge) => {
                    let source = edge.source.clone();
                    self.across(permit, known, &bearer, &schema, &source, &here, at, links)?;
                }
                None => self.direct(permit, &bearer, &schema, here, at, links)?,
            }
        }
        Ok(())
    }

    fn direct(
        &self,
        permit: &Permit,
        bearer: &Known,
        schema: &str,
        here: Vec<(StatementId, String)>,
        at: Sequence,
        links: &mut Vec<Link>,
    ) -> Result<(), StoreError> {
        let caption = self.caption_of(permit, bearer, schema, at)?;
        for (statement, property) in here {
            links.push(Link {
                edge: bearer.id,
                edge_schema: schema.to_owned(),
                property,
                inward: true,
                other: bearer.id,
                other_schema: schema.to_owned(),
                other_caption: caption.clone(),
                statements: vec![statement],
            });
        }
        Ok(())
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one step of `inward`, taken out of its loop to be read alone"
    )]
    fn across(
        &self,
        permit: &Permit,
        known: &Known,
        edge: &Known,
        schema: &str,
        source: &str,
        here: &[(StatementId, String)],
        at: Sequence,
        links: &mut Vec<Link>,
    ) -> Result<(), StoreError> {
        for (statement, property, key) in self.pointers(edge.number, schema, at)? {
            // An end that is the record itself is not the other end, unless the link runs from it to itself.
            if key == known.key && here.iter().any(|(own, _)| *own == statement) {
                continue;
            }
            if let Some((other, other_schema)) = self.target(known, &key, at)? {
                let mut statements: Vec<StatementId> = here.iter().map(|(own, _)| *own).collect();
                statements.push(statement);
                links.push(Link {
                    edge: edge.id,
                    edge_schema: schema.to_owned(),
                    inward: here.iter().all(|(_, own)| own != source),
                    property,
                    other_caption: self.caption_of(permit, &other, &other_schema, at)?,
                    other: other.id,
                    other_schema,
                    statements,
                });
            }
        }
        Ok(())
    }

    /// The running statements of a record that hold keys of other records.
    fn pointers(
        &self,
        number: i64,
        schema: &str,
        at: Sequence,
    ) -> Result<Vec<(StatementId, String, String)>, StoreError> {
        let mut found = self.running_values(number, at)?;
        found.retain(|(_, property, _)| {
            Model::standard()
                .property(schema, property)
                .is_some_and(|property| property.kind == Kind::Entity)
        });
        Ok(found)
    }

    /// The record of a key beside another, if it is present at that moment.
    fn target(
        &self,
        beside: &Known,
        key: &str,
        at: Sequence,
    ) -> Result<Option<(Known, String)>, StoreError> {
        let Some(other) = self.record_keyed(beside.dataset_id, key)? else {
            return Ok(None);
        };
        Ok(match self.schema_at(other.number, at)? {
            Some((schema, true)) => Some((other, schema)),
            _ => None,
        })
    }
}
