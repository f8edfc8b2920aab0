//! Records that change one at a time, from the bytes of a release to committed proposals:
//! `cargo run --release -p trials --example arrivals -- PERSONS.csv FOLDER [SINGLE [TOGETHER]]`
//!
//! PERSONS.csv has the columns id, source, given_name, middle_name, family_name, birth_date, street, city, postcode, country,
//! phone, email, national_id. They are loaded and matched in FOLDER, which must be empty or absent. Then SINGLE records (1,000)
//! change, each in a release of its own, and TOGETHER records (20,000) in one release; at last the store is opened again.
//! Every step ends on disk. Prints one JSON line for each part. Nothing outside the process is asked.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a measurement prints, and stops where something is missing"
)]

use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use csv::StringRecord;
use desk::Desk;
use desk::follow::{Delivery, Followed, follow_release};
use desk::sign_in::Visitor;
use desk::sources::NewDataset;
use desk::users::NewUser;
use domain::authority::{Origin, Purpose, Role};
use domain::id::Randomness;
use domain::source::{Agreement, Extent};
use domain::time::{Clock, Moment};
use intake::{Input, Mapping};
use serde_json::json;

const MAPPING: &str = r#"
arrivals:
  mention_names: false
  queries:
    - file: "*.csv"
      prepare:
        - derive:
            town: {columns: [postcode, city], join: " "}
        - derive:
            full: {columns: [street, town], join: ", "}
      entities:
        person:
          schema: Person
          id_column: id
          properties:
            firstName: {column: given_name}
            middleName: {column: middle_name}
            lastName: {column: family_name}
            name: {columns: [given_name, middle_name, family_name], join: " "}
            birthDate: {column: birth_date}
            address: {column: full}
            phone: {column: phone}
            email: {column: email}
            idNumber: {column: national_id}
"#;

const PASSWORD: &str = "nobody signs in here twice";

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [input, work, numbers @ ..] = words.as_slice() else {
        bail!("say the file of persons and a folder to work in");
    };
    let number = |at: usize, otherwise: usize| -> Result<usize> {
        numbers
            .get(at)
            .map_or(Ok(otherwise), |word| Ok(word.parse()?))
    };
    let (singles, together) = (number(0, 1_000)?, number(1, 20_000)?);
    let (input, work) = (PathBuf::from(input), PathBuf::from(work));
    if work.exists() && work.read_dir()?.next().is_some() {
        bail!("`{}` is not empty", work.display());
    }
    let desk = open(&work, true)?;
    let steward = furnish(&desk)?;
    let line = Line {
        desk,
        steward,
        mapping: Mapping::parse(MAPPING)?,
        work,
    };
    let (header, rows) = changed(&input, singles + together)?;

    let clock = Instant::now();
    line.take("base", &input)?;
    let loaded = clock.elapsed().as_secs_f64();
    line.desk.catch_up(&mut |_| ())?;
    let found = clock.elapsed().as_secs_f64();
    let run = line.desk.run_matching(&line.steward.actor)?;
    let matched = clock.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({
            "part": "base", "records": run.records, "proposals": run.proposals, "loaded_s": hundredths(loaded),
            "searchable_s": hundredths(found), "resolved_s": hundredths(matched),
            "records_per_second": (run.records as f64 / matched).round(),
        })
    );

    let (single, together) = rows.split_at(singles.min(rows.len()));
    let began = Instant::now();
    let mut times = Vec::new();
    for (number, row) in single.iter().enumerate() {
        let label = format!("single {number}");
        let path = line.write(&label, &header, std::slice::from_ref(row))?;
        times.push(line.follow(&label, &path)?);
        std::fs::remove_file(path)?;
    }
    let seconds = began.elapsed().as_secs_f64();
    let part = |name: &str, of: &dyn Fn(&Times) -> f64| {
        let mut all: Vec<f64> = times.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = ((all.len() as f64 * share) as usize).min(all.len().saturating_sub(1));
            all.get(place).map(|seconds| hundredths(seconds * 1e3))
        };
        println!(
            "{}",
            json!({
                "part": name, "arrivals": all.len(), "p50_ms": at(0.5), "p99_ms": at(0.99), "p999_ms": at(0.999),
            })
        );
    };
    part("one record, until it is published", &|t| t.published);
    part("one record, until its proposals are kept", &|t| t.followed);
    println!(
        "{}",
        json!({ "part": "one at a time", "records_per_second": (times.len() as f64 / seconds).round() }),
    );

    let path = line.write("together", &header, together)?;
    let clock = Instant::now();
    let times = line.follow("together", &path)?;
    let seconds = clock.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({
            "part": "in one release", "records": together.len(), "published_s": hundredths(times.published),
            "resolved_s": hundredths(times.followed), "records_per_second": (together.len() as f64 / seconds).round(),
        })
    );

    let Line {
        desk,
        steward,
        mapping,
        work,
    } = line;
    drop(desk);
    let clock = Instant::now();
    let desk = open(&work, false)?;
    let answers = clock.elapsed().as_secs_f64();
    let line = Line {
        desk,
        steward,
        mapping,
        work,
    };
    let path = line.write("first again", &header, single)?;
    let times = line.follow("first again", &path)?;
    println!(
        "{}",
        json!({
            "part": "after a start", "answers_s": hundredths(answers), "first_release_resolved_s": hundredths(times.followed),
        })
    );
    Ok(())
}

