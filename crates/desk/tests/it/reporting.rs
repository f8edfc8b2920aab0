//! The report of a case: drafted by one, approved by another, stale or blocked when what it rests on moves, set as a PDF that
//! others can check, and redacted in its content.

use std::path::PathBuf;
use std::process::Command;

use desk::DeskError;
use desk::evidence::NewEvidence;
use desk::note::NewNote;
use desk::press::Programs;
use desk::subject::NewSubject;
use domain::case::{Evidence, NoteKind, SubjectRole};
use domain::disclosure::{Disclosed, Item};
use domain::hypothesis::{Weighed, Weight};
use domain::id::{CaseId, ReportId, StatementId};
use domain::report::Block;

use crate::house::{House, company, person};
use crate::kept::flip;

struct Scene {
    house: House,
    case: CaseId,
    statement: StatementId,
    exhibit: Evidence,
}

fn evidence(name: &str) -> NewEvidence {
    NewEvidence {
        name: name.into(),
        source: "harbour office".into(),
        collector: "Ines".into(),
        collected: "3 May 2030".into(),
        place: "Merravin".into(),
        tool: "scanner 2".into(),
        authority: "order 12".into(),
        declared_sha256: None,
        key: None,
    }
}

fn scene() -> Scene {
    let house = House::new();
    house.deliver(
        "register",
        "1",
        &[
            company("100", "Aldgrund & Sons #Shipping", "active"),
            person("9", "Mirel Tavasz", "1970-01-01"),
        ],
    );
    let case = house.open_case();
    for key in ["100", "9"] {
        let new = NewSubject {
            record: house.record(case, "register", key),
            role: SubjectRole::Unclassified,
            basis: String::new(),
        };
        house.desk.add_subject(&house.ines, case, &new).unwrap();
    }
    let record = house.record(case, "register", "100");
    let statement = house.statement(case, record, "status");
    let fact = house.cite(case, statement);
    let opinion = NewNote {
        kind: NoteKind::Assessment,
        title: "Who stands behind it".into(),
        text: "Mirel Tavasz gives the orders.".into(),
        cites: vec![],
        passages: vec![],
        as_one: vec![],
    };
    house.desk.write_note(&house.ines, case, &opinion).unwrap();
    let exhibit = house
        .desk
        .add_evidence(
            &house.ines,
            case,
            &evidence("Invoice 2"),
            &mut &b"paid twice"[..],
        )
        .unwrap();
    let hypothesis = house
        .desk
        .put_up(&house.ines, case, "The invoice is forged", "")
        .unwrap();
    for (about, weight, words) in [
        (Weighed::Evidence(exhibit.id), Weight::For, "no stamp"),
        (
            Weighed::Note(fact),
            Weight::Against,
            "the firm was in business",
        ),
    ] {
        house
            .desk
            .weigh(&house.ines, case, hypothesis, about, weight, words)
            .unwrap();
    }
    Scene {
        house,
        case,
        statement,
        exhibit,
    }
}

impl Scene {
    fn draft(&self) -> ReportId {
        let (desk, ines) = (&self.house.desk, &self.house.ines);
        desk.draft_report(ines, self.case, "full").unwrap()
    }
    fn version(&self, report: ReportId) -> desk::report_draft::Version {
        let (desk, ines) = (&self.house.desk, &self.house.ines);
        desk.report_version(ines, self.case, report).unwrap()
    }
    fn approve(&self, report: ReportId) -> Result<(), DeskError> {
        let hash = self.version(report).report.sha256;
        let (desk, sora) = (&self.house.desk, &self.house.sora);
        desk.decide_report(sora, self.case, report, true, &hash, "")
    }
    fn change(&self) {
        let now = [
            company("100", "Aldgrund & Sons #Shipping", "struck off"),
            person("9", "Mirel Tavasz", "1970-01-01"),
        ];
        self.house.deliver("register", "2", &now);
    }
    fn text(&self, report: ReportId) -> String {
        serde_json::to_string(&self.version(report).document.blocks).unwrap()
    }
}

fn conflict<T: std::fmt::Debug>(outcome: Result<T, DeskError>) -> String {
    match outcome {
        Err(DeskError::Conflict(words)) => words,
        other => panic!("expected a conflict: {other:?}"),
    }
}

