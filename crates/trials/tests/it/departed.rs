//! Somebody leaves a case while a session, a stream, an export and a link of theirs are open.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::house::{Case, House};
use crate::http::Body;
use crate::program::{Serving, within};

/// Stands in for the program that sets reports: says that it has begun, waits until it may go on, then gives its bytes.
const SLOW: &str = "#!/bin/sh\ncat > /dev/null\n: > FOLDER/begun\n\
                    while [ ! -e FOLDER/go ]; do sleep 0.05; done\nprintf '%%PDF-1.7 all of the case'\n";

fn typesetter(folder: &Path) -> std::path::PathBuf {
    let program = folder.join("slow.sh");
    std::fs::write(&program, SLOW.replace("FOLDER", folder.to_str().unwrap())).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    program
}

/// Listens to the alerts of a case until the first event has come.
fn listening(serving: &Serving, case: &Case, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(serving.address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let head = format!(
        "GET {} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n\r\n",
        case.path("events"),
        serving.address
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut text = String::new();
    let mut part = [0u8; 1024];
    while !text.contains("listening") {
        let many = stream.read(&mut part).unwrap();
        assert!(many > 0, "{text}");
        text += &String::from_utf8_lossy(&part[..many]);
    }
    stream
}

/// When the stream says its last word.
fn ends(mut stream: TcpStream) -> (Instant, String) {
    let mut text = String::new();
    let mut part = [0u8; 1024];
    while !text.ends_with("0\r\n\r\n") {
        let many = stream.read(&mut part).unwrap();
        if many == 0 {
            break;
        }
        text += &String::from_utf8_lossy(&part[..many]);
    }
    (Instant::now(), text)
}

#[test]
fn az_08_whoever_leaves_a_case_has_nothing_of_it_left_open_c1() {
    let Some(house) = House::new("az_08") else {
        return;
    };
    let begun = house.folder.path().join("begun");
    let setter = typesetter(house.folder.path());
    let serving = house
        .program
        .serve_with(&house.data, &[], &[("PREDICATE_TYPESET", &setter)]);
    let case = Case::open(&serving);
    let jonas = serving.sign_in("jonas");
    let id = serving.get("/api/me", &jonas).expect(200)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let member = case.path(&format!("members/{id}"));
    let rank = json!({ "rank": "contributor" });
    serving
        .ask("PUT", &member, Some(&case.ines), Body::Json(rank))
        .expect(204);
    let fields = [
        "source",
        "collector",
        "collected",
        "place",
        "tool",
        "authority",
    ];
    let form = Body::Form {
        fields: fields.map(|name| (name, "as told".to_owned())).to_vec(),
        file: ("berth.txt".into(), b"berth nine".to_vec()),
    };
    let item = serving
        .ask("POST", &case.path("evidence"), Some(&jonas), form)
        .expect(201);
    let link = case.path(&format!("evidence/{}/bytes", item["id"].as_str().unwrap()));
    serving.get(&link, &jonas).expect(200);
    let report = serving
        .post(&case.path("reports"), &jonas, json!({}))
        .expect(201);
    let export = case.path(&format!("reports/{}/pdf", report["id"].as_str().unwrap()));
    let stream = listening(&serving, &case, &jonas);

    let (left, ended, exported) = std::thread::scope(|scope| {
        let running = scope.spawn(|| serving.get(&export, &jonas));
        assert!(
            within(Duration::from_secs(30), || begun.exists()),
            "the export does not begin"
        );
        let told = scope.spawn(|| ends(stream));
        serving
            .ask("DELETE", &member, Some(&case.ines), Body::Nothing)
            .expect(204);
        let left = Instant::now();
        for path in [
            "", "notes", "evidence", "alerts", "subjects", "reports", "events",
        ] {
            let path = case.path(path);
            serving.get(path.trim_end_matches('/'), &jonas).expect(404);
        }
        serving.get(&link, &jonas).expect(404);
        assert!(
            left.elapsed() < Duration::from_secs(1),
            "{:?}",
            left.elapsed()
        );
        let ended = told.join().unwrap();
        std::fs::write(house.folder.path().join("go"), "").unwrap();
        (left, ended, running.join().unwrap())
    });
    let (ended, text) = ended;
    assert!(
        ended.duration_since(left) < Duration::from_secs(5),
        "{:?}",
        ended.duration_since(left)
    );
    assert!(text.contains("no longer allowed"), "{text}");
    assert_eq!(exported.status, 404, "{}", exported.text());
    assert!(!exported.text().contains("all of the case"));
    // Whoever is still there gets it.
    assert!(
        serving
            .get(&export, &case.ines)
            .text()
            .contains("all of the case")
    );
}
