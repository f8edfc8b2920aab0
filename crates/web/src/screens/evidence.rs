//! Evidence: the register, filing an item, one item with its custody, and its bytes as an attachment.

use std::io::{Seek, SeekFrom, Write};

use axum::extract::multipart::{Field as Part, MultipartError};
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use desk::evidence::{HandOver, NewEvidence};
use desk::{Desk, DeskError, READ};
use domain::authority::Role;
use domain::case::{Custody, Evidence as Item};
use domain::id::{CaseId, EvidenceId, UserId};

use super::around::{Around, around, crumb};
use super::ask::{Answer, Filled, Here, Sent, go, not_from_here, shown, written};
use super::words;
use crate::Web;
use crate::guard::MOST_UPLOAD;
use crate::problem::Problem;
use crate::session::form_token_fits;
use pages::evidence::{CustodyRow, Evidence, EvidenceItem, EvidenceRow, Upload};
use pages::format;
use pages::inbox::RestsOn;
use pages::parts::{Choice, Field, Link, Notice, Tag, Tone, errors_of};

/// Items of the register on one page.
const ON_A_PAGE: u64 = 200;

pub(super) async fn list(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    let page = read(&here, case, query.get("from").parse().unwrap_or(0)).await?;
    shown(&page)
}

async fn read(here: &Here, case: CaseId, from: u64) -> Result<Evidence, super::stop::Stop> {
    let (around, items, many, marks) = here
        .ask("reading the evidence of this case", move |desk, actor| {
            let around = around(desk, actor, case)?;
            let (items, many) = desk.evidence_page(actor, case, from, ON_A_PAGE as usize)?;
            let marks = match items.is_empty() {
                true => Vec::new(),
                false => desk.document_marks(actor, case, None)?.marks,
            };
            Ok((around, items, many, marks))
        })
        .await?;
    let reader = here.visitor.actor.user;
    let marked = |item: &Item| {
        let on = marks.iter().filter(|mark| mark.evidence == item.id);
        let words: Vec<&str> = on
            .filter(|mark| mark.word != READ || mark.by == reader)
            .map(|mark| match mark.word.as_str() {
                READ => "read by you",
                tag => tag,
            })
            .collect();
        words.join(", ")
    };
    let rows = items
        .iter()
        .zip(from + 1..)
        .map(|(item, number)| EvidenceRow {
            marks: marked(item),
            ..row(&around, item, number)
        });
    let rows: Vec<EvidenceRow> = rows.collect();
    let href = format!("{}/evidence", around.href());
    let way = |label: &str, from: u64| Link::to(label, &format!("{href}?from={from}"));
    let last = from + rows.len() as u64;
    Ok(Evidence {
        frame: around.frame(&here.visitor, "Evidence", "e"),
        span: format!(
            "{} to {} of {}",
            format::count(from + 1),
            format::count(last),
            format::count(many)
        ),
        earlier: (from > 0).then(|| way("Filed before", from.saturating_sub(ON_A_PAGE))),
        later: (last < many).then(|| way("Filed after", last)),
        items: rows,
        search_href: around
            .case
            .membership
            .map(|_| format!("{}/documents", around.href()))
            .unwrap_or_default(),
        errors: Vec::new(),
        upload: around
            .may_add()
            .then(|| Upload::form(&format::bytes(MOST_UPLOAD as u64))),
    })
}

fn row(around: &Around, item: &Item, number: u64) -> EvidenceRow {
    EvidenceRow {
        number: format!("E-{number}"),
        title: item.name.clone(),
        href: format!("{}/evidence/{}", around.href(), item.id),
        kind: words::media(&item.media_type),
        size: format::bytes(item.size),
        sha256: format::short_hash(&item.sha256),
        filed: format!(
            "filed by {} on {}",
            around.name(item.by),
            format::day(item.at.micros())
        ),
        obtained: obtained(item),
        ..EvidenceRow::default()
    }
}

pub(super) fn obtained(item: &Item) -> String {
    format!(
        "{}; collected by {}, {}, {}",
        item.source,
        item.collector,
        format::date(&item.collected),
        item.place
    )
}

/// A filed form: its text fields, and its file lying in a temporary file that nobody else can open.
struct Handed {
    form: Filled,
    file: Option<(String, std::fs::File)>,
}

