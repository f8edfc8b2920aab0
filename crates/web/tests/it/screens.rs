//! The screens as a browser without scripts asks for them: who is let in where, forms without their token, what is kept
//! through an error, and that a page is one entry of the log.

use axum::body::Body;
use axum::http::Request;
use desk::follow::Followed;
use domain::id::CaseId;

use crate::house::{Answer, House, register};

/// Asks for a page with the cookie of somebody's session; of nobody's with an empty name.
pub fn page(house: &House, path: &str, who: &str) -> Answer {
    house.send(asked(house, "GET", path, who).body(Body::empty()).unwrap())
}

fn asked(house: &House, method: &str, path: &str, who: &str) -> axum::http::request::Builder {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("accept", "text/html");
    if who.is_empty() {
        return request;
    }
    request.header("cookie", format!("predicate_session={}", house.token(who)))
}

/// Sends a form; the token is the session's unless another is among the fields.
pub fn send(house: &House, path: &str, who: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = if who.is_empty() {
        String::new()
    } else {
        house.who(who).csrf.clone()
    };
    let own = [("csrf", csrf.as_str())];
    let token: &[(&str, &str)] = if fields.iter().any(|(name, _)| *name == "csrf") {
        &[]
    } else {
        &own
    };
    let escaped =
        |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let body: Vec<String> = token
        .iter()
        .chain(fields)
        .map(|(name, value)| format!("{name}={}", escaped(value)))
        .collect();
    let request = asked(house, "POST", path, who)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body.join("&")))
        .unwrap();
    house.send(request)
}

fn case() -> (House, CaseId) {
    let house = House::new();
    let case = house.team_case();
    (house, case)
}

#[test]
fn whoever_is_not_signed_in_is_sent_to_the_sign_in_page_and_nowhere_else() {
    let (house, case) = case();
    for path in [
        "/cases",
        "/cases/new",
        "/datasets",
        "/users",
        "/log",
        "/log/0",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain(
        [
            "",
            "/search",
            "/subjects",
            "/proposals",
            "/notes",
            "/notes/new",
            "/inbox",
            "/evidence",
            "/log",
        ]
        .map(|place| format!("/cases/{case}{place}")),
    ) {
        let answer = page(&house, &path, "").is(303);
        assert_eq!(answer.headers["location"], "/sign-in", "{path}");
        assert!(answer.bytes.is_empty(), "{path} says something");
    }
    let form = page(&house, "/sign-in", "").is(200).text();
    assert!(form.contains("type=\"password\""));
}

#[test]
fn a_page_opens_for_its_roles_and_is_refused_in_words_or_not_found_for_others() {
    let (house, case) = case();
    for (path, who, status) in [
        ("/cases", "ines", 200),
        ("/cases", "ada", 200),
        ("/users", "ada", 200),
        ("/users", "ines", 403),
        ("/log?purpose=lawfulness", "aude", 200),
        ("/log?purpose=lawfulness", "ines", 403),
        ("/log/0?purpose=lawfulness", "aude", 200),
        ("/datasets", "rune", 200),
        ("CASE", "ines", 200),
        ("CASE", "sora", 200),
        ("CASE", "jonas", 404),
        ("CASE", "ada", 404),
        ("CASE", "aude", 403),
        ("CASE/log", "aude", 200),
        ("CASE/search", "rolf", 200),
        ("CASE/search?q=x&line=inquiry&settle=anything", "rolf", 403),
        ("CASE/search?q=x&line=inquiry&settle=anything", "sora", 403),
        ("CASE/inbox", "ines", 200),
        ("CASE/inbox", "sora", 403),
        ("CASE/notes", "rolf", 200),
        ("CASE/records/not-an-id", "ines", 404),
        ("/nowhere", "ines", 404),
    ] {
        let path = path.replace("CASE", &format!("/cases/{case}"));
        let answer = page(&house, &path, who);
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{who} at {path}: {}",
            answer.text()
        );
        assert!(answer.text().contains("<h1"), "{path} is a page for {who}");
    }
}

#[test]
fn whoever_asks_to_be_let_in_is_shown_to_the_lead_who_decides() {
    let (house, case) = case();
    let home = format!("/cases/{case}");
    let never = "/cases/01q9gd6e2kwqba99rdy9e5zbx5";
    for who in ["jonas", "nils"] {
        let told = page(&house, &home, who).is(404).text();
        assert!(told.contains(&format!("{home}/ask")));
        let of_none = page(&house, never, who).is(404).text();
        assert_eq!(told.replace(&home, never), of_none, "it tells nothing");
        page(&house, &format!("{home}/ask"), who).is(200);
        let words = [("reason", "I know the berth")];
        let sent = send(&house, &format!("{home}/ask"), who, &words)
            .is(200)
            .text();
        let of_none = send(&house, &format!("{never}/ask"), who, &words)
            .is(200)
            .text();
        assert_eq!(sent.replace(&home, never), of_none, "it tells nothing");
    }
    let asks = |reader: &str, who: &str| {
        let text = page(&house, &home, reader).is(200).text();
        text.contains(&format!(
            "<bdi>{who} of the house</bdi></strong> asks to be let in"
        ))
    };
    assert!(asks("ines", "jonas") && asks("sora", "nils"));
    assert!(!asks("kai", "jonas"), "a contributor does not decide");
    let decide = |who: &str, role: &str| {
        let user = house.who(who).user.id.to_string();
        let fields = [("user", user.as_str()), ("role", role)];
        send(&house, &format!("{home}/members"), "ines", &fields).is(303);
    };
    decide("jonas", "reader");
    decide("nils", "none");
    assert!(!asks("ines", "jonas") && !asks("ines", "nils"));
    page(&house, &home, "jonas").is(200);
    page(&house, &home, "nils").is(404);
}

