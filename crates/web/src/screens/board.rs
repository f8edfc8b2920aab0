//! The link board as tables: identities, what is said of pairs of them, counts, a way between two, and the views kept.

use std::collections::BTreeMap;

use axum::extract::Path;
use desk::board::{Board as Drawn, Edge, Form, MOST_STEPS, Node, Sure, Tie};
use domain::board::{BoardView, Kept};
use domain::id::{CaseId, IdentityId, RecordId};
use domain::schema::Model;

use super::around::{Around, around, as_of, clocks};
use super::ask::{Answer, Filled, Here, encoded, shown};
use super::board_filters::{ends, filters, way};
use super::stop::Stop;
use super::values::{Known, line};
use super::{board_forms, words};
use crate::picture::picture;
use pages::board::{Board, Counts, EdgeRow, NodeRow, ViewRow};
use pages::format;
use pages::parts::{Certainty, Link, SourceMark};

pub(super) async fn page(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    shown(&read(&here, case, query).await?)
}

/// The parameters that make a board, in the order of its address.
pub(super) const FILTERS: [&str; 4] = ["relation", "dataset", "certainty", "so_on"];

/// What a form or address says of a board.
pub(super) fn kept(query: &Filled) -> Kept {
    let steps = query.all("expand").flat_map(|text| text.split(','));
    Kept {
        steps: steps
            .map(|step| step.trim().to_owned())
            .filter(|step| !step.is_empty())
            .collect(),
        known_on: query.get("known_on").to_owned(),
        so_on: query.get("so_on").to_owned(),
        relation: query.get("relation").to_owned(),
        dataset: query.get("dataset").to_owned(),
        certainty: query.get("certainty").to_owned(),
        ..Kept::default()
    }
}

/// What was read for a page of the board.
pub(super) struct Found {
    pub(super) around: Around,
    pub(super) whole: Drawn,
    pub(super) drawn: Drawn,
    pub(super) kept: Kept,
    pub(super) views: Vec<BoardView>,
    pub(super) view: Option<BoardView>,
    pub(super) known_on: Option<domain::time::Moment>,
    pub(super) today: String,
}

pub(super) async fn read(here: &Here, case: CaseId, query: Filled) -> Result<Board, Stop> {
    let asked = query.clone();
    let count: Option<RecordId> = match query.get("count") {
        "" => None,
        text => Some(here.id(text)?),
    };
    let outcome = here
        .ask("reading the link board", move |desk, actor| {
            let views = desk.board_views(actor, case)?;
            let wanted = asked.get("view");
            let view = views.iter().find(|view| view.id.to_string() == wanted);
            let view = view.filter(|_| !wanted.is_empty()).cloned();
            let mut kept = kept(&asked);
            if let Some(view) = view.as_ref().filter(|_| kept == Kept::default()) {
                kept = view.kept.clone();
            }
            kept.nodes.clear();
            let mut picture = picture(Form::Svg, &kept, desk.now())?;
            picture.asked.count = count;
            let whole = desk.board(actor, case, &picture.asked)?;
            let today = desk.now().day();
            Ok(Found {
                around: around(desk, actor, case)?,
                drawn: whole.clone().sifted(&picture.sift, &today),
                whole,
                kept,
                views,
                view,
                known_on: picture.asked.known_on,
                today: picture.sift.so_on.unwrap_or(today),
            })
        })
        .await;
    let back = format!("/cases/{case}/search");
    let found = outcome.map_err(|stop| stop.back("State a reason and search", &back))?;
    Ok(laid_out(here, &found, &query))
}

