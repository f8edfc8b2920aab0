//! Requests and facts in the shapes that the rules speak of (`policies/predicate.cedarschema`), and those shapes as Cedar
//! takes them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{Context, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};

use super::question::{Thing, Value};
use super::rulebook::{DatasetFacts, Request, Standing};
use super::{Act, Target};
use crate::authority::{Actor, LegalBasis, Purpose};
use crate::case::{CaseFile, Membership};
use crate::id::UserId;
use crate::matching::MatchingAgreement;
use crate::time::Moment;

type Fields = BTreeMap<String, Value>;

fn fields<const N: usize>(fields: [(&str, Value); N]) -> Fields {
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

pub(super) fn context(request: &Request<'_>, standing: Standing) -> Fields {
    let mut context = at(request.at);
    let more = match (request.act.target(), request.act) {
        (Target::LookUp, _) => {
            let left = i64::try_from(standing.look_ups_left()).unwrap_or(i64::MAX);
            vec![
                ("hasReason", Value::Truth(request.reason.is_some())),
                ("lookUpsLeft", Value::Number(left)),
            ]
        }
        (Target::CaseDecision, _)
        | (Target::Service, Act::ConfirmNotice | Act::LiftUnlawful | Act::DecideAssessment) => {
            let concerns = request.concerns.unwrap_or(request.actor.user);
            vec![("concerns", user(concerns))]
        }
        (Target::Service, Act::ReadLog) | (Target::Case, Act::FileLogExtract) => {
            let purpose = standing.log_purpose.map_or("", |purpose| purpose.word());
            vec![("purpose", text(purpose))]
        }
        (Target::Case | Target::Service, _) => Vec::new(),
    };
    context.extend(
        more.into_iter()
            .map(|(name, value)| (name.to_owned(), value)),
    );
    context
}

/// A context that holds the moment alone.
pub(super) fn at(moment: Moment) -> Fields {
    fields([("now", Value::Number(moment.micros()))])
}

pub(super) fn dataset_context(now: Moment, purpose: &str) -> Fields {
    fields([
        ("now", Value::Number(now.micros())),
        ("purpose", text(purpose)),
        ("inScope", Value::Truth(true)),
    ])
}

pub(super) fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}

pub(super) fn texts<'a>(words: impl IntoIterator<Item = &'a str>) -> Value {
    Value::Set(words.into_iter().map(text).collect())
}

fn user(id: UserId) -> Value {
    Value::User(id.to_string())
}

fn thing<const N: usize>(kind: &str, id: String, attributes: [(&str, Value); N]) -> Thing {
    Thing {
        kind: kind.to_owned(),
        id,
        attributes: fields(attributes),
    }
}

pub(super) fn actor(
    actor: &Actor,
    standing: Standing,
    (accounts, unit): (&[UserId], &str),
) -> Thing {
    let accounts: BTreeSet<UserId> = accounts.iter().copied().chain([actor.user]).collect();
    let until = standing.emergency_until.map_or(0, Moment::micros);
    thing(
        "User",
        actor.user.to_string(),
        [
            ("roles", texts(actor.roles.iter().map(|role| role.word()))),
            ("emergencyUntil", Value::Number(until)),
            ("unreviewed", Value::Truth(standing.unreviewed)),
            ("conflicted", Value::Truth(standing.conflicted)),
            ("unproved", Value::Truth(standing.unproved)),
            ("outsideToken", Value::Truth(standing.outside_token)),
            ("unit", text(unit)),
            (
                "accounts",
                Value::Set(accounts.into_iter().map(user).collect()),
            ),
        ],
    )
}

pub(super) fn service(test_profile: bool) -> Thing {
    thing(
        "Service",
        "predicate".to_owned(),
        [("testProfile", Value::Truth(test_profile))],
    )
}

