//! `ftm`: FollowTheMoney streams on standard input and output, under the names of the package's own commands.
//!
//! No data directory is opened and nothing is kept; only `map` reads files.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use intake::tool::{self, Namespace, Shape, Told};
use intake::{Input, Item, Mapping};

use crate::say;

/// Acts on streams.
#[derive(Subcommand)]
pub enum Command {
    /// Reads entities and writes them with clean values only; tells each value and line that is dropped.
    Validate(Ends),
    /// Unites the parts of entities, wherever they lie in the stream.
    Aggregate(Ends),
    /// Unites parts of entities that follow each other.
    SortedAggregate(Ends),
    /// Signs the ids of entities for a namespace.
    Sign {
        #[command(flatten)]
        ends: Ends,
        /// Name of the namespace; without one signatures are taken off.
        #[arg(short, long, default_value = "")]
        signature: String,
    },
    /// Carries a mapping file out over the files that it names.
    Map {
        /// The mapping file.
        mapping: PathBuf,
        /// Where to write; standard output when absent.
        #[arg(short, long = "outfile", default_value = "-")]
        outfile: PathBuf,
        /// Leaves ids unsigned.
        #[arg(long)]
        no_sign: bool,
    },
    /// Writes entities as statements.
    Statements {
        /// The entities; `-` for standard input.
        path: PathBuf,
        /// Where to write; standard output when absent.
        #[arg(short, long = "outpath", default_value = "-")]
        outpath: PathBuf,
        /// Name of the dataset.
        #[arg(short, long)]
        dataset: Option<String>,
        /// Form of the statements.
        #[arg(short, long, value_enum, default_value = "csv")]
        format: Form,
    },
    /// Writes statements in another form.
    FormatStatements {
        #[command(flatten)]
        ends: Ends,
        /// Form to read.
        #[arg(short = 'f', long, value_enum, default_value = "csv")]
        in_format: Form,
        /// Form to write.
        #[arg(short = 'x', long, value_enum, default_value = "csv")]
        out_format: Form,
    },
    /// Rolls sorted statements up into entities.
    AggregateStatements {
        #[command(flatten)]
        ends: Ends,
        /// Form of the statements.
        #[arg(short, long, value_enum, default_value = "csv")]
        format: Form,
    },
}

/// From where to where.
#[derive(Args)]
pub struct Ends {
    /// What to read; standard input when absent.
    #[arg(short, long, default_value = "-")]
    infile: PathBuf,
    /// Where to write; standard output when absent.
    #[arg(short, long, alias = "outpath", default_value = "-")]
    outfile: PathBuf,
}

/// A form of statements.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Form {
    /// A table with all columns.
    Csv,
    /// A smaller table.
    Pack,
    /// JSON lines.
    Json,
}

impl Form {
    fn shape(self) -> Shape {
        match self {
            Self::Csv => Shape::Csv,
            Self::Pack => Shape::Pack,
            Self::Json => Shape::Json,
        }
    }
}

const BUFFER: usize = 256 << 10;

/// Runs `ftm`. Status 1 when a line was refused; a value that is dropped is told and no failure, as in the package.
pub fn run(command: &Command) -> anyhow::Result<()> {
    let mut note = |text: &str| say::note(text);
    let told = match command {
        Command::Validate(ends) => tool::validate(
            &mut *reading(&ends.infile)?,
            &mut *writing(&ends.outfile)?,
            &mut note,
        ),
        Command::Aggregate(ends) => tool::aggregate(
            &mut *reading(&ends.infile)?,
            &mut *writing(&ends.outfile)?,
            &mut note,
        ),
        Command::SortedAggregate(ends) => tool::aggregate_sorted(
            &mut *reading(&ends.infile)?,
            &mut *writing(&ends.outfile)?,
            &mut note,
        ),
        Command::Sign { ends, signature } => tool::sign(
            &mut *reading(&ends.infile)?,
            &mut *writing(&ends.outfile)?,
            &Namespace::new(signature),
            &mut note,
        ),
        Command::Map {
            mapping,
            outfile,
            no_sign,
        } => return map(mapping, outfile, !no_sign),
        Command::Statements {
            path,
            outpath,
            dataset,
            format,
        } => tool::statements(
            &mut *reading(path)?,
            &mut *writing(outpath)?,
            dataset.as_deref(),
            format.shape(),
            &mut note,
        ),
        Command::FormatStatements {
            ends,
            in_format,
            out_format,
        } => tool::format_statements(
            &mut *reading(&ends.infile)?,
            &mut *writing(&ends.outfile)?,
            in_format.shape(),
            out_format.shape(),
            &mut note,
        ),
        Command::AggregateStatements { ends, format } => tool::aggregate_statements(
            &mut *reading(&ends.infile)?,
            &mut *writing(&ends.outfile)?,
            format.shape(),
            &mut note,
        ),
    };
    match told {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(error.into()),
        Ok(told) => summary(&told),
    }
}

