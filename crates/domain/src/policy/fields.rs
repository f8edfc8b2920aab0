//! The field list of each purpose: which properties come back in a case of that purpose.
//!
//! The lists are data: `policies/fields.toml`. They stand beside the rules and are part of their version.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use serde::Deserialize;

use crate::authority::Purpose;

pub(super) const FILE: &str = include_str!("../../../../policies/fields.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Groups of each purpose.
    purposes: BTreeMap<String, Vec<String>>,
    /// Properties of each group.
    groups: BTreeMap<String, Vec<String>>,
}

struct Lists {
    of_purpose: HashMap<Purpose, HashSet<String>>,
}

/// Says whether a property comes back in a case of this purpose.
pub fn shown(purpose: Purpose, property: &str) -> bool {
    lists()
        .of_purpose
        .get(&purpose)
        .is_some_and(|list| list.contains(property))
}

/// Says whether a property comes back for every purpose, so that finding something by it tells nobody more than they may
/// read.
pub fn shown_always(property: &str) -> bool {
    Purpose::ALL.iter().all(|purpose| shown(*purpose, property))
}

/// The field list of a purpose, in order.
pub fn list(purpose: Purpose) -> BTreeSet<&'static str> {
    let found = lists().of_purpose.get(&purpose);
    found.into_iter().flatten().map(String::as_str).collect()
}

#[expect(
    clippy::expect_used,
    reason = "the file is part of this program, and a test reads it whole"
)]
fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| {
        let file: File = toml::from_str(FILE).expect("fields.toml can be read");
        let of_purpose = file.purposes.iter().filter_map(|(word, groups)| {
            let purpose = Purpose::from_word(word)?;
            let properties = groups
                .iter()
                .filter_map(|group| file.groups.get(group))
                .flatten()
                .cloned();
            Some((purpose, properties.collect()))
        });
        Lists {
            of_purpose: of_purpose.collect(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Kind, Model, traits};

    #[test]
    fn the_file_names_every_purpose_known_groups_and_each_property_once() {
        let file: File = toml::from_str(FILE).unwrap();
        let purposes: BTreeSet<&str> = Purpose::ALL.iter().map(|one| one.word()).collect();
        let named: BTreeSet<&str> = file.purposes.keys().map(String::as_str).collect();
        assert_eq!(named, purposes);
        for (purpose, groups) in &file.purposes {
            for group in groups {
                assert!(file.groups.contains_key(group), "{purpose}: {group}");
            }
        }
        let model = Model::standard();
        let known: HashSet<&str> = model
            .schemata()
            .iter()
            .flat_map(|schema| schema.properties())
            .map(|property| property.name.as_str())
            .collect();
        let mut seen = HashSet::new();
        for (group, properties) in &file.groups {
            for property in properties {
                assert!(known.contains(property.as_str()), "{group}: {property}");
                assert!(!traits::special(property), "{property} is special");
                assert!(seen.insert(property.as_str()), "{property} stands twice");
            }
        }
        let left: Vec<&&str> = known
            .iter()
            .filter(|name| !seen.contains(**name) && !traits::special(name))
            .collect();
        assert!(left.is_empty(), "in no group: {left:?}");
    }

    #[test]
    fn a_purpose_has_all_contacts_or_none_because_they_are_searched_together() {
        for purpose in Purpose::ALL {
            let shows: HashSet<bool> = Model::standard()
                .schemata()
                .iter()
                .flat_map(|schema| schema.properties())
                .filter(|property| matches!(property.kind, Kind::Email | Kind::Phone))
                .map(|property| shown(*purpose, &property.name))
                .collect();
            assert_eq!(shows.len(), 1, "{}", purpose.word());
        }
        assert!(shown(Purpose::Fraud, "email") && !shown(Purpose::Maladministration, "email"));
        assert!(list(Purpose::Fraud).len() > list(Purpose::Maladministration).len());
    }
}
