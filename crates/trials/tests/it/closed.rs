//! What a start refuses: a folder in use, an open address, a movable clock in production, weak passwords.

use std::time::Duration;

use serde_json::json;

use crate::house::House;
use crate::http::Body;
use crate::program::{Program, finish, lines_of};

/// Runs a command that must end by itself within five seconds and fail; gives all that it said.
fn refused(command: &mut std::process::Command) -> String {
    let ended = finish(command);
    assert!(
        ended.took < Duration::from_secs(5),
        "it took {:?}",
        ended.took
    );
    ended.bad()
}

#[test]
fn au_08_a_second_server_on_a_folder_ends_and_disturbs_nothing_c1() {
    let Some(house) = House::new("au_08") else {
        return;
    };
    let mut serving = house.serve();
    let token = serving.sign_in("sora");
    let key = House::key(&serving);
    let data = house.data.to_str().unwrap();
    for _ in 0..3 {
        let words = ["serve", "--listen", "127.0.0.1:0", "--data", data];
        let said = refused(house.program.command().args(words));
        assert!(said.contains("is in use by another server"), "{said}");
        assert!(said.contains(data), "{said}");
        serving.get("/api/cases", &token).expect(200);
    }
    // Other commands on the same folder are kept out in the same way.
    let said = refused(&mut house.command("ada", &["check"]));
    assert!(said.contains("is in use by another server"), "{said}");
    serving.get("/api/cases", &token).expect(200);
    assert!(serving.runs());
    house.verify(&key).good();
    serving.kill();
    house.check();
    house.verify(&key).good();
}

#[test]
fn op_01_a_fresh_start_is_on_loopback_and_has_no_known_secret_c1() {
    let Some(house) = House::new("op_01") else {
        return;
    };
    let data = house.data.to_str().unwrap();
    // Without data and without configuration there is nothing to serve.
    let empty = tempfile::tempdir().unwrap();
    let said = refused(
        house
            .program
            .command()
            .arg("serve")
            .current_dir(empty.path()),
    );
    assert!(said.contains("holds no data"), "{said}");
    // What is served without a word about the address is on loopback.
    let words = ["serve", "--data", data];
    let mut command = house.program.command();
    let mut child = command.args(words).spawn().unwrap();
    let first = lines_of(&mut child).recv_timeout(Duration::from_secs(30));
    child.kill().unwrap();
    child.wait().unwrap();
    // Port 8080 may be taken on this machine; then nothing is served at all.
    assert!(first.is_err() || first.unwrap().starts_with("desk: http://127.0.0.1:"));
    for (words, says) in [
        (
            &["serve", "--data", data, "--listen", "0.0.0.0:0"][..],
            "is not loopback",
        ),
        (
            &["serve", "--data", data, "--listen", "[::]:0"],
            "is not loopback",
        ),
        (
            &[
                "serve",
                "--data",
                data,
                "--listen",
                "127.0.0.1:0",
                "--behind-proxy",
                "--test-profile",
            ],
            "test profile is refused",
        ),
    ] {
        let said = refused(house.program.command().args(words));
        assert!(said.contains(says), "{words:?}: {said}");
    }
    weak_passwords(&house.program);
    known_secrets(&house);
}

/// The first administrator's password is refused when it is weak, and no administrator is left behind.
fn weak_passwords(program: &Program) {
    for password in ["", "admin", "password", "changeme", "12345678", "short one"] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let words = [
            "init",
            "--name",
            "admin",
            "--title",
            "Admin",
            "--data",
            data.to_str().unwrap(),
        ];
        let said = refused(
            program
                .command()
                .args(words)
                .env("PREDICATE_PASSWORD", password),
        );
        assert!(said.contains("password"), "`{password}`: {said}");
        let words = [
            "user",
            "list",
            "--data",
            data.to_str().unwrap(),
            "--as",
            "admin",
        ];
        refused(
            program
                .command()
                .args(words)
                .env("PREDICATE_PASSWORD", password),
        );
    }
}

/// Nobody is let in by what such programs are known to ship with.
fn known_secrets(house: &House) {
    let serving = house.serve();
    for name in ["admin", "administrator", "root", "predicate", "ada", ""] {
        for password in ["", "admin", "password", "predicate", "changeme"] {
            let credentials = json!({ "name": name, "password": password });
            let answer = serving.ask("POST", "/api/session", None, Body::Json(credentials));
            assert!(
                matches!(answer.status, 401 | 422 | 429),
                "{name} {password}: {}",
                answer.status
            );
        }
    }
    let nobody = serving.ask("GET", "/api/users", None, Body::Nothing);
    assert_eq!(nobody.status, 401);
}
