//! Agreements on matching between owners: listed with the runs that cite them, written down, sent, confirmed, renewed, ended.

use axum::extract::Path;
use desk::matching_agreements::{AgreedLine, NewMatchingAgreement};
use domain::authority::Role;
use domain::id::AgreementId;
use domain::matching::Terms;
use domain::time::Moment;

use super::around::{crumb, desk_frame};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::stop::Stop;
use pages::agreements::{Agreement, AgreementRow, Agreements, PairRow, RunRow, RunSample};
use pages::format;
use pages::parts::{Field, FieldError, FieldKind, Tag, Tone};

/// The parts of an agreement as the form has them: name, label, help, and whether it takes several lines.
const PARTS: [(&str, &str, &str, bool); 13] = [
    ("title", "Title", "", false),
    (
        "datasets",
        "Datasets",
        "Short names, parted by commas.",
        false,
    ),
    ("from", "From", "A day, 2026-01-31.", false),
    ("until", "Until", "At most eighteen months later.", false),
    ("purpose", "Purpose", "For what records are matched.", true),
    ("authority", "Authority", "Statute and section.", false),
    ("records", "Records", "Which, and about how many.", true),
    (
        "fields",
        "Properties compared",
        "Names of properties, parted by commas: name, birthDate.",
        true,
    ),
    (
        "verification",
        "Verification",
        "How a proposal is checked before anything rests on it.",
        true,
    ),
    ("security", "Security", "", true),
    (
        "onward_use",
        "Onward use",
        "What bars other use, copies and passing on.",
        true,
    ),
    (
        "accuracy",
        "Accuracy",
        "What is known of how right the matching is.",
        true,
    ),
    (
        "retention",
        "Retention",
        "When what nobody accepted is destroyed or given back.",
        true,
    ),
];

fn form(typed: &Filled, wrong: Option<(&str, &str)>) -> Vec<Field> {
    PARTS
        .iter()
        .map(|(name, label, hint, long)| {
            let mut field = Field::text(name, label).required().hint(hint);
            if *long {
                field = field.kind(FieldKind::Area);
            }
            let error = wrong.filter(|(at, _)| at == name).map(|(_, words)| words);
            field.typed(typed.get(name), error);
            field
        })
        .collect()
}

pub(super) async fn list(here: Here) -> Answer {
    shown(&read(&here, &Filled::default(), None).await?)
}

async fn read(
    here: &Here,
    typed: &Filled,
    wrong: Option<(&str, &str)>,
) -> Result<Agreements, Stop> {
    let (lines, runs) = here
        .ask("reading the agreements on matching", |desk, actor| {
            Ok((desk.matching_agreements(actor)?, desk.matching_runs(actor)?))
        })
        .await?;
    let auditor = here.is(Role::Auditor);
    let runs = runs.iter().map(|(run, datasets)| RunRow {
        at: format::minute(run.at.micros()),
        href: if auditor {
            format!("/matching/runs/{}", run.number)
        } else {
            String::new()
        },
        datasets: datasets.join(", "),
        cites: match run.cites.len() {
            0 => "one owner; none needed".to_owned(),
            _ => run
                .cites
                .iter()
                .map(|cited| cited_title(cited, &lines))
                .collect::<Vec<_>>()
                .join("; "),
        },
        records: format::count(run.records),
        proposals: format::count(run.proposals),
    });
    let mut frame = desk_frame(&here.visitor, "Agreements on matching", "w");
    crumb(&mut frame, "Matcher", "/matching");
    Ok(Agreements {
        frame,
        agreements: lines.iter().map(row).collect(),
        runs: runs.collect(),
        fields: if here.is(Role::DataSteward) {
            form(typed, wrong)
        } else {
            Vec::new()
        },
        errors: wrong
            .map(|(field, text)| FieldError {
                field: field.to_owned(),
                text: text.to_owned(),
            })
            .into_iter()
            .collect(),
    })
}

/// The title of an agreement that a run cites, with the version.
fn cited_title(cited: &str, lines: &[AgreedLine]) -> String {
    let version = cited.rsplit('@').next().unwrap_or_default();
    let found = lines
        .iter()
        .find(|line| cited.contains(&line.agreement.id.to_string()));
    found.map_or_else(
        || cited.to_owned(),
        |line| format!("{}, version {version}", line.agreement.terms.title),
    )
}

fn row(line: &AgreedLine) -> AgreementRow {
    AgreementRow {
        title: line.agreement.terms.title.clone(),
        href: format!("/matching/agreements/{}", line.agreement.id),
        datasets: line.datasets.join(", "),
        state: state(line),
        term: term(line),
    }
}

fn state(line: &AgreedLine) -> Tag {
    match line.barred.as_ref().map(|refusal| refusal.rule.as_str()) {
        None => Tag::new("in force", Tone::Confirmed),
        Some("matching.waiting-time") => Tag::new("waiting", Tone::Attention),
        Some("matching.not-sent") => Tag::new("not sent", Tone::Attention),
        Some("matching.ended") => Tag::new("ended", Tone::Adverse),
        Some(_) => Tag::new("over", Tone::Adverse),
    }
}

