//! The same company as others write it: forms spelled out or dropped, marks lost, capitals.

use crate::company::Company;
use crate::names::script::{self, PASSPORT};
use crate::random::Rng;

/// A spelling of the company's name, and whether it differs from the register's.
pub(crate) fn company_name(rng: &mut Rng, company: &Company) -> (String, bool) {
    let name = &company.name;
    let exact = name.latin(PASSPORT);
    let text = match rng.below(10) {
        0..5 => exact.clone(),
        5 => exact.to_uppercase(),
        6 => name.latin_long(PASSPORT),
        7 => name.bare(PASSPORT),
        8 => script::unmarked(&exact),
        _ => exact
            .replace('/', "")
            .replace("s.r.o.", "s r o")
            .replace("S.A.", "SA"),
    };
    let differs = text != exact;
    (text, differs)
}

/// The company's number as typed: now and then with two digits exchanged, now and then left out.
pub(crate) enum Typed {
    Right(String),
    Wrong(String),
    Missing,
}

impl Typed {
    pub(crate) fn draw(rng: &mut Rng, company: &Company, missing_per_mille: u64) -> Self {
        if rng.chance(missing_per_mille) {
            Self::Missing
        } else if rng.chance(35) {
            Self::Wrong(crate::identifiers::mistyped(&company.number, rng))
        } else {
            Self::Right(company.number.clone())
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Right(text) | Self::Wrong(text) => Some(text),
            Self::Missing => None,
        }
    }
}
