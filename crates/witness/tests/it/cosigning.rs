//! What a witness cosigns, and everything it refuses.

use std::fs;

use domain::tlog::{Checkpoint, Head, KeyKind, NoteSignature, Quorum, SignedNote, SigningKey};
use logbook::{CheckOptions, Writer, verify};
use tempfile::TempDir;
use witness::{Answer, Witness, WitnessError};

use crate::desk::*;

/// The SHA-256 of the origin, which names the log to monitors.
const ORIGIN_HASH: &str = "53c7a9f1dac033488f6314f4251288c46d9f2558fe89e1d7b129e022f51a27c0";

#[test]
fn a_growing_log_is_cosigned_at_every_step() {
    let (state, log) = (TempDir::new().unwrap(), log(0));
    let address = start(state.path());
    let mut held = 0;
    for size in [0, 1, 1, 255, 256, 257, 700] {
        append(log.path(), size, u64::MAX);
        let answer = add(address, &request(log.path(), held));
        assert_eq!(answer.status, 200, "{answer:?}");
        held = size;
        let line = NoteSignature::parse(answer.body.strip_suffix('\n').unwrap()).unwrap();
        let head = SignedNote::parse(&fs::read(log.path().join("checkpoint")).unwrap()).unwrap();
        let verified = witness_key().verifier().check(head.text(), &line).unwrap();
        assert_eq!(verified.time, Some(NOW));
    }
}

#[test]
fn aud_05_a_fork_and_a_rollback_are_refused_over_http_c1() {
    let state = TempDir::new().unwrap();
    let address = start(state.path());
    assert_eq!(add(address, &request(log(300).path(), 0)).status, 200);
    // A rewritten log of a larger size, with the best proof it can make.
    let rewritten = forked_log(500, 100);
    assert_eq!(add(address, &request(rewritten.path(), 300)).status, 422);
    // The same size with another root.
    let same_size = add(address, &request(forked_log(300, 100).path(), 300));
    assert_eq!(same_size.status, 409);
    // A smaller size than the one it holds and the log admits to.
    assert_eq!(
        add(address, &bare_request(log(200).path(), 300)).status,
        400
    );
    // None of this has moved it.
    assert_eq!(add(address, &request(log(301).path(), 300)).status, 200);
}

#[test]
fn au_02_a_head_of_950_after_1000_gets_400_or_409_with_the_held_size_and_no_signature_c2() {
    let state = TempDir::new().unwrap();
    let address = start(state.path());
    assert_eq!(add(address, &request(log(1000).path(), 0)).status, 200);
    let short = log(950);
    let admitted = add(address, &bare_request(short.path(), 1000));
    assert_eq!(admitted.status, 400);
    for old in [0, 500, 950] {
        let denied = add(address, &request(short.path(), old));
        assert_eq!(
            (denied.status, denied.body.as_str()),
            (409, "1000\n"),
            "old {old}"
        );
        assert_eq!(denied.content_type, "text/x.tlog.size");
    }
    assert!(!admitted.body.contains('\u{2014}'));
}

#[test]
fn strangers_and_forgers_are_refused() {
    let state = TempDir::new().unwrap();
    let address = start(state.path());
    let dir = TempDir::new().unwrap();
    Writer::open(dir.path(), "log.example/stranger", &SEED).unwrap();
    assert_eq!(add(address, &request(dir.path(), 0)).status, 404);
    let dir = TempDir::new().unwrap();
    Writer::open(dir.path(), ORIGIN, &[1; 32]).unwrap();
    assert_eq!(add(address, &request(dir.path(), 0)).status, 403);
    let good = request(log(3).path(), 0);
    assert_eq!(add(address, &good.replace("\n3\n", "\n4\n")).status, 403);
    for bad in [
        "",
        "old 0\n\n",
        "old x\n\n",
        &good.replace("old 0", "old 00"),
        &good.replace("\n\n", "\nhash\n\n"),
    ] {
        assert_eq!(add(address, bad).status, 400, "{bad}");
    }
    let flood = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n".repeat(64);
    assert_eq!(
        add(address, &good.replacen("\n\n", &format!("\n{flood}\n"), 1)).status,
        400
    );
    assert_eq!(
        add(
            address,
            &good.replacen("\n\n", &format!("\n{}\n", &flood[..45]), 1)
        )
        .status,
        422
    );
    assert_eq!(send(address, "GET", "/add-checkpoint", "").status, 405);
    assert_eq!(send(address, "DELETE", "/", "").status, 405);
    assert_eq!(send(address, "GET", "/", "").status, 404);
    assert_eq!(add(address, &good).status, 200);
}

#[test]
fn a_head_is_remembered_across_restarts() {
    let (state, log) = (TempDir::new().unwrap(), log(300));
    let witness = Witness::open(witness_key(), state.path(), &known_logs()).unwrap();
    let body = request(log.path(), 0);
    assert!(matches!(
        witness.add_checkpoint(body.as_bytes(), NOW),
        Answer::Cosigned(_)
    ));
    drop(witness);
    let address = start(state.path());
    let again = add(address, &body);
    assert_eq!((again.status, again.body.as_str()), (409, "300\n"));
}

