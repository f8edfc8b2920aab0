//! Records joined by several people at once, and by a server that is killed meanwhile.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use domain::id::RecordId;
use serde_json::{Value, json};

use crate::chance::Chance;
use crate::house::{Case, House, company};
use crate::http::{Body, ask};
use crate::program::{Serving, rest};

/// A house with so many companies, served, and Ines's open case.
fn companies(test: &str, count: usize) -> Option<(House, Vec<RecordId>)> {
    let house = House::new(test)?;
    let all: Vec<Value> = (0..count)
        .map(|number| {
            company(
                &format!("k{number}"),
                &format!("Quay {number} Ltd"),
                "active",
            )
        })
        .collect();
    house.load(&house.delivery("all", &all), false).unwrap();
    let database = house.database();
    let mut statement = database
        .prepare("SELECT id FROM record WHERE key = ?1")
        .unwrap();
    let ids = (0..count).map(|number| {
        let key = format!("k{number}");
        let bytes: Vec<u8> = statement.query_row([key], |row| row.get(0)).unwrap();
        RecordId::from_bytes(bytes.try_into().unwrap())
    });
    let ids = ids.collect();
    drop(statement);
    Some((house, ids))
}

/// Says something of a pair; gives the status.
fn judge(serving: &Serving, case: &Case, token: &str, pair: [RecordId; 2], verdict: &str) -> u16 {
    let given = json!({ "a": pair[0].to_string(), "b": pair[1].to_string(), "verdict": verdict,
        "reason": "one seat and number" });
    let path = case.path("judgements");
    serving.post(&path, token, given).status
}

/// The members of a record's identity, in order.
fn members(serving: &Serving, case: &Case, record: RecordId) -> Vec<String> {
    let path = case.path(&format!("identities/{record}"));
    let page = serving.get(&path, &case.ines).expect(200);
    let members = page["members"].as_array().unwrap().iter();
    let mut ids: Vec<String> = members
        .map(|member| member["record"].as_str().unwrap().to_owned())
        .collect();
    ids.sort_unstable();
    ids
}

/// Lets Jonas into Ines's case with a reason of his own; gives his token.
fn jonas(serving: &Serving, case: &Case) -> String {
    let token = serving.sign_in("jonas");
    let me = serving.get("/api/me", &token).expect(200);
    let path = case.path(&format!("members/{}", me["id"].as_str().unwrap()));
    let rank = Body::Json(json!({ "rank": "contributor" }));
    serving
        .ask("PUT", &path, Some(&case.ines), rank)
        .expect(204);
    let reason = Body::Json(json!({ "line": "ownership", "settles": "who owns the bidder" }));
    serving
        .ask("PUT", &case.path("reason"), Some(&token), reason)
        .expect(204);
    token
}

/// Two hundred times two people join A with B and B with C at once, at moments apart by chance. In every third schedule
/// A and C were judged different, so that only one of the two can be right.
#[test]
fn mg_01_two_hundred_schedules_of_two_joins_come_out_as_in_some_order_c1() {
    const SCHEDULES: usize = 200;
    let Some((house, ids)) = companies("mg_01", 3 * SCHEDULES) else {
        return;
    };
    let mut chance = Chance::new(20_261_128);
    let serving = house.serve();
    let case = Case::open(&serving);
    let jonas = jonas(&serving, &case);
    let (mut said, mut conflicts) = (0, 0);
    for (number, records) in ids.chunks(3).enumerate() {
        let [a, b, c] = [records[0], records[1], records[2]];
        let parted = number % 3 == 0;
        if parted {
            assert_eq!(judge(&serving, &case, &case.ines, [a, c], "different"), 201);
            said += 1;
        }
        let waits = [0, 1].map(|_| chance.moment(Duration::from_millis(4)));
        let barrier = Barrier::new(2);
        let statuses = std::thread::scope(|scope| {
            let tries = [(&case.ines, [a, b]), (&jonas, [b, c])];
            let handles: Vec<_> = tries
                .into_iter()
                .zip(waits)
                .map(|((token, pair), wait)| {
                    let (barrier, serving, case) = (&barrier, &serving, &case);
                    scope.spawn(move || {
                        barrier.wait();
                        rest(wait);
                        judge(serving, case, token, pair, "same")
                    })
                })
                .collect();
            let ended = handles.into_iter().map(|handle| handle.join().unwrap());
            ended.collect::<Vec<u16>>()
        });
        let names = |records: &[RecordId]| {
            let mut names: Vec<String> = records.iter().map(ToString::to_string).collect();
            names.sort_unstable();
            names
        };
        // Of both orders: all three are one, or whoever came first is right and the other is told of the conflict.
        let expected = match (parted, statuses.as_slice()) {
            (false, [201, 201]) => [vec![a, b, c], vec![a, b, c], vec![a, b, c]],
            (true, [201, 409]) => [vec![a, b], vec![a, b], vec![c]],
            (true, [409, 201]) => [vec![a], vec![b, c], vec![b, c]],
            other => panic!("schedule {number}: {other:?}"),
        };
        conflicts += usize::from(parted);
        said += statuses.iter().filter(|status| **status == 201).count();
        for (record, expected) in [a, b, c].into_iter().zip(expected) {
            let found = members(&serving, &case, record);
            assert_eq!(found, names(&expected), "schedule {number}");
        }
    }
    assert!(conflicts > 60);
    let kept: i64 = house
        .database()
        .query_row("SELECT count(*) FROM judgement", [], |row| row.get(0))
        .unwrap();
    assert_eq!(usize::try_from(kept).unwrap(), said, "no decision is lost");
}

