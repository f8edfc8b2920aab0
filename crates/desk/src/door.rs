//! The single entrance: request, policy, permit, act, save and log.
//!
//! The cast: a [`Knock`] says who wants what of which case, and why. [`Desk::read`] serves acts that only read: it reads
//! under the permit, writes the entry, and only then answers. [`Desk::change`] serves acts that change something: the
//! decision, the change and the entry are one transaction. A refusal is an entry too. There is no second way in.

use std::time::Instant;

use domain::audit::LogPurpose;
use domain::authority::{Actor, Reason};
use domain::case::CaseFile;
use domain::id::{CaseId, UserId};
use domain::policy::{
    Act, DatasetFacts, Facts, LOOK_UPS_A_DAY, Permit, Refusal, Request, Standing, Target,
};
use domain::time::Moment;
use store::{Acted, NoHit, StoreError, Tx, View};

use crate::act::Touched;
use crate::pace::Moments;
use crate::{Desk, DeskError};

/// Who wants what, of which case, and why.
#[derive(Debug, Clone)]
pub struct Knock<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// What.
    pub act: Act,
    /// The case, for acts inside one.
    pub case: Option<CaseId>,
    /// Why, for look-ups; the last reason given in this case by this user when absent.
    pub reason: Option<&'a Reason>,
    /// Whom a decision concerns.
    pub concerns: Option<UserId>,
    /// The words of the question, committed to in the log.
    pub asked: Option<&'a str>,
    /// For what the log is read.
    pub log_purpose: Option<LogPurpose>,
}

impl<'a> Knock<'a> {
    /// An act outside cases.
    pub fn outside(actor: &'a Actor, act: Act) -> Self {
        Self {
            actor,
            act,
            case: None,
            reason: None,
            concerns: None,
            asked: None,
            log_purpose: None,
        }
    }
    /// An act inside a case.
    pub fn inside(actor: &'a Actor, act: Act, case: CaseId) -> Self {
        Self {
            case: Some(case),
            ..Self::outside(actor, act)
        }
    }
    /// With a stated reason.
    pub fn because(self, reason: Option<&'a Reason>) -> Self {
        Self { reason, ..self }
    }
    /// With the words of a question.
    pub fn asking(self, asked: &'a str) -> Self {
        Self {
            asked: Some(asked),
            ..self
        }
    }
    /// To read the log for a purpose.
    pub fn for_log(self, log_purpose: Option<LogPurpose>) -> Self {
        Self {
            log_purpose,
            ..self
        }
    }
    /// About a person.
    pub fn concerning(self, user: UserId) -> Self {
        Self {
            concerns: Some(user),
            ..self
        }
    }
}

/// Everything known about the target, read in one snapshot.
struct Known {
    case: Option<CaseFile>,
    datasets: Vec<DatasetFacts>,
    reason: Option<Reason>,
    standing: Standing,
    accounts: Vec<UserId>,
    unit: String,
}

