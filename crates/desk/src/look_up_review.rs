//! Look-ups that somebody else looks at: drawn by chance or because of whom they found, judged by a supervisor who did not
//! make them, beside the reason that was stated.

use domain::authority::Actor;
use domain::id::{CaseId, ReviewId, UserId};
use domain::policy::{Act, Permit};
use domain::review::{LookedAt, Said, Share, Turn, Verdict, Why};
use domain::time::Moment;
use store::{ReviewMark, ReviewQuestion, StoreError, Tx};

use crate::act::Touched;
use crate::audit::RecordKey;
use crate::door::Knock;
use crate::error::required;
use crate::sign_in::Visitor;
use crate::{Desk, DeskError};

/// A look-up that waits, with its case.
#[derive(Debug, Clone)]
pub struct WaitingLookUp {
    /// The look-up.
    pub one: LookedAt,
    /// Number of the case.
    pub number: String,
    /// Title of the case.
    pub title: String,
    /// What the case is opened for.
    pub purpose: &'static str,
}

/// What waits for reviewers, and how they fare.
#[derive(Debug, Clone)]
pub struct ReviewDesk {
    /// Those that the reader may judge, by the day on which they are due; those that wait for an answer come along.
    pub waiting: Vec<WaitingLookUp>,
    /// How many of them are overdue.
    pub overdue: usize,
    /// How many look-ups of all were found to fit.
    pub fit: u64,
    /// And how many not.
    pub unfit: u64,
    /// How much is drawn, and how soon it has to be judged.
    pub share: Share,
    /// Persons of whom every look-up is reviewed.
    pub marks: Vec<ReviewMark>,
    /// When it was read.
    pub now: Moment,
}

impl Desk {
    /// Puts a look-up before a reviewer where it is drawn or found somebody marked. In the transaction of its entry.
    pub(crate) fn draw_for_review(
        &self,
        tx: &Tx<'_>,
        permit: &Permit,
        case: CaseId,
        asked: Option<&str>,
        objects: &[String],
    ) -> Result<(), StoreError> {
        let share = tx.review_share()?;
        let mut random = [0u8; 4];
        self.randomness().fill(&mut random);
        let found = || objects.iter().filter(|name| name.starts_with("p:"));
        let mut why = share.draws(random).then_some(Why::Sample);
        for name in found() {
            if let Some(mark) = tx.review_mark(name)? {
                why = why.max(Some(mark));
            }
        }
        let Some(why) = why else {
            return Ok(());
        };
        let at = permit.at();
        tx.add_look_up_review(&LookedAt {
            id: ReviewId::fresh(at, self.randomness()),
            case,
            user: permit.user(),
            why,
            act: permit.act().word().to_owned(),
            reason: permit.ground().unwrap_or_default().to_owned(),
            asked: asked.map(plain).unwrap_or_default(),
            found: found().count() as u64,
            at,
            due: at.plus_days(i64::from(share.days)),
            said: Vec::new(),
        })
    }

    /// What waits for the reader to judge: every look-up but their own, and those of their unit alone where they belong to
    /// one.
    pub fn look_ups_to_review(&self, actor: &Actor) -> Result<ReviewDesk, DeskError> {
        let now = self.now();
        let knock = Knock::outside(actor, Act::WatchLookUps);
        self.read(&knock, |view, permit| {
            let own = self.stands_for(view, actor.user)?;
            let unit = view.user(actor.user)?.map(|user| user.unit);
            let unit = unit.unwrap_or_default();
            let mut waiting = Vec::new();
            for one in view.look_up_reviews(permit, ReviewQuestion::Waiting)? {
                let Some(case) = view.case(one.case)? else {
                    continue;
                };
                let elsewhere = !unit.is_empty() && !case.unit.is_empty() && case.unit != unit;
                if own.contains(&one.user) || elsewhere || view.has_conflict(actor.user, case.id)? {
                    continue;
                }
                waiting.push(WaitingLookUp {
                    one,
                    number: case.number.clone(),
                    title: case.title.clone(),
                    purpose: case.purpose.map_or("", |purpose| purpose.title()),
                });
            }
            let (fit, unfit) = view.review_verdicts()?;
            let touched: Vec<String> = waiting
                .iter()
                .map(|line| format!("look_up_review:{}", line.one.id))
                .collect();
            let desk = ReviewDesk {
                overdue: waiting
                    .iter()
                    .filter(|line| line.one.is_overdue(now))
                    .count(),
                waiting,
                fit,
                unfit,
                share: view.review_share()?,
                marks: view.review_marks(permit)?,
                now,
            };
            Ok(Touched::new(desk, touched))
        })
    }

