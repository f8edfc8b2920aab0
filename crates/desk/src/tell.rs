//! Telling people of alerts outside the desk: by mail, and by signed calls of an address of theirs.
//!
//! A message says that an alert waits in a case, and never what it says: whoever wants to know signs in. Whether somebody
//! may still be told is asked anew before each message; an order whose ground has gone ends by itself, and its owner is
//! told why.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use domain::authority::{Actor, Origin};
use domain::id::{CaseId, SubscriptionId};
use domain::policy::Act;
use domain::standing::Kind;
use domain::subscription::{MOST_SENDINGS, Message, Sent, Subscription, Telling, until_next};
use feeds::http::Failed;
use feeds::mail::Mail;
use store::View;

use crate::act::Touched;
use crate::door::Knock;
use crate::live::Outside;
use crate::{Desk, DeskError};

/// An order as its owner sees it.
#[derive(Debug, Clone)]
pub struct OrderPage {
    /// The order.
    pub order: Subscription,
    /// Number of the case.
    pub case_number: String,
    /// What became of its messages.
    pub sent: Sent,
    /// For calls: the secret that verifies them.
    pub secret: Option<String>,
}

/// Orders whose messages are being sent; at most so many at once.
#[derive(Debug, Clone, Default)]
pub struct Busy(Arc<Mutex<HashSet<SubscriptionId>>>);

/// Orders whose messages are sent at once.
const MOST_BUSY: usize = 16;

impl Busy {
    fn begin(&self, order: SubscriptionId) -> bool {
        let mut busy = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        busy.len() < MOST_BUSY && busy.insert(order)
    }
    fn end(&self, order: SubscriptionId) {
        let mut busy = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        busy.remove(&order);
    }
}

/// Messages sent in one go.
const AT_ONCE: usize = 5_000;

/// Orders that one person may have in one case.
const MOST_ORDERS: usize = 5;

impl Desk {
    /// Has somebody told of a case's alerts. The address is checked before it is kept, and again at each call.
    pub fn subscribe_alerts(
        &self,
        actor: &Actor,
        case: CaseId,
        way: Telling,
        address: &str,
    ) -> Result<SubscriptionId, DeskError> {
        let id = SubscriptionId::fresh(self.now(), self.randomness());
        let address = address.trim();
        let knock = Knock::inside(actor, Act::SubscribeAlerts, case).asking(address);
        let outside = self.inner.live.outside();
        self.change(&knock, |tx, permit| {
            check(&outside, way, address)?;
            self.on_its_basis(tx, case)?;
            let own = tx.subscriptions_of(permit.user())?;
            let running = own
                .iter()
                .filter(|order| order.case == case && order.ended.is_none());
            if running
                .clone()
                .any(|order| order.way == way && order.address == address)
            {
                return Err(DeskError::Conflict("you are told so already".into()));
            }
            if running.count() >= MOST_ORDERS {
                return Err(DeskError::Conflict(format!(
                    "at most {MOST_ORDERS} ways of being told can run in one case"
                )));
            }
            tx.add_subscription(&Subscription {
                id,
                case,
                user: permit.user(),
                way,
                address: address.to_owned(),
                at: permit.at(),
                ended: None,
            })?;
            Ok(Touched::new(
                (),
                [format!("subscription:{id}"), format!("way:{}", way.word())],
            ))
        })?;
        Ok(id)
    }

    /// Somebody's own orders, newest first.
    pub fn subscriptions(&self, actor: &Actor) -> Result<Vec<OrderPage>, DeskError> {
        let knock = Knock::outside(actor, Act::HandleSubscriptions);
        self.read(&knock, |view, permit| {
            let mut pages = Vec::new();
            for order in view.subscriptions_of(permit.user())? {
                pages.push(OrderPage {
                    case_number: number_of(view, order.case)?,
                    sent: view.sent_of(order.id)?,
                    secret: (order.way == Telling::Webhook)
                        .then(|| feeds::webhook::secret_text(&self.webhook_secret(order.id))),
                    order,
                });
            }
            Ok(Touched::new(pages, []))
        })
    }

