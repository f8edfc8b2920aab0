//! Rule packs: rules of one legal order that an installation, or its cases of one purpose, add to the base. A pack can only
//! forbid, so that what the base refuses stays refused and of several packs the strictest wins.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::rulebook::RulebookError;
use crate::authority::Purpose;

/// A rule pack that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pack {
    /// Its name in `policy.toml`.
    pub name: &'static str,
    /// Its rules.
    pub text: &'static str,
}

impl Pack {
    /// Every pack, by name.
    pub const ALL: [Self; 6] = [
        Self {
            name: "eu-gdpr",
            text: include_str!("../../../../policies/packs/eu-gdpr.cedar"),
        },
        Self {
            name: "eu-led",
            text: include_str!("../../../../policies/packs/eu-led.cedar"),
        },
        Self {
            name: "newsroom",
            text: include_str!("../../../../policies/packs/newsroom.cedar"),
        },
        Self {
            name: "uk-cpia",
            text: include_str!("../../../../policies/packs/uk-cpia.cedar"),
        },
        Self {
            name: "us-inspector",
            text: include_str!("../../../../policies/packs/us-inspector.cedar"),
        },
        Self {
            name: "us-intel-23",
            text: include_str!("../../../../policies/packs/us-intel-23.cedar"),
        },
    ];

    /// Finds the pack of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pack| pack.name == name)
    }
}

/// Which packs hold: for the whole installation, and besides for the cases of a purpose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// For every case.
    #[serde(default)]
    pub packs: Vec<String>,
    /// Besides, for cases of a purpose, by its word.
    #[serde(default)]
    pub purposes: BTreeMap<String, Vec<String>>,
}

impl Choice {
    /// Reads `policy.toml`.
    pub fn read(text: &str) -> Result<Self, RulebookError> {
        toml::from_str(text).map_err(|error| RulebookError::new(format!("policy.toml: {error}")))
    }

    /// The packs that hold for every case.
    pub(super) fn everywhere(&self) -> Result<Vec<Pack>, RulebookError> {
        found(&self.packs)
    }

    /// The packs that hold for the cases of each purpose that has packs of its own.
    pub(super) fn by_purpose(&self) -> Result<Vec<(Purpose, Vec<Pack>)>, RulebookError> {
        let mut all = Vec::new();
        for (word, names) in &self.purposes {
            let purpose = Purpose::from_word(word).ok_or_else(|| {
                RulebookError::new(format!("policy.toml: there is no purpose `{word}`"))
            })?;
            let names: Vec<String> = self.packs.iter().chain(names).cloned().collect();
            all.push((purpose, found(&names)?));
        }
        Ok(all)
    }
}

/// The packs of these names, each once, by name.
fn found(names: &[String]) -> Result<Vec<Pack>, RulebookError> {
    let unknown = names.iter().find(|name| Pack::named(name).is_none());
    if let Some(name) = unknown {
        return Err(RulebookError::new(format!(
            "policy.toml: there is no rule pack `{name}`"
        )));
    }
    let packs = Pack::ALL.into_iter();
    Ok(packs
        .filter(|pack| names.iter().any(|name| name == pack.name))
        .collect())
}
