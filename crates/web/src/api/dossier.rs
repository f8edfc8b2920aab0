//! Everything on one subject, what a case held at a moment in one number, and intelligence with its labels.

use axum::Json;
use axum::extract::State;
use desk::dossier::{Coverage, Dossier};
use desk::intelligence::NewIntelligence;
use domain::case::NoteKind;
use domain::id::{CaseId, SubjectId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::answers::Stops;
use super::records::KnownOn;
use super::request::{Asking, At, Body, id, known_on};
use super::special::SpecialMasked;
use super::wire::{Made, MadeAnswer, Statement, made};
use crate::Web;
use crate::problem::Problem;
use crate::session::Caller;

pub(super) fn routes() -> Vec<UtoipaMethodRouter<Web>> {
    vec![
        routes!(read_subject),
        routes!(read_digest),
        routes!(list_intelligence, add_intelligence),
    ]
}

/// The moment of a view, and a day on which links are to have been so.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BothClocks {
    /// What was known here at that moment (RFC 3339); now when absent.
    known_on: Option<String>,
    /// Only links that were so on that day (`2019-05-03`); all when absent.
    so_on: Option<String>,
}

/// Everything on one subject of a case.
#[derive(Serialize, ToSchema)]
struct SubjectDossier {
    /// Id of the subject.
    id: String,
    /// How it is called.
    caption: String,
    /// What it is to the case, as of the moment.
    role: &'static str,
    /// On what basis.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<String>,
    /// Each role it was given, the first first.
    history: Vec<RoleGiven>,
    /// The identity to which it belongs.
    identity: String,
    /// What sources say: facts as asserted, each with its source.
    values: Vec<DossierValue>,
    /// Properties of which a thing has one only and of which sources say several.
    contradictions: Vec<DossierContradiction>,
    /// Links.
    links: Vec<DossierLink>,
    /// Whether links were left out: 200, and 50 to persons, are told.
    links_left_out: bool,
    /// How many links were not so on the day asked for.
    not_so_on: usize,
    /// Notes, findings and assessments that rest on it; an assessment names its author.
    notes: Vec<DossierNote>,
    /// Alerts about it.
    alerts: Vec<DossierAlert>,
    /// Where documents name it.
    mentions: Vec<DossierMention>,
    /// Intelligence held about it, with its labels.
    intelligence: Vec<IntelligenceItem>,
    /// What is set aside beside its records of special categories, masked; none unless it is a suspect on an approved basis.
    special: Vec<SpecialMasked>,
    /// Disclosures in which one of its records went out.
    disclosures: Vec<String>,
    /// Which sources were asked, how fresh they are, and what came back.
    coverage: Vec<DossierCoverage>,
}

/// A role that was given.
#[derive(Serialize, ToSchema)]
struct RoleGiven {
    /// The role.
    role: &'static str,
    /// On what basis.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<String>,
    /// By whom.
    by: String,
    /// When.
    at: String,
}

/// A value of a subject.
#[derive(Serialize, ToSchema)]
struct DossierValue {
    /// `fact`: a source asserts it. An assessment is never among the values.
    kind: &'static str,
    /// The statement.
    #[serde(flatten)]
    statement: Statement,
}

/// Values of one property that cannot all be so.
#[derive(Serialize, ToSchema)]
struct DossierContradiction {
    /// The property.
    property: String,
    /// Each value with the statements that say it.
    values: Vec<SaidBy>,
}

/// A value and who says it.
#[derive(Serialize, ToSchema)]
struct SaidBy {
    /// The value.
    value: String,
    /// The statements.
    statements: Vec<String>,
}

/// A link of a subject.
#[derive(Serialize, ToSchema)]
struct DossierLink {
    /// The record that says so.
    edge: String,
    /// Its schema.
    schema: String,
    /// Whether the subject is the one pointed at.
    inward: bool,
    /// The record at the other end.
    other: String,
    /// How it is called.
    caption: String,
    /// Since when, as written.
    #[serde(skip_serializing_if = "String::is_empty")]
    start: String,
    /// Until when, as written.
    #[serde(skip_serializing_if = "String::is_empty")]
    end: String,
    /// Its dataset.
    dataset: String,
}

