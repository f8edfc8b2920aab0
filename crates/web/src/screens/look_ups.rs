//! Look-ups that are reviewed: a supervisor judges, whoever looked up answers.

use axum::extract::Path;
use desk::DeskError;
use desk::audit::RecordKey;
use domain::id::{CaseId, ReviewId, UserId};
use domain::review::{LookedAt, Said, Share, Turn, Verdict, Why};
use domain::time::Moment;

use super::around::{desk_frame, name_of};
use super::ask::{Answer, Here, Sent, go, mended, shown};
use super::stop::Stop;
use pages::format;
use pages::look_ups::{LookUpCard, LookUps, MarkRow, OwnLookUps};
use pages::parts::{Choice, Field, FieldError, FieldKind, Tag, Tone};

pub(super) async fn list(here: Here) -> Answer {
    let page = read(&here).await?;
    shown(&page)
}

async fn read(here: &Here) -> Result<LookUps, Stop> {
    let (found, people) = here
        .ask("reading look-ups that wait for a review", |desk, actor| {
            Ok((desk.look_ups_to_review(actor)?, desk.names()?))
        })
        .await?;
    let fact = |label: &str, text: String| (label.to_owned(), text);
    let cards = found.waiting.iter().map(|line| {
        let case = format!("{} · {}", line.number, line.title);
        let action = format!("/cases/{}/look-up-reviews/{}", line.one.case, line.one.id);
        let mut card = card(&line.one, &case, &people, found.now);
        card.facts
            .push(fact("The case is for", line.purpose.to_owned()));
        if line.one.turn() == Turn::Reviewer {
            card.action = action;
            card.fields = vec![
                verdicts(&card.id),
                words(&card.id, "In words", "What you find, or what you ask."),
            ];
            "Say so".clone_into(&mut card.button);
        }
        card
    });
    let share = found.share;
    Ok(LookUps {
        frame: desk_frame(&here.visitor, "Look-ups to review", "v"),
        errors: Vec::new(),
        facts: vec![
            fact("Waiting", found.waiting.len().to_string()),
            fact("Overdue", found.overdue.to_string()),
            fact("Found to fit", found.fit.to_string()),
            fact("Found not to fit", found.unfit.to_string()),
        ],
        waiting: cards.collect(),
        marks: found
            .marks
            .iter()
            .map(|mark| MarkRow {
                record: mark.record.clone(),
                mark: mark.mark.map_or("", Why::title).to_owned(),
                words: mark.words.clone(),
                by: format!(
                    "{}, {}",
                    name_of(&people, mark.by),
                    format::day(mark.at.micros())
                ),
            })
            .collect(),
        mark: vec![
            Field::text("record", "Record")
                .required()
                .hint("Dataset and key, as in register/4711."),
            Field::text("mark", "Is").blank("no longer marked").options(
                Why::MARKS
                    .iter()
                    .map(|why| Choice::new(why.word(), why.title(), ""))
                    .collect(),
            ),
            words("mark", "Why", ""),
        ],
        share: vec![
            Field::text("per_thousand", "Of a thousand look-ups")
                .required()
                .width("narrow")
                .value(&share.per_thousand.to_string()),
            Field::text("days", "Days to judge one")
                .required()
                .width("narrow")
                .value(&share.days.to_string()),
        ],
    })
}

fn words(id: &str, label: &str, hint: &str) -> Field {
    Field::text("words", label)
        .kind(FieldKind::Area)
        .required()
        .hint(hint)
        .id(&format!("words-{id}"))
}

fn verdicts(id: &str) -> Field {
    let choices = vec![
        Choice::new("fit", "Reason and question fit the case", ""),
        Choice::new("unfit", "They do not fit", ""),
        Choice::new("ask", "I ask first", ""),
    ];
    Field::text("verdict", "Judgement")
        .required()
        .options(choices)
        .id(&format!("verdict-{id}"))
}

fn card(one: &LookedAt, case: &str, people: &[(UserId, String)], now: Moment) -> LookUpCard {
    let fact = |label: &str, text: String| (label.to_owned(), text);
    let (line, settles) = one.reason.split_once('\n').unwrap_or((&one.reason, ""));
    let mut facts = vec![
        fact("Looked up by", name_of(people, one.user)),
        fact("When", format::minute(one.at.micros())),
        fact("Act", one.act.replace('_', " ")),
        fact("Reason", line.to_owned()),
    ];
    if !settles.is_empty() {
        facts.push(fact("To settle", settles.to_owned()));
    }
    if !one.asked.is_empty() {
        facts.push(fact("Asked", one.asked.clone()));
    }
    facts.push(fact(
        "Found",
        format::counted(one.found, "record", "records"),
    ));
    LookUpCard {
        id: one.id.to_string(),
        case: case.to_owned(),
        case_href: String::new(),
        why: Tag::new(
            one.why.title(),
            match one.why {
                Why::Sample => Tone::Plain,
                Why::Colleague | Why::PublicFigure => Tone::Attention,
            },
        ),
        state: match one.turn() {
            Turn::Judged(Verdict::Unfit) => Some(Tag::new("does not fit", Tone::Adverse)),
            Turn::Judged(_) => Some(Tag::new("fits", Tone::Confirmed)),
            _ if one.is_overdue(now) => Some(Tag::new("overdue", Tone::Adverse)),
            Turn::Asked => Some(Tag::new("waits for an answer", Tone::Attention)),
            Turn::Reviewer => None,
        },
        facts,
        said: one.said.iter().map(|said| line_of(said, people)).collect(),
        ..LookUpCard::default()
    }
}

