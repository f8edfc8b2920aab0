//! Special categories over HTTP and on the pages: set aside sealed, tied to a suspect's conduct by two people, unmasked with
//! an entry; and passages of documents that are tagged.

use domain::id::CaseId;
use serde_json::{Value, json};

use crate::house::{Answer, House, PASSWORD, register};
use crate::papers::Reader;
use crate::routes::GROUNDS;
use crate::screens::{page, send};

/// A value that nobody reads by chance.
const MARK: &str = "Zurvanite Brethren";

/// The register with a special category beside its owner, and beside somebody of the crowd.
fn tagged(value: &str) -> Vec<Value> {
    with_status("active", value)
}

fn with_status(status: &str, value: &str) -> Vec<Value> {
    let mut all = register(status);
    for one in &mut all {
        if one["id"] == "7" || one["id"] == "crowd-3" {
            one["properties"]["religion"] = json!([value]);
        }
    }
    all
}

fn dataset(house: &House, name: &str) -> Value {
    let known = house.get("/api/datasets", "dara").is(200).json;
    let all = known["datasets"].as_array().unwrap().clone();
    all.into_iter().find(|one| one["name"] == name).unwrap()
}

/// Puts the register under an agreement that names the law for special categories, or none.
fn agreed(house: &House, special: &str) {
    let register = dataset(house, "register");
    let mut terms = register["agreement"].clone();
    terms["special"] = json!(special);
    let path = format!(
        "/api/datasets/{}/agreement",
        register["id"].as_str().unwrap()
    );
    house.call("PUT", &path, "dara", &terms).is(204);
}

struct Scene {
    house: House,
    case: CaseId,
    record: String,
}

impl Scene {
    fn set() -> Self {
        let house = House::new();
        agreed(
            &house,
            "Port Act, section 9(2), under article 10 of the directive",
        );
        house.deliver("register", "2", &tagged(MARK));
        let case = house.team_case();
        let record = house.record(case, "ines", "register", "7");
        Self {
            house,
            case,
            record,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/cases/{}/{rest}", self.case)
    }

    /// Proposes and approves that the owner is a suspect; gives the subject.
    fn suspect(&self) -> String {
        let whole =
            json!({ "record": self.record, "role": "suspect", "suspicion": GROUNDS.clone() });
        let subject = self
            .house
            .post(&self.path("subjects"), "ines", &whole)
            .is(201)
            .id();
        let decision = self.path(&format!("subjects/{subject}/decision"));
        let approve = json!({ "decision": "approve" });
        self.house.post(&decision, "sora", &approve).is(201);
        subject
    }

    fn special(&self, subject: &str) -> Value {
        let told = self
            .house
            .get(&self.path(&format!("subjects/{subject}")), "ines");
        told.is(200).json["special"].clone()
    }

    fn tie(&self, subject: &str, special: &str, who: &str) -> Answer {
        let path = self.path(&format!("subjects/{subject}/special/{special}/tie"));
        let reason = json!({ "reason": "the money went through the congregation's account" });
        self.house.post(&path, who, &reason)
    }

    fn unmask(&self, tie: &str, who: &str) -> Answer {
        let why = json!({ "reason": "which congregation the account belongs to" });
        self.house
            .post(&self.path(&format!("special/{tie}/unmask")), who, &why)
    }

    fn decide(&self, tie: &str, who: &str, decision: &str) -> Answer {
        let body = json!({ "decision": decision, "reason": "it bears on nothing" });
        self.house
            .post(&self.path(&format!("special/{tie}/decision")), who, &body)
    }

    /// Whatever can be asked for in the case, as one text.
    fn everything(&self) -> String {
        let case = self.case;
        let mut text = String::new();
        let mut reads = |answer: Answer| text.push_str(&answer.text());
        for rest in [
            format!("records/{}", self.record),
            "subjects".to_owned(),
            "special".to_owned(),
            "board".to_owned(),
            "timeline".to_owned(),
            "proposals".to_owned(),
            "alerts".to_owned(),
            "reports".to_owned(),
            "notes".to_owned(),
            format!("identities/{}", self.record),
        ] {
            reads(self.house.get(&self.path(&rest), "ines").is(200));
        }
        for rest in [
            format!("records/{}", self.record),
            "subjects".to_owned(),
            "special".to_owned(),
            "report".to_owned(),
        ] {
            reads(page(&self.house, &format!("/cases/{case}/{rest}"), "ines").is(200));
        }
        // What was asked is kept with the case, so nobody asks for the whole of it.
        for words in ["Zurvanite", "Brethren", "religion"] {
            let asked = json!({ "text": words });
            let found = self
                .house
                .post(&self.path("search"), "ines", &asked)
                .is(200);
            let things = &found.json["things"];
            assert_eq!(things["hits"], json!([]), "{words}: {found:?}");
        }
        // A person is never found by it: it is no selector, beside a name or alone.
        for person in [
            json!({ "name": "Oda Karlsen", "religion": "Zurvanite" }),
            json!({ "religion": "Zurvanite" }),
        ] {
            let asked = json!({ "kinds": ["persons"], "person": person });
            self.house
                .post(&self.path("search"), "ines", &asked)
                .is(422);
        }
        let named =
            json!({ "kinds": ["persons"], "person": { "name": "Oda Karlsen", "birth": "1961" } });
        reads(
            self.house
                .post(&self.path("search"), "ines", &named)
                .is(200),
        );
        let package = self.house.post(
            &self.path("disclosures"),
            "ines",
            &crate::disclosure::told(),
        );
        text.push_str(&crate::disclosure::unpacked(&package.is(200).bytes));
        let entries = self
            .house
            .get("/api/log?purpose=lawfulness", "aude")
            .is(200);
        text.push_str(&entries.text());
        text
    }

    /// Whether any file of the data directory holds the value in the clear.
    fn lies_in_the_clear(&self) -> bool {
        let mut folders = vec![self.house.folder.path().join("data")];
        let mut found = false;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(bytes) = std::fs::read(&path) {
                    found |= bytes
                        .windows(MARK.len())
                        .any(|window| window == MARK.as_bytes());
                }
            }
        }
        found
    }
}

