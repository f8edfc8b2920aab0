//! What went wrong, in the form of RFC 9457 for programs and as a page for people.

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use desk::DeskError;
use domain::policy::Refusal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::pages::stops;

/// A problem as programs read it (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDetails {
    /// Kind of problem, a path that the manual explains.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short title, the same for every problem of its kind.
    pub title: String,
    /// Status code.
    pub status: u16,
    /// What happened here.
    pub detail: String,
    /// Reason code: the rule that refused, or the field at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What would make it possible, for refusals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// All rules that refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Version of the rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

/// A problem on its way out.
#[derive(Debug)]
pub(crate) struct Problem(DeskError);

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        if let DeskError::Internal(reason) = &error {
            tracing::error!(reason, "internal fault");
        }
        Self(error)
    }
}

impl Problem {
    pub(crate) fn is_not_signed_in(&self) -> bool {
        matches!(self.0, DeskError::NotSignedIn)
    }

    pub(crate) fn malformed(field: &'static str, reason: impl Into<String>) -> Self {
        Self(DeskError::malformed(field, reason))
    }

    /// The status code of a problem: one place decides for all faces.
    pub(crate) fn status(&self) -> StatusCode {
        match &self.0 {
            DeskError::Refused(_) => StatusCode::FORBIDDEN,
            DeskError::NotFound(_) => StatusCode::NOT_FOUND,
            DeskError::Malformed { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            DeskError::Conflict(_) => StatusCode::CONFLICT,
            DeskError::NotSignedIn => StatusCode::UNAUTHORIZED,
            DeskError::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            DeskError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn details(&self) -> ProblemDetails {
        let status = self.status();
        let (kind, title) = match &self.0 {
            DeskError::Refused(_) => ("refused", "Refused by a rule"),
            DeskError::NotFound(_) => ("not-found", "Not found"),
            DeskError::Malformed { .. } => ("malformed", "Malformed request"),
            DeskError::Conflict(_) => ("conflict", "Conflict"),
            DeskError::NotSignedIn => ("not-signed-in", "Sign-in needed"),
            DeskError::Unavailable(_) => ("unavailable", "Nothing is taken now"),
            DeskError::Internal(_) => ("internal", "Internal fault"),
        };
        let mut details = ProblemDetails {
            kind: format!("/problems/{kind}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.outside_words(),
            reason: None,
            remedy: None,
            rules: Vec::new(),
            policy: None,
        };
        match &self.0 {
            DeskError::Refused(refusal) => {
                details.reason = Some(refusal.rule.clone());
                details.remedy = Some(refusal.remedy.clone());
                details.rules = refusal.rules.clone();
                details.policy = Some(refusal.policy.clone());
            }
            DeskError::Malformed { field, .. } => details.reason = Some((*field).to_owned()),
            _ => {}
        }
        details
    }

    /// What may be said outside: an internal fault stays inside, and what is not found looks the same for every id.
    fn outside_words(&self) -> String {
        match &self.0 {
            DeskError::Internal(_) => "the fault has been written to the service's own log".to_owned(),
            DeskError::NotFound(_) => "there is nothing of this address, as far as you may know".to_owned(),
            DeskError::Refused(refusal) => refusal.says.clone(),
            other => other.to_string(),
        }
    }

    /// The problem as a page.
    pub(crate) fn into_page(self) -> Response {
        let status = self.status();
        let html = match &self.0 {
            DeskError::Refused(refusal) => refused_page(refusal),
            _ => stops::plain(status.as_u16(), &self.outside_words()),
        };
        let mut response = (status, Html(html)).into_response();
        self.retry_after(response.headers_mut());
        response
    }

    fn retry_after(&self, headers: &mut HeaderMap) {
        if matches!(self.0, DeskError::Unavailable(_)) {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(self.details())).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        self.retry_after(headers);
        response
    }
}

fn refused_page(refusal: &Refusal) -> String {
    stops::refusal(&refusal.says, &refusal.rule, &refusal.law, &refusal.remedy, &refusal.policy)
}

/// Whatever has no route, told as a page to browsers and as a problem to programs.
pub(crate) async fn no_such_page(headers: HeaderMap) -> Response {
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accepted| accepted.contains("text/html"));
    let problem = Problem(DeskError::NotFound("page"));
    if wants_page { problem.into_page() } else { problem.into_response() }
}