/// A note, finding or assessment.
#[derive(Serialize, ToSchema)]
struct DossierNote {
    /// Id.
    id: String,
    /// `note`, `fact` or `assessment`.
    kind: &'static str,
    /// Title.
    title: String,
    /// Who wrote it; of an assessment whose view it is.
    author: String,
    /// When.
    at: String,
}

/// An alert about a subject.
#[derive(Serialize, ToSchema)]
struct DossierAlert {
    /// Id.
    id: String,
    /// When it was raised.
    raised: String,
    /// Whether somebody has seen it.
    seen: bool,
}

/// Where a document names a subject.
#[derive(Serialize, ToSchema)]
struct DossierMention {
    /// Id.
    id: String,
    /// The item of evidence.
    evidence: String,
    /// Its name.
    name: String,
    /// The page.
    page: u64,
    /// The words.
    quote: String,
    /// Whether a person has accepted it; otherwise it is the machine's proposal.
    accepted: bool,
}

/// One source.
#[derive(Serialize, ToSchema)]
struct DossierCoverage {
    /// The dataset.
    dataset: String,
    /// Its title.
    title: String,
    /// Whether the case may ask it now.
    may_ask: bool,
    /// Label of its newest release.
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<String>,
    /// When that became visible here.
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
    /// How many of the subject's records are of it.
    records: usize,
    /// When it was last seen to say something of the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen: Option<String>,
    /// Look-ups with the subject's name that found nothing.
    nothing: Vec<FoundNothing>,
    /// How many gaps its deliveries have.
    gaps: usize,
}

/// A look-up that found nothing.
#[derive(Serialize, ToSchema)]
struct FoundNothing {
    /// What was asked.
    asked: String,
    /// When.
    at: String,
    /// By whom.
    by: String,
}

/// An item of intelligence. It is an assessment and never a fact.
#[derive(Serialize, ToSchema)]
struct IntelligenceItem {
    /// Id.
    id: String,
    /// Always `assessment`.
    kind: &'static str,
    /// Whom it is about, where it is about a subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// What is said.
    words: String,
    /// `sensitive`, `confidential`, `restricted` or `open`.
    sensitivity: &'static str,
    /// `reliable`, `usually_reliable`, `unreliable` or `unknown`.
    reliability: &'static str,
    /// `confirmed`, `probable`, `doubtful` or `cannot_be_judged`.
    validity: &'static str,
    /// The body that submitted it.
    body: String,
    /// Who entered it.
    by: String,
    /// When.
    at: String,
}

impl From<desk::HeldIntelligence> for IntelligenceItem {
    fn from(item: desk::HeldIntelligence) -> Self {
        Self {
            id: item.id.to_string(),
            kind: "assessment",
            subject: item.subject.map(|subject| subject.to_string()),
            words: item.words,
            sensitivity: item.sensitivity.word(),
            reliability: item.reliability.word(),
            validity: item.validity.word(),
            body: item.body,
            by: item.by.to_string(),
            at: item.at.to_rfc3339(),
        }
    }
}

impl From<Coverage> for DossierCoverage {
    fn from(source: Coverage) -> Self {
        let (release, published) = source.newest.unzip();
        Self {
            dataset: source.dataset.id.to_string(),
            title: source.dataset.title,
            may_ask: source.may_ask,
            release,
            published: published.map(|at| at.to_rfc3339()),
            records: source.records,
            last_seen: source.last_seen.map(|at| at.to_rfc3339()),
            nothing: source
                .nothing
                .into_iter()
                .map(|one| FoundNothing {
                    asked: one.asked,
                    at: one.at.to_rfc3339(),
                    by: one.by.to_string(),
                })
                .collect(),
            gaps: source.gaps,
        }
    }
}

