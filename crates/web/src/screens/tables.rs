//! Tables of documents: mapped to records of the case's own, listed, taken back.

use axum::extract::Path;
use desk::MappedTableLine;
use desk::own_tables::TableAt;
use domain::authority::Actor;
use domain::id::{CaseId, EvidenceId, MappedTableId};

use super::around::{Around, around, crumb};
use super::ask::{Answer, Filled, Here, Sent, encoded, go, mended, shown};
use super::stop::{Stop, sentence};
use super::wizard::{Seen, outcome, told};
use desk::{Desk, DeskError};
use pages::format;
use pages::parts::{Field, Link, Tag, Tone, errors_of};
use pages::tables::{MappedTable, TableRow, Tables};
use pages::wizard::Wizard;

/// Rows that a preview reads.
const ROWS: u64 = 20;

/// The table that a form or an address names.
fn at(item: EvidenceId, form: &Filled) -> TableAt {
    TableAt {
        item,
        part: form.get("part").to_owned(),
        page: form.get("page").parse().unwrap_or(1),
        position: form.get("table").parse().unwrap_or(1),
    }
}

/// Where a table, or a row of it, is seen.
pub(super) fn seen_at(around: &Around, at: &TableAt, row: Option<u64>) -> String {
    let mut href = format!(
        "{}/evidence/{}/view?page={}&table={}",
        around.href(),
        at.item,
        at.page,
        at.position
    );
    if !at.part.is_empty() {
        href.push_str(&format!("&part={}", encoded(&at.part)));
    }
    match row {
        Some(row) => format!("{href}&row={row}#row-{row}"),
        None => format!("{href}&row=1"),
    }
}

/// What a table's place is called.
pub(super) fn place(name: &str, part: &str, page: u64, position: u64) -> String {
    let part = match part {
        "" => String::new(),
        part => format!(", {part}"),
    };
    format!("{name}{part}, page {page}, table {position}")
}

pub(super) async fn wizard(
    here: Here,
    Path((case, item)): Path<(String, String)>,
    query: Filled,
) -> Answer {
    let (case, item): (CaseId, EvidenceId) = (here.id(&case)?, here.id(&item)?);
    let at = at(item, &query);
    let (around, seen, name) = looked(&here, case, &at, &query).await?;
    let mapping = seen.draft.write(&seen.look);
    shown(&page(&here, &around, (&at, &name), &seen, &query, &mapping))
}

async fn looked(
    here: &Here,
    case: CaseId,
    at: &TableAt,
    form: &Filled,
) -> Result<(Around, Seen, String), Stop> {
    let (at, told) = (at.clone(), told(form));
    let schema = Some(form.get("schema").to_owned()).filter(|schema| !schema.is_empty());
    here.ask("mapping a table", move |desk: &Desk, actor: &Actor| {
        let around = around(desk, actor, case)?;
        let found = desk.look_at_table(actor, case, &at, &told, schema.as_deref())?;
        let seen = Seen {
            look: found.look,
            draft: found.draft,
        };
        Ok((around, seen, found.name))
    })
    .await
}

fn page(
    here: &Here,
    around: &Around,
    (at, name): (&TableAt, &str),
    seen: &Seen,
    form: &Filled,
    mapping: &str,
) -> Wizard {
    let mut frame = around.frame(&here.visitor, "Map a table to records", "e");
    crumb(
        &mut frame,
        "Evidence",
        &format!("{}/evidence", around.href()),
    );
    let item = format!("{}/evidence/{}", around.href(), at.item);
    crumb(&mut frame, name, &item);
    let mut wizard = seen.shown(frame, format!("{item}/table"), form, mapping);
    wizard
        .guesses
        .retain(|field| field.name == "header" || field.name == "schema");
    wizard.place = vec![
        ("part".to_owned(), at.part.clone()),
        ("page".to_owned(), at.page.to_string()),
        ("table".to_owned(), at.position.to_string()),
    ];
    wizard
        .told
        .retain(|(name, _)| name == "header" || name == "schema");
    let place = place(name, &at.part, at.page, at.position);
    wizard.back = Some(Link::to(
        &format!("Back to {place}"),
        &seen_at(around, at, None),
    ));
    wizard
}

