//! Passkeys: made in an account, used to sign in and as a second factor; what is not believed.
//!
//! The authenticator here is one written for tests; a browser's own is asked in tests/browser.

use domain::audit::EntryKind;
use domain::passkey::testing::Authenticator;
use serde_json::json;

use crate::browse::Browser;
use crate::house::{House, PASSWORD};

const HOME: &str = "https://desk.sarnhaven.example";

fn house() -> House {
    let house = House::new();
    house.desk.set_outside(desk::live::Outside {
        address: HOME.into(),
        ..desk::live::Outside::default()
    });
    house
}

fn device(secret: u8) -> Authenticator {
    Authenticator::at(secret, HOME, "desk.sarnhaven.example")
}

/// What the page's script puts into the form.
fn written(answer: &domain::passkey::Answer) -> String {
    let domain::passkey::Answer {
        id,
        client,
        attestation,
        authenticator,
        signature,
    } = answer;
    json!({ "id": id, "client": client, "attestation": attestation, "authenticator": authenticator, "signature": signature })
        .to_string()
}

fn signed_in<'a>(house: &'a House, name: &str) -> Browser<'a> {
    let mut browser = Browser::at(house, "/sign-in");
    browser.fills("/sign-in", &[("name", name), ("password", PASSWORD)], 303);
    browser
}

fn makes(browser: &mut Browser<'_>, device: &mut Authenticator, status: u16) {
    browser.opens("/account/passkey", 200);
    let fields = [("label", "Laptop"), ("password", PASSWORD)];
    browser.fills("/account/passkey", &fields, 200);
    let challenge = browser.between("data-challenge=\"", "\"");
    let answer = written(&device.makes(&challenge));
    browser.fills("/account/passkey", &[("answer", &answer)], status);
}

/// Uses a passkey on the page that is shown; gives where it leads.
fn uses(browser: &mut Browser<'_>, path: &str, device: &mut Authenticator, status: u16) -> String {
    let challenge = browser.between("data-challenge=\"", "\"");
    let answer = written(&device.answers(&challenge));
    browser.fills(path, &[("answer", &answer)], status)
}

fn failed(house: &House) -> Vec<String> {
    let refused = house.entries(Some(EntryKind::Refusal));
    let rules = refused.iter().flat_map(|(_, entry)| entry.rules.clone());
    rules.filter(|rule| rule.starts_with("sign-in")).collect()
}

#[test]
fn a_passkey_signs_in_by_itself_and_stands_for_two_factors() {
    let house = house();
    let mut laptop = device(3);
    let mut ines = signed_in(&house, "ines");
    makes(&mut ines, &mut laptop, 200);
    assert!(ines.page.contains("Your recovery codes"), "{}", ines.page);
    ines.opens("/account", 200);
    assert!(ines.page.contains("Laptop") && ines.page.contains("passkey"));

    let mut again = Browser::at(&house, "/sign-in");
    assert_eq!(
        uses(&mut again, "/sign-in/passkey", &mut laptop, 303),
        "/cases"
    );
    again.opens("/cases", 200);
    again.opens("/account", 200);
    assert!(
        again.page.contains("until "),
        "it is proved: {}",
        again.page
    );
    // The device that is there already is named, so that it is not made twice; taken away it opens nothing.
    makes(&mut again, &mut laptop, 409);
    again.opens("/account", 200);
    let path = format!(
        "/account/factors/{}/remove",
        again.between("/account/factors/", "/remove")
    );
    again.fills(&path, &[], 303);
    let mut after = Browser::at(&house, "/sign-in");
    uses(&mut after, "/sign-in/passkey", &mut laptop, 401);
    assert_eq!(failed(&house), ["sign-in.passkey"]);
}

#[test]
fn after_a_password_a_passkey_is_the_second_factor_and_renews_its_proof() {
    let house = house();
    let mut laptop = device(3);
    let mut other = device(4);
    makes(&mut signed_in(&house, "ines"), &mut laptop, 200);
    makes(&mut signed_in(&house, "kai"), &mut other, 200);
    let mut ines = signed_in(&house, "ines");
    ines.opens("/cases", 303);
    ines.opens("/sign-in/code", 200);
    // Somebody else's passkey is none of this account.
    uses(&mut ines, "/sign-in/code/passkey", &mut other, 401);
    ines.opens("/cases", 303);
    ines.opens("/sign-in/code", 200);
    uses(&mut ines, "/sign-in/code/passkey", &mut laptop, 303);
    ines.opens("/cases", 200);
    house.clock.forward_minutes(11);
    ines.opens("/account", 200);
    assert!(ines.page.contains("not within the last ten minutes"));
    ines.opens("/account/prove", 200);
    uses(&mut ines, "/sign-in/code/passkey", &mut laptop, 303);
    ines.opens("/account", 200);
    assert!(!ines.page.contains("not within the last ten minutes"));
}

