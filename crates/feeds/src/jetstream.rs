//! A stream of a NATS server, read through a durable pull consumer.
//!
//! The place that counts is the one saved with what was published, not the server's: at each opening the consumer is made
//! anew from the message after it, so that messages which the server still holds for a reader that died come first and in
//! order. Messages are acknowledged once what they said is committed; one that comes again is known by its number.

use std::pin::Pin;
use std::time::Duration;

use async_nats::ConnectOptions;
use async_nats::jetstream::consumer::pull::{Config, Stream as Messages};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy};
use async_nats::jetstream::{self, Message as Raw};
use futures_core::Stream as _;
use tokio::runtime::Runtime;

use crate::event::{self, Sent};
use crate::guard::Reach;

/// A message out of its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its number in the stream.
    pub number: u64,
    /// What it says, or why its envelope is none.
    pub sent: Result<Sent, String>,
    /// The message as it came, where its envelope is none.
    pub raw: Vec<u8>,
}

/// A stream that is being read.
pub struct Stream {
    runtime: Runtime,
    messages: Messages,
    open: Vec<(u64, Raw)>,
    next: u64,
    last: u64,
    behind: u64,
    missed: Option<(u64, u64)>,
}

/// How long the server waits for an acknowledgement before it sends a message again.
const PATIENCE: Duration = Duration::from_secs(300);

/// How long to wait for the server's answers.
const ANSWER: Duration = Duration::from_secs(10);

/// Most messages that are under way at once.
const UNDER_WAY: usize = 1000;

/// A stream of a server.
struct At {
    server: String,
    /// The name that an encrypted connection is checked against; none for one that is not encrypted.
    sealed_for: Option<String>,
    stream: String,
    durable: String,
}

/// The parts of an address `nats://host:port/STREAM/CONSUMER`, or `nats+tls://…`.
fn parts(reach: &Reach, address: &str) -> Result<At, String> {
    let (parts, found) = reach
        .admit(address, &["nats", "nats+tls"])
        .map_err(|barred| format!("the address {barred}"))?;
    let server = found.first().ok_or("the address names no server")?;
    let mut names = parts.path.trim_matches('/').split('/');
    match (names.next(), names.next(), names.next()) {
        (Some(stream), Some(durable), None) if !stream.is_empty() && !durable.is_empty() => {
            Ok(At {
                server: server.to_string(),
                sealed_for: (parts.scheme == "nats+tls").then(|| parts.host.clone()),
                stream: stream.to_owned(),
                durable: durable.to_owned(),
            })
        }
        _ => Err("the address must end in the names of a stream and a consumer".into()),
    }
}

/// Checks an address as far as that can be done without calling it.
///
/// # Errors
/// In words, when it must not or cannot be called.
pub fn check(reach: &Reach, address: &str) -> Result<(), String> {
    parts(reach, address).map(drop)
}

impl Stream {
    /// Opens a stream after the message of that number. A secret is `user:password` or a token.
    ///
    /// # Errors
    /// In words, when the server cannot be reached or has no such stream.
    pub fn open(
        reach: &Reach,
        address: &str,
        secret: Option<&str>,
        after: u64,
    ) -> Result<Self, String> {
        let At {
            server,
            sealed_for,
            stream,
            durable,
        } = parts(reach, address)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let opened = async {
            let options = match secret.map(|secret| secret.split_once(':').ok_or(secret)) {
                None => ConnectOptions::new(),
                Some(Ok((user, word))) => {
                    ConnectOptions::with_user_and_password(user.to_owned(), word.to_owned())
                }
                Some(Err(token)) => ConnectOptions::with_token(token.to_owned()),
            };
            let options = match &sealed_for {
                None => options,
                Some(host) => options
                    .require_tls(true)
                    .tls_client_config(crate::tls::config_for(host)?),
            };
            let client = options
                .ignore_discovered_servers()
                .connection_timeout(ANSWER)
                .request_timeout(Some(ANSWER))
                .max_reconnects(3)
                .connect(format!("nats://{server}"))
                .await
                .map_err(|error| format!("the server takes no connection: {error}"))?;
            let stream = jetstream::new(client)
                .get_stream(&stream)
                .await
                .map_err(|error| format!("the server gives no stream `{stream}`: {error}"))?;
            // There may be none yet; what is wrong otherwise is told when it is made.
            let _ = stream.delete_consumer(&durable).await;
            let deliver_policy = match after {
                0 => DeliverPolicy::All,
                after => DeliverPolicy::ByStartSequence {
                    start_sequence: after + 1,
                },
            };
            let first = stream.cached_info().state.first_sequence;
            let consumer = stream
                .create_consumer(Config {
                    durable_name: Some(durable),
                    deliver_policy,
                    ack_policy: AckPolicy::Explicit,
                    ack_wait: PATIENCE,
                    max_ack_pending: UNDER_WAY as i64,
                    ..Config::default()
                })
                .await
                .map_err(|error| format!("the consumer cannot be made: {error}"))?;
            consumer
                .stream()
                .max_messages_per_batch(UNDER_WAY)
                .messages()
                .await
                .map_err(|error| format!("the stream cannot be read: {error}"))
                .map(|messages| (messages, first))
        };
        let (messages, first) = runtime.block_on(opened)?;
        let gone = after > 0 && first > after + 1;
        Ok(Self {
            missed: gone.then(|| (after + 1, first - 1)),
            runtime,
            messages,
            open: Vec::new(),
            next: 1,
            last: if gone { first - 1 } else { after },
            behind: 0,
        })
    }