pub(super) async fn step(
    Path((case, item)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, item): (CaseId, EvidenceId) = (here.id(&case)?, here.id(&item)?);
    let at = at(item, &form);
    let (around, mut seen, name) = looked(&here, case, &at, &form).await?;
    if form.get("step") == "draft" {
        let mapping = seen.drafted(&form);
        return shown(&page(&here, &around, (&at, &name), &seen, &form, &mapping));
    }
    let mapping = form.get("mapping").to_owned();
    let mut view = page(&here, &around, (&at, &name), &seen, &form, &mapping);
    let (place, text) = (at.clone(), mapping.clone());
    let tried = here
        .ask("trying a mapping", move |desk, actor| {
            desk.try_table(actor, case, &place, &text, ROWS)
        })
        .await;
    match tried {
        Ok(preview) => view.preview = Some(outcome(&preview)),
        Err(stop) => return refused(stop, view),
    }
    let mut reason = Field::text("reason", "Why these rows belong into the case")
        .value(form.get("reason"))
        .required();
    if form.get("step") != "load" {
        view.last = vec![reason];
        return shown(&view);
    }
    if reason.value.is_empty() {
        reason.error = Some("Say what the rows are to show.".to_owned());
        view.errors = errors_of(&[&reason]);
        view.last = vec![reason];
        return mended(&view);
    }
    let words = reason.value.clone();
    let mapped = here
        .ask("mapping a table", move |desk, actor| {
            desk.map_table(actor, case, &at, &mapping, &words)
        })
        .await;
    match mapped {
        Ok(mapped) => go(&format!("/cases/{case}/tables/{}?done=1", mapped.table.id)),
        Err(stop) => {
            view.last = vec![reason];
            refused(stop, view)
        }
    }
}

/// The form again, where the mapping is at fault.
fn refused(stop: Stop, mut view: Wizard) -> Answer {
    let Some((_, reason)) = stop.field() else {
        return Err(stop);
    };
    view.mapping.error = Some(sentence(&reason));
    view.errors = errors_of(&[&view.mapping]);
    mended(&view)
}

pub(super) async fn list(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    let (around, lines, names) = here
        .ask("reading the tables of this case", move |desk, actor| {
            let around = around(desk, actor, case)?;
            let lines = desk.mapped_tables(actor, case)?;
            let names = names(&around, &lines);
            Ok((around, lines, names))
        })
        .await?;
    let frame = framed(&here, &around, "Tables mapped to records");
    let rows = lines.iter().zip(names).map(|(line, by)| TableRow {
        table: Link::to(
            &line.table.heads,
            &format!("{}/tables/{}", around.href(), line.table.id),
        ),
        place: place_of(&around, line, None),
        came: came(line),
        by,
        state: state(line),
    });
    let rows = rows.collect();
    shown(&Tables { frame, rows })
}

fn framed(here: &Here, around: &Around, title: &str) -> pages::parts::Frame {
    let mut frame = around.frame(&here.visitor, title, "e");
    crumb(
        &mut frame,
        "Evidence",
        &format!("{}/evidence", around.href()),
    );
    frame
}

fn names(around: &Around, lines: &[MappedTableLine]) -> Vec<String> {
    let by = |line: &MappedTableLine| {
        format!(
            "Mapped by {} on {}.",
            around.name(line.table.by),
            format::day(line.table.at.micros())
        )
    };
    lines.iter().map(by).collect()
}

fn place_of(around: &Around, line: &MappedTableLine, row: Option<u64>) -> Link {
    let table = &line.table;
    let at = TableAt {
        item: table.evidence,
        part: table.part.clone(),
        page: table.page,
        position: table.position,
    };
    Link::to(
        &place(&line.name, &table.part, table.page, table.position),
        &seen_at(around, &at, row),
    )
}

