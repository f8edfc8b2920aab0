//! What leaves a case: the ledger before the bytes, the package as others read it, erasure without remains, and the six
//! kinds of handling in the log.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};
use std::path::Path;
use std::process::Command;

use desk::DeskError;
use desk::disclose::Handed;
use desk::note::NewNote;
use desk::sources::NewDataset;
use desk::subject::NewSubject;
use domain::audit::{Entry, EntryKind};
use domain::authority::Purpose;
use domain::case::{Membership, NoteKind, SubjectRole};
use domain::disclosure::{Disclosed, Item, Portion};
use domain::id::{CaseId, NoteId, RecordId, StatementId};
use domain::source::Agreement;
use domain::statement::Statement;
use serde_json::{Value, json};

use crate::house::{House, company, person};

fn told() -> Disclosed {
    Disclosed {
        recipient: "Tax Office of Merravin".into(),
        address: "1 Quay Street, Merravin".into(),
        purpose: "assessing the tax of the two bidders".into(),
        authority: "Tax Act section 12".into(),
        nature: "copy of subjects and findings, by courier".into(),
    }
}

struct Scene {
    house: House,
    case: CaseId,
    company: RecordId,
    witness: RecordId,
    cited: RecordId,
    statement: StatementId,
    fact: NoteId,
}

/// A company and a witness as subjects; the company's owner is neither subject nor cited; a third record is cited only.
fn scene() -> Scene {
    let house = House::new();
    let link = |key: &str, owner: &str, asset: &str| {
        json!({ "id": key, "schema": "Ownership", "properties": {
            "owner": [owner], "asset": [asset], "percentage": ["51"],
        }})
    };
    house.deliver(
        "register",
        "1",
        &[
            company("100", "Aldgrund & Sons <Shipping>", "active"),
            company("200", "Brackwater Dredging", "active"),
            company("300", "Cormorant Holding", "active"),
            person("7", "Oda Karlsen", "1961-05-12"),
            person("9", "Mirel Tavasz", "1970-01-01"),
            link("own-1", "7", "100"),
            link("own-2", "300", "100"),
        ],
    );
    let case = house.open_case();
    let company = house.record(case, "register", "100");
    let witness = house.record(case, "register", "9");
    let cited = house.record(case, "register", "200");
    let statement = house.statement(case, cited, "status");
    let fact = house.cite(case, statement);
    for (record, role) in [
        (company, SubjectRole::Unclassified),
        (witness, SubjectRole::Witness),
    ] {
        let new = NewSubject {
            record,
            role,
            basis: String::new(),
        };
        house.desk.add_subject(&house.ines, case, &new).unwrap();
    }
    Scene {
        house,
        case,
        company,
        witness,
        cited,
        statement,
        fact,
    }
}

impl Scene {
    fn disclose(&self) -> Handed {
        self.house
            .desk
            .disclose(&self.house.ines, self.case, &told())
            .unwrap()
    }
    fn ledger(&self) -> Vec<domain::disclosure::Disclosure> {
        self.house
            .desk
            .disclosures(&self.house.ines, self.case)
            .unwrap()
    }
    fn write(&self, kind: NoteKind, text: &str) -> NoteId {
        let new = NewNote {
            passages: Vec::new(),
            kind,
            title: "Said".into(),
            text: text.into(),
            cites: vec![],
            as_one: vec![],
        };
        self.house
            .desk
            .write_note(&self.house.ines, self.case, &new)
            .unwrap()
    }
    fn of_kind(&self, kind: EntryKind) -> Vec<Entry> {
        let mut entries = self.house.log();
        entries.retain(|entry| entry.kind == kind);
        entries
    }
}

/// The files of a package.
fn files(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        files.insert(file.name().unwrap().into_owned(), content);
    }
    files
}

