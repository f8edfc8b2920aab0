//! The rules, validated, and the one place where a permit is made.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;

use cedar_policy::{
    Authorizer, Decision, Effect, Entities, PolicyId, PolicySet, Schema, ValidationMode, Validator,
};
use serde::{Deserialize, Serialize};

use super::entities::{self, cedar_context, entity, uid};
use super::fields;
use super::packs::{Choice, Pack};
use super::question::{Question, Value};
use super::{Act, LOOK_UPS_A_DAY, Permit, PermitKind, Target};
use crate::audit::sha256_hex;
use crate::authority::{Actor, Purpose, Reason, Role};
use crate::case::CaseFile;
use crate::id::{DatasetId, UserId};
use crate::matching::MatchingAgreement;
use crate::source::Agreement;
use crate::time::Moment;

/// The text of the rules is not in order. Raised at start, never while deciding.
#[derive(Debug, thiserror::Error)]
#[error("the rules are not in order: {0}")]
pub struct RulebookError(String);

impl RulebookError {
    pub(super) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

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
    /// The other accounts of the person who asks, and of those whose place they take now.
    pub accounts: &'a [UserId],
    /// The unit to which they belong; empty for the whole body.
    pub unit: &'a str,
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
    /// Whether it is marked as obtained unlawfully.
    pub unlawful: bool,
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
    /// What was put to the rules, where they decided.
    #[serde(skip)]
    pub question: Option<Box<Question>>,
}

/// The rules in force.
#[derive(Debug)]
pub struct Rulebook {
    policies: PolicySet,
    actions: Entities,
    version: Arc<str>,
    words: HashMap<PolicyId, RuleWords>,
    schema: String,
    text: String,
    /// The rules for cases of a purpose that has packs of its own.
    by_purpose: Vec<(Purpose, Rulebook)>,
}

/// A rule as people read it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleWords {
    /// Its name.
    pub id: String,
    /// Whether it permits or forbids.
    pub forbids: bool,
    /// What a refused person reads.
    pub says: String,
    /// What would make the act possible, and who could do it.
    pub remedy: String,
    /// Where it comes from.
    pub source: String,
    /// Its text.
    pub text: String,
}

/// The texts of one version of the rules, enough to decide by them again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archived {
    /// The version.
    pub version: String,
    /// The shapes that the rules speak of.
    pub schema: String,
    /// The rules.
    pub text: String,
    /// The field lists.
    pub fields: String,
}

const SCHEMA: &str = include_str!("../../../../policies/predicate.cedarschema");
const BASE: &str = include_str!("../../../../policies/base.cedar");

impl Rulebook {
    /// The rules that come with the program, without a pack.
    pub fn standard() -> Result<Self, RulebookError> {
        Self::from_text(BASE)
    }

    /// The rules that come with the program and those of the packs that were chosen.
    pub fn chosen(choice: &Choice) -> Result<Self, RulebookError> {
        let mut book = Self::packed(&choice.everywhere()?)?;
        for (purpose, packs) in choice.by_purpose()? {
            book.by_purpose.push((purpose, Self::packed(&packs)?));
        }
        Ok(book)
    }

    fn packed(packs: &[Pack]) -> Result<Self, RulebookError> {
        Self::tightened(packs.iter().map(|pack| (pack.name, pack.text)))
    }

    /// The base with packs of these names and texts. A pack that permits anything is refused.
    pub(super) fn tightened<'a>(
        packs: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, RulebookError> {
        let (mut names, mut text) = ("base".to_owned(), BASE.to_owned());
        for (name, rules) in packs {
            only_forbids(name, rules)?;
            names = format!("{names}+{name}");
            text = format!("{text}\n// ==== {name} ====\n{rules}");
        }
        Self::read(&names, SCHEMA, &text, fields::FILE)
    }

    /// Parses rules and validates them strictly against the schema.
    pub fn from_text(text: &str) -> Result<Self, RulebookError> {
        Self::read("base", SCHEMA, text, fields::FILE)
    }

    /// The rules of an earlier day. Their texts must be those that the version names.
    pub fn from_archive(archived: &Archived) -> Result<Self, RulebookError> {
        let (names, _) = archived.version.split_once('@').unwrap_or_default();
        let book = Self::read(names, &archived.schema, &archived.text, &archived.fields)?;
        if *book.version != *archived.version {
            return Err(RulebookError::new(format!(
                "the archive of {} was changed",
                archived.version
            )));
        }
        Ok(book)
    }

