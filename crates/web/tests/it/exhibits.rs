//! Exhibits: what one enters with, that it never changes, whose hands it goes through, damage, and names that are no paths.

use std::path::{Path, PathBuf};

use domain::audit::sha256_hex;
use domain::id::CaseId;
use serde_json::{Value, json};

use crate::house::{Answer, House, STORY};
use crate::papers::Reader;
use crate::screens::{page, send};

struct Bench {
    house: House,
    case: CaseId,
}

impl Bench {
    fn new() -> Self {
        let house = House::new();
        let case = house.team_case();
        Self { house, case }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/cases/{}/{rest}", self.case)
    }

    fn files(&self, more: &[(&str, Option<&str>, &[u8])]) -> Answer {
        let parts = [&STORY[..], more].concat();
        self.house.form(&self.path("evidence"), "ines", &parts)
    }

    fn filed(&self, name: &str, bytes: &[u8]) -> String {
        self.files(&[("file", Some(name), bytes)]).is(201).id()
    }

    fn item(&self, id: &str) -> Value {
        self.house
            .get(&self.path(&format!("evidence/{id}")), "ines")
            .is(200)
            .json
    }

    fn bytes(&self, id: &str, who: &str) -> Answer {
        self.house
            .get(&self.path(&format!("evidence/{id}/bytes")), who)
    }

    fn user(&self, who: &str) -> String {
        self.house.who(who).user.id.to_string()
    }

    fn hands(&self, id: &str, from: &str, to: &str) -> Answer {
        let told =
            json!({ "to": self.user(to), "place": "strong room", "reason": format!("for {to}") });
        self.house
            .post(&self.path(&format!("evidence/{id}/custody")), from, &told)
    }

    fn blob(&self, sha256: &str) -> PathBuf {
        let (first, rest) = sha256.split_at(2);
        self.house
            .folder
            .path()
            .join("data/blobs")
            .join(first)
            .join(rest)
    }

    fn alerts(&self) -> Vec<Value> {
        let inbox = self.house.get(&self.path("alerts"), "ines").is(200).json;
        inbox["alerts"].as_array().unwrap().clone()
    }
}

/// The digest as the system's own program tells it.
fn sha256sum(path: &Path) -> String {
    let told = std::process::Command::new("sha256sum")
        .arg(path)
        .output()
        .unwrap();
    let text = String::from_utf8(told.stdout).unwrap();
    text.split_whitespace()
        .next()
        .unwrap()
        .trim_start_matches('\\')
        .to_owned()
}

#[test]
fn evid_01_an_item_without_one_of_its_particulars_is_refused_c1() {
    let bench = Bench::new();
    let file = ("file", Some("a.txt"), &b"abc"[..]);
    for (missing, _, _) in STORY {
        for instead in [None, Some(&b""[..]), Some(&b" \n\t "[..])] {
            let kept = STORY.iter().copied().filter(|part| part.0 != missing);
            let blank = instead.map(|words| (missing, None, words));
            let parts: Vec<_> = kept.chain(blank).chain([file]).collect();
            let answer = bench
                .house
                .form(&bench.path("evidence"), "ines", &parts)
                .is(422);
            assert_eq!(answer.reason(), missing, "{}", answer.text());
        }
    }
    let nameless = ("file", Some(" "), &b"abc"[..]);
    assert_eq!(bench.files(&[nameless]).is(422).reason(), "name");
    bench.files(&[]).is(422);
    let none = bench.house.get(&bench.path("evidence"), "ines").is(200);
    assert_eq!(none.json["evidence"], json!([]));
    // A whole one has an id, hash, size, type, collector, time, place, tool and authority, each as told.
    let item = bench.item(&bench.filed("a.txt", b"abc"))["item"].clone();
    for (name, _, words) in STORY {
        assert_eq!(item[name], String::from_utf8_lossy(words).as_ref());
    }
    assert_eq!(
        (&item["size"], &item["sha256"]),
        (&json!(3), &json!(sha256_hex(b"abc")))
    );
}

#[test]
fn evid_01_a_second_write_is_a_conflict_and_changes_nothing_c2() {
    let bench = Bench::new();
    let id = bench.filed("a.txt", b"the first bytes");
    let before = bench.item(&id);
    for (who, status) in [
        ("ines", 409),
        ("kai", 409),
        ("rolf", 403),
        ("jonas", 404),
        ("ada", 404),
    ] {
        let refusals = bench.house.refusals();
        let path = bench.path(&format!("evidence/{id}/bytes"));
        bench
            .house
            .call("PUT", &path, who, &json!({ "bytes": "others" }))
            .is(status);
        assert_eq!(bench.house.refusals(), refusals + 1, "{who}");
    }
    assert_eq!(bench.item(&id), before);
    assert_eq!(bench.bytes(&id, "ines").is(200).bytes, b"the first bytes");
}

