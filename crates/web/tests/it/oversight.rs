//! Oversight: each role's own verbs, figures that give nobody away, periods of the log, its bundle, and what becomes evidence.

use std::io::Read;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::house::{House, STORY};

#[test]
fn aud_06_each_role_is_refused_the_others_verbs_c1() {
    let house = House::new();
    let case = house.team_case();
    let record = house.record(case, "ines", "register", "100");
    let rolf = house.who("rolf").user.id;
    let added =
        json!({ "name": "new", "title": "N", "roles": [], "password": crate::house::PASSWORD });
    let note = json!({ "kind": "note", "title": "T", "text": "t" });
    let cases = format!("/api/cases/{case}");
    let path = |rest: &str| format!("{cases}/{rest}");
    let opened = json!({ "title": "T", "predicate": "P", "kinds": ["organisations"], "days": 9 });
    // Method, path, body, and whose verb it is. Case work is the investigator's, the log the auditor's, users the
    // administrator's.
    let verbs: Vec<(&str, String, Value, &str)> = vec![
        ("POST", "/api/cases".into(), opened, "ines"),
        (
            "POST",
            path("search"),
            json!({ "text": "Aldgrund" }),
            "ines",
        ),
        (
            "GET",
            path(&format!("records/{record}")),
            Value::Null,
            "ines",
        ),
        ("POST", path("notes"), note, "ines"),
        (
            "POST",
            path("subjects"),
            json!({ "record": record }),
            "ines",
        ),
        ("POST", path("tasks"), json!({ "title": "Ask" }), "ines"),
        (
            "GET",
            "/api/log?purpose=lawfulness".into(),
            Value::Null,
            "aude",
        ),
        (
            "GET",
            "/api/log/1?purpose=lawfulness".into(),
            Value::Null,
            "aude",
        ),
        (
            "GET",
            "/api/log/bundle?purpose=lawfulness".into(),
            Value::Null,
            "aude",
        ),
        (
            "GET",
            "/api/policy/replay?purpose=lawfulness".into(),
            Value::Null,
            "aude",
        ),
        (
            "POST",
            path("log-extracts"),
            json!({ "purpose": "criminal_proceedings", "entries": [1] }),
            "aude",
        ),
        ("POST", "/api/users".into(), added, "ada"),
        ("GET", "/api/users".into(), Value::Null, "ada"),
        (
            "PUT",
            format!("/api/users/{rolf}/disabled"),
            json!({ "disabled": false }),
            "ada",
        ),
        (
            "PUT",
            format!("/api/users/{rolf}/roles"),
            json!({ "roles": ["investigator"] }),
            "ada",
        ),
        (
            "PUT",
            "/api/second-factor-roles".into(),
            json!({ "roles": [] }),
            "ada",
        ),
        (
            "POST",
            "/api/test-clock".into(),
            json!({ "to": "2030-03-18T00:00:00Z" }),
            "ada",
        ),
    ];
    for (method, path, body, whose) in &verbs {
        for who in ["ines", "aude", "ada"] {
            if who == *whose {
                continue;
            }
            let refused = house.call(method, path, who, body);
            // Of a case an administrator may not even know; to them there is none, and the log says which rule refused.
            let hidden = who == "ada" && path.starts_with(&cases);
            let expected = if hidden { 404 } else { 403 };
            assert_eq!(
                refused.status.as_u16(),
                expected,
                "{method} {path} as {who}"
            );
        }
    }
    for (method, path, body, whose) in &verbs {
        let done = house.call(method, path, whose, body).status.as_u16();
        assert!(
            (200..300).contains(&done),
            "{method} {path} as {whose}: {done}"
        );
    }
}

