//! A small house to act in: a data directory, a clock that is moved by hand, one person of each role, and deliveries
//! written as FollowTheMoney lines.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use desk::decide_case::Decision;
use desk::follow::{Delivery, Followed, follow_release};
use desk::look_up::LookUp;
use desk::note::NewNote;
use desk::open_case::NewCase;
use desk::record::RecordPage;
use desk::sources::NewDataset;
use desk::users::NewUser;
use desk::{Desk, DeskError, Options};
use domain::authority::{Actor, LegalBasis, Origin, Purpose, Reason, Role};
use domain::case::{NoteKind, SubjectKind};
use domain::id::{CaseId, NoteId, Randomness, RecordId, StatementId};
use domain::policy::selector::Asked;
use domain::source::{Agreement, Extent};
use domain::time::{Clock, Moment};
use search::Question;
use serde_json::json;

/// A clock that stands where it was put and moves a millisecond with each look, and what its wall clock has jumped by.
pub struct HandClock(AtomicI64, AtomicI64);

impl HandClock {
    pub fn forward_days(&self, days: i64) {
        self.0.fetch_add(days * 86_400_000_000, Ordering::SeqCst);
    }
    /// Sets the wall clock alone.
    pub fn jump_days(&self, days: i64) {
        self.1.fetch_add(days * 86_400_000_000, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Moment {
        let jumped = self.1.load(Ordering::SeqCst);
        Moment::from_micros(self.0.fetch_add(1_000, Ordering::SeqCst) + jumped)
    }
    fn count(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Random bytes that are the same in every run.
pub struct Seeded(pub AtomicU64);

impl Randomness for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            let mut number = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let noise = (number ^ (number >> 31)).to_le_bytes();
            part.copy_from_slice(&noise[..part.len()]);
        }
    }
}

pub struct House {
    pub desk: Desk,
    pub folder: tempfile::TempDir,
    pub clock: Arc<HandClock>,
    pub ada: Actor,
    pub ines: Actor,
    pub jonas: Actor,
    pub sora: Actor,
    pub dara: Actor,
    pub aude: Actor,
}

pub const PASSWORD: &str = "correct horse battery";

pub fn opened(data: PathBuf, seed: u64, clock: Arc<HandClock>) -> Desk {
    let randomness = Arc::new(Seeded(AtomicU64::new(seed)));
    Desk::open(Options {
        data,
        clock,
        randomness,
        create: true,
        test_profile: false,
    })
    .unwrap()
}

impl House {
    /// An installation with its people and one dataset, `register`.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(HandClock(
            AtomicI64::new(1_900_000_000_000_000),
            AtomicI64::new(0),
        ));
        let desk = opened(folder.path().join("data"), 7, clock.clone());
        let new = |name: &str, role| NewUser {
            name: name.into(),
            title: format!("{name} of the house"),
            roles: vec![role],
            password: PASSWORD.into(),
        };
        let entered = |name: &str| {
            let token = desk.sign_in(name, PASSWORD, Origin::Api).unwrap().token;
            desk.visitor(&token, Origin::Api).unwrap().actor
        };
        desk.first_user(&new("ada", Role::Administrator)).unwrap();
        let ada = entered("ada");
        for (name, role) in [
            ("ines", Role::Investigator),
            ("jonas", Role::Investigator),
            ("sora", Role::Supervisor),
            ("dara", Role::DataSteward),
            ("aude", Role::Auditor),
        ] {
            desk.add_user(&ada, &new(name, role)).unwrap();
        }
        let (ines, jonas, sora) = (entered("ines"), entered("jonas"), entered("sora"));
        let (dara, aude) = (entered("dara"), entered("aude"));
        let house = Self {
            desk,
            folder,
            clock,
            ada,
            ines,
            jonas,
            sora,
            dara,
            aude,
        };
        house.bring("register", true);
        house
    }

    /// Brings a dataset in for all purposes.
    pub fn bring(&self, name: &str, matching: bool) {
        let now = self.desk.now();
        let new = NewDataset {
            name: name.into(),
            title: format!("The {name}"),
            publisher: "Harbour Court".into(),
            agreement: Agreement {
                purposes: Purpose::ALL
                    .iter()
                    .map(|purpose| purpose.word().to_owned())
                    .collect(),
                authority: "open data".into(),
                matching,
                standing_rules: matching,
                from: now,
                until: now.plus_days(3_650),
                terms: "open".into(),
                special: String::new(),
            },
        };
        self.desk.bring_dataset(&self.dara, &new).unwrap();
    }

    /// Delivers lines as they are, under a file name of its own.
    pub fn deliver_bytes(
        &self,
        dataset: &str,
        label: &str,
        bytes: &[u8],
        extent: Extent,
    ) -> Result<Followed, DeskError> {
        let path = self.folder.path().join(format!("{dataset}-{label}.jsonl"));
        std::fs::write(&path, bytes).unwrap();
        let mapping = intake::Mapping::ftm();
        let delivery = Delivery {
            dataset,
            label: label.into(),
            files: vec![intake::Input {
                name: format!("{dataset}.jsonl"),
                path,
            }],
            mapping: &mapping,
            extent,
        };
        let followed = follow_release(&self.desk, &self.dara, &delivery, &mut |_| {
            ControlFlow::Continue(())
        })?;
        self.desk.catch_up(&mut |_| ())?;
        Ok(followed)
    }

    /// Delivers a full release of these entities.
    pub fn deliver(&self, dataset: &str, label: &str, entities: &[serde_json::Value]) -> Followed {
        self.deliver_bytes(dataset, label, lines(entities).as_bytes(), Extent::Full)
            .unwrap()
    }

    /// A case of Ines', approved by Sora, over every dataset.
    pub fn open_case(&self) -> CaseId {
        self.open_case_for(Purpose::Procurement)
    }

    /// An open case of Ines for a purpose, with a reason stated.
    pub fn open_case_for(&self, purpose: Purpose) -> CaseId {
        let case = self.proposed_case_for(purpose);
        self.desk
            .decide_case(&self.sora, case, &Decision::Approve)
            .unwrap();
        self.desk
            .state_reason(
                &self.ines,
                case,
                "ownership",
                "who stands behind the bidder",
            )
            .unwrap();
        case
    }

    pub fn proposed_case(&self) -> CaseId {
        self.proposed_case_for(Purpose::Procurement)
    }

    fn proposed_case_for(&self, purpose: Purpose) -> CaseId {
        let datasets = self
            .desk
            .datasets(&self.ines)
            .unwrap()
            .iter()
            .map(|dataset| dataset.id)
            .collect();
        let new = NewCase {
            title: "Dredging contracts".into(),
            predicate: "Two bids from one address".into(),
            purpose: Some(purpose),
            legal_basis: Some(LegalBasis::StatutoryInquiry),
            datasets,
            kinds: SubjectKind::ALL.to_vec(),
            days: 90,
            ..NewCase::default()
        };
        self.desk.open_case(&self.ines, &new).unwrap()
    }

    pub fn record(&self, case: CaseId, dataset: &str, key: &str) -> RecordId {
        self.desk
            .record_of_key(&self.ines, case, dataset, key)
            .unwrap()
            .unwrap()
    }

    pub fn page(&self, case: CaseId, record: RecordId) -> RecordPage {
        self.desk.record(&self.ines, case, record, None).unwrap()
    }

    /// The running statement of a property.
    pub fn statement(&self, case: CaseId, record: RecordId, property: &str) -> StatementId {
        let page = self.page(case, record);
        page.statements
            .iter()
            .find(|statement| statement.property == property && statement.ended.is_none())
            .unwrap()
            .id
    }

    /// A finding of fact that cites a statement.
    pub fn cite(&self, case: CaseId, statement: StatementId) -> NoteId {
        let new = NewNote {
            passages: Vec::new(),
            kind: NoteKind::Fact,
            title: "In business".into(),
            text: format!("The register says so [[{statement}]]."),
            cites: vec![],
            as_one: vec![],
        };
        self.desk.write_note(&self.ines, case, &new).unwrap()
    }

    /// Entries of the log, oldest first.
    pub fn log(&self) -> Vec<domain::audit::Entry> {
        let mut all = Vec::new();
        let mut before = None;
        loop {
            let question = desk::audit::LogQuestion {
                purpose: Some(domain::audit::LogPurpose::Lawfulness),
                before,
                ..Default::default()
            };
            let page = self.desk.log_entries(&self.aude, &question).unwrap();
            let Some((number, _)) = page.last() else {
                break;
            };
            before = Some(*number);
            all.extend(page.into_iter().map(|(_, entry)| entry));
        }
        all.reverse();
        all
    }
}

