//! The link board and the timeline: what stands on them, for whom, and what leaves them.

use desk::follow::Followed;
use domain::audit::EntryKind;
use domain::id::CaseId;
use serde_json::{Value, json};

use crate::house::{Answer, House};

/// A company with more links than may be drawn at once: 60 ownerships, and 70 directors.
fn crowd() -> Vec<Value> {
    let mut entities = vec![
        json!({ "id": "900", "schema": "Company", "properties": { "name": ["Brakstad Holding"], "incorporationDate": ["2011"] } }),
    ];
    for at in 0..60 {
        let (child, tie) = (format!("c{at}"), format!("o{at}"));
        entities.push(json!({ "id": child, "schema": "Company", "properties": { "name": [format!("Berth {at} Ltd")] } }));
        entities.push(json!({ "id": tie, "schema": "Ownership", "properties": {
            "owner": ["900"], "asset": [child], "percentage": [format!("{}", at + 1)],
            "startDate": [if at % 2 == 0 { "2012" } else { "2018-03-01" }], "endDate": [if at == 1 { "2019-05-03" } else { "" }] } }));
    }
    for at in 0..70 {
        let (person, tie) = (format!("p{at}"), format!("d{at}"));
        entities.push(json!({ "id": person, "schema": "Person", "properties": { "name": [format!("Osk Nummer{at}")] } }));
        entities.push(json!({ "id": tie, "schema": "Directorship", "properties": {
            "director": [person], "organization": ["900"], "startDate": ["2015-06"] } }));
    }
    entities
}

struct Scene {
    house: House,
    case: CaseId,
    root: String,
}

fn scene() -> Scene {
    let house = House::new();
    let mut entities = crate::house::register("active");
    entities.extend(crowd());
    let followed = house.deliver("register", "2", &entities);
    assert!(
        matches!(followed, Followed::Published { .. }),
        "{followed:?}"
    );
    let case = house.team_case();
    let root = house.record(case, "ines", "register", "900");
    let subject = json!({ "record": root });
    house
        .post(&format!("/api/cases/{case}/subjects"), "ines", &subject)
        .is(201);
    Scene { house, case, root }
}

impl Scene {
    fn board(&self, query: &str) -> Answer {
        self.house
            .get(&format!("/api/cases/{}/board{query}", self.case), "ines")
    }
    fn page(&self, path: &str) -> String {
        let address = format!("/cases/{}/{path}", self.case);
        crate::screens::page(&self.house, &address, "ines")
            .is(200)
            .text()
    }
    fn told(&self, format: &str) -> Value {
        let mut body = crate::disclosure::told();
        body["format"] = format.into();
        body["kept"] = json!({ "steps": [format!("{}:Ownership.asset.out", self.root), format!("{}:Directorship.director.in", self.root)] });
        body
    }
    fn export(&self, who: &str, body: &Value) -> Answer {
        self.house
            .post(&format!("/api/cases/{}/board/export", self.case), who, body)
    }
}

fn list<'a>(answer: &'a Answer, name: &str) -> &'a Vec<Value> {
    answer.json[name].as_array().unwrap()
}

#[test]
fn a_node_with_many_links_is_counted_by_relation_and_not_drawn() {
    let scene = scene();
    let begun = scene.board("").is(200);
    assert_eq!(
        (list(&begun, "nodes").len(), list(&begun, "edges").len()),
        (1, 0)
    );
    let stopped = scene.board(&format!("?expand={}", scene.root)).is(200);
    assert_eq!(list(&stopped, "nodes").len(), 1, "nothing is drawn");
    let counts = &list(&stopped, "counts")[0];
    assert_eq!(counts["stopped"], true);
    let of = |key: &str| {
        let found = counts["relations"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["key"] == key);
        let found = found.unwrap_or_else(|| panic!("{counts}"));
        (
            found["count"].as_u64().unwrap(),
            found["more"].as_bool().unwrap(),
        )
    };
    assert_eq!(of("Ownership.asset.out"), (60, false));
    assert_eq!(
        of("Directorship.director.in"),
        (50, true),
        "persons are not counted past fifty"
    );
    scene.board("?expand=nothing").is(422);
    let many = vec![scene.root.clone(); 61].join(",");
    scene.board(&format!("?expand={many}")).is(422);
}

#[test]
fn one_answer_shows_at_most_fifty_persons_however_many_steps_it_takes() {
    let scene = scene();
    let persons = |answer: &Answer| {
        list(answer, "nodes")
            .iter()
            .filter(|node| node["person"] == true)
            .count()
    };
    let one = scene
        .board(&format!("?expand={}:Directorship.director.in", scene.root))
        .is(200);
    assert_eq!(persons(&one), 50);
    assert_eq!(one.json["persons_left_out"], true);
    assert_eq!(
        list(&one, "edges").len(),
        50,
        "no edge leads to a person who is not shown"
    );
    let page = scene.page(&format!(
        "board?expand={}:Directorship.director.in",
        scene.root
    ));
    assert_eq!(
        page.matches("<span class=\"sub\">Person</span>").count(),
        50
    );
    assert!(page.contains("at most 50 natural persons"));
}

