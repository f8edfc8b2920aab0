//! Mentions in the documents of a case: looked for, listed, judged one by one.

use axum::extract::Path;
use desk::MentionLine;
use desk::mentions::{MentionFilter, SHOWN};
use domain::authority::Reason;
use domain::id::{CaseId, MentionId};

use super::around::{Around, around, crumb};
use super::ask::{Answer, Filled, Here, Sent, encoded, go, mended, shown};
use super::new_case::lines_of_inquiry;
use super::stop::Stop;
use pages::documents::{MentionRow, Mentions};
use pages::format;
use pages::parts::{Choice, Field, Link, Tag, Tone, errors_of};

pub(super) async fn page(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    shown(&listed(&here, case, &query).await?)
}

async fn listed(here: &Here, case: CaseId, query: &Filled) -> Result<Mentions, Stop> {
    let filter = MentionFilter {
        kind: query.get("kind").to_owned(),
        item: query.get("item").parse().ok(),
        state: query.get("state").to_owned(),
        offset: query.get("from").parse().unwrap_or(0),
    };
    let next = filter.offset + SHOWN as u64;
    let (around, found) = here
        .ask("reading the mentions of this case", move |desk, actor| {
            Ok((
                around(desk, actor, case)?,
                desk.mentions(actor, case, &filter)?,
            ))
        })
        .await?;
    let href = format!("{}/mentions", around.href());
    let mut frame = around.frame(&here.visitor, "Mentions", "e");
    crumb(
        &mut frame,
        "Evidence",
        &format!("{}/evidence", around.href()),
    );
    let kinds = found.kinds.iter().map(|(kind, many)| {
        let label = format!("{} ({})", called(kind), format::count(*many));
        Link::to(&label, &format!("{href}?kind={}", encoded(kind)))
    });
    let states = [
        ("not judged", "open"),
        ("accepted", "accepted"),
        ("rejected", "rejected"),
    ];
    let states = states.iter().map(|(label, state)| {
        Link::to(
            label,
            &format!("{href}?{}", query.query_with("state", state)),
        )
    });
    let ways: Vec<Link> = match found.kinds.is_empty() {
        true => Vec::new(),
        false => kinds.chain(states).collect(),
    };
    let done = match (query.get("found").parse(), query.has("judged", "1")) {
        (Ok(many), _) => {
            let mut words = format!(
                "Looked through. {} found that were not known before.",
                format::counted(many, "mention was", "mentions were")
            );
            if let Ok(records) = query.get("records").parse() {
                words.push_str(&format!(
                    " {} named there.",
                    format::counted(
                        records,
                        "record of the datasets is",
                        "records of the datasets are"
                    )
                ));
            }
            if query.has("more", "1") {
                words.push_str(
                    " More persons are named than the 50 that are told: look item by item.",
                );
            }
            words
        }
        (_, true) => "Judged.".to_owned(),
        _ => String::new(),
    };
    let reason = match around.may_add() && around.is_open() {
        true => reason(&around),
        false => Vec::new(),
    };
    Ok(Mentions {
        rows: found.lines.iter().map(|line| row(&around, line)).collect(),
        later: (found.lines.len() == SHOWN).then(|| {
            let further = query.query_with("from", &next.to_string());
            Link::to("Further mentions", &format!("{href}?{further}"))
        }),
        may: around.may_add(),
        reason,
        errors: Vec::new(),
        ways,
        done,
        frame,
        href,
    })
}

/// The reason for a look-up in the datasets: what it should settle is never filled in beforehand.
fn reason(around: &Around) -> Vec<Field> {
    let lines = lines_of_inquiry(&around.case.case.predicate);
    let last = around.case.last_line.clone().unwrap_or_default();
    let line = Field::text("line", "Line of inquiry").required();
    let line = match lines.as_slice() {
        [] => line.value(&last),
        lines => {
            let choice = |line: &String| Choice {
                chosen: *line == last || lines.len() == 1,
                ..Choice::new(line, line, "")
            };
            line.options(lines.iter().map(choice).collect())
        }
    };
    vec![
        line,
        Field::text("settle", "What this look-up should settle").required(),
    ]
}