    /// Ends one of somebody's own orders, or all of them.
    pub fn end_subscriptions(
        &self,
        actor: &Actor,
        only: Option<SubscriptionId>,
    ) -> Result<(), DeskError> {
        let knock = Knock::outside(actor, Act::HandleSubscriptions);
        self.change(&knock, |tx, permit| {
            let own = tx.subscriptions_of(permit.user())?;
            let mut ended = Vec::new();
            for order in own
                .iter()
                .filter(|order| only.is_none_or(|id| id == order.id))
            {
                if tx.end_subscription(order.id, "you ended it")? {
                    ended.push(format!("subscription:{}", order.id));
                }
            }
            Ok(Touched::new((), ended))
        })
    }

    /// Ends what rests on a ground that has gone: the case is closed or has run out, the owner of an order has left the team.
    pub fn end_groundless_subscriptions(&self) -> Result<(), DeskError> {
        self.stop_run_out()?;
        for order in self.store().read(|view| view.running_subscriptions())? {
            self.still_told(&order)?;
        }
        Ok(())
    }

    /// Begins to send what is due, each order's messages one after the other in a thread of their own, so that an address
    /// that is slow to answer holds nobody else up.
    pub fn begin_sending(&self, busy: &Busy) -> Result<(), DeskError> {
        let now = self.now();
        let due = self.store().read(|view| view.due_messages(now, AT_ONCE))?;
        let mut orders: BTreeMap<SubscriptionId, Vec<Message>> = BTreeMap::new();
        for message in due {
            orders
                .entry(message.subscription)
                .or_default()
                .push(message);
        }
        for (order, messages) in orders {
            if !busy.begin(order) {
                continue;
            }
            let (desk, at_work) = (self.clone(), busy.clone());
            let send = move || {
                for message in &messages {
                    if let Err(error) = desk.send(message) {
                        tracing::error!(%error, "a message could not be sent; it is tried again");
                        break;
                    }
                }
                at_work.end(order);
            };
            let begun = std::thread::Builder::new()
                .name("message".into())
                .spawn(send);
            if begun.is_err() {
                busy.end(order);
            }
        }
        Ok(())
    }

    /// Whether an order still stands; it ends here when it does not.
    fn still_told(&self, order: &Subscription) -> Result<bool, DeskError> {
        let user = self.store().read(|view| view.user(order.user))?;
        let roles = user.filter(|user| !user.disabled).map(|user| user.roles);
        let actor = Actor {
            user: order.user,
            roles: roles.unwrap_or_default(),
            session: None,
            origin: Origin::Service,
        };
        let why = match self.admit(&Knock::inside(&actor, Act::FollowInbox, order.case)) {
            Ok(_) => return Ok(true),
            Err(DeskError::Refused(refusal)) => refusal.says.clone(),
            Err(DeskError::NotFound(_)) => "You are no longer on the team of this case.".to_owned(),
            Err(other) => return Err(other),
        };
        self.store().quiet(|tx| {
            if tx.end_subscription(order.id, &why)? {
                tx.queue_message(order.id, None)?;
                let thing = (Kind::Order, *order.id.bytes());
                self.note_stopped(tx, thing, order.user, order.case, &why)?;
            }
            Ok::<_, DeskError>(())
        })?;
        Ok(false)
    }

    fn send(&self, message: &Message) -> Result<(), DeskError> {
        let found = self.store().read(|view| {
            let order = view.subscription(message.subscription)?;
            order
                .map(|order| Ok((number_of(view, order.case)?, order)))
                .transpose()
        })?;
        let Some((number, order)) = found else {
            return Ok(());
        };
        // The last message says that the order has ended; every other one is sent only while it stands.
        if message.alert.is_some() && !self.still_told(&order)? {
            return Ok(());
        }
        let outcome = self.hand_over(message, &order, &number);
        self.store().quiet(|tx| {
            match outcome {
                Ok(()) => tx.message_sent(message.id)?,
                Err(failed) => {
                    let tries = message.tries + 1;
                    let wait = until_next(tries, failed.retry_after);
                    let next = (tries < MOST_SENDINGS).then(|| self.now().plus_seconds(wait));
                    tx.message_failed(message.id, &failed.words, next)?;
                }
            }
            Ok::<_, DeskError>(())
        })?;
        Ok(())
    }

