//! Names of datasets in the text of documents: one look-up under the rules of any other, proposals and nothing more.

use desk::DeskError;
use desk::mentions::MentionFilter;
use desk::named::NamedRun;
use domain::id::RecordId;
use serde_json::json;

use crate::house::{company, person, reason};
use crate::own_records::Scene;

const LETTER: &str = "The berth was paid to Merravin Dredging, see HR m1, and to Osk Survey Ltd.\n\
    Oda Karlsen, born 12 May 1961, signed. Pelle Brandt looked on.\n\
    The dredger Silkehale lay at the quay; Harbour is no name alone.\n";

fn scene() -> Scene {
    let scene = Scene::new();
    let house = &scene.house;
    house.deliver(
        "register",
        "7",
        &[
            company("m1", "Merravin Dredging Ltd", "active"),
            company("m2", "Merravin Dredging GmbH", "active"),
            company("h1", "Harbour", "active"),
            json!({ "id": "v1", "schema": "Vessel", "properties": { "name": ["Silkehale"] } }),
            person("p1", "Oda Karlsen", "1961-05-12"),
            person("p2", "Oda Karlsen", "1970-01-01"),
            person("p3", "Pelle Brandt", "1980-02-02"),
        ],
    );
    house.desk.catch_up(&mut |_| ()).unwrap();
    scene
}

impl Scene {
    fn looks(&self) -> NamedRun {
        self.house
            .desk
            .find_names(&self.house.ines, self.case, None, reason().as_ref())
            .unwrap()
    }

    /// Kind, words, record and reason of what datasets named, in the order of the text.
    fn known(&self) -> Vec<(String, String, Option<RecordId>, String)> {
        let found = self
            .house
            .desk
            .mentions(&self.house.ines, self.case, &MentionFilter::default())
            .unwrap();
        let lines = found.lines.into_iter().map(|line| line.mention);
        lines
            .filter(|one| one.kind.starts_with("known_"))
            .map(|one| (one.kind, one.quote, one.record, one.reasons))
            .collect()
    }
}

#[test]
fn companies_and_ships_are_told_by_their_whole_name_and_persons_with_a_detail_only() {
    let scene = scene();
    let house = &scene.house;
    scene.files("letter.txt", LETTER);
    assert!(
        scene.known().is_empty(),
        "no dataset is asked without a reason"
    );
    let entries = house.log().len();
    let told = scene.looks();
    let of = |key: &str| house.record(scene.case, "register", key);
    let known = scene.known();
    let short: Vec<(&str, &str, Option<RecordId>)> = known
        .iter()
        .map(|(kind, quote, record, _)| (kind.as_str(), quote.as_str(), *record))
        .collect();
    assert_eq!(
        short,
        [
            ("known_organisation", "Merravin Dredging", Some(of("m1"))),
            ("known_person", "Oda Karlsen", Some(of("p1"))),
            ("known_vessel", "Silkehale", Some(of("v1"))),
        ]
    );
    // The namesake is told, and what stands beside it says which of the two it may be.
    assert!(
        known[0].3.contains("HR m1") && known[0].3.contains("Merravin Dredging GmbH"),
        "{}",
        known[0].3
    );
    assert!(
        known[1].3.contains("the birth date 1961-05-12"),
        "{}",
        known[1].3
    );
    assert!(
        !known
            .iter()
            .any(|(_, _, record, _)| *record == Some(of("p2")) || *record == Some(of("p3")))
    );
    assert_eq!(
        (told.persons, told.records, told.more_persons),
        (1, 4, false)
    );
    // One look-up, one run over the text.
    let log = house.log();
    let new: Vec<&str> = log[entries..]
        .iter()
        .map(|entry| entry.act.as_str())
        .filter(|act| matches!(*act, "search" | "judge_mention"))
        .collect();
    assert_eq!(
        new.iter().filter(|act| **act == "search").count(),
        1,
        "{new:?}"
    );
    assert_eq!(
        new.iter().filter(|act| **act == "judge_mention").count(),
        1,
        "{new:?}"
    );
    // Accepting one makes a statement of the case's own, like any other.
    let filter = MentionFilter {
        kind: "known_organisation".into(),
        ..MentionFilter::default()
    };
    let found = house
        .desk
        .mentions(&house.ines, scene.case, &filter)
        .unwrap();
    scene.judges(found.lines[0].mention.id, true);
    let own = scene.finds(scene.case, "Merravin Dredging");
    let own = own.iter().map(|record| house.page(scene.case, *record));
    assert!(own.into_iter().any(|page| page.dataset.sealed().is_some()));
}

#[test]
fn a_run_without_datasets_leaves_what_one_with_them_found_and_proposes_it_no_second_time() {
    let scene = scene();
    scene.files("letter.txt", LETTER);
    scene.looks();
    let before = scene.known();
    let all = |scene: &Scene| {
        let filter = MentionFilter::default();
        let desk = &scene.house.desk;
        let found = desk.mentions(&scene.house.ines, scene.case, &filter);
        found.unwrap().lines.len()
    };
    let count = all(&scene);
    scene
        .house
        .desk
        .find_mentions(&scene.house.ines, scene.case, None)
        .unwrap();
    assert_eq!(scene.known(), before);
    assert_eq!(all(&scene), count);
}

#[test]
fn nobody_compares_names_without_leave() {
    let scene = scene();
    let house = &scene.house;
    scene.files("letter.txt", LETTER);
    let stranger = house
        .desk
        .find_names(&house.dara, scene.case, None, reason().as_ref());
    assert!(
        matches!(
            stranger,
            Err(DeskError::Refused(_) | DeskError::NotFound(_))
        ),
        "{stranger:?}"
    );
    assert!(scene.known().is_empty());
}
