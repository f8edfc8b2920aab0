//! From a change at a source until a listening client has the alert, for each way in:
//! `cargo run -p trials --example live_alerts -- WATCHED CHANGES RATE...`
//!
//! A case relies on the status of WATCHED companies. Then, for each way and each RATE (changes a second), CHANGES of them
//! are altered, one message, file or request each; what counts is the time from the write in the source (for an address:
//! from the moment its answer begins) until the event stream of the case tells of the alert. Alerts come in the order of
//! the changes. Prints one JSON line for each way and rate. `PREDICATE_BIN` names the program.

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
#[path = "../tests/it/program.rs"]
mod program;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use house::{Case, House, company};
use program::{Serving, rest, within};
use serde_json::{Value, json};

/// Citations of one note.
const A_NOTE: usize = 100;

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
    for way in ["push", "jetstream", "folder", "http"] {
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
    Folder {
        incoming: PathBuf,
    },
    Address {
        shown: Arc<Mutex<String>>,
        asked: Receiver<Instant>,
    },
}

fn measure(name: &str, watched: usize, changes: usize, rate: usize) {
    let house = House::new("live_alerts").unwrap();
    let all: Vec<Value> = (0..watched).map(|number| one(number, "active")).collect();
    house.load(&house.delivery("base", &all), false).unwrap();
    let (mut way, words) = set_up(name, &house);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let serving = house.program.serve_with(&house.data, &words, &[]);
    if let Way::Push { server, .. } = &mut way {
        *server = serving.address;
    }
    let case = Case::open(&serving);
    rely(&serving, &case, watched);
    let told = listen(&serving, &case);
    let pace = Duration::from_secs(1) / u32::try_from(rate).unwrap();
    let mut times = Vec::new();
    let mut written = Vec::new();
    let began = Instant::now();
    for number in 0..changes {
        let due = began + pace * u32::try_from(number).unwrap();
        rest(due.saturating_duration_since(Instant::now()));
        written.push(write(&mut way, number));
    }
    for at in written {
        let heard = told.recv_timeout(Duration::from_secs(120)).unwrap();
        times.push(heard.duration_since(at).as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize].round();
    println!(
        "{}",
        json!({ "way": name, "watched": watched, "changes": changes, "rate": rate, "p50_ms": at(0.5), "p99_ms": at(0.99),
            "max_ms": at(1.0) })
    );
}

fn one(number: usize, status: &str) -> Value {
    company(&format!("k{number}"), &format!("Company {number}"), status)
}

fn set_up(name: &str, house: &House) -> (Way, Vec<String>) {
    let follow = |by: &str, more: &[&str]| {
        let words = [
            "source",
            "follow",
            "live",
            "--dataset",
            "register",
            "--delta",
            "--json",
            "--by",
            by,
        ];
        let words = [&words, more].concat();
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
            let (send, asked) = channel();
            let reach = publisher(Arc::clone(&shown), send).to_string();
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
            (Way::Address { shown, asked }, vec!["--reach".into(), reach])
        }
    }
}

/// Makes one change at the source; gives the moment from which the time counts.
fn write(way: &mut Way, number: usize) -> Instant {
    let line = one(number, &format!("struck off {number}")).to_string() + "\n";
    match way {
        Way::Push { server, token } => {
            let bearer = format!("Bearer {token}");
            let key = number.to_string();
            let headers = [
                ("authorization", bearer.as_str()),
                ("idempotency-key", key.as_str()),
            ];
            let at = Instant::now();
            let answer =
                http::send(*server, "POST", "/api/incoming", &headers, line.as_bytes()).unwrap();
            assert_eq!(answer.status, 202, "{}", answer.text());
            at
        }
        Way::Stream { client, .. } => {
            let at = Instant::now();
            client.publish("live", &[], line.trim_end().as_bytes());
            at
        }
        Way::Folder { incoming } => {
            let coming = incoming.join(".coming");
            std::fs::create_dir_all(&coming).unwrap();
            std::fs::write(coming.join("live.jsonl"), line).unwrap();
            let at = Instant::now();
            std::fs::rename(&coming, incoming.join(format!("{number:06}"))).unwrap();
            at
        }
        Way::Address { shown, asked } => {
            while asked.try_recv().is_ok() {}
            *shown.lock().unwrap() = line;
            asked.recv_timeout(Duration::from_secs(60)).unwrap()
        }
    }
}

/// A publisher that tells when it begins to answer with something new.
fn publisher(shown: Arc<Mutex<String>>, told: Sender<Instant>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while reader.read_line(&mut head).is_ok_and(|read| read > 2) {}
            let body = shown.lock().unwrap().clone();
            let tag = format!("\"{}\"", domain::audit::sha256_hex(body.as_bytes()));
            if head.contains(&tag) {
                let _ = stream.write_all(b"HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n");
                continue;
            }
            let _ = told.send(Instant::now());
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
fn rely(serving: &Serving, case: &Case, watched: usize) {
    assert!(within(Duration::from_secs(600), || !case
        .search(serving, "\"Company 1\"")
        .is_empty()));
    // What is cited has to be looked up first, each by itself.
    let ids: Vec<String> = (0..watched)
        .map(|number| {
            let record = case
                .search(serving, &format!("\"Company {number}\""))
                .remove(0);
            let page = serving
                .get(&case.path(&format!("records/{record}")), &case.ines)
                .expect(200);
            let said = page["statements"].as_array().unwrap();
            let status = said
                .iter()
                .find(|said| said["property"] == "status")
                .unwrap();
            format!("[[{}]]", status["id"].as_str().unwrap())
        })
        .collect();
    for together in ids.chunks(A_NOTE) {
        let note = json!({ "kind": "fact", "title": "In business", "text": together.join(" ") });
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
