//! FollowTheMoney streams from standard input to standard output, so that they go through pipes with the package's own
//! commands: validating, signing, aggregating, statements.
//!
//! Nothing is kept here. What the package drops in silence, or fails on, is told line by line. Special-category values
//! are left out of every stream, and counted: that is where we differ from the package on purpose.

mod entity;
mod statements;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead, Write};

use domain::source::{Place, Record};

pub use entity::Namespace;
pub use statements::{Shape, aggregate_statements, format_statements, statements};

use crate::bytes::{self, LineEnd};
use crate::ftm::Line;
use entity::Entity;

/// What became of a stream.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Told {
    /// Lines or rows read.
    pub read: u64,
    /// Lines or rows written.
    pub written: u64,
    /// Lines or rows refused.
    pub refused: u64,
    /// Values dropped.
    pub dropped: u64,
    /// Values of special categories left out, by property.
    pub special: BTreeMap<String, u64>,
}

/// Receives a sentence about a line that was not taken as it is.
pub type Note<'a> = &'a mut dyn FnMut(&str);

/// Reads entities and writes them with clean values only.
///
/// # Errors
/// When reading or writing fails.
pub fn validate(
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    note: Note<'_>,
) -> io::Result<Told> {
    let mut told = Told::default();
    let mut dropped = Vec::new();
    let mut out = Vec::new();
    lines(input, &mut |number, line| {
        told.read += 1;
        let mut parsed = match parse(line) {
            Ok(parsed) => parsed,
            Err(reason) => {
                told.refused += 1;
                note(&format!("line {number} {reason}"));
                return Ok(());
            }
        };
        let context = parsed.take_context();
        dropped.clear();
        let place = Place {
            file: 0,
            row: number,
        };
        let record = parsed.clean(place, &mut dropped, &mut |name, count, _| {
            *told.special.entry(name.to_owned()).or_default() += count;
        });
        for lost in &dropped {
            told.dropped += 1;
            note(&format!(
                "line {number}, `{}`, {}: `{}` {}",
                lost.key, lost.property, lost.value, lost.reason
            ));
        }
        out.clear();
        entity::write_record(&record, &context, &mut out)?;
        told.written += 1;
        output.write_all(&out)
    })?;
    output.flush()?;
    Ok(told)
}

/// Writes a record of a mapping as the package writes entities.
///
/// # Errors
/// When writing fails.
pub fn write_record(
    record: &Record,
    dataset: &str,
    sign: Option<&Namespace>,
    output: &mut dyn Write,
) -> io::Result<()> {
    let mut entity = Entity::of_record(record, dataset);
    if let Some(namespace) = sign {
        namespace.apply(&mut entity);
    }
    entity.write(output)
}

/// Signs the ids of entities for a namespace.
///
/// # Errors
/// When reading or writing fails.
pub fn sign(
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    namespace: &Namespace,
    note: Note<'_>,
) -> io::Result<Told> {
    let mut told = Told::default();
    entities(input, &mut told, note, &mut |told, mut entity, _| {
        namespace.apply(&mut entity);
        told.written += 1;
        entity.write(output)
    })?;
    output.flush()?;
    Ok(told)
}

/// Unites the parts of entities, wherever they lie; all of them are held until the end. As in the package, signatures
/// of ids are taken off.
///
/// # Errors
/// When reading or writing fails.
pub fn aggregate(
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    note: Note<'_>,
) -> io::Result<Told> {
    let mut told = Told::default();
    let none = Namespace::new("");
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut all: Vec<Entity> = Vec::new();
    entities(input, &mut told, note, &mut |told, mut entity, refuse| {
        none.apply(&mut entity);
        match places.get(&entity.id).and_then(|at| all.get_mut(*at)) {
            Some(known) => {
                if let Err(reason) = known.merge(entity) {
                    told.refused += 1;
                    refuse(&reason);
                }
            }
            None => {
                places.insert(entity.id.clone(), all.len());
                all.push(entity);
            }
        }
        Ok(())
    })?;
    for entity in all {
        told.written += 1;
        entity.write(output)?;
    }
    output.flush()?;
    Ok(told)
}

/// Unites parts of entities that follow each other; one entity is held at a time.
///
/// # Errors
/// When reading or writing fails.
pub fn aggregate_sorted(
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    note: Note<'_>,
) -> io::Result<Told> {
    let mut told = Told::default();
    let mut held: Option<Entity> = None;
    entities(input, &mut told, note, &mut |told, entity, refuse| {
        match &mut held {
            Some(known) if known.id == entity.id => {
                if let Err(reason) = known.merge(entity) {
                    told.refused += 1;
                    refuse(&reason);
                }
            }
            _ => {
                if let Some(done) = held.replace(entity) {
                    told.written += 1;
                    done.write(output)?;
                }
            }
        }
        Ok(())
    })?;
    if let Some(done) = held {
        told.written += 1;
        done.write(output)?;
    }
    output.flush()?;
    Ok(told)
}

fn parse(line: &[u8]) -> Result<Line<'_>, String> {
    Line::parse_all(line).map_err(|flaw| flaw.reason)
}

/// Hands over each line with its number, without its end and a mark at the start of the file.
fn lines(
    input: &mut dyn BufRead,
    take: &mut dyn FnMut(u64, &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut line = Vec::new();
    let mut number = 0;
    while let Some(end) = bytes::line(input, &mut line)? {
        number += 1;
        if end == LineEnd::TooLong {
            let reason = format!("line {number} is longer than {} bytes", bytes::LONGEST_LINE);
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        let text = line.strip_suffix(b"\r").unwrap_or(&line);
        let text = match text.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) if number == 1 => rest,
            _ => text,
        };
        if !text.iter().all(u8::is_ascii_whitespace) {
            take(number, text)?;
        }
    }
    Ok(())
}

/// Takes an entity; the last argument refuses it with a reason.
type Take<'a> = &'a mut dyn FnMut(&mut Told, Entity, &mut dyn FnMut(&str)) -> io::Result<()>;

/// Reads entities whose values are taken as clean.
fn entities(
    input: &mut dyn BufRead,
    told: &mut Told,
    note: Note<'_>,
    take: Take<'_>,
) -> io::Result<()> {
    lines(input, &mut |number, line| {
        told.read += 1;
        match Entity::parse(line, &mut told.special) {
            Ok(entity) => take(told, entity, &mut |reason| {
                note(&format!("line {number} {reason}"));
            }),
            Err(reason) => {
                told.refused += 1;
                note(&format!("line {number} {reason}"));
                Ok(())
            }
        }
    })
}
