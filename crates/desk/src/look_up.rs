//! Searching inside a case, for a stated reason: things freely, persons by a selector only.

use domain::authority::{Actor, Reason};
use domain::case::SubjectKind;
use domain::id::CaseId;
use domain::policy::selector::{Asked, Selector, selector};
use domain::policy::{Act, Refusal};
use search::{Persons, Question, Things};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::gap;
use crate::{Desk, DeskError};

/// A search as it was asked.
#[derive(Debug, Clone)]
pub struct LookUp {
    /// Why; the reason is remembered for what is opened from the results.
    pub reason: Option<Reason>,
    /// The person part of the question.
    pub asked: Asked,
    /// The part about things: text, kinds, filters.
    pub question: Question,
}

impl LookUp {
    /// The question as a reader of the case understands it.
    fn in_words(&self) -> String {
        let asked = serde_json::to_value(&self.asked).unwrap_or_default();
        let said = asked.as_object().into_iter().flatten();
        let parts = said.filter_map(|(field, value)| {
            let value = value.as_str().filter(|value| !value.trim().is_empty())?;
            Some(format!("{field}: {value}"))
        });
        let text = self.question.text.trim();
        let text = (!text.is_empty()).then(|| format!("text: {text}"));
        parts.chain(text).collect::<Vec<_>>().join("; ")
    }
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Companies, vessels, contracts, documents; `None` when only persons were asked for.
    pub things: Option<Things>,
    /// Persons, or why none were looked for; `None` when the question was not about persons.
    pub persons: Option<Result<Persons, Refusal>>,
    /// What may be missing of the datasets that were looked in, in words.
    pub gaps: Vec<String>,
}

impl Desk {
    /// Searches.
    ///
    /// # Errors
    /// Refused without an open case, purpose, basis or reason; malformed when nothing at all is asked or only persons are
    /// asked for without a selector.
    pub fn look_up(
        &self,
        actor: &Actor,
        case: CaseId,
        look_up: &LookUp,
    ) -> Result<Found, DeskError> {
        let asked = words(look_up);
        let persons = look_up
            .question
            .kinds
            .contains(&SubjectKind::Persons)
            .then(|| selector(&look_up.asked));
        let things = look_up
            .question
            .kinds
            .iter()
            .any(|kind| *kind != SubjectKind::Persons);
        let knock = Knock::inside(actor, Act::Search, case)
            .because(look_up.reason.as_ref())
            .asking(&asked);
        let found = self.read(&knock, |view, permit| {
            if !things && let Some(Err(why)) = &persons {
                return Err(DeskError::malformed("selector", why.to_string()));
            }
            let persons = match persons {
                None => None,
                Some(Err(why)) => Some(Err(why.refusal(self.policy_version()))),
                Some(Ok(selector)) => Some(Ok(self.persons(permit, &selector)?)),
            };
            let things = match things {
                true => Some(self.index().search_things(permit, &look_up.question)?),
                false => None,
            };
            let mut gaps = Vec::new();
            for dataset in permit.datasets() {
                let title = view.dataset(*dataset)?.map(|dataset| dataset.title);
                let words = gap::words_of(view, *dataset)?;
                gaps.extend(
                    words
                        .into_iter()
                        .map(|words| format!("{}: {words}", title.as_deref().unwrap_or_default())),
                );
            }
            let found = Found {
                things,
                persons,
                gaps,
            };
            let touched = self.hits(&found);
            let nothing = touched.is_empty() && !matches!(found.persons, Some(Err(_)));
            let touched = Touched::new(found, touched);
            if !nothing {
                return Ok(touched);
            }
            let asked = look_up.in_words();
            Ok(touched.nothing_found(asked, self.asked_where(view, permit)?))
        })?;
        if let Some(reason) = &look_up.reason {
            self.remember(actor, case, reason)?;
        }
        Ok(found)
    }

    /// The datasets that a permit covers, and how far the index had come in them.
    fn asked_where(
        &self,
        view: &store::View<'_>,
        permit: &domain::policy::Permit,
    ) -> Result<String, DeskError> {
        let mut titles = Vec::new();
        for id in permit.datasets() {
            titles.extend(view.dataset(*id)?.map(|dataset| dataset.title));
        }
        titles.sort_unstable();
        let known = self.index().watermark();
        Ok(format!("{}; known up to entry {known}", titles.join(", ")))
    }

    /// States the reason for what is looked up next in this case; refused to whoever may look nothing up in it.
    pub fn state_reason(
        &self,
        actor: &Actor,
        case: CaseId,
        line: &str,
        settles: &str,
    ) -> Result<(), DeskError> {
        let line = required("line", line)?;
        let settles = required("settles", settles)?;
        let reason = Reason::new(&line, &settles).ok_or_else(|| {
            DeskError::malformed(
                "settles",
                "says nothing: write what this look-up should settle",
            )
        })?;
        self.admit(&Knock::inside(actor, Act::Search, case).because(Some(&reason)))?;
        if let Some(why) = self.health().refusing {
            return Err(DeskError::Unavailable(why));
        }
        self.remember(actor, case, &reason)
    }

    fn remember(&self, actor: &Actor, case: CaseId, reason: &Reason) -> Result<(), DeskError> {
        let user = actor.user;
        Ok(self
            .store()
            .quiet(|tx| Ok::<_, DeskError>(tx.remember_reason(user, case, reason)?))?)
    }

    fn persons(
        &self,
        permit: &domain::policy::Permit,
        selector: &Selector,
    ) -> Result<Persons, DeskError> {
        if !permit.kinds().contains(&SubjectKind::Persons) {
            return Err(self
                .inner
                .rules
                .refusal(
                    "scope.persons",
                    "Natural persons are outside the scope of this case.",
                    true,
                )
                .into());
        }
        // Finding somebody by what the purpose may not read would tell it all the same.
        if matches!(selector, Selector::Contact(_)) && !permit.shows("email") {
            return Err(self
                .inner
                .rules
                .refusal(
                    "fields.contacts",
                    "The purpose of this case has no telephone numbers and mail addresses in its field list, so nobody \
                     is looked for by them.",
                    true,
                )
                .into());
        }
        Ok(self.index().search_persons(permit, selector)?)
    }

    fn hits(&self, found: &Found) -> Vec<String> {
        let things = found.things.iter().flat_map(|things| &things.hits);
        let persons = found
            .persons
            .iter()
            .flatten()
            .flat_map(|persons| &persons.hits);
        things
            .chain(persons)
            .map(|hit| self.pseudonym(hit.record.bytes()))
            .collect()
    }
}

/// The question in words, for the commitment in the log and for the reviewer.
fn words(look_up: &LookUp) -> String {
    serde_json::json!({ "asked": look_up.asked, "text": look_up.question.text }).to_string()
}
