//! Browsers: no act by another site, no cookie without the page's own token, and streams that end with the right to them.

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::house::House;
use crate::routes::{Route, Stage, listed};

/// The same request with the cookie of a session instead of its token.
fn by_cookie(stage: &Stage, route: &Route, more: &[(&str, &str)]) -> Request<Body> {
    let mut request = stage.request(route, "nobody", None);
    let cookie = format!(
        "theme=dark; predicate_session={}",
        stage.house.token("ines")
    );
    request
        .headers_mut()
        .insert("cookie", cookie.parse().unwrap());
    for (name, value) in more {
        let name = axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    request
}

/// Routes of the sign-in itself, which know no cookie.
const BEARER_ALONE: [&str; 5] = [
    "POST /api/session/code",
    "POST /api/session/invitation",
    "POST /api/session/first",
    "POST /api/me/factors",
    "POST /api/me/factors/{factor}/confirmation",
];

#[test]
fn an_08_another_origin_changes_nothing_c1() {
    let stage = Stage::set();
    let csrf = stage.house.who("ines").csrf.clone();
    let before = stage.house.entries(None).len();
    let mut tried = 0;
    for route in listed().iter().filter(|route| route.changes()) {
        for elsewhere in [
            vec![("origin", "https://evil.example")],
            vec![("origin", "null")],
            vec![("origin", "https://desk.example.evil.example")],
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
            vec![
                ("origin", "https://evil.example"),
                ("content-type", "application/x-www-form-urlencoded"),
            ],
            vec![
                ("origin", "https://evil.example"),
                ("content-type", "text/plain"),
            ],
            vec![
                ("origin", "https://evil.example"),
                ("x-csrf", csrf.as_str()),
            ],
        ] {
            let answer = stage
                .house
                .send(by_cookie(&stage, route, &elsewhere))
                .is(403);
            assert_eq!(answer.reason(), "request.other-origin", "{}", route.name());
            tried += 1;
        }
    }
    assert!(tried > 100, "only {tried} tries");
    stage.house.get("/api/me", "ines").is(200);
    // Reading the log is itself an entry: the two readings stand for their pages, and nothing else came.
    let after = stage.house.entries(None);
    let ours = after
        .iter()
        .skip(before)
        .filter(|(_, entry)| entry.act != "read_log")
        .count();
    assert_eq!(ours, 0);
}

#[test]
fn a_cookie_alone_changes_nothing_and_reads_what_its_session_may() {
    let stage = Stage::set();
    let csrf = stage.house.who("ines").csrf.clone();
    for route in listed() {
        if route.admits.iter().any(|word| word == "source") {
            // Not even looked at: a source has a token of its own.
            stage.house.send(by_cookie(&stage, &route, &[])).is(401);
            continue;
        }
        let open = route.admits.iter().any(|word| word == "nobody");
        if route.changes() && !open {
            for wrong in [
                vec![],
                vec![("x-csrf", "0000")],
                vec![("x-csrf", stage.house.who("kai").csrf.as_str())],
            ] {
                let answer = stage.house.send(by_cookie(&stage, &route, &wrong));
                if BEARER_ALONE.contains(&route.name().as_str()) {
                    answer.is(401);
                    continue;
                }
                let answer = answer.is(403);
                assert_eq!(answer.reason(), "session.form-token", "{}", route.name());
            }
        }
    }
    let me = listed()
        .into_iter()
        .find(|route| route.name() == "GET /api/me")
        .unwrap();
    stage.house.send(by_cookie(&stage, &me, &[])).is(200);
    let note = listed()
        .into_iter()
        .find(|route| route.name() == "POST /api/cases/{case}/notes")
        .unwrap();
    let own = [
        ("origin", "https://desk.example"),
        ("sec-fetch-site", "same-origin"),
        ("x-csrf", csrf.as_str()),
    ];
    stage.house.send(by_cookie(&stage, &note, &own)).is(201);
}

#[test]
fn a_session_ends_with_signing_out_and_with_being_disabled() {
    let house = House::new();
    let given = json!({ "name": "ines", "password": crate::house::PASSWORD });
    let token = house.post("/api/session", "nobody", &given).is(201).json["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let me = |method: &str, path: &str| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"));
        house
            .send(request.body(Body::empty()).unwrap())
            .status
            .as_u16()
    };
    assert_eq!(me("GET", "/api/me"), 200);
    assert_eq!(me("DELETE", "/api/session"), 204);
    assert_eq!(me("GET", "/api/me"), 401);
    let wrong = json!({ "name": "ines", "password": "wrong horse battery" });
    let unknown = json!({ "name": "nemo", "password": "wrong horse battery" });
    let answers =
        [wrong, unknown].map(|given| house.post("/api/session", "nobody", &given).is(401).text());
    assert_eq!(
        answers[0], answers[1],
        "a failed sign-in does not say which part was wrong"
    );
    let kai = house.who("kai").user.id;
    house
        .call(
            "PUT",
            &format!("/api/users/{kai}/disabled"),
            "ada",
            &json!({ "disabled": true }),
        )
        .is(204);
    house.get("/api/me", "kai").is(401);
}

