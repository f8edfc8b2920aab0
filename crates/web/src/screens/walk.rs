//! One step from a record along its links.

use axum::extract::Path;
use desk::walk::Links;
use domain::id::{CaseId, RecordId};
use domain::schema::Model;

use super::around::{Around, around, as_of, clocks, crumb};
use super::ask::{Answer, Filled, Here, shown};
use super::record::known_on;
use super::words;
use pages::format;
use pages::parts::{Certainty, Link};
use pages::walk::{LinkRow, Walk};

pub(super) async fn page(
    here: Here,
    Path((case, record)): Path<(String, String)>,
    query: Filled,
) -> Answer {
    let (case, record): (CaseId, RecordId) = (here.id(&case)?, here.id(&record)?);
    let wanted = query.get("known_on").to_owned();
    let read = move |desk: &desk::Desk, actor: &domain::authority::Actor| {
        let known_on = known_on(&wanted, desk.now())?;
        let found = desk.walk(actor, case, record, known_on)?;
        Ok((around(desk, actor, case)?, found, known_on))
    };
    let asked = here.ask("following the links of a record", read).await;
    let (around, found, known_on) = asked.map_err(|stop| {
        stop.back(
            "State a reason and search",
            &format!("/cases/{case}/search"),
        )
    })?;
    let from = format!("{}/records/{record}", around.href());
    let mut frame = around.frame(&here.visitor, &format!("Links of {}", found.caption), "s");
    crumb(&mut frame, &found.caption, &from);
    clocks(&mut frame, query.get("known_on"), &format!("{from}/links"));
    shown(&Walk {
        frame,
        from: Link::to(&found.caption, &from),
        as_of: as_of(known_on),
        count: count(&found),
        links: found
            .links
            .iter()
            .zip(&found.says)
            .map(|(link, says)| row(&around, &found, link, says))
            .collect(),
        ..Walk::default()
    })
}

fn count(found: &Links) -> String {
    let persons = found
        .links
        .iter()
        .filter(|link| words::is_person(&link.other_schema))
        .count() as u64;
    let links = format::counted(found.links.len() as u64, "link", "links");
    let cut = if found.more {
        " There are more than are shown."
    } else {
        ""
    };
    match persons {
        0 => format!("{links}.{cut}"),
        many => format!(
            "{links}, {} of them to {}.{cut}",
            format::count(many),
            if many == 1 { "a person" } else { "persons" }
        ),
    }
}

/// Properties of a link's own record that are shown as its dates.
const BEGINS: [&str; 2] = ["startDate", "date"];

fn row(around: &Around, found: &Links, link: &desk::Link, says: &[(String, String)]) -> LinkRow {
    let said = |names: &[&str]| {
        let of = names
            .iter()
            .find_map(|name| says.iter().find(|(property, _)| property == name));
        of.map_or("", |(_, value)| value.as_str())
    };
    let detail: Vec<String> = ["role", "percentage", "sharesValue", "amount", "status"]
        .iter()
        .filter_map(|name| says.iter().find(|(property, _)| property == name))
        .map(|(name, value)| {
            if name == "percentage" {
                format!("{value} in 100")
            } else {
                value.clone()
            }
        })
        .collect();
    let other = format!("{}/records/{}", around.href(), link.other);
    let edge = format!("{}/records/{}", around.href(), link.edge);
    let model = Model::standard();
    let property = model.property(&link.edge_schema, &link.property);
    let direct = model.edge(&link.edge_schema).is_none();
    let relation = if direct && link.inward {
        property
            .and_then(|property| property.reverse.clone())
            .unwrap_or_else(|| words::property(&link.edge_schema, &link.property))
    } else {
        words::property(&link.edge_schema, &link.property)
    };
    LinkRow {
        outward: !link.inward,
        relation,
        schema: words::schema(&link.edge_schema),
        name: link.other_caption.clone(),
        kind: words::schema(&link.other_schema),
        onward_href: format!("{other}/links"),
        certainty: Certainty::Asserted,
        detail: detail.join(", "),
        dates: format::span(said(&BEGINS), said(&["endDate"])),
        marks: vec![around.mark(
            found.dataset,
            &format!("l-{}-{}-{}", link.edge, link.other, link.property),
            &edge,
        )],
        href: other,
        ..LinkRow::default()
    }
}
