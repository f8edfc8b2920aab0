//! Live sources and messages over HTTP: what is sent to us, past kills and past what can be taken; who is told of alerts,
//! and until when.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::chance::Chance;
use crate::house::{Case, House, company};
use crate::http::{self, Answer};
use crate::nats::Nats;
use crate::program::{Serving, rest, within};

/// Sets up a source that is sent to us; gives its token.
fn pushed(house: &House) -> String {
    let words = [
        "source",
        "follow",
        "pushed",
        "--dataset",
        "register",
        "--by",
        "push",
        "--delta",
        "--json",
    ];
    let out = house.act("dara", &words).good();
    let told: Value = serde_json::from_str(out.trim()).unwrap();
    told["token"].as_str().unwrap().to_owned()
}

fn send(server: SocketAddr, token: &str, key: &str, body: &str) -> std::io::Result<Answer> {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("idempotency-key", key),
        ("content-type", "application/jsonl"),
    ];
    http::send(server, "POST", "/api/incoming", &headers, body.as_bytes())
}

pub fn one(number: usize, status: &str) -> String {
    format!(
        "{}\n",
        company(&format!("k{number}"), &format!("Company {number}"), status)
    )
}

pub fn count(house: &House, sql: &str) -> i64 {
    house
        .database()
        .query_row(sql, [], |row| row.get(0))
        .unwrap()
}

const WAITING: &str = "SELECT count(*) FROM delivery WHERE state = 'waiting'";

/// The server is killed while it is sent to; the sender, who got no answer or did, sends again three times.
#[test]
fn cr_08_what_is_sent_again_after_a_kill_is_there_once_c1_c2() {
    let Some(house) = House::new("cr_08") else {
        return;
    };
    let token = pushed(&house);
    let mut chance = Chance::new(20_261_128);
    let rounds = 12;
    let mut unanswered = 0;
    for round in 0..rounds {
        let serving = house.serve();
        let (address, moment) = (serving.address, chance.moment(Duration::from_millis(40)));
        let (key, body) = (format!("key {round}"), one(round, "active"));
        let first = {
            let (token, key, body) = (token.clone(), key.clone(), body.clone());
            std::thread::spawn(move || send(address, &token, &key, &body))
        };
        rest(moment);
        serving.kill();
        let first = first.join().unwrap().ok();
        unanswered += usize::from(first.is_none());
        let serving = house.serve();
        let mut answers: Vec<Value> = first.iter().map(|answer| answer.expect(202)).collect();
        for _ in 0..3 {
            answers.push(
                send(serving.address, &token, &key, &body)
                    .unwrap()
                    .expect(202),
            );
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "round {round}: {answers:?}");
        let other = send(serving.address, &token, &key, &one(round, "another")).unwrap();
        assert_eq!(other.status, 409, "{}", other.text());
        assert!(
            within(Duration::from_secs(60), || count(&house, WAITING) == 0),
            "round {round}"
        );
    }
    println!("{unanswered} of {rounds} had no answer");
    assert_eq!(count(&house, "SELECT count(*) FROM record"), rounds as i64);
    assert_eq!(House::published(&house.database()), rounds as i64);
    house.check();
}

/// Bytes below a folder.
fn size_of(folder: &std::path::Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.metadata().ok())
        .map(|found| found.len())
        .sum()
}

/// Memory that a process holds, in bytes.
fn held_by(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    number.unwrap_or(0) * 1024
}

