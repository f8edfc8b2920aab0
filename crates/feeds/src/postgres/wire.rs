//! The protocol of a PostgreSQL server, as far as it is needed: signing in, questions, and the stream of a log.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use postgres_protocol::authentication::{md5_hash, sasl};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use super::Source;

/// How long a server may take to answer.
const ANSWER: Duration = Duration::from_secs(60);

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// Most bytes of one message: PostgreSQL's own limit of a value.
const MOST: usize = 1 << 30;

/// A message of the server.
pub(super) struct Told {
    pub(super) kind: u8,
    pub(super) body: Vec<u8>,
}

/// One connection.
pub(super) struct Wire {
    stream: Kind,
    coming: Vec<u8>,
}

enum Kind {
    Plain(TcpStream),
    Sealed(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Kind {
    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Sealed(sealed) => &sealed.sock,
        }
    }
}

/// A value of a row; nothing where it is none.
pub(super) type Value = Option<Vec<u8>>;

/// Parts of a message, from its beginning on; what is missing is nothing.
pub(super) struct Cut<'a>(pub(super) &'a [u8]);

impl<'a> Cut<'a> {
    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }
    pub(super) fn byte(&mut self) -> Option<u8> {
        self.bytes(1)?.first().copied()
    }
    pub(super) fn short(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.bytes(2)?.try_into().ok()?))
    }
    pub(super) fn int(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.bytes(4)?.try_into().ok()?))
    }
    pub(super) fn long(&mut self) -> Option<u64> {
        Some(u64::from_be_bytes(self.bytes(8)?.try_into().ok()?))
    }
    /// A text up to its zero byte.
    pub(super) fn text(&mut self) -> Option<String> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let text = String::from_utf8_lossy(self.bytes(end)?).into_owned();
        self.bytes(1)?;
        Some(text)
    }
}

/// What a server that speaks nonsense is told of as.
pub(super) const NONSENSE: &str = "it answers what no PostgreSQL server answers";

impl Wire {
    /// Connects and signs in. `replication` asks for a connection that can stream the log.
    pub(super) fn open(
        source: &Source,
        secret: Option<&str>,
        replication: bool,
    ) -> Result<Self, String> {
        let mut last = "its host has no address".to_owned();
        let mut reached = None;
        for address in &source.found {
            match TcpStream::connect_timeout(address, CONNECT) {
                Ok(stream) => {
                    reached = Some(stream);
                    break;
                }
                Err(error) => last = format!("it takes no connection: {error}"),
            }
        }
        let stream = reached.ok_or(last)?;
        let ready = stream
            .set_nodelay(true)
            .and_then(|()| stream.set_read_timeout(Some(ANSWER)));
        ready.map_err(|error| error.to_string())?;
        let stream = match source.encrypted {
            true => Kind::Sealed(Box::new(sealed(stream, &source.host)?)),
            false => Kind::Plain(stream),
        };
        let mut wire = Self {
            stream,
            coming: Vec::new(),
        };
        // A secret is `user:password`, or a password alone.
        let (user, word) = match secret.map(|secret| secret.split_once(':').unwrap_or(("", secret)))
        {
            Some(("", word)) => (source.user.clone(), Some(word)),
            Some((user, word)) => (user.to_owned(), Some(word)),
            None => (source.user.clone(), None),
        };
        if user.is_empty() {
            return Err("its address names no user, and its secret is no `user:password`".into());
        }
        wire.sign_in(source, &user, word, replication)?;
        Ok(wire)
    }

    /// How long the server may be silent.
    pub(super) fn patience(&self, long: Duration) -> Result<(), String> {
        let set = self.stream.socket().set_read_timeout(Some(long));
        set.map_err(|error| error.to_string())
    }