impl From<Dossier> for SubjectDossier {
    fn from(found: Dossier) -> Self {
        let given = |subject: &domain::case::Subject| RoleGiven {
            role: subject.role.word(),
            basis: subject.basis.clone(),
            by: subject.by.to_string(),
            at: subject.at.to_rfc3339(),
        };
        let values = found.members.iter().flat_map(|member| &member.statements);
        Self {
            id: found.subject.id.to_string(),
            caption: found.caption,
            role: found.subject.role.word(),
            basis: found.subject.basis.clone(),
            history: found.history.iter().map(given).collect(),
            identity: found.identity.to_string(),
            values: values
                .map(|said| DossierValue {
                    kind: NoteKind::Fact.word(),
                    statement: Statement::from(said),
                })
                .collect(),
            contradictions: found
                .contradictions
                .into_iter()
                .map(|one| DossierContradiction {
                    property: one.property.1,
                    values: one
                        .values
                        .into_iter()
                        .map(|(value, statements)| SaidBy {
                            value,
                            statements: statements.iter().map(ToString::to_string).collect(),
                        })
                        .collect(),
                })
                .collect(),
            links: found
                .links
                .into_iter()
                .map(|one| DossierLink {
                    edge: one.link.edge.to_string(),
                    schema: one.link.edge_schema,
                    inward: one.link.inward,
                    other: one.link.other.to_string(),
                    caption: one.link.other_caption,
                    start: one.start,
                    end: one.end,
                    dataset: one.dataset.to_string(),
                })
                .collect(),
            links_left_out: found.links_left_out,
            not_so_on: found.not_so_on,
            notes: found
                .notes
                .into_iter()
                .map(|note| DossierNote {
                    id: note.id.to_string(),
                    kind: note.kind.word(),
                    title: note.title,
                    author: note.by.to_string(),
                    at: note.at.to_rfc3339(),
                })
                .collect(),
            alerts: found
                .alerts
                .into_iter()
                .map(|line| DossierAlert {
                    id: line.row.alert.id.to_string(),
                    raised: line.row.alert.raised.to_rfc3339(),
                    seen: line.row.seen_by.is_some(),
                })
                .collect(),
            mentions: found
                .mentions
                .into_iter()
                .map(|line| DossierMention {
                    id: line.mention.id.to_string(),
                    evidence: line.mention.evidence.to_string(),
                    name: line.name,
                    page: line.mention.place.page,
                    quote: line.mention.quote,
                    accepted: line.judged.is_some(),
                })
                .collect(),
            intelligence: found
                .intelligence
                .into_iter()
                .map(IntelligenceItem::from)
                .collect(),
            special: found.special.iter().map(SpecialMasked::of).collect(),
            disclosures: found
                .disclosed
                .iter()
                .map(|line| line.id.to_string())
                .collect(),
            coverage: found
                .coverage
                .into_iter()
                .map(DossierCoverage::from)
                .collect(),
        }
    }
}