fn told() -> Disclosed {
    Disclosed {
        recipient: "Public prosecutor".into(),
        address: "1 Quay Street".into(),
        purpose: "deciding on a charge".into(),
        authority: "Code of procedure, section 5".into(),
        nature: "the report".into(),
    }
}

#[test]
fn whoever_drafts_a_report_does_not_approve_it_and_an_approval_is_of_a_hash() {
    let scene = scene();
    let (house, case) = (&scene.house, scene.case);
    let report = scene.draft();
    let hash = scene.version(report).report.sha256;
    let decide = |who, hash: &str| house.desk.decide_report(who, case, report, true, hash, "");
    for who in [&house.ines, &house.jonas] {
        match decide(who, &hash) {
            Err(DeskError::Refused(refusal)) => assert!(refusal.rule.starts_with("report.not-")),
            Err(DeskError::NotFound(_)) => assert_eq!(who.user, house.jonas.user),
            other => panic!("{other:?}"),
        }
    }
    // A supervisor who drafted it is its drafter all the same.
    let rank = Some(domain::case::Membership::Contributor);
    let sora = house.sora.user;
    house
        .desk
        .decide_membership(&house.ines, case, sora, rank)
        .unwrap();
    let own = house
        .desk
        .draft_report(&house.sora, case, "findings")
        .unwrap();
    let own_hash = scene.version(own).report.sha256;
    match house
        .desk
        .decide_report(&house.sora, case, own, true, &own_hash, "")
    {
        Err(DeskError::Refused(refusal)) => assert_eq!(refusal.rule, "report.not-its-drafter"),
        other => panic!("{other:?}"),
    }
    assert!(conflict(decide(&house.sora, &hash)).contains("later version"));
    let report = scene.draft();
    let hash = scene.version(report).report.sha256;
    let decide = |hash: &str| {
        house
            .desk
            .decide_report(&house.sora, case, report, true, hash, "")
    };
    assert!(conflict(decide(&"0".repeat(64))).contains("hash"));
    house
        .desk
        .comment_report(&house.sora, case, report, "Who signed the invoice?")
        .unwrap();
    decide(&hash).unwrap();
    let version = scene.version(report);
    let ruling = version.report.approval().unwrap();
    assert_eq!((ruling.by, ruling.sha256.as_str()), (sora, hash.as_str()));
    assert_eq!(version.report.comments[0].words, "Who signed the invoice?");
    assert!(conflict(decide(&hash)).contains("already"));
}

#[test]
fn subj_01_and_subj_03_the_report_tells_roles_and_who_assesses() {
    let scene = scene();
    let version = scene.version(scene.draft());
    let mut roles = Vec::new();
    let mut bylines = Vec::new();
    for block in &version.document.blocks {
        match block {
            Block::Table { caption, rows, .. } if caption.starts_with("Subjects") => {
                roles.extend(rows.iter().map(|row| (row[0].clone(), row[2].clone())));
            }
            Block::Byline { kind, text } => bylines.push((kind.as_str(), text.as_str())),
            _ => {}
        }
    }
    let unclassified = |name: &str| (name.to_owned(), "unclassified".to_owned());
    assert_eq!(
        roles,
        [
            unclassified("Aldgrund & Sons #Shipping"),
            unclassified("Mirel Tavasz")
        ]
    );
    assert!(bylines[0].0 == "fact" && bylines[0].1.starts_with("Finding of fact"));
    assert!(
        bylines[1].0 == "assessment" && bylines[1].1.starts_with("Assessment by ines of the house")
    );
    let text = scene.text(version.report.id);
    for said in [
        "The register, release 1",
        "speaks against it",
        "the firm was in business",
        "taken in",
        &scene.exhibit.sha256,
    ] {
        assert!(text.contains(said), "{said}");
    }
}

