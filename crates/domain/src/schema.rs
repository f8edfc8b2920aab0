//! Kinds of entity and their properties: the FollowTheMoney model as a data file, and which properties are sensitive.
//!
//! [`Model::standard`] reads `model/ftm.json` once (made by `scripts/ftm_model.py`; facts of followthemoney 4.11.2).
//! Inherited properties are resolved at load time, so that every look-up is one step. [`traits`] tells which
//! properties and columns hold special categories of personal facts, and which may be read but never searched by.

mod load;
#[cfg(test)]
mod tests;
pub mod traits;

use std::collections::HashMap;
use std::sync::OnceLock;

/// The type of a property: how its values are cleaned and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A postal address in one line.
    Address,
    /// A SHA-1 of content.
    Checksum,
    /// A code of a country or territory.
    Country,
    /// A date or time of any precision.
    Date,
    /// A mail address.
    Email,
    /// The key of another record.
    Entity,
    /// Sex as registers state it.
    Gender,
    /// Markup.
    Html,
    /// A number or code given by an authority.
    Identifier,
    /// An internet protocol address.
    Ip,
    /// Nested JSON as text.
    Json,
    /// A language, ISO 639-3.
    Language,
    /// A media type.
    Mimetype,
    /// A name as complete as the source has it.
    Name,
    /// A number, with or without a unit.
    Number,
    /// A telephone number, E.164.
    Phone,
    /// A short text.
    String,
    /// A long text.
    Text,
    /// A topic from the fixed list.
    Topic,
    /// A web address.
    Url,
}

impl Kind {
    /// All kinds with their names in the model.
    pub const ALL: [(Self, &'static str); 20] = [
        (Self::Address, "address"),
        (Self::Checksum, "checksum"),
        (Self::Country, "country"),
        (Self::Date, "date"),
        (Self::Email, "email"),
        (Self::Entity, "entity"),
        (Self::Gender, "gender"),
        (Self::Html, "html"),
        (Self::Identifier, "identifier"),
        (Self::Ip, "ip"),
        (Self::Json, "json"),
        (Self::Language, "language"),
        (Self::Mimetype, "mimetype"),
        (Self::Name, "name"),
        (Self::Number, "number"),
        (Self::Phone, "phone"),
        (Self::String, "string"),
        (Self::Text, "text"),
        (Self::Topic, "topic"),
        (Self::Url, "url"),
    ];

    /// Finds a kind by its name in the model, `identifier`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(kind, _)| *kind)
    }

    /// Gives the name in the model.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("string", |(_, name)| name)
    }
}

/// One property, as one schema or its ancestor defines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Name in the model, `registrationNumber`.
    pub name: String,
    /// Label for people.
    pub label: String,
    /// The schema that defines it.
    pub schema: String,
    /// How its values are cleaned.
    pub kind: Kind,
    /// For [`Kind::Entity`]: the schema that a referenced record must be.
    pub range: Option<String>,
    /// For [`Kind::Entity`]: the stub on the other side.
    pub reverse: Option<String>,
    /// For [`Kind::Identifier`]: the scheme with a check, `lei`.
    pub format: Option<String>,
    /// Characters that a value may have without being suspicious.
    pub max_length: usize,
    /// Whether it is compared when records are matched.
    pub matchable: bool,
    /// The reverse of another property; never holds values.
    pub stub: bool,
    /// Not for people to see.
    pub hidden: bool,
    /// Kept for old deliveries only.
    pub deprecated: bool,
}

/// For a schema that draws as a link: its two ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Property that holds one end.
    pub source: String,
    /// Property that holds the other end.
    pub target: String,
    /// Whether the two ends play different parts.
    pub directed: bool,
}

/// A kind of entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// Name in the model, `PublicBody`.
    pub name: String,
    /// Label for people.
    pub label: String,
    /// Label for several.
    pub plural: String,
    /// Direct parents.
    pub extends: Vec<String>,
    /// This schema and all its ancestors, sorted.
    pub lineage: Vec<String>,
    /// May not have records of its own.
    pub is_abstract: bool,
    /// Whether its records may be matched with others.
    pub matchable: bool,
    /// Not for people to see.
    pub hidden: bool,
    /// Made by programs only.
    pub generated: bool,
    /// Kept for old deliveries only.
    pub deprecated: bool,
    /// Properties to title a record with, best first.
    pub caption: Vec<String>,
    /// Properties to show first.
    pub featured: Vec<String>,
    /// Properties that a complete record has.
    pub required: Vec<String>,
    /// Date properties that tell when it began, best first.
    pub start: Vec<String>,
    /// Date properties that tell when it ended, best first.
    pub end: Vec<String>,
    /// Its two ends, if it draws as a link.
    pub edge: Option<Edge>,
    properties: HashMap<String, Property>,
}

