//! Another case's things named inside one's own: on every route, and in lists that hold one's own as well.

use domain::audit::EntryKind;
use domain::id::CaseId;
use serde_json::{Value, json};

use crate::house::{House, STORY};
use crate::papers::Reader;
use crate::routes::{Route, Stage, listed};
use crate::screens::send;
use crate::totals::untouched;

/// What is of one case alone, as addresses name it. Records are of datasets, and users of the house.
const OF_A_CASE: [&str; 9] = [
    "{note}",
    "{task}",
    "{hypothesis}",
    "{report}",
    "{alert}",
    "{item}",
    "{passage}",
    "{mention}",
    "{emergency}",
];

/// Everything that the team of a case reads of it, but for its own log.
fn dump(house: &House, case: CaseId, stage: &Stage) -> Vec<(String, String)> {
    listed()
        .iter()
        .filter(|route| route.in_case() && !route.changes())
        .filter(|route| {
            !["/log", "/events"]
                .iter()
                .any(|end| route.path.ends_with(end))
        })
        .map(|route| {
            let path = stage.address(route, Some(&case.to_string()));
            (path.clone(), untouched(&house.get(&path, "ines").text()))
        })
        .collect()
}

fn answers_as_if_it_were_not_there(stage: &Stage, route: &Route, own: CaseId) {
    let house = &stage.house;
    let before = house.refusals();
    let answer = stage.ask(route, "jonas", Some(&own.to_string()));
    let status = answer.status.as_u16();
    assert!(
        matches!(status, 403 | 404 | 422),
        "{}: {status} {}",
        route.name(),
        answer.text()
    );
    if status != 422 {
        assert!(
            house.refusals() > before,
            "{} leaves no entry",
            route.name()
        );
    }
}

#[test]
fn az_02_on_every_route_anothers_thing_in_ones_own_case_is_not_there_and_stays_as_it_was_c1() {
    let stage = Stage::set();
    let house = &stage.house;
    let own = house.open_case("jonas");
    let before = dump(house, stage.case, &stage);
    let mut tried = 0;
    for route in listed() {
        let child = OF_A_CASE.iter().any(|name| route.path.contains(name))
            || route.path.contains("/subjects/{subject}");
        if route.in_case() && child {
            answers_as_if_it_were_not_there(&stage, &route, own);
            tried += 1;
        }
    }
    assert!(tried >= 18, "only {tried} routes");
    let after = dump(house, stage.case, &stage);
    for (was, is) in before.iter().zip(&after) {
        assert_eq!(was, is);
    }
}

/// The case of Jonas with something of each kind, over the register alone.
struct Own {
    case: CaseId,
    passage: String,
    statement: String,
    note: String,
    from: String,
}

