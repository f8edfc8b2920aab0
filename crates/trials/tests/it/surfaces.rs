//! Look-ups by somebody signed in who has no open case, over every way in: programs, pages, command line.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::house::{Case, House, company, hits};
use crate::http::Body;
use crate::program::{Ended, Serving};

/// Stands in the data alone: in no question, no address and no title.
const CANARY: &str = "Zwartkanarie";
/// By what the canary's company would be found.
const ASKED: &str = "Polder";
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
    fn refusals(&self) -> i64 {
        let sql = "SELECT count(*) FROM log_entry WHERE kind = 'refusal'";
        let database = self.house.database();
        database.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Each look-up of a program below `prefix` is refused by this rule.
    fn programs(&self, prefix: &str, rule: &str) {
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
            let before = self.refusals();
            let body = match body {
                Value::Null => Body::Nothing,
                body => Body::Json(body),
            };
            let path = format!("{prefix}/{path}");
            let answer = self.serving.ask(method, &path, Some(&self.ines), body);
            assert_eq!(answer.expect(403)["reason"], rule, "{method} {path}");
            assert!(!answer.text().contains(CANARY), "{method} {path}");
            assert_eq!(self.refusals(), before + 1, "{method} {path}");
        }
    }

    /// Each page of a case that shows what was looked up is a refusal card that names this rule.
    fn pages(&self, case: &str, rule: &str) {
        let (a, b) = (&self.records[0], &self.records[1]);
        for path in [
            format!("search?{REASON}&q={ASKED}"),
            format!("search?{REASON}&for=person&name=Oda+Karlsen&birth=1961"),
            format!("records/{a}"),
            format!("records/{a}/links"),
            format!("identities/{a}"),
            "proposals".to_owned(),
            format!("proposals/{a}/{b}"),
        ] {
            let before = self.refusals();
            let page = self.page(&format!("/cases/{case}/{path}"));
            assert!(page.starts_with("HTTP/1.1 403 "), "{path}: {page}");
            assert!(
                page.contains(&format!("<span class=\"mono\">{rule}</span>")),
                "{path}: {page}"
            );
            assert!(!page.contains(CANARY), "{path}");
            assert_eq!(self.refusals(), before + 1, "{path}");
        }
    }

    /// A page as a browser gets it, headers and all.
    fn page(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.serving.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: text/html\r\n\
             cookie: predicate_session={}\r\n\r\n",
            self.serving.address, self.ines
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
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

/// On the command line a refusal has exit status 3 and names the rule; nothing is printed as a result.
fn command_line(house: &House, case: &str, rule: &str) {
    for more in [
        &[ASKED][..],
        &[ASKED, "--json"],
        &["Oda Karlsen", "--person", "--birth", "1961"],
    ] {
        let ended = search(house, case, more);
        assert_eq!(ended.status.code(), Some(3), "{more:?}: {ended:?}");
        assert_eq!(ended.out, "", "{more:?}");
        assert!(ended.err.contains(&format!("`{rule}`")), "{}", ended.err);
        assert!(!ended.err.contains(CANARY), "{}", ended.err);
    }
}

/// The cases are one not yet approved, one without purpose and one without legal basis, besides none at all and a closed
/// one. Each way in is shown to find the canary while a case is open. A disclosure is no look-up and has
/// rules of its own.
#[test]
fn dp_01_without_an_open_case_programs_pages_and_commands_refuse_alike() {
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
        let page = trial.page(&format!("/cases/{}/{path}", open.id));
        assert!(page.contains(CANARY), "{path}: {page}");
    }
    Case::open(&serving);
    trial.programs("/api", "look-up.no-case");

    let rule = "look-up.case-not-open";
    let mut cases: Vec<String> = ["nothing", "purpose", "legal_basis"]
        .map(|lacking| trial.proposed(lacking))
        .into();
    let outcome = json!({ "outcome": "nothing in it" });
    let closing = serving.post(&open.path("close"), &serving.sign_in("sora"), outcome);
    assert_eq!(closing.status, 204, "{}", closing.text());
    cases.push(open.id.clone());
    for case in &cases {
        trial.programs(&format!("/api/cases/{case}"), rule);
        trial.pages(case, rule);
    }
    serving.kill();

    let listed = house.act("ines", &["case", "list"]).good();
    let (working, shut): (Vec<&str>, Vec<&str>) =
        listed.lines().partition(|line| line.contains("\topen\t"));
    assert_eq!((working.len(), shut.len()), (1, cases.len()), "{listed}");
    let number = |line: &str| line.split('\t').next().unwrap().to_owned();
    for line in shut {
        command_line(&house, &number(line), rule);
    }
    let told = search(&house, &number(working[0]), &[ASKED]).good();
    assert!(told.contains(CANARY), "{told}");
    house.check();
}
