//! The map of a case: filtered and cut to a part by the address, drawn, and told as a table.

use axum::extract::Path;
use desk::Desk;
use desk::map::base::Point;
use desk::map::find::Exact;
use desk::map::{CaseMap, Held, Place, PlaceOf, Told, Unplaced};
use domain::id::{CaseId, RecordId};

use super::around::{Around, around};
use super::ask::{Answer, Filled, Here, shown};
use super::map_drawing::{Drawn, LEAST_SPAN, MOST_SPAN, Part, drawing};
use super::words;
use pages::format;
use pages::map::{Map, PlaceRow};
use pages::parts::{Choice, Field, FieldError, Link, errors_of};

pub(super) async fn page(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    let outcome = here
        .ask("reading the map", move |desk, actor| {
            let told = desk.map(actor, case)?;
            Ok((around(desk, actor, case)?, told))
        })
        .await;
    let back = format!("/cases/{case}/search");
    let (around, told) = outcome.map_err(|stop| stop.back("State a reason and search", &back))?;
    shown(&laid_out(&here, &around, &told, &query))
}

fn laid_out(here: &Here, around: &Around, told: &CaseMap, query: &Filled) -> Map {
    let filters = filters(told, query);
    let mut errors = errors_of(&filters.iter().collect::<Vec<_>>());
    let kind = PlaceOf::from_word(query.get("kind"));
    let subject: Option<RecordId> = query.get("subject").parse().ok();
    let spots = query.get("exact") == "spot";
    let chosen: Vec<&Place> = told
        .places
        .iter()
        .filter(|place| kind.is_none_or(|kind| place.of == kind))
        .filter(|place| subject.is_none() || place.subject == subject)
        .filter(|place| !spots || place.found.as_ref().is_ok_and(|found| found.exact.spot()))
        .collect();
    let (mut rows, mut apart, mut drawn) = (Vec::new(), Vec::new(), Vec::new());
    let href = format!("{}/map", around.href());
    for place in &chosen {
        match &place.found {
            Ok(found) => {
                let row = rows.len() + 1;
                drawn.push(Drawn {
                    row,
                    place,
                    at: found.at,
                    exact: found.exact.spot(),
                    subject: place.held == Held::Subject,
                });
                let near = Part {
                    middle: found.at,
                    span: 0.02,
                };
                rows.push(PlaceRow {
                    id: format!("place-{row}"),
                    near_href: format!("{href}?{}", asked(query, near)),
                    ..self::row(around, row, place)
                });
            }
            Err(_) => apart.push(row(around, 10_000 + apart.len(), place)),
        }
    }
    drawn.sort_by_key(|one| !one.subject);
    let part = match part(query) {
        Ok(part) => part,
        Err(text) => {
            errors.push(FieldError {
                field: "kind".into(),
                text,
            });
            None
        }
    };
    let mut page = Map {
        frame: around.frame(&here.visitor, "Map", "a"),
        errors,
        count: count(rows.len(), apart.len()),
        left_out: match told.left_out {
            true => "500 addresses are told; more were left out. Choose a subject.".into(),
            false => String::new(),
        },
        baseless: !told.based,
        filters,
        fresh_href: href.clone(),
        rows,
        apart,
        ..Map::default()
    };
    draw(&mut page, &here.web.desk, query, (part, &drawn, &href));
    page
}