#[test]
fn up_08_overwriting_is_refused_and_a_new_version_is_a_new_item_c1() {
    let bench = Bench::new();
    let id = bench.filed("a.txt", b"the first bytes");
    for method in ["PUT", "PATCH", "POST", "DELETE"] {
        for rest in ["", "/bytes", "/text"] {
            let path = bench.path(&format!("evidence/{id}{rest}"));
            let answer = bench.house.call(
                method,
                &path,
                "ines",
                &json!({ "sha256": "00", "name": "other" }),
            );
            let status = answer.status.as_u16();
            assert!((400..500).contains(&status), "{method} {path}: {status}");
        }
    }
    // The same name with other bytes is another item; the first stays.
    let other = bench.filed("a.txt", b"the second bytes");
    assert_ne!(other, id);
    assert_eq!(bench.bytes(&id, "ines").is(200).bytes, b"the first bytes");
    assert_eq!(
        bench.bytes(&other, "ines").is(200).bytes,
        b"the second bytes"
    );
}

#[test]
fn evid_01_the_hash_told_is_the_one_that_sha256sum_tells_of_the_file_sent_c3() {
    let bench = Bench::new();
    let long: Vec<u8> = (0..2_000_000_u32)
        .map(|number| (number % 253) as u8)
        .collect();
    for (name, bytes) in [
        ("empty", &b""[..]),
        ("one", b"\0"),
        ("lines", b"a\r\nb\n"),
        ("long", &long),
    ] {
        let sent = bench.house.folder.path().join(name);
        std::fs::write(&sent, bytes).unwrap();
        let told = sha256sum(&sent);
        let id = bench
            .files(&[
                ("sha256", None, told.as_bytes()),
                ("file", Some(name), bytes),
            ])
            .is(201)
            .id();
        assert_eq!(bench.item(&id)["item"]["sha256"], told, "{name}");
        // And of the file kept, so that the same program agrees later.
        assert_eq!(sha256sum(&bench.blob(&told)), told, "{name}");
    }
}

#[test]
fn evid_02_custody_has_no_gaps_and_its_times_rise_c1() {
    let bench = Bench::new();
    let id = bench.filed("a.txt", b"the bytes");
    let hands = [
        "ines", "kai", "rolf", "ines", "rolf", "kai", "ines", "kai", "ines", "rolf",
    ];
    for pair in hands.windows(2) {
        if pair[0] == "rolf" {
            // Whoever reads only may hold it; the lead lets them hand it on.
            let (user, lead) = (
                bench.house.who("rolf").user.id,
                bench.house.who("ines").actor.clone(),
            );
            let rank = |rank| {
                bench
                    .house
                    .desk
                    .decide_membership(&lead, bench.case, user, Some(rank))
                    .unwrap()
            };
            rank(domain::case::Membership::Contributor);
            bench.hands(&id, pair[0], pair[1]).is(204);
            rank(domain::case::Membership::Reader);
            continue;
        }
        bench.hands(&id, pair[0], pair[1]).is(204);
    }
    let chain = bench.item(&id)["custody"].as_array().unwrap().clone();
    assert_eq!(chain.len(), hands.len());
    assert_eq!(chain[0]["act"], "taken_in");
    for (pair, who) in chain.windows(2).zip(hands.windows(2)) {
        assert_eq!(pair[1]["from"], pair[0]["to"]);
        assert!(pair[1]["at"].as_str() > pair[0]["at"].as_str());
        assert_eq!(pair[1]["by"], bench.user(who[0]));
        assert_eq!(pair[1]["holder"], bench.user(who[1]));
    }
    for link in &chain {
        for part in ["act", "from", "to", "place", "reason", "at", "by"] {
            assert!(
                link[part].as_str().is_some_and(|words| !words.is_empty()),
                "{part}: {link}"
            );
        }
    }
    // The page shows the same, and lets the holder alone hand it on.
    let shown = |who| {
        page(
            &bench.house,
            &format!("/cases/{}/evidence/{id}", bench.case),
            who,
        )
        .is(200)
        .text()
    };
    assert!(shown("ines").contains("strong room") && !shown("ines").contains("Hand it over"));
}