fn laid_out(here: &Here, found: &Found, query: &Filled) -> Board {
    let around = &found.around;
    let href = format!("{}/board", around.href());
    let mut frame = around.frame(&here.visitor, "Link board", "k");
    clocks(&mut frame, &found.kept.known_on, &href);
    let keep = keep(&found.kept);
    if let Some(clocks) = &mut frame.clocks {
        let others = keep.iter().filter(|(name, _)| name != "known_on");
        clocks.keep = others.cloned().chain(filtered(&found.kept)).collect();
    }
    let names: BTreeMap<IdentityId, &Node> = found
        .drawn
        .nodes
        .iter()
        .map(|node| (node.id, node))
        .collect();
    let leads = here.is(domain::authority::Role::Supervisor)
        || around.case.membership == Some(domain::case::Membership::Lead);
    Board {
        as_of: as_of(found.known_on),
        left_out: left_out(&found.drawn, found.known_on.is_some()),
        count: format!(
            "{}, {}.",
            format::counted(found.drawn.nodes.len() as u64, "identity", "identities"),
            format::counted(found.drawn.edges.len() as u64, "link", "links")
        ),
        nodes: found
            .drawn
            .nodes
            .iter()
            .map(|node| node_row(found, node))
            .collect(),
        edges: (1..)
            .zip(&found.drawn.edges)
            .map(|(number, edge)| edge_row(found, &names, number, edge))
            .collect(),
        counts: found
            .drawn
            .counts
            .iter()
            .map(|one| counts(found, one))
            .collect(),
        filters: filters(found),
        ends: ends(found, query),
        way: way(&found.drawn, &names, query),
        steps: found.kept.steps.join(","),
        known_on: found
            .known_on
            .map_or_else(String::new, domain::time::Moment::to_rfc3339),
        fresh_href: href,
        views: found
            .views
            .iter()
            .map(|view| view_row(found, view))
            .collect(),
        view: found
            .view
            .as_ref()
            .map_or_else(String::new, |view| view.id.to_string()),
        save: around.may_add().then(board_forms::name_field),
        export: (leads && around.is_open()).then(board_forms::export_form),
        datasets: datasets(around),
        errors: Vec::new(),
        keep,
        frame,
    }
}

pub(super) fn datasets(around: &Around) -> Vec<(String, String, String, String)> {
    let scope = &around.case.case.scope.datasets;
    let sets = around
        .case
        .datasets
        .iter()
        .filter(|set| scope.contains(&set.id));
    sets.map(|set| {
        let mark = around.mark(set.id, "d", "");
        (
            set.id.to_string(),
            set.title.clone(),
            mark.code.clone(),
            mark.hue.to_string(),
        )
    })
    .collect()
}

/// Steps and clock of a board as parameters that a form keeps.
fn keep(kept: &Kept) -> Vec<(String, String)> {
    let steps = kept
        .steps
        .iter()
        .map(|step| ("expand".to_owned(), step.clone()));
    let known_on =
        (!kept.known_on.is_empty()).then(|| ("known_on".to_owned(), kept.known_on.clone()));
    steps.chain(known_on).collect()
}

