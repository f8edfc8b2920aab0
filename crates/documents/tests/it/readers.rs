//! Readers that crash, hang, lie or leave something behind, as scripts. In part UP-06: the thousand good files and the
//! server are for the trials of the whole program.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Instant;

use documents::{Account, ReadError, Reason, Recipe, Settings, read};

use crate::ground::Ground;

/// A reader that is a script, on its ground.
fn scripted(script: &str) -> (Ground, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reader");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
    let mut ground = Ground::with(&path);
    ground.limits.wall_seconds = 1;
    (ground, folder)
}

#[test]
fn every_way_to_fail_has_its_reason() {
    let check = |script: &str, reason: Reason| {
        let (ground, _folder) = scripted(script);
        let account = ground.read("a.txt", b"words");
        assert_eq!(account.unread.len(), 1, "{script}");
        assert_eq!(
            account.unread[0].reason, reason,
            "{script}: {:?}",
            account.unread
        );
        assert_eq!(
            account.recipe.repeatable,
            !reason.depends_on_machine(),
            "{script}"
        );
    };
    check("exec sleep 60", Reason::Time);
    check("while :; do :; done", Reason::Time);
    check("kill -SEGV $$", Reason::Crash);
    check("kill -ABRT $$", Reason::Crash);
    check("kill -XCPU $$", Reason::Time);
    check(
        "echo memory allocation of 9 bytes failed >&2; kill -ABRT $$",
        Reason::Memory,
    );
    check("exit 3", Reason::Crash);
    check("exit 0", Reason::BadOutput);
    check("echo '{' > account.json", Reason::BadOutput);
    check("echo '{}' > account.json", Reason::BadOutput);
    check("ln -s /etc/passwd account.json", Reason::BadOutput);
    check("mkdir account.json", Reason::BadOutput);
    check("mkfifo account.json", Reason::BadOutput);
}

#[test]
fn the_whole_group_ends_with_the_reading() {
    let (ground, folder) = scripted("");
    let (mark, reader) = (folder.path().join("process"), folder.path().join("reader"));
    let script = format!(
        "#!/bin/sh\nsleep 60 &\necho $! > {}\nwait\n",
        mark.display()
    );
    fs::write(reader, script).unwrap();
    let began = Instant::now();
    let account = ground.read("a.txt", b"words");
    assert_eq!(account.unread[0].reason, Reason::Time);
    assert!(began.elapsed().as_secs() < 10);
    let process = fs::read_to_string(mark).unwrap();
    let state = fs::read_to_string(format!("/proc/{}/stat", process.trim()));
    // One that nobody has waited for yet is a name without a process.
    assert!(
        state.is_err() || state.unwrap().contains(") Z "),
        "the child of the reader lives on"
    );
}

#[test]
fn a_reader_gets_no_environment_but_its_folder() {
    let (ground, folder) = scripted("");
    let (mark, reader) = (
        folder.path().join("environment"),
        folder.path().join("reader"),
    );
    let script = format!("#!/bin/sh\n/usr/bin/env > {}\n", mark.display());
    fs::write(reader, script).unwrap();
    ground.read("a.txt", b"words");
    let told = fs::read_to_string(mark).unwrap();
    let ours = |line: &&str| {
        // The shell itself sets these.
        !["PWD=", "OLDPWD=", "SHLVL=", "_="]
            .iter()
            .any(|own| line.starts_with(own))
    };
    let lines: Vec<&str> = told.lines().filter(ours).collect();
    assert!(
        lines.len() == 1 && lines[0].starts_with("TMPDIR="),
        "{lines:?}"
    );
}

#[test]
fn parts_that_are_not_what_was_said_are_not_kept() {
    let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let check = |digest: &str, script: &str, kept: usize| {
        let (ground, folder) = scripted("");
        let account = Account {
            parts: vec![documents::Part {
                name: "inside".to_owned(),
                media_type: "text/plain".to_owned(),
                sha256: digest.to_owned(),
                bytes: 4,
                depth: 1,
                marks: Vec::new(),
            }],
            recipe: Recipe {
                settings: Settings::default(),
                limits: ground.limits.clone(),
                repeatable: true,
                ..Recipe::default()
            },
            ..Account::default()
        };
        let answer = folder.path().join("answer");
        fs::write(&answer, serde_json::to_vec(&account).unwrap()).unwrap();
        let script = format!(
            "#!/bin/sh\ncat {} > account.json\n{script}\n",
            answer.display()
        );
        fs::write(folder.path().join("reader"), &script).unwrap();
        let account = ground.read("a.txt", b"words");
        assert_eq!(account.parts.len(), kept, "{script}: {account:?}");
        assert_eq!(account.unread.len(), 1 - kept, "{script}");
    };
    check(digest, &format!("printf test > parts/{digest}"), 1);
    check(digest, &format!("printf lies > parts/{digest}"), 0);
    check(digest, &format!("ln -s /etc/passwd parts/{digest}"), 0);
    check(digest, "", 0);
    check(
        "../../canary",
        "printf test > ../../canary2 && rm ../../canary2",
        0,
    );
}

#[test]
fn what_is_no_fault_of_the_document_is_an_error() {
    let ground = Ground::with(&PathBuf::from("/nowhere/reader"));
    let file = ground.path("file");
    fs::write(&file, "words").unwrap();
    let (settings, limits, scratch) = (
        Settings::default(),
        ground.limits.clone(),
        ground.path("scratch"),
    );
    let nowhere = PathBuf::from("/nowhere/at/all");
    let reader = PathBuf::from("/nowhere/reader");
    let went = read(&reader, &file, "a", &settings, &limits, &scratch);
    assert!(matches!(went, Err(ReadError::Reader { .. })));
    let went = read(&reader, &nowhere, "a", &settings, &limits, &scratch);
    assert!(matches!(went, Err(ReadError::File(_))));
    let went = read(&reader, &file, "a", &settings, &limits, &nowhere);
    assert!(matches!(went, Err(ReadError::Scratch(_))));
    assert!(fs::read_dir(scratch).unwrap().next().is_none());
}
