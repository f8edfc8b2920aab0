//! Entities and their properties, checked against the model.

use std::sync::Arc;

use domain::schema::{Kind as PropertyKind, Model, Schema, traits};
use serde_yaml_ng::Mapping as Yaml;
use sha1::{Digest, Sha1};

use super::entity::{EntityMapping, Key, PropertyMapping, PropertyOrigin, SchemaChoice};
use super::parts::{At, Result, compile_condition, compile_steps, compile_template, from_yaml};
use super::yaml::{EntityFile, PropertyFile, scalar};
use super::{Slot, Slots, Source};

pub(super) fn compile_entities(
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
        // A special column is read by nothing but the setting aside: its number is no other part's.
        let columns = columns.into_iter().map(|column| match special {
            true => slots.aside(column),
            false => slots.number(column),
        });
        let columns = columns.collect();
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
