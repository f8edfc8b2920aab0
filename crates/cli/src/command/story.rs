//! The demo's story without a browser: refusals, approval, search, judgement, citation, release, alert, verification.
//! Every step fails loudly; at the end one JSON line of figures.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use desk::decide_case::Decision;
use desk::judge::NewJudgement;
use desk::look_up::LookUp;
use desk::note::NewNote;
use desk::open_case::NewCase;
use desk::proposals::ProposalLine;
use desk::subject::NewSubject;
use desk::{Desk, DeskError};
use domain::authority::{Actor, LegalBasis, Purpose, Reason};
use domain::case::{NoteKind, SubjectKind, SubjectRole};
use domain::id::{CaseId, RecordId};
use domain::identity::Verdict;
use domain::policy::selector::Asked;
use domain::watch::About;
use search::Question;
use serde::Deserialize;

use crate::command::demo::{self, Stage};
use crate::command::{serve, verify};
use crate::say;

#[derive(Deserialize)]
struct Story {
    company: Named,
    person: Named,
    turn: Turn,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    birth_date: String,
}

#[derive(Deserialize)]
struct Turn {
    property: String,
    old: String,
    new: String,
}

/// How long the alert may take to arrive before the story fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// Tells the story.
pub fn check(stage: Stage) -> anyhow::Result<()> {
    let story: Story =
        serde_json::from_str(&std::fs::read_to_string(stage.world.join("story.json"))?)?;
    let desk = stage.opened.desk.clone();
    let ines = demo::person(&stage.people, "ines")?.visitor.actor.clone();
    let sora = demo::person(&stage.people, "sora")?.visitor.actor.clone();
    let jonas = demo::person(&stage.people, "jonas")?.visitor.actor.clone();

    let case = opened_and_approved(&desk, &ines, &sora)?;
    refusals(&desk, &ines, &jonas, case, &story)?;
    let company = find_company(&desk, &ines, case, &story)?;
    desk.add_subject(
        &ines,
        case,
        &NewSubject {
            record: company,
            role: SubjectRole::OrganisationOfInterest,
            basis: String::new(),
        },
    )?;
    let judged = judge_best(&desk, &ines, case)?;
    cite_status(&desk, &ines, case, company, &story)?;
    let evidence = read_papers(&desk, &jonas, &stage)?;
    let alert_millis = watch_release(&stage, &desk, &ines, case, &story)?;
    let verified = verify_log(&desk, &stage.world)?;
    say::note(
        "each figure can be read again: `predicate serve` over this folder's `data`, signed in as",
    );
    for person in &stage.people {
        say::note(person.sign_in());
    }
    say::line(serde_json::json!({
        "records": stage.figures.records,
        "seconds_to_load": stage.figures.load_seconds,
        "records_per_second": stage.figures.records as f64 / stage.figures.load_seconds,
        "proposals": stage.figures.proposals,
        "judged": judged,
        "papers_filed": evidence,
        "milliseconds_from_release_to_alert": alert_millis,
        "log_entries": verified.0,
        "verify_seconds": verified.1,
    }));
    Ok(())
}

/// Reads each paper's bytes back, checked against the hash it was filed under.
fn read_papers(desk: &Desk, jonas: &Actor, stage: &Stage) -> anyhow::Result<usize> {
    let case = stage.papers.case;
    let listed = desk.evidence(jonas, case)?;
    for item in &listed {
        let (_, bytes) = desk.evidence_bytes(jonas, case, item.id)?;
        ensure!(bytes.len() as u64 == item.size, "`{}` was cut", item.name);
    }
    ensure!(listed.len() == stage.papers.papers, "a paper was lost");
    step("the papers read back as they were filed");
    Ok(listed.len())
}

/// Whom the tour looks for, in two lines.
pub fn actors(world: &Path) -> anyhow::Result<[String; 2]> {
    let story: Story = serde_json::from_str(&std::fs::read_to_string(world.join("story.json"))?)?;
    Ok([
        format!("company: {} ({})", story.company.name, story.company.number),
        format!(
            "person: {}, born {}",
            story.person.name, story.person.birth_date
        ),
    ])
}

fn step(what: &str) {
    say::note(format!("  {what}"));
}

