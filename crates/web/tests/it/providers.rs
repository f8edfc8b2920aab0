//! Signing in by an identity provider, against the package `oidc-provider`: there and back, links, what is not believed, and
//! signing out.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use domain::audit::EntryKind;
use domain::open_id::Provider;
use serde_json::{Value, json};

use crate::browse::Browser;
use crate::house::{House, PASSWORD};

const HOME: &str = "http://localhost:18080";

#[expect(
    clippy::print_stdout,
    reason = "the run's report counts a test as skipped by this line"
)]
fn skipped(test: &str, why: &str) {
    println!("SKIPPED {test} {why}");
}

/// A provider that runs, as a process of its own.
struct Running {
    child: Child,
    issuer: String,
    agent: ureq::Agent,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    /// Starts one that knows us under a name; none where the packages of the browser tests are not installed.
    fn start(name: &str, secret: &str) -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser");
        if !folder.join("node_modules/oidc-provider").is_dir() {
            skipped(
                "web::it providers",
                "the packages of the browser tests are not installed",
            );
            return None;
        }
        let mut child = Command::new("node")
            .arg(folder.join("harness/provider.mjs"))
            .args([&format!("{HOME}/sign-in/from/{name}"), secret])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut told = BufReader::new(child.stdout.take().unwrap());
        told.read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .build();
        Some(Self {
            child,
            issuer: told["issuer"].as_str().unwrap().to_owned(),
            agent: ureq::Agent::new_with_config(config),
        })
    }

    fn set_up(&self, name: &str, secret: &str) -> Provider {
        Provider {
            name: name.into(),
            title: format!("Provider of the {name}"),
            issuer: self.issuer.clone(),
            client: "desk".into(),
            secret: secret.into(),
        }
    }

    fn tell(&self, path: &str, what: &Value) -> Value {
        let address = format!("{}/test/{path}", self.issuer);
        let mut answer = self.agent.post(address).send(what.to_string()).unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }

    /// Somebody signs in there, in a browser that has never been; gives the address at our place to which they are sent.
    fn signs_in(&self, address: &str, sub: &str, claims: &Value) -> String {
        self.tell("next", &json!({ "sub": sub, "claims": claims }));
        let mut cookies: Vec<String> = Vec::new();
        let mut address = address.to_owned();
        for _ in 0..6 {
            let request = self
                .agent
                .get(&address)
                .header("cookie", cookies.join("; "));
            let answer = request.call().unwrap();
            for set in answer.headers().get_all("set-cookie") {
                cookies.push(set.to_str().unwrap().split(';').next().unwrap().to_owned());
            }
            let Some(to) = answer.headers().get("location") else {
                panic!("{address} as {sub}: {answer:?}");
            };
            let to = to.to_str().unwrap();
            if let Some(path) = to.strip_prefix(HOME) {
                return path.to_owned();
            }
            address = match to.strip_prefix('/') {
                Some(path) => format!("{}/{path}", self.issuer),
                None => to.to_owned(),
            };
        }
        panic!("the provider leads nowhere");
    }
}

/// A house that knows some providers.
fn house(providers: &[Provider]) -> House {
    let house = House::of_today();
    let mut outside = desk::live::Outside {
        address: HOME.into(),
        providers: providers.to_vec(),
        mail: Some(desk::live::MailServer {
            address: "smtp://127.0.0.1:25".into(),
            secret: String::new(),
            from: "desk@sarnhaven.example".into(),
        }),
        ..desk::live::Outside::default()
    };
    outside.reach.list("127.0.0.1").unwrap();
    house.desk.set_outside(outside);
    house
}

/// The whole way from our sign-in page and back; gives what is shown at the end.
fn by_provider(
    house: &House,
    running: &Running,
    name: &str,
    sub: &str,
    claims: &Value,
    status: u16,
) -> String {
    let mut browser = Browser::at(house, "/sign-in");
    let there = browser.opens(&format!("/sign-in/with/{name}"), 303);
    let back = running.signs_in(&there, sub, claims);
    browser.opens(&back, status);
    browser.page
}

fn rules(house: &House) -> Vec<String> {
    let refused = house.entries(Some(EntryKind::Refusal));
    refused
        .iter()
        .flat_map(|(_, entry)| entry.rules.clone())
        .collect()
}

fn signed_in<'a>(house: &'a House, name: &str) -> Browser<'a> {
    let mut browser = Browser::at(house, "/sign-in");
    browser.fills("/sign-in", &[("name", name), ("password", PASSWORD)], 303);
    browser.opens("/account", 200);
    browser
}

