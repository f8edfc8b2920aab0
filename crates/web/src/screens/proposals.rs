//! The queue of proposals.

use axum::extract::Path;
use desk::proposals::ProposalLine;
use domain::id::CaseId;
use domain::identity::Verdict;

use super::around::{Around, around};
use super::ask::{Answer, Filled, Here, shown};
use super::words;
use pages::format;
use pages::parts::{Certainty, Choice};
use pages::proposals::{ProposalRow, Proposals};

/// Proposals shown that touch no subject of the case.
const FEW: usize = 12;

pub(super) async fn list(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    let asked = here
        .ask("reading the matches of this case", move |desk, actor| {
            let lines = desk.proposals(actor, case)?;
            let stopped = desk.matching_stopped()?;
            Ok((around(desk, actor, case)?, lines, stopped))
        })
        .await;
    let back = format!("/cases/{case}/search");
    let (around, lines, stopped) =
        asked.map_err(|stop| stop.back("State a reason and search", &back))?;
    let mut page = Proposals {
        frame: around.frame(&here.visitor, "Matches", "m"),
        href: format!("{}/proposals", around.href()),
        words: query.get("words").to_owned(),
        kinds: kinds(&lines, query.get("kind")),
        stopped: stopped.map(|since| {
            format!(
                "The matcher is stopped since {}. No candidate is shown; what people have said of pairs is.",
                format::minute(since.micros())
            )
        }),
        ..Proposals::default()
    };
    page.filtered = !page.words.is_empty() || !query.get("kind").is_empty();
    let (mut besides, mut unshown) = (0, 0);
    let lines = lines.iter().filter(|line| fits(line, &query));
    for (at, line) in lines.enumerate() {
        let row = || row(&around, line, at);
        match line.judged.as_ref().map(|judged| judged.verdict) {
            None if !line.touches_subject && besides == FEW => unshown += 1,
            None => {
                besides += usize::from(!line.touches_subject);
                page.waiting.push(row());
            }
            Some(Verdict::Challenged) => page.contested.push(row()),
            Some(Verdict::Unsure) => page.unsure.push(row()),
            Some(Verdict::Same | Verdict::Different) => page.judged.push(row()),
        }
    }
    page.watermark =
        "Those that touch a subject of this case come first, the least certain of them on top."
            .to_owned();
    if unshown > 0 {
        page.watermark += &format!(
            " {} in its datasets are not shown; search for them below.",
            format::counted(unshown, "other", "others")
        );
    }
    shown(&page)
}

/// Whether a pair has every word asked for in one of its names, and the kind asked for.
fn fits(line: &ProposalLine, query: &Filled) -> bool {
    let names = format!("{} {}", line.captions.0, line.captions.1).to_lowercase();
    let words = query.get("words").to_lowercase();
    let kind = query.get("kind");
    words.split_whitespace().all(|word| names.contains(word))
        && (kind.is_empty() || line.records.0.schema == kind)
}

/// The kinds that occur, as choices of a list.
fn kinds(lines: &[ProposalLine], chosen: &str) -> Vec<Choice> {
    let mut kinds: Vec<&str> = lines
        .iter()
        .map(|line| line.records.0.schema.as_str())
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let choice = |kind: &str| Choice {
        value: kind.to_owned(),
        label: words::schema(kind),
        chosen: kind == chosen,
        ..Choice::default()
    };
    kinds.into_iter().map(choice).collect()
}

fn row(around: &Around, line: &ProposalLine, at: usize) -> ProposalRow {
    let (left, right) = &line.records;
    let record = |id| format!("{}/records/{id}", around.href());
    ProposalRow {
        href: format!("{}/proposals/{}/{}", around.href(), left.id, right.id),
        left: line.captions.0.clone(),
        left_marks: vec![around.mark(left.dataset, &format!("p{at}l"), &record(left.id))],
        right: line.captions.1.clone(),
        right_marks: vec![around.mark(right.dataset, &format!("p{at}r"), &record(right.id))],
        kind: words::schema(&left.schema),
        certainty: match &line.judged {
            None => Certainty::Proposed(format::probability(line.proposal.probability)),
            Some(judged) => Certainty::Judged(format!(
                "{} as {}, {}",
                around.name(judged.by),
                words::verdict(judged.verdict).text,
                format::day(judged.at.micros())
            )),
        },
        strongest_for: format!("{} of evidence in all", format::bits(line.proposal.weight)),
        strongest_against: String::new(),
        subject: if line.touches_subject {
            "a subject of this case".to_owned()
        } else {
            String::new()
        },
    }
}
