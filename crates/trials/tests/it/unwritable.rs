//! The log's folder cannot be written: nothing is done and nothing shown until it can.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::house::{Case, House, company};
use crate::http::{Answer, Body};
use crate::mount::{Small, in_own_mounts};
use crate::program::{Program, Serving, within};

/// Reads and writes of every sort, over HTTP.
struct Asked<'a> {
    serving: &'a Serving,
    case: &'a Case,
    record: &'a str,
    sora: &'a str,
}

impl Asked<'_> {
    fn each(&self, title: &str) -> Vec<(&'static str, Answer)> {
        let (serving, case) = (self.serving, self.case);
        let note = json!({ "kind": "note", "title": title, "text": "Written at a bad time." });
        let page = case.path(&format!("records/{}", self.record));
        let credentials = json!({ "name": "jonas", "password": crate::program::PASSWORD });
        vec![
            ("note", serving.post(&case.path("notes"), &case.ines, note)),
            (
                "search",
                serving.post(
                    &case.path("search"),
                    &case.ines,
                    crate::house::asking("Shipping"),
                ),
            ),
            ("record", serving.get(&page, &case.ines)),
            (
                "case",
                serving.get(&format!("/api/cases/{}", case.id), &case.ines),
            ),
            ("notes", serving.get(&case.path("notes"), &case.ines)),
            ("cases", serving.get("/api/cases", self.sora)),
            (
                "sign-in",
                serving.ask("POST", "/api/session", None, Body::Json(credentials)),
            ),
        ]
    }

    /// Every one of them is answered with 503, with a reason and with no word of the data.
    fn all_refused(&self, title: &str) {
        for (what, answer) in self.each(title) {
            assert_eq!(answer.status, 503, "{what}: {}", answer.text());
            assert!(answer.header("retry-after").is_some(), "{what}");
            let problem = answer.json();
            assert_eq!(problem["type"], "/problems/unavailable", "{what}");
            assert!(!problem["detail"].as_str().unwrap().is_empty(), "{what}");
            for word in ["Shipping", "Dredging", "HR k", self.record, "token"] {
                assert!(!answer.text().contains(word), "{what} shows `{word}`");
            }
        }
    }
}

fn refusing(server: SocketAddr) -> bool {
    let health = crate::http::ask(server, "GET", "/api/health", None, Body::Nothing);
    health.is_ok_and(|health| health.status == 503)
}

/// Acts and entries agree: as many entries of this act as acts that were answered.
fn entries(serving: &Serving, act: &str) -> usize {
    let token = serving.sign_in("aude");
    let (mut found, mut before) = (0, String::new());
    loop {
        let page = serving
            .get(&format!("/api/log?purpose=lawfulness{before}"), &token)
            .expect(200);
        let page = page["entries"].as_array().unwrap().clone();
        let Some(last) = page.last() else {
            return found;
        };
        found += page.iter().filter(|entry| entry["act"] == act).count();
        before = format!("&before={}", last["number"]);
    }
}

fn companies() -> Vec<Value> {
    (0..20)
        .map(|number| {
            company(
                &format!("k{number}"),
                &format!("Harbour Shipping {number}"),
                "active",
            )
        })
        .collect()
}

/// Runs a server whose log is then made unwritable by `harm`, and mended by `mend`.
///
/// The one act during which the fault shows itself is done and has its entry in the database, which is where an act's
/// entry is durable before its answer; from then on nothing is (decision 060).
fn trial(house: &House, harm: &dyn Fn(), mend: &dyn Fn()) {
    house
        .load(&house.delivery("start", &companies()), false)
        .unwrap();
    let mut serving = house.serve();
    let case = Case::open(&serving);
    let key = House::key(&serving);
    let record = case.search(&serving, "Shipping 7")[0].clone();
    let sora = serving.sign_in("sora");
    assert_eq!(case.note(&serving, "before", "All is well."), 201);
    let mut written = vec!["before".to_owned()];

    harm();
    if case.note(&serving, "at the edge", "The fault is not known yet.") == 201 {
        written.push("at the edge".into());
    }
    let server = serving.address;
    assert!(
        within(Duration::from_secs(10), || refusing(server)),
        "the fault stays unnoticed"
    );
    let asked = Asked {
        serving: &serving,
        case: &case,
        record: &record,
        sora: &sora,
    };
    asked.all_refused("while it is unwritable");
    asked.all_refused("still unwritable");
    assert!(serving.runs());

    mend();
    assert!(
        within(Duration::from_secs(30), || !refusing(server)),
        "service does not resume"
    );
    let mut titles = case.notes(&serving);
    titles.sort();
    written.sort();
    assert_eq!(
        titles, written,
        "what was answered is there, and nothing else"
    );
    assert_eq!(case.note(&serving, "after", "All is well again."), 201);
    assert_eq!(entries(&serving, "write_note"), written.len() + 1);
    serving.kill();
    house.check();
    house.verify(&key).good();
}

/// The place of the next tile's file is taken by a folder, which stops even root.
#[test]
fn au_06_with_a_log_that_cannot_be_appended_nothing_is_done_or_shown_c1_c2() {
    let Some(house) = House::new("au_06") else {
        return;
    };
    let staging = house.data.join("log/.staging");
    let aside = house.data.join("log/.staging-aside");
    let harm = || {
        std::fs::rename(&staging, &aside).unwrap();
        std::fs::write(&staging, b"in the way").unwrap();
    };
    let mend = || {
        std::fs::remove_file(&staging).unwrap();
        std::fs::rename(&aside, &staging).unwrap();
    };
    trial(&house, &harm, &mend);
}

/// The log lies on a volume of its own, and the volume is full.
#[test]
fn aud_03_with_a_full_log_volume_nothing_is_done_or_shown_c1() {
    let Some(program) = Program::found("aud_03") else {
        return;
    };
    if !in_own_mounts("unwritable::aud_03_with_a_full_log_volume_nothing_is_done_or_shown_c1") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let log = data.join("log");
    std::fs::create_dir_all(&log).unwrap();
    let volume = Small::over(Path::new(&log), 65_536);
    let house = House::furnished(program, folder, data);
    trial(&house, &|| volume.fill(), &|| volume.free());
}