    /// Judges a look-up of somebody else, or asks them first.
    ///
    /// # Errors
    /// A conflict when it was judged before, or waits for an answer and is asked again.
    pub fn review_look_up(
        &self,
        actor: &Actor,
        case: CaseId,
        review: ReviewId,
        verdict: Verdict,
        words: &str,
    ) -> Result<(), DeskError> {
        let words = required("words", words)?;
        // Nobody made what is not there: the rules then judge by role alone, and the act finds nothing.
        let made_by = self
            .store()
            .read(|view| view.reviewed_user(case, review))?
            .unwrap_or(UserId::from_bytes([0; 16]));
        let knock = Knock::inside(actor, Act::ReviewLookUp, case)
            .asking(&words)
            .concerning(made_by);
        self.change(&knock, |tx, permit| {
            let found = tx.look_up_reviews(permit, ReviewQuestion::One(review))?;
            let one = found
                .into_iter()
                .find(|one| one.case == case)
                .ok_or(DeskError::NotFound("look-up"))?;
            match one.turn() {
                Turn::Judged(_) => {
                    return Err(DeskError::Conflict("it has been judged before".into()));
                }
                Turn::Asked if verdict == Verdict::Ask => {
                    return Err(DeskError::Conflict(
                        "they have been asked and not answered yet".into(),
                    ));
                }
                Turn::Asked | Turn::Reviewer => {}
            }
            let said = Said {
                verdict: Some(verdict),
                words: words.clone(),
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_review_said(review, &said)?;
            let objects = [
                format!("look_up_review:{review}"),
                format!("verdict:{}", verdict.word()),
            ];
            Ok(Touched::new((), objects))
        })
    }

    /// One's own look-ups that were reviewed or about which one was asked, the latest first. What only waits for a reviewer
    /// is not among them: nobody is told which of theirs were drawn. Each comes with the number of its case, as long as one is
    /// in it.
    pub fn own_reviews(
        &self,
        visitor: &Visitor,
    ) -> Result<Vec<(LookedAt, Option<String>)>, DeskError> {
        let knock = Knock::outside(&visitor.actor, Act::OwnAccount);
        self.read(&knock, |view, permit| {
            let question = ReviewQuestion::Of(visitor.user.id);
            let mut own = Vec::new();
            for one in view.look_up_reviews(permit, question)? {
                if one.said.is_empty() {
                    continue;
                }
                let case = view.case(one.case)?;
                let near = case.filter(|case| case.membership(visitor.user.id).is_some());
                own.push((one, near.map(|case| case.number)));
            }
            Ok(Touched::new(own, []))
        })
    }

    /// Answers what a reviewer asked about one's own look-up.
    pub fn answer_review(
        &self,
        visitor: &Visitor,
        review: ReviewId,
        words: &str,
    ) -> Result<(), DeskError> {
        let words = required("words", words)?;
        let knock = Knock::outside(&visitor.actor, Act::OwnAccount).asking(&words);
        self.change(&knock, |tx, permit| {
            let own = tx.look_up_reviews(permit, ReviewQuestion::Of(visitor.user.id))?;
            let mut asked = own.iter().filter(|one| one.turn() == Turn::Asked);
            if !asked.any(|one| one.id == review) {
                return Err(DeskError::NotFound("question"));
            }
            let said = Said {
                verdict: None,
                words: words.clone(),
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_review_said(review, &said)?;
            Ok(Touched::new((), [format!("look_up_review:{review}")]))
        })
    }

    /// Says how many look-ups of a thousand are drawn, and in how many days each has to be judged.
    pub fn set_review_share(&self, actor: &Actor, share: Share) -> Result<(), DeskError> {
        if share.per_thousand > 1000 {
            return Err(DeskError::malformed(
                "per_thousand",
                "is more than all of a thousand",
            ));
        }
        if !(1..=90).contains(&share.days) {
            return Err(DeskError::malformed("days", "must be between 1 and 90"));
        }
        self.change(&Knock::outside(actor, Act::WatchLookUps), |tx, permit| {
            tx.set_review_share(share, permit.user(), permit.at())?;
            Ok(Touched::new(
                (),
                [format!("review_share:{}", share.per_thousand)],
            ))
        })
    }

    /// Marks a person, by the record of a dataset's key, so that every look-up that finds them is reviewed; without a mark,
    /// takes it away.
    pub fn mark_for_review(
        &self,
        actor: &Actor,
        about: &RecordKey,
        mark: Option<Why>,
        words: &str,
    ) -> Result<(), DeskError> {
        let words = required("words", words)?;
        if mark == Some(Why::Sample) {
            return Err(DeskError::malformed(
                "mark",
                "is `colleague` or `public_figure`",
            ));
        }
        let asked = format!("{}/{}", about.dataset, about.key);
        let knock = Knock::outside(actor, Act::WatchLookUps).asking(&asked);
        self.change(&knock, |tx, permit| {
            let record = tx
                .record_in_log(permit, &about.dataset, &about.key)?
                .ok_or(DeskError::NotFound("record"))?;
            let name = self.pseudonym(record.bytes());
            if mark.is_none() && tx.review_mark(&name)?.is_none() {
                return Err(DeskError::NotFound("mark"));
            }
            tx.add_review_mark(&ReviewMark {
                name: name.clone(),
                record: asked.clone(),
                mark,
                words: words.clone(),
                by: permit.user(),
                at: permit.at(),
            })?;
            Ok(Touched::new((), [name]))
        })
    }
}

/// What was asked, as people read it: the log commits to it as JSON.
fn plain(asked: &str) -> String {
    let Ok(serde_json::Value::Object(parts)) = serde_json::from_str(asked) else {
        return asked.to_owned();
    };
    let mut words = Vec::new();
    let mut say = |name: &str, value: &serde_json::Value| {
        if let Some(text) = value.as_str().filter(|text| !text.trim().is_empty()) {
            words.push(format!("{}: {text}", name.replace('_', " ")));
        }
    };
    for (name, value) in &parts {
        match value.as_object() {
            Some(inner) => inner.iter().for_each(|(name, value)| say(name, value)),
            None => say(name, value),
        }
    }
    words.join("; ")
}
