//! A small house to ask questions in: a data directory, a clock moved by hand, one person for each role and rank, two
//! cases of two teams, and deliveries written as FollowTheMoney lines.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use desk::audit::LogQuestion;
use desk::decide_case::Decision;
use desk::follow::{Delivery, Followed, follow_release};
use desk::open_case::NewCase;
use desk::sign_in::Visitor;
use desk::sources::NewDataset;
use desk::users::NewUser;
use desk::{Desk, Input, Mapping, Options};
use domain::audit::{Entry, EntryKind};
use domain::authority::{LegalBasis, Origin, Purpose, Role};
use domain::case::{Membership, SubjectKind};
use domain::id::{CaseId, Randomness};
use domain::source::{Agreement, Extent};
use domain::time::{Clock, Moment};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// A clock that stands where it was put and moves a millisecond with each look.
///
/// One that is right goes with the machine's, with what it was moved by on top: for software that is not ours. What the wall
/// clock alone has jumped by comes last.
pub struct HandClock(AtomicI64, AtomicBool, AtomicI64);

impl HandClock {
    pub fn set(&self, micros: i64) {
        self.0.store(micros, Ordering::SeqCst);
    }
    pub fn forward_minutes(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60_000_000, Ordering::SeqCst);
    }
    pub fn forward_days(&self, days: i64) {
        self.0.fetch_add(days * 86_400_000_000, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Moment {
        let jumped = self.2.load(Ordering::SeqCst);
        if self.1.load(Ordering::SeqCst) {
            return Moment::from_micros(machine() + self.0.load(Ordering::SeqCst) + jumped);
        }
        Moment::from_micros(self.0.fetch_add(1_000, Ordering::SeqCst) + jumped)
    }
    fn count(&self) -> i64 {
        let passed = self.0.load(Ordering::SeqCst);
        match self.1.load(Ordering::SeqCst) {
            true => machine() + passed,
            false => passed,
        }
    }
}

fn machine() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    i64::try_from(since.as_micros()).unwrap()
}

/// Random bytes that are the same in every run.
struct Seeded(AtomicU64);

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

pub const PASSWORD: &str = "correct horse battery";

/// Name, role, and rank in the first case.
pub const PEOPLE: [(&str, Role, Option<Membership>); 10] = [
    ("ada", Role::Administrator, None),
    ("ines", Role::Investigator, Some(Membership::Lead)),
    ("kai", Role::Investigator, Some(Membership::Contributor)),
    ("rolf", Role::Investigator, Some(Membership::Reader)),
    ("jonas", Role::Investigator, None),
    ("sora", Role::Supervisor, None),
    ("dara", Role::DataSteward, None),
    ("rune", Role::RecordsOfficer, None),
    ("aude", Role::Auditor, None),
    ("nils", Role::Investigator, None),
];

pub struct House {
    pub desk: Desk,
    pub folder: tempfile::TempDir,
    pub clock: Arc<HandClock>,
    pub router: Router,
    pub runtime: Runtime,
    pub people: Vec<(&'static str, String, Visitor)>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub json: Value,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }
    pub fn reason(&self) -> &str {
        self.json["reason"].as_str().unwrap_or_default()
    }
    pub fn id(&self) -> String {
        self.json["id"].as_str().unwrap().to_owned()
    }
}

/// Opens a data directory in a folder.
pub fn opened(folder: &tempfile::TempDir, clock: &Arc<HandClock>) -> Desk {
    let data = folder.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join(desk::map::base::FILE), crate::map::BASE).unwrap();
    Desk::open(Options {
        data,
        clock: clock.clone(),
        randomness: Arc::new(Seeded(AtomicU64::new(7))),
        create: true,
        test_profile: true,
    })
    .unwrap()
}

impl House {
    /// An installation without a single user.
    pub fn empty() -> Self {
        Self::empty_at(1_900_000_000_000_000, false)
    }

    fn empty_at(micros: i64, right: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(HandClock(
            AtomicI64::new(micros),
            AtomicBool::new(right),
            AtomicI64::new(0),
        ));
        let desk = opened(&folder, &clock);
        let hand = clock.clone();
        let settings = web::Settings {
            move_clock: Some(Arc::new(move |to: Moment, jump| match jump {
                true => {
                    let by = to.micros() - hand.now().micros();
                    hand.2.fetch_add(by, Ordering::SeqCst);
                }
                false => hand.0.store(to.micros(), Ordering::SeqCst),
            })),
            ..web::Settings::default()
        };
        let router = web::router(desk.clone(), settings);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self {
            desk,
            folder,
            clock,
            router,
            runtime,
            people: Vec::new(),
        }
    }

    /// An installation with its people and two datasets, `register` and `list`, with one release each.
    pub fn new() -> Self {
        Self::empty().peopled()
    }

    /// The same at the time of today, for software that is not ours and has a clock of its own.
    pub fn of_today() -> Self {
        Self::empty_at(0, true).peopled()
    }