fn opened_and_approved(desk: &Desk, ines: &Actor, sora: &Actor) -> anyhow::Result<CaseId> {
    let datasets = desk
        .datasets(ines)?
        .iter()
        .map(|dataset| dataset.id)
        .collect();
    let case = desk.open_case(
        ines,
        &NewCase {
            title: "Harbour dredging contracts".into(),
            predicate:
                "Two bidders for one contract gave the same address; one of them is owned abroad."
                    .into(),
            purpose: Some(Purpose::Procurement),
            legal_basis: Some(LegalBasis::StatutoryInquiry),
            datasets,
            kinds: SubjectKind::ALL.to_vec(),
            days: 90,
            ..NewCase::default()
        },
    )?;
    let look_up = things("Harbour");
    refused(
        desk.look_up(ines, case, &look_up).map(|_| ()),
        "look-up.case-not-open",
    )?;
    step("a look-up before approval is refused");
    refused(
        desk.decide_case(ines, case, &Decision::Approve),
        "case.not-ones-own",
    )?;
    step("approval by whoever wrote the case down is refused");
    desk.decide_case(sora, case, &Decision::Approve)?;
    step("another person approves");
    Ok(case)
}

fn refusals(
    desk: &Desk,
    ines: &Actor,
    jonas: &Actor,
    case: CaseId,
    story: &Story,
) -> anyhow::Result<()> {
    refused(
        desk.look_up(
            ines,
            case,
            &LookUp {
                reason: None,
                ..things("Harbour")
            },
        )
        .map(|_| ()),
        "look-up.no-reason",
    )?;
    step("a look-up without a reason is refused");
    let outcome = desk.look_up(jonas, case, &things("Harbour"));
    ensure!(
        matches!(outcome, Err(DeskError::NotFound(_))),
        "a stranger learnt of the case: {outcome:?}"
    );
    step("somebody outside the team does not learn that the case exists");
    let nobody = persons(Asked {
        name: story.person.name.clone(),
        ..Asked::default()
    });
    let outcome = desk.look_up(ines, case, &nobody);
    ensure!(
        matches!(outcome, Err(DeskError::Malformed { .. })),
        "a name alone found persons: {outcome:?}"
    );
    step("a person's name alone finds nobody");
    Ok(())
}

fn find_company(
    desk: &Desk,
    ines: &Actor,
    case: CaseId,
    story: &Story,
) -> anyhow::Result<RecordId> {
    let found = desk.look_up(ines, case, &things(&story.company.number))?;
    let hits = found.things.context("things were asked for")?.hits;
    let mut records = hits
        .iter()
        .filter(|hit| hit.schema == "Company")
        .map(|hit| hit.record);
    let with_status = records.find(|record| {
        desk.record(ines, case, *record, None).is_ok_and(|page| {
            page.statements.iter().any(|statement| {
                statement.property == story.turn.property
                    && statement.value.contains(&story.turn.old)
            })
        })
    });
    let record = with_status.with_context(|| {
        format!(
            "`{}` ({}) was not found",
            story.company.name, story.company.number
        )
    })?;
    step("the company is found by its register number");
    let born = story
        .person
        .birth_date
        .get(..4)
        .unwrap_or_default()
        .to_owned();
    let person = persons(Asked {
        name: story.person.name.clone(),
        birth: born,
        ..Asked::default()
    });
    let found = desk
        .look_up(ines, case, &person)?
        .persons
        .context("persons were asked for")?;
    let hits = found.map_err(|refusal| anyhow::anyhow!("{refusal}"))?.hits;
    ensure!(
        !hits.is_empty(),
        "`{}`, born {}, was not found",
        story.person.name,
        story.person.birth_date
    );
    step("the person is found by full name and birth year");
    Ok(record)
}

/// Judges the best proposal that touches the case.
fn judge_best(desk: &Desk, ines: &Actor, case: CaseId) -> anyhow::Result<u64> {
    let proposals = desk.proposals(ines, case)?;
    let probable = |line: &&ProposalLine| line.proposal.probability;
    let Some(best) = proposals
        .iter()
        .filter(|line| line.touches_subject && line.judged.is_none())
        .max_by(|a, b| probable(a).total_cmp(&probable(b)))
    else {
        bail!("no proposal touches the subject")
    };
    let (a, b) = (best.proposal.low, best.proposal.high);
    let page = desk.match_page(ines, case, a, b)?;
    let card = page.card.context("the matcher is stopped")?;
    let sum = card.prior + card.lines.iter().map(|line| line.bits).sum::<f64>();
    ensure!(
        (sum - card.weight).abs() < 1e-6,
        "the card's lines do not add up: {sum} and {}",
        card.weight
    );
    let note = NewNote {
        passages: Vec::new(),
        kind: NoteKind::Assessment,
        title: "Taken as one".into(),
        text: "They look like one company.".into(),
        cites: vec![],
        as_one: vec![a, b],
    };
    let outcome = desk.write_note(ines, case, &note);
    ensure!(
        matches!(outcome, Err(DeskError::Conflict(_))),
        "a note rests on a match nobody judged: {outcome:?}"
    );
    step("a note that treats an unjudged match as one company is refused");
    let judgement = NewJudgement {
        a,
        b,
        verdict: Verdict::Same,
        reason: "Same register number and address in both sources.".into(),
        seen: Some(page.seen),
    };
    desk.judge(ines, case, &judgement)?;
    desk.write_note(ines, case, &note)?;
    step("once a person has judged it, the same note is taken");
    Ok(1)
}

