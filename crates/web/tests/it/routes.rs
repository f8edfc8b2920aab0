//! Every route of the OpenAPI document, with a well-formed request for each, and the house in which it can succeed.

mod bodies;

use axum::body::Body;
use axum::http::Request;
use domain::case::Membership;
use domain::id::CaseId;
use serde_json::{Value, json};

use crate::house::{House, STORY, form, lines, list, register};

/// A route of the document: method, path as listed, and who is let in.
pub struct Route {
    pub method: String,
    pub path: String,
    pub admits: Vec<String>,
}

impl Route {
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
    /// Whether it belongs to one case and tells or changes something of it.
    pub fn in_case(&self) -> bool {
        self.path.starts_with("/api/cases/{case}")
    }
    pub fn changes(&self) -> bool {
        self.method != "GET"
    }
}

/// The list that the server publishes.
pub fn listed() -> Vec<Route> {
    let document: Value = serde_json::from_str(&web::openapi_json()).unwrap();
    let mut routes = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let admits = operation["x-admits"].as_array();
            let admits = admits.unwrap_or_else(|| panic!("{method} {path} declares nobody"));
            routes.push(Route {
                method: method.to_uppercase(),
                path: path.clone(),
                admits: admits
                    .iter()
                    .map(|word| word.as_str().unwrap().to_owned())
                    .collect(),
            });
        }
    }
    routes
}

/// A house in which every route has something to act on.
pub struct Stage {
    pub house: House,
    /// The case of Ines and her team.
    pub case: CaseId,
    /// One that waits for a decision, and one to be closed; both of the same team.
    pub proposed: CaseId,
    pub closing: CaseId,
    pub closing_number: String,
    /// Number of a case of the same lead from which something may be taken over.
    pub giving_number: String,
    pub a: String,
    pub b: String,
    pub note: String,
    pub task: String,
    pub hypothesis: String,
    pub report: String,
    pub alert: String,
    pub evidence: String,
    /// An item whose text was read, with a passage marked and a mention found in it.
    pub paper: String,
    pub passage: String,
    pub mention: String,
    /// An item with a table, and that table as it was mapped.
    pub sheet: String,
    pub table: String,
    /// An item and a dataset that are marked as obtained unlawfully.
    pub spare: String,
    pub spare_dataset: String,
    /// A passage that is set aside.
    pub special: String,
    /// A certification pack that was made.
    pub certification: String,
    /// An upload that waits for a file, and a search that is kept.
    pub upload: String,
    pub search: String,
    pub dataset: String,
    pub release: String,
    pub held: String,
    /// A subject of whom Ines has proposed that it is a suspect.
    pub subject: String,
    /// One that waits for a decision, and that Nils has opened in an emergency.
    pub urgent: CaseId,
    pub emergency: String,
    /// An incident.
    pub incident: String,
    /// A look-up of Ines' that waits for a reviewer.
    pub review: String,
    /// A case of another purpose.
    pub other: CaseId,
    /// A live source that is sent to us.
    pub source: String,
    /// A tip that waits, and its code.
    pub tip: String,
    pub tip_code: String,
    /// A link of the case with another.
    pub link: String,
    /// What stopped by itself, of Nils.
    pub stopped: String,
    /// An assessment that waits, and a recipient.
    pub assessment: String,
    pub recipient: String,
    /// A second factor that Nils has begun to set up, and a token of his.
    pub factor: String,
    pub program: String,
    /// An agreement on matching that nobody has sent, and the number of the matcher's last run.
    pub agreement: String,
    pub run: u64,
    /// Another one, to be ended.
    pub ending: String,
}

/// An agreement on matching with all its parts.
pub fn matching_agreement() -> Value {
    // Sixteen of eighteen months are over, so that it can be renewed.
    let from = domain::time::Moment::from_micros(1_900_000_000_000_000).plus_months(-16);
    json!({
        "terms": {
            "title": "Register with list", "purpose": "owners that bid", "authority": "Port Act, section 9",
            "records": "all", "fields": ["name"], "verification": "a person judges each",
            "security": "nothing leaves", "onward_use": "none", "accuracy": "measured", "retention": "next run",
        },
        "datasets": ["register", "list"], "from": from.to_rfc3339(), "until": from.plus_months(18).to_rfc3339(),
    })
}

