//! A delivery that is killed while it is loaded, fifty times.

use std::io::Read as _;
use std::process::Child;
use std::time::Duration;

use serde_json::Value;

use crate::chance::Chance;
use crate::house::{House, company};
use crate::program::kill_after;

/// Records of the delivery.
const RECORDS: u64 = 100_000;

/// Version `version` of the delivery: one record in eight says something new each time.
fn version(version: u64) -> Vec<Value> {
    let said = |number: u64| version - version.min((version + number) % 8);
    (0..RECORDS)
        .map(|number| {
            let status = format!("as of version {}", said(number));
            company(&format!("k{number}"), &format!("Company {number}"), &status)
        })
        .collect()
}

/// What a child that has ended wrote to standard error.
fn said(child: &mut Child) -> String {
    let mut text = String::new();
    let read = child.stderr.take().unwrap().read_to_string(&mut text);
    read.map_or_else(|error| error.to_string(), |_| text)
}

/// `source load` is killed fifty times at random moments; between two kills the server is started, as after a crash.
/// A version that got through in spite of the kills is followed by the next.
#[test]
fn cr_01_a_delivery_killed_fifty_times_is_there_once_c1_c2() {
    let Some(house) = House::new("cr_01") else {
        return;
    };
    let mut chance = Chance::new(20_261_101);
    house
        .load(&house.delivery("v0", &version(0)), false)
        .unwrap();
    let file = house.delivery("v1", &version(1));
    let began = std::time::Instant::now();
    house.load(&file, false).unwrap();
    let most = began.elapsed() * 9 / 10;
    let (mut turn, mut through) = (2, 0);
    let mut file = house.delivery("v2", &version(2));
    for round in 0..50 {
        let mut child = house.start_loading(&file, false);
        let ended = kill_after(&mut child, chance.moment(most));
        let serving = house.serve();
        assert!(
            serving.took < Duration::from_secs(30),
            "round {round}: a start took {:?}",
            serving.took
        );
        serving.kill();
        if let Some(status) = ended {
            assert!(status.success(), "round {round}: {}", said(&mut child));
            through += 1;
            turn += 1;
            file = house.delivery(&format!("v{turn}"), &version(turn));
        }
    }
    println!("{through} of 50 loads were faster than their kill");
    assert!(through <= 30, "too few kills met the load at work");
    house.check();
    house.load(&file, false);
    house.check();
    // The next version tells of each record delivered so far: none is new, none is gone, none is there twice.
    let next = house.delivery("last", &version(turn + 1));
    let receipt = house.load(&next, false).unwrap();
    let figure = |name: &str| receipt[name].as_u64().unwrap();
    assert_eq!(
        (figure("taken"), figure("added"), figure("withdrawn")),
        (RECORDS, 0, 0)
    );
    assert_eq!(figure("altered") + figure("unchanged"), RECORDS);
    let database = house.database();
    let sql = "SELECT count(*), count(DISTINCT key) FROM record";
    let counted: (i64, i64) = database
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let records = i64::try_from(RECORDS).unwrap();
    assert_eq!(counted, (records, records));
    house.check();
}
