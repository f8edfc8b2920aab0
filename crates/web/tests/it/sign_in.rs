//! Signing in: second factors, proofs for grave acts, tokens of programs, invitations, limits, and how sessions end.

use domain::audit::EntryKind;
use domain::totp;
use serde_json::{Value, json};

use crate::house::{Answer, House, PASSWORD};

/// The bytes of a secret in base 32.
fn bytes_of(secret: &str) -> Vec<u8> {
    let (mut held, mut bits, mut out) = (0u32, 0, Vec::new());
    for letter in secret.bytes() {
        let digit = match letter {
            b'A'..=b'Z' => letter - b'A',
            _ => letter - b'2' + 26,
        };
        held = (held << 5) | u32::from(digit);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    out
}

/// What an authenticator shows now.
fn code(house: &House, secret: &str) -> String {
    totp::code_at(&bytes_of(secret), house.desk.now()).unwrap()
}

/// A code that is not the one of now, nor of the steps around it.
fn wrong(house: &House, secret: &str) -> String {
    let near =
        |seconds| totp::code_at(&bytes_of(secret), house.desk.now().plus_seconds(seconds)).unwrap();
    let near = [near(-30), near(0), near(30)];
    (0..)
        .map(|number| format!("{number:06}"))
        .find(|code| !near.contains(code))
        .unwrap()
}

/// Sends a request with any bearer secret.
fn with(house: &House, token: &str, method: &str, path: &str, body: &Value) -> Answer {
    let mut request = house.request(method, path, "nobody", body);
    let bearer = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert("authorization", bearer);
    house.send(request)
}

fn signs_in(house: &House, name: &str) -> Answer {
    let body = json!({ "name": name, "password": PASSWORD });
    house.post("/api/session", "nobody", &body)
}

fn token_of(answer: &Answer) -> String {
    answer.json["token"].as_str().unwrap().to_owned()
}

/// Sets an authenticator up for somebody: its secret, its id, the token that goes on and the recovery codes.
struct Enrolled {
    secret: String,
    factor: String,
    token: String,
    codes: Vec<String>,
}

fn enrolled(house: &House, name: &str) -> Enrolled {
    let token = token_of(&signs_in(house, name).is(201));
    let begun = json!({ "label": "telephone", "password": PASSWORD });
    let begun = with(house, &token, "POST", "/api/me/factors", &begun).is(201);
    let secret = begun.json["secret"].as_str().unwrap().to_owned();
    let factor = begun.id();
    let path = format!("/api/me/factors/{factor}/confirmation");
    let first = json!({ "code": code(house, &secret) });
    let done = with(house, &token, "POST", &path, &first).is(201);
    let codes = done.json["recovery_codes"].as_array().unwrap();
    // The next code is one of a later step.
    house.clock.forward_minutes(2);
    Enrolled {
        secret,
        factor,
        token: done.json["session"]["token"].as_str().unwrap().to_owned(),
        codes: codes
            .iter()
            .map(|code| code.as_str().unwrap().to_owned())
            .collect(),
    }
}

fn half(house: &House, name: &str) -> String {
    let answer = signs_in(house, name).is(201);
    assert_eq!(answer.json["stage"], "code");
    token_of(&answer)
}

fn proves(house: &House, token: &str, code: &str) -> Answer {
    with(
        house,
        token,
        "POST",
        "/api/session/code",
        &json!({ "code": code }),
    )
}

fn failed_codes(house: &House) -> usize {
    let refused = house.entries(Some(EntryKind::Refusal));
    let of_codes = |rules: &[String]| rules.iter().any(|rule| rule == "sign-in.code");
    refused
        .iter()
        .filter(|(_, entry)| of_codes(&entry.rules))
        .count()
}

#[test]
fn an_01_at_most_ten_wrong_codes_an_hour_are_looked_at_c1_c2_c3() {
    let house = House::new();
    let kai = enrolled(&house, "kai");
    let before = failed_codes(&house);
    let mut answers = Vec::new();
    for number in 0..100 {
        // From many half-finished sign-ins, as from many addresses: the count is the account's.
        let token = if number % 25 == 0 {
            Some(half(&house, "kai"))
        } else {
            None
        };
        let token = token.unwrap_or_else(|| {
            answers
                .last()
                .cloned()
                .map_or_else(|| half(&house, "kai"), |(t, _)| t)
        });
        let bad = wrong(&house, &kai.secret);
        let status = proves(&house, &token, &bad).status.as_u16();
        answers.push((token, status));
    }
    let looked_at = answers.iter().filter(|(_, status)| *status == 401).count();
    let shut = answers.iter().filter(|(_, status)| *status == 429).count();
    assert_eq!((looked_at, shut), (10, 90));
    assert_eq!(failed_codes(&house) - before, 100, "every try is an entry");

    // Not even the right code is looked at now; the password step is open as before, and a recovery code opens the lock.
    let token = half(&house, "kai");
    proves(&house, &token, &code(&house, &kai.secret)).is(429);
    let token = token_of(&proves(&house, &token, &kai.codes[0]).is(201));
    let told = with(&house, &token, "GET", "/api/me/factors", &Value::Null).is(200);
    assert_eq!(
        (
            told.json["wrong_codes"].as_u64(),
            told.json["locked"].as_bool()
        ),
        (Some(10), Some(true))
    );
    house.clock.forward_minutes(61);
    let token = half(&house, "kai");
    proves(&house, &token, &code(&house, &kai.secret)).is(201);
}

#[test]
fn an_02_a_code_is_good_once_in_a_row_and_at_once_c1() {
    let house = House::new();
    let kai = enrolled(&house, "kai");
    let shown = code(&house, &kai.secret);
    proves(&house, &half(&house, "kai"), &shown).is(201);
    proves(&house, &half(&house, "kai"), &shown).is(401);

    house.clock.forward_minutes(61);
    let tokens: Vec<String> = (0..20).map(|_| half(&house, "kai")).collect();
    let shown = code(&house, &kai.secret);
    let good = std::thread::scope(|scope| {
        let asking = tokens.iter().map(|token| {
            let (desk, shown) = (house.desk.clone(), shown.clone());
            scope.spawn(move || {
                desk.prove(token, &shown, domain::authority::Origin::Api)
                    .is_ok()
            })
        });
        let asking: Vec<_> = asking.collect();
        asking
            .into_iter()
            .filter(|_| true)
            .map(|asked| asked.join().unwrap())
            .filter(|good| *good)
            .count()
    });
    assert_eq!(good, 1);
}

#[test]
fn an_03_a_second_factor_is_changed_only_by_whoever_proved_it_c1_c2() {
    let house = House::new();
    let kai = enrolled(&house, "kai");
    let other = token_of(&proves(&house, &half(&house, "kai"), &code(&house, &kai.secret)).is(201));
    let factor = format!("/api/me/factors/{}", kai.factor);
    let begin = json!({ "label": "mine", "password": PASSWORD });
    let half_way = half(&house, "kai");
    with(&house, &half_way, "POST", "/api/me/factors", &begin).is(401);
    with(&house, &half_way, "DELETE", &factor, &Value::Null).is(401);
    with(
        &house,
        &half_way,
        "POST",
        "/api/me/recovery-codes",
        &Value::Null,
    )
    .is(401);

    // A full session whose proof is older than ten minutes, with the right password in hand.
    house.clock.forward_minutes(11);
    for (method, path, body) in [
        ("POST", "/api/me/factors", &begin),
        ("DELETE", factor.as_str(), &Value::Null),
        ("POST", "/api/me/recovery-codes", &Value::Null),
    ] {
        let answer = with(&house, &other, method, path, body).is(403);
        assert_eq!(answer.reason(), "step-up.needed", "{method} {path}");
    }

    // A new password by an administrator's link leaves the factor in place.
    let user = house.who("kai").user.id;
    let link = house.call(
        "POST",
        &format!("/api/users/{user}/invitation"),
        "ada",
        &Value::Null,
    );
    let link = link.is(201).json["invitation"].as_str().unwrap().to_owned();
    let again = json!({ "password": PASSWORD });
    with(&house, &link, "POST", "/api/session/invitation", &again).is(204);
    let token = half(&house, "kai");
    let bystander = half(&house, "kai");

    // Proved, it is taken away, and every other session ends.
    let token = token_of(&proves(&house, &token, &code(&house, &kai.secret)).is(201));
    with(&house, &token, "DELETE", &factor, &Value::Null).is(204);
    proves(&house, &bystander, &kai.codes[0]).is(401);
    with(&house, &token, "GET", "/api/me", &Value::Null).is(200);
    assert_eq!(signs_in(&house, "kai").is(201).json["stage"], "full");
}

#[test]
fn an_04_nobody_reaches_the_second_factor_of_another_c1() {
    let house = House::new();
    let kai = enrolled(&house, "kai");
    let rolf = token_of(&signs_in(&house, "rolf").is(201));
    let begun = json!({ "label": "telephone", "password": PASSWORD });
    let begun = with(&house, &rolf, "POST", "/api/me/factors", &begun).is(201);
    let own = format!("/api/me/factors/{}/confirmation", begun.id());
    for (method, path) in [
        (
            "POST",
            format!("/api/me/factors/{}/confirmation", kai.factor),
        ),
        ("DELETE", format!("/api/me/factors/{}", kai.factor)),
    ] {
        let body = if method == "POST" {
            json!({ "code": code(&house, &kai.secret) })
        } else {
            Value::Null
        };
        with(&house, &rolf, method, &path, &body).is(404);
    }
    // Nor does Kai confirm what Rolf has begun.
    let secret = begun.json["secret"].as_str().unwrap();
    with(
        &house,
        &kai.token,
        "POST",
        &own,
        &json!({ "code": code(&house, secret) }),
    )
    .is(404);
    proves(&house, &half(&house, "kai"), &code(&house, &kai.secret)).is(201);
}

#[test]
fn an_05_each_secret_is_good_for_its_own_purpose_alone_c1() {
    let house = House::new();
    let (case, other) = (house.team_case(), house.open_case("ines"));
    let record = house.record(case, "ines", "register", "100");
    let make = |purpose: &str, audience: &str, case: Option<String>| {
        let body = json!({ "name": "n", "purpose": purpose, "audience": audience, "case": case, "days": 7 });
        token_of(&house.post("/api/me/tokens", "ines", &body).is(201))
    };
    let reads = make("look_up", "api", Some(case.to_string()));
    let on_the_server = make("look_up", "command_line", Some(case.to_string()));
    let user = house.who("rolf").user.id;
    let invited = house.call(
        "POST",
        &format!("/api/users/{user}/invitation"),
        "ada",
        &Value::Null,
    );
    let invited = invited.is(201).json["invitation"]
        .as_str()
        .unwrap()
        .to_owned();
    let kai = enrolled(&house, "kai");
    let half_way = half(&house, "kai");

    let me = |token: &str| {
        with(&house, token, "GET", "/api/me", &Value::Null)
            .status
            .as_u16()
    };
    assert_eq!(
        (
            me(&on_the_server),
            me(&invited),
            me(&half_way),
            me(&kai.token)
        ),
        (401, 401, 401, 200)
    );
    for token in [&reads, &half_way, &kai.token] {
        let body = json!({ "password": PASSWORD });
        with(&house, token, "POST", "/api/session/invitation", &body).is(401);
    }
    for token in [&reads, &invited] {
        proves(&house, token, "000000").is(401);
    }
    // A browser's cookie takes a session and no program's token.
    let mut cookie = house.request("GET", "/api/me", "nobody", &Value::Null);
    let value = format!("predicate_session={reads}").parse().unwrap();
    cookie.headers_mut().insert("cookie", value);
    house.send(cookie).is(401);

    // Its own purpose, in its own case, and nothing else.
    let at = |token: &str, method: &str, path: String, body: &Value| {
        with(&house, token, method, &path, body)
    };
    let note = json!({ "kind": "note", "title": "T", "text": "t" });
    at(
        &reads,
        "GET",
        format!("/api/cases/{case}/records/{record}"),
        &Value::Null,
    )
    .is(200);
    for (method, path, body) in [
        (
            "GET",
            format!("/api/cases/{other}/records/{record}"),
            Value::Null,
        ),
        ("GET", "/api/cases".to_owned(), Value::Null),
        ("POST", format!("/api/cases/{case}/notes"), note.clone()),
        ("POST", "/api/me/tokens".to_owned(), crate::routes::token()),
        (
            "POST",
            format!("/api/cases/{case}/disclosures"),
            crate::disclosure::told(),
        ),
    ] {
        let answer = at(&reads, method, path.clone(), &body).is(403);
        assert_eq!(answer.reason(), "token.not-for-this", "{method} {path}");
    }
    let works = make("work", "api", Some(case.to_string()));
    at(&works, "POST", format!("/api/cases/{case}/notes"), &note).is(201);
    at(
        &works,
        "POST",
        format!("/api/cases/{case}/disclosures"),
        &crate::disclosure::told(),
    )
    .is(403);

    // Revoked or run out, it opens nothing.
    let listed = house.get("/api/me/tokens", "ines").is(200);
    assert!(!listed.text().contains(&works), "a secret is shown once");
    let newest = listed.json["tokens"][0]["id"].as_str().unwrap();
    house
        .call(
            "DELETE",
            &format!("/api/me/tokens/{newest}"),
            "ines",
            &Value::Null,
        )
        .is(204);
    assert_eq!((me(&works), me(&reads)), (401, 200));
    house.clock.forward_days(8);
    assert_eq!(me(&reads), 401);
}

#[test]
fn an_06_sessions_change_their_id_and_end_at_once_c1_c2() {
    let mut house = House::new();
    // What a browser held before has no part in the session that it gets.
    let mut planted = house.request("POST", "/sign-in", "nobody", &Value::Null);
    planted
        .headers_mut()
        .insert("cookie", "predicate_session=planted".parse().unwrap());
    planted.headers_mut().insert(
        "content-type",
        "application/x-www-form-urlencoded".parse().unwrap(),
    );
    *planted.body_mut() =
        axum::body::Body::from(format!("name=kai&password={}", PASSWORD.replace(' ', "+")));
    let answer = house.send(planted).is(303);
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(
        !cookie.contains("planted") && cookie.contains("HttpOnly"),
        "{cookie}"
    );

    let kai = enrolled(&house, "kai");
    let me = |token: &str| {
        with(&house, token, "GET", "/api/me", &Value::Null)
            .status
            .as_u16()
    };
    let token = half(&house, "kai");
    let first = token_of(&proves(&house, &token, &code(&house, &kai.secret)).is(201));
    assert_eq!((me(&token), me(&first)), (401, 200));
    proves(&house, &token, &kai.codes[1]).is(401);
    house.clock.forward_minutes(2);
    let second = token_of(&proves(&house, &first, &code(&house, &kai.secret)).is(201));
    assert_eq!(
        (me(&first), me(&second)),
        (401, 200),
        "a proof gives a new id"
    );
    with(&house, &second, "DELETE", "/api/session", &Value::Null).is(204);
    assert_eq!(me(&second), 401);

    let user = house.who("rolf").user.id;
    let rolf = house.token("rolf").to_owned();
    let roles = json!({ "roles": ["investigator"] });
    house
        .call("PUT", &format!("/api/users/{user}/roles"), "ada", &roles)
        .is(204);
    assert_eq!(me(&rolf), 401, "other roles end a session");
    let rolf = token_of(&signs_in(&house, "rolf").is(201));
    let disabled = json!({ "disabled": true });
    house
        .call(
            "PUT",
            &format!("/api/users/{user}/disabled"),
            "ada",
            &disabled,
        )
        .is(204);
    assert_eq!(me(&rolf), 401);
    signs_in(&house, "rolf").is(401);

    let next = json!({ "old": PASSWORD, "password": "another long password" });
    house.call("PUT", "/api/me/password", "ines", &next).is(204);
    house.get("/api/me", "ines").is(401);
    let with_next = json!({ "name": "ines", "password": "another long password" });
    house.post("/api/session", "nobody", &with_next).is(201);
    house.people.clear();
}

#[test]
fn a_clock_that_is_turned_back_wakes_no_session() {
    let house = House::new();
    let token = token_of(&signs_in(&house, "kai").is(201));
    let now = house.desk.now().micros();
    house.clock.forward_minutes(9 * 60);
    with(&house, &token, "GET", "/api/me", &Value::Null).is(401);
    house.clock.set(now - 3_600_000_000);
    with(&house, &token, "GET", "/api/me", &Value::Null).is(401);
}

#[test]
fn op_01_the_first_administrator_takes_a_token_that_ends_within_an_hour_c2() {
    let house = House::empty();
    let first = json!({ "name": "ada", "title": "Ada", "password": PASSWORD });
    let take = |token: &str| with(&house, token, "POST", "/api/session/first", &first);
    let late = house.desk.first_token().unwrap().unwrap();
    house.clock.forward_minutes(61);
    take(&late).is(401);
    let replaced = house.desk.first_token().unwrap().unwrap();
    let token = house.desk.first_token().unwrap().unwrap();
    take(&replaced).is(401);
    take("0000").is(401);
    take(&token).is(204);
    take(&token).is(401);
    assert_eq!(house.desk.first_token().unwrap(), None);

    // From then on everybody needs a second factor: the password alone opens nothing but setting one up.
    let answer = signs_in(&house, "ada").is(201);
    assert_eq!(answer.json["stage"], "enrolment");
    let token = token_of(&answer);
    with(&house, &token, "GET", "/api/users", &Value::Null).is(401);
    let ada = enrolled_with(&house, &token);
    with(&house, &ada, "GET", "/api/users", &Value::Null).is(200);
}

fn enrolled_with(house: &House, token: &str) -> String {
    let begun = json!({ "label": "telephone", "password": PASSWORD });
    let begun = with(house, token, "POST", "/api/me/factors", &begun).is(201);
    let path = format!("/api/me/factors/{}/confirmation", begun.id());
    let secret = begun.json["secret"].as_str().unwrap();
    let done = with(
        house,
        token,
        "POST",
        &path,
        &json!({ "code": code(house, secret) }),
    )
    .is(201);
    done.json["session"]["token"].as_str().unwrap().to_owned()
}

#[test]
fn grave_acts_take_a_proof_of_the_last_ten_minutes() {
    let house = House::new();
    let sora = enrolled(&house, "sora");
    let purpose = Some(domain::authority::Purpose::Procurement);
    let basis = Some(domain::authority::LegalBasis::StatutoryInquiry);
    let case = house.proposed("ines", purpose, basis);
    let approve = |token: &str| {
        let body = json!({ "decision": "approve" });
        with(
            &house,
            token,
            "POST",
            &format!("/api/cases/{case}/decision"),
            &body,
        )
    };
    house.clock.forward_minutes(11);
    let refused = approve(&sora.token).is(403);
    assert_eq!(refused.reason(), "step-up.needed");
    let token = token_of(&proves(&house, &sora.token, &code(&house, &sora.secret)).is(201));
    approve(&token).is(204);
}

#[test]
fn passwords_are_tried_ten_times_and_a_known_address_is_not_shut_out_by_strangers() {
    let house = House::new();
    let tries = |address: &str, password: &str| {
        let attempt = desk::sign_in::Attempt {
            name: "kai",
            password,
            address,
            origin: domain::authority::Origin::Api,
        };
        house
            .desk
            .sign_in_from(&attempt)
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    tries("10.0.0.1", PASSWORD).unwrap();
    for number in 0..60 {
        let address = format!("192.0.2.{}", number / 9);
        let _ = tries(&address, "not this one");
    }
    let shut = tries("198.51.100.9", PASSWORD).unwrap_err();
    assert!(shut.contains("too many tries"), "{shut}");
    tries("10.0.0.1", PASSWORD).unwrap();
    for _ in 0..10 {
        tries("10.0.0.1", "not this one").unwrap_err();
    }
    let shut = tries("10.0.0.1", PASSWORD).unwrap_err();
    assert!(shut.contains("too many tries"), "{shut}");
    house.clock.forward_minutes(16);
    tries("10.0.0.1", PASSWORD).unwrap();
}

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
        // The log of the case grows with each reading of it.
        let tells = route.method == "GET" && route.in_case();
        if tells && !route.path.ends_with("/log") && !route.path.ends_with("/events") {
            text.push_str(&format!(
                "{}\n{}\n",
                route.name(),
                stage.ask(&route, "ines", None).text()
            ));
        }
    }
    text
}

