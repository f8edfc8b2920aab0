//! Everything on one subject: on both clocks, with facts and assessments apart, intelligence with its labels, coverage; and
//! cases that take over what another holds.

use domain::id::CaseId;
use serde_json::{Value, json};

use crate::disclosure::told;
use crate::house::{Answer, House, STORY, list, register};

struct Scene {
    house: House,
    case: CaseId,
    record: String,
    subject: String,
}

fn scene() -> Scene {
    let house = House::new();
    let case = house.team_case();
    let record = house.record(case, "ines", "register", "100");
    let added =
        json!({ "record": record, "role": "organisation_of_interest", "basis": "it bid twice" });
    let subject = house
        .post(&format!("/api/cases/{case}/subjects"), "ines", &added)
        .is(201)
        .id();
    Scene {
        house,
        case,
        record,
        subject,
    }
}

impl Scene {
    fn get(&self, path: &str) -> Answer {
        let path = format!("/api/cases/{}/{path}", self.case);
        self.house.get(path.trim_end_matches('/'), "ines")
    }
    fn post(&self, path: &str, body: &Value) -> Answer {
        self.house
            .post(&format!("/api/cases/{}/{path}", self.case), "ines", body)
    }
    fn page(&self, path: &str) -> String {
        let address = format!("/cases/{}/{path}", self.case);
        crate::screens::page(&self.house, &address, "ines")
            .is(200)
            .text()
    }
    /// The statement of a property of the subject's record.
    fn statement(&self, property: &str) -> String {
        let read = self.get(&format!("records/{}", self.record)).is(200);
        let said = read.json["statements"].as_array().unwrap();
        let one = said.iter().find(|one| one["property"] == property).unwrap();
        one["id"].as_str().unwrap().to_owned()
    }
    fn note(&self, kind: &str, title: &str) -> String {
        let text = format!("It trades [[{}]].", self.statement("status"));
        let note = json!({ "kind": kind, "title": title, "text": text });
        self.post("notes", &note).is(201).id()
    }
    fn exhibit(&self, name: &str) -> String {
        let mut parts = STORY.to_vec();
        parts.push(("file", Some(name), b"a ledger of the harbour"));
        self.house
            .form(
                &format!("/api/cases/{}/evidence", self.case),
                "ines",
                &parts,
            )
            .is(201)
            .id()
    }
    fn item(&self) -> Value {
        json!({
            "subject": self.subject, "words": "Its owner met the harbour master.", "sensitivity": "confidential",
            "reliability": "usually_reliable", "validity": "doubtful", "body": "Coast Guard",
        })
    }
}

#[test]
fn prov_05_a_view_of_a_moment_is_the_same_after_imports_joins_and_corrections_c1() {
    let scene = scene();
    scene.note("fact", "In business");
    scene.exhibit("ledger.txt");
    let taken = scene.get("digest").is(200);
    for counted in ["subjects", "statements", "notes", "evidence"] {
        assert!(
            taken.json[counted].as_u64().unwrap() > 0,
            "{counted}: {}",
            taken.json
        );
    }
    let at = taken.json["known_on"].as_str().unwrap().to_owned();
    let then = format!("subjects/{}?known_on={at}", scene.subject);
    scene.house.clock.forward_minutes(10);
    let seen = scene.get(&then).is(200).json;

    // A later import changes, ends and adds values; a correction; two records are joined; the case goes on.
    scene.house.deliver("register", "2", &register("dissolved"));
    scene.house.deliver("list", "2", &list()[..1]);
    let other = scene.house.record(scene.case, "ines", "list", "L1");
    let same = json!({ "a": scene.record, "b": other, "verdict": "same", "reason": "one seat" });
    scene.post("judgements", &same).is(201);
    scene.note("assessment", "It will go under");
    scene.exhibit("second.txt");
    let role = json!({ "record": scene.record, "role": "witness" });
    scene.post("subjects", &role).is(201);
    scene.post("intelligence", &scene.item()).is(201);
    scene.house.clock.forward_minutes(10);

    let now = scene.get("digest").is(200);
    assert_ne!(now.json["sha256"], taken.json["sha256"]);
    let again = scene.get(&format!("digest?known_on={at}")).is(200);
    assert_eq!(again.json, taken.json);
    let mut later = scene.get(&then).is(200).json;
    let role_now = scene.get(&format!("subjects/{}", scene.subject)).is(200);
    assert_eq!(role_now.json["role"], "witness");
    assert_eq!(later["role"], "organisation_of_interest");
    // Which values have ended since is told of them; they themselves are those of the moment.
    let mut seen = seen;
    for view in [&mut seen, &mut later] {
        for value in view["values"].as_array_mut().unwrap() {
            let fields = value.as_object_mut().unwrap();
            for told_since in ["ended", "ended_at", "last_seen"] {
                fields.remove(told_since);
            }
        }
        for source in view["coverage"].as_array_mut().unwrap() {
            source.as_object_mut().unwrap().remove("last_seen");
        }
    }
    assert_eq!(later, seen);
    scene.get("digest?known_on=2999-01-01T00:00:00Z").is(422);
}