#[test]
fn a_held_release_meets_the_steward_and_goes_once_it_is_decided() {
    let (house, _) = case();
    let told = |who: &str| {
        let text = page(&house, "/datasets", who).is(200).text();
        text.contains("Held until you decide.")
    };
    assert!(!told("dara"));
    let Followed::Held { release, .. } = house.deliver("register", "3", &register("active")[..4])
    else {
        panic!("most of the register was withdrawn, and nobody was asked");
    };
    assert!(told("dara") && !told("ines"));
    let path = format!("/api/releases/{release}/decision");
    let decision = serde_json::json!({ "decision": "abandon", "reason": "cut off on the way" });
    let answer = house.post(&path, "dara", &decision);
    assert!(answer.status.is_success(), "{}", answer.text());
    assert!(!told("dara"));
}

#[test]
fn no_form_is_taken_without_the_token_of_its_session() {
    let (house, case) = case();
    let other = house.who("kai").csrf.clone();
    let before = house.entries(None).len();
    for place in [
        "/cases/new".to_owned(),
        "/users".to_owned(),
        "/sign-out".to_owned(),
        format!("/cases/{case}/notes"),
        format!("/cases/{case}/close"),
        format!("/cases/{case}/members"),
        format!("/cases/{case}/judgements"),
        format!("/cases/{case}/subjects"),
    ] {
        for token in ["", "0000", other.as_str()] {
            let answer = send(
                &house,
                &place,
                "ines",
                &[
                    ("csrf", token),
                    ("title", "x"),
                    ("text", "y"),
                    ("kind", "note"),
                ],
            );
            assert!(
                answer.is(403).text().contains("session.form-token"),
                "{place}"
            );
        }
    }
    let done = house
        .entries(None)
        .into_iter()
        .skip(before)
        .filter(|(_, entry)| entry.act != "read_log")
        .count();
    assert_eq!(done, 0, "nothing was done");
}

#[test]
fn a_look_up_without_a_reason_is_not_made_and_what_was_typed_is_kept() {
    let (house, case) = case();
    let before = house.entries(None).len();
    let answer = page(
        &house,
        &format!("/cases/{case}/search?q=Kestrel&line=Who+owns+it"),
        "ines",
    )
    .is(422)
    .text();
    assert!(
        answer.contains("what this look-up should settle"),
        "{answer}"
    );
    assert!(
        answer.contains("value=\"Kestrel\""),
        "what was typed is kept"
    );
    let searched = house
        .entries(None)
        .into_iter()
        .skip(before)
        .filter(|(_, entry)| entry.act == "search")
        .count();
    assert_eq!(searched, 0);
}

#[test]
fn a_person_by_name_alone_is_not_looked_for_on_the_page_either() {
    let (house, case) = case();
    let asked = format!(
        "/cases/{case}/search?for=person&name=Anna+Berg&line=Who+signed+it&settle=Who+she+is"
    );
    let answer = page(&house, &asked, "ines").is(422).text();
    assert!(answer.contains("No persons were looked for"), "{answer}");
    assert!(answer.contains("persons.selector"));
    assert!(
        !answer.contains("class=\"plain-list hits\""),
        "nobody is listed"
    );
}

#[test]
fn an_error_in_a_form_keeps_what_was_typed_and_stands_at_the_field_and_above() {
    let (house, case) = case();
    let answer = send(
        &house,
        &format!("/cases/{case}/notes"),
        "ines",
        &[
            ("title", "The bidder is in business"),
            ("text", "It says so."),
            ("kind", "fact"),
        ],
    );
    let text = answer.is(422).text();
    assert!(
        text.contains("value=\"The bidder is in business\""),
        "{text}"
    );
    assert!(text.contains("It says so.</textarea>"));
    assert!(text.contains("One thing needs mending"));
    assert!(text.contains("rests on at least one statement"));
}

#[test]
fn a_page_of_a_case_is_one_entry_of_the_log() {
    let (house, case) = case();
    for (place, act) in [
        ("/notes", "read_case"),
        ("/subjects", "read_case"),
        ("/inbox", "follow_inbox"),
        ("/evidence", "read_case"),
    ] {
        let before = house.entries(None).len();
        page(&house, &format!("/cases/{case}{place}"), "ines").is(200);
        let new: Vec<String> = house
            .entries(None)
            .into_iter()
            .skip(before)
            .map(|(_, entry)| entry.act)
            .collect();
        let ours: Vec<&String> = new.iter().filter(|act| *act != "read_log").collect();
        assert_eq!(ours, [act], "{place}");
    }
}

#[test]
fn text_that_people_write_never_becomes_markup() {
    let (house, case) = case();
    let evil = "<img src=x onerror=alert(1)>\"'&";
    let answer = send(
        &house,
        &format!("/cases/{case}/notes"),
        "ines",
        &[("title", evil), ("text", evil), ("kind", "note")],
    );
    let path = answer.is(303).headers["location"]
        .to_str()
        .unwrap()
        .to_owned();
    for path in [path, format!("/cases/{case}/notes")] {
        let text = page(&house, &path, "ines").is(200).text();
        assert!(!text.contains("<img"), "{text}");
        assert!(text.contains("&#60;img") || text.contains("&lt;img"));
    }
}
