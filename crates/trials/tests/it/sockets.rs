//! What strangers do to the port: bodies without end, connections that crawl, requests framed two ways.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::house::{Case, House, asking};
use crate::http::Body;
use crate::program::{Serving, rest, within};

/// A figure of a process in `/proc/PID/status`, in KiB.
fn figure(process: u32, name: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Hundredths of a second of work of a process.
fn work(process: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = text
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

fn connect(server: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(server).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
        .set_write_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

/// Everything that comes until the other side closes, or nothing more within twenty seconds.
fn heard(stream: &mut TcpStream) -> (String, bool) {
    let (mut all, mut part) = (Vec::new(), [0u8; 4096]);
    let closed = loop {
        match stream.read(&mut part) {
            Ok(0) => break true,
            Ok(many) => all.extend_from_slice(&part[..many]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                break false;
            }
            Err(_) => break true,
        }
    };
    (String::from_utf8_lossy(&all).into_owned(), closed)
}

/// Sends a body for as long as it is taken, at most a gigabyte; the status answered, and how many bytes went out.
fn pours(server: SocketAddr, head: &str, chunked: bool) -> (u16, usize) {
    let mut stream = connect(server);
    stream.write_all(head.as_bytes()).unwrap();
    let piece = if chunked {
        [b"10000\r\n", &[b'x'; 65_536][..], b"\r\n"].concat()
    } else {
        vec![b'x'; 65_536]
    };
    let mut sent = 0;
    let mut answer = Vec::new();
    stream.set_nonblocking(true).unwrap();
    let began = Instant::now();
    while sent < 1 << 30 && began.elapsed() < Duration::from_secs(60) {
        let mut part = [0u8; 4096];
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(many) => {
                answer.extend_from_slice(&part[..many]);
                break;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
        match stream.write(&piece) {
            Ok(many) => sent += many,
            Err(error) if error.kind() == ErrorKind::WouldBlock => rest(Duration::from_millis(1)),
            Err(_) => {
                let _what_is_left = stream
                    .read(&mut part)
                    .map(|many| answer.extend_from_slice(&part[..many]));
                break;
            }
        }
    }
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.split(' ').nth(1).and_then(|word| word.parse().ok());
    (status.unwrap_or(0), sent)
}

/// Every address that answers without a sign-in, with the type of its body.
const OPEN: [(&str, &str, &str); 9] = [
    ("POST", "/api/session", "application/json"),
    ("POST", "/api/session/code", "application/json"),
    ("POST", "/api/session/invitation", "application/json"),
    ("POST", "/api/session/first", "application/json"),
    ("POST", "/api/incoming", "application/octet-stream"),
    ("POST", "/sign-in", "application/x-www-form-urlencoded"),
    ("POST", "/sign-in/code", "application/x-www-form-urlencoded"),
    ("POST", "/invited", "application/x-www-form-urlencoded"),
    ("POST", "/first", "application/x-www-form-urlencoded"),
];

#[test]
fn rs_01_huge_bodies_of_strangers_are_refused_early_and_fill_nothing_c1() {
    let Some(house) = House::new("rs_01") else {
        return;
    };
    let serving = house.serve();
    let server = serving.address;
    serving.sign_in("ines"); // whatever a first sign-in needs is there
    let before = figure(serving.process(), "VmRSS:");
    for (method, path, kind) in OPEN {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {server}\r\ncontent-type: {kind}\r\nauthorization: Bearer none\r\n"
        );
        let long = format!("{head}content-length: {}\r\n\r\n", 1 << 30);
        let endless = format!("{head}transfer-encoding: chunked\r\n\r\n");
        for (head, chunked) in [(long, false), (endless, true)] {
            let (status, sent) = pours(server, &head, chunked);
            // Whoever shows no token that is good is told so before any of the body.
            assert!(
                matches!(status, 400 | 401 | 413),
                "{path}: {status} after {sent} bytes"
            );
            assert!(sent < 16 << 20, "{path} takes {sent} bytes");
        }
    }
    for path in ["/api/version", "/api/health", "/sign-in", "/log-public/key"] {
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: {server}\r\ncontent-length: {}\r\n\r\n",
            1 << 30
        );
        let (status, sent) = pours(server, &head, false);
        assert_eq!(status, 200, "{path}");
        assert!(sent < 16 << 20, "{path} takes {sent} bytes");
    }
    // Ten thousand keys, to every open address that reads JSON.
    let keys: Vec<String> = (0..10_000).map(|at| format!("\"key{at}\":{at}")).collect();
    let body = format!("{{{}}}", keys.join(","));
    for (method, path, kind) in OPEN.into_iter().filter(|open| open.2.ends_with("json")) {
        let headers = [("content-type", kind), ("authorization", "Bearer none")];
        let answer = crate::http::send(server, method, path, &headers, body.as_bytes()).unwrap();
        assert!(
            matches!(answer.status, 400 | 401 | 413),
            "{path}: {}",
            answer.text()
        );
    }
    // Many passwords at once: each look at one takes memory. From the sixtieth on the address is not heard for a while.
    std::thread::scope(|scope| {
        for at in 0..48 {
            let wrong = json!({ "name": format!("nobody{at}"), "password": "wrong horse battery" });
            scope.spawn(move || {
                crate::http::ask(server, "POST", "/api/session", None, Body::Json(wrong))
            });
        }
    });
    let grown = figure(serving.process(), "VmHWM:").saturating_sub(before);
    assert!(grown < 50 << 10, "memory grew by {grown} KiB");
    serving.sign_in("ines");
}

/// Connections of the two slow kinds.
const EACH: usize = 500;

/// A head that never ends.
fn dripping(server: SocketAddr) -> TcpStream {
    let mut stream = connect(server);
    stream
        .write_all(b"GET /api/version HTTP/1.1\r\nx-slow: ")
        .unwrap();
    stream.set_nonblocking(true).unwrap();
    stream
}

/// Asks for much at once, with little room to receive it.
fn sipping(server: SocketAddr) -> TcpStream {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(&server.into()).unwrap();
    let mut stream = TcpStream::from(socket);
    let ask = format!("GET /sign-in HTTP/1.1\r\nhost: {server}\r\n\r\n");
    stream.write_all(ask.repeat(200).as_bytes()).unwrap();
    stream.set_nonblocking(true).unwrap();
    stream
}

/// One byte more of a head, or one byte less of an answer. Nobody may be there any more.
fn crawls(stream: &mut TcpStream, drips: bool) {
    let mut one = [0u8; 1];
    let _gone_or_not = if drips {
        stream.write(b"a")
    } else {
        stream.read(&mut one)
    };
}

/// Files and connections that a process has open.
fn open(process: u32) -> usize {
    std::fs::read_dir(format!("/proc/{process}/fd"))
        .unwrap()
        .count()
}

#[test]
fn rs_02_a_thousand_slow_connections_are_cut_while_a_reader_is_served_within_a_second_c1() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let Some(house) = House::new("rs_02") else {
        return;
    };
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, hard.min(8192), hard).unwrap();
    let companies = [crate::house::company("k1", "Polder Alpha", "active")];
    house
        .load(&house.delivery("start", &companies), false)
        .unwrap();
    let serving = house.serve();
    let case = Case::open(&serving);
    let server = serving.address;
    let before = open(serving.process());
    let mut slow: Vec<(TcpStream, bool)> = Vec::new();
    for _ in 0..EACH {
        slow.push((dripping(server), true));
        slow.push((sipping(server), false));
    }
    // The first ones may be cut while the last ones come.
    let most = open(serving.process()).saturating_sub(before);
    let (mut took, mut second) = (Vec::new(), 0);
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(120) && open(serving.process()) > before + 10 {
        for path in [
            "/api/cases".to_owned(),
            case.path("notes"),
            case.path("evidence"),
        ] {
            let asked = Instant::now();
            serving.get(&path, &case.ines).expect(200);
            took.push(asked.elapsed());
        }
        let asked = Instant::now();
        serving
            .post(&case.path("search"), &case.ines, asking("Polder"))
            .expect(200);
        took.push(asked.elapsed());
        if began.elapsed().as_secs() > second {
            second += 1;
            let all = slow
                .iter_mut()
                .filter(|(_, drips)| !drips || second % 5 == 0);
            all.for_each(|(stream, drips)| crawls(stream, *drips));
        }
    }
    assert!(most >= EACH, "only {most} of the slow were let in");
    let left = open(serving.process()).saturating_sub(before);
    assert!(
        left <= 10,
        "{left} are still there after {:?}",
        began.elapsed()
    );
    took.sort();
    let p95 = took[took.len() * 95 / 100];
    assert!(
        p95 < Duration::from_secs(1),
        "p95 of {} answers is {p95:?}",
        took.len()
    );
}

