//! Reads a folder of documents with and without recognition of pictures and tells what came of it.
//!
//! `survey FOLDER EXPECTED.csv [READER]`: the table names files of the folder and words that must be found in them;
//! of the kind `exact` all, of the kind `ocr` four of five. The last line is JSON.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use documents::{Account, Limits, Ocr, ReadError, Settings, read_with_parts};
use serde::Serialize;

/// Of five words of a scan, so many must be found.
const FOUR_OF_FIVE: f64 = 0.8;

#[derive(Debug, thiserror::Error)]
enum SurveyError {
    #[error("usage: survey FOLDER EXPECTED.csv [READER]")]
    Usage,
    #[error("a file cannot be read")]
    File(#[from] io::Error),
    #[error("the table of words cannot be read")]
    Table(#[from] csv::Error),
    #[error("the figures cannot be written")]
    Figures(#[from] serde_json::Error),
    #[error("a document cannot be read")]
    Read(#[from] ReadError),
}

/// What must be found in one file.
struct Expected {
    exact: bool,
    words: Vec<String>,
}

/// Figures of one format.
#[derive(Debug, Default, Clone, Serialize)]
struct Figures {
    files: u32,
    read: u32,
    unread: BTreeMap<String, u32>,
    exact_files: u32,
    exact_files_found: u32,
    scans: u32,
    scans_found: u32,
    words: u32,
    words_found: u32,
    pages: u64,
    recognised_pages: u64,
    parts: u64,
    seconds: f64,
}

impl Figures {
    fn add(&mut self, accounts: &[Account], expected: Option<&Expected>, seconds: f64) {
        self.files += 1;
        self.seconds += seconds;
        let has_text = accounts.iter().any(|account| {
            account
                .pages
                .iter()
                .any(|page| !page.text.trim().is_empty())
        });
        self.read += u32::from(has_text);
        if let Some(first) = accounts.first() {
            for reason in first.reasons() {
                *self.unread.entry(format!("{reason:?}")).or_default() += 1;
            }
        }
        for account in accounts {
            self.pages += account.pages.len() as u64;
            self.recognised_pages +=
                account.pages.iter().filter(|page| page.recognised).count() as u64;
            self.parts += account.parts.len() as u64;
        }
        let Some(expected) = expected else {
            return;
        };
        let text: Vec<String> = accounts.iter().map(Account::text).collect();
        let text = text.join("\n");
        let found = expected
            .words
            .iter()
            .filter(|word| text.contains(*word))
            .count();
        self.words += expected.words.len() as u32;
        self.words_found += found as u32;
        if expected.exact {
            self.exact_files += 1;
            self.exact_files_found += u32::from(found == expected.words.len());
        } else {
            self.scans += 1;
            let share = found as f64 / expected.words.len().max(1) as f64;
            self.scans_found += u32::from(share >= FOUR_OF_FIVE);
        }
    }

    fn join(&mut self, other: &Self) {
        self.files += other.files;
        self.read += other.read;
        for (reason, count) in &other.unread {
            *self.unread.entry(reason.clone()).or_default() += count;
        }
        self.exact_files += other.exact_files;
        self.exact_files_found += other.exact_files_found;
        self.scans += other.scans;
        self.scans_found += other.scans_found;
        self.words += other.words;
        self.words_found += other.words_found;
        self.pages += other.pages;
        self.recognised_pages += other.recognised_pages;
        self.parts += other.parts;
        self.seconds += other.seconds;
    }
}

fn main() -> Result<(), SurveyError> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let (folder, table, reader) = match arguments.as_slice() {
        [folder, table] => (folder, table, beside_this_program()?),
        [folder, table, reader] => (folder, table, reader.clone()),
        _ => return Err(SurveyError::Usage),
    };
    let expected = expected(table)?;
    let mut files = Vec::new();
    collect(folder, Path::new(""), &mut files)?;
    files.sort();
    let mut all = BTreeMap::new();
    for (title, ocr) in [("without_ocr", Ocr::Off), ("with_ocr", Ocr::WhenNeeded)] {
        let by_format = survey(&reader, folder, &files, &expected, ocr)?;
        table_of(title, &by_format)?;
        all.insert(title, by_format);
    }
    writeln!(io::stdout(), "{}", serde_json::to_string(&all)?)?;
    Ok(())
}

fn survey(
    reader: &Path,
    folder: &Path,
    files: &[String],
    expected: &BTreeMap<String, Expected>,
    ocr: Ocr,
) -> Result<BTreeMap<String, Figures>, SurveyError> {
    let mut by_format: BTreeMap<String, Figures> = BTreeMap::new();
    let settings = Settings {
        ocr,
        ..Settings::default()
    };
    let scratch = std::env::temp_dir().join(format!("survey-{}", std::process::id()));
    for name in files {
        fs::create_dir_all(&scratch)?;
        let began = Instant::now();
        let accounts = read_with_parts(
            reader,
            &folder.join(name),
            name,
            &settings,
            &Limits::default(),
            &scratch,
        )?;
        let seconds = began.elapsed().as_secs_f64();
        fs::remove_dir_all(&scratch)?;
        let format = name.rsplit('.').next().unwrap_or("none").to_lowercase();
        let before = by_format.entry(format).or_default();
        let found_before = (before.exact_files_found, before.scans_found);
        before.add(&accounts, expected.get(name), seconds);
        let found = found_before != (before.exact_files_found, before.scans_found);
        remark(name, &accounts, expected.contains_key(name) && !found)?;
    }
    Ok(by_format)
}

/// Names each file that was not read whole, on the side.
fn remark(name: &str, accounts: &[Account], missed: bool) -> io::Result<()> {
    let mut side = io::stderr();
    for account in accounts {
        for unread in &account.unread {
            let place = unread.place.as_deref().unwrap_or("whole");
            writeln!(
                side,
                "{name}: {} ({place}): {:?}: {}",
                account.original.name, unread.reason, unread.words
            )?;
        }
        for contradiction in &account.contradictions {
            writeln!(side, "{name}: {}: {contradiction}", account.original.name)?;
        }
    }
    if missed {
        writeln!(side, "{name}: expected words are missing")?;
    }
    Ok(())
}

fn table_of(title: &str, by_format: &BTreeMap<String, Figures>) -> io::Result<()> {
    let mut out = io::stdout();
    let mut total = Figures::default();
    for figures in by_format.values() {
        total.join(figures);
    }
    writeln!(out, "{title}")?;
    writeln!(
        out,
        "| format | files | with text | unread | exact | scans | words | pages | parts | seconds | pages/s |\n|---|---|---|---|---|---|---|---|---|---|---|"
    )?;
    let rows = by_format
        .iter()
        .map(|(format, figures)| (format.as_str(), figures));
    for (format, it) in rows.chain([("all", &total)]) {
        let unread: Vec<String> = it
            .unread
            .iter()
            .map(|(reason, count)| format!("{count} {reason}"))
            .collect();
        writeln!(
            out,
            "| {format} | {} | {} | {} | {}/{} | {}/{} | {}/{} | {} | {} | {:.1} | {:.1} |",
            it.files,
            it.read,
            unread.join(", "),
            it.exact_files_found,
            it.exact_files,
            it.scans_found,
            it.scans,
            it.words_found,
            it.words,
            it.pages,
            it.parts,
            it.seconds,
            it.pages as f64 / it.seconds.max(0.001),
        )?;
    }
    Ok(())
}

fn expected(table: &Path) -> Result<BTreeMap<String, Expected>, SurveyError> {
    let mut all = BTreeMap::new();
    for row in csv::Reader::from_reader(File::open(table)?).into_records() {
        let row = row?;
        let (Some(file), Some(kind), Some(words)) = (row.get(0), row.get(1), row.get(2)) else {
            continue;
        };
        let expected = Expected {
            exact: kind == "exact",
            words: words.split_whitespace().map(str::to_owned).collect(),
        };
        all.insert(
            file.strip_prefix("files/").unwrap_or(file).to_owned(),
            expected,
        );
    }
    Ok(all)
}

fn collect(root: &Path, below: &Path, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(root, &path, files)?;
        } else {
            files.push(path.to_string_lossy().into_owned());
        }
    }
    Ok(())
}

fn beside_this_program() -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.parent().and_then(Path::parent);
    Ok(folder.unwrap_or(Path::new(".")).join("predicate-extract"))
}
