//! The configuration file: what it says, and what it must not.

use std::path::Path;

use domain::tlog::{KeyKind, SigningKey};
use witness::Config;

use crate::desk::*;

const HEAD: &str = "key_file = 'witness.key'\nstate_dir = '/var/lib/witness'\n";

fn log_table(origin: &str, keys: &[String]) -> String {
    format!("[[log]]\norigin = '{origin}'\nkeys = {keys:?}\n")
}

#[test]
fn a_configuration_names_logs_and_keys() {
    let text = format!(
        "{HEAD}listen = '127.0.0.1:1'\n{}",
        log_table(ORIGIN, &[log_key().to_string()])
    );
    let config = Config::parse(&text, Path::new("/etc/witness")).unwrap();
    assert_eq!(config.logs, known_logs());
    assert_eq!(config.key_file, Path::new("/etc/witness/witness.key"));
    assert_eq!(config.state_dir, Path::new("/var/lib/witness"));
    assert_eq!(config.listen.port(), 1);
    let quiet = Config::parse(HEAD, Path::new("")).unwrap();
    assert!(quiet.listen.ip().is_loopback());
    assert!(quiet.logs.is_empty());
}

#[test]
fn unfit_configurations_are_refused_with_their_reason() {
    let good = log_table(ORIGIN, &[log_key().to_string()]);
    let check = |text: String, words: &str| {
        let told = Config::parse(&text, Path::new("")).unwrap_err().to_string();
        assert!(told.contains(words), "{told}");
    };
    check(String::new(), "missing field");
    check(format!("{HEAD}colour = 'red'\n"), "unknown field");
    check(format!("{HEAD}{good}{good}"), "named twice");
    check(format!("{HEAD}{}", log_table(ORIGIN, &[])), "no key");
    check(
        format!("{HEAD}{}", log_table(ORIGIN, &["nonsense".to_owned()])),
        "not an encoded key",
    );
    check(
        format!(
            "{HEAD}{}",
            log_table("log.example/other", &[log_key().to_string()])
        ),
        "not a log key named",
    );
    let cosigner = SigningKey::new(ORIGIN, KeyKind::Cosigner, &[1; 32]).unwrap();
    check(
        format!(
            "{HEAD}{}",
            log_table(ORIGIN, &[cosigner.verifier().to_string()])
        ),
        "not a log key named",
    );
}
