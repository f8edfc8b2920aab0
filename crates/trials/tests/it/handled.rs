//! Each of the six kinds of handling by program, by command and by page, and what the log has of it.

use serde_json::{Value, json};

use crate::house::{Case, House, company};
use crate::http::Body;
use crate::program::Serving;
use crate::screens::Screens;

const WITH: [(&str, &str); 6] = [
    ("source", "found in the harbour office"),
    ("collector", "Ines"),
    ("collected", "2026-05-03"),
    ("place", "Merravin"),
    ("tool", "by hand"),
    ("authority", "warrant 12"),
];
const TOLD: [(&str, &str); 5] = [
    ("recipient", "Tax Office of Merravin"),
    ("address", "1 Quay Street"),
    ("purpose", "assessing tax"),
    ("authority", "Tax Act section 12"),
    ("nature", "copy by courier"),
];
const REASON: &str = "taken in by mistake";
const NOTE: &str = "The names are alike.";

/// What one surface handled, by the ids that the log must have.
struct Handled {
    origin: &'static str,
    evidence: String,
    note: String,
    judgement: String,
    disclosure: String,
}

/// An id that an answer of 201 gives.
fn made(answer: &crate::http::Answer) -> String {
    answer.expect(201)["id"].as_str().unwrap().to_owned()
}

/// The newest line of the ledger.
fn disclosed(serving: &Serving, case: &Case) -> String {
    let ledger = serving
        .get(&case.path("disclosures"), &case.ines)
        .expect(200);
    let lines = ledger["disclosures"].as_array().unwrap();
    let id = |line: &Value| line["id"].as_str().unwrap().to_owned();
    lines.iter().map(id).max().unwrap()
}

fn by_program(serving: &Serving, case: &Case, pair: &[String; 2]) -> Handled {
    let rune = serving.sign_in("rune");
    let form = Body::Form {
        fields: WITH.map(|(name, said)| (name, said.to_owned())).into(),
        file: ("letter.txt".into(), b"dear sir, by program".to_vec()),
    };
    let evidence = made(&serving.ask("POST", &case.path("evidence"), Some(&case.ines), form));
    let note = json!({ "kind": "note", "title": "By program", "text": NOTE });
    let note = made(&serving.post(&case.path("notes"), &case.ines, note));
    let record = case.path(&format!("records/{}", pair[0]));
    serving.get(&record, &case.ines).expect(200);
    let judged = json!({ "a": pair[0], "b": pair[1], "verdict": "unsure", "reason": "one seat" });
    let judgement = made(&serving.post(&case.path("judgements"), &case.ines, judged));
    let told: serde_json::Map<String, Value> = TOLD
        .map(|(name, said)| (name.to_owned(), json!(said)))
        .into_iter()
        .collect();
    let copy = serving.post(&case.path("disclosures"), &case.ines, Value::Object(told));
    assert_eq!(copy.status, 200, "{}", copy.text());
    let reason = Body::Json(json!({ "reason": REASON }));
    let item = case.path(&format!("evidence/{evidence}"));
    serving
        .ask("DELETE", &item, Some(&rune), reason)
        .expect(200);
    Handled {
        origin: "api",
        evidence,
        note,
        judgement,
        disclosure: disclosed(serving, case),
    }
}

