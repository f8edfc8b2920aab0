//! The rules, validated, and the one place where a permit is made.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicyId, PolicySet,
    RestrictedExpression, Schema, ValidationMode, Validator,
};
use serde::{Deserialize, Serialize};

use super::entities::{
    actor_entity, case_entity, context, dataset_entity, service_entity, text, uid, user,
};
use super::fields;
use super::{Act, LOOK_UPS_A_DAY, Permit, PermitKind, Target};
use crate::audit::sha256_hex;
use crate::authority::{Actor, Purpose, Reason, Role};
use crate::case::CaseFile;
use crate::id::{DatasetId, UserId};
use crate::source::Agreement;
use crate::time::Moment;

/// The text of the rules is not in order. Raised at start, never while deciding.
#[derive(Debug, thiserror::Error)]
#[error("the rules are not in order: {0}")]
pub struct RulebookError(String);

/// What somebody wants to do.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// What.
    pub act: Act,
    /// Why, for look-ups.
    pub reason: Option<&'a Reason>,
    /// Whom it concerns, for decisions about a person.
    pub concerns: Option<UserId>,
    /// When.
    pub at: Moment,
}

/// What is known about the thing it is to be done to.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    /// The case, for everything inside one; `None` when there is none of that id.
    pub case: Option<&'a CaseFile>,
    /// The datasets of the case's scope.
    pub datasets: &'a [DatasetFacts],
    /// Whether the server runs in the test profile.
    pub test_profile: bool,
    /// What is known of the asker besides their roles.
    pub standing: Standing,
}

/// How the asker stands to the case at hand, besides roles and membership.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standing {
    /// When their latest emergency in this case ends or ended.
    pub emergency_until: Option<Moment>,
    /// Whether one of their emergencies, in whatever case, waits for its review.
    pub unreviewed: bool,
    /// Whether they declared a conflict of interest with this case.
    pub conflicted: bool,
    /// Whether they have a second factor and have not proved it just now.
    pub unproved: bool,
    /// For what they read the log, where they said so.
    pub log_purpose: Option<crate::audit::LogPurpose>,
    /// Whether a program's token is used for what it was not made for.
    pub outside_token: bool,
    /// Look-ups they made in this case today.
    pub look_ups_made: u64,
    /// By how many a supervisor raised what they may make.
    pub look_ups_raised: u64,
}

impl Standing {
    /// How many look-ups are left to them in this case today.
    pub fn look_ups_left(&self) -> u64 {
        (LOOK_UPS_A_DAY + self.look_ups_raised).saturating_sub(self.look_ups_made)
    }
}

/// A dataset as far as its agreement matters.
#[derive(Debug, Clone)]
pub struct DatasetFacts {
    /// Its id.
    pub id: DatasetId,
    /// Its agreement.
    pub agreement: Agreement,
}

/// A refusal, with everything that may be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("refused by rule `{rule}`: {says}")]
pub struct Refusal {
    /// Name of the rule.
    pub rule: String,
    /// The rule in plain words.
    pub says: String,
    /// What would make it possible, and who could do it.
    pub remedy: String,
    /// Where the rule comes from.
    pub law: String,
    /// All rules that refused.
    pub rules: Vec<String>,
    /// Version of the rules.
    pub policy: String,
    /// Whether the asker may know that the thing exists; if not, the face answers as if it did not.
    pub known: bool,
}

/// The rules in force. Cheap to share.
#[derive(Debug)]
pub struct Rulebook {
    policies: PolicySet,
    actions: Entities,
    version: Arc<str>,
    words: HashMap<PolicyId, Words>,
}

#[derive(Debug, Clone, Default)]
struct Words {
    id: String,
    says: String,
    remedy: String,
    source: String,
}

const SCHEMA: &str = include_str!("../../../../policies/predicate.cedarschema");
const BASE: &str = include_str!("../../../../policies/base.cedar");

impl Rulebook {
    /// The rules that come with the program.
    pub fn standard() -> Result<Self, RulebookError> {
        Self::from_text(BASE)
    }