/// Four senders that never wait, for two minutes: they offer at least five times what is taken in that time.
#[test]
fn rs_04_senders_five_times_too_fast_for_two_minutes_are_told_to_wait_and_nothing_is_lost_c1() {
    let Some(house) = House::new("rs_04") else {
        return;
    };
    let token = pushed(&house);
    let serving = house.serve();
    let (address, process) = (serving.address, serving.process());
    let long = Duration::from_secs(120);
    let began = std::time::Instant::now();
    let filling = "Filling ".repeat(500);
    let senders: Vec<_> = (0..4)
        .map(|sender| {
            let (token, filling) = (token.clone(), filling.clone());
            std::thread::spawn(move || {
                let (mut acknowledged, mut offered) = (Vec::new(), 0_u64);
                while began.elapsed() < long {
                    let number = sender * 1_000_000 + offered as usize;
                    let body = one(number, &filling);
                    let answer = send(address, &token, &format!("key {number}"), &body).unwrap();
                    offered += 1;
                    match answer.status {
                        202 => acknowledged.push(number),
                        429 | 503 => {
                            let wait = answer.header("retry-after").unwrap();
                            assert!(wait.parse::<u64>().unwrap() > 0);
                        }
                        other => panic!("{other}: {}", answer.text()),
                    }
                }
                (acknowledged, offered)
            })
        })
        .collect();
    let (mut most_memory, mut most_disk) = (0, 0);
    while began.elapsed() < long {
        most_memory = most_memory.max(held_by(process));
        most_disk = most_disk.max(size_of(&house.data.join("incoming")));
        rest(Duration::from_millis(250));
    }
    let taken_meanwhile = House::published(&house.database()) as u64;
    let told: Vec<(Vec<usize>, u64)> = senders.into_iter().map(|one| one.join().unwrap()).collect();
    let offered: u64 = told.iter().map(|(_, offered)| offered).sum();
    let mut acknowledged: Vec<String> = told
        .iter()
        .flat_map(|(numbers, _)| numbers)
        .map(|number| format!("k{number}"))
        .collect();
    println!(
        "offered {offered}, taken meanwhile {taken_meanwhile}, acknowledged {}, memory {most_memory}, disk {most_disk}",
        acknowledged.len()
    );
    assert!(
        offered >= taken_meanwhile * 5,
        "{offered} offered, {taken_meanwhile} taken"
    );
    assert!(most_memory < 1 << 30, "memory {most_memory}");
    assert!(most_disk < 64 << 20, "waiting bytes {most_disk}");
    assert!(within(Duration::from_secs(120), || count(&house, WAITING) == 0));
    serving.kill();
    // What is there is what was acknowledged, each once and whole: four values of each.
    let database = house.database();
    let mut keys = database.prepare("SELECT key FROM record").unwrap();
    let mut there: Vec<String> = keys
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    there.sort_unstable();
    acknowledged.sort_unstable();
    assert_eq!(there, acknowledged);
    assert_eq!(
        count(&house, "SELECT count(*) FROM statement"),
        4 * acknowledged.len() as i64
    );
    house.check();
}

/// A stream throws messages away while nobody reads it.
#[test]
fn fd_03_messages_that_a_stream_threw_away_are_a_gap_until_a_snapshot_c1_c2() {
    let Some(house) = House::new("fd_03") else {
        return;
    };
    let kept = tempfile::tempdir().unwrap();
    let Some(nats) = Nats::start("fd_03", kept.path()) else {
        return;
    };
    let mut client = nats.client();
    client.stream("GAPS", "gaps");
    let reach = nats.address.to_string();
    let address = format!("nats://{reach}/GAPS/predicate");
    let words = [
        "source",
        "follow",
        "live",
        "--dataset",
        "register",
        "--delta",
        "--by",
        "jetstream",
        "--at",
        &address,
        "--reach",
        &reach,
    ];
    house.act("dara", &words).good();
    let serve = || {
        house
            .program
            .serve_with(&house.data, &["--reach", &reach], &[])
    };
    let say = |client: &mut crate::nats::Client, number: usize, status: &str| {
        client.publish("gaps", &[], one(number, status).trim_end().as_bytes());
    };
    say(&mut client, 1, "active");
    say(&mut client, 2, "active");
    let serving = serve();
    let records = "SELECT count(*) FROM record";
    assert!(within(Duration::from_secs(60), || count(&house, records) == 2));
    serving.kill();
    say(&mut client, 1, "lost");
    say(&mut client, 3, "lost");
    say(&mut client, 4, "active");
    client.throw_away_before("GAPS", 5);
    let serving = serve();
    let case = Case::open(&serving);
    assert!(within(Duration::from_secs(60), || count(&house, records) == 3));
    assert!(within(Duration::from_secs(60), || case
        .search(&serving, "\"Company 1\"")
        .len()
        == 1));
    let dara = serving.sign_in("dara");
    let told = |serving: &Serving, dara: &str| {
        serving.get("/api/sources", dara).expect(200)["sources"][0].clone()
    };
    let source = told(&serving, &dara);
    assert_eq!(source["notices"][0]["missing"], json!([3, 4]), "{source}");
    let gaps = |serving: &Serving, case: &Case| {
        let found = serving
            .post(
                &case.path("search"),
                &case.ines,
                crate::house::asking("\"Company 1\""),
            )
            .expect(200);
        let record = found["things"]["hits"][0]["record"]
            .as_str()
            .unwrap()
            .to_owned();
        let page = serving
            .get(&case.path(&format!("records/{record}")), &case.ines)
            .expect(200);
        (found["gaps"].to_string(), page["gaps"].to_string())
    };
    let (searched, read) = gaps(&serving, &case);
    assert!(
        searched.contains("messages 3 to 4") && read.contains("messages 3 to 4"),
        "{searched} {read}"
    );
    serving.kill();
    // A snapshot that says all there is closes it; nothing is there twice.
    let all: Vec<Value> = (1..=4)
        .map(|number| company(&format!("k{number}"), &format!("Company {number}"), "now"))
        .collect();
    house.load(&house.delivery("all", &all), false).unwrap();
    let serving = serve();
    let case = case.again(&serving);
    let dara = serving.sign_in("dara");
    assert!(told(&serving, &dara)["notices"][0]["ended"].is_string());
    let (searched, read) = gaps(&serving, &case);
    assert_eq!((searched.as_str(), read.as_str()), ("null", "[]"));
    assert_eq!(count(&house, records), 4);
    say(&mut client, 5, "active");
    assert!(within(Duration::from_secs(60), || count(&house, records) == 5));
    assert_eq!(
        told(&serving, &dara)["notices"].as_array().unwrap().len(),
        1,
        "told once"
    );
    serving.kill();
    house.check();
}

