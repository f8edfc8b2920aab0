//! What a case says itself: accepted mentions are statements of a dataset sealed to that case alone.

use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt as _;

use desk::mentions::MentionFilter;
use desk::open_case::NewCase;
use desk::users::NewUser;
use desk::{DeskError, ReadingSettings};
use domain::authority::{LegalBasis, Origin, Purpose, Role};
use domain::case::SubjectKind;
use domain::id::{CaseId, EvidenceId, MentionId, RecordId};
use domain::source::Dataset;

use crate::house::{House, PASSWORD, company, things};

const IBAN: &str = "DE89370400440532013000";
const LETTER: &str =
    "Pay the dredging of berth seven to DE89 3704 0044 0532 0130 00 before Friday.\n";

pub struct Scene {
    pub house: House,
    pub case: CaseId,
    reader: tempfile::TempDir,
}

impl Scene {
    pub fn new() -> Self {
        let house = House::new();
        let case = house.open_case();
        let reader = tempfile::tempdir().unwrap();
        let path = reader.path().join("reader.sh");
        std::fs::write(&path, include_str!("../../../web/tests/it/reader.sh")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        Self {
            house,
            case,
            reader,
        }
    }

    pub fn files(&self, name: &str, text: &str) -> EvidenceId {
        let new = desk::evidence::NewEvidence {
            name: name.into(),
            source: "the harbour office".into(),
            collector: "Ines".into(),
            collected: "2026-03-12".into(),
            place: "Port".into(),
            tool: "by hand".into(),
            authority: "warrant 7".into(),
            declared_sha256: None,
            key: None,
        };
        let (desk, ines) = (&self.house.desk, &self.house.ines);
        let item = desk
            .add_evidence(ines, self.case, &new, &mut text.as_bytes())
            .unwrap();
        let go_on = &mut |_: &desk::documents::ReadSoFar| ControlFlow::Continue(());
        let path = self.reader.path().join("reader.sh");
        desk.read_documents(&path, &ReadingSettings::default(), go_on)
            .unwrap();
        desk.find_mentions(ines, self.case, None).unwrap();
        item.id
    }

    pub fn mention(&self, item: EvidenceId, kind: &str) -> MentionId {
        let filter = MentionFilter {
            kind: kind.into(),
            item: Some(item),
            ..MentionFilter::default()
        };
        let found = self
            .house
            .desk
            .mentions(&self.house.ines, self.case, &filter)
            .unwrap();
        found.lines[0].mention.id
    }

    pub fn judges(&self, mention: MentionId, accepted: bool) {
        self.house
            .desk
            .judge_mention(&self.house.ines, self.case, mention, accepted, "so it says")
            .unwrap();
        self.house.desk.catch_up(&mut |_| ()).unwrap();
    }

    /// A records officer erases an item.
    pub fn erases(&self, item: EvidenceId) {
        let house = &self.house;
        let new = NewUser {
            name: "rune".into(),
            title: "Rune".into(),
            roles: vec![Role::RecordsOfficer],
            password: PASSWORD.into(),
        };
        house.desk.add_user(&house.ada, &new).unwrap();
        let token = house
            .desk
            .sign_in("rune", PASSWORD, Origin::Api)
            .unwrap()
            .token;
        let rune = house.desk.visitor(&token, Origin::Api).unwrap().actor;
        house
            .desk
            .erase_evidence(&rune, self.case, item, "taken in by mistake")
            .unwrap();
        house.desk.catch_up(&mut |_| ()).unwrap();
    }

    /// No file of the data directory holds any of these words.
    pub fn has_nowhere(&self, all: &[&str]) {
        let mut folders = vec![self.house.folder.path().join("data")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                    continue;
                }
                let bytes = std::fs::read(entry.path()).unwrap();
                let stands = all.iter().any(|words| {
                    bytes
                        .windows(words.len())
                        .any(|part| part == words.as_bytes())
                });
                assert!(!stands, "{} still has it", entry.path().display());
            }
        }
    }

    /// Records that a case finds by a text.
    pub fn finds(&self, case: CaseId, text: &str) -> Vec<RecordId> {
        let found = self
            .house
            .desk
            .look_up(&self.house.ines, case, &things(text))
            .unwrap();
        let hits = found.things.unwrap().hits.into_iter();
        hits.map(|hit| hit.record).collect()
    }
}

