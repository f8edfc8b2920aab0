//! Another process holds the database's write lock while twenty people work.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::json;

use crate::house::{Case, House, company};
use crate::http::{Body, ask};
use crate::program::{rest, within};

const USERS: usize = 20;
/// How long the lock is held.
const HELD: Duration = Duration::from_secs(30);
/// Failing fast, in figures: the program waits two seconds for the lock, and twenty who wait do not wait one by one.
const FAST: Duration = Duration::from_secs(6);

/// What one request came to.
struct Told {
    title: Option<String>,
    began: Instant,
    took: Duration,
    status: u16,
    retry_after: bool,
}

/// One user: writes a note, reads the notes, and so on until the end.
fn work(server: SocketAddr, case: &Case, user: usize, until: Instant, told: &Mutex<Vec<Told>>) {
    let path = case.path("notes");
    for turn in 0.. {
        if Instant::now() > until {
            return;
        }
        let title = (turn % 2 == 0).then(|| format!("note {user} {turn}"));
        let began = Instant::now();
        let answer = match &title {
            Some(title) => {
                let note = json!({ "kind": "note", "title": title, "text": "Written under load." });
                ask(server, "POST", &path, Some(&case.ines), Body::Json(note)).unwrap()
            }
            None => ask(server, "GET", &path, Some(&case.ines), Body::Nothing).unwrap(),
        };
        let retry_after = answer.header("retry-after").is_some();
        let (took, status) = (began.elapsed(), answer.status);
        told.lock().unwrap().push(Told {
            title,
            began,
            took,
            status,
            retry_after,
        });
        rest(Duration::from_millis(100));
    }
}

#[test]
fn cr_06_a_held_write_lock_is_told_with_503_and_loses_nothing_c1() {
    let Some(house) = House::new("cr_06") else {
        return;
    };
    house.load(
        &house.delivery("start", &[company("k1", "Harbour Shipping", "active")]),
        false,
    );
    let mut serving = house.serve();
    let case = Case::open(&serving);
    let told = Mutex::new(Vec::new());
    let other = Connection::open(house.data.join("predicate.sqlite")).unwrap();
    other.busy_timeout(Duration::from_secs(30)).unwrap();
    let until = Instant::now() + HELD + Duration::from_secs(4);
    let (held, released) = std::thread::scope(|scope| {
        for user in 0..USERS {
            let (server, case, told) = (serving.address, &case, &told);
            scope.spawn(move || work(server, case, user, until, told));
        }
        rest(Duration::from_secs(1));
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let held = Instant::now();
        while held.elapsed() < HELD {
            rest(HELD - held.elapsed());
        }
        other.execute_batch("ROLLBACK").unwrap();
        (held, Instant::now())
    });
    let back = || case.note(&serving, "the last", "All is well again.") == 201;
    assert!(within(Duration::from_secs(10), back), "service is not back");
    assert!(released.elapsed() < Duration::from_secs(30));
    let told = told.into_inner().unwrap();
    let refused = told.iter().filter(|one| one.status == 503).count();
    println!(
        "{} requests, {refused} refused, the slowest {:?}",
        told.len(),
        told.iter().map(|one| one.took).max().unwrap()
    );
    assert!(refused >= USERS, "the lock was hardly felt");
    for one in &told {
        assert!(
            matches!(one.status, 200 | 201 | 503),
            "status {}",
            one.status
        );
        assert!(
            one.status != 503 || one.retry_after,
            "a 503 without Retry-After"
        );
        assert!(one.took < FAST, "an answer took {:?}", one.took);
        let inside = one.began > held && one.began + one.took < released;
        assert!(
            !inside || one.status == 503,
            "answered {} while nothing could be logged",
            one.status
        );
        let late = one.began > released + Duration::from_secs(10);
        assert!(
            !late || one.status != 503,
            "still refused ten seconds after the lock was gone"
        );
    }
    let mut written: Vec<String> = told
        .iter()
        .filter(|one| one.status == 201)
        .filter_map(|one| one.title.clone())
        .chain(["the last".to_owned()])
        .collect();
    let mut there = case.notes(&serving);
    written.sort();
    there.sort();
    assert_eq!(there, written, "each acknowledged note once, and no other");
    assert!(serving.runs());
    serving.kill();
    house.check();
}