/// A sender that does not wait for what it sends to be taken.
#[test]
fn a_sender_that_is_too_fast_is_told_to_wait() {
    let Some(house) = House::new("rs_04") else {
        return;
    };
    let token = pushed(&house);
    let serving = house.serve();
    let (mut acknowledged, mut told_to_wait) = (0, 0);
    for number in 0..5_000 {
        let answer = send(
            serving.address,
            &token,
            &format!("key {number}"),
            &one(number, "active"),
        )
        .unwrap();
        match answer.status {
            202 => acknowledged += 1,
            429 => {
                let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
                assert!(seconds > 0);
                told_to_wait += 1;
            }
            other => panic!("{other}: {}", answer.text()),
        }
        if told_to_wait == 20 {
            break;
        }
    }
    assert_eq!(
        told_to_wait, 20,
        "after {acknowledged} it was never told to wait"
    );
    assert!(within(Duration::from_secs(120), || count(&house, WAITING) == 0));
    assert_eq!(count(&house, "SELECT count(*) FROM record"), acknowledged);
    assert_eq!(House::published(&house.database()), acknowledged);
    serving.kill();
    house.check();
}

/// A finding of Ines' that cites the status of a company.
pub fn cite(serving: &Serving, case: &Case, number: usize) {
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
    let text = format!("It is in business [[{}]].", status["id"].as_str().unwrap());
    let note = json!({ "kind": "fact", "title": "In business", "text": text });
    serving
        .post(&case.path("notes"), &case.ines, note)
        .expect(201);
}

/// A web server that keeps what it is sent and answers as told, one status after the other.
fn hook(statuses: Vec<u16>) -> (SocketAddr, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (kept, found) = channel();
    std::thread::spawn(move || {
        let mut statuses = statuses.into_iter();
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while reader.read_line(&mut head).is_ok_and(|read| read > 2) {}
            let head = head.to_lowercase();
            let length = head.split("content-length: ").nth(1).unwrap();
            let length: usize = length.lines().next().unwrap().trim().parse().unwrap();
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let status = statuses.next().unwrap_or(204);
            let answer =
                format!("HTTP/1.1 {status} Told\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()); // a caller that was killed hears nothing
            if kept.send((head, String::from_utf8(body).unwrap())).is_err() {
                return;
            }
        }
    });
    (address, found)
}

/// A mail server that takes everything.
fn post_box() -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (kept, found) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            take_mail(stream.try_clone().unwrap(), stream, &kept);
        }
    });
    (address, found)
}

/// One conversation of a mail server that takes everything; a sign-in is kept like a mail.
pub fn take_mail(from: impl Read, mut to: impl Write, kept: &Sender<String>) {
    let (mut mail, mut inside) = (String::new(), false);
    let _ = to.write_all(b"220 here\r\n");
    for line in BufReader::new(from).lines().map_while(Result::ok) {
        let word = line.split(' ').next().unwrap_or_default();
        let answer: &[u8] = match word.to_ascii_uppercase().as_str() {
            _ if inside && line != "." => {
                mail.push_str(&line);
                mail.push('\n');
                continue;
            }
            _ if inside => {
                inside = false;
                let _ = kept.send(std::mem::take(&mut mail));
                b"250 kept\r\n"
            }
            "DATA" => {
                inside = true;
                b"354 go on\r\n"
            }
            "EHLO" => b"250-here\r\n250 AUTH PLAIN\r\n",
            "AUTH" => {
                let _ = kept.send(line.clone());
                b"235 welcome\r\n"
            }
            _ => b"250 well\r\n",
        };
        let _ = to.write_all(answer);
    }
}