#[test]
fn monitors_see_the_newest_cosigned_head() {
    let (state, log) = (TempDir::new().unwrap(), log(5));
    let address = start(state.path());
    let path = format!("/{ORIGIN_HASH}/checkpoint");
    assert_eq!(send(address, "GET", &path, "").status, 404);
    assert_eq!(add(address, &request(log.path(), 0)).status, 200);
    let shown = send(address, "GET", &path, "");
    assert_eq!(shown.status, 200);
    let quorum = Quorum {
        witnesses: vec![witness_key().verifier().clone()],
        least: 1,
    };
    let head = Head::open(shown.body.as_bytes(), &[log_key()], &quorum).unwrap();
    assert_eq!(head.checkpoint().size(), 5);
    for path in [
        format!("/{ORIGIN_HASH}"),
        format!("/{ORIGIN_HASH}/"),
        "/../key/checkpoint".to_owned(),
        "/checkpoint".to_owned(),
    ] {
        assert_eq!(send(address, "GET", &path, "").status, 404, "{path}");
    }
}

#[test]
fn lines_of_strangers_are_not_remembered() {
    let (state, log) = (TempDir::new().unwrap(), log(5));
    let address = start(state.path());
    let mut body = request(log.path(), 0);
    let line = body
        .lines()
        .last()
        .unwrap()
        .replace(ORIGIN, "stranger.example");
    for _ in 0..99 {
        body.push_str(&line);
        body.push('\n');
    }
    assert_eq!(add(address, &body).status, 200);
    let shown = send(address, "GET", &format!("/{}/checkpoint", ORIGIN_HASH), "");
    assert_eq!(
        SignedNote::parse(shown.body.as_bytes())
            .unwrap()
            .signatures()
            .len(),
        2
    );
}

#[test]
fn two_histories_at_once_get_one_cosignature() {
    let state = TempDir::new().unwrap();
    let address = start(state.path());
    assert_eq!(add(address, &request(log(100).path(), 0)).status, 200);
    let logs: Vec<TempDir> = (100..108).map(|fork| forked_log(200, fork)).collect();
    let bodies: Vec<String> = logs.iter().map(|log| request(log.path(), 100)).collect();
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let sent: Vec<_> = bodies
            .iter()
            .map(|body| scope.spawn(move || add(address, body).status))
            .collect();
        sent.into_iter()
            .map(|answer| answer.join().unwrap())
            .collect()
    });
    assert_eq!(
        answers.iter().filter(|status| **status == 200).count(),
        1,
        "{answers:?}"
    );
    assert_eq!(
        answers.iter().filter(|status| **status == 409).count(),
        7,
        "{answers:?}"
    );
}

#[test]
fn what_cannot_be_remembered_is_not_cosigned() {
    let (state, log) = (TempDir::new().unwrap(), log(5));
    let witness = Witness::open(witness_key(), state.path(), &known_logs()).unwrap();
    let obstacle = state.path().join(format!("{}.new", ORIGIN_HASH));
    fs::create_dir(&obstacle).unwrap();
    let body = request(log.path(), 0);
    assert!(matches!(
        witness.add_checkpoint(body.as_bytes(), NOW),
        Answer::Failed(_)
    ));
    fs::remove_dir(&obstacle).unwrap();
    // Which head is on the disk is open until a restart has read it.
    assert!(matches!(
        witness.add_checkpoint(body.as_bytes(), NOW),
        Answer::Failed(_)
    ));
    drop(witness);
    let witness = Witness::open(witness_key(), state.path(), &known_logs()).unwrap();
    assert!(matches!(
        witness.add_checkpoint(body.as_bytes(), NOW),
        Answer::Cosigned(_)
    ));
}

#[test]
fn a_damaged_memory_and_a_second_witness_are_refused() {
    let (state, log) = (TempDir::new().unwrap(), log(5));
    let open = || Witness::open(witness_key(), state.path(), &known_logs());
    let witness = open().unwrap();
    assert!(matches!(open(), Err(WitnessError::Locked(_))));
    assert!(matches!(
        witness.add_checkpoint(request(log.path(), 0).as_bytes(), NOW),
        Answer::Cosigned(_)
    ));
    drop(witness);
    let file = state.path().join(ORIGIN_HASH);
    let note = fs::read_to_string(&file).unwrap();
    for damaged in [
        note.replace("\n5\n", "\n4\n"),
        String::new(),
        note[..note.len() / 2].to_owned(),
    ] {
        fs::write(&file, damaged).unwrap();
        assert!(matches!(open(), Err(WitnessError::Damaged { .. })));
    }
    let other = Checkpoint::new("log.example/other", 0, domain::tlog::empty_root())
        .unwrap()
        .to_string();
    let signer = SigningKey::new("log.example/other", KeyKind::Log, &[3; 32]).unwrap();
    let mut foreign = SignedNote::sign(&other, &signer).unwrap();
    foreign.add(witness_key().cosign(&other, NOW).unwrap());
    fs::write(&file, foreign.to_string()).unwrap();
    assert!(matches!(open(), Err(WitnessError::Damaged { .. })));
    fs::write(&file, note).unwrap();
    assert!(open().is_ok());
}

#[test]
fn aud_05_a_cosigned_head_passes_the_offline_check_and_an_uncosigned_one_does_not_c2() {
    let (state, log) = (TempDir::new().unwrap(), log(300));
    let address = start(state.path());
    let witnesses = vec![witness_key().verifier().clone()];
    let options = CheckOptions {
        quorum: Quorum {
            witnesses: witnesses.clone(),
            least: 1,
        },
        ..Default::default()
    };
    assert!(!verify(log.path(), &log_key(), &options).is_sound());
    let line = add(address, &request(log.path(), 0)).body;
    Writer::open(log.path(), ORIGIN, &SEED)
        .unwrap()
        .add_cosignatures(&line, &witnesses)
        .unwrap();
    let report = verify(log.path(), &log_key(), &options);
    assert!(report.is_sound(), "{report}");
    assert_eq!(
        (report.cosigners[0].name.as_str(), report.cosigners[0].time),
        ("witness.example", NOW)
    );
}