fn by_page(serving: &Serving, case: &Case, pair: &[String; 2]) -> Handled {
    let at = |name| Screens {
        serving,
        session: serving.sign_in(name),
    };
    let (ines, rune) = (at("ines"), at("rune"));
    let home = format!("/cases/{}", case.id);
    let page = |rest: &str| format!("{home}/{rest}");
    let made = |answer: crate::http::Answer| {
        assert_eq!(answer.status, 303, "{}", answer.text());
        let place = answer.header("location").unwrap().to_owned();
        let place = place.split(['?', '#']).next().unwrap();
        place.rsplit('/').next().unwrap().to_owned()
    };
    let letter = ("letter.txt", "dear sir, by page");
    let evidence = made(ines.upload(&page("evidence"), &WITH, letter));
    let words = [("kind", "note"), ("title", "By page"), ("text", NOTE)];
    let note = made(ines.form(&home, &page("notes"), &words));
    assert_eq!(ines.get(&page(&format!("records/{}", pair[0]))).status, 200);
    let judged = [
        ("a", pair[0].as_str()),
        ("b", &pair[1]),
        ("verdict", "same"),
        ("reason", "one seat still"),
    ];
    let answer = ines.form(&home, &page("judgements"), &judged);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let identity = case.path(&format!("identities/{}", pair[0]));
    let identity = serving.get(&identity, &case.ines).expect(200);
    let judgement = identity["judgements"].as_array().unwrap().iter();
    let judgement = judgement
        .filter(|judgement| judgement["reason"] == "one seat still")
        .map(|judgement| judgement["id"].as_str().unwrap().to_owned())
        .next()
        .unwrap();
    let copy = ines.form(&home, &page("disclosures"), &TOLD);
    assert_eq!(copy.status, 200, "{}", copy.text());
    let item = page(&format!("evidence/{evidence}"));
    let gone = rune.form(&item, &format!("{item}/erase"), &[("reason", REASON)]);
    assert_eq!(gone.status, 303, "{}", gone.text());
    let left = rune.get(&item).text();
    assert!(
        left.contains("Erased by rune of the house") && left.contains(REASON),
        "{left}"
    );
    assert!(
        !left.contains("/erase\"") && !left.contains("/bytes\""),
        "{left}"
    );
    Handled {
        origin: "desk",
        evidence,
        note,
        judgement,
        disclosure: disclosed(serving, case),
    }
}

fn by_command(house: &House, number: &str, pair: &[String; 2]) -> Handled {
    let act = |who: &str, words: &[&str]| {
        let mut all = vec!["work", words[0], "--case", number];
        all.extend(&words[1..]);
        house.act(who, &all).good().trim().to_owned()
    };
    let file = house.folder.path().join("letter.txt");
    std::fs::write(&file, "dear sir, by command").unwrap();
    let named = WITH.map(|(name, said)| (format!("--{name}"), said));
    let mut words = vec!["evidence", file.to_str().unwrap()];
    words.extend(named.iter().flat_map(|(name, said)| [name.as_str(), said]));
    let evidence = act("ines", &words);
    let evidence = evidence.split('\t').next().unwrap().to_owned();
    let note = act("ines", &["note", "--title", "By command", NOTE]);
    act("ines", &["record", &pair[0]]);
    let (a, b) = (pair[0].as_str(), pair[1].as_str());
    let judged = ["judge", a, b, "--verdict", "unsure", "--reason", "one seat"];
    let judgement = act("ines", &judged);
    let copy = house.folder.path().join("copy.zip");
    let mut words = vec![
        "case",
        "disclose",
        number,
        "--json",
        "--to",
        copy.to_str().unwrap(),
    ];
    let named = TOLD.map(|(name, said)| (format!("--{name}"), said));
    words.extend(named.iter().flat_map(|(name, said)| [name.as_str(), said]));
    let handed: Value = serde_json::from_str(&house.act("ines", &words).good()).unwrap();
    act("rune", &["erase", &evidence, "--reason", REASON]);
    Handled {
        origin: "command_line",
        evidence,
        note,
        judgement,
        disclosure: handed["id"].as_str().unwrap().to_owned(),
    }
}

/// The objects of the entries of this kind, act and surface that were done in the case.
fn entered(
    serving: &Serving,
    case: &Case,
    kind: &str,
    act: &str,
    origin: &str,
) -> Vec<Vec<String>> {
    let aude = serving.sign_in("aude");
    let path = format!("/api/log?purpose=lawfulness&kind={kind}&case={}", case.id);
    let log = serving.get(&path, &aude).expect(200);
    let own = log["entries"].as_array().unwrap().iter().filter(|entry| {
        entry["act"] == act && entry["origin"] == origin && entry["outcome"] == "done"
    });
    own.map(|entry| serde_json::from_value(entry["objects"].clone()).unwrap())
        .collect()
}

/// One entry, and only one, names the object.
fn named(serving: &Serving, case: &Case, kind: &str, act: &str, origin: &str, object: &str) {
    let all = entered(serving, case, kind, act, origin);
    let found = all
        .iter()
        .filter(|objects| objects.iter().any(|known| known == object));
    assert_eq!(found.count(), 1, "{kind} {act} {origin} {object}: {all:?}");
}

