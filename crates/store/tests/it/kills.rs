//! The store under SIGKILL: this test binary runs itself as a child that works until it is killed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use domain::audit::EntryKind;
use domain::id::ReleaseId;
use domain::source::{Extent, Record};
use domain::statement::Sequence;
use store::Logged;

use crate::bench::{Bench, Seeded, company, dataset_id};

const FOLDER: &str = "STORE_KILL_FOLDER";
const ROUND: &str = "STORE_KILL_ROUND";
/// Records of the dataset that the child delivers again and again.
const RECORDS: u64 = 600;

/// Release number `turn`: every record says which turn it is of, one in eight anew.
fn records(turn: u64) -> Vec<Record> {
    (0..RECORDS)
        .map(|number| {
            let said = turn - (turn + number) % 8;
            company(
                &format!("k{number}"),
                &format!("Company {number}"),
                &format!("turn {said}"),
            )
        })
        .collect()
}

/// The child's work: nothing, unless the environment names its folder.
#[test]
fn works_until_it_is_killed() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let round: u64 = std::env::var(ROUND).unwrap().parse().unwrap();
    let bench = Bench::at(Path::new(&folder), 10_000 + round).unwrap();
    let known = bench
        .store
        .read(|view| view.dataset(dataset_id(1)))
        .unwrap();
    if known.is_none() {
        bench.add_dataset(1, "harbour_register");
        bench.add_case(1, &[dataset_id(1)]);
    }
    let mut out = std::io::stdout();
    for turn in 1_000 * round.. {
        let new = bench.new_release(dataset_id(1), &turn.to_string(), Extent::Full);
        let mut staging = bench.store.quiet(|tx| tx.begin_release(&new)).unwrap();
        for part in records(turn).chunks(100) {
            bench
                .store
                .quiet(|tx| tx.stage(&mut staging, part))
                .unwrap();
            let entry = Logged::bare(bench.entry(EntryKind::Consultation, "search", None));
            let number = bench.store.log(entry).unwrap();
            writeln!(out, "entry {}", number.0).unwrap();
            let bytes: Vec<u8> = (0..8_192).map(|_| bench.randomness.next() as u8).collect();
            let blob = bench.store.put_blob(bytes.as_slice()).unwrap();
            let item = crate::bench::evidence(&bench, &blob);
            bench.done("add_evidence", |tx| tx.add_evidence(&item));
            writeln!(out, "blob {}", blob.sha256).unwrap();
        }
        bench.store.stage_missing(&mut staging).unwrap();
        bench.publish(&staging);
        writeln!(out, "release {} {turn}", staging.release()).unwrap();
    }
}

fn start(folder: &Path, round: u64) -> (Child, Receiver<String>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "kills::works_until_it_is_killed",
            "--exact",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(FOLDER, folder)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let (sender, receiver) = channel();
    let lines = BufReader::new(child.stdout.take().unwrap());
    std::thread::spawn(move || {
        for line in lines.lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    (child, receiver)
}

/// Collects what the child acknowledges until the moment has come, kills it, and takes what was still in the pipe.
fn until_killed(mut child: Child, lines: &Receiver<String>, after: Duration) -> Vec<String> {
    let mut told = Vec::new();
    // The time runs from the first acknowledgement: before it the child only opens the store.
    let mut due: Option<Instant> = None;
    loop {
        let left = due.map_or(Duration::from_secs(60), |due| {
            due.saturating_duration_since(Instant::now())
        });
        match lines.recv_timeout(left) {
            Ok(line) => {
                if line.contains("entry") {
                    due.get_or_insert_with(|| Instant::now() + after);
                }
                told.push(line);
            }
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => panic!("the child ended by itself: {told:?}"),
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    told.extend(lines.iter());
    told
}

// Requirement: CR-01 clause 2, CR-03 clause 1, AUD-03 clause 2 and AU-06 clause 2
#[test]
fn killed_twenty_times_the_store_holds_what_it_acknowledged_once_each() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("data");
    let chance = Seeded::new(20_260_823);
    let (mut entries, mut releases, mut blobs) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen: Vec<Vec<u8>> = Vec::new();
    for round in 1..=20 {
        let (child, lines) = start(&folder, round);
        let after = Duration::from_micros(chance.next() % 300_000);
        for line in until_killed(child, &lines, after) {
            let mut words = line.split(' ');
            match (words.next(), words.next(), words.next()) {
                (Some("entry"), Some(number), None) => entries.push(number.parse().unwrap()),
                (Some("blob"), Some(digest), None) => blobs.push(digest.to_owned()),
                (Some("release"), Some(id), Some(turn)) => {
                    releases.push((
                        id.parse::<ReleaseId>().unwrap(),
                        turn.parse::<u64>().unwrap(),
                    ));
                }
                _ => (),
            }
        }
        let opening = Instant::now();
        let bench = Bench::at(&folder, 20_000 + round).unwrap();
        assert!(
            opening.elapsed() < Duration::from_secs(30),
            "a start takes at most 30 s"
        );
        check_round(&bench, &entries, &releases);
        for digest in &blobs {
            assert_eq!(bench.store.blob(digest).unwrap().len(), 8_192);
        }
        seen = log_goes_on(&bench, &seen);
    }
    assert!(!entries.is_empty() && !releases.is_empty() && !blobs.is_empty());
}

fn check_round(bench: &Bench, entries: &[u64], releases: &[(ReleaseId, u64)]) {
    bench.store.sequence_now().unwrap();
    let report = bench.store.check().unwrap();
    assert!(report.is_clean(), "{:?}", report.faults);
    assert_eq!(report.entries, report.sequenced);
    bench
        .store
        .read(|view| {
            let auditor = bench.auditor();
            for number in entries {
                assert!(
                    view.entry(&auditor, Sequence(*number))?.is_some(),
                    "entry {number}"
                );
            }
            for (release, _) in releases {
                let found = view.release(*release)?.unwrap();
                assert!(found.published.is_some(), "{release} was acknowledged");
            }
            // No act without its entry: each published release has its own.
            let published = view
                .releases(dataset_id(1))?
                .into_iter()
                .filter(|summary| summary.release.published.is_some())
                .count();
            let told = view.entries(&auditor, &Default::default(), None, usize::MAX >> 1)?;
            let loaded = told
                .iter()
                .filter(|(_, entry)| entry.act == "load_release")
                .count();
            assert_eq!(published, loaded);
            if published > 0 {
                assert_eq!(view.present_records(dataset_id(1))?, RECORDS);
                let standing = bench.store.standing("test");
                let mut count = 0;
                let mut after = None;
                loop {
                    let page = view.scan(&standing, after, 500)?;
                    let Some(last) = page.last() else { break };
                    after = Some(last.id);
                    count += page.len() as u64;
                    assert!(
                        page.iter().all(|record| record.values.len() == 2),
                        "half a record"
                    );
                }
                assert_eq!(count, RECORDS, "each record once");
            }
            Ok(())
        })
        .unwrap();
}

/// The signed log holds what it held before, byte for byte, and verifies.
fn log_goes_on(bench: &Bench, before: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let folder = bench.store.log_directory();
    let reader = logbook::Reader::open(&folder).unwrap();
    let size = reader.size();
    let now: Vec<Vec<u8>> = reader
        .into_entries(0..size)
        .map(|entry| entry.unwrap().1)
        .collect();
    assert!(now.starts_with(before));
    let key = bench.store.keys().log_verifier().clone();
    let report = logbook::verify(&folder, &key, &Default::default());
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    now
}
