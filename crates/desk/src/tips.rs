//! Tips: taking them in without a name, the queue, whether there may be a case already, and what becomes of them.
//!
//! Whoever gives a tip gets a number and a code; of the code only its hash is kept. Tips are taken in from outside only where
//! the installation says so, by the words that it shows above the form (`tips.txt` in its data directory).

use std::collections::BTreeSet;

use domain::audit::sha256_hex;
use domain::authority::{Actor, Origin, Role};
use domain::case::Membership;
use domain::id::{CaseId, TipId, UserId};
use domain::policy::{Act, Permit};
use domain::schema::{Kind, Model};
use domain::time::Moment;
use domain::tip::{AN_HOUR, Channel, KEPT_DAYS, LONGEST, Tip, TipStep, TipStepKind};
use store::{Tx, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::users::nobody;
use crate::{Desk, DeskError};

/// Tips listed at a time.
pub const LINES: usize = 200;

/// The file of the data directory whose words stand above the form; without it nothing comes in from outside.
pub const NOTICE: &str = "tips.txt";

/// What whoever gave a tip keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TipReceipt {
    /// Its number.
    pub number: String,
    /// The code that leads back to it. It is shown once.
    pub code: String,
    /// When its words are erased if nothing comes of it.
    pub kept_until: Moment,
}

/// What whoever comes back with a code is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TipStatus {
    /// Its number.
    pub number: String,
    /// When it was given.
    pub at: Moment,
    /// `waiting`, `in_hand` once somebody looks at it, or `ended`. Not how: that could tell of a case.
    pub stands: &'static str,
    /// What the office asks, and what was added: whether the office said it, the words, and when.
    pub said: Vec<(bool, String, Moment)>,
}

/// The tips that the reader may see.
#[derive(Debug, Clone, Default)]
pub struct TipQueue {
    /// Those that wait, the oldest first.
    pub waiting: Vec<Tip>,
    /// Those that have ended, the newest first.
    pub ended: Vec<Tip>,
}

/// What a check for prior cases tells: whom to ask, and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriorCheck {
    /// People who may know of a case; empty when no open case seems to have it.
    pub ask: Vec<UserId>,
}

