//! The log checked by software that is not ours: Go's checksum database library, as Debian packages it.
//!
//! Runs where `PREDICATE_GO=1` is set and `go` is installed with golang-golang-x-mod-dev; says so where it is not.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::sample::*;

/// Where Debian puts packaged Go sources.
const DEBIAN_GOPATH: &str = "/usr/share/gocode";

/// Builds the checker once a test process; `None` if it is not asked for.
fn checker() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<(tempfile::TempDir, PathBuf)>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        if std::env::var_os("PREDICATE_GO").is_none_or(|value| value != "1") {
            eprintln!("skipped: PREDICATE_GO is not 1");
            return None;
        }
        if !Path::new(DEBIAN_GOPATH)
            .join("src/golang.org/x/mod")
            .exists()
        {
            eprintln!("skipped: the package golang-golang-x-mod-dev is not installed");
            return None;
        }
        let folder = tempfile::TempDir::new().unwrap();
        let program = folder.path().join("checklog");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go/main.go");
        let built = Command::new("go")
            .args(["build", "-o"])
            .args([&program, &source])
            .envs([
                ("GO111MODULE", "off"),
                ("GOPATH", DEBIAN_GOPATH),
                ("GOFLAGS", ""),
            ])
            .output()
            .expect("PREDICATE_GO is 1, but `go` cannot be run");
        assert!(
            built.status.success(),
            "{}",
            String::from_utf8_lossy(&built.stderr)
        );
        Some((folder, program))
    });
    built.as_ref().map(|(_, program)| program.as_path())
}

fn run(program: &Path, dir: &Path, saved: Option<&Path>) -> Output {
    Command::new(program)
        .arg(dir)
        .arg(key().to_string())
        .args(saved)
        .output()
        .unwrap()
}

#[track_caller]
fn assert_rejected(output: &Output, words: &str) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && told.contains(words),
        "expected `{words}`, was told: {told}"
    );
}

#[test]
fn aud_04_the_go_library_accepts_logs_of_every_notable_size_when_asked_for_c1() {
    let Some(program) = checker() else { return };
    for size in [0, 1, 2, 255, 256, 257, 700, 70_000] {
        let dir = grown(&[size / 2, size]);
        let output = run(program, dir.path(), None);
        assert!(
            output.status.success(),
            "{size}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            format!("ok {size}\n")
        );
    }
}

#[test]
fn au_01_the_go_library_names_a_changed_entry_400_when_asked_for_c2() {
    let Some(program) = checker() else { return };
    let dir = grown(&[1000]);
    change(dir.path(), "tile/entries/001", |bytes| {
        let field = b"entry 400";
        let place = bytes
            .windows(field.len())
            .position(|window| window == field)
            .unwrap();
        bytes[place + 6] = b'5';
    });
    assert_rejected(&run(program, dir.path(), None), "entry 400 ");
}

#[test]
fn aud_04_the_go_library_rejects_tampered_logs_when_asked_for_c2() {
    let Some(program) = checker() else { return };
    let dir = grown(&[700]);
    for (name, words) in [
        ("tile/entries/000", "entry "),
        ("tile/0/001", "entry "),
        ("tile/1/000.p/2", "is not what the entries give"),
        ("checkpoint", ""),
    ] {
        let copy = copy_of(dir.path());
        change(copy.path(), name, |bytes| bytes[40] ^= 1);
        assert_rejected(&run(program, copy.path(), None), words);
    }
    for edit in [
        (|entries| drop(entries.remove(10))) as fn(&mut Vec<Vec<u8>>),
        |entries| entries.swap(3, 200),
    ] {
        let copy = copy_of(dir.path());
        edit_bundle(copy.path(), "tile/entries/001", edit);
        assert_rejected(&run(program, copy.path(), None), "entry ");
    }
}

#[test]
fn au_02_the_go_library_sees_the_log_shrink_when_asked_for_c1() {
    let Some(program) = checker() else { return };
    let (long, short) = (grown(&[1000]), grown(&[950]));
    let saved = long.path().join("checkpoint");
    assert_rejected(&run(program, short.path(), Some(&saved)), "the log shrank");
    let grown_on = grown(&[1000, 1100]);
    assert!(run(program, grown_on.path(), Some(&saved)).status.success());
}
