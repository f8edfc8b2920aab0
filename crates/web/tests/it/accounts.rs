//! Accounts: invitations, units, what nobody is told of them, what stays of them, and the screens that lead through it all.

use serde_json::{Value, json};

use crate::browse::Browser;
use crate::house::{House, PASSWORD};
use crate::sign_in::{code, enrolled, signs_in, token_of, with, wrong};

#[test]
fn an_invitation_sets_a_password_once_and_a_unit_bounds_its_administrator() {
    let house = House::new();
    let new = json!({ "name": "una", "title": "Una", "roles": ["administrator"] });
    let made = house.post("/api/users", "ada", &new).is(201);
    let (una, link) = (
        made.id(),
        made.json["invitation"].as_str().unwrap().to_owned(),
    );
    signs_in(&house, "una").is(401);
    let take = |link: &str, password: &str| {
        with(
            &house,
            link,
            "POST",
            "/api/session/invitation",
            &json!({ "password": password }),
        )
    };
    take(&link, "short").is(422);
    take(&link, PASSWORD).is(204);
    take(&link, PASSWORD).is(401);
    house
        .call(
            "PUT",
            &format!("/api/users/{una}/unit"),
            "ada",
            &json!({ "unit": "north" }),
        )
        .is(204);
    let una = token_of(&signs_in(&house, "una").is(201));

    // She sees and changes her own unit, and what she adds belongs to it.
    let ines = house.who("ines").user.id;
    let disabled = json!({ "disabled": true });
    with(
        &house,
        &una,
        "PUT",
        &format!("/api/users/{ines}/disabled"),
        &disabled,
    )
    .is(404);
    with(
        &house,
        &una,
        "PUT",
        "/api/second-factor-roles",
        &json!({ "roles": [] }),
    )
    .is(409);
    let new = json!({ "name": "nord", "title": "Nord", "roles": ["investigator"] });
    with(&house, &una, "POST", "/api/users", &new).is(201);
    let listed = with(&house, &una, "GET", "/api/users", &Value::Null).is(200);
    let names = listed.json["users"].as_array().unwrap().iter();
    let names: Vec<&str> = names.map(|user| user["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["nord", "una"]);
}

#[test]
fn az_05_no_answer_tells_what_helps_to_sign_in_as_somebody_c1() {
    let house = House::new();
    let kai = enrolled(&house, "kai");
    let user = house.who("rolf").user.id;
    let link = house.call(
        "POST",
        &format!("/api/users/{user}/invitation"),
        "ada",
        &Value::Null,
    );
    let link = link.is(201).json["invitation"].as_str().unwrap().to_owned();
    let program = house
        .post("/api/me/tokens", "ines", &crate::routes::token())
        .is(201);
    let mut secrets = vec![
        kai.secret.clone(),
        kai.token.clone(),
        link,
        token_of(&program),
        "argon2".into(),
    ];
    secrets.extend(kai.codes.clone());
    secrets.push(house.folder.path().display().to_string());
    let session = house.who("ines").actor.session.unwrap().to_string();
    let stage = crate::routes::listed();
    for route in stage
        .iter()
        .filter(|route| route.method == "GET" && !route.path.ends_with("/events"))
    {
        for who in ["rolf", "ada"] {
            let path = route.path.replace("{user}", &user.to_string());
            let text = house.get(&path, who).text();
            for secret in secrets.iter().chain([&session]) {
                assert!(
                    !text.contains(secret.as_str()),
                    "{path} as {who} tells `{secret}`"
                );
            }
        }
    }
}

/// What can be read of everybody of a house by those whose it is: accounts, own accounts, the case file.
fn dump(stage: &crate::routes::Stage, south: &[&str]) -> String {
    let house = &stage.house;
    let mut text = String::new();
    let users = house.get("/api/users", "ada").is(200);
    for user in users.json["users"].as_array().unwrap() {
        if south.contains(&user["name"].as_str().unwrap()) {
            text.push_str(&format!("{user}\n"));
        }
    }
    for path in ["/api/me", "/api/me/factors", "/api/me/tokens"] {
        text.push_str(&house.get(path, "nils").is(200).text());
    }
    text.push_str(&house.get("/api/second-factor-roles", "ada").is(200).text());
    for route in crate::routes::listed() {
        // The log of the case grows with each reading of it, and a digest says of which moment it is.
        let tells = route.method == "GET" && route.in_case() && !route.path.ends_with("/digest");
        if tells && !route.path.ends_with("/log") && !route.path.ends_with("/events") {
            text.push_str(&format!(
                "{}\n{}\n",
                route.name(),
                crate::totals::untouched(&stage.ask(&route, "ines", None).text())
            ));
        }
    }
    text
}

#[test]
fn a_unit_stays_as_it_is_whatever_anothers_administrator_does() {
    let stage = crate::routes::Stage::set();
    let house = &stage.house;
    let south: Vec<&str> = crate::house::PEOPLE
        .iter()
        .map(|person| person.0)
        .filter(|name| *name != "ada")
        .collect();
    for name in &south {
        let user = house.who(name).user.id;
        let unit = json!({ "unit": "south" });
        house
            .call("PUT", &format!("/api/users/{user}/unit"), "ada", &unit)
            .is(204);
    }
    let new =
        json!({ "name": "una", "title": "Una", "roles": ["administrator"], "password": PASSWORD });
    let una = house.post("/api/users", "ada", &new).is(201).id();
    house
        .call(
            "PUT",
            &format!("/api/users/{una}/unit"),
            "ada",
            &json!({ "unit": "north" }),
        )
        .is(204);
    let token = token_of(&signs_in(house, "una").is(201));
    let before = dump(&stage, &south);
    let (mut tried, mut done) = (0, Vec::new());
    for route in crate::routes::listed() {
        // Her own sign-in is hers to end, the clock of the test profile is everybody's, anybody may ask to be let into
        // a case whose address they know (its lead sees that), and anybody at all may give a tip.
        let tips = ["/api/tips", "/api/tips/additions", "/api/tips/follow"];
        let own = tips.contains(&route.path.as_str())
            || route.path.starts_with("/api/me/password")
            || route.path.starts_with("/api/session")
            || route.path.ends_with("/membership-requests");
        if !route.changes() || own || route.path == "/api/test-clock" {
            continue;
        }
        let mut request = stage.request(&route, "nobody", None);
        let bearer = format!("Bearer {token}").parse().unwrap();
        request.headers_mut().insert("authorization", bearer);
        tried += 1;
        if house.send(request).status.is_success() {
            done.push(route.name());
        }
    }
    assert!(tried > 30, "{tried}");
    // What succeeded is what she may do in her own unit and to her own account.
    assert_eq!(
        done,
        [
            "POST /api/me/factors",
            "POST /api/me/tokens",
            "DELETE /api/subscriptions",
            "POST /api/users"
        ]
    );
    let after = dump(&stage, &south);
    assert!(before.len() > 10_000, "{}", before.len());
    let differs = before.lines().zip(after.lines()).find(|(a, b)| a != b);
    assert!(before == after, "{differs:?}");
}

#[test]
fn az_11_what_somebody_wrote_stays_under_their_name_when_they_go_c1() {
    let house = House::new();
    let case = house.team_case();
    let notes = format!("/api/cases/{case}/notes");
    let note = json!({ "kind": "assessment", "title": "Berth nine", "text": "the crane was sold" });
    let note = house.post(&notes, "kai", &note).is(201).id();
    let kai = house.who("kai").user.id;
    let lead = &house.who("ines").actor;
    house.desk.decide_membership(lead, case, kai, None).unwrap();
    house.get(&notes, "kai").is(404);
    let disabled = json!({ "disabled": true });
    house
        .call(
            "PUT",
            &format!("/api/users/{kai}/disabled"),
            "ada",
            &disabled,
        )
        .is(204);
    house.get("/api/me", "kai").is(401);
    let listed = house.get(&notes, "ines").is(200);
    let kept = listed.json["notes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|kept| kept["id"] == note.as_str());
    assert_eq!(kept.unwrap()["by"], kai.to_string(), "{}", listed.text());
    // Accounts are disabled and never deleted, so the name is there for good.
    let names = house.desk.names().unwrap();
    assert!(names.contains(&(kai, "kai of the house".to_owned())));
    let screen = crate::screens::page(&house, &format!("/cases/{case}/notes/{note}"), "ines")
        .is(200)
        .text();
    assert!(screen.contains("the crane was sold") && screen.contains("kai of the house"));
    let report = crate::screens::page(&house, &format!("/cases/{case}/report"), "ines")
        .is(200)
        .text();
    assert!(
        report.contains("kai of the house"),
        "the file that leaves names its author"
    );
}

#[test]
fn the_screens_lead_from_the_first_token_over_a_second_factor_to_an_invited_colleague() {
    let house = House::empty();
    let token = house.desk.first_token().unwrap().unwrap();
    let mut ada = Browser::at(&house, &format!("/first?token={token}"));
    ada.fills(
        "/first",
        &[("name", "ada"), ("title", "Ada"), ("password", "short")],
        422,
    );
    assert!(ada.page.contains("twelve characters"), "{}", ada.page);
    let to = ada.fills(
        "/first",
        &[("name", "ada"), ("title", "Ada"), ("password", PASSWORD)],
        303,
    );
    assert_eq!(to, "/sign-in");
    ada.opens("/sign-in", 200);
    let to = ada.fills("/sign-in", &[("name", "ada"), ("password", PASSWORD)], 303);
    assert_eq!(to, "/account/second-factor", "a must, and none is there");
    assert_eq!(
        ada.opens("/users", 303),
        "/sign-in",
        "the password alone opens nothing"
    );
    ada.opens("/account/second-factor", 200);
    ada.fills("/account/second-factor", &[("label", "Telephone")], 200);
    let secret = ada.between("<dt>Secret, base 32</dt><dd class=\"mono\">", "</dd>");
    let bad = wrong(&house, &secret);
    ada.fills("/account/second-factor/confirm", &[("code", &bad)], 422);
    let good = code(&house, &secret);
    ada.fills("/account/second-factor/confirm", &[("code", &good)], 200);
    assert_eq!(
        ada.page.matches("<li class=\"mono\">").count(),
        10,
        "{}",
        ada.page
    );
    ada.opens("/users", 200);

    // Ten minutes later, changing accounts takes the factor again; the refusal leads to where it is proved.
    house.clock.forward_minutes(11);
    let new = [
        ("sign_in", "kai"),
        ("name", "Kai"),
        ("role", "investigator"),
        ("password", ""),
    ];
    ada.fills("/users", &new, 403);
    assert!(ada.page.contains("/account/prove"), "{}", ada.page);
    ada.opens("/account/prove", 200);
    let good = code(&house, &secret);
    assert_eq!(
        ada.fills("/account/prove", &[("code", &good)], 303),
        "/account"
    );
    ada.opens("/users", 200);
    ada.fills("/users", &new, 200);
    let link = ada.between("shown this one time: <span class=\"mono\">", "</span>");

    let mut kai = Browser::at(&house, &link);
    assert_eq!(
        kai.fills("/invited", &[("password", PASSWORD)], 303),
        "/sign-in"
    );
    kai.opens(&link, 200);
    kai.fills("/invited", &[("password", PASSWORD)], 401);
    // The administrator says that investigators need none; then the next sign-in is whole with the password.
    ada.opens("/users", 200);
    ada.fills("/users/second-factor", &[("role", "administrator")], 303);
    kai.opens("/sign-in", 200);
    assert_eq!(
        kai.fills("/sign-in", &[("name", "kai"), ("password", PASSWORD)], 303),
        "/cases"
    );
    kai.opens("/account", 200);
    let token = [
        ("name", "nightly"),
        ("purpose", "deliver"),
        ("audience", "api"),
        ("days", "9"),
    ];
    kai.fills("/account/tokens", &token, 200);
    let program = kai.between("<li class=\"mono\">", "</li>");
    with(&house, &program, "GET", "/api/datasets", &Value::Null).is(200);
    kai.opens("/account", 200);
    assert!(!kai.page.contains(&program));
    let path = kai.between("<td><form method=\"post\" action=\"", "\"");
    kai.fills(&path, &[], 303);
    with(&house, &program, "GET", "/api/datasets", &Value::Null).is(401);

    // And with a second factor the code comes after the password.
    let mut again = Browser::at(&house, "/sign-in");
    assert_eq!(
        again.fills("/sign-in", &[("name", "ada"), ("password", PASSWORD)], 303),
        "/sign-in/code"
    );
    again.opens("/sign-in/code", 200);
    again.fills("/sign-in/code", &[("code", "000000")], 401);
    house.clock.forward_minutes(2);
    let good = code(&house, &secret);
    assert_eq!(
        again.fills("/sign-in/code", &[("code", &good)], 303),
        "/users"
    );
}
