//! An installation with one person of each role and one dataset, and the acts that most trials need.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::http::Body;
use crate::program::{Ended, Program, Serving, finish};

/// An installation in a temporary folder.
pub struct House {
    pub program: Program,
    pub folder: tempfile::TempDir,
    pub data: PathBuf,
}

impl House {
    /// Ada administers, Ines and Jonas investigate, Sora supervises, Dara is data steward, Aude audits. The dataset is
    /// `register`. Nothing when the program is not there; then a line has said that `test` was skipped.
    pub fn new(test: &str) -> Option<Self> {
        let program = Program::found(test)?;
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        Some(Self::furnished(program, folder, data))
    }

    /// The same in a data directory that may hold folders already.
    pub fn furnished(program: Program, folder: tempfile::TempDir, data: PathBuf) -> Self {
        let house = Self {
            program,
            folder,
            data,
        };
        let data = house.data.to_str().unwrap();
        let words = [
            "init",
            "--data",
            data,
            "--name",
            "ada",
            "--title",
            "Ada of the house",
        ];
        house.program.run(&words).good();
        for (name, role) in [
            ("ines", "investigator"),
            ("jonas", "investigator"),
            ("sora", "supervisor"),
            ("dara", "data_steward"),
            ("aude", "auditor"),
        ] {
            let title = format!("{name} of the house");
            let words = ["user", "add", name, "--title", &title, "--role", role];
            house.act("ada", &words).good();
        }
        house.bring("register");
        house
    }

    /// Brings a dataset in.
    pub fn bring(&self, name: &str) {
        let title = format!("The {name}");
        let words = [
            "source",
            "add",
            name,
            "--title",
            &title,
            "--publisher",
            "Harbour Court",
            "--authority",
            "open data",
            "--purpose",
            "procurement",
            "--no-matching",
        ];
        self.act("dara", &words).good();
    }

    /// A command of somebody, not yet started.
    pub fn command(&self, who: &str, words: &[&str]) -> Command {
        let mut command = self.program.command();
        command
            .args(words)
            .arg("--data")
            .arg(&self.data)
            .args(["--as", who]);
        command
    }

    /// Runs a command of somebody to its end.
    pub fn act(&self, who: &str, words: &[&str]) -> Ended {
        finish(&mut self.command(who, words))
    }

    /// Writes a delivery to a file.
    pub fn delivery(&self, label: &str, entities: &[Value]) -> PathBuf {
        let path = self.folder.path().join(format!("{label}.jsonl"));
        std::fs::write(&path, lines(entities)).unwrap();
        path
    }

    /// The command that loads a file; what it takes is printed as JSON.
    pub fn loading(&self, file: &Path, delta: bool) -> Command {
        let mut words = vec![
            "source",
            "load",
            "register",
            file.to_str().unwrap(),
            "--json",
        ];
        if delta {
            words.push("--delta");
        }
        self.command("dara", &words)
    }

    /// Starts loading a file.
    pub fn start_loading(&self, file: &Path, delta: bool) -> Child {
        self.loading(file, delta).spawn().unwrap()
    }

    /// Loads a file to the end; gives the receipt, or nothing when it had been taken before.
    pub fn load(&self, file: &Path, delta: bool) -> Option<Value> {
        let out = finish(&mut self.loading(file, delta)).good();
        if out.starts_with("taken before") {
            return None;
        }
        Some(serde_json::from_str(&out).unwrap())
    }

    /// All stores agree, by the program's own word.
    pub fn check(&self) {
        self.act("ada", &["check"]).good();
    }

    pub fn serve(&self) -> Serving {
        self.program.serve(&self.data)
    }

    /// The database, for looking only.
    pub fn database(&self) -> Connection {
        let path = self.data.join("predicate.sqlite");
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
    }

    /// How many releases are published.
    pub fn published(database: &Connection) -> i64 {
        let sql = "SELECT count(*) FROM release WHERE state = 'published'";
        database.query_row(sql, [], |row| row.get(0)).unwrap_or(-1)
    }

