//! Tables of a PostgreSQL server: read whole, and followed change by change past kills of the program and of the server.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::chance::Chance;
use crate::house::House;
use crate::postgres_server::{Postgres, WORD};
use crate::program::{Serving, rest, within};

const MAPPING: &str = "
register:
  queries:
    - files: [companies.csv, query.csv]
      entities:
        company:
          schema: Company
          keys: [id]
          properties:
            name: {column: name}
            status: {column: status}
";

const TABLE: &str =
    "CREATE TABLE companies (id integer PRIMARY KEY, name text NOT NULL, status text, long text);
    GRANT SELECT ON companies TO reader; CREATE PUBLICATION register FOR TABLE companies";

struct Place {
    house: House,
    server: Postgres,
}

impl Place {
    fn new(test: &str) -> Option<Self> {
        let house = House::new(test)?;
        let server = Postgres::start(test)?;
        server.run(TABLE);
        std::fs::create_dir_all(house.data.join("secrets")).unwrap();
        std::fs::write(house.data.join("secrets/reader"), WORD).unwrap();
        std::fs::write(house.folder.path().join("mapping.yml"), MAPPING).unwrap();
        Some(Self { house, server })
    }

    fn reach(&self) -> String {
        format!("127.0.0.1:{}", self.server.port)
    }

    fn follow(&self, by: &str, wants: &str) -> crate::program::Ended {
        let mapping = self.house.folder.path().join("mapping.yml");
        let (address, reach) = (self.server.address(wants), self.reach());
        let words = [
            "source",
            "follow",
            "live",
            "--dataset",
            "register",
            "--by",
            by,
            "--at",
            &address,
            "--secret",
            "file:reader",
            "--period",
            "1",
            "--reach",
            &reach,
            "--mapping-file",
            mapping.to_str().unwrap(),
        ];
        self.house.act("dara", &words)
    }

    fn serve(&self) -> Run {
        let words = ["--reach", &self.reach()];
        let serving = self.house.program.serve_with(&self.house.data, &words, &[]);
        let dara = serving.sign_in("dara");
        Run { serving, dara }
    }

    /// What the register says now, as `key=status`.
    fn says(&self) -> BTreeSet<String> {
        let sql = "SELECT n.value || '=' || s.value FROM statement s JOIN statement n ON n.record = s.record
            WHERE s.property = 'status' AND n.property = 'name'
            AND NOT EXISTS (SELECT 1 FROM statement_end e WHERE e.record = s.record AND e.statement = s.id)
            AND NOT EXISTS (SELECT 1 FROM statement_end e WHERE e.record = n.record AND e.statement = n.id)";
        let database = self.house.database();
        let mut statement = database.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// What the table says now.
    fn table(&self) -> BTreeSet<String> {
        let rows = self
            .server
            .run("SELECT name || '=' || status FROM companies");
        rows.lines().map(str::to_owned).collect()
    }

    fn agree(&self) -> bool {
        self.says() == self.table()
    }
}

/// The service, with Dara signed in.
struct Run {
    serving: Serving,
    dara: String,
}

impl Run {
    /// How the source stands.
    fn told(&self) -> Value {
        let found = self.serving.get("/api/sources", &self.dara).expect(200);
        let source = found["sources"][0]["id"].as_str().unwrap().to_owned();
        self.serving
            .get(&format!("/api/sources/{source}"), &self.dara)
            .expect(200)
    }