/// The status of the last company's finding, so that splitting has something to tell.
fn cite(serving: &Serving, case: &Case, record: RecordId) {
    let path = case.path(&format!("records/{record}"));
    let page = serving.get(&path, &case.ines).expect(200);
    let said = page["statements"].as_array().unwrap().iter();
    let status = said
        .into_iter()
        .find(|said| said["property"] == "status")
        .unwrap();
    let text = format!("It trades [[{}]].", status["id"].as_str().unwrap());
    let note = json!({ "kind": "fact", "title": "In business", "text": text });
    serving
        .post(&case.path("notes"), &case.ines, note)
        .expect(201);
}

/// Rows of a question to the database.
fn count(house: &House, sql: &str) -> i64 {
    house
        .database()
        .query_row(sql, [], |row| row.get(0))
        .unwrap()
}

/// What is kept of judgements, of their entries in the log, and of what cases were told of them.
fn kept(house: &House) -> [i64; 3] {
    let entries =
        "SELECT count(*) FROM log_entry WHERE json_extract(CAST(body AS TEXT), '$.act') = 'judge'
        AND json_extract(CAST(body AS TEXT), '$.outcome') = 'done'";
    [
        count(house, "SELECT count(*) FROM judgement"),
        count(house, entries),
        count(
            house,
            "SELECT count(*) FROM alert WHERE judgement IS NOT NULL",
        ),
    ]
}

/// Two identities of two records each are joined, and split again, forty times over; the server is killed at a moment by
/// chance between the request and a little after its answer.
#[test]
fn cr_07_a_join_killed_at_any_moment_is_done_everywhere_or_nowhere_c1() {
    const ROUNDS: usize = 40;
    let Some((house, ids)) = companies("cr_07", 4) else {
        return;
    };
    let mut chance = Chance::new(20_261_129);
    let serving = house.serve();
    let mut case = Case::open(&serving);
    let [a, b, c, d] = [ids[0], ids[1], ids[2], ids[3]];
    for pair in [[a, b], [c, d]] {
        assert_eq!(judge(&serving, &case, &case.ines, pair, "same"), 201);
    }
    for record in [a, d] {
        cite(&serving, &case, record);
    }
    let began = Instant::now();
    assert_eq!(judge(&serving, &case, &case.ines, [b, c], "same"), 201);
    assert_eq!(judge(&serving, &case, &case.ines, [b, c], "unsure"), 201);
    // How long after the request the kill comes at most; it follows what happens, so that kills fall on both sides.
    let mut most = began.elapsed();
    serving.kill();
    let (mut cut, mut joined) = (0, false);
    for round in 0..ROUNDS {
        let before = kept(&house);
        let serving = house.serve();
        case = case.again(&serving);
        let verdict = if joined { "unsure" } else { "same" };
        let (server, path, token) = (serving.address, case.path("judgements"), case.ines.clone());
        let given = json!({ "a": b.to_string(), "b": c.to_string(), "verdict": verdict,
            "reason": "one seat and number" });
        let asked = std::thread::spawn(move || {
            let answer = ask(server, "POST", &path, Some(&token), Body::Json(given));
            answer.is_ok_and(|answer| answer.status == 201)
        });
        rest(chance.moment(most));
        serving.kill();
        let answered = asked.join().unwrap();
        let serving = house.serve();
        case = case.again(&serving);
        let after = kept(&house);
        let done = after[0] - before[0];
        assert!(
            done == 1 || done == 0 && !answered,
            "round {round}: {after:?}"
        );
        assert_eq!(
            after[1] - before[1],
            done,
            "round {round}: the log says which"
        );
        let told = if joined { done } else { 0 };
        assert_eq!(after[2] - before[2], told, "round {round}: alerts");
        joined ^= done == 1;
        cut += i64::from(done == 0);
        most = if done == 1 {
            most * 3 / 4
        } else {
            most * 4 / 3
        };
        let expected = if joined { 4 } else { 2 };
        for record in [a, b, c, d] {
            let found = members(&serving, &case, record);
            assert_eq!(found.len(), expected, "round {round}: the graph");
        }
        let name = |number: usize| format!("Quay {number} Ltd");
        assert_eq!(
            case.search(&serving, &name(0))[0],
            a.to_string(),
            "the index"
        );
        serving.kill();
        house.check();
    }
    println!("{cut} of {ROUNDS} were killed before they were done");
    assert!(cut >= 5, "only {cut} kills met the work");
    assert!(cut <= 35, "hardly any was done");
}
