//! Acts and their entries: what is refused, what fails, what is shared, what cannot be recorded.

use std::sync::Barrier;

use domain::audit::EntryKind;
use domain::authority::Role;
use domain::statement::Sequence;
use store::{ActError, Acted, Event, Logged, OpenError, Opening, Options, Store, StoreError, User};

use crate::bench::{BEGINNING, Bench, dataset, user};

fn somebody(number: u8, name: &str) -> User {
    User {
        id: user(number),
        name: name.into(),
        title: name.to_uppercase(),
        roles: vec![Role::Investigator],
        disabled: false,
        created: domain::time::Moment::from_seconds(BEGINNING),
        service: false,
        unit: String::new(),
    }
}

fn names(store: &Store) -> Vec<String> {
    let users = store.read(|view| view.users()).unwrap();
    users.into_iter().map(|user| user.name).collect()
}

#[test]
fn a_refusal_rolls_its_changes_back_and_keeps_its_entry() {
    let bench = Bench::new();
    bench.done("manage_users", |tx| {
        tx.add_user(&somebody(1, "ana"), "hash")
    });
    let listener = bench.store.subscribe();
    let entry = Logged::bare(bench.entry(EntryKind::Refusal, "manage_users", None));
    let outcome = bench
        .store
        .act(|tx| {
            tx.add_user(&somebody(2, "ben"), "hash")?;
            Ok::<_, StoreError>(Acted::<(), &str>::Refused {
                refusal: "no",
                entry,
            })
        })
        .unwrap();
    assert_eq!(outcome, Err("no"));
    assert_eq!(names(&bench.store), ["ana"]);
    assert_eq!(bench.newest(), Sequence(2));
    assert!(
        listener.try_recv().is_err(),
        "nothing happened, nothing is told"
    );
    assert!(bench.store.check().unwrap().is_clean());
}

#[test]
fn an_error_leaves_neither_changes_nor_entry() {
    let bench = Bench::new();
    let outcome = bench.try_done("manage_users", |tx| {
        tx.add_user(&somebody(1, "ana"), "hash")?;
        tx.add_user(&somebody(2, "ana"), "the name is taken")
    });
    assert!(matches!(
        outcome,
        Err(ActError::Act(StoreError::Database(_)))
    ));
    assert_eq!((names(&bench.store), bench.newest()), (vec![], Sequence(0)));
    bench.done("manage_users", |tx| {
        tx.add_user(&somebody(1, "ana"), "hash")
    });
    assert_eq!(
        bench.newest(),
        Sequence(1),
        "the number is given to the next act"
    );
}

#[test]
fn an_act_that_panics_leaves_nothing_and_the_store_goes_on() {
    let bench = Bench::new();
    let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        bench.try_done("manage_users", |tx| {
            tx.add_user(&somebody(1, "ana"), "hash")?;
            if tx.sequence() == Sequence(1) {
                panic!("broken on its way");
            }
            Ok(())
        })
    }));
    assert!(broken.is_err());
    assert_eq!((names(&bench.store), bench.newest()), (vec![], Sequence(0)));
    bench.done("manage_users", |tx| {
        tx.add_user(&somebody(2, "ben"), "hash")
    });
    assert_eq!(names(&bench.store), ["ben"]);
}

#[test]
fn acts_of_many_threads_get_contiguous_numbers_and_are_there_when_answered() {
    let bench = Bench::new();
    let (threads, each) = (8u8, 25u8);
    let barrier = Barrier::new(usize::from(threads));
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (bench, barrier) = (&bench, &barrier);
            scope.spawn(move || {
                barrier.wait();
                for number in 0..each {
                    let name = format!("{thread}-{number}");
                    let mut user = somebody(0, &name);
                    user.id = domain::id::UserId::fresh(
                        domain::time::Moment::from_seconds(BEGINNING),
                        bench.randomness.as_ref(),
                    );
                    bench.done("manage_users", |tx| tx.add_user(&user, "hash"));
                    let found = bench.store.read(|view| view.user(user.id)).unwrap();
                    assert_eq!(found, Some(user), "answered, so it is there");
                }
            });
        }
    });
    let total = u64::from(threads) * u64::from(each);
    assert_eq!(bench.newest(), Sequence(total));
    assert_eq!(bench.store.sequence_now().unwrap(), Sequence(total));
    let report = bench.store.check().unwrap();
    assert!(report.is_clean(), "{:?}", report.faults);
    assert_eq!(report.sequenced, total);
}

