//! Tips: what somebody outside tells the office, before it is a case or ends as none.
//!
//! A tip is its first words and the steps that followed. Whoever gave it needs no name: a code leads back to it.

use serde::{Deserialize, Serialize};

use crate::id::{CaseId, TipId, UserId};
use crate::time::Moment;

/// Most characters of a tip or of what is added to it.
pub const LONGEST: usize = 20_000;

/// Days after its last step for which a tip that became no case is kept.
pub const KEPT_DAYS: i64 = 180;

/// Tips that may come in within an hour over the form and the interface.
pub const AN_HOUR: u64 = 60;

/// How a tip came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By the form that anybody can open.
    Form,
    /// Over the interface.
    Interface,
    /// As a mail that somebody of the office handed in.
    Mail,
}

impl Channel {
    /// The word used in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Interface => "interface",
            Self::Mail => "mail",
        }
    }
    /// Finds the channel of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Form, Self::Interface, Self::Mail]
            .into_iter()
            .find(|channel| channel.word() == word)
    }
}

/// What happens to a tip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TipStepKind {
    /// Whoever gave it added something.
    Added,
    /// The office asks whoever gave it.
    Asked,
    /// A supervisor gave it to somebody to look at.
    Given,
    /// It became a case.
    Opened,
    /// It was refused, with a reason.
    Refused,
    /// It was sent on to another office, with a reason.
    Referred,
    /// Its words were erased, as nothing came of it.
    Erased,
}

impl TipStepKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Added,
        Self::Asked,
        Self::Given,
        Self::Opened,
        Self::Refused,
        Self::Referred,
        Self::Erased,
    ];
    /// The word used in tables and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Asked => "asked",
            Self::Given => "given",
            Self::Opened => "opened",
            Self::Refused => "refused",
            Self::Referred => "referred",
            Self::Erased => "erased",
        }
    }
    /// Finds the kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
    /// Whether nothing but erasure follows it.
    pub const fn ends(self) -> bool {
        matches!(
            self,
            Self::Opened | Self::Refused | Self::Referred | Self::Erased
        )
    }
}

/// A step of a tip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TipStep {
    /// What happened.
    pub kind: TipStepKind,
    /// In words: what was added or asked, or why.
    pub words: String,
    /// To whom it was given.
    pub to: Option<UserId>,
    /// The case that it became.
    pub case: Option<CaseId>,
    /// Who did it; nobody where it was whoever gave it, or the clock.
    pub by: Option<UserId>,
    /// When.
    pub at: Moment,
}

/// A tip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tip {
    /// Its id.
    pub id: TipId,
    /// Number for people, `T-2026-0001`.
    pub number: String,
    /// How it came.
    pub channel: Channel,
    /// What was told.
    pub words: String,
    /// How whoever gave it can be reached, if they said so.
    pub contact: String,
    /// Who handed it in; nobody where it came from outside.
    pub by: Option<UserId>,
    /// When.
    pub at: Moment,
    /// What followed, the first first.
    pub steps: Vec<TipStep>,
}

/// A step that a tip does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a tip that was {stands} cannot be {wanted}")]
pub struct TipStands {
    /// How it ended.
    pub stands: &'static str,
    /// What was wanted.
    pub wanted: &'static str,
}

impl Tip {
    /// How it ended; none while it waits.
    pub fn ended(&self) -> Option<&TipStep> {
        self.steps.iter().rev().find(|step| step.kind.ends())
    }
    /// The word of where it stands: `waiting`, or how it ended.
    pub fn stands(&self) -> &'static str {
        self.ended().map_or("waiting", |step| step.kind.word())
    }
    /// To whom it was given last.
    pub fn with(&self) -> Option<UserId> {
        self.steps
            .iter()
            .rev()
            .find(|step| step.kind == TipStepKind::Given)
            .and_then(|step| step.to)
    }
    /// Says whether a step may follow.
    ///
    /// # Errors
    /// [`TipStands`] when it has ended.
    pub fn allows(&self, kind: TipStepKind) -> Result<(), TipStands> {
        match self.ended() {
            None => Ok(()),
            Some(step) => Err(TipStands {
                stands: step.kind.word(),
                wanted: kind.word(),
            }),
        }
    }
    /// When its words are erased, unless it becomes a case; never once it has.
    pub fn due(&self) -> Option<Moment> {
        if matches!(self.stands(), "opened" | "erased") {
            return None;
        }
        let last = self.steps.last().map_or(self.at, |step| step.at);
        Some(last.plus_days(KEPT_DAYS))
    }
}

/// The words of a full name in one spelling and order, for asking whether a case has it; none for less than two words.
pub fn full_name(text: &str) -> Option<Vec<String>> {
    let latin = any_ascii::any_ascii(text).to_lowercase();
    let mut words: Vec<String> = latin
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.sort();
    (words.len() >= 2).then_some(words)
}

/// An identifier's letters and digits; none for fewer than five, or without a digit.
pub fn identifier(text: &str) -> Option<String> {
    let kept: String = text
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    (kept.len() >= 5 && kept.chars().any(|c| c.is_ascii_digit())).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(kind: TipStepKind, at: i64) -> TipStep {
        TipStep {
            kind,
            words: String::new(),
            to: None,
            case: None,
            by: None,
            at: Moment::from_seconds(at),
        }
    }

    #[test]
    fn a_tip_ends_once_and_is_kept_for_a_time_after_its_last_step() {
        let mut tip = Tip {
            id: TipId::from_bytes([1; 16]),
            number: "T-2026-0001".into(),
            channel: Channel::Form,
            words: "The berth is never dredged".into(),
            contact: String::new(),
            by: None,
            at: Moment::from_seconds(0),
            steps: Vec::new(),
        };
        assert_eq!(
            tip.due(),
            Some(Moment::from_seconds(0).plus_days(KEPT_DAYS))
        );
        tip.steps.push(step(TipStepKind::Added, 60));
        assert_eq!(
            tip.due(),
            Some(Moment::from_seconds(60).plus_days(KEPT_DAYS))
        );
        assert!(tip.allows(TipStepKind::Refused).is_ok());
        tip.steps.push(step(TipStepKind::Refused, 90));
        assert_eq!(
            tip.allows(TipStepKind::Opened).unwrap_err().to_string(),
            "a tip that was refused cannot be opened"
        );
        assert_eq!(
            tip.due(),
            Some(Moment::from_seconds(90).plus_days(KEPT_DAYS))
        );
        tip.steps.push(step(TipStepKind::Erased, 99));
        assert_eq!((tip.stands(), tip.due()), ("erased", None));
    }

    #[test]
    fn names_and_identifiers_are_asked_for_whole() {
        assert_eq!(full_name("Karlsen, Oda"), full_name("oda KARLSEN"));
        assert_eq!(full_name("Ода Карлсен"), full_name("Oda Karlsen"));
        assert_eq!(full_name("Karlsen"), None);
        assert_eq!(identifier("HR-100 200"), Some("hr100200".into()));
        assert_eq!(identifier("HR 1"), None);
        assert_eq!(identifier("harbour"), None);
    }
}