/// Longest text field.
const MOST_TEXT: usize = 64 << 10;
/// Bytes gathered before they are written.
const GATHERED: usize = 1 << 20;

pub(super) async fn add(
    State(web): State<Web>,
    here: Here,
    Path(case): Path<String>,
    request: Request,
) -> Answer {
    let case: CaseId = here.id(&case)?;
    let Ok(parts) = Multipart::from_request(request, &web).await else {
        return Ok(Problem::wrong_type("multipart/form-data").into_page());
    };
    let handed = match handed(&here, case, parts).await {
        Ok(handed) => handed,
        Err(response) => return Ok(response),
    };
    let form = &handed.form;
    if let Some(page) = missing(&here, case, &handed).await? {
        return Ok(written(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let (given, file) = handed.file.ok_or_else(|| {
        here.stop(
            "filing evidence",
            DeskError::malformed("file", "is missing"),
        )
    })?;
    let text = |name: &str| form.get(name).to_owned();
    let new = NewEvidence {
        name: if text("name").is_empty() {
            given
        } else {
            text("name")
        },
        source: text("source"),
        collector: text("collector"),
        collected: text("collected"),
        place: text("place"),
        tool: text("tool"),
        authority: text("authority"),
        declared_sha256: Some(text("sha256")).filter(|hash| !hash.is_empty()),
        key: None,
    };
    let taken = here
        .ask("filing evidence", move |desk: &Desk, actor| {
            let mut bytes = file;
            desk.add_evidence(actor, case, &new, &mut bytes)
        })
        .await;
    match taken {
        Ok(item) => go(&format!("/cases/{case}/evidence/{}?filed=1", item.id)),
        Err(stop) => match stop.field() {
            Some((field, reason)) => again(&here, case, form, field, &reason).await,
            None => Err(stop.back("Back to the evidence", &format!("/cases/{case}/evidence"))),
        },
    }
}

/// Reads the form. The token comes first; without it no byte of a file is read. Who may not add anything is refused by
/// the desk before the file is read, too.
async fn handed(here: &Here, case: CaseId, mut parts: Multipart) -> Result<Handed, Response> {
    let mut handed = Handed {
        form: Filled::default(),
        file: None,
    };
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name != "file" {
            let text = text(part).await?;
            handed.form.0.push((name, text));
            continue;
        }
        if !form_token_fits(&here.visitor, handed.form.get("csrf")) {
            return Err(not_from_here(here));
        }
        here.ask("filing evidence", move |desk, actor| {
            desk.surroundings(actor, case)
        })
        .await
        .map_err(IntoResponse::into_response)?;
        let given = part
            .file_name()
            .unwrap_or_default()
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .to_owned();
        let (file, size) = laid_down(part).await?;
        if size > 0 || !given.is_empty() {
            handed.file = Some((given, file));
        }
    }
    if !form_token_fits(&here.visitor, handed.form.get("csrf")) {
        return Err(not_from_here(here));
    }
    Ok(handed)
}

fn broken(error: MultipartError) -> Response {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::too_large().into_page()
    } else {
        Problem::malformed("file", "breaks off or is no form").into_page()
    }
}

async fn text(mut part: Part<'_>) -> Result<String, Response> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MOST_TEXT {
            return Err(Problem::too_large().into_page());
        }
    }
    String::from_utf8(bytes)
        .map_err(|_| Problem::malformed("form", "has a field that is not UTF-8").into_page())
}

/// Writes a part to a nameless file as it arrives; gives the file, wound back, and its size.
async fn laid_down(mut part: Part<'_>) -> Result<(std::fs::File, u64), Response> {
    let lost = |error: std::io::Error| {
        Problem::from(DeskError::Unavailable(error.to_string())).into_page()
    };
    let mut file = tempfile::tempfile().map_err(lost)?;
    let (mut gathered, mut size) = (Vec::with_capacity(GATHERED), 0u64);
    loop {
        let chunk = part.chunk().await.map_err(broken)?;
        let ended = chunk.is_none();
        if let Some(chunk) = chunk {
            size += chunk.len() as u64;
            gathered.extend_from_slice(&chunk);
        }
        if ended || gathered.len() >= GATHERED {
            let bytes = std::mem::take(&mut gathered);
            let wrote = tokio::task::spawn_blocking(move || {
                file.write_all(&bytes)?;
                if ended {
                    file.seek(SeekFrom::Start(0))?;
                }
                Ok(file)
            });
            file = wrote
                .await
                .map_err(std::io::Error::other)
                .and_then(|wrote| wrote)
                .map_err(lost)?;
        }
        if ended {
            return Ok((file, size));
        }
    }
}