fn line_of(said: &Said, people: &[(UserId, String)]) -> (String, String) {
    let what = match said.verdict {
        Some(Verdict::Fit) => "fits",
        Some(Verdict::Unfit) => "does not fit",
        Some(Verdict::Ask) => "asks",
        None => "answers",
    };
    let who = format!(
        "{} {what}, {}",
        name_of(people, said.by),
        format::minute(said.at.micros())
    );
    (who, said.words.clone())
}

/// The page once more, with what was wrong in one of its forms.
async fn again(here: &Here, stop: Stop) -> Answer {
    let text = match (&stop.error, stop.field()) {
        (_, Some((_, reason))) => reason,
        (DeskError::Conflict(reason), _) => super::stop::sentence(reason),
        (DeskError::NotFound("record"), _) => {
            "There is no record of this dataset and key.".to_owned()
        }
        (DeskError::NotFound("mark"), _) => "This record is not marked.".to_owned(),
        _ => return Err(stop),
    };
    let mut page = read(here).await?;
    page.errors.push(FieldError {
        text,
        ..FieldError::default()
    });
    mended(&page)
}

pub(super) async fn judge(
    Path((case, review)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, review): (CaseId, ReviewId) = (here.id(&case)?, here.id(&review)?);
    let done = here
        .ask("judging a look-up", move |desk, actor| {
            let verdict = Verdict::from_word(form.get("verdict"))
                .ok_or_else(|| DeskError::malformed("verdict", "choose a judgement"))?;
            desk.review_look_up(actor, case, review, verdict, form.get("words"))
        })
        .await;
    match done {
        Ok(()) => go("/look-ups"),
        Err(stop) => again(&here, stop).await,
    }
}

pub(super) async fn share(Sent { here, form }: Sent) -> Answer {
    let done = here
        .ask(
            "setting how many look-ups are reviewed",
            move |desk, actor| {
                let number = |name: &'static str| {
                    let text = form.get(name).parse();
                    text.map_err(|_| DeskError::malformed(name, "is no whole number"))
                };
                let share = Share {
                    per_thousand: number("per_thousand")?,
                    days: number("days")?,
                };
                desk.set_review_share(actor, share)
            },
        )
        .await;
    match done {
        Ok(()) => go("/look-ups"),
        Err(stop) => again(&here, stop).await,
    }
}

pub(super) async fn mark(Sent { here, form }: Sent) -> Answer {
    let done = here
        .ask("marking a person for review", move |desk, actor| {
            let about: RecordKey = form.get("record").parse().map_err(|()| {
                DeskError::malformed("record", "write dataset and key, as in register/4711")
            })?;
            let mark = Why::from_word(form.get("mark"));
            desk.mark_for_review(actor, &about, mark, form.get("words"))
        })
        .await;
    match done {
        Ok(()) => go("/look-ups"),
        Err(stop) => again(&here, stop).await,
    }
}

async fn read_own(here: &Here) -> Result<OwnLookUps, Stop> {
    let visitor = here.visitor.clone();
    let (own, people, now) = here
        .ask(
            "reading what was asked about your look-ups",
            move |desk, _| Ok((desk.own_reviews(&visitor)?, desk.names()?, desk.now())),
        )
        .await?;
    let cards = own.iter().map(|(one, number)| {
        let gone = "A case that you are in no more";
        let mut card = card(one, number.as_deref().unwrap_or(gone), &people, now);
        // Why it was drawn is not told to whoever made it.
        card.why = Tag::new("reviewed", Tone::Plain);
        if one.turn() == Turn::Asked {
            card.action = format!("/account/look-ups/{}", one.id);
            card.fields = vec![words(&card.id, "Your answer", "")];
            "Answer".clone_into(&mut card.button);
        }
        card
    });
    Ok(OwnLookUps {
        frame: desk_frame(&here.visitor, "Your reviewed look-ups", ""),
        errors: Vec::new(),
        reviewed: cards.collect(),
    })
}

pub(super) async fn own(here: Here) -> Answer {
    let page = read_own(&here).await?;
    shown(&page)
}

pub(super) async fn answer(Path(review): Path<String>, Sent { here, form }: Sent) -> Answer {
    let review: ReviewId = here.id(&review)?;
    let visitor = here.visitor.clone();
    let done = here
        .ask("answering about a look-up", move |desk, _| {
            desk.answer_review(&visitor, review, form.get("words"))
        })
        .await;
    let stop = match done {
        Ok(()) => return go("/account/look-ups"),
        Err(stop) => stop,
    };
    let text = match (&stop.error, stop.field()) {
        (_, Some((_, reason))) => reason,
        (DeskError::Conflict(reason), _) => super::stop::sentence(reason),
        _ => return Err(stop),
    };
    let mut page = read_own(&here).await?;
    page.errors.push(FieldError {
        text,
        ..FieldError::default()
    });
    mended(&page)
}
