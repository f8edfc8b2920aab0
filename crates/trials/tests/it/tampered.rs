//! One byte of a stored entry, or of a tile, is changed by somebody who has the disk.

use std::path::Path;

use rusqlite::Connection;

use crate::house::House;

/// Entries of the log before it is tampered with.
const ENTRIES: i64 = 1_000;
/// The entry that is changed, counted from 1 as the program does.
const CHANGED: i64 = 400;

fn newest(database: &Connection) -> i64 {
    let sql = "SELECT max(number) FROM log_entry";
    database.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Reads until the log has its thousand entries; gives its public key.
fn fill(house: &House) -> String {
    let serving = house.serve();
    let key = House::key(&serving);
    let token = serving.sign_in("sora");
    let database = house.database();
    while newest(&database) < ENTRIES {
        for _ in 0..50 {
            serving.get("/api/cases", &token).expect(200);
        }
    }
    serving.kill();
    house.check();
    house.verify(&key).good();
    key
}

/// Changes one byte of a file; gives what it was.
fn change(path: &Path, at: usize) -> Vec<u8> {
    let before = std::fs::read(path).unwrap();
    let mut bytes = before.clone();
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
    before
}

/// A field of entry 400 is changed in the database, then in the entry's bundle, then in the hashes over it. Each time
/// the program's own words name the entry or its tile, and nothing is wrong any more once the byte is put back.
#[test]
fn au_01_one_changed_byte_is_found_and_named_c1() {
    let Some(house) = House::new("au_01") else {
        return;
    };
    let key = fill(&house);

    let database = Connection::open(house.data.join("predicate.sqlite")).unwrap();
    let body = "SELECT body FROM log_entry WHERE number = ?1";
    let whole: Vec<u8> = database
        .query_row(body, [CHANGED], |row| row.get(0))
        .unwrap();
    let field = b"\"outcome\":\"";
    let at = whole
        .windows(field.len())
        .position(|part| part == field)
        .unwrap()
        + field.len();
    let mut changed = whole.clone();
    changed[at] ^= 1;
    let put = "UPDATE log_entry SET body = ?2 WHERE number = ?1";
    database.execute(put, (CHANGED, &changed)).unwrap();
    drop(database);
    let said = house.act("ada", &["check"]).bad();
    assert!(said.contains("entry 400"), "{said}");
    let database = Connection::open(house.data.join("predicate.sqlite")).unwrap();
    database.execute(put, (CHANGED, &whole)).unwrap();
    drop(database);
    house.check();

    // Entries are counted from 0 in tiles: entry 400 of the database is number 399, the 144th of the second tile.
    let bundle = std::fs::read(house.data.join("log/tile/entries/001")).unwrap();
    for (tile, at) in [
        ("tile/entries/001", place(&bundle, 143) + 20),
        ("tile/0/001", 143 * 32 + 5),
    ] {
        let path = house.data.join("log").join(tile);
        let before = change(&path, at);
        let said = house.verify(&key).bad();
        assert!(
            said.contains("entry 399 does not give the hash kept for it in `tile/0/001`"),
            "{tile}: {said}"
        );
        let said = house.act("ada", &["check"]).bad();
        assert!(said.contains("entry 399"), "{tile}: {said}");
        std::fs::write(&path, before).unwrap();
        house.verify(&key).good();
    }
    house.check();
}

/// Where the entry of this number begins in a bundle: two bytes of length before each.
fn place(bundle: &[u8], number: usize) -> usize {
    let length = |at: usize| usize::from(u16::from_be_bytes([bundle[at], bundle[at + 1]]));
    2 + (0..number).fold(0, |at, _| at + 2 + length(at))
}