#[test]
fn gate_07_without_a_basis_it_is_set_aside_not_searched_and_not_counted_c1() {
    let scene = Scene::set();
    let house = &scene.house;
    let added = json!({ "record": scene.record });
    let subject = house
        .post(&scene.path("subjects"), "ines", &added)
        .is(201)
        .id();
    // Of whom is no suspect not even that there is anything is told, and nothing can be asked for.
    assert_eq!(scene.special(&subject), json!([]));
    assert_eq!(
        house.get(&scene.path("special"), "ines").is(200).json["ties"],
        json!([])
    );
    let any = "0".repeat(26);
    scene.tie(&subject, &any, "ines").is(409);
    scene.unmask(&any, "ines").is(409);
    // A basis that waits for its decision is none.
    let whole = json!({ "record": scene.record, "role": "suspect", "suspicion": GROUNDS.clone() });
    house.post(&scene.path("subjects"), "ines", &whole).is(201);
    assert_eq!(scene.special(&subject), json!([]));
    house.desk.run_matching(&house.who("dara").actor).unwrap();
    let everything = scene.everything();
    assert!(!everything.contains(MARK));
    assert!(!scene.lies_in_the_clear());
    let digest = || house.get(&scene.path("digest"), "ines").is(200).json["sha256"].clone();
    let counted = digest();
    house.deliver("register", "3", &tagged("Order of the Two Lamps"));
    assert_eq!(digest(), counted, "nothing of it is counted");
}

