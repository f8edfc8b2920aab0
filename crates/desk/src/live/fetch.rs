//! Looking at a source for more. What is found lies on disk, with a line in the store, before it is read.

use std::collections::HashSet;
use std::time::Duration;

use domain::id::DeliveryId;
use domain::live::{Following, Incoming, IncomingState, LiveSource, NoticeKind, Way};
use domain::source::{Dataset, Extent};
use feeds::folder::{Arrived, Folder};
use feeds::http::{Asked, Known};
use feeds::jetstream::{Message, Stream};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::receive::ending;
use super::turn::{Failure, Next, Open};
use crate::{Desk, DeskError};

/// What is wrong with a source, in words, and for how long it asks to be left alone.
pub(super) struct Trouble {
    pub(super) words: String,
    pub(super) retry_after: Option<u64>,
}

impl Trouble {
    pub(super) fn of(words: &str) -> Self {
        Self {
            words: words.to_owned(),
            retry_after: None,
        }
    }
}

/// Most bytes of one answer.
const MOST_BYTES: u64 = 4 << 30;

/// Most messages of a stream that are taken as one delivery.
const MOST_TOGETHER: usize = 500;

/// How long a stream is listened to before the source's own standing is looked at again.
pub(super) const LISTEN: Duration = Duration::from_millis(500);

/// How often a folder is looked at when its period is shorter than a second.
const GLANCE: Duration = Duration::from_millis(100);

/// Seconds between two notes that a source still answers.
const HEARD_EVERY: i64 = 5;

/// The place of an address: how it named its state, and what that state was.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Place {
    etag: String,
    modified: String,
    sha256: String,
}

impl Desk {
    pub(super) fn look(
        &self,
        source: &LiveSource,
        following: &Following,
        dataset: &Dataset,
        open: &mut Open,
    ) -> Result<Next, Failure> {
        match source.way {
            Way::Push => Ok(Next::Wait(Duration::from_secs(1))),
            Way::Folder => self.look_into_folder(source, following, dataset),
            Way::Http => self.ask_address(source, following, dataset),
            Way::Jetstream => self.listen(source, following, dataset, open),
            Way::Postgres => self.read_tables(source, following),
            Way::Replication => self.follow_changes(source, following, dataset, open),
        }
    }

    fn folder_of(&self, source: &LiveSource) -> Result<Folder, Failure> {
        let path = self.inner.live.outside().folder(&source.address);
        let path = path.map_err(|words| Failure::Source(Trouble::of(&format!("it {words}"))))?;
        Folder::open(&path).map_err(|error| Failure::Source(Trouble::of(&error.to_string())))
    }

    fn look_into_folder(
        &self,
        source: &LiveSource,
        following: &Following,
        dataset: &Dataset,
    ) -> Result<Next, Failure> {
        let listed = self
            .folder_of(source)?
            .arrived_for(&dataset.name)
            .map_err(|error| Failure::Source(Trouble::of(&error.to_string())))?;
        let mut found = 0;
        for arrived in &listed {
            let (sha256, size) = digest(arrived)
                .map_err(|error| Failure::Source(Trouble::of(&error.to_string())))?;
            let key = format!("{} {sha256}", arrived.label);
            let known = self
                .store()
                .read(|view| view.incoming_by_key(source.id, &key))?;
            match known.map(|known| known.state) {
                // It was taken before a crash kept it from being moved away.
                Some(IncomingState::Taken) => {
                    let _ = self.put_folder_away(source, dataset, &arrived.label); // seen again if it stays
                }
                Some(_) => {}
                None => {
                    let incoming = Incoming {
                        key,
                        place: arrived.label.clone(),
                        ..self.incoming(source, &arrived.label, "", sha256, size)
                    };
                    self.enter_all(&[incoming])?;
                    found += 1;
                }
            }
        }
        if found > 0 {
            return Ok(Next::Again);
        }
        self.heard_still(source, following, 0)?;
        Ok(Next::Wait(match source.period {
            0 => GLANCE,
            period => Duration::from_secs(period.into()).min(Duration::from_secs(1)),
        }))
    }

    /// A delivery that lies in the source's folder.
    pub(super) fn arrived(
        &self,
        source: &LiveSource,
        dataset: &Dataset,
        label: &str,
    ) -> Result<Arrived, DeskError> {
        let gone = || DeskError::malformed("files", "are no longer in the folder");
        let folder = self.folder_of(source).map_err(|_| gone())?;
        let listed = folder.arrived_for(&dataset.name).map_err(|_| gone())?;
        listed
            .into_iter()
            .find(|arrived| arrived.label == label)
            .ok_or_else(gone)
    }