fn row(around: &Around, line: &MentionLine) -> MentionRow {
    let found = &line.mention;
    let (state, tone) = match &line.judged {
        None => ("not judged", Tone::Information),
        Some(judged) if judged.accepted => ("accepted", Tone::Confirmed),
        Some(_) => ("rejected", Tone::Attention),
    };
    let page = format!("{}, page {}", line.name, found.place.page);
    let view = format!("{}/evidence/{}/view", around.href(), found.evidence);
    let passage = line.judged.as_ref().and_then(|judged| judged.passage);
    MentionRow {
        id: found.id.to_string(),
        kind: called(&found.kind).to_owned(),
        quote: found.quote.clone(),
        value: match found.value == found.quote {
            true => String::new(),
            false => found.value.clone(),
        },
        reasons: found.reasons.clone(),
        place: match passage {
            Some(passage) => Link::to(&page, &format!("{view}?passage={passage}#mark")),
            None => Link::to(&page, &format!("{view}?mention={}#mark", found.id)),
        },
        record: found.record.map(|record| {
            let what = match found.kind.starts_with("known_") {
                true => "a record of a dataset",
                false => "a subject of this case",
            };
            Link::to(what, &format!("{}/records/{record}", around.href()))
        }),
        state: Tag::new(state, tone),
        open: line.judged.is_none(),
    }
}

/// What a kind is called.
pub(super) fn called(kind: &str) -> &str {
    match kind {
        "cnpj" => "Brazilian company number",
        "contract" => "contracting process (OCDS)",
        "date" => "date",
        "email" => "e-mail address",
        "iban" => "bank account (IBAN)",
        "imo" => "ship or shipping company (IMO)",
        "inn" => "Russian taxpayer number",
        "known_organisation" => "company of a dataset",
        "known_person" => "person of a dataset",
        "known_vessel" => "ship of a dataset",
        "isin" => "security (ISIN)",
        "lei" => "legal entity (LEI)",
        "money" => "sum of money",
        "name" => "perhaps a name",
        "ogrn" => "Russian register number",
        "organisation" => "perhaps a company",
        "person" => "perhaps a person",
        "phone" => "telephone number",
        "register" => "register number",
        "subject" => "name of a subject",
        "vessel" => "perhaps a ship",
        "uscc" => "Chinese organisation number",
        other => other,
    }
}

/// Looks through all documents.
pub(super) async fn find(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    if form.has("datasets", "1") {
        return find_names(&here, case, &form).await;
    }
    let run = here
        .ask("looking for mentions", move |desk, actor| {
            desk.find_mentions(actor, case, None)
        })
        .await?;
    go(&format!("/cases/{case}/mentions?found={}", run.found))
}

/// Looks through all documents for names of the datasets too.
async fn find_names(here: &Here, case: CaseId, form: &Filled) -> Answer {
    let Some(reason) = Reason::new(form.get("line"), form.get("settle")) else {
        let mut page = listed(here, case, &Filled::default()).await?;
        for field in &mut page.reason {
            let given = form.get(&field.name).to_owned();
            if given.is_empty() {
                field.error = Some("Say it in your own words.".to_owned());
            }
            if field.options.is_empty() {
                field.value = given;
            }
        }
        page.errors = errors_of(&page.reason.iter().collect::<Vec<_>>());
        return mended(&page);
    };
    let told = here
        .ask("comparing names with the datasets", move |desk, actor| {
            desk.find_names(actor, case, None, Some(&reason))
        })
        .await?;
    let more = if told.more_persons { "&more=1" } else { "" };
    go(&format!(
        "/cases/{case}/mentions?found={}&records={}{more}",
        told.run.found, told.records
    ))
}

/// Judges one.
pub(super) async fn judge(
    Path((case, mention)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, mention): (CaseId, MentionId) = (here.id(&case)?, here.id(&mention)?);
    let (accepted, reason) = (form.has("accepted", "1"), form.get("reason").to_owned());
    let back = format!("/cases/{case}/mentions");
    here.ask("judging a mention", move |desk, actor| {
        desk.judge_mention(actor, case, mention, accepted, &reason)
    })
    .await
    .map_err(|stop| stop.back("Back to the mentions", &back))?;
    go(&format!("/cases/{case}/mentions?judged=1&state=open"))
}
