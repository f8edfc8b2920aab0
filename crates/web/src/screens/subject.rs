//! Everything on one subject, as of any day on both clocks.

use axum::extract::Path;
use desk::dossier::{Coverage, DatedLink, Dossier};
use desk::intelligence::NewIntelligence;
use domain::case::Subject;
use domain::id::{CaseId, SubjectId};
use domain::intelligence::{Reliability, Sensitivity, Validity};
use domain::schema::Model;

use super::around::{Around, around, as_of, clocks, crumb};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::record::known_on;
use super::stop::Stop;
use super::values::{self, Known, properties};
use super::{inbox, special, typed, words};
use pages::format;
use pages::parts::{Choice, FieldError, Link, Property, Tag, Tone, errors_of};
use pages::subject::{
    CoverageRow, HoldForm, IntelligenceRow, MentionRow, NoteLine, SubjectLink, SubjectPage,
};

pub(super) async fn page(
    here: Here,
    Path((case, subject)): Path<(String, String)>,
    query: Filled,
) -> Answer {
    let (case, subject): (CaseId, SubjectId) = (here.id(&case)?, here.id(&subject)?);
    shown(&read(&here, case, subject, &query).await?)
}

async fn read(
    here: &Here,
    case: CaseId,
    subject: SubjectId,
    query: &Filled,
) -> Result<SubjectPage, Stop> {
    let wanted = query.get("known_on").to_owned();
    let day = typed::until(query.get("so_on")).map(|moment| moment.plus_days(-1).day());
    let on = day.clone();
    let asked = here
        .ask("reading a subject", move |desk, actor| {
            let moment = known_on(&wanted, desk.now())?;
            let found = desk.dossier(actor, case, subject, moment, on.as_deref())?;
            Ok((around(desk, actor, case)?, found))
        })
        .await;
    let back = format!("/cases/{case}/subjects");
    let (around, found) = asked.map_err(|stop| stop.back("Back to the subjects", &back))?;
    let mut page = laid_out(here, &around, &found);
    let href = format!("{back}/{subject}");
    clocks(&mut page.frame, query.get("known_on"), &href);
    if let Some(bar) = &mut page.frame.clocks {
        bar.dated = true;
        bar.so_on = query.get("so_on").to_owned();
        bar.moved |= !bar.so_on.is_empty();
    }
    if day.is_none() && !query.get("so_on").is_empty() {
        page.errors.push(FieldError {
            field: "so_on".into(),
            text: "So on: write for example 3 May 2024.".into(),
        });
    }
    Ok(page)
}

fn laid_out(here: &Here, around: &Around, found: &Dossier) -> SubjectPage {
    let mut frame = around.frame(&here.visitor, &found.caption, "b");
    let case = around.href();
    crumb(&mut frame, "Subjects", &format!("{case}/subjects"));
    let record = found.subject.record;
    let kind = found
        .members
        .iter()
        .find(|member| member.record.id == record)
        .or(found.members.first());
    let all: Vec<_> = found
        .members
        .iter()
        .flat_map(|member| member.statements.iter().cloned())
        .collect();
    let known = Known {
        reliances: &found.reliances,
        ..Known::default()
    };
    SubjectPage {
        kind: kind.map_or_else(String::new, |member| words::schema(&member.record.schema)),
        role: words::subject_role(found.subject.role),
        added: added(around, found),
        as_of: as_of(found.known_on),
        ways: ways(&case, found),
        contradictions: contradictions(around, found, &known),
        facts: together(properties(around, &all, &known)),
        notes: found
            .notes
            .iter()
            .map(|note| NoteLine {
                kind: words::note_kind(note.kind),
                title: note.title.clone(),
                href: format!("{case}/notes/{}", note.id),
                by: format!(
                    "{}, {}",
                    around.name(note.by),
                    format::minute(note.at.micros())
                ),
            })
            .collect(),
        intelligence: found
            .intelligence
            .iter()
            .map(|item| IntelligenceRow {
                words: item.words.clone(),
                sensitivity: item.sensitivity.title().into(),
                reliability: item.reliability.title().into(),
                validity: item.validity.title().into(),
                body: item.body.clone(),
                by: format!(
                    "entered by {}, {}",
                    around.name(item.by),
                    format::minute(item.at.micros())
                ),
            })
            .collect(),
        hold: (around.may_add() && found.known_on.is_none()).then(|| {
            HoldForm::new(
                &format!("{case}/subjects/{}/intelligence", found.subject.id),
                labels(),
            )
        }),
        aside: special::rows(around, found.subject.id, &found.special),
        links: found
            .links
            .iter()
            .enumerate()
            .map(|(number, link)| link_row(around, number, link))
            .collect(),
        links_said: links_said(found),
        mentions: found
            .mentions
            .iter()
            .map(|line| MentionRow {
                name: line.name.clone(),
                href: format!(
                    "{case}/evidence/{}/view?page={}",
                    line.mention.evidence, line.mention.place.page
                ),
                quote: line.mention.quote.clone(),
                state: match &line.judged {
                    Some(judged) => format!("accepted by {}", around.name(judged.by)),
                    None => "the machine’s proposal; nobody has judged it".into(),
                },
            })
            .collect(),
        alerts: found
            .alerts
            .iter()
            .map(|line| inbox::card(around, line, &frame.csrf))
            .collect(),
        coverage: found
            .coverage
            .iter()
            .map(|source| coverage(around, source))
            .collect(),
        history: found
            .history
            .iter()
            .map(|given| history(around, given))
            .collect(),
        disclosed: found
            .disclosed
            .iter()
            .map(|line| {
                let said = format!(
                    "to {}, {}",
                    line.told.recipient,
                    format::day(line.at.micros())
                );
                Link::to(&said, &format!("{case}/disclosures"))
            })
            .collect(),
        cite_href: format!("{case}/notes/new?cite="),
        frame,
        ..SubjectPage::default()
    }
}

