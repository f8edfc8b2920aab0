//! Versions of a case's report: drafting, remarks, another person's decision, and copies.

use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use desk::report_draft::Version;
use domain::authority::Role;
use domain::case::Membership;
use domain::disclosure::Disclosed;
use domain::id::{CaseId, ReportId};

use super::around::{Around, around, crumb};
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::stop::Stop;
use pages::format;
use pages::parts::{Choice, Field, FieldError, FieldKind, Tag, Tone, errors_of};
use pages::reports::{ReportVersion, Reports, VersionRow};

pub(super) async fn list(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = here.id(&case)?;
    let (around, versions, templates) = here
        .ask("reading the reports of this case", move |desk, actor| {
            Ok((
                around(desk, actor, case)?,
                desk.reports(actor, case)?,
                desk.templates(actor)?,
            ))
        })
        .await?;
    let names = templates.iter().map(|one| {
        let mut choice = Choice::new(&one.name, &one.name, "");
        choice.chosen = one.name == "full";
        choice
    });
    shown(&Reports {
        frame: around.frame(&here.visitor, "Reports", "p"),
        versions: versions
            .iter()
            .map(|version| row(&around, version))
            .collect(),
        draft: around.may_add().then(|| Reports::choice(names.collect())),
    })
}

fn state(version: &Version) -> Tag {
    match version.report.state() {
        "approved" if version.standing.stands() => Tag::new("approved", Tone::Confirmed),
        "approved" => Tag::new("approved, no longer current", Tone::Attention),
        "returned" => Tag::new("given back", Tone::Adverse),
        _ => Tag::new("draft", Tone::Plain),
    }
}

fn row(around: &Around, version: &Version) -> VersionRow {
    let report = &version.report;
    let drafted = format!(
        "drafted by {}, {}",
        around.name(report.by),
        format::minute(report.at.micros())
    );
    let ruled = ruled(around, version);
    VersionRow {
        title: format!("Version {}", report.version),
        href: format!("{}/reports/{}", around.href(), report.id),
        state: state(version),
        by: if ruled.is_empty() {
            drafted
        } else {
            format!("{drafted}. {ruled}")
        },
        stale: match version.standing.stands() {
            true => String::new(),
            false => "no longer stands".to_owned(),
        },
    }
}

fn ruled(around: &Around, version: &Version) -> String {
    let Some(ruling) = &version.report.ruling else {
        return String::new();
    };
    let said = if ruling.approved {
        "Approved"
    } else {
        "Given back"
    };
    let why = if ruling.words.is_empty() {
        String::new()
    } else {
        format!(": {}", ruling.words)
    };
    format!(
        "{said} by {} on {}{why}.",
        around.name(ruling.by),
        format::minute(ruling.at.micros())
    )
}

pub(super) async fn page(here: Here, Path((case, report)): Path<(String, String)>) -> Answer {
    let (case, report): (CaseId, ReportId) = (here.id(&case)?, here.id(&report)?);
    shown(&read(&here, case, report).await?)
}

async fn read(here: &Here, case: CaseId, report: ReportId) -> Result<ReportVersion, Stop> {
    let (around, version) = here
        .ask("reading a report", move |desk, actor| {
            Ok((
                around(desk, actor, case)?,
                desk.report_version(actor, case, report)?,
            ))
        })
        .await?;
    let title = format!("Report, version {}", version.report.version);
    let mut frame = around.frame(&here.visitor, &title, "p");
    crumb(&mut frame, "Reports", &format!("{}/reports", around.href()));
    let draft = version.report.ruling.is_none() && around.is_open();
    let own = version.report.by == here.visitor.actor.user;
    let supervisor = here.is(Role::Supervisor);
    let leads = around.case.membership == Some(Membership::Lead);
    let current =
        version.report.approval().is_some() && version.standing.stands() && around.is_open();
    let barred = match (draft, supervisor, own) {
        (true, _, true) => "You drafted it, so a supervisor other than you decides.",
        (true, false, _) => "A supervisor who did not draft it decides.",
        _ => "",
    };
    let mut standing = version.standing.unlawful.clone();
    standing.extend(version.standing.damaged.iter().cloned());
    standing.extend(version.standing.stale.iter().cloned());
    let comments = version.report.comments.iter();
    Ok(ReportVersion {
        frame,
        errors: Vec::new(),
        href: format!("{}/reports/{report}", around.href()),
        state: state(&version),
        by: format!(
            "Drafted by {} on {}.",
            around.name(version.report.by),
            format::minute(version.report.at.micros())
        ),
        ruled: ruled(&around, &version),
        sha256: version.report.sha256.clone(),
        standing,
        comments: comments
            .map(|one| {
                (
                    format!(
                        "{}, {}",
                        around.name(one.by),
                        format::minute(one.at.micros())
                    ),
                    one.words.clone(),
                )
            })
            .collect(),
        comment: (draft && (around.case.membership.is_some() || supervisor)).then(|| {
            Field::text("words", "Your remark")
                .kind(FieldKind::Area)
                .required()
        }),
        decide: (draft && supervisor && !own && version.newest)
            .then(|| Field::reason("What is missing, or does not follow.").id("give-back")),
        barred: barred.to_owned(),
        may_file: current && around.may_add(),
        disclose: match current && (leads || supervisor) {
            true => ReportVersion::accounting(),
            false => Vec::new(),
        },
        blocks: version.document.blocks,
    })
}

