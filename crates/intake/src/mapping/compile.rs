//! From the shape of a mapping file to what is carried out: names are looked up, patterns compiled, order settled.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::schema::{Kind as PropertyKind, Model, Schema, traits};
use encoding_rs::Encoding;
use regex::Regex;
use serde_yaml_ng::{Mapping as Yaml, Value};
use sha1::{Digest, Sha1};

use super::entity::{EntityMapping, Key, PropertyMapping, PropertyOrigin, SchemaChoice};
use super::steps::{Derivation, Origin, Piece, Rule, Split, Step, Template};
use super::yaml::{
    ConditionFile, DeriveFile, EntityFile, File, JoinFile, Layout, PrepareFile, PropertyFile,
    QueryFile, SplitFile, scalar,
};
use super::{Condition, Dialect, Join, MappingError, Preparation, Query, Slot, Slots, Source};

type Result<T> = std::result::Result<T, MappingError>;

/// Where in the file a fault lies.
#[derive(Clone)]
struct At(String);

impl At {
    fn inside(&self, part: &str) -> Self {
        Self(format!("{}, {part}", self.0))
    }

    fn fault<T>(&self, reason: impl Into<String>) -> Result<T> {
        Err(self.error(reason))
    }

    fn error(&self, reason: impl Into<String>) -> MappingError {
        MappingError::Meaning {
            place: self.0.clone(),
            reason: reason.into(),
        }
    }

    fn regex(&self, pattern: &str) -> Result<Regex> {
        Regex::new(pattern).map_err(|error| self.error(format!("pattern `{pattern}`: {error}")))
    }
}

/// Compiles all queries of a file.
pub(super) fn queries(dataset: &str, file: &File) -> Result<Vec<Query>> {
    let all: Vec<&QueryFile> = file.query.iter().chain(&file.queries).collect();
    if all.is_empty() {
        return At("mapping".to_owned()).fault("has no queries");
    }
    let countries = Arc::new(own_countries(file));
    let numbered = all.into_iter().zip(1..);
    numbered
        .map(|(query, number)| {
            compile_query(
                dataset,
                file,
                &countries,
                query,
                &At(format!("query {number}")),
            )
        })
        .collect()
}

fn compile_query(
    dataset: &str,
    whole: &File,
    countries: &Arc<HashMap<String, String>>,
    file: &QueryFile,
    at: &At,
) -> Result<Query> {
    let urls = file.csv_url.0.iter().chain(&file.csv_urls.0);
    let from_urls = urls.map(|url| url.rsplit('/').next().unwrap_or(url).to_owned());
    let named = file.file.0.iter().chain(&file.files.0).cloned();
    let mut source = compile_source(named.chain(from_urls).collect(), &file.layout, at)?;
    let mut prepare = Vec::new();
    for (step, number) in file.prepare.iter().zip(1..) {
        compile_preparation(
            step,
            &mut source.slots,
            &mut prepare,
            &at.inside(&format!("prepare {number}")),
        )?;
    }
    let mut filter = match &file.when {
        Some(when) => compile_condition(when, &mut source.slots, at)?,
        None => Condition::default(),
    };
    filter
        .is
        .extend(compile_sets(&file.filters, &mut source.slots, at)?);
    filter
        .is_not
        .extend(compile_sets(&file.filters_not, &mut source.slots, at)?);
    let withdrawn = match &file.withdrawn {
        None => None,
        Some(rule) => {
            let mut condition = match &rule.when {
                Some(when) => compile_condition(when, &mut source.slots, at)?,
                None => Condition::default(),
            };
            if let Some(column) = &rule.column {
                let wanted = rule.equals.0.iter().cloned().map(Some).collect();
                condition.is.push((source.slots.number(column), wanted));
            }
            Some(condition)
        }
    };
    let mut entities = compile_entities(dataset, &file.entities, &mut source, at)?;
    for entity in &mut entities {
        entity.mention_names = whole.mention_names;
        for property in entity
            .properties
            .iter_mut()
            .filter(|property| property.country)
        {
            property.countries = Arc::clone(countries);
        }
    }
    link_joins(&mut prepare, &mut source.slots);
    Ok(Query {
        source,
        prepare,
        filter,
        withdrawn,
        entities,
    })
}