/// A token to be that needs no case.
pub fn token() -> Value {
    json!({ "name": "nightly", "purpose": "deliver", "audience": "api", "days": 30 })
}

/// A breach of personal data.
fn breach(house: &House) -> Value {
    let at = house.desk.now().to_rfc3339();
    let user = house.who("kai").user.id.to_string();
    json!({ "words": "a laptop was stolen", "user": user, "from": at, "until": at, "high_risk": true })
}

/// Routes that end every session of whoever asks come last.
pub fn place(route: &Route) -> (bool, bool) {
    (
        route.name() == "PUT /api/me/password",
        route.name() == "POST /api/test-clock",
    )
}

/// A written basis with all its parts.
pub static GROUNDS: std::sync::LazyLock<Value> = std::sync::LazyLock::new(|| {
    json!({
        "facts": "Invoice 2 was paid twice, see E-7",
        "offence": "Fraud on the harbour office",
        "law": "Penal Code, section 12",
        "relevance": "The account that was paid is theirs",
    })
});

pub const NOTE_TITLE: &str = "Struck off while bidding";
pub const SHEET: &[u8] = b"Number,Payee\nK-71,Lindholm\n";
pub const PAPER: &[u8] = b"Filed on 2 March 2026 with the harbour office.";
pub const EVIDENCE: &[u8] = b"photograph of berth nine";

impl Stage {
    pub fn set() -> Self {
        Self::of(House::new())
    }

