//! Statements as properties: label, value as people read it, source mark, and what rests on it.

use std::collections::BTreeMap;

use domain::id::{RecordId, ReleaseId, StatementId};
use domain::schema::{Kind, Model};
use domain::statement::Statement;
use domain::watch::Reliance;

use super::around::Around;
use super::words;
use pages::format;
use pages::parts::{Certainty, Property, SourceMark, ValueLine};
use pages::record::EndedValue;

/// What is known around statements: names for releases and linked records, and what rests on them.
#[derive(Default)]
pub(super) struct Known<'a> {
    /// Labels of releases.
    pub(super) releases: Option<&'a BTreeMap<ReleaseId, String>>,
    /// Records that values name by key.
    pub(super) linked: Option<&'a BTreeMap<String, (RecordId, String)>>,
    /// Citations of this case.
    pub(super) reliances: &'a [Reliance],
}

/// A value as people read it.
pub(super) fn value(schema: &str, property: &str, value: &str) -> String {
    let kind = Model::standard()
        .property(schema, property)
        .map(|property| property.kind);
    match kind {
        Some(Kind::Date) => format::date(value),
        Some(Kind::Country) => words::country(value),
        Some(Kind::Topic) => topic(value),
        _ => value.to_owned(),
    }
}

fn topic(code: &str) -> String {
    let known = match code {
        "sanction" => "under sanctions",
        "sanction.linked" => "linked to someone under sanctions",
        "debarment" => "debarred from contracts",
        "role.pep" => "politically exposed",
        "role.rca" => "close to someone politically exposed",
        "crime" => "crime",
        "corp.offshore" => "offshore",
        "corp.shell" => "shell company",
        "gov" => "government",
        other => other,
    };
    known.to_owned()
}

/// Properties that running statements say, featured ones first, then by label.
pub(super) fn properties(
    around: &Around,
    statements: &[Statement],
    known: &Known<'_>,
) -> Vec<Property> {
    let running = statements
        .iter()
        .filter(|statement| statement.ended.is_none());
    let mut found: Vec<((usize, String), Property)> = Vec::new();
    for statement in running {
        let label = words::property(&statement.schema, &statement.property);
        let line = line(around, statement, known);
        match found
            .iter_mut()
            .find(|(_, property)| property.label == label)
        {
            Some((_, property)) => property.values.push(line),
            None => {
                let order = (rank(statement), label.clone());
                found.push((
                    order,
                    Property {
                        label,
                        values: vec![line],
                        conflict: String::new(),
                    },
                ));
            }
        }
    }
    found.sort_by(|(left, _), (right, _)| left.cmp(right));
    found.into_iter().map(|(_, property)| property).collect()
}

/// Where a property stands: caption properties, then those that the model features, then the rest.
fn rank(statement: &Statement) -> usize {
    let model = Model::standard();
    let place = |names: &[String]| names.iter().position(|name| *name == statement.property);
    if let Some(at) = place(model.caption(&statement.schema)) {
        return at;
    }
    let featured = model
        .schema(&statement.schema)
        .map(|schema| schema.featured.as_slice())
        .unwrap_or_default();
    place(featured).map_or(1_000, |at| 100 + at)
}

/// One statement as a value with its mark.
pub(super) fn line(around: &Around, statement: &Statement, known: &Known<'_>) -> ValueLine {
    let linked = known.linked.and_then(|linked| linked.get(&statement.value));
    let resting: Vec<&Reliance> = known
        .reliances
        .iter()
        .filter(|edge| edge.statement == statement.id)
        .collect();
    let text = match linked {
        Some((_, caption)) => caption.clone(),
        None if statement.erased => "erased".to_owned(),
        None => value(&statement.schema, &statement.property, &statement.value),
    };
    ValueLine {
        statement: statement.id.to_string(),
        text,
        lang: words::language(statement.language.as_deref()),
        href: linked
            .map(|(record, _)| format!("{}/records/{record}", around.href()))
            .unwrap_or_default(),
        certainty: match statement.ended_at {
            Some(at) => Certainty::Ended(format::day(at.micros())),
            None => Certainty::Asserted,
        },
        marks: vec![mark(around, statement, known)],
        rests: match resting.len() {
            0 => String::new(),
            many => format!("cited {}", times(many)),
        },
        rests_href: resting
            .first()
            .map(|edge| format!("{}/notes/{}", around.href(), edge.note))
            .unwrap_or_default(),
        note: String::new(),
    }
}

fn times(many: usize) -> String {
    match many {
        1 => "once here".to_owned(),
        many => format!("{many} times here"),
    }
}

/// The source mark of a statement.
pub(super) fn mark(around: &Around, statement: &Statement, known: &Known<'_>) -> SourceMark {
    let href = format!("{}/records/{}", around.href(), statement.record);
    let label = known
        .releases
        .and_then(|releases| releases.get(&statement.began));
    SourceMark {
        original: statement.original.clone(),
        release: label.map(|label| words::release(label)).unwrap_or_default(),
        seen: seen(statement),
        learned: format::minute(statement.first_seen.micros()),
        ended: statement.ended.is_some(),
        ..around.mark(statement.dataset, &statement.id.to_string(), &href)
    }
}

/// From when to when a statement was seen here.
fn seen(statement: &Statement) -> String {
    let (first, last) = (
        format::day(statement.first_seen.micros()),
        format::day(statement.last_seen.micros()),
    );
    if first == last {
        format!("on {first}")
    } else {
        format!("{first} to {last}")
    }
}

/// Values that ended, the latest first.
pub(super) fn history(
    around: &Around,
    statements: &[Statement],
    known: &Known<'_>,
) -> Vec<EndedValue> {
    let mut ended: Vec<&Statement> = statements
        .iter()
        .filter(|statement| statement.ended.is_some())
        .collect();
    ended.sort_by_key(|statement| std::cmp::Reverse(statement.ended_at));
    let release = |id: Option<ReleaseId>| {
        let label = id.and_then(|id| known.releases.and_then(|releases| releases.get(&id)));
        label.map_or_else(
            || "a later release".to_owned(),
            |label| format!("release of {}", words::release(label)),
        )
    };
    ended
        .into_iter()
        .map(|statement| {
            let line = line(around, statement, known);
            EndedValue {
                property: words::property(&statement.schema, &statement.property),
                text: line.text,
                lang: line.lang,
                marks: line.marks,
                seen: seen(statement),
                ended: release(statement.ended),
                statement: statement.id.to_string(),
            }
        })
        .collect()
}

/// The id of a statement that somebody typed or clicked, if it is one.
pub(super) fn statement_id(text: &str) -> Option<StatementId> {
    text.trim().parse().ok()
}
