//! `work`: what the team of a case does in it, with the same acts as on the screens: reading records, subjects, matches,
//! notes, the inbox, evidence.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::Subcommand;
use desk::Desk;
use desk::evidence::NewEvidence;
use desk::judge::{Judged, NewJudgement};
use desk::note::NewNote;
use desk::subject::NewSubject;
use domain::authority::Actor;
use domain::case::{NoteKind, SubjectRole};
use domain::id::{CaseId, RecordId};
use domain::identity::{Pair, Verdict};
use domain::unlawful::Unlawful;
use domain::watch::About;

use super::case::numbered;
use super::{reading, reports, suspects};
use crate::acting::Acting;
use crate::say;

/// Who acts, and in which case.
#[derive(clap::Args)]
pub struct Inside {
    #[command(flatten)]
    acting: Acting,
    /// Number of the case, or its id, by which a token of that case goes.
    #[arg(long)]
    case: String,
}

/// Acts inside a case. Look-ups go on under the reason that was stated last.
#[derive(Subcommand)]
pub enum Command {
    #[command(flatten)]
    Reading(reading::Command),
    /// States why the next look-ups are made.
    Reason {
        #[command(flatten)]
        inside: Inside,
        /// Line of inquiry.
        #[arg(long)]
        line: String,
        /// What the look-ups should settle.
        #[arg(long)]
        settles: String,
    },
    /// Reads a record with its statements; their ids can be cited.
    Record {
        #[command(flatten)]
        inside: Inside,
        /// The record's id.
        record: String,
    },
    /// Follows the links of a record by one step.
    Links {
        #[command(flatten)]
        inside: Inside,
        /// The record's id.
        record: String,
    },
    #[command(flatten)]
    Suspects(suspects::Command),
    #[command(flatten)]
    Reports(reports::Command),
    /// Adds a record as a subject.
    Subject {
        #[command(flatten)]
        inside: Inside,
        /// The record's id.
        record: String,
        /// Its role: unclassified, victim, witness, other, organisation_of_interest.
        #[arg(long, default_value = "unclassified")]
        role: String,
        /// What the role rests on.
        #[arg(long, default_value = "")]
        basis: String,
    },
    /// Lists the machine's proposals that touch the case.
    Matches {
        #[command(flatten)]
        inside: Inside,
    },
    /// Judges a pair: same, different or unsure.
    Judge {
        #[command(flatten)]
        inside: Inside,
        /// One record.
        a: String,
        /// The other.
        b: String,
        /// same, different or unsure.
        #[arg(long)]
        verdict: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Takes a judgement back, so that what it held together falls apart.
    Split {
        #[command(flatten)]
        inside: Inside,
        /// One record.
        a: String,
        /// The other.
        b: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Writes a note or finding; `[[statement id]]` in the text cites.
    Note {
        #[command(flatten)]
        inside: Inside,
        /// note, fact or assessment.
        #[arg(long, default_value = "note")]
        kind: String,
        /// Title.
        #[arg(long)]
        title: String,
        /// Markdown.
        text: String,
    },
    /// Reads the inbox.
    Inbox {
        #[command(flatten)]
        inside: Inside,
    },
    /// Erases an item of evidence: its words and bytes go, its id and hash and the entry of who did so stay.
    Erase {
        #[command(flatten)]
        inside: Inside,
        /// The item's id.
        item: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Takes in an item of evidence.
    Evidence {
        #[command(flatten)]
        inside: Inside,
        /// The file.
        file: PathBuf,
        /// Where it came from.
        #[arg(long)]
        source: String,
        /// Who collected it.
        #[arg(long)]
        collector: String,
        /// When, as told.
        #[arg(long)]
        collected: String,
        /// Where.
        #[arg(long)]
        place: String,
        /// Tool and version.
        #[arg(long)]
        tool: String,
        /// The authority under which it was obtained.
        #[arg(long)]
        authority: String,
        /// SHA-256 that the bytes must have.
        #[arg(long)]
        sha256: Option<String>,
    },
}

impl Command {
    fn inside(&self) -> &Inside {
        match self {
            Self::Reading(command) => command.inside(),
            Self::Suspects(command) => command.inside(),
            Self::Reports(command) => command.inside(),
            Self::Reason { inside, .. }
            | Self::Record { inside, .. }
            | Self::Links { inside, .. }
            | Self::Subject { inside, .. }
            | Self::Matches { inside }
            | Self::Judge { inside, .. }
            | Self::Split { inside, .. }
            | Self::Note { inside, .. }
            | Self::Inbox { inside }
            | Self::Erase { inside, .. }
            | Self::Evidence { inside, .. } => inside,
        }
    }
}

/// Runs `work`.
pub fn run(command: &Command) -> anyhow::Result<()> {
    let inside = command.inside();
    let (opened, visitor) = inside.acting.enter()?;
    let (desk, actor) = (&opened.desk, &visitor.actor);
    let case = numbered(desk, actor, &inside.case)?;
    match command {
        Command::Reading(command) => reading::run(desk, actor, case, command)?,
        Command::Suspects(command) => suspects::run(desk, actor, case, command)?,
        Command::Reports(command) => reports::run(desk, actor, case, command)?,
        Command::Reason { line, settles, .. } => desk.state_reason(actor, case, line, settles)?,
        Command::Record { record, .. } => read_record(desk, actor, case, id(record)?)?,
        Command::Links { record, .. } => {
            for link in desk.walk(actor, case, id(record)?, None)?.links {
                say::line(format!(
                    "{}\t{}\t{}",
                    link.other, link.edge_schema, link.other_caption
                ));
            }
        }
        Command::Subject {
            record,
            role,
            basis,
            ..
        } => {
            let role =
                SubjectRole::from_word(role).ok_or_else(|| anyhow!("`{role}` is no role"))?;
            let new = NewSubject {
                record: id(record)?,
                role,
                basis: basis.clone(),
            };
            say::line(desk.add_subject(actor, case, &new)?);
        }
        Command::Matches { .. } => {
            for line in desk.proposals(actor, case)? {
                let (low, high) = (line.proposal.low, line.proposal.high);
                let (left, right) = line.captions;
                say::line(format!(
                    "{:.3}\t{low}\t{left}\t{high}\t{right}",
                    line.proposal.probability
                ));
            }
        }
        Command::Judge {
            a,
            b,
            verdict,
            reason,
            ..
        } => {
            let verdict = verdict_of(verdict)?;
            let new = NewJudgement {
                a: id(a)?,
                b: id(b)?,
                verdict,
                reason: reason.clone(),
                seen: None,
            };
            match desk.judge(actor, case, &new)? {
                Judged::Stands(judgement) => say::line(judgement),
                Judged::Waits(first) => say::line(format!(
                    "{first} waits: this type of case takes another person who says the same"
                )),
            }
        }
        Command::Split { a, b, reason, .. } => {
            let pair = Pair::new(id(a)?, id(b)?).context("the two are one record")?;
            desk.take_apart(actor, case, pair, reason)?;
        }
        Command::Note {
            kind, title, text, ..
        } => {
            let kind =
                NoteKind::from_word(kind).ok_or_else(|| anyhow!("`{kind}` is no kind of note"))?;
            let (title, text) = (title.clone(), text.clone());
            let new = NewNote {
                passages: Vec::new(),
                kind,
                title,
                text,
                cites: Vec::new(),
                as_one: Vec::new(),
            };
            say::line(desk.write_note(actor, case, &new)?);
        }
        Command::Inbox { .. } => read_inbox(desk, actor, case)?,
        Command::Erase { item, reason, .. } => {
            if !desk
                .erase_evidence(actor, case, reading::evidence(item)?, reason)?
                .gone
            {
                say::note(
                    "long reads hold the database's journal; the last remains go with the next erasure",
                );
            }
        }
        Command::Evidence { .. } => file_evidence(desk, actor, case, command)?,
    }
    Ok(())
}

/// Reads the id of a record.
pub fn id(text: &str) -> anyhow::Result<RecordId> {
    text.parse()
        .with_context(|| format!("`{text}` is no record"))
}

fn verdict_of(word: &str) -> anyhow::Result<Verdict> {
    match word {
        "same" => Ok(Verdict::Same),
        "different" => Ok(Verdict::Different),
        "unsure" => Ok(Verdict::Unsure),
        other => Err(anyhow!("`{other}` is neither same, different nor unsure")),
    }
}

fn read_record(desk: &Desk, actor: &Actor, case: CaseId, record: RecordId) -> anyhow::Result<()> {
    let page = desk.record(actor, case, record, None)?;
    let (caption, schema, dataset) = (&page.caption, &page.record.schema, &page.dataset.title);
    say::row([&format!("{caption} ({schema}, {dataset})")]);
    for statement in &page.statements {
        let ended = if statement.ended.is_some() {
            "ended"
        } else {
            ""
        };
        let (id, property) = (statement.id.to_string(), &statement.property);
        match ended {
            "" => say::row([&id, property, &statement.value]),
            ended => say::row([&id, property, &statement.value, ended]),
        }
    }
    Ok(())
}

fn read_inbox(desk: &Desk, actor: &Actor, case: CaseId) -> anyhow::Result<()> {
    for row in desk.inbox(actor, case)? {
        let told = match &row.alert.about {
            About::Change(change) => {
                format!(
                    "{}: {} became {}",
                    change.property,
                    change.before.join(", "),
                    change.after.join(", ")
                )
            }
            About::Proposal {
                subject,
                other,
                probability,
                ..
            } => {
                format!("{subject} may be {other} ({probability:.3})")
            }
            About::Deadline(deadline) => format!(
                "{} is due on {} ({})",
                deadline.of.to_text(),
                deadline.due,
                deadline.near.word()
            ),
            About::Damage { evidence } => {
                format!("the bytes of exhibit {evidence} are not those that were filed")
            }
            About::Unlawful { what, .. } => match what {
                Unlawful::Dataset(id) => format!("dataset {id} was obtained unlawfully"),
                Unlawful::Evidence(id) => format!("exhibit {id} was obtained unlawfully"),
            },
            About::Judgement { pair, verdict, .. } => {
                let said = serde_json::to_string(verdict)?;
                format!(
                    "{} and {}: now {}",
                    pair.low(),
                    pair.high(),
                    said.trim_matches('"')
                )
            }
        };
        let seen = if row.seen_at.is_some() { "seen" } else { "new" };
        let (id, raised) = (row.alert.id.to_string(), row.alert.raised.to_string());
        say::row([&id, &raised, seen, &told]);
    }
    Ok(())
}

fn file_evidence(
    desk: &Desk,
    actor: &Actor,
    case: CaseId,
    command: &Command,
) -> anyhow::Result<()> {
    let Command::Evidence {
        file,
        source,
        collector,
        collected,
        place,
        tool,
        authority,
        sha256,
        ..
    } = command
    else {
        return Ok(());
    };
    let new = NewEvidence {
        name: file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        source: source.clone(),
        collector: collector.clone(),
        collected: collected.clone(),
        place: place.clone(),
        tool: tool.clone(),
        authority: authority.clone(),
        declared_sha256: sha256.clone(),
        key: None,
    };
    let mut bytes = std::fs::File::open(file).with_context(|| file.display().to_string())?;
    let kept = desk.add_evidence(actor, case, &new, &mut bytes)?;
    say::line(format!("{}\t{}\t{} bytes", kept.id, kept.sha256, kept.size));
    Ok(())
}
