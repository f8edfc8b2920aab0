//! A record: every value with its source, dates and history; whole or as the preview beside a list.

use axum::extract::Path;
use desk::own_tables::TableAt;
use desk::record::RecordPage;
use domain::authority::Role;
use domain::id::{CaseId, RecordId};
use domain::time::Moment;

use super::around::{Around, around, as_of, clocks};
use super::ask::{Answer, Filled, Here, shown};
use super::stop::sentence;
use super::values::{Known, history, properties};
use super::{tables, typed, words};
use pages::format;
use pages::parts::{Certainty, Link, Tag, Tone};
use pages::record::{Belongs, Origin, Preview, Record};

pub(super) async fn page(
    here: Here,
    Path((case, record)): Path<(String, String)>,
    query: Filled,
) -> Answer {
    let (case, record): (CaseId, RecordId) = (here.id(&case)?, here.id(&record)?);
    let wanted = query.get("known_on").to_owned();
    let read = move |desk: &desk::Desk, actor: &domain::authority::Actor| {
        let known_on = known_on(&wanted, desk.now())?;
        let found = desk.record(actor, case, record, known_on)?;
        Ok((around(desk, actor, case)?, found))
    };
    let asked = here.ask("reading a record", read).await;
    let back = format!("/cases/{case}/search");
    let (around, found) = asked.map_err(|stop| stop.back("State a reason and search", &back))?;
    if query.has("fragment", "preview") {
        return shown(&preview(&around, &found, &back));
    }
    shown(&laid_out(&here, &around, &found, query.get("known_on")))
}

/// Reads the day of a view: the end of what was typed, or nothing for now.
pub(super) fn known_on(text: &str, now: Moment) -> Result<Option<Moment>, desk::DeskError> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = typed::until(text);
    let read = read.ok_or_else(|| {
        desk::DeskError::malformed("known_on", "is no date; write for example 3 May 2024")
    })?;
    Ok(Some(read).filter(|moment| *moment < now))
}

fn known(found: &RecordPage) -> Known<'_> {
    Known {
        releases: Some(&found.releases),
        linked: Some(&found.linked),
        reliances: &found.reliances,
    }
}

fn laid_out(here: &Here, around: &Around, found: &RecordPage, typed: &str) -> Record {
    let href = format!("{}/records/{}", around.href(), found.record.id);
    let mut frame = around.frame(&here.visitor, &found.caption, "s");
    clocks(&mut frame, typed, &href);
    let may_add = around.may_add();
    Record {
        frame,
        kind: words::schema(&found.record.schema),
        states: states(found),
        as_of: as_of(found.known_on),
        gaps: found.gaps.iter().map(|words| sentence(words)).collect(),
        versions: versions(found),
        properties: properties(around, &found.statements, &known(found)),
        history: history(around, &found.statements, &known(found)),
        origin: origin(here, around, found),
        anchors: anchors(around, found),
        identity: belongs(around, found),
        links_href: format!("{href}/links"),
        links: "Links".to_owned(),
        add_subject_href: if may_add {
            format!("{}/subjects?add={}", around.href(), found.record.id)
        } else {
            String::new()
        },
        cite_href: format!("{}/notes/new?cite=", around.href()),
        ..Record::default()
    }
}

/// The versions in words, where their order is not simply that of their coming.
fn versions(found: &RecordPage) -> Vec<(String, String, String)> {
    if found.versions.iter().all(|told| told.number.is_none()) {
        return Vec::new();
    }
    let line = |told: &desk::VersionTold| {
        let values: Vec<String> = told
            .values
            .iter()
            .map(|(property, value)| format!("{property}: {value}"))
            .collect();
        let said = match told.present {
            true => values.join("; "),
            false => "it was gone".to_owned(),
        };
        let when = pages::format::second(told.published.micros());
        let came = match told.late {
            true => format!("came late, {when}"),
            false => when,
        };
        (told.label.clone(), said, came)
    };
    found.versions.iter().map(line).collect()
}

fn states(found: &RecordPage) -> Vec<Tag> {
    let mut states = Vec::new();
    if !found.record.present {
        states.push(Tag::new("withdrawn by its source", Tone::Adverse));
    }
    let purposes = words::purposes(&found.purposes);
    states.extend(purposes.map(|said| Tag::new(&said, Tone::Attention)));
    states
}