#[test]
fn an_edge_carries_dates_share_and_every_statement_with_its_source() {
    let scene = scene();
    let drawn = scene
        .board(&format!("?expand={}:Ownership.asset.out", scene.root))
        .is(200);
    let edge = list(&drawn, "edges")
        .iter()
        .find(|edge| edge["share"] == 2.0)
        .unwrap();
    assert_eq!(
        (edge["start"].as_str(), edge["end"].as_str()),
        (Some("2018-03-01"), Some("2019-05-03"))
    );
    assert_eq!(edge["certainty"], "ended");
    let said: Vec<(&str, &str)> = edge["statements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|said| {
            (
                said["label"].as_str().unwrap(),
                said["value"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(
        said.iter().any(|(_, value)| *value == "Brakstad Holding"),
        "{said:?}"
    );
    assert!(
        said.iter().any(|(_, value)| *value == "Berth 1 Ltd"),
        "{said:?}"
    );
    assert_eq!(said.len(), 5, "{said:?}");
    let page = scene.page(&format!(
        "board?expand={}:Ownership.asset.out&so_on=2018-02-01",
        scene.root
    ));
    assert!(
        page.contains("Berth 0 Ltd") && !page.contains("Berth 1 Ltd"),
        "so on 1 February 2018"
    );
    let page = scene.page(&format!(
        "board?expand={}:Ownership.asset.out&certainty=ended",
        scene.root
    ));
    assert!(page.contains("Berth 1 Ltd") && !page.contains("Berth 2 Ltd"));
}

#[test]
fn every_node_that_a_board_shows_stands_in_the_log_as_a_walk() {
    let scene = scene();
    scene
        .board(&format!("?expand={}:Ownership.asset.out", scene.root))
        .is(200);
    let entries = scene.house.entries(Some(EntryKind::Consultation));
    let (_, walk) = entries
        .iter()
        .rfind(|(_, entry)| entry.act == "walk")
        .unwrap();
    assert_eq!(walk.outcome, "done");
    let touched = walk.objects.len() as u64 + walk.more_objects;
    assert_eq!(touched, 61, "{walk:?}");
}

#[test]
fn a_view_is_kept_for_the_team_and_holds_no_name() {
    let scene = scene();
    let views = format!("/api/cases/{}/board/views", scene.case);
    let kept = json!({ "steps": [format!("{}:Ownership.asset.out", scene.root)], "layout": "tree",
        "nodes": { scene.root.as_str(): { "x": 3.0, "pinned": true, "note": "Who signs?" } } });
    let new = json!({ "name": "Owners", "kept": kept });
    let id = scene.house.post(&views, "kai", &new).is(201).id();
    scene.house.post(&views, "rolf", &new).is(403);
    scene.house.post(&views, "jonas", &new).is(404);
    let again = json!({ "name": "Owners", "kept": { "steps": [] } });
    let second = scene.house.post(&views, "ines", &again).is(201).id();
    let read = scene.house.get(&views, "rolf").is(200);
    assert_eq!(
        list(&read, "views").len(),
        1,
        "the newer one of a name counts"
    );
    assert_eq!(list(&read, "views")[0]["id"], second.as_str());
    assert!(
        !scene
            .page(&format!("board?view={id}"))
            .contains("Who signs?"),
        "replaced"
    );
    let third = json!({ "name": "Owners again", "kept": kept });
    let third = scene.house.post(&views, "ines", &third).is(201).id();
    let page = scene.page(&format!("board?view={third}"));
    assert!(page.contains("Who signs?") && page.contains("Berth 7 Ltd"));
    for bad in [
        json!({ "name": "", "kept": {} }),
        json!({ "name": "x", "kept": { "steps": ["nonsense"] } }),
        json!({ "name": "x", "kept": { "captions": ["Berth 7 Ltd"] } }),
        json!({ "name": "x", "kept": { "nodes": { "Berth 7 Ltd": {} } } }),
    ] {
        scene.house.post(&views, "ines", &bad).is(422);
    }
}

#[test]
fn a_file_of_the_board_is_a_line_in_the_ledger_and_names_no_person_who_is_no_subject() {
    let scene = scene();
    let ledger = || {
        let read = scene
            .house
            .get(&format!("/api/cases/{}/disclosures", scene.case), "ines")
            .is(200);
        read.json["disclosures"].as_array().unwrap().clone()
    };
    for (at, format) in ["svg", "graphml", "gexf", "ftm"].into_iter().enumerate() {
        let file = scene.export("ines", &scene.told(format)).is(200).text();
        assert!(file.contains("Berth 7 Ltd"), "{format}");
        assert!(!file.contains("Osk Nummer"), "{format} names a person");
        assert_eq!(ledger().len(), at + 1);
        if format == "ftm" {
            let lines: Vec<Value> = file
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect();
            assert_eq!(lines.len(), 1 + 60 + 50 + 60 + 50);
            let tie = lines
                .iter()
                .find(|line| line["properties"]["percentage"] == json!(["2"]))
                .unwrap();
            assert_eq!(tie["schema"], "Ownership");
            assert_eq!(tie["properties"]["owner"], json!([scene.root]));
        } else {
            assert!(roxml(&file), "{format} is not well formed");
        }
    }
    let items = ledger()[0]["items"].as_array().unwrap().clone();
    let portion = |word: &str| items.iter().filter(|item| item["portion"] == word).count();
    assert_eq!(
        (portion("whole"), portion("named"), portion("unnamed")),
        (110, 61, 50)
    );
    let mut silent = scene.told("svg");
    silent["recipient"] = " ".into();
    scene.export("ines", &silent).is(422);
    scene.export("ines", &scene.told("docx")).is(422);
    scene.export("kai", &scene.told("svg")).is(403);
    assert_eq!(ledger().len(), 4, "what was not made has no line");
    let mut hidden = scene.told("svg");
    let child = scene.house.record(scene.case, "ines", "register", "c7");
    hidden["kept"]["nodes"] = json!({ child: { "hidden": true } });
    assert!(
        !scene
            .export("ines", &hidden)
            .is(200)
            .text()
            .contains("Berth 7 Ltd")
    );
}

/// Whether every element that opens closes in order; the files hold no comments and no declarations but the first.
fn roxml(text: &str) -> bool {
    let mut open = Vec::new();
    for part in text.split('<').skip(1) {
        let Some((tag, _)) = part.split_once('>') else {
            return false;
        };
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        if tag.starts_with('?') || tag.ends_with('/') {
            continue;
        }
        match tag.strip_prefix('/') {
            Some(name) if open.pop() != Some(name) => return false,
            Some(_) => {}
            None => open.push(name),
        }
    }
    open.is_empty()
}

#[test]
fn the_way_between_two_nodes_is_told_step_by_step() {
    let scene = scene();
    let child = scene.house.record(scene.case, "ines", "register", "c3");
    let other = scene.house.record(scene.case, "ines", "register", "c5");
    let page = scene.page(&format!(
        "board?expand={}:Ownership.asset.out&from={child}&to={other}",
        scene.root
    ));
    assert!(
        page.contains("2 links between Berth 3 Ltd and Berth 5 Ltd"),
        "no way told"
    );
    assert!(page.contains("Brakstad Holding \u{2192} Berth 5 Ltd (Ownership, 6 in 100)"));
}

#[test]
fn the_timeline_keeps_a_year_a_year_and_tells_the_case_s_own_acts() {
    let scene = scene();
    let read = scene
        .house
        .get(&format!("/api/cases/{}/timeline", scene.case), "ines")
        .is(200);
    let events = list(&read, "events");
    let born = events
        .iter()
        .find(|event| event["kind"] == "fact" && event["start"] == "2011")
        .unwrap();
    assert_eq!(
        (born["first"].as_str(), born["last"].as_str()),
        (Some("2011-01-01"), Some("2011-12-31"))
    );
    assert_eq!(born["vague"], true);
    let ended = events
        .iter()
        .find(|event| event["end"] == "2019-05-03")
        .unwrap();
    assert_eq!(
        (ended["kind"].as_str(), ended["start"].as_str()),
        (Some("tie"), Some("2018-03-01"))
    );
    assert!(
        ended["detail"].as_str().unwrap().contains("2 in 100"),
        "{ended}"
    );
    let decided: Vec<&str> = events
        .iter()
        .filter(|event| event["kind"] == "decision")
        .map(|event| event["title"].as_str().unwrap())
        .collect();
    for wanted in [
        "Case written down",
        "Case approved",
        "Added as subject: Brakstad Holding",
    ] {
        assert!(decided.contains(&wanted), "{decided:?}");
    }
    let persons = events
        .iter()
        .filter(|event| event["detail"].as_str().unwrap().contains("Osk Nummer"))
        .count();
    assert_eq!(
        (persons, &read.json["persons_left_out"]),
        (50, &json!(true))
    );
    let page = scene.page("timeline?kind=fact&from=2010&until=2012");
    assert!(page.contains("some day from 1 January 2011 to 31 December 2011"));
    assert!(page.contains("ev-vague") && !page.contains("Case approved"));
    let page = scene.page("timeline?kind=fact&from=2012&until=2013");
    assert!(page.contains("Nothing with a date is shown"));
    let page = scene.page("timeline?from=soon");
    assert!(page.contains("write for example 3 May 2024"));
    scene
        .house
        .get(&format!("/api/cases/{}/timeline", scene.case), "rolf")
        .is(403);
}
