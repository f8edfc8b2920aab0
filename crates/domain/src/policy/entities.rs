//! Requests and facts in the shapes that the rules speak of (`policies/predicate.cedarschema`).

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{Context, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};

use super::rulebook::{DatasetFacts, Request, Standing};
use super::{Act, Target};
use crate::authority::Actor;
use crate::case::{CaseFile, Membership};
use crate::id::UserId;

pub(super) fn context(request: &Request<'_>, standing: Standing) -> Option<Context> {
    let now = (
        "now".to_owned(),
        RestrictedExpression::new_long(request.at.micros()),
    );
    let fields = match request.act.target() {
        Target::LookUp => {
            vec![
                now,
                (
                    "hasReason".to_owned(),
                    RestrictedExpression::new_bool(request.reason.is_some()),
                ),
                (
                    "lookUpsLeft".to_owned(),
                    RestrictedExpression::new_long(
                        i64::try_from(standing.look_ups_left()).unwrap_or(i64::MAX),
                    ),
                ),
            ]
        }
        Target::CaseDecision => {
            let concerns = user(request.concerns.unwrap_or(request.actor.user));
            vec![
                now,
                (
                    "concerns".to_owned(),
                    RestrictedExpression::new_entity_uid(concerns),
                ),
            ]
        }
        Target::Service if request.act == Act::ReadLog => {
            let purpose = standing.log_purpose.map_or("", |purpose| purpose.word());
            vec![now, ("purpose".to_owned(), text(purpose))]
        }
        Target::Case | Target::Service => vec![now],
    };
    Context::from_pairs(fields).ok()
}

pub(super) fn uid(kind: &str, id: &str) -> EntityUid {
    // The type names are the ones written in this file; only the id comes from outside, and any text is a valid id.
    match EntityTypeName::from_str(kind) {
        Ok(name) => EntityUid::from_type_name_and_id(name, EntityId::new(id)),
        Err(_) => EntityUid::from_type_name_and_id(unnamed(), EntityId::new(id)),
    }
}

#[expect(
    clippy::expect_used,
    reason = "a literal type name that the tests parse"
)]
fn unnamed() -> EntityTypeName {
    EntityTypeName::from_str("Service").expect("a valid name")
}

pub(super) fn user(id: UserId) -> EntityUid {
    uid("User", &id.to_string())
}

pub(super) fn text(words: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(words.to_owned())
}

fn users(ids: impl Iterator<Item = UserId>) -> RestrictedExpression {
    RestrictedExpression::new_set(ids.map(|id| RestrictedExpression::new_entity_uid(user(id))))
}

fn entity<const N: usize>(id: EntityUid, fields: [(&str, RestrictedExpression); N]) -> Entity {
    let attributes: HashMap<String, RestrictedExpression> = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Entity::new(id.clone(), attributes, HashSet::new())
        .unwrap_or_else(|_| Entity::new_no_attrs(id, HashSet::new()))
}

pub(super) fn actor_entity(actor: &Actor, standing: Standing) -> Entity {
    let roles = RestrictedExpression::new_set(actor.roles.iter().map(|role| text(role.word())));
    let until = standing.emergency_until.map_or(0, |until| until.micros());
    entity(
        user(actor.user),
        [
            ("roles", roles),
            ("emergencyUntil", RestrictedExpression::new_long(until)),
            (
                "unreviewed",
                RestrictedExpression::new_bool(standing.unreviewed),
            ),
            (
                "conflicted",
                RestrictedExpression::new_bool(standing.conflicted),
            ),
            (
                "unproved",
                RestrictedExpression::new_bool(standing.unproved),
            ),
            (
                "outsideToken",
                RestrictedExpression::new_bool(standing.outside_token),
            ),
        ],
    )
}

pub(super) fn service_entity(test_profile: bool) -> Entity {
    entity(
        uid("Service", "predicate"),
        [("testProfile", RestrictedExpression::new_bool(test_profile))],
    )
}

pub(super) fn case_entity(case: &CaseFile) -> Entity {
    let ranked = |ranks: &'static [Membership]| {
        users(
            case.members
                .iter()
                .filter(|(_, rank)| ranks.contains(rank))
                .map(|(member, _)| *member),
        )
    };
    entity(
        uid("Case", &case.id.to_string()),
        [
            ("stage", text(case.stage.word())),
            (
                "hasPurpose",
                RestrictedExpression::new_bool(case.purpose.is_some()),
            ),
            (
                "hasBasis",
                RestrictedExpression::new_bool(case.legal_basis.is_some()),
            ),
            (
                "expires",
                RestrictedExpression::new_long(case.expires.micros()),
            ),
            (
                "openedBy",
                RestrictedExpression::new_entity_uid(user(case.opened_by)),
            ),
            ("leads", ranked(&[Membership::Lead])),
            (
                "workers",
                ranked(&[Membership::Lead, Membership::Contributor]),
            ),
            (
                "members",
                ranked(&[
                    Membership::Lead,
                    Membership::Contributor,
                    Membership::Reader,
                ]),
            ),
        ],
    )
}

pub(super) fn dataset_entity(dataset: &DatasetFacts) -> Entity {
    let agreement = &dataset.agreement;
    entity(
        uid("Dataset", &dataset.id.to_string()),
        [
            (
                "purposes",
                RestrictedExpression::new_set(agreement.purposes.iter().map(|word| text(word))),
            ),
            (
                "from",
                RestrictedExpression::new_long(agreement.from.micros()),
            ),
            (
                "until",
                RestrictedExpression::new_long(agreement.until.micros()),
            ),
            (
                "hasAuthority",
                RestrictedExpression::new_bool(!agreement.authority.trim().is_empty()),
            ),
            (
                "matching",
                RestrictedExpression::new_bool(agreement.matching),
            ),
        ],
    )
}
