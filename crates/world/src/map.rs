//! The map of this world as GeoJSON: a gulf with seven states around it, their towns, and every street of the port.
//!
//! The same for every seed: streets do not move. Lengths are kilometres from the harbour's mouth, which lies where on
//! Earth there is only sea. Each street that an address can name is a line with its span of house numbers, so that an
//! address can be found again on it.

use std::f64::consts::PI;

use serde_json::{Value, json};

use crate::names::script;
use crate::place::{STATES, STREET_KINDS, STREET_STEMS, State};

/// Where the harbour's mouth lies.
const ORIGIN: (f64, f64) = (-27.0, 46.0);
/// Kilometres of a degree at this latitude: of longitude, of latitude.
const DEGREE: (f64, f64) = (77.33, 111.15);
/// The gulf's middle and its size.
const GULF: (f64, f64) = (180.0, 0.0);
const GULF_SIZE: f64 = 180.0;
/// The harbour basin's size.
const BASIN: f64 = 0.9;
/// Half of the strait that opens the gulf to the ocean, in degrees.
const STRAIT: f64 = 14.0;

type Point = (f64, f64);

/// Sites of public works and other places that have a name and no house.
pub(crate) const SITES: [(&str, f64, f64); 10] = [
    ("Outer Basin", 0.55, -0.02),
    ("Free Port", -0.62, -0.5),
    ("Ferry Terminal", -0.12, 0.99),
    ("Pilot Station", 0.05, -1.02),
    ("Coast Guard Station", 0.08, 1.35),
    ("Town Hall", -1.75, 0.1),
    ("Waterworks", -3.9, 1.6),
    ("Central Depot", -3.2, -1.9),
    ("City Hospital", -2.4, 1.75),
    ("Wreck Ground", 2.6, 0.9),
];

/// The whole map.
pub(crate) fn geojson() -> Value {
    let mut features = Vec::new();
    land(&mut features);
    for state in STATES.iter().skip(1).enumerate() {
        neighbour(state, &mut features);
    }
    port(&mut features);
    json!({
        "type": "FeatureCollection",
        "name": "Merravin and its neighbours",
        "attribution": "Merravin Survey Office (fictional)",
        "features": features,
    })
}

fn degrees((x, y): Point) -> Value {
    let round = |number: f64| (number * 100_000.0).round() / 100_000.0;
    json!([
        round(ORIGIN.0 + x / DEGREE.0),
        round(ORIGIN.1 + y / DEGREE.1)
    ])
}

fn line(points: &[Point]) -> Value {
    let at: Vec<Value> = points.iter().copied().map(degrees).collect();
    json!({"type": "LineString", "coordinates": at})
}

fn area(points: &[Point]) -> Value {
    let mut at: Vec<Value> = points.iter().copied().map(degrees).collect();
    at.extend(at.first().cloned());
    json!({"type": "Polygon", "coordinates": [at]})
}

fn spot(point: Point) -> Value {
    json!({"type": "Point", "coordinates": degrees(point)})
}

fn feature(properties: &Value, geometry: &Value) -> Value {
    json!({"type": "Feature", "properties": properties, "geometry": geometry})
}

/// A point at an angle of degrees and a distance from a middle.
fn around(middle: Point, angle: f64, distance: f64) -> Point {
    let turn = angle * PI / 180.0;
    (
        middle.0 + distance * turn.cos(),
        middle.1 + distance * turn.sin(),
    )
}

/// Waves of several lengths: a coast that looks like one and is the same each time.
fn waves(angle: f64, seed: f64) -> f64 {
    let turn = angle * PI / 180.0;
    (3.0 * turn + seed).sin() * 0.5
        + (7.0 * turn + 2.3 * seed).sin() * 0.27
        + (17.0 * turn + 0.7 * seed).sin() * 0.12
        + (41.0 * turn + 1.9 * seed).sin() * 0.06
        + (97.0 * turn + 3.1 * seed).sin() * 0.025
}