    /// The same in a house that stands already.
    pub fn of(house: House) -> Self {
        let case = house.team_case();
        let (a, b) = (
            house.record(case, "ines", "register", "100"),
            house.record(case, "ines", "list", "L1"),
        );
        let page = house
            .get(&format!("/api/cases/{case}/records/{a}"), "ines")
            .is(200);
        let said = page.json["statements"].as_array().unwrap();
        let statement = said
            .iter()
            .find(|said| said["property"] == "status")
            .unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        house
            .post(
                &format!("/api/cases/{case}/subjects"),
                "ines",
                &json!({ "record": a }),
            )
            .is(201);
        let suspect = json!({ "record": b, "role": "suspect", "suspicion": GROUNDS.clone() });
        let subject = house
            .post(&format!("/api/cases/{case}/subjects"), "ines", &suspect)
            .is(201)
            .id();
        let note = json!({ "kind": "fact", "title": NOTE_TITLE, "text": format!("So it says [[{statement}]].") });
        let note = house
            .post(&format!("/api/cases/{case}/notes"), "ines", &note)
            .is(201)
            .id();
        let made = |what: &str, body: Value| {
            let path = format!("/api/cases/{case}/{what}");
            house.post(&path, "ines", &body).is(201).id()
        };
        let task = made(
            "tasks",
            json!({ "title": "Ask the bank", "four_eyes": true }),
        );
        let hypothesis = made("hypotheses", json!({ "title": "One firm" }));
        let report = made("reports", json!({}));
        let mut parts = STORY.to_vec();
        parts.push(("file", Some("berth.jpg"), EVIDENCE));
        let evidence = house
            .form(&format!("/api/cases/{case}/evidence"), "ines", &parts)
            .is(201)
            .id();
        let mut parts = STORY.to_vec();
        parts.push(("file", Some("letter.txt"), PAPER));
        let paper = house
            .form(&format!("/api/cases/{case}/evidence"), "ines", &parts)
            .is(201)
            .id();
        let mut parts = STORY.to_vec();
        parts.push(("file", Some("payments.csv"), SHEET));
        let sheet = house
            .form(&format!("/api/cases/{case}/evidence"), "ines", &parts)
            .is(201)
            .id();
        let mut parts = STORY.to_vec();
        parts.push(("file", Some("spare.txt"), b"Another letter."));
        let spare = house
            .form(&format!("/api/cases/{case}/evidence"), "ines", &parts)
            .is(201)
            .id();
        let mut parts = STORY.to_vec();
        parts.push(("file", Some("quiet.txt"), b"A third letter."));
        let quiet = house
            .form(&format!("/api/cases/{case}/evidence"), "ines", &parts)
            .is(201)
            .id();
        crate::papers::Reader::new().reads(&house);
        let tagged =
            json!({ "page": 1, "first_line": 1, "last_line": 1, "reason": "tells a religion" });
        let special = house
            .post(
                &format!("/api/cases/{case}/evidence/{quiet}/special"),
                "ines",
                &tagged,
            )
            .is(201)
            .id();
        let table = house
            .post(
                &format!("/api/cases/{case}/tables"),
                "ines",
                &crate::tables::mapped(&sheet),
            )
            .is(201)
            .id();
        let certification = crate::tables::packed(&house, case, &paper);
        let marked = json!({ "item": paper, "page": 1, "first_line": 1, "last_line": 1 });
        let passage = house
            .post(&format!("/api/cases/{case}/passages"), "ines", &marked)
            .is(201)
            .id();
        let mentions = format!("/api/cases/{case}/mentions");
        house.post(&mentions, "ines", &json!({})).is(200);
        let found = house.get(&mentions, "ines").is(200);
        let mention = found.json["mentions"][0]["id"].as_str().unwrap().to_owned();
        let upload = made(
            "uploads",
            json!({ "key": "k", "name": "stick", "source": "the office", "collector": "Ines",
            "collected": "2026-03-02", "place": "Port", "tool": "by hand", "authority": "warrant" }),
        );
        let files = json!({ "files": [{ "path": "a/b.txt", "size": 9 }, { "path": "a/c.txt", "size": 1 }] });
        house
            .post(
                &format!("/api/cases/{case}/uploads/{upload}/files"),
                "ines",
                &files,
            )
            .is(200);
        let search = made(
            "searches",
            json!({ "words": "berth", "reason": "who paid?" }),
        );
        house.deliver("register", "2", &register("struck off"));
        let run = house
            .desk
            .run_matching(&house.who("dara").actor)
            .unwrap()
            .number;
        let alerts = house
            .get(&format!("/api/cases/{case}/alerts"), "ines")
            .is(200);
        let changed = alerts.json["alerts"]
            .as_array()
            .unwrap()
            .iter()
            .find(|alert| alert["change"].is_object());
        let alert = changed.unwrap()["id"].as_str().unwrap().to_owned();
        let datasets = house.get("/api/datasets", "dara").is(200);
        let named = |name| {
            datasets.json["datasets"]
                .as_array()
                .unwrap()
                .iter()
                .find(|one| one["name"] == name)
                .unwrap()
                .clone()
        };
        let dataset = named("list")["id"].as_str().unwrap().to_owned();
        let register_id = named("register")["id"].as_str().unwrap().to_owned();
        let mut agreement = named("list")["agreement"].clone();
        agreement["matching"] = json!(false);
        let spare_dataset =
            json!({ "name": "spare", "title": "Spare", "publisher": "P", "agreement": agreement });
        let spare_dataset = house
            .post("/api/datasets", "dara", &spare_dataset)
            .is(201)
            .id();
        let held = match house.deliver("register", "3", &register("struck off")[..4]) {
            desk::follow::Followed::Held { release, .. } => release.to_string(),
            other => panic!("{other:?}"),
        };
        let releases = house
            .get(&format!("/api/datasets/{register_id}/releases"), "dara")
            .is(200);
        let lines = releases.json["releases"].as_array().unwrap();
        let published = lines.iter().find(|release| release["state"] == "published");
        let release = published.unwrap()["id"].as_str().unwrap().to_owned();
        let proposed = house.proposed(
            "ines",
            Some(domain::authority::Purpose::Procurement),
            Some(domain::authority::LegalBasis::StatutoryInquiry),
        );
        let closing = house.open_case("ines");
        let ines = &house.who("ines").actor;
        let closing_number = house.desk.case(ines, closing).unwrap().case.number;
        let giving = house.open_case("ines");
        let ines = &house.who("ines").actor;
        let giving_number = house.desk.case(ines, giving).unwrap().case.number;
        let urgent = house.proposed(
            "ines",
            Some(domain::authority::Purpose::Procurement),
            Some(domain::authority::LegalBasis::StatutoryInquiry),
        );
        for case in [proposed, closing, urgent] {
            for (name, _, rank) in crate::house::PEOPLE {
                if let Some(rank @ (Membership::Contributor | Membership::Reader)) = rank {
                    let user = house.who(name).user.id;
                    house
                        .desk
                        .decide_membership(&house.who("ines").actor, case, user, Some(rank))
                        .unwrap();
                }
            }
        }
        let other = house.proposed(
            "ines",
            Some(domain::authority::Purpose::Sanctions),
            Some(domain::authority::LegalBasis::StatutoryInquiry),
        );
        let nils = house.who("nils").user.id;
        house
            .desk
            .decide_membership(
                &house.who("ines").actor,
                urgent,
                nils,
                Some(Membership::Reader),
            )
            .unwrap();
        let declared = json!({ "at_risk": "evidence", "reason": "the files are being shredded" });
        let emergency = house
            .post(
                &format!("/api/cases/{urgent}/emergencies"),
                "nils",
                &declared,
            )
            .is(201)
            .id();
        std::fs::write(
            house.folder.path().join("data").join("tips.txt"),
            "Two people read it.",
        )
        .unwrap();
        let told = json!({ "words": "The dredger is never there." });
        let given = house.post("/api/tips", "nobody", &told).is(201);
        let tip_code = given.json["code"].as_str().unwrap().to_owned();
        let tips = house.get("/api/tips", "sora").is(200);
        let tip = tips.json["waiting"][0]["id"].as_str().unwrap().to_owned();
        let ines = house.who("ines").actor.clone();
        let number = house.desk.case(&ines, urgent).unwrap().case.number;
        let link = json!({ "other": number, "words": "the same bidder" });
        let link = house
            .post(&format!("/api/cases/{case}/links"), "ines", &link)
            .is(201)
            .id();
        let incident = house
            .post("/api/incidents", "rune", &breach(&house))
            .is(201)
            .id();
        let drawn = |per_thousand: u32| {
            let share = json!({ "per_thousand": per_thousand, "days": 7 });
            let path = "/api/look-up-reviews/share";
            house.call("PUT", path, "sora", &share).is(204);
        };
        drawn(1000);
        house.record(case, "ines", "register", "7");
        drawn(0);
        let told = house.get("/api/look-up-reviews", "sora").is(200).json;
        let own = (case.to_string(), house.who("ines").user.id.to_string());
        let is_own = |one: &&Value| one["case"] == own.0 && one["user"] == own.1;
        let review = told["reviews"].as_array().unwrap().iter().find(is_own);
        let review = review.unwrap()["id"].as_str().unwrap().to_owned();
        let written = json!({ "title": "Faces", "words": "necessary" });
        let assessment = house
            .post("/api/assessments", "dara", &written)
            .is(201)
            .id();
        let given = json!({ "name": "Coast Guard", "category": "authority" });
        let recipient = house
            .post("/api/processing/recipients", "rune", &given)
            .is(201)
            .id();
        let ended = house.open_case("nils");
        let kept = json!({ "words": "quay", "reason": "who paid?" });
        house
            .post(&format!("/api/cases/{ended}/searches"), "nils", &kept)
            .is(201);
        let closing_it = json!({ "outcome": "referred" });
        house
            .post(&format!("/api/cases/{ended}/close"), "sora", &closing_it)
            .is(204);
        let stopped = house.get("/api/stopped", "nils").is(200).json;
        let stopped = stopped["stopped"][0]["id"].as_str().unwrap().to_owned();
        let begun = json!({ "label": "telephone", "password": crate::house::PASSWORD });
        let factor = house.post("/api/me/factors", "nils", &begun).is(201).id();
        let program = house.post("/api/me/tokens", "nils", &token()).is(201).id();
        let agreed = || {
            let path = "/api/matching/agreements";
            house.post(path, "dara", &matching_agreement()).is(201).id()
        };
        let (agreement, ending) = (agreed(), agreed());
        let set_up =
            json!({ "name": "pushed", "dataset": "list", "way": "push", "extent": "delta" });
        let source = house.post("/api/sources", "dara", &set_up).is(201).id();
        Self {
            house,
            link,
            stopped,
            assessment,
            recipient,
            tip,
            tip_code,
            factor,
            program,
            agreement,
            run,
            ending,
            source,
            urgent,
            other,
            emergency,
            review,
            incident,
            case,
            proposed,
            closing,
            closing_number,
            giving_number,
            a,
            b,
            note,
            task,
            hypothesis,
            report,
            alert,
            evidence,
            paper,
            passage,
            mention,
            sheet,
            table,
            spare,
            spare_dataset,
            special,
            certification,
            upload,
            search,
            dataset,
            release,
            held,
            subject,
        }
    }

