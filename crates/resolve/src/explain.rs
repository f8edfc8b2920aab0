//! Why two records look like one, as data: every comparison with what both sources say, and its weight in bits.
//!
//! Contributions are taken in a fixed order, each being what the comparison adds given those before it: a shared
//! telephone adds little once family name and address are known to be a household's. Prior and contributions sum
//! to the score.
#![expect(
    clippy::indexing_slicing,
    reason = "comparison positions come from the specification that sizes the arrays"
)]

use crate::compare;
use crate::engine::{Model, proposal};
use crate::input::{Field, Input, Kind, RecordId};
use crate::model::{KindModel, probability};
use crate::spec::{self, Levels, MISSING, MOST};
use crate::table::{EMAIL, IDENTIFIER, PHONE, Row, SECOND, THIRD, Table};

/// What speaks for and against two records being one entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// First record.
    pub a: RecordId,
    /// Second record.
    pub b: RecordId,
    /// Bits before anything is compared: how rare true pairs are among candidates.
    pub prior: f64,
    /// Comparisons in the order in which they are weighed.
    pub contributions: Vec<Contribution>,
    /// Prior and contributions together, in bits.
    pub total: f64,
    /// The same as a probability, 0 to 1.
    pub probability: f64,
    /// The ways to look alike that the evidence fits best, with the share of each.
    pub readings: Vec<(&'static str, f64)>,
    /// The next best record for the first, if known.
    pub rival: Option<Rival>,
    /// The one fact that would turn the result.
    pub flip: Option<Flip>,
}

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// What is compared.
    pub comparison: &'static str,
    /// The finding in words.
    pub level: &'static str,
    /// What the first source says, as it says it.
    pub left: Vec<String>,
    /// What the second source says, as it says it.
    pub right: Vec<String>,
    /// Where in the first record's values `left` stands, in the same order.
    pub left_at: Vec<usize>,
    /// Where in the second record's values `right` stands.
    pub right_at: Vec<usize>,
    /// Bits for (above zero) or against.
    pub weight: f64,
    /// How common the value both share is.
    pub common: Option<Common>,
}

/// How often a value was seen when the model was learnt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Common {
    /// Records that hold it.
    pub count: u32,
    /// Their share of all records of the kind, 0 to 1.
    pub share: f64,
}

/// The next best record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rival {
    /// Which record.
    pub record: RecordId,
    /// Its probability.
    pub probability: f64,
    /// Bits by which the explained pair is ahead (below zero: behind).
    pub gap: f64,
}

/// A single fact that would turn the result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flip {
    /// The comparison it concerns.
    pub comparison: &'static str,
    /// What would have to be found.
    pub level: &'static str,
    /// The probability then.
    pub probability: f64,
}

impl Model {
    /// Explains a pair from what the sources say. Records of two kinds give an empty explanation.
    pub fn explain(&self, a: &Input<'_>, b: &Input<'_>) -> Explanation {
        let (a, b) = if a.id <= b.id { (a, b) } else { (b, a) };
        let model = self.of(a.kind);
        let mut table = Table::new(a.kind);
        let x = table.read(a, &model.counts);
        let y = table.read(b, &model.counts);
        let levels = if a.kind == b.kind {
            compare::levels(&table, &x, &y)
        } else {
            Levels::default()
        };
        let contributions = (0..MOST)
            .map(|at| contribution(model, &table, (a, &x), (b, &y), &levels, at))
            .filter(|c| !c.left.is_empty() || !c.right.is_empty())
            .collect();
        let total = proposal(a.id, b.id, model.weight(&levels)).weight;
        Explanation {
            a: a.id,
            b: b.id,
            prior: model.odds(&levels, 0),
            contributions,
            total,
            probability: probability(total),
            readings: model.readings(&levels),
            rival: None,
            flip: flip(model, &levels),
        }
    }
}

