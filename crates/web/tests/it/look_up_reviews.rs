//! Look-ups that somebody else looks at: which ones, who judges, what is told to whom.

use domain::audit::EntryKind;
use serde_json::{Value, json};

use crate::browse::Browser;
use crate::house::{House, PASSWORD};

/// So many of a thousand are drawn.
fn draws(house: &House, per_thousand: u32) {
    let share = json!({ "per_thousand": per_thousand, "days": 7 });
    house
        .call("PUT", "/api/look-up-reviews/share", "sora", &share)
        .is(204);
}

fn waiting(house: &House, who: &str) -> Vec<Value> {
    let told = house.get("/api/look-up-reviews", who).is(200);
    told.json["reviews"].as_array().unwrap().clone()
}

fn judges(house: &House, review: &Value, who: &str, verdict: &str) -> u16 {
    let (case, id) = (
        review["case"].as_str().unwrap(),
        review["id"].as_str().unwrap(),
    );
    let path = format!("/api/cases/{case}/look-up-reviews/{id}");
    let said = json!({ "verdict": verdict, "words": "Why this person?" });
    house.post(&path, who, &said).status.as_u16()
}

fn marks(house: &House, key: &str, mark: Option<&str>) -> u16 {
    let given =
        json!({ "dataset": "register", "key": key, "mark": mark, "words": "of this house" });
    let given = match mark {
        Some(_) => given,
        None => json!({ "dataset": "register", "key": key, "words": "gone" }),
    };
    house
        .call("PUT", "/api/look-up-reviews/marks", "sora", &given)
        .status
        .as_u16()
}

#[test]
fn all_are_drawn_or_none_as_the_share_says_and_the_reviewer_sees_question_and_reason() {
    let house = House::new();
    let case = house.team_case();
    draws(&house, 0);
    let record = house.record(case, "ines", "register", "7");
    assert_eq!(waiting(&house, "sora").len(), 0);
    draws(&house, 1000);
    house
        .get(&format!("/api/cases/{case}/records/{record}"), "ines")
        .is(200);
    house.record(case, "kai", "register", "7");
    let found = waiting(&house, "sora");
    assert_eq!(found.len(), 2, "{found:?}");
    let opened = found
        .iter()
        .find(|one| one["act"] == "read_record")
        .unwrap_or_else(|| panic!("{found:?}"));
    assert_eq!(opened["user"], house.who("ines").user.id.to_string());
    assert_eq!(opened["why"], "sample");
    assert!(!opened["reason"].as_str().unwrap().is_empty());
    let kai = house.who("kai").user.id.to_string();
    let searched = found.iter().find(|one| one["user"] == kai.as_str());
    let searched = searched.unwrap_or_else(|| panic!("{found:?}"));
    assert!(
        !searched["asked"].as_str().unwrap().is_empty(),
        "{searched}"
    );
    assert!(
        !searched["asked"].as_str().unwrap().contains('{'),
        "{searched}"
    );
    // What was found is told as a number: the reviewer looks nobody up by it.
    assert!(!searched.to_string().contains(&record));
    for share in [
        json!({ "per_thousand": 1001, "days": 7 }),
        json!({ "per_thousand": 5, "days": 0 }),
    ] {
        house
            .call("PUT", "/api/look-up-reviews/share", "sora", &share)
            .is(422);
    }
    for who in ["ines", "aude", "ada", "rune"] {
        house.get("/api/look-up-reviews", who).is(403);
    }
}

#[test]
fn every_look_up_that_finds_a_marked_person_is_reviewed_until_the_mark_is_taken_away() {
    let house = House::new();
    let case = house.team_case();
    draws(&house, 0);
    assert_eq!(marks(&house, "nobody", Some("colleague")), 404);
    assert_eq!(marks(&house, "7", Some("sample")), 422);
    assert_eq!(marks(&house, "7", Some("public_figure")), 204);
    let record = house.record(case, "ines", "register", "7");
    house
        .get(&format!("/api/cases/{case}/records/{record}"), "ines")
        .is(200);
    let found = waiting(&house, "sora");
    assert!(found.len() >= 2, "the search and the opening: {found:?}");
    assert!(found.iter().all(|one| one["why"] == "public_figure"));
    assert_eq!(marks(&house, "7", None), 204);
    assert_eq!(marks(&house, "7", None), 404);
    house
        .get(&format!("/api/cases/{case}/records/{record}"), "ines")
        .is(200);
    assert_eq!(waiting(&house, "sora").len(), found.len());
    // The mark stands in the log under a name that only the key opens, and no search finds by it.
    let named = house
        .entries(None)
        .into_iter()
        .filter(|(_, entry)| entry.act == "watch_look_ups");
    assert!(
        named
            .flat_map(|(_, entry)| entry.objects)
            .any(|name| name.starts_with("p:"))
    );
}

