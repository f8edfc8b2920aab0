//! Statements in the package's three forms: CSV, packed CSV, JSON lines.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use csv::{QuoteStyle, ReaderBuilder, StringRecord, WriterBuilder};
use domain::schema::{Kind, Model, traits};
use serde_json::{Map, Value};
use sha1::{Digest, Sha1};

use super::entity::Entity;
use super::{Note, Told, entities, lines};
use crate::bytes::hexadecimal;

/// How statements are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A table with all columns, every value in quotation marks.
    Csv,
    /// A smaller table: schema and property in one column, no canonical id.
    Pack,
    /// JSON lines.
    Json,
}

impl Shape {
    /// Reads a name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Self::Csv),
            "pack" => Some(Self::Pack),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

const CSV_COLUMNS: [&str; 14] = [
    "canonical_id",
    "entity_id",
    "prop",
    "prop_type",
    "schema",
    "value",
    "dataset",
    "origin",
    "lang",
    "original_value",
    "external",
    "first_seen",
    "last_seen",
    "id",
];
const PACK_COLUMNS: [&str; 11] = [
    "entity_id",
    "prop",
    "value",
    "dataset",
    "lang",
    "original_value",
    "origin",
    "external",
    "first_seen",
    "last_seen",
    "id",
];
/// Columns of packed files that were written before they had a header.
const OLD_PACK_COLUMNS: [&str; 10] = [
    "entity_id",
    "prop",
    "value",
    "dataset",
    "lang",
    "original_value",
    "target",
    "external",
    "first_seen",
    "last_seen",
];
/// Statements that a packed file does not repeat among each other.
const BATCH: usize = 5000;
/// The property whose value is the checksum of an entity's other statements.
const ID: &str = "id";

/// One fact as one source says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Statement {
    canonical_id: String,
    entity_id: String,
    prop: String,
    prop_type: &'static str,
    schema: String,
    value: String,
    dataset: String,
    origin: Option<String>,
    lang: Option<String>,
    original_value: Option<String>,
    external: bool,
    first_seen: Option<String>,
    last_seen: Option<String>,
    id: String,
}

impl Statement {
    /// Settles what follows from the rest, as the package does.
    fn settled(mut self) -> Result<Self, String> {
        let kind = if self.prop == ID {
            Model::standard()
                .schema(&self.schema)
                .map(|_| None)
                .ok_or_else(|| format!("schema `{}` is not in the model", self.schema))?
        } else {
            let property = Model::standard().property(&self.schema, &self.prop);
            let known = property
                .ok_or_else(|| format!("`{}` has no property `{}`", self.schema, self.prop))?;
            Some(known.kind)
        };
        self.prop_type = kind.map_or(ID, Kind::name);
        if self.canonical_id.is_empty() {
            self.canonical_id.clone_from(&self.entity_id);
        }
        if kind.is_none_or(without_language) {
            self.lang = None;
        }
        if self.original_value.as_ref() == Some(&self.value) {
            self.original_value = None;
        }
        if self.last_seen.is_none() {
            self.last_seen.clone_from(&self.first_seen);
        }
        if self.id.is_empty() {
            self.id = self.key();
        }
        Ok(self)
    }

    /// The hash that identifies a statement.
    fn key(&self) -> String {
        let mut key = format!(
            "{}.{}.{}.{}",
            self.dataset, self.entity_id, self.prop, self.value
        );
        if let Some(lang) = &self.lang {
            key.push('@');
            key.push_str(lang);
        }
        if self.external {
            key.push_str(".ext");
        }
        hexadecimal(&Sha1::digest(key.as_bytes()))
    }

    fn field(&self, column: &str) -> &str {
        match column {
            "canonical_id" => &self.canonical_id,
            "entity_id" => &self.entity_id,
            "prop" => &self.prop,
            "prop_type" => self.prop_type,
            "schema" => &self.schema,
            "value" => &self.value,
            "dataset" => &self.dataset,
            "origin" => self.origin.as_deref().unwrap_or_default(),
            "lang" => self.lang.as_deref().unwrap_or_default(),
            "original_value" => self.original_value.as_deref().unwrap_or_default(),
            "external" => match self.external {
                true => "t",
                false => "f",
            },
            "first_seen" => self.first_seen.as_deref().unwrap_or_default(),
            "last_seen" => self.last_seen.as_deref().unwrap_or_default(),
            "id" => &self.id,
            _ => "",
        }
    }
}

