//! Wire types that several routes share.

use axum::Json;
use axum::http::header::LOCATION;
use axum::http::{HeaderName, StatusCode};
use domain::authority::{Purpose, Reason};
use domain::id::CaseId;
use domain::identity::{Reach, Verdict};
use domain::policy::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;

/// The id of what was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct Made {
    /// Its id.
    id: String,
}

/// The answer to having made something.
pub(crate) type MadeAnswer = (StatusCode, [(HeaderName, String); 1], Json<Made>);

/// Says what was made and where it is.
pub(crate) fn made(under: &str, id: &impl std::fmt::Display) -> MadeAnswer {
    let made = Made { id: id.to_string() };
    (
        StatusCode::CREATED,
        [(LOCATION, format!("{under}/{id}"))],
        Json(made),
    )
}

/// One value of one property of one record, as said by one dataset.
#[derive(Serialize, ToSchema)]
pub(crate) struct Statement {
    /// Its id, to be cited as `[[id]]`.
    id: String,
    /// The record it is about.
    record: String,
    /// Who says it.
    dataset: String,
    /// Schema of the record.
    schema: String,
    /// The property.
    property: String,
    /// The cleaned value; empty when it was erased.
    value: String,
    /// What the source wrote, where it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<String>,
    /// Language, where the source tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    /// The release in which it began.
    began: String,
    /// When that release became visible here.
    first_seen: String,
    /// When a release last repeated it.
    last_seen: String,
    /// The release in which it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    /// When that release became visible here.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    /// Whether an erasure has blanked it.
    erased: bool,
    /// For what it was found and is used in this case, where these differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    purposes: Vec<&'static str>,
}

impl Statement {
    /// The same, with the purposes for which its record was found and is used.
    pub(crate) fn used_for(self, purposes: &[Purpose]) -> Self {
        Self {
            purposes: purposes.iter().map(|purpose| purpose.word()).collect(),
            ..self
        }
    }
}

impl From<&domain::statement::Statement> for Statement {
    fn from(said: &domain::statement::Statement) -> Self {
        Self {
            id: said.id.to_string(),
            record: said.record.to_string(),
            dataset: said.dataset.to_string(),
            schema: said.schema.clone(),
            property: said.property.clone(),
            value: said.value.clone(),
            original: said.original.clone(),
            language: said.language.clone(),
            began: said.began.to_string(),
            first_seen: said.first_seen.to_rfc3339(),
            last_seen: said.last_seen.to_rfc3339(),
            ended: said.ended.map(|release| release.to_string()),
            ended_at: said.ended_at.map(|at| at.to_rfc3339()),
            erased: said.erased,
            purposes: Vec::new(),
        }
    }
}

/// A citation that stands: a note of this case rests on a statement.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reliance {
    /// Its id.
    id: String,
    /// The note or finding.
    note: String,
    /// The statement cited.
    statement: String,
    /// Its record.
    record: String,
    /// Its property.
    property: String,
    /// When it was cited.
    since: String,
}

impl From<&domain::watch::Reliance> for Reliance {
    fn from(reliance: &domain::watch::Reliance) -> Self {
        Self {
            id: reliance.id.to_string(),
            note: reliance.note.to_string(),
            statement: reliance.statement.to_string(),
            record: reliance.record.to_string(),
            property: reliance.property.clone(),
            since: reliance.since.to_rfc3339(),
        }
    }
}

/// A person's judgement on a pair of records.
#[derive(Serialize, ToSchema)]
pub(crate) struct Judgement {
    /// Its id.
    id: String,
    /// One record.
    a: String,
    /// The other.
    b: String,
    /// `same`, `different`, `unsure`, or `challenged`.
    verdict: &'static str,
    /// Who said it.
    by: String,
    /// When.
    at: String,
    /// Why, in that person's words; told in the case where it was made and nowhere else.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// `shared` with every case, or `case` for this one alone.
    reach: &'static str,
    /// The machine's probability at that time, where there was a proposal.
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
}

impl Judgement {
    /// A judgement as the team of a case sees it.
    pub(crate) fn seen_in(case: CaseId, judgement: &domain::identity::Judgement) -> Self {
        Self {
            id: judgement.id.to_string(),
            a: judgement.pair.low().to_string(),
            b: judgement.pair.high().to_string(),
            verdict: verdict_word(judgement.verdict),
            by: judgement.by.to_string(),
            at: judgement.at.to_rfc3339(),
            reason: (judgement.made_in == case).then(|| judgement.reason.clone()),
            reach: match judgement.reach {
                Reach::Shared => "shared",
                Reach::Case(_) => "case",
            },
            probability: judgement.probability,
        }
    }
}

pub(crate) const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "same",
        Verdict::Different => "different",
        Verdict::Unsure => "unsure",
        Verdict::Challenged => "challenged",
    }
}

/// Finds the verdict of a word.
pub(crate) fn verdict_of(word: &str) -> Option<Verdict> {
    [Verdict::Same, Verdict::Different, Verdict::Unsure]
        .into_iter()
        .find(|verdict| verdict_word(*verdict) == word)
}

/// The releases in which the two records of a pair last changed, as they were seen.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeenReleases {
    /// Of the record `a`.
    pub(crate) a: String,
    /// Of the record `b`.
    pub(crate) b: String,
}

/// Why one look-up is made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatedReason {
    /// The line of inquiry of the case that it serves.
    pub(crate) line: String,
    /// What this look-up should settle, in the person's own words.
    pub(crate) settles: String,
}

impl StatedReason {
    /// The reason, if both parts say something.
    pub(crate) fn stated(&self) -> Result<Reason, Problem> {
        Reason::new(&self.line, &self.settles).ok_or_else(|| {
            Problem::malformed(
                "reason",
                "says nothing: name the line of inquiry and what this should settle",
            )
        })
    }
}

/// Why a part of a question was not answered.
#[derive(Serialize, ToSchema)]
pub(crate) struct RefusalCard {
    /// Name of the rule.
    rule: String,
    /// The rule in plain words.
    says: String,
    /// What would make it possible.
    remedy: String,
    /// Where the rule comes from.
    law: String,
}

impl From<&Refusal> for RefusalCard {
    fn from(refusal: &Refusal) -> Self {
        Self {
            rule: refusal.rule.clone(),
            says: refusal.says.clone(),
            remedy: refusal.remedy.clone(),
            law: refusal.law.clone(),
        }
    }
}
