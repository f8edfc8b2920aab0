//! One entry of the log with its proof of inclusion, computed again while it is shown.

use axum::extract::Path;
use desk::audit::ProvenEntry;
use domain::authority::{LegalBasis, Purpose};
use domain::tlog::{Checkpoint as Head, Quorum, TlogProof, VerifierKey, leaf_hash};

use super::around::{crumb, desk_frame};
use super::ask::{Answer, Filled, Here, shown};
use super::log::{act, asks_purpose, checkpoint, kind, purpose_of, when, who};
use pages::format;
use pages::log::{LogEntry, PathStep};
use pages::parts::{Tag, Tone};

pub(super) async fn page(here: Here, Path(index): Path<String>, query: Filled) -> Answer {
    let index: u64 = here.id(&index)?;
    let Some(purpose) = purpose_of(&here, &query) else {
        return asks_purpose(&here);
    };
    let (found, people, key) = here
        .ask("reading an entry of the log", move |desk, actor| {
            Ok((
                desk.log_entry(actor, Some(purpose), index.saturating_add(1))?,
                desk.names()?,
                desk.log_key_text(),
            ))
        })
        .await?;
    let mut frame = desk_frame(
        &here.visitor,
        &format!("Entry {}", format::count(index)),
        "l",
    );
    crumb(
        &mut frame,
        "Log",
        &format!("/log?purpose={}", purpose.word()),
    );
    let entry = &found.entry;
    let proof = TlogProof::parse(found.proof.as_bytes()).ok();
    let head = proof
        .as_ref()
        .and_then(|proof| Some((Head::parse(proof.head.text()).ok()?, proof.head.clone())));
    shown(&LogEntry {
        frame,
        index: format::count(index),
        when: when(entry),
        who: who(entry, &people),
        kind: kind(entry),
        act: act(entry),
        fields: fields(&found),
        raw: String::from_utf8_lossy(&found.bytes).into_owned(),
        leaf: leaf_hash(&found.bytes).to_base64(),
        path: path(
            proof.as_ref(),
            head.as_ref().map_or(0, |(head, _)| head.size()),
        ),
        checkpoint: checkpoint(head.as_ref()),
        holds: holds(&found, proof.as_ref(), &key),
        key,
        commands: vec![
            "predicate verify LOG-FOLDER --key KEY-FILE".to_owned(),
            format!(
                "curl --fail {{this service}}/log-public/checkpoint # the head, without sign-in; tiles lie beside it"
            ),
        ],
    })
}

fn fields(found: &ProvenEntry) -> Vec<(String, String)> {
    let entry = &found.entry;
    let text = |label: &str, value: Option<String>| value.map(|value| (label.to_owned(), value));
    let objects = if entry.objects.is_empty() {
        None
    } else {
        Some(entry.objects.join("  "))
    };
    [
        text("Outcome", Some(entry.outcome.clone())),
        text("Face", Some(entry.origin.replace('_', " "))),
        text("Case", entry.case.map(|case| case.to_string())),
        text("Purpose", entry.purpose.as_deref().map(purpose)),
        text("Legal basis", entry.basis.as_deref().map(basis)),
        text(
            "Rules",
            Some(entry.rules.join(", ")).filter(|rules| !rules.is_empty()),
        ),
        text("Policy", Some(entry.policy.clone())),
        text(
            "Reason, committed to",
            entry
                .justification
                .as_ref()
                .map(|it| it.as_str().to_owned()),
        ),
        text(
            "Question, committed to",
            entry.asked.as_ref().map(|it| it.as_str().to_owned()),
        ),
        text("Touched, under keyed names", objects),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn purpose(word: &str) -> String {
    Purpose::from_word(word)
        .map_or(word, |purpose| purpose.title())
        .to_owned()
}

fn basis(word: &str) -> String {
    LegalBasis::from_word(word)
        .map_or(word, |basis| basis.title())
        .to_owned()
}

/// The inclusion path with the side on which each neighbour stands (RFC 6962, section 2.1.1).
fn path(proof: Option<&TlogProof>, size: u64) -> Vec<PathStep> {
    let Some(proof) = proof else {
        return Vec::new();
    };
    let (mut node, mut last, mut level) = (proof.index, size.saturating_sub(1), 0u64);
    let mut steps = Vec::new();
    for hash in &proof.hashes {
        // A right edge without a neighbour of its own rises until it has one.
        while node == last && node.is_multiple_of(2) && node > 0 {
            (node, last, level) = (node / 2, last / 2, level + 1);
        }
        let side = if node.is_multiple_of(2) {
            "right"
        } else {
            "left"
        };
        steps.push(PathStep {
            level: level.to_string(),
            side: side.to_owned(),
            hash: hash.to_base64(),
        });
        (node, last, level) = (node / 2, last / 2, level + 1);
    }
    steps
}

fn holds(found: &ProvenEntry, proof: Option<&TlogProof>, key: &str) -> Tag {
    let quorum = Quorum {
        witnesses: Vec::new(),
        least: 0,
    };
    let checked = match (proof, VerifierKey::parse(key.trim())) {
        (Some(proof), Ok(key)) => proof
            .check(&leaf_hash(&found.bytes), &[key], &quorum)
            .is_ok(),
        _ => false,
    };
    if checked {
        Tag::new("proof checked just now: it holds", Tone::Confirmed)
    } else {
        Tag::new("the proof does not hold", Tone::Adverse)
    }
}
