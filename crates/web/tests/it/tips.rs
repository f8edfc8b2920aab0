//! Tips on the screens and over the interface, from the form without a sign-in to the case.

use serde_json::json;

use crate::house::House;
use crate::screens::{page, send};

fn house() -> House {
    let house = House::new();
    let notice = house.folder.path().join("data").join("tips.txt");
    std::fs::write(notice, "Two people of the inspectorate read it.").unwrap();
    house
}

#[test]
fn a_tip_goes_from_the_open_form_to_a_case_and_its_giver_comes_back_by_a_code() {
    let house = house();
    house.team_case();
    let form = page(&house, "/tip", "").is(200);
    assert!(
        form.headers.get("set-cookie").is_none(),
        "nothing is laid with whoever writes"
    );
    assert!(
        form.text()
            .contains("Two people of the inspectorate read it.")
    );
    let empty = send(&house, "/tip", "", &[("words", ""), ("contact", "by post")]).is(422);
    assert!(empty.text().contains("by post"), "kept");
    let words = [("words", "The dredger is never there.")];
    let given = send(&house, "/tip", "", &words).is(201).text();
    let code = given
        .split("<strong>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert_eq!(code.len(), 19);

    // The queue: a supervisor sees it, an investigator only once it is theirs.
    let queue = page(&house, "/tips", "sora").is(200).text();
    assert!(queue.contains("The dredger is never there."));
    let tip = queue
        .split("href=\"/tips/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let href = format!("/tips/{tip}");
    assert!(
        !page(&house, "/tips", "ines")
            .is(200)
            .text()
            .contains("dredger")
    );
    page(&house, &href, "ines").is(404);
    page(&house, "/tips", "dara").is(403);
    send(
        &house,
        &format!("{href}/asked"),
        "sora",
        &[("words", "Which month?")],
    )
    .is(303);
    let back = send(&house, "/tip/follow", "", &[("code", code)])
        .is(200)
        .text();
    assert!(back.contains("Which month?"), "{back}");
    let added = [("code", code), ("words", "In March.")];
    send(&house, "/tip/follow", "", &added).is(200);
    assert!(
        page(&house, &href, "sora")
            .is(200)
            .text()
            .contains("In March.")
    );
    send(
        &house,
        "/tip/follow",
        "",
        &[("code", "aaaa-bbbb-cccc-dddd")],
    )
    .is(404);

    // A check for prior cases keeps what was asked and names nobody's case.
    let wrong = send(
        &house,
        &format!("{href}/prior"),
        "sora",
        &[("name", "Karlsen")],
    )
    .is(422);
    assert!(wrong.text().contains("fewer than two words"));
    let none = send(
        &house,
        &format!("{href}/prior"),
        "sora",
        &[("name", "Nobody Here")],
    )
    .is(200);
    assert!(none.text().contains("No open case seems to have it"));

    let ines = house.who("ines").user.id.to_string();
    send(&house, &format!("{href}/given"), "sora", &[("to", &ines)]).is(303);
    let form = page(&house, &format!("/cases/new?tip={tip}"), "ines")
        .is(200)
        .text();
    assert!(
        form.contains(&format!("name=\"tip\" value=\"{tip}\"")),
        "{form}"
    );
    let body = json!({
        "title": "Berth seven", "predicate": "Told, and seen in the log", "kinds": ["organisations"], "days": 9, "tip": tip,
    });
    let case = house.post("/api/cases", "ines", &body).is(201).id();
    house.post("/api/cases", "ines", &body).is(409);
    let kept = page(&house, &href, "ines").is(200).text();
    assert!(kept.contains(&format!("/cases/{case}")), "{kept}");
    let ended = send(&house, "/tip/follow", "", &[("code", code)])
        .is(200)
        .text();
    assert!(ended.contains("ended our work") && !ended.contains(&case));
}

#[test]
fn where_the_house_takes_in_no_tips_there_is_no_form_and_no_door() {
    let house = House::new();
    page(&house, "/tip", "").is(404);
    page(&house, "/tip/follow", "").is(404);
    send(&house, "/tip", "", &[("words", "x")]).is(404);
    for path in ["/api/tips", "/api/tips/follow", "/api/tips/additions"] {
        house
            .post(path, "nobody", &json!({ "words": "x", "code": "x" }))
            .is(401);
    }
}
