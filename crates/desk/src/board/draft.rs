//! A board while it is being read: nodes by identity, and what was read of them.

use std::collections::{BTreeMap, HashMap};

use domain::case::SubjectRole;
use domain::id::{DatasetId, IdentityId, RecordId};
use domain::identity::Identities;
use domain::policy::Permit;
use domain::policy::selector::MOST_PERSONS;
use domain::schema::{Kind, Model};
use domain::statement::{Sequence, Statement};
use store::{Link, View};

use super::{
    BIG, Board, BoardAsked, Counted, Edge, MOST_LINKS, Node, PROPOSAL, Relation, Step, Tie, of_now,
};
use crate::DeskError;

/// Most links of one record that are read for counting.
const MOST_READ: usize = 1_000;

/// A record's link, with the record from which it was read and that record's dataset.
struct Read {
    from: RecordId,
    dataset: DatasetId,
    link: Link,
}

struct Draft<'a, 'v> {
    view: &'a View<'v>,
    permit: &'a Permit,
    at: Sequence,
    identities: Identities,
    nodes: Vec<Node>,
    place: HashMap<IdentityId, usize>,
    persons: usize,
    read: Vec<Read>,
    more: bool,
    persons_left_out: bool,
}

pub(super) fn read(
    view: &View<'_>,
    permit: &Permit,
    at: Sequence,
    asked: &BoardAsked,
) -> Result<Board, DeskError> {
    let judgements = view.judgements(permit, at)?;
    let mut draft = Draft {
        view,
        permit,
        at,
        identities: Identities::closure(&judgements),
        nodes: Vec::new(),
        place: HashMap::new(),
        persons: 0,
        read: Vec::new(),
        more: false,
        persons_left_out: false,
    };
    for subject in view.subjects(permit)? {
        let Some(found) = view.record(permit, subject.record, at)? else {
            continue;
        };
        let caption = crate::record::caption(view, permit, found.id)?;
        draft.node(
            found.id,
            found.dataset,
            &found.schema,
            &caption,
            Some(subject.role),
        )?;
        let links = draft.links_of(found.id)?;
        draft.read.extend(links);
    }
    let mut counts = Vec::new();
    for step in &asked.steps {
        counts.extend(draft.take(step)?);
    }
    if let Some(record) = asked.count {
        let found = draft.found(record)?;
        let links = draft.links_of(found.id)?;
        counts.push(draft.counted(found.id, &links, false)?);
    }
    let edges = draft.edges()?;
    Ok(Board {
        nodes: draft.nodes,
        edges,
        counts,
        more: draft.more,
        persons_left_out: draft.persons_left_out,
    })
}

impl Draft<'_, '_> {
    fn found(&self, record: RecordId) -> Result<store::RecordView, DeskError> {
        let found = self.view.record(self.permit, record, self.at)?;
        found.ok_or(DeskError::NotFound("record"))
    }

    /// Puts an identity on the board unless it is there; gives whether it stands there now.
    fn node(
        &mut self,
        record: RecordId,
        dataset: DatasetId,
        schema: &str,
        caption: &str,
        role: Option<SubjectRole>,
    ) -> Result<bool, DeskError> {
        let id = self.identities.of(record);
        if self.place.contains_key(&id) {
            return Ok(true);
        }
        if role.is_none() && guarded(schema) {
            if self.persons >= MOST_PERSONS {
                self.persons_left_out = true;
                return Ok(false);
            }
            self.persons += 1;
        }
        let mut members = vec![(record, dataset)];
        for member in self.identities.members(record) {
            if member != record
                && let Some(found) = self.view.record(self.permit, member, self.at)?
            {
                members.push((member, found.dataset));
            }
        }
        self.place.insert(id, self.nodes.len());
        self.nodes.push(Node {
            id,
            record,
            caption: caption.to_owned(),
            schema: schema.to_owned(),
            role,
            members,
            expanded: false,
        });
        Ok(true)
    }

    /// The links of all records that are one with this one.
    fn links_of(&self, record: RecordId) -> Result<Vec<Read>, DeskError> {
        let mut found = Vec::new();
        for member in self.identities.members(record) {
            let Some(from) = self.view.record(self.permit, member, self.at)? else {
                continue;
            };
            let links = self.view.links(self.permit, member, self.at, MOST_READ)?;
            found.extend(links.into_iter().map(|link| Read {
                from: member,
                dataset: from.dataset,
                link,
            }));
        }
        let own = self.identities.of(record);
        found.retain(|read| self.identities.of(read.link.other) != own);
        Ok(found)
    }