const NEEDED: [(&str, &str); 6] = [
    ("source", "Say where it came from."),
    ("collector", "Say who collected it."),
    ("collected", "Say when it was collected."),
    ("place", "Say where it was collected."),
    (
        "tool",
        "Say with what it was collected; \u{201c}by hand\u{201d} is an answer.",
    ),
    (
        "authority",
        "Name the authority under which it was obtained.",
    ),
];

/// The form with what is missing in it; none when nothing is.
async fn missing(
    here: &Here,
    case: CaseId,
    handed: &Handed,
) -> Result<Option<Evidence>, super::stop::Stop> {
    let lacks = |name: &str| handed.form.get(name).is_empty();
    if handed.file.is_some() && NEEDED.iter().all(|(name, _)| !lacks(name)) {
        return Ok(None);
    }
    let mut page = read(here, case, 0).await?;
    if let Some(upload) = &mut page.upload {
        for field in upload.fields_mut() {
            field.value = handed.form.get(&field.name.clone()).to_owned();
            let reason = NEEDED
                .iter()
                .find(|(name, _)| *name == field.name && lacks(name));
            field.error = reason.map(|(_, reason)| (*reason).to_owned());
        }
        let again = "Choose the file. A browser forgets it when a form comes back.";
        upload.file.error = Some(again.to_owned());
        page.errors = errors_of(&upload.fields());
    }
    Ok(Some(page))
}

