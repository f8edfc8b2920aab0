//! Killed before the commit, and damaged on disk.

use std::fs;
use std::path::{Path, PathBuf};

use search::{Document, Index, Question};

use crate::stage::{by_birth, company, filled, permit, person};

fn documents() -> Vec<Document> {
    let mut all: Vec<Document> = (0..60)
        .map(|number| company(number, &format!("Quay {number} Trading")))
        .collect();
    all.extend((60..90).map(|number| person(number, &format!("Oda Karlsen {number}"), "1961")));
    all
}

/// Everything that a few questions answer, in order.
fn answers(index: &Index) -> Vec<String> {
    let mut ids = Vec::new();
    for text in ["quay trading", "17", "quai", ""] {
        let things = index.search_things(&permit(), &Question::of(text)).unwrap();
        ids.extend(
            things
                .hits
                .iter()
                .map(|hit| format!("{} {}", hit.record, hit.score)),
        );
        ids.push(format!("{:?}", things.facets));
    }
    let selector = domain::policy::selector::selector(&by_birth("Oda Karlsen", "1961")).unwrap();
    let persons = index.search_persons(&permit(), &selector).unwrap();
    ids.extend(persons.hits.iter().map(|hit| hit.record.to_string()));
    ids
}

#[test]
fn what_was_not_committed_is_not_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let index = filled(folder.path(), &[company(1, "Aldgrund")]);
    index.apply(&[company(2, "Merrow")], &[], 9).unwrap();
    assert_eq!(index.watermark(), 1);
    drop(index);
    let opened = Index::open(&folder.path().join("index")).unwrap();
    assert_eq!((opened.watermark, opened.set_aside), (1, None));
    let total = |text: &str| {
        let question = Question::of(text);
        opened
            .index
            .search_things(&permit(), &question)
            .unwrap()
            .total
    };
    assert_eq!((total("Aldgrund"), total("Merrow")), (1, 0));
    opened.index.apply(&[company(2, "Merrow")], &[], 9).unwrap();
    assert_eq!(opened.index.commit().unwrap(), 9);
    let question = Question::of("Merrow");
    assert_eq!(
        opened
            .index
            .search_things(&permit(), &question)
            .unwrap()
            .total,
        1
    );
}

#[test]
fn an_index_in_use_is_not_taken_for_a_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    let _index = filled(folder.path(), &[company(1, "Aldgrund")]);
    let again = Index::open(&folder.path().join("index"));
    assert!(matches!(again, Err(search::SearchError::Busy)));
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    found.sort();
    found
}

/// Damages an index and expects that opening sets it aside and that, filled again, it answers as before.
fn check(damage: impl Fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let index = filled(folder.path(), &documents());
    let before = answers(&index);
    drop(index);
    let at = folder.path().join("index");
    damage(&at);
    let opened = Index::open(&at).unwrap();
    assert_eq!(opened.watermark, 0);
    let aside = opened.set_aside.expect("it is noticed");
    assert_eq!(aside, folder.path().join("index.damaged-1"));
    assert!(aside.exists());
    // Another order of arrival, another cut into segments.
    let mut documents = documents();
    documents.reverse();
    for some in documents.chunks(60) {
        opened.index.apply(some, &[], 1).unwrap();
        opened.index.commit().unwrap();
    }
    assert_eq!(answers(&opened.index), before);
    assert_eq!(Index::remove_set_aside(&at).unwrap(), 1);
    assert!(!aside.exists());
}

#[test]
fn cr_05_random_bytes_in_a_segment_are_noticed_and_the_rebuilt_index_answers_alike() {
    for ending in [".idx", ".term", ".store", ".fast", ".pos"] {
        check(|at| {
            let file = files(at, ending).remove(0);
            let mut bytes = fs::read(&file).unwrap();
            // Within the content, which the checksum at the end covers.
            let middle = bytes.len() / 3;
            for byte in bytes.iter_mut().skip(middle).take(7) {
                *byte ^= 0x5a;
            }
            fs::write(&file, bytes).unwrap();
        });
    }
}

#[test]
fn cr_05_a_deleted_segment_is_noticed_and_the_rebuilt_index_answers_alike() {
    for ending in [".idx", ".term", ".store", ".fast", ".pos"] {
        check(|at| fs::remove_file(files(at, ending).remove(0)).unwrap());
    }
    check(|at| {
        let stem = files(at, ".idx").remove(0);
        let stem = stem.file_stem().unwrap().to_string_lossy().into_owned();
        for file in fs::read_dir(at).unwrap().map(|entry| entry.unwrap().path()) {
            if file
                .file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with(&stem)
            {
                fs::remove_file(file).unwrap();
            }
        }
    });
}

#[test]
fn cr_05_emptied_metadata_is_noticed_and_the_rebuilt_index_answers_alike() {
    check(|at| fs::write(at.join("meta.json"), "").unwrap());
    check(|at| fs::write(at.join("meta.json"), "{}").unwrap());
    check(|at| fs::remove_file(at.join("meta.json")).unwrap());
    check(|at| fs::write(at.join(".managed.json"), "").unwrap());
    check(|at| {
        let text = fs::read_to_string(at.join("meta.json")).unwrap();
        fs::write(
            at.join("meta.json"),
            text.replace("predicate search 3", "predicate search 0"),
        )
        .unwrap();
    });
}

#[test]
fn several_damaged_indexes_are_kept_apart() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("index");
    for number in 1..=2 {
        drop(filled(folder.path(), &[company(1, "Aldgrund")]));
        fs::write(at.join("meta.json"), "").unwrap();
        let opened = Index::open(&at).unwrap();
        assert_eq!(
            opened.set_aside,
            Some(folder.path().join(format!("index.damaged-{number}")))
        );
    }
}
