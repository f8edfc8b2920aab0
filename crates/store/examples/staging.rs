//! Measures staging: `cargo run --release -p store --example staging -- FOLDER [RECORDS]`.
//!
//! Three full releases of one dataset: all new, all the same, one in a hundred altered; then acts of four threads, and
//! the reopening of what came of it. Times are wall-clock; the processor's own are told by the shell's `time`.
#![expect(clippy::print_stdout, reason = "a program that prints figures")]

use std::error::Error;
use std::io::Read as _;
use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use domain::audit::{Entry, EntryKind};
use domain::id::{DatasetId, EntryId, Randomness, ReleaseId, UserId};
use domain::source::{Agreement, Cause, Dataset, Extent, Place, Receipt, Record, Value};
use domain::time::{Clock, Moment};
use store::{Acted, Logged, NewRelease, Options, Staging, Store, StoreError};

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Moment::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

struct SystemRandomness(Mutex<std::fs::File>);

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        if let Ok(mut file) = self.0.lock() {
            let _ = file.read_exact(bytes);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().ok_or("which folder?")?;
    let count: u64 = words.next().map_or(Ok(200_000), |word| word.parse())?;
    let open = || -> Result<Store, Box<dyn Error>> {
        Ok(Store::open(Options {
            data: folder.clone().into(),
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness(Mutex::new(std::fs::File::open(
                "/dev/urandom",
            )?))),
            create: true,
        })?)
    };
    let store = open()?;
    let dataset = dataset();
    act(&store, |tx| tx.add_dataset(&dataset))?;
    for (label, altered) in [("new", 0), ("same", 0), ("altered", 100)] {
        let began = Instant::now();
        let staging = stage(&store, dataset.id, label, count, altered)?;
        let staged = began.elapsed().as_secs_f64();
        let published = Instant::now();
        let changes = act(&store, |tx| tx.publish(&staging, &receipt(&staging), ""))?;
        println!(
            "{label}: {:.0} records/s, {changes} changes, published in {:.1} ms",
            count as f64 / staged,
            published.elapsed().as_secs_f64() * 1e3
        );
    }
    acts(&store)?;
    drop(store);
    let began = Instant::now();
    let store = open()?;
    println!("reopened in {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
    let began = Instant::now();
    let standing = store.standing("example");
    let (mut after, mut scanned) = (None, 0);
    loop {
        let page = store.read(|view| view.scan(&standing, after, 10_000))?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        scanned += page.len();
    }
    println!(
        "scanned {scanned}: {:.0} records/s",
        scanned as f64 / began.elapsed().as_secs_f64()
    );
    Ok(())
}

fn stage(
    store: &Store,
    dataset: DatasetId,
    label: &str,
    count: u64,
    altered: u64,
) -> Result<Staging, Box<dyn Error>> {
    let at = SystemClock.now();
    let mut salt = [0u8; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut salt)?;
    let new = NewRelease {
        id: ReleaseId::from_bytes(salt),
        dataset,
        label: label.into(),
        extent: Extent::Full,
        received: at,
        cause: Cause::Source,
        input_sha256: String::new(),
        mapping_sha256: String::new(),
        ordinal: None,
    };
    let mut staging = store.quiet::<_, StoreError>(|tx| tx.begin_release(&new))?;
    let mut longest = 0.0f64;
    let mut writing = 0.0f64;
    for first in (0..count).step_by(1_000) {
        let records: Vec<Record> = (first..count.min(first + 1_000))
            .map(|number| record(number, altered))
            .collect();
        let began = Instant::now();
        store.quiet::<_, StoreError>(|tx| tx.stage(&mut staging, &records))?;
        longest = longest.max(began.elapsed().as_secs_f64());
        writing += began.elapsed().as_secs_f64();
    }
    let began = Instant::now();
    store.stage_missing(&mut staging)?;
    println!(
        "  {:.0} records/s inside stage, longest write {:.0} ms, looking for what is missing {:.0} ms",
        count as f64 / writing,
        longest * 1e3,
        began.elapsed().as_secs_f64() * 1e3
    );
    Ok(staging)
}