/// Framing that two readers could take apart differently, or that asks for another host.
fn hostile(server: SocketAddr) -> Vec<(&'static str, Vec<u8>)> {
    let host = format!("host: {server}\r\n");
    let post = "POST /api/session HTTP/1.1\r\ncontent-type: application/json\r\n";
    let next = format!("GET /api/health HTTP/1.1\r\n{host}\r\n");
    let text = |text: String| text.into_bytes();
    vec![
        (
            "length and chunks",
            text(format!(
                "{post}{host}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{next}"
            )),
        ),
        (
            "chunks and length",
            text(format!(
                "{post}{host}transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n{next}"
            )),
        ),
        (
            "two lengths",
            text(format!(
                "{post}{host}content-length: 4\r\ncontent-length: 5\r\n\r\n{{}}  {next}"
            )),
        ),
        (
            "a list of lengths",
            text(format!(
                "{post}{host}content-length: 4, 5\r\n\r\n{{}}  {next}"
            )),
        ),
        (
            "a signed length",
            text(format!("{post}{host}content-length: +2\r\n\r\n{{}}{next}")),
        ),
        (
            "a length beyond numbers",
            text(format!(
                "{post}{host}content-length: 99999999999999999999999\r\n\r\n{{}}{next}"
            )),
        ),
        (
            "odd coding",
            text(format!(
                "{post}{host}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n{next}"
            )),
        ),
        (
            "coding with a blank before the colon",
            text(format!(
                "{post}{host}transfer-encoding : chunked\r\n\r\n0\r\n\r\n{next}"
            )),
        ),
        (
            "a size of a chunk that is none",
            text(format!(
                "{post}{host}transfer-encoding: chunked\r\n\r\n-1\r\n\r\n{next}"
            )),
        ),
        (
            "a size of a chunk beyond numbers",
            text(format!(
                "{post}{host}transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\nx\r\n0\r\n\r\n{next}"
            )),
        ),
        (
            "coding in HTTP/1.0",
            text(format!(
                "POST /api/session HTTP/1.0\r\n{host}transfer-encoding: chunked\r\n\r\n0\r\n\r\n{next}"
            )),
        ),
        (
            "two hosts",
            text(format!(
                "GET /api/version HTTP/1.1\r\n{host}host: evil.example\r\n\r\n{next}"
            )),
        ),
        (
            "no host",
            text(format!("GET /api/version HTTP/1.1\r\n\r\n{next}")),
        ),
        (
            "absolute form",
            text(format!(
                "GET http://evil.example/api/version HTTP/1.1\r\n{host}\r\n{next}"
            )),
        ),
        (
            "absolute form of our own",
            text(format!(
                "GET http://{server}/api/version HTTP/1.1\r\n{host}\r\n{next}"
            )),
        ),
        (
            "a tunnel",
            text(format!(
                "CONNECT evil.example:443 HTTP/1.1\r\n{host}\r\n{next}"
            )),
        ),
        (
            "a folded header",
            text(format!(
                "GET /api/version HTTP/1.1\r\n{host}x-folded: a\r\n b\r\n\r\n{next}"
            )),
        ),
        (
            "a NUL in a header",
            text(format!(
                "GET /api/version HTTP/1.1\r\n{host}x-nul: a\0b\r\n\r\n{next}"
            )),
        ),
        (
            "a line feed in a header",
            text(format!(
                "GET /api/version HTTP/1.1\r\n{host}x-bare: a\rb\r\n\r\n{next}"
            )),
        ),
        (
            "a blank in the target",
            text(format!("GET /api/ver sion HTTP/1.1\r\n{host}\r\n{next}")),
        ),
        (
            "a megabyte of one header",
            text(format!(
                "GET /api/version HTTP/1.1\r\n{host}x-long: {}\r\n\r\n{next}",
                "a".repeat(1 << 20)
            )),
        ),
        (
            "a megabyte of headers",
            text(format!(
                "GET /api/version HTTP/1.1\r\n{host}{}\r\n{next}",
                "x-a: b\r\n".repeat(131_072)
            )),
        ),
        (
            "no HTTP at all",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".repeat(40),
        ),
    ]
}

