//! A monitor that keeps every head and tile it saw, of a server that is killed fifty times under load.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::tlog::{Checkpoint, SignedNote, TileId, TileLevel, VerifierKey};
use logbook::CheckOptions;

use crate::chance::Chance;
use crate::house::House;
use crate::http::{Answer, Body, ask};
use crate::program::rest;

/// What was seen.
#[derive(Default)]
struct Monitor {
    /// Every head, in the order in which it was seen.
    heads: Vec<Vec<u8>>,
    size: u64,
    tiles: BTreeMap<String, Vec<u8>>,
}

fn get(server: SocketAddr, path: &str) -> Option<Answer> {
    let answer = ask(server, "GET", path, None, Body::Nothing).ok()?;
    (answer.status == 200).then_some(answer)
}

impl Monitor {
    /// Looks at the head and fetches the tiles that are new since the last one.
    fn look(&mut self, server: SocketAddr) {
        let Some(head) = get(server, "/log-public/checkpoint") else {
            return;
        };
        let note = SignedNote::parse(&head.body).unwrap();
        let size = Checkpoint::parse(note.text()).unwrap().size();
        assert!(
            size >= self.size,
            "the log shrank from {} to {size}",
            self.size
        );
        if self.heads.last() == Some(&head.body) {
            return;
        }
        let mut wanted = Vec::new();
        for (level, width) in [
            (TileLevel::Entries, 256),
            (TileLevel::Hashes(0), 256),
            (TileLevel::Hashes(1), 65_536),
        ] {
            for index in self.size / width..=size / width {
                wanted.extend(TileId::at_size(level, index, size));
            }
        }
        for tile in wanted {
            let path = tile.path();
            // Killed between head and tile: the tile is looked for again with the next head.
            let Some(answer) = get(server, &format!("/log-public/{path}")) else {
                return;
            };
            let before = self.tiles.insert(path.clone(), answer.body.clone());
            assert!(
                before.is_none_or(|before| before == answer.body),
                "{path} has changed"
            );
        }
        self.size = size;
        self.heads.push(head.body);
    }
}

/// Four clients that read under a permit, each read an entry, until the server is gone.
fn load(server: SocketAddr, token: &str, stop: &AtomicBool) {
    while !stop.load(Ordering::SeqCst) {
        if ask(server, "GET", "/api/cases", Some(token), Body::Nothing).is_err() {
            return;
        }
    }
}

/// One run of the server: load from four sides, the monitor looking on, then SIGKILL.
fn round(house: &House, monitor: &mut Monitor, moment: Duration) {
    let serving = house.serve();
    let (server, token) = (serving.address, serving.sign_in("sora"));
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| load(server, &token, &stop));
        }
        let looking = scope.spawn(|| {
            while !stop.load(Ordering::SeqCst) {
                monitor.look(server);
                rest(Duration::from_millis(2));
            }
        });
        rest(moment);
        serving.kill();
        stop.store(true, Ordering::SeqCst);
        looking.join().unwrap();
    });
}

/// Fifty runs of a third of a second at most.
#[test]
fn au_07_after_fifty_kills_the_log_is_what_a_monitor_kept_c1() {
    let Some(house) = House::new("au_07") else {
        return;
    };
    let mut chance = Chance::new(20_261_105);
    let mut monitor = Monitor::default();
    for _ in 0..50 {
        round(
            &house,
            &mut monitor,
            chance.moment(Duration::from_millis(300)),
        );
    }
    let serving = house.serve();
    monitor.look(serving.address);
    let key = VerifierKey::parse(&House::key(&serving)).unwrap();
    println!(
        "{} heads, {} tiles, {} entries",
        monitor.heads.len(),
        monitor.tiles.len(),
        monitor.size
    );
    assert!(monitor.heads.len() > 50 && monitor.size > 256);
    for (path, kept) in &monitor.tiles {
        let tile = TileId::parse(path).unwrap();
        let full = TileId::full(tile.level(), tile.index()).path();
        let now = get(serving.address, &format!("/log-public/{path}"))
            .or_else(|| get(serving.address, &format!("/log-public/{full}")));
        // A partial tile may be gone once the full one is there, which then begins with it.
        let now = now.unwrap_or_else(|| panic!("{path} is gone"));
        assert!(now.body.starts_with(kept), "{path} is not what it was");
    }
    serving.kill();
    let options = CheckOptions {
        saved_heads: monitor.heads,
        ..CheckOptions::default()
    };
    let log: PathBuf = house.data.join("log");
    let report = logbook::verify(&log, &key, &options);
    assert!(report.is_sound(), "{report}");
    house.check();
}