/// Seconds from the first byte.
struct Times {
    published: f64,
    followed: f64,
}

/// The line that every release goes along.
struct Line {
    desk: Desk,
    steward: Visitor,
    mapping: Mapping,
    work: PathBuf,
}

impl Line {
    /// Takes a release until it can be seen.
    fn take(&self, label: &str, path: &Path) -> Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let delivery = Delivery {
            dataset: "arrivals",
            label: label.to_owned(),
            files: vec![Input {
                name: name.into_owned(),
                path: path.to_owned(),
            }],
            mapping: &self.mapping,
            extent: Extent::Delta,
        };
        let on = &mut |_| ControlFlow::Continue(());
        match follow_release(&self.desk, &self.steward.actor, &delivery, on)? {
            Followed::Published { .. } => Ok(()),
            Followed::TakenBefore { .. } | Followed::Held { .. } => {
                bail!("the release `{label}` was not published")
            }
        }
    }

    /// The same until it can be searched and its proposals are kept.
    fn follow(&self, label: &str, path: &Path) -> Result<Times> {
        let clock = Instant::now();
        self.take(label, path)?;
        let published = clock.elapsed().as_secs_f64();
        self.desk.catch_up(&mut |_| ())?;
        let followed = clock.elapsed().as_secs_f64();
        Ok(Times {
            published,
            followed,
        })
    }

    fn write(&self, label: &str, header: &StringRecord, rows: &[StringRecord]) -> Result<PathBuf> {
        let path = self.work.join(format!("{label}.csv"));
        let mut writer = csv::Writer::from_path(&path)?;
        writer.write_record(header)?;
        for row in rows {
            writer.write_record(row)?;
        }
        writer.flush()?;
        Ok(path)
    }
}

/// Records spread over the file, each with the telephone of the record before it: every one changes, and some now fit another.
fn changed(input: &Path, many: usize) -> Result<(StringRecord, Vec<StringRecord>)> {
    let open = || csv::Reader::from_path(input).with_context(|| input.display().to_string());
    let mut reader = open()?;
    let header = reader.headers()?.clone();
    let phone = header.iter().position(|column| column == "phone");
    let phone = phone.context("the file has no column `phone`")?;
    let records = open()?.records().count();
    let step = (records / many.max(1)).max(1);
    let (mut rows, mut before) = (Vec::new(), String::new());
    for (number, row) in reader.records().enumerate() {
        let row = row?;
        if number % step == step - 1 {
            let with = row.iter().enumerate();
            rows.push(
                with.map(|(at, value)| if at == phone { &before } else { value })
                    .collect(),
            );
        }
        if let Some(value) = row.get(phone).filter(|value| !value.is_empty()) {
            value.clone_into(&mut before);
        }
    }
    Ok((header, rows))
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn open(work: &Path, create: bool) -> Result<Desk> {
    Ok(Desk::open(desk::Options {
        data: work.join("data"),
        clock: Arc::new(Now),
        randomness: Arc::new(Chance),
        create,
        test_profile: false,
    })?)
}

/// A steward, and the dataset that may be matched with itself.
fn furnish(desk: &Desk) -> Result<Visitor> {
    let new = |name: &str, role| NewUser {
        name: name.into(),
        title: name.into(),
        roles: vec![role],
        password: PASSWORD.into(),
    };
    let enter = |name: &str| -> Result<Visitor> {
        let signed_in = desk.sign_in(name, PASSWORD, Origin::CommandLine)?;
        Ok(desk.visitor(&signed_in.token, Origin::CommandLine)?)
    };
    desk.first_user(&new("administrator", Role::Administrator))?;
    let administrator = enter("administrator")?.actor;
    desk.add_user(&administrator, &new("steward", Role::DataSteward))?;
    let steward = enter("steward")?;
    let now = desk.now();
    let dataset = NewDataset {
        name: "arrivals".into(),
        title: "Generated persons".into(),
        publisher: "Nobody".into(),
        agreement: Agreement {
            purposes: vec![Purpose::Procurement.word().to_owned()],
            authority: "made for a measurement".into(),
            matching: true,
            standing_rules: true,
            from: now.plus_days(-1),
            until: now.plus_days(30),
            terms: "free".into(),
            special: String::new(),
        },
    };
    desk.bring_dataset(&steward.actor, &dataset)?;
    Ok(steward)
}

struct Now;

impl Clock for Now {
    fn now(&self) -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let micros = since.expect("a clock after 1970").as_micros();
        Moment::from_micros(i64::try_from(micros).expect("a clock before the year 290000"))
    }
}

struct Chance;

impl Randomness for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        let mut source = std::fs::File::open("/dev/urandom").expect("random bytes");
        source.read_exact(bytes).expect("random bytes");
    }
}
