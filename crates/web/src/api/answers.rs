//! The answers that are no success, declared once for all routes.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// What every route behind the sign-in may answer besides success.
pub(crate) struct Stops;

/// What every route in front of the sign-in may answer besides success.
pub(crate) struct OpenStops;

const STOPS: [(u16, &str); 10] = [
    (401, "Nobody is signed in."),
    (
        403,
        "Refused by the rule named in `reason`; the refusal is in the log.",
    ),
    (
        404,
        "Nothing of this address, as far as the asker may know.",
    ),
    (409, "The state has moved on, or forbids it."),
    (413, "The body is larger than is taken here."),
    (415, "The body is not of the type that is taken here."),
    (422, "Malformed: `reason` names the field."),
    (
        429,
        "Too many tries; `Retry-After` says how long none is looked at.",
    ),
    (500, "A fault of the service; it has been written down."),
    (
        503,
        "Nothing can be written down now, so nothing was done or shown.",
    ),
];

impl IntoResponses for Stops {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        STOPS
            .iter()
            .map(|(status, words)| (status.to_string(), problem(words)))
            .collect()
    }
}

impl IntoResponses for OpenStops {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let open = |status: &u16| !matches!(status, 404 | 409);
        let stops = STOPS.iter().filter(|(status, _)| open(status));
        stops
            .map(|(status, words)| (status.to_string(), problem(words)))
            .collect()
    }
}

fn problem(words: &str) -> RefOr<Response> {
    let schema = Ref::from_schema_name("ProblemDetails");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new()
        .description(words)
        .content("application/problem+json", content)
        .build()
        .into()
}
