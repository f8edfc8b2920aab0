//! A source of two hundred thousand records delivers next to nothing, to a server that runs.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::house::{Case, House, company};
use crate::http::Body;
use crate::program::{Serving, rest, within};

/// Records of the source.
const RECORDS: usize = 200_000;

/// The first `count` companies as FollowTheMoney lines.
fn snapshot(count: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in 0..count {
        let line = company(
            &format!("k{number}"),
            &format!("Quay {number} Ltd"),
            "active",
        );
        serde_json::to_writer(&mut bytes, &line).unwrap();
        bytes.push(b'\n');
    }
    bytes
}

/// Delivers a full snapshot as the steward; gives what came of it.
fn deliver(serving: &Serving, dara: &str, dataset: &str, label: &str, bytes: Vec<u8>) -> Value {
    let fields = [("label", label), ("mapping", "ftm"), ("extent", "full")];
    let body = Body::Form {
        fields: fields
            .map(|(name, value)| (name, value.to_owned()))
            .to_vec(),
        file: ("register.jsonl".into(), bytes),
    };
    let path = format!("/api/datasets/{dataset}/releases");
    serving.ask("POST", &path, Some(dara), body).expect(201)
}

/// Names of the events that a stream tells, as they come.
fn listen(serving: &Serving, path: &str, token: &str) -> Receiver<String> {
    let mut stream = TcpStream::connect(serving.address).unwrap();
    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n\r\n",
        serving.address
    );
    stream.write_all(head.as_bytes()).unwrap();
    let (told, heard) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let Some(name) = line.strip_prefix("event: ") else {
                continue;
            };
            if told.send(name.to_owned()).is_err() {
                return;
            }
        }
    });
    heard
}

/// The next event of a stream, which must come within half a minute.
fn next(heard: &Receiver<String>) -> String {
    heard.recv_timeout(Duration::from_secs(30)).unwrap()
}

/// A finding of the case that rests on the status of the last company; gives its record.
fn cite(serving: &Serving, case: &Case) -> String {
    let last = format!("Quay {} Ltd", RECORDS - 1);
    // The index follows what was published in its own time; each look counts to the budget of look-ups.
    assert!(within(Duration::from_secs(300), || {
        rest(Duration::from_secs(1));
        !case.search(serving, &last).is_empty()
    }));
    let record = case.search(serving, &last).remove(0);
    let page = serving
        .get(&case.path(&format!("records/{record}")), &case.ines)
        .expect(200);
    let statements = page["statements"].as_array().unwrap();
    let status = statements.iter().find(|said| said["property"] == "status");
    let text = format!("It trades [[{}]].", status.unwrap()["id"].as_str().unwrap());
    let note = json!({ "kind": "fact", "title": "In business", "text": text });
    serving
        .post(&case.path("notes"), &case.ines, note)
        .expect(201);
    record
}

/// How many records are marked as gone by releases that anybody sees.
fn gone(house: &House) -> i64 {
    let sql = "SELECT count(*) FROM record_version v JOIN release r ON r.number = v.release
        WHERE v.present = 0 AND r.state = 'published'";
    house
        .database()
        .query_row(sql, [], |row| row.get(0))
        .unwrap()
}

#[test]
fn fd_05_of_two_hundred_thousand_records_next_to_none_waits_and_tells_its_holder_only_c1_c2() {
    let Some(house) = House::new("fd_05") else {
        return;
    };
    let serving = house.serve();
    let dara = serving.sign_in("dara");
    let datasets = serving.get("/api/datasets", &dara).expect(200);
    let dataset = datasets["datasets"][0]["id"].as_str().unwrap().to_owned();
    let whole = deliver(&serving, &dara, &dataset, "whole", snapshot(RECORDS));
    assert_eq!(whole["receipt"]["taken"], json!(RECORDS));
    let case = Case::open(&serving);
    let record = cite(&serving, &case);
    let steward = listen(&serving, "/api/releases/events", &dara);
    let inbox = listen(&serving, &case.path("events"), &case.ines);
    assert_eq!(
        (next(&steward), next(&inbox)),
        ("open".into(), "open".into())
    );
    for (label, rest) in [("empty", 0), ("a hundredth", RECORDS / 100)] {
        let held = deliver(&serving, &dara, &dataset, label, snapshot(rest));
        assert_eq!(held["outcome"], "held", "{label}: {held}");
        assert_eq!(next(&steward), "held", "{label}");
        let waiting = serving.get("/api/releases/held", &dara).expect(200);
        assert_eq!(waiting["held"][0]["release"]["id"], held["release"]);
        let reason = waiting["held"][0]["reason"].as_str().unwrap();
        assert!(reason.contains(&RECORDS.to_string()), "{reason}");
        assert_eq!(gone(&house), 0, "{label}");
        let path = case.path(&format!("records/{record}"));
        let page = serving.get(&path, &case.ines).expect(200);
        assert_eq!(page["present"], json!(true), "{label}: {page}");
        let told = serving.get(&case.path("alerts"), &case.ines).expect(200);
        assert_eq!(told["alerts"], json!([]), "{label}");
        assert!(inbox.try_recv().is_err(), "{label}: the case heard of it");
        serving.get("/api/releases/held", &case.ines).expect(403);
        let words = match rest {
            0 => json!({ "decision": "abandon", "reason": "an upload that broke off" }),
            _ => json!({ "decision": "publish", "reason": "the register was cleared" }),
        };
        let path = format!(
            "/api/releases/{}/decision",
            held["release"].as_str().unwrap()
        );
        serving.post(&path, &dara, words).expect(204);
    }
    assert_eq!(next(&inbox), "alert", "the case hears of what is published");
    assert_eq!(
        gone(&house),
        i64::try_from(RECORDS - RECORDS / 100).unwrap()
    );
    assert!(steward.try_recv().is_err());
}
