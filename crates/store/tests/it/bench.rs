//! What the tests stand on: a store in a temporary folder, a clock moved by hand, seeded chance, a small cast.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use domain::audit::{Entry, EntryKind};
use domain::authority::{Actor, LegalBasis, Origin, Purpose, Reason, Role};
use domain::case::{CaseFile, Evidence, Membership, Note, NoteKind, Scope, Stage, SubjectKind};
use domain::id::{
    CaseId, DatasetId, EntryId, EvidenceId, NoteId, Randomness, ReleaseId, RelianceId, UserId,
};
use domain::policy::{Act, DatasetFacts, Facts, Permit, Request, Rulebook};
use domain::source::{Agreement, Cause, Dataset, Extent, Place, Receipt, Record, Value};
use domain::statement::{Sequence, Statement};
use domain::time::{Clock, Moment};
use domain::watch::Reliance;
use store::{Acted, Logged, NewRelease, Options, Staging, Store, StoreError, Tx};
use tempfile::TempDir;

/// A clock that moves one millisecond with each look, and further by hand.
pub struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Moment {
        Moment::from_micros(self.0.fetch_add(1_000, Ordering::SeqCst))
    }
}

impl HandClock {
    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

/// SplitMix64 from a seed.
pub struct Seeded(Mutex<u64>);

impl Seeded {
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
    pub fn next(&self) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Randomness for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let random = self.next().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }
}

pub struct Bench {
    pub store: Store,
    pub clock: Arc<HandClock>,
    pub randomness: Arc<Seeded>,
    pub folder: PathBuf,
    _temporary: Option<TempDir>,
}

pub const BEGINNING: i64 = 1_767_000_000;

pub fn user(number: u8) -> UserId {
    UserId::from_bytes([number; 16])
}
pub fn dataset_id(number: u8) -> DatasetId {
    DatasetId::from_bytes([number; 16])
}
pub fn case_id(number: u8) -> CaseId {
    CaseId::from_bytes([number; 16])
}

