//! The report of a case as it stands now, to be read and printed. Sentences about people come from findings alone.

use axum::extract::Path;
use desk::note::NotePage;
use domain::case::{Evidence as Item, NoteKind};
use domain::id::CaseId;

use super::around::{Around, around};
use super::ask::{Answer, Here, shown};
use super::{case, evidence, note, subjects, words};
use pages::format;
use pages::notes::Reliance;
use pages::prose;
use pages::report::{Exhibit, Finding, Report, numbered_from};

pub(super) async fn page(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    let (around, report, course) = here
        .ask("reading the report of this case", move |desk, actor| {
            Ok((
                around(desk, actor, case)?,
                desk.report(actor, case)?,
                desk.course(actor, case)?,
            ))
        })
        .await?;
    let mut cited = 0;
    let findings: Vec<Finding> = report
        .findings
        .iter()
        .map(|page| {
            let finding = finding(&around, page, cited);
            cited += finding.sources.len();
            finding
        })
        .collect();
    shown(&Report {
        state: around.state(),
        made: format!(
            "As the case stood on {}. Working notes are no part of it.",
            format::minute(around.now.micros())
        ),
        stale: stale(&findings),
        facts: facts(&around, &course),
        subjects: report
            .subjects
            .iter()
            .map(|line| subjects::row(&around, line, "s"))
            .collect(),
        findings,
        exhibits: report
            .evidence
            .iter()
            .enumerate()
            .map(|(at, item)| exhibit(&around, item, at + 1))
            .collect(),
        method: method(report.judged),
        frame: around.frame(&here.visitor, "Report", "o"),
    })
}

fn finding(around: &Around, page: &NotePage, before: usize) -> Finding {
    let (body, cited) = prose::read(&page.note.text);
    let mut sources: Vec<Reliance> = note::thread(around, page, &cited);
    for source in &mut sources {
        source.number += before;
        for mark in &mut source.value.marks {
            // The same statement may be cited twice in one report.
            mark.id = format!("{}-{}", mark.id, source.number);
        }
    }
    let wrote = match page.note.kind {
        NoteKind::Assessment => "An assessment by",
        NoteKind::Fact | NoteKind::Note => "Written by",
    };
    Finding {
        title: page.note.title.clone(),
        href: format!("{}/notes/{}", around.href(), page.note.id),
        kind: words::note_kind(page.note.kind),
        by: format!(
            "{wrote} {}, {}.",
            around.name(page.note.by),
            format::minute(page.note.at.micros())
        ),
        body: numbered_from(body, before),
        sources,
    }
}

/// Says how many cited values are no longer so.
fn stale(findings: &[Finding]) -> String {
    let sources = findings.iter().flat_map(|finding| &finding.sources);
    match sources.filter(|source| !source.now.is_empty()).count() as u64 {
        0 => String::new(),
        many => format!(
            "{} in this report {} no longer what the source says. Each is marked; look at it before you rely on this report.",
            format::counted(many, "cited value", "cited values"),
            if many == 1 { "is" } else { "are" }
        ),
    }
}

fn facts(around: &Around, course: &desk::case_course::Course) -> Vec<(String, String)> {
    let file = &around.case.case;
    let titles: Vec<String> = file
        .scope
        .datasets
        .iter()
        .map(|id| around.dataset_title(*id))
        .collect();
    let basis = file.legal_basis.map_or("none named".to_owned(), |basis| {
        format!("{} ({})", basis.title(), basis.source())
    });
    let purpose = file.purpose.map_or("none named", |purpose| purpose.title());
    [
        ("Ground", file.predicate.clone()),
        ("Purpose", purpose.to_owned()),
        ("Legal basis", basis),
        ("Looked into", titles.join(", ")),
        ("Written down", around.name(file.opened_by)),
        ("Decided", case::decided(around, course)),
        ("Runs until", format::day(file.expires.micros())),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(label, text)| (label.to_owned(), text))
    .collect()
}

fn exhibit(around: &Around, item: &Item, number: usize) -> Exhibit {
    Exhibit {
        number: format!("E-{number}"),
        name: item.name.clone(),
        href: format!("{}/evidence/{}", around.href(), item.id),
        sha256: item.sha256.clone(),
        obtained: format!("{}; under {}", evidence::obtained(item), item.authority),
        filed: format!(
            "{}, {}",
            around.name(item.by),
            format::minute(item.at.micros())
        ),
    }
}

fn method((same, different): (usize, usize)) -> Vec<String> {
    let judged = |many: usize, what: &str| {
        format!(
            "{} in this case that two records are {what}.",
            format::counted(
                many as u64,
                "person\u{2019}s judgement was made",
                "people\u{2019}s judgements were made"
            )
        )
    };
    vec![
        judged(same, "one"),
        judged(different, "not one"),
        "A program proposes which records may be one, and gives its reasons. Nothing in this report rests on a proposal that no person has judged.".to_owned(),
        "That the program found no match does not say that there is none: names are written in many ways, and a source tells only what it holds.".to_owned(),
        "Each cited value is what a source said in the release named beside it; whether it is so, the source answers for.".to_owned(),
    ]
}
