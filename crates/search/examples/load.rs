//! Makes documents, indexes them and asks: documents per second and percentiles of answers, as one JSON line.
//!
//! `cargo run --release -p search --example load -- [documents] [clients] [seconds]`. Names are made of syllables, with
//! a skew: some surnames are common, most are rare. A tenth of the questions is misspelt.

#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use domain::authority::{Actor, LegalBasis, Origin, Purpose, Reason, Role};
use domain::case::{CaseFile, Membership, Scope, Stage, SubjectKind};
use domain::id::{CaseId, DatasetId, RecordId, UserId};
use domain::policy::selector::{Detail, Selector};
use domain::policy::{Act, DatasetFacts, Facts, Permit, Request, Rulebook};
use domain::source::Agreement;
use domain::time::Moment;
use search::{Document, Index, Question};

type Failed = Box<dyn std::error::Error>;

/// A small generator of numbers, the same each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below.max(1)
    }
    /// Small numbers often, large ones seldom.
    fn skewed(&mut self, below: u64) -> u64 {
        let share = (self.roll(1 << 20) as f64 / f64::from(1 << 20)).powi(3);
        (share * below as f64) as u64
    }
}

const SYLLABLES: [&str; 32] = [
    "al", "ber", "cor", "dan", "el", "fin", "gor", "hal", "in", "jor", "kar", "lund", "mer", "nor",
    "od", "per", "quin", "ros", "sal", "tor", "ul", "var", "wes", "yar", "zan", "grund", "vik",
    "sen", "berg", "row", "mar", "ov",
];
const TRADES: [&str; 12] = [
    "Shipping",
    "Trading",
    "Dredging",
    "Holding",
    "Invest",
    "Logistics",
    "Marine",
    "Construction",
    "Energy",
    "Fisheries",
    "Capital",
    "Port",
];
const FORMS: [&str; 6] = ["Ltd", "GmbH", "AS", "LLC", "OOO", "SARL"];

fn word(mut number: u64) -> String {
    let mut text = String::new();
    for _ in 0..2 {
        text.push_str(
            SYLLABLES
                .get((number % 32) as usize)
                .copied()
                .unwrap_or_default(),
        );
        number /= 32;
    }
    while number > 0 {
        text.push_str(
            SYLLABLES
                .get((number % 32) as usize)
                .copied()
                .unwrap_or_default(),
        );
        number /= 32;
    }
    text.get(..1).unwrap_or_default().to_uppercase() + text.get(1..).unwrap_or_default()
}

fn pick<'a>(dice: &mut Dice, list: &[&'a str]) -> &'a str {
    let place = dice.roll(list.len() as u64) as usize;
    list.get(place).copied().unwrap_or_default()
}

fn document(number: u64) -> Document {
    let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1);
    let mut bytes = [0; 16];
    for (byte, from) in bytes
        .iter_mut()
        .rev()
        .zip(number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes())
    {
        *byte = from;
    }
    let record = RecordId::from_bytes(bytes);
    let dataset = DatasetId::from_bytes([1 + (number % 4) as u8; 16]);
    if number.is_multiple_of(2) {
        let name = format!(
            "{} {}",
            word(dice.skewed(2_000)),
            word(1_000 + dice.skewed(60_000))
        );
        return Document {
            caption: name.clone(),
            names: vec![name],
            birth: vec![format!(
                "{}-{:02}-{:02}",
                1935 + dice.roll(70),
                1 + dice.roll(12),
                1 + dice.roll(28)
            )],
            identifiers: vec![format!("ID{:09}", number)],
            addresses: vec![format!(
                "{} {} Street",
                1 + dice.roll(200),
                word(dice.roll(3_000))
            )],
            ..Document::new(record, dataset, SubjectKind::Persons, "Person")
        };
    }
    let name = format!(
        "{} {} {} {}",
        word(1_000 + dice.skewed(60_000)),
        word(dice.skewed(30_000)),
        pick(&mut dice, &TRADES),
        pick(&mut dice, &FORMS)
    );
    Document {
        caption: name.clone(),
        names: vec![name],
        identifiers: vec![format!("NO{:09}", number)],
        addresses: vec![format!(
            "{} {} Street",
            1 + dice.roll(200),
            word(dice.roll(3_000))
        )],
        countries: vec![pick(&mut dice, &["no", "gb", "ge", "gr", "de", "cy"]).to_owned()],
        dates: vec![format!("{}", 1970 + dice.roll(55))],
        ..Document::new(record, dataset, SubjectKind::Organisations, "Company")
    }
}

