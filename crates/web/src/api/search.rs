//! Searching inside a case, for a stated reason: things freely, persons by a selector only.

use axum::Json;
use axum::extract::State;
use desk::look_up::{Found, LookUp};
use desk::{Hit, Question, Sort};
use domain::case::SubjectKind;
use domain::id::CaseId;
use domain::policy::selector::Asked;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{At, Body, id, word};
use super::wire::{RefusalCard, StatedReason};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![routes!(search)]
}

/// A search. There is no field for a protected trait, and none that lists persons.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchQuestion {
    /// Why; the reason last given in this case when absent.
    reason: Option<StatedReason>,
    /// What is asked about a person.
    #[serde(default)]
    person: PersonAsked,
    /// Words to look for in things; `"words between quotes"` stand together. There is no query language.
    #[serde(default)]
    text: String,
    /// `persons`, `organisations`, `assets`, `papers`; when absent, all but persons.
    kinds: Option<Vec<String>>,
    /// Only things of this schema.
    schema: Option<String>,
    /// Only things of this dataset.
    dataset: Option<String>,
    /// Only things of this jurisdiction or with an address in this country.
    country: Option<String>,
    /// Only things with a date in this year or later.
    year_from: Option<i32>,
    /// Only things with a date in this year or earlier.
    year_to: Option<i32>,
    /// How many things to pass over. Persons are not paged.
    #[serde(default)]
    offset: usize,
    /// How many things to give, at most 100.
    #[serde(default = "twenty")]
    limit: usize,
    /// Also what is spelt nearly so or sounds so.
    #[serde(default = "yes")]
    fuzzy: bool,
    /// Also what is written so in another script.
    #[serde(default = "yes")]
    transliterate: bool,
    /// `relevance` or `name`.
    sort: Option<String>,
}

/// A selector about one person: an identifier, a contact, or a full name with one more detail.
#[derive(Deserialize, Default, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct PersonAsked {
    /// Full name.
    name: String,
    /// Register, tax, passport number and the like.
    identifier: String,
    /// Telephone number or mail address.
    contact: String,
    /// Birth date or year.
    birth: String,
    /// Street address.
    address: String,
    /// A named employer, company or co-party.
    associate: String,
}

/// What was found.
#[derive(Serialize, ToSchema)]
struct SearchAnswer {
    /// Things, unless only persons were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    things: Option<ThingsFound>,
    /// Persons, if they were asked for and looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    persons: Option<PersonsFound>,
    /// Why no persons were looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    persons_refused: Option<RefusalCard>,
    /// What may be missing of the datasets that were looked in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<String>,
}

/// Things on one page.
#[derive(Serialize, ToSchema)]
struct ThingsFound {
    /// The page asked for.
    hits: Vec<SearchHit>,
    /// How many there are in all.
    total: u64,
    /// How many are of each schema.
    by_schema: Vec<FacetCount>,
    /// How many are of each dataset.
    by_dataset: Vec<FacetCount>,
    /// How many are of each country.
    by_country: Vec<FacetCount>,
    /// The log entry up to which the index has followed.
    watermark: u64,
}

/// Persons found by a selector: never counted, never faceted.
#[derive(Serialize, ToSchema)]
struct PersonsFound {
    /// At most fifty.
    hits: Vec<SearchHit>,
    /// Whether there are more; how many is not told.
    more: bool,
    /// The log entry up to which the index has followed.
    watermark: u64,
}

/// How many of all hits are of one sort.
#[derive(Serialize, ToSchema)]
struct FacetCount {
    /// Which.
    word: String,
    /// How many.
    count: u64,
}

/// A record found.
#[derive(Serialize, ToSchema)]
struct SearchHit {
    /// Record.
    record: String,
    /// Its dataset.
    dataset: String,
    /// Its schema.
    schema: String,
    /// How it is called.
    caption: String,
    /// How well it agrees with the question; for ordering, no probability.
    score: f32,
    /// Whether every word stands in it as it was asked.
    exact: bool,
    /// The field in which it was found.
    matched: &'static str,
    /// The passage in which it was found.
    snippet: String,
    /// Byte ranges of the snippet that hold the words asked for.
    marks: Vec<SnippetMark>,
}

/// A range of bytes.
#[derive(Serialize, ToSchema)]
struct SnippetMark {
    /// First byte.
    from: usize,
    /// The byte behind the last.
    to: usize,
}