fn term(line: &AgreedLine) -> String {
    let until = format::day(line.agreement.ends().micros());
    match line.agreement.starts() {
        Some(from) => format!("{} to {until}", format::day(from.micros())),
        None => format!("not before it is sent; to {until}"),
    }
}

pub(super) async fn add(Sent { here, form }: Sent) -> Answer {
    let new = match given(&form) {
        Ok(new) => new,
        Err((field, words)) => return mended(&read(&here, &form, Some((field, &words))).await?),
    };
    let outcome = here
        .ask("writing an agreement down", move |desk, actor| {
            desk.agree_matching(actor, None, &new)
        })
        .await;
    match outcome {
        Ok(id) => go(&format!("/matching/agreements/{id}")),
        Err(stop) => match stop.field() {
            Some((field, words)) => mended(&read(&here, &form, Some((field, &words))).await?),
            None => Err(stop),
        },
    }
}

fn given(form: &Filled) -> Result<NewMatchingAgreement, (&'static str, String)> {
    let said = |name: &str| form.get(name).to_owned();
    let several = |name: &str| -> Vec<String> {
        let parts = form.get(name).split([',', '\n']).map(str::trim);
        parts
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    Ok(NewMatchingAgreement {
        from: day("from", form.get("from"))?,
        until: day("until", form.get("until"))?,
        datasets: several("datasets"),
        terms: Terms {
            title: said("title"),
            purpose: said("purpose"),
            authority: said("authority"),
            records: said("records"),
            fields: several("fields"),
            verification: said("verification"),
            security: said("security"),
            onward_use: said("onward_use"),
            accuracy: said("accuracy"),
            retention: said("retention"),
        },
    })
}

fn day(field: &'static str, text: &str) -> Result<Moment, (&'static str, String)> {
    Moment::from_rfc3339(&format!("{text}T00:00:00Z")).ok_or_else(|| {
        let words = format!("\u{201c}{text}\u{201d} is no day of the form 2026-01-31.");
        (field, words)
    })
}

pub(super) async fn page(here: Here, Path(agreement): Path<String>) -> Answer {
    shown(&one(&here, &agreement, None).await?)
}

async fn one(here: &Here, agreement: &str, wrong: Option<(&str, &str)>) -> Result<Agreement, Stop> {
    let id: AgreementId = here.id(agreement)?;
    let (line, now) = here
        .ask("reading an agreement on matching", move |desk, actor| {
            Ok((desk.matching_agreement(actor, id)?, desk.now()))
        })
        .await?;
    let agreed = &line.agreement;
    let mut frame = desk_frame(&here.visitor, &agreed.terms.title, "w");
    crumb(&mut frame, "Matcher", "/matching");
    crumb(&mut frame, "Agreements on matching", "/matching/agreements");
    let (steward, running) = (here.is(Role::DataSteward), agreed.ended.is_none());
    let unconfirmed = agreed
        .notice
        .as_ref()
        .is_some_and(|notice| notice.received.is_none());
    let renewable = now >= agreed.renewable_from() && now < agreed.term_ends();
    let mut send = vec![
        Field::text("words", "How it was sent")
            .required()
            .hint("A letter's number, an address."),
        Field::text("on", "On an earlier day")
            .hint("2026-01-31; an auditor then has to confirm it."),
    ];
    for field in &mut send {
        field.error = wrong
            .filter(|(at, _)| *at == field.name)
            .map(|(_, words)| words.to_owned());
    }
    Ok(Agreement {
        frame,
        state: state(&line),
        barred: line.barred.as_ref().map_or_else(String::new, |refusal| {
            format!("{} {}", refusal.says, refusal.remedy)
        }),
        facts: facts(&line),
        href: format!("/matching/agreements/{id}"),
        public: format!("/agreements/matching/{id}"),
        send: if steward && running && agreed.notice.is_none() {
            send
        } else {
            Vec::new()
        },
        confirm: here.is(Role::Auditor) && running && unconfirmed,
        renew: (steward && running && renewable && agreed.renewal.is_none()).then(|| {
            Field::text("until", "Until")
                .required()
                .hint("A day, at most twelve months after the end of the term.")
        }),
        end: (steward && running).then(|| Field::reason("Why it ends before its time.")),
        errors: wrong
            .map(|(field, text)| FieldError {
                field: field.to_owned(),
                text: text.to_owned(),
            })
            .into_iter()
            .collect(),
    })
}

fn facts(line: &AgreedLine) -> Vec<(String, String)> {
    let (agreed, terms) = (&line.agreement, &line.agreement.terms);
    let notice = agreed.notice.as_ref();
    let sent = notice.map_or_else(
        || "not yet".to_owned(),
        |notice| format!("{}: {}", format::day(notice.on.micros()), notice.words),
    );
    let confirmed = notice
        .and_then(|notice| notice.received)
        .map_or_else(|| "not yet".to_owned(), |(_, at)| format::day(at.micros()));
    let renewed = match agreed.renewal {
        Some(renewal) => format::day(renewal.at.micros()),
        None => format!(
            "can be from {} on",
            format::day(agreed.renewable_from().micros())
        ),
    };
    [
        ("Version", agreed.version.to_string()),
        ("Datasets", line.datasets.join(", ")),
        ("Runs", term(line)),
        ("Sent to oversight", sent),
        ("Confirmed there", confirmed),
        ("Renewed", renewed),
        ("Purpose", terms.purpose.clone()),
        ("Authority", terms.authority.clone()),
        ("Records", terms.records.clone()),
        ("Properties compared", terms.fields.join(", ")),
        ("Verification", terms.verification.clone()),
        ("Security", terms.security.clone()),
        ("Onward use", terms.onward_use.clone()),
        ("Accuracy", terms.accuracy.clone()),
        ("Retention", terms.retention.clone()),
    ]
    .map(|(label, text)| (label.to_owned(), text))
    .into()
}

/// Back to the agreement's page, with what is wrong where it stands.
async fn done(here: &Here, agreement: &str, outcome: Result<(), Stop>) -> Answer {
    let href = format!("/matching/agreements/{agreement}");
    match outcome {
        Ok(()) => go(&href),
        Err(stop) => match stop.field() {
            Some((field, words)) => mended(&one(here, agreement, Some((field, &words))).await?),
            None => Err(stop.back("Back to the agreement", &href)),
        },
    }
}

pub(super) async fn send(Path(agreement): Path<String>, Sent { here, form }: Sent) -> Answer {
    let id: AgreementId = here.id(&agreement)?;
    let on = match form.get("on") {
        "" => None,
        text => match day("on", text) {
            Ok(on) => Some(on),
            Err((field, words)) => {
                return mended(&one(&here, &agreement, Some((field, &words))).await?);
            }
        },
    };
    let words = form.get("words").to_owned();
    let outcome = here
        .ask("sending an agreement to oversight", move |desk, actor| {
            desk.send_agreement(actor, id, on, &words)
        })
        .await;
    done(&here, &agreement, outcome).await
}

pub(super) async fn confirm(Path(agreement): Path<String>, Sent { here, .. }: Sent) -> Answer {
    let id: AgreementId = here.id(&agreement)?;
    let outcome = here
        .ask("confirming that an agreement came", move |desk, actor| {
            desk.confirm_notice(actor, id)
        })
        .await;
    done(&here, &agreement, outcome).await
}

pub(super) async fn renew(Path(agreement): Path<String>, Sent { here, form }: Sent) -> Answer {
    let id: AgreementId = here.id(&agreement)?;
    let until = match day("until", form.get("until")) {
        Ok(until) => until,
        Err((field, words)) => {
            return mended(&one(&here, &agreement, Some((field, &words))).await?);
        }
    };
    let outcome = here
        .ask("renewing an agreement on matching", move |desk, actor| {
            desk.renew_agreement(actor, id, until)
        })
        .await;
    done(&here, &agreement, outcome).await
}

pub(super) async fn end(Path(agreement): Path<String>, Sent { here, form }: Sent) -> Answer {
    let id: AgreementId = here.id(&agreement)?;
    let reason = form.get("reason").to_owned();
    let outcome = here
        .ask("ending an agreement on matching", move |desk, actor| {
            desk.end_agreement(actor, id, &reason)
        })
        .await;
    done(&here, &agreement, outcome).await
}

pub(super) async fn sample(here: Here, Path(run): Path<String>) -> Answer {
    let number: u64 = here.id(&run)?;
    let (run, pairs) = here
        .ask(
            "drawing a sample of the matcher's pairs",
            move |desk, actor| desk.sample_run(actor, number),
        )
        .await?;
    let title = format!("Run of {}", format::minute(run.at.micros()));
    let mut frame = desk_frame(&here.visitor, &title, "w");
    crumb(&mut frame, "Matcher", "/matching");
    crumb(&mut frame, "Agreements on matching", "/matching/agreements");
    let cites = match run.cites.is_empty() {
        true => "no agreement: the datasets are of one owner".to_owned(),
        false => run.cites.join(", "),
    };
    let facts = [
        ("Properties compared", run.fields.join(", ")),
        ("Under", cites),
        ("Records", format::count(run.records)),
        ("Pairs compared", format::count(run.candidates)),
        ("Proposals", format::count(run.proposals)),
    ];
    shown(&RunSample {
        frame,
        facts: facts.map(|(label, text)| (label.to_owned(), text)).into(),
        pairs: pairs
            .into_iter()
            .map(|pair| {
                let [a, b] = pair.keys.map(|(dataset, key)| format!("{dataset}/{key}"));
                PairRow {
                    a,
                    b,
                    probability: format!("{:.3}", pair.probability),
                    verdict: match pair.verdict.as_str() {
                        "" => "not yet".to_owned(),
                        word => word.to_owned(),
                    },
                }
            })
            .collect(),
    })
}