impl Desk {
    /// Reads under a permit, logs, then answers.
    pub(crate) fn read<T>(
        &self,
        knock: &Knock<'_>,
        read: impl FnOnce(&View<'_>, &Permit) -> Result<Touched<T>, DeskError>,
    ) -> Result<T, DeskError> {
        let began = Instant::now();
        let outcome = self
            .store()
            .read(|view| Ok(self.decide_and_read(view, knock, read)))?;
        match outcome {
            Ok((touched, permit, decided)) => {
                let answered = Instant::now();
                self.keep_read(&permit, knock, touched.objects, touched.nothing)?;
                if permit.act().target() == Target::LookUp {
                    self.inner.pace.add(Moments {
                        began,
                        decided,
                        answered,
                    });
                }
                Ok(touched.value)
            }
            Err(DeskError::Refused(refusal)) => {
                self.store().log(self.entry_refused(
                    knock.actor,
                    knock.act,
                    knock.case,
                    knock.asked,
                    &refusal,
                ))?;
                Err(hide(*refusal))
            }
            Err(
                error @ (DeskError::NotFound(_)
                | DeskError::Malformed { .. }
                | DeskError::NotOfCase { .. }
                | DeskError::Conflict(_)),
            ) => {
                self.store().log(self.entry_void(knock, &error))?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Writes the entry of what was read. A look-up also enters what was looked up where, and how many were made today.
    fn keep_read(
        &self,
        permit: &Permit,
        knock: &Knock<'_>,
        objects: Vec<String>,
        nothing: Option<(String, String)>,
    ) -> Result<(), DeskError> {
        let looked_up = permit
            .case()
            .filter(|_| permit.act().target() == Target::LookUp);
        let Some(case) = looked_up else {
            let mut entry = self.entry_done(permit, knock.asked, objects);
            if let Some(purpose) = knock.log_purpose {
                entry.entry.purpose = Some(purpose.word().to_owned());
            }
            self.store().log(entry)?;
            return Ok(());
        };
        let (user, day) = (permit.user(), day_of(permit.at()));
        self.store().act(|tx| {
            if permit.act().is_counted() {
                let (made, raised) = tx.look_ups_on(user, case, day)?;
                // Asked again here: look-ups that were decided on together must not pass the mark together.
                if made >= LOOK_UPS_A_DAY + raised {
                    let refusal = self.inner.rules.of_rule("look-up.budget", permit.act());
                    let entry = self.entry_refused(
                        knock.actor,
                        knock.act,
                        knock.case,
                        knock.asked,
                        &refusal,
                    );
                    let refusal = DeskError::from(refusal);
                    return Ok::<_, DeskError>(Acted::Refused { refusal, entry });
                }
                tx.count_look_up(user, case, day)?;
                self.draw_for_review(tx, permit, case, knock.asked, &objects)?;
                tx.touch_case(case, permit.at())?;
            }
            let names = objects.iter().map(String::as_str);
            tx.add_looked_up(user, case, names.filter(|name| name.starts_with("p:")))?;
            if let Some((asked, datasets)) = nothing {
                let by = user;
                let at = permit.at();
                tx.add_no_hit(
                    case,
                    &NoHit {
                        by,
                        asked,
                        datasets,
                        at,
                    },
                )?;
            }
            Ok(Acted::Done {
                value: (),
                entry: self.entry_done(permit, knock.asked, objects.clone()),
            })
        })?
    }

    fn decide_and_read<T>(
        &self,
        view: &View<'_>,
        knock: &Knock<'_>,
        read: impl FnOnce(&View<'_>, &Permit) -> Result<Touched<T>, DeskError>,
    ) -> Result<(Touched<T>, Permit, Instant), DeskError> {
        let permit = self.decide(view, knock)?;
        let decided = Instant::now();
        Ok((read(view, &permit)?, permit, decided))
    }

    /// Asks without doing, for long work that ends in an act of its own and for each item of a stream. Only a refusal is
    /// an entry.
    pub(crate) fn admit(&self, knock: &Knock<'_>) -> Result<Permit, DeskError> {
        match self.store().read(|view| Ok(self.decide(view, knock)))? {
            Err(DeskError::Refused(refusal)) => {
                self.store().log(self.entry_refused(
                    knock.actor,
                    knock.act,
                    knock.case,
                    knock.asked,
                    &refusal,
                ))?;
                Err(hide(*refusal))
            }
            other => other,
        }
    }

    /// Changes something under a permit: decision, change and entry in one transaction.
    pub(crate) fn change<T: Send + 'static>(
        &self,
        knock: &Knock<'_>,
        change: impl FnOnce(&mut Tx<'_>, &Permit) -> Result<Touched<T>, DeskError> + Send,
    ) -> Result<T, DeskError> {
        let outcome = self.store().act(|tx| match self.decide(tx, knock) {
            Err(error) => self.undone(knock, error),
            Ok(permit) => match change(tx, &permit) {
                Err(error) => self.undone(knock, error),
                Ok(touched) => {
                    if let Some(case) = permit.case() {
                        tx.touch_case(case, permit.at())?;
                    }
                    let mut entry = self.entry_done(&permit, knock.asked, touched.objects);
                    if let Some(recipient) = &touched.recipient {
                        self.name_recipient(&mut entry, recipient);
                    }
                    Ok(Acted::Done {
                        value: touched.value,
                        entry,
                    })
                }
            },
        })?;
        outcome.map_err(|error| match error {
            DeskError::Refused(refusal) => hide(*refusal),
            other => other,
        })
    }

    /// What is refused, or cannot be done as it was asked, is rolled back and leaves its entry; a fault leaves nothing.
    fn undone<T>(
        &self,
        knock: &Knock<'_>,
        error: DeskError,
    ) -> Result<Acted<T, DeskError>, DeskError> {
        let entry = match &error {
            DeskError::Refused(refusal) | DeskError::Undecided(refusal) => {
                self.entry_refused(knock.actor, knock.act, knock.case, knock.asked, refusal)
            }
            DeskError::NotFound(_)
            | DeskError::Malformed { .. }
            | DeskError::NotOfCase { .. }
            | DeskError::Conflict(_) => self.entry_void(knock, &error),
            _ => return Err(error),
        };
        Ok(Acted::Refused {
            refusal: error,
            entry,
        })
    }

    /// The entry of what cannot be done as it was asked. It names what was asked of this case and is nothing of it.
    pub(crate) fn entry_void(&self, knock: &Knock<'_>, error: &DeskError) -> store::Logged {
        let rule = match error {
            DeskError::NotOfCase { .. } => "request.not-of-case",
            _ => "request.void",
        };
        let void = self.inner.rules.refusal(rule, "", true);
        let mut logged = self.entry_refused(knock.actor, knock.act, knock.case, knock.asked, &void);
        if let DeskError::NotOfCase { object, .. } = error {
            logged.entry = logged.entry.with_objects(vec![object.clone()]);
        }
        logged
    }

    fn decide(&self, view: &View<'_>, knock: &Knock<'_>) -> Result<Permit, DeskError> {
        let known = self.known(view, knock)?;
        let request = Request {
            actor: knock.actor,
            act: knock.act,
            reason: known.reason.as_ref(),
            concerns: knock.concerns,
            at: self.now(),
        };
        let facts = Facts {
            case: known.case.as_ref(),
            datasets: &known.datasets,
            test_profile: self.inner.test_profile,
            standing: known.standing,
            accounts: &known.accounts,
            unit: &known.unit,
        };
        Ok(self.inner.rules.decide(&request, &facts)?)
    }

    fn known(&self, view: &View<'_>, knock: &Knock<'_>) -> Result<Known, StoreError> {
        let case = match knock.case {
            Some(id) => view.case(id)?,
            None => None,
        };
        let mut datasets = Vec::new();
        for id in case.iter().flat_map(|case| &case.scope.datasets) {
            // One of high risk without an approved assessment is switched off.
            if let Some(dataset) = view.dataset(*id)?
                && !view.is_unassessed(*id)?
            {
                datasets.push(DatasetFacts {
                    id: dataset.id,
                    agreement: dataset.agreement,
                    unlawful: dataset.unlawful,
                });
            }
        }
        let reason = match (knock.reason, &case) {
            (Some(reason), _) => Some(reason.clone()),
            (None, Some(case)) => view.last_reason(knock.actor.user, case.id)?,
            (None, None) => None,
        };
        let user = knock.actor.user;
        let (unproved, outside_token) = self.bounds(view, knock.actor, knock.act, knock.case)?;
        let standing = Standing {
            emergency_until: match &case {
                Some(case) => view.emergency_until(user, case.id)?,
                None => None,
            },
            conflicted: match &case {
                Some(case) => view.has_conflict(user, case.id)?,
                None => false,
            },
            unproved,
            outside_token,
            log_purpose: knock.log_purpose,
            unreviewed: knock.act == Act::OpenEmergency && view.has_unreviewed_emergency(user)?,
            ..Standing::default()
        };
        let standing = match &case {
            Some(case) if knock.act.is_counted() => {
                let (made, raised) = view.look_ups_on(user, case.id, day_of(self.now()))?;
                Standing {
                    look_ups_made: made,
                    look_ups_raised: raised,
                    ..standing
                }
            }
            _ => standing,
        };
        let own = view.user(user)?;
        Ok(Known {
            case,
            datasets,
            reason,
            standing,
            accounts: self.stands_for(view, user)?,
            unit: own.map(|own| own.unit).unwrap_or_default(),
        })
    }
}

/// The day of a moment, counted from 1970 in UTC.
pub(crate) fn day_of(at: Moment) -> i64 {
    at.micros().div_euclid(86_400_000_000)
}

/// What one may not know of does not exist.
fn hide(refusal: Refusal) -> DeskError {
    if refusal.known {
        refusal.into()
    } else {
        DeskError::NotFound("case")
    }
}
