//! `real`: the six real datasets loaded, the sanctions stream replayed, and the expected matches told one by one.
//!
//! The data is not part of the project. No rule of the program names a row of it; what is expected is read here, after
//! the engine has said what it proposes.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use desk::decide_case::Decision;
use desk::open_case::NewCase;
use desk::subject::NewSubject;
use desk::users::NewUser;
use desk::{Desk, DeskError};
use domain::authority::{Actor, LegalBasis, Origin, Purpose, Role};
use domain::case::{SubjectKind, SubjectRole};
use domain::id::{CaseId, Randomness, RecordId};
use domain::watch::About;
use feeds::folder::Arrived;
use serde::Deserialize;

use crate::command::{serve, stream};
use crate::root::{self, SystemRandomness};
use crate::{place, say};

/// Loads the six real datasets and tells what comes of the expected matches.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder that holds `demo/` and `updates/`.
    #[arg(long)]
    data: PathBuf,
    /// The folder to work in; it must be empty or absent.
    #[arg(long, default_value = "predicate-real")]
    work: PathBuf,
    /// Stops the stream at this number.
    #[arg(long, default_value_t = 182)]
    until: u64,
}

/// Team of the run: a lead, a supervisor who approves, a steward who loads.
struct Team {
    desk: Desk,
    lead: Actor,
    supervisor: Actor,
    auditor: Actor,
    steward: desk::sign_in::Visitor,
}

#[derive(Deserialize)]
struct Expected {
    story: String,
    valid_from: String,
    id_a: String,
    name_a: String,
    id_b: String,
    name_b: String,
    verdict: String,
}

#[derive(Deserialize)]
struct Identified {
    id_a: String,
    id_b: String,
    verdict: String,
}

/// Stories whose records on the leak's side are made subjects, so that a later listing must be told.
const WATCHED: [&str; 2] = ["1", "2"];

/// Runs `real`.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let demo = arguments.data.join("demo");
    if !demo.join("raw").is_dir() {
        bail!("`{}` holds no folder `demo/raw`", arguments.data.display());
    }
    if arguments.work.exists() && arguments.work.read_dir()?.next().is_some() {
        bail!(
            "`{}` is not empty; say --work with another folder",
            arguments.work.display()
        );
    }
    let team = team(&arguments.work.join("data"))?;
    let known = place::real()?;
    let began = Instant::now();
    let twins = load(&team, &known, &demo)?;
    let names = known.iter().map(|place| place.name.clone()).collect();
    let (steward, auditor) = (&team.steward.actor, &team.auditor);
    super::agreement::for_demonstration(&team.desk, (steward, auditor), names)?;
    let run = team.desk.run_matching(&team.steward.actor)?;
    let seconds = began.elapsed().as_secs_f64();
    let records = team.desk.taken(&team.lead)?;
    say::note(format!(
        "{records} records and {} proposals in {seconds:.1} s",
        run.proposals
    ));

    let expected: Vec<Expected> = rows(&demo.join("expected_matches.csv"))?;
    let case = watching(&team, &expected)?;
    let (replayed, alerts) = replay(&team, case, &known, arguments, &demo)?;
    let verdicts = verdicts(&team, case, &expected)?;
    let identified = identified(&team, case, &rows(&demo.join("identifier_pairs.csv"))?)?;
    say::line(serde_json::json!({
        "records": records, "twin_records": twins, "seconds": seconds, "proposals": run.proposals,
        "releases_replayed": replayed, "alerts": alerts, "expected_right": verdicts.0,
        "expected_rows": verdicts.1, "identifier_pairs_right": identified.0, "identifier_pairs": identified.1,
    }));
    Ok(())
}

fn team(data: &Path) -> anyhow::Result<Team> {
    let desk = root::open(data, true, false)?.desk;
    let mut password = [0u8; 16];
    SystemRandomness.fill(&mut password);
    let password = domain::audit::hex(&password);
    let new = |name: &str, role| NewUser {
        name: name.into(),
        title: name.into(),
        roles: vec![role],
        password: password.clone(),
    };
    desk.first_user(&new("administrator", Role::Administrator))?;
    let enter = |name: &str| -> Result<desk::sign_in::Visitor, DeskError> {
        let signed_in = desk.sign_in(name, &password, Origin::CommandLine)?;
        desk.visitor(&signed_in.token, Origin::CommandLine)
    };
    let administrator = enter("administrator")?.actor;
    for (name, role) in [
        ("lead", Role::Investigator),
        ("supervisor", Role::Supervisor),
        ("steward", Role::DataSteward),
        ("auditor", Role::Auditor),
    ] {
        desk.add_user(&administrator, &new(name, role))?;
    }
    let (lead, supervisor, steward) = (
        enter("lead")?.actor,
        enter("supervisor")?.actor,
        enter("steward")?,
    );
    let auditor = enter("auditor")?.actor;
    Ok(Team {
        desk,
        lead,
        supervisor,
        auditor,
        steward,
    })
}