    fn read(names: &str, schema: &str, text: &str, fields: &str) -> Result<Self, RulebookError> {
        let wrong = |error: &dyn std::fmt::Display| RulebookError(error.to_string());
        let (shapes, _) = Schema::from_cedarschema_str(schema).map_err(|error| wrong(&error))?;
        let policies = PolicySet::from_str(text).map_err(|error| wrong(&error))?;
        let outcome = Validator::new(shapes.clone()).validate(&policies, ValidationMode::Strict);
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
                RuleWords {
                    id: note("id"),
                    forbids: policy.effect() == Effect::Forbid,
                    says: note("says"),
                    remedy: note("remedy"),
                    source: note("source"),
                    text: policy.to_string(),
                },
            );
        }
        let actions = shapes.action_entities().map_err(|error| wrong(&error))?;
        let digest = sha256_hex(format!("{schema}\n{text}\n{fields}").as_bytes());
        let version = format!("{names}@{}", digest.get(..16).unwrap_or_default()).into();
        Ok(Self {
            policies,
            actions,
            version,
            words,
            schema: schema.to_owned(),
            text: text.to_owned(),
            by_purpose: Vec::new(),
        })
    }

    /// The texts of every version in force, for the archive.
    pub fn archive(&self) -> Vec<Archived> {
        let mut all = vec![Archived {
            version: self.version.to_string(),
            schema: self.schema.clone(),
            text: self.text.clone(),
            fields: fields::FILE.to_owned(),
        }];
        for (_, book) in &self.by_purpose {
            all.extend(book.archive());
        }
        all
    }

    /// The rules in their order, each as people read it.
    pub fn rules(&self) -> Vec<RuleWords> {
        let mut rules: Vec<RuleWords> = self.words.values().cloned().collect();
        rules.sort_by_key(|words| self.place(&words.id));
        rules
    }

    /// The rules for cases of a purpose.
    fn of_purpose(&self, purpose: Option<Purpose>) -> &Self {
        self.by_purpose
            .iter()
            .find(|(own, _)| Some(*own) == purpose)
            .map_or(self, |(_, book)| book)
    }

    /// Version of the rules: `base@` and the first 16 digits of the hash of schema, text and field lists.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Decides. A permit or a refusal, both with the rules that brought it about.
    pub fn decide(&self, request: &Request<'_>, facts: &Facts<'_>) -> Result<Permit, Refusal> {
        match facts.case {
            Some(case) if request.act.target() != Target::Service => self
                .of_purpose(case.purpose)
                .decide_by_these(request, facts),
            _ => self.decide_by_these(request, facts),
        }
    }

    fn decide_by_these(&self, request: &Request<'_>, facts: &Facts<'_>) -> Result<Permit, Refusal> {
        let unknown_case = || self.refusal("case.unknown", "There is no such case.", false);
        let resource = match (request.act.target(), facts.case) {
            (Target::Service, _) => entities::service(facts.test_profile),
            // Whoever may open none is told so, whether or not there is such a case.
            (_, None) if request.act == Act::OpenEmergency && facts.standing.unreviewed => {
                return Err(self.of_rule("emergency.unreviewed", request.act));
            }
            (_, None) => return Err(unknown_case()),
            (_, Some(case)) => entities::case(case),
        };
        let case = facts
            .case
            .filter(|_| request.act.target() != Target::Service);
        let in_scope = |dataset: &&DatasetFacts| {
            case.is_some_and(|case| case.scope.datasets.contains(&dataset.id))
        };
        let asked_for: Vec<&DatasetFacts> = facts.datasets.iter().filter(in_scope).collect();
        let question = Question {
            act: request.act.cedar().to_owned(),
            principal: entities::actor(request.actor, facts.standing, (facts.accounts, facts.unit)),
            resource,
            context: entities::context(request, facts.standing),
            datasets: asked_for
                .iter()
                .map(|dataset| entities::dataset(dataset))
                .collect(),
            purpose: case
                .and_then(|case| case.purpose)
                .map_or("", Purpose::word)
                .to_owned(),
        };
        match self.put(&question) {
            Ok(Outcome::Allowed(mut rules)) => {
                let datasets: Arc<[DatasetId]> = asked_for
                    .iter()
                    .zip(&question.datasets)
                    .filter(|(_, shape)| self.may_use(&question, shape))
                    .map(|(dataset, _)| dataset.id)
                    .collect();
                if !datasets.is_empty() {
                    rules.push("dataset.agreed".to_owned());
                }
                Ok(self.permit(request, facts, (rules, datasets, question)))
            }
            Ok(Outcome::Refused(ids)) => {
                let known = facts
                    .case
                    .is_none_or(|case| knows_of(request.actor, case, facts.unit))
                    || facts.standing.conflicted
                    || facts.standing.emergency_until.is_some()
                    || (request.act == Act::OpenEmergency && facts.standing.unreviewed);
                Err(Refusal {
                    question: Some(Box::new(question)),
                    ..self.explain(request.act, &ids, known)
                })
            }
            Err(error) => Err(self.refusal("policy.error", &error, true)),
        }
    }

    fn permit(
        &self,
        request: &Request<'_>,
        facts: &Facts<'_>,
        (rules, datasets, question): (Vec<String>, Arc<[DatasetId]>, Question),
    ) -> Permit {
        let case = facts
            .case
            .filter(|_| request.act.target() != Target::Service);
        Permit {
            kind: kind_of(request.act),
            act: request.act,
            actor: request.actor.clone(),
            case: case.map(|case| case.id),
            purpose: case.and_then(|case| case.purpose),
            basis: case.and_then(|case| case.legal_basis),
            ground: ground(request, case),
            datasets,
            kinds: case
                .map(|case| case.scope.kinds.clone())
                .unwrap_or_default(),
            at: request.at,
            policy: Arc::clone(&self.version),
            rules,
            question: Arc::new(question),
        }
    }

    /// Decides again on what was put to these rules: whether it was allowed, and by which rules.
    pub fn replay(&self, question: &Question) -> Result<(bool, Vec<String>), String> {
        match self.put(question)? {
            Outcome::Allowed(mut rules) => {
                if question
                    .datasets
                    .iter()
                    .any(|dataset| self.may_use(question, dataset))
                {
                    rules.push("dataset.agreed".to_owned());
                }
                Ok((true, rules))
            }
            Outcome::Refused(ids) => {
                let names = self
                    .in_order(&ids)
                    .into_iter()
                    .map(|words| words.id.clone());
                let names: Vec<String> = names.collect();
                Ok((
                    false,
                    if names.is_empty() {
                        vec!["role".into()]
                    } else {
                        names
                    },
                ))
            }
        }
    }

    fn may_use(&self, question: &Question, dataset: &super::question::Thing) -> bool {
        let Some(Value::Number(now)) = question.context.get("now") else {
            return false;
        };
        let now = Moment::from_micros(*now);
        let asked = Question {
            act: "useDataset".to_owned(),
            principal: question.principal.clone(),
            resource: dataset.clone(),
            context: entities::dataset_context(now, &question.purpose),
            datasets: Vec::new(),
            purpose: String::new(),
        };
        matches!(self.put(&asked), Ok(Outcome::Allowed(_)))
    }

    /// Says whether the matcher may compare the records of a dataset with those of others at all.
    pub fn match_dataset(
        &self,
        actor: &Actor,
        at: Moment,
        dataset: &DatasetFacts,
    ) -> Result<(), Refusal> {
        let resource = entities::dataset(dataset);
        self.besides(actor, ("matchDataset", resource), entities::at(at))
            .map(drop)
    }

    /// Says whether the matcher may compare these properties under an agreement between owners; `None` where there is none.
    pub fn match_across(
        &self,
        actor: &Actor,
        at: Moment,
        agreement: Option<&MatchingAgreement>,
        properties: &[String],
    ) -> Result<Vec<String>, Refusal> {
        let mut context = entities::at(at);
        let properties = entities::texts(properties.iter().map(String::as_str));
        context.insert("fields".to_owned(), properties);
        self.besides(
            actor,
            ("matchAcross", entities::matching(agreement)),
            context,
        )
    }

    /// Says whether an agreement between owners may be renewed until a day.
    pub fn renew_matching(
        &self,
        actor: &Actor,
        at: Moment,
        agreement: &MatchingAgreement,
        until: Moment,
    ) -> Result<Vec<String>, Refusal> {
        let mut context = entities::at(at);
        context.insert("until".to_owned(), Value::Number(until.micros()));
        let resource = entities::matching(Some(agreement));
        self.besides(actor, ("renewMatching", resource), context)
    }

    /// A question beside the one of the act itself.
    fn besides(
        &self,
        actor: &Actor,
        (act, resource): (&str, super::question::Thing),
        context: std::collections::BTreeMap<String, Value>,
    ) -> Result<Vec<String>, Refusal> {
        let question = Question {
            act: act.to_owned(),
            principal: entities::actor(actor, Standing::default(), (&[], "")),
            resource,
            context,
            datasets: Vec::new(),
            purpose: String::new(),
        };
        match self.put(&question) {
            Ok(Outcome::Allowed(rules)) => Ok(rules),
            Ok(Outcome::Refused(ids)) => Err(Refusal {
                question: Some(Box::new(question)),
                ..self.explain(Act::RunMatching, &ids, true)
            }),
            Err(error) => Err(self.refusal("policy.error", &error, true)),
        }
    }

    fn put(&self, question: &Question) -> Result<Outcome, String> {
        let odd = || format!("`{}` cannot be put to the rules", question.act);
        let request = cedar_policy::Request::new(
            uid("User", &question.principal.id).ok_or_else(odd)?,
            uid("Action", &question.act).ok_or_else(odd)?,
            uid(&question.resource.kind, &question.resource.id).ok_or_else(odd)?,
            cedar_context(&question.context).ok_or_else(odd)?,
            None,
        )
        .map_err(|error| error.to_string())?;
        let things = [&question.resource, &question.principal]
            .into_iter()
            .map(entity)
            .collect::<Option<Vec<_>>>()
            .ok_or_else(odd)?;
        let entities = self
            .actions
            .clone()
            .add_entities(things, None)
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

    /// Where a rule stands in the book.
    fn place(&self, rule: &str) -> usize {
        self.text
            .find(&format!("@id(\"{rule}\")"))
            .unwrap_or(usize::MAX)
    }

    /// The rule that comes first in the book says most: membership before stage, stage before expiry.
    fn in_order(&self, ids: &[PolicyId]) -> Vec<&RuleWords> {
        let mut found: Vec<&RuleWords> = ids.iter().filter_map(|id| self.words.get(id)).collect();
        found.sort_by_key(|words| self.place(&words.id));
        found
    }

    fn explain(&self, act: Act, ids: &[PolicyId], known: bool) -> Refusal {
        let found = self.in_order(ids);
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
                question: None,
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
            question: None,
        }
    }
}

