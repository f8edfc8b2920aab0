//! `source`: datasets brought in, releases loaded and decided on, with progress while they are read.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use desk::Desk;
use desk::follow::{Delivery, Followed, Progress, follow_numbered, follow_release};
use desk::sources::{HeldDecision, NewDataset};
use domain::authority::Actor;
use domain::source::{Agreement, Extent, Receipt};
use indicatif::{ProgressBar, ProgressStyle};

use super::look::{self, Looked};
use crate::acting::Acting;
use crate::say;

/// Acts on sources.
#[derive(Subcommand)]
pub enum Command {
    /// Brings a dataset in under an agreement.
    Add {
        #[command(flatten)]
        acting: Acting,
        /// Short name: lower-case letters, digits, underscores.
        name: String,
        /// Title for people.
        #[arg(long)]
        title: String,
        /// Who publishes it.
        #[arg(long)]
        publisher: String,
        /// Ready terms: open-data, own-register, compelled-production. What else is said goes before them.
        #[arg(long)]
        template: Option<String>,
        /// The authority under which it was obtained.
        #[arg(long, required_unless_present = "template")]
        authority: Option<String>,
        /// Purpose for which it may be looked into; may be given several times.
        #[arg(long = "purpose", required_unless_present = "template")]
        purposes: Vec<String>,
        /// Licence or terms line to show with the data.
        #[arg(long)]
        terms: Option<String>,
        /// Days for which the agreement is in force; 365 when neither this nor a template says.
        #[arg(long)]
        days: Option<i64>,
        /// Forbids matching its records with those of other datasets.
        #[arg(long)]
        no_matching: bool,
    },
    /// Lists datasets with their releases.
    List {
        #[command(flatten)]
        acting: Acting,
    },
    /// Loads a release.
    Load {
        #[command(flatten)]
        acting: Acting,
        /// The dataset.
        dataset: String,
        /// The files of the release.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Mapping file; without one the files are FollowTheMoney JSON lines.
        #[arg(long)]
        mapping: Option<PathBuf>,
        /// What the source calls this release; the first file's name when absent.
        #[arg(long)]
        label: Option<String>,
        /// The files say only what is new.
        #[arg(long)]
        delta: bool,
        /// The number of this release, where the source numbers them: order is restored, and what is missing is told.
        #[arg(long)]
        number: Option<u64>,
    },
    /// Says whether a dataset names each person or thing once: then no two of its records are proposed as one.
    Once {
        #[command(flatten)]
        acting: Acting,
        /// The dataset.
        dataset: String,
        /// It may name one twice after all.
        #[arg(long)]
        not: bool,
        /// How that is known.
        #[arg(long)]
        reason: String,
    },
    /// Tells what a file seems to be, with its columns; nothing is taken.
    Look(Looked),
    /// Proposes a mapping for a file, and prints it.
    Draft {
        #[command(flatten)]
        looked: Looked,
        /// Short name of the dataset.
        #[arg(long)]
        dataset: String,
        /// Kind of entity that each row tells of, where the guess is wrong.
        #[arg(long)]
        schema: Option<String>,
    },
    /// Shows what would come of the first rows: records, refused rows, dropped values; nothing is taken.
    Preview {
        /// The files of the release.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Mapping file; without one the files are FollowTheMoney JSON lines.
        #[arg(long)]
        mapping: Option<PathBuf>,
        /// Rows of each file to read.
        #[arg(long, default_value_t = 20)]
        rows: u64,
    },
    /// Publishes a held release, or puts it away.
    Decide {
        #[command(flatten)]
        acting: Acting,
        /// The release.
        release: String,
        /// Publish it as it is.
        #[arg(long, conflicts_with = "abandon")]
        publish: bool,
        /// Put it away.
        #[arg(long)]
        abandon: bool,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Writes the signed receipt of a release, or with --refused its refused rows (CSV).
    Receipt {
        #[command(flatten)]
        acting: Acting,
        /// The release.
        release: String,
        /// The refused rows instead.
        #[arg(long)]
        refused: bool,
    },
    /// Reads the refused rows of the newest release again, and only those, by a mended mapping.
    Rerun {
        #[command(flatten)]
        acting: Acting,
        /// The release.
        release: String,
        /// Mapping file; without one the files are FollowTheMoney JSON lines.
        #[arg(long)]
        mapping: Option<PathBuf>,
        /// Only the refused rows of this file.
        #[arg(long)]
        file: Option<String>,
        /// All rows of a full release, not only those that were refused.
        #[arg(long, conflicts_with = "file")]
        all: bool,
    },
    #[command(flatten)]
    Live(super::live::Command),
}

/// Runs `source`.
pub fn run(command: &Command, json: bool) -> anyhow::Result<()> {
    match command {
        Command::Live(command) => super::live::run(command, json)?,
        Command::Receipt {
            acting,
            release,
            refused,
        } => {
            let (opened, visitor) = acting.enter()?;
            let release = release.parse().context("the release")?;
            let text = match refused {
                true => opened.desk.refused_file(&visitor.actor, release)?,
                false => opened.desk.receipt_file(&visitor.actor, release)?,
            };
            say::line(text.trim_end());
        }
        Command::Rerun {
            acting,
            release,
            mapping,
            file,
            all,
        } => {
            let (opened, visitor) = acting.enter()?;
            let release = release.parse().context("the release")?;
            let text = match mapping {
                Some(path) => std::fs::read_to_string(path)
                    .with_context(|| format!("mapping `{}`", path.display()))?,
                None => "ftm".to_owned(),
            };
            let (desk, actor) = (&opened.desk, &visitor.actor);
            let followed = match all {
                true => desk.read_release_again(actor, release, &text)?,
                false => desk.read_refused_again(actor, release, &text, file.as_deref())?,
            };
            opened.desk.catch_up(&mut |_| ())?;
            report(&followed, json);
        }
        Command::Add {
            acting,
            name,
            title,
            publisher,
            authority,
            template,
            purposes,
            terms,
            days,
            no_matching,
        } => {
            let ready = match template {
                Some(name) => crate::place::Ready::named(name)?,
                None => crate::place::Ready::plain(),
            };
            let (opened, visitor) = acting.enter()?;
            let now = opened.desk.now();
            let agreement = Agreement {
                purposes: match purposes.is_empty() {
                    true => ready.purposes,
                    false => purposes.clone(),
                },
                authority: authority.clone().unwrap_or(ready.authority),
                matching: ready.matching && !no_matching,
                standing_rules: ready.standing_rules && !no_matching,
                from: now,
                until: now.plus_days(days.unwrap_or(ready.days)),
                terms: terms.clone().unwrap_or(ready.terms),
                special: String::new(),
            };
            let new = NewDataset {
                name: name.clone(),
                title: title.clone(),
                publisher: publisher.clone(),
                agreement,
            };
            say::line(opened.desk.bring_dataset(&visitor.actor, &new)?);
        }
        Command::List { acting } => {
            let (opened, visitor) = acting.enter()?;
            for dataset in opened.desk.datasets(&visitor.actor)? {
                say::row([&dataset.name, &dataset.title, &dataset.publisher]);
                for line in opened.desk.releases(&visitor.actor, dataset.id)? {
                    let state = format!("{:?}", line.release.state).to_lowercase();
                    let id = format!("  {}", line.release.id);
                    say::row([&id, &line.release.label, &state]);
                }
            }
        }
        Command::Load {
            acting,
            dataset,
            files,
            mapping,
            label,
            delta,
            number,
        } => {
            let (opened, visitor) = acting.enter()?;
            let mapping = read_mapping(mapping.as_deref())?;
            let extent = if *delta {
                Extent::Delta
            } else {
                mapping.extent().unwrap_or(Extent::Full)
            };
            let label = label
                .clone()
                .or_else(|| number.map(|number| number.to_string()))
                .or_else(|| files.first().map(|file| name_of(file)))
                .unwrap_or_default();
            let files = files
                .iter()
                .map(|path| intake::Input {
                    name: name_of(path),
                    path: path.clone(),
                })
                .collect();
            let delivery = Delivery {
                dataset,
                label,
                files,
                mapping: &mapping,
                extent,
            };
            let followed = load(&opened.desk, &visitor.actor, &delivery, *number, !json)?;
            opened.desk.catch_up(&mut |_| ())?;
            report(&followed, json);
            if matches!(followed, Followed::Held { .. }) {
                bail!("the release is held and waits for a person")
            }
        }
        Command::Once {
            acting,
            dataset,
            not,
            reason,
        } => {
            let (opened, visitor) = acting.enter()?;
            let datasets = opened.desk.datasets(&visitor.actor)?;
            let Some(found) = datasets.iter().find(|known| known.name == *dataset) else {
                bail!("there is no dataset `{dataset}`");
            };
            opened
                .desk
                .say_each_once(&visitor.actor, found.id, !not, reason)?;
        }
        Command::Look(looked) => look::look(looked)?,
        Command::Draft {
            looked,
            dataset,
            schema,
        } => look::draft(looked, dataset, schema.as_deref())?,
        Command::Preview {
            files,
            mapping,
            rows,
        } => look::preview(mapping.as_deref(), files, *rows, json)?,
        Command::Decide {
            acting,
            release,
            publish,
            abandon,
            reason,
        } => {
            let (opened, visitor) = acting.enter()?;
            let decision = match (publish, abandon) {
                (true, _) => HeldDecision::Publish,
                (_, true) => HeldDecision::Abandon,
                _ => bail!("say --publish or --abandon"),
            };
            let release = release.parse().context("the release")?;
            opened
                .desk
                .decide_release(&visitor.actor, release, decision, reason)?;
            opened.desk.catch_up(&mut |_| ())?;
        }
    }
    Ok(())
}

fn read_mapping(path: Option<&Path>) -> anyhow::Result<intake::Mapping> {
    let Some(path) = path else {
        return Ok(intake::Mapping::ftm());
    };
    let text =
        std::fs::read_to_string(path).with_context(|| format!("mapping `{}`", path.display()))?;
    intake::Mapping::parse(&text).with_context(|| format!("mapping `{}`", path.display()))
}

/// Loads a delivery with a progress bar. Ctrl-C ends the process; what was staged stays unseen and is swept at the next
/// start.
pub fn load(
    desk: &Desk,
    actor: &Actor,
    delivery: &Delivery<'_>,
    number: Option<u64>,
    show: bool,
) -> anyhow::Result<Followed> {
    let bar = if show {
        ProgressBar::new(1)
    } else {
        ProgressBar::hidden()
    };
    let style = "{prefix} [{bar:30}] {bytes} of {total_bytes}, {msg}, {eta} left";
    bar.set_style(ProgressStyle::with_template(style)?);
    bar.set_prefix(format!("{} {}", delivery.dataset, delivery.label));
    let began = std::time::Instant::now();
    let mut told = |progress: Progress| {
        bar.set_length(progress.of.max(1));
        bar.set_position(progress.bytes);
        let rate = progress.records as f64 / began.elapsed().as_secs_f64().max(0.001);
        bar.set_message(format!("{} records, {rate:.0}/s", progress.records));
        ControlFlow::Continue(())
    };
    let followed = match number {
        Some(number) => follow_numbered(desk, actor, delivery, number, &mut told)?,
        None => follow_release(desk, actor, delivery, &mut told)?,
    };
    bar.finish_and_clear();
    Ok(followed)
}

/// Prints what came of a delivery.
pub fn report(followed: &Followed, json: bool) {
    match followed {
        Followed::TakenBefore { release } => {
            say::line(format!("taken before, as {release}; nothing changed"))
        }
        Followed::Published {
            receipt, alerts, ..
        } => {
            receipt_lines(receipt, json);
            if !json && *alerts > 0 {
                say::line(format!("  alerts raised: {alerts}"));
            }
        }
        Followed::Held {
            receipt, reason, ..
        } => {
            receipt_lines(receipt, json);
            say::note(format!("held for a person: {reason}"));
        }
    }
}

fn receipt_lines(receipt: &Receipt, json: bool) {
    if json {
        say::line(serde_json::to_string(receipt).unwrap_or_default());
        return;
    }
    say::line(format!(
        "{} {}: read {}, taken {}, refused {}; added {}, altered {}, withdrawn {}, unchanged {}",
        receipt.dataset,
        receipt.label,
        receipt.read,
        receipt.taken,
        receipt.refused,
        receipt.added,
        receipt.altered,
        receipt.withdrawn,
        receipt.unchanged
    ));
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