#[test]
fn aud_07_log_data_becomes_evidence_only_in_criminal_proceedings_c2() {
    let house = House::new();
    let case = house.team_case();
    let path = format!("/api/cases/{case}/log-extracts");
    let entry = house.get("/api/log/3?purpose=lawfulness", "aude").is(200);
    for purpose in ["lawfulness", "self_monitoring", "integrity_and_security"] {
        let refused = house
            .post(
                &path,
                "aude",
                &json!({ "purpose": purpose, "entries": [3] }),
            )
            .is(403);
        assert_eq!(refused.reason(), "log.not-evidence");
    }
    assert_eq!(
        house
            .post(&path, "aude", &json!({ "entries": [3] }))
            .is(403)
            .reason(),
        "log.not-evidence"
    );
    // Nor does it come in as a file: neither the entry as it lies in the log, nor the interface's form of it, nor a proof.
    let listed = house.get("/api/log?purpose=lawfulness", "aude").is(200);
    let canonical = entry.json["entry"]["id"].as_str().unwrap().to_owned();
    for bytes in [
        entry.json["canonical"]
            .as_str()
            .unwrap()
            .as_bytes()
            .to_vec(),
        listed.bytes.clone(),
        format!("Note: entry {canonical} shows that she looked.").into_bytes(),
    ] {
        let mut parts = STORY.to_vec();
        parts.push(("file", Some("log.json"), bytes.as_slice()));
        let refused = house
            .form(&format!("/api/cases/{case}/evidence"), "ines", &parts)
            .is(403);
        assert_eq!(refused.reason(), "log.not-evidence");
    }
    let held = |house: &House| {
        let items = house
            .get(&format!("/api/cases/{case}/evidence"), "ines")
            .is(200);
        items.json["evidence"].as_array().unwrap().len()
    };
    assert_eq!(held(&house), 0);
    let asked = json!({ "purpose": "criminal_proceedings", "entries": [3] });
    house.post(&path, "ines", &asked).is(403);
    let item = house.post(&path, "aude", &asked).is(201).id();
    assert_eq!(held(&house), 1);
    let bytes = house.get(&format!("/api/cases/{case}/evidence/{item}/bytes"), "ines");
    let text = bytes.is(200).text();
    assert!(
        text.contains(&canonical) && text.contains("c2sp.org/tlog-proof"),
        "{text}"
    );
    let none = json!({ "purpose": "criminal_proceedings", "entries": [] });
    house.post(&path, "aude", &none).is(422);
    let beyond = json!({ "purpose": "criminal_proceedings", "entries": [999_999] });
    house.post(&path, "aude", &beyond).is(422);
}

fn period(house: &House, kind: &str) -> Value {
    let listed = house.get("/api/log/periods", "aude").is(200).json;
    let periods = listed["periods"].as_array().unwrap();
    periods
        .iter()
        .find(|one| one["kind"] == kind)
        .unwrap()
        .clone()
}

#[test]
fn aud_08_the_longest_period_that_applies_holds_for_each_kind_c1() {
    let house = House::new();
    let kinds = domain::audit::EntryKind::ALL;
    for kind in kinds {
        let found = period(&house, kind.word());
        let disclosure = kind == domain::audit::EntryKind::Disclosure;
        let days = if disclosure { 1_827 } else { 365 };
        assert_eq!(found["effective"]["days"], days, "{found}");
        assert_eq!(found["effective"]["life_of_record"], disclosure, "{found}");
    }
    let set = |kind: &str, days: u64| {
        let path = format!("/api/log/periods/{kind}");
        let body = json!({ "days": days, "source": "Archive Act, section 4" });
        house.call("PUT", &path, "rune", &body).status.as_u16()
    };
    assert_eq!(set("disclosure", 3_650), 204);
    assert_eq!(set("consultation", 730), 204);
    let found = period(&house, "disclosure");
    assert_eq!(found["effective"]["days"], 3_650);
    assert_eq!(
        found["effective"]["life_of_record"], true,
        "the law's life of the record stays"
    );
    assert_eq!(found["effective"]["source"], "Archive Act, section 4");
    assert_eq!(found["all"].as_array().unwrap().len(), 3);
    assert_eq!(period(&house, "consultation")["effective"]["days"], 730);
    assert_eq!(period(&house, "refusal")["effective"]["days"], 365);
}

#[test]
fn aud_08_a_period_shorter_than_the_one_that_holds_is_refused_c2() {
    let house = House::new();
    let set = |kind: &str, days: u64, who: &str| {
        let path = format!("/api/log/periods/{kind}");
        let body = json!({ "days": days, "source": "we need the room" });
        house.call("PUT", &path, who, &body)
    };
    for kind in domain::audit::EntryKind::ALL {
        let least = if kind == domain::audit::EntryKind::Disclosure {
            1_827
        } else {
            365
        };
        let refused = set(kind.word(), least - 1, "rune").is(422);
        assert!(refused.text().contains("days"), "{}", refused.text());
        set(kind.word(), 0, "rune").is(422);
        set(kind.word(), least + 100, "rune").is(204);
        set(kind.word(), least + 99, "rune").is(422);
        assert_eq!(
            period(&house, kind.word())["effective"]["days"],
            least + 100
        );
    }
    set("consultation", 9_000, "ada").is(403);
    set("consultation", 9_000, "aude").is(403);
    set("nothing", 9_000, "rune").is(404);
}