    /// Waits for messages and gives what has come, in the stream's order, each once.
    ///
    /// # Errors
    /// In words, when the connection is lost; open the stream anew then.
    pub fn next(&mut self, most: usize, wait: Duration) -> Result<Vec<Message>, String> {
        let mut found = Vec::new();
        let mut patience = wait;
        while found.len() < most {
            let came = self.runtime.block_on(async {
                tokio::time::timeout(patience, first(&mut self.messages)).await
            });
            let raw = match came {
                Err(_) => break,
                Ok(None) => return Err("the server ended the stream".into()),
                Ok(Some(Err(error))) => return Err(format!("the stream broke off: {error}")),
                Ok(Some(Ok(raw))) => raw,
            };
            patience = Duration::from_millis(1);
            let (number, turn) = {
                let told = raw
                    .info()
                    .map_err(|error| format!("a message tells no number: {error}"))?;
                self.behind = told.pending;
                (told.stream_sequence, told.consumer_sequence)
            };
            if turn != self.next {
                return Err("a message was lost on the way; the stream is read again".into());
            }
            self.next += 1;
            if number <= self.last {
                self.acknowledge(&raw)?;
                continue;
            }
            if self.last > 0 && number > self.last + 1 {
                let before = self.missed.map_or(self.last + 1, |(first, _)| first);
                self.missed = Some((before, number - 1));
            }
            self.last = number;
            let sent = opened(&raw);
            found.push(Message {
                number,
                raw: match &sent {
                    Ok(_) => Vec::new(),
                    Err(_) => raw.payload.to_vec(),
                },
                sent,
            });
            self.open.push((number, raw));
        }
        Ok(found)
    }

    /// Acknowledges every message up to that number; what they said is committed.
    ///
    /// # Errors
    /// In words, when the connection is lost.
    pub fn settle(&mut self, through: u64) -> Result<(), String> {
        let (done, open) = std::mem::take(&mut self.open)
            .into_iter()
            .partition(|(number, _)| *number <= through);
        self.open = open;
        let done: Vec<(u64, Raw)> = done;
        for (_, raw) in &done {
            self.acknowledge(raw)?;
        }
        Ok(())
    }

    /// The messages that the stream threw away before they were read, told once: the first and the last.
    pub fn missed(&mut self) -> Option<(u64, u64)> {
        self.missed.take()
    }

    /// How many messages wait behind those given.
    pub fn behind(&self) -> u64 {
        self.behind
    }

    fn acknowledge(&self, raw: &Raw) -> Result<(), String> {
        self.runtime
            .block_on(raw.ack())
            .map_err(|error| format!("a message could not be acknowledged: {error}"))
    }
}

/// The next message of a stream.
async fn first(
    messages: &mut Messages,
) -> Option<Result<Raw, async_nats::jetstream::consumer::pull::MessagesError>> {
    std::future::poll_fn(|context| Pin::new(&mut *messages).poll_next(context)).await
}

fn opened(raw: &Raw) -> Result<Sent, String> {
    let header = |name: &str| {
        raw.headers.as_ref().and_then(|headers| {
            let mut found = headers.iter().filter(|(key, _)| {
                let key: &str = key.as_ref();
                key.eq_ignore_ascii_case(name)
            });
            found
                .next()?
                .1
                .first()
                .map(|value| value.as_str().to_owned())
        })
    };
    event::opened(&header, raw.payload.to_vec()).map_err(|error| error.to_string())
}
