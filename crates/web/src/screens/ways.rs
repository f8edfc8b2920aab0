//! The shortest ways between two subjects of a case.

use axum::extract::Path;
use desk::ways::{WayStep, Ways};
use domain::id::{CaseId, RecordId};

use super::around::{Around, around};
use super::ask::{Answer, Filled, Here, shown};
use super::words;
use pages::format;
use pages::parts::{Choice, Field, Link, errors_of};
use pages::walk::{WayRow, WaysPage};

pub(super) async fn page(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    let ends = |name: &str| query.get(name).parse::<RecordId>().ok();
    let asked = ends("from").zip(ends("to"));
    let read = here
        .ask("finding ways between two subjects", move |desk, actor| {
            let around = around(desk, actor, case)?;
            let subjects = desk.subjects(actor, case)?;
            let found = asked.map(|ends| desk.ways_between(actor, case, ends, None));
            let found = match found {
                Some(Err(desk::DeskError::Malformed { field, reason })) => Err((field, reason)),
                Some(Err(other)) => return Err(other),
                Some(Ok(ways)) => Ok(Some(ways)),
                None => Ok(None),
            };
            Ok((around, subjects, found))
        })
        .await;
    let back = format!("/cases/{case}/search");
    let (around, subjects, found) =
        read.map_err(|stop| stop.back("State a reason and search", &back))?;
    let field = |name: &str, label: &str| {
        let options = subjects.iter().map(|line| {
            let record = line.subject.record.to_string();
            Choice {
                chosen: query.get(name) == record,
                ..Choice::new(&record, &line.caption, "")
            }
        });
        let mut field = Field::text(name, label)
            .required()
            .options(options.collect());
        if let Err((wrong, reason)) = &found
            && *wrong == name
        {
            field.error = Some(super::stop::sentence(reason));
        }
        field
    };
    let fields = vec![field("from", "From"), field("to", "To")];
    let errors = errors_of(&fields.iter().collect::<Vec<_>>());
    let mut page = WaysPage {
        frame: around.frame(&here.visitor, "Ways between two", "k"),
        errors,
        fields,
        ..WaysPage::default()
    };
    if let Ok(Some(ways)) = &found {
        tell(&mut page, &around, ways);
    }
    shown(&page)
}

fn tell(page: &mut WaysPage, around: &Around, found: &Ways) {
    page.asked = true;
    let looked = format::counted(found.read as u64, "identity", "identities");
    page.said = match found.ways.first() {
        None => format!(
            "No way within {}; {looked} looked at.",
            format::counted(found.steps as u64, "step", "steps")
        ),
        Some(way) => format!(
            "{} of {}; {looked} looked at.",
            format::counted(found.ways.len() as u64, "shortest way", "shortest ways"),
            format::counted(way.len() as u64, "step", "steps")
        ),
    };
    if found.left_out {
        page.left_out = "Not everything was followed: at most 50 persons a step, 200 links of a record, 2 000 identities. \
            There may be other ways, and shorter ones."
            .into();
    }
    page.ways = found
        .ways
        .iter()
        .enumerate()
        .map(|(way, steps)| {
            steps
                .iter()
                .enumerate()
                .map(|(at, step)| row(around, &format!("w-{way}-{at}"), step))
                .collect()
        })
        .collect();
}

fn row(around: &Around, place: &str, step: &WayStep) -> WayRow {
    let case = around.href();
    let edge = format!("{case}/records/{}", step.link.edge);
    WayRow {
        from: Link::to(&step.from_caption, &format!("{case}/records/{}", step.from)),
        tie: Link::to(&words::schema(&step.link.edge_schema), &edge),
        forward: !step.link.inward,
        to: Link::to(
            &step.link.other_caption,
            &format!("{case}/records/{}", step.link.other),
        ),
        marks: vec![around.mark(step.dataset, place, &edge)],
    }
}
