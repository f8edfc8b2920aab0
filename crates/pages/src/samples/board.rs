//! Samples of the link board and the timeline.

use super::{
    ARABIC, CASE, HEBREW, LONG, Sample, in_case, judged, marks, proposed, sample, value,
    with_clocks,
};
use crate::board::{Board, Counts, EdgeRow, Export, NodeRow, ViewRow, Way};
use crate::disclosures::Disclose;
use crate::map::{Map, MapDrawing, MapLabel, MapMark, PlaceRow};
use crate::parts::{Certainty, Choice, Field, Link, Tag, Tone, errors_of};
use crate::timeline::{Drawing, EventRow, Mark, Timeline};

pub(super) fn samples() -> Vec<Sample> {
    vec![
        sample("board", &board()),
        sample(
            "board_empty",
            &Board {
                frame: in_case("Link board", "k"),
                ..Board::default()
            },
        ),
        sample("board_mended", &mended()),
        sample("timeline", &timeline()),
        sample("map", &map()),
        sample(
            "map_empty",
            &Map {
                frame: in_case("Map", "a"),
                baseless: true,
                count: "No address is placed.".into(),
                ..Map::default()
            },
        ),
        sample(
            "timeline_empty",
            &Timeline {
                frame: in_case("Timeline", "t"),
                ..Timeline::default()
            },
        ),
    ]
}

fn node(name: &str, kind: &str, certainty: Certainty, tag: &str) -> NodeRow {
    NodeRow {
        id: tag.into(),
        name: name.into(),
        kind: kind.into(),
        href: format!("{CASE}/records/{tag}"),
        role: (tag == "n1").then(|| Tag::new("organisation of interest", Tone::Information)),
        certainty,
        marks: marks(&[1, 4], tag),
        expand_href: format!("?expand={tag}"),
        count_href: format!("?count={tag}"),
        note: if tag == "n2" {
            "Ask the registrar about 2019.".into()
        } else {
            String::new()
        },
    }
}

fn edge(number: usize, certainty: Certainty, name: &str) -> EdgeRow {
    let statements = ["100", "2019"].map(|text| {
        let tag = format!("e{number}-{text}");
        ("Share".to_owned(), value(&tag, text, &[1]))
    });
    EdgeRow {
        number,
        from: Link::to(name, &format!("{CASE}/records/r1")),
        to: Link::to(LONG, &format!("{CASE}/records/r2")),
        relation: "Ownership".into(),
        detail: "60 in 100".into(),
        dates: "since 2019".into(),
        statements: match certainty {
            Certainty::Proposed(_) => Vec::new(),
            _ => statements.into(),
        },
        certainty,
        marks: marks(&[1], &format!("e{number}")),
        href: format!("{CASE}/records/r3"),
    }
}

fn board() -> Board {
    let one_of = |name: &str, label: &str| {
        Field::text(name, label).options(vec![Choice::new("n1", "Lodestar Dredging", "")])
    };
    Board {
        frame: with_clocks(in_case("Link board", "k"), false),
        count: "3 identities, 3 links.".into(),
        left_out: "A step draws at most 200 links; there are more than are shown.".into(),
        nodes: vec![
            node("Lodestar Dredging", "Company", judged(), "n1"),
            node(ARABIC, "Person", Certainty::Asserted, "n2"),
            node(LONG, "Company", Certainty::Asserted, "n3"),
        ],
        edges: vec![
            edge(1, Certainty::Asserted, ARABIC),
            edge(2, proposed(0.93), HEBREW),
            edge(3, Certainty::Ended("3 May 2021".into()), LONG),
        ],
        counts: vec![Counts {
            name: LONG.into(),
            stopped: true,
            relations: vec![(
                "Directorship: director".into(),
                "more than 50".into(),
                "?expand=n3".into(),
            )],
        }],
        filters: vec![
            one_of("relation", "Kind of link"),
            one_of("dataset", "Source"),
            one_of("certainty", "Certainty"),
            Field::text("so_on", "So on")
                .value("2019")
                .understood("31 December 2019"),
        ],
        ends: vec![
            one_of("from", "From").required(),
            one_of("to", "To").required(),
        ],
        way: Some(Way {
            found: "2 links between Lodestar Dredging and a bank.".into(),
            steps: vec![format!("{LONG} \u{2192} {HEBREW} (Ownership, 60 in 100)")],
        }),
        keep: vec![("expand".into(), "n1".into())],
        steps: "n1".into(),
        fresh_href: format!("{CASE}/board"),
        views: vec![ViewRow {
            name: "Owners of the bidder".into(),
            href: format!("{CASE}/board?view=v1"),
            by: "Ines Harte, 3 May 2026".into(),
            current: true,
        }],
        view: "v1".into(),
        save: Some(Field::text("name", "Name of this view").required()),
        export: Some(Export {
            format: Field::text("format", "Form of the file")
                .options(vec![Choice::new("svg", "SVG", "")])
                .required(),
            told: Disclose::form(),
        }),
        datasets: vec![(
            "d1".into(),
            "Sarnhaven company register".into(),
            "SR".into(),
            "2".into(),
        )],
        ..Board::default()
    }
}

fn mended() -> Board {
    let mut page = board();
    if let Some(export) = &mut page.export {
        export.told.recipient.error = Some("To whom: say it.".into());
        page.errors = errors_of(&[&export.told.recipient]);
    }
    page
}