fn draw(
    page: &mut Map,
    desk: &Desk,
    query: &Filled,
    (part, drawn, href): (Option<Part>, &[Drawn<'_>], &str),
) {
    let Some(base) = desk.map_base() else {
        return;
    };
    let points: Vec<Point> = drawn.iter().map(|one| one.at).collect();
    let Some(part) = part.or_else(|| Part::around(&points, base)) else {
        return;
    };
    page.moves = moves(href, query, part);
    let mut drawn = drawing(base, part, drawn);
    let others = Filled(
        query
            .0
            .iter()
            .filter(|(name, _)| name != "at" && name != "span")
            .cloned()
            .collect(),
    );
    drawn.part_href = format!("{href}?{}", others.query_with("", ""));
    page.drawing = Some(drawn);
}

fn count(placed: usize, apart: usize) -> String {
    let many = format::counted(placed as u64, "address is placed", "addresses are placed");
    match apart {
        0 => format!("{many}."),
        apart => format!("{many}, {} not.", format::count(apart as u64)),
    }
}

/// The part that the address asks for.
fn part(query: &Filled) -> Result<Option<Part>, String> {
    let (at, span) = (query.get("at"), query.get("span"));
    if at.is_empty() && span.is_empty() {
        return Ok(None);
    }
    let numbers: Vec<f64> = at
        .split(',')
        .chain([span])
        .filter_map(|number| number.trim().parse().ok())
        .collect();
    match numbers.as_slice() {
        [east, north, span]
            if east.abs() <= 180.0
                && north.abs() <= 85.0
                && (LEAST_SPAN / 2.0..=MOST_SPAN).contains(span) =>
        {
            Ok(Some(Part { middle: (*east, *north), span: span.max(LEAST_SPAN) }))
        }
        _ => Err(
            "The part of the map cannot be read: `at` is a longitude and a latitude with a comma between, `span` its \
             width in degrees. Everything is shown instead."
                .into(),
        ),
    }
}

fn asked(query: &Filled, part: Part) -> String {
    let at = format!("{:.5},{:.5}", part.middle.0, part.middle.1);
    let with = Filled(
        query
            .0
            .iter()
            .filter(|(name, _)| name != "at" && name != "span")
            .cloned()
            .collect(),
    );
    format!("{}&span={:.5}", with.query_with("at", &at), part.span)
}

fn moves(href: &str, query: &Filled, part: Part) -> Vec<Link> {
    let to = |label: &str, part: Part| Link::to(label, &format!("{href}?{}", asked(query, part)));
    let mut links = vec![
        to("Nearer", part.wide(0.5)),
        to("Farther", part.wide(2.0)),
        to("North", part.moved(0.0, 0.5)),
        to("South", part.moved(0.0, -0.5)),
        to("West", part.moved(-0.5, 0.0)),
        to("East", part.moved(0.5, 0.0)),
    ];
    if !query.get("at").is_empty() {
        let all = Filled(
            query
                .0
                .iter()
                .filter(|(name, _)| name != "at" && name != "span")
                .cloned()
                .collect(),
        );
        links.push(Link::to(
            "All places",
            &format!("{href}?{}", all.query_with("", "")),
        ));
    }
    links
}

const fn kind_words(kind: PlaceOf) -> (&'static str, &'static str) {
    match kind {
        PlaceOf::Organisation => ("Organisations", "organisation"),
        PlaceOf::Vessel => ("Ships", "ship"),
        PlaceOf::Contract => ("Contracts and tenders", "contract"),
        PlaceOf::Property => ("Property", "property"),
        PlaceOf::Document => ("Papers", "paper"),
    }
}

const fn held_words(held: Held) -> &'static str {
    match held {
        Held::Subject => "subject",
        Held::Cited => "cited by a finding or note",
        Held::Linked => "linked to a subject",
        Held::Filed => "filed as evidence",
    }
}

fn filters(told: &CaseMap, query: &Filled) -> Vec<Field> {
    let chosen = |name: &str, value: &str| query.get(name) == value;
    let kinds = PlaceOf::ALL.map(|kind| Choice {
        chosen: chosen("kind", kind.word()),
        ..Choice::new(kind.word(), kind_words(kind).0, "")
    });
    let subjects = told.subjects.iter().map(|(record, name)| Choice {
        chosen: chosen("subject", &record.to_string()),
        ..Choice::new(&record.to_string(), name, "")
    });
    let exact = Choice {
        chosen: chosen("exact", "spot"),
        ..Choice::new("spot", "One spot only", "")
    };
    vec![
        Field::text("kind", "Kind").options(kinds.into()),
        Field::text("subject", "Of subject").options(subjects.collect()),
        Field::text("exact", "How exactly").options(vec![exact]),
    ]
}

fn how(place: &Place) -> String {
    match &place.found {
        Ok(found) => match found.exact {
            Exact::Given => "at the coordinates that the source gives".into(),
            Exact::House => format!("by the number along {}", found.by),
            Exact::Site => format!("at {}", found.by),
            Exact::Street => format!("somewhere in {}", found.by),
            Exact::Town => format!("somewhere in {}; the base has no such street", found.by),
        },
        Err(Unplaced::Unknown) => "the base has no such street, site or town".into(),
        Err(Unplaced::Several) => {
            "the base has several of that name, and the address does not say which".into()
        }
        Err(Unplaced::Home) => {
            "a person of this case has the same address; where persons live is not drawn".into()
        }
    }
}

fn row(around: &Around, number: usize, place: &Place) -> PlaceRow {
    let case = around.href();
    let (href, marks) = match place.told {
        Told::Record(record, dataset, _) => {
            let href = format!("{case}/records/{record}");
            let mark = around.mark(dataset, &format!("p-{number}"), &href);
            (href, vec![mark])
        }
        Told::Evidence(item) => (format!("{case}/evidence/{item}"), Vec::new()),
    };
    let home = place.found == Err(Unplaced::Home);
    PlaceRow {
        name: place.name.clone(),
        href,
        kind: format!("{}, {}", kind_words(place.of).1, held_words(place.held)),
        property: match place.told {
            Told::Record(..) => words::property(&place.property.0, &place.property.1),
            Told::Evidence(_) => "Place of collection".into(),
        },
        address: match home {
            true => String::new(),
            false => place.address.clone(),
        },
        how: how(place),
        marks,
        ..PlaceRow::default()
    }
}
