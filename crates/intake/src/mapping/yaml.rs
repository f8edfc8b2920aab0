//! The shape of a mapping file, before it is checked against the model.

use std::collections::BTreeMap;

use domain::source::Extent;
use serde::Deserialize;
use serde_yaml_ng::{Mapping as Yaml, Value};

use super::{Format, MappingError};

/// One text or several.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let texts = match value {
            Value::Null => Some(Vec::new()),
            Value::Sequence(list) => list.iter().map(scalar).collect(),
            other => scalar(&other).map(|text| vec![text]),
        };
        texts
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("expected a text or a list of texts"))
    }
}

/// A text, number or truth as text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct File {
    #[serde(default)]
    extent: Option<Extent>,
    /// Whether a record takes over the names of those that it refers to, as FollowTheMoney does.
    #[serde(default = "yes")]
    pub(super) mention_names: bool,
    /// Territories that the standard list lacks: a code, and the names and other codes that the source writes for it.
    #[serde(default)]
    pub(super) countries: BTreeMap<String, Texts>,
    #[serde(default)]
    pub(super) query: Option<QueryFile>,
    #[serde(default)]
    pub(super) queries: Vec<QueryFile>,
}

fn yes() -> bool {
    true
}

impl File {
    pub(super) fn extent(&self) -> Option<Extent> {
        self.extent
    }

