//! The package of a disclosure: open formats in one ZIP, with sums that `sha256sum -c SHA256SUMS` accepts.

use std::io::{Cursor, Write as _};

use domain::audit::sha256_hex;
use domain::authority::{LegalBasis, Purpose};
use domain::disclosure::Disclosure;
use domain::statement::Statement;
use serde_json::{Value, json};
use store::Intelligence;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::contents::{Finding, Whole};
use super::{Contents, Proven, graph, provenance};
use crate::DeskError;

/// Version of the package's form, told in `case.json`.
const FORM: &str = "predicate-disclosure-1";

/// Makes the ZIP.
pub(super) fn made(
    contents: &Contents,
    line: &Disclosure,
    proven: &Proven,
) -> Result<Vec<u8>, DeskError> {
    let mut files: Vec<(&str, Vec<u8>)> = vec![
        ("case.json", pretty(&case_json(contents, line, proven))?),
        ("negatives.json", pretty(&negatives_json(contents))?),
        ("statements.ftm.jsonl", statements(contents).into_bytes()),
        ("provenance.json", pretty(&provenance::prov_json(contents))?),
        ("graph.graphml", graph::graphml(contents).into_bytes()),
        ("handling.txt", handling(contents, line).into_bytes()),
        ("log-entry.json", proven.entry.clone()),
        ("log-proof.txt", proven.proof.clone().into_bytes()),
        (
            "log-key.txt",
            format!("{}\n", proven.key.trim_end()).into_bytes(),
        ),
    ];
    let sums: String = files
        .iter()
        .map(|(name, bytes)| format!("{}  {name}\n", sha256_hex(bytes)))
        .collect();
    files.push(("SHA256SUMS", sums.into_bytes()));
    zipped(&files).map_err(|error| DeskError::Internal(error.to_string()))
}

fn zipped(files: &[(&str, Vec<u8>)]) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn pretty(value: &Value) -> Result<Vec<u8>, DeskError> {
    let mut text =
        serde_json::to_vec_pretty(value).map_err(|error| DeskError::Internal(error.to_string()))?;
    text.push(b'\n');
    Ok(text)
}

fn case_json(contents: &Contents, line: &Disclosure, proven: &Proven) -> Value {
    let case = &contents.case;
    let subjects: Vec<Value> = contents
        .subjects
        .iter()
        .map(|subject| {
            let whole = contents.records.get(&subject.record);
            json!({
                "id": subject.id,
                "record": subject.record,
                "identity": whole.map(|whole| whole.identity),
                "caption": whole.map(|whole| &whole.caption),
                "schema": whole.map(|whole| &whole.record.schema),
                "role": subject.role.word(),
                "basis": subject.basis,
                "role_given_by": contents.person(subject.by),
                "role_given_at": subject.at.to_rfc3339(),
            })
        })
        .collect();
    let findings: Vec<Value> = contents
        .findings
        .iter()
        .map(|finding| finding_json(contents, finding))
        .collect();
    json!({
        "form": FORM,
        "number": case.number,
        "title": case.title,
        "purpose": case.purpose.map(Purpose::word),
        "basis": case.legal_basis.map(LegalBasis::word),
        "subjects": subjects,
        "findings": findings,
        "intelligence": contents.intelligence.iter().map(|item| intelligence_json(contents, item)).collect::<Vec<_>>(),
        "left_out": {
            "subjects": contents.left_out.subjects,
            "findings": contents.left_out.findings,
            "links": contents.left_out.links,
        },
        "disclosure": {
            "id": line.id,
            "at": line.at.to_rfc3339(),
            "by": contents.person(line.by),
            "recipient": line.told.recipient,
            "address": line.told.address,
            "purpose": line.told.purpose,
            "authority": line.told.authority,
            "nature": line.told.nature,
            "log_entry": proven.number,
        },
    })
}

/// Intelligence never goes out without its labels.
fn intelligence_json(contents: &Contents, item: &Intelligence) -> Value {
    json!({
        "id": item.id,
        "kind": "assessment",
        "subject": item.subject,
        "words": item.words,
        "sensitivity": item.sensitivity.word(),
        "source_reliability": item.reliability.word(),
        "content_validity": item.validity.word(),
        "submitted_by": item.body,
        "entered_by": contents.person(item.by),
        "entered_at": item.at.to_rfc3339(),
    })
}