#[test]
fn nobody_judges_their_own_and_each_is_judged_once() {
    let house = House::new();
    let case = house.team_case();
    draws(&house, 1000);
    house.record(case, "ines", "register", "7");
    let one = waiting(&house, "sora").remove(0);
    for who in ["ines", "kai", "aude", "jonas"] {
        assert!(
            matches!(judges(&house, &one, who, "fit"), 403 | 404),
            "{who}"
        );
    }
    // Whoever looked up becomes a supervisor: their own is not before them, nor before their second account.
    let user = house.who("ines").user.id;
    let roles = json!({ "roles": ["supervisor"] });
    house
        .call("PUT", &format!("/api/users/{user}/roles"), "ada", &roles)
        .is(204);
    let token = house
        .desk
        .sign_in("ines", PASSWORD, domain::authority::Origin::Api)
        .unwrap()
        .token;
    let own =
        crate::sign_in::with(&house, &token, "GET", "/api/look-up-reviews", &Value::Null).is(200);
    assert_eq!(own.json["reviews"].as_array().unwrap().len(), 0);
    let path = format!(
        "/api/cases/{case}/look-up-reviews/{}",
        one["id"].as_str().unwrap()
    );
    let said = json!({ "verdict": "fit", "words": "mine" });
    let refused = crate::sign_in::with(&house, &token, "POST", &path, &said).is(403);
    assert_eq!(refused.reason(), "look-up.not-ones-own");

    assert_eq!(judges(&house, &one, "sora", "perhaps"), 422);
    assert_eq!(judges(&house, &one, "sora", "unfit"), 204);
    assert_eq!(judges(&house, &one, "sora", "fit"), 409);
    let told = house.get("/api/look-up-reviews", "sora").is(200);
    assert_eq!(
        (told.json["unfit"].as_u64(), told.json["fit"].as_u64()),
        (Some(1), Some(0))
    );
    let entries = house.entries(Some(EntryKind::Alteration));
    assert!(
        entries
            .iter()
            .any(|(_, entry)| entry.objects.contains(&"verdict:unfit".to_owned()))
    );
}

#[test]
fn whoever_is_asked_answers_and_what_waits_too_long_is_counted() {
    let house = House::new();
    let case = house.team_case();
    draws(&house, 1000);
    house.record(case, "ines", "register", "7");
    let one = waiting(&house, "sora").remove(0);
    let id = one["id"].as_str().unwrap();
    let own = || {
        house.get("/api/me/look-up-reviews", "ines").is(200).json["reviews"]
            .as_array()
            .unwrap()
            .clone()
    };
    assert_eq!(own().len(), 0, "nobody is told what is drawn");
    let answer = json!({ "words": "She signed the tender" });
    let path = format!("/api/me/look-up-reviews/{id}");
    house.post(&path, "ines", &answer).is(404);
    assert_eq!(judges(&house, &one, "sora", "ask"), 204);
    assert_eq!(judges(&house, &one, "sora", "ask"), 409);
    assert_eq!(own()[0]["turn"], "asked");
    assert!(own()[0].get("why").is_none());
    house.post(&path, "kai", &answer).is(404);
    house.post(&path, "ines", &answer).is(204);
    house.post(&path, "ines", &answer).is(404);
    let again = waiting(&house, "sora").remove(0);
    assert_eq!(again["turn"], "reviewer");
    assert_eq!(again["said"][1]["words"], "She signed the tender");
    let overdue = || {
        house.get("/api/look-up-reviews", "sora").is(200).json["overdue"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(overdue(), 0);
    house.clock.forward_minutes(7 * 24 * 60 - 60);
    let mut house = house;
    house.sign_in_again();
    assert_eq!(
        house.get("/api/look-up-reviews", "sora").is(200).json["overdue"],
        0
    );
    house.clock.forward_minutes(120);
    assert_eq!(
        house.get("/api/look-up-reviews", "sora").is(200).json["overdue"],
        1
    );
    assert_eq!(judges(&house, &again, "sora", "fit"), 204);
    assert_eq!(
        house.get("/api/look-up-reviews", "sora").is(200).json["overdue"],
        0
    );
}

#[test]
fn the_screens_show_a_look_up_beside_its_reason_and_take_judgement_and_answer() {
    let house = House::new();
    let case = house.team_case();
    draws(&house, 1000);
    house.record(case, "ines", "register", "7");
    let signed_in = |name: &str| {
        let mut browser = Browser::at(&house, "/sign-in");
        browser.fills("/sign-in", &[("name", name), ("password", PASSWORD)], 303);
        browser
    };
    let mut sora = signed_in("sora");
    sora.opens("/look-ups", 200);
    assert!(
        sora.page.contains("Drawn by chance") && sora.page.contains("ines of the house"),
        "{}",
        sora.page
    );
    let path = format!(
        "/cases/{case}/look-up-reviews/{}",
        sora.between("/look-up-reviews/", "\"")
    );
    sora.fills(&path, &[("verdict", ""), ("words", "x")], 422);
    sora.fills(&path, &[("verdict", "ask"), ("words", "Why her?")], 303);
    let mut ines = signed_in("ines");
    ines.opens("/account/look-ups", 200);
    assert!(
        ines.page.contains("Why her?") && !ines.page.contains("Drawn by chance"),
        "{}",
        ines.page
    );
    let answer = format!(
        "/account/look-ups/{}",
        ines.between("action=\"/account/look-ups/", "\"")
    );
    ines.fills(&answer, &[("words", "She signed the tender")], 303);
    sora.opens("/look-ups", 200);
    assert!(sora.page.contains("She signed the tender"));
    sora.fills(&path, &[("verdict", "fit"), ("words", "Good")], 303);
    sora.opens("/look-ups", 200);
    assert!(sora.page.contains("Nothing waits for you"));
    sora.fills(
        "/look-ups/marks",
        &[
            ("record", "register/7"),
            ("mark", "colleague"),
            ("words", "works here"),
        ],
        303,
    );
    sora.opens("/look-ups", 200);
    assert!(sora.page.contains("register/7") && sora.page.contains("A colleague"));
    sora.fills(
        "/look-ups/marks",
        &[
            ("record", "register/none"),
            ("mark", "colleague"),
            ("words", "x"),
        ],
        422,
    );
    sora.fills(
        "/look-ups/share",
        &[("per_thousand", "50"), ("days", "3")],
        303,
    );
    ines.opens("/look-ups", 403);
}
