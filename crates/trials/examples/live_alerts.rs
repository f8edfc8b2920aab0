//! From a change at a source until a listening client has the alert, for each way in:
//! `cargo run -p trials --example live_alerts -- WATCHED CHANGES RATE...`
//!
//! A case relies on the status of WATCHED companies. Then, for each way and each RATE (changes a second), CHANGES of them
//! are altered: one message of a stream and one transaction of a database each, while a folder, an address and a sender
//! are given what falls into the same twentieth of a second together. What counts is the time from the write in the
//! source until the event stream of the case tells of the alert; for an address that holds the wait until it is asked, once a
//! second. Alerts come in the order of the changes. Prints one JSON line for each way and rate. `PREDICATE_BIN` names the
//! program, `LIVE_WAYS` some of the ways (`push,jetstream,replication,folder,http`).

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "a measurement prints, stops where something is missing, and borrows more of the trials than it needs"
)]

#[path = "../tests/it/house.rs"]
mod house;
#[path = "../tests/it/http.rs"]
mod http;
#[path = "../tests/it/nats.rs"]
mod nats;
#[path = "../tests/it/postgres_server.rs"]
mod postgres_server;
#[path = "../tests/it/program.rs"]
mod program;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use house::{Case, House, company};
use program::{Serving, rest, within};
use serde_json::{Value, json};

/// Citations of one note.
const A_NOTE: usize = 100;

/// What is given together where not each change is written by itself.
const TOGETHER: Duration = Duration::from_millis(50);

const MAPPING: &str = "
register:
  queries:
    - file: companies.csv
      entities:
        company:
          schema: Company
          id_column: key
          properties:
            name: {column: name}
            status: {column: status}
            registrationNumber: {column: number}
            jurisdiction: {literal: gb}
";

fn main() {
    let words: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    let [watched, changes, rates @ ..] = words.as_slice() else {
        panic!(
            "say how many statements are watched, how many changes are made, and at which rates"
        );
    };
    let wanted = std::env::var("LIVE_WAYS").unwrap_or_default();
    for way in ["push", "jetstream", "replication", "folder", "http"] {
        if !wanted.is_empty() && !wanted.split(',').any(|one| one == way) {
            continue;
        }
        for rate in rates {
            measure(way, *watched, *changes, *rate);
        }
    }
}

/// The way in, ready to take one change at a time.
enum Way {
    Push {
        server: SocketAddr,
        token: String,
    },
    Stream {
        client: nats::Client,
        _server: nats::Nats,
        _kept: tempfile::TempDir,
    },
    Database {
        session: std::process::Child,
        _server: postgres_server::Postgres,
    },
    Folder {
        incoming: PathBuf,
    },
    Address {
        shown: Arc<Mutex<String>>,
    },
}

impl Way {
    /// Whether each change is written by itself.
    fn singly(&self) -> bool {
        matches!(self, Self::Stream { .. } | Self::Database { .. })
    }
}

