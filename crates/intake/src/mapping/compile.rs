//! From the shape of a mapping file to what is carried out: names are looked up, patterns compiled, order settled.

use std::collections::HashMap;
use std::sync::Arc;

use encoding_rs::Encoding;
use serde_yaml_ng::{Mapping as Yaml, Value};

use super::entities::compile_entities;
use super::parts::{
    At, Result, compile_condition, compile_sets, compile_steps, compile_template, from_yaml,
};
use super::steps::{Derivation, Origin, Rule, Split};
use super::yaml::{DeriveFile, File, JoinFile, Layout, PrepareFile, QueryFile, SplitFile, scalar};
use super::{Condition, Dialect, Format, Join, Preparation, Query, Slot, Slots, Source, Tables};

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
    if let Some(address) = file
        .database
        .as_deref()
        .filter(|address| !address.starts_with("sqlite:"))
    {
        return at.fault(format!(
            "database `{address}` is on a server; only files of SQLite are read (`sqlite:///register.db`)"
        ));
    }
    let named = file.file.0.iter().chain(&file.files.0).cloned();
    let database = file.database.iter().map(|address| file_of(address));
    let files = named.chain(from_urls).chain(database).collect();
    let mut source = compile_source(files, &file.layout, at)?;
    if file.database.is_some() && source.format.is_none() {
        source.format = Some(Format::Sqlite);
    }
    // The package reads its tables with these two liberties.
    let by_address = !file.csv_url.0.is_empty() || !file.csv_urls.0.is_empty();
    source.dialect.skip_spaces = by_address;
    source.dialect.ragged = file.layout.ragged.unwrap_or(by_address);
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
    let addresses = file.csv_url.0.iter().chain(&file.csv_urls.0);
    Ok(Query {
        addresses: addresses.chain(&file.database).cloned().collect(),
        source,
        prepare,
        filter,
        withdrawn,
        entities,
    })
}

/// The file that an address of a database names: `sqlite:////data/register.db` is `register.db`.
fn file_of(address: &str) -> String {
    let path = address.split('?').next().unwrap_or(address);
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// The tables that a query reads, and what joins them; as in FollowTheMoney a column is named with or without its table.
fn compile_tables(layout: &Layout, at: &At) -> Result<Tables> {
    let mut from: Vec<(String, String)> = Vec::new();
    let named = layout.table.iter().chain(&layout.tables);
    for entry in named.flat_map(|entry| match entry {
        Value::Sequence(list) => list.as_slice(),
        other => std::slice::from_ref(other),
    }) {
        let pair = match entry {
            Value::Mapping(map) => {
                let text = |key: &str| map.get(key).and_then(scalar);
                text("table").map(|table| (table.clone(), text("alias").unwrap_or(table)))
            }
            other => scalar(other).map(|table| (table.clone(), table)),
        };
        let Some(pair) = pair else {
            return at.fault("a table is a name, or `table` with `alias`");
        };
        if from.iter().any(|(_, alias)| *alias == pair.1) {
            return at.fault(format!(
                "two tables are called `{}`; give one an `alias`",
                pair.1
            ));
        }
        from.push(pair);
    }
    let list = match &layout.joins {
        Value::Null => Vec::new(),
        Value::Sequence(list) => list.clone(),
        other => vec![other.clone()],
    };
    let mut on = Vec::new();
    for join in list {
        let side = |key: &str| {
            let text = join.as_mapping()?.get(key).and_then(scalar)?;
            let (alias, column) = text.split_once('.')?;
            let known = from.iter().any(|(_, known)| known == alias);
            known.then(|| (alias.to_owned(), column.to_owned()))
        };
        match (side("left"), side("right")) {
            (Some(left), Some(right)) => on.push([left, right]),
            _ => return at.fault("a join of tables has `left` and `right`, each `table.column`"),
        }
    }
    Ok(Tables { from, on })
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
        return at.fault("names no file (`file`, `files`, `csv_url` or `database`)");
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
    let quote = match layout.quote.as_deref() {
        None => Some(b'"'),
        Some("" | "none") => None,
        Some(text) => match text.as_bytes() {
            [one] => Some(*one),
            _ => {
                return at.fault(format!(
                    "quote `{text}` is not one ASCII character or `none`"
                ));
            }
        },
    };
    Ok(Source {
        files,
        format: layout.format,
        dialect: Dialect {
            delimiter,
            quote,
            skip_spaces: false,
            encoding,
            skip: layout.skip,
            header: layout.header.clone(),
            empty: layout.empty.0.clone(),
            ragged: layout.ragged.unwrap_or(false),
            squash: layout.squash,
        },
        records: layout.records.clone().unwrap_or_default(),
        sheet: layout.sheet.clone(),
        tables: compile_tables(layout, at)?,
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
