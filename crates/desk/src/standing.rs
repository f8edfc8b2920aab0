//! What goes on without a person stops with the ground of its case, and its owner is told why: kept searches, orders to be
//! told, programs' tokens, the dates of a case in a calendar.
//!
//! The ground goes when the case is closed or its time runs out. Opening the case again does not bring it back: a person
//! then looks things up again, each time with a reason, but what runs by itself waits until a supervisor has put the case
//! on a basis anew, and until its owner lets it go on.

use domain::authority::{Actor, LegalBasis};
use domain::case::{CaseFile, Stage};
use domain::id::{CaseId, KeptSearchId, StoppedId, SubscriptionId, UserId};
use domain::policy::{Act, Refusal};
use domain::standing::{Kind, NewBasis, Outcome, Stopped};
use domain::subscription::Subscription;
use domain::time::Moment;
use store::{Tx, View};

use crate::act::Touched;
use crate::case_course::within;
use crate::door::Knock;
use crate::error::required;
use crate::kept_search::{Answered, Line};
use crate::text_search::TextAsked;
use crate::users::nobody;
use crate::{Desk, DeskError};

/// Cases looked at in one go.
const CASES: usize = 200;

/// A basis on which a case is to be put.
#[derive(Debug, Clone)]
pub struct Renewal {
    /// The ground in law.
    pub basis: LegalBasis,
    /// Why it holds now.
    pub words: String,
    /// Days from now for which the case runs on it, 1 to 366.
    pub days: i64,
}

/// Something of somebody's that stopped.
#[derive(Debug, Clone)]
pub struct StoppedLine {
    /// What, why and when.
    pub stopped: Stopped,
    /// Number of its case.
    pub case_number: String,
    /// Whether it can be let go on now.
    pub may_resume: bool,
}

impl Desk {
    /// Stops everything that rests on the ground of a case and keeps for each owner why; in the act by which the ground
    /// goes. Gives how much stopped; nothing where the ground had gone before.
    pub(crate) fn stop_standing(
        &self,
        tx: &Tx<'_>,
        case: &CaseFile,
        why: &str,
    ) -> Result<usize, DeskError> {
        let at = self.now();
        if !tx.lose_basis(case.id, at)? {
            return Ok(0);
        }
        let mut found: Vec<(Kind, [u8; 16], UserId)> = Vec::new();
        for (id, user) in tx.running_searches(case.id)? {
            found.push((Kind::Search, *id.bytes(), user));
        }
        for (id, user) in tx.running_orders(case.id)? {
            tx.end_subscription(id, why)?;
            tx.queue_message(id, None)?;
            found.push((Kind::Order, *id.bytes(), user));
        }
        for (id, user) in tx.running_tokens(case.id)? {
            tx.end_session(id, at)?;
            found.push((Kind::Token, *id.bytes(), user));
        }
        for (user, rank) in &case.members {
            if rank.works()
                && has_calendar(tx, *user, at)?
                && tx.still_stopped(user.bytes(), case.id)?.is_none()
            {
                found.push((Kind::Calendar, *user.bytes(), *user));
            }
        }
        for (kind, thing, user) in &found {
            self.note_stopped(tx, (*kind, *thing), *user, case.id, why)?;
        }
        Ok(found.len())
    }

    pub(crate) fn note_stopped(
        &self,
        tx: &Tx<'_>,
        (kind, thing): (Kind, [u8; 16]),
        user: UserId,
        case: CaseId,
        why: &str,
    ) -> Result<(), DeskError> {
        let at = self.now();
        tx.add_stopped(&Stopped {
            id: StoppedId::fresh(at, self.randomness()),
            user,
            case,
            kind,
            thing,
            why: why.to_owned(),
            at,
            settled: None,
        })?;
        Ok(())
    }

    /// Stops what rests on cases whose time has run out since the last run; gives how much.
    ///
    /// # Errors
    /// Those of the store; what was stopped before stays so.
    pub fn stop_run_out(&self) -> Result<usize, DeskError> {
        let mut stopped = 0;
        loop {
            let now = self.now();
            let found = self.store().read(|view| view.cases_run_out(now, CASES))?;
            if found.is_empty() {
                return Ok(stopped);
            }
            for case in found {
                stopped += self.stop_one_run_out(case)?;
            }
        }
    }

    fn stop_one_run_out(&self, case: CaseId) -> Result<usize, DeskError> {
        self.enter(|tx| {
            let file = tx.case(case)?;
            let mut stopped = 0;
            // Somebody may have put it on a new basis meanwhile.
            if let Some(file) = file.filter(|file| file.expires <= self.now()) {
                stopped = self.stop_standing(tx, &file, &run_out(&file))?;
            }
            let mut entry = self.entry_service(
                &nobody(domain::authority::Origin::Service),
                Act::HandleSubscriptions,
            );
            entry.entry.case = Some(case);
            entry.entry.objects.push(format!("stopped:{stopped}"));
            Ok((stopped, entry))
        })
    }

