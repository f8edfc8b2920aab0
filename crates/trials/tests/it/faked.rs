//! The running program under a wall clock that jumps, by a library that is not ours (libfaketime); time passed is left alone.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::time::Moment;
use serde_json::{Value, json};

use crate::house::House;
use crate::http::Body;
use crate::program::{PASSWORD, Serving, within};

/// The library, wherever Debian puts it.
fn library(test: &str) -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?.flatten();
    let found = folders
        .map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"))
        .find(|path| path.is_file());
    if found.is_none() {
        println!("SKIPPED {test} there is no libfaketime (Debian: faketime)");
    }
    found
}

/// Serves with the wall clock of a file, which may be written anew while it runs.
fn serve(house: &House, library: &Path, says: &Path) -> Serving {
    let variables: [(&str, &Path); 4] = [
        ("LD_PRELOAD", library),
        ("FAKETIME_DONT_FAKE_MONOTONIC", Path::new("1")),
        ("FAKETIME_TIMESTAMP_FILE", says),
        ("FAKETIME_NO_CACHE", Path::new("1")),
    ];
    house.program.serve_with(&house.data, &[], &variables)
}

fn shows(says: &Path, offset: &str) {
    std::fs::write(says, offset).unwrap();
}

fn standing(serving: &Serving) -> String {
    let health = serving.ask("GET", "/api/health", None, Body::Nothing);
    let health = health.expect(200);
    health["clock"].as_str().unwrap().to_owned()
}

fn me(serving: &Serving, token: &str) -> u16 {
    serving.get("/api/me", token).status
}

fn tries(serving: &Serving, password: &str) -> u16 {
    let body = json!({ "name": "jonas", "password": password });
    serving
        .ask("POST", "/api/session", None, Body::Json(body))
        .status
}

fn tips(serving: &Serving) -> usize {
    let sora = serving.sign_in("sora");
    let tips = serving.get("/api/tips", &sora).expect(200);
    tips["waiting"].as_array().unwrap().len()
}

/// Microseconds within which acts that were decided at once may be committed.
const A_MOMENT: i64 = 500_000;

const JUMPS: [(&str, &str); 3] = [("-1h", "behind"), ("+10y", "ahead"), ("-25y", "behind")];

#[test]
fn tm_01_the_program_under_a_clock_that_jumps_while_it_runs_and_at_its_start_c1_c2() {
    let test = "tm_01_the_program_under_a_clock_that_jumps";
    let Some(library) = library(test) else { return };
    let Some(house) = House::new(test) else {
        return;
    };
    std::fs::write(house.data.join("tips.txt"), "Two people read it.").unwrap();
    let says = house.folder.path().join("shows");
    shows(&says, "+0");
    let serving = serve(&house, &library, &says);
    assert_eq!(standing(&serving), "together");
    let told = json!({ "words": "The dredger is never there." });
    serving
        .ask("POST", "/api/tips", None, Body::Json(told))
        .expect(201);
    let (dead, living) = (serving.sign_in("ines"), serving.sign_in("ines"));
    let signed_out = serving.ask("DELETE", "/api/session", Some(&dead), Body::Nothing);
    assert!(signed_out.status < 300, "{}", signed_out.text());
    for _ in 0..10 {
        assert_eq!(tries(&serving, "wrong"), 401);
    }
    assert_eq!(tries(&serving, PASSWORD), 429);

    // While it runs.
    for (jump, word) in JUMPS {
        shows(&says, jump);
        assert!(
            within(Duration::from_secs(10), || standing(&serving) == word),
            "{jump}: {}",
            standing(&serving)
        );
        assert_eq!(
            (me(&serving, &dead), me(&serving, &living)),
            (401, 200),
            "{jump}"
        );
        assert_eq!(tries(&serving, PASSWORD), 429, "{jump}");
        assert_eq!(tips(&serving), 1, "{jump}");
        shows(&says, "+0");
        assert!(
            within(Duration::from_secs(10), || standing(&serving) == "together"),
            "back from {jump}"
        );
        assert_eq!(
            (me(&serving, &dead), me(&serving, &living)),
            (401, 200),
            "{jump}"
        );
    }
    drop(serving);

    // At its start. What the clock ten years ahead says is dead is dead for good; nothing comes back with the true time.
    let mut lives = true;
    for (jump, word) in JUMPS {
        shows(&says, jump);
        let serving = serve(&house, &library, &says);
        assert_eq!(standing(&serving), word, "{jump}");
        lives = lives && word == "behind";
        let expected = if lives { 200 } else { 401 };
        assert_eq!(
            (me(&serving, &dead), me(&serving, &living)),
            (401, expected),
            "{jump}"
        );
        assert_eq!(tries(&serving, PASSWORD), 429, "{jump}");
        assert_eq!(tips(&serving), 1, "{jump}");
        drop(serving);
    }
    shows(&says, "+0");
    let serving = serve(&house, &library, &says);
    assert_eq!(standing(&serving), "together");
    assert_eq!((me(&serving, &dead), me(&serving, &living)), (401, 401));
    assert_eq!(tries(&serving, PASSWORD), 429);
    assert_eq!(tips(&serving), 1);
    let aude = serving.sign_in("aude");
    let entries = serving
        .get("/api/log?purpose=lawfulness", &aude)
        .expect(200);
    let times: Vec<i64> = entries["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry: &Value| Moment::from_rfc3339(entry["at"].as_str().unwrap()))
        .map(|at| at.unwrap().micros())
        .collect();
    assert!(times.len() > 20, "{times:?}");
    // An entry has the time of its decision and the place of its commit, so that those of one moment may stand crosswise.
    let in_order = |pair: &[i64]| pair[0] + A_MOMENT >= pair[1];
    assert!(times.windows(2).all(in_order), "{times:?}");
    let key = House::key(&serving);
    drop(serving);
    house.verify(&key).good();
}
