//! Types of case on the screens and over the interface: a case of fraud from its form to its reopening.

use serde_json::json;

use crate::house::House;
use crate::screens::{page, send};

fn typed(house: &House, edit: &[(&str, &str)]) -> crate::house::Answer {
    let datasets = house.get("/api/datasets", "ines").is(200);
    let dataset = datasets.json["datasets"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut fields = vec![
        ("type", "fraud"),
        ("title", "Berth seven"),
        ("facts", "Invoice 2 was paid twice, see E-7"),
        ("line", "Who was paid?"),
        ("basis", "statutory_inquiry"),
        ("purpose", "procurement"),
        ("dataset", dataset.as_str()),
        ("kind", "organisations"),
        ("expires", "2030-06-01"),
        ("told.harm", "12 000 EUR"),
        ("told.harmed", "The harbour office"),
    ];
    for (name, value) in edit {
        fields.retain(|(field, _)| field != name);
        fields.push((name, value));
    }
    send(house, "/cases/new", "ines", &fields)
}

#[test]
fn a_case_of_fraud_goes_its_course_on_the_screens() {
    let house = House::new();
    house.team_case();
    let form = page(&house, "/cases/new?type=fraud", "ines").is(200).text();
    assert!(form.contains("Harm as reported") && form.contains("told.harmed"));
    let wrong = typed(&house, &[("told.harm", "a lot")]).is(422).text();
    assert!(wrong.contains("is no amount with its currency"), "{wrong}");
    assert!(
        wrong.contains("a lot") && wrong.contains("The harbour office"),
        "kept"
    );
    let href = typed(&house, &[]).is(303).headers["location"]
        .to_str()
        .unwrap()
        .to_owned();
    let case = href.rsplit('/').next().unwrap().to_owned();
    let waiting = page(&house, &href, "ines").is(200).text();
    assert!(
        waiting.contains("FRD-") && waiting.contains("12 000 EUR"),
        "{waiting}"
    );
    send(&house, &format!("{href}/approve"), "sora", &[]).is(303);
    let open = page(&house, &href, "ines").is(200).text();
    for said in [
        "First assessment",
        "Bring it to another phase",
        "two people say the same",
    ] {
        assert!(open.contains(said), "{said}");
    }
    assert!(!open.contains("Let this case rest"), "not one's own");
    let words = [("phase", "Collection"), ("words", "the bank has answered")];
    send(&house, &format!("{href}/phase"), "ines", &words).is(303);
    let rest = [("reason", "a court decides first"), ("days", "30")];
    send(&house, &format!("{href}/suspend"), "sora", &rest).is(303);
    let resting = page(&house, &href, "ines").is(200).text();
    assert!(resting.contains("This case rests") && resting.contains("stands still"));
    send(&house, &format!("{href}/resume"), "ines", &[]).is(303);
    let course = house
        .get(&format!("/api/cases/{case}/course"), "ines")
        .is(200);
    assert_eq!(course.json["phase"], "Collection");
    assert_eq!(course.json["told"]["harmed"], "The harbour office");

    // Closing asks for what the type asks for, and says what is missing.
    let close =
        |body: serde_json::Value| house.post(&format!("/api/cases/{case}/close"), "sora", &body);
    close(json!({ "outcome": "over" })).is(422);
    let whole =
        json!({ "outcome": "over", "result": "unfounded", "fields": { "harm_found": "0 EUR" } });
    let left = close(whole.clone()).is(409).text();
    assert!(left.contains("Hear the other side"), "{left}");
    let tasks = house
        .get(&format!("/api/cases/{case}/tasks"), "ines")
        .is(200);
    for task in tasks.json["tasks"].as_array().unwrap() {
        let path = format!("/api/cases/{case}/tasks/{}", task["id"].as_str().unwrap());
        house
            .post(&format!("{path}/steps"), "ines", &json!({ "step": "done" }))
            .is(204);
        if task["four_eyes"] == true {
            let yes = json!({ "accepted": true });
            house
                .post(&format!("{path}/acceptance"), "sora", &yes)
                .is(204);
        }
    }
    close(whole).is(204);
    let closed = page(&house, &href, "sora").is(200).text();
    assert!(closed.contains("Outcome: Unfounded"), "{closed}");
    assert!(
        !closed.contains("Reopen this case"),
        "not for whoever closed it"
    );
    let again = [("reason", "the bank answered"), ("days", "90")];
    let refused = send(&house, &format!("{href}/reopen"), "sora", &again)
        .is(403)
        .text();
    assert!(refused.contains("closed themselves"), "{refused}");
}

#[test]
fn the_list_of_all_cases_filters_and_tells_members_of_their_own() {
    let house = House::new();
    let case = house.team_case();
    let all = |who: &str, query: &str| page(&house, &format!("/cases/all{query}"), who);
    let row = format!("/cases/{case}");
    assert!(all("ines", "").is(200).text().contains(&row));
    assert!(
        all("sora", "?stage=open&order=quiet")
            .is(200)
            .text()
            .contains(&row)
    );
    assert!(!all("sora", "?stage=closed").is(200).text().contains(&row));
    assert!(
        !all("jonas", "").is(200).text().contains(&row),
        "he is not in it"
    );
    let wrong = all("ines", "?quiet=never").is(200).text();
    assert!(wrong.contains("Write a number of days"), "{wrong}");
    page(&house, "/cases/figures", "ines").is(403);
    let figures = page(&house, "/cases/figures", "sora").is(200).text();
    assert!(figures.contains("General"), "{figures}");
    let types = page(&house, "/cases/types", "ines").is(200).text();
    assert!(types.contains("FRD-2026-0001") && types.contains("two people who say the same"));
    let listed = house
        .get("/api/cases?limit=1&order=expiring", "sora")
        .is(200);
    assert_eq!(listed.json["cases"].as_array().unwrap().len(), 1);
    house.get("/api/cases?order=best", "sora").is(422);
    house.get("/api/cases?after=here", "sora").is(422);
    let types = house.get("/api/case-types", "ines").is(200);
    assert_eq!(types.json["types"][1]["judges"], 2);
}
