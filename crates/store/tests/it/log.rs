//! The log against its rows, blobs against theirs: what tampering and loss look like.

use domain::audit::EntryKind;
use domain::policy::Act;
use domain::statement::Sequence;
use domain::time::Moment;
use rusqlite::Connection;
use store::{ActError, EntryFilter, Logged, StoreError};

use crate::bench::{BEGINNING, Bench, evidence, user};

fn tampered(bench: &Bench, sql: &str) {
    let connection = Connection::open(bench.folder.join("predicate.sqlite")).unwrap();
    assert!(connection.execute(sql, []).unwrap() > 0);
}

fn with_entries(count: u64) -> Bench {
    let bench = Bench::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..count / 4 {
                    bench.store.log(bench.logged("search")).unwrap();
                }
            });
        }
    });
    assert_eq!(bench.store.sequence_now().unwrap(), Sequence(count));
    bench
}

#[test]
fn au_01_a_changed_field_of_a_stored_entry_is_found_and_named_c1() {
    for change in [
        "UPDATE log_entry SET body = CAST(replace(CAST(body AS TEXT), '\"search\"', '\"export\"') AS BLOB)
         WHERE number = 400",
        "UPDATE log_entry SET kind = 'disclosure' WHERE number = 400",
        "UPDATE log_entry SET at = at + 1 WHERE number = 400",
    ] {
        let bench = with_entries(1_000);
        assert!(bench.store.check().unwrap().is_clean());
        tampered(&bench, change);
        let report = bench.store.check().unwrap();
        let told: Vec<&str> = report.faults.iter().map(|fault| fault.what.as_str()).collect();
        assert!(told.iter().any(|what| what.contains("entry 400")), "{change}: {told:?}");
    }
}

#[test]
fn an_entry_changed_or_lost_while_the_program_was_off_leaves_the_store_for_reading_only() {
    for (change, named) in [
        (
            "UPDATE log_entry SET body = CAST(replace(CAST(body AS TEXT), '\"search\"', '\"export\"') AS BLOB)
             WHERE number = 3",
            "entry 3",
        ),
        ("DELETE FROM log_entry WHERE number = 5", "entry 5"),
    ] {
        let bench = with_entries(8);
        tampered(&bench, change);
        let bench = bench.again();
        let reason = bench.store.health().refusing.unwrap();
        assert!(reason.contains(named), "{reason}");
        let refused = bench.store.log(bench.logged("search"));
        assert!(matches!(refused, Err(ActError::Refusing { .. })));
        bench.store.read(|view| view.users()).unwrap();
    }
}

// Requirement: BK-02 clause 1 and BK-02 clause 2
#[test]
fn bk_02_a_database_older_than_its_log_is_for_reading_only_until_a_named_act_goes_on() {
    let bench = with_entries(8);
    tampered(&bench, "DELETE FROM log_entry WHERE number > 6");
    let bench = bench.again();
    let reason = bench.store.health().refusing.unwrap();
    assert!(reason.contains("2 entries after 6"), "{reason}");
    let refused = bench.store.log(bench.logged("search"));
    assert!(matches!(refused, Err(ActError::Refusing { .. })));
    let lost = bench.store.lost_entries().unwrap();
    let numbers: Vec<u64> = lost.iter().map(|(number, _)| number.0).collect();
    assert_eq!(numbers, [7, 8]);
    assert!(lost.iter().all(|(_, entry)| entry.act == "search"));

    let entry = bench.entry(EntryKind::Service, "go_on_after_loss", None);
    let number = bench.store.go_on_after_loss(Logged::bare(entry)).unwrap();
    assert_eq!(number, Sequence(9), "lost numbers are not given again");
    assert_eq!(
        bench.store.log(bench.logged("search")).unwrap(),
        Sequence(10)
    );
    bench.store.sequence_now().unwrap();
    let report = bench.store.check().unwrap();
    assert!(report.is_clean(), "{:?}", report.faults);
    assert!(bench.store.lost_entries().unwrap().is_empty());
}

#[test]
fn the_folder_is_verified_by_other_code_against_the_key_alone() {
    let bench = with_entries(300);
    let key = bench.store.keys().log_verifier().clone();
    let report = logbook::verify(&bench.store.log_directory(), &key, &Default::default());
    assert!(report.faults.is_empty(), "{:?}", report.faults);
}