#[test]
fn prov_06_a_changed_fact_makes_draft_and_approved_report_stale() {
    let scene = scene();
    let approved = scene.draft();
    scene.approve(approved).unwrap();
    assert!(scene.version(approved).standing.stands());
    let draft = scene.draft();
    scene.change();
    for report in [approved, draft] {
        let standing = scene.version(report).standing;
        assert_eq!(standing.stale, ["source 1 no longer says what is cited"]);
    }
    assert!(conflict(scene.approve(draft)).contains("new version"));
    let out =
        scene
            .house
            .desk
            .disclose_report(&scene.house.ines, scene.case, approved, &told(), &[]);
    assert!(conflict(out).contains("new version"));
    // The next version says what the source says now, and stands.
    let next = scene.draft();
    assert!(
        scene
            .text(next)
            .contains("The source now says: struck off.")
    );
    assert!(scene.version(next).standing.stands());
    let before = scene.version(approved);
    assert!(
        !serde_json::to_string(&before.document.blocks)
            .unwrap()
            .contains("struck off")
    );
    assert!(
        before
            .document
            .relies
            .iter()
            .any(|one| one.statement == scene.statement)
    );
}

#[test]
fn evid_03_a_report_that_names_a_damaged_exhibit_is_blocked_c2() {
    let scene = scene();
    let (house, case) = (&scene.house, scene.case);
    let report = scene.draft();
    flip(house, &scene.exhibit.sha256);
    let blocked =
        |said: String| assert!(said.contains("blocked") && said.contains("E-1"), "{said}");
    blocked(conflict(scene.approve(report)));
    blocked(conflict(house.desk.print_report(&house.ines, case, report)));
    flip(house, &scene.exhibit.sha256);
    scene.approve(report).unwrap();
    flip(house, &scene.exhibit.sha256);
    blocked(conflict(house.desk.file_report(&house.ines, case, report)));
    blocked(conflict(house.desk.disclose_report(
        &house.ines,
        case,
        report,
        &told(),
        &[],
    )));
    assert!(
        house
            .desk
            .disclosures(&house.ines, case)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn in_04_a_template_with_anything_else_is_refused_at_save() {
    let scene = scene();
    let (house, case) = (&scene.house, scene.case);
    let keep = |who, body: &str| house.desk.keep_template(who, "short", body);
    for body in [
        "{{7*7}}",
        "{{case.__class__}}",
        "{{include /etc/passwd}}",
        "{{cases}}",
    ] {
        match keep(&house.sora, body) {
            Err(DeskError::Malformed {
                field: "body",
                reason,
            }) => assert!(reason.contains("line 1")),
            other => panic!("{other:?}"),
        }
    }
    let other = house.open_case();
    let body = "# {{case.number}}\n\n#read(\"/etc/passwd\") 7*7 {case.title} {% for case in cases %}\n\n{{findings}}";
    assert!(
        keep(&house.ines, body).is_err(),
        "only a supervisor lays down templates"
    );
    keep(&house.sora, body).unwrap();
    let report = house.desk.draft_report(&house.ines, case, "short").unwrap();
    let text = scene.text(report);
    assert!(
        text.contains("#read(\\\"/etc/passwd\\\") 7*7 {case.title} {% for case in cases %}"),
        "{text}"
    );
    let number = house.desk.case(&house.ines, other).unwrap().case.number;
    assert!(!text.contains(&number) && !text.contains("49") && !text.contains("root:"));
}

/// The program of a name beside the test or named by a variable; a test that finds none says so.
pub fn program(variable: &str, name: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from);
    let beside = || Some(std::env::current_exe().ok()?.parent()?.parent()?.join(name));
    let found = named.or_else(beside).filter(|path| path.is_file());
    if found.is_none() {
        println!("skipped: there is no {name} beside the test and {variable} names none");
    }
    found
}

fn said_by(tool: &str, arguments: &[&str], file: &std::path::Path) -> Option<String> {
    let ran = Command::new(tool)
        .args(arguments)
        .arg(file)
        .args((tool == "pdftotext").then_some("-"))
        .output();
    let Ok(ran) = ran else {
        println!("skipped: there is no {tool}");
        return None;
    };
    let words = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        ran.status.success(),
        "{tool}: {words} {}",
        String::from_utf8_lossy(&ran.stderr)
    );
    Some(words)
}