pub(super) async fn draft(Path(case): Path<String>, Sent { here, form }: Sent) -> Answer {
    let case: CaseId = here.id(&case)?;
    let href = format!("/cases/{case}/reports");
    let template = form.get("template").to_owned();
    let id = here
        .ask("drafting a report", move |desk, actor| {
            desk.draft_report(actor, case, &template)
        })
        .await
        .map_err(|stop| stop.back("Back to the reports", &href))?;
    go(&format!("{href}/{id}"))
}

pub(super) async fn comment(
    Path((case, report)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, report): (CaseId, ReportId) = (here.id(&case)?, here.id(&report)?);
    let href = format!("/cases/{case}/reports/{report}");
    let words = form.get("words").to_owned();
    here.ask("remarking on a report", move |desk, actor| {
        desk.comment_report(actor, case, report, &words)
    })
    .await
    .map_err(|stop| stop.back("Back to the report", &href))?;
    go(&format!("{href}#remarks"))
}

pub(super) async fn decide(
    Path((case, report)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, report): (CaseId, ReportId) = (here.id(&case)?, here.id(&report)?);
    let href = format!("/cases/{case}/reports/{report}");
    let approved = form.get("decision") == "approve";
    let (hash, words) = (form.get("sha256").to_owned(), form.get("reason").to_owned());
    here.ask("deciding on a report", move |desk, actor| {
        desk.decide_report(actor, case, report, approved, &hash, &words)
    })
    .await
    .map_err(|stop| stop.back("Back to the report", &href))?;
    go(&href)
}

pub(super) async fn pdf(here: Here, Path((case, report)): Path<(String, String)>) -> Answer {
    let (case, report): (CaseId, ReportId) = (here.id(&case)?, here.id(&report)?);
    let printed = here
        .ask("making a file of a report", move |desk, actor| {
            desk.print_report(actor, case, report)
        })
        .await
        .map_err(|stop| {
            stop.back(
                "Back to the report",
                &format!("/cases/{case}/reports/{report}"),
            )
        })?;
    file(&printed.name, printed.bytes)
}

fn file(name: &str, bytes: Vec<u8>) -> Answer {
    let attachment = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (CONTENT_DISPOSITION, attachment),
    ];
    Ok((headers, bytes).into_response())
}

pub(super) async fn file_it(
    Path((case, report)): Path<(String, String)>,
    Sent { here, .. }: Sent,
) -> Answer {
    let (case, report): (CaseId, ReportId) = (here.id(&case)?, here.id(&report)?);
    let item = here
        .ask("filing a report", move |desk, actor| {
            desk.file_report(actor, case, report)
        })
        .await
        .map_err(|stop| {
            stop.back(
                "Back to the report",
                &format!("/cases/{case}/reports/{report}"),
            )
        })?;
    go(&format!("/cases/{case}/evidence/{}", item.id))
}

pub(super) async fn disclose(
    Path((case, report)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, report): (CaseId, ReportId) = (here.id(&case)?, here.id(&report)?);
    let told = Disclosed {
        recipient: form.get("recipient").to_owned(),
        address: form.get("address").to_owned(),
        purpose: form.get("purpose").to_owned(),
        authority: form.get("authority").to_owned(),
        nature: form.get("nature").to_owned(),
    };
    let lines = form.get("redact").lines().map(str::trim);
    let passages: Vec<String> = lines
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    let outcome = here
        .ask("giving a copy of a report", move |desk, actor| {
            desk.disclose_report(actor, case, report, &told, &passages)
        })
        .await;
    match outcome {
        Ok(handed) => file(&handed.name, handed.bytes),
        Err(stop) => match stop.field() {
            Some((field, reason)) => again(&here, case, report, &form, field, &reason).await,
            None => Err(stop.back(
                "Back to the report",
                &format!("/cases/{case}/reports/{report}"),
            )),
        },
    }
}

/// The form once more, with what was typed and what is wrong.
async fn again(
    here: &Here,
    case: CaseId,
    report: ReportId,
    form: &Filled,
    field: &str,
    reason: &str,
) -> Answer {
    let mut page = read(here, case, report).await?;
    for one in &mut page.disclose {
        let name = one.name.clone();
        one.typed(form.get(&name), (name == field).then_some(reason));
    }
    let fields: Vec<&Field> = page.disclose.iter().collect();
    page.errors = errors_of(&fields);
    if page.errors.is_empty() {
        page.errors.push(FieldError {
            text: reason.to_owned(),
            ..FieldError::default()
        });
    }
    mended(&page)
}
