//! Runs one kernel of the resolution engine a number of times, for counting its instructions.
//!
//! `kernels NAME TIMES`; `kernels` alone lists the names. The texts are fixed, so that a count is the same in every run.

use std::hint::black_box;
use std::io::Write;

use anyhow::{Context, Result};
use resolve::normal::{address, date, identifier, latin, organisation, person};
use resolve::{Field, Input, Kind, Model, RecordId, Scheme, names};

/// A kernel by name.
type Kernel = (&'static str, fn(usize));

const PERSONS: [&str; 8] = [
    "Aleksei Alekseevich Veltishchev",
    "Алексей Вельтищев",
    "Oda van der Karlsen",
    "KARLSEN, Oda",
    "Dr. Mirel Tavasz-Öztürk",
    "محمد عبد الله الكتاني",
    "Abdul Rahman al-Kattani",
    "J. P. O'Niel",
];
const COMPANIES: [&str; 8] = [
    "Søslange Shipping A/S",
    "SOSLANGE SHIPPING AKTIESELSKAB",
    "Brackwater Dredging Ltd",
    "ООО «Северный Причал»",
    "Lodestar Dredging & Salvage GmbH & Co. KG",
    "LODESTAR DREDGING",
    "Al Manara Al Sharqia Shipping LLC",
    "Polaris Marine Works S.p.A.",
];
const ADDRESSES: [&str; 4] = [
    "Lodsgade 77, 1400 Merravin",
    "77 Lodsgd., Merravin",
    "Flat 3, 12 North Quay Street",
    "ul. Morska 14/2",
];
const DATES: [&str; 4] = ["1961-05-12", "12 May 1961", "05/12/1961", "1961"];

const KERNELS: [Kernel; 8] = [
    ("fold", |at| {
        black_box(latin::fold(pick(&PERSONS, at)));
    }),
    ("person_name", |at| {
        black_box(person::full(pick(&PERSONS, at)));
    }),
    ("organisation_name", |at| {
        black_box(organisation::name(pick(&COMPANIES, at)));
    }),
    ("address", |at| {
        black_box(address::split(pick(&ADDRESSES, at)));
    }),
    ("date_and_identifier", |at| {
        black_box(date::packed(pick(&DATES, at)));
        black_box(identifier::normalise(Scheme::Register, "HR 1048547"));
    }),
    ("compare_persons", |at| {
        let (a, b) = (pick(&PERSONS, at), pick(&PERSONS, at / 8));
        black_box(names::compare_as(Kind::Person, a, b));
    }),
    ("compare_organisations", |at| {
        let (a, b) = (pick(&COMPANIES, at), pick(&COMPANIES, at / 8));
        black_box(names::compare_as(Kind::Organisation, a, b));
    }),
    ("explain_pair", |at| {
        thread_local!(static MODEL: Model = Model::default());
        let (a, b) = (values(at), values(at / 8));
        let input = |number, values| Input {
            id: RecordId::from_number(number),
            source: 0,
            kind: Kind::Person,
            values,
        };
        MODEL.with(|model| {
            black_box(model.explain(&input(1, &a), &input(2, &b)));
        });
    }),
];

fn pick(texts: &'static [&'static str], at: usize) -> &'static str {
    texts.get(at % texts.len()).copied().unwrap_or_default()
}

fn values(at: usize) -> Vec<(Field, &'static str)> {
    vec![
        (Field::Name, pick(&PERSONS, at)),
        (Field::BirthDate, pick(&DATES, at)),
        (Field::AddressFull, pick(&ADDRESSES, at)),
    ]
}

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let Some(name) = words.next() else {
        for (name, _) in KERNELS {
            writeln!(std::io::stdout(), "{name}")?;
        }
        return Ok(());
    };
    let times: usize = words.next().context("say how many times")?.parse()?;
    let found = KERNELS.iter().find(|(known, _)| *known == name);
    let (_, kernel) = found.with_context(|| format!("no kernel `{name}`"))?;
    for at in 0..times {
        kernel(at);
    }
    Ok(())
}