/// Tells whether a language says nothing about values of a kind.
fn without_language(kind: Kind) -> bool {
    matches!(
        kind.name(),
        "entity"
            | "date"
            | "checksum"
            | "email"
            | "phone"
            | "gender"
            | "mimetype"
            | "topic"
            | "url"
            | "country"
            | "language"
            | "ip"
    )
}

/// Writes entities as statements.
///
/// # Errors
/// When reading or writing fails.
pub fn statements(
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    dataset: Option<&str>,
    shape: Shape,
    note: Note<'_>,
) -> io::Result<Told> {
    let mut told = Told::default();
    let mut writer = Writer::new(output, shape)?;
    entities(
        input,
        &mut told,
        note,
        &mut |told, entity, refuse| match of_entity(&entity, dataset.unwrap_or("undefined")) {
            Ok(all) => all.into_iter().try_for_each(|statement| {
                told.written += 1;
                writer.write(statement)
            }),
            Err(reason) => {
                told.refused += 1;
                refuse(&reason);
                Ok(())
            }
        },
    )?;
    writer.finish()?;
    Ok(told)
}

fn of_entity(entity: &Entity, dataset: &str) -> Result<Vec<Statement>, String> {
    let base = Statement {
        entity_id: entity.id.clone(),
        schema: entity.schema.clone(),
        dataset: dataset.to_owned(),
        ..Statement::default()
    };
    let mut all = Vec::new();
    // The checksum is that of the statements before they get the name of their dataset, as the package has it.
    let mut ids = Vec::new();
    for (prop, values) in &entity.properties {
        for value in values {
            let statement = Statement {
                prop: prop.clone(),
                value: value.clone(),
                ..base.clone()
            };
            let nameless = Statement {
                dataset: "undefined".to_owned(),
                ..statement.clone()
            };
            ids.push(nameless.key());
            all.push(statement.settled()?);
        }
    }
    ids.sort_unstable();
    let mut checksum = Sha1::new_with_prefix(entity.schema.as_bytes());
    ids.iter().for_each(|id| checksum.update(id.as_bytes()));
    let changed = entity.context.get("last_change").and_then(Value::as_str);
    let own = Statement {
        prop: ID.to_owned(),
        value: hexadecimal(&checksum.finalize()),
        first_seen: changed.map(str::to_owned),
        ..base
    };
    all.push(own.settled()?);
    Ok(all)
}

/// Writes statements in another form.
///
/// # Errors
/// When reading or writing fails.
pub fn format_statements(
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    from: Shape,
    to: Shape,
    note: Note<'_>,
) -> io::Result<Told> {
    let mut told = Told::default();
    let mut writer = Writer::new(output, to)?;
    read(input, from, &mut told, note, &mut |told, statement| {
        told.written += 1;
        writer.write(statement)
    })?;
    writer.finish()?;
    Ok(told)
}

/// Rolls statements of one canonical id that follow each other up into entities.
///
/// # Errors
/// When reading or writing fails.
pub fn aggregate_statements(
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    shape: Shape,
    note: Note<'_>,
) -> io::Result<Told> {
    let mut told = Told::default();
    let mut group: Vec<Statement> = Vec::new();
    let mut faults = Vec::new();
    read(input, shape, &mut told, note, &mut |told, statement| {
        let ends = group
            .first()
            .is_some_and(|first| first.canonical_id != statement.canonical_id);
        if ends {
            roll_up(&std::mem::take(&mut group), told, &mut faults, output)?;
        }
        group.push(statement);
        Ok(())
    })?;
    roll_up(&group, &mut told, &mut faults, output)?;
    faults.iter().for_each(|fault| note(fault));
    output.flush()?;
    Ok(told)
}

