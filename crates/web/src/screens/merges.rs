//! What a case took over from another: the list, each thing traced back, and the form.

use std::collections::BTreeMap;

use axum::extract::Path;
use desk::case_merge::{MergeLine, NewMerge, PartLine};
use domain::case::Membership;
use domain::id::{CaseId, CaseMergeId};

use super::around::{Around, around};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::stop::Stop;
use pages::format;
use pages::parts::{Field, FieldKind, errors_of};
use pages::subject::{PartRow, PartsPage, TakenOver};

pub(super) async fn page(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    shown(&read(&here, case).await?)
}

async fn read(here: &Here, case: CaseId) -> Result<PartsPage, Stop> {
    let (around, (taken, given)) = here
        .ask("reading what this case took over", move |desk, actor| {
            Ok((around(desk, actor, case)?, desk.case_merges(actor, case)?))
        })
        .await?;
    let leads = around.case.membership == Some(Membership::Lead) && around.is_open();
    Ok(PartsPage {
        frame: around.frame(&here.visitor, "Taken over", "o"),
        taken: taken.iter().map(|line| took(&around, line)).collect(),
        given: given.iter().map(|line| gave(&around, line)).collect(),
        form: if leads { fields() } else { Vec::new() },
        href: around.href(),
        ..PartsPage::default()
    })
}

fn fields() -> Vec<Field> {
    vec![
        Field::text("from", "Number of the other case")
            .required()
            .width("shorter")
            .hint("One that you lead as well, for example 2026-0003."),
        Field::text("reason", "Why the two are one matter")
            .kind(FieldKind::Area)
            .required(),
    ]
}

fn words(around: &Around, line: &MergeLine) -> String {
    format!(
        "{} on {}: {}",
        around.name(line.merge.by),
        format::minute(line.merge.at.micros()),
        line.merge.reason
    )
}

fn gave(around: &Around, line: &MergeLine) -> (String, String) {
    let what = if line.merge.whole {
        "all of it"
    } else {
        "a part of it"
    };
    let said = format!("{what} by case {}; {}", line.number, words(around, line));
    let href = line
        .title
        .as_ref()
        .map_or_else(String::new, |_| format!("/cases/{}/parts", line.merge.case));
    (said, href)
}

/// What a thing is called: one and several.
fn kind(word: &str) -> (&'static str, &'static str) {
    match word {
        "case" => ("case file", "case files"),
        "subject" => ("subject", "subjects"),
        "note" => ("note or finding", "notes and findings"),
        "evidence" => ("exhibit", "exhibits"),
        "passage" => ("passage", "passages"),
        "task" => ("task", "tasks"),
        "hypothesis" => ("hypothesis", "hypotheses"),
        "alert" => ("alert", "alerts"),
        "report" => ("report", "reports"),
        "disclosure" => ("disclosure", "disclosures"),
        "suspicion" => ("basis of a suspicion", "bases of suspicions"),
        _ => ("thing", "things"),
    }
}

fn took(around: &Around, line: &MergeLine) -> TakenOver {
    let other = format!("/cases/{}", line.merge.other);
    let reads = line.title.is_some();
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for one in &line.parts {
        let count = counts.entry(one.part.kind.as_str()).or_default();
        match one.part.new {
            Some(_) => count.0 += 1,
            None => count.1 += 1,
        }
    }
    let counted: Vec<String> = counts
        .iter()
        .map(|(word, (came, stayed))| {
            let (one, many) = kind(word);
            match (came, stayed) {
                (came, 0) => format::counted(*came, one, many),
                (0, stayed) => format!("{} stayed there", format::counted(*stayed, one, many)),
                (came, stayed) => format!(
                    "{}, {} stayed there",
                    format::counted(*came, one, many),
                    format::count(*stayed)
                ),
            }
        })
        .collect();
    TakenOver {
        from: match &line.title {
            Some(title) => format!("{} {title}", line.number),
            None => line.number.clone(),
        },
        href: if reads { other.clone() } else { String::new() },
        said: words(around, line),
        counts: format!("{}.", counted.join("; ")),
        parts: line
            .parts
            .iter()
            .map(|one| part(around, one, reads.then_some(other.as_str())))
            .collect(),
    }
}

fn part(around: &Around, one: &PartLine, other: Option<&str>) -> PartRow {
    let id = |bytes: [u8; 16]| CaseMergeId::from_bytes(bytes).to_string();
    let place = |case: &str, bytes: [u8; 16]| match one.part.kind.as_str() {
        "subject" => format!("{case}/subjects/{}", id(bytes)),
        "note" => format!("{case}/notes/{}", id(bytes)),
        "evidence" => format!("{case}/evidence/{}", id(bytes)),
        "task" | "hypothesis" => format!("{case}/work"),
        "alert" => format!("{case}/inbox"),
        "report" => format!("{case}/reports/{}", id(bytes)),
        "disclosure" => format!("{case}/disclosures"),
        "suspicion" => format!("{case}/subjects"),
        "passage" => format!("{case}/notes"),
        _ => case.to_owned(),
    };
    let here = around.href();
    PartRow {
        kind: kind(&one.part.kind).0.to_owned(),
        name: match one.name.is_empty() {
            true => "here".into(),
            false => one.name.clone(),
        },
        href: one
            .part
            .new
            .map_or_else(String::new, |new| match one.part.kind.as_str() {
                "case" => format!("{here}/notes/{}", id(new)),
                _ => place(&here, new),
            }),
        old_href: other.map_or_else(String::new, |case| place(case, one.part.old)),
        why: one.part.why.clone(),
    }
}

pub(super) async fn take(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let new = NewMerge {
        from: form.get("from").to_owned(),
        reason: form.get("reason").to_owned(),
        ..NewMerge::default()
    };
    let done = here
        .ask("taking over another case", move |desk, actor| {
            desk.merge_cases(actor, case, &new)
        })
        .await;
    let href = format!("/cases/{case}/parts");
    let stop = match done {
        Ok(_) => return go(&href),
        Err(stop) => stop,
    };
    let Some((wrong, reason)) = stop.field() else {
        return Err(stop.back("Back to what was taken over", &href));
    };
    let mut page = read(&here, case).await?;
    page.form = filled(page.form, &form, wrong, &reason);
    page.errors = errors_of(&page.form.iter().collect::<Vec<_>>());
    mended(&page)
}

fn filled(fields: Vec<Field>, form: &Filled, wrong: &str, reason: &str) -> Vec<Field> {
    fields
        .into_iter()
        .map(|field| {
            let typed = form.get(&field.name).to_owned();
            let at_fault = field.name == wrong;
            let field = field.value(&typed);
            if at_fault { field.error(reason) } else { field }
        })
        .collect()
}