    /// Parses rules and validates them strictly against the schema.
    pub fn from_text(text: &str) -> Result<Self, RulebookError> {
        let wrong = |error: &dyn std::fmt::Display| RulebookError(error.to_string());
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA).map_err(|error| wrong(&error))?;
        let policies = PolicySet::from_str(text).map_err(|error| wrong(&error))?;
        let outcome = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
        if let Some(error) = outcome.validation_errors().next() {
            return Err(wrong(&error));
        }
        let mut words = HashMap::new();
        for policy in policies.policies() {
            let note = |key: &str| policy.annotation(key).unwrap_or_default().to_owned();
            if note("id").is_empty() {
                return Err(RulebookError(format!("rule `{}` has no @id", policy.id())));
            }
            words.insert(
                policy.id().clone(),
                Words {
                    id: note("id"),
                    says: note("says"),
                    remedy: note("remedy"),
                    source: note("source"),
                },
            );
        }
        let actions = schema.action_entities().map_err(|error| wrong(&error))?;
        let digest = sha256_hex(format!("{SCHEMA}\n{text}\n{}", fields::FILE).as_bytes());
        let version = format!("base@{}", digest.get(..16).unwrap_or_default()).into();
        Ok(Self {
            policies,
            actions,
            version,
            words,
        })
    }

    /// Version of the rules: `base@` and the first 16 digits of the hash of schema, text and field lists.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Decides. A permit or a refusal, both with the rules that brought it about.
    pub fn decide(&self, request: &Request<'_>, facts: &Facts<'_>) -> Result<Permit, Refusal> {
        let unknown_case = || self.refusal("case.unknown", "There is no such case.", false);
        let (resource, entity) = match (request.act.target(), facts.case) {
            (Target::Service, _) => (
                uid("Service", "predicate"),
                service_entity(facts.test_profile),
            ),
            // Whoever may open none is told so, whether or not there is such a case.
            (_, None) if request.act == Act::OpenEmergency && facts.standing.unreviewed => {
                return Err(self.of_rule("emergency.unreviewed", request.act));
            }
            (_, None) => return Err(unknown_case()),
            (_, Some(case)) => (uid("Case", &case.id.to_string()), case_entity(case)),
        };
        let principal = user(request.actor.user);
        let outcome = self
            .ask(
                &principal,
                request.act.cedar(),
                &resource,
                context(request, facts.standing),
                [entity, actor_entity(request.actor, facts.standing)],
            )
            .map_err(|error| self.refusal("policy.error", &error, true))?;
        match outcome {
            Outcome::Allowed(rules) => Ok(self.permit(request, facts, rules)),
            Outcome::Refused(ids) => {
                let known = facts.case.is_none_or(|case| knows_of(request.actor, case))
                    || facts.standing.conflicted
                    || facts.standing.emergency_until.is_some()
                    || (request.act == Act::OpenEmergency && facts.standing.unreviewed);
                Err(self.explain(request.act, &ids, known))
            }
        }
    }

    fn permit(&self, request: &Request<'_>, facts: &Facts<'_>, mut rules: Vec<String>) -> Permit {
        let case = facts
            .case
            .filter(|_| request.act.target() != Target::Service);
        let mut datasets: Vec<DatasetId> = Vec::new();
        if let Some(case) = case {
            datasets = facts
                .datasets
                .iter()
                .filter(|dataset| self.may_use(request, case, dataset))
                .map(|dataset| dataset.id)
                .collect();
            if !datasets.is_empty() {
                rules.push("dataset.agreed".to_owned());
            }
        }
        Permit {
            kind: kind_of(request.act),
            act: request.act,
            actor: request.actor.clone(),
            case: case.map(|case| case.id),
            purpose: case.and_then(|case| case.purpose),
            basis: case.and_then(|case| case.legal_basis),
            ground: ground(request, case),
            datasets: datasets.into(),
            kinds: case
                .map(|case| case.scope.kinds.clone())
                .unwrap_or_default(),
            at: request.at,
            policy: Arc::clone(&self.version),
            rules,
        }
    }

    fn may_use(&self, request: &Request<'_>, case: &CaseFile, dataset: &DatasetFacts) -> bool {
        let resource = uid("Dataset", &dataset.id.to_string());
        let fields = [
            (
                "now".to_owned(),
                RestrictedExpression::new_long(request.at.micros()),
            ),
            (
                "purpose".to_owned(),
                text(case.purpose.map_or("", Purpose::word)),
            ),
            (
                "inScope".to_owned(),
                RestrictedExpression::new_bool(case.scope.datasets.contains(&dataset.id)),
            ),
        ];
        let Ok(context) = Context::from_pairs(fields) else {
            return false;
        };
        let asker = actor_entity(request.actor, Standing::default());
        let entities = [dataset_entity(dataset), asker];
        let outcome = self.ask(
            &user(request.actor.user),
            "useDataset",
            &resource,
            Some(context),
            entities,
        );
        matches!(outcome, Ok(Outcome::Allowed(_)))
    }

    fn ask(
        &self,
        principal: &EntityUid,
        action: &str,
        resource: &EntityUid,
        context: Option<Context>,
        entities: impl IntoIterator<Item = Entity>,
    ) -> Result<Outcome, String> {
        let context = context.ok_or("the request's context cannot be built")?;
        let request = cedar_policy::Request::new(
            principal.clone(),
            uid("Action", action),
            resource.clone(),
            context,
            None,
        )
        .map_err(|error| error.to_string())?;
        let entities = self
            .actions
            .clone()
            .add_entities(entities, None)
            .map_err(|error| error.to_string())?;
        let response = Authorizer::new().is_authorized(&request, &self.policies, &entities);
        if let Some(error) = response.diagnostics().errors().next() {
            return Err(error.to_string());
        }
        let ids: Vec<PolicyId> = response.diagnostics().reason().cloned().collect();
        Ok(match response.decision() {
            Decision::Allow => {
                let mut rules: Vec<String> = ids
                    .iter()
                    .filter_map(|id| self.words.get(id))
                    .map(|words| words.id.clone())
                    .collect();
                rules.sort_unstable();
                Outcome::Allowed(rules)
            }
            Decision::Deny => Outcome::Refused(ids),
        })
    }

    fn explain(&self, act: Act, ids: &[PolicyId], known: bool) -> Refusal {
        let mut found: Vec<&Words> = ids.iter().filter_map(|id| self.words.get(id)).collect();
        // The rule that comes first in the book says most: membership before stage, stage before expiry.
        let order = |words: &Words| {
            BASE.find(&format!("@id(\"{}\")", words.id))
                .unwrap_or(usize::MAX)
        };
        found.sort_by_key(|words| order(words));
        match found.first() {
            None => {
                let says = format!("None of your roles allows `{}` here.", act.word());
                self.refusal("role", &says, known)
            }
            Some(first) => Refusal {
                rule: first.id.clone(),
                says: first.says.clone(),
                remedy: first.remedy.clone(),
                law: first.source.clone(),
                rules: found.iter().map(|words| words.id.clone()).collect(),
                policy: self.version.to_string(),
                known,
            },
        }
    }

    /// The refusal of a look-up that names no case: that of a case that is not open, word for word, so that an answer does
    /// not tell which of the two it was.
    pub fn without_case(&self) -> Refusal {
        self.of_rule("look-up.case-not-open", Act::Search)
    }

    /// The refusal of an act by one rule of the book, for what the program finds out after the decision.
    pub fn of_rule(&self, rule: &str, act: Act) -> Refusal {
        let (id, _) = self
            .words
            .iter()
            .find(|(_, words)| words.id == rule)
            .unzip();
        self.explain(act, id.map(std::slice::from_ref).unwrap_or_default(), true)
    }

    /// A refusal that no rule of the book stands behind but the program itself (an unknown case, a malformed look-up).
    pub fn refusal(&self, rule: &str, says: &str, known: bool) -> Refusal {
        Refusal {
            rule: rule.to_owned(),
            says: says.to_owned(),
            remedy: "Ask whoever administers roles and cases here.".to_owned(),
            law: "separation of duties, NIST SP 800-53 AC-5".to_owned(),
            rules: vec![rule.to_owned()],
            policy: self.version.to_string(),
            known,
        }
    }
}

