//! A wall clock that jumps while the service runs: what has ended stays ended, limits hold, nothing is erased, and the log
//! keeps its order.

use domain::time::Moment;
use domain::timekeeping::Standing;
use serde_json::{Value, json};

use crate::house::{House, PASSWORD};
use crate::screens::{page, send};
use crate::sign_in::{signs_in, token_of, with};

const HOUR: i64 = 3_600;
const YEAR: i64 = 365 * 86_400;
const JUMPS: [i64; 3] = [-HOUR, 10 * YEAR, -25 * YEAR];

/// Lets the wall clock alone jump, over HTTP.
fn jump(house: &House, seconds: i64) {
    let shows = house.get("/api/clock", "ada").is(200).json["shows"]
        .as_str()
        .unwrap()
        .to_owned();
    let to = Moment::from_rfc3339(&shows).unwrap().plus_seconds(seconds);
    let body = json!({ "to": to.to_rfc3339(), "jump": true });
    house.post("/api/test-clock", "ada", &body).is(204);
}

fn status(house: &House, token: &str) -> u16 {
    with(house, token, "GET", "/api/me", &Value::Null)
        .status
        .as_u16()
}

fn tries(house: &House, name: &str, password: &str) -> u16 {
    let body = json!({ "name": name, "password": password });
    house.post("/api/session", "nobody", &body).status.as_u16()
}

fn in_order(house: &House) {
    let times: Vec<String> = house
        .entries(None)
        .into_iter()
        .map(|(_, entry)| entry.at)
        .collect();
    assert!(times.len() > 20);
    let order = times.windows(2).find(|pair| pair[0] > pair[1]);
    assert_eq!(order, None, "the log's times run backwards");
}

#[test]
fn tm_01_no_dead_session_lives_again_and_locks_and_limits_hold_c1() {
    let mut house = House::new();
    let token = token_of(&signs_in(&house, "kai").is(201));
    let left = token_of(&signs_in(&house, "rolf").is(201));
    // One has been dead for ten minutes: a clock that is set back by an hour must not wake it.
    house.clock.forward_minutes(8 * 60 + 10);
    house.sign_in_again();
    let living = token_of(&signs_in(&house, "kai").is(201));
    for _ in 0..10 {
        assert_eq!(tries(&house, "rolf", "a wrong password"), 401);
    }
    assert_eq!(tries(&house, "rolf", PASSWORD), 429, "locked");
    for seconds in JUMPS {
        jump(&house, seconds);
        assert_eq!(status(&house, &token), 401, "{seconds}");
        assert_eq!(status(&house, &left), 401, "{seconds}");
        assert_eq!(status(&house, &living), 200, "{seconds}");
        assert_eq!(tries(&house, "rolf", PASSWORD), 429, "{seconds}");
        house.clock.forward_minutes(1);
        jump(&house, -seconds);
        assert_eq!(status(&house, &token), 401, "back from {seconds}");
        assert_eq!(tries(&house, "rolf", PASSWORD), 429, "back from {seconds}");
    }
    // Time that has passed, and nothing else, ends both.
    jump(&house, -HOUR);
    house.clock.forward_minutes(13);
    assert_eq!(tries(&house, "rolf", PASSWORD), 201);
    house.clock.forward_minutes(8 * 60);
    assert_eq!(status(&house, &living), 401);
    house.sign_in_again();
    in_order(&house);
}

#[test]
fn tm_01_nothing_is_erased_by_a_jump_until_a_person_confirms_c2() {
    let mut house = House::new();
    let notice = house.folder.path().join("data").join("tips.txt");
    std::fs::write(notice, "Two people read it.").unwrap();
    let told = json!({ "words": "The dredger is never there." });
    house.post("/api/tips", "nobody", &told).is(201);
    let health = |house: &House| {
        let health = house.get("/api/health", "nobody").is(200).json;
        health["clock"].as_str().unwrap().to_owned()
    };
    let waiting = |house: &House| {
        let tips = house.get("/api/tips", "sora").is(200).json;
        tips["waiting"].as_array().unwrap().len()
    };
    assert_eq!((health(&house).as_str(), waiting(&house)), ("together", 1));
    for (seconds, word) in [(10 * YEAR, "ahead"), (-25 * YEAR, "behind")] {
        jump(&house, seconds);
        assert_eq!(health(&house), word);
        assert_eq!(house.desk.erase_due_tips().unwrap(), 0);
        assert_eq!(waiting(&house), 1);
        jump(&house, -seconds);
        assert_eq!(health(&house), "together", "a jump that is undone is over");
    }
    jump(&house, 10 * YEAR);
    let read = house.get("/api/clock", "ada").is(200).json;
    assert_eq!(read["standing"], "ahead");
    assert!(read["seconds"].as_i64().unwrap() >= 10 * YEAR - 1, "{read}");
    house.get("/api/clock", "sora").is(403);
    let shows = json!({ "shows": read["shows"] });
    house.post("/api/clock", "sora", &shows).is(403);
    let other = json!({ "shows": read["now"] });
    house.post("/api/clock", "ada", &other).is(409);
    assert_eq!(house.desk.erase_due_tips().unwrap(), 0);
    let people = page(&house, "/users", "ada").is(200).text();
    assert!(
        people.contains("jumped ahead and is not believed"),
        "{people}"
    );
    // What is lived through meanwhile is kept by the count of time passed.
    house.clock.forward_minutes(5);
    send(
        &house,
        "/clock",
        "ada",
        &[("shows", read["shows"].as_str().unwrap())],
    )
    .is(303);
    assert_eq!(house.desk.clock_standing(), Standing::Together);
    house.get("/api/clock", "ada").is(401);
    house.sign_in_again();
    house.post("/api/clock", "ada", &shows).is(409);
    assert_eq!(house.desk.erase_due_tips().unwrap(), 1, "now it is due");
    assert_eq!(waiting(&house), 0);
    let confirmed = house.entries(None).into_iter().any(|(_, entry)| {
        entry.act == "confirm_clock" && entry.objects.contains(&"was:ahead".to_owned())
    });
    assert!(confirmed, "the log says who confirmed it and from where");
    in_order(&house);
}
