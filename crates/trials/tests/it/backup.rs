//! Backups: taken while everybody writes, restored and served; damaged, and refused.

use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use desk::Desk;
use desk::follow::{Delivery, follow_release};
use desk::note::NewNote;
use domain::authority::{Actor, Origin};
use domain::case::NoteKind;
use domain::id::{CaseId, Randomness};
use domain::source::Extent;
use domain::time::{Clock, Moment};
use serde_json::Value;

use crate::house::{Case, House, asking, company};
use crate::program::{PASSWORD, Program, rest, within};

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Moment::from_micros(i64::try_from(since.as_micros()).unwrap())
    }
}

struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        let mut source = std::fs::File::open("/dev/urandom").unwrap();
        source.read_exact(bytes).unwrap();
    }
}

fn opened(data: &Path) -> Desk {
    Desk::open(desk::Options {
        data: data.to_owned(),
        clock: Arc::new(SystemClock),
        randomness: Arc::new(SystemRandomness),
        create: false,
        test_profile: false,
    })
    .unwrap()
}

fn entered(desk: &Desk, name: &str) -> Actor {
    let token = desk.sign_in(name, PASSWORD, Origin::Service).unwrap().token;
    desk.visitor(&token, Origin::Service).unwrap().actor
}

/// Questions about what was there before the load began, and their answers.
fn answers(serving: &crate::program::Serving, case: &Case) -> Vec<Value> {
    let mut all = Vec::new();
    for text in ["Start Works 7", "Works 42", "Start"] {
        let found = serving
            .post(&case.path("search"), &case.ines, asking(text))
            .expect(200);
        let mut ids = crate::house::hits(&found);
        let first = ids.first().cloned();
        ids.sort();
        all.push(ids.into());
        if let Some(record) = first {
            all.push(
                serving
                    .get(&case.path(&format!("records/{record}")), &case.ines)
                    .expect(200),
            );
        }
    }
    let evidence = serving.get(&case.path("evidence"), &case.ines).expect(200);
    all.push(evidence);
    all
}

/// Writes notes one after the other; counts those acknowledged.
fn write(desk: &Desk, case: CaseId, count: &AtomicU64, stop: &AtomicBool) {
    let ines = entered(desk, "ines");
    while !stop.load(Ordering::SeqCst) {
        let new = NewNote {
            passages: Vec::new(),
            kind: NoteKind::Note,
            title: "under load".into(),
            text: "Written while the backup was taken.".into(),
            cites: vec![],
            as_one: vec![],
        };
        desk.write_note(&ines, case, &new).unwrap();
        count.fetch_add(1, Ordering::SeqCst);
    }
}

/// Loads one small delivery after the other; counts those acknowledged.
fn load(desk: &Desk, folder: &Path, count: &AtomicU64, stop: &AtomicBool) {
    let dara = entered(desk, "dara");
    let mapping = desk::Mapping::ftm();
    for turn in 0.. {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let path = folder.join(format!("turn-{turn}.jsonl"));
        let text: String = (0..50)
            .map(|number| {
                format!(
                    "{}\n",
                    company(
                        &format!("t{turn}-{number}"),
                        &format!("Turned {turn} {number}"),
                        "active"
                    )
                )
            })
            .collect();
        std::fs::write(&path, text).unwrap();
        let delivery = Delivery {
            dataset: "gazette",
            label: format!("turn {turn}"),
            files: vec![desk::Input {
                name: "turn.jsonl".into(),
                path,
            }],
            mapping: &mapping,
            extent: Extent::Delta,
        };
        follow_release(desk, &dara, &delivery, &mut |_| ControlFlow::Continue(())).unwrap();
        count.fetch_add(1, Ordering::SeqCst);
    }
}

/// What a backup under load has to lie between.
struct Taken {
    notes: (u64, u64),
    releases: (u64, u64),
    /// The head of the living log before the backup was begun.
    saved: PathBuf,
}

/// Takes the backup through the desk, as the command does, while two write notes and one loads deliveries.
fn under_load(house: &House, case: &Case, to: &Path) -> Taken {
    let desk = opened(&house.data);
    let ada = entered(&desk, "ada");
    let id: CaseId = case.id.parse().unwrap();
    let (notes, releases, stop) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let saved = house.folder.path().join("saved-head");
    std::thread::scope(|scope| {
        scope.spawn(|| write(&desk, id, &notes, &stop));
        scope.spawn(|| write(&desk, id, &notes, &stop));
        scope.spawn(|| load(&desk, house.folder.path(), &releases, &stop));
        assert!(within(Duration::from_secs(60), || releases
            .load(Ordering::SeqCst)
            >= 3));
        std::fs::copy(house.data.join("log/checkpoint"), &saved).unwrap();
        let before = (
            notes.load(Ordering::SeqCst),
            releases.load(Ordering::SeqCst),
        );
        desk.backup(&ada, to).unwrap();
        let meanwhile = (
            notes.load(Ordering::SeqCst),
            releases.load(Ordering::SeqCst),
        );
        rest(Duration::from_millis(200));
        stop.store(true, Ordering::SeqCst);
        assert!(
            meanwhile.0 > before.0,
            "nobody wrote while the backup was taken"
        );
        // What was acknowledged while the counters were read may have been committed a moment earlier.
        Taken {
            notes: (before.0, meanwhile.0 + 2),
            releases: (before.1, meanwhile.1 + 1),
            saved,
        }
    })
}

