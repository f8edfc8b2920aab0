//! Live sources and subscriptions on their pages and over the interface.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::house::{House, lines, list};
use crate::screens::{page, send};

#[test]
fn a_steward_sets_a_source_up_on_its_page_and_a_sender_sends_to_it() {
    let house = House::new();
    let form = [
        ("name", "pushed"),
        ("dataset", "list"),
        ("way", "push"),
        ("address", ""),
        ("secret", ""),
        ("period", "60"),
        ("extent", "delta"),
        ("mapping", "ftm"),
    ];
    send(&house, "/sources", "ines", &form).is(403);
    let made = send(&house, "/sources", "dara", &form).is(200).text();
    let token = made.split("<p class=\"mono\">").nth(1).unwrap();
    let token = token.split('<').next().unwrap().to_owned();
    assert_eq!(token.len(), 64, "{token}");
    let sources = house.get("/api/sources", "dara").is(200).json;
    let id = sources["sources"][0]["id"].as_str().unwrap().to_owned();
    let again = page(&house, &format!("/sources/{id}"), "dara")
        .is(200)
        .text();
    assert!(!again.contains(&token), "a token is shown once");

    let request = |key: &str, body: String| {
        Request::post("/api/incoming")
            .header("authorization", format!("Bearer {token}"))
            .header("idempotency-key", key)
            .body(Body::from(body))
            .unwrap()
    };
    let first = house.send(request("a", lines(&list()))).is(202).json;
    assert_eq!(house.send(request("a", lines(&list()))).is(202).json, first);
    house.send(request("a", "{}".into())).is(409);
    house.send(request("", "{}".into())).is(422);
    let waits = page(&house, &format!("/sources/{id}"), "dara")
        .is(200)
        .text();
    assert!(waits.contains("1 delivery here"), "{waits}");
    let paused = format!("/sources/{id}");
    send(&house, &paused, "dara", &[("handling", "pause")]).is(303);
    let listed = page(&house, "/sources", "dara").is(200).text();
    assert!(listed.contains("paused"), "{listed}");
    page(&house, "/sources", "ines").is(403);
}

#[test]
fn an_address_that_leads_inside_is_told_at_its_field() {
    let house = House::new();
    let form = [
        ("name", "inward"),
        ("dataset", "list"),
        ("way", "http"),
        ("address", "http://169.254.169.254/latest"),
        ("period", "60"),
        ("mapping", "ftm"),
    ];
    let text = send(&house, "/sources", "dara", &form).is(422).text();
    assert!(text.contains("not reachable from everywhere"), "{text}");
    assert!(
        text.contains("http://169.254.169.254/latest"),
        "what was typed stays"
    );
}

#[test]
fn a_member_orders_on_a_page_and_sees_what_became_of_it() {
    let house = House::new();
    let case = house.team_case().to_string();
    let order = [
        ("case", case.as_str()),
        ("way", "webhook"),
        ("address", "https://1.1.1.1/hook"),
    ];
    send(&house, "/subscriptions", "ines", &order).is(303);
    let text = page(&house, "/subscriptions", "ines").is(200).text();
    assert!(
        text.contains("https://1.1.1.1/hook") && text.contains("whsec_"),
        "{text}"
    );
    let inward = [
        ("case", case.as_str()),
        ("way", "webhook"),
        ("address", "http://10.0.0.1/"),
    ];
    send(&house, "/subscriptions", "ines", &inward).is(422);
    let other = page(&house, "/subscriptions", "kai").is(200).text();
    assert!(!other.contains("1.1.1.1"), "{other}");
    let mail = json!({ "way": "mail", "address": "ines@inspectorate.example" });
    house
        .post(&format!("/api/cases/{case}/subscriptions"), "ines", &mail)
        .is(409);
    house
        .post(&format!("/api/cases/{case}/subscriptions"), "jonas", &mail)
        .is(404);
    let own = house.get("/api/subscriptions", "ines").is(200).json;
    let id = own["subscriptions"][0]["id"].as_str().unwrap().to_owned();
    send(
        &house,
        "/subscriptions/end",
        "kai",
        &[("subscription", &id)],
    )
    .is(303);
    let still = house.get("/api/subscriptions", "ines").is(200).json;
    assert!(
        still["subscriptions"][0]["ended"].is_null(),
        "nobody ends another's order"
    );
    send(
        &house,
        "/subscriptions/end",
        "ines",
        &[("subscription", &id)],
    )
    .is(303);
    let ended = house.get("/api/subscriptions", "ines").is(200).json;
    assert_eq!(ended["subscriptions"][0]["ended_why"], "you ended it");
}
