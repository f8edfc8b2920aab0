//! `arrivals`: a register of generated persons is loaded and matched, then some of its records change one at a time; what
//! is measured is the whole line, from the bytes of a release of one record to its committed proposals.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use csv::StringRecord;
use desk::Desk;
use desk::follow::{Delivery, Followed, follow_release};
use desk::sign_in::Visitor;
use domain::source::Extent;
use intake::{Input, Mapping};
use serde_json::json;

use crate::command::team::Team;
use crate::place::Known;
use crate::{root, say};

/// Measures how records that change one at a time are taken, matched and kept.
#[derive(clap::Args)]
pub struct Arguments {
    /// CSV of persons: id, source, given_name, middle_name, family_name, birth_date, street, city, postcode, country, phone,
    /// email, national_id.
    #[arg(long)]
    input: PathBuf,
    /// The folder to work in; it must be empty or absent.
    #[arg(long)]
    work: PathBuf,
    /// Records that change one at a time, each in a release of its own.
    #[arg(long, default_value_t = 1000)]
    single: usize,
    /// Records that then change in one release.
    #[arg(long, default_value_t = 20_000)]
    together: usize,
}

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

/// Runs `arrivals`.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let work = &arguments.work;
    if work.exists() && work.read_dir()?.next().is_some() {
        bail!(
            "`{}` is not empty; say --work with another folder",
            work.display()
        );
    }
    let team = Team::gathered(&work.join("data"))?;
    let known = Known {
        name: "arrivals".into(),
        title: "Generated persons".into(),
        publisher: "Nobody".into(),
        authority: "made for a measurement".into(),
        terms: "free".into(),
        mapping: String::new(),
        extent: Extent::Delta,
        matching: true,
    };
    let now = team.desk.now();
    team.desk
        .bring_dataset(&team.steward.actor, &known.dataset(now))?;
    let Team { desk, steward, .. } = team;
    let line = Line {
        desk,
        steward,
        mapping: Mapping::parse(MAPPING)?,
        work: work.clone(),
    };
    let (header, rows) = changed(&arguments.input, arguments.single + arguments.together)?;

    let clock = Instant::now();
    line.take("base", &arguments.input)?;
    let loaded = clock.elapsed().as_secs_f64();
    line.desk.catch_up(&mut |_| ())?;
    let found = clock.elapsed().as_secs_f64();
    let run = line.desk.run_matching(&line.steward.actor)?;
    let matched = clock.elapsed().as_secs_f64();
    say::line(json!({
        "part": "base", "records": run.records, "proposals": run.proposals, "loaded_s": hundredths(loaded),
        "searchable_s": hundredths(found), "resolved_s": hundredths(matched),
        "records_per_second": (run.records as f64 / matched).round(),
    }));

    let (single, together) = rows.split_at(arguments.single.min(rows.len()));
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
        say::line(json!({
            "part": name, "arrivals": all.len(), "p50_ms": at(0.5), "p99_ms": at(0.99), "p999_ms": at(0.999),
        }));
    };
    part("one record, until it is published", &|t| t.published);
    part("one record, until its proposals are kept", &|t| t.followed);
    say::line(
        json!({ "part": "one at a time", "records_per_second": (times.len() as f64 / seconds).round() }),
    );

    let path = line.write("together", &header, together)?;
    let clock = Instant::now();
    let times = line.follow("together", &path)?;
    let seconds = clock.elapsed().as_secs_f64();
    say::line(json!({
        "part": "in one release", "records": together.len(), "published_s": hundredths(times.published),
        "resolved_s": hundredths(times.followed), "records_per_second": (together.len() as f64 / seconds).round(),
    }));

    let Line {
        desk,
        steward,
        mapping,
        work,
    } = line;
    drop(desk);
    let clock = Instant::now();
    let desk = root::open(&work.join("data"), false, false)?.desk;
    let answers = clock.elapsed().as_secs_f64();
    let line = Line {
        desk,
        steward,
        mapping,
        work,
    };
    let path = line.write("first again", &header, single)?;
    let times = line.follow("first again", &path)?;
    say::line(json!({
        "part": "after a start", "answers_s": hundredths(answers), "first_release_resolved_s": hundredths(times.followed),
    }));
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
    fn take(&self, label: &str, path: &Path) -> anyhow::Result<()> {
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
    fn follow(&self, label: &str, path: &Path) -> anyhow::Result<Times> {
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

    fn write(
        &self,
        label: &str,
        header: &StringRecord,
        rows: &[StringRecord],
    ) -> anyhow::Result<PathBuf> {
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
fn changed(input: &Path, many: usize) -> anyhow::Result<(StringRecord, Vec<StringRecord>)> {
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
