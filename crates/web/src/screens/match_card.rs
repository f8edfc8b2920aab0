//! The match card of a pair, and a person's judgement on it.

use axum::extract::Path;
use desk::judge::NewJudgement;
use desk::matching::{Card, CardLine};
use desk::proposals::MatchPage;
use domain::id::{CaseId, RecordId, ReleaseId};
use domain::identity::{Pair, Verdict};
use domain::statement::Statement;

use super::around::{Around, around, crumb};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::identity::judgement;
use super::{values, words};
use pages::format;
use pages::parts::{Field, FieldError, Property, Tag, Tone, ValueLine};
use pages::proposals::{JudgeForm, Machine, MatchCard, MatchRow, Side, Waterfall, Weight};

pub(super) async fn page(here: Here, Path((case, a, b)): Path<(String, String, String)>) -> Answer {
    let (case, a, b): (CaseId, RecordId, RecordId) = (here.id(&case)?, here.id(&a)?, here.id(&b)?);
    let (around, found) = read(&here, case, a, b).await?;
    shown(&laid_out(&here, &around, &found))
}

async fn read(
    here: &Here,
    case: CaseId,
    a: RecordId,
    b: RecordId,
) -> Result<(Around, MatchPage), super::stop::Stop> {
    let asked = here
        .ask("reading a match", move |desk, actor| {
            let found = desk.match_page(actor, case, a, b)?;
            Ok((around(desk, actor, case)?, found))
        })
        .await;
    let back = format!("/cases/{case}/search");
    asked.map_err(|stop| stop.back("State a reason and search", &back))
}

fn laid_out(here: &Here, around: &Around, found: &MatchPage) -> MatchCard {
    let kind = words::schema(&found.records.0.schema);
    let title = format!("Are these one {}?", kind.to_lowercase());
    let mut frame = around.frame(&here.visitor, &title, "m");
    crumb(
        &mut frame,
        "Matches",
        &format!("{}/proposals", around.href()),
    );
    let captions = vec![
        (found.records.0.id, found.captions.0.clone()),
        (found.records.1.id, found.captions.1.clone()),
    ];
    let current = found.history.last();
    let held = current.is_some_and(|it| it.verdict == Verdict::Same);
    MatchCard {
        frame,
        kind,
        left: side(around, &found.records.0, &found.captions.0),
        right: side(around, &found.records.1, &found.captions.1),
        rows: rows(around, found),
        machine: found.card.as_ref().map(|card| machine(around, found, card)),
        waits: found.waits.as_ref().map_or_else(String::new, |it| {
            format!(
                "{} by {} on {}: {}",
                words::verdict(it.verdict).text,
                around.name(it.by),
                format::day(it.at.micros()),
                it.reason
            )
        }),
        two: match found.judges {
            1 => String::new(),
            _ => "In a case of this type a pair is judged when two people say the same. Until then nothing rests on it; look for yourself before you read what the other said.".to_owned(),
        },
        judged: current.map_or_else(String::new, |it| {
            let by = around.name(it.by);
            format!(
                "{} by {by} on {}",
                words::verdict(it.verdict).text,
                format::day(it.at.micros())
            )
        }),
        past: found
            .history
            .iter()
            .rev()
            .map(|it| judgement(around, it, &captions))
            .collect(),
        challenge: (held && around.may_add()).then(contest),
        form: around
            .may_add()
            .then(|| JudgeForm::form(effect(around, found))),
        ..MatchCard::default()
    }
}

/// What the form that contests a link asks for.
fn contest() -> Field {
    Field::reason("Who contests it, and on what ground.").id("contest")
}

/// Contests a link for somebody affected.
pub(super) async fn challenge(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let (a, b): (RecordId, RecordId) = (here.id(form.get("a"))?, here.id(form.get("b"))?);
    let card = format!("/cases/{case}/proposals/{a}/{b}");
    let reason = form.get("reason").to_owned();
    let contested = move |desk: &desk::Desk, actor: &domain::authority::Actor| {
        let pair = Pair::new(a, b).ok_or(desk::DeskError::NotFound("record"))?;
        desk.challenge(actor, case, pair, &reason)
    };
    here.ask("contesting a match", contested)
        .await
        .map_err(|stop| stop.back("Back to the match", &card))?;
    go(&card)
}

