//! Guesses, each with its doubt and its reason.

use std::io::BufRead;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::{ending, sample};
use crate::mapping::{Format, Source};
use crate::{Input, IntakeError, bytes};

/// Bytes that are looked at.
const HEAD: usize = 1 << 20;
/// Rows from which a dialect is told.
const ROWS: usize = 200;

/// How sure a guess is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// A person said so, or a mark in the file does.
    None,
    /// All that was looked at agrees.
    Little,
    /// Something else is possible.
    Some,
}

impl Doubt {
    /// Says it in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "certain",
            Self::Little => "likely",
            Self::Some => "a guess",
        }
    }
}

/// One guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// What it is, as a mapping file writes it.
    pub value: String,
    /// How sure that is.
    pub doubt: Doubt,
    /// Why.
    pub why: String,
}

impl Guess {
    pub(super) fn new(value: impl Into<String>, doubt: Doubt, why: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            doubt,
            why: why.into(),
        }
    }

    fn told(value: &str) -> Self {
        Self::new(value, Doubt::None, "as you said")
    }
}

/// The first bytes of a file, unpacked, and why there are no more of them.
pub(super) fn head(input: &Input) -> Result<(Vec<u8>, Option<String>), IntakeError> {
    let mut opened = bytes::open(input)?;
    let mut head = Vec::new();
    while head.len() < HEAD {
        let part = match opened.reader.fill_buf() {
            Ok([]) => break,
            Ok(part) => part,
            Err(error) => return Ok((head, Some(format!("the file breaks off: {error}")))),
        };
        let wanted = part.len().min(HEAD - head.len());
        head.extend_from_slice(part.get(..wanted).unwrap_or_default());
        opened.reader.consume(wanted);
    }
    Ok((head, None))
}

/// Tells the format by marks in the file, then by its name, then by how it begins.
pub(super) fn format(input: &Input, head: &[u8], told: Option<&str>) -> Guess {
    if let Some(told) = told {
        return Guess::told(told);
    }
    let ending = ending(&input.name);
    let marked = match head {
        [b'P', b'A', b'R', b'1', ..] => Some("parquet"),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some("xls"),
        [b'P', b'K', 3, 4, ..] if ending == "ods" => Some("ods"),
        [b'P', b'K', 3, 4, ..] => Some("xlsx"),
        _ if head.starts_with(b"SQLite format 3\0") => Some("sqlite"),
        _ => None,
    };
    if let Some(format) = marked {
        return Guess::new(format, Doubt::None, "its first bytes say so");
    }
    let named = match ending.as_str() {
        "csv" | "tsv" | "tab" | "txt" => Some("csv"),
        "json" => Some("json"),
        "jsonl" | "ndjson" | "ijson" => Some("jsonl"),
        "xml" => Some("xml"),
        _ => None,
    };
    let start = head
        .iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xef | 0xbb | 0xbf));
    let lines = || {
        head.split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
    };
    let seems = match start {
        Some(b'<') => "xml",
        Some(b'{') if lines().take(2).all(is_json) && lines().count() > 1 => "jsonl",
        Some(b'{' | b'[') => "json",
        _ => "csv",
    };
    match named {
        Some(named) if named == seems || (named == "json" && seems == "jsonl") => {
            let doubt = if named == seems {
                Doubt::Little
            } else {
                Doubt::Some
            };
            Guess::new(seems, doubt, "its name and its beginning say so")
        }
        Some(named) => Guess::new(
            named,
            Doubt::Some,
            format!("its name says so, though it begins like {seems}"),
        ),
        None => Guess::new(seems, Doubt::Some, "it begins like that"),
    }
}