#[test]
fn a_write_that_must_be_told_needs_an_act() {
    let bench = Bench::new();
    let quiet = bench
        .store
        .quiet(|tx| tx.add_dataset(&dataset(1, "register")));
    assert!(matches!(quiet, Err(ActError::Act(StoreError::NeedsEntry))));
    assert_eq!(bench.newest(), Sequence(0));
}

#[test]
fn listeners_hear_of_what_was_committed() {
    let bench = Bench::new();
    let listener = bench.store.subscribe();
    bench.done("manage_users", |tx| {
        tx.add_user(&somebody(1, "ana"), "hash")
    });
    bench.done("manage_users", |tx| tx.set_roles(user(1), &[Role::Auditor]));
    let heard: Vec<Event> = listener.try_iter().collect();
    assert_eq!(heard, vec![Event::UserChanged { user: user(1) }; 2]);
    let found = bench
        .store
        .read(|view| view.user_by_name("ana"))
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.0.roles, found.1.as_str()),
        (vec![Role::Auditor], "hash")
    );
}

// Requirement: AU-06 clause 2
#[test]
fn while_the_log_cannot_be_written_no_act_happens_and_none_is_without_entry() {
    let bench = Bench::new();
    bench.done("manage_users", |tx| {
        tx.add_user(&somebody(1, "ana"), "hash")
    });
    bench.store.sequence_now().unwrap();
    bench.store.set_log_fault(true);
    // The first act after the fault is committed with its entry; the sequencer then finds out.
    bench.done("manage_users", |tx| {
        tx.add_user(&somebody(2, "ben"), "hash")
    });
    assert!(bench.store.sequence_now().is_err());
    let refused = bench.try_done("manage_users", |tx| {
        tx.add_user(&somebody(3, "cleo"), "hash")
    });
    assert!(matches!(refused, Err(ActError::Refusing { .. })));
    let look_up = bench.store.log(bench.logged("search"));
    assert!(matches!(look_up, Err(ActError::Refusing { .. })));
    assert_eq!(
        (names(&bench.store), bench.newest()),
        (vec!["ana".into(), "ben".into()], Sequence(2))
    );
    assert!(bench.store.health().refusing.unwrap().contains("log"));

    bench.store.set_log_fault(false);
    while bench.store.health().refusing.is_some() {
        std::thread::yield_now();
    }
    assert_eq!(bench.store.sequence_now().unwrap(), Sequence(2));
    bench.done("manage_users", |tx| {
        tx.add_user(&somebody(3, "cleo"), "hash")
    });
    bench.store.sequence_now().unwrap();
    let report = bench.store.check().unwrap();
    assert!(report.is_clean(), "{:?}", report.faults);
    assert_eq!((report.entries, report.sequenced), (3, 3));
}

// Requirement: AU-06 clause 2
#[test]
fn a_log_folder_that_cannot_take_the_next_tile_refuses_acts_until_it_is_repaired() {
    let bench = Bench::new();
    bench.done("manage_users", |tx| {
        tx.add_user(&somebody(1, "ana"), "hash")
    });
    bench.store.sequence_now().unwrap();
    // A folder stands where the next partial bundle belongs: no privilege writes through that.
    let in_the_way = bench.store.log_directory().join("tile/entries/000.p/2");
    std::fs::create_dir_all(in_the_way.join("x")).unwrap();
    bench.done("manage_users", |tx| {
        tx.add_user(&somebody(2, "ben"), "hash")
    });
    assert!(bench.store.sequence_now().is_err());
    let refused = bench.try_done("manage_users", |tx| {
        tx.add_user(&somebody(3, "cleo"), "hash")
    });
    assert!(matches!(refused, Err(ActError::Refusing { .. })));
    std::fs::remove_dir_all(&in_the_way).unwrap();
    while bench.store.health().refusing.is_some() {
        std::thread::yield_now();
    }
    bench.done("manage_users", |tx| {
        tx.add_user(&somebody(3, "cleo"), "hash")
    });
    assert_eq!(bench.store.sequence_now().unwrap(), Sequence(3));
    assert!(bench.store.check().unwrap().is_clean());
}

