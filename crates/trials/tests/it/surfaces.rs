//! Look-ups by somebody signed in who has no open case, over every way in: programs, event streams, pages, exports, the
//! command line.

use serde_json::{Value, json};

use crate::house::{Case, House, company, hits};
use crate::http::{Answer, Body};
use crate::program::{Ended, Serving};
use crate::screens::Screens;

/// Stands in the data alone: in no question, no address and no title.
const CANARY: &str = "Zwartkanarie";
/// By what the canary's company would be found.
const ASKED: &str = "Polder";
/// The one code of the refusal, whatever is asked and wherever.
const RULE: &str = "look-up.case-not-open";
/// The fields of a disclosure, by page and program.
const DISCLOSED: [(&str, &str); 5] = [
    ("recipient", "Tax Office of Merravin"),
    ("address", "1 Quay Street"),
    ("purpose", "assessing tax"),
    ("authority", "Tax Act section 12"),
    ("nature", "copy by courier"),
];
/// Why, as a page's address has it.
const REASON: &str = "line=ownership&settle=who+stands+behind+the+bidder";

/// What every way in is tried on.
struct Trial<'a> {
    house: &'a House,
    serving: &'a Serving,
    ines: String,
    records: Vec<String>,
}

impl Trial<'_> {
    fn screens(&self) -> Screens<'_> {
        Screens {
            serving: self.serving,
            session: self.ines.clone(),
        }
    }

    fn refusals(&self) -> i64 {
        let sql = "SELECT count(*) FROM log_entry WHERE kind = 'refusal'";
        let database = self.house.database();
        database.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Each look-up of a program below `prefix` is refused.
    fn programs(&self, prefix: &str) {
        let (a, b) = (&self.records[0], &self.records[1]);
        let person =
            json!({ "kinds": ["persons"], "person": { "name": "Oda Karlsen", "birth": "1961" } });
        let verdict = json!({ "a": a, "b": b, "verdict": "same", "reason": "one seat" });
        for (method, path, body) in [
            ("POST", "search".into(), json!({ "text": ASKED })),
            ("POST", "search".into(), person),
            ("GET", format!("records/{a}"), Value::Null),
            ("GET", format!("records/{a}/source"), Value::Null),
            ("GET", format!("records/{a}/links"), Value::Null),
            ("GET", format!("identities/{a}"), Value::Null),
            ("GET", "proposals".into(), Value::Null),
            ("POST", "judgements".into(), verdict),
        ] {
            self.refused(method, &format!("{prefix}/{path}"), body);
        }
    }

    /// What sends on what was looked up in a case is refused: alerts, their stream, a disclosure.
    fn exports(&self, case: &str) {
        let disclosed: serde_json::Map<String, Value> = DISCLOSED
            .map(|(name, said)| (name.to_owned(), json!(said)))
            .into_iter()
            .collect();
        for (method, path, body) in [
            ("GET", "alerts", Value::Null),
            ("GET", "events", Value::Null),
            ("POST", "disclosures", Value::Object(disclosed)),
        ] {
            self.refused(method, &format!("/api/cases/{case}/{path}"), body);
        }
    }

    /// One request: the code, no byte of a result, one entry.
    fn refused(&self, method: &str, path: &str, body: Value) {
        let before = self.refusals();
        let body = match body {
            Value::Null => Body::Nothing,
            body => Body::Json(body),
        };
        let answer = self.serving.ask(method, path, Some(&self.ines), body);
        assert_eq!(answer.expect(403)["reason"], RULE, "{method} {path}");
        assert!(!answer.text().contains(CANARY), "{method} {path}");
        assert_eq!(self.refusals(), before + 1, "{method} {path}");
    }

    /// Each page of a case that shows or sends what was looked up is a refusal card that names the code.
    fn pages(&self, case: &str) {
        let (a, b) = (&self.records[0], &self.records[1]);
        for path in [
            format!("search?{REASON}&q={ASKED}"),
            format!("search?{REASON}&for=person&name=Oda+Karlsen&birth=1961"),
            format!("records/{a}"),
            format!("records/{a}/links"),
            format!("identities/{a}"),
            "proposals".to_owned(),
            format!("proposals/{a}/{b}"),
            "inbox".to_owned(),
            "events".to_owned(),
        ] {
            let before = self.refusals();
            let page = self.screens().get(&format!("/cases/{case}/{path}"));
            self.card(&path, &page, before);
        }
        let judged = [
            ("a", a.as_str()),
            ("b", b),
            ("verdict", "same"),
            ("reason", "one seat"),
        ];
        for (path, fields) in [("disclosures", &DISCLOSED[..]), ("judgements", &judged)] {
            let before = self.refusals();
            let case = format!("/cases/{case}");
            let page = self
                .screens()
                .form(&case, &format!("{case}/{path}"), fields);
            self.card(path, &page, before);
        }
    }

    /// A refusal card with the code, no byte of a result, one entry more than before.
    fn card(&self, path: &str, answer: &Answer, before: i64) {
        let page = answer.text();
        assert_eq!(answer.status, 403, "{path}: {page}");
        // A stream has no page to show and says it as programs are told.
        let named = [
            format!("<span class=\"mono\">{RULE}</span>"),
            format!("\"reason\":\"{RULE}\""),
        ];
        assert!(named.iter().any(|named| page.contains(named)), "{page}");
        assert!(!page.contains(CANARY), "{path}");
        assert_eq!(self.refusals(), before + 1, "{path}");
    }

    /// Ines writes a case down that nobody has approved; `lacking` is left out of it.
    fn proposed(&self, lacking: &str) -> String {
        let datasets = self.serving.get("/api/datasets", &self.ines).expect(200);
        let mut written = json!({ "title": format!("Waiting, lacking {lacking}"), "predicate": "Two bids",
            "purpose": "procurement", "legal_basis": "statutory_inquiry",
            "datasets": [datasets["datasets"][0]["id"]], "kinds": ["persons", "organisations"], "days": 90 });
        written.as_object_mut().unwrap().remove(lacking);
        let made = self.serving.post("/api/cases", &self.ines, written);
        let id = made.expect(201)["id"].as_str().unwrap().to_owned();
        let reason = json!({ "line": "ownership", "settles": "who stands behind the bidder" });
        let path = format!("/api/cases/{id}/reason");
        self.serving
            .ask("PUT", &path, Some(&self.ines), Body::Json(reason));
        id
    }
}