impl Bench {
    pub fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("data");
        let mut bench = Self::at(&folder, 1).unwrap();
        bench._temporary = Some(temporary);
        bench
    }

    /// Opens a store in a folder that the caller keeps.
    pub fn at(folder: &Path, seed: u64) -> Result<Self, store::OpenError> {
        let clock = Arc::new(HandClock(AtomicI64::new(BEGINNING * 1_000_000)));
        let randomness = Arc::new(Seeded::new(seed));
        let store = Store::open(Options {
            data: folder.to_owned(),
            clock: Arc::<HandClock>::clone(&clock),
            randomness: Arc::<Seeded>::clone(&randomness),
            create: true,
        })?;
        Ok(Self {
            store,
            clock,
            randomness,
            folder: folder.to_owned(),
            _temporary: None,
        })
    }

    /// Closes the store and opens the same folder again.
    pub fn again(self) -> Self {
        static SEED: AtomicU64 = AtomicU64::new(1_000);
        let Self {
            store,
            folder,
            _temporary,
            ..
        } = self;
        drop(store);
        let mut bench = Self::at(&folder, SEED.fetch_add(1, Ordering::SeqCst)).unwrap();
        bench._temporary = _temporary;
        bench
    }

    pub fn entry(&self, kind: EntryKind, act: &str, case: Option<CaseId>) -> Entry {
        let at = self.clock.now();
        Entry {
            id: EntryId::fresh(at, self.randomness.as_ref()),
            at: at.to_rfc3339(),
            kind,
            act: act.into(),
            actor: user(1),
            roles: vec!["investigator".into()],
            origin: "api".into(),
            session: None,
            case,
            purpose: None,
            basis: None,
            justification: None,
            asked: None,
            outcome: "done".into(),
            policy: "base@test".into(),
            rules: vec![],
            decided_on: None,
            objects: vec![],
            more_objects: 0,
            recipient: None,
        }
    }

    pub fn logged(&self, act: &str) -> Logged {
        Logged::bare(self.entry(EntryKind::Alteration, act, None))
    }

    /// Runs a write as an act that is done.
    pub fn done<T>(&self, act: &str, work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
        self.try_done(act, work).unwrap()
    }

    pub fn try_done<T>(
        &self,
        act: &str,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, store::ActError<StoreError>> {
        let entry = self.logged(act);
        let outcome = self.store.act(|tx| {
            let value = work(tx)?;
            Ok::<_, StoreError>(Acted::<T, ()>::Done { value, entry })
        })?;
        Ok(outcome.unwrap())
    }

    pub fn newest(&self) -> Sequence {
        self.store.read(|view| view.newest()).unwrap()
    }

    /// Brings in dataset `number` for procurement.
    pub fn add_dataset(&self, number: u8, name: &str) -> DatasetId {
        let dataset = dataset(number, name);
        self.done("bring_dataset", |tx| tx.add_dataset(&dataset));
        dataset.id
    }

    /// Writes down and opens a case over some datasets, led by user 1.
    pub fn add_case(&self, number: u8, datasets: &[DatasetId]) -> CaseFile {
        let label = self
            .store
            .read(|view| view.next_case_number("2026-"))
            .unwrap();
        let case = case(number, &label, datasets);
        self.done("open_case", |tx| tx.add_case(&case));
        case
    }

    /// A permit of user 1 for an act inside a case over all its datasets.
    pub fn permit(&self, act: Act, case: &CaseFile) -> Permit {
        let facts: Vec<DatasetFacts> = case
            .scope
            .datasets
            .iter()
            .map(|id| DatasetFacts {
                unlawful: false,
                id: *id,
                agreement: agreement(),
            })
            .collect();
        let actor = Actor {
            user: user(1),
            roles: vec![Role::Investigator],
            session: None,
            origin: Origin::Api,
        };
        let reason = Reason::new("ownership", "who owns the bidder");
        let request = Request {
            actor: &actor,
            act,
            reason: reason.as_ref(),
            concerns: None,
            at: Moment::from_seconds(BEGINNING),
        };
        let facts = Facts {
            case: Some(case),
            datasets: &facts,
            test_profile: false,
            ..Facts::default()
        };
        Rulebook::standard()
            .unwrap()
            .decide(&request, &facts)
            .unwrap()
    }

    pub fn auditor(&self) -> Permit {
        let actor = Actor {
            user: user(9),
            roles: vec![Role::Auditor],
            session: None,
            origin: Origin::Api,
        };
        let request = Request {
            actor: &actor,
            act: Act::ReadLog,
            reason: None,
            concerns: None,
            at: Moment::from_seconds(BEGINNING),
        };
        Rulebook::standard()
            .unwrap()
            .decide(
                &request,
                &Facts {
                    standing: domain::policy::Standing {
                        log_purpose: Some(domain::audit::LogPurpose::Lawfulness),
                        ..domain::policy::Standing::default()
                    },
                    ..Facts::default()
                },
            )
            .unwrap()
    }

    pub fn new_release(&self, dataset: DatasetId, label: &str, extent: Extent) -> NewRelease {
        let at = self.clock.now();
        NewRelease {
            id: ReleaseId::fresh(at, self.randomness.as_ref()),
            dataset,
            label: label.into(),
            extent,
            received: at,
            cause: Cause::Source,
            input_sha256: domain::audit::sha256_hex(label.as_bytes()),
            mapping_sha256: domain::audit::sha256_hex(b"mapping"),
            ordinal: None,
        }
    }

    pub fn stage(
        &self,
        dataset: DatasetId,
        label: &str,
        extent: Extent,
        records: &[Record],
    ) -> Staging {
        let new = self.new_release(dataset, label, extent);
        let mut staging = self.store.quiet(|tx| tx.begin_release(&new)).unwrap();
        self.store
            .quiet(|tx| tx.stage(&mut staging, records))
            .unwrap();
        if extent == Extent::Full {
            self.store.stage_missing(&mut staging).unwrap();
        }
        staging
    }

    /// Stages and publishes; gives the release.
    pub fn deliver(
        &self,
        dataset: DatasetId,
        label: &str,
        extent: Extent,
        records: &[Record],
    ) -> ReleaseId {
        let staging = self.stage(dataset, label, extent, records);
        self.publish(&staging);
        staging.release()
    }

    /// Writes a finding of a case that cites one statement.
    pub fn cite(&self, case: &CaseFile, statement: &Statement) {
        let at = self.clock.now();
        let note = Note {
            id: NoteId::fresh(at, self.randomness.as_ref()),
            case: case.id,
            kind: NoteKind::Fact,
            title: "Finding".into(),
            text: format!("[[{}]]", statement.id),
            by: user(1),
            at,
        };
        let reliance = Reliance {
            id: RelianceId::fresh(at, self.randomness.as_ref()),
            case: case.id,
            note: note.id,
            statement: statement.id,
            record: statement.record,
            property: statement.property.clone(),
            since: at,
        };
        self.done("write_note", |tx| tx.add_note(&note, &[reliance]));
    }

    pub fn publish(&self, staging: &Staging) -> u64 {
        self.done("load_release", |tx| {
            tx.publish(staging, &receipt(staging), "signature")
        })
    }
}