/// Unpacks a bundle.
fn unpacked(bytes: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    zip.extract(folder.path()).unwrap();
    folder
}

/// Runs the bundle's own script as it is, with nothing of ours in reach.
fn verified(folder: &Path, key: &str) -> (bool, String) {
    let out = Command::new("python3")
        .args(["-I", "verify_log.py", ".", key, "--list"])
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&out.stdout) + String::from_utf8_lossy(&out.stderr);
    (out.status.success(), words.into_owned())
}

#[test]
fn aud_10_the_bundle_of_the_log_verifies_offline_without_the_product_c2() {
    let house = House::new();
    let case = house.team_case();
    // More entries than one tile holds, so that full and partial ones are both in the bundle.
    for _ in 0..300 {
        house.get(&format!("/api/cases/{case}"), "ines").is(200);
    }
    house.get("/api/log/bundle", "aude").is(403);
    house
        .get("/api/log/bundle?purpose=lawfulness", "ines")
        .is(403);
    let bundle = house
        .get("/api/log/bundle?purpose=lawfulness", "aude")
        .is(200);
    let key = house.get("/log-public/key", "nobody").is(200).text();
    let folder = unpacked(&bundle.bytes);
    let (good, words) = verified(folder.path(), key.trim());
    assert!(good && words.contains("TRUE: "), "{words}");
    let listed = words.lines().filter(|line| line.starts_with('{')).count();
    assert!(listed > 300, "{listed}");
    assert!(words.contains("\"act\":\"read_case\""));
    let another = key.replace('+', "x+");
    assert!(
        !verified(folder.path(), another.trim()).0,
        "another log's key"
    );

    // A changed byte, a missing entry, two that change places, a forged head: each is found.
    let entries = folder.path().join("tile/entries");
    let full = entries.join("000");
    let whole = std::fs::read(&full).unwrap();
    let mut changed = whole.clone();
    let place = changed.len() / 2;
    changed[place] ^= 1;
    let length = usize::from(u16::from_be_bytes([whole[0], whole[1]]));
    let (first, rest) = whole.split_at(2 + length);
    let next = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
    let swapped = [&rest[..2 + next], first, &rest[2 + next..]].concat();
    for forged in [changed, rest.to_vec(), swapped] {
        std::fs::write(&full, forged).unwrap();
        let (good, words) = verified(folder.path(), key.trim());
        assert!(!good && words.contains("FALSE"), "{words}");
    }
    std::fs::write(&full, &whole).unwrap();
    assert!(verified(folder.path(), key.trim()).0);
    let head = folder.path().join("checkpoint");
    let signed = std::fs::read_to_string(&head).unwrap();
    let mut lines: Vec<&str> = signed.split('\n').collect();
    let shorter = (lines[1].parse::<u64>().unwrap() - 1).to_string();
    lines[1] = &shorter;
    std::fs::write(&head, lines.join("\n")).unwrap();
    assert!(
        !verified(folder.path(), key.trim()).0,
        "a head of another size"
    );
    let mut readme = String::new();
    let path = folder.path().join("README.txt");
    std::fs::File::open(path)
        .unwrap()
        .read_to_string(&mut readme)
        .unwrap();
    assert!(readme.contains("verify_log.py"));
}

/// A house in which so many different records were looked at last month.
fn looked_at(count: usize) -> House {
    let mut house = House::new();
    let companies: Vec<Value> = (0..30)
        .map(|number| json!({ "id": format!("c{number}"), "schema": "Company",
            "properties": { "name": [format!("Berth {number} Ltd")], "registrationNumber": [format!("B{number}00")] } }))
        .collect();
    house.deliver("list", "2", &[crate::house::list(), companies].concat());
    let case = house.team_case();
    for number in 0..count {
        let record = house.record(case, "ines", "list", &format!("c{number}"));
        house
            .get(&format!("/api/cases/{case}/records/{record}"), "ines")
            .is(200);
    }
    house.clock.forward_days(31);
    house.sign_in_again();
    house
}