    pub(super) fn put_folder_away(
        &self,
        source: &LiveSource,
        dataset: &Dataset,
        label: &str,
    ) -> Result<(), String> {
        let arrived = self
            .arrived(source, dataset, label)
            .map_err(|error| error.to_string())?;
        match self.folder_of(source) {
            Ok(folder) => folder.taken(&arrived).map_err(|error| error.to_string()),
            Err(_) => Err("the folder is gone".into()),
        }
    }

    fn ask_address(
        &self,
        source: &LiveSource,
        following: &Following,
        dataset: &Dataset,
    ) -> Result<Next, Failure> {
        let place: Place = serde_json::from_str(&following.place).unwrap_or_default();
        let known = Known {
            etag: place.etag.clone(),
            modified: place.modified.clone(),
        };
        let secret = self.secret_of(source)?;
        let id = DeliveryId::fresh(self.now(), self.randomness());
        let yard = &self.inner.live;
        yard.ready()?;
        let asked = feeds::http::fetch(
            &yard.outside().reach,
            &source.address,
            secret.as_deref(),
            &known,
            MOST_BYTES,
            &yard.file(id),
        );
        let next = self.now().plus_seconds(source.period.max(1).into());
        let asked = asked.map_err(|failed| {
            Failure::Source(Trouble {
                words: failed.words,
                retry_after: failed.retry_after,
            })
        })?;
        let Asked::Whole {
            known,
            sha256,
            size,
            name,
        } = asked
        else {
            self.heard(source, Some(next), 0)?;
            return Ok(Next::Wait(Duration::from_secs(1)));
        };
        if sha256 == place.sha256 {
            yard.drop(id);
            self.heard(source, Some(next), 0)?;
            return Ok(Next::Wait(Duration::from_secs(1)));
        }
        let label = match (known.etag.trim_matches('"'), known.modified.as_str()) {
            (_, modified) if !modified.is_empty() => modified.to_owned(),
            (etag, _) if !etag.is_empty() => etag.to_owned(),
            _ => self.now().to_rfc3339(),
        };
        let name = match name.as_str() {
            "" => file_in(&source.address, &dataset.name),
            name => name.to_owned(),
        };
        let place = Place {
            etag: known.etag,
            modified: known.modified,
            sha256: sha256.clone(),
        };
        yard.keep()?;
        let incoming = Incoming {
            id,
            key: id.to_string(),
            place: serde_json::to_string(&place).unwrap_or_default(),
            ..self.incoming(source, &label, &name, sha256, size)
        };
        self.enter_all(&[incoming])?;
        self.heard(source, Some(next), 0)?;
        Ok(Next::Again)
    }

    fn listen(
        &self,
        source: &LiveSource,
        following: &Following,
        dataset: &Dataset,
        open: &mut Open,
    ) -> Result<Next, Failure> {
        let trouble = |words: String| Failure::Source(Trouble::of(&words));
        if open.stream.is_none() {
            let secret = self.secret_of(source)?;
            let after = following.place.parse().unwrap_or(0);
            let reach = &self.inner.live.outside().reach;
            let stream = Stream::open(reach, &source.address, secret.as_deref(), after);
            let mut stream = stream.map_err(trouble)?;
            if let Some(missing) = stream.missed() {
                // The place moves past the gap with the note of it, so that it is noted once.
                self.missing(source, dataset, missing, Some(missing.1))?;
            }
            open.stream = Some(stream);
            self.heard(source, None, 0)?;
        }
        let Some(stream) = &mut open.stream else {
            return Ok(Next::Again);
        };
        let most = match source.extent {
            Extent::Full => 1,
            Extent::Delta => MOST_TOGETHER,
        };
        let messages = stream.next(most, LISTEN).map_err(trouble)?;
        if messages.is_empty() {
            let behind = stream.behind();
            self.heard_still(source, following, behind)?;
            return Ok(Next::Again);
        }
        let behind = stream.behind();
        if let Some(missing) = stream.missed() {
            self.missing(source, dataset, missing, None)?;
        }
        self.enter_messages(source, dataset, messages)?;
        self.heard(source, None, behind)?;
        Ok(Next::Again)
    }