    /// The address of a route in which every id is a real one; `case` may be another.
    pub fn address(&self, route: &Route, case: Option<&str>) -> String {
        let own = match route.path.as_str() {
            "/api/cases/{case}/decision" => self.proposed,
            "/api/cases/{case}/close" => self.closing,
            "/api/cases/{case}/suspend"
            | "/api/cases/{case}/resume"
            | "/api/cases/{case}/reopen" => self.proposed,
            path if path.starts_with("/api/cases/{case}/emergencies") => self.urgent,
            _ => self.case,
        };
        let user = if route.path.ends_with("/look-ups") {
            "kai"
        } else {
            "nils"
        };
        let user = self.house.who(user).user.id.to_string();
        let release = if route.path.ends_with("/decision") {
            &self.held
        } else {
            &self.release
        };
        let ruled = route.path.ends_with("/unlawful")
            || route.path.ends_with("/lawful")
            || route.path.ends_with("/{item}/special");
        let (item, dataset) = match ruled {
            true => (&self.spare, &self.spare_dataset),
            false => (&self.evidence, &self.dataset),
        };
        let nothing = "0".repeat(26);
        route
            .path
            .replace("{special}", &self.special)
            .replace("{tie}", &nothing)
            .replace("{case}", case.unwrap_or(&own.to_string()))
            .replace("{user}", &user)
            .replace("{factor}", &self.factor)
            .replace("{token}", &self.program)
            .replace("{record}", &self.a)
            .replace("{a}", &self.a)
            .replace("{b}", &self.b)
            .replace("{note}", &self.note)
            .replace("{task}", &self.task)
            .replace("{hypothesis}", &self.hypothesis)
            .replace("{report}", &self.report)
            .replace("{name}", "short")
            .replace("{subject}", &self.subject)
            .replace("{emergency}", &self.emergency)
            .replace("{review}", &self.review)
            .replace("{incident}", &self.incident)
            .replace("{alert}", &self.alert)
            .replace("{item}", item)
            .replace("{passage}", &self.passage)
            .replace("{mention}", &self.mention)
            .replace("{table}", &self.table)
            .replace("{certification}", &self.certification)
            .replace("{upload}", &self.upload)
            .replace("{search}", &self.search)
            .replace("{position}", "0")
            .replace("{dataset}", dataset)
            .replace("{source}", &self.source)
            .replace("{release}", release)
            .replace("{kind}", "refusal")
            .replace(
                "/api/log/table/{form}",
                "/api/log/table/csv?purpose=lawfulness",
            )
            .replace("{form}", "csv")
            .replace(
                "/api/log/figures",
                "/api/log/figures?month=2030-02&by=purpose",
            )
            .replace("/api/log/bundle", "/api/log/bundle?purpose=lawfulness")
            .replace("{agreement}/end", &format!("{}/end", self.ending))
            .replace("{agreement}", &self.agreement)
            .replace("{run}", &self.run.to_string())
            .replace("{number}", "1")
            .replace(
                "/api/policy/replay",
                "/api/policy/replay?purpose=lawfulness",
            )
            .replace("{link}", &self.link)
            .replace("{stopped}", &self.stopped)
            .replace("{assessment}", &self.assessment)
            .replace("{recipient}", &self.recipient)
            .replace("{tip}", &self.tip)
            .replace("/documents", "/documents?words=berth")
            .replace("/api/log/1", "/api/log/1?purpose=lawfulness")
            .replace("/api/usage", "/api/usage?dataset=register&key=7")
            + if route.path == "/api/log" {
                "?purpose=lawfulness"
            } else {
                ""
            }
    }

