//! The map of a case: what is placed, how exactly, by whose word, and what never is.

use desk::follow::Followed;
use serde_json::{Value, json};

use crate::house::{Answer, House, STORY};

/// A base with one town, two streets and a site; beside it a second town.
pub const BASE: &str = r#"{"type":"FeatureCollection","name":"Two towns","attribution":"Survey of tests","features":[
  {"type":"Feature","properties":{"kind":"land","rank":1},"geometry":{"type":"Polygon",
    "coordinates":[[[-28,45],[-26,45],[-26,47],[-28,47],[-28,45]]]}},
  {"type":"Feature","properties":{"kind":"town","name":"Merravin","rank":1},"geometry":{"type":"Point","coordinates":[-27,46]}},
  {"type":"Feature","properties":{"kind":"town","name":"Zárubec","rank":2},"geometry":{"type":"Point","coordinates":[-26.5,46.5]}},
  {"type":"Feature","properties":{"kind":"street","name":"Møllegade","city":"Merravin","houses":[1,101],"rank":5},
    "geometry":{"type":"LineString","coordinates":[[-27,46],[-26.9,46]]}},
  {"type":"Feature","properties":{"kind":"street","name":"Saltvej","city":"Merravin","houses":[1,101],"rank":5},
    "geometry":{"type":"LineString","coordinates":[[-27,46.01],[-26.9,46.01]]}},
  {"type":"Feature","properties":{"kind":"site","name":"Outer Basin","city":"Merravin","rank":4},
    "geometry":{"type":"Point","coordinates":[-26.95,46.02]}}]}"#;

fn thing(id: &str, schema: &str, properties: &Value) -> Value {
    json!({ "id": id, "schema": schema, "properties": properties })
}

fn held() -> Vec<Value> {
    let director = |id: &str, person: &str, company: &str| {
        let ends = json!({ "director": [person], "organization": [company] });
        thing(id, "Directorship", &ends)
    };
    let owner = |id: &str, asset: &str| {
        thing(
            id,
            "Ownership",
            &json!({ "owner": ["900"], "asset": [asset] }),
        )
    };
    vec![
        thing(
            "900",
            "Company",
            &json!({ "name": ["Lodestar Dredging"], "address": ["Mollegade 51, 1204 Merravin"] }),
        ),
        thing(
            "901",
            "Company",
            &json!({ "name": ["Halyard Trading"], "address": ["Saltvej 11, Merravin"] }),
        ),
        thing(
            "902",
            "Company",
            &json!({ "name": ["Farhaven Fish"], "address": ["Long Road 3, Farhaven"] }),
        ),
        thing(
            "903",
            "Company",
            &json!({ "name": ["Zarubec Steel"], "address": ["Unheard 3, QV-1000 Zárubec"] }),
        ),
        thing(
            "904",
            "Vessel",
            &json!({ "name": ["Grey Petrel"], "registrationPort": ["Zárubec"] }),
        ),
        thing(
            "p1",
            "Person",
            &json!({ "name": ["Osk Nummer"], "address": ["Saltvej 11, Merravin"] }),
        ),
        thing(
            "p2",
            "Person",
            &json!({ "name": ["Ilse Varn"], "address": ["Saltvej 77, Merravin"] }),
        ),
        thing(
            "plot",
            "RealEstate",
            &json!({ "name": ["Plot of a person"], "address": ["Saltvej 77, Merravin"] }),
        ),
        thing(
            "plot-owner",
            "Ownership",
            &json!({ "owner": ["p2"], "asset": ["plot"] }),
        ),
        director("d1", "p1", "900"),
        director("d2", "p2", "900"),
        owner("o1", "901"),
        owner("o2", "902"),
        owner("o3", "903"),
        owner("o4", "904"),
        owner("o5", "plot"),
    ]
}

fn named<'a>(read: &'a Answer, name: &str) -> &'a Value {
    read.json["places"]
        .as_array()
        .unwrap()
        .iter()
        .find(|place| place["name"] == name)
        .unwrap_or(&Value::Null)
}

#[test]
fn the_map_places_what_a_case_holds_by_its_sources_and_no_person() {
    let house = House::new();
    let mut entities = crate::house::register("active");
    entities.extend(held());
    let followed = house.deliver("register", "2", &entities);
    assert!(matches!(followed, Followed::Published { .. }));
    let case = house.team_case();
    let root = house.record(case, "ines", "register", "900");
    house
        .post(
            &format!("/api/cases/{case}/subjects"),
            "ines",
            &json!({ "record": root }),
        )
        .is(201);
    let mut paper = STORY.to_vec();
    for part in &mut paper {
        if part.0 == "place" {
            part.2 = "Møllegade 77, Merravin".as_bytes();
        }
    }
    paper.push(("file", Some("seized.txt"), b"a ledger of the harbour"));
    house
        .form(&format!("/api/cases/{case}/evidence"), "ines", &paper)
        .is(201);

    let read = house.get(&format!("/api/cases/{case}/map"), "ines").is(200);
    let own = named(&read, "Lodestar Dredging");
    assert_eq!(
        (&own["exact"], &own["held"]),
        (&json!("house"), &json!("subject")),
        "{own}"
    );
    let at = own["point"].as_array().unwrap();
    assert!(
        (at[0].as_f64().unwrap() + 26.95).abs() < 1e-9 && at[1] == 46.0,
        "{own}"
    );
    assert!(
        own["statement"].is_string() && own["dataset"].is_string(),
        "{own}"
    );
    let ship = named(&read, "Grey Petrel");
    assert_eq!(
        (&ship["kind"], &ship["exact"], &ship["by"]),
        (&json!("vessel"), &json!("town"), &json!("Zárubec"))
    );
    assert_eq!(named(&read, "Zarubec Steel")["exact"], "town");
    assert_eq!(named(&read, "Farhaven Fish")["unplaced"], "unknown");
    // A company at the home of a person of the case is not drawn, nor is its address told.
    let home = named(&read, "Halyard Trading");
    assert_eq!(
        (&home["unplaced"], &home["address"], &home["point"]),
        (&json!("home"), &Value::Null, &Value::Null)
    );
    // A document is placed to its street, whatever the number.
    let ledger = named(&read, "seized.txt");
    assert_eq!(
        (&ledger["exact"], &ledger["by"]),
        (&json!("street"), &json!("Møllegade, Merravin")),
        "{ledger}"
    );
    for none in ["Osk Nummer", "Ilse Varn", "Plot of a person"] {
        assert!(named(&read, none).is_null(), "{none} is placed");
    }
    house.get(&format!("/api/cases/{case}/map"), "rolf").is(403);
    house.get(&format!("/api/cases/{case}/map"), "ada").is(404);

    let page = |path: &str| {
        let address = format!("/cases/{case}/map{path}");
        crate::screens::page(&house, &address, "ines")
            .is(200)
            .text()
    };
    let whole = page("");
    for shown in [
        "<svg class=\"map\"",
        "map-land",
        "Lodestar Dredging",
        "somewhere in Zárubec",
        "Survey of tests",
        "where persons live is not drawn",
    ] {
        assert!(whole.contains(shown), "{shown}");
    }
    assert!(!whole.contains("Saltvej 11"), "the home's address is told");
    let ships = page("?kind=vessel");
    assert!(ships.contains("Grey Petrel") && !ships.contains("Lodestar Dredging:"));
    let near = page("?at=-26.95,46.0&span=0.05");
    assert!(near.contains("Møllegade") && near.contains("map-street-near"));
    assert!(page("?at=here").contains("The part of the map cannot be read"));
}