    fn hand_over(
        &self,
        message: &Message,
        order: &Subscription,
        number: &str,
    ) -> Result<(), Failed> {
        let outside = self.inner.live.outside();
        let why = order.ended.as_ref().map_or("", |(_, why)| why.as_str());
        match order.way {
            Telling::Webhook => {
                let body = called(message, number, why);
                let seconds = self.now().micros() / 1_000_000;
                let secret = self.webhook_secret(order.id);
                let id = message.id.to_string();
                feeds::webhook::send(&outside.reach, &order.address, &secret, &id, seconds, &body)
            }
            Telling::Mail => {
                let Some(server) = &outside.mail else {
                    return Err(Failed {
                        words: "this service has no mail server".into(),
                        retry_after: None,
                    });
                };
                let (subject, text) = written(message, order, number, why, &outside.address);
                let secret = self.inner.live.secret(&server.secret);
                let secret = secret.map_err(|words| Failed {
                    words: format!("the mail server's secret: {words}"),
                    retry_after: None,
                })?;
                feeds::mail::send(
                    &outside.reach,
                    &server.address,
                    secret.as_deref(),
                    &Mail {
                        from: &server.from,
                        to: &order.address,
                        subject: &subject,
                        text: &text,
                        id: &message.id.to_string(),
                    },
                )
            }
        }
    }

    /// The secret of an order's calls, made of the installation's key: it is kept nowhere.
    fn webhook_secret(&self, id: SubscriptionId) -> [u8; 32] {
        let name = [b"predicate webhook secret v1 ".as_slice(), id.bytes()].concat();
        feeds::webhook::derived(self.store().keys().pseudonym(), &name)
    }
}

fn check(outside: &Outside, way: Telling, address: &str) -> Result<(), DeskError> {
    let wrong = |reason: String| DeskError::malformed("address", reason);
    match way {
        Telling::Webhook => outside
            .reach
            .admit(address, feeds::http::SCHEMES)
            .map(drop)
            .map_err(|barred| wrong(barred.to_string())),
        Telling::Mail if outside.mail.is_none() => Err(DeskError::Conflict(
            "this service has no mail server; its operator can name one".into(),
        )),
        Telling::Mail if feeds::mail::is_address(address) => Ok(()),
        Telling::Mail => Err(wrong("is no mail address".into())),
    }
}

fn number_of(view: &View<'_>, case: CaseId) -> Result<String, store::StoreError> {
    Ok(view.case(case)?.map(|case| case.number).unwrap_or_default())
}

/// The body of a call, as the Standard Webhooks specification has it.
fn called(message: &Message, number: &str, why: &str) -> String {
    let (kind, data) = match message.alert {
        Some(alert) => (
            "alert.raised",
            serde_json::json!({ "case": number, "alert": alert.to_string() }),
        ),
        None => (
            "subscription.ended",
            serde_json::json!({ "case": number, "why": why }),
        ),
    };
    serde_json::json!({ "type": kind, "timestamp": message.at.to_rfc3339(), "data": data })
        .to_string()
}

/// Subject and text of a mail.
fn written(
    message: &Message,
    order: &Subscription,
    number: &str,
    why: &str,
    address: &str,
) -> (String, String) {
    let place = match address {
        "" => String::new(),
        address => format!("\n\n{address}/cases/{}/inbox", order.case),
    };
    match message.alert {
        Some(_) => (
            format!("An alert waits in case {number}"),
            format!("An alert waits in case {number}. Sign in to read it.{place}\n"),
        ),
        None => (
            format!("You are no longer told of case {number}"),
            format!("Mails on alerts of case {number} have ended: {why}\n"),
        ),
    }
}