/// How far the gulf's coast is from its middle; undisturbed near the port, so that the port lies on it.
fn inner(angle: f64) -> f64 {
    let away = ((angle - 180.0).abs() / 18.0).min(1.0);
    GULF_SIZE * (1.0 + 0.16 * away * away * waves(angle, 1.0))
}

fn outer(angle: f64) -> f64 {
    430.0 * (1.0 + 0.11 * waves(angle, 4.2))
}

/// Streets bend a little, the more the farther from the water.
fn bent((x, y): Point) -> Point {
    let far = ((x.hypot(y) - 1.1) / 2.0).clamp(0.0, 1.0);
    (
        x + far * 0.13 * (2.1 * y + 1.0).sin(),
        y + far * 0.13 * (1.7 * x + 2.0).sin(),
    )
}

/// Points of an arc around the basin, from one angle to another.
fn arc(distance: f64, from: f64, to: f64, steps: u32) -> Vec<Point> {
    (0..=steps)
        .map(|step| {
            let angle = from + (to - from) * f64::from(step) / f64::from(steps);
            bent(around((0.0, 0.0), angle, distance))
        })
        .collect()
}

fn land(features: &mut Vec<Value>) {
    let mut coast = Vec::new();
    let steps = 720;
    let whole = 360.0 - 2.0 * STRAIT;
    let at = |step: u32| STRAIT + whole * f64::from(step) / f64::from(steps);
    for step in 0..=steps {
        coast.push(around(GULF, at(step), outer(at(step))));
    }
    coast.extend(strait(-1.0));
    for step in (0..=steps).rev() {
        let angle = at(step);
        let point = around(GULF, angle, inner(angle));
        // Here the gulf reaches into the town.
        if point.1.abs() < 4.0 && point.0 < 4.0 {
            continue;
        }
        let passed = coast
            .last()
            .is_some_and(|last| last.1 > 0.0 && last.0 < 6.0);
        if passed && point.1 < 0.0 {
            basin(&mut coast);
        } else if coast
            .last()
            .is_some_and(|last| last.1 < 0.0 && last.0 < 6.0)
            && point.1 > 0.0
        {
            let mut way = Vec::new();
            basin(&mut way);
            way.reverse();
            coast.extend(way);
        }
        coast.push(point);
    }
    coast.extend(strait(1.0).into_iter().rev());
    features.push(feature(&json!({"kind": "land", "rank": 1}), &area(&coast)));
    // The road from port to port, along the water.
    let wide = (360.0 - 2.0 * STRAIT) / 6.0;
    let (from, to) = (STRAIT + wide / 2.0, 360.0 - STRAIT - wide / 2.0);
    let road: Vec<Point> = (0..=160)
        .map(|step| {
            let angle = from + (to - from) * f64::from(step) / 160.0;
            around(GULF, angle, inner(angle) + 5.0)
        })
        .collect();
    features.push(feature(&json!({"kind": "road", "rank": 1}), &line(&road)));
    for (angle, distance, size, seed) in [
        (20.0, 60.0, 11.0, 2.0),
        (75.0, 95.0, 16.0, 5.0),
        (250.0, 80.0, 9.0, 8.0),
        (300.0, 110.0, 13.0, 11.0),
    ] {
        let middle = around(GULF, angle, distance);
        let shore: Vec<Point> = (0..90)
            .map(|step| {
                let turn = f64::from(step) * 4.0;
                around(middle, turn, size * (1.0 + 0.4 * waves(turn, seed)))
            })
            .collect();
        features.push(feature(&json!({"kind": "land", "rank": 2}), &area(&shore)));
    }
    let label = json!({"kind": "sea", "name": "Gulf of Merravin", "rank": 1});
    features.push(feature(&label, &spot((170.0, 10.0))));
}

/// A shore of the strait from the ocean to the gulf; `side` is 1 in the north.
fn strait(side: f64) -> Vec<Point> {
    let angle = STRAIT * side;
    let (far, near) = (outer(angle), inner(angle));
    (1..40)
        .map(|step| {
            let part = f64::from(step) / 40.0;
            let bend = 3.5 * waves(part * 360.0, 3.0 + side) * (part * PI).sin();
            around(GULF, angle + bend, far + (near - far) * part)
        })
        .collect()
}

