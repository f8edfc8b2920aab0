//! Search inside a case: the reason first, then things freely or one person by a selector.

use axum::extract::Path;
use axum::http::StatusCode;
use desk::look_up::{Found, LookUp};
use desk::record::RecordPage;
use desk::{Desk, DeskError, Question};
use domain::authority::{Actor, Reason, Role};
use domain::case::{Membership, SubjectKind};
use domain::id::{CaseId, RecordId};
use domain::policy::selector::Asked;

use super::around::{Around, around};
use super::ask::{Answer, Filled, Here, shown, written};
use super::new_case::{lines_of_inquiry, set};
use super::stop::sentence;
use super::{record, search_results, typed, words};
use crate::problem::refusal_card;
use pages::parts::{Choice, Field, FieldKind, errors_of};
use pages::search::{ReasonLine, Search};

/// Schemata offered as a filter, the commonest first.
const SCHEMATA: [&str; 12] = [
    "Company",
    "Organization",
    "PublicBody",
    "Vessel",
    "Contract",
    "Payment",
    "RealEstate",
    "Document",
    "Email",
    "Sanction",
    "Position",
    "Address",
];

/// Hits on one page.
const PAGE: usize = 20;

/// What came of a question.
struct Asking {
    around: Around,
    found: Option<Result<Found, DeskError>>,
    preview: Option<RecordPage>,
}

