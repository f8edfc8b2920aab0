//! Signing in: second factors, proofs for grave acts, tokens of programs, limits, and how sessions end.

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
pub fn code(house: &House, secret: &str) -> String {
    totp::code_at(&bytes_of(secret), house.desk.now()).unwrap()
}

/// A code that is not the one of now, nor of the steps around it.
pub fn wrong(house: &House, secret: &str) -> String {
    let near =
        |seconds| totp::code_at(&bytes_of(secret), house.desk.now().plus_seconds(seconds)).unwrap();
    let near = [near(-30), near(0), near(30)];
    (0..)
        .map(|number| format!("{number:06}"))
        .find(|code| !near.contains(code))
        .unwrap()
}

/// Sends a request with any bearer secret.
pub fn with(house: &House, token: &str, method: &str, path: &str, body: &Value) -> Answer {
    let mut request = house.request(method, path, "nobody", body);
    let bearer = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert("authorization", bearer);
    house.send(request)
}

pub fn signs_in(house: &House, name: &str) -> Answer {
    let body = json!({ "name": name, "password": PASSWORD });
    house.post("/api/session", "nobody", &body)
}

pub fn token_of(answer: &Answer) -> String {
    answer.json["token"].as_str().unwrap().to_owned()
}

/// Sets an authenticator up for somebody: its secret, its id, the token that goes on and the recovery codes.
pub struct Enrolled {
    pub secret: String,
    pub factor: String,
    pub token: String,
    pub codes: Vec<String>,
}

pub fn enrolled(house: &House, name: &str) -> Enrolled {
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