    /// A well-formed request by somebody.
    pub fn request(&self, route: &Route, who: &str, case: Option<&str>) -> Request<Body> {
        let address = self.address(route, case);
        let mut request = self
            .house
            .request(&route.method, &address, who, &self.body(route, who));
        if route.name() == "DELETE /api/session" && who != "nobody" {
            self.in_a_session_of_its_own(&mut request, who);
        }
        let release = lines(&list());
        let parts: Vec<(&str, Option<&str>, &[u8])> = match route.name().as_str() {
            "POST /api/cases/{case}/evidence" => STORY
                .iter()
                .copied()
                .chain([("file", Some("a.txt"), EVIDENCE)])
                .collect(),
            "POST /api/cases/{case}/uploads/{upload}/bytes" => vec![("1", Some("c"), b"c")],
            "POST /api/datasets/{dataset}/releases" => {
                vec![
                    ("label", None, b"again"),
                    ("mapping", None, b"ftm"),
                    ("file", Some("list.jsonl"), release.as_bytes()),
                ]
            }
            _ => return request,
        };
        let (kind, body) = form(&parts);
        request
            .headers_mut()
            .insert("content-type", kind.parse().unwrap());
        *request.body_mut() = Body::from(body);
        request
    }

    /// A request whose success ends the session that makes it is made in one of its own.
    fn in_a_session_of_its_own(&self, request: &mut Request<Body>, who: &str) {
        let (password, origin) = (crate::house::PASSWORD, domain::authority::Origin::Api);
        // Where the log cannot be written nobody signs in, and the request is made as it is.
        if let Ok(fresh) = self.house.desk.sign_in(who, password, origin) {
            let bearer = format!("Bearer {}", fresh.token);
            let headers = request.headers_mut();
            headers.insert("authorization", bearer.parse().unwrap());
        }
    }