    /// The log's public key as it is served.
    pub fn key(serving: &Serving) -> String {
        let answer = serving.ask("GET", "/log-public/key", None, Body::Nothing);
        assert_eq!(answer.status, 200);
        answer.text().trim().to_owned()
    }

    /// Verifies the log's folder offline.
    pub fn verify(&self, key: &str) -> Ended {
        let log = self.data.join("log");
        self.program
            .run(&["verify", log.to_str().unwrap(), "--key", key])
    }
}

/// Ines's open case over the dataset, seen over HTTP.
pub struct Case {
    pub id: String,
    /// Ines's token.
    pub ines: String,
}

impl Case {
    /// Writes a case down, has it approved, and states a reason.
    pub fn open(serving: &Serving) -> Self {
        let (ines, sora) = (serving.sign_in("ines"), serving.sign_in("sora"));
        let datasets = serving.get("/api/datasets", &ines).expect(200);
        let dataset = datasets["datasets"][0]["id"].clone();
        let written = json!({ "title": "Dredging contracts", "predicate": "Two bids from one address",
            "purpose": "procurement", "legal_basis": "statutory_inquiry", "datasets": [dataset],
            "kinds": ["persons", "organisations", "assets", "papers"], "days": 90 });
        let made = serving.post("/api/cases", &ines, written).expect(201);
        let id = made["id"].as_str().unwrap().to_owned();
        let decision = json!({ "decision": "approve" });
        serving
            .post(&format!("/api/cases/{id}/decision"), &sora, decision)
            .expect(204);
        let case = Self { id, ines };
        case.state_reason(serving);
        case
    }

    /// The same case in another run of the server.
    pub fn again(&self, serving: &Serving) -> Self {
        Self {
            id: self.id.clone(),
            ines: serving.sign_in("ines"),
        }
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/api/cases/{}/{rest}", self.id)
    }

    fn state_reason(&self, serving: &Serving) {
        let reason = json!({ "line": "ownership", "settles": "who stands behind the bidder" });
        serving
            .ask(
                "PUT",
                &self.path("reason"),
                Some(&self.ines),
                Body::Json(reason),
            )
            .expect(204);
    }

    /// Records found by words, best first.
    pub fn search(&self, serving: &Serving, text: &str) -> Vec<String> {
        let found = serving
            .post(&self.path("search"), &self.ines, asking(text))
            .expect(200);
        hits(&found)
    }

    /// Writes a note; gives the status.
    pub fn note(&self, serving: &Serving, title: &str, text: &str) -> u16 {
        let note = json!({ "kind": "note", "title": title, "text": text });
        serving.post(&self.path("notes"), &self.ines, note).status
    }

    /// Titles of the notes.
    pub fn notes(&self, serving: &Serving) -> Vec<String> {
        let found = serving.get(&self.path("notes"), &self.ines).expect(200);
        let titles = found["notes"].as_array().unwrap().iter();
        titles
            .map(|note| note["title"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// A search for things by words, each as it is written.
pub fn asking(text: &str) -> Value {
    json!({ "text": text, "limit": 100, "fuzzy": false, "transliterate": false })
}

/// The records of a search's answer.
pub fn hits(found: &Value) -> Vec<String> {
    let hits = found["things"]["hits"].as_array().unwrap().iter();
    hits.map(|hit| hit["record"].as_str().unwrap().to_owned())
        .collect()
}

/// A company as FollowTheMoney has it.
pub fn company(key: &str, name: &str, status: &str) -> Value {
    json!({ "id": key, "schema": "Company", "properties": {
        "name": [name], "status": [status], "registrationNumber": [format!("HR {key}")], "jurisdiction": ["gb"],
    }})
}

fn lines(entities: &[Value]) -> String {
    entities
        .iter()
        .map(|entity| format!("{entity}\n"))
        .collect()
}