#[test]
fn au_10_an_entry_too_long_for_the_log_is_refused_whole() {
    let bench = Bench::new();
    let mut entry = bench.entry(EntryKind::Alteration, "write_note", None);
    entry.objects = vec!["x".repeat(70_000)];
    let outcome = bench.store.log(Logged::bare(entry));
    assert!(matches!(
        outcome,
        Err(ActError::Store(StoreError::EntryTooLarge(_)))
    ));
    let words = "n".repeat(200_000);
    let mut entry = bench.entry(EntryKind::Alteration, "write_note", None);
    let opening = Opening::of(&words, [7; 16]);
    entry.justification = Some(opening.commitment.clone());
    let logged = Logged {
        entry,
        openings: vec![opening],
        decision: None,
    };
    let number = bench.store.log(logged.clone()).unwrap();
    bench.store.sequence_now().unwrap();
    let opened = bench
        .store
        .read(|view| view.openings(&bench.auditor(), number))
        .unwrap();
    assert_eq!(opened, logged.openings, "nothing is cut");
}

#[test]
fn au_08_a_second_store_on_the_same_folder_is_refused_and_disturbs_nothing() {
    let bench = Bench::new();
    bench.done("manage_users", |tx| {
        tx.add_user(&somebody(1, "ana"), "hash")
    });
    let second = Bench::at(&bench.folder, 2);
    match second.map(|_| ()) {
        Err(OpenError::InUse(folder)) => assert_eq!(folder, bench.folder),
        other => panic!("{other:?}"),
    }
    bench.done("manage_users", |tx| {
        tx.add_user(&somebody(2, "ben"), "hash")
    });
    bench.store.sequence_now().unwrap();
    assert!(bench.store.check().unwrap().is_clean());
}

#[test]
fn a_folder_without_data_is_made_only_when_asked() {
    let temporary = tempfile::tempdir().unwrap();
    let bench = Bench::new();
    let outcome = Store::open(Options {
        data: temporary.path().join("nothing"),
        clock: bench.clock.clone(),
        randomness: bench.randomness.clone(),
        create: false,
    });
    assert!(matches!(outcome, Err(OpenError::Nothing(_))));
    assert!(!temporary.path().join("nothing").exists());
}

#[test]
fn keys_are_made_once_and_for_their_owner_alone() {
    let bench = Bench::new();
    let before = (
        *bench.store.keys().pseudonym(),
        bench.store.keys().log_verifier().clone(),
    );
    let bench = bench.again();
    let after = (
        *bench.store.keys().pseudonym(),
        bench.store.keys().log_verifier().clone(),
    );
    assert_eq!(before, after);
    #[cfg(unix)]
    for name in ["pseudonym", "seal", "log", "receipt"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(bench.folder.join("keys").join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn while_another_program_holds_the_database_acts_are_refused_and_reads_go_on() {
    let bench = Bench::new();
    bench.done("manage_users", |tx| {
        tx.add_user(&somebody(1, "ana"), "hash")
    });
    let other = rusqlite::Connection::open(bench.folder.join("predicate.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = bench.try_done("manage_users", |tx| {
        tx.add_user(&somebody(2, "ben"), "hash")
    });
    assert!(
        matches!(refused, Err(ActError::Refusing { .. })),
        "{refused:?}"
    );
    assert_eq!(names(&bench.store), ["ana"]);
    other.execute_batch("ROLLBACK").unwrap();
    bench.done("manage_users", |tx| {
        tx.add_user(&somebody(2, "ben"), "hash")
    });
    assert_eq!(
        (names(&bench.store).len(), bench.newest()),
        (2, Sequence(2))
    );
}

#[test]
fn a_sealed_secret_opens_for_what_it_belongs_to_and_never_altered() {
    let bench = Bench::new();
    let keys = bench.store.keys();
    let mut sealed = keys.seal(b"factor 1", b"secret", &Counting(7)).unwrap();
    assert!(!sealed.windows(6).any(|part| part == b"secret"));
    assert_eq!(keys.unseal(b"factor 1", &sealed).unwrap(), b"secret");
    assert!(keys.unseal(b"factor 2", &sealed).is_err());
    assert!(keys.unseal(b"factor 1", &sealed[..20]).is_err());
    let last = sealed.len() - 1;
    sealed[last] ^= 1;
    assert!(keys.unseal(b"factor 1", &sealed).is_err());
}

/// Bytes that are all the same.
struct Counting(u8);

impl domain::id::Randomness for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}
