//! Heads stamped by an authority of RFC 3161 and verified by a program that is not ours, OpenSSL.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use logbook::stamp::{self, StampError};

use crate::sample::{assert_sound, change, grown, head, open};

/// The authority signs by this; everything else of it is made anew in each test.
const AUTHORITY: &str = "
[ts]
default_tsa = authority
[authority]
serial = serial
signer_cert = signer.pem
signer_key = signer.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
accuracy = secs:1
ordering = yes
ess_cert_id_alg = sha256
[signer]
extendedKeyUsage = critical,timeStamping
";

fn openssl(folder: &Path, words: &str) -> Output {
    Command::new("openssl")
        .args(words.split(' '))
        .current_dir(folder)
        .output()
        .unwrap()
}

#[track_caller]
fn done(output: &Output) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}

/// An authority with a root of its own; nothing, after a line that says so, where OpenSSL is not installed.
fn authority(test: &str) -> Option<tempfile::TempDir> {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("SKIPPED {test} `openssl` is not installed");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("authority.cnf"), AUTHORITY).unwrap();
    fs::write(folder.path().join("serial"), "01\n").unwrap();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    for words in [
        format!("req -x509 {key} -keyout root.key -out root.pem -days 2 -subj /CN=Root"),
        format!("req -new {key} -keyout signer.key -out signer.csr -subj /CN=Clock"),
        "x509 -req -in signer.csr -CA root.pem -CAkey root.key -set_serial 2 -days 2 -out signer.pem \
         -extfile authority.cnf -extensions signer"
            .to_owned(),
    ] {
        let words: Vec<&str> = words.split_whitespace().collect();
        done(&openssl(folder.path(), &words.join(" ")));
    }
    Some(folder)
}

/// What the authority answers.
fn reply(authority: &Path, request: &[u8]) -> Vec<u8> {
    fs::write(authority.join("asked.tsq"), request).unwrap();
    let words =
        "ts -reply -config authority.cnf -section authority -queryfile asked.tsq -out given.tsr";
    done(&openssl(authority, words));
    fs::read(authority.join("given.tsr")).unwrap()
}

/// OpenSSL's own verdict on what is kept for the head of this size.
fn verdict(authority: &Path, log: &Path, size: u64) -> bool {
    let kept = log.join("stamps").join(size.to_string());
    let kept = kept.display();
    let words = format!("ts -verify -data {kept}.checkpoint -in {kept}.tsr -CAfile root.pem");
    openssl(authority, &words).status.success()
}

#[test]
fn aud_04_an_outside_time_stamp_on_a_head_verifies_c3() {
    let Some(authority) = authority("aud_04_an_outside_time_stamp_on_a_head_verifies_c3") else {
        return;
    };
    let log = grown(&[5, 300]);
    let stamped = head(log.path());
    let (size, request) = stamp::ask(log.path(), 0xfedc_ba98_7654_3210).unwrap();
    assert_eq!(size, 300);
    let response = reply(authority.path(), &request);
    // The log may have grown before the answer is there.
    open(log.path()).append_batch(&[b"later".to_vec()]).unwrap();
    assert_eq!(stamp::keep(log.path(), &response).unwrap(), 300);
    let stamps = log.path().join("stamps");
    assert_eq!(fs::read(stamps.join("300.checkpoint")).unwrap(), stamped);
    assert_eq!(fs::read(stamps.join("300.tsr")).unwrap(), response);
    assert!(verdict(authority.path(), log.path(), 300));
    assert_sound(log.path(), 301);

    for place in [0, stamped.len() / 2, stamped.len() - 1] {
        let name = "stamps/300.checkpoint";
        change(log.path(), name, |bytes| bytes[place] ^= 1);
        let changed = fs::read(log.path().join(name)).unwrap();
        let outcome = stamp::check(&response, &request, &changed);
        assert!(
            matches!(outcome, Err(StampError::OtherImprint)),
            "{outcome:?}"
        );
        assert!(!verdict(authority.path(), log.path(), 300), "byte {place}");
        change(log.path(), name, |bytes| bytes[place] ^= 1);
    }
    assert!(verdict(authority.path(), log.path(), 300));
}

#[test]
fn a_stamp_that_was_not_asked_for_is_not_kept() {
    let Some(authority) = authority("a_stamp_that_was_not_asked_for_is_not_kept") else {
        return;
    };
    let log = grown(&[3]);
    let note = head(log.path());
    for nonce in [0, 1, 0x7f, 0x80, 0xff00, u64::MAX] {
        let request = stamp::request(&note, nonce);
        let response = reply(authority.path(), &request);
        stamp::check(&response, &request, &note).unwrap();
        let other = stamp::request(&note, nonce ^ 2);
        let outcome = stamp::check(&response, &other, &note);
        assert!(
            matches!(outcome, Err(StampError::OtherNonce)),
            "{outcome:?}"
        );
        let outcome = stamp::keep(log.path(), &response);
        assert!(matches!(outcome, Err(StampError::NotAsked)), "{outcome:?}");
    }
    let (_, request) = stamp::ask(log.path(), 7).unwrap();
    assert_eq!(stamp::ask(log.path(), 8).unwrap(), (3, request.clone()));
    let response = reply(authority.path(), &request);
    for end in 0..response.len() {
        let outcome = stamp::check(&response[..end], &request, &note);
        assert!(matches!(outcome, Err(StampError::Malformed)), "{end}");
    }
    // SEQUENCE { SEQUENCE { INTEGER 2 } }: the authority refuses.
    let refusal = [0x30, 5, 0x30, 3, 2, 1, 2];
    let outcome = stamp::keep(log.path(), &refusal);
    assert!(
        matches!(outcome, Err(StampError::NotGranted)),
        "{outcome:?}"
    );
    stamp::keep(log.path(), &response).unwrap();
    let again = stamp::ask(log.path(), 8);
    assert!(matches!(again, Err(StampError::KeptBefore(3))), "{again:?}");
}
