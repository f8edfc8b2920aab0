//! Ships.

use crate::identifiers;
use crate::names::trades as m;
use crate::place::{STATES, State};
use crate::random::Rng;

/// A ship of this world.
#[derive(Clone, Debug)]
pub(crate) struct Vessel {
    pub(crate) index: u64,
    pub(crate) imo: String,
    pub(crate) name: String,
    pub(crate) former: Vec<String>,
    pub(crate) flag: &'static State,
    pub(crate) kind: &'static str,
    pub(crate) gross_tonnage: u64,
    pub(crate) deadweight: u64,
    pub(crate) built: u64,
    pub(crate) call_sign: String,
    pub(crate) owner: u64,
    pub(crate) manager: Option<u64>,
    /// Off the register, since this release.
    pub(crate) deleted: bool,
}

/// What happens to a ship between two releases of its register.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    Renamed(String),
    Reflagged(&'static State),
    Sold(u64),
    BuiltCorrected(u64),
    Deleted,
}

impl Event {
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Self::Renamed(_) => "renamed",
            Self::Reflagged(_) => "changed flag",
            Self::Sold(_) => "sold",
            Self::BuiltCorrected(_) => "corrected by the source",
            Self::Deleted => "deleted from the register",
        }
    }
}

const KINDS: &[&str] = &[
    "General Cargo",
    "Bulk Carrier",
    "Crude Oil Tanker",
    "Products Tanker",
    "Tug",
    "Trawler",
    "Container Ship",
    "Reefer",
];

impl Vessel {
    pub(crate) fn derive(seed: u64, index: u64, owner: u64, manager: Option<u64>) -> Self {
        let mut rng = Rng::at(seed, "vessel", index);
        let kind = rng.pick(KINDS);
        let gross_tonnage = match kind {
            "Tug" | "Trawler" => rng.between(180, 900),
            "Crude Oil Tanker" | "Container Ship" => rng.between(24_000, 81_000),
            _ => rng.between(1_900, 21_000),
        };
        let [harbour, _, _, kalathene, wadhira, ..] = &STATES;
        let flag = match rng.below(10) {
            0..5 => harbour,
            5..8 => kalathene,
            _ => wadhira,
        };
        Self {
            index,
            imo: identifiers::imo(index),
            name: name(&mut rng),
            former: if rng.chance(200) {
                vec![name(&mut rng)]
            } else {
                Vec::new()
            },
            flag,
            kind,
            gross_tonnage,
            deadweight: gross_tonnage * rng.between(120, 180) / 100,
            built: rng.between(1978, 2021),
            call_sign: identifiers::call_sign(index),
            owner,
            manager,
            deleted: false,
        }
    }

    pub(crate) fn id(&self) -> String {
        format!("vessel:{:07}", self.index)
    }

    pub(crate) fn apply(&mut self, event: &Event) {
        match event {
            Event::Renamed(name) => {
                let old = std::mem::replace(&mut self.name, name.clone());
                self.former.insert(0, old);
            }
            Event::Reflagged(state) => self.flag = state,
            Event::Sold(owner) => self.owner = *owner,
            Event::BuiltCorrected(year) => self.built = *year,
            Event::Deleted => self.deleted = true,
        }
    }
}

/// Invents a ship's name.
pub(crate) fn name(rng: &mut Rng) -> String {
    let (first, last) = (rng.pick(m::SHIP_FIRST), rng.pick(m::SHIP_LAST));
    format!("{first} {last}").trim_end().to_owned()
}