pub(super) async fn page(here: Here, Path(case): Path<String>, query: Filled) -> Answer {
    let case: CaseId = here.id(&case)?;
    let persons = query.get("for") == "person";
    let reason = Reason::new(query.get("line"), query.get("settle"));
    let look_up = asks(&query, persons).then(|| look_up(&query, persons, reason.clone()));
    let asked = look_up.is_some();
    let preview: Option<RecordId> = query.get("preview").parse().ok();
    let ready = look_up.filter(|_| reason.is_some());
    let asking = here
        .ask("searching in this case", move |desk, actor| {
            ask(desk, actor, case, ready, preview)
        })
        .await?;
    let mut page = empty(&here, &asking.around, persons);
    fill(&mut page, &query);
    if asked && reason.is_none() {
        missing_reason(&mut page, &query);
        return Ok(written(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let (around, preview) = (&asking.around, asking.preview);
    match asking.found {
        None => shown(&page),
        Some(Err(DeskError::Refused(refusal))) => {
            page.refusal = Some(pages::parts::Refusal {
                title: "This look-up was not made".to_owned(),
                what: what(persons).to_owned(),
                ..refusal_card(&refusal)
            });
            Ok(written(StatusCode::FORBIDDEN, &page))
        }
        Some(Err(DeskError::Malformed {
            field: "selector",
            reason,
        })) => {
            page.refusal = Some(no_selector(&reason));
            Ok(written(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Some(Err(DeskError::Malformed { reason, .. })) => {
            page.words.error = Some(sentence(&reason));
            page.errors = errors_of(&[&page.words]);
            Ok(written(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Some(Err(error)) => Err(here.stop("searching in this case", error)),
        Some(Ok(found)) => {
            search_results::show(&mut page, around, &query, &found, persons);
            if leads(&here, around) {
                let kept = query.query_with("preview", "");
                page.table_href = format!("{}/search/table?{kept}", around.href());
            }
            page.preview = preview.map(|found| {
                let close = format!(
                    "{}/search?{}",
                    around.href(),
                    query.query_with("preview", "")
                );
                record::preview(around, &found, &close)
            });
            shown(&page)
        }
    }
}

fn ask(
    desk: &Desk,
    actor: &Actor,
    case: CaseId,
    look_up: Option<LookUp>,
    preview: Option<RecordId>,
) -> Result<Asking, DeskError> {
    let around = around(desk, actor, case)?;
    let found = look_up.map(|look_up| desk.look_up(actor, case, &look_up));
    let preview = match (&found, preview) {
        (Some(Ok(_)), Some(record)) => Some(desk.record(actor, case, record, None)?),
        _ => None,
    };
    Ok(Asking {
        around,
        found,
        preview,
    })
}

/// Whether the reader may give what is found out as a file.
fn leads(here: &Here, around: &Around) -> bool {
    let lead = around.case.membership == Some(Membership::Lead);
    around.is_open() && (lead || here.is(Role::Supervisor))
}

/// Whether anything is asked at all; an address without a question is the empty form.
fn asks(query: &Filled, persons: bool) -> bool {
    let names: &[&str] = if persons {
        &["identifier", "name", "birth", "address", "tied_to"]
    } else {
        &["q", "schema", "dataset", "country"]
    };
    query.has("ask", "1") || names.iter().any(|name| !query.get(name).is_empty())
}

pub(super) fn look_up(query: &Filled, persons: bool, reason: Option<Reason>) -> LookUp {
    let asked = |name: &str| query.get(name).to_owned();
    if persons {
        let identifier = asked("identifier");
        let contact = identifier.contains('@') || identifier.starts_with('+');
        return LookUp {
            reason,
            asked: Asked {
                name: asked("name"),
                contact: if contact {
                    identifier.clone()
                } else {
                    String::new()
                },
                identifier: if contact { String::new() } else { identifier },
                birth: typed::partial(query.get("birth")),
                address: asked("address"),
                associate: asked("tied_to"),
            },
            question: Question {
                kinds: vec![SubjectKind::Persons],
                ..Question::of("")
            },
        };
    }
    let page: usize = query.get("page").parse().unwrap_or(1);
    let filter = |name: &str| Some(asked(name)).filter(|value| !value.is_empty());
    LookUp {
        reason,
        asked: Asked::default(),
        question: Question {
            kinds: vec![
                SubjectKind::Organisations,
                SubjectKind::Assets,
                SubjectKind::Papers,
            ],
            schema: filter("schema"),
            dataset: query.get("dataset").parse().ok(),
            country: filter("country"),
            offset: page.saturating_sub(1).min(500) * PAGE,
            limit: PAGE,
            ..Question::of(query.get("q"))
        },
    }
}

/// The empty form for things or for a person.
fn empty(here: &Here, around: &Around, persons: bool) -> Search {
    let file = &around.case.case;
    let lines = lines_of_inquiry(&file.predicate);
    let choices: Vec<Choice> = lines
        .iter()
        .map(|line| Choice::new(line, line, ""))
        .collect();
    let mut reason = ReasonLine::form(
        file.purpose.map_or("no purpose", |purpose| purpose.title()),
        file.legal_basis
            .map_or("no legal basis", |basis| basis.title()),
        choices,
    );
    if lines.is_empty() {
        reason.line = Field::text("line", "Line of inquiry").required();
    }
    let last = around.case.last_line.clone().unwrap_or_default();
    let only = if lines.len() == 1 {
        lines.first().cloned().unwrap_or_default()
    } else {
        last
    };
    set(&mut reason.line, &only);
    let frame = around.frame(&here.visitor, "Search", "s");
    if persons {
        return Search::for_person(frame, reason);
    }
    let kinds = SCHEMATA
        .iter()
        .map(|name| Choice::new(name, &words::schema(name), ""))
        .collect();
    Search::for_thing(frame, reason, kinds)
}

/// Keeps what was typed. What the look-up should settle is kept only as far as it was typed for this very look-up.
fn fill(page: &mut Search, query: &Filled) {
    let selector = &mut page.selector;
    let fields = [
        &mut page.reason.line,
        &mut page.reason.settle,
        &mut page.words,
        &mut page.schema,
        &mut selector.identifier,
        &mut selector.name,
        &mut selector.birth,
        &mut selector.address,
        &mut selector.tied_to,
    ];
    for field in fields {
        let name = field.name.clone();
        let given = query.get(&name);
        if !name.is_empty() && !given.is_empty() {
            set(field, given);
        }
    }
    if page.selector.birth.kind == FieldKind::Date && !query.get("birth").is_empty() {
        let read = pages::format::date(&typed::partial(query.get("birth")));
        page.selector.birth.understood = Some(read);
    }
}

fn missing_reason(page: &mut Search, query: &Filled) {
    if query.get("line").is_empty() {
        page.reason.line.error =
            Some("Choose the line of inquiry that this look-up serves.".to_owned());
    }
    if Reason::new("any", query.get("settle")).is_none() {
        page.reason.settle.error =
            Some("Say in your own words what this look-up should settle.".to_owned());
    }
    page.errors = errors_of(&[&page.reason.line, &page.reason.settle]);
}

const fn what(persons: bool) -> &'static str {
    if persons {
        "Looking up a person in this case."
    } else {
        "Searching in this case."
    }
}

/// Why nobody was looked for.
pub(super) fn no_selector(reason: &str) -> pages::parts::Refusal {
    pages::parts::Refusal {
        title: "No persons were looked for".to_owned(),
        what: what(true).to_owned(),
        rule: sentence(reason),
        rule_name: "persons.selector".to_owned(),
        rule_source: "GDPR art. 5(1)(c); Directive (EU) 2016/680 art. 4(1)(c)".to_owned(),
        possible: vec![
            "Add one more detail beside the full name: a birth date or year, the street address, or a named employer or co-party.".to_owned(),
            "Or give an identifier, a telephone number or a mail address.".to_owned(),
        ],
        ..pages::parts::Refusal::default()
    }
}