pub(super) fn case(case: &CaseFile) -> Thing {
    let ranked = |ranks: &[Membership]| {
        let members = case.members.iter();
        let ranked = members.filter(|(_, rank)| ranks.contains(rank));
        Value::Set(ranked.map(|(member, _)| user(*member)).collect())
    };
    let (lead, contributor) = (Membership::Lead, Membership::Contributor);
    thing(
        "Case",
        case.id.to_string(),
        [
            ("stage", text(case.stage.word())),
            ("hasPurpose", Value::Truth(case.purpose.is_some())),
            ("hasBasis", Value::Truth(case.legal_basis.is_some())),
            ("purpose", text(case.purpose.map_or("", Purpose::word))),
            ("basis", text(case.legal_basis.map_or("", LegalBasis::word))),
            ("opened", Value::Number(case.opened_at.micros())),
            ("expires", Value::Number(case.expires.micros())),
            ("openedBy", user(case.opened_by)),
            ("leads", ranked(&[lead])),
            ("workers", ranked(&[lead, contributor])),
            ("members", ranked(&[lead, contributor, Membership::Reader])),
            ("unit", text(&case.unit)),
        ],
    )
}

pub(super) fn dataset(dataset: &DatasetFacts) -> Thing {
    let agreement = &dataset.agreement;
    thing(
        "Dataset",
        dataset.id.to_string(),
        [
            (
                "purposes",
                texts(agreement.purposes.iter().map(String::as_str)),
            ),
            ("from", Value::Number(agreement.from.micros())),
            ("until", Value::Number(agreement.until.micros())),
            (
                "hasAuthority",
                Value::Truth(!agreement.authority.trim().is_empty()),
            ),
            ("matching", Value::Truth(agreement.matching)),
            ("unlawful", Value::Truth(dataset.unlawful)),
        ],
    )
}

/// An agreement on matching; where there is none, one that nobody concluded.
pub(super) fn matching(agreement: Option<&MatchingAgreement>) -> Thing {
    let moment = |moment: Option<Moment>| Value::Number(moment.map_or(0, Moment::micros));
    let fields = agreement.map_or(&[][..], |agreed| &agreed.terms.fields);
    thing(
        "MatchingAgreement",
        agreement.map_or_else(|| "none".to_owned(), |agreed| agreed.id.to_string()),
        [
            ("concluded", Value::Truth(agreement.is_some())),
            (
                "ended",
                Value::Truth(agreement.is_some_and(|agreed| agreed.ended.is_some())),
            ),
            (
                "sent",
                Value::Truth(agreement.is_some_and(|agreed| agreed.starts().is_some())),
            ),
            ("from", moment(agreement.and_then(|agreed| agreed.starts()))),
            ("until", moment(agreement.map(MatchingAgreement::ends))),
            ("fields", texts(fields.iter().map(String::as_str))),
            (
                "renewed",
                Value::Truth(agreement.is_some_and(|agreed| agreed.renewal.is_some())),
            ),
            (
                "termEnds",
                moment(agreement.map(MatchingAgreement::term_ends)),
            ),
            (
                "renewableFrom",
                moment(agreement.map(MatchingAgreement::renewable_from)),
            ),
            (
                "latestEnd",
                moment(agreement.map(MatchingAgreement::latest_end)),
            ),
        ],
    )
}

// ---- As Cedar takes it ----

pub(super) fn uid(kind: &str, id: &str) -> Option<EntityUid> {
    let name = EntityTypeName::from_str(kind).ok()?;
    Some(EntityUid::from_type_name_and_id(name, EntityId::new(id)))
}

fn expression(value: &Value) -> Option<RestrictedExpression> {
    Some(match value {
        Value::Truth(truth) => RestrictedExpression::new_bool(*truth),
        Value::Number(number) => RestrictedExpression::new_long(*number),
        Value::Text(words) => RestrictedExpression::new_string(words.clone()),
        Value::User(id) => RestrictedExpression::new_entity_uid(uid("User", id)?),
        Value::Set(values) => RestrictedExpression::new_set(
            values
                .iter()
                .map(expression)
                .collect::<Option<Vec<RestrictedExpression>>>()?,
        ),
    })
}

pub(super) fn entity(thing: &Thing) -> Option<Entity> {
    let attributes: HashMap<String, RestrictedExpression> = thing
        .attributes
        .iter()
        .map(|(name, value)| Some((name.clone(), expression(value)?)))
        .collect::<Option<_>>()?;
    Entity::new(uid(&thing.kind, &thing.id)?, attributes, HashSet::new()).ok()
}

pub(super) fn cedar_context(context: &Fields) -> Option<Context> {
    let pairs = context
        .iter()
        .map(|(name, value)| Some((name.clone(), expression(value)?)))
        .collect::<Option<Vec<_>>>()?;
    Context::from_pairs(pairs).ok()
}