fn cite_status(
    desk: &Desk,
    ines: &Actor,
    case: CaseId,
    company: RecordId,
    story: &Story,
) -> anyhow::Result<()> {
    let page = desk.record(ines, case, company, None)?;
    let status = page
        .statements
        .iter()
        .find(|statement| statement.property == story.turn.property && statement.ended.is_none())
        .context("the company has no status")?;
    let source = desk.source_row(ines, case, company)?;
    let kept = page
        .record
        .file
        .as_ref()
        .map(|file| file.kept_sha256.as_str());
    ensure!(
        kept == Some(source.sha256.as_str()),
        "the stored bytes have another hash"
    );
    let note = NewNote {
        passages: Vec::new(),
        kind: NoteKind::Fact,
        title: "The bidder is in business".into(),
        text: format!(
            "The register lists the company as {} [[{}]].",
            status.value, status.id
        ),
        cites: vec![],
        as_one: vec![],
    };
    desk.write_note(ines, case, &note)?;
    step("a finding of fact cites the company's status");
    Ok(())
}

/// Delivers releases until the one that changes the status, and waits for the alert.
fn watch_release(
    stage: &Stage,
    desk: &Desk,
    ines: &Actor,
    case: CaseId,
    story: &Story,
) -> anyhow::Result<f64> {
    let events = desk.subscribe();
    serve::follow_commits(desk.clone())?;
    let steward = demo::person(&stage.people, "dara")?.visitor.clone();
    serve::follow_folder(desk.clone(), steward, &stage.feed)?;
    loop {
        let began = Instant::now();
        let Some(what) = demo::next(&stage.world, &stage.feed)? else {
            bail!("the status never changed")
        };
        loop {
            let Some(left) = PATIENCE.checked_sub(began.elapsed()) else {
                bail!("no event within {PATIENCE:?}: {what}")
            };
            match events.recv_timeout(left)? {
                desk::Event::Alert { case: told, .. }
                    if told == case && changed_status(desk, ines, case, story)? =>
                {
                    let millis = began.elapsed().as_secs_f64() * 1000.0;
                    step(&format!(
                        "a release arrives ({what}); the case is told after {millis:.0} ms"
                    ));
                    return Ok(millis);
                }
                // Published and alert are told in one commit: if this release was the one, the alert comes next.
                desk::Event::Published { .. } if !changed_status(desk, ines, case, story)? => break,
                _ => {}
            }
        }
    }
}

fn changed_status(desk: &Desk, ines: &Actor, case: CaseId, story: &Story) -> anyhow::Result<bool> {
    let inbox = desk.inbox(ines, case)?;
    Ok(inbox.iter().any(|row| match &row.alert.about {
        About::Change(change) => {
            change.property == story.turn.property
                && change.before.contains(&story.turn.old)
                && change.after.contains(&story.turn.new)
                && !row.alert.hits.is_empty()
        }
        _ => false,
    }))
}

fn verify_log(desk: &Desk, world: &Path) -> anyhow::Result<(u64, f64)> {
    desk.settle_log()?;
    let copy = world.with_file_name("log-copy");
    copy_folder(&desk.log_directory(), &copy)?;
    let began = Instant::now();
    let key = desk.log_key_text();
    let (entries, _, faults) = verify::verified(&copy, &key, None)?;
    let seconds = began.elapsed().as_secs_f64();
    ensure!(faults.is_empty(), "the log does not verify: {faults:?}");
    step("a copy of the log verifies offline");
    Ok((entries, seconds))
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to.join(name))?;
        } else {
            std::fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}

fn refused(outcome: Result<(), DeskError>, rule: &str) -> anyhow::Result<()> {
    match outcome {
        Err(DeskError::Refused(refusal)) if refusal.rule == rule => Ok(()),
        other => bail!("expected a refusal by `{rule}`, got {other:?}"),
    }
}

fn reason() -> Option<Reason> {
    Reason::new("ownership of bidders", "who stands behind the bidder")
}

fn things(text: &str) -> LookUp {
    LookUp {
        reason: reason(),
        asked: Asked::default(),
        question: Question {
            text: text.to_owned(),
            kinds: vec![
                SubjectKind::Organisations,
                SubjectKind::Assets,
                SubjectKind::Papers,
            ],
            limit: 20,
            ..Question::default()
        },
    }
}

fn persons(asked: Asked) -> LookUp {
    LookUp {
        reason: reason(),
        asked,
        question: Question {
            kinds: vec![SubjectKind::Persons],
            limit: 20,
            ..Question::default()
        },
    }
}
