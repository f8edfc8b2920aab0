//! The company register: every month everything again, companies in one CSV and officers in
//! another. Worlds beyond a hundred thousand records get the changed rows only.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::WorldError;
use crate::calendar::{REGISTER, Release};
use crate::company::Company;
use crate::names::script::PASSPORT;
use crate::output::{self, Output};
use crate::plan::Plan;
use crate::publish::{Difference, close};

const COMPANIES: [&str; 16] = [
    "number",
    "name",
    "name_native",
    "previous_names",
    "legal_form",
    "status",
    "incorporated",
    "dissolved",
    "successor_number",
    "lei",
    "activity",
    "street",
    "house",
    "postcode",
    "city",
    "country",
];
const OFFICERS: [&str; 9] = [
    "officer_id",
    "company_number",
    "role",
    "name",
    "birth_date",
    "country",
    "address",
    "appointed",
    "resigned",
];
/// The release with rows that cannot be read.
const BROKEN: usize = 4;
/// Beyond this many companies a release holds only what changed.
const FULL_UP_TO: u64 = 40_000;

/// A company's rows as they were last printed.
struct Printed {
    company: [String; 16],
    officers: Vec<[String; 9]>,
}

pub(crate) fn publish(plan: &Plan, output: &mut Output<'_>) -> Result<(), WorldError> {
    let mut printed = BTreeMap::new();
    for mut release in REGISTER.releases() {
        release.full = release.number == 0 || plan.counts.registered <= FULL_UP_TO;
        let folder = output.folder(&release)?;
        let changed = changed_in(plan, release.number);
        let mut files = Files {
            companies: output::table(&folder.join("companies.csv"), &COMPANIES)?,
            officers: output::table(&folder.join("officers.csv"), &OFFICERS)?,
        };
        for rank in 0..plan.foreign_start() {
            let index = plan.registered_at(rank);
            if release.number == 0 || changed.contains_key(&index) {
                let what = changed.get(&index).copied();
                let Some(rows) = reprinted(plan, output, &release, index, what)? else {
                    continue;
                };
                files.put(&rows)?;
                if plan.counts.registered <= FULL_UP_TO {
                    printed.insert(index, rows);
                }
            } else if let Some(rows) = printed.get(&index) {
                files.put(rows)?;
            }
        }
        close(files.companies)?;
        close(files.officers)?;
        if release.number == BROKEN {
            break_rows(output, &release, &folder.join("companies.csv"))?;
        }
        output.published(
            &release,
            &["companies.csv", "officers.csv"],
            told(plan, release.number, &changed),
        );
    }
    Ok(())
}

/// The two files of a release.
struct Files {
    companies: csv::Writer<BufWriter<File>>,
    officers: csv::Writer<BufWriter<File>>,
}

impl Files {
    fn put(&mut self, rows: &Printed) -> Result<(), WorldError> {
        self.companies
            .write_record(&rows.company)
            .map_err(WorldError::table)?;
        for row in &rows.officers {
            self.officers.write_record(row).map_err(WorldError::table)?;
        }
        Ok(())
    }
}

/// Companies whose rows differ from the release before, with what happened.
fn changed_in(plan: &Plan, number: usize) -> BTreeMap<u64, &'static str> {
    let mut changed = BTreeMap::new();
    if number == 0 {
        return changed;
    }
    for (company, events) in plan.events() {
        if let Some((_, event)) = events.iter().find(|(release, _)| *release == number) {
            changed.insert(*company, event.words());
        }
    }
    for company in plan.counts.registered..plan.foreign_start() {
        if plan.company(company).since == number {
            changed.insert(company, "founded");
        }
    }
    changed
}

/// The rows of a company that is new or changed, with the truth about them; none before it is
/// founded.
fn reprinted(
    plan: &Plan,
    output: &mut Output<'_>,
    release: &Release,
    index: u64,
    what: Option<&str>,
) -> Result<Option<Printed>, WorldError> {
    let Some(company) = plan.company_at(index, release.number) else {
        return Ok(None);
    };
    if release.number == 0 || company.since == release.number {
        enter(plan, output, &company)?;
    }
    if let Some(what) = what {
        compare(plan, output, release, &company, what)?;
    }
    Ok(Some(Printed {
        company: company_row(plan, &company),
        officers: officer_rows(plan, &company),
    }))
}

fn company_row(plan: &Plan, company: &Company) -> [String; 16] {
    let address = &company.address;
    [
        company.number.clone(),
        company.name.latin(PASSPORT),
        company.name.native().unwrap_or_default(),
        company.previous.join("; "),
        company.name.form.short.to_owned(),
        company.status.words().to_owned(),
        company.incorporated.to_string(),
        company
            .dissolved
            .map(|date| date.to_string())
            .unwrap_or_default(),
        company
            .successor
            .map(|index| plan.number(index))
            .unwrap_or_default(),
        company.lei.clone().unwrap_or_default(),
        company.activity.to_owned(),
        address.street.clone(),
        address.house.clone(),
        address.postcode.clone(),
        address.city.clone(),
        address.state.code.to_owned(),
    ]
}

fn officer_id(company: &Company, slot: usize) -> String {
    format!("A{}", 400_000 + company.index * 8 + slot as u64)
}

