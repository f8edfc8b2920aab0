//! Emergency access over HTTP and on the pages: at once, for minutes, told at once, reviewed afterwards.

use std::time::{Duration, Instant};

use domain::authority::{LegalBasis, Purpose};
use domain::id::CaseId;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::house::House;
use crate::screens::{page, send};

/// A case of Ines' that nobody has approved, in which Rolf reads.
fn urgent(house: &House) -> CaseId {
    let purpose = Some(Purpose::Procurement);
    let case = house.proposed("ines", purpose, Some(LegalBasis::StatutoryInquiry));
    let (ines, rolf) = (&house.who("ines").actor, house.who("rolf").user.id);
    let rank = Some(domain::case::Membership::Reader);
    house
        .desk
        .decide_membership(ines, case, rolf, rank)
        .unwrap();
    case
}

fn declared(minutes: i64) -> Value {
    json!({ "at_risk": "evidence", "reason": "the files are being shredded", "minutes": minutes })
}

fn search(house: &House, case: CaseId, who: &str) -> crate::house::Answer {
    let path = format!("/api/cases/{case}/search");
    house.post(&path, who, &json!({ "text": "Aldgrund" }))
}

#[test]
fn gate_09_it_opens_at_once_and_ends_by_itself_on_the_minute_c1() {
    for (minutes, lasts) in [(None, 60), (Some(1), 1), (Some(240), 240)] {
        let house = House::new();
        let case = urgent(&house);
        search(&house, case, "ines").is(403);
        let path = format!("/api/cases/{case}/emergencies");
        let mut body = declared(0);
        match minutes {
            Some(minutes) => body["minutes"] = json!(minutes),
            None => {
                body.as_object_mut().unwrap().remove("minutes");
            }
        }
        let opened = house.post(&path, "ines", &body).is(201);
        search(&house, case, "ines").is(200);
        search(&house, case, "jonas").is(404);
        let moment = |field: &str| {
            let text = opened.json[field].as_str().unwrap();
            domain::time::Moment::from_rfc3339(text).unwrap().micros()
        };
        assert_eq!(moment("until") - moment("began"), lasts * 60_000_000);
        // The clock moves a millisecond with each look; it is put just before the end, and then on it.
        house.clock.set(moment("until") - 40_000);
        search(&house, case, "ines").is(200);
        house.clock.set(moment("until"));
        let over = search(&house, case, "ines").is(403);
        assert_eq!(over.reason(), "look-up.case-not-open");
        let note = json!({ "kind": "note", "title": "T", "text": "t" });
        house
            .post(&format!("/api/cases/{case}/notes"), "ines", &note)
            .is(403);
    }
}

#[test]
fn an_emergency_says_what_is_wrong_with_it_and_shuts_the_rest() {
    let house = House::new();
    let case = urgent(&house);
    let path = format!("/api/cases/{case}/emergencies");
    for (minutes, wrong) in [(0, "minutes"), (241, "minutes"), (-1, "minutes")] {
        let answer = house.post(&path, "ines", &declared(minutes)).is(422);
        assert_eq!(answer.reason(), wrong);
    }
    let silent = json!({ "at_risk": "life", "reason": " " });
    assert_eq!(
        house.post(&path, "ines", &silent).is(422).reason(),
        "reason"
    );
    let vague = json!({ "at_risk": "money", "reason": "it is being paid" });
    assert_eq!(
        house.post(&path, "ines", &vague).is(422).reason(),
        "at_risk"
    );
    let other = house.post(&path, "sora", &declared(5)).is(403);
    assert_eq!(other.reason(), "emergency.not-by-others");
    let groundless = house.proposed("ines", None, None);
    let answer = house
        .post(
            &format!("/api/cases/{groundless}/emergencies"),
            "ines",
            &declared(5),
        )
        .is(403);
    assert_eq!(answer.reason(), "emergency.no-ground");
    house.post(&path, "ines", &declared(5)).is(201);
    // It opens look-ups and writing, not the giving away of anything, and approves nothing.
    let given = crate::disclosure::told();
    let out = house.post(&format!("/api/cases/{case}/disclosures"), "ines", &given);
    assert_eq!(out.is(403).reason(), "look-up.case-not-open");
    let file = house.get(&format!("/api/cases/{case}"), "ines").is(200);
    assert!(file.text().contains("proposed"), "{}", file.text());
}