fn statement_of(house: &House, case: CaseId, who: &str, record: &str) -> String {
    let page = house.get(&format!("/api/cases/{case}/records/{record}"), who);
    page.is(200).json["statements"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

impl Own {
    fn of_jonas(stage: &Stage) -> Self {
        let house = &stage.house;
        let datasets = house.get("/api/datasets", "jonas").is(200).json;
        let register = datasets["datasets"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["name"] == "register")
            .unwrap()["id"]
            .clone();
        let written = json!({ "title": "Of Jonas", "predicate": "P", "purpose": "procurement",
            "legal_basis": "statutory_inquiry", "datasets": [register], "kinds": ["organisations"], "days": 9 });
        let case: CaseId = house
            .post("/api/cases", "jonas", &written)
            .is(201)
            .id()
            .parse()
            .unwrap();
        let path = format!("/api/cases/{case}");
        let approve = json!({ "decision": "approve" });
        house
            .post(&format!("{path}/decision"), "sora", &approve)
            .is(204);
        house.state_reason("jonas", case);
        let mut parts = STORY.to_vec();
        parts.push((
            "file",
            Some("own.txt"),
            &b"On 3 March 2026 it was paid twice."[..],
        ));
        let item = house
            .form(&format!("{path}/evidence"), "jonas", &parts)
            .is(201)
            .id();
        Reader::new().reads(house);
        let marked = json!({ "item": item, "page": 1, "first_line": 1, "last_line": 1 });
        let passage = house
            .post(&format!("{path}/passages"), "jonas", &marked)
            .is(201)
            .id();
        let record = house.record(case, "jonas", "register", "200");
        let statement = statement_of(house, case, "jonas", &record);
        let note = json!({ "kind": "note", "title": "Own", "text": "so far" });
        let note = house
            .post(&format!("{path}/notes"), "jonas", &note)
            .is(201)
            .id();
        let from = house
            .get(&format!("{path}/notes/{note}"), "jonas")
            .is(200)
            .json;
        let from = from["note"]["at"]
            .as_str()
            .unwrap_or_else(|| panic!("{from}"))
            .to_owned();
        Self {
            case,
            passage,
            statement,
            note,
            from,
        }
    }
}

#[test]
fn az_02_a_list_with_one_thing_of_another_case_is_refused_whole_and_the_log_names_it_c2() {
    let stage = Stage::set();
    let house = &stage.house;
    let own = Own::of_jonas(&stage);
    let path = format!("/api/cases/{}", own.case);
    let foreign_statement = statement_of(house, stage.case, "ines", &stage.b);
    let theirs = dump(house, stage.case, &stage);
    let mine = dump_of_jonas(house, own.case);
    let rewriting = format!("/notes/{}", own.note);
    let (passages, cites) = (
        json!([own.passage, stage.passage]),
        json!([own.statement, foreign_statement]),
    );
    let note = |more: Value| {
        let mut note = json!({ "kind": "fact", "title": "Mixed", "text": "as cited" });
        note.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        note
    };
    let about = |kind: &str, id: &str| json!({ "about": format!("{kind}:{id}"), "bears": "for", "words": "w" });
    let up = json!({ "title": "Own" });
    let hypothesis = house
        .post(&format!("{path}/hypotheses"), "jonas", &up)
        .is(201)
        .id();
    let mine = (mine, dump_of_jonas(house, own.case)).1;
    let weighing = format!("/hypotheses/{hypothesis}/weighings");
    let passage = format!("passage:{}", stage.passage);
    let statement = format!("statement:{foreign_statement}");
    let text = format!(
        "One [[{}]] and another [[{foreign_statement}]].",
        own.statement
    );
    for (method, rest, body, named) in [
        (
            "POST",
            "/notes",
            note(json!({ "passages": passages })),
            &passage,
        ),
        (
            "POST",
            "/notes",
            note(json!({ "cites": cites })),
            &statement,
        ),
        ("POST", "/notes", note(json!({ "text": text })), &statement),
        (
            "PUT",
            &*rewriting,
            note(json!({ "passages": passages, "from": own.from })),
            &passage,
        ),
        (
            "PUT",
            &*rewriting,
            note(json!({ "cites": cites, "from": own.from })),
            &statement,
        ),
        (
            "POST",
            &*weighing,
            about("note", &stage.note),
            &format!("note:{}", stage.note),
        ),
        (
            "POST",
            &*weighing,
            about("evidence", &stage.paper),
            &format!("evidence:{}", stage.paper),
        ),
        (
            "POST",
            "/tasks",
            json!({ "title": "T", "parent": stage.task }),
            &format!("task:{}", stage.task),
        ),
        (
            "POST",
            "/interests",
            json!({ "conflict": false, "words": "w", "subject": stage.subject }),
            &format!("subject:{}", stage.subject),
        ),
        (
            "POST",
            "/readings",
            json!({ "what": "item", "item": stage.paper }),
            &format!("evidence:{}", stage.paper),
        ),
        (
            "POST",
            "/passages",
            json!({ "item": stage.paper, "page": 1, "first_line": 1, "last_line": 1 }),
            &format!("evidence:{}", stage.paper),
        ),
    ] {
        let before = house.refusals();
        let answer = house.call(method, &format!("{path}{rest}"), "jonas", &body);
        assert!(
            matches!(answer.status.as_u16(), 404 | 422),
            "{rest} {body}: {}",
            answer.text()
        );
        let entries = house.entries(Some(EntryKind::Refusal));
        assert_eq!(entries.len(), before + 1, "{rest} {body}");
        let (_, entry) = entries.last().unwrap();
        assert_eq!(entry.rules, ["request.not-of-case"], "{rest} {body}");
        assert_eq!(&entry.objects, std::slice::from_ref(named), "{rest} {body}");
        assert_eq!(entry.case, Some(own.case));
        // An id that was never issued gets the same answer.
        let id = named.split(':').next_back().unwrap();
        let never = "00000000000000000000000001";
        let body: Value = serde_json::from_str(&body.to_string().replace(id, never)).unwrap();
        let other = house.call(method, &format!("{path}{rest}"), "jonas", &body);
        assert_eq!(other.text().replace(never, id), answer.text(), "{rest}");
    }
    // The same lists in the forms of the pages.
    let pages = format!("/cases/{}", own.case);
    let mixed = [
        ("kind", "fact"),
        ("title", "Mixed"),
        ("text", text.as_str()),
    ];
    let answer = send(house, &format!("{pages}/notes"), "jonas", &mixed);
    assert_eq!(answer.status.as_u16(), 422, "{}", answer.text());
    assert_eq!(dump_of_jonas(house, own.case), mine);
    for (was, is) in theirs.iter().zip(&dump(house, stage.case, &stage)) {
        assert_eq!(was, is);
    }
}

fn dump_of_jonas(house: &House, case: CaseId) -> Vec<String> {
    [
        "notes",
        "evidence",
        "tasks",
        "hypotheses",
        "interests",
        "subjects",
        "reports",
        "readings",
    ]
    .map(|what| {
        house
            .get(&format!("/api/cases/{case}/{what}"), "jonas")
            .is(200)
            .text()
    })
    .to_vec()
}