/// The coast of the port from north to south: the half circle of its basin.
fn basin(coast: &mut Vec<Point>) {
    coast.extend([(0.25, 3.6), (0.12, 2.4), (0.05, 1.5), (0.0, BASIN)]);
    coast.extend(
        (1..48).map(|step| around((0.0, 0.0), 90.0 + 180.0 * f64::from(step) / 48.0, BASIN)),
    );
    coast.extend([(0.0, -BASIN), (0.06, -1.6), (0.1, -2.5), (0.3, -3.7)]);
}

/// A state beside the port: its border, its name, its towns and their streets.
fn neighbour((at, state): (usize, &State), features: &mut Vec<Value>) {
    let wide = (360.0 - 2.0 * STRAIT) / 6.0;
    let begins = STRAIT + wide * f64::from(u32::try_from(at).unwrap_or(0));
    let middle = begins + wide / 2.0;
    if at > 0 {
        let near = if at == 3 {
            GULF_SIZE + 30.0
        } else {
            inner(begins)
        };
        let border: Vec<Point> = (0..=24)
            .map(|step| {
                let part = f64::from(step) / 24.0;
                let bend = 2.2 * waves(part * 220.0, begins) * (part * PI).sin();
                around(GULF, begins + bend, near + (outer(begins) - near) * part)
            })
            .collect();
        features.push(feature(
            &json!({"kind": "border", "rank": 1}),
            &line(&border),
        ));
    }
    let label = json!({"kind": "state", "name": state.name, "country": state.code, "rank": 1});
    let inland = f64::midpoint(inner(middle), outer(middle));
    features.push(feature(&label, &spot(around(GULF, middle, inland + 20.0))));
    let places = [(0.0, 5.0), (-12.0, 82.0), (13.0, 120.0)];
    for (number, (town, (turn, away))) in state.towns.iter().zip(places).enumerate() {
        let angle = middle + turn;
        let centre = around(GULF, angle, inner(angle) + away);
        let kind = json!({
            "kind": "town", "name": town, "also": [script::unmarked(town)], "country": state.code,
            "rank": if number == 0 { 2 } else { 3 }, "port": number == 0,
        });
        features.push(feature(&kind, &spot(centre)));
        town_streets(state, town, centre, features);
    }
}

fn town_streets(state: &State, town: &str, centre: Point, features: &mut Vec<Value>) {
    let many = f64::from(u32::try_from(state.streets.len()).unwrap_or(1)).max(1.0);
    for (number, street) in (0_u32..).zip(state.streets) {
        let turn = 180.0 * f64::from(number) / many + 11.0;
        let aside = around(centre, turn + 90.0, 0.35 * (f64::from(number) - many / 2.0));
        let points: Vec<Point> = (0..=6)
            .map(|step| {
                let along = (f64::from(step) - 3.0) * 0.42;
                around(
                    around(aside, turn, along),
                    turn + 90.0,
                    0.05 * (along * 2.0).sin(),
                )
            })
            .collect();
        let about = json!({
            "kind": "street", "name": street, "also": [script::unmarked(street)], "city": town,
            "country": state.code, "houses": [1, 180], "rank": 6,
        });
        features.push(feature(&about, &line(&points)));
    }
}