/// The file's own territories by folded name.
fn own_countries(file: &File) -> HashMap<String, String> {
    let mut own = HashMap::new();
    for (code, names) in &file.countries {
        let code = code.to_lowercase();
        own.extend(
            names
                .0
                .iter()
                .map(|name| (name.to_lowercase(), code.clone())),
        );
        own.insert(code.clone(), code);
    }
    own
}

fn compile_source(files: Vec<String>, layout: &Layout, at: &At) -> Result<Source> {
    if files.is_empty() {
        return at.fault("names no file (`file`, `files` or `csv_url`)");
    }
    let encoding = match &layout.encoding {
        None => None,
        Some(label) => match Encoding::for_label(label.as_bytes()) {
            Some(encoding) => Some(encoding),
            None => return at.fault(format!("encoding `{label}` is not known")),
        },
    };
    let delimiter = match layout.delimiter.as_deref() {
        None => None,
        Some("\\t" | "tab") => Some(b'\t'),
        Some(text) => match text.as_bytes() {
            [one] => Some(*one),
            _ => return at.fault(format!("delimiter `{text}` is not one ASCII character")),
        },
    };
    Ok(Source {
        files,
        format: layout.format,
        dialect: Dialect {
            delimiter,
            encoding,
            skip: layout.skip,
            header: layout.header.clone(),
            empty: layout.empty.0.clone(),
            ragged: layout.ragged,
            squash: layout.squash,
        },
        records: layout.records.clone().unwrap_or_default(),
        sheet: layout.sheet.clone(),
        slots: Slots::default(),
        special: layout.special.0.clone(),
    })
}

fn compile_preparation(
    file: &PrepareFile,
    slots: &mut Slots,
    out: &mut Vec<Preparation>,
    at: &At,
) -> Result<()> {
    if let Some(derive) = &file.derive {
        out.push(Preparation::Derive(compile_derivations(derive, slots, at)?));
    }
    if let Some(split) = &file.split {
        out.push(Preparation::Split(Box::new(compile_split(
            split, slots, at,
        )?)));
    }
    if let Some(join) = &file.join {
        out.push(Preparation::Join(Box::new(compile_join(join, slots, at)?)));
    }
    if let Some(column) = &file.each {
        out.push(Preparation::Each(slots.number(column)));
    }
    if let Some(column) = &file.group {
        out.push(Preparation::Group(slots.number(column)));
    }
    if let Some(condition) = &file.filter {
        out.push(Preparation::Filter(compile_condition(
            condition, slots, at,
        )?));
    }
    Ok(())
}

fn compile_derivations(yaml: &Yaml, slots: &mut Slots, at: &At) -> Result<Vec<(Slot, Derivation)>> {
    let mut out = Vec::new();
    for (name, spec) in yaml {
        let Some(name) = scalar(name) else {
            return at.fault("a column's name is no text");
        };
        let at = at.inside(&format!("column `{name}`"));
        if slots.wanted(&name).is_some() {
            return at.fault("is the name of a column that is used before; give the derived one a name of its own");
        }
        let file: DeriveFile = from_yaml(spec, &at)?;
        let columns: Vec<&String> = file.column.0.iter().chain(&file.columns.0).collect();
        let origin = if let Some(template) = &file.template {
            Origin::Template(compile_template(template, slots, &at)?)
        } else if !file.literal.0.is_empty() {
            Origin::Literals(file.literal.0.clone())
        } else if columns.is_empty() {
            return at.fault("has neither columns nor a template nor literals");
        } else {
            let columns = columns
                .into_iter()
                .map(|column| slots.number(column))
                .collect();
            match &file.join {
                Some(with) => Origin::Joined(columns, with.clone()),
                None => Origin::Columns(columns),
            }
        };
        let when = file
            .when
            .as_ref()
            .map(|when| compile_condition(when, slots, &at))
            .transpose()?;
        let steps = compile_steps(&file.steps, slots, &at)?;
        out.push((
            slots.make(&name),
            Derivation {
                origin,
                when,
                steps,
            },
        ));
    }
    Ok(out)
}