/// Links somebody's account to somebody at a provider, from the page of the account.
fn links(house: &House, running: &Running, name: &str, user: &str, sub: &str) -> String {
    let mut browser = signed_in(house, user);
    browser.fills(
        "/account/links",
        &[("provider", name), ("link_password", PASSWORD)],
        200,
    );
    let there = browser
        .between("content=\"0;url=", "\"")
        .replace("&#38;", "&");
    let back = running.signs_in(&there, sub, &json!({}));
    browser.opens(&back, 200);
    browser.page
}

#[test]
fn an_07_no_account_is_linked_by_its_mail_address_c1() {
    let (Some(city), Some(port)) = (
        Running::start("city", "s3cret"),
        Running::start("port", "other"),
    ) else {
        return;
    };
    let house = house(&[city.set_up("city", "s3cret"), port.set_up("port", "other")]);
    // A local account has the address: its alerts go there.
    let (mail, user) = ("kai@sarnhaven.example", "kai");
    let case = house.team_case();
    let told = json!({ "way": "mail", "address": mail });
    house
        .post(&format!("/api/cases/{case}/subscriptions"), user, &told)
        .is(201);

    let entries = house.entries(None).len();

    for (running, name) in [(&city, "city"), (&port, "port")] {
        for verified in [true, false] {
            let claims = json!({ "email": mail, "email_verified": verified, "name": mail, "preferred_username": mail });
            for sub in ["77", mail, user] {
                let page = by_provider(&house, running, name, sub, &claims, 401);
                assert!(
                    page.contains("No account here is linked to this sign-in"),
                    "{page}"
                );
            }
        }
    }
    let refused: Vec<String> = rules(&house)
        .into_iter()
        .filter(|rule| rule == "sign-in.provider-unknown")
        .collect();
    assert_eq!(refused.len(), 12, "each is an entry");
    let database =
        rusqlite::Connection::open(house.folder.path().join("data/predicate.sqlite")).unwrap();
    let count = |table: &str| -> i64 {
        database
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .unwrap()
    };
    assert_eq!(count("provider_link"), 0);
    assert!(house.entries(None).len() >= entries + 12);

    // With a session of the account it is linked, and then the same person gets in; another with that address does not.
    assert!(links(&house, &city, "city", user, "77").contains("Your account is linked"));
    assert_eq!(count("provider_link"), 1);
    let claims = json!({ "email": mail, "email_verified": true });
    let page = by_provider(&house, &city, "city", "77", &json!({}), 200);
    assert!(page.contains("You are signed in"), "{page}");
    by_provider(&house, &city, "city", "78", &claims, 401);
    by_provider(&house, &port, "port", "77", &claims, 401);
}

#[test]
fn an_account_is_linked_by_its_session_and_its_owner_alone() {
    let Some(city) = Running::start("city", "s3cret") else {
        return;
    };
    let house = house(&[city.set_up("city", "s3cret")]);
    // A wrong password links nothing.
    let mut browser = signed_in(&house, "ines");
    browser.fills(
        "/account/links",
        &[("provider", "city"), ("link_password", "wrong")],
        422,
    );
    assert!(
        browser.page.contains("Is not the present password"),
        "{}",
        browser.page
    );
    // A session that has ended meanwhile links nothing.
    browser.fills(
        "/account/links",
        &[("provider", "city"), ("link_password", PASSWORD)],
        200,
    );
    let there = browser
        .between("content=\"0;url=", "\"")
        .replace("&#38;", "&");
    let back = city.signs_in(&there, "7", &json!({}));
    let mut gone = signed_in(&house, "ines");
    gone.cookies.insert(
        "predicate_session".into(),
        browser.cookies["predicate_session"].clone(),
    );
    gone.opens("/account", 200);
    gone.fills("/sign-out", &[], 303);
    browser.opens(&back, 401);
    assert!(
        browser.page.contains("signed in here no more"),
        "{}",
        browser.page
    );

    assert!(links(&house, &city, "city", "ines", "7").contains("Your account is linked"));
    let taken = |user: &str| {
        let mut browser = signed_in(&house, user);
        browser.fills(
            "/account/links",
            &[("provider", "city"), ("link_password", PASSWORD)],
            200,
        );
        let there = browser
            .between("content=\"0;url=", "\"")
            .replace("&#38;", "&");
        let back = city.signs_in(&there, "7", &json!({}));
        browser.opens(&back, 401);
        browser.page
    };
    assert!(taken("kai").contains("Another account here is linked"));
    assert!(taken("ines").contains("Your account is linked already"));

    // Sessions begun by the link end with it; others go on.
    let mut by_link = Browser::at(&house, "/sign-in");
    let there = by_link.opens("/sign-in/with/city", 303);
    by_link.opens(&city.signs_in(&there, "7", &json!({})), 200);
    by_link.opens("/cases", 200);
    let own = house.get("/api/me/links", "ines").is(200);
    assert_eq!(own.json["links"][0]["provider"], "Provider of the city");
    let link = own.json["links"][0]["id"].as_str().unwrap().to_owned();
    house
        .call(
            "DELETE",
            &format!("/api/me/links/{link}"),
            "kai",
            &Value::Null,
        )
        .is(404);
    house
        .call(
            "DELETE",
            &format!("/api/me/links/{link}"),
            "ines",
            &Value::Null,
        )
        .is(204);
    by_link.opens("/cases", 303);
    house.get("/api/me", "ines").is(200);
    by_provider(&house, &city, "city", "7", &json!({}), 401);
}

