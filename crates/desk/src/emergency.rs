//! Emergency access: opened at once by an investigator, told at once to supervisors, reviewed by one of them afterwards.

use domain::authority::{Actor, Reason};
use domain::case::{Membership, Stage};
use domain::emergency::{AtRisk, Emergency, MINUTES, MOST_MINUTES, Review};
use domain::id::{CaseId, EmergencyId, UserId};
use domain::policy::Act;
use domain::time::Moment;

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// An emergency as somebody declares it.
#[derive(Debug, Clone)]
pub struct NewEmergency {
    /// What would be lost by waiting.
    pub at_risk: AtRisk,
    /// Why, in their own words.
    pub reason: String,
    /// For how many minutes; [`MINUTES`] when absent.
    pub minutes: Option<i64>,
}

/// An emergency that waits for its review, with the case that it opened.
#[derive(Debug, Clone)]
pub struct UnreviewedLine {
    /// The use.
    pub emergency: Emergency,
    /// Number of the case.
    pub number: String,
    /// Title of the case.
    pub title: String,
}

impl Desk {
    /// Opens a case to one of its team at once, for minutes: a case that nobody has approved, or one in which they only
    /// read. Nothing is approved by it.
    ///
    /// # Errors
    /// Malformed without a reason or beyond the most minutes; a conflict when the asker may look things up in it anyway.
    pub fn open_emergency(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewEmergency,
    ) -> Result<Emergency, DeskError> {
        let text = required("reason", &new.reason)?;
        let minutes = new.minutes.unwrap_or(MINUTES);
        if !(1..=MOST_MINUTES).contains(&minutes) {
            return Err(DeskError::malformed(
                "minutes",
                format!("must be between 1 and {MOST_MINUTES}"),
            ));
        }
        let line = format!("emergency: {} at risk", new.at_risk.word());
        let reason = Reason::new(&line, &text)
            .ok_or_else(|| DeskError::malformed("reason", "says nothing"))?;
        let id = EmergencyId::fresh(self.now(), self.randomness());
        let at_risk = new.at_risk;
        let knock = Knock::inside(actor, Act::OpenEmergency, case)
            .because(Some(&reason))
            .asking(&text);
        self.change(&knock, |tx, permit| {
            let file = tx.case(case)?.ok_or(DeskError::NotFound("case"))?;
            let works = matches!(
                file.membership(permit.user()),
                Some(Membership::Lead | Membership::Contributor)
            );
            if works && matches!(file.stage, Stage::Open { .. }) {
                return Err(DeskError::Conflict(
                    "the case is open and you work in it; no emergency is needed".into(),
                ));
            }
            let began = permit.at();
            let emergency = Emergency {
                id,
                case,
                user: permit.user(),
                at_risk,
                reason: text.clone(),
                began,
                until: Moment::from_micros(began.micros() + minutes * 60_000_000),
                review: None,
            };
            tx.add_emergency(&emergency)?;
            tx.remember_reason(permit.user(), case, &reason)?;
            let objects = [
                format!("case:{case}"),
                format!("emergency:{id}"),
                format!("at_risk:{}", at_risk.word()),
                format!("minutes:{minutes}"),
            ];
            Ok(Touched::new(emergency, objects))
        })
    }

    /// Lists the emergencies of a case, the newest first.
    pub fn emergencies(&self, actor: &Actor, case: CaseId) -> Result<Vec<Emergency>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let found = view.emergencies(permit)?;
                Ok(Touched::new(found, [format!("case:{case}")]))
            },
        )
    }

    /// Says whether an emergency was one. From then on the same person can have another.
    ///
    /// # Errors
    /// A conflict when it was reviewed before.
    pub fn review_emergency(
        &self,
        actor: &Actor,
        case: CaseId,
        emergency: EmergencyId,
        justified: bool,
        words: &str,
    ) -> Result<(), DeskError> {
        let words = required("words", words)?;
        // Nobody used what is not there: the rules then judge by role alone, and the act finds nothing.
        let used_by = self
            .store()
            .read(|view| view.emergency_user(case, emergency))?
            .unwrap_or(UserId::from_bytes([0; 16]));
        let knock = Knock::inside(actor, Act::ReviewEmergency, case)
            .asking(&words)
            .concerning(used_by);
        self.change(&knock, |tx, permit| {
            let found = tx
                .emergencies(permit)?
                .into_iter()
                .find(|one| one.id == emergency)
                .ok_or(DeskError::NotFound("emergency"))?;
            if found.review.is_some() {
                return Err(DeskError::Conflict("it has been reviewed before".into()));
            }
            let review = Review {
                justified,
                words: words.clone(),
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_review(case, emergency, &review)?;
            let told = if justified {
                "justified"
            } else {
                "not_justified"
            };
            let objects = [format!("emergency:{emergency}"), format!("review:{told}")];
            Ok(Touched::new((), objects))
        })
    }

    /// Lists every emergency that nobody has reviewed, the oldest first.
    pub fn unreviewed_emergencies(&self, actor: &Actor) -> Result<Vec<UnreviewedLine>, DeskError> {
        let knock = Knock::outside(actor, Act::WatchEmergencies);
        self.read(&knock, |view, permit| {
            let mut lines = Vec::new();
            for emergency in view.unreviewed_emergencies(permit)? {
                let case = view.case(emergency.case)?;
                lines.push(UnreviewedLine {
                    number: case
                        .as_ref()
                        .map(|case| case.number.clone())
                        .unwrap_or_default(),
                    title: case.map(|case| case.title).unwrap_or_default(),
                    emergency,
                });
            }
            let touched: Vec<String> = lines
                .iter()
                .map(|line| format!("emergency:{}", line.emergency.id))
                .collect();
            Ok(Touched::new(lines, touched))
        })
    }

    /// Begins to listen to emergencies as they are opened; one entry for the whole stream.
    pub fn follow_emergencies(&self, actor: &Actor) -> Result<(), DeskError> {
        self.read(&Knock::outside(actor, Act::WatchEmergencies), |_, _| {
            Ok(Touched::new((), []))
        })
    }

    /// Says whether somebody may be told of emergencies now; asked again for each one that is streamed.
    pub fn may_follow_emergencies(&self, actor: &Actor) -> Result<(), DeskError> {
        self.admit(&Knock::outside(actor, Act::WatchEmergencies))
            .map(|_| ())
    }
}
