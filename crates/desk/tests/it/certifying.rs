//! Certification packs: every exhibit with a hash that others' tools accept, the process told, the certifier's words left to a
//! person, and service of notice recorded.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::process::Command;

use desk::DeskError;
use domain::disclosure::Disclosed;
use domain::id::EvidenceId;

use crate::own_records::Scene;

const BILL: &str = "Invoice 2, paid twice.\n";
const LIST: &str = "Number,Payee\nK-71,Quagmire\n";

fn told() -> Disclosed {
    Disclosed {
        recipient: "Public prosecutor".into(),
        address: "1 Quay Street".into(),
        purpose: "deciding on a charge".into(),
        authority: "Code of procedure, section 5".into(),
        nature: "two exhibits with certificate".into(),
    }
}

struct Made {
    scene: Scene,
    items: Vec<EvidenceId>,
    files: BTreeMap<String, Vec<u8>>,
    id: domain::id::DisclosureId,
}

fn made() -> Made {
    let scene = Scene::new();
    let items = vec![
        scene.files("invoice 2; rm -rf.txt", BILL),
        scene.files("../list.csv", LIST),
    ];
    let house = &scene.house;
    let handed = house
        .desk
        .certify(&house.ines, scene.case, &items, &told())
        .unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(handed.bytes)).unwrap();
    let mut files = BTreeMap::new();
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        files.insert(file.name().unwrap().into_owned(), content);
    }
    Made {
        id: handed.line.id,
        scene,
        items,
        files,
    }
}

impl Made {
    fn text(&self, name: &str) -> String {
        String::from_utf8(self.files[name].clone()).unwrap()
    }
}

#[test]
fn evid_05_each_exhibit_has_a_hash_that_sha256sum_accepts_and_the_process_is_told_c1() {
    let made = made();
    let sums = made.text("SHA256SUMS");
    let process = made.text("process.txt");
    for (item, content) in made.items.iter().zip([BILL, LIST]) {
        let sha256 = domain::audit::sha256_hex(content.as_bytes());
        let line = sums.lines().find(|line| line.starts_with(&sha256)).unwrap();
        let (_, file) = line.split_once("  ").unwrap();
        assert!(
            file.starts_with("exhibits/") && !file.contains("..") && !file.contains(' '),
            "{file}"
        );
        assert_eq!(made.files[file], content.as_bytes());
        for words in [item.to_string(), sha256, file.to_owned()] {
            assert!(process.contains(&words), "{words} is not in {process}");
        }
    }
    // How they came in, their custody, and what was done to make the copies.
    for words in [
        "the harbour office",
        "warrant 7",
        "custody:",
        "taken_in",
        "hashed again",
        "log-entry.json",
    ] {
        assert!(process.contains(words), "{words} is not in {process}");
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &made.files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let check = || {
        Command::new("sha256sum")
            .args(["-c", "--strict", "SHA256SUMS"])
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let whole = check();
    assert!(whole.status.success(), "{whole:?}");
    let accepted = String::from_utf8_lossy(&whole.stdout).lines().count();
    assert_eq!(accepted, made.files.len() - 1);
    let exhibit = made
        .files
        .keys()
        .find(|name| name.starts_with("exhibits/"))
        .unwrap();
    std::fs::write(folder.path().join(exhibit), "Invoice 2, paid once.\n").unwrap();
    assert!(!check().status.success(), "an edit is seen");
}

#[test]
fn evid_05_the_certifiers_words_are_a_persons_and_service_of_notice_is_recorded_c2() {
    let made = made();
    let (house, case) = (&made.scene.house, made.scene.case);
    let certificate = made.text("certificate.txt");
    // Nothing is filled in but the hashes: no name, no day, no sentence of a person.
    for blank in [
        "Name and position:   ____",
        "How I am qualified:  ____",
        "Signature:           ____",
        "Place and date:      ____",
    ] {
        assert!(certificate.contains(blank), "{certificate}");
    }
    for name in ["Ines", "Sora"] {
        assert!(!certificate.contains(name), "{certificate}");
    }
    let packs = house.desk.certifications(&house.ines, case).unwrap();
    assert_eq!(packs.len(), 1);
    assert!(packs[0].notices.is_empty());
    let serve = |party: &str, way: &str, day: &str| {
        house
            .desk
            .record_notice(&house.ines, case, made.id, (party, way, day))
    };
    for (party, way, day) in [
        ("", "by hand", "2026-03-12"),
        ("the defence", " ", "2026-03-12"),
        ("the defence", "by hand", "soon"),
        ("the defence", "by hand", "2026-02-30"),
        ("the defence", "by hand", "2026"),
    ] {
        let told = serve(party, way, day);
        assert!(
            matches!(told, Err(DeskError::Malformed { .. })),
            "{party} {way} {day}: {told:?}"
        );
    }
    let entries = house.log().len();
    serve("the defence", "by hand", "2026-03-12").unwrap();
    let packs = house.desk.certifications(&house.ines, case).unwrap();
    let notice = &packs[0].notices[0];
    assert_eq!(
        (
            notice.party.as_str(),
            notice.way.as_str(),
            notice.served.as_str(),
            notice.by
        ),
        ("the defence", "by hand", "2026-03-12", house.ines.user)
    );
    assert!(
        house.log()[entries..]
            .iter()
            .any(|entry| entry.act == "serve_notice")
    );
    // The ledger has the pack, and no other case does.
    let ledger = house.desk.disclosures(&house.ines, case).unwrap();
    assert!(ledger.iter().any(|line| line.id == made.id));
    let other = house.open_case();
    let elsewhere = house
        .desk
        .record_notice(&house.ines, other, made.id, ("x", "y", "2026-03-12"));
    assert!(
        matches!(elsewhere, Err(DeskError::NotFound(_))),
        "{elsewhere:?}"
    );
}

#[test]
fn no_pack_is_made_of_nothing_of_anothers_or_of_what_was_erased() {
    let scene = Scene::new();
    let house = &scene.house;
    let item = scene.files("bill.txt", BILL);
    let certify =
        |case, items: &[EvidenceId]| house.desk.certify(&house.ines, case, items, &told());
    let none = certify(scene.case, &[]);
    assert!(
        matches!(none, Err(DeskError::Malformed { field: "items", .. })),
        "{none:?}"
    );
    let other = house.open_case();
    let foreign = certify(other, &[item]);
    assert!(
        matches!(foreign, Err(DeskError::NotOfCase { .. })),
        "{foreign:?}"
    );
    assert!(
        house
            .desk
            .disclosures(&house.ines, other)
            .unwrap()
            .is_empty()
    );
    scene.erases(item);
    let gone = certify(scene.case, &[item]);
    assert!(matches!(gone, Err(DeskError::Conflict(_))), "{gone:?}");
    assert!(
        house
            .desk
            .certifications(&house.ines, scene.case)
            .unwrap()
            .is_empty()
    );
}
