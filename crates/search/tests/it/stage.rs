//! A case with its permit, and an index to ask.

use std::path::Path;
use std::sync::LazyLock;

use domain::authority::{Actor, LegalBasis, Origin, Purpose, Reason, Role};
use domain::case::{CaseFile, Membership, Scope, Stage, SubjectKind};
use domain::id::{CaseId, DatasetId, RecordId, UserId};
use domain::policy::selector::{Asked, selector};
use domain::policy::{Act, DatasetFacts, Facts, Permit, Request, Rulebook};
use domain::source::Agreement;
use domain::time::Moment;
use search::{Document, Index, Persons, Question, SearchError, Things};

pub const REGISTER: u8 = 1;
pub const SANCTIONS: u8 = 2;
/// A dataset outside the case's scope.
pub const LEAK: u8 = 3;
/// A dataset in scope whose agreement does not cover the purpose.
pub const PARCELS: u8 = 4;
pub const OUR_CASE: u8 = 5;
pub const OTHER_CASE: u8 = 6;

pub fn dataset(number: u8) -> DatasetId {
    DatasetId::from_bytes([number; 16])
}

pub fn case(number: u8) -> CaseId {
    CaseId::from_bytes([number; 16])
}

pub fn record(number: u32) -> RecordId {
    let mut bytes = [7; 16];
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    RecordId::from_bytes(bytes)
}

/// A permit of case `number` for an act, with the given kinds in scope.
pub fn permit_for(number: u8, act: Act, kinds: &[SubjectKind]) -> Permit {
    let now = Moment::from_seconds(1_000_000);
    let lead = UserId::from_bytes([1; 16]);
    let actor = Actor {
        user: lead,
        roles: vec![Role::Investigator],
        session: None,
        origin: Origin::Api,
    };
    let file = CaseFile {
        id: case(number),
        number: "2026-0001".into(),
        title: "Harbour dredging".into(),
        predicate: "Two bids of one owner".into(),
        purpose: Some(Purpose::Procurement),
        legal_basis: Some(LegalBasis::StatutoryInquiry),
        scope: Scope {
            datasets: vec![dataset(REGISTER), dataset(SANCTIONS), dataset(PARCELS)],
            kinds: kinds.to_vec(),
        },
        stage: Stage::Open {
            by: UserId::from_bytes([4; 16]),
            at: now,
        },
        opened_by: UserId::from_bytes([3; 16]),
        opened_at: now,
        expires: now.plus_days(90),
        unit: String::new(),
        members: vec![(lead, Membership::Lead)],
    };
    let facts: Vec<DatasetFacts> = [REGISTER, SANCTIONS, LEAK, PARCELS]
        .map(|number| DatasetFacts {
            unlawful: false,
            id: dataset(number),
            agreement: Agreement {
                purposes: vec![
                    if number == PARCELS {
                        "sanctions"
                    } else {
                        "procurement"
                    }
                    .into(),
                ],
                authority: "open data".into(),
                matching: true,
                standing_rules: true,
                from: Moment::from_seconds(0),
                until: now.plus_days(1),
                terms: String::new(),
                special: String::new(),
            },
        })
        .to_vec();
    let reason = Reason::new("ownership", "who owns the bidder");
    let request = Request {
        actor: &actor,
        act,
        reason: reason.as_ref(),
        concerns: None,
        at: now,
    };
    let facts = Facts {
        case: Some(&file),
        datasets: &facts,
        test_profile: false,
        ..Facts::default()
    };
    Rulebook::standard()
        .unwrap()
        .decide(&request, &facts)
        .unwrap()
}

/// The permit of our case; made once, because the rules take a while to read.
pub fn permit() -> Permit {
    static PERMIT: LazyLock<Permit> =
        LazyLock::new(|| permit_for(OUR_CASE, Act::Search, &SubjectKind::ALL));
    PERMIT.clone()
}

pub fn company(number: u32, name: &str) -> Document {
    Document {
        names: vec![name.into()],
        caption: name.into(),
        ..Document::new(
            record(number),
            dataset(REGISTER),
            SubjectKind::Organisations,
            "Company",
        )
    }
}

pub fn person(number: u32, name: &str, birth: &str) -> Document {
    Document {
        names: vec![name.into()],
        caption: name.into(),
        birth: vec![birth.into()],
        ..Document::new(
            record(number),
            dataset(REGISTER),
            SubjectKind::Persons,
            "Person",
        )
    }
}

pub fn filled(folder: &Path, documents: &[Document]) -> Index {
    let opened = Index::open(&folder.join("index")).unwrap();
    opened.index.apply(documents, &[], 1).unwrap();
    opened.index.commit().unwrap();
    opened.index
}

/// An index in a folder of its own.
pub struct Stand {
    pub index: Index,
    _folder: tempfile::TempDir,
}

pub fn stand(documents: &[Document]) -> Stand {
    let folder = tempfile::tempdir().unwrap();
    Stand {
        index: filled(folder.path(), documents),
        _folder: folder,
    }
}

impl Stand {
    pub fn things(&self, text: &str) -> Things {
        self.ask(&Question::of(text))
    }
    pub fn ask(&self, question: &Question) -> Things {
        self.index.search_things(&permit(), question).unwrap()
    }
    pub fn persons(&self, asked: &Asked) -> Persons {
        self.try_persons(asked).unwrap()
    }
    pub fn try_persons(&self, asked: &Asked) -> Result<Persons, SearchError> {
        self.index
            .search_persons(&permit(), &selector(asked).unwrap())
    }
}

pub fn captions_of(hits: &[search::Hit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.caption.as_str()).collect()
}

pub fn by_birth(name: &str, birth: &str) -> Asked {
    Asked {
        name: name.into(),
        birth: birth.into(),
        ..Asked::default()
    }
}