enum Outcome {
    Allowed(Vec<String>),
    Refused(Vec<PolicyId>),
}

/// Says whether somebody may know that a case exists: its team, who wrote it down, supervisors, records officers, auditors.
fn knows_of(actor: &Actor, case: &CaseFile) -> bool {
    case.membership(actor.user).is_some()
        || case.opened_by == actor.user
        || actor.roles.iter().any(|role| {
            matches!(
                role,
                Role::Supervisor | Role::RecordsOfficer | Role::Auditor
            )
        })
}

/// Why an act in a case is done: the reason stated by who does it, or else what the case stands on.
fn ground(request: &Request<'_>, case: Option<&CaseFile>) -> Option<String> {
    match (request.reason, case) {
        (Some(reason), _) => Some(format!("{}\n{}", reason.line, reason.settles)),
        (None, Some(case)) => Some(format!("The ground of case {}", case.number)),
        (None, None) => None,
    }
}

fn kind_of(act: Act) -> PermitKind {
    match act {
        Act::ReadLog | Act::ReportUsage => PermitKind::Audit,
        Act::ReadUsers | Act::ManageUsers | Act::MoveClock | Act::Maintain => {
            PermitKind::Administration
        }
        Act::OwnAccount | Act::OpenCase | Act::ListCases | Act::ReadDatasets => PermitKind::Desk,
        _ if act.target() == Target::Service => PermitKind::Stewardship,
        _ => PermitKind::Case,
    }
}

#[cfg(test)]
#[path = "rulebook_tests.rs"]
mod tests;