#[test]
fn evid_02_who_does_not_hold_it_cannot_hand_it_over_c2() {
    let bench = Bench::new();
    let id = bench.filed("a.txt", b"the bytes");
    bench.hands(&id, "kai", "rolf").is(409);
    bench.hands(&id, "ines", "ines").is(422);
    bench.hands(&id, "ines", "jonas").is(422);
    bench.hands(&id, "jonas", "ines").is(404);
    bench.hands(&id, "rolf", "kai").is(403);
    for missing in ["to", "place", "reason"] {
        let mut told = json!({ "to": bench.user("kai"), "place": "here", "reason": "r" });
        told[missing] = json!("");
        let path = bench.path(&format!("evidence/{id}/custody"));
        bench.house.post(&path, "ines", &told).is(422);
    }
    assert_eq!(bench.item(&id)["custody"].as_array().unwrap().len(), 1);
    let home = format!("/cases/{}/evidence/{id}", bench.case);
    assert!(
        page(&bench.house, &home, "ines")
            .is(200)
            .text()
            .contains("Hand it over")
    );
    let kai = bench.user("kai");
    let form = [
        ("to", kai.as_str()),
        ("place", "strong room"),
        ("why", "for Kai"),
    ];
    send(&bench.house, &format!("{home}/custody"), "ines", &form).is(303);
    let told = bench.hands(&id, "ines", "rolf").is(409).text();
    assert!(told.contains("kai of the house"), "{told}");
    send(&bench.house, &format!("{home}/custody"), "ines", &form).is(409);
    bench.hands(&id, "kai", "ines").is(204);
    assert_eq!(bench.item(&id)["custody"].as_array().unwrap().len(), 3);
}

/// Flips one bit in the middle of a file.
fn flips(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn up_08_a_changed_blob_is_not_served_raises_one_alert_and_is_named_by_the_check_c2() {
    let bench = Bench::new();
    let (id, whole) = (
        bench.filed("a.txt", b"the first bytes"),
        bench.filed("b.txt", b"others"),
    );
    let sha256 = sha256_hex(b"the first bytes");
    assert_eq!(bench.alerts(), Vec::<Value>::new());
    flips(&bench.blob(&sha256));
    for who in ["ines", "kai", "rolf", "ines"] {
        let refusals = bench.house.refusals();
        let told = bench.bytes(&id, who).is(409);
        assert!(
            told.text().contains("not those that were filed"),
            "{}",
            told.text()
        );
        assert!(!told.text().contains("first"), "{}", told.text());
        assert_eq!(bench.house.refusals(), refusals + 1);
    }
    let pages = page(
        &bench.house,
        &format!("/cases/{}/evidence/{id}/bytes", bench.case),
        "ines",
    );
    assert_eq!(pages.status.as_u16(), 409);
    let alerts = bench.alerts();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert_eq!(alerts[0]["damaged"], id);
    let inbox = page(
        &bench.house,
        &format!("/cases/{}/inbox", bench.case),
        "ines",
    )
    .is(200)
    .text();
    assert!(
        inbox.contains("exhibit damaged") && inbox.contains("a.txt"),
        "{inbox}"
    );
    assert_eq!(bench.bytes(&whole, "ines").is(200).bytes, b"others");
    let faults = bench
        .house
        .desk
        .check(&bench.house.who("ada").actor)
        .unwrap();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(
        faults[0].contains(&id) && faults[0].contains(&sha256),
        "{faults:?}"
    );
}

#[test]
fn evid_03_one_flipped_byte_fails_the_check_and_tells_the_owner_c1() {
    let bench = Bench::new();
    let (id, _) = (
        bench.filed("a.txt", b"the first bytes"),
        bench.filed("b.txt", b"others"),
    );
    let ada = bench.house.who("ada").actor.clone();
    assert_eq!(bench.house.desk.check(&ada).unwrap(), Vec::<String>::new());
    flips(&bench.blob(&sha256_hex(b"the first bytes")));
    for _ in 0..2 {
        let faults = bench.house.desk.check(&ada).unwrap();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].contains(&id), "{faults:?}");
        let alerts = bench.alerts();
        assert_eq!(alerts.len(), 1, "told once: {alerts:?}");
        assert_eq!(alerts[0]["damaged"], id);
    }
    let unseen = bench
        .house
        .get(&format!("/api/cases/{}", bench.case), "ines")
        .is(200);
    assert_eq!(unseen.json["unseen"], 1);
    // A file that is gone is damage too.
    std::fs::remove_file(bench.blob(&sha256_hex(b"others"))).unwrap();
    assert_eq!(bench.house.desk.check(&ada).unwrap().len(), 2);
    assert_eq!(bench.alerts().len(), 2);
}