fn came(line: &MappedTableLine) -> String {
    let table = &line.table;
    format!(
        "{} read, {} of them refused; they speak of {}.",
        format::counted(table.read, "row", "rows"),
        format::count(table.refused),
        format::counted(table.records, "record", "records")
    )
}

fn state(line: &MappedTableLine) -> Tag {
    match line.ended {
        None => Tag::new("speaks", Tone::Confirmed),
        Some(_) => Tag::new("taken back", Tone::Attention),
    }
}

pub(super) async fn one(
    here: Here,
    Path((case, table)): Path<(String, String)>,
    query: Filled,
) -> Answer {
    let (case, id): (CaseId, MappedTableId) = (here.id(&case)?, here.id(&table)?);
    let view = read(&here, case, id).await?;
    shown(&MappedTable {
        done: match query.get("done") {
            "1" => {
                "The table was taken. Its records can be found by searching this case.".to_owned()
            }
            "2" => "It was taken back.".to_owned(),
            _ => String::new(),
        },
        ..view
    })
}

async fn read(here: &Here, case: CaseId, id: MappedTableId) -> Result<MappedTable, Stop> {
    let (around, line, refused) = here
        .ask("reading a mapped table", move |desk, actor| {
            let around = around(desk, actor, case)?;
            let (line, refused) = desk.mapped_table(actor, case, id)?;
            Ok((around, line, refused))
        })
        .await?;
    let table = &line.table;
    let mut facts = vec![
        ("Rows read".to_owned(), format::count(table.read)),
        ("Rows refused".to_owned(), format::count(table.refused)),
        ("Values left out".to_owned(), format::count(table.dropped)),
        ("Records".to_owned(), format::count(table.records)),
        ("Why".to_owned(), table.reason.clone()),
        (
            "Mapped by".to_owned(),
            format!(
                "{}, {}",
                around.name(table.by),
                format::minute(table.at.micros())
            ),
        ),
    ];
    if let Some(end) = &line.ended {
        let words = format!(
            "{}, {}: {}",
            around.name(end.by),
            format::minute(end.at.micros()),
            end.reason
        );
        facts.push(("Taken back by".to_owned(), words));
    }
    let mut frame = framed(here, &around, &table.heads);
    let href = format!("{}/tables", around.href());
    crumb(&mut frame, "Tables", &href);
    Ok(MappedTable {
        frame,
        href: format!("{href}/{id}"),
        state: state(&line),
        done: String::new(),
        errors: Vec::new(),
        place: place_of(&around, &line, None),
        facts,
        faults: refused
            .iter()
            .map(|row| {
                let label = match row.field.as_str() {
                    "" => format!("row {}", row.row),
                    field => format!("row {}, {field}", row.row),
                };
                let place = place_of(&around, &line, Some(row.row));
                (Link::to(&label, &place.href), row.reason.clone())
            })
            .collect(),
        mapping: table.mapping.clone(),
        reason: (around.may_add() && line.ended.is_none())
            .then(|| Field::text("reason", "Reason").required()),
    })
}

pub(super) async fn take_back(
    Path((case, table)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, id): (CaseId, MappedTableId) = (here.id(&case)?, here.id(&table)?);
    let reason = form.get("reason").to_owned();
    if reason.is_empty() {
        let mut view = read(&here, case, id).await?;
        let mut field = Field::text("reason", "Reason").required();
        field.error = Some("Say why it is taken back.".to_owned());
        view.errors = errors_of(&[&field]);
        view.reason = Some(field);
        return mended(&view);
    }
    here.ask("taking a table back", move |desk, actor| {
        match desk.take_table_back(actor, case, id, &reason) {
            // Sent twice: it is what was wanted.
            Err(DeskError::Conflict(_)) => Ok(()),
            other => other,
        }
    })
    .await?;
    go(&format!("/cases/{case}/tables/{id}?done=2"))
}