pub fn agreement() -> Agreement {
    Agreement {
        purposes: vec!["procurement".into()],
        authority: "open register".into(),
        matching: true,
        standing_rules: true,
        from: Moment::from_seconds(0),
        until: Moment::from_seconds(BEGINNING).plus_days(400),
        terms: "as is".into(),
        special: String::new(),
    }
}

pub fn dataset(number: u8, name: &str) -> Dataset {
    Dataset {
        id: dataset_id(number),
        name: name.into(),
        title: format!("Dataset {number}"),
        publisher: "Port authority".into(),
        agreement: agreement(),
        created: Moment::from_seconds(BEGINNING),
        unlawful: false,
    }
}

pub fn case(number: u8, label: &str, datasets: &[DatasetId]) -> CaseFile {
    let at = Moment::from_seconds(BEGINNING);
    CaseFile {
        id: case_id(number),
        number: label.into(),
        title: "Harbour dredging".into(),
        predicate: "Two bids of one owner".into(),
        purpose: Some(Purpose::Procurement),
        legal_basis: Some(LegalBasis::StatutoryInquiry),
        scope: Scope {
            datasets: datasets.to_vec(),
            kinds: SubjectKind::ALL.to_vec(),
        },
        stage: Stage::Open { by: user(4), at },
        opened_by: user(3),
        opened_at: at,
        expires: at.plus_days(90),
        unit: String::new(),
        members: vec![(user(1), Membership::Lead), (user(2), Membership::Reader)],
    }
}

pub fn record(key: &str, schema: &str, values: &[(&str, &str)]) -> Record {
    let mut values: Vec<Value> = values
        .iter()
        .map(|(property, value)| Value {
            property: (*property).into(),
            value: (*value).into(),
            original: None,
            language: None,
        })
        .collect();
    values.sort();
    Record {
        key: key.into(),
        schema: schema.into(),
        values,
        place: Place { file: 0, row: 1 },
    }
}

pub fn company(key: &str, name: &str, status: &str) -> Record {
    record(key, "Company", &[("name", name), ("status", status)])
}

pub fn receipt(staging: &Staging) -> Receipt {
    Receipt {
        release: staging.release(),
        dataset: "harbour_register".into(),
        label: "label".into(),
        received: Moment::from_seconds(BEGINNING),
        files: vec![],
        mapping_sha256: domain::audit::sha256_hex(b"mapping"),
        read: 0,
        taken: 0,
        refused: 0,
        dropped: 0,
        added: staging.counts().added,
        altered: staging.counts().altered,
        withdrawn: staging.withdrawn(),
        unchanged: staging.counts().unchanged,
        blanked: vec![],
    }
}

/// An item of evidence of case 1 whose bytes are a blob.
pub fn evidence(bench: &Bench, blob: &store::Blob) -> Evidence {
    let at = bench.clock.now();
    Evidence {
        id: EvidenceId::fresh(at, bench.randomness.as_ref()),
        case: case_id(1),
        name: "quay.jpg".into(),
        sha256: blob.sha256.clone(),
        size: blob.size,
        media_type: "image/jpeg".into(),
        source: "inspection".into(),
        collector: "A. Inspector".into(),
        collected: "3 May".into(),
        place: "Quay 4".into(),
        tool: "camera".into(),
        authority: "order 12".into(),
        by: user(1),
        at,
    }
}
