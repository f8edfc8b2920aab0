//! Evidence handed in and given out, and forms that are cut short, out of order or false.

use axum::body::Body;
use domain::audit::sha256_hex;

use crate::house::{House, STORY, form};

fn handed(house: &House, path: &str, more: &[(&str, Option<&str>, &[u8])]) -> crate::house::Answer {
    house.form(path, "ines", &[&STORY[..], more].concat())
}

#[test]
fn evidence_comes_back_as_it_was_handed_in() {
    let house = House::new();
    let path = format!("/api/cases/{}/evidence", house.open_case("ines"));
    let bytes: Vec<u8> = (0..3_000_000_u32)
        .map(|number| (number % 251) as u8)
        .collect();
    let hash = sha256_hex(&bytes);
    let file = (
        "file",
        Some("../../etc/Bild \u{fc}ber.html"),
        bytes.as_slice(),
    );
    let id = handed(&house, &path, &[("sha256", None, hash.as_bytes()), file])
        .is(201)
        .id();
    let item = house.get(&format!("{path}/{id}"), "ines").is(200);
    assert_eq!(item.json["item"]["sha256"], hash);
    assert_eq!(item.json["item"]["size"], 3_000_000);
    assert_eq!(item.json["item"]["name"], "Bild \u{fc}ber.html");
    assert_eq!(item.json["custody"][0]["act"], "taken_in");
    let back = house.get(&format!("{path}/{id}/bytes"), "ines").is(200);
    assert!(back.bytes == bytes);
    assert_eq!(back.headers["content-type"], "application/octet-stream");
    assert_eq!(back.headers["x-content-type-options"], "nosniff");
    let shown = back.headers["content-disposition"].to_str().unwrap();
    assert_eq!(shown, "attachment; filename*=UTF-8''Bild%20%C3%BCber.html");
}

#[test]
fn a_false_or_broken_form_leaves_nothing() {
    let house = House::new();
    let path = format!("/api/cases/{}/evidence", house.open_case("ines"));
    let file = ("file", Some("a.txt"), &b"abc"[..]);
    handed(&house, &path, &[("sha256", None, b"00"), file]).is(422);
    handed(&house, &path, &[]).is(422);
    let late = handed(&house, &path, &[file, ("sha256", None, b"00")]).is(422);
    assert_eq!(late.reason(), "file");
    handed(&house, &path, &[("custody", None, b"mine"), file]).is(422);
    house.form(&path, "ines", &[file]).is(422);
    let long = vec![b'x'; 100_000];
    handed(&house, &path, &[("name", None, &long), file]).is(413);

    let (kind, mut body) = form(&[&STORY[..], &[file]].concat());
    body.truncate(body.len() - 30); // the connection breaks inside the file
    let mut request = house.request("POST", &path, "ines", &serde_json::Value::Null);
    request
        .headers_mut()
        .insert("content-type", kind.parse().unwrap());
    *request.body_mut() = Body::from(body);
    house.send(request).is(422);

    house
        .post(&path, "ines", &serde_json::json!({ "name": "x" }))
        .is(415);
    let items = house.get(&path, "ines").is(200);
    assert_eq!(items.json["evidence"], serde_json::json!([]));
}

#[test]
fn a_body_that_is_too_large_or_no_json_is_told_so() {
    let house = House::new();
    let words = "x".repeat(2 << 20);
    house
        .post("/api/cases", "ines", &serde_json::json!({ "title": words }))
        .is(413);
    let mut request = house.request("POST", "/api/cases", "ines", &serde_json::json!({}));
    request
        .headers_mut()
        .insert("content-type", "text/plain".parse().unwrap());
    house.send(request).is(415);
}