fn officer_rows(plan: &Plan, company: &Company) -> Vec<[String; 9]> {
    let rows = company.officers.iter().enumerate().map(|(slot, officer)| {
        let person = plan.person(officer.person);
        // Younger filings give the month only.
        let birth = if officer.appointed.year() >= 2019
            && person.index.is_multiple_of(3)
            && person.index > 4
        {
            person.birth.month_only()
        } else {
            person.birth.to_string()
        };
        [
            officer_id(company, slot),
            company.number.clone(),
            officer.role.to_owned(),
            person.name.latin(PASSPORT),
            birth,
            person.address.state.code.to_owned(),
            person.address.line(),
            officer.appointed.to_string(),
            officer
                .resigned
                .map(|date| date.to_string())
                .unwrap_or_default(),
        ]
    });
    rows.collect()
}

/// Tells the truth about a company's first rows.
fn enter(plan: &Plan, output: &mut Output<'_>, company: &Company) -> Result<(), WorldError> {
    output.entity(REGISTER.dataset, &company.number, &company.id(), "company")?;
    for slot in 0..company.officers.len() {
        enter_officer(plan, output, company, slot)?;
    }
    Ok(())
}

fn enter_officer(
    plan: &Plan,
    output: &mut Output<'_>,
    company: &Company,
    slot: usize,
) -> Result<(), WorldError> {
    let Some(officer) = company.officers.get(slot) else {
        return Ok(());
    };
    let (key, id) = (officer_id(company, slot), plan.person(officer.person).id());
    output.entity(REGISTER.dataset, &key, &id, "person")?;
    output.relation(REGISTER.dataset, &key, "officer_of", (&id, &company.id()))
}

/// Tells what differs from the release before, column by column.
fn compare(
    plan: &Plan,
    output: &mut Output<'_>,
    release: &Release,
    company: &Company,
    what: &str,
) -> Result<(), WorldError> {
    let before = plan.company_at(company.index, release.number - 1);
    let old_row = before.as_ref().map(|before| company_row(plan, before));
    let new_row = company_row(plan, company);
    let difference = Difference {
        release,
        columns: &COMPANIES,
        key: &company.number,
        what,
    };
    difference.tell(output, old_row.as_ref().map(|row| &row[..]), Some(&new_row))?;
    if let Some(successor) = company.successor.filter(|_| {
        before
            .as_ref()
            .is_some_and(|before| before.successor.is_none())
    }) {
        let by = plan.company(successor).id();
        output.relation(
            REGISTER.dataset,
            &company.number,
            "taken_over_by",
            (&company.id(), &by),
        )?;
    }
    let old_officers = before
        .as_ref()
        .map(|before| officer_rows(plan, before))
        .unwrap_or_default();
    for (slot, row) in officer_rows(plan, company).iter().enumerate() {
        let old = old_officers.get(slot).map(|row| &row[..]);
        if old.is_none() && before.is_some() {
            enter_officer(plan, output, company, slot)?;
        }
        let key = officer_id(company, slot);
        Difference {
            release,
            columns: &OFFICERS,
            key: &key,
            what,
        }
        .tell(output, old, Some(row))?;
    }
    Ok(())
}

/// Adds rows that no reader can take, at the end of a file.
fn break_rows(output: &mut Output<'_>, release: &Release, path: &Path) -> Result<(), WorldError> {
    let rows: [(&str, &[u8]); 4] = [
        ("missing key", b",Kobberbro Handel ApS,,,ApS,active,2009-02-03,,,,47.11 Retail of food,Saltvej,4,1161,Merravin,QM\n"),
        ("wrong number of columns", b"HR9900017,Tangkrog Fisk ApS,active,2001-05-06\n"),
        ("bad date", b"HR9900025,Drivis Marine Ltd,,,Ltd,active,2024-13-45,,,,50.20 Sea freight,Rebkaj,9,1243,Merravin,QM\n"),
        ("not UTF-8", b"HR9900033,Sk\xe6rm\xf8lle Bygg A/S,,,A/S,active,1998-11-12,,,,43.21 Electrical works,Mastvej,7,1441,Merravin,QM\n"),
    ];
    let text = std::fs::read(path).map_err(|error| WorldError::file(path, error))?;
    let first = text.iter().filter(|byte| **byte == b'\n').count() + 1;
    let mut file = OpenOptions::new()
        .append(true)
        .open(path)
        .map_err(|error| WorldError::file(path, error))?;
    for (at, (fault, row)) in rows.iter().enumerate() {
        file.write_all(row)
            .map_err(|error| WorldError::file(path, error))?;
        let place = format!("{}/companies.csv:{}", release.path(), first + at);
        output.trap("broken_row", &[place], fault)?;
    }
    Ok(())
}

/// What a release of the register brings, in one line.
fn told(plan: &Plan, number: usize, changed: &BTreeMap<u64, &'static str>) -> String {
    if number == 0 {
        return "The register as it stands.".to_owned();
    }
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for what in changed.values() {
        *counts.entry(what).or_default() += 1;
    }
    let parts: Vec<String> = counts
        .iter()
        .map(|(what, count)| format!("{count} {what}"))
        .collect();
    let mut line = format!("Companies: {}.", parts.join(", "));
    if number == crate::story::STRUCK_OFF {
        let name = plan.company(plan.story.company).name.latin(PASSPORT);
        line = format!("{name} is struck off. {line}");
    }
    if number == BROKEN {
        line.push_str(" Four rows at the end of companies.csv are broken.");
    }
    line
}