fn permit() -> Result<Permit, Failed> {
    let now = Moment::from_seconds(1_000_000);
    let lead = UserId::from_bytes([1; 16]);
    let datasets = [1u8, 2, 3, 4].map(|number| DatasetId::from_bytes([number; 16]));
    let actor = Actor {
        user: lead,
        roles: vec![Role::Investigator],
        session: None,
        origin: Origin::Api,
    };
    let case = CaseFile {
        id: CaseId::from_bytes([5; 16]),
        number: "2026-0001".into(),
        title: "Load".into(),
        predicate: "Load".into(),
        purpose: Some(Purpose::Procurement),
        legal_basis: Some(LegalBasis::StatutoryInquiry),
        scope: Scope {
            datasets: datasets.to_vec(),
            kinds: SubjectKind::ALL.to_vec(),
        },
        stage: Stage::Open { by: lead, at: now },
        opened_by: UserId::from_bytes([3; 16]),
        opened_at: now,
        expires: now.plus_days(90),
        unit: String::new(),
        members: vec![(lead, Membership::Lead)],
    };
    let agreement = Agreement {
        purposes: vec!["procurement".into()],
        authority: "open data".into(),
        matching: true,
        standing_rules: true,
        from: Moment::from_seconds(0),
        until: now.plus_days(1),
        terms: String::new(),
        special: String::new(),
    };
    let facts = datasets.map(|id| DatasetFacts {
        unlawful: false,
        id,
        agreement: agreement.clone(),
    });
    let reason = Reason::new("load", "how fast it is");
    let request = Request {
        actor: &actor,
        act: Act::Search,
        reason: reason.as_ref(),
        concerns: None,
        at: now,
    };
    let facts = Facts {
        case: Some(&case),
        datasets: &facts,
        test_profile: false,
        ..Facts::default()
    };
    Ok(Rulebook::standard()?.decide(&request, &facts)?)
}

#[derive(Clone, Copy)]
enum Asks {
    Companies,
    Persons,
    CompaniesMisspelt,
    PersonsMisspelt,
    OneWord,
    Number,
    Everything,
}

impl Asks {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Companies, "companies_by_name"),
        (Self::Persons, "persons_by_name_and_birth_year"),
        (Self::CompaniesMisspelt, "companies_misspelt"),
        (Self::PersonsMisspelt, "persons_misspelt"),
        (Self::OneWord, "companies_by_one_word"),
        (Self::Number, "persons_by_number"),
        (Self::Everything, "all_companies_faceted"),
    ];

    /// Asks for a document that there is, and tells whether it was found.
    fn ask(
        self,
        index: &Index,
        permit: &Permit,
        number: u64,
        dice: &mut Dice,
    ) -> Result<bool, Failed> {
        let things = !matches!(self, Self::Persons | Self::PersonsMisspelt | Self::Number);
        let target = document(number / 2 * 2 + u64::from(things));
        let found = match self {
            Self::Companies => {
                index
                    .search_things(permit, &Question::of(&target.caption))?
                    .hits
            }
            Self::CompaniesMisspelt => {
                index
                    .search_things(permit, &Question::of(&misspelt(&target.caption, dice)))?
                    .hits
            }
            Self::OneWord => {
                let word = target.caption.split(' ').next().unwrap_or_default();
                index.search_things(permit, &Question::of(word))?.hits
            }
            Self::Everything => {
                index
                    .search_things(
                        permit,
                        &Question {
                            limit: 20,
                            ..Question::default()
                        },
                    )?
                    .hits
            }
            Self::Number => {
                let number = target.identifiers.first().cloned().unwrap_or_default();
                index
                    .search_persons(permit, &Selector::Identifier(number))?
                    .hits
            }
            Self::Persons | Self::PersonsMisspelt => {
                let name = match self {
                    Self::Persons => target.caption.clone(),
                    _ => misspelt(&target.caption, dice),
                };
                let year = target
                    .birth
                    .first()
                    .and_then(|date| date.get(..4))
                    .unwrap_or_default();
                let details = vec![Detail::Birth(year.to_owned())];
                index
                    .search_persons(permit, &Selector::NameAnd { name, details })?
                    .hits
            }
        };
        Ok(found.iter().any(|hit| hit.record == target.record))
    }
}