#[test]
fn prov_05_a_back_dated_entry_shows_when_it_was_so_and_when_it_was_entered_c2() {
    let scene = scene();
    let item = scene.exhibit("ledger.txt");
    let read = scene.get(&format!("evidence/{item}")).is(200);
    let (so, entered) = (&read.json["item"]["collected"], &read.json["item"]["at"]);
    assert_eq!(so, "2026-03-01");
    assert!(
        entered.as_str().unwrap().starts_with("2030-03-"),
        "{}",
        read.json
    );
    let page = scene.page(&format!("evidence/{item}"));
    assert!(page.contains("2026-03-01") || page.contains("1 March 2026"));
    assert!(page.contains("March 2030"), "when it was entered");
}

#[test]
fn subj_03_each_value_of_page_report_and_export_is_fact_or_assessment_and_assessments_name_their_author_c1_c2()
 {
    let scene = scene();
    scene.note("fact", "In business");
    scene.note("assessment", "It will go under");
    scene.post("intelligence", &scene.item()).is(201);

    let read = scene.get(&format!("subjects/{}", scene.subject)).is(200);
    let values = read.json["values"].as_array().unwrap();
    assert!(!values.is_empty() && values.iter().all(|value| value["kind"] == "fact"));
    let notes = read.json["notes"].as_array().unwrap();
    let kind = |title: &str| {
        let note = notes.iter().find(|note| note["title"] == title).unwrap();
        (note["kind"].clone(), note["author"].as_str().unwrap().len())
    };
    assert_eq!(kind("In business"), (json!("fact"), 26));
    assert_eq!(kind("It will go under"), (json!("assessment"), 26));
    assert_eq!(read.json["intelligence"][0]["kind"], "assessment");

    let page = scene.page(&format!("subjects/{}", scene.subject));
    let (_, facts) = page.split_once("What sources say").unwrap();
    let (facts, rest) = facts.split_once("</table>").unwrap();
    assert_eq!(
        facts.matches("data-kind=\"fact\"").count(),
        facts.matches("fact, as asserted").count()
    );
    assert!(facts.matches("data-kind=\"fact\"").count() >= 3 && !facts.contains("assessment"));
    assert!(rest.contains("assessment, no fact") && rest.contains("ines of the house"));

    let report = scene.page("report");
    let (_, findings) = report.split_once("<h2>Findings</h2>").unwrap();
    let articles: Vec<&str> = findings.split("<article").skip(1).collect();
    assert_eq!(articles.len(), 2);
    assert!(
        articles[0].contains("data-kind=\"finding of fact\"")
            && articles[0].contains("fact, as asserted")
    );
    assert!(
        articles[1].contains("data-kind=\"assessment\""),
        "{}",
        articles[1]
    );
    assert!(articles[1].contains("An assessment by ines of the house"));
    assert!(!articles[0].contains("An assessment by"));

    let package = scene.post("disclosures", &told()).is(200).bytes;
    let case: Value = serde_json::from_str(&packed(&package, "case.json")).unwrap();
    for finding in case["findings"].as_array().unwrap() {
        assert!(finding["kind"] == "fact" || finding["kind"] == "assessment");
        assert_eq!(finding["author"], "ines of the house");
        let cited = finding["citations"].as_array().unwrap();
        assert!(!cited.is_empty() && cited.iter().all(|one| one["kind"] == "fact"));
    }
    assert_eq!(case["intelligence"][0]["kind"], "assessment");
    for line in packed(&package, "statements.ftm.jsonl").lines() {
        let said: Value = serde_json::from_str(line).unwrap();
        assert_eq!(said["kind"], "fact");
    }
}

