//! What a source sends to us: bound to one source by its token, once by its key, safe on disk before it is acknowledged.

use std::io::Read;

use domain::id::{DeliveryId, LiveSourceId};
use domain::live::{Incoming, IncomingState};
use domain::time::Moment;
use feeds::event;

use super::{dataset_of, token_hash};
use crate::{Desk, DeskError};

/// Deliveries of one source that may wait.
const MOST_WAITING: u64 = 100;

/// Bytes of one source that may wait.
const MOST_BYTES: u64 = 1 << 30;

/// Seconds after which a sender that was too fast may try again.
const LATER: u64 = 5;

/// A delivery as it comes in.
pub struct Arriving<'a> {
    /// The token of its source.
    pub token: &'a str,
    /// What makes it one delivery, however often it is sent.
    pub key: &'a str,
    /// What the source calls it; the moment when empty.
    pub label: &'a str,
    /// Name of the file; by its media type when empty.
    pub file: &'a str,
    /// A header's value, by its name in lower case.
    pub header: &'a dyn Fn(&str) -> Option<String>,
    /// Most bytes that are taken.
    pub most: u64,
}

/// What is answered; the same to each who sends the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The delivery.
    pub delivery: DeliveryId,
    /// SHA-256 of what is kept of it.
    pub sha256: String,
    /// When it was first received.
    pub received: Moment,
}

impl Desk {
    /// Says which source a token is bound to, and whether more of it can be taken now; asked before a body is read.
    pub fn may_send(&self, token: &str) -> Result<LiveSourceId, DeskError> {
        if let Some(reason) = self.health().refusing {
            return Err(DeskError::Unavailable(reason));
        }
        let hash = token_hash(token);
        let now = self.now();
        let (id, burden) = self.store().read(|view| {
            let Some(id) = view.live_source_by_token(&hash)? else {
                return Ok(Err(DeskError::NotSignedIn));
            };
            let Some((source, _)) = view.live_source(id)? else {
                return Ok(Err(DeskError::NotSignedIn));
            };
            let dataset = match dataset_of(view, source.dataset) {
                Ok(dataset) => dataset,
                Err(error) => return Ok(Err(error)),
            };
            if let Some(reason) = dataset.closed(now) {
                return Ok(Err(DeskError::Conflict(reason.into())));
            }
            Ok(Ok((id, view.burden(id)?)))
        })??;
        let (count, bytes) = burden;
        if count >= MOST_WAITING || bytes >= MOST_BYTES {
            return Err(DeskError::Busy(LATER));
        }
        Ok(id)
    }

    /// Takes in what a source sends; it is durable when this returns. Sent again under the same key, the same bytes get
    /// the same answer; other bytes are refused.
    pub fn receive(
        &self,
        arriving: &Arriving<'_>,
        body: &mut dyn Read,
    ) -> Result<Received, DeskError> {
        let id = self.may_send(arriving.token)?;
        let delivery = DeliveryId::fresh(self.now(), self.randomness());
        let yard = &self.inner.live;
        yard.ready()?;
        let file = yard.file(delivery);
        let outcome = feeds::http::written(body, arriving.most, &file)
            .map_err(|error| unwritten(&error))
            .and_then(|(sha256, size)| self.unwrapped(arriving, delivery, sha256, size))
            .and_then(|found| self.take_in(id, delivery, arriving, found));
        match outcome {
            Ok(received) if received.delivery == delivery => Ok(received),
            other => {
                yard.drop(delivery); // it was here before, or is not taken
                other
            }
        }
    }

    /// Takes an event out of its envelope, where it has one. Gives key, digest, size and media type of what is kept.
    fn unwrapped(
        &self,
        arriving: &Arriving<'_>,
        delivery: DeliveryId,
        sha256: String,
        size: u64,
    ) -> Result<Kept, DeskError> {
        let media_type = (arriving.header)("content-type").unwrap_or_default();
        let wrapped =
            media_type.contains("cloudevents") || (arriving.header)("ce-specversion").is_some();
        if !wrapped {
            return Ok(Kept {
                key: String::new(),
                sha256,
                size,
                media_type,
            });
        }
        let file = self.inner.live.file(delivery);
        let whole = std::fs::read(&file).map_err(|error| unwritten(&error))?;
        let sent = event::opened(arriving.header, whole)
            .map_err(|error| DeskError::malformed("body", error.to_string()))?;
        let (sha256, size) = feeds::http::written(&mut sent.body.as_slice(), arriving.most, &file)
            .map_err(|error| unwritten(&error))?;
        Ok(Kept {
            key: sent.key,
            sha256,
            size,
            media_type: sent.media_type,
        })
    }

    fn take_in(
        &self,
        source: LiveSourceId,
        delivery: DeliveryId,
        arriving: &Arriving<'_>,
        kept: Kept,
    ) -> Result<Received, DeskError> {
        let key = match (arriving.key.trim(), kept.key.trim()) {
            ("", "") => return Err(DeskError::malformed("idempotency-key", "is missing")),
            ("", event) => event.to_owned(),
            (given, _) => given.to_owned(),
        };
        if key.len() > 512 {
            return Err(DeskError::malformed(
                "idempotency-key",
                "is longer than 512 bytes",
            ));
        }
        self.inner.live.keep()?;
        let now = self.now();
        let entered = self.store().quiet(|tx| {
            if let Some(known) = tx.incoming_by_key(source, &key)? {
                return Ok(known);
            }
            let (set_up, _) = tx.live_source(source)?.ok_or(DeskError::NotSignedIn)?;
            let dataset = dataset_of(tx, set_up.dataset)?;
            let label = match arriving.label.trim() {
                "" => now.to_rfc3339(),
                label => label.to_owned(),
            };
            if set_up.numbered {
                crate::gap::number_of(&label)?;
            }
            let file = match arriving.file.trim() {
                "" => format!("{}.{}", dataset.name, ending(&kept.media_type)),
                file => file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned(),
            };
            let incoming = Incoming {
                id: delivery,
                source,
                key: key.clone(),
                label,
                file,
                sha256: kept.sha256.clone(),
                size: kept.size,
                place: String::new(),
                state: IncomingState::Waiting,
                tries: 0,
                reason: String::new(),
                received: now,
                release: None,
            };
            tx.add_incoming(&incoming)?;
            tx.live_heard(source, None, 0)?;
            Ok::<_, DeskError>(incoming)
        })?;
        if entered.sha256 != kept.sha256 {
            return Err(DeskError::Conflict(
                "this key came before with another body; nothing was taken".into(),
            ));
        }
        Ok(Received {
            delivery: entered.id,
            sha256: entered.sha256,
            received: entered.received,
        })
    }
}

/// What is kept of a body.
struct Kept {
    key: String,
    sha256: String,
    size: u64,
    media_type: String,
}

/// The ending of a file's name by its media type.
pub(super) fn ending(media_type: &str) -> &'static str {
    let plain = media_type.split(';').next().unwrap_or_default().trim();
    match plain {
        "text/csv" => "csv",
        "text/tab-separated-values" => "tsv",
        "application/xml" | "text/xml" => "xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        _ => "jsonl",
    }
}

fn unwritten(error: &std::io::Error) -> DeskError {
    match error.kind() {
        std::io::ErrorKind::FileTooLarge => {
            DeskError::malformed("body", "is larger than is taken here")
        }
        std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::ConnectionReset => {
            DeskError::malformed("body", "breaks off")
        }
        _ => DeskError::Unavailable(error.to_string()),
    }
}