fn summary(told: &Told) -> anyhow::Result<()> {
    for (property, count) in &told.special {
        say::note(format!(
            "{count} values of `{property}` are left out: a special category"
        ));
    }
    if told.refused > 0 {
        bail!("{} of {} were refused", told.refused, told.read)
    }
    Ok(())
}

fn reading(path: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(BufReader::with_capacity(BUFFER, io::stdin())));
    }
    let file = File::open(path).with_context(|| format!("`{}`", path.display()))?;
    Ok(Box::new(BufReader::with_capacity(BUFFER, file)))
}

fn writing(path: &Path) -> anyhow::Result<Box<dyn Write>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(BufWriter::with_capacity(BUFFER, io::stdout())));
    }
    let file = File::create(path).with_context(|| format!("`{}`", path.display()))?;
    Ok(Box::new(BufWriter::with_capacity(BUFFER, file)))
}

fn map(path: &Path, outfile: &Path, sign: bool) -> anyhow::Result<()> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("mapping `{shown}`"))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let include =
        |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|error| error.to_string());
    let mappings =
        Mapping::parse_each(&text, &include).with_context(|| format!("mapping `{shown}`"))?;
    let mut output = writing(outfile)?;
    let mut refused = 0;
    for mapping in &mappings {
        let inputs = named_files(mapping)?;
        let namespace = Namespace::new(mapping.dataset());
        let namespace = sign.then_some(&namespace);
        let mut fault = None;
        let read = intake::read(&inputs, mapping, &mut |item| {
            match item {
                Item::Record(record) => {
                    let written =
                        tool::write_record(&record, mapping.dataset(), namespace, &mut *output);
                    if let Err(error) = written {
                        fault = Some(error);
                        return ControlFlow::Break(());
                    }
                }
                Item::Refused(row) => {
                    say::note(format!("{}, row {}: {}", row.file, row.row, row.reason))
                }
                Item::Dropped(lost) => say::note(format!(
                    "`{}`, {}: `{}` {}",
                    lost.key, lost.property, lost.value, lost.reason
                )),
                Item::Aside(_) | Item::Withdrawn { .. } | Item::Progress { .. } => {}
            }
            ControlFlow::Continue(())
        });
        match fault {
            Some(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            Some(error) => return Err(error.into()),
            None => refused += read?.refused,
        }
    }
    output.flush()?;
    if refused > 0 {
        say::note(format!("{refused} rows gave nothing"));
    }
    Ok(())
}

/// The files that a mapping names by address, relative to where the command runs, as the package has it.
fn named_files(mapping: &Mapping) -> anyhow::Result<Vec<Input>> {
    let mut by_name: HashMap<String, PathBuf> = HashMap::new();
    let mut inputs = Vec::new();
    for address in mapping.addresses() {
        let path = local(&address)?;
        let name = address.split('?').next().unwrap_or(&address);
        let name = name.rsplit('/').next().unwrap_or(name).to_owned();
        match by_name.get(&name) {
            Some(known) if *known == path => continue,
            Some(_) => bail!("two files are called `{name}`; give one another name"),
            None => {}
        }
        by_name.insert(name.clone(), path.clone());
        inputs.push(Input { name, path });
    }
    Ok(inputs)
}

fn local(address: &str) -> anyhow::Result<PathBuf> {
    let expanded = expanded(address);
    let lower = expanded.to_lowercase();
    if lower.starts_with("http:") || lower.starts_with("https:") {
        bail!("`{address}` is not on this machine: fetch it first, and name the file")
    }
    for scheme in ["file://", "sqlite:///"] {
        if let Some(path) = expanded.strip_prefix(scheme) {
            return Ok(PathBuf::from(path));
        }
    }
    Ok(PathBuf::from(expanded))
}

/// Puts the values of `$NAME` and `${NAME}` in; names that are not set stay.
fn expanded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (name, tail) = match after
            .strip_prefix('{')
            .and_then(|inner| inner.split_once('}'))
        {
            Some(found) => found,
            None => {
                let end = after
                    .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
                    .unwrap_or(after.len());
                after.split_at(end)
            }
        };
        match std::env::var(name) {
            Ok(value) if !name.is_empty() => out.push_str(&value),
            _ => {
                out.push('$');
                rest = after;
                continue;
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}
