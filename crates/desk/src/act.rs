//! What an act tells the log of itself: the objects it touched and the words it was given.

use domain::audit::{Commitment, Entry};
use domain::authority::Actor;
use domain::id::{CaseId, EntryId};
use domain::policy::{Act, Permit, Refusal};
use store::{Logged, Opening};

use crate::Desk;

/// An act's value together with what it touched.
pub struct Touched<T> {
    /// The value.
    pub value: T,
    /// Ids, digests and pseudonyms, never content.
    pub objects: Vec<String>,
    /// To whom it went, in words that the log commits to and does not hold.
    pub recipient: Option<String>,
    /// What was asked and not found, and where, for a look-up that found nothing; in words that the case keeps.
    pub nothing: Option<(String, String)>,
}

impl<T> Touched<T> {
    /// A value that touched these objects.
    pub fn new(value: T, objects: impl IntoIterator<Item = String>) -> Self {
        Self {
            value,
            objects: objects.into_iter().collect(),
            recipient: None,
            nothing: None,
        }
    }

    /// The same, having found nothing.
    pub fn nothing_found(self, asked: String, datasets: String) -> Self {
        Self {
            nothing: Some((asked, datasets)),
            ..self
        }
    }

    /// The same, given to somebody outside.
    pub fn given_to(self, recipient: String) -> Self {
        Self {
            recipient: Some(recipient),
            ..self
        }
    }
}

impl Desk {
    /// The name under which a record, identity or person stands in the log.
    pub(crate) fn pseudonym(&self, id: &[u8; 16]) -> String {
        domain::audit::pseudonym(self.store().keys().pseudonym(), id)
    }

    pub(crate) fn entry_done(
        &self,
        permit: &Permit,
        asked: Option<&str>,
        objects: Vec<String>,
    ) -> Logged {
        let mut entry = self.entry(permit.actor(), permit.act(), permit.case(), "done");
        entry.kind = permit.act().entry_kind();
        entry.purpose = permit.purpose().map(|purpose| purpose.word().to_owned());
        entry.basis = permit.basis().map(|basis| basis.word().to_owned());
        entry.rules = permit.rules().to_vec();
        let mut openings = Vec::new();
        entry.justification = permit
            .ground()
            .map(|words| self.commit(words, &mut openings));
        entry.asked = asked.map(|words| self.commit(words, &mut openings));
        entry.policy = permit.policy().to_owned();
        let packed = permit.question().packed();
        entry.decided_on = Some(packed.digest.clone());
        Logged {
            entry: entry.with_objects(objects),
            openings,
            decision: Some(packed),
        }
    }

    pub(crate) fn entry_refused(
        &self,
        actor: &Actor,
        act: Act,
        case: Option<CaseId>,
        asked: Option<&str>,
        refusal: &Refusal,
    ) -> Logged {
        let mut entry = self.entry(actor, act, case, "refused");
        entry.kind = domain::audit::EntryKind::Refusal;
        entry.rules = refusal.rules.clone();
        let mut openings = Vec::new();
        entry.asked = asked.map(|words| self.commit(words, &mut openings));
        if !refusal.policy.is_empty() {
            refusal.policy.clone_into(&mut entry.policy);
        }
        let decision = refusal.question.as_ref().map(|question| question.packed());
        entry.decided_on = decision.as_ref().map(|packed| packed.digest.clone());
        Logged {
            entry,
            openings,
            decision,
        }
    }

    /// Names in an entry to whom something went: a commitment that the kept words open.
    pub(crate) fn name_recipient(&self, logged: &mut Logged, words: &str) {
        let commitment = self.commit(words, &mut logged.openings);
        logged.entry.recipient = Some(commitment.as_str().to_owned());
    }

    fn entry(&self, actor: &Actor, act: Act, case: Option<CaseId>, outcome: &str) -> Entry {
        let at = self.now();
        Entry {
            id: EntryId::fresh(at, self.randomness()),
            at: at.to_rfc3339(),
            kind: act.entry_kind(),
            act: act.word().to_owned(),
            actor: actor.user,
            roles: actor
                .roles
                .iter()
                .map(|role| role.word().to_owned())
                .collect(),
            origin: actor.origin.word().to_owned(),
            session: actor.session,
            case,
            purpose: None,
            basis: None,
            justification: None,
            asked: None,
            outcome: outcome.to_owned(),
            policy: self.policy_version().to_owned(),
            rules: Vec::new(),
            decided_on: None,
            objects: Vec::new(),
            more_objects: 0,
            recipient: None,
        }
    }

    fn commit(&self, words: &str, openings: &mut Vec<Opening>) -> Commitment {
        let salt = self.salt();
        let commitment = Commitment::to(words, &salt);
        openings.push(Opening {
            commitment: commitment.clone(),
            salt,
            words: words.to_owned(),
        });
        commitment
    }
}