    /// Whether the ground of a case stands, so that something may rest on it.
    ///
    /// # Errors
    /// A decision has to come first where the ground has gone.
    pub(crate) fn on_its_basis(&self, view: &View<'_>, case: CaseId) -> Result<(), DeskError> {
        let file = view.case(case)?.ok_or(DeskError::NotFound("case"))?;
        let lost = match view.basis_lost(case)? {
            Some(at) => at,
            None if file.expires <= self.now() => file.expires,
            None => return Ok(()),
        };
        let says = format!(
            "The basis of this case went on {}, when it was closed or its time ran out, and nobody has put it on another \
             since. Nothing may go on by itself in it.",
            lost.day()
        );
        Err(DeskError::Undecided(Box::new(Refusal {
            remedy: "A supervisor who neither wrote the case down nor leads it can put it on a new basis.".into(),
            law: "Directive (EU) 2016/680 art. 4(1)(b), 8".into(),
            ..self.inner.rules.refusal("basis.gone", &says, true)
        })))
    }

    /// Puts an open case on a basis anew, for so many days from now: a decision of a supervisor who neither wrote it down
    /// nor leads it. What stopped with the former ground does not begin by itself.
    ///
    /// # Errors
    /// Malformed without words or beyond a year; a conflict when the case is not open.
    pub fn renew_basis(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &Renewal,
    ) -> Result<Moment, DeskError> {
        let words = required("words", &new.words)?;
        within("days", new.days)?;
        let knock = Knock::inside(actor, Act::RenewBasis, case).asking(&words);
        self.change(&knock, |tx, permit| {
            let file = tx.case(case)?.ok_or(DeskError::NotFound("case"))?;
            if !matches!(file.stage, Stage::Open { .. }) {
                let words =
                    "only an open case is put on a new basis; a closed one is reopened first";
                return Err(DeskError::Conflict(words.into()));
            }
            let mut stopped = 0;
            if file.expires <= permit.at() {
                stopped = self.stop_standing(tx, &file, &run_out(&file))?;
            }
            let expires = permit.at().plus_days(new.days);
            tx.put_on_basis(
                permit,
                &NewBasis {
                    basis: new.basis,
                    words: words.clone(),
                    expires,
                    former: file.legal_basis,
                    former_expires: file.expires,
                    by: permit.user(),
                    at: permit.at(),
                },
            )?;
            let objects = [
                format!("case:{case}"),
                format!("basis:{}", new.basis.word()),
                format!("stopped:{stopped}"),
            ];
            Ok(Touched::new(expires, objects))
        })
    }

    /// What of somebody's own has stopped by itself, newest first.
    pub fn stopped(&self, actor: &Actor) -> Result<Vec<StoppedLine>, DeskError> {
        let knock = Knock::outside(actor, Act::HandleSubscriptions);
        self.read(&knock, |view, permit| {
            let mut lines = Vec::new();
            for stopped in view.stopped_of(permit.user())? {
                let Some(case) = view.case(stopped.case)? else {
                    continue;
                };
                let resumed = matches!(stopped.settled, Some((_, Outcome::Resumed)));
                let open = matches!(case.stage, Stage::Open { .. });
                let may_resume = stopped.kind.goes_on()
                    && !resumed
                    && open
                    && case.membership(permit.user()).is_some()
                    && self.on_its_basis(view, case.id).is_ok();
                lines.push(StoppedLine {
                    case_number: case.number,
                    may_resume,
                    stopped,
                });
            }
            Ok(Touched::new(lines, []))
        })
    }

    /// How much of somebody's own has stopped and waits for their word. Only a refusal is an entry.
    pub fn stopped_unsettled(&self, actor: &Actor) -> Result<usize, DeskError> {
        self.admit(&Knock::outside(actor, Act::HandleSubscriptions))?;
        let found = self.store().read(|view| view.stopped_of(actor.user))?;
        Ok(found.iter().filter(|one| one.settled.is_none()).count())
    }

    /// Leaves something of one's own stopped; nobody is reminded of it any more.
    pub fn leave_stopped(&self, actor: &Actor, id: StoppedId) -> Result<(), DeskError> {
        let knock = Knock::outside(actor, Act::HandleSubscriptions);
        self.change(&knock, |tx, permit| {
            own_stopped(tx, permit.user(), id)?;
            tx.settle_stopped(id, Outcome::Left, permit.at())?;
            Ok(Touched::new((), [format!("stopped:{id}")]))
        })
    }