/// Two neighbouring letters change places in the longest word.
fn misspelt(name: &str, dice: &mut Dice) -> String {
    let longest = name
        .split(' ')
        .max_by_key(|word| word.len())
        .unwrap_or_default();
    let mut letters: Vec<char> = longest.chars().collect();
    let place = 1 + dice.roll(letters.len().saturating_sub(2) as u64) as usize;
    if place + 1 < letters.len() {
        letters.swap(place, place + 1);
    }
    name.replace(longest, &letters.into_iter().collect::<String>())
}

struct Figures {
    answers: usize,
    found: usize,
    took: Vec<Duration>,
    elapsed: Duration,
    /// Processor time of the whole process meanwhile, in seconds.
    cpu: f64,
}

/// Processor time of this process so far in seconds, where the system tells it.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(11)
        .take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

impl Figures {
    fn percentile(&self, share: f64) -> f64 {
        let place =
            ((self.took.len() as f64 * share) as usize).min(self.took.len().saturating_sub(1));
        self.took
            .get(place)
            .map_or(0.0, |took| took.as_secs_f64() * 1e3)
    }
    fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "answers_per_second": (self.answers as f64 / self.elapsed.as_secs_f64()).round(),
            "cpu_ms_per_answer": (self.cpu * 1e6 / self.answers.max(1) as f64).round() / 1e3,
            "found": self.found as f64 / self.answers.max(1) as f64,
            "p50_ms": self.percentile(0.5), "p95_ms": self.percentile(0.95), "p99_ms": self.percentile(0.99),
        })
    }
}

fn ask(
    index: &Index,
    permit: &Permit,
    asks: Asks,
    documents: u64,
    clients: u64,
    length: Duration,
) -> Figures {
    let stop = AtomicBool::new(false);
    let (begun, cpu_before) = (Instant::now(), cpu());
    let all: Vec<(usize, Vec<Duration>)> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..clients)
            .map(|client| {
                let stop = &stop;
                scope.spawn(move || {
                    let mut dice = Dice(client + 77);
                    let (mut found, mut took) = (0, Vec::new());
                    while !stop.load(Ordering::Relaxed) {
                        let number = dice.roll(documents);
                        let begun = Instant::now();
                        let hit = asks.ask(index, permit, number, &mut dice).unwrap_or(false);
                        took.push(begun.elapsed());
                        found += usize::from(hit);
                    }
                    (found, took)
                })
            })
            .collect();
        std::thread::sleep(length);
        stop.store(true, Ordering::Relaxed);
        clients
            .into_iter()
            .filter_map(|client| client.join().ok())
            .collect()
    });
    let elapsed = begun.elapsed();
    let mut took: Vec<Duration> = all
        .iter()
        .flat_map(|(_, took)| took.iter().copied())
        .collect();
    took.sort_unstable();
    Figures {
        cpu: cpu() - cpu_before,
        answers: took.len(),
        found: all.iter().map(|(found, _)| found).sum(),
        took,
        elapsed,
    }
}

fn size(folder: &std::path::Path) -> Result<u64, Failed> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}

fn main() -> Result<(), Failed> {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let documents = arguments.next().transpose()?.unwrap_or(200_000);
    let clients = arguments.next().transpose()?.unwrap_or(50);
    let seconds = arguments.next().transpose()?.unwrap_or(5);
    let folder = tempfile::tempdir()?;
    let at = folder.path().join("index");
    let index = Index::open(&at)?.index;
    let begun = Instant::now();
    for from in (0..documents).step_by(5_000) {
        let some: Vec<Document> = (from..(from + 5_000).min(documents))
            .map(document)
            .collect();
        index.apply(&some, &[], from)?;
    }
    index.commit()?;
    let indexed = begun.elapsed().as_secs_f64();
    drop(index);
    let begun = Instant::now();
    let index = Index::open(&at)?.index;
    let opened = begun.elapsed().as_secs_f64();
    let permit = permit()?;
    let mut figures = serde_json::Map::new();
    for (asks, name) in Asks::ALL {
        for clients in [1, clients] {
            let length = Duration::from_secs(if clients == 1 { 1 } else { seconds });
            let outcome = ask(&index, &permit, asks, documents, clients, length);
            figures.insert(format!("{name}_{clients}"), outcome.json());
        }
    }
    let line = serde_json::json!({
        "documents": documents,
        "documents_per_second": (documents as f64 / indexed).round(),
        "bytes_per_document": size(&at)? / documents.max(1),
        "open_seconds": opened,
        "questions": figures,
    });
    println!("{}", serde_json::to_string_pretty(&line)?);
    Ok(())
}