/// A change comes in by push; the member who asked for it is told once by each way, of the case and not of what changed;
/// when the case is closed they are told that it has ended, why, and nothing more.
#[test]
fn a_member_is_told_that_an_alert_waits_and_no_longer_once_the_case_is_closed() {
    let Some(house) = House::new("told") else {
        return;
    };
    let token = pushed(&house);
    let (hook_at, calls) = hook(vec![500, 204]);
    let (box_at, mails) = post_box();
    let (hook_host, box_host) = (hook_at.to_string(), box_at.to_string());
    let smtp = format!("smtp://{box_host}");
    let words = [
        "--reach",
        &hook_host,
        "--reach",
        &box_host,
        "--smtp",
        &smtp,
        "--mail-from",
        "desk@inspectorate.example",
    ];
    let serving = house.program.serve_with(&house.data, &words, &[]);
    let push = |key: &str, status: &str| {
        send(serving.address, &token, key, &one(1, status))
            .unwrap()
            .expect(202);
        assert!(within(Duration::from_secs(60), || count(&house, WAITING) == 0));
    };
    push("a", "active");
    let case = Case::open(&serving);
    assert!(within(Duration::from_secs(60), || !case
        .search(&serving, "\"Company 1\"")
        .is_empty()));
    cite(&serving, &case, 1);
    let order = |way: &str, address: &str| {
        let order = json!({ "way": way, "address": address });
        serving.post(&case.path("subscriptions"), &case.ines, order)
    };
    order("webhook", &format!("http://{hook_host}/told")).expect(201);
    order("mail", "ines@inspectorate.example").expect(201);
    let inward = order(
        "webhook",
        &format!("http://{}/api/version", serving.address),
    );
    assert_eq!(inward.status, 422, "{}", inward.text());

    push("b", "struck off");
    let wait = Duration::from_secs(60);
    let (head, body) = calls.recv_timeout(wait).unwrap();
    let again = calls.recv_timeout(wait).unwrap();
    let id = |head: &str| {
        head.lines()
            .find(|line| line.starts_with("webhook-id"))
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        (id(&head), &body),
        (id(&again.0), &again.1),
        "sent again after the failure, and the same"
    );
    assert!(head.contains("webhook-signature: v1,"), "{head}");
    let told: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(told["type"], "alert.raised");
    let mail = mails.recv_timeout(wait).unwrap();
    assert!(mail.contains("An alert waits in case"), "{mail}");
    for text in [&body, &mail] {
        for word in ["Company 1", "struck off", "Dredging", "status"] {
            assert!(!text.contains(word), "`{word}` has left the case: {text}");
        }
    }

    let sora = serving.sign_in("sora");
    let closed = serving.post(&case.path("close"), &sora, json!({ "outcome": "referred" }));
    assert_eq!(closed.status, 204, "{}", closed.text());
    let (_, ended) = calls.recv_timeout(wait).unwrap();
    let ended: Value = serde_json::from_str(&ended).unwrap();
    assert_eq!(ended["type"], "subscription.ended");
    assert!(!ended["data"]["why"].as_str().unwrap().is_empty());
    assert!(mails.recv_timeout(wait).unwrap().contains("have ended"));
    push("c", "active");
    rest(Duration::from_secs(3));
    assert!(
        calls.try_recv().is_err() && mails.try_recv().is_err(),
        "told after the end"
    );
    let orders = serving.get("/api/subscriptions", &case.ines).expect(200);
    for order in orders["subscriptions"].as_array().unwrap() {
        assert!(
            order["ended_why"]
                .as_str()
                .is_some_and(|why| !why.is_empty()),
            "{order}"
        );
    }
    let renewed = order("mail", "ines@inspectorate.example");
    assert_eq!(renewed.status, 403, "{}", renewed.text());
}