    /// Notes that the stream threw messages away before they were read.
    fn missing(
        &self,
        source: &LiveSource,
        dataset: &Dataset,
        missing: (u64, u64),
        place: Option<u64>,
    ) -> Result<(), DeskError> {
        let words = format!(
            "the stream threw {} away before they were read",
            crate::gap::numbers("message", missing)
        );
        self.notice(
            source,
            dataset,
            NoticeKind::Gap,
            &words,
            Some(missing),
            |tx| match place {
                Some(place) => tx.pass_live(source.id, &place.to_string()),
                None => Ok(()),
            },
        )
    }

    /// Writes messages down as deliveries. Messages about different things go together; a second one about the same thing
    /// begins the next delivery, because parts of one thing in one delivery are taken as one.
    fn enter_messages(
        &self,
        source: &LiveSource,
        dataset: &Dataset,
        messages: Vec<Message>,
    ) -> Result<(), Failure> {
        self.inner.live.ready()?;
        let (mut entered, mut wrong) = (Vec::new(), Vec::new());
        for together in batches(messages) {
            let incoming = self.incoming(source, "", "", String::new(), 0);
            let last = together.numbers.1.to_string();
            let label = match together.numbers {
                (first, last) if first == last => format!("{last}"),
                (first, last) => format!("{first} to {last}"),
            };
            let file = self.inner.live.file(incoming.id);
            let written = feeds::http::written(&mut together.body.as_slice(), u64::MAX, &file);
            let (sha256, size) =
                written.map_err(|error| DeskError::Unavailable(error.to_string()))?;
            let incoming = Incoming {
                key: match together.key.as_str() {
                    "" => format!("message {last}"),
                    event => event.to_owned(),
                },
                label,
                file: format!("{}.{}", dataset.name, ending(&together.media_type)),
                sha256,
                size,
                place: last,
                ..incoming
            };
            if let Some(words) = together.wrong {
                wrong.push((incoming.clone(), words));
            }
            entered.push(incoming);
        }
        self.inner.live.keep()?;
        self.enter_all(&entered)?;
        for (incoming, words) in wrong {
            self.put_aside(source, &incoming, &words)?;
        }
        Ok(())
    }

    pub(super) fn incoming(
        &self,
        source: &LiveSource,
        label: &str,
        file: &str,
        sha256: String,
        size: u64,
    ) -> Incoming {
        let now = self.now();
        Incoming {
            id: DeliveryId::fresh(now, self.randomness()),
            source: source.id,
            key: String::new(),
            label: label.to_owned(),
            file: file.to_owned(),
            sha256,
            size,
            place: String::new(),
            state: IncomingState::Waiting,
            tries: 0,
            reason: String::new(),
            received: now,
            release: None,
        }
    }

    pub(super) fn enter_all(&self, deliveries: &[Incoming]) -> Result<(), DeskError> {
        self.store().quiet(|tx| {
            for incoming in deliveries {
                // An event that comes twice is one delivery.
                if tx
                    .incoming_by_key(incoming.source, &incoming.key)?
                    .is_none()
                {
                    tx.add_incoming(incoming)?;
                }
            }
            Ok::<_, DeskError>(())
        })?;
        Ok(())
    }

    pub(super) fn heard(
        &self,
        source: &LiveSource,
        next: Option<domain::time::Moment>,
        behind: u64,
    ) -> Result<(), DeskError> {
        self.store()
            .quiet(|tx| Ok::<_, DeskError>(tx.live_heard(source.id, next, behind)?))?;
        Ok(())
    }

    /// The same where nothing is new, and only now and then: a look is no reason to write.
    pub(super) fn heard_still(
        &self,
        source: &LiveSource,
        following: &Following,
        behind: u64,
    ) -> Result<(), DeskError> {
        let lately = self.now().plus_seconds(-HEARD_EVERY);
        let known = following.heard.is_some_and(|heard| heard > lately);
        if known && following.failure.is_empty() && following.behind == behind {
            return Ok(());
        }
        self.heard(source, None, behind)
    }

    pub(super) fn secret_of(&self, source: &LiveSource) -> Result<Option<String>, Failure> {
        let found = self.inner.live.secret(&source.secret);
        found.map_err(|words| Failure::Source(Trouble::of(&words)))
    }
}

/// Messages that make one delivery.
struct Together {
    numbers: (u64, u64),
    key: String,
    media_type: String,
    body: Vec<u8>,
    wrong: Option<String>,
}