/// A company as FollowTheMoney has it.
pub fn company(key: &str, name: &str, status: &str) -> serde_json::Value {
    json!({ "id": key, "schema": "Company", "properties": {
        "name": [name], "status": [status], "registrationNumber": [format!("HR {key}")], "jurisdiction": ["gb"],
    }})
}

/// A person as FollowTheMoney has it.
pub fn person(key: &str, name: &str, born: &str) -> serde_json::Value {
    json!({ "id": key, "schema": "Person", "properties": { "name": [name], "birthDate": [born] }})
}

/// Entities as lines.
pub fn lines(entities: &[serde_json::Value]) -> String {
    entities
        .iter()
        .map(|entity| format!("{entity}\n"))
        .collect()
}

pub fn reason() -> Option<Reason> {
    Reason::new("ownership", "who stands behind the bidder")
}

/// A search for things.
pub fn things(text: &str) -> LookUp {
    LookUp {
        reason: reason(),
        asked: Asked::default(),
        question: Question {
            kinds: vec![
                SubjectKind::Organisations,
                SubjectKind::Assets,
                SubjectKind::Papers,
            ],
            ..Question::of(text)
        },
    }
}

/// A search for persons.
pub fn persons(name: &str, birth: &str) -> LookUp {
    LookUp {
        reason: reason(),
        asked: Asked {
            name: name.into(),
            birth: birth.into(),
            ..Asked::default()
        },
        question: Question {
            kinds: vec![SubjectKind::Persons],
            ..Question::of("")
        },
    }
}