#[test]
fn an_answer_does_once_in_time_at_this_address_by_this_device() {
    let house = house();
    let mut laptop = device(3);
    makes(&mut signed_in(&house, "ines"), &mut laptop, 200);
    let page = || Browser::at(&house, "/sign-in");
    // The same answer a second time.
    let mut browser = page();
    let challenge = browser.between("data-challenge=\"", "\"");
    let answer = written(&laptop.answers(&challenge));
    browser.fills("/sign-in/passkey", &[("answer", &answer)], 303);
    let mut again = page();
    again.fills(
        "/sign-in/passkey",
        &[("answer", &answer), ("challenge", &challenge)],
        401,
    );
    // The same challenge with a new answer.
    let fresh = written(&laptop.answers(&challenge));
    again.fills(
        "/sign-in/passkey",
        &[("answer", &fresh), ("challenge", &challenge)],
        401,
    );
    // Too late; a challenge that is not ours; one for making; nothing at all.
    let mut late = page();
    house.clock.forward_minutes(16);
    uses(&mut late, "/sign-in/passkey", &mut laptop, 401);
    let mut made_up = page();
    let answer = written(&laptop.answers("AAAA"));
    made_up.fills(
        "/sign-in/passkey",
        &[("answer", &answer), ("challenge", "AAAA")],
        401,
    );
    let mut kai = signed_in(&house, "kai");
    kai.opens("/account/passkey", 200);
    kai.fills(
        "/account/passkey",
        &[("label", "x"), ("password", PASSWORD)],
        200,
    );
    let for_making = kai.between("data-challenge=\"", "\"");
    let answer = written(&laptop.answers(&for_making));
    page().fills(
        "/sign-in/passkey",
        &[("answer", &answer), ("challenge", &for_making)],
        401,
    );
    page().fills("/sign-in/passkey", &[("answer", "")], 401);
    // At another address, by nobody verified, by a copy that counts behind.
    for change in [
        |own: &mut Authenticator| own.origin = "https://desk.sarnhaven.example.evil".into(),
        |own: &mut Authenticator| own.host = "evil.example".into(),
        |own: &mut Authenticator| own.flags = 1,
        |own: &mut Authenticator| own.counter = 0,
    ] {
        let mut wrong = laptop.clone();
        change(&mut wrong);
        uses(&mut page(), "/sign-in/passkey", &mut wrong, 401);
    }
    assert!(failed(&house).contains(&"sign-in.passkey-copied".to_owned()));
    uses(&mut page(), "/sign-in/passkey", &mut laptop, 303);
}

#[test]
fn a_passkey_is_made_by_whoever_shows_that_the_account_is_theirs_where_the_address_is_known() {
    let house = house();
    let mut ines = signed_in(&house, "ines");
    ines.opens("/account/passkey", 200);
    ines.fills(
        "/account/passkey",
        &[("label", "x"), ("password", "wrong")],
        422,
    );
    ines.fills(
        "/account/passkey",
        &[("label", ""), ("password", PASSWORD)],
        422,
    );
    // A disabled account's passkey opens nothing.
    let mut laptop = device(3);
    makes(&mut ines, &mut laptop, 200);
    let user = house.who("ines").user.id;
    let path = format!("/api/users/{user}/disabled");
    house
        .call("PUT", &path, "ada", &json!({ "disabled": true }))
        .is(204);
    let mut after = Browser::at(&house, "/sign-in");
    uses(&mut after, "/sign-in/passkey", &mut laptop, 401);
    let bare = House::new();
    let page = Browser::at(&bare, "/sign-in");
    assert!(!page.page.contains("data-passkey"));
    let mut ines = signed_in(&bare, "ines");
    ines.opens("/account/passkey", 200);
    ines.fills(
        "/account/passkey",
        &[("label", "x"), ("password", PASSWORD)],
        409,
    );
    assert!(
        ines.page.contains("does not know the address"),
        "{}",
        ines.page
    );
}