/// The same value said by several sources stands once, with the mark of each.
fn together(properties: Vec<Property>) -> Vec<Property> {
    let mut properties = properties;
    for property in &mut properties {
        let mut values: Vec<pages::parts::ValueLine> = Vec::new();
        for value in property.values.drain(..) {
            match values
                .iter_mut()
                .find(|one| one.text == value.text && one.href == value.href)
            {
                Some(same) => {
                    same.marks.extend(value.marks);
                    if same.rests.is_empty() {
                        same.rests = value.rests;
                        same.rests_href = value.rests_href;
                    }
                }
                None => values.push(value),
            }
        }
        property.values = values;
    }
    properties
}

fn labels() -> [Vec<Choice>; 3] {
    [
        Sensitivity::ALL
            .iter()
            .map(|one| Choice::new(one.word(), one.title(), ""))
            .collect(),
        Reliability::ALL
            .iter()
            .map(|one| Choice::new(one.word(), one.title(), ""))
            .collect(),
        Validity::ALL
            .iter()
            .map(|one| Choice::new(one.word(), one.title(), ""))
            .collect(),
    ]
}

fn added(around: &Around, found: &Dossier) -> String {
    let subject = &found.subject;
    let first = found.history.first().unwrap_or(subject);
    let basis = subject
        .basis
        .as_deref()
        .map_or_else(String::new, |basis| format!(" Basis: {basis}"));
    let records = match found.members.len() {
        1 => "One record of a source speaks of it.".to_owned(),
        many => format!(
            "People judged {} to be one.",
            format::counted(many as u64, "record", "records")
        ),
    };
    format!(
        "Added by {} on {}. {records}{basis}",
        around.name(first.by),
        format::day(first.at.micros())
    )
}

fn ways(case: &str, found: &Dossier) -> Vec<Link> {
    let record = found.subject.record;
    let mut ways = vec![
        Link::to("Record", &format!("{case}/records/{record}")),
        Link::to("On the board", &format!("{case}/board")),
        Link::to(
            "On the timeline",
            &format!("{case}/timeline?subject={record}"),
        ),
        Link::to("On the map", &format!("{case}/map?subject={record}")),
    ];
    if found.members.len() > 1 {
        ways.insert(
            0,
            Link::to(
                "Records side by side",
                &format!("{case}/identities/{record}"),
            ),
        );
    }
    ways
}

/// Each of the values that cannot all be so, with its sources, one beside the other.
fn contradictions(around: &Around, found: &Dossier, known: &Known<'_>) -> Vec<Property> {
    let all = || found.members.iter().flat_map(|member| &member.statements);
    found
        .contradictions
        .iter()
        .map(|one| {
            let mut lines = Vec::new();
            for (_, statements) in &one.values {
                let mut said = all().filter(|said| statements.contains(&said.id));
                let Some(first) = said.next() else { continue };
                let mut line = values::line(around, first, known);
                for mark in &mut line.marks {
                    mark.id = format!("x-{}", mark.id);
                }
                for other in said {
                    line.marks
                        .extend(values::line(around, other, known).marks.into_iter().map(
                            |mut mark| {
                                mark.id = format!("x-{}", mark.id);
                                mark
                            },
                        ));
                }
                // The same statement stands in the table below under its own id.
                line.statement = String::new();
                lines.push(line);
            }
            Property {
                label: words::property(&one.property.0, &one.property.1),
                values: lines,
                conflict: "the sources disagree".into(),
            }
        })
        .collect()
}