/// A search on the command line.
fn search(house: &House, case: &str, more: &[&str]) -> Ended {
    let mut words = vec!["search", "--case", case, "--line", "ownership"];
    words.extend(["--settles", "who stands behind the bidder"]);
    words.extend(more);
    house.act("ines", &words)
}

/// On the command line a refusal has exit status 3 and names the rule; nothing is printed as a result, no file is made.
fn command_line(house: &House, case: &str, records: &[String]) {
    let refused = |words: &[&str], ended: Ended| {
        assert_eq!(ended.status.code(), Some(3), "{words:?}: {ended:?}");
        assert_eq!(ended.out, "", "{words:?}");
        assert!(ended.err.contains(&format!("`{RULE}`")), "{}", ended.err);
        assert!(!ended.err.contains(CANARY), "{}", ended.err);
    };
    for more in [
        &[ASKED][..],
        &[ASKED, "--json"],
        &["Oda Karlsen", "--person", "--birth", "1961"],
    ] {
        refused(more, search(house, case, more));
    }
    let (a, b) = (records[0].as_str(), records[1].as_str());
    for words in [
        &["record", a][..],
        &["links", a],
        &["identity", a],
        &["source", a],
        &["matches"],
        &["judge", a, b, "--verdict", "same", "--reason", "one seat"],
        &["split", a, b, "--reason", "two seats"],
        &["inbox"],
    ] {
        let mut act = vec!["work", words[0], "--case", case];
        act.extend(&words[1..]);
        refused(words, house.act("ines", &act));
    }
    let copy = house.folder.path().join("copy.zip");
    let mut words = vec!["case", "disclose", case, "--to", copy.to_str().unwrap()];
    let named = DISCLOSED.map(|(name, said)| (format!("--{name}"), said));
    words.extend(named.iter().flat_map(|(name, said)| [name.as_str(), said]));
    refused(&words, house.act("ines", &words));
    assert!(!copy.exists());
}

/// The cases are one not yet approved, one without purpose and one without legal basis, besides none at all and a closed
/// one. The ways in are shown to find the canary while a case is open.
#[test]
fn dp_01_without_an_open_case_every_surface_refuses_alike_c1_c2() {
    let Some(house) = House::new("dp_01") else {
        return;
    };
    let companies = [
        company("k1", &format!("{ASKED} {CANARY} Alpha"), "active"),
        company("k2", &format!("{ASKED} {CANARY} Beta"), "active"),
    ];
    house
        .load(&house.delivery("start", &companies), false)
        .unwrap();
    let serving = house.serve();
    let open = Case::open(&serving);
    let found = serving.post(&open.path("search"), &open.ines, json!({ "text": ASKED }));
    assert!(found.text().contains(CANARY), "{}", found.text());
    let trial = Trial {
        house: &house,
        serving: &serving,
        ines: open.ines.clone(),
        records: hits(&found.expect(200)),
    };
    // The same ways in do tell it while the case is open.
    for path in [
        format!("search?{REASON}&q={ASKED}"),
        format!("records/{}", trial.records[0]),
    ] {
        let page = trial
            .screens()
            .get(&format!("/cases/{}/{path}", open.id))
            .text();
        assert!(page.contains(CANARY), "{path}: {page}");
    }
    Case::open(&serving);
    trial.programs("/api");
    let mut cases: Vec<String> = ["nothing", "purpose", "legal_basis"]
        .map(|lacking| trial.proposed(lacking))
        .into();
    let outcome = json!({ "outcome": "nothing in it" });
    let closing = serving.post(&open.path("close"), &serving.sign_in("sora"), outcome);
    assert_eq!(closing.status, 204, "{}", closing.text());
    cases.push(open.id.clone());
    for case in &cases {
        trial.programs(&format!("/api/cases/{case}"));
        trial.exports(case);
        trial.pages(case);
    }
    let records = trial.records.clone();
    serving.kill();

    let listed = house.act("ines", &["case", "list"]).good();
    let (working, shut): (Vec<&str>, Vec<&str>) =
        listed.lines().partition(|line| line.contains("\topen\t"));
    assert_eq!((working.len(), shut.len()), (1, cases.len()), "{listed}");
    let number = |line: &str| line.split('\t').next().unwrap().to_owned();
    for line in shut {
        command_line(&house, &number(line), &records);
    }
    let told = search(&house, &number(working[0]), &[ASKED]).good();
    assert!(told.contains(CANARY), "{told}");
    house.check();
}