fn filtered(kept: &Kept) -> Vec<(String, String)> {
    let values = [&kept.relation, &kept.dataset, &kept.certainty, &kept.so_on];
    let named = FILTERS
        .iter()
        .zip(values)
        .filter(|(_, value)| !value.is_empty());
    named
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

/// The query of a board with more parameters.
fn address(kept: &Kept, more: &[(&str, &str)]) -> String {
    let mut pairs = keep(kept);
    pairs.extend(filtered(kept));
    let more = more
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let written = pairs.into_iter().chain(more);
    let pairs: Vec<String> = written
        .map(|(name, value)| format!("{name}={}", encoded(&value)))
        .collect();
    pairs.join("&")
}

fn left_out(drawn: &Drawn, past: bool) -> String {
    let mut said = Vec::new();
    if drawn.persons_left_out {
        said.push("One board shows at most 50 natural persons beside the subjects; more were left out. Begin from the one that matters.");
    }
    if drawn.more {
        said.push("A step draws at most 200 links; there are more than are shown.");
    }
    if past {
        said.push("Proposals are of now and are not shown on a board of the past.");
    }
    said.join(" ")
}

fn node_href(around: &Around, node: &Node) -> String {
    let what = if node.members.len() > 1 {
        "identities"
    } else {
        "records"
    };
    format!("{}/{what}/{}", around.href(), node.record)
}

fn node_row(found: &Found, node: &Node) -> NodeRow {
    let around = &found.around;
    let record = node.record.to_string();
    let full = found.kept.steps.len() >= MOST_STEPS;
    let board = |more: &[(&str, &str)]| format!("?{}", address(&found.kept, more));
    let note = found
        .view
        .as_ref()
        .and_then(|view| view.kept.nodes.get(&node.id.to_string()));
    let marks: Vec<SourceMark> = node
        .members
        .iter()
        .map(|(member, dataset)| {
            let href = format!("{}/records/{member}", around.href());
            around.mark(*dataset, &format!("n-{member}"), &href)
        })
        .collect();
    NodeRow {
        id: node.id.to_string(),
        name: node.caption.clone(),
        kind: words::schema(&node.schema),
        href: node_href(around, node),
        role: node.role.map(words::subject_role),
        certainty: match node.members.len() {
            0 | 1 => Certainty::Asserted,
            many => Certainty::Judged(format!("a person: {many} records are one")),
        },
        marks,
        expand_href: match node.expanded || full {
            true => String::new(),
            false => board(&[("expand", &record)]),
        },
        count_href: board(&[("count", &record)]),
        note: note.map_or_else(String::new, |node| node.note.clone()),
    }
}

fn edge_row(
    found: &Found,
    names: &BTreeMap<IdentityId, &Node>,
    number: usize,
    edge: &Edge,
) -> EdgeRow {
    let around = &found.around;
    let end = |id: &IdentityId| {
        names.get(id).map_or_else(Link::default, |node| {
            Link::to(&node.caption, &node_href(around, node))
        })
    };
    let (from, to) = (end(&edge.from), end(&edge.to));
    let record = format!("{}/records/{}", around.href(), edge.record);
    EdgeRow {
        number,
        relation: edge.label(),
        detail: detail(edge),
        dates: format::span(
            edge.start.as_deref().unwrap_or_default(),
            edge.end.as_deref().unwrap_or_default(),
        ),
        certainty: certainty(edge, &found.today),
        marks: edge
            .dataset
            .iter()
            .map(|dataset| around.mark(*dataset, &format!("e-{number}"), &record))
            .collect(),
        href: match edge.other {
            Some(other) => format!("{}/proposals/{}/{other}", around.href(), edge.record),
            None => record,
        },
        statements: statements(found, edge, number, [&from, &to]),
        from,
        to,
    }
}

fn certainty(edge: &Edge, today: &str) -> Certainty {
    match (edge.tie, edge.sure(today)) {
        (Tie::Proposed(probability), _) => Certainty::Proposed(format::probability(probability)),
        (_, Sure::Ended) => Certainty::Ended(format::date(edge.end.as_deref().unwrap_or_default())),
        _ => Certainty::Asserted,
    }
}

pub(super) fn detail(edge: &Edge) -> String {
    let said = |name: &str| edge.statements.iter().find(|said| said.property == name);
    let share = edge.share.map(|share| format!("{share} in 100"));
    let others = ["role", "sharesValue", "amount", "status"]
        .into_iter()
        .filter_map(said)
        .map(|said| said.value.clone());
    share
        .into_iter()
        .chain(others)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Statements of an edge; where one holds the key of an end, the end's name is shown.
fn statements(
    found: &Found,
    edge: &Edge,
    number: usize,
    [from, to]: [&Link; 2],
) -> Vec<(String, pages::parts::ValueLine)> {
    let model = Model::standard();
    let ends = model.edge(&edge.schema);
    let rows = edge.statements.iter().map(|said| {
        let mut value = line(&found.around, said, &Known::default());
        let is = |name: Option<&str>| name == Some(said.property.as_str());
        if is(ends.map(|ends| ends.source.as_str())) {
            value.text.clone_from(&from.label);
        } else if is(ends.map(|ends| ends.target.as_str())) || edge.property == said.property {
            value.text.clone_from(&to.label);
        }
        for mark in &mut value.marks {
            mark.id = format!("{}-{number}", mark.id);
        }
        (words::property(&said.schema, &said.property), value)
    });
    rows.collect()
}

fn counts(found: &Found, counted: &desk::board::Counted) -> Counts {
    let relations = counted.relations.iter().map(|relation| {
        let step = format!("{}:{}", counted.record, relation.key);
        let many = format::count(relation.count as u64);
        let many = if relation.more {
            format!("more than {many}")
        } else {
            many
        };
        let mut kept = found.kept.clone();
        // The step that was too big goes; the one that was chosen comes in its place.
        kept.steps
            .retain(|there| *there != counted.record.to_string());
        let href = format!("?{}", address(&kept, &[("expand", &step)]));
        (relation.label.clone(), many, href)
    });
    Counts {
        name: counted.caption.clone(),
        stopped: counted.stopped,
        relations: relations.collect(),
    }
}

fn view_row(found: &Found, view: &BoardView) -> ViewRow {
    ViewRow {
        name: view.name.clone(),
        href: format!("{}/board?view={}", found.around.href(), view.id),
        by: format!(
            "{}, {}",
            found.around.name(view.by),
            format::day(view.at.micros())
        ),
        current: found.view.as_ref().is_some_and(|shown| shown.id == view.id),
    }
}
