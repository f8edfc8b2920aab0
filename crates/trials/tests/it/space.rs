//! Database, index, blobs, log and temporary files, each on a small volume, and each filled in turn.

use std::path::Path;

use serde_json::{Value, json};

use crate::house::{Case, House, company};
use crate::http::{Answer, Body};
use crate::mount::{Small, in_own_mounts};
use crate::program::{Program, Serving};

/// Everything that was acknowledged, to be found again.
#[derive(Default)]
struct Acknowledged {
    notes: Vec<String>,
    evidence: Vec<(String, Vec<u8>)>,
    companies: Vec<String>,
}

/// An answer to a write: taken, or told that there is no room; nothing else, and never without a reason.
fn taken(what: &str, answer: &Answer) -> bool {
    if answer.status == 201 {
        return true;
    }
    assert!(
        matches!(answer.status, 503 | 507),
        "{what}: {} {}",
        answer.status,
        answer.text()
    );
    let problem = answer.json();
    assert!(
        !problem["detail"].as_str().unwrap_or_default().is_empty(),
        "{what}: {}",
        answer.text()
    );
    false
}

struct Trial<'a> {
    serving: &'a Serving,
    case: &'a Case,
    dara: &'a str,
    dataset: &'a str,
}

impl Trial<'_> {
    fn note(&self, title: &str, kept: &mut Acknowledged) -> bool {
        let note = json!({ "kind": "note", "title": title, "text": "x".repeat(4_000) });
        let answer = self
            .serving
            .post(&self.case.path("notes"), &self.case.ines, note);
        let taken = taken("note", &answer);
        kept.notes.extend(taken.then(|| title.to_owned()));
        taken
    }

    fn evidence(&self, name: &str, kept: &mut Acknowledged) -> bool {
        let bytes: Vec<u8> = (0..300_000u32)
            .map(|number| (number % 251) as u8)
            .chain(name.bytes())
            .collect();
        let fields = ["source", "collector", "place", "tool", "authority"]
            .map(|field| (field, format!("the {field}")))
            .into_iter()
            .chain([("collected", "2026-05-03T10:00:00Z".to_owned())])
            .collect();
        let form = Body::Form {
            fields,
            file: (name.to_owned(), bytes.clone()),
        };
        let answer = self.serving.ask(
            "POST",
            &self.case.path("evidence"),
            Some(&self.case.ines),
            form,
        );
        let taken = taken("evidence", &answer);
        if taken {
            let id = answer.json()["id"].as_str().unwrap().to_owned();
            kept.evidence.push((id, bytes));
        }
        taken
    }

    /// A delivery with a person of whom a special trait is told, so that a blanked copy of the file has to be kept.
    fn delivery(&self, name: &str, kept: &mut Acknowledged) -> bool {
        let mut text: String = (0..200)
            .map(|number| {
                format!(
                    "{}\n",
                    company(
                        &format!("{name}-{number}"),
                        &format!("{name} Works {number}"),
                        "active"
                    )
                )
            })
            .collect();
        let person = json!({ "id": format!("{name}-p"), "schema": "Person",
            "properties": { "name": ["Orla Venn"], "religion": ["any"] } });
        text += &format!("{person}\n");
        let fields = vec![
            ("label", name.to_owned()),
            ("extent", "delta".into()),
            ("mapping", "ftm".into()),
        ];
        let form = Body::Form {
            fields,
            file: (format!("{name}.jsonl"), text.into_bytes()),
        };
        let path = format!("/api/datasets/{}/releases", self.dataset);
        let answer = self.serving.ask("POST", &path, Some(self.dara), form);
        let taken = taken("delivery", &answer);
        kept.companies.extend(taken.then(|| name.to_owned()));
        taken
    }

    /// Reads go on, or are refused with 503 because they cannot be logged; the public log is read in any case.
    fn reads(&self) -> usize {
        let mut on = 0;
        for path in [
            self.case.path("notes"),
            self.case.path("evidence"),
            "/api/cases".to_owned(),
        ] {
            let answer = self.serving.get(&path, &self.case.ines);
            assert!(
                matches!(answer.status, 200 | 503),
                "{path}: {} {}",
                answer.status,
                answer.text()
            );
            on += usize::from(answer.status == 200);
        }
        let head = self
            .serving
            .ask("GET", "/log-public/checkpoint", None, Body::Nothing);
        assert_eq!(head.status, 200);
        on
    }
}