#[test]
fn an_accepted_mention_is_a_statement_of_its_case_with_its_anchor() {
    let scene = Scene::new();
    let item = scene.files("letter.txt", LETTER);
    assert!(
        scene.finds(scene.case, IBAN).is_empty(),
        "a proposal is no record"
    );
    let mention = scene.mention(item, "iban");
    scene.judges(mention, true);
    let found = scene.finds(scene.case, IBAN);
    assert_eq!(found.len(), 1);
    let page = scene.house.page(scene.case, found[0]);
    assert_eq!(page.dataset.sealed(), Some(scene.case));
    assert_eq!(page.record.schema, "BankAccount");
    let said: Vec<(&str, &str)> = page
        .statements
        .iter()
        .map(|one| (one.property.as_str(), one.value.as_str()))
        .collect();
    assert_eq!(said, [("iban", IBAN)]);
    assert_eq!(
        (page.anchors[0].id, page.anchors[0].evidence),
        (mention, item)
    );

    // Another letter says the same: one thing, two anchors; taking one back leaves what the other says.
    let second = scene.files("second.txt", LETTER);
    let other = scene.mention(second, "iban");
    scene.judges(other, true);
    assert_eq!(scene.house.page(scene.case, found[0]).anchors.len(), 2);
    scene.judges(mention, false);
    let page = scene.house.page(scene.case, found[0]);
    assert!(page.record.present && page.anchors.len() == 1);
    scene.judges(other, false);
    let page = scene.house.page(scene.case, found[0]);
    assert!(!page.record.present && page.statements.iter().all(|one| one.ended.is_some()));
    assert!(scene.finds(scene.case, IBAN).is_empty());
}

#[test]
fn no_other_case_and_no_steward_comes_near_what_a_case_says_itself() {
    let scene = Scene::new();
    let house = &scene.house;
    let other = house.open_case();
    let item = scene.files("letter.txt", LETTER);
    scene.judges(scene.mention(item, "iban"), true);
    let record = scene.finds(scene.case, IBAN)[0];
    let dataset = house.page(scene.case, record).dataset;

    // The gate and the search, for the very same person in another case.
    assert!(scene.finds(other, IBAN).is_empty());
    let read = house.desk.record(&house.ines, other, record, None);
    assert!(matches!(read, Err(DeskError::NotFound(_))), "{read:?}");
    // It is listed nowhere, and known by no name.
    let listed = house.desk.datasets(&house.dara).unwrap();
    assert!(listed.iter().all(|one| one.sealed().is_none()));
    let named =
        house
            .desk
            .record_of_key(&house.ines, other, &Dataset::name_of_case(scene.case), "x");
    assert!(!matches!(named, Ok(Some(_))));
    // It can be in no other case's scope.
    let new = NewCase {
        title: "Elsewhere".into(),
        predicate: "Something".into(),
        purpose: Some(Purpose::Procurement),
        legal_basis: Some(LegalBasis::StatutoryInquiry),
        datasets: vec![dataset.id],
        kinds: SubjectKind::ALL.to_vec(),
        days: 9,
        kind: Default::default(),
        told: Default::default(),
        tip: None,
    };
    let opened = house.desk.open_case(&house.ines, &new);
    assert!(
        matches!(
            opened,
            Err(DeskError::Malformed {
                field: "datasets",
                ..
            })
        ),
        "{opened:?}"
    );
    // No steward amends it or reads its releases.
    let amended = house
        .desk
        .amend_agreement(&house.dara, dataset.id, &dataset.agreement);
    assert!(
        matches!(amended, Err(DeskError::NotFound(_))),
        "{amended:?}"
    );
    let releases = house.desk.releases(&house.dara, dataset.id);
    assert!(
        matches!(releases, Err(DeskError::NotFound(_))),
        "{releases:?}"
    );
    // The matcher leaves it out, whatever it says.
    assert!(!dataset.agreement.matching);
    house.deliver("register", "9", &[company("k9", "Pay Friday", "active")]);
    house.desk.run_matching(&house.dara).unwrap();
    assert_eq!(house.page(scene.case, record).members, [record]);
    // Its own file holds what stands in the case, and other cases' files nothing of it.
    let told = format!(
        "{:?}",
        house.page(other, house.record(other, "register", "k9"))
    );
    assert!(!told.contains(IBAN));
}

#[test]
fn erasing_an_item_blanks_what_rested_on_it_alone() {
    let scene = Scene::new();
    let house = &scene.house;
    let item = scene.files("letter.txt", LETTER);
    scene.judges(scene.mention(item, "iban"), true);
    // Asked for without its words: these would be kept in the log.
    let record = scene.finds(scene.case, "")[0];
    scene.erases(item);
    let page = house.page(scene.case, record);
    assert!(!page.record.present && page.anchors.is_empty());
    assert!(
        page.statements
            .iter()
            .all(|one| one.erased && one.value.is_empty())
    );
    assert!(scene.finds(scene.case, "").is_empty());
    scene.has_nowhere(&[IBAN, "DE89 3704"]);
}