#[test]
fn gate_07_with_link_reason_and_second_approval_it_is_read_by_a_logged_unmasking_alone_c2() {
    let scene = Scene::set();
    let house = &scene.house;
    let subject = scene.suspect();
    let lines = scene.special(&subject);
    assert_eq!(lines.as_array().unwrap().len(), 1, "{lines}");
    assert_eq!(lines[0]["property"], "religion");
    assert_eq!(lines[0]["standing"], "aside");
    let masked = lines[0]["value"].as_str().unwrap();
    assert!(masked.chars().all(|sign| sign == '\u{2588}'), "{masked}");
    let special = lines[0]["id"].as_str().unwrap().to_owned();
    let silent = json!({ "reason": "  " });
    let tie_path = scene.path(&format!("subjects/{subject}/special/{special}/tie"));
    assert_eq!(
        house.post(&tie_path, "ines", &silent).is(422).reason(),
        "reason"
    );
    scene.tie(&subject, &special, "rolf").is(403);
    scene.tie(&subject, &special, "jonas").is(404);
    let tie = scene.tie(&subject, &special, "ines").is(201).id();
    scene.tie(&subject, &special, "kai").is(409);
    scene.unmask(&tie, "ines").is(409);
    // Another person agrees, and it is a supervisor who did not ask.
    let mate = scene.decide(&tie, "kai", "approve").is(403);
    assert_eq!(mate.reason(), "special.not-by-others");
    assert_eq!(
        scene.decide(&tie, "sora", "perhaps").is(422).reason(),
        "decision"
    );
    scene.decide(&tie, "sora", "approve").is(204);
    scene.decide(&tie, "sora", "refuse").is(409);
    assert_eq!(scene.special(&subject)[0]["standing"], "tied");
    let everything = scene.everything();
    assert!(!everything.contains(MARK), "masked everywhere else");
    assert!(!scene.lies_in_the_clear());
    // Read with a reason, by who may look things up, and each time an entry that counts.
    let path = scene.path(&format!("special/{tie}/unmask"));
    assert_eq!(
        house.post(&path, "ines", &silent).is(422).reason(),
        "reason"
    );
    for (who, status) in [("rolf", 403), ("sora", 403), ("aude", 403), ("jonas", 404)] {
        assert_eq!(scene.unmask(&tie, who).status.as_u16(), status, "{who}");
    }
    let unmaskings = || {
        let done = house.entries(None).into_iter();
        done.filter(|(_, entry)| entry.act == "unmask" && entry.outcome == "done")
            .collect::<Vec<_>>()
    };
    assert_eq!(unmaskings().len(), 0);
    for who in ["ines", "kai"] {
        let read = scene.unmask(&tie, who).is(200).json;
        assert_eq!(read, json!({ "property": "religion", "value": MARK }));
    }
    let entries = unmaskings();
    assert_eq!(entries.len(), 2);
    let (_, entry) = &entries[0];
    assert_eq!(entry.actor, house.who("ines").user.id);
    assert_eq!(entry.case, Some(scene.case));
    assert!(entry.asked.is_some(), "the reason is committed to");
    assert!(entry.objects.contains(&format!("tie:{tie}")), "{entry:?}");
    let log = house.get("/api/log?purpose=lawfulness", "aude").is(200);
    assert!(!log.text().contains(MARK));
    // The page shows it once, and not when it is loaded again.
    let shown = send(
        house,
        &format!("/cases/{}/special/{tie}/unmask", scene.case),
        "ines",
        &[("reason", "which congregation")],
    );
    assert!(shown.is(200).text().contains(MARK));
    let again = page(house, &format!("/cases/{}/special", scene.case), "ines");
    assert!(!again.is(200).text().contains(MARK));
}