fn link_row(around: &Around, number: usize, one: &DatedLink) -> SubjectLink {
    let link = &one.link;
    let edge = format!("{}/records/{}", around.href(), link.edge);
    let model = Model::standard();
    let relation = match model.edge(&link.edge_schema) {
        Some(_) => format!(
            "{}, {}",
            words::schema(&link.edge_schema),
            words::property(&link.edge_schema, &link.property).to_lowercase()
        ),
        None => words::property(&link.edge_schema, &link.property),
    };
    SubjectLink {
        relation,
        name: link.other_caption.clone(),
        href: format!("{}/records/{}", around.href(), link.other),
        kind: words::schema(&link.other_schema),
        when: match (one.start.is_empty(), one.end.is_empty()) {
            (true, true) => "not said".into(),
            _ => format::span(&one.start, &one.end),
        },
        marks: vec![around.mark(one.dataset, &format!("k-{number}"), &edge)],
        edge_href: edge,
    }
}

fn links_said(found: &Dossier) -> String {
    let mut said = Vec::new();
    if found.not_so_on > 0 {
        said.push(format!(
            "{} not so on that day.",
            format::counted(found.not_so_on as u64, "link was", "links were")
        ));
    }
    if found.links_left_out {
        said.push("There are more than are told: 200 links, 50 of them to persons.".into());
    }
    said.join(" ")
}

fn coverage(around: &Around, source: &Coverage) -> CoverageRow {
    let mut said = Vec::new();
    if let Some(seen) = source.last_seen {
        said.push(format!(
            "Last seen to say something on {}.",
            format::day(seen.micros())
        ));
    }
    for nothing in &source.nothing {
        said.push(format!(
            "{} asked “{}” on {}: nothing.",
            around.name(nothing.by),
            nothing.asked,
            format::day(nothing.at.micros())
        ));
    }
    if source.gaps > 0 {
        said.push(format!(
            "{} in its deliveries: what is missing may say more.",
            format::counted(source.gaps as u64, "gap", "gaps")
        ));
    }
    let came = match (source.may_ask, source.records, source.nothing.is_empty()) {
        (false, _, _) => Tag::new("may not be asked now", Tone::Attention),
        (true, 0, true) => Tag::new("no record judged to be it", Tone::Plain),
        (true, 0, false) => Tag::new("asked, nothing found", Tone::Information),
        (true, many, _) => Tag::new(
            &format::counted(many as u64, "record", "records"),
            Tone::Confirmed,
        ),
    };
    CoverageRow {
        dataset: source.dataset.title.clone(),
        href: format!("/datasets/{}", source.dataset.id),
        fresh: source.newest.as_ref().map_or_else(
            || "never delivered".into(),
            |(label, at)| {
                format!(
                    "release {}, here since {}",
                    words::release(label),
                    format::day(at.micros())
                )
            },
        ),
        came,
        said,
    }
}

fn history(around: &Around, given: &Subject) -> (String, String) {
    let said = format!(
        "{}, by {} on {}",
        words::subject_role(given.role).text,
        around.name(given.by),
        format::minute(given.at.micros())
    );
    (said, given.basis.clone().unwrap_or_default())
}

pub(super) async fn hold(
    Path((case, subject)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, subject): (CaseId, SubjectId) = (here.id(&case)?, here.id(&subject)?);
    let new = NewIntelligence {
        subject: Some(subject),
        words: form.get("words").to_owned(),
        sensitivity: form.get("sensitivity").to_owned(),
        reliability: form.get("reliability").to_owned(),
        validity: form.get("validity").to_owned(),
        body: form.get("body").to_owned(),
    };
    let held = here
        .ask("holding an item of intelligence", move |desk, actor| {
            desk.add_intelligence(actor, case, &new)
        })
        .await;
    let href = format!("/cases/{case}/subjects/{subject}");
    let stop = match held {
        Ok(_) => return go(&format!("{href}#intelligence")),
        Err(stop) => stop,
    };
    let Some((wrong, reason)) = stop.field() else {
        return Err(stop.back("Back to the subject", &href));
    };
    let mut page = read(&here, case, subject, &Filled::default()).await?;
    if let Some(hold) = &mut page.hold {
        hold.open = true;
        for field in &mut hold.fields {
            let typed = form.get(&field.name);
            field.value = typed.to_owned();
            for choice in &mut field.options {
                choice.chosen = choice.value == typed;
            }
            if field.name == wrong {
                field.error = Some(reason.clone());
            }
        }
        page.errors = errors_of(&hold.fields.iter().collect::<Vec<_>>());
    }
    mended(&page)
}