/// Reads a stream until it ends or has told as many events as wanted.
async fn events(
    house: &House,
    path: &str,
    who: &str,
    meanwhile: impl FnOnce() + Send + 'static,
) -> Vec<String> {
    let request = house.request("GET", path, who, &Value::Null);
    let response = house.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    let mut body = response.into_body();
    let mut told = Vec::new();
    let mut meanwhile = Some(meanwhile);
    let patience = std::time::Duration::from_secs(30);
    while let Some(frame) = tokio::time::timeout(patience, body.frame()).await.unwrap() {
        let Ok(bytes) = frame.unwrap().into_data() else {
            continue;
        };
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let event = text.lines().find_map(|line| line.strip_prefix("event: "));
        told.extend(event.map(ToOwned::to_owned));
        if let Some(meanwhile) = meanwhile.take() {
            tokio::task::spawn_blocking(meanwhile).await.unwrap();
        }
        if told
            .last()
            .is_some_and(|event| event == "alert" || event == "held")
        {
            break;
        }
    }
    told
}

#[test]
fn a_stream_tells_an_alert_and_ends_when_its_listener_leaves() {
    let stage = Stage::set();
    let house = &stage.house;
    let (desk, ines, kai) = (
        house.desk.clone(),
        house.who("ines").actor.clone(),
        house.who("kai").user.id,
    );
    let case = stage.case;
    let inbox = format!("/api/cases/{case}/events");
    let leave = move || desk.decide_membership(&ines, case, kai, None).unwrap();
    let told = house.runtime.block_on(events(house, &inbox, "kai", leave));
    assert_eq!(told, ["open", "end"]);
    let next = next_release(house, &crate::house::register("in liquidation"));
    let told = house.runtime.block_on(events(house, &inbox, "ines", next));
    assert_eq!(told, ["open", "alert"]);
}

/// The register's next release, delivered when called.
fn next_release(house: &House, entities: &[Value]) -> impl FnOnce() + Send + use<> {
    let (desk, dara) = (house.desk.clone(), house.who("dara").actor.clone());
    let path = house.folder.path().join("next.jsonl");
    std::fs::write(&path, crate::house::lines(entities)).unwrap();
    move || {
        let delivery = desk::follow::Delivery {
            dataset: "register",
            label: "4".into(),
            files: vec![desk::Input {
                name: "register.jsonl".into(),
                path,
            }],
            mapping: &desk::Mapping::ftm(),
            extent: domain::source::Extent::Full,
        };
        desk::follow::follow_release(&desk, &dara, &delivery, &mut |_| {
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    }
}

#[test]
fn a_steward_hears_at_once_of_a_release_that_is_held_and_nobody_else_may_listen() {
    let house = House::new();
    let path = "/api/releases/events";
    for (who, _, _) in crate::house::PEOPLE {
        if who != "dara" {
            house.get(path, who).is(403);
        }
    }
    let nothing = house.get("/api/releases/held", "dara").is(200);
    assert_eq!(nothing.json["held"], json!([]));
    let cut = next_release(&house, &crate::house::register("active")[..4]);
    let told = house.runtime.block_on(events(&house, path, "dara", cut));
    assert_eq!(told, ["open", "held"]);
    let waiting = house.get("/api/releases/held", "dara").is(200);
    let held = waiting.json["held"].as_array().unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0]["dataset_name"], "register");
    assert!(!held[0]["reason"].as_str().unwrap().is_empty());
}
