//! What policy hands out. Its fields are private and only the rulebook beside it can make one.

use std::sync::Arc;

use super::{Act, Question};
use crate::authority::{Actor, LegalBasis, Purpose};
use crate::case::SubjectKind;
use crate::id::{CaseId, DatasetId, UserId};
use crate::time::Moment;

/// Kinds of permit, each with its own limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PermitKind {
    /// Inside one case.
    Case,
    /// Over datasets, without reading what single records say in a case.
    Stewardship,
    /// Over the log.
    Audit,
    /// Over users and the service.
    Administration,
    /// Over one's own list: cases one may know of, the catalogue.
    Desk,
}

/// Leave to do one act now. It lives for one request.
#[derive(Debug, Clone)]
pub struct Permit {
    pub(super) kind: PermitKind,
    pub(super) act: Act,
    pub(super) actor: Actor,
    pub(super) case: Option<CaseId>,
    pub(super) purpose: Option<Purpose>,
    pub(super) basis: Option<LegalBasis>,
    pub(super) ground: Option<String>,
    pub(super) datasets: Arc<[DatasetId]>,
    pub(super) kinds: Vec<SubjectKind>,
    pub(super) at: Moment,
    pub(super) policy: Arc<str>,
    pub(super) rules: Vec<String>,
    pub(super) question: Arc<Question>,
}

impl Permit {
    /// Its kind.
    pub const fn kind(&self) -> PermitKind {
        self.kind
    }
    /// The act it allows.
    pub const fn act(&self) -> Act {
        self.act
    }
    /// Who holds it.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }
    /// The user who holds it.
    pub const fn user(&self) -> UserId {
        self.actor.user
    }
    /// The case inside which it is good.
    pub const fn case(&self) -> Option<CaseId> {
        self.case
    }
    /// The case's purpose.
    pub const fn purpose(&self) -> Option<Purpose> {
        self.purpose
    }
    /// The case's legal basis.
    pub const fn basis(&self) -> Option<LegalBasis> {
        self.basis
    }
    /// Why, in words: the reason that its holder stated, or else the ground on which the case was approved.
    pub fn ground(&self) -> Option<&str> {
        self.ground.as_deref()
    }
    /// The datasets that may be read under it: the case's scope, as far as agreements cover the purpose now.
    pub fn datasets(&self) -> &[DatasetId] {
        &self.datasets
    }
    /// Says whether a dataset may be read under it.
    pub fn covers(&self, dataset: DatasetId) -> bool {
        self.datasets.contains(&dataset)
    }
    /// Says whether a property comes back under it: inside a case, as far as the purpose's field list has it.
    pub fn shows(&self, property: &str) -> bool {
        match (self.case, self.purpose) {
            (None, _) => true,
            (Some(_), Some(purpose)) => super::fields::shown(purpose, property),
            (Some(_), None) => false,
        }
    }
    /// Kinds of thing the case may look into.
    pub fn kinds(&self) -> &[SubjectKind] {
        &self.kinds
    }
    /// When it was given.
    pub const fn at(&self) -> Moment {
        self.at
    }
    /// Version of the rules that decided.
    pub fn policy(&self) -> &str {
        &self.policy
    }
    /// What was put to the rules.
    pub fn question(&self) -> &Question {
        &self.question
    }
    /// Names of the rules that decided.
    pub fn rules(&self) -> &[String] {
        &self.rules
    }
}