    /// Takes one step; gives counts instead where the node is too big.
    fn take(&mut self, step: &Step) -> Result<Option<Counted>, DeskError> {
        let found = self.found(step.record)?;
        let caption = crate::record::caption(self.view, self.permit, found.id)?;
        if !self.node(found.id, found.dataset, &found.schema, &caption, None)? {
            return Ok(None);
        }
        let links = self.links_of(found.id)?;
        if step.relation.is_none() && links.len() > BIG {
            return Ok(Some(self.counted(found.id, &links, true)?));
        }
        let wanted = |read: &Read| {
            let key = key(&read.link);
            step.relation.as_ref().is_none_or(|asked| *asked == key)
        };
        let mut drawn = 0;
        for read in links.iter().filter(|read| wanted(read)) {
            if drawn == MOST_LINKS {
                self.more = true;
                break;
            }
            let link = &read.link;
            let stands = self.node(
                link.other,
                read.dataset,
                &link.other_schema,
                &link.other_caption,
                None,
            )?;
            drawn += usize::from(stands);
        }
        if step
            .relation
            .as_deref()
            .is_none_or(|asked| asked == PROPOSAL)
            && of_now(self.at)
        {
            self.take_proposals(found.id)?;
        }
        let id = self.identities.of(found.id);
        let place = self.place.get(&id).copied();
        if let Some(node) = place.and_then(|place| self.nodes.get_mut(place)) {
            node.expanded = true;
        }
        self.read.extend(links);
        Ok(None)
    }

    fn take_proposals(&mut self, record: RecordId) -> Result<(), DeskError> {
        let members = self.identities.members(record);
        for row in self.view.proposals_touching(self.permit, &members)? {
            let other = if members.contains(&row.low) {
                row.high
            } else {
                row.low
            };
            if members.contains(&other) {
                continue;
            }
            let Some(found) = self.view.record(self.permit, other, self.at)? else {
                continue;
            };
            let caption = crate::record::caption(self.view, self.permit, other)?;
            self.node(other, found.dataset, &found.schema, &caption, None)?;
        }
        Ok(())
    }

    fn counted(
        &self,
        record: RecordId,
        links: &[Read],
        stopped: bool,
    ) -> Result<Counted, DeskError> {
        let mut by: BTreeMap<String, (Relation, bool)> = BTreeMap::new();
        for read in links {
            let key = key(&read.link);
            let (relation, persons) = by.entry(key.clone()).or_insert_with(|| {
                let relation = Relation {
                    key,
                    label: label(&read.link),
                    count: 0,
                    more: false,
                };
                (relation, false)
            });
            relation.count += 1;
            *persons |= guarded(&read.link.other_schema);
        }
        let members = self.identities.members(record);
        if of_now(self.at) {
            let rows = self.view.proposals_touching(self.permit, &members)?;
            let others = rows
                .iter()
                .filter(|row| !(members.contains(&row.low) && members.contains(&row.high)));
            let relation = Relation {
                key: PROPOSAL.to_owned(),
                label: "Proposed to be one".to_owned(),
                count: others.count(),
                more: false,
            };
            if relation.count > 0 {
                by.insert(PROPOSAL.to_owned(), (relation, true));
            }
        }
        let cut = links.len() >= MOST_READ;
        let mut relations: Vec<Relation> = by
            .into_values()
            .map(|(mut relation, persons)| {
                let most = if persons { MOST_PERSONS } else { MOST_READ };
                relation.more = relation.count > most || cut;
                relation.count = relation.count.min(most);
                relation
            })
            .collect();
        relations.sort_by(|a, b| (b.count, &a.label).cmp(&(a.count, &b.label)));
        Ok(Counted {
            id: self.identities.of(record),
            record,
            caption: crate::record::caption(self.view, self.permit, record)?,
            relations,
            stopped,
        })
    }

    /// What was read between nodes of the board, each once, and the proposals between them.
    fn edges(&mut self) -> Result<Vec<Edge>, DeskError> {
        let mut edges: BTreeMap<String, Edge> = BTreeMap::new();
        for read in std::mem::take(&mut self.read) {
            let Some(edge) = self.edge(&read) else {
                continue;
            };
            if edges.contains_key(&edge.id) {
                continue;
            }
            let said = self.said(&read.link)?;
            edges.insert(edge.id.clone(), dated(edge, said));
        }
        if of_now(self.at) {
            for edge in self.proposed()? {
                edges.insert(edge.id.clone(), edge);
            }
        }
        Ok(edges.into_values().collect())
    }

