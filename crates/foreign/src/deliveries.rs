//! What sources deliver.

use std::fs;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;

use feeds::event;
use intake::{Account, Input, Item, Mapping, Told, look, preview, propose, tool};

/// Rows that are read of one delivery; a fuzzer learns nothing from more.
const ROWS: u64 = 200;

pub(crate) fn table(bytes: &[u8], folder: &Path) {
    told(bytes, folder, "delivery.csv");
}

pub(crate) fn workbook(bytes: &[u8], folder: &Path) {
    told(bytes, folder, "delivery.xlsx");
}

pub(crate) fn json(bytes: &[u8], folder: &Path) {
    told(bytes, folder, "delivery.json");
}

pub(crate) fn xml(bytes: &[u8], folder: &Path) {
    told(bytes, folder, "delivery.xml");
}

pub(crate) fn columns(bytes: &[u8], folder: &Path) {
    told(bytes, folder, "delivery.parquet");
}

pub(crate) fn database(bytes: &[u8], folder: &Path) {
    told(bytes, folder, "delivery.sqlite");
}

pub(crate) fn packed(bytes: &[u8], folder: &Path) {
    told(bytes, folder, "delivery");
}

/// Looks at a file as the wizard does, takes what it proposes, shows it and reads it.
fn told(bytes: &[u8], folder: &Path, name: &str) {
    let path = folder.join(name);
    assert!(fs::write(&path, bytes).is_ok(), "the folder takes no file");
    let input = Input {
        name: name.to_owned(),
        path,
    };
    let Ok(look) = look(&input, &Told::default()) else {
        return;
    };
    let written = propose(&look, "fuzz", None).write(&look);
    if let Ok(mapping) = Mapping::parse(&written) {
        let inputs = [input];
        if let Ok(shown) = preview(&inputs, &mapping, ROWS) {
            adds_up(&shown.account);
        }
        read(&inputs, &mapping);
    }
}

fn read(inputs: &[Input], mapping: &Mapping) {
    let account = intake::read(inputs, mapping, &mut |_: Item| ControlFlow::Continue(()));
    if let Ok(account) = account {
        adds_up(&account);
    }
}

fn adds_up(account: &Account) {
    assert!(
        account.adds_up(),
        "the account does not add up: {account:?}"
    );
}

/// Lines of the FollowTheMoney package: as a delivery, and through each of the tools on streams.
pub(crate) fn entities(bytes: &[u8], folder: &Path) {
    let path = folder.join("entities.jsonl");
    assert!(fs::write(&path, bytes).is_ok(), "the folder takes no file");
    let input = Input {
        name: "entities.jsonl".to_owned(),
        path,
    };
    read(&[input], &Mapping::ftm());
    let mut note = |_: &str| {};
    let mut clean = Vec::new();
    if tool::validate(&mut BufReader::new(bytes), &mut clean, &mut note).is_ok() {
        // What was cleaned is clean.
        let mut again = Vec::new();
        let told = tool::validate(&mut BufReader::new(&*clean), &mut again, &mut note);
        let told = told.map(|told| (told.refused, told.dropped));
        assert!(
            matches!(told, Ok((0, 0))) && again == clean,
            "cleaned lines were cleaned again"
        );
    }
    let _whole = tool::aggregate(&mut BufReader::new(bytes), &mut Vec::new(), &mut note);
    let _sorted = tool::aggregate_sorted(&mut BufReader::new(bytes), &mut Vec::new(), &mut note);
}

/// A mapping file, with a small table to map.
pub(crate) fn mapping(bytes: &[u8], folder: &Path) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let _changes = Mapping::parse_changes(text, "change");
    let Ok(mapping) = Mapping::parse(text) else {
        return;
    };
    let path = folder.join("table.csv");
    let rows = "id,name,country,date\n1,Harbour Works Ltd,gb,2021-03-04\n2,,xx,04/03/21\n";
    assert!(fs::write(&path, rows).is_ok(), "the folder takes no file");
    let mut names: Vec<String> = mapping.addresses();
    names.push("table.csv".to_owned());
    let inputs: Vec<Input> = names
        .into_iter()
        .map(|name| Input {
            name,
            path: path.clone(),
        })
        .collect();
    if let Ok(shown) = preview(&inputs, &mapping, ROWS) {
        adds_up(&shown.account);
    }
}

/// A push: the first line is its media type, the rest its body.
pub(crate) fn event(bytes: &[u8], _: &Path) {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (media_type, body) = bytes.split_at(at);
    let media_type = String::from_utf8_lossy(media_type).into_owned();
    let header = |name: &str| match name {
        "content-type" => Some(media_type.clone()),
        _ => None,
    };
    let _sent = event::opened(&header, body.to_vec());
}

/// Messages of a server's log, each behind its length in one byte.
pub(crate) fn replication(bytes: &[u8], _: &Path) {
    let mut messages = Vec::new();
    let mut rest = bytes;
    while let Some((length, behind)) = rest.split_first() {
        let (message, further) = behind.split_at(usize::from(*length).min(behind.len()));
        messages.push(message);
        rest = further;
    }
    let _understood = feeds::postgres::understood(&messages);
}