/// Everything acknowledged is there, and nothing that was refused.
fn all_there(serving: &Serving, case: &Case, kept: &Acknowledged) {
    let (mut there, mut written) = (case.notes(serving), kept.notes.clone());
    there.sort();
    written.sort();
    assert_eq!(there, written);
    let listed = serving.get(&case.path("evidence"), &case.ines).expect(200);
    assert_eq!(
        listed["evidence"].as_array().map(Vec::len),
        Some(kept.evidence.len())
    );
    for (id, bytes) in &kept.evidence {
        let answer = serving.get(&case.path(&format!("evidence/{id}/bytes")), &case.ines);
        let whole = answer.status == 200 && answer.body == *bytes;
        assert!(whole, "evidence: {} {}", answer.status, serving.said());
    }
    for name in &kept.companies {
        let found = || {
            !case
                .search(serving, &format!("{name} Works 117"))
                .is_empty()
        };
        let limit = std::time::Duration::from_secs(60);
        assert!(crate::program::within(limit, found), "{name}");
    }
}

/// The five volumes: where each is mounted, how large, and which writes it must stop while it is full.
const VOLUMES: [(&str, u64, &str); 5] = [
    ("data", 98_304, "note evidence delivery"),
    ("data/log", 65_536, "note evidence delivery"),
    ("data/blobs", 24_576, "evidence delivery"),
    ("data/derived", 65_536, ""),
    ("temporary", 4_096, "delivery"),
];

/// The search index is derived and may lag, so filling it stops no write: what was taken meanwhile is found once there
/// is room again. A full database or log stops reads that must be logged, too: no read without its entry (AUD-03).
#[test]
fn cr_04_a_full_volume_stops_writes_with_a_reason_and_loses_nothing_c1_c2() {
    let Some(program) = Program::found("cr_04") else {
        return;
    };
    if !in_own_mounts(
        "space::cr_04_a_full_volume_stops_writes_with_a_reason_and_loses_nothing_c1_c2",
    ) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mounted = VOLUMES.map(|(place, kib, _)| {
        let place = folder.path().join(place);
        std::fs::create_dir_all(&place).unwrap();
        Small::over(&place, kib)
    });
    let temporary = folder.path().join("temporary");
    let data = folder.path().join("data");
    let house = House::furnished(program, folder, data);
    let mut kept = Acknowledged::default();
    let mut serving = start(&house, &temporary);
    let mut case = Case::open(&serving);
    let key = House::key(&serving);
    for ((place, _, stops), volume) in VOLUMES.iter().zip(&mounted) {
        let dara = serving.sign_in("dara");
        let datasets: Value = serving.get("/api/datasets", &dara).expect(200);
        let dataset = datasets["datasets"][0]["id"].as_str().unwrap().to_owned();
        let trial = Trial {
            serving: &serving,
            case: &case,
            dara: &dara,
            dataset: &dataset,
        };
        let name = place.replace('/', "");
        assert!(trial.note(&format!("{name} before"), &mut kept));
        assert!(trial.evidence(&format!("{name}-before"), &mut kept));
        assert!(trial.delivery(&format!("{name}before"), &mut kept));

        volume.fill();
        full(&trial, &name, stops, &mut kept);

        volume.free();
        // A restart is allowed, and each start must manage with what the full volume left behind.
        serving.kill();
        serving = start(&house, &temporary);
        case = case.again(&serving);
        all_there(&serving, &case, &kept);
        let dara = serving.sign_in("dara");
        let trial = Trial {
            serving: &serving,
            case: &case,
            dara: &dara,
            dataset: &dataset,
        };
        assert!(
            trial.note(&format!("{name} after"), &mut kept),
            "{place}: work resumes"
        );
        assert!(
            trial.evidence(&format!("{name}-after"), &mut kept),
            "{place}: work resumes"
        );
        assert!(
            trial.delivery(&format!("{name}after"), &mut kept),
            "{place}: work resumes"
        );
        all_there(&serving, &case, &kept);
        serving.kill();
        house.check();
        house.verify(&key).good();
        serving = start(&house, &temporary);
        case = case.again(&serving);
    }
}

fn start(house: &House, temporary: &Path) -> Serving {
    house
        .program
        .serve_with(&house.data, &[], &[("TMPDIR", temporary)])
}

/// Writes until the full volume is felt: room that the database had set aside before may still take some.
fn full(trial: &Trial<'_>, name: &str, stops: &str, kept: &mut Acknowledged) {
    let mut turn = 0;
    let mut until_stopped = |what: &str, write: &mut dyn FnMut(&str) -> bool| {
        for _ in 0..400 {
            turn += 1;
            if !write(&format!("{name}full{turn}")) {
                return;
            }
            if !stops.contains(what) && turn > 3 {
                return;
            }
        }
        panic!("{name}: a {what} is still taken");
    };
    until_stopped("note", &mut |title| trial.note(title, kept));
    until_stopped("evidence", &mut |title| trial.evidence(title, kept));
    until_stopped("delivery", &mut |title| trial.delivery(title, kept));
    let on = trial.reads();
    if !stops.contains("note") {
        assert_eq!(on, 3, "{name}: reads go on");
    }
}