/// What a file called so is not: its first bytes speak against its name, or against being text at all.
pub(super) fn unlike(input: &Input, head: &[u8], format: &str) -> Option<String> {
    let ending = ending(&input.name);
    let marks: Option<(&str, &[u8])> = match ending.as_str() {
        "xlsx" | "xlsm" => Some(("a workbook of Excel", b"PK\x03\x04")),
        "ods" => Some(("an OpenDocument sheet", b"PK\x03\x04")),
        "xls" => Some(("an old workbook of Excel", &[0xd0, 0xcf, 0x11, 0xe0])),
        "parquet" => Some(("a Parquet file", b"PAR1")),
        "sqlite" | "sqlite3" | "db" | "db3" => Some(("an SQLite database", b"SQLite format 3\0")),
        _ => None,
    };
    let texts = matches!(format, "csv" | "tsv" | "json" | "jsonl" | "xml");
    if let Some((what, marks)) = marks.filter(|(_, marks)| texts && !head.starts_with(marks)) {
        let first = head.get(..marks.len()).unwrap_or(head);
        let said: Vec<String> = first.iter().map(|byte| format!("{byte:02x}")).collect();
        let said = said.join(" ");
        return Some(match head.is_empty() {
            true => format!("is called `.{ending}`, and is empty"),
            false => format!("is called `.{ending}`, and is not {what}: it begins with {said}"),
        });
    }
    let wide = Encoding::for_bom(head).is_some_and(|(encoding, _)| encoding != UTF_8);
    if !texts || wide {
        return None;
    }
    // Texts of two bytes a letter have zeros in every other place; other texts have no control characters but white space.
    let sample = head.get(..65_536.min(head.len())).unwrap_or_default();
    let zeros = |odd: usize| {
        let places = sample.iter().skip(odd).step_by(2);
        places.filter(|byte| **byte == 0).count()
    };
    let half = sample.len() / 2;
    if half > 0 && (zeros(0) * 4 > half * 3 || zeros(1) * 4 > half * 3) {
        return None;
    }
    let control = |byte: &&u8| **byte < 32 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 12 | 27);
    let odd = sample.iter().filter(control).count();
    (odd * 50 > sample.len()).then(|| {
        let share = odd * 100 / sample.len().max(1);
        format!("is no text and no format that is read here: {share} percent of its first bytes are control characters")
    })
}

fn is_json(line: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

/// Tells the character set.
pub(super) fn encoding(head: &[u8], told: Option<&str>) -> Guess {
    if let Some(told) = told {
        return Guess::told(told);
    }
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Guess::new(label(encoding), Doubt::None, "a mark at its start says so");
    }
    let sample = head.get(..4096.min(head.len())).unwrap_or_default();
    let zeros = |odd: usize| {
        let bytes = sample.iter().skip(odd).step_by(2);
        bytes.filter(|byte| **byte == 0).count() * 10 > sample.len() * 4
    };
    if zeros(1) && !zeros(0) {
        return Guess::new(label(UTF_16LE), Doubt::Little, "every second byte is zero");
    }
    if zeros(0) && !zeros(1) {
        return Guess::new(label(UTF_16BE), Doubt::Little, "every second byte is zero");
    }
    let whole = head.len() < HEAD;
    let valid = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The last character of what was looked at may be cut.
        Err(error) => error.error_len().is_none() && !whole,
    };
    if valid && head.is_ascii() {
        let doubt = if whole { Doubt::None } else { Doubt::Little };
        return Guess::new(label(UTF_8), doubt, "all that was looked at is ASCII");
    }
    if valid {
        return Guess::new(label(UTF_8), Doubt::Little, "its letters are written so");
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, whole);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    Guess::new(
        label(guessed),
        Doubt::Some,
        "it is not UTF-8, and its letters are most common in this one",
    )
}

fn label(encoding: &'static Encoding) -> String {
    encoding.name().to_lowercase()
}

/// The head as text.
pub(super) fn decoded(head: &[u8], encoding: Option<&'static Encoding>) -> String {
    let encoding = encoding.unwrap_or(UTF_8);
    encoding.decode(head).0.into_owned()
}

/// The byte that a mapping file's word for a mark means.
pub(super) fn byte(word: &str) -> Option<u8> {
    match word {
        "tab" | "\\t" => Some(b'\t'),
        other => match other.as_bytes() {
            [one] => Some(*one),
            _ => None,
        },
    }
}

fn word(byte: u8) -> String {
    if byte == b'\t' {
        "tab".to_owned()
    } else {
        char::from(byte).to_string()
    }
}

/// How well a delimiter and a quotation mark cut the text into rows of one width.
#[derive(Clone, Copy)]
struct Fit {
    delimiter: u8,
    columns: usize,
    agreeing: f64,
}

impl Fit {
    fn score(self) -> f64 {
        if self.columns < 2 {
            0.0
        } else {
            self.agreeing * self.agreeing * (self.columns as f64).ln().min(3.0)
        }
    }
}