/// Refuses a pack that permits anything: packs tighten, they never loosen.
fn only_forbids(name: &str, rules: &str) -> Result<(), RulebookError> {
    let policies = PolicySet::from_str(rules)
        .map_err(|error| RulebookError(format!("pack `{name}`: {error}")))?;
    for policy in policies.policies() {
        let rule = policy.annotation("id").unwrap_or_default();
        if policy.effect() != Effect::Forbid {
            return Err(RulebookError(format!(
                "pack `{name}`: rule `{rule}` permits something, and a pack can only forbid"
            )));
        }
        let silent = ["says", "remedy", "source"]
            .into_iter()
            .find(|key| policy.annotation(key).unwrap_or_default().is_empty());
        if let Some(key) = silent {
            return Err(RulebookError(format!(
                "pack `{name}`: rule `{rule}` has no @{key}"
            )));
        }
    }
    Ok(())
}

enum Outcome {
    Allowed(Vec<String>),
    Refused(Vec<PolicyId>),
}

/// Says whether somebody may know that a case exists: its team, who wrote it down, supervisors, records officers, auditors.
fn knows_of(actor: &Actor, case: &CaseFile, unit: &str) -> bool {
    let near = unit.is_empty() || case.unit.is_empty() || case.unit == unit;
    case.membership(actor.user).is_some()
        || case.opened_by == actor.user
        || near
            && actor.roles.iter().any(|role| {
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
        Act::ReadLog
        | Act::ReportUsage
        | Act::OverseeMatching
        | Act::ReadUsageFigures
        | Act::ReadIncidents
        | Act::HandleIncident
        | Act::ReadProcessing
        | Act::WatchLookUps => PermitKind::Audit,
        Act::ReadUsers | Act::ManageUsers | Act::ConfirmClock | Act::MoveClock | Act::Maintain => {
            PermitKind::Administration
        }
        Act::OwnAccount
        | Act::ReadCalendar
        | Act::OpenCase
        | Act::ListCases
        | Act::ReadDatasets => PermitKind::Desk,
        _ if act.target() == Target::Service => PermitKind::Stewardship,
        _ => PermitKind::Case,
    }
}

#[cfg(test)]
#[path = "rulebook_tests.rs"]
mod tests;