fn compile_split(file: &SplitFile, slots: &mut Slots, at: &At) -> Result<Split> {
    let mut rules = Vec::new();
    for rule in &file.rules {
        rules.push(Rule {
            pattern: at.regex(&rule.pattern)?,
            to: rule.to.as_ref().map(|to| slots.make(to)),
            when: rule
                .when
                .as_ref()
                .map(|when| compile_condition(when, slots, at))
                .transpose()?,
            steps: compile_steps(&rule.steps, slots, at)?,
        });
    }
    let rest = file.rest.as_ref().map(|rest| slots.make(rest));
    Ok(Split {
        column: slots.number(&file.column),
        steps: compile_steps(&file.steps, slots, at)?,
        rules,
        rest,
    })
}

fn compile_join(file: &JoinFile, slots: &mut Slots, at: &At) -> Result<Join> {
    let at = at.inside("join");
    let mut source = compile_source(file.file.0.clone(), &file.layout, &at)?;
    let prepare = match &file.derive {
        Some(derive) => compile_derivations(derive, &mut source.slots, &at)?,
        None => Vec::new(),
    };
    let on = file
        .on
        .iter()
        .map(|(ours, theirs)| (slots.number(ours), source.slots.number(theirs)))
        .collect();
    // The columns to carry are known once the whole query is compiled; until then the prefix stands for them.
    source.special.push(format!("\0{}", file.prefix));
    Ok(Join {
        source,
        prepare,
        on,
        carried: Vec::new(),
        required: file.required,
        first: file.first,
    })
}

/// Gives every join the columns that the query wants under its prefix.
fn link_joins(prepare: &mut [Preparation], slots: &mut Slots) {
    for step in prepare {
        let Preparation::Join(join) = step else {
            continue;
        };
        let Some(prefix) = join
            .source
            .special
            .pop()
            .map(|mark| mark.trim_start_matches('\0').to_owned())
        else {
            continue;
        };
        let wanted: Vec<String> = slots
            .of_files()
            .map(|(_, name)| name)
            .filter(|name| name.starts_with(&prefix))
            .map(str::to_owned)
            .collect();
        for name in wanted {
            let theirs = name.strip_prefix(&prefix).unwrap_or_default();
            join.carried
                .push((join.source.slots.number(theirs), slots.make(&name)));
        }
    }
}

fn compile_condition(file: &ConditionFile, slots: &mut Slots, at: &At) -> Result<Condition> {
    let mut patterns = |all: &BTreeMap<String, String>| -> Result<Vec<(Slot, Regex)>> {
        all.iter()
            .map(|(column, pattern)| Ok((slots.number(column), at.regex(pattern)?)))
            .collect()
    };
    let matches = patterns(&file.matches)?;
    let not_matches = patterns(&file.not_matches)?;
    Ok(Condition {
        is: compile_sets(&file.is, slots, at)?,
        is_not: compile_sets(&file.is_not, slots, at)?,
        matches,
        not_matches,
        filled: file
            .filled
            .0
            .iter()
            .map(|column| slots.number(column))
            .collect(),
        empty: file
            .empty
            .0
            .iter()
            .map(|column| slots.number(column))
            .collect(),
    })
}

fn compile_sets(
    sets: &BTreeMap<String, Value>,
    slots: &mut Slots,
    at: &At,
) -> Result<Vec<(Slot, Vec<Option<String>>)>> {
    let mut out = Vec::new();
    for (column, value) in sets {
        let list = match value {
            Value::Sequence(list) => list.clone(),
            other => vec![other.clone()],
        };
        let values = list.iter().map(|value| match value {
            Value::Null => Ok(None),
            other => scalar(other)
                .map(Some)
                .ok_or_else(|| at.error(format!("filter on `{column}` is no text"))),
        });
        out.push((slots.number(column), values.collect::<Result<_>>()?));
    }
    Ok(out)
}

fn compile_template(text: &str, slots: &mut Slots, at: &At) -> Result<Template> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((column, tail)) = after.split_once("}}") else {
            return at.fault(format!("template `{text}` is not closed"));
        };
        pieces.push(Piece::Text(before.to_owned()));
        pieces.push(Piece::Column(slots.number(column)));
        rest = tail;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    Ok(Template { pieces })
}