#[test]
fn an_invitation_is_taken_up_by_a_provider_once_and_no_password_is_set() {
    let Some(city) = Running::start("city", "s3cret") else {
        return;
    };
    let house = house(&[city.set_up("city", "s3cret")]);
    let new = json!({ "name": "mara", "title": "Mara", "roles": ["investigator"] });
    let made = house.post("/api/users", "ada", &new).is(201);
    let token = made.json["invitation"].as_str().unwrap().to_owned();
    let mut mara = Browser::at(&house, &format!("/invited?token={token}"));
    let way = mara.between("href=\"/sign-in/with/", "\"");
    let there = mara.opens(&format!("/sign-in/with/{way}"), 303);
    mara.opens(&city.signs_in(&there, "9", &json!({})), 200);
    mara.opens("/cases", 200);
    // The link is used up, for a password and for another person.
    let mut second = Browser::at(&house, "/sign-in");
    let there = second.opens(&format!("/sign-in/with/{way}"), 303);
    second.opens(&city.signs_in(&there, "10", &json!({})), 401);
    assert!(second.page.contains("good no more"), "{}", second.page);
    second.opens("/sign-in", 200);
    second.fills("/sign-in", &[("name", "mara"), ("password", "")], 401);
    // Without a password the only way in cannot be taken away.
    mara.opens("/account", 200);
    let path = format!(
        "/account/links/{}/remove",
        mara.between("/account/links/", "/remove")
    );
    mara.fills(&path, &[], 422);
    assert!(mara.page.contains("could not sign in"), "{}", mara.page);
}

#[test]
fn what_was_not_begun_here_just_now_or_is_another_providers_signs_nobody_in() {
    let (Some(city), Some(port)) = (Running::start("city", "s3cret"), Running::start("port", ""))
    else {
        return;
    };
    let house = house(&[city.set_up("city", "s3cret"), port.set_up("port", "")]);
    assert!(links(&house, &city, "city", "ines", "7").contains("linked"));
    let set_out = || {
        let mut browser = Browser::at(&house, "/sign-in");
        let there = browser.opens("/sign-in/with/city", 303);
        (browser, city.signs_in(&there, "7", &json!({})))
    };
    // In another browser, without what the first one kept.
    let (_, back) = set_out();
    Browser::at(&house, "/sign-in").opens(&back, 401);
    // With the state of another journey, with another code, with none, twice, too late.
    let (mut browser, back) = set_out();
    let (_, other) = set_out();
    let part = |path: &str, name: &str| {
        let (_, rest) = path.split_once(&format!("{name}=")).unwrap();
        rest.split('&').next().unwrap().to_owned()
    };
    browser.opens(
        &back.replace(&part(&back, "state"), &part(&other, "state")),
        401,
    );
    let (mut browser, back) = set_out();
    browser.opens(&back.replace(&part(&back, "code"), "none"), 401);
    // A code of another journey does not do: it was bound to the other's proof key.
    let (mut browser, back) = set_out();
    let (_, other) = set_out();
    browser.opens(
        &back.replace(&part(&back, "code"), &part(&other, "code")),
        401,
    );
    let (mut browser, back) = set_out();
    browser.opens(
        &back.replace(&part(&back, "iss"), "http%3A%2F%2Fevil.example"),
        401,
    );
    let (mut browser, back) = set_out();
    browser.opens(back.split("&iss=").next().unwrap(), 401);
    let (mut browser, back) = set_out();
    browser.opens(&back.replace("/from/city", "/from/port"), 401);
    let (mut browser, back) = set_out();
    let kept = browser.cookies.clone();
    browser.opens(&back, 200);
    browser.cookies = kept;
    browser.opens(&back, 401);
    browser.opens("/sign-in/from/city?error=access_denied", 401);
    assert!(
        browser.page.contains("not begun in this browser"),
        "{}",
        browser.page
    );
    browser.opens("/sign-in/with/nowhere", 404);
    // Last, since the installation's time does not go back.
    let (mut browser, back) = set_out();
    house.clock.forward_minutes(11);
    browser.opens(&back, 401);
    assert_eq!(
        rules(&house)
            .iter()
            .filter(|rule| *rule == "sign-in.provider")
            .count(),
        10
    );
}