    fn kill(self) {
        self.serving.kill();
    }
}

#[test]
fn tables_of_postgresql_are_read_whole_and_again_when_they_say_something_else() {
    let Some(place) = Place::new("postgresql_tables") else {
        return;
    };
    place.server.run(
        "INSERT INTO companies SELECT n, 'Company ' || n, 'active' FROM generate_series(1, 300) n",
    );
    let said = place.follow("postgres", "table=companies&where=x").bad();
    assert!(said.contains("address"), "{said}");
    let wants =
        "query=SELECT+id,+name,+status+FROM+companies+WHERE+status+%3C%3E+'hidden'+ORDER+BY+id";
    place.follow("postgres", wants).good();
    let serving = place.serve();
    assert!(within(Duration::from_secs(60), || place.says().len() == 300));
    place.server.run("UPDATE companies SET status = 'struck off' WHERE id = 7; DELETE FROM companies WHERE id = 8");
    assert!(
        within(Duration::from_secs(60), || place.agree()),
        "{:?}",
        serving.told()
    );
    assert_eq!(House::published(&place.house.database()), 2);
    rest(Duration::from_millis(2500));
    assert_eq!(
        House::published(&place.house.database()),
        2,
        "what says the same is no release"
    );
    serving.kill();
    place.house.check();
}

#[test]
fn a_question_that_is_more_than_one_is_refused_by_the_server() {
    let Some(place) = Place::new("postgresql_questions") else {
        return;
    };
    let wants = "query=SELECT+1;+COMMIT;+DROP+TABLE+companies";
    place.follow("postgres", wants).good();
    let serving = place.serve();
    assert!(within(Duration::from_secs(60), || {
        serving.told()["failure"]
            .as_str()
            .unwrap()
            .contains("42601")
    }));
    assert_eq!(
        place.server.run("SELECT count(*) FROM companies"),
        "0",
        "the table is there"
    );
    serving.kill();
}

/// One row counts up, others come, change, take another key and go, while the program is killed and the server restarts.
#[test]
fn changes_of_postgresql_are_taken_exactly_once_past_kills() {
    let Some(mut place) = Place::new("postgresql_changes") else {
        return;
    };
    place.server.run(
        "INSERT INTO companies SELECT n, 'Company ' || n, 'active' FROM generate_series(0, 99) n",
    );
    place.follow("replication", "publication=register").good();
    let mut chance = Chance::new(20_261_128);
    let mut counted = 0;
    for round in 0..12 {
        let serving = place.serve();
        let mut session = place.server.session();
        let mut input = session.stdin.take().unwrap();
        for number in 0..40 {
            counted += 1;
            let id = 1 + (round * 40 + number) % 120;
            let other = 1000 + round * 40 + number;
            let sql = match number % 4 {
                0 => format!("UPDATE companies SET status = 's{counted}' WHERE id = {id};"),
                1 => format!("INSERT INTO companies VALUES ({other}, 'Company {other}', 'new');"),
                2 => format!("DELETE FROM companies WHERE id = {};", other - 41),
                _ => format!(
                    "UPDATE companies SET id = {}, name = 'Company {0}' WHERE id = {};",
                    other + 5000,
                    other - 2
                ),
            };
            writeln!(
                input,
                "BEGIN; UPDATE companies SET status = 'count {counted}' WHERE id = 0; {sql} COMMIT;"
            )
            .unwrap();
            if number == 20 {
                rest(chance.moment(Duration::from_millis(400)));
            }
        }
        drop(input);
        if round % 3 == 2 {
            assert!(session.wait().unwrap().success());
            rest(chance.moment(Duration::from_millis(300)));
            serving.kill();
        } else {
            rest(chance.moment(Duration::from_millis(500)));
            serving.kill();
            assert!(session.wait().unwrap().success());
        }
        if round == 6 {
            place.server.restart();
        }
    }
    let serving = place.serve();
    let ended = within(Duration::from_secs(120), || place.agree());
    assert!(
        ended,
        "{:?}\n{:?}\n{:?}",
        serving.told(),
        place.says(),
        place.table()
    );
    serving.kill();
    // Every value of the row that counted was there once, in order, none twice and none left out.
    let database = place.house.database();
    let sql = "SELECT s.value FROM statement s JOIN record r ON r.number = s.record JOIN statement n ON n.record = s.record
        WHERE s.property = 'status' AND n.property = 'name' AND n.value = 'Company 0' ORDER BY s.began";
    let mut statement = database.prepare(sql).unwrap();
    let values: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let from = values
        .iter()
        .position(|value| value.starts_with("count "))
        .unwrap();
    let first: u32 = values[from].trim_start_matches("count ").parse().unwrap();
    let wanted: Vec<String> = (first..=counted)
        .map(|number| format!("count {number}"))
        .collect();
    assert_eq!(&values[from..], wanted.as_slice());
    assert!(
        first <= 41,
        "the first reading of the table came before the first kill: {first}"
    );
    place.house.check();
}

#[test]
fn long_values_that_did_not_change_stay_and_an_emptied_table_is_read_anew() {
    let Some(place) = Place::new("postgresql_long") else {
        return;
    };
    // A long name is kept apart by the server, and not said again where it did not change.
    place
        .server
        .run("ALTER TABLE companies ALTER COLUMN name SET STORAGE EXTERNAL");
    place.server.run(
        "INSERT INTO companies VALUES (1, 'A long name' || repeat(' of a house', 400), 'active')",
    );
    place
        .follow("replication", "publication=register&slot=mine")
        .good();
    let serving = place.serve();
    assert!(within(Duration::from_secs(60), || place.agree()
        && place.says().len() == 1));
    place
        .server
        .run("UPDATE companies SET status = 'struck off' WHERE id = 1");
    assert!(
        within(Duration::from_secs(60), || place.agree()),
        "{:?}",
        serving.told()
    );
    place
        .server
        .run("ALTER TABLE companies REPLICA IDENTITY FULL");
    place
        .server
        .run("UPDATE companies SET status = 'active again' WHERE id = 1");
    assert!(
        within(Duration::from_secs(60), || place.agree()),
        "{:?}",
        serving.told()
    );
    place
        .server
        .run("TRUNCATE companies; INSERT INTO companies VALUES (2, 'Other', 'active')");
    assert!(
        within(Duration::from_secs(60), || place.agree()),
        "{:?}",
        serving.told()
    );
    let told = serving.told();
    assert!(
        told["notices"][0]["words"]
            .as_str()
            .unwrap()
            .contains("emptied"),
        "{told}"
    );
    serving.kill();
    place.house.check();
}

#[test]
fn an_altered_table_and_a_lost_slot_are_noticed_said_and_closed() {
    let Some(place) = Place::new("postgresql_gaps") else {
        return;
    };
    place.server.run(
        "INSERT INTO companies SELECT n, 'Company ' || n, 'active' FROM generate_series(1, 30) n",
    );
    place.follow("replication", "publication=register").good();
    let serving = place.serve();
    assert!(within(Duration::from_secs(60), || place.agree()));
    // A new column is told of, and taking goes on.
    place.server.run("ALTER TABLE companies ADD COLUMN founded text; UPDATE companies SET status = 'a' WHERE id = 1");
    assert!(
        within(Duration::from_secs(60), || place.agree()),
        "{:?}",
        serving.told()
    );
    assert!(
        serving.told()["notices"][0]["words"]
            .as_str()
            .unwrap()
            .contains("it now has `founded`")
    );
    // A column that is gone stops it until a steward has looked.
    place.server.run("ALTER TABLE companies RENAME COLUMN status TO state; UPDATE companies SET state = 'b' WHERE id = 2");
    assert!(
        within(Duration::from_secs(60), || serving.told()["paused"] == true),
        "{:?}",
        serving.told()
    );
    let told = serving.told();
    assert!(
        told["notices"][0]["words"]
            .as_str()
            .unwrap()
            .contains("no longer has `status`"),
        "{told}"
    );
    assert!(
        place.says().contains("Company 2=active"),
        "nothing was taken from a table that looks otherwise"
    );
    place.server.run("ALTER TABLE companies RENAME COLUMN state TO status; UPDATE companies SET status = 'c' WHERE id = 2");
    serving.kill();
    place.server.slot_rests();
    // The slot is dropped while nobody looks, and something changes.
    place
        .server
        .run("SELECT pg_drop_replication_slot('predicate')");
    place.server.run(
        "UPDATE companies SET status = 'unseen' WHERE id = 3; DELETE FROM companies WHERE id = 4",
    );
    place
        .house
        .act("dara", &["source", "resume", "live"])
        .good();
    let serving = place.serve();
    assert!(
        within(Duration::from_secs(60), || place.agree()),
        "{:?}",
        serving.told()
    );
    let told = serving.told();
    let gap = told["notices"]
        .as_array()
        .unwrap()
        .iter()
        .find(|notice| notice["kind"] == "gap")
        .unwrap();
    assert!(
        gap["words"].as_str().unwrap().contains("is no more"),
        "{told}"
    );
    assert!(
        gap["ended"].is_string(),
        "the new reading closed it: {told}"
    );
    place
        .server
        .run("UPDATE companies SET status = 'seen' WHERE id = 3");
    assert!(
        within(Duration::from_secs(60), || place.agree()),
        "{:?}",
        serving.told()
    );
    serving.kill();
    // Somebody else takes changes from our slot.
    place.server.slot_rests();
    place
        .server
        .run("UPDATE companies SET status = 'taken by another' WHERE id = 5");
    place
        .server
        .run("SELECT pg_replication_slot_advance('predicate', pg_current_wal_lsn())");
    let serving = place.serve();
    assert!(
        within(Duration::from_secs(60), || place.agree()),
        "{:?}",
        serving.told()
    );
    assert!(
        serving.told()["notices"][0]["words"]
            .as_str()
            .unwrap()
            .contains("somebody else"),
        "{:?}",
        serving.told()
    );
    serving.kill();
    place.house.check();
    assert!(
        Path::new(&place.house.data)
            .join("incoming")
            .read_dir()
            .unwrap()
            .next()
            .is_none(),
        "nothing is left over"
    );
}
