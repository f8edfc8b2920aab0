//! What one may not know of does not exist; nothing is set that is not the sender's; no secrets in any answer.

use axum::http::StatusCode;
use domain::audit::EntryKind;
use serde_json::{Value, json};

use crate::house::House;
use crate::routes::{EVIDENCE, NOTE_TITLE, Route, Stage, listed};

const NEVER: &str = "00000000000000000000000001";

fn of_cases() -> impl Iterator<Item = Route> {
    listed().into_iter().filter(Route::in_case)
}

#[test]
fn az_01_a_stranger_gets_the_answer_of_an_id_never_issued_c1_c3() {
    let stage = Stage::set();
    let mut tried = 0;
    for route in of_cases() {
        let before = stage.house.refusals();
        let real = stage.ask(&route, "jonas", None);
        let after = stage.house.refusals();
        let never = stage.ask(&route, "jonas", Some(NEVER));
        assert_eq!(
            (real.status, &real.bytes),
            (never.status, &never.bytes),
            "{}",
            route.name()
        );
        let mut heads = [real.headers, never.headers];
        heads.iter_mut().for_each(|headers| {
            headers.remove("date");
        });
        assert_eq!(heads[0], heads[1], "{}", route.name());
        if route.path.ends_with("/membership-requests") {
            continue; // asking to be let in is open to everybody, and answers alike
        }
        assert_eq!(real.status, StatusCode::NOT_FOUND, "{}", route.name());
        assert_eq!(after, before + 1, "{}", route.name());
        tried += 1;
    }
    assert!(tried >= 25, "only {tried} routes");
}

#[test]
fn az_01_ones_own_case_tells_nothing_of_another_c2() {
    let stage = Stage::set();
    let house = &stage.house;
    let own = house.open_case("jonas");
    let case = format!("/api/cases/{own}");
    let mut told = vec![house.get("/api/cases", "jonas").is(200).text()];
    for words in [NOTE_TITLE, "photograph of berth", "berth.jpg", "Aldgrund"] {
        told.push(
            house
                .post(
                    &format!("{case}/search"),
                    "jonas",
                    &json!({ "text": words }),
                )
                .is(200)
                .text(),
        );
    }
    for path in [
        "",
        "/subjects",
        "/notes",
        "/alerts",
        "/evidence",
        "/proposals",
        "/log",
    ] {
        told.push(house.get(&format!("{case}{path}"), "jonas").is(200).text());
    }
    for path in ["", "/links"] {
        told.push(
            house
                .get(&format!("{case}/records/{}{path}", stage.a), "jonas")
                .is(200)
                .text(),
        );
    }
    told.push(
        house
            .get(&format!("{case}/identities/{}", stage.a), "jonas")
            .is(200)
            .text(),
    );
    for path in [
        format!("/notes/{}", stage.note),
        format!("/evidence/{}", stage.evidence),
        format!("/evidence/{}/bytes", stage.evidence),
    ] {
        told.push(house.get(&format!("{case}{path}"), "jonas").is(404).text());
    }
    let hash = domain::audit::sha256_hex(EVIDENCE);
    for secret in [
        stage.case.to_string(),
        stage.note.clone(),
        stage.alert.clone(),
        NOTE_TITLE.into(),
        "berth.jpg".into(),
        hash,
    ] {
        for text in &told {
            assert!(!text.contains(&secret), "`{secret}` is told: {text}");
        }
    }
}

#[test]
fn az_02_ones_own_case_is_no_way_into_another_c1() {
    let stage = Stage::set();
    let own = stage.house.open_case("jonas");
    let path = format!("/api/cases/{own}/alerts/{}/seen", stage.alert);
    stage.house.post(&path, "jonas", &Value::Null).is(404);
    let inbox = stage
        .house
        .get(&format!("/api/cases/{}/alerts", stage.case), "ines")
        .is(200);
    for alert in inbox.json["alerts"].as_array().unwrap() {
        assert!(alert.get("seen_by").is_none(), "{alert}");
    }
}

