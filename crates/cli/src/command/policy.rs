//! `policy`: the rules tried, explained, laid out as a table, and decisions of the log made again by the rules of their day.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use domain::audit::LogPurpose;
use domain::policy::trial::{ASKERS, examples, matrix};
use domain::policy::{Choice, Rulebook};

use crate::acting::Acting;
use crate::say;

/// Acts on the rules.
#[derive(Subcommand)]
pub enum Command {
    /// Tries examples against the rules: those that come with the program, or those of a file.
    Test {
        /// Examples of one's own (TOML, as `policies/tests.toml`).
        file: Option<PathBuf>,
    },
    /// Explains a rule; without a name, lists all.
    Explain {
        #[command(flatten)]
        chosen: Chosen,
        /// The rule, as refusals name it.
        rule: Option<String>,
    },
    /// Prints who may do what, by the rules, as a table (Markdown).
    Matrix {
        #[command(flatten)]
        chosen: Chosen,
    },
    /// Makes decisions of the log again, each by the archived rules that made it. Fails when one comes out otherwise.
    Replay {
        #[command(flatten)]
        acting: Acting,
        /// For what the log is read.
        #[arg(long, value_parser = super::log::purpose)]
        purpose: LogPurpose,
        /// How many entries, from the newest on.
        #[arg(long, default_value_t = 1_000)]
        entries: usize,
        /// Before this entry number.
        #[arg(long)]
        before: Option<u64>,
    },
}

/// Which rules.
#[derive(clap::Args)]
pub struct Chosen {
    /// The choice of packs (`policy.toml` of a data directory); without it, the base alone.
    #[arg(long)]
    choice: Option<PathBuf>,
    /// A pack, besides; may be given several times.
    #[arg(long = "pack")]
    packs: Vec<String>,
}

impl Chosen {
    fn book(&self) -> anyhow::Result<Rulebook> {
        let mut choice = match &self.choice {
            Some(path) => read(path)?,
            None => Choice::default(),
        };
        choice.packs.extend(self.packs.iter().cloned());
        Ok(Rulebook::chosen(&choice)?)
    }
}

fn read(path: &Path) -> anyhow::Result<Choice> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("choice `{}`", path.display()))?;
    Ok(Choice::read(&text)?)
}

/// Runs `policy`.
pub fn run(command: &Command, json: bool) -> anyhow::Result<()> {
    match command {
        Command::Test { file } => test(file.as_deref()),
        Command::Explain { chosen, rule } => explain(&chosen.book()?, rule.as_deref()),
        Command::Matrix { chosen } => {
            table(&chosen.book()?);
            Ok(())
        }
        Command::Replay {
            acting,
            purpose,
            entries,
            before,
        } => {
            let (opened, visitor) = acting.enter()?;
            let replay = opened
                .desk
                .replay(&visitor.actor, Some(*purpose), *before, *entries)?;
            if json {
                say::line(serde_json::json!({
                    "alike": replay.alike, "without": replay.without, "differing": replay.differing,
                    "versions": replay.versions, "oldest": replay.oldest,
                }));
            } else {
                for (number, found) in &replay.differing {
                    say::line(format!("entry {number}: {found}"));
                }
                for (version, count) in &replay.versions {
                    say::line(format!("{count} decisions by {version}"));
                }
                say::line(format!(
                    "{} alike, {} differing, {} entries that no rule stands behind",
                    replay.alike,
                    replay.differing.len(),
                    replay.without
                ));
            }
            if !replay.differing.is_empty() {
                bail!("decisions came out otherwise than the log says");
            }
            Ok(())
        }
    }
}

fn test(file: Option<&Path>) -> anyhow::Result<()> {
    let text = file
        .map(|path| {
            std::fs::read_to_string(path).with_context(|| format!("examples `{}`", path.display()))
        })
        .transpose()?;
    let tried = examples(text.as_deref())?;
    let mut wrong = 0;
    for example in &tried {
        let right = example.found == example.expected;
        wrong += usize::from(!right);
        let came = if right {
            example.found.clone()
        } else {
            format!("{} in place of {}", example.found, example.expected)
        };
        let mark = if right { "ok   " } else { "WRONG" };
        say::line(format!("{mark} {}: {came}", example.says));
    }
    say::line(format!("{} examples, {wrong} wrong", tried.len()));
    if wrong > 0 {
        bail!("examples came out otherwise than they say");
    }
    Ok(())
}

fn explain(book: &Rulebook, rule: Option<&str>) -> anyhow::Result<()> {
    let rules = book.rules();
    let Some(name) = rule else {
        for rule in rules {
            let effect = if rule.forbids { "forbids" } else { "permits" };
            say::line(format!("{}\t{effect}\t{}", rule.id, rule.source));
        }
        return Ok(());
    };
    let found: Vec<_> = rules.iter().filter(|rule| rule.id == name).collect();
    if found.is_empty() {
        bail!("there is no rule `{name}` in {}", book.version());
    }
    for rule in found {
        let effect = if rule.forbids { "forbids" } else { "permits" };
        say::line(format!("{} {effect} ({})", rule.id, book.version()));
        if !rule.says.is_empty() {
            say::line(format!("It says: {}", rule.says));
            say::line(format!("What would make it possible: {}", rule.remedy));
            say::line(format!("It comes from: {}", rule.source));
        }
        say::line(&rule.text);
    }
    Ok(())
}

fn table(book: &Rulebook) {
    let heads: Vec<&str> = ASKERS.iter().map(|(title, _, _)| *title).collect();
    say::line(format!("| Act | Case | {} |", heads.join(" | ")));
    say::line(format!("|---|---|{}", "---|".repeat(heads.len())));
    for line in matrix(book) {
        let (act, stage) = (line.act, line.stage);
        say::line(format!(
            "| {act} | {stage} | {} |",
            line.outcomes.join(" | ")
        ));
    }
}
