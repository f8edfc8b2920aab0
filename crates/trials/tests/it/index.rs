//! The search index after a kill between store and index, and after damage.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::chance::Chance;
use crate::house::{Case, House, company};
use crate::program::{Serving, kill_after, rest, within};

/// Records of a delivery here.
const RECORDS: u64 = 1_500;

fn companies(name: &str) -> Vec<Value> {
    (0..RECORDS)
        .map(|number| {
            company(
                &format!("{name}-{number}"),
                &format!("{name} Shipping {number}"),
                "active",
            )
        })
        .collect()
}

fn meta(house: &House) -> Vec<u8> {
    std::fs::read(house.data.join("derived/index/meta.json")).unwrap_or_default()
}

/// The words of one delivery. Letters alone, so that no other delivery's words are alike.
fn word(number: u64) -> String {
    let letters = ["ar", "be", "co", "du", "en", "fi", "go", "hu", "il", "ja"];
    let high = letters[usize::try_from(number / 10).unwrap()];
    format!("Q{}{high}z", letters[usize::try_from(number % 10).unwrap()])
}

/// Ten deliveries are killed in the moment in which their release has been published: the database has it, the index not
/// yet. Ten more are killed before that. After each restart of the server everything published is found within a minute
/// and nothing else ever is.
#[test]
fn cr_02_after_a_kill_the_index_catches_up_and_invents_nothing_c1_c2() {
    let Some(house) = House::new("cr_02") else {
        return;
    };
    let mut chance = Chance::new(20_261_102);
    house
        .load(&house.delivery("start", &companies("Start")), true)
        .unwrap();
    let serving = house.serve();
    let case = Case::open(&serving);
    serving.kill();
    let (mut between, mut before) = (0, 0);
    for round in 0..20 {
        let name = word(round);
        let file = house.delivery(&name, &companies(&name));
        let (database, index) = (house.database(), meta(&house));
        let known = House::published(&database);
        let mut child = house.start_loading(&file, true);
        if round % 2 == 0 {
            let began = Instant::now();
            while House::published(&database) == known && began.elapsed() < Duration::from_secs(60)
            {
                rest(Duration::from_micros(500));
            }
            kill_after(&mut child, chance.moment(Duration::from_millis(40)));
        } else {
            kill_after(&mut child, chance.moment(Duration::from_millis(500)));
        }
        let committed = House::published(&database) > known;
        between += u64::from(committed && meta(&house) == index);
        before += u64::from(!committed);
        drop(database);
        let serving = house.serve();
        after_restart(&serving, &case.again(&serving), &name, committed);
        serving.kill();
        house.check();
    }
    println!("{between} kills between store and index, {before} before the store");
    assert!(
        between >= 3 && before >= 3,
        "{between} and {before} kills met their moment"
    );
}

/// What was committed is found within a minute; what was not is not found then or later.
fn after_restart(serving: &Serving, case: &Case, name: &str, committed: bool) {
    if committed {
        let all = || {
            let question = crate::house::asking(name);
            let answer = serving.post(&case.path("search"), &case.ines, question);
            answer.expect(200)["things"]["total"] == RECORDS
        };
        assert!(
            within(Duration::from_secs(60), all),
            "not every `{name}` is found"
        );
    } else {
        assert!(
            case.search(serving, name).is_empty(),
            "`{name}` was never committed"
        );
    }
}

/// Bytes of a segment are changed, a segment's file is deleted, `meta.json` is emptied. Each time the next start notices,
/// sets the index aside and fills a new one by itself; the same questions then have the same answers.
#[test]
fn cr_05_a_damaged_index_is_set_aside_and_rebuilt_c1_c2() {
    let Some(house) = House::new("cr_05") else {
        return;
    };
    let mut chance = Chance::new(20_261_103);
    house
        .load(&house.delivery("start", &companies("Start")), true)
        .unwrap();
    let serving = house.serve();
    let case = Case::open(&serving);
    let questions = [
        "Start Shipping 7",
        "Start Shipping 1499",
        "Shipping 1200",
        "HR Start-3",
    ];
    let answers: Vec<Vec<String>> = questions
        .iter()
        .map(|text| case.search(&serving, text))
        .collect();
    assert!(answers.iter().all(|ids| !ids.is_empty()), "{answers:?}");
    serving.kill();
    let index = house.data.join("derived/index");
    for (number, damage) in [flip as Damage, delete, empty].into_iter().enumerate() {
        let damaged = damage(&index, &mut chance);
        let serving = house.serve();
        let aside = house
            .data
            .join(format!("derived/index.damaged-{}", number + 1));
        assert!(
            aside.is_dir(),
            "damage to {} went unnoticed",
            damaged.display()
        );
        assert!(serving.said().contains("set aside"), "{}", serving.said());
        let case = case.again(&serving);
        for (text, ids) in questions.iter().zip(&answers) {
            let same = || case.search(&serving, text) == *ids;
            assert!(
                within(Duration::from_secs(60), same),
                "`{text}` after {}",
                damaged.display()
            );
        }
        serving.kill();
        house.check();
    }
}

type Damage = fn(&Path, &mut Chance) -> PathBuf;

/// The files of segments that hold what is searched.
fn segments(index: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(index)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|end| end == "term" || end == "idx" || end == "store")
        })
        .collect();
    files.sort();
    files
}

fn flip(index: &Path, chance: &mut Chance) -> PathBuf {
    let files = segments(index);
    let path = files[usize::try_from(chance.below(files.len() as u64)).unwrap()].clone();
    let mut bytes = std::fs::read(&path).unwrap();
    for _ in 0..8 {
        let at = usize::try_from(chance.below(bytes.len() as u64)).unwrap();
        bytes[at] ^= 0x55;
    }
    std::fs::write(&path, bytes).unwrap();
    path
}

fn delete(index: &Path, chance: &mut Chance) -> PathBuf {
    let files = segments(index);
    let path = files[usize::try_from(chance.below(files.len() as u64)).unwrap()].clone();
    std::fs::remove_file(&path).unwrap();
    path
}

fn empty(index: &Path, _: &mut Chance) -> PathBuf {
    let path = index.join("meta.json");
    std::fs::write(&path, b"").unwrap();
    path
}
