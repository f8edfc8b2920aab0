//! What went wrong, in the form of RFC 9457 for programs and as a page for people.

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use desk::DeskError;
use domain::policy::Refusal;
use serde::Serialize;
use utoipa::ToSchema;

use pages::parts::{self, FieldError, Frame};
use pages::{Page as _, stops};

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
pub(crate) struct Problem(Cause);

/// Where it came from.
#[derive(Debug)]
enum Cause {
    /// The desk did not do it.
    Desk(DeskError),
    /// The body is larger than the route takes.
    TooLarge,
    /// The route has no such method.
    WrongMethod,
    /// The body is not of the type that the route takes.
    WrongType(&'static str),
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match &error {
            DeskError::Internal(reason) => tracing::error!(reason, "internal fault"),
            DeskError::Unavailable(reason) => tracing::warn!(reason, "an act was not taken"),
            _ => {}
        }
        Self(Cause::Desk(error))
    }
}

impl Problem {
    pub(crate) fn is_not_signed_in(&self) -> bool {
        matches!(self.0, Cause::Desk(DeskError::NotSignedIn))
    }

    /// Nothing was decided: the same question may be answered a moment later.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(
            self.0,
            Cause::Desk(DeskError::Unavailable(_) | DeskError::Busy(_) | DeskError::Internal(_))
        )
    }

    pub(crate) fn malformed(field: &'static str, reason: impl Into<String>) -> Self {
        DeskError::malformed(field, reason).into()
    }

    /// Nothing of this address, as far as the asker may know.
    pub(crate) fn not_found(what: &'static str) -> Self {
        DeskError::NotFound(what).into()
    }

    /// What happened, in one line, as it may be said outside.
    pub(crate) fn words(&self) -> String {
        let words = self.outside_words();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The body is larger than the route takes.
    pub(crate) fn too_large() -> Self {
        Self(Cause::TooLarge)
    }

    /// The body is not of the type that the route takes.
    pub(crate) fn wrong_type(wanted: &'static str) -> Self {
        Self(Cause::WrongType(wanted))
    }

    /// A refusal that stands before every rule of the book: the request cannot be the person's own.
    pub(crate) fn not_ones_own(rule: &str, says: &str, remedy: &str) -> Self {
        DeskError::from(Refusal {
            rule: rule.to_owned(),
            says: says.to_owned(),
            remedy: remedy.to_owned(),
            law: "a request that another site made is nobody's act".to_owned(),
            rules: vec![rule.to_owned()],
            policy: String::new(),
            known: true,
            question: None,
        })
        .into()
    }

    /// The status code of a problem: one place decides for all faces.
    pub(crate) fn status(&self) -> StatusCode {
        match &self.0 {
            Cause::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Cause::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Cause::WrongType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Cause::Desk(error) => match error {
                DeskError::Refused(_) => StatusCode::FORBIDDEN,
                DeskError::NotFound(_) => StatusCode::NOT_FOUND,
                DeskError::Malformed { .. } | DeskError::NotOfCase { .. } => {
                    StatusCode::UNPROCESSABLE_ENTITY
                }
                DeskError::Conflict(_) | DeskError::Undecided(_) => StatusCode::CONFLICT,
                DeskError::NotSignedIn => StatusCode::UNAUTHORIZED,
                DeskError::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
                DeskError::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
                DeskError::Busy(_) => StatusCode::TOO_MANY_REQUESTS,
                DeskError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    fn kind(&self) -> (&'static str, &'static str) {
        match &self.0 {
            Cause::TooLarge => ("too-large", "Too large"),
            Cause::WrongMethod => ("wrong-method", "No such method here"),
            Cause::WrongType(_) => ("wrong-type", "Wrong type of body"),
            Cause::Desk(error) => match error {
                DeskError::Refused(_) => ("refused", "Refused by a rule"),
                DeskError::NotFound(_) => ("not-found", "Not found"),
                DeskError::Malformed { .. } | DeskError::NotOfCase { .. } => {
                    ("malformed", "Malformed request")
                }
                DeskError::Conflict(_) => ("conflict", "Conflict"),
                DeskError::Undecided(_) => ("undecided", "A decision has to come first"),
                DeskError::NotSignedIn => ("not-signed-in", "Sign-in needed"),
                DeskError::TooMany { .. } => ("too-many", "Too many tries"),
                DeskError::Unavailable(_) => ("unavailable", "Nothing is taken now"),
                DeskError::Busy(_) => ("busy", "More waits than can be taken"),
                DeskError::Internal(_) => ("internal", "Internal fault"),
            },
        }
    }

    fn details(&self) -> ProblemDetails {
        let (kind, title) = self.kind();
        let mut details = ProblemDetails {
            kind: format!("/problems/{kind}"),
            title: title.to_owned(),
            status: self.status().as_u16(),
            detail: self.outside_words(),
            reason: None,
            remedy: None,
            rules: Vec::new(),
            policy: None,
        };
        match &self.0 {
            Cause::Desk(DeskError::Refused(refusal) | DeskError::Undecided(refusal)) => {
                details.reason = Some(refusal.rule.clone());
                details.remedy = Some(refusal.remedy.clone());
                details.rules = refusal.rules.clone();
                details.policy = Some(refusal.policy.clone()).filter(|policy| !policy.is_empty());
            }
            Cause::Desk(
                DeskError::Malformed { field, .. } | DeskError::NotOfCase { field, .. },
            ) => {
                details.reason = Some((*field).to_owned());
            }
            _ => {}
        }
        details
    }

    /// What may be said outside: an internal fault stays inside, what is not found looks the same for every id, and why
    /// nothing is taken is told to the operator, not to the asker.
    fn outside_words(&self) -> String {
        let error = match &self.0 {
            Cause::TooLarge => return "the body is larger than is taken here".to_owned(),
            Cause::WrongMethod => return "this address knows other methods".to_owned(),
            Cause::WrongType(wanted) => return format!("the body must be `{wanted}`"),
            Cause::Desk(error) => error,
        };
        match error {
            DeskError::Internal(_) => {
                "the fault has been written to the service's own log".to_owned()
            }
            DeskError::Unavailable(_) => {
                "the service takes nothing now; nothing was done".to_owned()
            }
            DeskError::NotFound(_) => {
                "there is nothing of this address, as far as you may know".to_owned()
            }
            DeskError::Refused(refusal) | DeskError::Undecided(refusal) => refusal.says.clone(),
            other => other.to_string(),
        }
    }

    /// The problem as a page.
    pub(crate) fn into_page(self) -> Response {
        let html = self.page().unwrap_or_else(|_| self.outside_words());
        let mut response = (self.status(), Html(html)).into_response();
        self.retry_after(response.headers_mut());
        response
    }

    fn page(&self) -> Result<String, pages::Error> {
        let (_, title) = self.kind();
        let frame = Frame::alone(title, "");
        let words = self.outside_words();
        match &self.0 {
            Cause::Desk(DeskError::Refused(refusal) | DeskError::Undecided(refusal)) => {
                let refusal = refusal_card(refusal);
                stops::Refused {
                    frame,
                    refusal,
                    ways: Vec::new(),
                }
                .html()
            }
            Cause::Desk(DeskError::NotFound(_) | DeskError::NotSignedIn) => stops::NotFound {
                frame,
                ways: Vec::new(),
            }
            .html(),
            Cause::Desk(DeskError::Unavailable(_) | DeskError::Internal(_)) => stops::Unavailable {
                frame,
                what: words,
                request: "Nothing was done and nothing shown.".to_owned(),
                who: "The operator finds it in the service's own log.".to_owned(),
                again_href: "/".to_owned(),
            }
            .html(),
            _ => {
                let fault = FieldError {
                    text: words,
                    ..FieldError::default()
                };
                stops::Malformed {
                    frame,
                    faults: vec![fault],
                    back_href: "/".to_owned(),
                }
                .html()
            }
        }
    }

    fn retry_after(&self, headers: &mut HeaderMap) {
        let seconds = match self.0 {
            Cause::Desk(DeskError::Unavailable(_)) => 2,
            Cause::Desk(DeskError::TooMany { seconds } | DeskError::Busy(seconds)) => seconds,
            _ => return,
        };
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(self.details())).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        self.retry_after(headers);
        response
    }
}

/// A refusal as its page shows it.
pub(crate) fn refusal_card(refusal: &Refusal) -> parts::Refusal {
    parts::Refusal {
        title: "Refused by a rule".to_owned(),
        rule: refusal.says.clone(),
        rule_name: refusal.rule.clone(),
        rule_source: refusal.law.clone(),
        possible: vec![refusal.remedy.clone()],
        ..parts::Refusal::default()
    }
}

/// Whatever has no route, told as a page to browsers and as a problem to programs.
pub(crate) async fn no_such_page(headers: HeaderMap) -> Response {
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accepted| accepted.contains("text/html"));
    let problem = Problem::not_found("page");
    if wants_page {
        problem.into_page()
    } else {
        problem.into_response()
    }
}

/// A method that an address does not know.
pub(crate) async fn no_such_method() -> Problem {
    Problem(Cause::WrongMethod)
}
