//! Sample logs, a running witness, and a plain HTTP client.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use domain::tlog::{AddCheckpoint, KeyKind, SignedNote, SigningKey, VerifierKey};
use logbook::{Reader, Writer};
use tempfile::TempDir;
use witness::{KnownLog, Witness, serve};

pub const ORIGIN: &str = "log.example/predicate";
pub const SEED: [u8; 32] = [42; 32];
pub const NOW: u64 = 1_800_000_000;

pub fn log_key() -> VerifierKey {
    SigningKey::new(ORIGIN, KeyKind::Log, &SEED)
        .unwrap()
        .verifier()
        .clone()
}

pub fn witness_key() -> SigningKey {
    SigningKey::new("witness.example", KeyKind::Cosigner, &[9; 32]).unwrap()
}

pub fn known_logs() -> Vec<KnownLog> {
    vec![KnownLog {
        origin: ORIGIN.to_owned(),
        keys: vec![log_key()],
    }]
}

/// A log whose entries from `fork` on read otherwise than those of other logs of the same size.
pub fn forked_log(size: u64, fork: u64) -> TempDir {
    let dir = TempDir::new().unwrap();
    append(dir.path(), size, fork);
    dir
}

pub fn log(size: u64) -> TempDir {
    forked_log(size, u64::MAX)
}

pub fn append(dir: &Path, size: u64, fork: u64) {
    let mut writer = Writer::open(dir, ORIGIN, &SEED).unwrap();
    let word = |index| {
        if index < fork {
            "entry"
        } else {
            "another entry"
        }
    };
    let batch: Vec<_> = (writer.size()..size)
        .map(|index| format!("{} {index}", word(index)).into_bytes())
        .collect();
    writer.append_batch(&batch).unwrap();
}

/// What the log in `dir` sends to a witness that it believes to hold `old` entries.
pub fn request(dir: &Path, old: u64) -> String {
    Reader::open(dir)
        .unwrap()
        .witness_request(old)
        .unwrap()
        .to_string()
}

/// The head of the log in `dir` under whatever old size and proof a liar may choose.
pub fn bare_request(dir: &Path, old: u64) -> String {
    let head = SignedNote::parse(&std::fs::read(dir.join("checkpoint")).unwrap()).unwrap();
    AddCheckpoint::new(old, Vec::new(), head)
        .unwrap()
        .to_string()
}

/// Starts a witness on a free port; it ends with the test process.
pub fn start(state_dir: &Path) -> SocketAddr {
    let witness = Arc::new(Witness::open(witness_key(), state_dir, &known_logs()).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || serve(&listener, &witness, || NOW));
    address
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub body: String,
}

pub fn send(address: SocketAddr, method: &str, path: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: witness\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let content_type = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Type: "))
        .unwrap()
        .to_owned();
    Answer {
        status,
        content_type,
        body: body.to_owned(),
    }
}

pub fn add(address: SocketAddr, body: &str) -> Answer {
    send(address, "POST", "/add-checkpoint", body)
}