#[test]
fn bk_01_a_backup_under_write_load_restores_and_answers_alike_c1_c2() {
    let Some(house) = House::new("bk_01") else {
        return;
    };
    let start: Vec<Value> = (0..300)
        .map(|number| {
            company(
                &format!("s-{number}"),
                &format!("Start Works {number}"),
                "active",
            )
        })
        .collect();
    house.load(&house.delivery("start", &start), true).unwrap();
    let serving = house.serve();
    let case = Case::open(&serving);
    let key = House::key(&serving);
    let expected = answers(&serving, &case);
    serving.kill();
    // The load goes into a dataset of its own, so that the answers about the first stay what they are.
    house.bring("gazette");

    let to = house.folder.path().join("backup");
    let taken = under_load(&house, &case, &to);
    let restored = house.folder.path().join("restored");
    let words = ["restore", to.to_str().unwrap(), restored.to_str().unwrap()];
    house.program.run(&words).good();

    let log = restored.join("log");
    let head = |log: &Path, saved: &Path| {
        let (log, saved) = (log.to_str().unwrap(), saved.to_str().unwrap());
        house
            .program
            .run(&["verify", log, "--key", &key, "--saved", saved])
            .good();
    };
    head(&log, &taken.saved);
    head(&house.data.join("log"), &to.join("log/checkpoint"));

    let serving = house.program.serve(&restored);
    let case = case.again(&serving);
    let found = || answers(&serving, &case) == expected;
    assert!(
        within(Duration::from_secs(60), found),
        "{:#?}\n{expected:#?}",
        answers(&serving, &case)
    );
    let notes = case.notes(&serving).len() as u64;
    assert!(
        (taken.notes.0..=taken.notes.1).contains(&notes),
        "{notes} notes, {:?}",
        taken.notes
    );
    let database = rusqlite::Connection::open(restored.join("predicate.sqlite")).unwrap();
    let releases = u64::try_from(House::published(&database)).unwrap() - 1;
    assert!(
        (taken.releases.0..=taken.releases.1).contains(&releases),
        "{releases}, {:?}",
        taken.releases
    );
    let records: i64 = database
        .query_row("SELECT count(*) FROM record", [], |row| row.get(0))
        .unwrap();
    assert!(
        records.unsigned_abs() >= 300 + 50 * releases,
        "{records} records of {releases} releases"
    );
    drop(database);
    serving.kill();
    // Every blob against its hash, every entry against its tile, every row against the others.
    let house = House {
        data: restored,
        ..house
    };
    house.check();
    house.verify(&key).good();
}

/// The parts of a backup that are damaged here: of each sort the first, and both files that list the others.
fn parts(backup: &Path) -> Vec<String> {
    let text = std::fs::read(backup.join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&text).unwrap();
    let all = manifest["parts"].as_array().unwrap().iter();
    let all: Vec<&str> = all.map(|part| part["path"].as_str().unwrap()).collect();
    let mut chosen: Vec<String> = [
        "predicate.sqlite",
        "log/checkpoint",
        "log/tile/entries/",
        "log/tile/0/",
        "blobs/",
        "keys/",
    ]
    .iter()
    .map(|start| {
        let part = all.iter().find(|part| part.starts_with(start));
        part.unwrap_or_else(|| panic!("no `{start}` in {all:?}"))
            .to_string()
    })
    .collect();
    chosen.extend(["manifest.json".into(), "manifest.sha256".into()]);
    chosen
}

#[test]
fn bk_03_a_damaged_backup_is_refused_by_the_name_of_its_part_c1() {
    let Some(house) = House::new("bk_03") else {
        return;
    };
    house.load(
        &house.delivery("start", &[company("k1", "Harbour Shipping", "active")]),
        false,
    );
    let backup = house.folder.path().join("backup");
    house
        .act("ada", &["backup", backup.to_str().unwrap()])
        .good();
    let target = house.folder.path().join("restored");
    for part in parts(&backup) {
        let path = backup.join(&part);
        let whole = std::fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        for damaged in [Some(flipped), Some(whole[..whole.len() - 1].to_vec()), None] {
            match &damaged {
                Some(bytes) => std::fs::write(&path, bytes).unwrap(),
                None => std::fs::remove_file(&path).unwrap(),
            }
            refused(&house.program, &backup, &target, &part);
        }
        std::fs::write(&path, whole).unwrap();
    }
    // Whole again it restores, so nothing else was in the way.
    let words = [
        "restore",
        backup.to_str().unwrap(),
        target.to_str().unwrap(),
    ];
    house.program.run(&words).good();
}

/// Restoring is refused with the part's name; neither an absent nor an empty target is touched.
fn refused(program: &Program, backup: &Path, target: &Path, part: &str) {
    let words = [
        "restore",
        backup.to_str().unwrap(),
        target.to_str().unwrap(),
    ];
    // The list's own digest speaks for the list.
    let named = part.replace("manifest.sha256", "manifest.");
    let said = program.run(&words).bad();
    assert!(said.contains(&named), "{part}: {said}");
    assert!(!target.exists(), "{part}: the target was made");
    let beside: Vec<_> = std::fs::read_dir(target.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name.to_string_lossy().starts_with("restored"))
        .collect();
    assert!(beside.is_empty(), "{part}: left behind {beside:?}");
    std::fs::create_dir(target).unwrap();
    program.run(&words).bad();
    assert_eq!(
        std::fs::read_dir(target).unwrap().count(),
        0,
        "{part}: the target was touched"
    );
    std::fs::remove_dir(target).unwrap();
}