fn roll_up(
    group: &[Statement],
    told: &mut Told,
    faults: &mut Vec<String>,
    output: &mut dyn Write,
) -> io::Result<()> {
    let Some(first) = group.first() else {
        return Ok(());
    };
    let mut entity = Entity {
        id: first.canonical_id.clone(),
        schema: first.schema.clone(),
        properties: Vec::new(),
        context: Map::new(),
    };
    let (mut datasets, mut referents, mut origins) = (Vec::new(), Vec::new(), Vec::new());
    let (mut first_seen, mut last_seen, mut changed) = (None, None, None);
    for statement in group {
        match Model::standard().common(&entity.schema, &statement.schema) {
            Some(common) => entity.schema.clone_from(&common.name),
            None => {
                told.refused += group.len() as u64;
                faults.push(format!(
                    "`{}` is told as `{}` and as `{}`",
                    entity.id, entity.schema, statement.schema
                ));
                return Ok(());
            }
        }
        if statement.prop == ID {
            changed = changed.max(statement.first_seen.as_ref());
            continue;
        }
        entity.add(&statement.prop, vec![statement.value.clone()]);
        once(
            &mut datasets,
            Some(&statement.dataset).filter(|name| *name != "undefined"),
        );
        once(&mut origins, statement.origin.as_ref());
        let other = Some(&statement.entity_id).filter(|id| **id != entity.id);
        once(&mut referents, other);
        last_seen = last_seen.max(statement.last_seen.as_ref());
        first_seen = match (first_seen, statement.first_seen.as_ref()) {
            (Some(known), Some(new)) => Some(std::cmp::min(known, new)),
            (known, new) => known.or(new),
        };
    }
    let context = &mut entity.context;
    context.insert("referents".to_owned(), Value::from(referents));
    context.insert("datasets".to_owned(), Value::from(datasets));
    if !origins.is_empty() {
        context.insert("origin".to_owned(), Value::from(origins));
    }
    for (name, moment) in [
        ("first_seen", first_seen),
        ("last_seen", last_seen),
        ("last_change", changed),
    ] {
        if let Some(moment) = moment {
            context.insert(name.to_owned(), Value::from(moment.as_str()));
        }
    }
    told.written += 1;
    entity.write(output)
}

fn once(list: &mut Vec<String>, value: Option<&String>) {
    if let Some(value) = value
        && !list.contains(value)
    {
        list.push(value.clone());
    }
}

type Take<'a> = &'a mut dyn FnMut(&mut Told, Statement) -> io::Result<()>;

fn read(
    input: &mut dyn BufRead,
    shape: Shape,
    told: &mut Told,
    note: Note<'_>,
    take: Take<'_>,
) -> io::Result<()> {
    let mut one = |told: &mut Told, number: u64, made: Result<Statement, String>| {
        told.read += 1;
        match made {
            Ok(statement) if traits::special_property(&statement.prop) => {
                *told.special.entry(statement.prop).or_default() += 1;
                Ok(())
            }
            Ok(statement) => take(told, statement),
            Err(reason) => {
                told.refused += 1;
                note(&format!("row {number} {reason}"));
                Ok(())
            }
        }
    };
    if shape == Shape::Json {
        return lines(input, &mut |number, line| one(told, number, of_json(line)));
    }
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(input);
    let mut header: Option<Vec<String>> = None;
    let mut record = StringRecord::new();
    let mut number = 0;
    loop {
        number += 1;
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                one(told, number, Err("is not UTF-8".to_owned()))?;
                continue;
            }
            Err(error) => return Err(io::Error::other(error)),
        }
        let named = || record.iter().map(str::to_owned).collect();
        let columns = match &header {
            Some(columns) => columns,
            None => {
                let names: Vec<String> = named();
                let has = |wanted: &str| names.iter().any(|name| name == wanted);
                if shape == Shape::Csv || (has("entity_id") && has("prop")) {
                    header = Some(names);
                    continue;
                }
                header.insert(OLD_PACK_COLUMNS.map(str::to_owned).to_vec())
            }
        };
        let row: BTreeMap<&str, &str> = columns
            .iter()
            .map(String::as_str)
            .zip(record.iter())
            .collect();
        one(told, number, of_row(&row, shape))?;
    }
}

fn of_row(row: &BTreeMap<&str, &str>, shape: Shape) -> Result<Statement, String> {
    let needed = |column: &str| {
        let value = row.get(column).filter(|value| !value.is_empty());
        value
            .map(|value| (*value).to_owned())
            .ok_or_else(|| format!("has no `{column}`"))
    };
    let optional = |column: &str| {
        let value = row.get(column).filter(|value| !value.is_empty());
        value.map(|value| (*value).to_owned())
    };
    let prop = needed("prop")?;
    let (schema, prop) = match shape {
        Shape::Pack => match prop.split_once(':') {
            Some((schema, prop)) => (schema.to_owned(), prop.to_owned()),
            None => return Err(format!("has `{prop}` for a schema and a property")),
        },
        _ => (needed("schema")?, prop),
    };
    Statement {
        canonical_id: optional("canonical_id").unwrap_or_default(),
        entity_id: needed("entity_id")?,
        prop,
        prop_type: ID,
        schema,
        value: needed("value")?,
        dataset: needed("dataset")?,
        origin: optional("origin"),
        lang: optional("lang"),
        original_value: optional("original_value"),
        external: optional("external").is_some_and(|text| yes(&text)),
        first_seen: optional("first_seen"),
        last_seen: optional("last_seen"),
        id: optional("id").unwrap_or_default(),
    }
    .settled()
}