#[test]
fn secu_04_figures_of_n_and_of_one_less_give_no_small_cell_away_c1() {
    let path = "/api/log/figures?month=2030-03&by=purpose";
    let figure = |count: usize| {
        let house = looked_at(count);
        let first = house.get(path, "aude").is(200).json;
        // What is asked again is answered alike, so that asking often averages nothing away.
        for who in ["aude", "sora", "rune"] {
            assert_eq!(house.get(path, who).is(200).json["cells"], first["cells"]);
        }
        first["cells"]["procurement"].as_u64()
    };
    assert_eq!(figure(4), None, "a small cell is left out");
    assert_eq!(figure(9), None);
    let (all, one_less) = (figure(24), figure(23));
    for published in [all, one_less] {
        let published = published.unwrap();
        assert!(published >= 10 && published % 5 == 0, "{published}");
    }
    let difference = all.unwrap().abs_diff(one_less.unwrap());
    assert!(difference == 0 || difference >= 5, "{difference}");
    // There is nothing to ask by that two answers could be told apart with: no span, no filter, no month that still runs.
    let house = looked_at(12);
    house
        .get("/api/log/figures?month=2030-04&by=purpose", "aude")
        .is(422);
    house
        .get("/api/log/figures?month=2030-03-01&by=purpose", "aude")
        .is(422);
    house
        .get("/api/log/figures?month=2030-03&by=user", "aude")
        .is(422);
    house
        .get("/api/log/figures?month=2030-03&by=purpose&unit=x", "aude")
        .is(422);
    house.get(path, "ines").is(403);
}

#[test]
fn secu_04_the_number_of_figures_is_finite_and_shown_c2() {
    let house = House::new();
    let mut made = 0;
    for year in [2028, 2029] {
        for month in 1..=12 {
            let by = if month % 2 == 0 { "basis" } else { "purpose" };
            let path = format!("/api/log/figures?month={year}-{month:02}&by={by}");
            let figures = house.get(&path, "aude").is(200).json;
            made += 1;
            assert_eq!(
                (figures["made"].as_u64(), figures["most"].as_u64()),
                (Some(made), Some(24))
            );
        }
    }
    let refused = house
        .get("/api/log/figures?month=2027-01&by=purpose", "aude")
        .is(403);
    assert_eq!(refused.reason(), "figures.budget");
    // What was made before is answered still.
    house
        .get("/api/log/figures?month=2028-01&by=purpose", "aude")
        .is(200);
}

/// Every row of the database that is about these users and cases, as text. The log and what stands beside its entries grow
/// with everybody's acts and are left out.
fn dump(house: &House, ids: &[Vec<u8>]) -> String {
    const OF_THE_LOG: [&str; 5] = [
        "log_entry",
        "opening",
        "decision",
        "decision_part",
        "sign_in_try",
    ];
    let database = house.folder.path().join("data/predicate.sqlite");
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = rusqlite::Connection::open_with_flags(database, flags).unwrap();
    let named = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut tables = connection.prepare(named).unwrap();
    let tables: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut text = String::new();
    for table in tables
        .iter()
        .filter(|table| !OF_THE_LOG.contains(&table.as_str()))
    {
        let Ok(mut statement) = connection.prepare(&format!("SELECT * FROM \"{table}\"")) else {
            continue; // a table of the text index, which only its own module reads
        };
        let columns = statement.column_count();
        let mut lines = Vec::new();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<rusqlite::types::Value> = (0..columns)
                .map(|column| row.get(column).unwrap())
                .collect();
            let theirs = values.iter().any(
                |value| matches!(value, rusqlite::types::Value::Blob(bytes) if ids.contains(bytes)),
            );
            if theirs {
                lines.push(format!("{values:?}"));
            }
        }
        lines.sort();
        text.push_str(&format!("{table}\n{}\n", lines.join("\n")));
    }
    text
}

/// The people of unit Y; whoever holds office for the whole body (Ada, Dara, Aude) belongs to none.
const OF_Y: [&str; 7] = ["ines", "kai", "rolf", "jonas", "nils", "sora", "rune"];