/// What the three surfaces left is read by commands, and an erased item gives no byte.
fn read_back(house: &House, number: &str, record: &str, last: &Handled) {
    let lines = |words: &[&str]| -> Vec<Value> {
        let mut all = vec!["work", words[0], "--case", number];
        all.extend(&words[1..]);
        let out = house.act("ines", &all).good();
        out.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    assert_eq!(lines(&["items"]).len(), 3);
    assert_eq!(lines(&["notes"]).len(), 3);
    assert_eq!(lines(&["ledger"]).len(), 3);
    let item = &lines(&["item", &last.evidence])[0];
    assert_eq!(item["erased"]["reason"], REASON);
    let identity = &lines(&["identity", record])[0];
    // The last of the three judgements, "unsure", has taken apart what the page's "same" had put together.
    assert_eq!(identity["members"][0]["record"], record);
    assert_eq!(identity["members"].as_array().unwrap().len(), 1);
    let source = &lines(&["source", record])[0];
    assert_eq!(source["sha256"].as_str().unwrap().len(), 64);
    assert!(!lines(&["log"]).is_empty());
    let to = house.folder.path().join("fetched");
    let to = to.to_str().unwrap();
    let fetch = [
        "work",
        "fetch",
        "--case",
        number,
        &last.evidence,
        "--to",
        to,
    ];
    let said = house.act("ines", &fetch).bad();
    assert!(
        said.contains("erased") && !std::path::Path::new(to).exists(),
        "{said}"
    );
    let erasures = house
        .act(
            "aude",
            &["log", "--purpose", "lawfulness", "--kind", "erasure"],
        )
        .good();
    assert_eq!(erasures.lines().count(), 3);
    let said = house.act("ines", &["log", "--purpose", "lawfulness"]).bad();
    assert!(said.contains("refused"), "{said}");
}

#[test]
fn aud_01_each_kind_by_program_command_and_page_is_an_entry_with_its_ids_c1() {
    let Some(house) = House::new("aud_01") else {
        return;
    };
    let rune = [
        "user",
        "add",
        "rune",
        "--title",
        "rune of the house",
        "--role",
        "records_officer",
    ];
    house.act("ada", &rune).good();
    let companies = [
        company("k1", "Polder Alpha", "active"),
        company("k2", "Polder Alfa", "active"),
    ];
    house
        .load(&house.delivery("start", &companies), false)
        .unwrap();
    let serving = house.serve();
    let case = Case::open(&serving);
    let found = case.search(&serving, "Polder");
    let pair: [String; 2] = found.try_into().unwrap();
    let file = serving
        .get(case.path("").trim_end_matches('/'), &case.ines)
        .expect(200);
    let number = file["number"].as_str().unwrap().to_owned();
    let program = by_program(&serving, &case, &pair);
    let page = by_page(&serving, &case, &pair);
    serving.kill();
    let command = by_command(&house, &number, &pair);

    read_back(&house, &number, &pair[0], &command);

    let serving = house.serve();
    let mut looked_up = Vec::new();
    for handled in [&program, &page, &command] {
        let Handled {
            origin,
            evidence,
            note,
            judgement,
            disclosure,
        } = handled;
        let has = |kind: &str, act: &str, object: String| {
            named(&serving, &case, kind, act, origin, &object);
        };
        has("collection", "add_evidence", format!("evidence:{evidence}"));
        has("alteration", "write_note", format!("note:{note}"));
        has("combination", "judge", format!("judgement:{judgement}"));
        has("disclosure", "disclose", format!("disclosure:{disclosure}"));
        has("erasure", "erase_evidence", format!("evidence:{evidence}"));
        let records = entered(&serving, &case, "consultation", "read_record", origin);
        assert_eq!(records.len(), 1, "{origin}");
        looked_up.push(records[0].clone());
    }
    // A record is named by its pseudonym, the same whichever way it was read.
    assert!(!looked_up[0].is_empty());
    assert!(looked_up.iter().all(|objects| objects == &looked_up[0]));
    serving.kill();
    house.check();
}