/// Loads what was published; gives the number of entities in the twins, for comparison.
fn load(team: &Team, known: &[place::Known], demo: &Path) -> anyhow::Result<u64> {
    let mut twins = 0;
    for place in known {
        let now = team.desk.now();
        team.desk
            .bring_dataset(&team.steward.actor, &place.dataset(now))?;
        let mut files = Vec::new();
        for entry in std::fs::read_dir(demo.join("raw"))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(&place.name.replace("_2018", "").replace("_offshore", "")) {
                files.push((name, entry.path()));
            }
        }
        files.sort();
        let arrived = Arrived::of(&place.name, "as published", files);
        let before = team.desk.taken(&team.lead)?;
        serve::deliver(&team.desk, &team.steward.actor, known, &arrived)
            .with_context(|| place.name.clone())?;
        let mapped = team.desk.taken(&team.lead)? - before;
        let twin = lines(
            &demo
                .join("ftm")
                .join(format!("{}.ftm.jsonl.gz", place.name)),
        )?;
        say::note(format!(
            "{}: {mapped} records by the mapping, {twin} in its twin",
            place.name
        ));
        twins += twin;
    }
    team.desk.catch_up(&mut |_| ())?;
    Ok(twins)
}

fn lines(path: &Path) -> anyhow::Result<u64> {
    let file = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    Ok(BufReader::new(flate2::read::GzDecoder::new(file))
        .lines()
        .count() as u64)
}

fn rows<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    reader
        .deserialize()
        .collect::<Result<_, _>>()
        .with_context(|| path.display().to_string())
}

/// Opens a case, has it approved, and makes the leak's side of the first two stories its subjects.
fn watching(team: &Team, expected: &[Expected]) -> anyhow::Result<CaseId> {
    let datasets = team
        .desk
        .datasets(&team.lead)?
        .iter()
        .map(|dataset| dataset.id)
        .collect();
    let new = NewCase {
        title: "Suppliers and offshore agents against lists".into(),
        predicate: "Published leak and published lists name the same companies.".into(),
        purpose: Some(Purpose::Sanctions),
        legal_basis: Some(LegalBasis::PublicTask),
        datasets,
        kinds: SubjectKind::ALL.to_vec(),
        days: 365,
        ..NewCase::default()
    };
    let case = team.desk.open_case(&team.lead, &new)?;
    team.desk
        .decide_case(&team.supervisor, case, &Decision::Approve)?;
    team.desk.state_reason(
        &team.lead,
        case,
        "expected matches",
        "what the engine makes of known pairs",
    )?;
    for row in expected
        .iter()
        .filter(|row| WATCHED.contains(&row.story.as_str()))
    {
        for key in [&row.id_a, &row.id_b] {
            if dataset_of(key) == "icij_offshore"
                && let Some(record) = found(team, case, key)?
            {
                let subject = NewSubject {
                    record,
                    role: SubjectRole::Unclassified,
                    basis: String::new(),
                };
                team.desk.add_subject(&team.lead, case, &subject)?;
            }
        }
    }
    Ok(case)
}

fn replay(
    team: &Team,
    case: CaseId,
    known: &[place::Known],
    arguments: &Arguments,
    demo: &Path,
) -> anyhow::Result<(u64, usize)> {
    let raw = demo.join("raw").join("us_ofac_sdn.csv.gz");
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(&raw)?).read_to_end(&mut text)?;
    let mut list = stream::List::read(&text)?;
    let (mut releases, mut told) = (0, 0);
    let folder = arguments.data.join("updates").join("us_ofac_sdn");
    for version in stream::versions(&folder)?
        .into_iter()
        .filter(|version| version.seq > 86)
    {
        if version.seq > arguments.until {
            break;
        }
        list.apply(&version)?;
        let path = arguments.work.join("us_ofac_sdn.csv");
        std::fs::write(&path, list.write()?)?;
        let label = format!("{:03} of {}", version.seq, version.day);
        let arrived = Arrived::of(
            "us_ofac_sdn",
            &label,
            vec![("us_ofac_sdn.csv".to_owned(), path)],
        );
        serve::deliver(&team.desk, &team.steward.actor, known, &arrived)
            .with_context(|| label.clone())?;
        team.desk.catch_up(&mut |_| ())?;
        told = tell(team, case, told, &label)?;
        releases += 1;
    }
    Ok((releases, told))
}

