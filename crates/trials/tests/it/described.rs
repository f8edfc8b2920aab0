//! The interface against its description, by a program that is not ours: schemathesis asks every route in many wrong ways.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::house::{Case, House};
use crate::program::Serving;

fn schemathesis() -> Option<PathBuf> {
    let named = std::env::var_os("PREDICATE_VALIDATORS")
        .map(|folder| Path::new(&folder).join("schemathesis"));
    let found = named.filter(|program| program.is_file());
    if found.is_none() {
        println!(
            "SKIPPED the package schemathesis is not in the environment that PREDICATE_VALIDATORS names"
        );
    }
    found
}

/// Asks everything that the description allows and much that it forbids; no answer may be a fault or undeclared.
fn asked(program: &Path, serving: &Serving, token: Option<&str>) {
    let description = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api/openapi.json");
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(program);
    command.arg("run").arg(description);
    command.args(["--url", &format!("http://{}", serving.address)]);
    command.args([
        "--checks",
        "not_a_server_error,status_code_conformance,content_type_conformance",
    ]);
    command.args([
        "--phases",
        "coverage",
        "--max-examples",
        "4",
        "--seed",
        "7",
        "--no-color",
    ]);
    // Streams do not end, and the sign-in is locked after some wrong ones.
    command.args(["--exclude-path-regex", "events$"]);
    if let Some(token) = token {
        command.args(["-H", &format!("Authorization: Bearer {token}")]);
        // Whoever signs out or changes the password has no session for what comes next.
        command.args(["--exclude-path-regex", "^/api/(session|me/password)$"]);
    }
    let told = command.current_dir(folder.path()).output().unwrap();
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    let end: String = text
        .lines()
        .rev()
        .take(60)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect::<Vec<_>>()
        .join("\n");
    assert!(told.status.success(), "{end}\n{}", serving.said());
    assert!(text.contains("passed"), "{end}");
}

#[test]
fn schemathesis_gets_no_fault_and_no_undeclared_answer_signed_in_or_out() {
    let Some(program) = schemathesis() else {
        return;
    };
    let Some(house) = House::new("described") else {
        return;
    };
    let serving = house.serve();
    asked(&program, &serving, None);
    let case = Case::open(&serving);
    for who in ["ines", "dara"] {
        let token = serving.sign_in(who);
        asked(&program, &serving, Some(&token));
    }
    // It still works for somebody who asks for something real.
    serving
        .get(&case.path("notes"), &serving.sign_in("ines"))
        .expect(200);
    serving.kill();
    house.check();
}