#[test]
fn entries_are_listed_as_far_as_the_permit_goes() {
    let bench = Bench::new();
    let (one, two) = (bench.add_case(1, &[]), bench.add_case(2, &[]));
    for (kind, case) in [
        (EntryKind::Consultation, Some(one.id)),
        (EntryKind::Consultation, Some(two.id)),
        (EntryKind::Disclosure, Some(one.id)),
    ] {
        bench
            .store
            .log(Logged::bare(bench.entry(kind, "act", case)))
            .unwrap();
    }
    let auditor = bench.auditor();
    let own = bench.permit(Act::ReadCaseLog, &one);
    let numbers = |permit, filter: EntryFilter, before| -> Vec<u64> {
        let found = bench
            .store
            .read(|view| view.entries(permit, &filter, before, 10))
            .unwrap();
        found.into_iter().map(|(number, _)| number.0).collect()
    };
    let all = EntryFilter::default();
    let of_case = |case| EntryFilter {
        case: Some(case),
        ..all
    };
    let of_kind = |kind| EntryFilter {
        kind: Some(kind),
        ..all
    };
    let of_user = |number| EntryFilter {
        user: Some(user(number)),
        ..all
    };
    assert_eq!(numbers(&auditor, all, None), [5, 4, 3, 2, 1]);
    assert_eq!(numbers(&auditor, all, Some(Sequence(3))), [2, 1]);
    assert_eq!(numbers(&auditor, of_case(one.id), None), [5, 3]);
    assert_eq!(numbers(&auditor, of_kind(EntryKind::Disclosure), None), [5]);
    assert_eq!(numbers(&auditor, of_user(1), None), [5, 4, 3, 2, 1]);
    assert!(numbers(&auditor, of_user(8), None).is_empty());
    assert_eq!(numbers(&own, all, None), [5, 3]);
    assert_eq!(numbers(&own, of_case(two.id), None), [] as [u64; 0]);
    assert_eq!(numbers(&own, of_kind(EntryKind::Disclosure), None), [5]);
    let reading = bench.permit(Act::ReadCase, &one);
    let refused = bench
        .store
        .read(|view| view.entries(&reading, &all, None, 10));
    assert!(matches!(refused, Err(StoreError::WrongPermit { .. })));
    let single = bench
        .store
        .read(|view| view.entry(&own, Sequence(4)))
        .unwrap();
    assert!(single.is_none(), "of another case");
}

#[test]
fn known_on_means_the_newest_entry_of_that_moment() {
    let bench = Bench::new();
    assert_eq!(bench.newest(), Sequence(0));
    let mut moments = Vec::new();
    for _ in 0..3 {
        let entry = bench.entry(EntryKind::Service, "start", None);
        moments.push(entry.moment().unwrap());
        bench.store.log(Logged::bare(entry)).unwrap();
        bench.clock.forward(60);
    }
    for (at, number) in [
        (Moment::from_seconds(0), 0),
        (moments[0], 1),
        (moments[1].plus_seconds(-1), 1),
        (moments[1], 2),
        (Moment::from_seconds(BEGINNING).plus_days(9), 3),
    ] {
        let found = bench.store.read(|view| view.sequence_at(at)).unwrap();
        assert_eq!(found, Sequence(number), "{at}");
    }
}

#[test]
fn a_flipped_bit_in_kept_bytes_is_an_error_that_names_them() {
    let bench = Bench::new();
    bench.add_case(1, &[]);
    let bytes: Vec<u8> = (0..200_000u32).map(|number| (number % 251) as u8).collect();
    let blob = bench.store.put_blob(bytes.as_slice()).unwrap();
    assert_eq!(
        bench.store.put_blob(bytes.as_slice()).unwrap(),
        blob,
        "kept once"
    );
    assert_eq!(bench.store.blob(&blob.sha256).unwrap(), bytes);
    let item = evidence(&bench, &blob);
    bench.done("add_evidence", |tx| tx.add_evidence(&item));
    assert!(bench.store.check().unwrap().is_clean());
    let (first, rest) = blob.sha256.split_at(2);
    let path = bench.folder.join("blobs").join(first).join(rest);
    let mut damaged = bytes.clone();
    damaged[100_000] ^= 4;
    std::fs::write(&path, &damaged).unwrap();
    for error in [
        bench.store.blob(&blob.sha256).unwrap_err(),
        bench.store.blob_file(&blob.sha256).map(|_| ()).unwrap_err(),
    ] {
        assert!(matches!(&error, StoreError::Integrity { digest, .. } if *digest == blob.sha256));
    }
    let faults = bench.store.check().unwrap().faults;
    assert!(
        faults.iter().any(|fault| fault.what.contains(&blob.sha256)),
        "{faults:?}"
    );
    assert_eq!(
        bench.store.put_blob(bytes.as_slice()).unwrap(),
        blob,
        "put right by the same bytes"
    );
    assert!(bench.store.check().unwrap().is_clean());
    std::fs::remove_file(&path).unwrap();
    assert!(!bench.store.check().unwrap().is_clean());
}

#[test]
fn cr_03_blobs_without_a_row_are_swept_after_an_hour_and_not_before() {
    let bench = Bench::new();
    let (old, young) = (
        bench.store.put_blob(b"old".as_slice()).unwrap(),
        bench.store.put_blob(b"young".as_slice()).unwrap(),
    );
    let half = bench.folder.join("blobs/incoming/0123");
    std::fs::write(&half, b"cut of").unwrap();
    let (first, rest) = old.sha256.split_at(2);
    let age = |path: &std::path::Path, seconds: u64| {
        let then = std::time::SystemTime::now() - std::time::Duration::from_secs(seconds);
        let file = std::fs::File::options().append(true).open(path).unwrap();
        file.set_modified(then).unwrap();
    };
    age(&bench.folder.join("blobs").join(first).join(rest), 3_700);
    age(&half, 3_700);
    let (first, rest) = young.sha256.split_at(2);
    age(&bench.folder.join("blobs").join(first).join(rest), 3_000);
    assert_eq!(bench.store.check().unwrap().orphan_blobs.len(), 2);
    let bench = bench.again();
    bench.store.sweep().unwrap();
    assert!(bench.store.blob(&old.sha256).is_err());
    assert!(!half.exists());
    assert_eq!(bench.store.blob(&young.sha256).unwrap(), b"young");
}
