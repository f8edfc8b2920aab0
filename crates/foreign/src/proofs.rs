//! What proves something: heads and proofs of a log, time stamps, tokens, passkeys.

use std::path::Path;

use domain::open_id;
use domain::passkey::{self, Answer, Credential, Party};
use domain::time::Moment;
use domain::tlog::{
    AddCheckpoint, Checkpoint, SignedNote, TileId, TlogProof, VerifierKey, bundle, hashes_of_tile,
};
use domain::{jose, totp};

/// All that a log, a witness or a stamping authority sends.
pub(crate) fn note(bytes: &[u8], _: &Path) {
    if let Ok(note) = SignedNote::parse(bytes) {
        let written = note.to_string();
        let again = SignedNote::parse(written.as_bytes());
        assert!(
            again.is_ok_and(|again| again == note),
            "a note prints as another"
        );
        let _checkpoint = Checkpoint::parse(note.text());
    }
    let _proof = TlogProof::parse(bytes);
    let _asked = AddCheckpoint::parse(bytes);
    if let Some((first, rest)) = bytes.split_first() {
        let _entries = bundle::entries(rest, usize::from(*first));
        let _hashes = hashes_of_tile(rest, u16::from(*first));
        let _stamp = logbook::stamp::check(rest, &logbook::stamp::request(b"note", 1), b"note");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Ok(tile) = TileId::parse(text) {
            assert!(
                TileId::parse(&tile.path()) == Ok(tile),
                "a tile has another path"
            );
        }
        let _key = VerifierKey::parse(text);
        let _checkpoint = Checkpoint::parse(text);
    }
}

/// What a provider of sign-in sends: its description, its keys, a token; and a code typed in.
pub(crate) fn token(bytes: &[u8], _: &Path) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let _described = open_id::Discovered::read(text, "https://id.example");
    let keys = open_id::keys(text).unwrap_or_default();
    let _claims = jose::claims(text, &keys);
    let _code = totp::step_of_code(b"12345678901234567890", text, Moment::from_seconds(0), 0);
}

/// What an authenticator sends, parts cut at line ends as they are before they are written in base 64.
pub(crate) fn passkey(bytes: &[u8], _: &Path) {
    let Some(party) = Party::of_address("https://desk.example") else {
        return;
    };
    let mut parts = bytes.splitn(4, |byte| *byte == b'\n').map(passkey::text_of);
    let mut part = || parts.next().unwrap_or_default();
    let answer = Answer {
        id: part(),
        signature: part(),
        authenticator: part(),
        attestation: part(),
        client: String::new(),
    };
    let asked = |what: &str| {
        let seen = format!(
            r#"{{"type":"webauthn.{what}","challenge":"AAAA","origin":"https://desk.example"}}"#
        );
        Answer {
            client: passkey::text_of(seen.as_bytes()),
            ..answer.clone()
        }
    };
    let challenge = [0; 3];
    let _made = passkey::made(&asked("create"), &party, &challenge);
    let known = Credential {
        id: passkey::id_of(&answer.id).unwrap_or_default(),
        key: passkey::id_of(&answer.attestation).unwrap_or_default(),
        counter: 0,
    };
    let _used = passkey::used(&asked("get"), &known, &party, &challenge);
}
