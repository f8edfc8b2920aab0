//! The datasets that come with the program: what the fictional world and the real demo data are called, who publishes
//! them, under which terms they are held, and by which mapping they are read.

use anyhow::Context;
use desk::sources::NewDataset;
use domain::source::{Agreement, Extent};
use domain::time::Moment;
use serde::Deserialize;

/// One dataset of the catalogue.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Short name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// The authority under which it was obtained.
    pub authority: String,
    /// Licence or terms line.
    pub terms: String,
    /// Name of the mapping file under `mappings/`.
    pub mapping: String,
    /// Full releases or deltas.
    pub extent: Extent,
    /// Whether it may be matched with others.
    #[serde(default = "yes")]
    pub matching: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Catalogue {
    dataset: Vec<Known>,
}

const WORLD: &str = include_str!("../../../mappings/world/catalogue.toml");
const REAL: &str = include_str!("../../../mappings/real/catalogue.toml");

/// The datasets of the fictional world.
pub fn world() -> anyhow::Result<Vec<Known>> {
    read(WORLD)
}

/// The six real datasets.
pub fn real() -> anyhow::Result<Vec<Known>> {
    read(REAL)
}

fn read(text: &str) -> anyhow::Result<Vec<Known>> {
    Ok(toml::from_str::<Catalogue>(text)
        .context("the catalogue is not in order")?
        .dataset)
}

/// Ready terms of an agreement on a dataset, as in `policies/agreements`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ready {
    /// Purposes for which it may be looked into.
    pub purposes: Vec<String>,
    /// The authority under which it was obtained.
    pub authority: String,
    /// Licence or terms line.
    pub terms: String,
    /// Whether it may be matched with others.
    pub matching: bool,
    /// Whether a shared register number counts as a standing judgement.
    pub standing_rules: bool,
    /// Days for which it is in force.
    pub days: i64,
}

impl Ready {
    /// The terms of a name.
    pub fn named(name: &str) -> anyhow::Result<Self> {
        let text = match name {
            "open-data" => include_str!("../../../policies/agreements/open-data.toml"),
            "own-register" => include_str!("../../../policies/agreements/own-register.toml"),
            "compelled-production" => {
                include_str!("../../../policies/agreements/compelled-production.toml")
            }
            _ => anyhow::bail!(
                "there is no template `{name}`: open-data, own-register, compelled-production"
            ),
        };
        toml::from_str(text).with_context(|| format!("the template `{name}` is not in order"))
    }

    /// Where nothing is said: matching allowed, for a year.
    pub fn plain() -> Self {
        Self {
            purposes: Vec::new(),
            authority: String::new(),
            terms: String::new(),
            matching: true,
            standing_rules: true,
            days: 365,
        }
    }
}

impl Known {
    /// The mapping that reads it.
    pub fn mapping(&self) -> anyhow::Result<intake::Mapping> {
        let text = crate::command::mappings::text(&self.mapping)
            .with_context(|| format!("there is no mapping `{}`", self.mapping))?;
        intake::Mapping::parse(text).with_context(|| format!("mapping `{}`", self.mapping))
    }

    /// The dataset under an agreement for all purposes, ten years from `now`: for open data and for demonstration.
    pub fn dataset(&self, now: Moment) -> NewDataset {
        NewDataset {
            name: self.name.clone(),
            title: self.title.clone(),
            publisher: self.publisher.clone(),
            agreement: Agreement {
                purposes: domain::authority::Purpose::ALL
                    .iter()
                    .map(|purpose| purpose.word().to_owned())
                    .collect(),
                authority: self.authority.clone(),
                matching: self.matching,
                standing_rules: self.matching,
                from: now.plus_days(-1),
                until: now.plus_days(3650),
                terms: self.terms.clone(),
                special: String::new(),
            },
        }
    }
}