/// Tells delimiter and quotation mark by which of them gives rows of one width.
pub(super) fn dialect(text: &str, delimiter: Option<&str>, quote: Option<&str>) -> (Guess, Guess) {
    let quoting = quote.map_or_else(|| quotation(text), Guess::told);
    let mark = byte(&quoting.value);
    if let Some(told) = delimiter {
        return (Guess::told(told), quoting);
    }
    let mut fits: Vec<Fit> = [b',', b';', b'\t', b'|', b'^', b'~', 0x1f, 0x01]
        .into_iter()
        .map(|delimiter| fit(text, delimiter, mark))
        .collect();
    fits.sort_by(|left, right| right.score().total_cmp(&left.score()));
    let guess = match fits.as_slice() {
        [best, second, ..] if best.score() > 0.0 => {
            let share = (best.agreeing * 100.0).round();
            let why = format!("it gives {} columns in {share} of 100 rows", best.columns);
            let clear = best.agreeing > 0.95 && second.score() < best.score() / 2.0;
            let doubt = if clear { Doubt::Little } else { Doubt::Some };
            Guess::new(word(best.delimiter), doubt, why)
        }
        _ => Guess::new(",", Doubt::Some, "no delimiter gives more than one column"),
    };
    (guess, quoting)
}

/// Tells the mark around values: the one that stands both after a delimiter and before one.
fn quotation(text: &str) -> Guess {
    let around = |mark: char| {
        let mut count = 0usize;
        for line in text.lines().take(ROWS) {
            let fields = line.split([',', ';', '\t', '|', '^', '~']);
            count += fields
                .map(str::trim)
                .filter(|field| field.len() > 1 && field.starts_with(mark) && field.ends_with(mark))
                .count();
        }
        count
    };
    let (double, single) = (around('"'), around('\''));
    if single > 1 && double == 0 {
        return Guess::new(
            "'",
            Doubt::Some,
            format!("{single} values stand between two of them"),
        );
    }
    if double > 0 {
        let why = format!("{double} values stand between two of them");
        return Guess::new("\"", Doubt::Little, why);
    }
    Guess::new(
        "\"",
        Doubt::Little,
        "no value stands between marks; this one is usual",
    )
}

fn fit(text: &str, delimiter: u8, quote: Option<u8>) -> Fit {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quote.is_some())
        .quote(quote.unwrap_or(b'"'))
        .from_reader(text.as_bytes());
    let mut widths: Vec<usize> = reader
        .byte_records()
        .take(ROWS)
        .map_while(Result::ok)
        .map(|record| record.len())
        .collect();
    if widths.len() > 2 && text.len() >= HEAD {
        widths.pop();
    }
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for width in &widths {
        *counts.entry(*width).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    let (columns, count) = most.unwrap_or_default();
    Fit {
        delimiter,
        columns,
        agreeing: count as f64 / widths.len().max(1) as f64,
    }
}

/// Tells whether the first row names the columns.
pub(super) fn header(rows: &[Vec<String>], told: Option<bool>) -> Guess {
    if let Some(told) = told {
        return Guess::told(if told { "yes" } else { "no" });
    }
    let Some((first, rest)) = rows.split_first() else {
        return Guess::new("yes", Doubt::Some, "there are no rows");
    };
    let first: Vec<&str> = first.iter().map(|name| name.trim()).collect();
    let valued = first.iter().filter(|name| is_value(name)).count();
    if valued > 0 {
        let why = format!("{valued} fields of the first row are numbers or dates");
        return Guess::new("no", Doubt::Some, why);
    }
    let mut distinct = first.clone();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < first.len() {
        let why = "fields of the first row are empty or come twice";
        return Guess::new("yes", Doubt::Some, why);
    }
    let differs = (0..first.len()).any(|at| {
        let mut below = rest
            .iter()
            .filter_map(|row| row.get(at))
            .map(|value| value.trim());
        let mut any = false;
        below.all(|value| {
            any |= !value.is_empty();
            value.is_empty() || is_value(value)
        }) && any
    });
    if differs {
        let why = "only below the first row are there numbers or dates";
        return Guess::new("yes", Doubt::Little, why);
    }
    Guess::new(
        "yes",
        Doubt::Some,
        "the fields of the first row differ from each other",
    )
}

fn is_value(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits > 0
        && text
            .chars()
            .all(|letter| letter.is_ascii_digit() || "-/.:, +%T".contains(letter))
}

/// Tells the path to the records of a tree: the list, or the element that comes again, that lies nearest to the root.
pub(super) fn records(
    input: &Input,
    source: &Source,
    format: Format,
    told: Option<&str>,
) -> Result<Guess, IntakeError> {
    if let Some(told) = told {
        return Ok(Guess::told(told));
    }
    let found = match format {
        Format::Xml => sample::repeated_element(input, source)?,
        _ => sample::first_list(input, source)?,
    };
    Ok(match found {
        Some(path) => Guess::new(path, Doubt::Some, "records that come again lie there"),
        None => Guess::new("", Doubt::Some, "nothing in it comes again"),
    })
}
