//! Mapping files: how the rows of a source become records.
//!
//! The language is that of FollowTheMoney (queries, entities, keys, columns, filters), so that existing files run
//! unchanged, with what it lacks added: files chosen by pattern, dialects, other formats with a path to the records, a
//! `prepare` list that derives, splits, joins, multiplies, groups and filters rows before entities are made, and keys by
//! template. `mappings/README.md` is its manual. A file is checked whole when it is read: names of columns become
//! numbered slots, names of properties are looked up in the model.

mod compile;
mod condition;
mod entities;
mod entity;
mod parts;
mod slots;
mod steps;
mod yaml;

use domain::source::Extent;
use encoding_rs::Encoding;
use sha2::{Digest, Sha256};

pub(crate) use condition::Condition;
pub(crate) use entity::{EntityMapping, Made, MissingKey};
pub(crate) use slots::{Cell, Slot, Slots, cell};
pub(crate) use steps::{Derivation, Split};

use crate::bytes::hexadecimal;

/// How the files of a delivery become records.
#[derive(Debug)]
pub struct Mapping {
    pub(crate) kind: Kind,
    pub(crate) dataset: String,
    extent: Option<Extent>,
    sha256: String,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// FollowTheMoney JSON lines, which need none.
    Ftm,
    /// Queries over rows.
    Queries(Vec<Query>),
}

/// Why a mapping file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// It is not YAML of the expected shape.
    #[error("the mapping cannot be read: {0}")]
    Shape(String),
    /// It contradicts the model or itself.
    #[error("{place}: {reason}")]
    Meaning {
        /// Query, entity and property, as far as it reaches.
        place: String,
        /// What is wrong.
        reason: String,
    },
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// When it is not of the expected shape, names what the model lacks, or cannot be carried out.
    pub fn parse(yaml: &str) -> Result<Self, MappingError> {
        Self::parse_as(yaml, None)
    }

    /// Reads a mapping file for rows that come as changes of tables: each row says in a column what became of it, and what a
    /// deleted row describes is withdrawn.
    ///
    /// # Errors
    /// As [`Mapping::parse`], and when what the mapping makes of one row depends on others: a change brings its own row only.
    pub fn parse_changes(yaml: &str, column: &str) -> Result<Self, MappingError> {
        let mapping = Self::parse_as(yaml, Some(column))?;
        let Kind::Queries(queries) = &mapping.kind else {
            return Ok(mapping);
        };
        for (query, number) in queries.iter().zip(1..) {
            let others =
                |step: &Preparation| matches!(step, Preparation::Join(_) | Preparation::Group(_));
            if query.prepare.iter().any(others) || query.source.tables.from.len() > 1 {
                return Err(MappingError::Meaning {
                    place: format!("query {number}"),
                    reason: "joins or groups rows, and a change brings its own row only; read the tables whole, or publish \
                             a table in which they are joined"
                        .to_owned(),
                });
            }
        }
        Ok(mapping)
    }

    fn parse_as(yaml: &str, changes: Option<&str>) -> Result<Self, MappingError> {
        let sha256 = hexadecimal(&Sha256::digest(yaml.as_bytes()));
        let (dataset, mut file) = yaml::read(yaml)?;
        if let Some(column) = changes {
            file.withdraw_where(column, "delete");
        }
        let queries = compile::queries(&dataset, &file)?;
        Ok(Self {
            kind: Kind::Queries(queries),
            dataset,
            extent: file.extent(),
            sha256,
        })
    }

    /// The mapping for FollowTheMoney JSON lines: none is needed.
    pub fn ftm() -> Self {
        let sha256 = hexadecimal(&Sha256::digest(b""));
        Self {
            kind: Kind::Ftm,
            dataset: String::new(),
            extent: None,
            sha256,
        }
    }

    /// Reads a mapping file of the package whole: several datasets, and what they include.
    ///
    /// # Errors
    /// As [`Mapping::parse`], and when an included file cannot be read.
    pub fn parse_each(
        yaml: &str,
        include: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<Vec<Self>, MappingError> {
        yaml::each(yaml, include)?
            .iter()
            .map(|one| Self::parse(one))
            .collect()
    }

    /// Gives the addresses of files that the mapping names by `csv_url` or `database`.
    pub fn addresses(&self) -> Vec<String> {
        match &self.kind {
            Kind::Ftm => Vec::new(),
            Kind::Queries(queries) => queries
                .iter()
                .flat_map(|query| query.addresses.clone())
                .collect(),
        }
    }

    /// Gives the columns of the file from which a property of a kind of entity is made; none where it is made otherwise.
    pub fn columns_of(&self, schema: &str, property: &str) -> Vec<&str> {
        let Kind::Queries(queries) = &self.kind else {
            return Vec::new();
        };
        let mut columns = Vec::new();
        for query in queries {
            let entities = query.entities.iter().filter(|one| one.makes(schema));
            for slot in entities.flat_map(|one| one.slots_of(property)) {
                let name = query.source.slots.name(slot);
                if !columns.contains(&name) {
                    columns.push(name);
                }
            }
        }
        columns
    }

    /// Gives the SHA-256 of the file's bytes, hexadecimal; that of nothing for [`Mapping::ftm`].
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Gives the name of the dataset that the file describes; empty for [`Mapping::ftm`].
    pub fn dataset(&self) -> &str {
        &self.dataset
    }

    /// Tells whether a delivery is all there is or only what is new, where the file says so.
    pub fn extent(&self) -> Option<Extent> {
        self.extent
    }
}