/// Frames of HTTP/2 after its preface: endless headers, resets, empty data.
fn floods() -> Vec<(&'static str, Vec<u8>)> {
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    let frame = |kind: u8, flags: u8, stream: u32, body: &[u8]| {
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&length[1..], &[kind, flags], &stream.to_be_bytes(), body].concat()
    };
    let settings = frame(4, 0, 0, &[]);
    let with = |frames: Vec<u8>| [preface.clone(), settings.clone(), frames].concat();
    let resets = (0..50_000).flat_map(|at| {
        let stream = at * 2 + 1;
        [
            frame(1, 5, stream, &[0x82, 0x86, 0x84]),
            frame(3, 0, stream, &[0, 0, 0, 8]),
        ]
        .concat()
    });
    vec![
        (
            "continuation",
            with(
                [
                    frame(1, 0, 1, &[0x82]),
                    frame(9, 0, 1, &[0x84]).repeat(100_000),
                ]
                .concat(),
            ),
        ),
        ("resets", with(resets.collect())),
        (
            "empty data",
            with([frame(1, 4, 1, &[0x82]), frame(0, 0, 1, &[]).repeat(100_000)].concat()),
        ),
    ]
}

/// The head of a whole answer, and that the connection is good for the next.
fn kept(stream: &mut TcpStream, serving: &Serving) -> String {
    let ask = format!(
        "GET /api/version HTTP/1.1\r\nhost: {}\r\n\r\n",
        serving.address
    );
    stream.write_all(ask.as_bytes()).unwrap();
    let mut text = String::new();
    let mut part = [0u8; 4096];
    while !text.contains("\"version\"") {
        let many = stream.read(&mut part).unwrap();
        assert!(many > 0, "it was closed: {text}");
        text += &String::from_utf8_lossy(&part[..many]);
    }
    text
}

