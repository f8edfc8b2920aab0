//! Live sources: each way in, exactly once, past failures; what is poisoned is set aside and the rest goes on.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use desk::live::{Arriving, Handling, LivePage, NewLiveSource, Next, Open, Outside, Received};
use desk::{Desk, DeskError};
use domain::id::LiveSourceId;
use domain::live::{IncomingState, Way};
use domain::source::Extent;

use crate::house::{House, company, lines, opened};

/// A server that gives one scripted answer after another and keeps what it was asked.
struct Answers {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Answers {
    fn given(answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        std::thread::spawn(move || {
            for answer in answers {
                let Ok((stream, _)) = listener.accept() else {
                    return;
                };
                kept.lock().unwrap().push(head(&stream));
                (&stream).write_all(answer.as_bytes()).unwrap();
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn head(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            return head.to_lowercase();
        }
        head.push_str(&line);
    }
}

fn whole(headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
}

/// Lets the desk call these addresses and look below the house's folder.
fn reaching(desk: &Desk, house: &House, addresses: &[SocketAddr]) {
    let mut reach = feeds::guard::Reach::default();
    for address in addresses {
        reach.list(&address.to_string()).unwrap();
    }
    desk.set_outside(Outside {
        reach,
        folders: vec![house.folder.path().to_owned()],
        ..Outside::default()
    });
}

fn new(way: Way, address: &str, extent: Extent) -> NewLiveSource {
    NewLiveSource {
        name: "live".into(),
        dataset: "register".into(),
        way: Some(way),
        address: address.into(),
        period: 60,
        extent: Some(extent),
        mapping: "ftm".into(),
        ..NewLiveSource::default()
    }
}

fn page(house: &House, id: LiveSourceId) -> LivePage {
    house.desk.live_source(&house.dara, id).unwrap()
}

/// Takes turns until there is nothing to do at once. The clock is past every wait each time.
fn until_quiet(house: &House, id: LiveSourceId) {
    let mut open = Open::default();
    for _ in 0..40 {
        if house.desk.live_turn(id, &mut open) != Next::Again && page(house, id).waiting.0 == 0 {
            return;
        }
    }
    panic!("{:?}", page(house, id));
}

fn names(house: &House) -> u64 {
    house.desk.taken(&house.dara).unwrap()
}

#[test]
fn an_address_is_asked_for_what_is_new_and_only_that_is_taken() {
    let house = House::new();
    let (one, two) = (
        lines(&[company("1", "Aldgrund", "active")]),
        lines(&[
            company("1", "Aldgrund", "struck off"),
            company("2", "Bramm", "active"),
        ]),
    );
    let server = Answers::given(vec![
        whole(
            "etag: \"a\"\r\nlast-modified: Mon, 01 Jan 2029 00:00:00 GMT\r\n",
            &one,
        ),
        "HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".into(),
        whole("etag: \"b\"\r\n", &two),
        whole("etag: \"c\"\r\n", &two),
        whole("etag: \"d\"\r\n", &one),
    ]);
    reaching(&house.desk, &house, &[server.address]);
    let address = format!("http://{}/register.jsonl", server.address);
    let set_up = house
        .desk
        .follow_source(&house.dara, &new(Way::Http, &address, Extent::Full));
    let id = set_up.unwrap().id;
    let mut taken = Vec::new();
    for _ in 0..5 {
        until_quiet(&house, id);
        taken.push((page(&house, id).following.deliveries, names(&house)));
        house.clock.forward_days(1);
    }
    // Asked five times: new, unchanged, new, the same bytes under another tag, and back to the first state.
    assert_eq!(taken, [(1, 1), (1, 1), (2, 2), (2, 2), (3, 1)]);
    let asked = server.asked();
    assert!(!asked[0].contains("if-none-match"), "{}", asked[0]);
    assert!(asked[1].contains("if-none-match: \"a\""), "{}", asked[1]);
    assert!(
        asked[1].contains("if-modified-since: mon, 01 jan 2029"),
        "{}",
        asked[1]
    );
    assert!(asked[3].contains("if-none-match: \"b\""), "{}", asked[3]);
}

#[test]
fn an_answer_that_is_cut_or_refused_never_counts_and_is_waited_for() {
    let house = House::new();
    let body = lines(&[
        company("1", "Aldgrund", "active"),
        company("2", "Bramm", "active"),
    ]);
    let cut = whole("", &body).replace(&body, &body[..20]);
    let endless = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{body}");
    let server = Answers::given(vec![
        cut,
        endless,
        "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 7200\r\ncontent-length: 0\r\n\r\n".into(),
        whole("", &body),
    ]);
    reaching(&house.desk, &house, &[server.address]);
    let address = format!("http://{}/register.jsonl", server.address);
    let set_up = house
        .desk
        .follow_source(&house.dara, &new(Way::Http, &address, Extent::Full));
    let id = set_up.unwrap().id;
    let mut open = Open::default();
    let mut waits = Vec::new();
    for words in ["cut off", "neither how long", "503"] {
        house.desk.live_turn(id, &mut open);
        let following = page(&house, id).following;
        assert!(following.failure.contains(words), "{}", following.failure);
        assert_eq!(names(&house), 0, "{words}");
        let wait = following.next_try.unwrap().micros() - following.failed.unwrap().micros();
        waits.push(wait / 60_000_000);
        assert_eq!(
            house.desk.live_turn(id, &mut open),
            Next::Wait(std::time::Duration::from_secs(1))
        );
        house.clock.forward_days(1);
    }
    assert_eq!(server.asked().len(), 3, "a wait is kept");
    assert_eq!(
        waits,
        [1, 3, 119],
        "doubled, and at least what the source asks for"
    );
    until_quiet(&house, id);
    assert_eq!(
        (names(&house), page(&house, id).following.failure.as_str()),
        (2, "")
    );
}

/// Entries of the log by which setting a source up was refused.
fn refusals(house: &House) -> usize {
    let refused =
        |entry: &&domain::audit::Entry| entry.act == "follow_source" && entry.outcome == "refused";
    house.log().iter().filter(refused).count()
}

#[test]
fn sf_01_addresses_that_lead_inside_are_refused_before_any_connection_c1() {
    let house = House::new();
    let canary = TcpListener::bind("127.0.0.1:0").unwrap();
    canary.set_nonblocking(true).unwrap();
    let port = canary.local_addr().unwrap().port();
    let barred = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://0.0.0.0:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f000001:{port}/"),
        format!("http://0177.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        "http://169.254.169.254/latest/meta-data/".into(),
        "http://10.0.0.1/".into(),
        "file:///etc/passwd".into(),
        "gopher://127.0.0.1/".into(),
        "unix:///var/run/docker.sock".into(),
    ];
    for address in &barred {
        let before = refusals(&house);
        let refused = house
            .desk
            .follow_source(&house.dara, &new(Way::Http, address, Extent::Full));
        let Err(DeskError::Malformed { field, reason }) = refused else {
            panic!("{address}: {refused:?}")
        };
        assert_eq!(field, "address");
        assert!(!reason.is_empty(), "{address}");
        assert_eq!(refusals(&house), before + 1, "{address}");
    }
    assert!(house.desk.live_sources(&house.dara).unwrap().is_empty());
    assert!(canary.accept().is_err(), "the canary heard a connection");
}

#[test]
fn an_address_that_turns_inward_later_is_not_connected_to_either() {
    let house = House::new();
    let canary = TcpListener::bind("127.0.0.1:0").unwrap();
    canary.set_nonblocking(true).unwrap();
    let inside = format!("http://localhost:{}/x", canary.local_addr().unwrap().port());
    let server = Answers::given(vec![format!(
        "HTTP/1.1 302 Found\r\nconnection: close\r\ncontent-length: 0\r\nlocation: {inside}\r\n\r\n"
    )]);
    reaching(&house.desk, &house, &[server.address]);
    let address = format!("http://{}/register.jsonl", server.address);
    let set_up = house
        .desk
        .follow_source(&house.dara, &new(Way::Http, &address, Extent::Full));
    let id = set_up.unwrap().id;
    house.desk.live_turn(id, &mut Open::default());
    let failure = page(&house, id).following.failure;
    assert!(
        failure.contains("not reachable from everywhere"),
        "{failure}"
    );
    // The list of the operator is shortened: what was set up under it is no longer called.
    reaching(&house.desk, &house, &[]);
    house.clock.forward_days(1);
    house.desk.live_turn(id, &mut Open::default());
    assert_eq!(server.asked().len(), 1);
    assert!(canary.accept().is_err(), "the canary heard a connection");
}

fn push(house: &House) -> (LiveSourceId, String) {
    let set_up = house
        .desk
        .follow_source(&house.dara, &new(Way::Push, "", Extent::Delta));
    let set_up = set_up.unwrap();
    (set_up.id, set_up.token.unwrap())
}

fn send(desk: &Desk, token: &str, key: &str, body: &str) -> Result<Received, DeskError> {
    let arriving = Arriving {
        token,
        key,
        label: "",
        file: "",
        header: &|_| None,
        most: 4 << 20,
    };
    desk.receive(&arriving, &mut body.as_bytes())
}

#[test]
fn what_is_sent_twice_under_one_key_is_taken_once_and_another_body_is_refused() {
    let house = House::new();
    let (id, token) = push(&house);
    let body = lines(&[company("1", "Aldgrund", "active")]);
    let first = send(&house.desk, &token, "k1", &body).unwrap();
    for _ in 0..3 {
        assert_eq!(send(&house.desk, &token, "k1", &body).unwrap(), first);
    }
    until_quiet(&house, id);
    assert_eq!(
        send(&house.desk, &token, "k1", &body).unwrap(),
        first,
        "after it was taken, too"
    );
    let other = send(&house.desk, &token, "k1", "{}\n");
    assert!(matches!(other, Err(DeskError::Conflict(_))), "{other:?}");
    assert!(matches!(
        send(&house.desk, &token, "", &body),
        Err(DeskError::Malformed { .. })
    ));
    let stranger = send(&house.desk, "0000", "k2", &body);
    assert!(
        matches!(stranger, Err(DeskError::NotSignedIn)),
        "{stranger:?}"
    );
    assert_eq!(
        (page(&house, id).following.deliveries, names(&house)),
        (1, 1)
    );
    let renewed = house.desk.renew_token(&house.dara, id).unwrap();
    assert!(
        send(&house.desk, &token, "k3", &body).is_err(),
        "the former token"
    );
    assert!(send(&house.desk, &renewed, "k3", &body).is_ok());
}

#[test]
fn a_body_that_breaks_off_or_is_too_long_leaves_nothing() {
    struct Broken(bool);
    impl std::io::Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            buffer[..2].copy_from_slice(b"{}");
            Ok(2)
        }
    }
    let house = House::new();
    let (id, token) = push(&house);
    let arriving = Arriving {
        token: &token,
        key: "k",
        label: "",
        file: "",
        header: &|_| None,
        most: 100,
    };
    assert!(house.desk.receive(&arriving, &mut Broken(false)).is_err());
    let long = "x".repeat(101);
    assert!(house.desk.receive(&arriving, &mut long.as_bytes()).is_err());
    assert_eq!(page(&house, id).waiting, (0, 0));
    let left = std::fs::read_dir(house.folder.path().join("data/incoming")).unwrap();
    assert_eq!(left.count(), 0);
}

#[test]
fn more_than_can_wait_is_told_to_come_later_and_what_was_taken_in_is_there() {
    let house = House::new();
    let (id, token) = push(&house);
    let one = |number: usize| {
        lines(&[company(
            &number.to_string(),
            &format!("Company {number}"),
            "active",
        )])
    };
    let mut acknowledged = 0;
    let busy = (0..200).find_map(|number| {
        let sent = send(&house.desk, &token, &format!("k{number}"), &one(number));
        acknowledged += u64::from(sent.is_ok());
        sent.err()
    });
    assert!(
        matches!(busy, Some(DeskError::Busy(seconds)) if seconds > 0),
        "{busy:?}"
    );
    let mut open = Open::default();
    while page(&house, id).waiting.0 > 0 {
        house.desk.live_turn(id, &mut open);
    }
    assert_eq!((names(&house), acknowledged), (100, 100));
}

#[test]
fn rs_03_three_bad_records_of_ten_thousand_are_set_aside_and_the_rest_is_in_c1() {
    let house = House::new();
    let (id, token) = push(&house);
    let mut rows: Vec<String> = (0..9_997)
        .map(|number| {
            company(&number.to_string(), &format!("Company {number}"), "active").to_string()
        })
        .collect();
    for (place, bad) in [
        (10, "{"),
        (5_000, r#"{"id":"x"}"#),
        (9_000, r#"{"id":"y","schema":"Nothing"}"#),
    ] {
        rows.insert(place, bad.into());
    }
    send(&house.desk, &token, "many", &(rows.join("\n") + "\n")).unwrap();
    until_quiet(&house, id);
    assert_eq!(names(&house), 9_997);
    let dataset = house.desk.datasets(&house.dara).unwrap()[0].id;
    let release = house.desk.releases(&house.dara, dataset).unwrap()[0]
        .release
        .id;
    let refused = house.desk.release(&house.dara, release).unwrap().refused;
    assert_eq!(refused.len(), 3);
    assert!(
        refused.iter().all(|row| !row.reason.is_empty()),
        "{refused:?}"
    );
}

#[test]
fn a_delivery_that_cannot_be_read_is_set_aside_after_five_tries_and_tried_again_on_demand() {
    let house = House::new();
    let root = house.folder.path().join("drop");
    std::fs::create_dir_all(&root).unwrap();
    reaching(&house.desk, &house, &[]);
    let drop = |label: &str, file: &str, body: &str| {
        let folder = root.join("incoming/register").join(label);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(file), body).unwrap();
    };
    let mapping = "register:\n  queries:\n    - file: register.csv\n      entities:\n        company:\n          schema: Company\n          keys: [id]\n          properties:\n            name: {column: name}\n";
    let source = NewLiveSource {
        mapping: mapping.into(),
        ..new(Way::Folder, root.to_str().unwrap(), Extent::Delta)
    };
    let id = house.desk.follow_source(&house.dara, &source).unwrap().id;
    drop("1", "other.csv", "id,name\n1,Aldgrund\n");
    drop("2", "register.csv", "id,name\n2,Bramm\n");
    let mut open = Open::default();
    let mut tries = Vec::new();
    for _ in 0..20 {
        house.desk.live_turn(id, &mut open);
        let found = page(&house, id);
        if let Some(first) = found.open.iter().find(|one| one.label == "1") {
            tries.push(first.tries);
        }
        if found.following.deliveries == 1 {
            break;
        }
    }
    let found = page(&house, id);
    assert_eq!((found.set_aside, names(&house)), (1, 1), "{:?}", found.open);
    assert_eq!(tries.iter().max(), Some(&5));
    let aside = found.open[0].clone();
    assert_eq!(aside.state, IncomingState::SetAside);
    assert!(
        aside.reason.contains("no file of the delivery fits"),
        "{}",
        aside.reason
    );
    // Mended where it lies, and tried again.
    let folder = root.join("incoming/register/1");
    std::fs::rename(folder.join("other.csv"), folder.join("register.csv")).unwrap();
    house
        .desk
        .handle_source(&house.dara, id, &Handling::TryAgain(aside.id))
        .unwrap();
    let place = page(&house, id).following.place;
    until_quiet(&house, id);
    let found = page(&house, id);
    assert_eq!(
        (found.set_aside, found.following.deliveries, names(&house)),
        (0, 2, 2)
    );
    assert_eq!(found.following.place, place, "the place stays where it was");
    assert!(!folder.exists(), "what was taken is moved away");
    let again = house
        .desk
        .handle_source(&house.dara, id, &Handling::TryAgain(aside.id));
    assert!(matches!(again, Err(DeskError::Conflict(_))), "{again:?}");
}

#[test]
fn fd_01_a_delta_delivered_three_times_through_a_folder_is_one() {
    let house = House::new();
    let root = house.folder.path().join("drop");
    std::fs::create_dir_all(&root).unwrap();
    reaching(&house.desk, &house, &[]);
    let source = new(Way::Folder, root.to_str().unwrap(), Extent::Delta);
    let id = house.desk.follow_source(&house.dara, &source).unwrap().id;
    for _ in 0..3 {
        let folder = root.join("incoming/register/7");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(
            folder.join("a.jsonl"),
            lines(&[company("1", "Aldgrund", "active")]),
        )
        .unwrap();
        until_quiet(&house, id);
    }
    let dataset = house.desk.datasets(&house.dara).unwrap()[0].id;
    assert_eq!(house.desk.releases(&house.dara, dataset).unwrap().len(), 1);
    assert_eq!(page(&house, id).following.deliveries, 1);
}

#[test]
fn whoever_is_no_steward_any_more_takes_nothing_any_more() {
    let house = House::new();
    let (id, token) = push(&house);
    let refused = house
        .desk
        .follow_source(&house.ines, &new(Way::Push, "", Extent::Delta));
    assert!(matches!(refused, Err(DeskError::Refused(_))), "{refused:?}");
    send(
        &house.desk,
        &token,
        "k1",
        &lines(&[company("1", "Aldgrund", "active")]),
    )
    .unwrap();
    house
        .desk
        .set_disabled(&house.ada, house.dara.user, true)
        .unwrap();
    house.desk.live_turn(id, &mut Open::default());
    assert_eq!(names(&house), 0);
    house
        .desk
        .set_disabled(&house.ada, house.dara.user, false)
        .unwrap();
    let found = page(&house, id);
    assert_eq!(
        (found.waiting.0, found.open[0].tries),
        (1, 0),
        "it is no fault of the delivery"
    );
    assert!(!found.following.failure.is_empty());
    house.clock.forward_days(1);
    until_quiet(&house, id);
    assert_eq!(names(&house), 1);
}

#[test]
fn a_paused_source_takes_in_and_does_not_take() {
    let house = House::new();
    let (id, token) = push(&house);
    house
        .desk
        .handle_source(&house.dara, id, &Handling::Pause)
        .unwrap();
    send(
        &house.desk,
        &token,
        "k1",
        &lines(&[company("1", "Aldgrund", "active")]),
    )
    .unwrap();
    assert_eq!(house.desk.live_turn(id, &mut Open::default()), Next::Rests);
    assert_eq!(names(&house), 0);
    house
        .desk
        .handle_source(&house.dara, id, &Handling::Resume)
        .unwrap();
    until_quiet(&house, id);
    assert_eq!(names(&house), 1);
}

#[test]
fn what_was_acknowledged_is_taken_by_the_next_start_and_what_nobody_needs_is_swept() {
    let house = House::new();
    let (id, token) = push(&house);
    send(
        &house.desk,
        &token,
        "k1",
        &lines(&[company("1", "Aldgrund", "active")]),
    )
    .unwrap();
    let House {
        desk,
        folder,
        clock,
        dara,
        ..
    } = house;
    drop(desk);
    let data = folder.path().join("data");
    std::fs::write(data.join("incoming/left-over"), "half").unwrap();
    let desk = opened(data.clone(), 99, clock);
    desk.sweep_incoming().unwrap();
    assert!(!data.join("incoming/left-over").exists());
    let mut open = Open::default();
    while desk.live_source(&dara, id).unwrap().waiting.0 > 0 {
        desk.live_turn(id, &mut open);
    }
    assert_eq!(desk.taken(&dara).unwrap(), 1);
    let mut body = String::new();
    let left = std::fs::read_dir(data.join("incoming")).unwrap();
    for file in left {
        std::fs::File::open(file.unwrap().path())
            .unwrap()
            .read_to_string(&mut body)
            .unwrap();
    }
    assert_eq!(body, "", "bytes that were taken are gone");
}

#[test]
fn an_answer_that_lost_nearly_everything_is_held_once_and_withdraws_nothing() {
    let house = House::new();
    let many = |count: usize| -> String {
        let one =
            |number: usize| company(&number.to_string(), &format!("Company {number}"), "active");
        lines(&(0..count).map(one).collect::<Vec<_>>())
    };
    let server = Answers::given(vec![
        whole("etag: \"a\"\r\n", &many(200)),
        whole("etag: \"b\"\r\n", &many(2)),
        "HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".into(),
        whole("etag: \"c\"\r\n", ""),
    ]);
    reaching(&house.desk, &house, &[server.address]);
    let address = format!("http://{}/register.jsonl", server.address);
    let set_up = house
        .desk
        .follow_source(&house.dara, &new(Way::Http, &address, Extent::Full));
    let id = set_up.unwrap().id;
    let mut held = Vec::new();
    for _ in 0..4 {
        until_quiet(&house, id);
        held.push(house.desk.waiting(&house.dara).unwrap().len());
        assert_eq!(names(&house), 200);
        house.clock.forward_days(1);
    }
    assert_eq!(held, [0, 1, 1, 2]);
    assert!(
        server.asked()[2].contains("if-none-match: \"b\""),
        "the place moved with what is held"
    );
}