fn yes(text: &str) -> bool {
    matches!(
        text.to_lowercase().as_str(),
        "t" | "true" | "yes" | "y" | "1" | "on"
    )
}

fn of_json(line: &[u8]) -> Result<Statement, String> {
    let object: Map<String, Value> =
        serde_json::from_slice(line).map_err(|error| format!("is not JSON: {error}"))?;
    let optional = |name: &str| {
        let text = object.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let needed = |name: &str| optional(name).ok_or_else(|| format!("has no `{name}`"));
    Statement {
        canonical_id: optional("canonical_id").unwrap_or_default(),
        entity_id: needed("entity_id")?,
        prop: needed("prop")?,
        prop_type: ID,
        schema: needed("schema")?,
        value: needed("value")?,
        dataset: needed("dataset")?,
        origin: optional("origin"),
        lang: optional("lang"),
        original_value: optional("original_value"),
        external: object.get("external").and_then(Value::as_bool) == Some(true),
        first_seen: optional("first_seen"),
        last_seen: optional("last_seen"),
        id: optional("id").unwrap_or_default(),
    }
    .settled()
}

enum Writer<'a> {
    Csv(Box<csv::Writer<&'a mut dyn Write>>),
    Pack {
        out: Box<csv::Writer<&'a mut dyn Write>>,
        batch: Vec<Statement>,
        ids: std::collections::HashMap<String, usize>,
    },
    Json(&'a mut dyn Write),
}

impl<'a> Writer<'a> {
    fn new(output: &'a mut dyn Write, shape: Shape) -> io::Result<Self> {
        Ok(match shape {
            Shape::Json => Self::Json(output),
            Shape::Csv => {
                let mut out = WriterBuilder::new()
                    .quote_style(QuoteStyle::Always)
                    .from_writer(output);
                out.write_record(CSV_COLUMNS).map_err(io::Error::other)?;
                Self::Csv(Box::new(out))
            }
            Shape::Pack => {
                let mut out = csv::Writer::from_writer(output);
                out.write_record(PACK_COLUMNS).map_err(io::Error::other)?;
                Self::Pack {
                    out: Box::new(out),
                    batch: Vec::new(),
                    ids: std::collections::HashMap::new(),
                }
            }
        })
    }

    fn write(&mut self, statement: Statement) -> io::Result<()> {
        match self {
            Self::Csv(out) => {
                let row = CSV_COLUMNS.map(|column| statement.field(column));
                out.write_record(row).map_err(io::Error::other)
            }
            Self::Pack { batch, ids, .. } => {
                match ids.get(&statement.id).and_then(|at| batch.get_mut(*at)) {
                    Some(known) => *known = statement,
                    None => {
                        ids.insert(statement.id.clone(), batch.len());
                        batch.push(statement);
                    }
                }
                if batch.len() >= BATCH {
                    self.flush()?;
                }
                Ok(())
            }
            Self::Json(out) => {
                serde_json::to_writer(&mut **out, &json(&statement))?;
                out.write_all(b"\n")
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let Self::Pack { out, batch, ids } = self else {
            return Ok(());
        };
        ids.clear();
        for statement in batch.drain(..) {
            let packed = format!("{}:{}", statement.schema, statement.prop);
            let row = PACK_COLUMNS.map(|column| match column {
                "prop" => packed.as_str(),
                "external" if !statement.external => "",
                other => statement.field(other),
            });
            out.write_record(row).map_err(io::Error::other)?;
        }
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        match self {
            Self::Csv(mut out) | Self::Pack { mut out, .. } => out.flush(),
            Self::Json(out) => out.flush(),
        }
    }
}

fn json(statement: &Statement) -> Map<String, Value> {
    let optional = |text: &Option<String>| text.clone().map_or(Value::Null, Value::from);
    [
        ("canonical_id", Value::from(statement.canonical_id.as_str())),
        ("entity_id", Value::from(statement.entity_id.as_str())),
        ("prop", Value::from(statement.prop.as_str())),
        ("schema", Value::from(statement.schema.as_str())),
        ("value", Value::from(statement.value.as_str())),
        ("dataset", Value::from(statement.dataset.as_str())),
        ("lang", optional(&statement.lang)),
        ("original_value", optional(&statement.original_value)),
        ("first_seen", optional(&statement.first_seen)),
        ("last_seen", optional(&statement.last_seen)),
        ("external", Value::from(statement.external)),
        ("origin", optional(&statement.origin)),
        ("id", Value::from(statement.id.as_str())),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}