    /// Has rows with a word in a column withdraw what they describe, where the file does not say itself which do.
    pub(super) fn withdraw_where(&mut self, column: &str, word: &str) {
        for query in self.query.iter_mut().chain(&mut self.queries) {
            query.withdrawn.get_or_insert_with(|| WithdrawnFile {
                column: Some(column.to_owned()),
                equals: Texts(vec![word.to_owned()]),
                when: None,
            });
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QueryFile {
    #[serde(default)]
    pub(super) csv_url: Texts,
    #[serde(default)]
    pub(super) csv_urls: Texts,
    #[serde(default)]
    pub(super) file: Texts,
    #[serde(default)]
    pub(super) files: Texts,
    /// FollowTheMoney's address of a database; its last part names the file.
    #[serde(default, alias = "database_uri")]
    pub(super) database: Option<String>,
    #[serde(flatten)]
    pub(super) layout: Layout,
    #[serde(default)]
    pub(super) prepare: Vec<PrepareFile>,
    #[serde(default)]
    pub(super) filters: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) filters_not: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) when: Option<ConditionFile>,
    #[serde(default)]
    pub(super) withdrawn: Option<WithdrawnFile>,
    #[serde(default)]
    pub(super) entities: Yaml,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Layout {
    #[serde(default)]
    pub(super) format: Option<Format>,
    #[serde(default)]
    pub(super) delimiter: Option<String>,
    #[serde(default)]
    pub(super) quote: Option<String>,
    #[serde(default)]
    pub(super) encoding: Option<String>,
    #[serde(default)]
    pub(super) skip: usize,
    #[serde(default)]
    pub(super) header: Option<Vec<String>>,
    #[serde(default)]
    pub(super) empty: Texts,
    #[serde(default)]
    pub(super) ragged: Option<bool>,
    /// Whether runs of white space inside values become one space.
    #[serde(default)]
    pub(super) squash: bool,
    #[serde(default)]
    pub(super) records: Option<String>,
    #[serde(default)]
    pub(super) sheet: Option<String>,
    #[serde(default)]
    pub(super) table: Option<Value>,
    #[serde(default)]
    pub(super) tables: Vec<Value>,
    #[serde(default)]
    pub(super) joins: Value,
    #[serde(default)]
    pub(super) special: Texts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawnFile {
    #[serde(default)]
    pub(super) column: Option<String>,
    #[serde(default)]
    pub(super) equals: Texts,
    #[serde(default)]
    pub(super) when: Option<ConditionFile>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionFile {
    #[serde(default)]
    pub(super) is: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) is_not: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) matches: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) not_matches: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) filled: Texts,
    #[serde(default)]
    pub(super) empty: Texts,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrepareFile {
    #[serde(default)]
    pub(super) derive: Option<Yaml>,
    #[serde(default)]
    pub(super) split: Option<SplitFile>,
    #[serde(default)]
    pub(super) join: Option<JoinFile>,
    #[serde(default)]
    pub(super) each: Option<String>,
    #[serde(default)]
    pub(super) group: Option<String>,
    #[serde(default)]
    pub(super) filter: Option<ConditionFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeriveFile {
    #[serde(default)]
    pub(super) column: Texts,
    #[serde(default)]
    pub(super) columns: Texts,
    #[serde(default)]
    pub(super) join: Option<String>,
    #[serde(default)]
    pub(super) template: Option<String>,
    #[serde(default)]
    pub(super) literal: Texts,
    #[serde(default)]
    pub(super) when: Option<ConditionFile>,
    #[serde(default)]
    pub(super) steps: Vec<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SplitFile {
    pub(super) column: String,
    #[serde(default)]
    pub(super) steps: Vec<Value>,
    #[serde(default)]
    pub(super) rules: Vec<RuleFile>,
    #[serde(default)]
    pub(super) rest: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    #[serde(rename = "match")]
    pub(super) pattern: String,
    #[serde(default)]
    pub(super) to: Option<String>,
    #[serde(default)]
    pub(super) when: Option<ConditionFile>,
    #[serde(default)]
    pub(super) steps: Vec<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JoinFile {
    pub(super) file: Texts,
    #[serde(flatten)]
    pub(super) layout: Layout,
    #[serde(default)]
    pub(super) derive: Option<Yaml>,
    pub(super) on: BTreeMap<String, String>,
    pub(super) prefix: String,
    #[serde(default)]
    pub(super) required: bool,
    #[serde(default)]
    pub(super) first: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EntityFile {
    #[serde(default)]
    pub(super) schema: Option<String>,
    /// A column that tells the schema, and the schemata that it may tell.
    #[serde(default)]
    pub(super) schema_column: Option<String>,
    #[serde(default)]
    pub(super) schemata: Texts,
    #[serde(default)]
    pub(super) key: Texts,
    #[serde(default)]
    pub(super) keys: Texts,
    #[serde(default)]
    pub(super) key_literal: Option<String>,
    #[serde(default)]
    pub(super) id_column: Option<String>,
    /// A template for the key.
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) when: Option<ConditionFile>,
    #[serde(default)]
    pub(super) properties: Yaml,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PropertyFile {
    #[serde(default)]
    pub(super) column: Texts,
    #[serde(default)]
    pub(super) columns: Texts,
    #[serde(default)]
    pub(super) literal: Texts,
    #[serde(default)]
    pub(super) literals: Texts,
    #[serde(default)]
    pub(super) join: Option<String>,
    #[serde(default)]
    pub(super) split: Option<String>,
    #[serde(default)]
    pub(super) template: Option<String>,
    #[serde(default)]
    pub(super) entity: Option<String>,
    #[serde(default)]
    pub(super) format: Option<String>,
    #[serde(default)]
    pub(super) fuzzy: bool,
    #[serde(default)]
    pub(super) required: bool,
    #[serde(default)]
    pub(super) language: Option<String>,
    #[serde(default)]
    pub(super) when: Option<ConditionFile>,
    #[serde(default)]
    pub(super) steps: Vec<Value>,
}

/// Reads a file: one dataset, under its name.
pub(super) fn read(yaml: &str) -> Result<(String, File), MappingError> {
    let shape = |error: serde_yaml_ng::Error| MappingError::Shape(error.to_string());
    let whole: Yaml = serde_yaml_ng::from_str(yaml).map_err(shape)?;
    let mut datasets = whole.into_iter();
    let (Some((name, file)), None) = (datasets.next(), datasets.next()) else {
        return Err(MappingError::Shape(
            "expected one dataset under its name".to_owned(),
        ));
    };
    let name = scalar(&name)
        .ok_or_else(|| MappingError::Shape("the dataset's name is no text".to_owned()))?;
    let file: File = serde_yaml_ng::from_value(file).map_err(shape)?;
    Ok((name, file))
}

/// Deepest that files include each other.
const DEEPEST: usize = 8;

/// Takes a file with several datasets apart, with what it includes.
pub(super) fn each(
    yaml: &str,
    include: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Vec<String>, MappingError> {
    let shape = |error: serde_yaml_ng::Error| MappingError::Shape(error.to_string());
    let mut whole: Value = serde_yaml_ng::from_str(yaml).map_err(shape)?;
    included(&mut whole, include, DEEPEST)?;
    let Value::Mapping(datasets) = whole else {
        return Err(MappingError::Shape("expected datasets by name".to_owned()));
    };
    datasets
        .into_iter()
        .map(|(name, file)| {
            let mut one = Yaml::new();
            one.insert(name, file);
            serde_yaml_ng::to_string(&one).map_err(shape)
        })
        .collect()
}

fn included(
    value: &mut Value,
    include: &dyn Fn(&str) -> Result<String, String>,
    left: usize,
) -> Result<(), MappingError> {
    match value {
        Value::Sequence(list) => list
            .iter_mut()
            .try_for_each(|inner| included(inner, include, left)),
        Value::Mapping(map) => {
            let names = map.remove("include").map(|names| match names {
                Value::Sequence(list) => list.iter().filter_map(scalar).collect(),
                other => scalar(&other).into_iter().collect::<Vec<_>>(),
            });
            for name in names.unwrap_or_default() {
                let Some(left) = left.checked_sub(1) else {
                    return Err(MappingError::Shape("files include each other".to_owned()));
                };
                let text = include(&name).map_err(|error| {
                    MappingError::Shape(format!("`{name}` is included: {error}"))
                })?;
                let mut other: Value = serde_yaml_ng::from_str(&text)
                    .map_err(|error| MappingError::Shape(format!("`{name}`: {error}")))?;
                included(&mut other, include, left)?;
                if let Value::Mapping(other) = other {
                    map.extend(other);
                }
            }
            map.iter_mut()
                .try_for_each(|(_, inner)| included(inner, include, left))
        }
        _ => Ok(()),
    }
}
