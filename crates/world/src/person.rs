//! People. Four neighbours in the plan make up one to four households, and each person can be
//! made alone from seed and number.

use crate::date::Date;
use crate::identifiers;
use crate::names::Culture;
use crate::names::people::{FamilyName, PersonName};
use crate::place::{self, Address, State};
use crate::random::Rng;

/// A person of this world.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) index: u64,
    pub(crate) name: PersonName,
    pub(crate) birth: Date,
    pub(crate) birth_town: String,
    pub(crate) address: Address,
    pub(crate) citizen: &'static State,
    pub(crate) passport: String,
    /// The ownership register has day and month of birth exchanged.
    pub(crate) swapped: bool,
}

/// Which of four neighbours live together: equal letters share a household.
const HOUSEHOLDS: [[u64; 4]; 5] = [
    [0, 1, 2, 3],
    [0, 0, 1, 2],
    [0, 0, 1, 1],
    [0, 0, 0, 1],
    [0, 0, 0, 0],
];

impl Person {
    /// Person number `index` of the world with this seed.
    pub(crate) fn derive(seed: u64, index: u64) -> Self {
        let block = index / 4;
        let seat = index % 4;
        let draw = Rng::at(seed, "households", block).below(100);
        let pattern = match draw {
            0..50 => HOUSEHOLDS.first(),
            50..70 => HOUSEHOLDS.get(1),
            70..82 => HOUSEHOLDS.get(2),
            82..92 => HOUSEHOLDS.get(3),
            _ => HOUSEHOLDS.get(4),
        };
        let household = pattern
            .and_then(|seats| seats.get(seat as usize))
            .copied()
            .unwrap_or(seat);
        let mut shared = Rng::at(seed, "household", block * 4 + household);
        let culture = Culture::draw(&mut shared);
        let family = FamilyName::draw(&mut shared, culture);
        let abroad = culture != Culture::Harbour && shared.chance(400);
        let state = if abroad {
            place::home(culture)
        } else {
            place::home(Culture::Harbour)
        };
        let address = Address::draw(&mut shared, state);
        let parents_year = shared.between(1945, 1970) as i32;

        let mut rng = Rng::at(seed, "person", index);
        let man = rng.chance(620);
        let child = pattern.is_some_and(|seats| {
            seats
                .iter()
                .take(seat as usize)
                .filter(|other| **other == household)
                .count()
                >= 2
        });
        let generation = if child { 26 } else { 0 };
        let year = (parents_year + generation + rng.below(6) as i32).min(2003);
        let birth = Date::new(year, rng.between(1, 12) as i32, rng.between(1, 28) as i32);
        Self::made(&mut rng, index, family_member(&family, man), birth, address)
    }

    /// A person with the given name, birth date and address; the rest is drawn.
    pub(crate) fn made(
        rng: &mut Rng,
        index: u64,
        name: impl FnOnce(&mut Rng) -> PersonName,
        birth: Date,
        address: Address,
    ) -> Self {
        let name = name(rng);
        let citizen = place::home(name.culture);
        Self {
            index,
            birth,
            birth_town: Address::draw(rng, citizen).city,
            passport: identifiers::passport(citizen.letter, rng),
            name,
            address,
            citizen,
            swapped: false,
        }
    }

    /// The ground truth's id.
    pub(crate) fn id(&self) -> String {
        id(self.index)
    }
}

/// The ground truth's id of person number `index`.
pub(crate) fn id(index: u64) -> String {
    format!("person:{index:07}")
}

fn family_member(family: &FamilyName, man: bool) -> impl FnOnce(&mut Rng) -> PersonName {
    let family = family.clone();
    move |rng| family.member(rng, man)
}
