//! A disk that is full: a small file system of its own, where the machine allows mounting one.

use std::path::Path;
use std::process::Command;

use domain::source::Extent;
use domain::statement::Sequence;
use store::ActError;

use crate::bench::{Bench, company, evidence};

/// A mounted file system in memory; unmounted when dropped.
struct Small<'a>(&'a Path);

impl<'a> Small<'a> {
    fn mount(at: &'a Path, size: &str) -> Option<Self> {
        run(
            "mount",
            &["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"],
            at,
        )
        .then_some(Self(at))
    }
    fn resize(&self, size: &str) {
        assert!(run(
            "mount",
            &["-o", &format!("remount,size={size}")],
            self.0
        ));
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        run("umount", &[], self.0);
    }
}

fn run(command: &str, options: &[&str], at: &Path) -> bool {
    Command::new(command)
        .args(options)
        .arg(at)
        .output()
        .is_ok_and(|output| output.status.success())
}

#[test]
fn cr_04_a_full_disk_loses_nothing_acknowledged_and_work_resumes_c2() {
    let temporary = tempfile::tempdir().unwrap();
    let Some(disk) = Small::mount(temporary.path(), "8m") else {
        println!(
            "SKIPPED cr_04_a_full_disk_loses_nothing_acknowledged_and_work_resumes_c2 \
             a file system in memory cannot be mounted here"
        );
        return;
    };
    let folder = temporary.path().join("data");
    let bench = Bench::at(&folder, 5).unwrap();
    let dataset = bench.add_dataset(1, "harbour_register");
    bench.add_case(1, &[dataset]);
    bench.deliver(
        dataset,
        "1",
        Extent::Full,
        &[company("a", "Aldgrund", "active")],
    );

    // Acts until the disk is full, whoever fills it first: rows, the log's tiles, or kept bytes.
    let (mut kept, mut refused) = (Vec::new(), 0);
    let mut last = bench.newest();
    while refused < 20 {
        let bytes: Vec<u8> = (0..40_000).map(|_| bench.randomness.next() as u8).collect();
        let Ok(blob) = bench.store.put_blob(bytes.as_slice()) else {
            refused += 1;
            continue;
        };
        let item = evidence(&bench, &blob);
        match bench.try_done("add_evidence", |tx| {
            tx.add_evidence(&item)?;
            Ok(tx.sequence())
        }) {
            Ok(number) => {
                assert_eq!(number, Sequence(last.0 + 1));
                last = number;
                kept.push(blob);
            }
            Err(ActError::Refusing { .. }) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    // A little room again, for four at once to use up.
    disk.resize("10m");
    while bench.store.health().refusing.is_some() {
        std::thread::yield_now();
    }
    // Four at once share their commits: what fails, fails for all of a commit, and nobody else.
    let long = "x".repeat(60_000);
    let numbers: Vec<u64> = std::thread::scope(|scope| {
        let filling = || {
            let mut numbers = Vec::new();
            loop {
                let mut entry = bench.logged("search");
                entry.entry.objects = vec![long.clone()];
                match bench.store.log(entry) {
                    Ok(number) => numbers.push(number.0),
                    Err(ActError::Refusing { reason }) => {
                        assert!(!reason.is_empty());
                        return numbers;
                    }
                    Err(other) => panic!("{other}"),
                }
            }
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(filling)).collect();
        let all = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap());
        all.collect()
    });
    let acknowledged = last.0 + numbers.len() as u64;
    last = Sequence(numbers.into_iter().max().unwrap_or(last.0));
    assert_eq!(last.0, acknowledged, "numbers without gaps or doubles");
    let present = bench
        .store
        .read(|view| view.present_records(dataset))
        .unwrap();
    assert_eq!((present, bench.newest()), (1, last), "reads go on");

    disk.resize("64m");
    while bench.store.health().refusing.is_some() {
        std::thread::yield_now();
    }
    bench.store.log(bench.logged("search")).unwrap();
    bench.store.sequence_now().unwrap();
    for blob in &kept {
        assert_eq!(
            bench.store.blob(&blob.sha256).unwrap().len() as u64,
            blob.size
        );
    }
    assert_eq!(bench.newest(), Sequence(last.0 + 1));
    let report = bench.store.check().unwrap();
    assert!(report.is_clean(), "{:?}", report.faults);
    let key = bench.store.keys().log_verifier().clone();
    let verified = logbook::verify(&bench.store.log_directory(), &key, &Default::default());
    assert!(verified.faults.is_empty(), "{:?}", verified.faults);
    drop(bench);
}