fn timeline() -> Timeline {
    let row = |when: &str, vague: &str, title: &str, detail: &str, tag: &str| EventRow {
        when: when.into(),
        vague: vague.into(),
        kind: "Ties".into(),
        title: title.into(),
        detail: detail.into(),
        href: format!("{CASE}/records/{tag}"),
        marks: marks(&[2], tag),
    };
    let mark = |x, y, width, class: &str| Mark {
        x,
        y,
        width,
        class: class.into(),
        title: format!("2019: Incorporation {HEBREW}"),
    };
    Timeline {
        frame: in_case("Timeline", "t"),
        count: "3 events from 1 January 2019 to 3 May 2026.".into(),
        filters: vec![
            Field::text("kind", "Kind").options(vec![Choice::new("tie", "Ties", "")]),
            Field::text("subject", "Subject").options(vec![Choice::new("r1", LONG, "")]),
            Field::text("from", "From").value("2019").understood("2019"),
            Field::text("until", "Until"),
        ],
        fresh_href: format!("{CASE}/timeline"),
        moves: vec![Link::to("Earlier", "?from=2018-01-01&until=2020-01-01")],
        drawing: Some(Drawing {
            height: 90,
            label: "3 events in lanes by kind; the table below holds the same.".into(),
            ticks: vec![(120, "2019".into()), (560, "2020".into())],
            lanes: vec![(22, "Dates of records".into()), (56, "Ties".into())],
            marks: vec![
                mark(130, 26, 300, "ev-vague"),
                mark(500, 26, 6, "ev-day"),
                mark(300, 60, 690, "ev-span ev-on"),
            ],
        }),
        rows: vec![
            row(
                "2019",
                "some day from 1 January 2019 to 31 December 2019",
                "Incorporation date",
                HEBREW,
                "t1",
            ),
            row(
                "since 3 May 2020",
                "",
                "Ownership",
                &format!("{ARABIC} \u{2192} {LONG}, 60 in 100"),
                "t2",
            ),
        ],
        ..Timeline::default()
    }
}

fn map() -> Map {
    let mark = |x, y, kind: &str, exact, many: &str| MapMark {
        x,
        y,
        kind: kind.into(),
        exact,
        many: many.into(),
        title: format!("{LONG}: Ankergade 12"),
        href: "#place-1".into(),
    };
    let label = |x, y, class: &str, text: &str| MapLabel {
        x,
        y,
        class: class.into(),
        text: text.into(),
        ..MapLabel::default()
    };
    let row = |number: usize, name: &str, how: &str| PlaceRow {
        id: format!("place-{number}"),
        name: name.into(),
        href: format!("{CASE}/records/p{number}"),
        kind: "organisation, linked to a subject".into(),
        property: "Address".into(),
        address: "Ankergade 12, 1204 Merravin".into(),
        how: how.into(),
        near_href: "?at=-27.0,46.0&span=0.02".into(),
        marks: marks(&[1], &format!("pl-{number}")),
    };
    Map {
        frame: in_case("Map", "a"),
        count: "3 addresses are placed, 2 not.".into(),
        filters: vec![
            Field::text("kind", "Kind").options(vec![Choice::new("vessel", "Ships", "")]),
            Field::text("subject", "Of subject").options(vec![Choice::new("r1", LONG, "")]),
        ],
        fresh_href: format!("{CASE}/map"),
        moves: vec![Link::to("Nearer", "?at=-27.0,46.0&span=0.05")],
        drawing: Some(MapDrawing {
            width: 1000,
            height: 620,
            label: "The base map with the places of the case; the table below holds the same."
                .into(),
            middle: "-27.0,46.0".into(),
            east: "0.0001".into(),
            north: "0.00007".into(),
            part_href: format!("{CASE}/map?"),
            layers: vec![
                ("land".into(), "M0 0L640 0L600 300L660 620L0 620Z".into()),
                ("park".into(), "M120 380L240 360L260 470L140 480Z".into()),
                ("river".into(), "M0 210L300 260L610 300".into()),
                (
                    "street-near".into(),
                    "M80 80L560 120M520 40L480 560M90 520L590 420".into(),
                ),
                ("border".into(), "M20 40L300 90L320 560".into()),
            ],
            labels: vec![
                label(800, 300, "sea", "Gulf of Merravin"),
                label(300, 200, "town", "Merravin"),
                label(330, 94, "street", "Ankergade"),
                label(432, 304, "place", "Lodestar Dredging"),
            ],
            marks: vec![
                mark(420, 300, "organisation", true, ""),
                mark(500, 420, "vessel", false, ""),
                mark(220, 520, "contract", true, ""),
                mark(300, 420, "property", true, ""),
                mark(150, 150, "document", false, ""),
                mark(560, 200, "several", true, "12"),
            ],
            scale: (144, "500 m".into()),
            attribution: "Merravin and its neighbours, Merravin Survey Office (fictional)".into(),
        }),
        rows: vec![
            row(
                1,
                "Lodestar Dredging",
                "by the number along Ankergade, Merravin",
            ),
            row(
                2,
                HEBREW,
                "somewhere in Merravin; the base has no such street",
            ),
            row(3, LONG, "at Outer Basin, Merravin"),
        ],
        apart: vec![PlaceRow {
            id: String::new(),
            address: String::new(),
            near_href: String::new(),
            ..row(
                4,
                ARABIC,
                "a person of this case has the same address; where persons live is not drawn",
            )
        }],
        ..Map::default()
    }
}