fn compile_steps(steps: &[Value], slots: &mut Slots, at: &At) -> Result<Vec<Step>> {
    steps
        .iter()
        .map(|step| compile_step(step, slots, at))
        .collect()
}

fn compile_step(step: &Value, slots: &mut Slots, at: &At) -> Result<Step> {
    let (name, argument) = match step {
        Value::String(name) => (name.clone(), Value::Null),
        Value::Mapping(map) => match map
            .iter()
            .next()
            .and_then(|(name, argument)| Some((scalar(name)?, argument.clone())))
        {
            Some(pair) if map.len() == 1 => pair,
            _ => return at.fault("a step has one name"),
        },
        _ => return at.fault("a step is a name, or a name with what it needs"),
    };
    let text = || scalar(&argument).ok_or_else(|| at.error(format!("step `{name}` needs a text")));
    let pattern = || at.regex(&text()?);
    Ok(match name.as_str() {
        "replace" => {
            let (from, to) = pair(&argument)
                .ok_or_else(|| at.error("step `replace` needs a pattern and a text"))?;
            Step::Replace(at.regex(&from)?, to)
        }
        "split" => Step::Split(pattern()?),
        "match" => Step::Match(
            texts(&argument)
                .iter()
                .map(|text| at.regex(text))
                .collect::<Result<_>>()?,
        ),
        "find" => Step::Find(pattern()?),
        "keep" => Step::Keep(pattern()?),
        "reject" => Step::Reject(pattern()?),
        "choose" => Step::Choose(choices(&argument, at)?),
        "map" => Step::Map {
            table: table(&argument, at)?,
            only: false,
        },
        "only" => Step::Map {
            table: table(&argument, at)?,
            only: true,
        },
        "upper" => Step::Upper,
        "lower" => Step::Lower,
        "title" => Step::Title,
        "strip" => Step::Strip(text()?),
        "strip_end" => Step::StripEnd(text()?),
        "date" => Step::Date(text()?),
        "amount" => Step::Amount,
        "join" => Step::Join(text()?),
        "unique" => Step::Unique,
        "first" => Step::First,
        "min" => Step::Min,
        "max" => Step::Max,
        "hash" => Step::Hash(
            text()?
                .parse()
                .map_err(|_| at.error("step `hash` needs a number of digits"))?,
        ),
        "except" => Step::Except(slots.number(&text()?)),
        "default" => Step::Default(text()?),
        other => return at.fault(format!("there is no step `{other}`")),
    })
}

fn pair(value: &Value) -> Option<(String, String)> {
    match value.as_sequence().map(Vec::as_slice) {
        Some([from, to]) => Some((scalar(from)?, scalar(to)?)),
        _ => None,
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Sequence(list) => list.iter().filter_map(scalar).collect(),
        other => scalar(other).into_iter().collect(),
    }
}

fn choices(value: &Value, at: &At) -> Result<Vec<(Regex, String)>> {
    let list = value
        .as_sequence()
        .ok_or_else(|| at.error("step `choose` needs a list of pairs"))?;
    let pairs = list.iter().map(|entry| {
        pair(entry).ok_or_else(|| at.error("step `choose` needs pairs of pattern and text"))
    });
    pairs
        .map(|found| found.and_then(|(pattern, text)| Ok((at.regex(&pattern)?, text))))
        .collect()
}

fn table(value: &Value, at: &At) -> Result<HashMap<String, String>> {
    let map = value
        .as_mapping()
        .ok_or_else(|| at.error("step `map` needs a table of texts"))?;
    let pairs = map.iter().map(|(from, to)| scalar(from).zip(scalar(to)));
    pairs
        .map(|pair| pair.ok_or_else(|| at.error("step `map` needs a table of texts")))
        .collect()
}

fn from_yaml<T: serde::de::DeserializeOwned>(value: &Value, at: &At) -> Result<T> {
    serde_yaml_ng::from_value(value.clone()).map_err(|error| at.error(error.to_string()))
}