#[test]
fn evid_03_a_program_that_is_not_ours_agrees_on_whole_and_damaged_files_c3() {
    let bench = Bench::new();
    bench.filed("a.txt", b"the first bytes");
    bench.filed("b.txt", b"others");
    let sums = || {
        let list = bench
            .house
            .get(&bench.path("evidence"), "ines")
            .is(200)
            .json;
        let items = list["evidence"].as_array().unwrap().iter();
        let lines = items.map(|item| {
            let sha256 = item["sha256"].as_str().unwrap();
            format!("{sha256}  {}\n", bench.blob(sha256).display())
        });
        let file = bench.house.folder.path().join("SHA256SUMS");
        std::fs::write(&file, lines.collect::<String>()).unwrap();
        let checked = std::process::Command::new("sha256sum")
            .args(["-c", "--quiet"])
            .arg(&file)
            .output()
            .unwrap();
        (
            checked.status.success(),
            String::from_utf8_lossy(&checked.stdout).into_owned(),
        )
    };
    assert_eq!(sums(), (true, String::new()));
    let damaged = bench.blob(&sha256_hex(b"others"));
    flips(&damaged);
    let (whole, told) = sums();
    assert!(
        !whole && told.contains(damaged.to_str().unwrap()) && told.lines().count() == 1,
        "{told}"
    );
    assert_eq!(
        bench
            .house
            .desk
            .check(&bench.house.who("ada").actor)
            .unwrap()
            .len(),
        1
    );
}

/// Names that would be paths if anybody took them for some.
const HOSTILE: [&str; 14] = [
    "../../../../escaped.txt",
    "..\\..\\escaped.txt",
    "%2e%2e/%2e%2e/escaped.txt",
    "..%2fescaped.txt",
    "/tmp/escaped-by-name.txt",
    "C:\\Windows\\escaped.txt",
    "\\\\host\\share\\escaped.txt",
    "file:///etc/passwd",
    "a\0b.txt",
    "..",
    ".",
    "~/escaped.txt",
    "a.txt:stream",
    "con",
];

fn listed(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all.extend(listed(&path)),
            false => all.push(path),
        }
    }
    all
}

#[test]
fn up_04_hostile_names_are_words_and_never_paths_c1() {
    let bench = Bench::new();
    let root = bench.house.folder.path().to_owned();
    let outside = |name: &str| !root.join("data").join(name).exists() && !root.join(name).exists();
    let before: Vec<PathBuf> = std::fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let mut kept = 0;
    for (number, name) in HOSTILE.into_iter().enumerate() {
        let bytes = format!("bytes under hostile name {number}");
        let by_field = bench.files(&[
            ("name", None, name.as_bytes()),
            ("file", Some("a.txt"), bytes.as_bytes()),
        ]);
        let by_file = bench.files(&[("file", Some(name), bytes.as_bytes())]);
        for answer in [by_field, by_file] {
            if answer.status.as_u16() == 422 {
                continue; // nothing is left of the name, or it holds what no name may
            }
            let id = answer.is(201).id();
            kept += 1;
            let back = bench.bytes(&id, "ines").is(200);
            assert_eq!(back.bytes, bytes.as_bytes(), "{name}");
            let shown = back.headers["content-disposition"].to_str().unwrap();
            assert!(
                shown.starts_with("attachment; filename*=UTF-8''"),
                "{shown}"
            );
            let given = shown.rsplit('\'').next().unwrap();
            assert!(
                !given.contains(['/', '\\', '"', ';', '\r', '\n']),
                "{shown}"
            );
            page(
                &bench.house,
                &format!("/cases/{}/evidence/{id}", bench.case),
                "ines",
            )
            .is(200);
        }
    }
    assert!(kept >= 20, "only {kept} were kept");
    Reader::new().reads(&bench.house);
    // Whatever was given goes out again in a copy of the case, under names that are ours.
    let copy = bench
        .house
        .post(
            &bench.path("disclosures"),
            "ines",
            &crate::disclosure::told(),
        )
        .is(200);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(copy.bytes)).unwrap();
    for at in 0..archive.len() {
        let file = archive.by_index(at).unwrap();
        let name = file.name().unwrap().into_owned();
        let plain = file.enclosed_name().is_some() && !name.contains(['/', '\\', '%']);
        assert!(plain, "{name}");
    }
    // Blobs lie under their digest alone, and nothing is new beside the data directory.
    for path in listed(&root.join("data/blobs")) {
        let digest: String = path
            .strip_prefix(root.join("data/blobs"))
            .unwrap()
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        assert_eq!(
            digest,
            sha256_hex(&std::fs::read(&path).unwrap()),
            "{}",
            path.display()
        );
    }
    for path in listed(&root.join("data")) {
        let name = path.file_name().unwrap().to_string_lossy();
        assert!(
            !name.contains("escaped") && !name.contains("passwd"),
            "{}",
            path.display()
        );
    }
    let after: Vec<PathBuf> = std::fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(before.len(), after.len(), "{after:?}");
    assert!(outside("escaped.txt") && !Path::new("/tmp/escaped-by-name.txt").exists());
    // Names in addresses reach nothing either.
    for name in [
        "..%2f..%2fkeys",
        "%2e%2e%2f%2e%2e%2fkeys%2flog",
        "..",
        "%00",
    ] {
        let answer = bench
            .house
            .get(&bench.path(&format!("evidence/{name}/bytes")), "ines");
        assert!(
            matches!(answer.status.as_u16(), 400 | 404),
            "{name}: {}",
            answer.status
        );
    }
}