/// Tells the alerts that came with a release, newest first in the inbox.
fn tell(team: &Team, case: CaseId, before: usize, label: &str) -> anyhow::Result<usize> {
    let rows = team.desk.inbox(&team.lead, case)?;
    let fresh = rows.len() - before;
    if fresh == 0 {
        return Ok(before);
    }
    let names: BTreeMap<RecordId, String> = team
        .desk
        .subjects(&team.lead, case)?
        .into_iter()
        .map(|line| (line.subject.record, line.caption))
        .collect();
    for row in rows.iter().take(fresh) {
        match &row.alert.about {
            About::Proposal {
                subject,
                other,
                probability,
                ..
            } => {
                let page = team.desk.record(&team.lead, case, *other, None)?;
                let name = names.get(subject).cloned().unwrap_or_default();
                say::line(format!(
                    "alert\t{label}\t{name}\tmay be\t{} ({})\t{probability:.3}",
                    page.caption, page.record.key
                ));
            }
            About::Judgement { .. }
            | About::Damage { .. }
            | About::Deadline(_)
            | About::Unlawful { .. } => {}
            About::Change(change) => {
                say::line(format!("alert\t{label}\tchange of {}", change.property));
            }
        }
    }
    Ok(rows.len())
}

/// What the engine says of a pair: it proposes it, leaves it to a person, or keeps it apart.
fn opinion(
    team: &Team,
    case: CaseId,
    a: RecordId,
    b: RecordId,
) -> anyhow::Result<(&'static str, f64)> {
    let page = team.desk.match_page(&team.lead, case, a, b)?;
    let probability = page.card.map_or(0.0, |card| card.probability);
    Ok((
        if probability >= 0.9 {
            "same"
        } else if probability >= 0.2 {
            "left to a person"
        } else {
            "different"
        },
        probability,
    ))
}

fn verdicts(team: &Team, case: CaseId, expected: &[Expected]) -> anyhow::Result<(u64, u64)> {
    let mut right = 0;
    for row in expected {
        let (Some(a), Some(b)) = (found(team, case, &row.id_a)?, found(team, case, &row.id_b)?)
        else {
            let missing = format!(
                "{} ({}) and {} ({})",
                row.name_a, row.id_a, row.name_b, row.id_b
            );
            say::line(format!(
                "verdict\t{}\t{}\tnot loaded\t{missing}",
                row.story, row.verdict
            ));
            continue;
        };
        let (says, probability) = opinion(team, case, a, b)?;
        let fits = match row.verdict.as_str() {
            "same" => says == "same",
            "needs_human" => says == "left to a person",
            _ => says == "different" || says == "left to a person",
        };
        right += u64::from(fits);
        let mark = if fits {
            "as expected"
        } else {
            "NOT AS EXPECTED"
        };
        say::line(format!(
            "verdict\t{}\t{}\t{says} ({probability:.3})\t{mark}\t{} / {}\t{}",
            row.story, row.verdict, row.name_a, row.name_b, row.valid_from
        ));
    }
    Ok((right, expected.len() as u64))
}

fn identified(team: &Team, case: CaseId, pairs: &[Identified]) -> anyhow::Result<(u64, u64)> {
    let mut right = 0;
    for pair in pairs {
        let (Some(a), Some(b)) = (
            found(team, case, &pair.id_a)?,
            found(team, case, &pair.id_b)?,
        ) else {
            continue;
        };
        let (says, _) = opinion(team, case, a, b)?;
        right += u64::from(if pair.verdict == "same" {
            says == "same"
        } else {
            says != "same"
        });
    }
    Ok((right, pairs.len() as u64))
}

/// Keys of the twins begin with the name of their dataset.
fn dataset_of(key: &str) -> &str {
    key.split_once('-').map_or(key, |(dataset, _)| dataset)
}

fn found(team: &Team, case: CaseId, key: &str) -> anyhow::Result<Option<RecordId>> {
    Ok(team
        .desk
        .record_of_key(&team.lead, case, dataset_of(key), key)?)
}