fn compile_entities(
    dataset: &str,
    yaml: &Yaml,
    source: &mut Source,
    at: &At,
) -> Result<Vec<EntityMapping>> {
    let mut files = Vec::new();
    for (name, spec) in yaml {
        let Some(name) = scalar(name) else {
            return at.fault("an entity's name is no text");
        };
        let file: EntityFile = from_yaml(spec, &at.inside(&format!("entity `{name}`")))?;
        files.push((name, file));
    }
    if files.is_empty() {
        return at.fault("makes no entities");
    }
    let order = entity_order(&files, at)?;
    let mut out: Vec<EntityMapping> = Vec::new();
    for place in order {
        let Some((name, file)) = files.get(place) else {
            continue;
        };
        let at = at.inside(&format!("entity `{name}`"));
        let entity = compile_entity(dataset, name, file, &out, source, &at)?;
        out.push(entity);
    }
    Ok(out)
}

/// Settles the order: an entity comes after those that it refers to.
fn entity_order(files: &[(String, EntityFile)], at: &At) -> Result<Vec<usize>> {
    let mut needs = Vec::new();
    for (name, file) in files {
        let mut own = Vec::new();
        for (_, spec) in &file.properties {
            let Some(target) = spec
                .as_mapping()
                .and_then(|spec| spec.get("entity"))
                .and_then(scalar)
            else {
                continue;
            };
            match files.iter().position(|(other, _)| *other == target) {
                Some(place) => own.push(place),
                None => {
                    return at.fault(format!(
                        "entity `{name}` refers to `{target}`, which there is not"
                    ));
                }
            }
        }
        needs.push(own);
    }
    let mut order: Vec<usize> = Vec::new();
    while order.len() < files.len() {
        let ready = (0..files.len()).find(|place| {
            let own = needs.get(*place).map_or(&[][..], Vec::as_slice);
            !order.contains(place) && own.iter().all(|need| order.contains(need))
        });
        match ready {
            Some(place) => order.push(place),
            None => return at.fault("entities refer to each other in a circle"),
        }
    }
    Ok(order)
}

fn schema_named(name: &str, at: &At) -> Result<&'static Schema> {
    Model::standard()
        .schema(name)
        .ok_or_else(|| at.error(format!("schema `{name}` is not in the model")))
}

fn compile_entity(
    dataset: &str,
    name: &str,
    file: &EntityFile,
    before: &[EntityMapping],
    source: &mut Source,
    at: &At,
) -> Result<EntityMapping> {
    let (schema, schemata) = match (&file.schema, &file.schema_column) {
        (Some(name), None) => {
            let schema = schema_named(name, at)?;
            (SchemaChoice::Fixed(schema), vec![schema])
        }
        (None, Some(column)) => {
            let known = file
                .schemata
                .0
                .iter()
                .map(|name| schema_named(name, at))
                .collect::<Result<Vec<_>>>()?;
            if known.is_empty() {
                return at
                    .fault("`schema_column` needs `schemata`, the list of those that it may tell");
            }
            (
                SchemaChoice::Column(source.slots.number(column), known.clone()),
                known,
            )
        }
        _ => return at.fault("has either `schema` or `schema_column`"),
    };
    let when = file
        .when
        .as_ref()
        .map(|when| compile_condition(when, &mut source.slots, at))
        .transpose()?;
    let mut properties = Vec::new();
    for (property, spec) in &file.properties {
        let Some(property) = scalar(property) else {
            return at.fault("a property's name is no text");
        };
        let at = at.inside(&format!("property `{property}`"));
        let spec: PropertyFile = if spec.is_null() {
            PropertyFile::default()
        } else {
            from_yaml(spec, &at)?
        };
        properties.push(compile_property(
            &property, &spec, &schemata, before, source, &at,
        )?);
    }
    let key = compile_key(dataset, file, &properties, &mut source.slots, at)?;
    Ok(EntityMapping {
        name: name.to_owned(),
        schema,
        key,
        when,
        properties,
        mention_names: true,
    })
}

