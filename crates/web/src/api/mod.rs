//! The JSON interface under `/api`: one noun per file, its wire types private to it, its answers in its annotation.
//!
//! Every route is made by `routes!`, so that the router and the OpenAPI document cannot differ; `x-admits` says who gets
//! in, and a test calls every route as everybody. A word of `x-admits` is `nobody` (no sign-in), `anyone` (signed in), a
//! role, a rank in the case, `owner` (whose own thing it is) or `invited` (who holds the secret of an invitation); words
//! joined by `+` must all hold.

mod account;
mod agreements;
mod alerts;
mod answers;
mod board;
mod board_views;
mod case_log;
mod caseless;
pub(crate) mod cases;
mod certifications;
mod clock;
mod course;
mod datasets;
mod delivery;
mod disclosures;
mod documents;
mod dossier;
mod emergencies;
mod evidence;
mod files;
mod identities;
mod incidents;
mod incoming;
mod interests;
mod judgements;
mod kept_searches;
mod links;
mod log;
mod look_up_reviews;
mod map;
mod matching;
mod members;
mod mentions;
mod merges;
mod notes;
mod oversight;
mod passages;
mod policy;
mod processing;
mod proposals;
mod purposes;
mod readings;
mod reason;
mod records;
pub(crate) mod releases;
mod reports;
mod request;
mod search;
mod service;
mod session;
mod sheets;
mod sources;
mod special;
mod stage;
mod standing;
mod subjects;
mod subscriptions;
mod tables;
mod test_clock;
mod timeline;
mod tips;
mod unlawful;
mod upload;
mod uploads;
mod usage;
mod users;
mod ways;
mod wire;
mod work;

use utoipa::PartialSchema;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, Info, License, OpenApi, OpenApiBuilder};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::Web;
use crate::problem::ProblemDetails;
use crate::session::COOKIE_NAME;

/// Every route with the schemas it names.
fn all() -> Vec<UtoipaMethodRouter<Web>> {
    [
        service::routes(),
        session::routes(),
        account::routes(),
        cases::routes(),
        stage::routes(),
        course::routes(),
        members::routes(),
        emergencies::routes(),
        look_up_reviews::routes(),
        incidents::routes(),
        purposes::routes(),
        interests::routes(),
        reason::routes(),
        search::routes(),
        records::routes(),
        links::routes(),
        board::routes(),
        board_views::routes(),
        timeline::routes(),
        map::routes(),
        ways::routes(),
        dossier::routes(),
        merges::routes(),
        tips::routes(),
        identities::routes(),
        proposals::routes(),
        judgements::routes(),
        subjects::routes(),
        special::routes(),
        notes::routes(),
        work::routes(),
        reports::routes(),
        alerts::routes(),
        subscriptions::routes(),
        standing::routes(),
        documents::routes(),
        sheets::routes(),
        passages::routes(),
        readings::routes(),
        mentions::routes(),
        tables::routes(),
        evidence::routes(),
        uploads::routes(),
        kept_searches::routes(),
        disclosures::routes(),
        certifications::routes(),
        case_log::routes(),
        datasets::routes(),
        unlawful::routes(),
        processing::routes(),
        releases::routes(),
        sources::routes(),
        incoming::routes(),
        matching::routes(),
        agreements::routes(),
        policy::routes(),
        log::routes(),
        files::routes(),
        oversight::routes(),
        usage::routes(),
        users::routes(),
        clock::routes(),
        test_clock::routes(),
        caseless::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The routes and their description.
pub(crate) fn router() -> OpenApiRouter<Web> {
    all().into_iter().fold(
        OpenApiRouter::with_openapi(described()),
        OpenApiRouter::routes,
    )
}

fn described() -> OpenApi {
    let mut info = Info::new("Predicate", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "Case files, look-ups, judgements and the log of an investigation service. Every answer that is no success is \
         a problem (RFC 9457) with the rule or field at fault in `reason`. Requests with the session cookie that change \
         something need the header `x-csrf`; requests with a bearer token do not."
            .to_owned(),
    );
    let mut license = License::new("Apache-2.0");
    license.identifier = Some("Apache-2.0".to_owned());
    info.license = Some(license);
    let mut components = Components::new();
    components
        .schemas
        .insert("ProblemDetails".to_owned(), ProblemDetails::schema());
    let cookie = ApiKey::Cookie(ApiKeyValue::new(COOKIE_NAME));
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
    );
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    let none: [&str; 0] = [];
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .security(Some([
            SecurityRequirement::new("bearer", none),
            SecurityRequirement::new("session", none),
        ]))
        .build()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn no_two_types_share_a_schema_name() {
        let mut seen: BTreeMap<String, serde_json::Value> = BTreeMap::new();
        for (schemas, ..) in all() {
            for (name, schema) in schemas {
                let shape = serde_json::to_value(&schema).unwrap();
                let before = seen.entry(name.clone()).or_insert_with(|| shape.clone());
                assert_eq!(*before, shape, "two types are called `{name}`");
            }
        }
        assert!(seen.len() > 40, "only {} schemas", seen.len());
    }

    #[test]
    fn every_route_is_made_by_the_macro_that_lists_it() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api");
        for file in folder.read_dir().unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let unlisted = [".route", "("].concat();
            assert!(
                !text.contains(&unlisted),
                "{} adds a route past the list",
                path.display()
            );
        }
    }
}
