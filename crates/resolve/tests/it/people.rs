//! Invented records: a small port town with families, namesakes and slips of the pen.

use proptest::prelude::*;
use resolve::{Field, Input, Kind, RecordId, Scheme};

/// A record that owns its texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub id: u128,
    pub kind: Kind,
    pub source: u32,
    pub values: Vec<(Field, String)>,
}

impl Record {
    pub fn person(id: u128, values: &[(Field, &str)]) -> Record {
        Record::of(Kind::Person, id, values)
    }

    pub fn of(kind: Kind, id: u128, values: &[(Field, &str)]) -> Record {
        let values = values.iter().map(|(f, t)| (*f, (*t).to_string())).collect();
        Record {
            id,
            kind,
            source: (id % 3) as u32,
            values,
        }
    }

    pub fn with<T>(&self, take: impl FnOnce(&Input<'_>) -> T) -> T {
        let values: Vec<(Field, &str)> =
            self.values.iter().map(|(f, t)| (*f, t.as_str())).collect();
        take(&Input {
            id: RecordId::from_number(self.id),
            source: self.source,
            kind: self.kind,
            values: &values,
        })
    }
}

pub fn id(number: u128) -> RecordId {
    RecordId::from_number(number)
}

const GIVEN: &[&str] = &[
    "Mirel", "Mirela", "Tavin", "Oskana", "Bill", "William", "T.",
];
const FAMILY: &[&str] = &["Drosk", "Drosck", "Velmar", "Al-Quasir", "Harnow", "Harnov"];
const DATES: &[&str] = &[
    "1961-04-12",
    "1961-12-04",
    "1961-04",
    "1961",
    "1984-09-30",
    "1984-09-03",
];
const STREETS: &[&str] = &["12 Quay Street", "12 Quay St", "7 Ropewalk", "9 Ropewalk"];
const CITIES: &[&str] = &["Portsea", "Northaven"];
const NUMBERS: &[&str] = &["55123401", "55123402", "98711234"];

/// Some persons and firms with few values, so that they meet often.
pub fn records(most: usize) -> impl Strategy<Value = Vec<Record>> {
    prop::collection::vec(record(), 2..most).prop_map(|list| {
        let numbered = list.into_iter().enumerate();
        numbered
            .map(|(i, r)| Record {
                id: i as u128 * 7 % 64 + 1,
                source: (i % 3) as u32,
                ..r
            })
            .collect()
    })
}

fn record() -> impl Strategy<Value = Record> {
    let pick =
        |from: &'static [&'static str]| prop::option::weighted(0.8, prop::sample::select(from));
    let parts = (
        pick(GIVEN),
        pick(FAMILY),
        pick(DATES),
        pick(STREETS),
        pick(CITIES),
        pick(NUMBERS),
        pick(FAMILY),
        any::<u8>(),
    );
    parts.prop_map(|(given, family, date, street, city, number, alias, firm)| {
        let mut values = Vec::new();
        let mut add =
            |field, text: Option<&str>| values.extend(text.map(|t| (field, t.to_string())));
        add(Field::Street, street);
        add(Field::City, city);
        let kind = if firm % 4 == 0 {
            Kind::Organisation
        } else {
            Kind::Person
        };
        if kind == Kind::Person {
            add(Field::GivenName, given);
            add(Field::FamilyName, family);
            add(Field::BirthDate, date);
            add(
                Field::Identifier(Scheme::National),
                number.filter(|_| firm % 3 == 0),
            );
        } else {
            add(Field::Name, family.map(|_| "Drosk Shipping Ltd"));
            add(Field::IncorporationDate, date);
        }
        if firm % 5 == 0 {
            add(Field::Alias, alias);
        }
        Record {
            id: 0,
            kind,
            source: 0,
            values,
        }
    })
}
