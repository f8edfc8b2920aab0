//! A breach of personal data and its clocks: 72 hours to the authority, notice to persons at high risk.

use crate::id::{DatasetId, IncidentId, UserId};
use crate::time::Moment;

/// Hours in which the authority is told, or the delay given a reason (Directive (EU) 2016/680 art. 30, GDPR art. 33).
pub const HOURS: i64 = 72;

/// What was exposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposed {
    /// A dataset: whoever is described in it.
    Dataset(DatasetId),
    /// An account: whoever was found or opened with it.
    Account(UserId),
}

/// What was done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// The authority was told.
    AuthorityTold,
    /// Why the authority was not told in time.
    Delay,
    /// The persons at high risk were told.
    PersonsTold,
    /// The risk to persons was found to be low after all.
    LowRisk,
    /// Anything else.
    Note,
    /// Nothing remains to be done.
    Closed,
}

impl StepKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::AuthorityTold,
        Self::Delay,
        Self::PersonsTold,
        Self::LowRisk,
        Self::Note,
        Self::Closed,
    ];

    /// The word that is kept.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AuthorityTold => "authority_told",
            Self::Delay => "delay",
            Self::PersonsTold => "persons_told",
            Self::LowRisk => "low_risk",
            Self::Note => "note",
            Self::Closed => "closed",
        }
    }
    /// What people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::AuthorityTold => "The authority was told",
            Self::Delay => "Why the authority is told later",
            Self::PersonsTold => "The persons were told",
            Self::LowRisk => "The risk to persons is low",
            Self::Note => "Note",
            Self::Closed => "Closed",
        }
    }
    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Something that was done about an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub kind: StepKind,
    /// In words.
    pub words: String,
    /// By whom.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// What happened, in words.
    pub words: String,
    /// What was exposed.
    pub exposed: Exposed,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub until: Moment,
    /// Whether the risk to persons is high.
    pub high_risk: bool,
    /// When the body came to know of it; the clocks begin here.
    pub known: Moment,
    /// Who wrote it down.
    pub by: UserId,
    /// What was done since.
    pub steps: Vec<Step>,
}

/// How one of the clocks of an incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// It runs until then.
    Runs(Moment),
    /// It has run out.
    Overdue(Moment),
    /// What it is for was done, or a reason given.
    Stopped,
}

impl Incident {
    fn did(&self, kinds: &[StepKind]) -> bool {
        self.steps.iter().any(|step| kinds.contains(&step.kind))
    }

    fn clock(&self, stopped: bool, now: Moment) -> Clock {
        let due = self.known.plus_seconds(HOURS * 3600);
        match (stopped, due < now) {
            (true, _) => Clock::Stopped,
            (_, true) => Clock::Overdue(due),
            _ => Clock::Runs(due),
        }
    }

    /// The clock for the authority: it stops with the notice, or with a reason for the delay.
    pub fn authority(&self, now: Moment) -> Clock {
        self.clock(self.did(&[StepKind::AuthorityTold, StepKind::Delay]), now)
    }

    /// The clock for the persons; none where the risk to them is low.
    pub fn persons(&self, now: Moment) -> Option<Clock> {
        let high = self.high_risk && !self.did(&[StepKind::LowRisk]);
        high.then(|| self.clock(self.did(&[StepKind::PersonsTold]), now))
    }

    /// Whether one of its clocks has run out.
    pub fn is_overdue(&self, now: Moment) -> bool {
        let over = |clock| matches!(clock, Clock::Overdue(_));
        over(self.authority(now)) || self.persons(now).is_some_and(over)
    }

    /// Whether nothing remains to be done.
    pub fn is_closed(&self) -> bool {
        self.did(&[StepKind::Closed])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clocks_stop_with_what_they_are_for_and_with_nothing_else() {
        let user = UserId::from_bytes([1; 16]);
        let known = Moment::from_micros(0);
        let late = known.plus_seconds(HOURS * 3600 + 1);
        let after = |high_risk, kinds: &[StepKind]| {
            let step = |kind: &StepKind| Step {
                kind: *kind,
                words: "w".into(),
                by: user,
                at: known,
            };
            let incident = Incident {
                id: IncidentId::from_bytes([2; 16]),
                words: String::new(),
                exposed: Exposed::Account(user),
                from: known,
                until: known,
                high_risk,
                known,
                by: user,
                steps: kinds.iter().map(step).collect(),
            };
            let in_time = known.plus_seconds(HOURS * 3600);
            assert!(!incident.is_overdue(in_time));
            incident.is_overdue(late)
        };
        use StepKind::{AuthorityTold, Closed, Delay, LowRisk, Note, PersonsTold};
        assert!(after(false, &[]));
        assert!(after(false, &[Note, Closed, PersonsTold, LowRisk]));
        assert!(!after(false, &[AuthorityTold]));
        assert!(!after(false, &[Delay]));
        assert!(after(true, &[AuthorityTold]));
        assert!(!after(true, &[AuthorityTold, PersonsTold]));
        assert!(!after(true, &[AuthorityTold, LowRisk]));
    }
}
