//! The rules: shown to whoever asks, and every decision of the log made again by the rules of its day.

use domain::audit::EntryKind;

use crate::house::opened;
use crate::routes::{Stage, listed};

#[test]
fn secu_05_a_hundred_logged_decisions_come_out_alike_when_they_are_replayed_c1() {
    let mut stage = Stage::set();
    // Whatever can be read, as everybody: allowed and refused, by membership, role, stage, reason and scope.
    let reading: Vec<_> = listed()
        .into_iter()
        .filter(|route| !route.changes() && !route.path.contains("replay"))
        .collect();
    for who in ["ines", "rolf", "jonas", "sora", "aude", "ada"] {
        for route in &reading {
            stage.ask(route, who, None);
        }
    }
    // Other rules from now on: with a pack, so that two versions stand in the log.
    let first = stage.house.desk.policy_version().to_owned();
    let house = &mut stage.house;
    let data = house.folder.path().join("data");
    std::fs::write(data.join("policy.toml"), "packs = [\"newsroom\"]\n").unwrap();
    let empty = tempfile::tempdir().unwrap();
    house.desk = opened(&empty, &house.clock);
    house.router = axum::Router::new();
    house.desk = opened(&house.folder, &house.clock);
    house.router = web::router(house.desk.clone(), web::Settings::default());
    house.sign_in_again();
    let second = house.desk.policy_version().to_owned();
    assert!(second.starts_with("base+newsroom@") && first != second);
    for who in ["ines", "jonas"] {
        for route in &reading {
            stage.ask(route, who, None);
        }
    }
    let house = &stage.house;
    let search = format!("/api/cases/{}/search", stage.case);
    let asked = serde_json::json!({ "text": "Aldgrund" });
    let refused = house.post(&search, "ines", &asked).is(403);
    assert_eq!(refused.reason(), "newsroom.press-exemption");

    let path = "/api/policy/replay?purpose=lawfulness&entries=5000";
    let replayed = house.get(path, "aude").is(200).json;
    let alike = replayed["alike"].as_u64().unwrap();
    assert!(alike >= 100, "{replayed}");
    assert_eq!(replayed["differing"], serde_json::json!([]), "{replayed}");
    let versions = replayed["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 2, "{versions:?}");
    let (mut done, mut refused) = (0u64, 0u64);
    for (number, entry) in house.entries(None) {
        assert!(entry.policy.contains('@'), "entry {number} names no policy");
        if entry.decided_on.is_some() {
            assert!(!entry.rules.is_empty(), "entry {number} names no rule");
            match entry.kind {
                EntryKind::Refusal => refused += 1,
                _ => done += 1,
            }
        }
    }
    assert!(
        done >= 50 && refused >= 50,
        "{done} done, {refused} refused"
    );
    house.get("/api/policy/replay", "aude").is(403);
    house.get(path, "ines").is(403);
}

#[test]
fn everybody_can_read_the_rules() {
    let house = crate::house::House::new();
    let policy = house.get("/api/policy", "ines").is(200).json;
    assert_eq!(policy["version"], house.desk.policy_version());
    let rules = policy["rules"].as_array().unwrap();
    let forbids = rules.iter().filter(|rule| rule["forbids"] == true);
    for rule in forbids {
        for part in ["rule", "says", "remedy", "source"] {
            assert!(!rule[part].as_str().unwrap().is_empty(), "{rule}");
        }
    }
}
