//! The program `predicate-witness`, run as its operator would.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use domain::tlog::{Head, Quorum, VerifierKey};
use tempfile::TempDir;

use crate::desk::*;

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_predicate-witness"))
}

fn init(dir: &Path) -> Output {
    program()
        .args(["init", "--name", "witness.example", "--key-file"])
        .arg(dir.join("key"))
        .output()
        .unwrap()
}

/// A running witness, killed when dropped.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Running {
    fn start(dir: &Path) -> Self {
        let mut child = program()
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(dir.join("witness.toml"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim_end().rsplit(' ').next().unwrap().parse().unwrap();
        Self { child, address }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn configured() -> (TempDir, VerifierKey) {
    let dir = TempDir::new().unwrap();
    let made = init(dir.path());
    assert!(made.status.success());
    let key = VerifierKey::parse(String::from_utf8(made.stdout).unwrap().trim_end()).unwrap();
    let config = format!(
        "key_file = 'key'\nstate_dir = 'state'\n[[log]]\norigin = '{ORIGIN}'\nkeys = ['{}']\n",
        log_key()
    );
    fs::write(dir.path().join("witness.toml"), config).unwrap();
    (dir, key)
}

#[test]
fn a_key_is_made_once_and_for_its_owner_only() {
    let (dir, key) = configured();
    let mode = fs::metadata(dir.path().join("key"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(
        !init(dir.path()).status.success(),
        "an existing key is not overwritten"
    );
    let shown = program()
        .args(["key", "--key-file"])
        .arg(dir.path().join("key"))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(shown.stdout).unwrap(), format!("{key}\n"));
}

#[test]
fn a_killed_witness_still_knows_what_it_cosigned() {
    let (dir, key) = configured();
    let log = log(300);
    let running = Running::start(dir.path());
    assert!(running.address.ip().is_loopback());
    let cosigned = add(running.address, &request(log.path(), 0));
    assert_eq!(cosigned.status, 200, "{cosigned:?}");
    let head = fs::read_to_string(log.path().join("checkpoint")).unwrap() + &cosigned.body;
    let quorum = Quorum {
        witnesses: vec![key],
        least: 1,
    };
    Head::open(head.as_bytes(), &[log_key()], &quorum).unwrap();
    drop(running);
    let running = Running::start(dir.path());
    let rewritten = forked_log(400, 200);
    assert_eq!(
        add(running.address, &request(rewritten.path(), 300)).status,
        422
    );
    append(log.path(), 400, u64::MAX);
    assert_eq!(add(running.address, &request(log.path(), 300)).status, 200);
}

#[test]
fn a_second_program_on_the_same_memory_exits_with_a_clear_message() {
    let (dir, _) = configured();
    let _running = Running::start(dir.path());
    let second = program()
        .args(["serve", "--config"])
        .arg(dir.path().join("witness.toml"))
        .output()
        .unwrap();
    assert!(!second.status.success());
    let told = String::from_utf8(second.stderr).unwrap();
    assert!(told.contains("another witness uses"), "{told}");
}
