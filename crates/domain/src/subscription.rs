//! Being told of a case's alerts outside the desk: that something waits, and never what.

use serde::{Deserialize, Serialize};

use crate::id::{AlertId, CaseId, MessageId, SubscriptionId, UserId};
use crate::time::Moment;

/// How somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Telling {
    /// By mail.
    Mail,
    /// By a signed call of an address of theirs.
    Webhook,
}

impl Telling {
    /// All ways.
    pub const ALL: [Self; 2] = [Self::Mail, Self::Webhook];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }

    /// The way of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.word() == word)
    }
}

/// An order to tell somebody of a case's alerts. It ends with whatever it rests on: the case, the membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// The case.
    pub case: CaseId,
    /// Whom.
    pub user: UserId,
    /// How.
    pub way: Telling,
    /// Where to.
    pub address: String,
    /// Since when.
    pub at: Moment,
    /// When it ended and why, in words.
    pub ended: Option<(Moment, String)>,
}

/// Something to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id; the same however often it is sent.
    pub id: MessageId,
    /// The order it comes of.
    pub subscription: SubscriptionId,
    /// The alert that waits; none for the last message, which says that the order has ended.
    pub alert: Option<AlertId>,
    /// Since when it waits.
    pub at: Moment,
    /// How often it was tried.
    pub tries: u32,
    /// Why it failed last; empty when it did not.
    pub reason: String,
}

/// What became of the messages of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// How many arrived.
    pub sent: u64,
    /// How many wait.
    pub waiting: u64,
    /// How many were given up.
    pub given_up: u64,
    /// Why the last one failed; empty when it did not.
    pub reason: String,
}

/// Tries of one message, over some two hours, before it is given up.
pub const MOST_SENDINGS: u32 = 10;

/// Seconds until the next try of a message.
pub fn until_next(tries: u32, asked: Option<u64>) -> i64 {
    crate::live::back_off(5, tries, asked)
}