fn record(number: u64, altered: u64) -> Record {
    let value = |property: &str, value: String| Value {
        property: property.into(),
        value,
        original: None,
        language: None,
    };
    let status = if altered > 0 && number.is_multiple_of(altered) {
        "struck off"
    } else {
        "active"
    };
    Record {
        key: format!("reg-{number:09}"),
        schema: "Company".into(),
        values: vec![
            value("address", format!("{} Quay Street, Aldhaven", number % 900)),
            value("incorporationDate", format!("19{:02}-04-02", number % 90)),
            value("jurisdiction", "gb".into()),
            value("name", format!("Harbour Holding {number} Limited")),
            value("parent", format!("reg-{:09}", number / 7)),
            value(
                "registrationNumber",
                format!("{:08}", number * 7919 % 99_999_989),
            ),
            value("status", status.into()),
        ],
        place: Place {
            file: 0,
            row: number + 1,
        },
    }
}

fn acts(store: &Store) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..250 {
                    if let Err(error) = store.log(Logged::bare(entry())) {
                        println!("{error}");
                    }
                }
            });
        }
    });
    let durable = began.elapsed().as_secs_f64();
    store.sequence_now()?;
    println!(
        "16 threads, 4,000 entries: {:.0}/s durable, {:.0}/s under a signed head",
        4_000.0 / durable,
        4_000.0 / began.elapsed().as_secs_f64()
    );
    Ok(())
}

fn act<T>(
    store: &Store,
    work: impl FnOnce(&mut store::Tx<'_>) -> Result<T, StoreError>,
) -> Result<T, Box<dyn Error>> {
    let outcome = store.act(|tx| {
        let value = work(tx)?;
        Ok::<_, StoreError>(Acted::<T, ()>::Done {
            value,
            entry: Logged::bare(entry()),
        })
    })?;
    outcome.map_err(|()| "refused".into())
}

fn entry() -> Entry {
    let mut id = [0u8; 16];
    if let Ok(mut file) = std::fs::File::open("/dev/urandom") {
        let _ = file.read_exact(&mut id);
    }
    Entry {
        id: EntryId::from_bytes(id),
        at: SystemClock.now().to_rfc3339(),
        kind: EntryKind::Consultation,
        act: "search".into(),
        actor: UserId::from_bytes([1; 16]),
        roles: vec!["investigator".into()],
        origin: "api".into(),
        session: None,
        case: None,
        purpose: Some("procurement".into()),
        basis: Some("statutory_inquiry".into()),
        justification: None,
        asked: None,
        outcome: "done".into(),
        policy: "base@0123456789abcdef".into(),
        rules: vec!["look-up.member".into()],
        decided_on: None,
        objects: vec!["p:0123456789abcdef0123456789abcdef".into(); 10],
        more_objects: 0,
        recipient: None,
    }
}

fn dataset() -> Dataset {
    Dataset {
        id: DatasetId::from_bytes([1; 16]),
        name: "register".into(),
        title: "Register".into(),
        publisher: "Port authority".into(),
        agreement: Agreement {
            purposes: vec!["procurement".into()],
            authority: "open".into(),
            matching: true,
            standing_rules: true,
            from: Moment::from_seconds(0),
            until: Moment::from_seconds(4_000_000_000),
            terms: String::new(),
            special: String::new(),
        },
        created: SystemClock.now(),
        unlawful: false,
    }
}

fn receipt(staging: &Staging) -> Receipt {
    Receipt {
        release: staging.release(),
        dataset: "register".into(),
        label: String::new(),
        received: SystemClock.now(),
        files: vec![],
        mapping_sha256: String::new(),
        read: 0,
        taken: 0,
        refused: 0,
        dropped: 0,
        added: 0,
        altered: 0,
        withdrawn: 0,
        unchanged: 0,
        blanked: vec![],
    }
}