async fn again(here: &Here, case: CaseId, form: &Filled, at: &str, reason: &str) -> Answer {
    let mut page = read(here, case, 0).await?;
    if let Some(upload) = &mut page.upload {
        for field in upload.fields_mut() {
            field.value = form.get(&field.name.clone()).to_owned();
            field.error = (field.name == at).then(|| reason.to_owned());
        }
        page.errors = errors_of(&upload.fields());
    }
    Ok(written(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

pub(super) async fn item(
    here: Here,
    Path((case, item)): Path<(String, String)>,
    query: Filled,
) -> Answer {
    let (case, id): (CaseId, EvidenceId) = (here.id(&case)?, here.id(&item)?);
    let (around, told) = here
        .ask("reading an item of evidence", move |desk, actor| {
            Ok((
                around(desk, actor, case)?,
                desk.evidence_item(actor, case, id)?,
            ))
        })
        .await?;
    let holds = told.holder() == Some(here.visitor.actor.user) && around.may_add();
    let (item, custody) = (told.item, told.custody);
    let mut frame = around.frame(&here.visitor, &item.name, "e");
    crumb(
        &mut frame,
        "Evidence",
        &format!("{}/evidence", around.href()),
    );
    let receipt = query.has("filed", "1").then(|| Notice {
        text: format!(
            "Filed. {} were hashed as they arrived; the hash is below.",
            format::counted(item.size, "byte", "bytes")
        ),
        tone: Tone::Confirmed,
    });
    shown(&EvidenceItem {
        frame,
        receipt,
        number: format::short_hash(&item.id.to_string()),
        file: item.name.clone(),
        kind: format!(
            "{} ({}), told from its first bytes",
            words::media(&item.media_type),
            item.media_type
        ),
        size: format::counted(item.size, "byte", "bytes"),
        sha256: item.sha256.clone(),
        obtained: format!(
            "{}; with {}; under {}",
            obtained(&item),
            item.tool,
            item.authority
        ),
        bytes_href: around
            .case
            .membership
            .filter(|_| told.erasure.is_none())
            .map(|_| format!("{}/evidence/{}/bytes", around.href(), item.id)),
        text_href: around
            .case
            .membership
            .filter(|_| told.erasure.is_none())
            .map(|_| format!("{}/evidence/{}/view", around.href(), item.id))
            .unwrap_or_default(),
        erased: told.erasure.as_ref().map(|erasure| Notice {
            text: format!(
                "Erased by {} on {}: {}. Its number, its size and its hash are all that is left.",
                around.name(erasure.by),
                format::minute(erasure.at.micros()),
                erasure.reason
            ),
            tone: Tone::Information,
        }),
        checked: Tag::new(
            "its hash is checked each time the bytes are fetched",
            Tone::Information,
        ),
        custody: custody
            .iter()
            .rev()
            .map(|link| custody_row(&around, link))
            .collect(),
        rests: told
            .rests
            .iter()
            .map(|note| RestsOn {
                kind: words::note_kind(note.kind).text,
                title: note.title.clone(),
                href: format!("{}/notes/{}", around.href(), note.id),
                todo: String::new(),
            })
            .collect(),
        hand_over: match holds {
            true => EvidenceItem::handing(others(&around, here.visitor.actor.user)),
            false => Vec::new(),
        },
        hand_over_href: format!("{}/evidence/{}/custody", around.href(), item.id),
        unlawful: (here.is(Role::Supervisor) && told.erasure.is_none()).then(|| {
            Field::reason("The court or the fault. Do not repeat what the item says.")
                .id("unlawful")
        }),
        unlawful_href: format!("{}/evidence/{}/unlawful", around.href(), item.id),
        erase: (here.is(Role::RecordsOfficer)
            && told.erasure.is_none()
            && item.by != here.visitor.actor.user)
            .then(EvidenceItem::reason),
        erase_href: format!("{}/evidence/{}/erase", around.href(), item.id),
    })
}

/// Erases the item for the reason given, and goes back to what is left of it.
pub(super) async fn erase(
    Path((case, item)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, id): (CaseId, EvidenceId) = (here.id(&case)?, here.id(&item)?);
    let href = format!("/cases/{case}/evidence/{id}");
    let reason = form.get("reason").to_owned();
    here.ask("erasing an item of evidence", move |desk, actor| {
        desk.erase_evidence(actor, case, id, &reason)
    })
    .await
    .map_err(|stop| stop.back("Back to the item", &href))?;
    go(&href)
}

/// Everybody else of the team.
fn others(around: &Around, own: UserId) -> Vec<Choice> {
    let team = around.case.people.iter();
    team.filter(|(user, _)| *user != own && around.case.case.membership(*user).is_some())
        .map(|(user, _)| Choice::new(&user.to_string(), &around.name(*user), ""))
        .collect()
}

/// Hands the item over, and shows it again.
pub(super) async fn hand_over(
    Path((case, item)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let (case, id): (CaseId, EvidenceId) = (here.id(&case)?, here.id(&item)?);
    let href = format!("/cases/{case}/evidence/{id}");
    let handed = HandOver {
        to: here.id(form.get("to"))?,
        place: form.get("place").to_owned(),
        reason: form.get("why").to_owned(),
    };
    here.ask("handing an item of evidence over", move |desk, actor| {
        desk.hand_over_evidence(actor, case, id, &handed)
    })
    .await
    .map_err(|stop| stop.back("Back to the item", &href))?;
    go(&href)
}

fn custody_row(around: &Around, link: &Custody) -> CustodyRow {
    let act = match link.act.as_str() {
        "taken_in" => "taken in",
        "handed_over" => "handed over",
        "taken_over" => "taken over",
        other => other,
    };
    CustodyRow {
        when: format::minute(link.at.micros()),
        who: around.name(link.by),
        act: match link.place.as_str() {
            "" => format!("{act}, from {} to {}; {}", link.from, link.to, link.reason),
            place => format!(
                "{act}, from {} to {}, {place}; {}",
                link.from, link.to, link.reason
            ),
        },
        ..CustodyRow::default()
    }
}

/// The bytes, checked against their hash, as an attachment that no browser opens by itself.
pub(super) async fn bytes(here: Here, Path((case, item)): Path<(String, String)>) -> Answer {
    let (case, id): (CaseId, EvidenceId) = (here.id(&case)?, here.id(&item)?);
    let (item, bytes) = here
        .ask(
            "fetching the bytes of an item of evidence",
            move |desk, actor| desk.evidence_bytes(actor, case, id),
        )
        .await?;
    let name = super::ask::encoded(&item.name);
    let attachment = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}"))
        .unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        ),
        (CONTENT_DISPOSITION, attachment),
    ];
    Ok((headers, bytes).into_response())
}