fn measure(name: &str, watched: usize, changes: usize, rate: usize) {
    let house = House::new("live_alerts").unwrap();
    let all: Vec<Value> = (0..watched).map(|number| one(number, "active")).collect();
    house.load(&house.delivery("base", &all), false).unwrap();
    let (mut way, words) = set_up(name, &house, watched);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let serving = house.program.serve_with(&house.data, &words, &[]);
    if let Way::Push { server, .. } = &mut way {
        *server = serving.address;
    }
    let case = Case::open(&serving);
    rely(&house, &serving, &case, watched);
    settled(&serving);
    let told = listen(&serving, &case);
    let pace = Duration::from_secs(1) / u32::try_from(rate).unwrap();
    let mut written: Vec<Instant> = Vec::new();
    let began = Instant::now();
    while written.len() < changes {
        let number = written.len();
        let due = began + pace * u32::try_from(number).unwrap();
        rest(due.saturating_duration_since(Instant::now()));
        let many = match way.singly() {
            true => 1,
            false => (TOGETHER.as_secs_f64() * rate as f64).round().max(1.0) as usize,
        };
        let end = (number + many).min(changes);
        let at = write(&mut way, number, end);
        written.extend(std::iter::repeat_n(at, end - number));
    }
    let took = began.elapsed();
    let mut times = Vec::new();
    for at in written {
        let heard = told.recv_timeout(Duration::from_secs(300)).unwrap();
        times.push(heard.duration_since(at).as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize].round();
    let real = (changes as f64 / took.as_secs_f64()).round();
    println!(
        "{}",
        json!({ "way": name, "watched": watched, "changes": changes, "rate": rate, "rate_reached": real, "p50_ms": at(0.5),
            "p99_ms": at(0.99), "max_ms": at(1.0) })
    );
}

/// Waits until the source has taken all that there was before.
fn settled(serving: &Serving) {
    let dara = serving.sign_in("dara");
    let rests = || {
        let found = serving.get("/api/sources", &dara).expect(200);
        let source = &found["sources"][0];
        // A database is read whole first.
        source["waiting"] == 0 && (source["way"] != "replication" || source["place"] != "")
    };
    assert!(within(Duration::from_secs(1800), rests));
}

fn one(number: usize, status: &str) -> Value {
    let name = format!("Company {number} of row{}", number / A_NOTE);
    company(&format!("k{number}"), &name, status)
}

fn set_up(name: &str, house: &House, watched: usize) -> (Way, Vec<String>) {
    let follow = |by: &str, more: &[&str]| {
        let words = [
            "source",
            "follow",
            "live",
            "--dataset",
            "register",
            "--json",
            "--by",
            by,
        ];
        let delta: &[&str] = if by == "replication" {
            &[]
        } else {
            &["--delta"]
        };
        let words = [&words, delta, more].concat();
        let out = house.act("dara", &words).good();
        serde_json::from_str::<Value>(out.trim()).unwrap()
    };
    match name {
        "push" => {
            let token = follow("push", &[])["token"].as_str().unwrap().to_owned();
            let server = SocketAddr::from(([127, 0, 0, 1], 0));
            (Way::Push { server, token }, Vec::new())
        }
        "jetstream" => {
            let kept = tempfile::tempdir().unwrap();
            let server = nats::Nats::start("live_alerts", kept.path()).unwrap();
            let mut client = server.client();
            client.stream("LIVE", "live");
            let reach = server.address.to_string();
            follow(
                "jetstream",
                &[
                    "--at",
                    &format!("nats://{reach}/LIVE/predicate"),
                    "--reach",
                    &reach,
                ],
            );
            let way = Way::Stream {
                client,
                _server: server,
                _kept: kept,
            };
            (way, vec!["--reach".into(), reach])
        }
        "replication" => {
            let server = postgres_server::Postgres::start("live_alerts").unwrap();
            server.run(
                "CREATE TABLE companies (id integer PRIMARY KEY, key text, name text, status text, number text);
                 GRANT SELECT ON companies TO reader; CREATE PUBLICATION register FOR TABLE companies",
            );
            server.run(&format!(
                "INSERT INTO companies SELECT n, 'k' || n, 'Company ' || n || ' of row' || n / {A_NOTE}, 'active', 'HR k' || n
                 FROM generate_series(0, {}) n",
                watched - 1
            ));
            std::fs::create_dir_all(house.data.join("secrets")).unwrap();
            std::fs::write(house.data.join("secrets/reader"), postgres_server::WORD).unwrap();
            let mapping = house.folder.path().join("mapping.yml");
            std::fs::write(&mapping, MAPPING).unwrap();
            let reach = format!("127.0.0.1:{}", server.port);
            follow(
                "replication",
                &[
                    "--at",
                    &server.address("publication=register"),
                    "--secret",
                    "file:reader",
                    "--reach",
                    &reach,
                    "--mapping-file",
                    mapping.to_str().unwrap(),
                ],
            );
            let way = Way::Database {
                session: server.session(),
                _server: server,
            };
            (way, vec!["--reach".into(), reach])
        }
        "folder" => {
            let root = house.folder.path().join("drop");
            std::fs::create_dir_all(root.join("incoming/register")).unwrap();
            let text = root.to_str().unwrap().to_owned();
            follow(
                "folder",
                &["--at", &text, "--period", "0", "--sources-below", &text],
            );
            let way = Way::Folder {
                incoming: root.join("incoming/register"),
            };
            (way, vec!["--sources-below".into(), text])
        }
        _ => {
            let shown: Arc<Mutex<String>> =
                Arc::new(Mutex::new(one(0, "active").to_string() + "\n"));
            let reach = publisher(Arc::clone(&shown)).to_string();
            follow(
                "http",
                &[
                    "--at",
                    &format!("http://{reach}/live.jsonl"),
                    "--period",
                    "1",
                    "--reach",
                    &reach,
                ],
            );
            (Way::Address { shown }, vec!["--reach".into(), reach])
        }
    }
}

/// Makes changes at the source, from one number up to another; gives the moment from which the time counts.
fn write(way: &mut Way, from: usize, end: usize) -> Instant {
    let line = |number: usize| one(number, &format!("struck off {number}")).to_string() + "\n";
    let lines: String = (from..end).map(line).collect();
    match way {
        Way::Push { server, token } => {
            let bearer = format!("Bearer {token}");
            let key = from.to_string();
            let headers = [
                ("authorization", bearer.as_str()),
                ("idempotency-key", key.as_str()),
            ];
            let at = Instant::now();
            loop {
                let answer =
                    http::send(*server, "POST", "/api/incoming", &headers, lines.as_bytes())
                        .unwrap();
                match answer.status {
                    202 => return at,
                    // It is told to wait: that counts.
                    429 => rest(Duration::from_millis(100)),
                    other => panic!("{other}: {}", answer.text()),
                }
            }
        }
        Way::Stream { client, .. } => {
            let at = Instant::now();
            client.publish("live", &[], lines.trim_end().as_bytes());
            at
        }
        Way::Database { session, .. } => {
            let input = session.stdin.as_mut().unwrap();
            let at = Instant::now();
            writeln!(
                input,
                "UPDATE companies SET status = 'struck off {from}' WHERE id = {from};"
            )
            .unwrap();
            input.flush().unwrap();
            at
        }
        Way::Folder { incoming } => {
            let coming = incoming.join(".coming");
            std::fs::create_dir_all(&coming).unwrap();
            std::fs::write(coming.join("live.jsonl"), lines).unwrap();
            let at = Instant::now();
            std::fs::rename(&coming, incoming.join(format!("{from:06}"))).unwrap();
            at
        }
        Way::Address { shown } => {
            shown.lock().unwrap().push_str(&lines);
            Instant::now()
        }
    }
}

/// A publisher whose answer holds what was written since it answered last; asked twice for nothing new, it says so.
fn publisher(shown: Arc<Mutex<String>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while reader.read_line(&mut head).is_ok_and(|read| read > 2) {}
            let body = std::mem::take(&mut *shown.lock().unwrap());
            if body.is_empty() {
                let _ = stream.write_all(b"HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n");
                continue;
            }
            let tag = format!("\"{}\"", domain::audit::sha256_hex(body.as_bytes()));
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\netag: {tag}\r\ncontent-length: {length}\r\n\r\n{body}"
            );
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

/// Notes that cite the status of every company.
fn rely(house: &House, serving: &Serving, case: &Case, watched: usize) {
    let last = format!("\"row{}\"", (watched - 1) / A_NOTE);
    assert!(within(Duration::from_secs(1800), || !case
        .search(serving, &last)
        .is_empty()));
    let database = house.database();
    // A thousand notes take a thousand look-ups, more than anybody may make in a day unless a supervisor says so.
    let id: [u8; 16] = database
        .query_row(
            "SELECT id FROM user_account WHERE name = 'ines'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let ines = domain::id::UserId::from_bytes(id);
    let more = json!({ "extra": 1000, "reason": "a measurement" });
    let path = case.path(&format!("members/{ines}/look-ups"));
    serving
        .post(&path, &serving.sign_in("sora"), more)
        .expect(204);
    let mut cited = database
        .prepare(
            "SELECT s.id FROM record r JOIN statement s ON s.record = r.number
             WHERE r.dataset = (SELECT number FROM dataset WHERE name = 'register') AND r.key = ?1
                 AND s.property = 'status'",
        )
        .unwrap();
    for row in 0..watched.div_ceil(A_NOTE) {
        // What is cited has to be looked up first.
        let found = case.search(serving, &format!("\"row{row}\""));
        assert_eq!(found.len(), A_NOTE.min(watched - row * A_NOTE), "row {row}");
        let ids: Vec<String> = (row * A_NOTE..(row * A_NOTE + found.len()))
            .map(|number| {
                let id: [u8; 16] = cited
                    .query_row([format!("k{number}")], |row| row.get(0))
                    .unwrap();
                format!("[[{}]]", domain::id::StatementId::from_bytes(id))
            })
            .collect();
        let note = json!({ "kind": "fact", "title": "In business", "text": ids.join(" ") });
        serving
            .post(&case.path("notes"), &case.ines, note)
            .expect(201);
    }
}

/// Listens to the case; gives the moment of each alert.
fn listen(serving: &Serving, case: &Case) -> Receiver<Instant> {
    let mut stream = TcpStream::connect(serving.address).unwrap();
    let (path, token) = (case.path("events"), &case.ines);
    let head =
        format!("GET {path} HTTP/1.1\r\nhost: desk\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let (send, told) = channel();
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let open = lines.by_ref().find(|line| line == "event: open");
    assert!(open.is_some(), "the stream did not open");
    std::thread::spawn(move || {
        for line in lines {
            if line == "event: alert" && send.send(Instant::now()).is_err() {
                return;
            }
        }
    });
    told
}
