//! A small client for HTTP/1.1 over the standard library's sockets: one connection for each request.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Nothing here may take longer; a server that hangs is a failure of its own.
const LONGEST: Duration = Duration::from_secs(120);

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; nothing where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The body as JSON of an answer that must have this status.
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }
}

/// What is sent.
pub enum Body {
    Nothing,
    Json(Value),
    /// Text fields, then one file by name.
    Form {
        fields: Vec<(&'static str, String)>,
        file: (String, Vec<u8>),
    },
}

const BOUNDARY: &str = "trials-boundary-7d1f3a";

impl Body {
    fn bytes(self) -> (Option<String>, Vec<u8>) {
        match self {
            Self::Nothing => (None, Vec::new()),
            Self::Json(value) => (
                Some("application/json".into()),
                value.to_string().into_bytes(),
            ),
            Self::Form { fields, file } => {
                let mut bytes = Vec::new();
                for (name, value) in fields {
                    let part = format!(
                        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                    );
                    bytes.extend_from_slice(part.as_bytes());
                }
                let head = format!(
                    "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\
                     content-type: application/octet-stream\r\n\r\n",
                    file.0
                );
                bytes.extend_from_slice(head.as_bytes());
                bytes.extend_from_slice(&file.1);
                bytes.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
                (
                    Some(format!("multipart/form-data; boundary={BOUNDARY}")),
                    bytes,
                )
            }
        }
    }
}

/// Sends one request and reads the whole answer.
pub fn ask(
    server: SocketAddr,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Body,
) -> io::Result<Answer> {
    let (media_type, bytes) = body.bytes();
    let bearer = token.map(|token| format!("Bearer {token}"));
    let mut headers = Vec::new();
    headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    headers.extend(media_type.as_deref().map(|kind| ("content-type", kind)));
    send(server, method, path, &headers, &bytes)
}

/// Sends one request with these headers and reads the whole answer.
pub fn send(
    server: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&server, LONGEST)?;
    stream.set_read_timeout(Some(LONGEST))?;
    stream.set_write_timeout(Some(LONGEST))?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {server}\r\nconnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("content-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes())?;
    // A server that answers before it has read everything may close early; its answer still counts.
    let _early = stream.write_all(body);
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    read_answer(&answer).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// Takes an answer apart; nothing where it broke off.
fn read_answer(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let answer = Answer {
        status,
        headers,
        body: bytes[end + 4..].to_vec(),
    };
    let length = answer.header("content-length").map(str::parse::<usize>);
    match length {
        Some(Ok(length)) => (answer.body.len() == length).then_some(answer),
        _ => (status == 204).then_some(answer),
    }
}
