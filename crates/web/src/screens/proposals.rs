//! The queue of proposals.

use axum::extract::Path;
use desk::proposals::ProposalLine;
use domain::id::CaseId;
use domain::identity::Verdict;

use super::around::{Around, around};
use super::ask::{Answer, Here, shown};
use super::words;
use crate::format;
use crate::pages::parts::Certainty;
use crate::pages::proposals::{ProposalRow, Proposals};

/// Proposals shown that touch no subject of the case.
const FEW: usize = 12;

pub(super) async fn list(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    let asked = here
        .ask("reading the matches of this case", move |desk, actor| {
            let lines = desk.proposals(actor, case)?;
            Ok((around(desk, actor, case)?, lines))
        })
        .await;
    let back = format!("/cases/{case}/search");
    let (around, lines) = asked.map_err(|stop| stop.back("State a reason and search", &back))?;
    let mut page = Proposals {
        frame: around.frame(&here.visitor, "Matches", "m"),
        watermark: "Those that touch a subject of this case come first.".to_owned(),
        ..Proposals::default()
    };
    let others = lines
        .iter()
        .filter(|line| !line.touches_subject && line.judged.is_none());
    let unshown = others.count().saturating_sub(FEW) as u64;
    if unshown > 0 {
        page.watermark = format!(
            "Those that touch a subject of this case come first; {} in its datasets are not shown.",
            format::counted(unshown, "other", "others")
        );
    }
    let mut besides = 0;
    for (at, line) in lines.iter().enumerate() {
        if !line.touches_subject && line.judged.is_none() {
            besides += 1;
            if besides > FEW {
                continue;
            }
        }
        match line.judged.as_ref().map(|judged| judged.verdict) {
            None => page.waiting.push(row(&around, line, at)),
            Some(Verdict::Unsure) => page.unsure.push(row(&around, line, at)),
            Some(_) => {}
        }
    }
    shown(&page)
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
                "{} as unsure, {}",
                around.name(judged.by),
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
