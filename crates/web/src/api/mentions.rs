//! Mentions in the text of documents: looked for, listed, judged.

use axum::Json;
use axum::extract::State;
use desk::MentionLine;
use desk::mentions::MentionFilter;
use desk::named::NamedRun;
use domain::id::{CaseId, MentionId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::request::{Asking, At, Body, id};
use super::wire::StatedReason;
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(list_mentions, find_mentions),
        routes!(judge_mention),
    ]
}

/// What was found in the documents of a case.
#[derive(Serialize, ToSchema)]
struct MentionList {
    /// How many there are of each kind.
    kinds: Vec<MentionKind>,
    /// In the order of the documents, at most 50.
    mentions: Vec<Mention>,
}

/// How many mentions there are of a kind.
#[derive(Serialize, ToSchema)]
struct MentionKind {
    /// The kind.
    kind: String,
    /// How many.
    count: u64,
}

/// Something found in a text: a proposal until somebody has judged it.
#[derive(Serialize, ToSchema)]
struct Mention {
    /// Id.
    id: String,
    /// The item.
    item: String,
    /// Its name.
    name: String,
    /// The file inside; empty for the item itself.
    part: String,
    /// The page.
    page: u64,
    /// Characters of the page's text before it.
    from: usize,
    /// What it is: `iban`, `lei`, `imo`, `email`, `money`, `date`, `subject`, `name`, `vessel` and others.
    kind: String,
    /// The words.
    quote: String,
    /// Their normal form.
    value: String,
    /// Why it is taken for that.
    reasons: String,
    /// The record of the case's subject that it may name.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    /// `open`, `accepted` or `rejected`.
    state: &'static str,
    /// The passage that was marked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    passage: Option<String>,
}

/// Which mentions.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MentionsAsked {
    /// Of one kind.
    #[serde(default)]
    kind: String,
    /// `open`, `accepted` or `rejected`.
    #[serde(default)]
    state: String,
    /// Of one item.
    #[serde(default)]
    item: String,
    /// How many to leave out.
    #[serde(default)]
    from: u64,
}

/// Where to look.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MentionsWanted {
    /// One item; all when absent.
    item: Option<String>,
    /// Whether names of the datasets that the case may use are looked for too: a look-up, with a reason like any other.
    #[serde(default)]
    datasets: bool,
    /// Why, where datasets are asked; the reason last given in this case when absent.
    reason: Option<StatedReason>,
}

/// What a run came to.
#[derive(Serialize, ToSchema)]
struct MentionsFound {
    /// Items looked through.
    items: u64,
    /// Pages looked through.
    pages: u64,
    /// Mentions that were not known before.
    found: u64,
    /// Records of datasets whose names stand there, where these were asked.
    records: u64,
    /// Natural persons among them, each with a detail that stands there too; at most 50.
    persons: u64,
    /// Whether more persons are named there than are told.
    more_persons: bool,
}

/// A judgement on a mention.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MentionJudged {
    /// Whether it is what it was taken for.
    accepted: bool,
    /// Why.
    reason: String,
}

/// What a judgement left.
#[derive(Serialize, ToSchema)]
struct MentionAccepted {
    /// The passage that can be cited, where it was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    passage: Option<String>,
}

impl From<&MentionLine> for Mention {
    fn from(line: &MentionLine) -> Self {
        let found = &line.mention;
        Self {
            id: found.id.to_string(),
            item: found.evidence.to_string(),
            name: line.name.clone(),
            part: found.part.clone(),
            page: found.place.page,
            from: found.place.from,
            kind: found.kind.clone(),
            quote: found.quote.clone(),
            value: found.value.clone(),
            reasons: found.reasons.clone(),
            record: found.record.map(|record| record.to_string()),
            state: match &line.judged {
                None => "open",
                Some(judged) if judged.accepted => "accepted",
                Some(_) => "rejected",
            },
            passage: line
                .judged
                .as_ref()
                .and_then(|judged| judged.passage)
                .map(|passage| passage.to_string()),
        }
    }
}

/// Lists mentions of a case.
#[utoipa::path(
    get, path = "/api/cases/{case}/mentions", tag = "evidence",
    params(("case" = String, Path, description = "Case"), MentionsAsked),
    responses((status = 200, description = "Mentions.", body = MentionList), Stops),
    extensions(("x-admits" = json!(["member"])))
)]
async fn list_mentions(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Asking(asked): Asking<MentionsAsked>,
) -> Result<Json<MentionList>, Problem> {
    let filter = MentionFilter {
        item: match asked.item.as_str() {
            "" => None,
            item => Some(id("item", item)?),
        },
        kind: asked.kind,
        state: asked.state,
        offset: asked.from,
    };
    let page = web
        .ask(move |desk| desk.mentions(&caller.actor(), case, &filter))
        .await?;
    let kinds = page.kinds.into_iter();
    Ok(Json(MentionList {
        kinds: kinds
            .map(|(kind, count)| MentionKind { kind, count })
            .collect(),
        mentions: page.lines.iter().map(Mention::from).collect(),
    }))
}

/// Looks for mentions in one item or in all that were read, with names of datasets where that is asked for; keeps proposals
/// and nothing else.
#[utoipa::path(
    post, path = "/api/cases/{case}/mentions", tag = "evidence", request_body = MentionsWanted,
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "Looked for.", body = MentionsFound), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn find_mentions(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<MentionsWanted>,
) -> Result<Json<MentionsFound>, Problem> {
    let item = given.item.map(|item| id("item", &item)).transpose()?;
    let reason = given
        .reason
        .as_ref()
        .map(StatedReason::stated)
        .transpose()?;
    let told = web
        .ask(move |desk| match given.datasets {
            true => desk.find_names(&caller.actor(), case, item, reason.as_ref()),
            false => Ok(NamedRun {
                run: desk.find_mentions(&caller.actor(), case, item)?,
                ..NamedRun::default()
            }),
        })
        .await?;
    Ok(Json(MentionsFound {
        items: told.run.items,
        pages: told.run.pages,
        found: told.run.found,
        records: told.records,
        persons: told.persons,
        more_persons: told.more_persons,
    }))
}

/// Judges a mention; accepting it marks its passage.
#[utoipa::path(
    post, path = "/api/cases/{case}/mentions/{mention}/judgement", tag = "evidence", request_body = MentionJudged,
    params(("case" = String, Path, description = "Case"), ("mention" = String, Path, description = "Mention")),
    responses((status = 200, description = "Judged.", body = MentionAccepted), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn judge_mention(
    caller: Caller,
    State(web): State<Web>,
    At((case, mention)): At<(CaseId, MentionId)>,
    Body(given): Body<MentionJudged>,
) -> Result<Json<MentionAccepted>, Problem> {
    let passage = web
        .ask(move |desk| {
            desk.judge_mention(
                &caller.actor(),
                case,
                mention,
                given.accepted,
                &given.reason,
            )
        })
        .await?;
    Ok(Json(MentionAccepted {
        passage: passage.map(|passage| passage.to_string()),
    }))
}