const fn twenty() -> usize {
    20
}

const fn yes() -> bool {
    true
}

impl SearchQuestion {
    pub(super) fn look_up(self) -> Result<LookUp, Problem> {
        let kinds = self.asked_kinds()?;
        let only_persons = kinds.iter().all(|kind| *kind == SubjectKind::Persons);
        if only_persons && self.offset > 0 {
            return Err(Problem::malformed(
                "offset",
                "persons are not paged: name one more detail instead",
            ));
        }
        let sort = match self.sort.as_deref() {
            None | Some("relevance") => Sort::Relevance,
            Some("name") => Sort::Name,
            Some(_) => {
                return Err(Problem::malformed(
                    "sort",
                    "is neither `relevance` nor `name`",
                ));
            }
        };
        let dataset = self
            .dataset
            .as_deref()
            .map(|text| id("dataset", text))
            .transpose()?;
        let PersonAsked {
            name,
            identifier,
            contact,
            birth,
            address,
            associate,
        } = self.person;
        Ok(LookUp {
            reason: self.reason.as_ref().map(StatedReason::stated).transpose()?,
            asked: Asked {
                name,
                identifier,
                contact,
                birth,
                address,
                associate,
            },
            question: Question {
                text: self.text,
                kinds,
                schema: self.schema,
                dataset,
                country: self.country,
                year_from: self.year_from,
                year_to: self.year_to,
                offset: self.offset,
                limit: self.limit,
                fuzzy: self.fuzzy,
                transliterate: self.transliterate,
                sort,
            },
        })
    }

    fn asked_kinds(&self) -> Result<Vec<SubjectKind>, Problem> {
        let Some(kinds) = &self.kinds else {
            return Ok(SubjectKind::ALL
                .into_iter()
                .filter(|kind| *kind != SubjectKind::Persons)
                .collect());
        };
        if kinds.is_empty() {
            return Err(Problem::malformed(
                "kinds",
                "names no kind of thing to look for",
            ));
        }
        kinds
            .iter()
            .map(|kind| word("kinds", kind, SubjectKind::from_word))
            .collect()
    }
}

impl SearchAnswer {
    fn of(found: Found) -> Self {
        let things = found.things.map(|things| ThingsFound {
            hits: things.hits.into_iter().map(SearchHit::of).collect(),
            total: things.total,
            by_schema: counts(things.facets.schema),
            by_dataset: counts(things.facets.dataset),
            by_country: counts(things.facets.country),
            watermark: things.watermark,
        });
        let (persons, persons_refused) = match found.persons {
            None => (None, None),
            Some(Err(refusal)) => (None, Some(RefusalCard::from(&refusal))),
            Some(Ok(persons)) => {
                let hits = persons.hits.into_iter().map(SearchHit::of).collect();
                (
                    Some(PersonsFound {
                        hits,
                        more: persons.more,
                        watermark: persons.watermark,
                    }),
                    None,
                )
            }
        };
        Self {
            things,
            persons,
            persons_refused,
            gaps: found.gaps,
        }
    }
}

impl SearchHit {
    fn of(hit: Hit) -> Self {
        Self {
            record: hit.record.to_string(),
            dataset: hit.dataset.to_string(),
            schema: hit.schema,
            caption: hit.caption,
            score: hit.score,
            exact: hit.exact,
            matched: hit.matched,
            snippet: hit.snippet,
            marks: hit
                .marks
                .into_iter()
                .map(|(from, to)| SnippetMark { from, to })
                .collect(),
        }
    }
}

fn counts(facet: Vec<(String, u64)>) -> Vec<FacetCount> {
    facet
        .into_iter()
        .map(|(word, count)| FacetCount { word, count })
        .collect()
}

/// Searches. Natural persons are found by a selector about them and by nothing else.
#[utoipa::path(
    post, path = "/api/cases/{case}/search", tag = "look-up", request_body = SearchQuestion,
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "What was found.", body = SearchAnswer), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn search(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(question): Body<SearchQuestion>,
) -> Result<Json<SearchAnswer>, Problem> {
    let look_up = question.look_up()?;
    let found = web
        .ask(move |desk| desk.look_up(&caller.actor(), case, &look_up))
        .await?;
    Ok(Json(SearchAnswer::of(found)))
}