/// The port: its border, basin, streets and sites.
fn port(features: &mut Vec<Value>) {
    let border: Vec<Point> = (0..=60)
        .map(|step| {
            let angle = 92.0 + 176.0 * f64::from(step) / 60.0;
            around((0.0, 0.0), angle, 30.0 * (1.0 + 0.2 * waves(angle, 7.0)))
        })
        .collect();
    features.push(feature(
        &json!({"kind": "border", "rank": 2}),
        &line(&border),
    ));
    let river: Vec<Point> = (0..=70)
        .map(|step| {
            let x = -0.86 - f64::from(step) * 0.45;
            (
                x,
                0.45 + 0.5 * (x * 0.9).sin() + 0.09 * (x + 0.86).powi(2) / 3.0,
            )
        })
        .collect();
    features.push(feature(
        &json!({"kind": "river", "name": "Merra", "rank": 4}),
        &line(&river),
    ));
    for (x, y, size, seed) in [
        (-2.05, -0.95, 0.2, 1.0),
        (-3.5, 0.2, 0.42, 3.0),
        (-1.6, 2.6, 0.34, 6.0),
    ] {
        let edge: Vec<Point> = (0..36)
            .map(|step| {
                let turn = f64::from(step) * 10.0;
                around((x, y), turn, size * (1.0 + 0.3 * waves(turn, seed)))
            })
            .collect();
        features.push(feature(&json!({"kind": "park", "rank": 5}), &area(&edge)));
    }
    for side in [1.0, -1.0] {
        let mole = [
            (0.0, 0.9 * side),
            (0.42, 0.8 * side),
            (0.78, 0.5 * side),
            (0.86, 0.24 * side),
        ];
        features.push(feature(&json!({"kind": "pier", "rank": 4}), &line(&mole)));
    }
    let town =
        json!({"kind": "town", "name": "Merravin", "country": "QM", "rank": 1, "port": true});
    features.push(feature(&town, &spot((-1.35, 0.0))));
    for (name, x, y) in SITES {
        let about =
            json!({"kind": "site", "name": name, "city": "Merravin", "country": "QM", "rank": 4});
        features.push(feature(&about, &spot((x, y))));
    }
    for kind in 0..STREET_KINDS.len() {
        for stem in 0..STREET_STEMS.len() {
            street(stem, kind, features);
        }
    }
}

/// Quays along the water, piers into it, three kinds of street around it and three that lead away from it.
fn street(stem: usize, kind: usize, features: &mut Vec<Value>) {
    let (Some(first), Some(last)) = (STREET_STEMS.get(stem), STREET_KINDS.get(kind)) else {
        return;
    };
    let number = |value: usize| f64::from(u32::try_from(value).unwrap_or(0));
    // Names of one stem do not lie beside each other.
    let seat = (stem * 7 + kind * 5) % STREET_STEMS.len();
    let points = match *last {
        "kaj" => {
            let from = 90.0 + 7.5 * number(seat);
            arc(0.97, from, from + 7.5, 4)
        }
        "brygge" => {
            let angle = 93.75 + 7.5 * number(seat);
            let long = if seat.is_multiple_of(3) { 0.3 } else { 0.2 };
            vec![
                around((0.0, 0.0), angle, BASIN + 0.02),
                around((0.0, 0.0), angle, BASIN - long),
            ]
        }
        "gade" | "vej" | "stræde" => {
            let group = match *last {
                "gade" => 0,
                "stræde" => 1,
                _ => 2,
            };
            let place = group * 24 + seat;
            let (ring, part) = (place / 9, place % 9);
            let from = 90.0 + 20.0 * number(part);
            arc(1.2 + 0.3 * number(ring), from, from + 20.0, 10)
        }
        _ => {
            let group = match *last {
                "plads" => 0,
                "allé" => 1,
                _ => 2,
            };
            let place = group * 24 + seat;
            let (ray, part) = (place % 18, place / 18);
            let angle = 95.0 + 10.0 * number(ray);
            let from = 1.0 + 0.6 * number(part);
            (0..=6)
                .map(|step| bent(around((0.0, 0.0), angle, from + 0.1 * f64::from(step))))
                .collect()
        }
    };
    let name = format!("{first}{last}");
    let mut also = vec![script::unmarked(&name)];
    let hurried = also
        .first()
        .map(|plain| plain.replace("gade", "gd.").replace("vej", "v."));
    also.extend(hurried.filter(|hurried| !also.contains(hurried)));
    let about = json!({
        "kind": if *last == "brygge" { "pier" } else { "street" }, "name": name, "also": also, "city": "Merravin",
        "country": "QM", "houses": [1, 140], "rank": if matches!(*last, "kaj" | "gade") { 5 } else { 6 },
    });
    features.push(feature(&about, &line(&points)));
}