#[test]
fn az_04_what_is_not_the_senders_to_set_is_refused_by_name_c1() {
    let stage = Stage::set();
    let house = &stage.house;
    let foreign = [
        "case_id",
        "owner",
        "created_by",
        "created_at",
        "sha256",
        "size",
        "storage_path",
        "custody",
        "approved_by",
        "legal_basis_status",
        "deleted",
        "stage",
        "number",
        "opened_by",
        "by",
        "at",
    ];
    let mut tried = 0;
    for route in listed() {
        let body = stage.body(&route, "ines");
        if !body.is_object() {
            continue;
        }
        for field in foreign {
            if route.name().starts_with("POST /api/search")
                || route.name().starts_with("POST /api/judgements")
            {
                continue; // they take nothing at all
            }
            let mut more = body.clone();
            more[field] = json!("x");
            let answer = house
                .call(&route.method, &stage.address(&route, None), "ines", &more)
                .is(422);
            assert!(
                answer.text().contains(field),
                "{} does not name `{field}`: {}",
                route.name(),
                answer.text()
            );
            tried += 1;
        }
    }
    assert!(tried > 150, "only {tried} tries");
    let form = [
        ("source", None, &b"x"[..]),
        ("sha", None, b"x"),
        ("file", Some("a"), b"a"),
    ];
    house
        .form(
            &format!("/api/cases/{}/evidence", stage.case),
            "ines",
            &form,
        )
        .is(422);
    let case = house
        .get(&format!("/api/cases/{}", stage.case), "ines")
        .is(200);
    assert_eq!(
        case.json["opened_by"],
        house.who("ines").user.id.to_string()
    );
    let items = house
        .get(&format!("/api/cases/{}/evidence", stage.case), "ines")
        .is(200);
    let items = items.json["evidence"].as_array().unwrap();
    assert_eq!(items.len(), 5, "photograph, papers and table, as before");
    let whole = domain::audit::sha256_hex(EVIDENCE);
    assert!(items.iter().any(|item| item["sha256"] == whole));
}

#[test]
fn az_05_no_answer_carries_a_secret_c1() {
    let stage = Stage::set();
    let house = &stage.house;
    let mut secrets = vec![
        "$argon2".to_owned(),
        house.folder.path().display().to_string(),
        "password_hash".into(),
    ];
    for (_, token, visitor) in &house.people {
        secrets.extend([
            token.clone(),
            visitor.csrf.clone(),
            visitor.actor.session.unwrap().to_string(),
        ]);
    }
    let mut read = 0;
    for route in listed().iter().filter(|route| !route.changes()) {
        for who in ["ines", "kai", "rolf", "nobody"] {
            let text = stage.ask(route, who, None).text();
            for secret in &secrets {
                assert!(
                    !text.contains(secret),
                    "{} as {who} tells `{secret}`",
                    route.name()
                );
            }
            assert!(
                !text.contains("sign_in"),
                "{} as {who} tells who signed in",
                route.name()
            );
            read += 1;
        }
    }
    for path in [
        "/api/cases/x",
        "/api/records/%00",
        "/api/log/x",
        "/api/cases/../../etc/passwd",
    ] {
        let text = house.get(path, "ines").text();
        assert!(
            secrets.iter().all(|secret| !text.contains(secret)),
            "{text}"
        );
    }
    assert!(read > 80, "only {read} answers");
    let users = house.get("/api/users", "ada").is(200).text();
    assert!(secrets.iter().all(|secret| !users.contains(secret)));
}

#[test]
fn az_07_an_administrator_reads_no_case_c1() {
    let stage = Stage::set();
    for route in of_cases().filter(|route| !route.path.ends_with("/membership-requests")) {
        let answer = stage.ask(&route, "ada", None);
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", route.name());
        assert!(!answer.text().contains("Dredging"), "{}", route.name());
    }
}

#[test]
fn az_07_joining_waits_for_a_second_person_c2_c3() {
    let house = House::new();
    let case = house.open_case("ines");
    let path = format!("/api/cases/{case}");
    let ada = house.who("ada").user.id.to_string();
    let member = format!("{path}/members/{ada}");
    house
        .call("PUT", &member, "ada", &json!({ "rank": "lead" }))
        .is(404);
    house
        .post(
            &format!("{path}/membership-requests"),
            "ada",
            &json!({ "words": "to repair it" }),
        )
        .is(202);
    house.get(&path, "ada").is(404);
    let asked = house.get(&path, "ines").is(200);
    assert_eq!(asked.json["asking"][0]["user"], ada);
    house
        .call("PUT", &member, "ines", &json!({ "rank": "reader" }))
        .is(204);
    house.get(&path, "ada").is(200);
    let acts: Vec<(String, String)> = house
        .entries(Some(EntryKind::Alteration))
        .into_iter()
        .map(|(_, entry)| entry)
        .filter(|entry| {
            entry.case == Some(case) && entry.objects.iter().any(|object| object.ends_with(&ada))
        })
        .map(|entry| (entry.act, entry.actor.to_string()))
        .collect();
    let ines = house.who("ines").user.id.to_string();
    assert_eq!(
        acts,
        [
            ("request_membership".to_owned(), ada),
            ("decide_membership".to_owned(), ines)
        ]
    );
}