#[test]
fn az_10_a_unit_is_byte_for_byte_the_same_after_anothers_administrator_did_everything_c1() {
    let mut house = House::new();
    let unit = |house: &House, id: &str, unit: &str| {
        let path = format!("/api/users/{id}/unit");
        house
            .call("PUT", &path, "ada", &json!({ "unit": unit }))
            .is(204);
    };
    for who in OF_Y {
        unit(&house, &house.who(who).user.id.to_string(), "Y");
    }
    // Unit X has an administrator, a supervisor and a records officer of its own.
    let of_x = [
        ("xena", "administrator"),
        ("xavier", "supervisor"),
        ("xander", "records_officer"),
    ];
    for (name, role) in of_x {
        let new = json!({ "name": name, "title": name, "roles": [role], "password": crate::house::PASSWORD });
        let id = house.post("/api/users", "ada", &new).is(201).id();
        unit(&house, &id, "X");
        let origin = domain::authority::Origin::Api;
        let token = house
            .desk
            .sign_in(name, crate::house::PASSWORD, origin)
            .unwrap()
            .token;
        let visitor = house.desk.visitor(&token, origin).unwrap();
        house.people.push((name, token, visitor));
    }
    // Cases of Y with subjects, notes, tasks, reports, evidence, read papers, alerts, tokens, a second factor.
    let mut stage = crate::routes::Stage::of(house);
    let house = &stage.house;
    let cases = [
        stage.case,
        stage.proposed,
        stage.closing,
        stage.urgent,
        stage.other,
    ];
    let mut ids: Vec<Vec<u8>> = OF_Y
        .iter()
        .map(|user| house.who(user).user.id.bytes().to_vec())
        .collect();
    ids.extend(cases.iter().map(|case| case.bytes().to_vec()));
    let before = dump(house, &ids);
    for table in [
        "case_file",
        "note",
        "subject",
        "evidence",
        "session",
        "second_factor",
        "user_standing",
    ] {
        let rows = before.split('\n').skip_while(|line| *line != table).nth(1);
        assert!(
            rows.is_some_and(|row| row.starts_with('[')),
            "{table} holds nothing of Y"
        );
    }
    // Every settings, bulk and maintenance act there is, and every other, well-formed and with real ids of Y.
    let mut routes = crate::routes::listed();
    routes.sort_by_key(crate::routes::place);
    let mut tried = 0;
    // Signing in takes a password of Y, which nobody of X has.
    for route in routes
        .iter()
        .filter(|route| route.name() != "POST /api/session")
    {
        for (who, _) in of_x {
            stage.ask(route, who, None);
            tried += 1;
        }
    }
    // Some of it ended their own sessions.
    for (name, _) in of_x {
        let origin = domain::authority::Origin::Api;
        let fresh = stage
            .house
            .desk
            .sign_in(name, crate::house::PASSWORD, origin)
            .unwrap()
            .token;
        let mut people = stage.house.people.iter_mut();
        people.find(|person| person.0 == name).unwrap().1 = fresh;
    }
    let house = &stage.house;
    let jonas = house.who("jonas").user.id.to_string();
    let xavier = house.who("xavier").user.id.to_string();
    let now = house.desk.now();
    let time = |deputy: &str| json!({ "deputy": deputy, "from": now.to_rfc3339(), "until": now.plus_days(9).to_rfc3339() });
    for (path, body) in [
        ("disabled", json!({ "disabled": true })),
        ("roles", json!({ "roles": ["auditor"] })),
        ("unit", json!({ "unit": "X" })),
        ("person", json!({ "person": "P-1" })),
        ("title", json!({ "title": "taken over" })),
        ("deputy", time(&xavier)),
    ] {
        house
            .call("PUT", &format!("/api/users/{jonas}/{path}"), "xena", &body)
            .is(404);
        tried += 1;
    }
    house
        .call(
            "PUT",
            &format!("/api/users/{xavier}/deputy"),
            "xena",
            &time(&jonas),
        )
        .is(404);
    house
        .post(
            &format!("/api/users/{jonas}/invitation"),
            "xena",
            &Value::Null,
        )
        .is(404);
    let xena = house.who("xena").actor.clone();
    house.desk.check(&xena).unwrap();
    house
        .desk
        .backup(&xena, &house.folder.path().join("copy"))
        .unwrap();
    assert!(tried > 400, "{tried}");
    let after = dump(house, &ids);
    assert!(before == after, "{}", difference(&before, &after));
    // Whoever is of X does not learn of Y's cases; whoever is of the whole body, or of Y, does.
    for who in ["xavier", "xander"] {
        house
            .get(&format!("/api/cases/{}", stage.case), who)
            .is(404);
        let listed = house.get("/api/cases", who).is(200).text();
        assert!(!listed.contains(&stage.case.to_string()));
    }
    house
        .get(&format!("/api/cases/{}", stage.case), "sora")
        .is(200);
    // What does change Y, done by somebody of the whole body, the dump sees.
    house
        .call(
            "PUT",
            &format!("/api/users/{jonas}/person"),
            "ada",
            &json!({ "person": "P-1" }),
        )
        .is(204);
    assert_ne!(before, dump(house, &ids));
}

fn difference(before: &str, after: &str) -> String {
    let old: std::collections::BTreeSet<&str> = before.lines().collect();
    let new: std::collections::BTreeSet<&str> = after.lines().collect();
    let gone: Vec<&&str> = old.difference(&new).collect();
    let come: Vec<&&str> = new.difference(&old).collect();
    format!("gone: {gone:#?}\ncome: {come:#?}")
}
