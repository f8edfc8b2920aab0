//! Companies: those of the harbour's own register and foreign ones, and what may befall them.

use crate::date::Date;
use crate::identifiers;
use crate::names::Culture;
use crate::names::companies::CompanyName;
use crate::place::{self, Address, State};
use crate::random::Rng;

/// A company of this world, as it stands at some release of the register.
#[derive(Clone, Debug)]
pub(crate) struct Company {
    pub(crate) index: u64,
    pub(crate) name: CompanyName,
    /// Earlier names, as printed.
    pub(crate) previous: Vec<String>,
    pub(crate) state: &'static State,
    pub(crate) number: String,
    pub(crate) lei: Option<String>,
    pub(crate) status: Status,
    pub(crate) incorporated: Date,
    pub(crate) dissolved: Option<Date>,
    /// Number of the company that took this one over.
    pub(crate) successor: Option<u64>,
    pub(crate) address: Address,
    pub(crate) activity: &'static str,
    pub(crate) officers: Vec<Officer>,
    /// Known owners; empty where the ownership register has none.
    pub(crate) owners: Vec<Owner>,
    /// Whether the leaked files name it.
    pub(crate) leaked: bool,
    /// Release of its register in which it first stands; 0 is the base.
    pub(crate) since: usize,
}

/// Where a company is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Active,
    Liquidation,
    StruckOff,
    Dissolved,
    Merged,
}

impl Status {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Liquidation => "in liquidation",
            Self::StruckOff => "struck off",
            Self::Dissolved => "dissolved",
            Self::Merged => "merged",
        }
    }
}

/// A post in a company and who holds it.
#[derive(Clone, Debug)]
pub(crate) struct Officer {
    pub(crate) person: u64,
    pub(crate) role: &'static str,
    pub(crate) appointed: Date,
    pub(crate) resigned: Option<Date>,
}

/// A share of a company, in whole per cent, and who holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) holder: Holder,
    pub(crate) share: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    Person(u64),
    Company(u64),
}

/// What happens to a company between two releases of the register.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    Renamed(CompanyName),
    Moved(Address),
    Ended {
        status: Status,
        on: Date,
        successor: Option<u64>,
    },
    /// A striking-off was an error of the register and is taken back.
    Restored,
    OfficerLeft {
        slot: usize,
        on: Date,
    },
    OfficerJoined(Officer),
    IncorporationCorrected(Date),
    LeiGiven,
}

impl Event {
    /// What the ground truth says happened.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Self::Renamed(_) => "renamed",
            Self::Moved(_) => "moved",
            Self::Ended {
                status: Status::Merged,
                ..
            } => "taken over",
            Self::Ended {
                status: Status::StruckOff,
                ..
            } => "struck off",
            Self::Ended { .. } => "wound up",
            Self::Restored => "restored: struck off by mistake",
            Self::OfficerLeft { .. } => "officer resigned",
            Self::OfficerJoined(_) => "officer appointed",
            Self::IncorporationCorrected(_) => "corrected by the source",
            Self::LeiGiven => "identifier added",
        }
    }
}

const ACTIVITIES: &[&str] = &[
    "50.20 Sea freight",
    "46.71 Wholesale of fuels",
    "52.22 Services to shipping",
    "42.91 Water projects",
    "68.20 Letting of property",
    "03.11 Marine fishing",
    "70.22 Business consultancy",
    "64.20 Holding companies",
    "47.11 Retail of food",
    "56.10 Restaurants",
    "43.21 Electrical works",
    "49.41 Road freight",
];
const ROLES: &[&str] = &[
    "director",
    "director",
    "chair",
    "secretary",
    "managing director",
];

impl Company {
    /// A company with this name in this state; the rest is drawn.
    pub(crate) fn made(
        rng: &mut Rng,
        index: u64,
        name: CompanyName,
        state: &'static State,
        number: String,
    ) -> Self {
        let incorporated = Date::new(
            rng.between(1988, 2022) as i32,
            rng.between(1, 12) as i32,
            rng.between(1, 28) as i32,
        );
        Self {
            index,
            name,
            previous: Vec::new(),
            state,
            number,
            lei: None,
            status: Status::Active,
            incorporated,
            dissolved: None,
            successor: None,
            address: Address::draw(rng, state),
            activity: rng.pick(ACTIVITIES),
            officers: Vec::new(),
            owners: Vec::new(),
            leaked: false,
            since: 0,
        }
    }

    /// The ground truth's id.
    pub(crate) fn id(&self) -> String {
        id(self.index)
    }

    /// `QM-HR-HR1040001`: scheme and number, as other publishers cite it.
    pub(crate) fn cited(&self) -> String {
        format!("{}-{}", self.state.scheme, self.number.replace(' ', ""))
    }

    pub(crate) fn apply(&mut self, event: &Event) {
        match event {
            Event::Renamed(name) => {
                self.previous.insert(0, self.name.latin(0));
                self.name = name.clone();
            }
            Event::Moved(address) => self.address = address.clone(),
            Event::Ended {
                status,
                on,
                successor,
            } => {
                self.status = *status;
                self.dissolved = Some(*on);
                self.successor = *successor;
            }
            Event::Restored => {
                self.status = Status::Active;
                self.dissolved = None;
            }
            Event::OfficerLeft { slot, on } => {
                if let Some(officer) = self.officers.get_mut(*slot) {
                    officer.resigned = Some(*on);
                }
            }
            Event::OfficerJoined(officer) => self.officers.push(officer.clone()),
            Event::IncorporationCorrected(date) => self.incorporated = *date,
            Event::LeiGiven => self.lei = Some(identifiers::lei(self.index)),
        }
    }
}

/// The ground truth's id of company number `index`.
pub(crate) fn id(index: u64) -> String {
    format!("company:{index:07}")
}

/// The number a foreign company has at home.
pub(crate) fn foreign_number(state: &State, index: u64) -> String {
    let body = 4_100_000 + index * 13 % 5_899_993;
    format!("{}{body}", state.number_prefix)
}

/// Draws an officer for a company incorporated on a day.
pub(crate) fn officer(rng: &mut Rng, person: u64, incorporated: Date) -> Officer {
    let appointed = incorporated.plus(rng.below(365) as i64);
    let resigned = rng
        .chance(80)
        .then(|| appointed.plus(rng.between(300, 900) as i64));
    let resigned = resigned.filter(|day| day.year() < 2024);
    Officer {
        person,
        role: rng.pick(ROLES),
        appointed,
        resigned,
    }
}

/// The state under whose law a culture's companies stand, at home or in the port.
pub(crate) fn state_of(culture: Culture, foreign: bool) -> &'static State {
    place::home(if foreign { culture } else { Culture::Harbour })
}