    fn peopled(self) -> Self {
        let mut house = self;
        for (number, (name, role, _)) in PEOPLE.into_iter().enumerate() {
            let new = NewUser {
                name: name.into(),
                title: format!("{name} of the house"),
                roles: vec![role],
                password: PASSWORD.into(),
            };
            if number == 0 {
                house.desk.first_user(&new).unwrap();
            } else {
                house.desk.add_user(&house.who("ada").actor, &new).unwrap();
            }
            let token = house
                .desk
                .sign_in(name, PASSWORD, Origin::Api)
                .unwrap()
                .token;
            let visitor = house.desk.visitor(&token, Origin::Api).unwrap();
            house.people.push((name, token, visitor));
        }
        house.bring("register");
        house.bring("list");
        house.deliver("register", "1", &register("active"));
        house.deliver("list", "1", &list());
        house
    }

    /// Signs everybody in anew, after the clock was moved beyond their sessions.
    pub fn sign_in_again(&mut self) {
        for (name, token, visitor) in &mut self.people {
            *token = self
                .desk
                .sign_in(name, PASSWORD, Origin::Api)
                .unwrap()
                .token;
            *visitor = self.desk.visitor(token, Origin::Api).unwrap();
        }
    }

    pub fn who(&self, name: &str) -> &Visitor {
        &self
            .people
            .iter()
            .find(|person| person.0 == name)
            .unwrap()
            .2
    }

    pub fn token(&self, name: &str) -> &str {
        &self
            .people
            .iter()
            .find(|person| person.0 == name)
            .unwrap()
            .1
    }

    fn bring(&self, name: &str) {
        let now = self.desk.now();
        let purposes = Purpose::ALL
            .iter()
            .map(|purpose| purpose.word().to_owned())
            .collect();
        let new = NewDataset {
            name: name.into(),
            title: format!("The {name}"),
            publisher: "Harbour Court".into(),
            agreement: Agreement {
                purposes,
                authority: "open data".into(),
                matching: true,
                standing_rules: true,
                from: now,
                until: now.plus_days(3_650),
                terms: "open".into(),
                special: String::new(),
            },
        };
        self.desk
            .bring_dataset(&self.who("dara").actor, &new)
            .unwrap();
    }

    /// Delivers a full release and lets the index follow.
    pub fn deliver(&self, dataset: &str, label: &str, entities: &[Value]) -> Followed {
        let path = self.folder.path().join(format!("{dataset}-{label}.jsonl"));
        std::fs::write(&path, lines(entities)).unwrap();
        let delivery = Delivery {
            dataset,
            label: label.into(),
            files: vec![Input {
                name: format!("{dataset}.jsonl"),
                path,
            }],
            mapping: &Mapping::ftm(),
            extent: Extent::Full,
        };
        let go_on = &mut |_| ControlFlow::Continue(());
        let followed =
            follow_release(&self.desk, &self.who("dara").actor, &delivery, go_on).unwrap();
        self.desk.catch_up(&mut |_| ()).unwrap();
        followed
    }

    /// Writes a case down.
    pub fn proposed(
        &self,
        lead: &str,
        purpose: Option<Purpose>,
        basis: Option<LegalBasis>,
    ) -> CaseId {
        let actor = &self.who(lead).actor;
        let new = NewCase {
            title: format!("Dredging contracts of {lead}"),
            predicate: "Two bids from one address".into(),
            purpose,
            legal_basis: basis,
            datasets: self
                .desk
                .datasets(actor)
                .unwrap()
                .iter()
                .map(|dataset| dataset.id)
                .collect(),
            kinds: SubjectKind::ALL.to_vec(),
            days: 90,
            ..NewCase::default()
        };
        self.desk.open_case(actor, &new).unwrap()
    }

    /// An approved case in which no reason has been stated.
    pub fn silent_case(&self, lead: &str) -> CaseId {
        let (purpose, basis) = (Purpose::Procurement, LegalBasis::StatutoryInquiry);
        let case = self.proposed(lead, Some(purpose), Some(basis));
        self.desk
            .decide_case(&self.who("sora").actor, case, &Decision::Approve)
            .unwrap();
        case
    }

    /// An approved case with its lead's reason.
    pub fn open_case(&self, lead: &str) -> CaseId {
        let case = self.silent_case(lead);
        self.state_reason(lead, case);
        case
    }

    pub fn state_reason(&self, who: &str, case: CaseId) {
        let actor = &self.who(who).actor;
        self.desk
            .state_reason(actor, case, "ownership", "who stands behind the bidder")
            .unwrap();
    }

    /// The case of Ines with Kai as contributor and Rolf as reader.
    pub fn team_case(&self) -> CaseId {
        let case = self.open_case("ines");
        for (name, _, rank) in PEOPLE {
            if matches!(rank, Some(Membership::Contributor | Membership::Reader)) {
                let user = self.who(name).user.id;
                self.desk
                    .decide_membership(&self.who("ines").actor, case, user, rank)
                    .unwrap();
            }
        }
        self.state_reason("kai", case);
        case
    }

    /// The record of a key.
    pub fn record(&self, case: CaseId, who: &str, dataset: &str, key: &str) -> String {
        let found = self
            .desk
            .record_of_key(&self.who(who).actor, case, dataset, key)
            .unwrap();
        found.unwrap().to_string()
    }