#[test]
fn an_approved_report_becomes_a_file_that_others_can_check_and_leaves_by_the_ledger() {
    let scene = scene();
    let (house, case) = (&scene.house, scene.case);
    let Some(typesetter) = program("PREDICATE_TYPESET", "predicate-typeset") else {
        return;
    };
    house.desk.use_programs(Programs {
        typesetter: Some(typesetter),
        reader: program("PREDICATE_EXTRACT", "predicate-extract"),
    });
    let report = scene.draft();
    let file = house.folder.path().join("report.pdf");
    let text = |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        said_by("qpdf", &["--check"], &file);
        said_by("pdftotext", &["-layout"], &file)
    };
    let draft = house.desk.print_report(&house.ines, case, report).unwrap();
    let Some(said) = text(&draft.bytes) else {
        return;
    };
    assert!(
        said.contains("NOT APPROVED") && said.contains("Draft, not approved"),
        "{said}"
    );
    assert!(conflict(house.desk.file_report(&house.ines, case, report)).contains("not approved"));
    scene.approve(report).unwrap();
    let item = house.desk.file_report(&house.ines, case, report).unwrap();
    let (_, bytes) = house
        .desk
        .evidence_bytes(&house.ines, case, item.id)
        .unwrap();
    let hash = scene.version(report).report.sha256;
    let said = text(&bytes).unwrap();
    for words in [
        "Approved by sora of the house on",
        &hash,
        "Aldgrund & Sons #Shipping",
        "unclassified",
        "Assessment by ines of the house",
        "[1]",
        "speaks against it",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("NOT APPROVED"));
    let custody = house
        .desk
        .evidence_item(&house.ines, case, item.id)
        .unwrap();
    assert_eq!(
        (
            custody.item.media_type.as_str(),
            custody.custody[0].act.as_str()
        ),
        ("application/pdf", "taken_in")
    );
    assert!(item.authority.contains(&hash));
    // It leaves by the ledger, which names the findings in it.
    let handed = house
        .desk
        .disclose_report(&house.ines, case, report, &told(), &[])
        .unwrap();
    assert!(handed.bytes.starts_with(b"%PDF-"));
    let ledger = house.desk.disclosures(&house.ines, case).unwrap();
    assert_eq!(ledger.len(), 1);
    let findings = ledger[0]
        .items
        .iter()
        .filter(|item| matches!(item, Item::Finding(_)));
    assert_eq!(findings.count(), 2);
    let entry = house
        .log()
        .into_iter()
        .rfind(|entry| entry.act == "disclose")
        .unwrap();
    assert!(
        entry
            .objects
            .contains(&format!("sha256:{}", domain::report::hash(&handed.bytes)))
    );
}

#[test]
fn a_redacted_copy_holds_nothing_of_what_was_taken_out() {
    let scene = scene();
    let (house, case) = (&scene.house, scene.case);
    let typesetter = program("PREDICATE_TYPESET", "predicate-typeset");
    let reader = program("PREDICATE_EXTRACT", "predicate-extract");
    let (Some(typesetter), Some(reader)) = (typesetter, reader) else {
        return;
    };
    house.desk.use_programs(Programs {
        typesetter: Some(typesetter),
        reader: Some(reader),
    });
    let report = scene.draft();
    scene.approve(report).unwrap();
    let out = |passages: &[&str]| {
        let passages: Vec<String> = passages.iter().map(|&passage| passage.to_owned()).collect();
        house
            .desk
            .disclose_report(&house.ines, case, report, &told(), &passages)
    };
    let handed = out(&["mirel tavasz", "gives the orders"]).unwrap();
    let file = house.folder.path().join("redacted.pdf");
    std::fs::write(&file, &handed.bytes).unwrap();
    let Some(said) = said_by("pdftotext", &[], &file) else {
        return;
    };
    assert!(
        said.contains("\u{2588}\u{2588}") && said.contains("REDACTED COPY"),
        "{said}"
    );
    let plain = Command::new("qpdf")
        .args(["--qdf", "--object-streams=disable"])
        .arg(&file)
        .arg("-")
        .output();
    let raw = plain
        .map(|ran| String::from_utf8_lossy(&ran.stdout).into_owned())
        .unwrap_or_default();
    for gone in ["Tavasz", "Mirel", "gives the orders"] {
        assert!(!said.contains(gone) && !raw.contains(gone), "{gone}");
    }
    // What stands on the line of approval cannot be taken out of the content: then nothing is handed out, or entered.
    assert!(
        conflict(out(["sora of the house", "Mirel Tavasz"].as_slice())).contains("still be read")
    );
    assert!(matches!(
        out(&["Nobody of that name"]),
        Err(DeskError::Malformed {
            field: "redact",
            ..
        })
    ));
    assert_eq!(house.desk.disclosures(&house.ines, case).unwrap().len(), 1);
}