/// Reads everything on one subject, as of any moment: what sources say and where they disagree, links, notes, alerts,
/// documents, who added it and why, and which sources were asked.
#[utoipa::path(
    get, path = "/api/cases/{case}/subjects/{subject}", tag = "case work",
    params(("case" = String, Path, description = "Case"), ("subject" = String, Path, description = "Subject"), BothClocks),
    responses((status = 200, description = "The subject.", body = SubjectDossier), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn read_subject(
    caller: Caller,
    State(web): State<Web>,
    At((case, subject)): At<(CaseId, SubjectId)>,
    Asking(asked): Asking<BothClocks>,
) -> Result<Json<SubjectDossier>, Problem> {
    let moment = known_on(asked.known_on.as_deref())?;
    let day = so_on(asked.so_on)?;
    let found = web
        .ask(move |desk| desk.dossier(&caller.actor(), case, subject, moment, day.as_deref()))
        .await?;
    Ok(Json(found.into()))
}

fn so_on(day: Option<String>) -> Result<Option<String>, Problem> {
    match day.filter(|day| !day.trim().is_empty()) {
        None => Ok(None),
        Some(day) if day.trim().parse::<domain::calendar::Day>().is_ok() => {
            Ok(Some(day.trim().to_owned()))
        }
        Some(_) => Err(Problem::malformed("so_on", "is no day like `2019-05-03`")),
    }
}

/// What a case held at a moment, in one number.
#[derive(Serialize, ToSchema)]
struct CaseDigest {
    /// The moment; asked again with it, the answer is the same whatever came in since.
    known_on: String,
    /// SHA-256 over subjects, records, statements, links, notes and evidence as of that moment.
    sha256: String,
    /// Subjects covered.
    subjects: usize,
    /// Statements covered.
    statements: usize,
    /// Links covered.
    links: usize,
    /// Notes and findings covered.
    notes: usize,
    /// Items of evidence covered.
    evidence: usize,
}

/// Tells what the case held at a moment in one number. Erasure alone changes it.
#[utoipa::path(
    get, path = "/api/cases/{case}/digest", tag = "case work",
    params(("case" = String, Path, description = "Case"), KnownOn),
    responses((status = 200, description = "The digest.", body = CaseDigest), Stops),
    extensions(("x-admits" = json!(["investigator+contributor"])))
)]
async fn read_digest(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Asking(asked): Asking<KnownOn>,
) -> Result<Json<CaseDigest>, Problem> {
    let moment = known_on(asked.known_on.as_deref())?;
    let found = web
        .ask(move |desk| desk.case_digest(&caller.actor(), case, moment))
        .await?;
    let [subjects, statements, links, notes, evidence] = found.counts;
    Ok(Json(CaseDigest {
        known_on: found.known_on.to_rfc3339(),
        sha256: found.sha256,
        subjects,
        statements,
        links,
        notes,
        evidence,
    }))
}

/// Intelligence that the case holds.
#[derive(Serialize, ToSchema)]
struct IntelligenceList {
    /// The items, the first first.
    intelligence: Vec<IntelligenceItem>,
}

/// An item of intelligence as it is handed in. Without any one of its labels it is refused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct IntelligenceGiven {
    /// Whom it is about, where it is about a subject.
    subject: Option<String>,
    /// What is said.
    #[serde(default)]
    words: String,
    /// `sensitive`, `confidential`, `restricted` or `open`.
    #[serde(default)]
    sensitivity: String,
    /// `reliable`, `usually_reliable`, `unreliable` or `unknown`.
    #[serde(default)]
    reliability: String,
    /// `confirmed`, `probable`, `doubtful` or `cannot_be_judged`.
    #[serde(default)]
    validity: String,
    /// The body that submitted it.
    #[serde(default)]
    body: String,
}

/// Lists the intelligence that a case holds, each item with its labels.
#[utoipa::path(
    get, path = "/api/cases/{case}/intelligence", tag = "case work",
    params(("case" = String, Path, description = "Case")),
    responses((status = 200, description = "The items.", body = IntelligenceList), Stops),
    extensions(("x-admits" = json!(["member", "supervisor", "records_officer"])))
)]
async fn list_intelligence(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
) -> Result<Json<IntelligenceList>, Problem> {
    let items = web
        .ask(move |desk| desk.intelligence(&caller.actor(), case))
        .await?;
    Ok(Json(IntelligenceList {
        intelligence: items.into_iter().map(IntelligenceItem::from).collect(),
    }))
}

/// Takes an item of intelligence in.
#[utoipa::path(
    post, path = "/api/cases/{case}/intelligence", tag = "case work", request_body = IntelligenceGiven,
    params(("case" = String, Path, description = "Case")),
    responses((status = 201, description = "Held.", body = Made), Stops),
    extensions(("x-admits" = json!(["contributor"])))
)]
async fn add_intelligence(
    caller: Caller,
    State(web): State<Web>,
    At(case): At<CaseId>,
    Body(given): Body<IntelligenceGiven>,
) -> Result<MadeAnswer, Problem> {
    let subject = given.subject.as_deref().map(|text| id("subject", text));
    let new = NewIntelligence {
        subject: subject.transpose()?,
        words: given.words,
        sensitivity: given.sensitivity,
        reliability: given.reliability,
        validity: given.validity,
        body: given.body,
    };
    let item = web
        .ask(move |desk| desk.add_intelligence(&caller.actor(), case, &new))
        .await?;
    Ok(made(&format!("/api/cases/{case}/intelligence"), &item))
}
