//! Documents filed with a server that runs are read, found, shown, and forgotten when they are erased.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::house::{Case, House};
use crate::http::Body;
use crate::program::{Serving, within};

/// Files an item as Ines; gives its id.
fn file(serving: &Serving, case: &Case, name: &str, bytes: &[u8]) -> String {
    let story = [
        ("source", "harbour office"),
        ("collector", "Ines"),
        ("collected", "2026-03-01"),
        ("place", "Merravin"),
        ("tool", "by hand"),
        ("authority", "search warrant 12"),
    ];
    let body = Body::Form {
        fields: story.map(|(name, value)| (name, value.to_owned())).to_vec(),
        file: (name.to_owned(), bytes.to_vec()),
    };
    let made = serving
        .ask("POST", &case.path("evidence"), Some(&case.ines), body)
        .expect(201);
    made["id"].as_str().unwrap().to_owned()
}

fn text(serving: &Serving, case: &Case, item: &str) -> Value {
    let path = case.path(&format!("evidence/{item}/text"));
    serving.get(&path, &case.ines).expect(200)
}

/// Items found by words.
fn found(serving: &Serving, case: &Case, words: &str) -> Vec<String> {
    let path = case.path(&format!("documents?words={words}"));
    let hits = serving.get(&path, &case.ines).expect(200);
    let hits = hits["hits"].as_array().unwrap().iter();
    hits.map(|hit| hit["item"].as_str().unwrap().to_owned())
        .collect()
}

const LETTER: &str = "From: Oda Karlsen <oda@harbour.example>\r\nTo: tender@harbour.example\r\n\
    Subject: Berth seven\r\nDate: Mon, 02 Mar 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\r\n\
    The dredging of berth seven was paid twice, in March and again in April.\r\n";

/// The reader may lie beside the program; where it does not, the trial is skipped and says so.
fn has_reader(house: &House) -> bool {
    let beside = house.program.path().with_file_name("predicate-extract");
    let there = std::env::var_os("PREDICATE_EXTRACT").is_some() || beside.is_file();
    if !there {
        println!("skipped: there is no predicate-extract beside the program");
    }
    there
}

#[test]
fn what_is_filed_is_read_found_shown_and_forgotten_when_erased() {
    let Some(house) = House::new("papers") else {
        return;
    };
    if !has_reader(&house) {
        return;
    }
    let title = ["user", "add", "rune", "--title", "Rune of the house"];
    let words = [&title[..], &["--role", "records_officer"]].concat();
    house.act("ada", &words).good();
    let serving = house.serve();
    let case = Case::open(&serving);
    let letter = file(&serving, &case, "letter.eml", LETTER.as_bytes());
    let broken = file(&serving, &case, "broken.pdf", b"%PDF-1.7 and then nothing");
    let read = |item: &str| text(&serving, &case, item)["state"] != "waiting";
    assert!(within(Duration::from_secs(120), || read(&letter) && read(&broken)));
    let told = text(&serving, &case, &letter);
    assert_eq!(told["state"], "read", "{told}");
    assert!(
        told["pages"][0]["text"]
            .as_str()
            .unwrap()
            .contains("paid twice")
    );
    assert!(!told["files"][0]["recipe"].as_array().unwrap().is_empty());
    let told = text(&serving, &case, &broken);
    assert_eq!(told["state"], "partly", "{told}");
    assert!(!told["files"][0]["unread"][0].as_str().unwrap().is_empty());
    let once = std::slice::from_ref(&letter);
    assert_eq!(found(&serving, &case, "dredg*"), once);
    assert_eq!(found(&serving, &case, "%22berth%20seven%22%20twice"), once);
    assert_eq!(found(&serving, &case, "%22seven%20berth%22"), [""; 0]);
    for hostile in ["NEAR(", "a%20AND", "body:x", "%22", "*", "(((", "x%27%3B--"] {
        let path = case.path(&format!("documents?words={hostile}"));
        let status = serving.get(&path, &case.ines).status;
        assert!(matches!(status, 200 | 422), "{hostile}: {status}");
    }
    let jonas = serving.sign_in("jonas");
    for path in [
        "documents?words=dredging",
        &format!("evidence/{letter}/text"),
    ] {
        assert_eq!(serving.get(&case.path(path), &jonas).status, 404, "{path}");
    }
    let rune = serving.sign_in("rune");
    let reason = Body::Json(serde_json::json!({ "reason": "handed in by mistake" }));
    serving
        .ask(
            "DELETE",
            &case.path(&format!("evidence/{letter}")),
            Some(&rune),
            reason,
        )
        .expect(200);
    assert_eq!(found(&serving, &case, "dredg*"), [""; 0]);
    assert_eq!(
        text(&serving, &case, &letter)["pages"],
        serde_json::json!([])
    );
    serving.kill();
    let left: i64 = house
        .database()
        .query_row(
            "SELECT count(*) FROM page WHERE body LIKE '%paid twice%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(left, 0);
    house.check();
}

#[test]
fn altered_and_missing_bytes_give_no_text_and_stop_no_other_item() {
    let Some(house) = House::new("papers_altered") else {
        return;
    };
    if !has_reader(&house) {
        return;
    }
    let (altered, missing) = (
        LETTER.replace("twice", "thrice"),
        LETTER.replace("seven", "eight"),
    );
    // Filed while no reader is there, so that the bytes can be changed before they are read.
    let nowhere = Path::new("/nowhere/predicate-extract");
    let serving = house
        .program
        .serve_with(&house.data, &[], &[("PREDICATE_EXTRACT", nowhere)]);
    let case = Case::open(&serving);
    let items = [&altered, &missing, &LETTER.to_owned()]
        .map(|text| file(&serving, &case, "letter.eml", text.as_bytes()));
    serving.kill();
    change(&house, altered.as_bytes(), |path| {
        std::fs::write(path, altered.replace("thrice", "never!")).unwrap();
    });
    change(&house, missing.as_bytes(), |path| {
        std::fs::remove_file(path).unwrap()
    });
    let serving = house.serve();
    let case = case.again(&serving);
    let whole = || found(&serving, &case, "dredging") == items[2..];
    assert!(within(Duration::from_secs(120), whole));
    let told = text(&serving, &case, &items[0]);
    assert_eq!(
        (&told["state"], &told["pages"]),
        (&"partly".into(), &serde_json::json!([]))
    );
    assert!(
        told["files"][0]["unread"][0]
            .as_str()
            .unwrap()
            .contains("another")
    );
    assert_eq!(
        text(&serving, &case, &items[1])["pages"],
        serde_json::json!([])
    );
}

/// Does something to the stored file that has exactly these bytes.
fn change(house: &House, bytes: &[u8], act: impl Fn(&Path)) {
    let mut folders = vec![house.data.join("blobs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read(&path).unwrap() == bytes {
                return act(&path);
            }
        }
    }
    panic!("no stored file has these bytes");
}

