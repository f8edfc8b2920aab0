//! Loading a file by the screens: looked at, mapped, tried, taken; and what stops a dataset before that.

use axum::http::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, form};
use crate::screens::{page, send};

const TABLE: &str = "Company Number;Company Name;Incorporation Date;religion\n\
                     A1;M\u{fc}ller & S\u{f6}hne;2001-02-03;some faith\n\
                     A2;Stra\u{df}e AG;1999-01-01;\n\
                     A3;Kai <b>GmbH</b>;31 February;\n";

fn latin() -> Vec<u8> {
    TABLE.chars().map(|letter| letter as u8).collect()
}

fn register(house: &House) -> String {
    let all = house.get("/api/datasets", "dara").is(200);
    let all = all.json["datasets"].as_array().unwrap().clone();
    let found = all.iter().find(|dataset| dataset["name"] == "register");
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

/// Hands a file in as a browser does.
fn hand_in(house: &House, path: &str, who: &str, csrf: &str) -> Answer {
    let latin = latin();
    let parts: [(&str, Option<&str>, &[u8]); 2] = [
        ("csrf", None, csrf.as_bytes()),
        ("file", Some("firms.csv"), &latin),
    ];
    let (kind, body) = form(&parts);
    let mut request = house.request(Method::POST.as_str(), path, "nobody", &Value::Null);
    let headers = request.headers_mut();
    let cookie = format!("predicate_session={}", house.token(who));
    headers.insert("cookie", cookie.parse().unwrap());
    headers.insert("content-type", kind.parse().unwrap());
    *request.body_mut() = axum::body::Body::from(body);
    house.send(request)
}

/// The value of the text area of the mapping, as a browser would send it.
fn mapping_in(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"mapping\"").unwrap();
    let (_, rest) = rest.split_once(">\n").unwrap();
    let (text, _) = rest.split_once("</textarea>").unwrap();
    text.replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[test]
fn a_file_is_looked_at_mapped_tried_and_loaded_by_the_screens() {
    let house = House::new();
    let dataset = register(&house);
    let path = format!("/datasets/{dataset}/load");
    let overview = page(&house, &format!("/datasets/{dataset}"), "dara").is(200);
    assert!(overview.text().contains(&path), "the dataset leads there");
    page(&house, &path, "ines").is(403);
    page(&house, &path, "dara").is(200);

    let csrf = house.who("dara").csrf.clone();
    hand_in(&house, &path, "dara", "another").is(403);
    let sent = hand_in(&house, &path, "dara", &csrf).is(303);
    let place = sent.headers["location"].to_str().unwrap().to_owned();
    let seen = page(&house, &place, "dara").is(200).text();
    for said in [
        "windows-1252",
        "A guess",
        "M\u{fc}ller",
        "never read",
        "registrationNumber",
    ] {
        assert!(seen.contains(said), "{said}: {seen}");
    }
    assert!(!seen.contains("some faith"), "a special category is shown");
    assert!(!seen.contains("<b>GmbH"), "what a file says is text");
    page(&house, &place, "ines").is(403);

    let told = page(&house, &format!("{place}?encoding=utf-16le"), "dara")
        .is(200)
        .text();
    assert!(told.contains("Certain: as you said"), "{told}");

    let draft = [
        ("step", "draft"),
        ("property-0", "registrationNumber"),
        ("key-0", "yes"),
        ("property-1", "name"),
        ("property-2", "incorporationDate"),
    ];
    let drafted = send(&house, &place, "dara", &draft).is(200).text();
    let mapping = mapping_in(&drafted);
    assert!(mapping.contains("keys: [\"Company Number\"]"), "{mapping}");
    let bad = [
        ("step", "preview"),
        ("mapping", "register: {query: {file: firms.csv}}"),
    ];
    let again = send(&house, &place, "dara", &bad).is(422).text();
    assert!(again.contains("akes no entities"), "{again}");

    let tried = send(
        &house,
        &place,
        "dara",
        &[("step", "preview"), ("mapping", &mapping)],
    );
    let tried = tried.is(200).text();
    for said in [
        "Of 3 rows: 3 taken",
        "Stra\u{df}e AG",
        "31 February",
        "religion",
        "Load the whole file",
    ] {
        assert!(tried.contains(said), "{said}: {tried}");
    }
    let before = house
        .get(&format!("/api/datasets/{dataset}/releases"), "dara")
        .is(200)
        .json;
    assert_eq!(
        before["releases"].as_array().unwrap().len(),
        1,
        "nothing is taken yet"
    );

    let load = [("step", "load"), ("mapping", &mapping), ("extent", "delta")];
    send(&house, &place, "dara", &load).is(422);
    let load = [load[0], load[1], load[2], ("label", "2030-02")];
    let loaded = send(&house, &place, "dara", &load).is(303);
    let release = loaded.headers["location"].to_str().unwrap().to_owned();
    let receipt = page(&house, &release, "dara").is(200).text();
    assert!(
        receipt.contains("February 2030") && receipt.contains("religion"),
        "{receipt}"
    );
    page(&house, &place, "dara").is(404);
}

#[test]
fn a_file_that_is_left_is_deleted_and_one_of_another_is_not_found() {
    let house = House::new();
    let dataset = register(&house);
    let path = format!("/datasets/{dataset}/load");
    let csrf = house.who("dara").csrf.clone();
    let sent = hand_in(&house, &path, "dara", &csrf).is(303);
    let place = sent.headers["location"].to_str().unwrap().to_owned();
    page(&house, &format!("{path}/..%2f..%2fkeys"), "dara").is(404);
    send(&house, &place, "dara", &[("step", "leave")]).is(303);
    page(&house, &place, "dara").is(404);
}

#[test]
fn gate_08_a_dataset_without_authority_cannot_be_activated_c1() {
    let house = House::new();
    let body = |authority: Value| {
        json!({ "name": "found", "title": "Found", "publisher": "P", "agreement": {
            "purposes": ["fraud"], "authority": authority, "matching": false, "standing_rules": false,
            "from": "2026-01-01T00:00:00Z", "until": "2036-01-01T00:00:00Z", "terms": "open" } })
    };
    for authority in [json!(""), json!("   "), Value::Null] {
        house
            .post("/api/datasets", "dara", &body(authority.clone()))
            .is(422);
        let known = house.get("/api/datasets", "dara").is(200).json;
        let known = known["datasets"].as_array().unwrap();
        assert!(
            known.iter().all(|dataset| dataset["name"] != "found"),
            "{authority}"
        );
    }
    house
        .post("/api/datasets", "dara", &body(json!("search warrant 12")))
        .is(201);
}