impl Desk {
    /// The words above the form; none where the installation takes in no tips from outside.
    pub fn tip_notice(&self) -> Option<String> {
        let text = std::fs::read_to_string(self.inner.data.join(NOTICE)).ok()?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Takes in a tip from outside.
    ///
    /// # Errors
    /// As if nobody were signed in where no tips are taken in; too many within an hour; malformed when it says nothing, or too
    /// much.
    pub fn give_tip(
        &self,
        words: &str,
        contact: &str,
        channel: Channel,
    ) -> Result<TipReceipt, DeskError> {
        self.takes_tips()?;
        let (words, contact) = said(words, contact)?;
        let actor = nobody(origin(channel));
        let now = self.now();
        self.enter(|tx| {
            if tx.tips_since(now.plus_seconds(-3_600))? >= AN_HOUR {
                return Err(DeskError::TooMany { seconds: 3_600 });
            }
            let (tip, receipt) = self.kept_tip(tx, words, contact, channel, None)?;
            let mut entry = self.entry_service(&actor, Act::GiveTip);
            entry.entry.objects.push(format!("tip:{tip}"));
            Ok((receipt, entry))
        })
    }

    /// Takes in a mail that came to the office, as its text. The file itself stays where it is.
    ///
    /// # Errors
    /// Malformed when it cannot be read as mail.
    pub fn take_mail(&self, actor: &Actor, mail: &[u8]) -> Result<TipReceipt, DeskError> {
        self.admit(&Knock::outside(actor, Act::GiveTip))?;
        self.could_be_logged()?;
        let text = self.text_of_mail(mail)?;
        let (words, contact) = said(&text, "")?;
        self.change(&Knock::outside(actor, Act::GiveTip), |tx, permit| {
            let by = Some(permit.user());
            let (tip, receipt) = self.kept_tip(tx, words, contact, Channel::Mail, by)?;
            Ok(Touched::new(receipt, [format!("tip:{tip}")]))
        })
    }

    fn kept_tip(
        &self,
        tx: &Tx<'_>,
        words: String,
        contact: String,
        channel: Channel,
        by: Option<UserId>,
    ) -> Result<(TipId, TipReceipt), DeskError> {
        let now = self.now();
        let year: String = now.day().chars().take(4).collect();
        let code = self.tip_code();
        let tip = Tip {
            id: TipId::fresh(now, self.randomness()),
            number: tx.next_tip_number(&format!("T-{year}-"))?,
            channel,
            words,
            contact,
            by,
            at: now,
            steps: Vec::new(),
        };
        tx.add_tip(&tip, &hashed(&code))?;
        let receipt = TipReceipt {
            number: tip.number,
            code,
            kept_until: now.plus_days(KEPT_DAYS),
        };
        Ok((tip.id, receipt))
    }

    /// Eighty random bits, in groups that can be read aloud.
    fn tip_code(&self) -> String {
        let mut random = [0u8; 16];
        self.randomness().fill(&mut random);
        let letters: Vec<char> = domain::id::to_text(&random).chars().skip(10).collect();
        let groups: Vec<String> = letters
            .chunks(4)
            .map(|group| group.iter().collect())
            .collect();
        groups.join("-")
    }

    /// Tells whoever comes back with a code how their tip stands.
    ///
    /// # Errors
    /// Not found when the code leads to none.
    pub fn follow_tip(&self, code: &str) -> Result<TipStatus, DeskError> {
        self.takes_tips()?;
        self.could_be_logged()?;
        let tip = self.store().read(|view| view.tip_of_code(&hashed(code)))?;
        let tip = tip.ok_or(DeskError::NotFound("tip"))?;
        let told = |step: &&TipStep| matches!(step.kind, TipStepKind::Added | TipStepKind::Asked);
        let said = tip.steps.iter().filter(told);
        Ok(TipStatus {
            number: tip.number.clone(),
            at: tip.at,
            stands: match (tip.ended(), tip.with()) {
                (Some(_), _) => "ended",
                (None, Some(_)) => "in_hand",
                (None, None) => "waiting",
            },
            said: said
                .map(|step| (step.kind == TipStepKind::Asked, step.words.clone(), step.at))
                .collect(),
        })
    }

    /// Adds to a tip what whoever gave it writes later.
    ///
    /// # Errors
    /// Not found when the code leads to none; a conflict when it has ended.
    pub fn add_to_tip(&self, code: &str, words: &str) -> Result<(), DeskError> {
        self.takes_tips()?;
        let (words, _) = said(words, "")?;
        let code = hashed(code);
        let actor = nobody(Origin::Desk);
        let at = self.now();
        self.enter(|tx| {
            let tip = tx.tip_of_code(&code)?.ok_or(DeskError::NotFound("tip"))?;
            // How it ended is not told to whoever holds the code.
            tip.allows(TipStepKind::Added)
                .map_err(|_| DeskError::Conflict("this tip has ended; give a new one".into()))?;
            let many = tip
                .steps
                .iter()
                .filter(|step| step.kind == TipStepKind::Added);
            if many.count() >= 50 {
                return Err(DeskError::Conflict(
                    "nothing more can be added to this tip".into(),
                ));
            }
            tx.add_tip_step(
                tip.id,
                &TipStep {
                    kind: TipStepKind::Added,
                    words: words.clone(),
                    to: None,
                    case: None,
                    by: None,
                    at,
                },
            )?;
            let mut entry = self.entry_service(&actor, Act::GiveTip);
            entry.entry.objects.push(format!("tip:{}", tip.id));
            Ok(((), entry))
        })
    }

    /// To whom a tip can be given: investigators and supervisors.
    pub fn tip_takers(&self) -> Result<Vec<UserId>, DeskError> {
        Ok(self.store().read(takers)?)
    }

    fn takes_tips(&self) -> Result<(), DeskError> {
        // Where nothing is taken in from outside, whoever is not signed in gets no further than anywhere else.
        self.tip_notice().map(|_| ()).ok_or(DeskError::NotSignedIn)
    }

    /// The tips that somebody may see: supervisors all, investigators those that they were given.
    pub fn tips(&self, actor: &Actor) -> Result<TipQueue, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadTips), |view, permit| {
            let mine = |tips: Vec<Tip>| -> Vec<Tip> {
                tips.into_iter().filter(|tip| sees(permit, tip)).collect()
            };
            let queue = TipQueue {
                waiting: mine(view.tips_waiting(None, LINES)?),
                ended: mine(view.tips_ended(LINES)?),
            };
            let touched: Vec<String> = queue
                .waiting
                .iter()
                .chain(&queue.ended)
                .map(|tip| format!("tip:{}", tip.id))
                .collect();
            Ok(Touched::new(queue, touched))
        })
    }

    /// Reads a tip.
    pub fn tip(&self, actor: &Actor, tip: TipId) -> Result<Tip, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadTips), |view, permit| {
            let found = seen(view, permit, tip)?;
            Ok(Touched::new(found, [format!("tip:{tip}")]))
        })
    }

    /// Takes a step with a tip: asks whoever gave it, gives it to somebody, refuses it or sends it on.
    ///
    /// # Errors
    /// Malformed when it is no step that people take, or is given to nobody who can take it; a conflict when it has ended.
    pub fn step_tip(
        &self,
        actor: &Actor,
        tip: TipId,
        kind: TipStepKind,
        words: &str,
        to: Option<UserId>,
    ) -> Result<(), DeskError> {
        let words = match kind {
            TipStepKind::Asked | TipStepKind::Refused | TipStepKind::Referred => {
                required("words", words)?
            }
            TipStepKind::Given => words.trim().to_owned(),
            _ => {
                return Err(DeskError::malformed(
                    "step",
                    "is none that somebody takes here",
                ));
            }
        };
        self.change(
            &Knock::outside(actor, Act::HandleTip).asking(&words),
            |tx, permit| {
                let found = seen(tx, permit, tip)?;
                found
                    .allows(kind)
                    .map_err(|stands| DeskError::Conflict(stands.to_string()))?;
                if kind == TipStepKind::Given {
                    let user = to.ok_or_else(|| DeskError::malformed("to", "names nobody"))?;
                    if !takers(tx)?.contains(&user) {
                        return Err(DeskError::malformed(
                            "to",
                            "is no investigator or supervisor",
                        ));
                    }
                }
                tx.add_tip_step(
                    tip,
                    &TipStep {
                        kind,
                        words: words.clone(),
                        to: to.filter(|_| kind == TipStepKind::Given),
                        case: None,
                        by: Some(permit.user()),
                        at: permit.at(),
                    },
                )?;
                let objects = [format!("tip:{tip}"), format!("step:{}", kind.word())];
                Ok(Touched::new((), objects))
            },
        )
    }

    /// Asks whether an open case may have somebody or something as a subject: by a full name or an identifier, of which at
    /// least one is given whole. Tells whom to ask and nothing of the case, neither which it is nor how many there are.
    ///
    /// # Errors
    /// Malformed when the name has one word only, or the identifier fewer than five letters and digits.
    pub fn check_prior(
        &self,
        actor: &Actor,
        tip: TipId,
        name: &str,
        identifier: &str,
    ) -> Result<PriorCheck, DeskError> {
        let wanted_name = domain::tip::full_name(name);
        if wanted_name.is_none() && !name.trim().is_empty() {
            return Err(DeskError::malformed("name", "has fewer than two words"));
        }
        let wanted = domain::tip::identifier(identifier);
        if wanted.is_none() && !identifier.trim().is_empty() {
            return Err(DeskError::malformed(
                "identifier",
                "has fewer than five letters and digits, or no digit",
            ));
        }
        if wanted_name.is_none() && wanted.is_none() {
            return Err(DeskError::malformed(
                "name",
                "and identifier are both empty",
            ));
        }
        let asked = format!("{} {}", name.trim(), identifier.trim());
        let knock = Knock::outside(actor, Act::CheckPrior).asking(&asked);
        let standing = self.store().standing("prior cases");
        self.read(&knock, |view, permit| {
            seen(view, permit, tip)?;
            let mut ask = BTreeSet::new();
            for (case, record) in view.subject_records()? {
                let Some(found) = view.scan_one(&standing, record)? else {
                    continue;
                };
                let fits = found
                    .values
                    .iter()
                    .any(|(property, value)| match is_name(property) {
                        true => {
                            wanted_name.is_some() && domain::tip::full_name(value) == wanted_name
                        }
                        false => {
                            wanted.is_some()
                                && is_identifier(&found.schema, property)
                                && domain::tip::identifier(value) == wanted
                        }
                    });
                if !fits || view.has_conflict(permit.user(), case)? {
                    continue;
                }
                if let Some(file) = view.case(case)? {
                    let leads = file.members.iter();
                    ask.extend(
                        leads
                            .filter(|(_, rank)| *rank == Membership::Lead)
                            .map(|(user, _)| *user),
                    );
                }
            }
            let check = PriorCheck {
                ask: ask.into_iter().collect(),
            };
            Ok(Touched::new(check, [format!("tip:{tip}")]))
        })
    }

    /// Marks a tip as having become a case, in the transaction in which the case is written down.
    pub(crate) fn tip_became(
        &self,
        tx: &Tx<'_>,
        permit: &Permit,
        tip: TipId,
        case: CaseId,
    ) -> Result<(), DeskError> {
        let found = seen(tx, permit, tip)?;
        found
            .allows(TipStepKind::Opened)
            .map_err(|stands| DeskError::Conflict(stands.to_string()))?;
        tx.add_tip_step(
            tip,
            &TipStep {
                kind: TipStepKind::Opened,
                words: String::new(),
                to: None,
                case: Some(case),
                by: Some(permit.user()),
                at: permit.at(),
            },
        )?;
        Ok(())
    }

    /// Erases the words of tips that became no case and whose time is over; gives how many.
    pub fn erase_due_tips(&self) -> Result<usize, DeskError> {
        if !self.may_erase("tips") {
            return Ok(0);
        }
        let now = self.now();
        let before = now.plus_days(-KEPT_DAYS);
        let due = self.store().read(|view| view.tips_due(before))?;
        let actor = nobody(Origin::Service);
        for tip in &due {
            self.enter(|tx| {
                tx.blank_tip(tip.id)?;
                tx.add_tip_step(
                    tip.id,
                    &TipStep {
                        kind: TipStepKind::Erased,
                        words: String::new(),
                        to: None,
                        case: None,
                        by: None,
                        at: now,
                    },
                )?;
                let mut entry = self.entry_service(&actor, Act::EraseTip);
                entry.entry.objects.push(format!("tip:{}", tip.id));
                Ok(((), entry))
            })?;
        }
        Ok(due.len())
    }
}

