//! Orders to be told of alerts, and what waits to be sent. A message is queued in the transaction that raises its alert.

use domain::id::{AlertId, CaseId, MessageId, SubscriptionId, UserId};
use domain::subscription::{Message, Sent, Subscription, Telling};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known, stored};
use crate::rows::statements;

statements! {
    OF_USER = "SELECT id, case_id, user_id, way, address, at, ended, ended_why FROM subscription
        WHERE user_id = ?1 ORDER BY sequence DESC, id";
    ONE = "SELECT id, case_id, user_id, way, address, at, ended, ended_why FROM subscription WHERE id = ?1";
    RUNNING = "SELECT id, case_id, user_id, way, address, at, ended, ended_why FROM subscription
        WHERE ended IS NULL ORDER BY sequence, id";
    OF_CASE = "SELECT id FROM subscription WHERE case_id = ?1 AND ended IS NULL";
    ADD = "INSERT INTO subscription (id, case_id, user_id, way, address, at, sequence)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    END = "UPDATE subscription SET ended = ?2, ended_why = ?3 WHERE id = ?1 AND ended IS NULL";
    DROP_WAITING = "UPDATE message SET state = 'stopped', settled = ?2 WHERE subscription = ?1 AND state = 'waiting'";
    QUEUE = "INSERT INTO message (number, id, subscription, alert, at, state, tries, next_try, reason)
        SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3, ?4, 'waiting', 0, ?4, '' FROM message";
    DUE = "SELECT id, subscription, alert, at, tries, reason FROM message
        WHERE state = 'waiting' AND next_try <= ?1 ORDER BY next_try, number LIMIT ?2";
    SENT = "UPDATE message SET state = 'sent', settled = ?2, tries = tries + 1, reason = '' WHERE id = ?1";
    NOT_SENT = "UPDATE message SET tries = tries + 1, reason = ?2, next_try = ?3 WHERE id = ?1";
    GIVE_UP = "UPDATE message SET state = 'given_up', tries = tries + 1, reason = ?2, settled = ?3 WHERE id = ?1";
    COUNTS = "SELECT coalesce(sum(state = 'sent'), 0), coalesce(sum(state = 'waiting'), 0),
            coalesce(sum(state = 'given_up'), 0) FROM message WHERE subscription = ?1";
    LAST_REASON = "SELECT reason FROM message WHERE subscription = ?1 AND reason <> '' ORDER BY number DESC LIMIT 1";
}

fn subscription(row: &Row<'_>) -> Result<Subscription, StoreError> {
    let ended = row.maybe_moment(6)?;
    Ok(Subscription {
        id: row.id(0)?,
        case: row.id(1)?,
        user: row.id(2)?,
        way: known("subscription", &row.text(3)?, Telling::from_word)?,
        address: row.text(4)?,
        at: row.moment(5)?,
        ended: ended.zip(row.maybe_text(7)?),
    })
}

impl View<'_> {
    /// Somebody's own orders, newest first.
    pub fn subscriptions_of(&self, user: UserId) -> Result<Vec<Subscription>, StoreError> {
        self.all(OF_USER, [user.bytes()], subscription)
    }
    /// One order.
    pub fn subscription(&self, id: SubscriptionId) -> Result<Option<Subscription>, StoreError> {
        self.one(ONE, [id.bytes()], subscription)
    }
    /// Every order that runs.
    pub fn running_subscriptions(&self) -> Result<Vec<Subscription>, StoreError> {
        self.all(RUNNING, [], subscription)
    }
    /// Messages that are to be sent by a moment, the longest due first.
    pub fn due_messages(&self, at: Moment, limit: usize) -> Result<Vec<Message>, StoreError> {
        self.all(DUE, (at.micros(), stored(limit as u64)), |row| {
            Ok(Message {
                id: row.id(0)?,
                subscription: row.id(1)?,
                alert: row.maybe_id(2)?,
                at: row.moment(3)?,
                tries: u32::try_from(row.number(4)?).unwrap_or(u32::MAX),
                reason: row.text(5)?,
            })
        })
    }
    /// What became of the messages of an order.
    pub fn sent_of(&self, id: SubscriptionId) -> Result<Sent, StoreError> {
        let found = self.one(COUNTS, [id.bytes()], |row| {
            Ok((row.number(0)?, row.number(1)?, row.number(2)?))
        })?;
        let (sent, waiting, given_up) = found.unwrap_or_default();
        let reason = self.one(LAST_REASON, [id.bytes()], |row| row.text(0))?;
        Ok(Sent {
            sent,
            waiting,
            given_up,
            reason: reason.unwrap_or_default(),
        })
    }
}

impl Tx<'_> {
    /// Keeps an order.
    pub fn add_subscription(&self, order: &Subscription) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD,
            (
                order.id.bytes(),
                order.case.bytes(),
                order.user.bytes(),
                order.way.word(),
                &order.address,
                order.at.micros(),
                sequence,
            ),
        )
        .map(drop)
    }
    /// Ends an order; what waited is not sent. False when it had ended before.
    pub fn end_subscription(&self, id: SubscriptionId, why: &str) -> Result<bool, StoreError> {
        let now = self.now().micros();
        let ended = self.run(END, (id.bytes(), now, why))? > 0;
        if ended {
            self.run(DROP_WAITING, (id.bytes(), now))?;
        }
        Ok(ended)
    }
    /// Queues a message of an order.
    pub fn queue_message(
        &self,
        id: SubscriptionId,
        alert: Option<AlertId>,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let message = MessageId::fresh(now, self.randomness);
        let alert = alert.map(|alert| *alert.bytes());
        self.run(QUEUE, (message.bytes(), id.bytes(), alert, now.micros()))
            .map(drop)
    }
    /// Queues an alert for everybody who is told of its case.
    pub(crate) fn queue_for_subscribers(
        &self,
        case: CaseId,
        alert: AlertId,
    ) -> Result<(), StoreError> {
        let told: Vec<SubscriptionId> = self.all(OF_CASE, [case.bytes()], |row| row.id(0))?;
        for id in told {
            self.queue_message(id, Some(alert))?;
        }
        Ok(())
    }
    /// Notes that a message arrived.
    pub fn message_sent(&self, id: MessageId) -> Result<(), StoreError> {
        self.run(SENT, (id.bytes(), self.now().micros())).map(drop)
    }
    /// Notes why a message did not arrive and when it is tried again; given up when there is no such moment.
    pub fn message_failed(
        &self,
        id: MessageId,
        words: &str,
        next: Option<Moment>,
    ) -> Result<(), StoreError> {
        match next {
            Some(next) => self.run(NOT_SENT, (id.bytes(), words, next.micros())),
            None => self.run(GIVE_UP, (id.bytes(), words, self.now().micros())),
        }
        .map(drop)
    }
}
