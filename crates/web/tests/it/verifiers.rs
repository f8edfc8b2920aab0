//! The log of a server that runs, read by programs that are not ours at each size at which tiles begin, fill and end.
//!
//! Go's checksum database library reads a copy of every file that is served; the Python package tlog-scales reads over HTTP.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::house::{House, PASSWORD};

/// The environment variables are those of the other tests in which somebody else judges.
struct Judges {
    go: PathBuf,
    python: PathBuf,
    _folder: tempfile::TempDir,
}

impl Judges {
    fn found() -> Option<Self> {
        let python = PathBuf::from(std::env::var_os("PREDICATE_VALIDATORS")?).join("python");
        let asked = std::env::var_os("PREDICATE_GO").is_some_and(|value| value == "1");
        let sources = Path::new("/usr/share/gocode");
        if !asked || !sources.join("src/golang.org/x/mod").exists() {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let go = folder.path().join("checklog");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../logbook/tests/go/main.go");
        let built = Command::new("go")
            .args(["build", "-o"])
            .args([&go, &source])
            .env("GO111MODULE", "off")
            .env("GOPATH", sources)
            .env("GOFLAGS", "")
            .output()
            .unwrap();
        assert!(
            built.status.success(),
            "{}",
            String::from_utf8_lossy(&built.stderr)
        );
        Some(Self {
            go,
            python,
            _folder: folder,
        })
    }
}

/// A house whose router is served on a port.
fn served(house: &House) -> String {
    let router = house.router.clone();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            web::front::serve(listener, router, 64, None, std::future::pending())
                .await
                .unwrap();
        });
    });
    format!("http://{}/log-public", told.recv().unwrap())
}

fn head(house: &House) -> u64 {
    let text = house.get("/log-public/checkpoint", "nobody").is(200).text();
    text.lines().nth(1).unwrap().parse().unwrap()
}

fn entries(house: &House) -> u64 {
    let database =
        rusqlite::Connection::open(house.folder.path().join("data/predicate.sqlite")).unwrap();
    let many: i64 = database
        .query_row("SELECT count(*) FROM log_entry", [], |row| row.get(0))
        .unwrap();
    u64::try_from(many).unwrap()
}

/// Lets the house read until its log has so many entries, under a signed head.
fn grow(house: &House, size: u64) {
    let missing = size - entries(house);
    if missing > 0 {
        let actor = house.who("ada").actor.clone();
        std::thread::scope(|scope| {
            let (workers, each) = if missing < 64 {
                (1, missing)
            } else {
                (32, missing / 32)
            };
            for worker in 0..workers {
                let more = if worker == 0 {
                    missing - each * workers
                } else {
                    0
                };
                let (desk, actor) = (&house.desk, &actor);
                scope.spawn(move || {
                    for _ in 0..each + more {
                        desk.cases(actor).unwrap();
                    }
                });
            }
        });
    }
    assert_eq!(entries(house), size);
    let began = Instant::now();
    while head(house) != size {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "the head stays at {}",
            head(house)
        );
        std::thread::yield_now();
    }
}

/// Every file that a log of this size has, fetched as it is served.
fn fetched(house: &House, size: u64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let fetch = |path: &str| {
        let bytes = house
            .get(&format!("/log-public/{path}"), "nobody")
            .is(200)
            .bytes;
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    };
    fetch("checkpoint");
    let (mut level, mut many) = (0, size);
    while many > 0 {
        for tile in 0..many.div_ceil(256) {
            let part = if tile == many / 256 {
                format!(".p/{}", many % 256)
            } else {
                String::new()
            };
            fetch(&format!("tile/{level}/{tile:03}{part}"));
            if level == 0 {
                fetch(&format!("tile/entries/{tile:03}{part}"));
            }
        }
        many /= 256;
        level += 1;
    }
    folder
}

#[test]
fn au_04_programs_that_are_not_ours_accept_the_served_log_at_every_notable_size_c1() {
    let Some(judges) = Judges::found() else {
        println!("skipped: PREDICATE_GO is not 1, or PREDICATE_VALIDATORS names no environment");
        return;
    };
    let mut house = House::empty();
    let prefix = served(&house);
    let key = house
        .get("/log-public/key", "nobody")
        .is(200)
        .text()
        .trim()
        .to_owned();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/verifiers.py");
    let (mut earlier, mut heads): (Vec<String>, Vec<(u64, tempfile::TempDir)>) = Default::default();
    for size in [0, 1, 255, 256, 257, 70_000] {
        if size == 1 {
            let first = desk::users::NewUser {
                name: "ada".into(),
                title: "Ada".into(),
                roles: vec![domain::authority::Role::Administrator],
                password: PASSWORD.into(),
            };
            house.desk.first_user(&first).unwrap();
        }
        if size == 255 {
            let origin = domain::authority::Origin::Api;
            let token = house.desk.sign_in("ada", PASSWORD, origin).unwrap().token;
            let visitor = house.desk.visitor(&token, origin).unwrap();
            house.people.push(("ada", token, visitor));
        }
        grow(&house, size);
        let copy = fetched(&house, size);
        // Go is asked by itself, and then whether each earlier head that has an entry is a part of this one.
        let saved = heads
            .iter()
            .filter(|(earlier, _)| *earlier > 0)
            .map(|(_, copy): &(u64, tempfile::TempDir)| Some(copy.path().join("checkpoint")));
        for saved in std::iter::once(None).chain(saved) {
            let told = Command::new(&judges.go)
                .arg(copy.path())
                .arg(&key)
                .args(saved)
                .output()
                .unwrap();
            assert!(
                told.status.success(),
                "{size}: {}",
                String::from_utf8_lossy(&told.stderr)
            );
            assert_eq!(
                String::from_utf8_lossy(&told.stdout),
                format!("ok {size}\n")
            );
        }
        let told = Command::new(&judges.python)
            .arg(&script)
            .args([&prefix, &key, &size.to_string()])
            .args(&earlier)
            .output()
            .unwrap();
        assert!(
            told.status.success(),
            "{size}: {}",
            String::from_utf8_lossy(&told.stderr)
        );
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let root = told
            .trim()
            .strip_prefix(&format!("ok {size} "))
            .unwrap_or_else(|| panic!("{told}"))
            .to_owned();
        // Every log is a part of the one with nothing in it; there is nothing to prove.
        if size > 0 {
            earlier.push(format!("{size}:{root}"));
        }
        heads.push((size, copy));
    }
}
