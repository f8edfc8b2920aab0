//! What was obtained unlawfully, over HTTP and on the pages: a dataset and an exhibit vanish at once with all that rests on
//! them, the decisions are listed, the case is told, and what another person finds lawful comes back.

use domain::id::CaseId;
use serde_json::{Value, json};

use crate::house::{Answer, House, PASSWORD, STORY, list};
use crate::papers::Reader;
use crate::routes::GROUNDS;
use crate::screens::{page, send};

/// What the list alone says.
const MARK: &str = "interdicted ninefold";

struct Scene {
    house: House,
    case: CaseId,
    /// A company of the register and the same of the list.
    a: String,
    b: String,
    /// The list.
    dataset: String,
    /// A finding that cites the list, and one that cites the register.
    tainted: String,
    clean: String,
    /// An approved report with both.
    report: String,
    suspect: String,
}

fn listed() -> Vec<Value> {
    let mut all = list();
    for one in &mut all {
        if one["id"] == "L1" {
            one["properties"]["status"] = json!([MARK]);
        }
    }
    all
}

impl Scene {
    fn set() -> Self {
        let house = House::new();
        house.deliver("list", "2", &listed());
        house.desk.run_matching(&house.who("dara").actor).unwrap();
        let case = house.team_case();
        let record = |dataset: &str, key: &str| house.record(case, "ines", dataset, key);
        let (a, b, person) = (
            record("register", "100"),
            record("list", "L1"),
            record("list", "L7"),
        );
        let path = |rest: &str| format!("/api/cases/{case}/{rest}");
        let made = |rest: &str, body: &Value| house.post(&path(rest), "ines", body).is(201).id();
        made("subjects", &json!({ "record": a }));
        let judged = json!({ "a": a, "b": b, "verdict": "same", "reason": "one number" });
        house.post(&path("judgements"), "ines", &judged).is(201);
        let whole = json!({ "record": person, "role": "suspect", "suspicion": GROUNDS.clone() });
        let suspect = made("subjects", &whole);
        let approve = json!({ "decision": "approve" });
        let decision = path(&format!("subjects/{suspect}/decision"));
        house.post(&decision, "sora", &approve).is(201);
        let cite = |record: &str, title: &str| {
            let read = house.get(&path(&format!("records/{record}")), "ines");
            let read = read.is(200).json;
            let said = read["statements"].as_array().unwrap();
            let one = said.iter().find(|one| one["property"] == "status").unwrap();
            let text = format!("{title} [[{}]].", one["id"].as_str().unwrap());
            made(
                "notes",
                &json!({ "kind": "fact", "title": title, "text": text }),
            )
        };
        let tainted = cite(&b, &format!("The bidder is {MARK}"));
        let clean = cite(&a, "The bidder is active");
        let report = made("reports", &json!({}));
        let told = house.get(&path(&format!("reports/{report}")), "ines");
        let hash = told.is(200).json["report"]["sha256"].clone();
        let approve = json!({ "decision": "approve", "hash": hash });
        house
            .post(
                &path(&format!("reports/{report}/decision")),
                "sora",
                &approve,
            )
            .is(204);
        let known = house.get("/api/datasets", "dara").is(200).json;
        let all = known["datasets"].as_array().unwrap();
        let dataset = all.iter().find(|one| one["name"] == "list").unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        Self {
            house,
            case,
            a,
            b,
            dataset,
            tainted,
            clean,
            report,
            suspect,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/cases/{}/{rest}", self.case)
    }

    fn get(&self, rest: &str) -> Answer {
        self.house.get(&self.path(rest), "ines")
    }

    fn mark(&self, who: &str) -> Answer {
        let why = json!({ "reason": "taken without a warrant (High Court, 3 March)" });
        let path = format!("/api/datasets/{}/unlawful", self.dataset);
        self.house.post(&path, who, &why)
    }

    fn lift(&self, who: &str) -> Answer {
        let why = json!({ "reason": "the Court of Appeal found the warrant good" });
        let path = format!("/api/datasets/{}/lawful", self.dataset);
        self.house.post(&path, who, &why)
    }

    /// All that the case can be asked for, as one text: answers and pages.
    fn everything(&self) -> String {
        let mut text = String::new();
        let reads = [
            format!("records/{}", self.a),
            format!("identities/{}", self.a),
            format!("board?expand={}", self.a),
            "subjects".to_owned(),
            "proposals".to_owned(),
            "timeline".to_owned(),
            "map".to_owned(),
            "notes".to_owned(),
            format!("notes/{}", self.tainted),
            format!("notes/{}", self.clean),
            "reports".to_owned(),
            format!("reports/{}", self.report),
            "alerts".to_owned(),
            "evidence".to_owned(),
            "unlawful".to_owned(),
        ];
        for rest in &reads {
            text.push_str(&self.get(rest).is(200).text());
        }
        for rest in reads
            .iter()
            .map(String::as_str)
            .chain(["inbox", "report", ""])
        {
            let rest = match rest {
                "alerts" => continue,
                rest => rest,
            };
            let address = format!("/cases/{}/{rest}", self.case);
            let address = address.trim_end_matches('/');
            text.push_str(&page(&self.house, address, "ines").is(200).text());
        }
        for words in ["Aldgrund", MARK] {
            let asked = json!({ "text": words });
            let found = self.house.post(&self.path("search"), "ines", &asked);
            text.push_str(&found.is(200).text());
        }
        text
    }

    fn finds(&self, words: &str) -> Vec<String> {
        let asked = json!({ "text": words });
        let found = self.house.post(&self.path("search"), "ines", &asked);
        let found = found.is(200).json;
        let hits = found["things"]["hits"].as_array().unwrap().clone();
        hits.iter()
            .map(|hit| hit["record"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[test]
fn gate_08_a_dataset_marked_unlawful_vanishes_with_what_was_derived_and_comes_back_when_lawful_c2()
{
    let scene = Scene::set();
    let house = &scene.house;
    let before = house.desk.now().to_rfc3339();
    assert!(scene.everything().contains(MARK));
    assert!(scene.finds("Aldgrund").contains(&scene.b));
    for who in ["ines", "rune", "aude", "ada"] {
        scene.mark(who).is(403);
    }
    let silent = json!({ "reason": " " });
    let mark_path = format!("/api/datasets/{}/unlawful", scene.dataset);
    assert_eq!(
        house.post(&mark_path, "dara", &silent).is(422).reason(),
        "reason"
    );
    scene.lift("sora").is(409);
    scene.mark("dara").is(201);
    scene.mark("dara").is(409);
    // At once, before anything derived was made anew, and after one more cycle of it.
    for cycle in ["at once", "after a cycle"] {
        let found = scene.finds("Aldgrund");
        assert_eq!(found, std::slice::from_ref(&scene.a), "{cycle}");
        assert_eq!(scene.finds(MARK), Vec::<String>::new(), "{cycle}");
        let everything = scene.everything();
        for gone in [MARK, scene.b.as_str()] {
            let at = everything.find(gone);
            let around = at.map(|at| everything.get(at.saturating_sub(200)..at + 80));
            assert_eq!(around, None, "{cycle}: {gone}");
        }
        scene.get(&format!("records/{}", scene.b)).is(404);
        // Nor as of a day on which it was there.
        let then = format!("records/{}?known_on={before}", scene.b);
        scene.get(&then).is(404);
        let members = scene.get(&format!("identities/{}", scene.a)).is(200).json;
        assert_eq!(members["members"].as_array().unwrap().len(), 1, "{cycle}");
        let pair = format!("proposals/{}/{}", scene.a, scene.b);
        scene.get(&pair).is(404);
        house.desk.catch_up(&mut |_| ()).unwrap();
        let run = house.desk.run_matching(&house.who("dara").actor).unwrap();
        assert_eq!(run.records, 63, "the register alone is compared: {run:?}");
    }
    // The finding is withheld, and the other is not.
    let note = scene.get(&format!("notes/{}", scene.tainted)).is(200).json;
    assert!(note.to_string().contains("withheld"), "{note}");
    let note = scene.get(&format!("notes/{}", scene.clean)).is(200).json;
    assert!(note.to_string().contains("The bidder is active"));
    // The approved version says that it is withheld and goes nowhere; a new one is made without it.
    let told = scene.get(&format!("reports/{}", scene.report)).is(200).json;
    assert!(!told["report"]["unlawful"].as_array().unwrap().is_empty());
    let given = crate::disclosure::told();
    let out = scene.path(&format!("reports/{}/disclosures", scene.report));
    let out = house.post(&out, "ines", &given);
    assert!(!out.status.is_success(), "{out:?}");
    let package = house
        .post(&scene.path("disclosures"), "ines", &given)
        .is(200);
    // What was asked above and found nothing is in the package, in the words of whoever asked.
    let asked = format!("text: {MARK}");
    let unpacked = crate::disclosure::unpacked(&package.bytes).replace(&asked, "");
    let around = unpacked
        .find(MARK)
        .map(|at| unpacked.get(at.saturating_sub(300)..at + 80));
    assert_eq!(around, None);
    let fresh = house
        .post(&scene.path("reports"), "kai", &json!({}))
        .is(201)
        .id();
    let fresh = scene.get(&format!("reports/{fresh}")).is(200);
    let text = fresh.text().replace(&asked, "");
    assert!(text.contains("The bidder is active"), "{text}");
    let around = text
        .find(MARK)
        .map(|at| text.get(at.saturating_sub(200)..at + 80));
    assert_eq!(around, None);
    assert_eq!(fresh.json["report"]["unlawful"], json!([]));
    // Nothing more is taken in.
    let path = house.folder.path().join("more.jsonl");
    std::fs::write(&path, crate::house::lines(&listed())).unwrap();
    let delivery = desk::follow::Delivery {
        dataset: "list",
        label: "3".into(),
        files: vec![desk::Input {
            name: "list.jsonl".into(),
            path,
        }],
        mapping: &desk::Mapping::ftm(),
        extent: domain::source::Extent::Full,
    };
    let go_on = &mut |_| std::ops::ControlFlow::Continue(());
    let refused =
        desk::follow::follow_release(&house.desk, &house.who("dara").actor, &delivery, go_on);
    assert!(refused.unwrap_err().to_string().contains("unlawfully"));
    // Another person finds it lawful, and it is there again.
    scene.lift("dara").is(403);
    scene.lift("sora").is(204);
    assert!(scene.finds("Aldgrund").contains(&scene.b));
    let note = scene.get(&format!("notes/{}", scene.tainted)).is(200);
    assert!(note.text().contains(MARK));
    let told = scene.get(&format!("reports/{}", scene.report)).is(200).json;
    assert_eq!(told["report"]["unlawful"], json!([]));
    let own = scene.mark("sora").is(201);
    drop(own);
    let own = scene.lift("sora").is(403);
    assert_eq!(own.reason(), "unlawful.not-by-who-marked");
}

#[test]
fn gate_08_the_decisions_that_rest_on_it_are_listed_and_the_open_case_is_told_c3() {
    let scene = Scene::set();
    let house = &scene.house;
    let nothing = scene.get("unlawful").is(200).json;
    assert_eq!(nothing["marks"], json!([]));
    let elsewhere = house.open_case("jonas");
    let alerts = |case: CaseId, who: &str| {
        let read = house.get(&format!("/api/cases/{case}/alerts"), who).is(200);
        let all = read.json["alerts"].as_array().unwrap().clone();
        all.into_iter()
            .filter(|alert| alert["unlawful"].is_object())
            .collect::<Vec<_>>()
    };
    let mark = scene.mark("dara").is(201).id();
    let told = alerts(scene.case, "ines");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["unlawful"]["dataset"], scene.dataset.as_str());
    assert_eq!(told[0]["unlawful"]["mark"], mark.as_str());
    assert_eq!(told[0]["hits"].as_array().unwrap().len(), 1);
    assert_eq!(alerts(elsewhere, "jonas").len(), 0, "it relied on nothing");
    let listed = scene.get("unlawful").is(200).json;
    let rests = listed["marks"][0]["rests"].as_array().unwrap().clone();
    let of = |kind: &str| {
        let of_kind = rests.iter().filter(|one| one["kind"] == kind);
        of_kind
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("fact"), std::slice::from_ref(&scene.tainted));
    assert_eq!(of("report"), std::slice::from_ref(&scene.report));
    assert_eq!(of("subject"), std::slice::from_ref(&scene.suspect));
    assert_eq!(of("suspicion"), std::slice::from_ref(&scene.suspect));
    assert_eq!(of("judgement").len(), 1);
    let text = listed.to_string();
    assert!(!text.contains(MARK), "named, and nothing of what they say");
    // For whoever watches, by case, as far as they may know of one.
    let seen = house.get("/api/unlawful", "sora").is(200).json;
    let cases = seen["datasets"][0]["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0]["case"], scene.case.to_string());
    assert_eq!(cases[0]["rests"].as_array().unwrap().len(), rests.len());
    let steward = house.get("/api/unlawful", "dara").is(200).json;
    assert_eq!(steward["datasets"][0]["cases"], json!([]));
    house.get("/api/unlawful", "ines").is(403);
    house.get(&scene.path("unlawful"), "jonas").is(404);
    let shown = page(house, &format!("/cases/{}/unlawful", scene.case), "rolf");
    let shown = shown.is(200).text();
    for words in [
        "The list",
        "Basis of a suspicion",
        "Report, version 1, approved",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let inbox = page(house, &format!("/cases/{}/inbox", scene.case), "ines");
    assert!(inbox.is(200).text().contains("obtained unlawfully"));
    let all = page(house, "/unlawful", "sora").is(200).text();
    assert!(all.contains("Basis of a suspicion"), "{all}");
    send(
        house,
        &format!("/datasets/{}/lawful", scene.dataset),
        "sora",
        &[("reason", "the Court of Appeal")],
    )
    .is(303);
    assert_eq!(scene.get("unlawful").is(200).json["marks"], json!([]));
}

#[test]
fn gate_08_an_exhibit_marked_unlawful_is_as_if_it_were_not_there_c2_c3() {
    use domain::authority::{Origin, Role};
    let scene = Scene::set();
    let house = &scene.house;
    let reader = Reader::new();
    let mut parts = STORY.to_vec();
    let text = "Pay to\nDE89 3704 0044 0532 0130 00\nfor the quay of thorns.";
    parts.push(("file", Some("bill.txt"), text.as_bytes()));
    let item = house
        .form(&scene.path("evidence"), "ines", &parts)
        .is(201)
        .id();
    reader.reads(house);
    house
        .post(&scene.path("mentions"), "ines", &json!({}))
        .is(200);
    let found = scene.get("mentions").is(200).json;
    let mention = found["mentions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["kind"] == "iban")
        .unwrap_or_else(|| panic!("{found}"))["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let accept = json!({ "accepted": true, "reason": "as on the bill" });
    let passage = house
        .post(
            &scene.path(&format!("mentions/{mention}/judgement")),
            "ines",
            &accept,
        )
        .is(200)
        .json["passage"]
        .as_str()
        .unwrap()
        .to_owned();
    house.desk.catch_up(&mut |_| ()).unwrap();
    let iban = "DE89370400440532013000";
    let own = scene.finds(iban);
    assert_eq!(own.len(), 1);
    let note = json!({ "kind": "fact", "title": "Paid to the thorn account", "text": format!("So it says [[{passage}]].") });
    let note = house.post(&scene.path("notes"), "ines", &note).is(201).id();
    let rule = |who: &str, what: &str| {
        let why = json!({ "reason": "the search went beyond its warrant" });
        house.post(&scene.path(&format!("evidence/{item}/{what}")), who, &why)
    };
    for who in ["ines", "kai", "rune"] {
        rule(who, "unlawful").is(403);
    }
    rule("sora", "unlawful").is(201);
    rule("sora", "unlawful").is(409);
    for cycle in 0..2 {
        for gone in [
            format!("evidence/{item}"),
            format!("evidence/{item}/bytes"),
            format!("evidence/{item}/text"),
            format!("passages/{passage}"),
        ] {
            let answer = scene.get(&gone);
            assert_eq!(answer.status.as_u16(), 404, "{gone}: {}", answer.text());
        }
        let documents = scene.get("documents?words=thorns").is(200).json;
        assert_eq!(documents["hits"], json!([]));
        assert_eq!(scene.get("mentions").is(200).json["mentions"], json!([]));
        let text = scene.everything();
        for words in ["thorn", "DE89", item.as_str()] {
            let at = text.find(words);
            let around = at.map(|at| text.get(at.saturating_sub(160)..at + 60));
            if words == item {
                continue; // the list of marks names it, and nothing of it
            }
            assert_eq!(around, None, "{words} in cycle {cycle}");
        }
        let own = scene.get(&format!("records/{}", own[0]));
        assert!(!own.text().contains("DE89"), "{}", own.text());
        house.desk.catch_up(&mut |_| ()).unwrap();
    }
    assert_eq!(scene.finds(iban), Vec::<String>::new());
    let listed = scene.get("unlawful").is(200).json;
    let mark = &listed["marks"][0];
    assert_eq!(mark["item"], item.as_str());
    let rests = mark["rests"].as_array().unwrap();
    assert!(
        rests
            .iter()
            .any(|one| one["kind"] == "fact" && one["id"] == note.as_str()),
        "{mark}"
    );
    let told = scene.get("alerts").is(200).json;
    assert_eq!(told["alerts"][0]["unlawful"]["evidence"], item.as_str());
    // Another supervisor finds it lawful.
    assert_eq!(
        rule("sora", "lawful").is(403).reason(),
        "exhibit.not-by-who-marked"
    );
    let new = desk::users::NewUser {
        name: "wim".into(),
        title: "wim of the house".into(),
        roles: vec![Role::Supervisor],
        password: PASSWORD.into(),
    };
    house.desk.add_user(&house.who("ada").actor, &new).unwrap();
    let token = house
        .desk
        .sign_in("wim", PASSWORD, Origin::Api)
        .unwrap()
        .token;
    let wim = house.desk.visitor(&token, Origin::Api).unwrap();
    let id = item.parse().unwrap();
    house
        .desk
        .find_exhibit_lawful(&wim.actor, scene.case, id, "the warrant covered it")
        .unwrap();
    house.desk.catch_up(&mut |_| ()).unwrap();
    scene.get(&format!("evidence/{item}")).is(200);
    assert_eq!(scene.finds(iban).len(), 1);
    let back = scene.get(&format!("notes/{note}")).is(200).text();
    assert!(back.contains("Paid to the thorn account"), "{back}");
}
