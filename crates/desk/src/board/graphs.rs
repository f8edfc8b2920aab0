//! A board in open formats: GraphML, GEXF, and FollowTheMoney lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use domain::id::IdentityId;
use domain::schema::Model;
use serde_json::{Map, Value, json};

use super::export::Place;
use super::{Board, Edge, Tie};
use crate::DeskError;
use crate::disclose::escaped;

/// Properties of a link's record that go out beside its ends.
const TOLD: [&str; 8] = [
    "startDate",
    "endDate",
    "date",
    "percentage",
    "sharesCount",
    "role",
    "amount",
    "currency",
];

/// What stands beside an edge in a graph: name of the attribute and its text.
fn attributes(edge: &Edge, today: &str) -> Vec<(&'static str, String)> {
    let mut found = vec![
        ("relation", edge.label()),
        ("certainty", edge.sure(today).word().to_owned()),
        ("start", edge.start.clone().unwrap_or_default()),
        ("end", edge.end.clone().unwrap_or_default()),
        (
            "share",
            edge.share
                .map_or_else(String::new, |share| share.to_string()),
        ),
        ("record", edge.record.to_string()),
    ];
    if let Tie::Proposed(probability) = edge.tie {
        found.push(("probability", format!("{probability:.4}")));
    }
    found
}

const OF_EDGES: [&str; 7] = [
    "relation",
    "certainty",
    "start",
    "end",
    "share",
    "record",
    "probability",
];

fn role(node: &super::Node) -> &'static str {
    node.role.map_or("not_a_subject", |role| role.word())
}

/// Writes GraphML.
pub(super) fn graphml(board: &Board, today: &str) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    let keys = ["label", "schema", "role"].map(|name| ("node", name));
    for (side, name) in keys.into_iter().chain(OF_EDGES.map(|name| ("edge", name))) {
        let _ = writeln!(
            text,
            "  <key id=\"{side}-{name}\" for=\"{side}\" attr.name=\"{name}\" attr.type=\"string\"/>"
        );
    }
    text.push_str("  <graph id=\"board\" edgedefault=\"directed\">\n");
    let data = |side: &str, name: &str, value: &str| {
        format!("<data key=\"{side}-{name}\">{}</data>", escaped(value))
    };
    for node in &board.nodes {
        let _ = writeln!(
            text,
            "    <node id=\"{}\">{}{}{}</node>",
            node.id,
            data("node", "label", &node.caption),
            data("node", "schema", &node.schema),
            data("node", "role", role(node)),
        );
    }
    for (number, edge) in board.edges.iter().enumerate() {
        let told: String = attributes(edge, today)
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| data("edge", name, value))
            .collect();
        let _ = writeln!(
            text,
            "    <edge id=\"e{number}\" source=\"{}\" target=\"{}\">{told}</edge>",
            edge.from, edge.to
        );
    }
    text.push_str("  </graph>\n</graphml>\n");
    text
}

/// Writes GEXF 1.3.
pub(super) fn gexf(board: &Board, places: &BTreeMap<IdentityId, Place>, today: &str) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gexf xmlns=\"http://gexf.net/1.3\" xmlns:viz=\"http://gexf.net/1.3/viz\" \
         version=\"1.3\">\n  <graph defaultedgetype=\"directed\">\n    <attributes class=\"node\">\n      <attribute \
         id=\"schema\" title=\"schema\" type=\"string\"/>\n      <attribute id=\"role\" title=\"role\" type=\"string\"/>\n    \
         </attributes>\n    <attributes class=\"edge\">\n",
    );
    for name in OF_EDGES {
        let _ = writeln!(
            text,
            "      <attribute id=\"{name}\" title=\"{name}\" type=\"string\"/>"
        );
    }
    text.push_str("    </attributes>\n    <nodes>\n");
    let value = |name: &str, value: &str| {
        format!("<attvalue for=\"{name}\" value=\"{}\"/>", escaped(value))
    };
    for node in &board.nodes {
        let place = places.get(&node.id).map_or_else(String::new, |place| {
            format!("<viz:position x=\"{:.1}\" y=\"{:.1}\"/>", place.x, -place.y)
        });
        let _ = writeln!(
            text,
            "      <node id=\"{}\" label=\"{}\"><attvalues>{}{}</attvalues>{place}</node>",
            node.id,
            escaped(&node.caption),
            value("schema", &node.schema),
            value("role", role(node)),
        );
    }
    text.push_str("    </nodes>\n    <edges>\n");
    for (number, edge) in board.edges.iter().enumerate() {
        let told: String = attributes(edge, today)
            .iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| value(name, text))
            .collect();
        let _ = writeln!(
            text,
            "      <edge id=\"{number}\" source=\"{}\" target=\"{}\" label=\"{}\"><attvalues>{told}</attvalues></edge>",
            edge.from,
            edge.to,
            escaped(&edge.label()),
        );
    }
    text.push_str("    </edges>\n  </graph>\n</gexf>\n");
    text
}

/// Writes FollowTheMoney entities: identities by name, links by their ends. Proposals are no entities and stay behind.
pub(super) fn follow_the_money(board: &Board) -> Result<String, DeskError> {
    let model = Model::standard();
    let mut text = String::new();
    let mut direct: BTreeMap<IdentityId, Vec<(&str, String)>> = BTreeMap::new();
    for edge in &board.edges {
        if edge.tie == Tie::Asserted && !edge.property.is_empty() {
            let told = (edge.property.as_str(), edge.to.to_string());
            direct.entry(edge.from).or_default().push(told);
        }
    }
    for node in &board.nodes {
        let mut properties = Map::new();
        if let Some(name) = model.caption(&node.schema).first()
            && !node.caption.is_empty()
        {
            properties.insert(name.clone(), json!([node.caption]));
        }
        for (property, to) in direct.get(&node.id).into_iter().flatten() {
            // Another member's link may not fit the schema that stands for the identity.
            if model.property(&node.schema, property).is_some() {
                add(&mut properties, property, to);
            }
        }
        line(&mut text, &node.id.to_string(), &node.schema, properties)?;
    }
    for edge in &board.edges {
        let Some(ends) = model.edge(&edge.schema) else {
            continue;
        };
        let mut properties = Map::new();
        add(&mut properties, &ends.source, &edge.from.to_string());
        add(&mut properties, &ends.target, &edge.to.to_string());
        for said in &edge.statements {
            if TOLD.contains(&said.property.as_str()) && !said.erased {
                add(&mut properties, &said.property, &said.value);
            }
        }
        line(
            &mut text,
            &edge.record.to_string(),
            &edge.schema,
            properties,
        )?;
    }
    Ok(text)
}

fn add(properties: &mut Map<String, Value>, name: &str, value: &str) {
    let values = properties.entry(name).or_insert_with(|| json!([]));
    if let Value::Array(values) = values {
        values.push(value.into());
    }
}

fn line(
    text: &mut String,
    id: &str,
    schema: &str,
    properties: Map<String, Value>,
) -> Result<(), DeskError> {
    let entity = json!({ "id": id, "schema": schema, "properties": properties });
    let written = serde_json::to_string(&entity);
    text.push_str(&written.map_err(|error| DeskError::Internal(error.to_string()))?);
    text.push('\n');
    Ok(())
}