#[test]
fn az_10_a_unit_stays_as_it_is_whatever_anothers_administrator_does_c1() {
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
        // Her own sign-in is hers to end, and the clock of the test profile is everybody's.
        let own =
            route.path.starts_with("/api/me/password") || route.path.starts_with("/api/session");
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
            "POST /api/users"
        ]
    );
    let after = dump(&stage, &south);
    assert!(before.len() > 10_000, "{}", before.len());
    assert!(before == after, "before:\n{before}\nafter:\n{after}");
}

#[test]
fn az_11_what_somebody_wrote_stays_under_their_name_when_they_go_c1() {
    let house = House::new();
    let case = house.team_case();
    let notes = format!("/api/cases/{case}/notes");
    let note = json!({ "kind": "note", "title": "Berth nine", "text": "the crane was sold" });
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

/// A browser: it keeps its cookie and sends forms with the token of the page.
struct Browser<'a> {
    house: &'a House,
    cookie: String,
    page: String,
}

impl Browser<'_> {
    fn at<'a>(house: &'a House, path: &str) -> Browser<'a> {
        let mut browser = Browser {
            house,
            cookie: String::new(),
            page: String::new(),
        };
        browser.opens(path, 200);
        browser
    }

    fn sends(&mut self, request: axum::http::Request<axum::body::Body>, status: u16) -> String {
        let answer = self.house.send(request).is(status);
        if let Some(set) = answer.headers.get("set-cookie") {
            self.cookie = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        self.page = answer.text();
        let to = answer
            .headers
            .get("location")
            .map(|to| to.to_str().unwrap().to_owned());
        to.unwrap_or_default()
    }

    fn opens(&mut self, path: &str, status: u16) -> String {
        let mut request = self.house.request("GET", path, "nobody", &Value::Null);
        request
            .headers_mut()
            .insert("cookie", self.cookie.parse().unwrap());
        self.sends(request, status)
    }

    /// Fills a form in and sends it: what is hidden in the page goes with it.
    fn fills(&mut self, path: &str, fields: &[(&str, &str)], status: u16) -> String {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let form = self
            .page
            .split("<form")
            .find(|form| form.contains(&format!("action=\"{path}\"")))
            .unwrap_or_default();
        for hidden in form.split("<input type=\"hidden\" name=\"").skip(1) {
            let (name, rest) = hidden.split_once("\" value=\"").unwrap();
            pairs.push((name.to_owned(), rest.split_once('"').unwrap().0.to_owned()));
        }
        pairs.extend(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let encoded = |text: &str| {
            text.replace('%', "%25")
                .replace(' ', "+")
                .replace('&', "%26")
        };
        let body: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let mut request = self.house.request("POST", path, "nobody", &Value::Null);
        let headers = request.headers_mut();
        headers.insert("cookie", self.cookie.parse().unwrap());
        headers.insert(
            "content-type",
            "application/x-www-form-urlencoded".parse().unwrap(),
        );
        *request.body_mut() = axum::body::Body::from(body.join("&"));
        self.sends(request, status)
    }

    fn between(&self, before: &str, after: &str) -> String {
        let (_, rest) = self
            .page
            .split_once(before)
            .unwrap_or_else(|| panic!("no `{before}` in {}", self.page));
        rest.split_once(after).unwrap().0.to_owned()
    }
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