fn origin(here: &Here, around: &Around, found: &RecordPage) -> Origin {
    let record = &found.record;
    let own = found.dataset.sealed().is_some();
    let dataset_href = match own {
        // What the case says itself is listed nowhere else.
        true => format!("{}/mentions?state=accepted", around.href()),
        false => format!("/datasets/{}", found.dataset.id),
    };
    let file = record.file.as_ref();
    let label = found
        .releases
        .get(&record.release)
        .map_or_else(String::new, |label| words::release(label));
    Origin {
        dataset: found.dataset.title.clone(),
        release_href: if here.is(Role::DataSteward) && !own {
            format!("{dataset_href}/releases/{}", record.release)
        } else {
            dataset_href.clone()
        },
        dataset_href,
        key: record.key.clone(),
        release: label,
        place: file.map_or_else(
            || format!("row {}", format::count(record.place.row)),
            |file| format!("{}, row {}", file.name, format::count(record.place.row)),
        ),
        sha256: file
            .map(|file| file.kept_sha256.clone())
            .unwrap_or_default(),
        terms: found.dataset.agreement.terms.clone(),
        agreement: words::agreement(&found.dataset.agreement),
    }
}

/// Where in documents a record of the case's own stands.
fn anchors(around: &Around, found: &RecordPage) -> Vec<Link> {
    let anchor = |mention: &desk::Mention| {
        let href = format!(
            "{}/evidence/{}/view?mention={}#mark",
            around.href(),
            mention.evidence,
            mention.id
        );
        Link::to(
            &format!(
                "\u{201c}{}\u{201d}, page {}",
                mention.quote, mention.place.page
            ),
            &href,
        )
    };
    let row = |row: &desk::RowAnchor| {
        let at = TableAt {
            item: row.evidence,
            part: row.part.clone(),
            page: row.page,
            position: row.position,
        };
        let said = &row.said;
        let words = match said.original.as_str() {
            "" => &said.value,
            words => words,
        };
        let column = match said.columns.as_str() {
            "" => String::new(),
            columns => format!(", {columns}"),
        };
        let place = tables::place(&row.name, &row.part, row.page, row.position);
        Link::to(
            &format!("\u{201c}{words}\u{201d}, {place}, row {}{column}", said.row),
            &tables::seen_at(around, &at, Some(said.row)),
        )
    };
    let mentions = found.anchors.iter().map(anchor);
    mentions.chain(found.rows.iter().map(row)).collect()
}

fn belongs(around: &Around, found: &RecordPage) -> Option<Belongs> {
    let others = found.members.len().saturating_sub(1) as u64;
    (others > 0).then(|| Belongs {
        href: format!("{}/identities/{}", around.href(), found.record.id),
        with: format!(
            "with {}",
            format::counted(others, "other record", "other records")
        ),
        certainty: Certainty::Judged(String::new()),
    })
}

/// Properties shown in a preview.
const FEW: usize = 6;

/// The record beside a list; `close` leads back to the list alone.
pub(super) fn preview(around: &Around, found: &RecordPage, close: &str) -> Preview {
    let href = format!("{}/records/{}", around.href(), found.record.id);
    let mut ways = vec![Link::to("Links", &format!("{href}/links"))];
    if around.may_add() {
        ways.push(Link::to(
            "Add as subject",
            &format!("{}/subjects?add={}", around.href(), found.record.id),
        ));
    }
    let mut shown = properties(around, &found.statements, &known(found));
    shown.truncate(FEW);
    for mark in shown
        .iter_mut()
        .flat_map(|property| &mut property.values)
        .flat_map(|value| &mut value.marks)
    {
        mark.id = format!("pv-{}", mark.id);
    }
    Preview {
        name: found.caption.clone(),
        kind: words::schema(&found.record.schema),
        href,
        certainty: match belongs(around, found) {
            Some(belongs) => belongs.certainty,
            None => Certainty::Asserted,
        },
        properties: shown,
        ways,
        close_href: close.to_owned(),
        ..Preview::default()
    }
}