/// A file of a package.
fn packed(package: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    let mut file = archive.by_name(name).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut file, &mut text).unwrap();
    text
}

#[test]
fn subj_04_an_item_that_lacks_a_label_is_refused_and_an_export_holds_all_labels_c1_c2() {
    let scene = scene();
    for label in ["sensitivity", "reliability", "validity", "body", "words"] {
        let mut lacking = scene.item();
        lacking.as_object_mut().unwrap().remove(label);
        let refused = scene.post("intelligence", &lacking).is(422);
        assert_eq!(refused.reason(), label);
        lacking[label] = json!(" ");
        scene.post("intelligence", &lacking).is(422);
    }
    let mut odd = scene.item();
    odd["validity"] = json!("certain");
    let refused = scene.post("intelligence", &odd).is(422);
    assert!(
        refused
            .text()
            .contains("confirmed, probable, doubtful, cannot_be_judged")
    );
    let held = scene.get("intelligence").is(200);
    assert_eq!(
        held.json["intelligence"],
        json!([]),
        "what was refused is held"
    );
    scene.post("intelligence", &scene.item()).is(201);
    let package = scene.post("disclosures", &told()).is(200).bytes;
    let case: Value = serde_json::from_str(&packed(&package, "case.json")).unwrap();
    let item = &case["intelligence"][0];
    for (label, value) in [
        ("sensitivity", "confidential"),
        ("source_reliability", "usually_reliable"),
        ("content_validity", "doubtful"),
        ("submitted_by", "Coast Guard"),
    ] {
        assert_eq!(item[label], value, "{item}");
    }
    // On the screen as well: a form without a label comes back with what was typed.
    let address = format!(
        "/cases/{}/subjects/{}/intelligence",
        scene.case, scene.subject
    );
    let form = [
        ("words", "He was seen."),
        ("sensitivity", "open"),
        ("validity", "probable"),
        ("body", "Customs"),
    ];
    let back = crate::screens::send(&scene.house, &address, "ines", &form)
        .is(422)
        .text();
    assert!(
        back.contains("s missing; it is one of") && back.contains("He was seen."),
        "the form forgets"
    );
}