impl Schema {
    /// Gives a property of this schema or of an ancestor.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.get(name)
    }

    /// Gives all properties, inherited ones included, sorted by name.
    pub fn properties(&self) -> Vec<&Property> {
        let mut all: Vec<&Property> = self.properties.values().collect();
        all.sort_by(|left, right| left.name.cmp(&right.name));
        all
    }

    /// Tells whether this schema is the other or descends from it.
    pub fn is_a(&self, ancestor: &str) -> bool {
        self.lineage
            .binary_search_by(|name| name.as_str().cmp(ancestor))
            .is_ok()
    }
}

/// How far a schema describes natural persons. The gate treats all but `NotPerson` as persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PersonKind {
    /// A natural person.
    Person,
    /// A person or an organisation; the source does not say (`LegalEntity`).
    MaybePerson,
    /// Never a natural person.
    NotPerson,
}

impl PersonKind {
    /// Tells whether the rules for natural persons apply.
    pub fn guarded(self) -> bool {
        self != Self::NotPerson
    }
}

/// The whole model.
#[derive(Debug, Default)]
pub struct Model {
    schemata: HashMap<String, Schema>,
    topics: Vec<String>,
    version: String,
}

impl Model {
    /// Gives the standard model, read once.
    pub fn standard() -> &'static Model {
        static STANDARD: OnceLock<Model> = OnceLock::new();
        STANDARD.get_or_init(load::standard)
    }

    /// Gives the version of the package that the facts were read from.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Gives a schema by name.
    pub fn schema(&self, name: &str) -> Option<&Schema> {
        self.schemata.get(name)
    }

    /// Gives all schemata, sorted by name.
    pub fn schemata(&self) -> Vec<&Schema> {
        let mut all: Vec<&Schema> = self.schemata.values().collect();
        all.sort_by(|left, right| left.name.cmp(&right.name));
        all
    }

    /// Tells whether a schema is another or descends from it; false for unknown names.
    pub fn is_a(&self, schema: &str, ancestor: &str) -> bool {
        self.schema(schema)
            .is_some_and(|known| known.is_a(ancestor))
    }

    /// Gives a property of a schema, inherited ones included.
    pub fn property(&self, schema: &str, name: &str) -> Option<&Property> {
        self.schema(schema)?.property(name)
    }

    /// Tells whether records of this schema may be matched.
    pub fn matchable(&self, schema: &str) -> bool {
        self.schema(schema).is_some_and(|known| known.matchable)
    }

    /// Tells whether records of the two schemata may describe one entity: one descends from the other.
    pub fn can_match(&self, left: &str, right: &str) -> bool {
        self.matchable(left)
            && self.matchable(right)
            && (self.is_a(left, right) || self.is_a(right, left))
    }

    /// Gives the two ends of a schema that draws as a link.
    pub fn edge(&self, schema: &str) -> Option<&Edge> {
        self.schema(schema)?.edge.as_ref()
    }

    /// Tells whether a schema draws as a link.
    pub fn is_edge(&self, schema: &str) -> bool {
        self.edge(schema).is_some()
    }

    /// Gives the properties to title a record with, best first; empty for unknown schemata.
    pub fn caption(&self, schema: &str) -> &[String] {
        self.schema(schema)
            .map_or(&[], |known| known.caption.as_slice())
    }

    /// Tells whether a schema describes natural persons and nothing else.
    pub fn is_natural_person(&self, schema: &str) -> bool {
        self.person_kind(schema) == PersonKind::Person
    }

    /// Tells how far a schema describes natural persons. An unknown schema counts as a person: the careful answer.
    pub fn person_kind(&self, schema: &str) -> PersonKind {
        let Some(known) = self.schema(schema) else {
            return PersonKind::MaybePerson;
        };
        if known.is_a("Person") {
            PersonKind::Person
        } else if schema == "LegalEntity" {
            PersonKind::MaybePerson
        } else {
            PersonKind::NotPerson
        }
    }

    /// Gives the schema that a record has whose parts were told under two schemata: the more specific of the two, or
    /// nothing when neither descends from the other.
    pub fn common(&self, left: &str, right: &str) -> Option<&Schema> {
        if self.is_a(left, right) {
            self.schema(left)
        } else if self.is_a(right, left) {
            self.schema(right)
        } else {
            None
        }
    }

    /// Gives the fixed list of topics, sorted.
    pub fn topics(&self) -> &[String] {
        &self.topics
    }
}