    /// Lets something of one's own go on that stopped with the ground of its case: an order anew, under an id and a secret
    /// of its own; a search and a calendar as they were.
    ///
    /// # Errors
    /// A decision has to come first while the case stands on no new basis; a conflict for a token, which is made anew, and
    /// for what goes on already.
    pub fn resume_stopped(&self, actor: &Actor, id: StoppedId) -> Result<(), DeskError> {
        let knock = Knock::outside(actor, Act::HandleSubscriptions);
        let found = self.read(&knock, |view, permit| {
            let found = own_stopped(view, permit.user(), id)?;
            Ok(Touched::new(found, [format!("stopped:{id}")]))
        })?;
        let act = match found.kind {
            Kind::Search => Act::MarkDocument,
            Kind::Order | Kind::Calendar => Act::SubscribeAlerts,
            Kind::Token => {
                let words = "a token that has ended stays so; make a new one";
                return Err(DeskError::Conflict(words.into()));
            }
        };
        let case = found.case;
        self.change(&Knock::inside(actor, act, case), |tx, permit| {
            let found = own_stopped(tx, permit.user(), id)?;
            self.on_its_basis(tx, case)?;
            if !tx.settle_stopped(id, Outcome::Resumed, permit.at())? {
                return Err(DeskError::Conflict("it goes on already".into()));
            }
            match found.kind {
                Kind::Order => self.order_again(tx, permit.at(), &found)?,
                Kind::Search => {
                    let kept = tx.kept_searches(permit)?;
                    let thing = KeptSearchId::from_bytes(found.thing);
                    if !kept.iter().any(|one| one.id == thing) {
                        return Err(DeskError::Conflict("the search is kept no longer".into()));
                    }
                }
                Kind::Calendar | Kind::Token => {}
            }
            Ok(Touched::new(
                (),
                [format!("case:{case}"), format!("stopped:{id}")],
            ))
        })
    }

    fn order_again(&self, tx: &Tx<'_>, at: Moment, found: &Stopped) -> Result<(), DeskError> {
        let former = SubscriptionId::from_bytes(found.thing);
        let former = tx
            .subscription(former)?
            .ok_or(DeskError::NotFound("order"))?;
        let own = tx.subscriptions_of(found.user)?;
        if own.iter().any(|order| {
            order.ended.is_none()
                && order.case == former.case
                && order.way == former.way
                && order.address == former.address
        }) {
            return Err(DeskError::Conflict("you are told so already".into()));
        }
        tx.add_subscription(&Subscription {
            id: SubscriptionId::fresh(at, self.randomness()),
            at,
            ended: None,
            ..former
        })?;
        Ok(())
    }

    /// Asks every search that the case keeps and that has not stopped, as [`Desk::search_batch`] does. If the ground of the
    /// case has gone since the last run, they stop with this one.
    ///
    /// # Errors
    /// A decision has to come first where the ground has gone.
    pub fn ask_kept(&self, actor: &Actor, case: CaseId) -> Result<Vec<Answered>, DeskError> {
        let kept = self.kept_searches(actor, case)?;
        let now = self.now();
        let ran_out = self.store().read(|view| {
            let open = view
                .case(case)?
                .filter(|file| matches!(file.stage, Stage::Open { .. }) && file.expires <= now);
            Ok(open.is_some() && view.basis_lost(case)?.is_none())
        })?;
        if ran_out {
            self.stop_one_run_out(case)?;
        }
        self.store()
            .read(|view| Ok(self.on_its_basis(view, case)))??;
        let lines = kept.into_iter().filter(|one| one.stopped.is_none());
        let lines = lines.map(|one| Line {
            asked: TextAsked {
                words: one.words,
                scripts: !one.as_written,
            },
            reason: one.reason,
        });
        self.search_batch(actor, case, lines.collect())
    }
}

/// What stopped, if it is somebody's own.
fn own_stopped(view: &View<'_>, user: UserId, id: StoppedId) -> Result<Stopped, DeskError> {
    view.stopped(id)?
        .filter(|found| found.user == user)
        .ok_or(DeskError::NotFound("thing of yours that stopped"))
}

/// Whether somebody's calendar is read by a program.
fn has_calendar(view: &View<'_>, user: UserId, at: Moment) -> Result<bool, DeskError> {
    let word = crate::tokens::TokenPurpose::Calendar.word();
    let tokens = view.api_tokens(user)?;
    Ok(tokens
        .iter()
        .any(|token| token.purpose == word && token.ended.is_none() && at < token.expires))
}

fn run_out(case: &CaseFile) -> String {
    format!("The time of the case ran out on {}.", case.expires.day())
}

/// Why things stop when a case is closed.
pub(crate) fn closed(at: Moment) -> String {
    format!("The case was closed on {}.", at.day())
}