impl KindModel {
    /// Shares of the classes that fit a pattern, greatest first, slight ones left out.
    fn readings(&self, levels: &Levels) -> Vec<(&'static str, f64)> {
        let fits: Vec<(&'static str, f64)> = self
            .classes
            .iter()
            .map(|class| {
                let fit = class
                    .shares
                    .iter()
                    .zip(levels)
                    .filter(|(_, level)| **level != MISSING)
                    .fold(class.weight, |p, (shares, level)| {
                        p * shares[usize::from(*level)]
                    });
                (class.words, fit)
            })
            .collect();
        let whole: f64 = fits.iter().map(|(_, f)| f).sum::<f64>().max(1e-300);
        let mut shares: Vec<(&'static str, f64)> = fits
            .into_iter()
            .map(|(w, f)| (w, f / whole))
            .filter(|(_, f)| *f >= 0.01)
            .collect();
        shares.sort_by(|x, y| y.1.total_cmp(&x.1));
        shares
    }
}

fn contribution(
    model: &KindModel,
    table: &Table,
    (a, x): (&Input<'_>, &Row),
    (b, y): (&Input<'_>, &Row),
    levels: &Levels,
    at: usize,
) -> Contribution {
    let comparisons = spec::comparisons(a.kind);
    let weight = if levels[at] == MISSING {
        0.0
    } else {
        model.odds(levels, at + 1) - model.odds(levels, at)
    };
    let (left_at, right_at) = (said(a, at), said(b, at));
    let texts = |input: &Input<'_>, places: &[usize]| {
        let text = |place: &usize| input.values[*place].1.to_string();
        places.iter().map(text).collect()
    };
    Contribution {
        comparison: comparisons[at].name,
        level: comparisons[at]
            .levels
            .get(usize::from(levels[at]))
            .map_or("", |l| l.words),
        left: texts(a, &left_at),
        right: texts(b, &right_at),
        left_at,
        right_at,
        weight,
        common: shared_value(model, table, x, y, at).map(|count| Common {
            count,
            share: f64::from(count) / model.records.max(1) as f64,
        }),
    }
}

/// Places of the raw values a comparison looks at.
fn said(input: &Input<'_>, at: usize) -> Vec<usize> {
    let named = |wanted: Field| input.values.iter().any(|(f, _)| *f == wanted);
    let wanted = |field: Field| -> bool {
        let name = matches!(field, Field::Name | Field::Alias);
        if input.kind == Kind::Person {
            match at {
                0 => field == Field::GivenName || name,
                1 => field == Field::FamilyName || name,
                // A second given name stands in for a middle name that is not stated apart.
                2 => match field {
                    Field::MiddleName => true,
                    Field::GivenName => !named(Field::MiddleName),
                    _ => name && !named(Field::MiddleName),
                },
                3 => matches!(field, Field::BirthDate | Field::IncorporationDate),
                4 => is_address(field),
                5 => field == Field::Phone,
                6 => matches!(field, Field::Email | Field::Website),
                7 => matches!(field, Field::Identifier(_)),
                8 => field == Field::Place,
                _ => field == Field::Trade,
            }
        } else {
            let part = matches!(
                field,
                Field::GivenName | Field::MiddleName | Field::FamilyName
            );
            match at {
                0 | 1 => name || part,
                2 => matches!(field, Field::BirthDate | Field::IncorporationDate),
                3 => is_address(field),
                4 => field == Field::Phone,
                5 => matches!(field, Field::Email | Field::Website),
                6 => matches!(field, Field::Identifier(s) if !is_tax(s)),
                7 => matches!(field, Field::Identifier(s) if is_tax(s)),
                8 => matches!(field, Field::Officer | Field::Trade),
                _ => matches!(field, Field::Country | Field::Flag),
            }
        }
    };
    (0..)
        .zip(input.values)
        .filter(|(_, (field, _))| wanted(*field))
        .map(|(place, _)| place)
        .collect()
}

fn is_tax(scheme: crate::input::Scheme) -> bool {
    matches!(
        scheme,
        crate::input::Scheme::Tax | crate::input::Scheme::Vat
    )
}

fn is_address(field: Field) -> bool {
    matches!(
        field,
        Field::Street | Field::City | Field::Postcode | Field::AddressFull
    )
}

/// How often the value both rows hold was seen, if they hold one.
fn shared_value(model: &KindModel, table: &Table, x: &Row, y: &Row, at: usize) -> Option<u32> {
    let count = |id: u32| table.values.get(id).count.max(1);
    let in_four = |slot: usize, names: bool| -> Option<u32> {
        let of = |row| {
            if names {
                table.names(row).collect::<Vec<_>>()
            } else {
                table.places(row).collect()
            }
        };
        let theirs = of(y);
        of(x)
            .into_iter()
            .find(|f| f[slot] != 0 && theirs.iter().any(|o| o[slot] == f[slot]))
            .map(|f| {
                if slot == 3 {
                    model.counts.together(f[3])
                } else {
                    count(f[slot])
                }
            })
    };
    let in_list = |slot: usize| {
        table
            .list(x, slot)
            .iter()
            .find(|v| table.list(y, slot).contains(v))
            .map(|v| count(*v))
    };
    let person = table.kind == Kind::Person;
    match (person, at) {
        (_, 0) => in_four(0, true),
        (true, 1) => in_four(1, true),
        (true, 2) => in_four(2, true),
        (true, 4) | (false, 3) => in_four(3, false),
        (true, 5) | (false, 4) => in_list(PHONE),
        (true, 6) | (false, 5) => in_list(EMAIL),
        (true, 7) | (false, 6) => in_list(IDENTIFIER),
        (true, 8) | (false, 7) => in_list(SECOND),
        (true, 9) | (false, 8) => in_list(THIRD),
        _ => None,
    }
}

/// The smallest single change of a finding that turns the result.
fn flip(model: &KindModel, levels: &Levels) -> Option<Flip> {
    let now = model.bits(levels);
    let comparisons = spec::comparisons(model.kind);
    let mut found: Option<(f64, Flip)> = None;
    for (at, comparison) in comparisons.iter().enumerate() {
        let last = comparison.levels.len() - 1;
        for level in [1, last] {
            if usize::from(levels[at]) == level {
                continue;
            }
            let mut other = *levels;
            other[at] = level as u8;
            let then = model.bits(&other);
            if (then > 0.0) == (now > 0.0) {
                continue;
            }
            let change = (then - now).abs();
            if found.is_none_or(|(least, _)| change < least) {
                let flip = Flip {
                    comparison: comparison.name,
                    level: comparison.levels[level].words,
                    probability: probability(then),
                };
                found = Some((change, flip));
            }
        }
    }
    found.map(|(_, flip)| flip)
}