#[test]
fn gate_07_it_is_shut_again_when_its_basis_or_its_source_ends_c2() {
    let scene = Scene::set();
    let house = &scene.house;
    let subject = scene.suspect();
    let special = scene.special(&subject)[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let tie = scene.tie(&subject, &special, "ines").is(201).id();
    assert_eq!(
        scene.decide(&tie, "sora", "refuse").status.as_u16(),
        204,
        "a refusal leaves it set aside"
    );
    scene.unmask(&tie, "ines").is(409);
    let tie = scene.tie(&subject, &special, "ines").is(201).id();
    scene.decide(&tie, "sora", "approve").is(204);
    scene.unmask(&tie, "ines").is(200);
    // The role is taken away.
    let plain = json!({ "record": scene.record, "role": "unclassified" });
    house.post(&scene.path("subjects"), "ines", &plain).is(201);
    scene.unmask(&tie, "ines").is(409);
    assert_eq!(scene.special(&subject), json!([]));
    // Another basis does not open what was tied to the first.
    assert_eq!(scene.suspect(), subject);
    scene.unmask(&tie, "ines").is(409);
    assert_eq!(scene.special(&subject)[0]["standing"], "aside");
    let tie = scene.tie(&subject, &special, "kai").is(201).id();
    scene.decide(&tie, "sora", "approve").is(204);
    scene.unmask(&tie, "ines").is(200);
    // Its source says it no more: it is gone, not shut.
    house.deliver("register", "3", &register("struck off"));
    assert_eq!(scene.special(&subject), json!([]));
    scene.unmask(&tie, "ines").is(404);
    house.deliver("register", "4", &with_status("bidding", MARK));
    let special = scene.special(&subject)[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let tie = scene.tie(&subject, &special, "ines").is(201).id();
    scene.decide(&tie, "sora", "approve").is(204);
    scene.unmask(&tie, "ines").is(200);
    // The law for it is taken out of the agreement: nothing is kept.
    agreed(house, "");
    assert_eq!(scene.special(&subject), json!([]));
    house.deliver("register", "5", &tagged("Order of the Two Lamps"));
    assert_eq!(scene.special(&subject), json!([]));
    // And a closed case opens nothing.
    agreed(house, "Port Act, section 9(2)");
    house.deliver("register", "6", &with_status("dormant", MARK));
    let special = scene.special(&subject)[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let tie = scene.tie(&subject, &special, "ines").is(201).id();
    scene.decide(&tie, "sora", "approve").is(204);
    let close = json!({ "outcome": "referred" });
    house.post(&scene.path("close"), "sora", &close).is(204);
    scene.unmask(&tie, "ines").is(403);
}

#[test]
fn gate_07_nobody_decides_on_what_they_asked_for_themselves_c2() {
    use domain::authority::{Origin, Role};
    let scene = Scene::set();
    let house = &scene.house;
    let new = desk::users::NewUser {
        name: "wim".into(),
        title: "wim of the house".into(),
        roles: vec![Role::Investigator, Role::Supervisor],
        password: PASSWORD.into(),
    };
    house.desk.add_user(&house.who("ada").actor, &new).unwrap();
    let token = house
        .desk
        .sign_in("wim", PASSWORD, Origin::Api)
        .unwrap()
        .token;
    let wim = house.desk.visitor(&token, Origin::Api).unwrap();
    let rank = Some(domain::case::Membership::Contributor);
    house
        .desk
        .decide_membership(&house.who("ines").actor, scene.case, wim.user.id, rank)
        .unwrap();
    let subject = scene.suspect();
    let special = scene.special(&subject)[0]["id"].as_str().unwrap().parse();
    let tie = house
        .desk
        .tie_special(
            &wim.actor,
            scene.case,
            subject.parse().unwrap(),
            special.unwrap(),
            "it is theirs",
        )
        .unwrap();
    let own = house
        .desk
        .decide_tie(&wim.actor, scene.case, tie, true, "")
        .unwrap_err();
    assert!(own.to_string().contains("special.not-who-asked"), "{own}");
    scene.decide(&tie.to_string(), "sora", "approve").is(204);
}

#[test]
fn gate_07_a_table_of_the_case_sets_its_special_column_aside_c1_c2() {
    let scene = Scene::set();
    let house = &scene.house;
    let reader = Reader::new();
    let mut parts = crate::house::STORY.to_vec();
    let rows = b"No,Name,Born,Faith\nM1,Tove Lindholm,1970-02-03,lamp-lighter\n";
    parts.push(("file", Some("members.csv"), rows));
    let item = house
        .form(&scene.path("evidence"), "ines", &parts)
        .is(201)
        .id();
    reader.reads(house);
    let mapping = "case:\n  queries:\n    - file: table.csv\n      entities:\n        member:\n          schema: Person\n          \
        keys: [No]\n          properties:\n            name: {columns: [Name]}\n            birthDate: {columns: [Born]}\n            \
        religion: {columns: [Faith]}\n";
    let body = json!({ "item": item, "mapping": mapping, "reason": "who was a member?" });
    let table = house
        .post(&scene.path("tables"), "ines", &body)
        .is(201)
        .id();
    house.desk.catch_up(&mut |_| ()).unwrap();
    let person = json!({ "name": "Tove Lindholm", "birth": "1970" });
    let asked = json!({ "kinds": ["persons"], "person": person });
    let found = house
        .post(&scene.path("search"), "ines", &asked)
        .is(200)
        .json;
    let own = found["persons"]["hits"][0]["record"]
        .as_str()
        .unwrap_or_else(|| panic!("{found}"))
        .to_owned();
    let told = house.get(&scene.path(&format!("records/{own}")), "ines");
    let told = told.is(200).text();
    assert!(
        told.contains("Lindholm") && !told.contains("lamp-lighter"),
        "{told}"
    );
    let whole = json!({ "record": own, "role": "suspect", "suspicion": GROUNDS.clone() });
    let subject = house
        .post(&scene.path("subjects"), "ines", &whole)
        .is(201)
        .id();
    assert_eq!(scene.special(&subject), json!([]));
    let decision = scene.path(&format!("subjects/{subject}/decision"));
    house
        .post(&decision, "sora", &json!({ "decision": "approve" }))
        .is(201);
    let special = scene.special(&subject)[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let tie = scene.tie(&subject, &special, "ines").is(201).id();
    scene.decide(&tie, "sora", "approve").is(204);
    let read = scene.unmask(&tie, "kai").is(200).json;
    assert_eq!(read["value"], "lamp-lighter");
    let back = json!({ "reason": "it was a draft" });
    let withdrawal = scene.path(&format!("tables/{table}/withdrawal"));
    house.post(&withdrawal, "ines", &back).is(204);
    scene.unmask(&tie, "kai").is(404);
}

#[test]
fn gate_07_a_tagged_passage_is_out_of_text_search_and_the_viewer_until_it_is_tied_c1_c2() {
    let scene = Scene::set();
    let house = &scene.house;
    let reader = Reader::new();
    let mut parts = crate::house::STORY.to_vec();
    let text = "Minutes of the harbour board.\nShe prays with the Lamp Keepers on Fridays.\nThe berth was let.";
    parts.push(("file", Some("minutes.txt"), text.as_bytes()));
    let item = house
        .form(&scene.path("evidence"), "ines", &parts)
        .is(201)
        .id();
    reader.reads(house);
    let found = |words: &str| {
        let found = house.get(&scene.path(&format!("documents?words={words}")), "ines");
        found.is(200).json["hits"].as_array().unwrap().len()
    };
    assert_eq!((found("Lamp"), found("berth")), (1, 1));
    let marked = json!({ "item": item, "page": 1, "first_line": 2, "last_line": 2 });
    let passage = house
        .post(&scene.path("passages"), "ines", &marked)
        .is(201)
        .id();
    let path = scene.path(&format!("evidence/{item}/special"));
    let tag = json!({ "page": 1, "first_line": 2, "last_line": 2, "reason": "tells a religion" });
    house.post(&path, "rolf", &tag).is(403);
    let special = house.post(&path, "ines", &tag).is(201).id();
    house.post(&path, "ines", &tag).is(409);
    let blind = || {
        assert_eq!((found("Lamp"), found("berth")), (0, 1));
        let view = format!("/cases/{}/evidence/{item}", scene.case);
        for rest in ["view", "text"] {
            let shown = page(house, &format!("{view}/{rest}"), "ines")
                .is(200)
                .text();
            assert!(
                !shown.contains("Lamp Keepers") && shown.contains("berth"),
                "{rest}"
            );
        }
        let quote = house.get(&scene.path(&format!("passages/{passage}")), "ines");
        assert!(!quote.is(200).text().contains("Lamp Keepers"));
        house
            .post(&scene.path("mentions"), "ines", &json!({}))
            .is(200);
        let mentions = house.get(&scene.path("mentions"), "ines").is(200);
        assert!(!mentions.text().contains("Keepers"));
    };
    blind();
    // A newer reader brings the words back; they are blanked before its text is kept.
    let ines = &house.who("ines").actor;
    house
        .desk
        .read_again(ines, scene.case, &desk::Again::All)
        .unwrap();
    reader.reads(house);
    blind();
    let subject = scene.suspect();
    scene.unmask(&special, "ines").is(409);
    let tie = scene.tie(&subject, &special, "ines").is(201).id();
    scene.unmask(&tie, "ines").is(409);
    scene.decide(&tie, "sora", "approve").is(204);
    let read = scene.unmask(&tie, "ines").is(200).json;
    assert_eq!(read["value"], "She prays with the Lamp Keepers on Fridays.");
    blind();
    let plain = json!({ "record": scene.record, "role": "unclassified" });
    house.post(&scene.path("subjects"), "ines", &plain).is(201);
    scene.unmask(&tie, "ines").is(409);
}