fn finding_json(contents: &Contents, finding: &Finding) -> Value {
    let citations: Vec<Value> = finding
        .cites
        .iter()
        .map(|said| {
            json!({
                "statement": said.id,
                "kind": "fact",
                "record": said.record,
                "dataset": dataset_name(contents, said),
                "property": said.property,
                "value": said.value,
                "release": release_label(contents, said),
                "first_seen": said.first_seen.to_rfc3339(),
                "last_seen": said.last_seen.to_rfc3339(),
                "ended_at": said.ended_at.map(|at| at.to_rfc3339()),
                "erased": said.erased,
            })
        })
        .collect();
    let note = &finding.note;
    json!({
        "id": note.id,
        "kind": note.kind.word(),
        "title": note.title,
        "text": note.text,
        "author": contents.person(note.by),
        "at": note.at.to_rfc3339(),
        "citations": citations,
    })
}

/// What was looked for and not found, and which matches were rejected: as material as what was found.
fn negatives_json(contents: &Contents) -> Value {
    let no_hits = contents.negatives.no_hits.iter().map(|one| {
        json!({
            "at": one.at.to_rfc3339(),
            "by": contents.person(one.by),
            "asked": one.asked,
            "where": one.datasets,
        })
    });
    let rejected = contents.negatives.rejected.iter().map(|one| {
        let said = &one.judgement;
        json!({
            "records": [said.pair.low(), said.pair.high()],
            "called": [one.called.0, one.called.1],
            "verdict": said.verdict,
            "probability": said.probability,
            "reason": said.reason,
            "by": contents.person(said.by),
            "at": said.at.to_rfc3339(),
        })
    });
    json!({
        "look_ups_without_hits": no_hits.collect::<Vec<_>>(),
        "rejected_matches": rejected.collect::<Vec<_>>(),
    })
}

fn dataset_name<'a>(contents: &'a Contents, said: &Statement) -> &'a str {
    contents
        .datasets
        .get(&said.dataset)
        .map_or("", |dataset| dataset.name.as_str())
}

fn release_label<'a>(contents: &'a Contents, said: &Statement) -> &'a str {
    contents
        .releases
        .get(&said.began)
        .map_or("", |release| release.label.as_str())
}

/// Statements in the form of FollowTheMoney, one a line, with their release and record beside.
fn statements(contents: &Contents) -> String {
    contents
        .statements()
        .map(|(whole, said)| format!("{}\n", statement_json(contents, whole, said)))
        .collect()
}

fn statement_json(contents: &Contents, whole: &Whole, said: &Statement) -> Value {
    json!({
        "id": said.id,
        "entity_id": whole.record.key,
        "canonical_id": whole.identity,
        "kind": "fact",
        "schema": said.schema,
        "prop": said.property,
        "value": said.value,
        "original_value": said.original,
        "lang": said.language,
        "dataset": dataset_name(contents, said),
        "external": false,
        "first_seen": said.first_seen.to_rfc3339(),
        "last_seen": said.last_seen.to_rfc3339(),
        "origin": Value::Null,
        "record": said.record,
        "release": said.began,
        "release_label": release_label(contents, said),
        "ended_at": said.ended_at.map(|at| at.to_rfc3339()),
    })
}

fn handling(contents: &Contents, line: &Disclosure) -> String {
    let told = &line.told;
    let terms: String = contents
        .datasets
        .values()
        .map(|dataset| {
            format!(
                "- {} ({}): {}\n",
                dataset.title, dataset.publisher, dataset.agreement.terms
            )
        })
        .collect();
    format!(
        "NOTICE ON HANDLING\n\n\
         Case {number}, disclosed on {at} by {by}.\n\
         To: {recipient}, {address}\n\
         Purpose: {purpose}\n\
         Authority: {authority}\n\
         Nature: {nature}\n\n\
         1. Use this package for the purpose named above and for nothing else.\n\
         2. Do not pass it on, whole or in part, without the written consent of whoever disclosed it.\n\
         3. A finding of the kind `assessment` is the view of the author named beside it and no fact. A subject whose\n\
         \x20  role is `unclassified` is neither accused nor suspected of anything; nor is anybody who stands in\n\
         \x20  graph.graphml as `not_a_subject`.\n\
         4. What the sources say may have changed since. Check before you act on it, and tell whoever disclosed it of\n\
         \x20  any error that you find. You may be told of corrections; carry them out.\n\
         5. This disclosure stands in the ledger of the case as {id}. log-entry.json is its entry in the log,\n\
         \x20  log-proof.txt proves the entry under the log's signed head, log-key.txt is the log's key.\n\n\
         Terms of the sources:\n{terms}",
        number = contents.case.number,
        at = line.at.to_rfc3339(),
        by = contents.person(line.by),
        recipient = told.recipient,
        address = told.address,
        purpose = told.purpose,
        authority = told.authority,
        nature = told.nature,
        id = line.id,
    )
}