fn takers(view: &View<'_>) -> Result<Vec<UserId>, store::StoreError> {
    let takes = |role: &Role| matches!(role, Role::Investigator | Role::Supervisor);
    let users = view.users()?.into_iter();
    Ok(users
        .filter(|user| !user.service && user.roles.iter().any(takes))
        .map(|user| user.id)
        .collect())
}

fn is_name(property: &str) -> bool {
    matches!(property, "name" | "alias" | "previousName" | "weakAlias")
}

fn is_identifier(schema: &str, property: &str) -> bool {
    let property = Model::standard().property(schema, property);
    property.is_some_and(|property| property.kind == Kind::Identifier)
}

/// Whether a tip is for whoever holds a permit.
fn sees(permit: &Permit, tip: &Tip) -> bool {
    permit.actor().roles.contains(&Role::Supervisor) || tip.with() == Some(permit.user())
}

fn seen(view: &View<'_>, permit: &Permit, tip: TipId) -> Result<Tip, DeskError> {
    view.tip(tip)?
        .filter(|tip| sees(permit, tip))
        .ok_or(DeskError::NotFound("tip"))
}

fn said(words: &str, contact: &str) -> Result<(String, String), DeskError> {
    let words = required("words", words)?;
    if words.chars().count() > LONGEST {
        return Err(DeskError::malformed(
            "words",
            format!("has more than {LONGEST} characters"),
        ));
    }
    let contact = contact.trim();
    if contact.chars().count() > 200 {
        return Err(DeskError::malformed(
            "contact",
            "has more than 200 characters",
        ));
    }
    Ok((words, contact.to_owned()))
}

fn origin(channel: Channel) -> Origin {
    match channel {
        Channel::Form => Origin::Desk,
        _ => Origin::Api,
    }
}

/// A code as it is kept: however it was typed.
fn hashed(code: &str) -> String {
    let letters: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    sha256_hex(format!("tip {letters}").as_bytes())
}