#[test]
fn a_server_killed_while_it_reads_reads_the_rest_after_its_start() {
    let Some(house) = House::new("papers_killed") else {
        return;
    };
    if !has_reader(&house) {
        return;
    }
    let serving = house.serve();
    let case = Case::open(&serving);
    let items: Vec<String> = (0..12)
        .map(|number| {
            let letter = LETTER.replace("berth seven", &format!("berth number{number}"));
            file(
                &serving,
                &case,
                &format!("letter{number}.eml"),
                letter.as_bytes(),
            )
        })
        .collect();
    serving.kill();
    let serving = house.serve();
    let case = case.again(&serving);
    for (number, item) in items.iter().enumerate() {
        let there =
            || found(&serving, &case, &format!("number{number}")) == std::slice::from_ref(item);
        assert!(within(Duration::from_secs(120), there), "{number}");
    }
    house_holds_each_page_once(&house, items.len());
}

fn house_holds_each_page_once(house: &House, count: usize) {
    let pages: i64 = house
        .database()
        .query_row("SELECT count(*) FROM page", [], |row| row.get(0))
        .unwrap();
    assert_eq!(usize::try_from(pages).unwrap(), count);
}

/// A reader that reads plain text, breaks down over some files and takes all memory over others, whatever they hold besides.
const FRAIL: &str = r#"#!/bin/sh
order=$(cat)
file=$(printf '%s' "$order" | sed 's/^{"file":"\([^"]*\)".*/\1/')
asked=$(printf '%s' "$order" | sed 's/.*\("settings":{.*}\)}$/\1/')
text=$(cat "$file")
case "$text" in
    *BREAKS*) kill -SEGV $$ ;;
    *HUNGRY*) echo 'memory allocation of 99999999999 bytes failed' >&2; exit 101 ;;
esac
page='{"number":1,"text":"'$text'","recognised":false,"words":null}'
head='{"original":{"name":"","sha256":"","bytes":0},"media_type":"text/plain","contradictions":[],"language":null'
made='"recipe":{"steps":[],'$asked',"network":"","files":"","repeatable":true}}'
printf '%s,"dates":[],"authors":[],"metadata":[],"pages":[%s],"parts":[],"unread":[],%s' "$head" "$page" "$made" >account.json
"#;

#[test]
fn up_06_files_that_break_the_reader_are_set_aside_among_a_thousand_good_ones_c1() {
    let Some(house) = House::new("papers_frail") else {
        return;
    };
    let reader = house.data.with_file_name("frail.sh");
    std::fs::write(&reader, FRAIL).unwrap();
    let open_to_all = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&reader, open_to_all).unwrap();
    let mut serving = house
        .program
        .serve_with(&house.data, &[], &[("PREDICATE_EXTRACT", &reader)]);
    let case = Case::open(&serving);
    let mut bad = Vec::new();
    for number in 0..1_000 {
        let text = format!("good file number{number}");
        file(&serving, &case, "good.txt", text.as_bytes());
        match number {
            300 => bad.push(file(&serving, &case, "breaks.txt", b"BREAKS the reader")),
            600 => bad.push(file(&serving, &case, "hungry.txt", b"HUNGRY reader")),
            _ => {}
        }
    }
    let readings = |state: &str| {
        let path = case.path(&format!("readings?state={state}"));
        serving.get(&path, &case.ines).expect(200)
    };
    let done = || readings("waiting")["waiting"] == 0;
    assert!(within(Duration::from_secs(600), done));
    let told = readings("set_aside");
    assert_eq!(
        (&told["read"], &told["set_aside"]),
        (&1_000.into(), &2.into())
    );
    let aside: Vec<(&str, u64)> = told["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            (
                line["name"].as_str().unwrap(),
                line["tries"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(aside, [("breaks.txt", 3), ("hungry.txt", 3)]);
    assert!(
        told["files"][0]["unread"][0]
            .as_str()
            .unwrap()
            .contains("broke down")
    );
    assert!(
        told["files"][1]["unread"][0]
            .as_str()
            .unwrap()
            .contains("memory")
    );
    assert_eq!(found(&serving, &case, "number777").len(), 1);
    // The same server still answers, and the original comes back whole.
    let bytes = serving.get(
        &case.path(&format!("evidence/{}/bytes", bad[0])),
        &case.ines,
    );
    assert_eq!(bytes.status, 200);
    assert_eq!(bytes.body, b"BREAKS the reader");
    assert!(serving.runs());
}
