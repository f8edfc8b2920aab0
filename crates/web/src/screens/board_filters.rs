//! The filters of the link board, and the way between two of its nodes.

use std::collections::{BTreeMap, BTreeSet};

use desk::board::{Board as Drawn, Node};
use domain::id::IdentityId;

use super::ask::Filled;
use super::board::{Found, datasets, detail};
use super::typed;
use pages::board::Way;
use pages::format;
use pages::parts::{Choice, Field, FieldKind};

fn choices(found: impl IntoIterator<Item = (String, String)>, chosen: &str) -> Vec<Choice> {
    let made = found.into_iter().map(|(value, label)| Choice {
        chosen: value == chosen,
        ..Choice::new(&value, &label, "")
    });
    made.collect()
}

pub(super) fn filters(found: &Found) -> Vec<Field> {
    let kept = &found.kept;
    let kinds: BTreeSet<(String, String)> = found
        .whole
        .edges
        .iter()
        .map(|edge| (edge.label(), edge.kind()))
        .collect();
    let kinds = kinds.into_iter().map(|(label, kind)| (kind, label));
    let sets = datasets(&found.around)
        .into_iter()
        .map(|set| (set.0, set.1));
    let sure = [
        ("asserted", "asserted by a source"),
        ("ended", "ended"),
        ("proposed", "proposed by the machine"),
    ]
    .map(|(word, label)| (word.to_owned(), label.to_owned()));
    let understood = typed::until(&kept.so_on).map(typed::understood);
    let mut day = Field::text("so_on", "So on")
        .value(&kept.so_on)
        .kind(FieldKind::Date);
    day.understood = understood;
    let list = |name: &str, label: &str, options: Vec<Choice>, value: &str| {
        let mut field = Field::text(name, label).options(options);
        value.clone_into(&mut field.value);
        field
    };
    vec![
        list(
            "relation",
            "Kind of link",
            choices(kinds, &kept.relation),
            &kept.relation,
        ),
        list(
            "dataset",
            "Source",
            choices(sets, &kept.dataset),
            &kept.dataset,
        ),
        list(
            "certainty",
            "Certainty",
            choices(sure, &kept.certainty),
            &kept.certainty,
        ),
        day,
    ]
}

pub(super) fn ends(found: &Found, query: &Filled) -> Vec<Field> {
    let nodes = || {
        found
            .drawn
            .nodes
            .iter()
            .map(|node| (node.id.to_string(), node.caption.clone()))
    };
    let field = |name: &str, label: &str| {
        Field::text(name, label)
            .options(choices(nodes(), query.get(name)))
            .required()
    };
    vec![field("from", "From"), field("to", "To")]
}

/// The way that the address asks for, in words.
pub(super) fn way(
    drawn: &Drawn,
    names: &BTreeMap<IdentityId, &Node>,
    query: &Filled,
) -> Option<Way> {
    let end = |name| query.get(name).parse::<IdentityId>().ok();
    let (from, to) = (end("from")?, end("to")?);
    let name = |id| names.get(&id).map_or("", |node| node.caption.as_str());
    if !names.contains_key(&from) || !names.contains_key(&to) {
        return Some(Way {
            found: "One of the two does not stand on this board.".into(),
            steps: Vec::new(),
        });
    }
    let Some(found) = drawn.path(from, to) else {
        return Some(Way {
            found:
                "Nothing that stands on this board ties the two. That says nothing about the world."
                    .into(),
            steps: Vec::new(),
        });
    };
    let steps: Vec<String> = found
        .iter()
        .map(|edge| {
            let detail = detail(edge);
            let detail = if detail.is_empty() {
                detail
            } else {
                format!(", {detail}")
            };
            format!(
                "{} \u{2192} {} ({}{detail})",
                name(edge.from),
                name(edge.to),
                edge.label()
            )
        })
        .collect();
    Some(Way {
        found: format!(
            "{} between {} and {}.",
            format::counted(steps.len() as u64, "link", "links"),
            name(from),
            name(to)
        ),
        steps,
    })
}