    fn sign_in(
        &mut self,
        source: &Source,
        user: &str,
        word: Option<&str>,
        replication: bool,
    ) -> Result<(), String> {
        let mut body = 196_608_u32.to_be_bytes().to_vec();
        let mut settings = vec![
            ("user", user),
            ("database", &source.database),
            ("client_encoding", "UTF8"),
            ("application_name", "predicate"),
            ("DateStyle", "ISO"),
            ("TimeZone", "UTC"),
        ];
        if replication {
            settings.push(("replication", "database"));
        }
        for (name, value) in settings {
            body.extend(name.as_bytes());
            body.push(0);
            body.extend(value.as_bytes());
            body.push(0);
        }
        body.push(0);
        let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX);
        let mut message = length.to_be_bytes().to_vec();
        message.extend(body);
        self.write(&message)?;
        let mut scram = None;
        loop {
            let told = self.told()?;
            match told.kind {
                b'R' => self.authenticate(&told.body, user, word, &mut scram)?,
                b'E' => return Err(words(&told.body)),
                b'Z' => return Ok(()),
                _ => {}
            }
        }
    }

    fn authenticate(
        &mut self,
        body: &[u8],
        user: &str,
        word: Option<&str>,
        scram: &mut Option<sasl::ScramSha256>,
    ) -> Result<(), String> {
        let mut cut = Cut(body);
        let asked = cut.int().ok_or(NONSENSE)?;
        let given = || {
            word.ok_or_else(|| "it asks for a password, and the source has no secret".to_owned())
        };
        match asked {
            0 => Ok(()),
            3 => {
                let Kind::Sealed(_) = self.stream else {
                    return Err("it asks for the password in the clear, and the connection is not encrypted".into());
                };
                let mut answer = given()?.as_bytes().to_vec();
                answer.push(0);
                self.send(b'p', &answer)
            }
            5 => {
                let salt = cut
                    .bytes(4)
                    .and_then(|salt| salt.try_into().ok())
                    .ok_or(NONSENSE)?;
                let mut answer = md5_hash(user.as_bytes(), given()?.as_bytes(), salt).into_bytes();
                answer.push(0);
                self.send(b'p', &answer)
            }
            10 => {
                let begun = sasl::ScramSha256::new(
                    given()?.as_bytes(),
                    sasl::ChannelBinding::unsupported(),
                );
                let mut answer = sasl::SCRAM_SHA_256.as_bytes().to_vec();
                answer.push(0);
                let first = begun.message();
                answer.extend(u32::try_from(first.len()).unwrap_or(0).to_be_bytes());
                answer.extend(first);
                *scram = Some(begun);
                self.send(b'p', &answer)
            }
            11 => {
                let scram = scram.as_mut().ok_or(NONSENSE)?;
                scram
                    .update(cut.0)
                    .map_err(|error| format!("it cannot be signed in to: {error}"))?;
                let answer = scram.message().to_vec();
                self.send(b'p', &answer)
            }
            12 => {
                let scram = scram.as_mut().ok_or(NONSENSE)?;
                scram
                    .finish(cut.0)
                    .map_err(|_| "it does not know the password that it asked for".to_owned())
            }
            _ => Err("it asks for a way of signing in that is not known here".into()),
        }
    }

    /// Asks in the simple way, as connections that stream a log want it; gives the rows.
    pub(super) fn ask(&mut self, sql: &str) -> Result<Vec<Vec<Value>>, String> {
        self.say(sql)?;
        let mut rows = Vec::new();
        self.answers(&mut |_| Ok(()), &mut |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Sends a question in the simple way and waits for nothing.
    pub(super) fn say(&mut self, sql: &str) -> Result<(), String> {
        let mut body = sql.as_bytes().to_vec();
        body.push(0);
        self.send(b'Q', &body)
    }

    /// Asks one question, and hands over its columns and rows as they come. Two questions in one are refused by the server.
    pub(super) fn rows(
        &mut self,
        sql: &str,
        columns: &mut dyn FnMut(Vec<String>) -> Result<(), String>,
        row: &mut dyn FnMut(Vec<Value>) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut all = Vec::new();
        let mut parse = vec![0];
        parse.extend(sql.as_bytes());
        parse.extend([0, 0, 0]);
        framed(&mut all, b'P', &parse);
        framed(&mut all, b'B', &[0, 0, 0, 0, 0, 0, 0, 0]);
        framed(&mut all, b'D', b"P\0");
        framed(&mut all, b'E', &[0, 0, 0, 0, 0]);
        framed(&mut all, b'S', &[]);
        self.write(&all)?;
        self.answers(columns, row)
    }

    fn answers(
        &mut self,
        columns: &mut dyn FnMut(Vec<String>) -> Result<(), String>,
        row: &mut dyn FnMut(Vec<Value>) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut failed = None;
        loop {
            let told = self.told()?;
            match told.kind {
                b'T' => columns(described(&told.body).ok_or(NONSENSE)?)?,
                b'D' => row(values(&told.body).ok_or(NONSENSE)?)?,
                b'E' => failed = Some(words(&told.body)),
                b'Z' => return failed.map_or(Ok(()), Err),
                _ => {}
            }
        }
    }

    pub(super) fn send(&mut self, kind: u8, body: &[u8]) -> Result<(), String> {
        let mut message = Vec::with_capacity(body.len() + 5);
        framed(&mut message, kind, body);
        self.write(&message)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        let lost = |error: io::Error| format!("the connection is lost: {error}");
        match &mut self.stream {
            Kind::Plain(stream) => stream
                .write_all(bytes)
                .and_then(|()| stream.flush())
                .map_err(lost),
            Kind::Sealed(stream) => stream
                .write_all(bytes)
                .and_then(|()| stream.flush())
                .map_err(lost),
        }
    }

    /// The next message; an error when none comes in time.
    pub(super) fn told(&mut self) -> Result<Told, String> {
        match self.heard()? {
            Some(told) => Ok(told),
            None => Err("it did not answer in time".into()),
        }
    }

    /// The next message, or nothing when none has come in the time that was set.
    pub(super) fn heard(&mut self) -> Result<Option<Told>, String> {
        loop {
            if let Some(told) = self.whole()? {
                return Ok(Some(told));
            }
            let mut part = [0_u8; 16 * 1024];
            let read = match &mut self.stream {
                Kind::Plain(stream) => stream.read(&mut part),
                Kind::Sealed(stream) => stream.read(&mut part),
            };
            match read {
                Ok(0) => return Err("it closed the connection".into()),
                Ok(count) => self.coming.extend(part.iter().take(count)),
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                    ) =>
                {
                    return Ok(None);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(format!("the connection is lost: {error}")),
            }
        }
    }

    /// Takes a whole message off what has come.
    fn whole(&mut self) -> Result<Option<Told>, String> {
        let mut cut = Cut(&self.coming);
        let (Some(kind), Some(length)) = (cut.byte(), cut.int()) else {
            return Ok(None);
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if !(4..=MOST).contains(&length) {
            return Err(NONSENSE.into());
        }
        let Some(body) = cut.bytes(length - 4) else {
            return Ok(None);
        };
        let body = body.to_vec();
        self.coming.drain(..=length);
        Ok(Some(Told { kind, body }))
    }
}

fn framed(all: &mut Vec<u8>, kind: u8, body: &[u8]) {
    all.push(kind);
    all.extend(
        u32::try_from(body.len() + 4)
            .unwrap_or(u32::MAX)
            .to_be_bytes(),
    );
    all.extend(body);
}

fn sealed(
    mut stream: TcpStream,
    host: &str,
) -> Result<StreamOwned<ClientConnection, TcpStream>, String> {
    let lost = |error: io::Error| format!("the connection is lost: {error}");
    stream
        .write_all(&[0, 0, 0, 8, 4, 210, 22, 47])
        .map_err(lost)?;
    let mut answer = [0];
    stream.read_exact(&mut answer).map_err(lost)?;
    if answer != *b"S" {
        let words = "it takes no encrypted connection; `sslmode=disable` in the address does without, where that is right";
        return Err(words.into());
    }
    let unusable = |error: rustls::Error| format!("no encrypted connection can be made: {error}");
    let config = crate::tls::config()?;
    let name = ServerName::try_from(host.to_owned()).map_err(|_| "its host is no name")?;
    let client = ClientConnection::new(Arc::new(config), name).map_err(unusable)?;
    Ok(StreamOwned::new(client, stream))
}

/// The names of a row's columns.
fn described(body: &[u8]) -> Option<Vec<String>> {
    let mut cut = Cut(body);
    let count = cut.short()?;
    let mut names = Vec::with_capacity(count.into());
    for _ in 0..count {
        names.push(cut.text()?);
        cut.bytes(18)?;
    }
    Some(names)
}

fn values(body: &[u8]) -> Option<Vec<Value>> {
    let mut cut = Cut(body);
    let count = cut.short()?;
    let mut values = Vec::with_capacity(count.into());
    for _ in 0..count {
        values.push(match cut.int()? {
            u32::MAX => None,
            length => Some(cut.bytes(usize::try_from(length).ok()?)?.to_vec()),
        });
    }
    Some(values)
}

/// What the server says is wrong.
pub(super) fn words(body: &[u8]) -> String {
    let mut cut = Cut(body);
    let (mut code, mut message) = (String::new(), String::new());
    while let Some(field) = cut.byte().filter(|field| *field != 0) {
        let Some(text) = cut.text() else { break };
        match field {
            b'C' => code = text,
            b'M' => message = text,
            _ => {}
        }
    }
    format!("the server says: {message} ({code})")
}

/// A value as text.
pub(super) fn text(row: &[Value], at: usize) -> String {
    let value = row.get(at).and_then(Option::as_deref).unwrap_or_default();
    String::from_utf8_lossy(value).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_cut_anywhere_are_nothing_and_no_panic() {
        let row = [0, 2, 0, 0, 0, 2, b'a', b'b', 255, 255, 255, 255];
        assert_eq!(values(&row), Some(vec![Some(b"ab".to_vec()), None]));
        for end in 0..row.len() {
            assert_eq!(values(row.get(..end).unwrap()), None, "{end}");
        }
        assert_eq!(
            words(b"SERROR\0C42P01\0Mno such table\0\0"),
            "the server says: no such table (42P01)"
        );
        assert_eq!(words(b"C42"), "the server says:  ()");
        assert_eq!(described(&[0, 1, b'a']), None);
    }
}