/// Events in both forms, one that comes twice, one that is none, and a gap in nothing: what is poisoned is set aside, and
/// what is behind it is taken.
#[test]
fn events_of_a_stream_are_taken_once_and_what_is_none_is_set_aside() {
    let test = "events of a stream";
    let Some(house) = House::new(test) else {
        return;
    };
    let kept = tempfile::tempdir().unwrap();
    let Some(nats) = Nats::start(test, kept.path()) else {
        return;
    };
    let mut client = nats.client();
    client.stream("REGISTER", "register");
    let at = format!("nats://{}/REGISTER/predicate", nats.address);
    let reach = nats.address.to_string();
    let words = [
        "source",
        "follow",
        "live",
        "--dataset",
        "register",
        "--by",
        "jetstream",
        "--at",
        &at,
        "--delta",
        "--reach",
        &reach,
    ];
    house.act("dara", &words).good();
    let binary = |id: &'static str| {
        [
            ("ce-specversion", "1.0"),
            ("ce-id", id),
            ("ce-source", "/register"),
            ("ce-type", "altered"),
        ]
    };
    let entity = |number: usize| {
        company(
            &format!("k{number}"),
            &format!("Company {number}"),
            "active",
        )
    };
    client.publish(
        "register",
        &binary("1"),
        one(1, "active").trim_end().as_bytes(),
    );
    client.publish(
        "register",
        &binary("1"),
        one(1, "active").trim_end().as_bytes(),
    );
    let event = json!({ "specversion": "1.0", "id": "2", "source": "/register", "type": "altered", "data": entity(2) });
    let media = [("content-type", "application/cloudevents+json")];
    client.publish("register", &media, event.to_string().as_bytes());
    client.publish("register", &media, b"{\"specversion\":\"1.0\"}");
    for number in 3..40 {
        client.publish("register", &[], entity(number).to_string().as_bytes());
    }
    // A port that was free a moment ago.
    let figures = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let words = ["--reach", &reach, "--metrics", &figures.to_string()];
    let serving = house.program.serve_with(&house.data, &words, &[]);
    let taken =
        || count(&house, "SELECT count(*) FROM record") == 39 && count(&house, WAITING) == 0;
    assert!(within(Duration::from_secs(60), taken));
    let dara = serving.sign_in("dara");
    let found = serving.get("/api/sources", &dara).expect(200);
    let source = &found["sources"][0];
    assert_eq!(
        (&source["set_aside"], &source["place"]),
        (&json!(1), &json!("41")),
        "{source}"
    );
    let aside = &source["open"][0];
    assert!(
        aside["reason"].as_str().unwrap().contains("lacks its"),
        "{aside}"
    );
    let metrics = http::ask(figures, "GET", "/metrics", None, http::Body::Nothing)
        .unwrap()
        .text();
    assert!(metrics.contains("predicate_source_set_aside{"), "{metrics}");
    assert!(
        !metrics.contains("register") && !metrics.contains("nats://"),
        "{metrics}"
    );
    // The server that held the stream goes; the source says so in words and goes on once it is back.
    drop(nats);
    let failing = || {
        let found = serving.get("/api/sources", &dara).expect(200);
        !found["sources"][0]["failure"].as_str().unwrap().is_empty()
    };
    assert!(within(Duration::from_secs(60), failing));
}

/// A receipt leaves as a file and verifies without the service; a changed one does not.
#[test]
fn a_receipt_verifies_offline_and_a_changed_one_does_not() {
    let Some(house) = House::new("receipt") else {
        return;
    };
    let file = house.delivery("v1", &[company("1", "Aldgrund", "active")]);
    let receipt = house.load(&file, false).unwrap();
    let release = receipt["release"].as_str().unwrap();
    let text = house.act("dara", &["source", "receipt", release]).good();
    let serving = house.serve();
    let key = serving
        .ask("GET", "/log-public/receipt-key", None, http::Body::Nothing)
        .text();
    let dara = serving.sign_in("dara");
    let served = serving.get(&format!("/api/releases/{release}/receipt"), &dara);
    assert_eq!(served.text().trim_end(), text.trim_end());
    serving.kill();
    let path = house.folder.path().join("receipt.txt");
    let verify = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let (path, file) = (path.to_str().unwrap(), file.to_str().unwrap());
        house.program.run(&[
            "verify",
            "receipt",
            path,
            "--key",
            key.trim(),
            "--delivered",
            file,
        ])
    };
    assert!(verify(&text).good().contains("taken 1"));
    assert!(
        verify(&text.replace("\"taken\":1", "\"taken\":2"))
            .bad()
            .contains("does not verify")
    );
    std::fs::write(&file, "other").unwrap();
    assert!(
        verify(&text)
            .bad()
            .contains("not the one that was received")
    );
}
