//! A writer killed again and again: what was seen of the log stays true.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use domain::tlog::{Checkpoint, SignedNote};
use logbook::{CheckOptions, verify};
use tempfile::TempDir;

use crate::sample::*;

const DIR: &str = "PREDICATE_LOG_OF_KILLED_WRITER";

/// Not a test of its own: the process to be killed. Appends until its end and says each size it has published.
#[test]
fn the_writer_that_is_killed() {
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    let mut writer = open(Path::new(&dir));
    for step in 1.. {
        let size = writer.size();
        let published = writer
            .append_batch(&entry_range(size..size + step % 97))
            .unwrap();
        println!("\npublished {}", published.end);
    }
}

/// Starts the writer, kills it in the middle of things, and returns the last size it has said.
fn kill_after(dir: &Path, announcements: usize) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "killing::the_writer_that_is_killed",
            "--exact",
            "--nocapture",
        ])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The pipe stays open until the kill: the writer must not stumble over its end before.
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let said = lines
        .by_ref()
        .filter_map(|line| line.strip_prefix("published ")?.parse().ok());
    let last = said.take(announcements).last().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    last
}

#[test]
fn fifty_kills_change_nothing_that_was_published() {
    let dir = TempDir::new().unwrap();
    let mut kept: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut heads: Vec<Vec<u8>> = Vec::new();
    let mut acknowledged = 0;
    for round in 0..50 {
        acknowledged = kill_after(dir.path(), 1 + round % 7).max(acknowledged);
        let head = head(dir.path());
        let size = Checkpoint::parse(SignedNote::parse(&head).unwrap().text())
            .unwrap()
            .size();
        assert!(
            size >= acknowledged,
            "{size} entries are left of {acknowledged}"
        );
        acknowledged = size;
        heads.push(head);
        for (name, bytes) in files(dir.path()) {
            let before = kept.insert(name.clone(), bytes.clone());
            assert!(
                name == "checkpoint" || before.is_none_or(|before| before == bytes),
                "{name}"
            );
        }
    }
    let options = CheckOptions {
        saved_heads: heads,
        ..Default::default()
    };
    let report = verify(dir.path(), &key(), &options);
    assert!(report.is_sound(), "{report}");
    let mut writer = open(dir.path());
    writer
        .append_batch(&entry_range(acknowledged..acknowledged + 300))
        .unwrap();
    drop(writer);
    assert_sound(dir.path(), acknowledged + 300);
}