fn parsed(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Value {
    serde_json::from_slice(&files[name]).unwrap()
}

/// The lines of the statements' file.
fn said(files: &BTreeMap<String, Vec<u8>>) -> Vec<Value> {
    String::from_utf8(files["statements.ftm.jsonl"].clone())
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn rule<T: std::fmt::Debug>(outcome: Result<T, DeskError>) -> String {
    match outcome {
        Err(DeskError::Refused(refusal)) => refusal.rule,
        other => panic!("expected a refusal: {other:?}"),
    }
}

#[test]
fn disc_01_what_lacks_a_field_enters_nothing_and_makes_nothing() {
    let scene = scene();
    type Field = fn(&mut Disclosed) -> &mut String;
    let fields: [(&str, Field); 5] = [
        ("recipient", |told| &mut told.recipient),
        ("address", |told| &mut told.address),
        ("purpose", |told| &mut told.purpose),
        ("authority", |told| &mut told.authority),
        ("nature", |told| &mut told.nature),
    ];
    for (name, field) in fields {
        let mut told = told();
        *field(&mut told) = "  ".into();
        match scene
            .house
            .desk
            .disclose(&scene.house.ines, scene.case, &told)
        {
            Err(DeskError::Malformed { field, .. }) => assert_eq!(field, name),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(scene.ledger().is_empty());
    assert!(scene.of_kind(EntryKind::Disclosure).is_empty());
}

#[test]
fn disc_01_the_ledger_has_each_record_and_its_entry_is_signed_before_the_package_is_made_c2() {
    let scene = scene();
    let handed = scene.disclose();
    let files = files(&handed.bytes);
    let lines = scene.ledger();
    assert_eq!(lines, std::slice::from_ref(&handed.line));
    assert_eq!(
        (&lines[0].told, lines[0].by),
        (&told(), scene.house.ines.user)
    );

    // Every record that any file of the package names stands in the ledger, and the other way round.
    let mut named = BTreeSet::new();
    for text in files.values().map(|bytes| String::from_utf8_lossy(bytes)) {
        let ids = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        named.extend(ids.filter_map(|word| word.parse::<RecordId>().ok()));
    }
    let records: BTreeMap<RecordId, Portion> = lines[0]
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Record(record, portion) => Some((*record, *portion)),
            Item::Finding(_) => None,
        })
        .collect();
    let statements: BTreeSet<String> = said(&files)
        .iter()
        .map(|line| line["record"].as_str().unwrap().to_owned())
        .collect();
    let whole = records
        .iter()
        .filter(|(_, portion)| **portion == Portion::Whole);
    let whole: BTreeSet<String> = whole.map(|(record, _)| record.to_string()).collect();
    assert_eq!(whole, statements);
    assert!(records.keys().all(|record| named.contains(record)));
    for key in ["100", "200", "300", "7", "9", "own-1", "own-2"] {
        let record = scene.house.record(scene.case, "register", key);
        assert!(
            records.contains_key(&record),
            "{key} is in the package and not in the ledger"
        );
    }
    assert!(lines[0].items.contains(&Item::Finding(scene.fact)));

    // The package carries the proof that its entry was in the signed log when it was made.
    let key = String::from_utf8(files["log-key.txt"].clone()).unwrap();
    let key = domain::tlog::VerifierKey::parse(key.trim_end()).unwrap();
    let proof = domain::tlog::TlogProof::parse(&files["log-proof.txt"]).unwrap();
    let leaf = domain::tlog::leaf_hash(&files["log-entry.json"]);
    proof
        .check(&leaf, &[key], &domain::tlog::Quorum::default())
        .unwrap();
    let entry: Entry = serde_json::from_slice(&files["log-entry.json"]).unwrap();
    assert_eq!(entry.kind, EntryKind::Disclosure);
    assert!(
        entry
            .objects
            .contains(&format!("disclosure:{}", handed.line.id))
    );
    for record in records.keys() {
        let pseudonym = pseudonym(&scene.house, *record);
        assert!(
            entry.objects.contains(&pseudonym),
            "{record} is not in the entry"
        );
    }
    assert_eq!(scene.of_kind(EntryKind::Disclosure), [entry]);
}

/// The name of a record in the log, made from the key file.
fn pseudonym(house: &House, record: RecordId) -> String {
    let file = house.folder.path().join("data/keys/pseudonym");
    let text = std::fs::read_to_string(file).unwrap();
    let key: Vec<u8> = (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect();
    domain::audit::pseudonym(&key.try_into().unwrap(), record.bytes())
}

#[test]
fn the_log_commits_to_the_recipient_and_does_not_hold_the_name() {
    let scene = scene();
    scene.disclose();
    let entry = scene.of_kind(EntryKind::Disclosure).remove(0);
    assert_eq!(entry.recipient.as_ref().map(String::len), Some(64));
    let text = String::from_utf8(entry.canonical_bytes()).unwrap();
    for secret in ["Tax Office", "Quay Street", "courier", "section 12"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn only_lead_and_supervisor_disclose_and_only_from_an_open_case() {
    let Scene { house, case, .. } = scene();
    let rank = Some(Membership::Contributor);
    house
        .desk
        .decide_membership(&house.ines, case, house.jonas.user, rank)
        .unwrap();
    let try_as = |actor| house.desk.disclose(actor, case, &told());
    assert_eq!(
        rule(try_as(&house.jonas)),
        "disclosure.not-by-the-team-at-large"
    );
    assert!(matches!(
        try_as(&house.dara),
        Err(DeskError::NotFound("case"))
    ));
    assert!(try_as(&house.sora).is_ok());
    house.clock.forward_days(91);
    assert_eq!(rule(try_as(&house.ines)), "look-up.case-expired");
    house.clock.forward_days(-91);
    house
        .desk
        .close_case(&house.sora, case, "referred")
        .unwrap();
    assert_eq!(rule(try_as(&house.ines)), "look-up.case-not-open");
    let proposed = house.proposed_case();
    let outcome = house.desk.disclose(&house.ines, proposed, &told());
    assert_eq!(rule(outcome), "look-up.case-not-open");
    let given = house.log();
    let given = given
        .iter()
        .filter(|entry| entry.kind == EntryKind::Disclosure);
    assert_eq!(given.count(), 1);
}

#[test]
fn only_what_the_permit_covers_goes_out() {
    let scene = scene();
    let house = &scene.house;
    let now = house.desk.now();
    let new = NewDataset {
        name: "leak".into(),
        title: "The leak".into(),
        publisher: "Somebody".into(),
        agreement: Agreement {
            purposes: vec![Purpose::Procurement.word().into()],
            authority: "lent".into(),
            matching: false,
            standing_rules: false,
            from: now,
            until: now.plus_days(30),
            terms: "thirty days".into(),
            special: String::new(),
        },
    };
    house.desk.bring_dataset(&house.dara, &new).unwrap();
    house.deliver("leak", "1", &[company("L1", "Vitrine Verdigris", "secret")]);
    let case = house.open_case();
    let scene = Scene { case, ..scene };
    let house = &scene.house;
    let lent = house.record(case, "leak", "L1");
    house.cite(case, house.statement(case, lent, "status"));
    house.cite(case, scene.statement);
    let subject = NewSubject {
        record: lent,
        role: SubjectRole::Unclassified,
        basis: String::new(),
    };
    house.desk.add_subject(&house.ines, case, &subject).unwrap();

    let before = files(&scene.disclose().bytes);
    assert_eq!(
        parsed(&before, "case.json")["subjects"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        parsed(&before, "case.json")["findings"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert!(
        said(&before)
            .iter()
            .any(|line| line["value"] == json!("Vitrine Verdigris"))
    );
    house.clock.forward_days(31);
    let handed = scene.disclose();
    let after = files(&handed.bytes);
    let case_json = parsed(&after, "case.json");
    assert_eq!(case_json["subjects"], json!([]));
    assert_eq!(case_json["findings"].as_array().unwrap().len(), 1);
    assert_eq!(
        case_json["left_out"],
        json!({ "subjects": 1, "findings": 1, "links": 0 })
    );
    for (name, bytes) in &after {
        let text = String::from_utf8_lossy(bytes);
        for secret in ["Verdigris", &lent.to_string()] {
            assert!(!text.contains(secret), "`{secret}` is in {name}");
        }
    }
}

#[test]
fn a_person_who_is_no_subject_goes_out_without_a_name_and_a_working_note_not_at_all() {
    let scene = scene();
    scene.write(NoteKind::Note, "Ask the harbour master about Zebedee.");
    scene.write(NoteKind::Assessment, "The bid looks arranged.");
    let handed = scene.disclose();
    let files = files(&handed.bytes);
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        for secret in ["Karlsen", "1961", "Zebedee"] {
            assert!(!text.contains(secret), "`{secret}` is in {name}");
        }
    }
    let graph = String::from_utf8_lossy(&files["graph.graphml"]).into_owned();
    assert!(graph.contains("Cormorant Holding"), "a company's name goes");
    let owner = scene.house.record(scene.case, "register", "7");
    let holder = scene.house.record(scene.case, "register", "300");
    assert!(graph.contains(&owner.to_string()));
    let items = &handed.line.items;
    assert!(items.contains(&Item::Record(owner, Portion::Unnamed)));
    assert!(items.contains(&Item::Record(holder, Portion::Named)));
    let findings = parsed(&files, "case.json")["findings"].clone();
    let kinds: Vec<(&str, &str)> = findings
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            (
                finding["kind"].as_str().unwrap(),
                finding["author"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [
            ("fact", "ines of the house"),
            ("assessment", "ines of the house")
        ]
    );
    let citation = &findings[0]["citations"][0];
    assert_eq!(
        (
            &citation["statement"],
            &citation["value"],
            &citation["dataset"],
            &citation["release"]
        ),
        (
            &json!(scene.statement),
            &json!("active"),
            &json!("register"),
            &json!("1")
        )
    );
}

#[test]
fn statements_go_out_with_dataset_release_and_dates() {
    let scene = scene();
    // One company changes, so that what ended goes out only where it is cited, and dates differ.
    let again = [
        company("200", "Brackwater Dredging", "struck off"),
        company("100", "Aldgrund & Sons <Shipping>", "dormant"),
    ];
    let again = crate::house::lines(&again);
    let delta = domain::source::Extent::Delta;
    scene
        .house
        .deliver_bytes("register", "2", again.as_bytes(), delta)
        .unwrap();
    let files = files(&scene.disclose().bytes);
    let (mut expected, mut dates) = (BTreeSet::new(), BTreeSet::new());
    for record in [scene.company, scene.witness, scene.cited] {
        let page = scene.house.page(scene.case, record);
        let goes = |said: &&Statement| said.ended.is_none() || said.id == scene.statement;
        for said in page.statements.iter().filter(goes) {
            expected.insert(said.id.to_string());
            dates.insert(said.first_seen != said.last_seen);
            let line = said_line(&files, &said.id.to_string());
            assert_eq!(line["value"], json!(said.value));
            assert_eq!(line["entity_id"], json!(page.record.key));
            assert_eq!(line["dataset"], json!("register"));
            assert_eq!(line["release"], json!(said.began));
            assert_eq!(line["first_seen"], json!(said.first_seen.to_rfc3339()));
            assert_eq!(line["last_seen"], json!(said.last_seen.to_rfc3339()));
            let ended = said.ended_at.map(|at| at.to_rfc3339());
            assert_eq!(line["ended_at"], json!(ended));
        }
    }
    assert_eq!(dates.len(), 2, "some were seen once, some again");
    assert!(expected.contains(&scene.statement.to_string()));
    let found: BTreeSet<String> = said(&files)
        .iter()
        .map(|line| line["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(found, expected);
}

fn said_line(files: &BTreeMap<String, Vec<u8>>, id: &str) -> Value {
    let mut lines = said(files);
    lines.retain(|line| line["id"] == json!(id));
    assert_eq!(lines.len(), 1, "{id}");
    lines.remove(0)
}

#[expect(
    clippy::print_stdout,
    reason = "the run's report counts a test as skipped by this line"
)]
fn skipped(test: &str, why: &str) {
    println!("SKIPPED {test} {why}");
}

/// Runs a program of software that is not ours over a package; `None`, with a line that says so, where it is not here.
fn judged(test: &str, program: &Path, words: &[&str], folder: &Path) -> Option<String> {
    let outcome = Command::new(program)
        .args(words)
        .current_dir(folder)
        .output();
    let Ok(output) = outcome else {
        skipped(test, &format!("`{}` is not here", program.display()));
        return None;
    };
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}\n{wrong}");
    Some(told)
}

fn unpacked(scene: &Scene) -> (tempfile::TempDir, BTreeMap<String, Vec<u8>>) {
    let files = files(&scene.disclose().bytes);
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    (folder, files)
}

fn python(test: &str, script: &str, folder: &Path) -> Option<Value> {
    let Ok(bin) = std::env::var("PREDICATE_VALIDATORS") else {
        skipped(test, "the validators are not installed");
        return None;
    };
    let program = Path::new(&bin).join("python");
    let told = judged(test, &program, &["-c", script], folder)?;
    Some(serde_json::from_str(&told).unwrap())
}

const PROV: &str = r#"
import json, prov, prov.model as m
d = prov.read("provenance.json", format="json")
count = lambda kind: len(list(d.get_records(kind)))
values = {str(e.identifier): [str(v) for v in e.value] for e in d.get_records(m.ProvEntity)}
derived = {}
for r in d.get_records(m.ProvDerivation):
    a = dict((str(k), str(v)) for k, v in r.formal_attributes)
    derived[a["prov:generatedEntity"]] = a["prov:usedEntity"]
print(json.dumps({"entity": count(m.ProvEntity), "activity": count(m.ProvActivity), "agent": count(m.ProvAgent),
    "generated": count(m.ProvGeneration), "derived": count(m.ProvDerivation), "attributed": count(m.ProvAttribution),
    "used": count(m.ProvUsage), "associated": count(m.ProvAssociation), "values": values, "from": derived}))
"#;

#[test]
fn prov_01_the_provenance_is_read_by_other_software_with_equal_counts_c3() {
    let scene = scene();
    // A second release, so that statements of one record come from two files.
    let mut again: Vec<Value> = vec![company("100", "Aldgrund & Sons <Shipping>", "struck off")];
    again.push(company("200", "Brackwater Dredging", "active"));
    again.push(person("9", "Mirel Tavasz", "1970-01-01"));
    scene
        .house
        .deliver_bytes(
            "register",
            "2",
            crate::house::lines(&again).as_bytes(),
            domain::source::Extent::Delta,
        )
        .unwrap();
    let (folder, files) = unpacked(&scene);
    let test = "prov_01_the_provenance_is_read_by_other_software_with_equal_counts_c3";
    let Some(read) = python(test, PROV, folder.path()) else {
        return;
    };
    let lines = said(&files);
    let releases: BTreeSet<&str> = lines
        .iter()
        .map(|line| line["release"].as_str().unwrap())
        .collect();
    assert_eq!(releases.len(), 2, "the case stands on two releases");
    let sources: BTreeSet<&str> = read["from"]
        .as_object()
        .unwrap()
        .values()
        .map(|file| file.as_str().unwrap())
        .collect();
    assert_eq!(sources.len(), 2, "and on two files");
    assert_eq!(read["entity"], json!(lines.len() + sources.len()));
    assert_eq!(read["activity"], json!(releases.len()));
    assert_eq!(read["agent"], json!(1));
    for relation in ["generated", "derived", "attributed"] {
        assert_eq!(read[relation], json!(lines.len()), "{relation}");
    }
    assert_eq!(read["used"], json!(2));
    assert_eq!(read["associated"], json!(2));
    for line in &lines {
        let name = format!("pr:statement-{}", line["id"].as_str().unwrap());
        assert_eq!(read["values"][&name], json!([line["value"]]), "{name}");
        // The file is the one that the record's own source row leads to, for what the newest release said.
        let file = read["from"][&name].as_str().unwrap();
        let record: RecordId = line["record"].as_str().unwrap().parse().unwrap();
        let page = scene.house.page(scene.case, record);
        if line["release"] == json!(page.record.release) {
            let row = scene
                .house
                .desk
                .source_row(&scene.house.ines, scene.case, record)
                .unwrap();
            assert_eq!(file, format!("pr:file-{}", row.sha256));
        }
    }
}

const GRAPH: &str = r#"
import json, networkx
g = networkx.read_graphml("graph.graphml")
print(json.dumps({"directed": g.is_directed(), "nodes": {n: d for n, d in g.nodes(data=True)},
    "edges": [[a, b, d] for a, b, d in g.edges(data=True)]}))
"#;

#[test]
fn subj_01_graph_and_package_carry_the_role_unclassified_by_default() {
    let scene = scene();
    let (folder, files) = unpacked(&scene);
    let roles = |value: &Value| -> Vec<(String, String)> {
        let subjects = value["subjects"].as_array().unwrap().iter();
        let mut roles: Vec<(String, String)> = subjects
            .map(|subject| {
                let text = |name: &str| subject[name].as_str().unwrap().to_owned();
                (text("record"), text("role"))
            })
            .collect();
        roles.sort();
        roles
    };
    let mut expected = vec![
        (scene.company.to_string(), "unclassified".to_owned()),
        (scene.witness.to_string(), "witness".to_owned()),
    ];
    expected.sort();
    assert_eq!(roles(&parsed(&files, "case.json")), expected);
    let test = "subj_01_graph_and_package_carry_the_role_unclassified_by_default";
    let Some(graph) = python(test, GRAPH, folder.path()) else {
        return;
    };
    for (record, role) in expected {
        assert_eq!(graph["nodes"][&record]["role"], json!(role));
    }
    let company = scene.company.to_string();
    assert_eq!(
        graph["nodes"][&company]["label"],
        json!("Aldgrund & Sons <Shipping>")
    );
    let owner = scene.house.record(scene.case, "register", "7").to_string();
    assert_eq!(graph["nodes"][&owner]["role"], json!("not_a_subject"));
    assert_eq!(graph["directed"], json!(true));
    let edges = graph["edges"].as_array().unwrap();
    assert_eq!(edges.len(), 2, "{edges:?}");
    assert!(
        edges
            .iter()
            .any(|edge| edge[0] == json!(owner) && edge[1] == json!(company)),
        "from the owner to what is owned"
    );
}

#[test]
fn the_sums_of_a_package_are_accepted_until_a_byte_is_changed() {
    let (folder, files) = unpacked(&scene());
    let test = "the_sums_of_a_package_are_accepted_until_a_byte_is_changed";
    let sums = Path::new("sha256sum");
    let Some(told) = judged(test, sums, &["--strict", "-c", "SHA256SUMS"], folder.path()) else {
        return;
    };
    for name in files.keys().filter(|name| *name != "SHA256SUMS") {
        assert!(told.contains(&format!("{name}: OK")), "{name}: {told}");
    }
    let mut bytes = files["handling.txt"].clone();
    bytes[3] ^= 1;
    std::fs::write(folder.path().join("handling.txt"), bytes).unwrap();
    let outcome = Command::new(sums)
        .args(["-c", "SHA256SUMS"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(!outcome.status.success());
}
