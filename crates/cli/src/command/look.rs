//! `source look`, `source draft`, `source preview`: what a file is and what would come of it, before anything is taken.
//!
//! No data directory is opened and nothing is kept.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use intake::{Guess, Input, Look, Mapping, Preview, Told};

use crate::say;

/// A file, and what is known of it already.
#[derive(Args)]
pub struct Looked {
    /// The file.
    pub file: PathBuf,
    /// Format, where the guess is wrong: csv, xlsx, ods, json, jsonl, xml, parquet, sqlite.
    #[arg(long)]
    pub format: Option<String>,
    /// Character set, where the guess is wrong.
    #[arg(long)]
    pub encoding: Option<String>,
    /// Delimiter, where the guess is wrong: one character, or `tab`.
    #[arg(long)]
    pub delimiter: Option<String>,
    /// Mark around values, where the guess is wrong: one character, or `none`.
    #[arg(long)]
    pub quote: Option<String>,
    /// Whether the first row names the columns, where the guess is wrong.
    #[arg(long)]
    pub header: Option<bool>,
    /// Sheet or table.
    #[arg(long)]
    pub part: Option<String>,
    /// Path to the records of a tree.
    #[arg(long)]
    pub records: Option<String>,
}

impl Looked {
    fn look(&self) -> anyhow::Result<Look> {
        let told = Told {
            format: self.format.clone(),
            encoding: self.encoding.clone(),
            delimiter: self.delimiter.clone(),
            quote: self.quote.clone(),
            header: self.header,
            part: self.part.clone(),
            records: self.records.clone(),
        };
        Ok(intake::look(&input(&self.file), &told)?)
    }
}

fn input(path: &Path) -> Input {
    let name = path.file_name().unwrap_or_default();
    Input {
        name: name.to_string_lossy().into_owned(),
        path: path.to_path_buf(),
    }
}

/// Prints what a file seems to be, with its columns.
pub fn look(looked: &Looked) -> anyhow::Result<()> {
    let look = looked.look()?;
    guess("format", Some(&look.format));
    if let Some(packed) = look.packed {
        say::line(format!("packed\t{packed}\tcertain"));
    }
    guess("encoding", look.encoding.as_ref());
    guess("delimiter", look.delimiter.as_ref());
    guess("quote", look.quote.as_ref());
    guess("header", look.header.as_ref());
    guess("records", look.records.as_ref());
    if look.parts.len() > 1 {
        say::line(format!("parts\t{}", look.parts.join(", ")));
    }
    say::line(format!("columns, in the first {} rows:", look.rows));
    for column in &look.columns {
        let samples = if column.special {
            "a special category: never read".to_owned()
        } else {
            column.samples.join(" | ")
        };
        say::line(format!(
            "  {}\t{} filled\t{samples}",
            column.name, column.filled
        ));
    }
    if let Some(fault) = look.fault {
        bail!("the file is read no further: {fault}")
    }
    Ok(())
}

fn guess(name: &str, guess: Option<&Guess>) {
    if let Some(guess) = guess {
        let doubt = guess.doubt.words();
        say::line(format!("{name}\t{}\t{doubt}: {}", guess.value, guess.why));
    }
}

/// Prints a proposed mapping.
pub fn draft(looked: &Looked, dataset: &str, schema: Option<&str>) -> anyhow::Result<()> {
    if let Some(name) = schema
        && domain::schema::Model::standard().schema(name).is_none()
    {
        bail!("schema `{name}` is not in the model")
    }
    let look = looked.look()?;
    let draft = intake::propose(&look, dataset, schema);
    for choice in &draft.choices {
        let to = if choice.property.is_empty() {
            "left out"
        } else {
            &choice.property
        };
        say::note(format!("{}: {to}, {}", choice.column, choice.why));
    }
    say::line(draft.write(&look).trim_end());
    Ok(())
}

/// Prints what would come of the first rows.
pub fn preview(
    mapping: Option<&Path>,
    files: &[PathBuf],
    rows: u64,
    json: bool,
) -> anyhow::Result<()> {
    let mapping = match mapping {
        None => Mapping::ftm(),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("mapping `{}`", path.display()))?;
            Mapping::parse(&text).with_context(|| format!("mapping `{}`", path.display()))?
        }
    };
    let inputs: Vec<Input> = files.iter().map(|path| input(path)).collect();
    let preview = intake::preview(&inputs, &mapping, rows)?;
    for record in &preview.records {
        if json {
            say::line(serde_json::to_string(record)?);
            continue;
        }
        let place = record.place.row;
        say::line(format!("{} {} (row {place})", record.schema, record.key));
        for value in &record.values {
            say::line(format!("  {}\t{}", value.property, value.value));
        }
    }
    faults(&preview);
    Ok(())
}

fn faults(preview: &Preview) {
    for row in &preview.refused {
        say::note(format!(
            "refused: {}, row {}: {}",
            row.file, row.row, row.reason
        ));
    }
    for lost in &preview.dropped {
        say::note(format!(
            "dropped: row {}, {}: `{}` {}",
            lost.place.row, lost.property, lost.value, lost.reason
        ));
    }
    let account = &preview.account;
    for (column, count) in &account.blanked {
        say::note(format!(
            "never read: {count} values of `{column}`, a special category"
        ));
    }
    for (file, column) in &account.missing_columns {
        say::note(format!("missing: `{file}` has no column `{column}`"));
    }
    say::note(format!(
        "rows read {}, taken {}, refused {}, left out {}; records {}; {}",
        account.read,
        account.rows_taken,
        account.refused,
        account.filtered,
        preview.records.len(),
        if preview.more {
            "there are more rows"
        } else {
            "these are all rows"
        },
    ));
}
