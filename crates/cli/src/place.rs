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
            },
        }
    }
}