#[test]
fn op_02_hostile_framing_is_refused_or_cut_and_nothing_follows_from_it_c1() {
    let Some(house) = House::new("op_02") else {
        return;
    };
    let serving = house.serve();
    let server = serving.address;
    for (name, bytes) in hostile(server).into_iter().chain(floods()) {
        // The request before it, on the same connection, was answered; what comes after is not.
        let mut stream = connect(server);
        assert!(
            kept(&mut stream, &serving).starts_with("HTTP/1.1 200"),
            "{name}"
        );
        let _the_rest_if_taken = stream.write_all(&bytes);
        let (text, closed) = heard(&mut stream);
        assert!(closed, "{name}: the connection stays open: {text}");
        let answers = text.matches("HTTP/1.1 ").count();
        assert!(answers <= 1, "{name}: {text}");
        let refused = text.is_empty() || text.starts_with("HTTP/1.1 4");
        assert!(refused, "{name}: {text}");
        assert!(
            !text.contains("\"healthy\"") && !text.contains("checkpoint"),
            "{name}: {text}"
        );
        // Somebody else on a kept connection is not affected.
        let mut other = connect(server);
        for _ in 0..2 {
            assert!(
                kept(&mut other, &serving).starts_with("HTTP/1.1 200"),
                "after {name}"
            );
        }
    }
    let process = serving.process();
    let idle = within(Duration::from_secs(10), || {
        let before = work(process);
        rest(Duration::from_secs(1));
        work(process) - before < 20
    });
    assert!(idle, "it goes on working");
}
