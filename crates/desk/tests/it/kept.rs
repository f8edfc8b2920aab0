//! What is kept: sources by hash, evidence, the log as others read it.

use desk::evidence::NewEvidence;
use logbook::CheckOptions;

use crate::house::{House, company};

#[test]
fn prov_01_two_hundred_values_lead_to_stored_bytes_that_match_their_hash_c1_c2() {
    let house = House::new();
    let all: Vec<_> = (0..250)
        .map(|number| company(&number.to_string(), &format!("Company {number}"), "active"))
        .collect();
    house.deliver("register", "1", &all);
    let case = house.open_case();
    let mut values = 0;
    for number in (0..250).step_by(5) {
        let record = house.record(case, "register", &number.to_string());
        let page = house.page(case, record);
        let row = house.desk.source_row(&house.ines, case, record).unwrap();
        let release = page.releases.get(&page.record.release).unwrap();
        assert_eq!(release, "1");
        assert_eq!(row.place.row, number + 1, "the line in the file");
        assert_eq!(row.sha256.len(), 64);
        for statement in &page.statements {
            assert_eq!(statement.dataset, page.dataset.id);
            assert!(page.releases.contains_key(&statement.began));
            values += 1;
        }
    }
    assert!(values >= 200, "{values}");
}

#[test]
fn prov_01_a_changed_source_file_is_not_served_as_a_source_c2() {
    let house = House::new();
    house.deliver("register", "1", &[company("1", "Aldgrund", "active")]);
    let case = house.open_case();
    let record = house.record(case, "register", "1");
    let sha256 = house
        .desk
        .source_row(&house.ines, case, record)
        .unwrap()
        .sha256;
    flip(&house, &sha256);
    assert!(house.desk.source_row(&house.ines, case, record).is_err());
    assert!(
        !house.desk.check(&house.ada).unwrap().is_empty(),
        "and the check names it"
    );
}

/// Changes one byte of a stored blob.
pub fn flip(house: &House, sha256: &str) {
    let mut stack = vec![house.folder.path().join("data").join("blobs")];
    while let Some(folder) = stack.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                stack.push(entry.path());
            } else if entry
                .path()
                .to_string_lossy()
                .replace(['/', '\\'], "")
                .contains(&sha256[8..])
            {
                let mut bytes = std::fs::read(entry.path()).unwrap();
                bytes[0] ^= 1;
                std::fs::write(entry.path(), bytes).unwrap();
                return;
            }
        }
    }
    panic!("no blob {sha256}");
}

fn item() -> NewEvidence {
    NewEvidence {
        name: "../../letter.pdf".into(),
        source: "handed in at the desk".into(),
        collector: "Ines".into(),
        collected: "3 May 2030, 10:00".into(),
        place: "harbour office".into(),
        tool: "none".into(),
        authority: "consent of the holder".into(),
        declared_sha256: None,
        key: None,
    }
}

#[test]
fn evidence_is_kept_by_hash_and_needs_every_field() {
    let (house, case) = {
        let house = House::new();
        let case = house.open_case();
        (house, case)
    };
    let kept = house
        .desk
        .add_evidence(
            &house.ines,
            case,
            &item(),
            &mut b"%PDF-1.4 letter".as_slice(),
        )
        .unwrap();
    assert_eq!(kept.sha256, domain::audit::sha256_hex(b"%PDF-1.4 letter"));
    assert_eq!(
        (kept.size, kept.media_type.as_str()),
        (15, "application/pdf")
    );
    let told = house
        .desk
        .evidence_item(&house.ines, case, kept.id)
        .unwrap();
    assert_eq!(told.custody[0].act, "taken_in");
    let missing = NewEvidence {
        authority: " ".into(),
        ..item()
    };
    assert!(
        house
            .desk
            .add_evidence(&house.ines, case, &missing, &mut b"x".as_slice())
            .is_err()
    );
    let wrong = NewEvidence {
        declared_sha256: Some("00".repeat(32)),
        key: None,
        ..item()
    };
    assert!(
        house
            .desk
            .add_evidence(&house.ines, case, &wrong, &mut b"x".as_slice())
            .is_err()
    );
    assert_eq!(house.desk.evidence(&house.ines, case).unwrap().len(), 1);
    assert!(
        house
            .desk
            .evidence_bytes(&house.jonas, case, kept.id)
            .is_err()
    );
    flip(&house, &kept.sha256);
    assert!(
        house
            .desk
            .evidence_bytes(&house.ines, case, kept.id)
            .is_err(),
        "changed bytes are never served"
    );
}

#[test]
fn au_09_a_copy_of_the_log_and_its_key_are_enough_c1_c2() {
    let house = House::new();
    let case = house.open_case();
    house.desk.case(&house.ines, case).unwrap();
    let proven = house
        .desk
        .log_entry(&house.aude, Some(domain::audit::LogPurpose::Lawfulness), 5)
        .unwrap();
    house.desk.settle_log().unwrap();
    let key = domain::tlog::VerifierKey::parse(&house.desk.log_key_text()).unwrap();
    let report = logbook::verify(&house.desk.log_directory(), &key, &CheckOptions::default());
    assert!(report.is_sound(), "{report}");
    assert_eq!(report.size as usize, house.log().len());
    let proof = domain::tlog::TlogProof::parse(proven.proof.as_bytes()).unwrap();
    let leaf = domain::tlog::leaf_hash(&proven.bytes);
    assert!(
        proof
            .check(&leaf, &[key], &domain::tlog::Quorum::default())
            .is_ok()
    );
}
