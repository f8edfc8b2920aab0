//! Reads the model's data file and resolves inheritance.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;

use super::{Edge, Kind, Model, Property, Schema};

const FILE: &str = include_str!("../../model/ftm.json");

#[derive(Deserialize)]
struct File {
    version: String,
    types: HashMap<String, TypeFacts>,
    topics: Vec<String>,
    schemata: Vec<SchemaFacts>,
}

#[derive(Deserialize)]
struct TypeFacts {
    max_length: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaFacts {
    name: String,
    label: String,
    plural: String,
    #[serde(default)]
    extends: Vec<String>,
    #[serde(default, rename = "abstract")]
    is_abstract: bool,
    #[serde(default)]
    matchable: bool,
    #[serde(default)]
    hidden: bool,
    #[serde(default)]
    generated: bool,
    #[serde(default)]
    deprecated: bool,
    #[serde(default)]
    caption: Vec<String>,
    #[serde(default)]
    featured: Vec<String>,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    start: Vec<String>,
    #[serde(default)]
    end: Vec<String>,
    #[serde(default)]
    edge: Option<EdgeFacts>,
    #[serde(default)]
    properties: Vec<PropertyFacts>,
}

#[derive(Deserialize)]
struct EdgeFacts {
    source: String,
    target: String,
    #[serde(default)]
    directed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PropertyFacts {
    name: String,
    label: String,
    #[serde(rename = "type")]
    kind: String,
    range: Option<String>,
    reverse: Option<String>,
    format: Option<String>,
    max_length: Option<usize>,
    #[serde(default)]
    matchable: bool,
    #[serde(default)]
    stub: bool,
    #[serde(default)]
    hidden: bool,
    #[serde(default)]
    deprecated: bool,
}

/// Reads the embedded file.
#[expect(
    clippy::expect_used,
    reason = "the file is part of this crate, and a test reads it whole"
)]
pub(super) fn standard() -> Model {
    let file: File = serde_json::from_str(FILE).expect("model/ftm.json can be read");
    let facts: HashMap<&str, &SchemaFacts> = file
        .schemata
        .iter()
        .map(|schema| (schema.name.as_str(), schema))
        .collect();
    let schemata = file
        .schemata
        .iter()
        .map(|schema| (schema.name.clone(), resolve(schema, &facts, &file.types)));
    Model {
        schemata: schemata.collect(),
        topics: file.topics.clone(),
        version: file.version.clone(),
    }
}

fn resolve(
    facts: &SchemaFacts,
    all: &HashMap<&str, &SchemaFacts>,
    types: &HashMap<String, TypeFacts>,
) -> Schema {
    let mut lineage = BTreeSet::new();
    let mut open = vec![facts.name.as_str()];
    while let Some(name) = open.pop() {
        if lineage.insert(name.to_owned()) {
            open.extend(
                all.get(name)
                    .iter()
                    .flat_map(|schema| schema.extends.iter().map(String::as_str)),
            );
        }
    }
    let mut properties = HashMap::new();
    // Ancestors first, the schema itself last: a property defined anew lower down wins.
    let own = std::iter::once(&facts.name);
    for name in lineage
        .iter()
        .filter(|name| **name != facts.name)
        .chain(own)
    {
        let Some(ancestor) = all.get(name.as_str()) else {
            continue;
        };
        for property in &ancestor.properties {
            let known = take(property, name, types);
            properties.insert(property.name.clone(), known);
        }
    }
    let edge = facts.edge.as_ref().map(|edge| Edge {
        source: edge.source.clone(),
        target: edge.target.clone(),
        directed: edge.directed,
    });
    Schema {
        name: facts.name.clone(),
        label: facts.label.clone(),
        plural: facts.plural.clone(),
        extends: facts.extends.clone(),
        lineage: lineage.into_iter().collect(),
        is_abstract: facts.is_abstract,
        matchable: facts.matchable,
        hidden: facts.hidden,
        generated: facts.generated,
        deprecated: facts.deprecated,
        caption: facts.caption.clone(),
        featured: facts.featured.clone(),
        required: facts.required.clone(),
        start: facts.start.clone(),
        end: facts.end.clone(),
        edge,
        properties,
    }
}

fn take(facts: &PropertyFacts, schema: &str, types: &HashMap<String, TypeFacts>) -> Property {
    let usual = types.get(&facts.kind).map_or(250, |kind| kind.max_length);
    Property {
        name: facts.name.clone(),
        label: facts.label.clone(),
        schema: schema.to_owned(),
        kind: Kind::named(&facts.kind).unwrap_or(Kind::String),
        range: facts.range.clone(),
        reverse: facts.reverse.clone(),
        format: facts.format.clone(),
        max_length: facts.max_length.unwrap_or(usual),
        matchable: facts.matchable,
        stub: facts.stub,
        hidden: facts.hidden,
        deprecated: facts.deprecated,
    }
}
