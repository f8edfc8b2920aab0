//! The ship register: a workbook of one sheet, everything each time; ships that left are gone.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::WorldError;
use crate::calendar::{Release, SHIPS};
use crate::names::script::PASSPORT;
use crate::output::Output;
use crate::paper;
use crate::plan::Plan;
use crate::publish::Difference;

const FILE: &str = "ships.xlsx";
const COLUMNS: [&str; 15] = [
    "IMO Number",
    "Ship Name",
    "Former Names",
    "Flag",
    "Flag Code",
    "Ship Type",
    "Gross Tonnage",
    "Deadweight",
    "Year Built",
    "Call Sign",
    "Registered Owner",
    "Owner Number",
    "Manager",
    "Manager Number",
    "Port of Registry",
];
/// Columns that hold numbers.
const NUMBERS: [usize; 3] = [6, 7, 8];

pub(crate) fn publish(plan: &Plan, output: &mut Output<'_>) -> Result<(), WorldError> {
    for release in SHIPS.releases() {
        let folder = output.folder(&release)?;
        let rows: Vec<_> = (0..plan.counts.vessels)
            .filter_map(|index| row(plan, index, release.number))
            .collect();
        let book =
            workbook(&rows, &release).map_err(|error| WorldError::Workbook(error.to_string()))?;
        let path = folder.join(FILE);
        std::fs::write(&path, paper::stored(&book)?)
            .map_err(|error| WorldError::file(&path, error))?;
        let happens = if release.number == 0 {
            enter(plan, output)?
        } else {
            compare(plan, output, &release)?
        };
        output.published(&release, &[FILE], happens);
    }
    Ok(())
}

fn row(plan: &Plan, index: u64, release: usize) -> Option<[String; 15]> {
    let vessel = plan.vessel_at(index, release);
    if vessel.deleted {
        return None;
    }
    let owner = plan.company(vessel.owner);
    let manager = vessel.manager.map(|index| plan.company(index));
    Some([
        vessel.imo,
        vessel.name,
        vessel.former.join("; "),
        vessel.flag.name.to_owned(),
        vessel.flag.code.to_owned(),
        vessel.kind.to_owned(),
        vessel.gross_tonnage.to_string(),
        vessel.deadweight.to_string(),
        vessel.built.to_string(),
        vessel.call_sign,
        owner.name.latin(PASSPORT),
        owner.number,
        manager
            .as_ref()
            .map(|manager| manager.name.latin(PASSPORT))
            .unwrap_or_default(),
        manager.map(|manager| manager.number).unwrap_or_default(),
        vessel.flag.port().to_owned(),
    ])
}

fn workbook(rows: &[[String; 15]], release: &Release) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let (year, month, day) = release.date.parts();
    let small = |number: i32| u8::try_from(number).unwrap_or(1);
    let made = ExcelDateTime::from_ymd(
        u16::try_from(year).unwrap_or(2024),
        small(month),
        small(day),
    )?;
    book.set_properties(
        &DocProperties::new()
            .set_creation_datetime(&made)
            .set_author(SHIPS.publisher),
    );
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet().set_name("Ships")?;
    for (at, title) in COLUMNS.iter().enumerate() {
        sheet.write_string_with_format(0, u16::try_from(at).unwrap_or(0), *title, &bold)?;
    }
    for (line, row) in (1_u32..).zip(rows) {
        for (at, value) in row.iter().enumerate() {
            let column = u16::try_from(at).unwrap_or(0);
            if NUMBERS.contains(&at) {
                sheet.write_number(line, column, value.parse::<f64>().unwrap_or(0.0))?;
            } else if !value.is_empty() {
                sheet.write_string(line, column, value)?;
            }
        }
    }
    book.save_to_buffer()
}

fn enter(plan: &Plan, output: &mut Output<'_>) -> Result<String, WorldError> {
    for index in 0..plan.counts.vessels {
        let vessel = plan.vessel(index);
        output.entity(SHIPS.dataset, &vessel.imo, &vessel.id(), "vessel")?;
        let owner = crate::company::id(vessel.owner);
        output.relation(
            SHIPS.dataset,
            &vessel.imo,
            "owner_of",
            (&owner, &vessel.id()),
        )?;
        if let Some(manager) = vessel.manager {
            output.relation(
                SHIPS.dataset,
                &vessel.imo,
                "manager_of",
                (&crate::company::id(manager), &vessel.id()),
            )?;
        }
    }
    Ok(format!("{} ships.", plan.counts.vessels))
}

fn compare(plan: &Plan, output: &mut Output<'_>, release: &Release) -> Result<String, WorldError> {
    let mut happened: Vec<String> = Vec::new();
    for (index, events) in plan.voyages() {
        let Some((_, event)) = events.iter().find(|(number, _)| *number == release.number) else {
            continue;
        };
        let old = row(plan, *index, release.number - 1);
        let new = row(plan, *index, release.number);
        let vessel = plan.vessel(*index);
        if let crate::vessel::Event::Sold(owner) = event {
            output.relation(
                SHIPS.dataset,
                &vessel.imo,
                "owner_of",
                (&crate::company::id(*owner), &vessel.id()),
            )?;
        }
        if happened.len() < 4 {
            happened.push(format!("{} {}", vessel.name, event.words()));
        }
        let difference = Difference {
            release,
            columns: &COLUMNS,
            key: &vessel.imo,
            what: event.words(),
        };
        difference.tell(
            output,
            old.as_ref().map(|row| &row[..]),
            new.as_ref().map(|row| &row[..]),
        )?;
    }
    Ok(format!("Among others: {}.", happened.join("; ")))
}