#[test]
fn defn_01_nobody_who_investigates_deletes_any_material_c1() {
    let bench = Bench::new();
    let id = bench.filed("unused.txt", b"not used anywhere");
    let note = json!({ "kind": "note", "title": "A draft", "text": "first words" });
    let note = bench
        .house
        .post(&bench.path("notes"), "ines", &note)
        .is(201)
        .id();
    let report = bench
        .house
        .post(&bench.path("reports"), "ines", &json!({}))
        .is(201)
        .id();
    for who in ["ines", "kai", "rolf", "nils"] {
        let path = bench.path(&format!("evidence/{id}"));
        let answer = bench
            .house
            .call("DELETE", &path, who, &json!({ "reason": "not needed" }));
        let refused = if who == "nils" { 404 } else { 403 };
        assert_eq!(answer.status.as_u16(), refused, "{who}: {}", answer.text());
        for rest in [format!("notes/{note}"), format!("reports/{report}")] {
            let answer = bench
                .house
                .call("DELETE", &bench.path(&rest), who, &json!({}));
            assert_eq!(
                answer.status.as_u16(),
                405,
                "{who} {rest}: no such method at all"
            );
        }
        let form = [("reason", "not needed")];
        let erase = format!("/cases/{}/evidence/{id}/erase", bench.case);
        assert!(
            send(&bench.house, &erase, who, &form)
                .status
                .is_client_error(),
            "{who}"
        );
    }
    assert_eq!(bench.bytes(&id, "ines").is(200).bytes, b"not used anywhere");
}

#[test]
fn defn_01_what_is_kept_is_everything_that_was_ever_attached_c2() {
    let bench = Bench::new();
    let ids = |what: &str, inside: &str| -> Vec<String> {
        let list = bench.house.get(&bench.path(what), "ines").is(200).json;
        let mut ids: Vec<String> = list[inside]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    let (mut exhibits, mut notes, mut reports) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..6 {
        exhibits.push(bench.filed(
            &format!("{number}.txt"),
            format!("bytes {number}").as_bytes(),
        ));
        let note =
            json!({ "kind": "note", "title": format!("Note {number}"), "text": "first words" });
        notes.push(
            bench
                .house
                .post(&bench.path("notes"), "ines", &note)
                .is(201)
                .id(),
        );
        reports.push(
            bench
                .house
                .post(&bench.path("reports"), "ines", &json!({}))
                .is(201)
                .id(),
        );
    }
    // A note written anew: what it said first is kept as a draft that can still be read.
    let one = bench.path(&format!("notes/{}", notes[0]));
    let first = bench.house.get(&one, "ines").is(200).json;
    let from = first["note"]["at"].as_str().unwrap().to_owned();
    let second = json!({ "kind": "note", "title": "Note 0", "text": "second words", "from": from });
    let written = bench.house.call("PUT", &one, "ines", &second);
    assert!(written.status.is_success(), "{}", written.text());
    for all in [&mut exhibits, &mut notes, &mut reports] {
        all.sort();
    }
    assert_eq!(ids("evidence", "evidence"), exhibits);
    assert_eq!(ids("notes", "notes"), notes);
    let list = bench.house.get(&bench.path("reports"), "ines").is(200).json;
    assert_eq!(
        list["reports"].as_array().unwrap().len(),
        reports.len(),
        "drafts that were never approved too"
    );
    let database =
        rusqlite::Connection::open(bench.house.folder.path().join("data/predicate.sqlite"))
            .unwrap();
    let kept: i64 = database
        .query_row(
            "SELECT count(*) FROM note WHERE body IN ('first words', 'second words')",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(kept, 7, "each version of each note is kept");
}