#[test]
fn keys_change_and_each_listed_algorithm_does() {
    let Some(city) = Running::start("city", "s3cret") else {
        return;
    };
    let house = house(&[city.set_up("city", "s3cret")]);
    assert!(links(&house, &city, "city", "ines", "7").contains("linked"));
    for kind in ["ES256", "EdDSA", "RS256"] {
        city.tell("rotate", &json!({ "kind": kind }));
        // Keys are asked for again after ten seconds: nobody can make this service call all the time.
        house.clock.forward_minutes(1);
        by_provider(&house, &city, "city", "7", &json!({}), 200);
    }
}

#[test]
fn a_provider_is_left_and_may_itself_end_the_sessions_of_somebody() {
    let Some(city) = Running::start("city", "s3cret") else {
        return;
    };
    let house = house(&[city.set_up("city", "s3cret")]);
    for (user, sub) in [("ines", "7"), ("kai", "8")] {
        assert!(links(&house, &city, "city", user, sub).contains("linked"));
    }
    let comes = |sub: &str| {
        let mut browser = Browser::at(&house, "/sign-in");
        let there = browser.opens("/sign-in/with/city", 303);
        browser.opens(&city.signs_in(&there, sub, &json!({})), 200);
        browser.opens("/cases", 200);
        browser
    };
    let mut ines = comes("7");
    ines.fills("/sign-out", &[], 200);
    let out = ines
        .between("href=\"http://127", "\"")
        .replace("&#38;", "&");
    assert!(
        out.contains("/session/end?client_id=desk&post_logout_redirect_uri="),
        "{out}"
    );
    ines.opens("/cases", 303);

    let (mut ines, mut kai, mut local) = (comes("7"), comes("8"), signed_in(&house, "ines"));
    let tells = |token: &str, status: u16| {
        let mut browser = Browser::at(&house, "/sign-in");
        browser.fills("/sign-in/from/city/out", &[("logout_token", token)], status);
    };
    let token = |sub: &str, claims: &Value| {
        let told = city.tell("out", &json!({ "sub": sub, "claims": claims }));
        told["token"].as_str().unwrap().to_owned()
    };
    tells("none", 400);
    tells(&token("7", &json!({ "nonce": "n" })), 400);
    tells(&token("7", &json!({ "events": {} })), 400);
    ines.opens("/cases", 200);
    tells(&token("unknown", &json!({})), 200);
    tells(&token("7", &json!({})), 200);
    ines.opens("/cases", 303);
    kai.opens("/cases", 200);
    local.opens("/cases", 200);
    let ended = house.entries(None);
    assert!(
        ended
            .iter()
            .any(|(_, entry)| entry.act == "signed_out_at_provider")
    );
}

#[test]
fn a_second_factor_is_asked_for_after_a_provider_too() {
    let Some(city) = Running::start("city", "s3cret") else {
        return;
    };
    let house = house(&[city.set_up("city", "s3cret")]);
    assert!(links(&house, &city, "city", "kai", "8").contains("linked"));
    let enrolled = crate::sign_in::enrolled(&house, "kai");
    let mut browser = Browser::at(&house, "/sign-in");
    let there = browser.opens("/sign-in/with/city", 303);
    browser.opens(&city.signs_in(&there, "8", &json!({})), 200);
    assert!(
        browser.page.contains("0;url=/sign-in/code"),
        "{}",
        browser.page
    );
    browser.opens("/cases", 303);
    browser.opens("/sign-in/code", 200);
    browser.fills("/sign-in/code", &[("code", &enrolled.codes[0])], 303);
    browser.opens("/cases", 200);
}