#[test]
fn the_page_of_a_subject_tells_coverage_disagreement_and_both_clocks() {
    let scene = scene();
    let other = scene.house.record(scene.case, "ines", "list", "L1");
    let same = json!({ "a": scene.record, "b": other, "verdict": "same", "reason": "one seat" });
    scene.post("judgements", &same).is(201);
    let nothing = json!({ "text": "Aldgrund Shipping Ltd Farhaven" });
    scene.post("search", &nothing).is(200);
    let read = scene.get(&format!("subjects/{}", scene.subject)).is(200);
    let disagree = read.json["contradictions"].as_array().unwrap();
    let status = disagree
        .iter()
        .find(|one| one["property"] == "status")
        .unwrap();
    let said: Vec<&str> = status["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["value"].as_str().unwrap())
        .collect();
    assert_eq!(said, ["active", "listed"]);
    for source in read.json["coverage"].as_array().unwrap() {
        assert_eq!(
            (&source["records"], &source["may_ask"]),
            (&json!(1), &json!(true)),
            "{source}"
        );
        assert!(source["release"].is_string() && source["published"].is_string());
    }
    let links = read.json["links"].as_array().unwrap();
    assert_eq!(links.len(), 1, "{links:?}");
    let page = scene.page(&format!("subjects/{}?so_on=2019", scene.subject));
    for shown in [
        "Where sources disagree",
        "Coverage",
        "1 record",
        "So on",
        "it bid twice",
        "ines of the house",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    let wrong = scene.page(&format!("subjects/{}?so_on=soon", scene.subject));
    assert!(wrong.contains("So on: write for example 3 May 2024."));
    scene.get("subjects/01m8gxybst9k4dtj7rzshgb61b").is(404);
    let theirs = format!("/api/cases/{}/subjects/{}", scene.case, scene.subject);
    scene.house.get(&theirs, "rolf").is(403);
    scene.house.get(&theirs, "ada").is(404);
}

/// Everything that a case holds, without what only tells that it was read.
fn held(house: &House, case: CaseId) -> Value {
    let read = |path: &str| {
        let path = format!("/api/cases/{case}/{path}");
        house.get(path.trim_end_matches('/'), "ines").is(200).json
    };
    json!({
        "case": read(""), "subjects": read("subjects"), "notes": read("notes"), "evidence": read("evidence"),
        "alerts": read("alerts"), "tasks": read("tasks"), "hypotheses": read("hypotheses"), "reports": read("reports"),
        "digest": read("digest")["sha256"],
    })
}

#[test]
fn mg_04_cases_merged_into_one_and_one_into_two_lose_nothing_and_are_traced_back_c1() {
    let first = scene();
    let house = &first.house;
    first.note("fact", "In business");
    first.note("assessment", "It will go under");
    first.exhibit("ledger.txt");
    first
        .post("tasks", &json!({ "title": "Ask the bank" }))
        .is(201);
    first
        .post(
            "hypotheses",
            &json!({ "title": "One owner behind both bids" }),
        )
        .is(201);
    // The second case has another subject, a note of its own, and an alert: what it cites changes.
    let second = house.open_case("ines");
    let other = house.record(second, "ines", "register", "200");
    let api = |case: CaseId, path: &str| format!("/api/cases/{case}/{path}");
    house
        .post(
            &api(second, "subjects"),
            "ines",
            &json!({ "record": other, "role": "witness" }),
        )
        .is(201);
    let listed = house.record(second, "ines", "register", "100");
    let read = house
        .get(&api(second, &format!("records/{listed}")), "ines")
        .is(200);
    let status = read.json["statements"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["property"] == "status")
        .unwrap()["id"]
        .clone();
    let note = json!({ "kind": "fact", "title": "Second finding", "text": format!("Still there [[{}]].", status.as_str().unwrap()) });
    house.post(&api(second, "notes"), "ines", &note).is(201);
    house.deliver("register", "2", &register("dissolved"));
    assert!(
        !house.get(&api(second, "alerts"), "ines").is(200).json["alerts"]
            .as_array()
            .unwrap()
            .is_empty()
    );

    let (one, two) = (house.open_case("ines"), house.open_case("ines"));
    let number = |case: CaseId| {
        house
            .get(&format!("/api/cases/{case}"), "ines")
            .is(200)
            .json["number"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let before = (held(house, first.case), held(house, second));
    let merge = |into: CaseId, from: CaseId| {
        let body = json!({ "from": number(from), "reason": "one matter" });
        house.post(&api(into, "merges"), "ines", &body).is(201);
    };
    merge(one, first.case);
    merge(one, second);
    let after_first = held(house, one);
    let traced = house.get(&api(one, "merges"), "ines").is(200).json;
    merge(two, first.case);

    // Neither giver has lost or changed anything, and the second merge did not touch the first.
    let mut now = (held(house, first.case), held(house, second));
    for (was, is) in [(&before.0, &mut now.0), (&before.1, &mut now.1)] {
        assert_eq!(was, is);
    }
    assert_eq!(held(house, one), after_first);
    assert_eq!(house.get(&api(one, "merges"), "ines").is(200).json, traced);

    // Each thing that either held stands in the list, and what came has the content that it had.
    for (merge, giver) in traced["taken"]
        .as_array()
        .unwrap()
        .iter()
        .zip([&before.0, &before.1])
    {
        let parts = merge["parts"].as_array().unwrap();
        let new_of = |kind: &str, old: &Value| {
            let part = parts
                .iter()
                .find(|part| part["kind"] == kind && part["old"] == *old)
                .unwrap_or_else(|| panic!("{kind} {old} is not traced"));
            part["new"].clone()
        };
        for subject in giver["subjects"]["subjects"].as_array().unwrap() {
            let new = new_of("subject", &subject["id"]);
            let there = after_first["subjects"]["subjects"]
                .as_array()
                .unwrap()
                .iter()
                .find(|one| one["id"] == new)
                .unwrap();
            for same in ["record", "role", "basis", "by", "at"] {
                assert_eq!(there[same], subject[same], "{same}");
            }
        }
        for note in giver["notes"]["notes"].as_array().unwrap() {
            let new = new_of("note", &note["id"]);
            let there = house
                .get(
                    &api(one, &format!("notes/{}", new.as_str().unwrap())),
                    "ines",
                )
                .is(200)
                .json;
            let was = before_note(house, &[first.case, second], note["id"].as_str().unwrap());
            for same in ["kind", "title", "text", "by", "at"] {
                assert_eq!(there["note"][same], was["note"][same], "{same}");
            }
            let cited = |note: &Value| -> Vec<Value> {
                note["rests_on"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|edge| edge["reliance"]["statement"].clone())
                    .collect()
            };
            assert_eq!(cited(&there).len(), cited(&was).len());
        }
        for item in giver["evidence"]["evidence"].as_array().unwrap() {
            let new = new_of("evidence", &item["id"]);
            let there = house
                .get(
                    &api(one, &format!("evidence/{}", new.as_str().unwrap())),
                    "ines",
                )
                .is(200)
                .json;
            for same in [
                "name",
                "sha256",
                "source",
                "collector",
                "collected",
                "authority",
            ] {
                assert_eq!(there["item"][same], item[same], "{same}");
            }
            let bytes = house
                .get(
                    &api(one, &format!("evidence/{}/bytes", new.as_str().unwrap())),
                    "ines",
                )
                .is(200);
            assert_eq!(bytes.bytes, b"a ledger of the harbour");
        }
        for (list, kind) in [("tasks", "task"), ("hypotheses", "hypothesis")] {
            for thing in giver[list][list].as_array().unwrap() {
                assert!(new_of(kind, &thing["id"]).is_string(), "{kind}");
            }
        }
        for alert in giver["alerts"]["alerts"].as_array().unwrap() {
            assert!(
                new_of("alert", &alert["id"]).is_null(),
                "an alert stays, and is listed"
            );
        }
        assert!(
            parts
                .iter()
                .any(|part| part["kind"] == "case" && part["new"].is_string())
        );
    }
    let given = house.get(&api(first.case, "merges"), "ines").is(200).json;
    assert_eq!(given["given"].as_array().unwrap().len(), 2);
    let page = crate::screens::page(house, &format!("/cases/{one}/parts"), "ines")
        .is(200)
        .text();
    assert!(
        page.contains("1 subject")
            && page.contains("stayed there")
            && page.contains("as it stands there")
    );
}

fn before_note(house: &House, cases: &[CaseId], note: &str) -> Value {
    cases
        .iter()
        .map(|case| house.get(&format!("/api/cases/{case}/notes/{note}"), "ines"))
        .find(|answer| answer.status == 200)
        .unwrap()
        .json
}

#[test]
fn a_part_of_a_case_goes_into_another_and_who_leads_only_one_of_them_takes_nothing() {
    let scene = scene();
    let house = &scene.house;
    let chosen = scene.note("fact", "In business");
    scene.note("assessment", "It will go under");
    scene.exhibit("ledger.txt");
    let part = house.open_case("ines");
    let number = scene.get("").is(200).json["number"].clone();
    let path = format!("/api/cases/{part}/merges");
    let take = |who: &str, extra: Value| {
        let mut body = json!({ "from": number, "reason": "another matter" });
        for (name, value) in extra.as_object().unwrap() {
            body[name] = value.clone();
        }
        house.post(&path, who, &body)
    };
    take("ines", json!({ "notes": [chosen] })).is(201);
    let notes = house
        .get(&format!("/api/cases/{part}/notes"), "ines")
        .is(200)
        .json;
    assert_eq!(notes["notes"].as_array().unwrap().len(), 1);
    let items = house
        .get(&format!("/api/cases/{part}/evidence"), "ines")
        .is(200)
        .json;
    assert!(items["evidence"].as_array().unwrap().is_empty());
    take("ines", json!({ "notes": ["x"] })).is(422);
    take("ines", json!({ "reason": " " })).is(422);
    take("ines", json!({ "from": "1999-0001" })).is(422);
    // Jonas leads a case of his own and knows nothing of this one.
    let his = house.open_case("jonas");
    let body = json!({ "from": number, "reason": "one matter" });
    let refused = house
        .post(&format!("/api/cases/{his}/merges"), "jonas", &body)
        .is(422);
    assert!(refused.text().contains("no case that you may know of"));
    // Kai works in the case and does not lead it.
    house
        .post(&format!("/api/cases/{}/merges", scene.case), "kai", &body)
        .is(403);
}

#[test]
fn a_calendar_is_read_under_its_own_address_and_names_nobody() {
    let scene = scene();
    let house = &scene.house;
    let task = json!({ "title": "Ask Oda Karlsen for the ledger", "due": "2030-03-29" });
    scene.post("tasks", &task).is(201);
    let asked =
        json!({ "name": "my calendar", "purpose": "calendar", "audience": "api", "days": 90 });
    let made = house.post("/api/me/tokens", "ines", &asked).is(201);
    let token = made.json["token"].as_str().unwrap().to_owned();
    let read = |file: &str| crate::screens::page(house, &format!("/calendar/{file}"), "");
    let calendar = read(&format!("{token}.ics")).is(200);
    assert_eq!(
        calendar.headers["content-type"],
        "text/calendar; charset=utf-8"
    );
    let text = calendar.text();
    for shown in [
        "BEGIN:VCALENDAR\r\n",
        "DTSTART;VALUE=DATE:20300329\r\n",
        "SUMMARY:A task is due\\, case 20",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    for hidden in ["Karlsen", "ledger", "Dredging", " ines"] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    // It opens nothing else, and nothing else opens it.
    let with = |path: &str| {
        let request = axum::http::Request::builder()
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .body(axum::body::Body::empty())
            .unwrap();
        house.send(request)
    };
    for path in [
        "/api/cases".to_owned(),
        format!("/api/cases/{}", scene.case),
    ] {
        let status = with(&path).status;
        assert!(status == 403 || status == 404, "{path}: {status}");
    }
    read(&token).is(404);
    read("predicate_0000.ics").is(404);
    read(&format!("{}.ics", house.token("ines"))).is(404);
    let id = made.json["id"].as_str().unwrap();
    house
        .call(
            "DELETE",
            &format!("/api/me/tokens/{id}"),
            "ines",
            &Value::Null,
        )
        .is(204);
    read(&format!("{token}.ics")).is(404);
}

#[test]
fn ways_between_two_are_the_shortest_over_what_sources_say_and_count_persons() {
    let house = House::new();
    let company = |id: &str, name: &str| json!({ "id": id, "schema": "Company", "properties": { "name": [name] } });
    let owns = |id: &str, from: &str, to: &str| json!({ "id": id, "schema": "Ownership", "properties": { "owner": [from], "asset": [to] } });
    let mut entities = register("active");
    entities.extend([
        company("A", "Anker Works"),
        company("B", "Bolt Works"),
        company("C", "Crane Works"),
        company("D", "Dock Works"),
        company("E", "Empty Works"),
    ]);
    entities.extend([
        owns("o1", "A", "B"),
        owns("o2", "B", "D"),
        owns("o3", "C", "D"),
        owns("o4", "A", "C"),
    ]);
    for number in 0..60 {
        let person = format!("q{number}");
        entities.push(json!({ "id": person, "schema": "Person", "properties": { "name": [format!("Osk Nummer{number}")] } }));
        entities.push(owns(&format!("oq{number}"), &person, "E"));
    }
    house.deliver("register", "2", &entities);
    let case = house.team_case();
    let record = |key: &str| house.record(case, "ines", "register", key);
    let (a, d, e) = (record("A"), record("D"), record("E"));
    for one in [&a, &e] {
        house
            .post(
                &format!("/api/cases/{case}/subjects"),
                "ines",
                &json!({ "record": one }),
            )
            .is(201);
    }
    let ways =
        |from: &str, to: &str| house.get(&format!("/api/cases/{case}/ways/{from}/{to}"), "ines");
    let found = ways(&a, &d).is(200).json;
    let told = found["ways"].as_array().unwrap();
    assert_eq!(
        (told.len(), &found["left_out"]),
        (2, &json!(false)),
        "{found}"
    );
    for way in told {
        let steps = way.as_array().unwrap();
        assert_eq!(steps.len(), 2);
        assert_eq!(
            (&steps[0]["from_caption"], &steps[1]["to_caption"]),
            (&json!("Anker Works"), &json!("Dock Works"))
        );
        assert!(!steps[0]["statements"].as_array().unwrap().is_empty());
    }
    let none = ways(&e, &a).is(200).json;
    assert_eq!(
        (&none["ways"], &none["left_out"]),
        (&json!([]), &json!(true)),
        "ten of sixty persons are left out"
    );
    // The persons of one step are fifty, and each was looked at.
    assert_eq!(none["read"], 51);
    ways(&d, &a).is(422);
    let page = crate::screens::page(
        &house,
        &format!("/cases/{case}/ways?from={a}&to={e}"),
        "ines",
    )
    .is(200)
    .text();
    assert!(page.contains("No way within"));
}