fn batches(messages: Vec<Message>) -> Vec<Together> {
    let mut found: Vec<Together> = Vec::new();
    let mut about: HashSet<String> = HashSet::new();
    for message in messages {
        let number = message.number;
        let sent = match message.sent {
            Ok(sent) => sent,
            Err(words) => {
                about.clear();
                found.push(Together {
                    numbers: (number, number),
                    key: String::new(),
                    media_type: String::new(),
                    body: message.raw,
                    wrong: Some(words),
                });
                continue;
            }
        };
        let thing = match sent.key.as_str() {
            "" => thing_of(&sent.body),
            _ => None, // an event stands alone, so that its key can tell a repetition
        };
        let joins = !about.is_empty() && thing.as_ref().is_some_and(|thing| !about.contains(thing));
        if let (true, Some(last)) = (joins, found.last_mut()) {
            last.numbers.1 = number;
            last.body.extend_from_slice(&sent.body);
            last.body.push(b'\n');
        } else {
            about.clear();
            let mut body = sent.body;
            if thing.is_some() {
                body.push(b'\n');
            }
            found.push(Together {
                numbers: (number, number),
                key: sent.key,
                media_type: sent.media_type,
                body,
                wrong: None,
            });
        }
        about.extend(thing);
    }
    found
}

/// The thing that a message is about: the `id` of its one JSON object, on one line.
fn thing_of(body: &[u8]) -> Option<String> {
    if body.contains(&b'\n') {
        return None;
    }
    let object: serde_json::Value = serde_json::from_slice(body).ok()?;
    Some(object.get("id")?.as_str()?.to_owned())
}

/// One digest over the files of a delivery in a folder.
fn digest(arrived: &Arrived) -> std::io::Result<(String, u64)> {
    let (mut all, mut size) = (Sha256::new(), 0);
    for (name, path) in &arrived.files {
        let (one, length) = digest_of(path)?;
        all.update(name.as_bytes());
        all.update([0]);
        all.update(one);
        size += length;
    }
    Ok((domain::audit::hex(&all.finalize()), size))
}

/// Digest and size of a file.
pub(super) fn digest_of(path: &std::path::Path) -> std::io::Result<([u8; 32], u64)> {
    let mut file = std::fs::File::open(path)?;
    let (mut one, mut size) = (Sha256::new(), 0);
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = std::io::Read::read(&mut file, &mut buffer)?;
        if read == 0 {
            return Ok((one.finalize().into(), size));
        }
        size += read as u64;
        one.update(buffer.get(..read).unwrap_or_default());
    }
}

/// The name of the file at an address; by the dataset where the address names none.
fn file_in(address: &str, dataset: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let last = path.rsplit_once('/').map_or("", |(_, last)| last);
    match last.contains('.') {
        true => last.to_owned(),
        false => format!("{dataset}.jsonl"),
    }
}

#[cfg(test)]
mod tests {
    use feeds::event::Sent;

    use super::*;

    fn numbers(bodies: &[&str]) -> Vec<(u64, u64)> {
        let message = |(number, body): (u64, &&str)| Message {
            number,
            sent: Ok(Sent {
                body: body.as_bytes().to_vec(),
                ..Sent::default()
            }),
            raw: Vec::new(),
        };
        let messages = (1..).zip(bodies).map(message).collect();
        batches(messages).iter().map(|one| one.numbers).collect()
    }

    #[test]
    fn messages_go_together_until_one_is_about_the_same_thing_again() {
        let (a, b) = (r#"{"id":"a"}"#, r#"{"id":"b"}"#);
        assert_eq!(numbers(&[a, b, a, b]), [(1, 2), (3, 4)]);
        assert_eq!(numbers(&[a, a, a]), [(1, 1), (2, 2), (3, 3)]);
        assert_eq!(numbers(&[a, "a,b\n1,2\n", b]), [(1, 1), (2, 2), (3, 3)]);
        assert!(numbers(&[]).is_empty());
    }

    #[test]
    fn a_file_is_named_by_its_address_or_by_its_dataset() {
        let cases = [
            ("https://example.org/lists/sdn.csv?x=1", "sdn.csv"),
            ("https://example.org/lists/", "d.jsonl"),
            ("https://example.org", "d.jsonl"),
        ];
        for (address, name) in cases {
            assert_eq!(file_in(address, "d"), name, "{address}");
        }
    }
}
