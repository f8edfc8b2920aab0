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
    for (at, line) in lines.iter().enumerate() {
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
