//! Names that would be lines, entries or commands of a terminal: each act is one entry, and what is shown is one line.

use serde_json::{Value, json};

use crate::house::{Case, House};
use crate::http::Body;
use crate::program::Serving;

/// What a name could do to whoever reads it.
fn hostile() -> Vec<String> {
    let forged = json!({ "number": 1, "entry": { "kind": "refusal", "act": "erase_evidence", "outcome": "done" } });
    vec![
        format!("berth\r\n{forged}"),
        format!("berth\n2026-0001\topen\tAnother case\n{forged}\n"),
        "\u{1b}[2J\u{1b}[1;1H\u{1b}[31mall is well\u{1b}[0m".to_owned(),
        "\u{1b}]0;title\u{7}\u{1b}]52;c;cm0gLXJm\u{7}".to_owned(),
        "\u{9b}31m and \u{90}q\u{9c}".to_owned(),
        "back\u{8}\u{8}\u{8}\u{7f} and NUL-free \u{1}\u{2}".to_owned(),
        "\u{202e}gnp.exe\u{2028}next line\u{2029}\u{85}".to_owned(),
        "tab\tin\ta\tname".to_owned(),
        format!("long {}", "0123456789abcdef".repeat(4_096)),
    ]
}

fn entries(house: &House) -> i64 {
    let sql = "SELECT count(*) FROM log_entry";
    house
        .database()
        .query_row(sql, [], |row| row.get(0))
        .unwrap()
}

/// Does something that must be one entry, whether it is taken or refused.
fn once(house: &House, what: &str, act: impl FnOnce() -> u16) -> bool {
    let before = entries(house);
    let status = act();
    assert!(matches!(status, 200..=299 | 413 | 422), "{what}: {status}");
    let after = entries(house);
    // What was refused before it reached the desk (too long, no text) is no act and leaves none.
    assert!(
        after == before + 1 || (status >= 400 && after == before),
        "{what}: {} entries, {status}",
        after - before
    );
    status < 300
}

/// Writes every name everywhere; gives how many were taken.
fn written(house: &House, serving: &Serving, case: &Case) -> usize {
    let ada = serving.sign_in("ada");
    let dara = serving.sign_in("dara");
    let mut taken = 0;
    for (number, name) in hostile().iter().enumerate() {
        let mut act = |what: &str, token: &str, path: &str, body: Value| {
            taken += usize::from(once(house, what, || serving.post(path, token, body).status));
        };
        let user =
            json!({ "name": format!("user{number}"), "title": name, "roles": ["investigator"] });
        act("user", &ada, "/api/users", user);
        let case_of_it =
            json!({ "title": name, "predicate": name, "kinds": ["organisations"], "days": 9 });
        act("case", &case.ines, "/api/cases", case_of_it);
        act(
            "note",
            &case.ines,
            &case.path("notes"),
            json!({ "kind": "note", "title": name, "text": name }),
        );
        act(
            "task",
            &case.ines,
            &case.path("tasks"),
            json!({ "title": name }),
        );
        let dataset = json!({ "name": format!("set_{number}"), "title": name, "publisher": name, "agreement": {
            "purposes": ["fraud"], "authority": name, "matching": false, "standing_rules": false,
            "from": "2026-01-01T00:00:00Z", "until": "2036-01-01T00:00:00Z", "terms": name } });
        act("dataset", &dara, "/api/datasets", dataset);
        let form = Body::Form {
            fields: [
                "name",
                "source",
                "collector",
                "collected",
                "place",
                "tool",
                "authority",
            ]
            .map(|part| (part, name.clone()))
            .to_vec(),
            file: ("a.txt".into(), vec![b'x'; number + 1]),
        };
        taken += usize::from(once(house, "evidence", || {
            serving
                .ask("POST", &case.path("evidence"), Some(&case.ines), form)
                .status
        }));
        let wrong = json!({ "name": name, "password": "wrong horse battery" });
        let before = entries(house);
        assert!(matches!(
            serving
                .ask("POST", "/api/session", None, Body::Json(wrong))
                .status,
            401 | 413 | 422 | 429
        ));
        assert!(entries(house) <= before + 1);
    }
    taken
}

/// No byte of what a command printed steers a terminal.
fn is_plain(words: &[&str], text: &str) {
    for letter in text.chars() {
        let plain = !letter.is_control() || matches!(letter, '\n' | '\t');
        let turns = matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(plain && !turns, "{words:?} prints {letter:?}");
    }
}

#[test]
fn in_06_names_forge_no_line_and_no_entry_and_the_log_verifies_c1() {
    let Some(house) = House::new("in_06") else {
        return;
    };
    let serving = house.serve();
    let key = House::key(&serving);
    let case = Case::open(&serving);
    let taken = written(&house, &serving, &case);
    assert!(taken >= 30, "only {taken} were taken");
    // The log over the interface and on its pages: the entries that are there, none that a name made up.
    let aude = serving.sign_in("aude");
    let told = serving
        .get("/api/log?purpose=lawfulness&kind=erasure", &aude)
        .expect(200);
    assert_eq!(told["entries"], json!([]));
    serving.kill();
    let count = |words: &[&str], who: &str| {
        let ended = house.act(who, words);
        is_plain(words, &ended.out);
        is_plain(words, &ended.err);
        ended.good()
    };
    // A listing has one line for each thing.
    let cases = count(&["case", "list"], "ines");
    let sql = "SELECT count(*) FROM case_file";
    let many: i64 = house
        .database()
        .query_row(sql, [], |row| row.get(0))
        .unwrap();
    assert_eq!(
        i64::try_from(cases.lines().count()).unwrap(),
        many,
        "{cases}"
    );
    assert!(
        cases.lines().all(|line| line.split('\t').count() == 3),
        "{cases}"
    );
    let users = count(&["user", "list"], "ada");
    let sql = "SELECT count(*) FROM user_account";
    let many: i64 = house
        .database()
        .query_row(sql, [], |row| row.get(0))
        .unwrap();
    assert_eq!(
        i64::try_from(users.lines().count()).unwrap(),
        many,
        "{users}"
    );
    count(&["source", "list"], "dara");
    // What is told as JSON lines is one entry a line, and still JSON.
    for words in [
        &["log", "--purpose", "lawfulness"][..],
        &["case", "list", "--json"],
        &["user", "list", "--json"],
    ] {
        let who = match words[0] {
            "log" => "aude",
            "user" => "ada",
            _ => "ines",
        };
        let text = count(words, who);
        for line in text.lines() {
            serde_json::from_str::<Value>(line)
                .unwrap_or_else(|error| panic!("{words:?}: {error}: {line}"));
        }
        // Titles are told as they are, inside their own line; the log holds no words of anybody at all.
        assert!(
            words[0] != "log" || !text.contains("erase_evidence"),
            "{words:?}"
        );
    }
    let number = cases
        .lines()
        .next()
        .unwrap()
        .split('\t')
        .next()
        .unwrap()
        .to_owned();
    for words in [
        ["work", "notes"],
        ["work", "items"],
        ["work", "tasks"],
        ["work", "log"],
    ] {
        let words = [words[0], words[1], "--case", number.as_str()];
        let ended = house.act("ines", &words);
        is_plain(&words, &ended.out);
        is_plain(&words, &ended.err);
    }
    // An error that repeats what was typed.
    for name in hostile().iter().filter(|name| name.len() < 1_000) {
        let words = ["case", "close", name.as_str(), "--outcome", name.as_str()];
        let ended = house.act("sora", &words);
        assert!(!ended.status.success());
        is_plain(&words, &ended.err);
    }
    house.verify(&key).good();
    house.check();
}