fn compile_key(
    dataset: &str,
    file: &EntityFile,
    properties: &[PropertyMapping],
    slots: &mut Slots,
    at: &At,
) -> Result<Key> {
    let keys: Vec<&String> = file.key.0.iter().chain(&file.keys.0).collect();
    let mut seed = Sha1::new();
    seed.update(dataset.as_bytes());
    seed.update(file.key_literal.as_deref().unwrap_or_default().as_bytes());
    match (keys.is_empty(), &file.id_column, &file.id) {
        (false, None, None) => Ok(Key::Hash {
            seed,
            columns: keys.into_iter().map(|key| slots.number(key)).collect(),
        }),
        (true, Some(column), None) => Ok(Key::Column(slots.number(column))),
        (true, None, Some(template)) => Ok(Key::Template(compile_template(template, slots, at)?)),
        (true, None, None) => {
            let columns = properties
                .iter()
                .filter(|property| !property.special)
                .flat_map(|property| match &property.origin {
                    PropertyOrigin::Values { columns, .. } => columns.clone(),
                    PropertyOrigin::Template(template) => template.columns().collect(),
                    PropertyOrigin::Entity(_) => Vec::new(),
                });
            let columns: Vec<Slot> = columns.collect();
            if columns.is_empty() {
                return at.fault("has no key and no columns to make one of");
            }
            Ok(Key::Occurrence { seed, columns })
        }
        _ => at.fault("has more than one of `keys`, `id_column` and `id`"),
    }
}

fn compile_property(
    name: &str,
    file: &PropertyFile,
    schemata: &[&'static Schema],
    before: &[EntityMapping],
    source: &mut Source,
    at: &At,
) -> Result<PropertyMapping> {
    let Some(property) = schemata.iter().find_map(|schema| schema.property(name)) else {
        return at.fault("the schema has no such property");
    };
    if property.stub {
        return at.fault("is the other side of a link and holds no values");
    }
    let special = traits::special_property(name);
    let columns: Vec<&String> = file.column.0.iter().chain(&file.columns.0).collect();
    if special {
        mark_special(&columns, file, source, at)?;
    }
    let slots = &mut source.slots;
    let origin = if let Some(target) = &file.entity {
        let Some(place) = before.iter().position(|other| other.name == *target) else {
            return at.fault(format!("there is no entity `{target}`"));
        };
        check_range(property.range.as_deref(), before.get(place), at)?;
        PropertyOrigin::Entity(place)
    } else if let Some(template) = &file.template {
        PropertyOrigin::Template(compile_template(template, slots, at)?)
    } else {
        let literals = file
            .literal
            .0
            .iter()
            .chain(&file.literals.0)
            .cloned()
            .collect();
        // A special column is never read: not even its number is given out.
        let columns = if special {
            Vec::new()
        } else {
            columns
                .into_iter()
                .map(|column| slots.number(column))
                .collect()
        };
        PropertyOrigin::Values {
            literals,
            columns,
            join: file.join.clone(),
        }
    };
    Ok(PropertyMapping {
        name: name.to_owned(),
        country: property.kind == PropertyKind::Country,
        countries: Arc::default(),
        special,
        origin,
        split: file.split.clone(),
        format: file.format.clone(),
        fuzzy: file.fuzzy,
        required: file.required,
        language: file.language.clone(),
        when: file
            .when
            .as_ref()
            .map(|when| compile_condition(when, slots, at))
            .transpose()?,
        steps: compile_steps(&file.steps, slots, at)?,
    })
}

/// Notes the columns of a special property, so that their values are blanked where they are read.
fn mark_special(
    columns: &[&String],
    file: &PropertyFile,
    source: &mut Source,
    at: &At,
) -> Result<()> {
    let derived = columns.iter().any(|column| source.slots.is_made(column));
    if derived || file.template.is_some() || columns.is_empty() {
        return at.fault(
            "is a special category: name its own column, so that the source's bytes can be blanked",
        );
    }
    source
        .special
        .extend(columns.iter().map(|column| (*column).clone()));
    Ok(())
}

fn check_range(range: Option<&str>, target: Option<&EntityMapping>, at: &At) -> Result<()> {
    let (Some(range), Some(target)) = (range, target) else {
        return at.fault("holds no reference");
    };
    let fits = match &target.schema {
        SchemaChoice::Fixed(schema) => schema.is_a(range),
        SchemaChoice::Column(_, known) => known.iter().any(|schema| schema.is_a(range)),
    };
    if fits {
        Ok(())
    } else {
        at.fault(format!(
            "must refer to a `{range}`, which `{}` is not",
            target.name
        ))
    }
}