/// What the machine makes of the pair.
fn machine(around: &Around, found: &MatchPage, card: &Card) -> Machine {
    let weight = |line: &CardLine| Weight {
        label: label(line),
        words: level(line),
        bits: line.bits,
    };
    let weights: Vec<Weight> = card.lines.iter().map(weight).collect();
    let rival_record = card.rival.as_ref().map(|(record, ..)| record);
    Machine {
        waterfall: Waterfall::lay_out(card.prior, &weights),
        probability: format::probability(card.probability),
        in_counts: in_counts(card.probability),
        rival: rival(found, card),
        rival_href: rival_record
            .map(|record| format!("{}/records/{record}", around.href()))
            .unwrap_or_default(),
        flips: card
            .flip
            .iter()
            .map(|flip| super::stop::sentence(flip))
            .collect(),
    }
}

fn side(around: &Around, record: &desk::RecordView, caption: &str) -> Side {
    let href = format!("{}/records/{}", around.href(), record.id);
    Side {
        id: record.id.to_string(),
        name: caption.to_owned(),
        mark: around.mark(record.dataset, &format!("side-{}", record.id), &href),
        href,
        seen: record.release.to_string(),
        ..Side::default()
    }
}

fn effect(around: &Around, found: &MatchPage) -> &'static str {
    let shared = [found.records.0.dataset, found.records.1.dataset]
        .iter()
        .all(|id| {
            around
                .dataset(*id)
                .is_some_and(|dataset| dataset.agreement.matching)
        });
    if shared {
        "Both become one identity, in every case. It can be taken apart later."
    } else {
        "Both become one identity, in this case only. It can be taken apart later."
    }
}

fn in_counts(probability: f64) -> String {
    let hundredths = (probability * 100.0).round();
    if probability >= 0.995 || probability <= 0.005 {
        let thousandths = (probability * 1000.0).round().clamp(1.0, 999.0);
        return format!(
            "Of 1\u{202f}000 pairs that look like this, about {thousandths:.0} are one."
        );
    }
    format!("Of 100 pairs that look like this, about {hundredths:.0} are one.")
}

fn rival(found: &MatchPage, card: &Card) -> String {
    card.rival
        .as_ref()
        .filter(|_| !found.rival.is_empty())
        .map_or_else(String::new, |(_, probability, _)| {
            format!("{}: {}", found.rival, format::probability(*probability))
        })
}

/// The comparison's name with a capital.
fn label(line: &CardLine) -> String {
    super::stop::sentence(&line.what)
        .trim_end_matches('.')
        .to_owned()
}

fn level(line: &CardLine) -> String {
    match common(line) {
        Some(common) => format!("{}; {common}", line.level),
        None => line.level.clone(),
    }
}

fn common(line: &CardLine) -> Option<String> {
    let (count, share) = line.common?;
    if share <= 0.0 {
        return None;
    }
    let one_in = (1.0 / share).round().clamp(1.0, 1e12);
    let records = format::counted(u64::from(count), "record carries it", "records carry it");
    Some(format!("{records}, 1 in {}", format::count(one_in as u64)))
}

/// The comparisons that the machine made; none while it is stopped.
fn lines(found: &MatchPage) -> &[CardLine] {
    found.card.as_ref().map_or(&[], |card| &card.lines)
}

fn rows(around: &Around, found: &MatchPage) -> Vec<MatchRow> {
    let mut rows: Vec<MatchRow> = lines(found).iter().map(compared).collect();
    rows.extend(beside(around, found));
    rows
}

fn compared(line: &CardLine) -> MatchRow {
    let said = |values: &[String]| Property {
        values: once_each(values)
            .map(|value| ValueLine {
                text: as_said(&line.what, value),
                ..ValueLine::default()
            })
            .collect(),
        ..Property::default()
    };
    let tone = match line.bits {
        bits if bits > 1.0 => Tone::Confirmed,
        bits if bits < -1.0 => Tone::Adverse,
        _ => Tone::Plain,
    };
    MatchRow {
        label: label(line),
        left: said(&line.left),
        right: said(&line.right),
        verdict: Tag::new(&line.level, tone),
        weight: format::bits(line.bits),
        rarity: common(line).unwrap_or_default(),
    }
}