    fn edge(&self, read: &Read) -> Option<Edge> {
        let link = &read.link;
        let (from, to) = match link.inward {
            true => (link.other, read.from),
            false => (read.from, link.other),
        };
        let (a, b) = (self.identities.of(from), self.identities.of(to));
        if a == b || !self.place.contains_key(&a) || !self.place.contains_key(&b) {
            return None;
        }
        let direct = !Model::standard().is_edge(&link.edge_schema);
        let property = if direct {
            link.property.clone()
        } else {
            String::new()
        };
        Some(Edge {
            id: format!("{}-{from}-{to}-{property}", link.edge),
            from: a,
            to: b,
            tie: Tie::Asserted,
            record: link.edge,
            other: None,
            schema: link.edge_schema.clone(),
            property,
            dataset: Some(read.dataset),
            start: None,
            end: None,
            share: None,
            statements: Vec::new(),
        })
    }

    /// The link's own record with all it says; of a direct link the one statement that is it.
    fn said(&self, link: &Link) -> Result<Vec<Statement>, DeskError> {
        let mut said = self
            .view
            .statements(self.permit, link.edge, self.at, false)?;
        if !Model::standard().is_edge(&link.edge_schema) {
            said.retain(|statement| link.statements.contains(&statement.id));
        }
        Ok(said)
    }

    fn proposed(&self) -> Result<Vec<Edge>, DeskError> {
        let records: Vec<RecordId> = self
            .nodes
            .iter()
            .flat_map(|node| node.members.iter().map(|(record, _)| *record))
            .collect();
        let rows = self.view.proposals_touching(self.permit, &records)?;
        let drawn = rows.into_iter().filter_map(|row| {
            let (from, to) = (self.identities.of(row.low), self.identities.of(row.high));
            let stands =
                from != to && self.place.contains_key(&from) && self.place.contains_key(&to);
            stands.then(|| Edge {
                id: format!("p-{}", row.id),
                from,
                to,
                tie: Tie::Proposed(row.probability),
                record: row.low,
                other: Some(row.high),
                schema: PROPOSAL.to_owned(),
                property: String::new(),
                dataset: None,
                start: None,
                end: None,
                share: None,
                statements: Vec::new(),
            })
        });
        Ok(drawn.collect())
    }
}

/// An edge with the dates and the share that its statements tell.
fn dated(mut edge: Edge, said: Vec<Statement>) -> Edge {
    let schema = Model::standard().schema(&edge.schema);
    let value = |names: &[String]| {
        names.iter().find_map(|name| {
            let of = said.iter().find(|statement| statement.property == *name);
            of.map(|statement| statement.value.clone())
        })
    };
    if let Some(schema) = schema.filter(|_| edge.property.is_empty()) {
        edge.start = value(&schema.start);
        edge.end = value(&schema.end);
        edge.share = value(&["percentage".to_owned()])
            .and_then(|share| share.trim_end_matches('%').trim().parse().ok())
            .filter(|share: &f64| share.is_finite());
    }
    edge.statements = said;
    edge
}

fn guarded(schema: &str) -> bool {
    Model::standard().person_kind(schema).guarded()
}

/// The key of a link's relation.
fn key(link: &Link) -> String {
    let way = if link.inward { "in" } else { "out" };
    format!("{}.{}.{way}", link.edge_schema, link.property)
}

/// What a link is called, read from the record asked about.
fn label(link: &Link) -> String {
    let model = Model::standard();
    let property = model.property(&link.edge_schema, &link.property);
    let label = |found: &domain::schema::Property| {
        let direct = model.edge(&link.edge_schema).is_none();
        match (&found.reverse, direct && link.inward) {
            (Some(reverse), true) => reverse_label(found, reverse),
            _ => found.label.clone(),
        }
    };
    let schema = model.schema(&link.edge_schema);
    let end = property.map_or_else(|| link.property.clone(), label);
    match schema.filter(|schema| schema.edge.is_some()) {
        Some(schema) => format!("{}: {}", schema.label, end.to_lowercase()),
        None => end,
    }
}

fn reverse_label(property: &domain::schema::Property, reverse: &str) -> String {
    let range = property.range.as_deref().unwrap_or_default();
    let stub = Model::standard().property(range, reverse);
    match stub {
        Some(found) if found.kind == Kind::Entity => found.label.clone(),
        _ => reverse.to_owned(),
    }
}
