//! The seal of what a case says itself: nothing that leaves another case or the service as a whole carries it, and what
//! leaves its own case does so only where a finding rests on it.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::Path;

use desk::board::{BoardAsked, Form, Picture};
use desk::note::NewNote;
use desk::own_tables::TableAt;
use desk::subject::NewSubject;
use domain::audit::LogPurpose;
use domain::case::{NoteKind, SubjectRole};
use domain::disclosure::Disclosed;
use domain::id::CaseId;

use crate::house::{company, opened};
use crate::own_records::Scene;

/// Words that only the case's own records have.
const OWN: [&str; 4] = [
    "Quagmire",
    "K-7171",
    "DE89370400440532013000",
    "DE89 3704 0044",
];

const TABLE: &str = "Number,Payee\nK-7171,Quagmire Dredging\n";
const LETTER: &str = "Pay to DE89 3704 0044 0532 0130 00 before Friday.\n";
const MAPPING: &str = "case:\n  queries:\n    - file: table.csv\n      entities:\n        firm:\n          schema: Company\n          \
    keys: [Number]\n          properties:\n            name: {columns: [Payee]}\n            \
    registrationNumber: {columns: [Number]}\n";

fn told() -> Disclosed {
    Disclosed {
        recipient: "Tax Office".into(),
        address: "1 Quay Street".into(),
        purpose: "assessing tax".into(),
        authority: "Tax Act section 12".into(),
        nature: "copy, by courier".into(),
    }
}

/// A file and, where it is an archive, all files in it.
fn whole(name: &str, bytes: &[u8], into: &mut BTreeMap<String, Vec<u8>>) {
    if let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) {
        for number in 0..archive.len() {
            let mut file = archive.by_index(number).unwrap();
            let inner = format!("{name}/{}", file.name().unwrap());
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            whole(&inner, &content, into);
        }
    }
    into.insert(name.to_owned(), bytes.to_vec());
}

fn holding(files: &BTreeMap<String, Vec<u8>>) -> Vec<&String> {
    let holds = |bytes: &Vec<u8>| {
        OWN.iter().any(|words| {
            bytes
                .windows(words.len())
                .any(|part| part == words.as_bytes())
        })
    };
    let found = files.iter().filter(|(_, bytes)| holds(bytes));
    found.map(|(name, _)| name).collect()
}

impl Scene {
    /// Everything that can leave a case.
    fn leaves(&self, case: CaseId) -> BTreeMap<String, Vec<u8>> {
        let house = &self.house;
        let mut files = BTreeMap::new();
        let given = house.desk.disclose(&house.ines, case, &told()).unwrap();
        whole("disclosure.zip", &given.bytes, &mut files);
        for form in [Form::Svg, Form::GraphMl, Form::Gexf, Form::FollowTheMoney] {
            let picture = Picture {
                asked: BoardAsked::default(),
                sift: Default::default(),
                places: BTreeMap::new(),
                form,
            };
            let drawn = house
                .desk
                .export_board(&house.ines, case, &picture, &told())
                .unwrap();
            whole(&drawn.name, &drawn.bytes, &mut files);
        }
        let report = house.desk.draft_report(&house.ines, case, "full").unwrap();
        let version = house
            .desk
            .report_version(&house.ines, case, report)
            .unwrap();
        let text = serde_json::to_vec(&version.document).unwrap();
        files.insert("report".into(), text);
        files
    }

    /// A company of the register as subject, with a finding on it.
    fn furnish(&self, case: CaseId) {
        let house = &self.house;
        let record = house.record(case, "register", "100");
        let new = NewSubject {
            record,
            role: SubjectRole::Unclassified,
            basis: String::new(),
        };
        house.desk.add_subject(&house.ines, case, &new).unwrap();
        house.cite(case, house.statement(case, record, "status"));
    }
}

#[test]
fn nothing_that_leaves_carries_what_a_case_says_itself_unless_its_own_finding_rests_on_it() {
    let scene = Scene::new();
    let house = &scene.house;
    house.deliver(
        "register",
        "1",
        &[company("100", "Aldgrund Shipping", "active")],
    );
    let other = house.open_case();
    for case in [scene.case, other] {
        scene.furnish(case);
    }
    let letter = scene.files("letter.txt", LETTER);
    scene.judges(scene.mention(letter, "iban"), true);
    let at = TableAt {
        item: scene.files("payments.csv", TABLE),
        part: String::new(),
        page: 1,
        position: 1,
    };
    house
        .desk
        .map_table(&house.ines, scene.case, &at, MAPPING, "who was paid?")
        .unwrap();
    house.desk.catch_up(&mut |_| ()).unwrap();
    let own = scene.finds(scene.case, "Quagmire")[0];

    // Another case: nothing, whatever it gives away.
    assert_eq!(holding(&scene.leaves(other)), Vec::<&String>::new());
    // Its own case, while no finding rests on them: nothing either.
    assert_eq!(holding(&scene.leaves(scene.case)), Vec::<&String>::new());

    // The service as a whole: what stewards and auditors can take with them.
    let mut files = BTreeMap::new();
    for dataset in house.desk.datasets(&house.dara).unwrap() {
        for line in house.desk.releases(&house.dara, dataset.id).unwrap() {
            let id = line.release.id;
            for (name, text) in [
                ("receipt", house.desk.receipt_file(&house.dara, id)),
                ("refused", house.desk.refused_file(&house.dara, id)),
            ] {
                files.insert(format!("{name} {id}"), text.unwrap().into_bytes());
            }
        }
    }
    assert!(files.len() > 1);
    let purpose = Some(LogPurpose::Lawfulness);
    let bundle = house.desk.log_bundle(&house.aude, purpose).unwrap();
    whole("log.zip", &bundle, &mut files);
    assert_eq!(holding(&files), Vec::<&String>::new());

    // A finding of its own that rests on them gives them away, by the ledger.
    let statement = house.statement(scene.case, own, "name");
    let fact = NewNote {
        passages: Vec::new(),
        kind: NoteKind::Fact,
        title: "Paid".into(),
        text: format!("Paid to [[{statement}]]."),
        cites: vec![statement],
        as_one: vec![],
    };
    house
        .desk
        .write_note(&house.ines, scene.case, &fact)
        .unwrap();
    let given = house
        .desk
        .disclose(&house.ines, scene.case, &told())
        .unwrap();
    let mut files = BTreeMap::new();
    whole("disclosure.zip", &given.bytes, &mut files);
    assert!(!holding(&files).is_empty());
    assert_eq!(holding(&scene.leaves(other)), Vec::<&String>::new());
}

#[test]
fn a_backup_is_the_whole_service_and_the_seal_holds_where_it_is_restored() {
    let scene = Scene::new();
    let house = &scene.house;
    let other = house.open_case();
    let letter = scene.files("letter.txt", LETTER);
    scene.judges(scene.mention(letter, "iban"), true);
    let folder = tempfile::tempdir().unwrap();
    let (copy, again) = (folder.path().join("copy"), folder.path().join("again"));
    house.desk.backup(&house.ada, &copy).unwrap();
    // Like the evidence, it is in the copy: who holds a backup holds the service.
    restore(&copy, &again);
    let desk = opened(again, 9, house.clock.clone());
    desk.catch_up(&mut |_| ()).unwrap();
    let finds = |case| {
        let found = desk
            .look_up(&house.ines, case, &crate::house::things(OWN[2]))
            .unwrap();
        found.things.unwrap().hits.len()
    };
    assert_eq!((finds(scene.case), finds(other)), (1, 0));
}

fn restore(copy: &Path, to: &Path) {
    desk::upkeep::restore(copy, to).unwrap();
}