#[test]
fn gate_09_a_supervisor_is_told_within_a_second_and_the_case_holds_the_review_c2() {
    let house = House::new();
    let case = urgent(&house);
    let path = format!("/api/cases/{case}/emergencies");
    let listen = house.request("GET", "/api/emergencies/events", "sora", &Value::Null);
    let open = house.request("POST", &path, "rolf", &declared(5));
    let (told, waited) = house.runtime.block_on(async {
        let mut stream = house
            .router
            .clone()
            .oneshot(listen)
            .await
            .unwrap()
            .into_body();
        let mut heard = String::new();
        while !heard.contains("event: open") {
            let frame = stream.frame().await.unwrap().unwrap();
            heard.push_str(&String::from_utf8_lossy(&frame.into_data().unwrap()));
        }
        let started = Instant::now();
        let opened = house.router.clone().oneshot(open).await.unwrap();
        assert_eq!(opened.status().as_u16(), 201);
        while !heard.contains("event: emergency") {
            let frame = stream.frame().await.unwrap().unwrap();
            heard.push_str(&String::from_utf8_lossy(&frame.into_data().unwrap()));
        }
        (heard, started.elapsed())
    });
    assert!(waited < Duration::from_secs(1), "{waited:?}");
    let listed = house.get("/api/emergencies", "sora").is(200);
    let waiting = &listed.json["emergencies"][0];
    let id = waiting["emergency"]["id"].as_str().unwrap().to_owned();
    assert!(told.contains(&id), "{told}");
    assert_eq!(
        waiting["emergency"]["reason"],
        "the files are being shredded"
    );
    let of_case = house.get(&path, "sora").is(200);
    assert_eq!(of_case.json["emergencies"][0]["id"], json!(id));
    assert!(of_case.json["emergencies"][0].get("review").is_none());
    let cases = page(&house, "/cases", "sora").is(200).text();
    assert!(cases.contains("Review of an emergency access"), "{cases}");
    let fragment = page(&house, "/cases?fragment=waiting", "sora")
        .is(200)
        .text();
    assert!(fragment.contains(&format!("/cases/{case}#emergencies")));
    let review = format!("/cases/{case}/emergencies/{id}/review");
    let overview = page(&house, &format!("/cases/{case}"), "sora")
        .is(200)
        .text();
    assert!(overview.contains(&review) && overview.contains("being shredded"));
    let words = [("words", "the shredder was running"), ("justified", "true")];
    send(&house, &review, "sora", &words).is(303);
    let listed = house.get("/api/emergencies", "sora").is(200);
    assert_eq!(listed.json["emergencies"], json!([]));
    house
        .post(
            &format!("{path}/{id}/review"),
            "sora",
            &json!({ "justified": false, "words": "again" }),
        )
        .is(409);
}

#[test]
fn gate_09_an_unreviewed_use_blocks_the_next_one_c3() {
    let house = House::new();
    let (first, second) = (urgent(&house), urgent(&house));
    let path = |case: &dyn std::fmt::Display| format!("/api/cases/{case}/emergencies");
    let id = house.post(&path(&first), "rolf", &declared(5)).is(201).id();
    house.clock.forward_minutes(6);
    let nowhere = "00000000000000000000000001";
    let real = house.post(&path(&second), "rolf", &declared(5)).is(403);
    let none = house.post(&path(&nowhere), "rolf", &declared(5)).is(403);
    assert_eq!(real.reason(), "emergency.unreviewed");
    assert_eq!(
        real.json, none.json,
        "nothing tells whether there is such a case"
    );
    house.post(&path(&second), "ines", &declared(5)).is(201);
    let review = json!({ "justified": true, "words": "it was" });
    let reviewing = format!("{}/{id}/review", path(&first));
    house.post(&reviewing, "ines", &review).is(403);
    house.post(&reviewing, "sora", &review).is(204);
    house.post(&path(&second), "rolf", &declared(5)).is(201);
}

#[test]
fn the_pages_offer_it_say_until_when_and_keep_what_was_typed() {
    let house = House::new();
    let case = house.team_case();
    search(&house, case, "rolf").is(403);
    let form = format!("/cases/{case}/emergency");
    let offered = |who: &str| {
        let overview = page(&house, &format!("/cases/{case}"), who).is(200).text();
        overview.contains(&format!("href=\"{form}\""))
    };
    assert!(offered("rolf") && !offered("ines") && !offered("sora"));
    let wrong = [
        ("at_risk", "life"),
        ("reason", "a witness is in danger"),
        ("minutes", "999"),
    ];
    let again = send(&house, &form, "rolf", &wrong).is(422).text();
    assert!(again.contains("a witness is in danger") && again.contains("between 1 and 240"));
    let right = [
        ("at_risk", "life"),
        ("reason", "a witness is in danger"),
        ("minutes", "30"),
    ];
    send(&house, &form, "rolf", &right).is(303);
    let inside = page(&house, &format!("/cases/{case}"), "rolf")
        .is(200)
        .text();
    assert!(inside.contains("Emergency access until"));
    search(&house, case, "rolf").is(200);
    house.clock.forward_minutes(31);
    let after = page(&house, &format!("/cases/{case}"), "rolf")
        .is(200)
        .text();
    assert!(!after.contains("Emergency access until"));
    search(&house, case, "rolf").is(403);
    send(&house, &form, "jonas", &right).is(404);
}