    /// Sends any request.
    pub fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            if parts
                .headers
                .get("content-type")
                .is_some_and(|kind| kind == "text/event-stream")
            {
                return Answer {
                    status: parts.status,
                    headers: parts.headers,
                    bytes: Vec::new(),
                    json: Value::Null,
                };
            }
            let bytes = body.collect().await.unwrap().to_bytes().to_vec();
            let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
            Answer {
                status: parts.status,
                headers: parts.headers,
                bytes,
                json,
            }
        })
    }

    /// A request with somebody's bearer token; `nobody` has none.
    pub fn request(&self, method: &str, path: &str, who: &str, body: &Value) -> Request<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "desk.example");
        if who != "nobody" {
            request = request.header("authorization", format!("Bearer {}", self.token(who)));
        }
        if body.is_null() {
            return request.body(Body::empty()).unwrap();
        }
        let request = request.header("content-type", "application/json");
        request.body(Body::from(body.to_string())).unwrap()
    }

    pub fn call(&self, method: &str, path: &str, who: &str, body: &Value) -> Answer {
        self.send(self.request(method, path, who, body))
    }

    pub fn get(&self, path: &str, who: &str) -> Answer {
        self.call("GET", path, who, &Value::Null)
    }

    pub fn post(&self, path: &str, who: &str, body: &Value) -> Answer {
        self.call("POST", path, who, body)
    }

    /// Sends a form; a part with a file name is a file.
    pub fn form(&self, path: &str, who: &str, parts: &[(&str, Option<&str>, &[u8])]) -> Answer {
        let (kind, body) = form(parts);
        let mut request = self.request("POST", path, who, &Value::Null);
        request
            .headers_mut()
            .insert("content-type", kind.parse().unwrap());
        *request.body_mut() = Body::from(body);
        self.send(request)
    }

    /// Entries of a kind, oldest first, with their numbers.
    pub fn entries(&self, kind: Option<EntryKind>) -> Vec<(u64, Entry)> {
        let (mut all, mut before) = (Vec::new(), None);
        loop {
            let question = LogQuestion {
                purpose: Some(domain::audit::LogPurpose::Lawfulness),
                kind,
                before,
                ..LogQuestion::default()
            };
            let page = self
                .desk
                .log_entries(&self.who("aude").actor, &question)
                .unwrap();
            let Some((number, _)) = page.last() else {
                break;
            };
            before = Some(*number);
            all.extend(page);
        }
        all.reverse();
        all
    }

    /// How many refusals the log has.
    pub fn refusals(&self) -> usize {
        self.entries(Some(EntryKind::Refusal)).len()
    }
}

const BORDER: &str = "border-between-parts";

/// A body of the type `multipart/form-data`, and its content type.
pub fn form(parts: &[(&str, Option<&str>, &[u8])]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = file
            .map(|file| format!("; filename=\"{file}\""))
            .unwrap_or_default();
        let head =
            format!("--{BORDER}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BORDER}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BORDER}"), body)
}

/// The text parts of an item of evidence.
pub const STORY: [(&str, Option<&str>, &[u8]); 6] = [
    ("source", None, b"harbour office"),
    ("collector", None, b"Ines"),
    ("collected", None, b"2026-03-01"),
    ("place", None, b"Merravin"),
    ("tool", None, b"camera 1.0"),
    ("authority", None, b"search warrant 12"),
];

/// The register: two companies, an owner, and a crowd of sixty who share one name and birthday.
pub fn register(status: &str) -> Vec<Value> {
    let mut all = vec![
        company("100", "Aldgrund Shipping Ltd", status),
        company("200", "Brackwater Dredging Ltd", "active"),
        person("7", "Oda Karlsen", "1961-05-12"),
        json!({ "id": "own-1", "schema": "Ownership", "properties": { "owner": ["7"], "asset": ["100"] } }),
    ];
    all.extend(
        (0..60).map(|number| person(&format!("crowd-{number}"), "Mirel Tavasz", "1970-01-01")),
    );
    all
}

/// The list: the first company and its owner again.
pub fn list() -> Vec<Value> {
    vec![
        company("L1", "ALDGRUND SHIPPING LIMITED", "listed"),
        person("L7", "Oda Karlsen", "1961-05-12"),
    ]
}

fn company(key: &str, name: &str, status: &str) -> Value {
    json!({ "id": key, "schema": "Company", "properties": {
        "name": [name], "status": [status], "registrationNumber": [format!("HR {key}")], "jurisdiction": ["gb"],
    }})
}

fn person(key: &str, name: &str, born: &str) -> Value {
    json!({ "id": key, "schema": "Person", "properties": {
        "name": [name], "birthDate": [born], "nationality": ["gb"], "passportNumber": [format!("PX-{key}-4711")],
    }})
}

/// Entities as lines.
pub fn lines(entities: &[Value]) -> String {
    entities
        .iter()
        .map(|entity| format!("{entity}\n"))
        .collect()
}