    /// Asks a route as somebody. A stream that opens answers with its head alone.
    pub fn ask(&self, route: &Route, who: &str, case: Option<&str>) -> crate::house::Answer {
        self.house.send(self.request(route, who, case))
    }
}

/// Compares a generated file with the one that is checked in; `PREDICATE_BLESS=1` writes it.
pub fn compare(file: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/api")
        .join(file);
    if std::env::var_os("PREDICATE_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == text,
        "docs/api/{file} is not what the code says; PREDICATE_BLESS=1 writes it anew"
    );
}

#[test]
fn the_description_is_the_one_that_is_checked_in() {
    let text = web::openapi_json();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut names = Vec::new();
    for path in document["paths"].as_object().unwrap().values() {
        for operation in path.as_object().unwrap().values() {
            names.push(operation["operationId"].as_str().unwrap());
            for status in ["413", "422", "503"] {
                let problem = &operation["responses"][status]["content"];
                let open = operation["operationId"] == "read_health" && status == "503";
                assert!(
                    open || problem["application/problem+json"].is_object(),
                    "{operation}"
                );
            }
        }
    }
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "two operations share an id");
    compare("openapi.json", &text);
}

#[test]
fn az_06_what_is_not_listed_under_api_does_not_answer_c2() {
    let house = House::empty();
    for path in [
        "/api",
        "/api/",
        "/api/case",
        "/api/users/me",
        "/api/admin",
        "/api/openapi.json",
        "/api/debug",
        "/metrics",
    ] {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            house.call(method, path, "nobody", &Value::Null).is(404);
        }
    }
    let listed = listed();
    for route in &listed {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
            let known = listed
                .iter()
                .any(|other| other.path == route.path && other.method == method);
            if !known {
                let answer = house.call(method, &route.path, "nobody", &Value::Null);
                assert_eq!(answer.status.as_u16(), 405, "{method} {}", route.path);
                assert_eq!(answer.json["type"], "/problems/wrong-method");
            }
        }
    }
}