/// One way through the files of a delivery.
#[derive(Debug)]
pub(crate) struct Query {
    /// Where the package would look for the files.
    pub(crate) addresses: Vec<String>,
    pub(crate) source: Source,
    pub(crate) prepare: Vec<Preparation>,
    pub(crate) filter: Condition,
    /// Rows of a delta that withdraw what they describe.
    pub(crate) withdrawn: Option<Condition>,
    pub(crate) entities: Vec<EntityMapping>,
}

/// Files of one layout, and the columns wanted from them.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) files: Vec<String>,
    pub(crate) format: Option<Format>,
    pub(crate) dialect: Dialect,
    pub(crate) records: String,
    pub(crate) sheet: Option<String>,
    /// Tables of a database file, joined where there are several.
    pub(crate) tables: Tables,
    pub(crate) slots: Slots,
    /// Columns that the mapping calls special, or maps into a special property.
    pub(crate) special: Vec<String>,
}

/// Format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    #[serde(alias = "tsv")]
    Csv,
    Xlsx,
    Xls,
    Ods,
    Json,
    Jsonl,
    Xml,
    Parquet,
    Sqlite,
}

/// Tables of a database file, as FollowTheMoney's mappings name them.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    /// Name and alias.
    pub(crate) from: Vec<(String, String)>,
    /// Columns that must agree, by alias: left table and column, right table and column.
    pub(crate) on: Vec<[(String, String); 2]>,
}

/// How a table of text is written.
#[derive(Debug)]
pub(crate) struct Dialect {
    pub(crate) delimiter: Option<u8>,
    /// The mark around values; `None` where there is none.
    pub(crate) quote: Option<u8>,
    /// Whether blanks after a delimiter are left out.
    pub(crate) skip_spaces: bool,
    pub(crate) encoding: Option<&'static Encoding>,
    pub(crate) skip: usize,
    pub(crate) header: Option<Vec<String>>,
    pub(crate) empty: Vec<String>,
    pub(crate) ragged: bool,
    pub(crate) squash: bool,
}

/// One step between reading a row and making entities of it.
#[derive(Debug)]
pub(crate) enum Preparation {
    Derive(Vec<(Slot, Derivation)>),
    Split(Box<Split>),
    Join(Box<Join>),
    /// One row for each value of a column.
    Each(Slot),
    /// One row for all rows that agree in a column.
    Group(Slot),
    Filter(Condition),
}

/// Columns of another file, by what both have in common.
#[derive(Debug)]
pub(crate) struct Join {
    pub(crate) source: Source,
    pub(crate) prepare: Vec<(Slot, Derivation)>,
    /// Our slot, their slot.
    pub(crate) on: Vec<(Slot, Slot)>,
    /// Their slot, our slot that takes its values.
    pub(crate) carried: Vec<(Slot, Slot)>,
    pub(crate) required: bool,
    pub(crate) first: bool,
}