/// Values without repetition, in their order.
fn once_each(values: &[String]) -> impl Iterator<Item = &String> {
    let first = |(at, value): &(usize, &String)| {
        values.iter().position(|other| other == *value) == Some(*at)
    };
    values
        .iter()
        .enumerate()
        .filter(first)
        .map(|(_, value)| value)
}

fn as_said(what: &str, value: &str) -> String {
    if what.contains("country") {
        words::country(value)
    } else {
        format::date(value)
    }
}

/// What the records say besides, which the machine did not weigh: a person may.
fn beside(around: &Around, found: &MatchPage) -> Vec<MatchRow> {
    let weighed = |statement: &Statement| {
        lines(found)
            .iter()
            .flat_map(|line| line.left.iter().chain(&line.right))
            .any(|value| *value == statement.value || Some(value) == statement.original.as_ref())
    };
    let side = |statements: &[Statement]| {
        let left: Vec<Statement> = statements
            .iter()
            .filter(|statement| !weighed(statement))
            .cloned()
            .collect();
        values::properties(around, &left, &values::Known::default())
    };
    let (left, mut right) = (side(&found.statements.0), side(&found.statements.1));
    let row = |label: String, left: Property, right: Property| MatchRow {
        label,
        left,
        right,
        verdict: Tag::new("not weighed", Tone::Plain),
        weight: String::new(),
        rarity: String::new(),
    };
    let mut rows = Vec::new();
    for property in left {
        let at = right.iter().position(|other| other.label == property.label);
        let other = at.map(|at| right.remove(at)).unwrap_or_default();
        rows.push(row(property.label.clone(), property, other));
    }
    rows.extend(
        right
            .into_iter()
            .map(|property| row(property.label.clone(), Property::default(), property)),
    );
    rows
}

fn new_judgement(form: &Filled, a: RecordId, b: RecordId) -> Option<NewJudgement> {
    let verdict = match form.get("verdict") {
        "same" => Verdict::Same,
        "different" => Verdict::Different,
        "unsure" => Verdict::Unsure,
        _ => return None,
    };
    let seen: Option<(ReleaseId, ReleaseId)> = form
        .get("seen_a")
        .parse()
        .ok()
        .zip(form.get("seen_b").parse().ok());
    Some(NewJudgement {
        a,
        b,
        verdict,
        reason: form.get("reason").to_owned(),
        seen,
    })
}

pub(super) async fn judge(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let (a, b): (RecordId, RecordId) = (here.id(form.get("a"))?, here.id(form.get("b"))?);
    let new = new_judgement(&form, a, b);
    if new.is_none() || form.get("reason").is_empty() {
        let (around, found) = read(&here, case, a, b).await?;
        let mut page = laid_out(&here, &around, &found);
        if let Some(judging) = &mut page.form {
            wrong(judging, &form);
        }
        return mended(&page);
    }
    let card = format!("/cases/{case}/proposals/{a}/{b}");
    let mut stands = false;
    if let Some(new) = new {
        let asked = here
            .ask("judging a pair of records", move |desk, actor| {
                desk.judge(actor, case, &new)
            })
            .await;
        let judged = asked.map_err(|stop| stop.back("Back to the match", &card))?;
        stands = judged.stands().is_some();
    }
    match form.get("verdict") {
        "same" if stands => go(&format!("/cases/{case}/identities/{a}")),
        _ => go(&card),
    }
}

fn wrong(judging: &mut JudgeForm, form: &Filled) {
    form.get("verdict").clone_into(&mut judging.verdict);
    judging.reason = judging.reason.clone().value(form.get("reason"));
    if judging.verdict.is_empty() {
        judging.verdict_error = "Choose same, different or unsure.".to_owned();
        judging.errors.push(FieldError {
            field: "verdict".to_owned(),
            text: judging.verdict_error.clone(),
        });
    }
    if form.get("reason").is_empty() {
        let text = "Give the reason, so that another person could check it.".to_owned();
        judging.reason.error = Some(text.clone());
        judging.errors.push(FieldError {
            field: "reason".to_owned(),
            text,
        });
    }
}
