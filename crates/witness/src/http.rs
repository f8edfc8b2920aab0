//! As much of HTTP/1.1 as a witness needs: requests with a stated length, kept-alive connections, nothing else.
//!
//! Framing that two readers could understand differently (chunked bodies, two lengths) is refused, and so is every
//! request longer than [`MAX_HEAD_BYTES`] and [`MAX_BODY_BYTES`].

use std::io::{self, BufRead, Read as _, Write};

/// The longest request line with headers.
const MAX_HEAD_BYTES: u64 = 8 * 1024;

/// The longest body: a head with a hundred signatures, some of them post-quantum.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// One request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
    /// Whether the client means to send another request on this connection.
    pub(crate) keep_alive: bool,
}

/// Why no request can be read.
#[derive(Debug)]
pub(crate) enum RequestError {
    /// The connection ended, orderly or not, or fell silent.
    Gone,
    /// To be answered with this status; then the connection ends.
    Refused(u16),
}

impl From<io::Error> for RequestError {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// One answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn text(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            content_type: "text/plain; charset=utf-8",
            body: body.into(),
        }
    }
}

/// Reads the next request of a connection.
pub(crate) fn read_request(stream: &mut impl BufRead) -> Result<Request, RequestError> {
    let head = read_head(stream)?;
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(path), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(RequestError::Refused(400));
    };
    let mut keep_alive = match version {
        "HTTP/1.1" => true,
        "HTTP/1.0" => false,
        _ => return Err(RequestError::Refused(505)),
    };
    let mut length = None;
    for line in lines.take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').ok_or(RequestError::Refused(400))?;
        let value = value.trim_matches([' ', '\t']);
        match name.to_ascii_lowercase().as_str() {
            "content-length" if length.is_some() => return Err(RequestError::Refused(400)),
            "content-length" => length = Some(parse_length(value)?),
            "transfer-encoding" => return Err(RequestError::Refused(411)),
            "connection" if value.eq_ignore_ascii_case("close") => keep_alive = false,
            "expect" => return Err(RequestError::Refused(417)),
            name if name.is_empty() || name.contains([' ', '\t']) => {
                return Err(RequestError::Refused(400));
            }
            _ => {}
        }
    }
    if length.is_none() && method == "POST" {
        return Err(RequestError::Refused(411));
    }
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body)?;
    Ok(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        body,
        keep_alive,
    })
}

/// Reads up to and including the empty line.
fn read_head(stream: &mut impl BufRead) -> Result<String, RequestError> {
    let mut limited = stream.take(MAX_HEAD_BYTES);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if limited.read_until(b'\n', &mut head)? == 0 {
            let cut_by_us = limited.limit() == 0;
            return Err(if cut_by_us {
                RequestError::Refused(431)
            } else {
                RequestError::Gone
            });
        }
        if !head.ends_with(b"\r\n") && limited.limit() > 0 {
            return Err(RequestError::Refused(400));
        }
    }
    String::from_utf8(head).map_err(|_| RequestError::Refused(400))
}

fn parse_length(value: &str) -> Result<usize, RequestError> {
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RequestError::Refused(400));
    }
    value
        .parse()
        .ok()
        .filter(|length| *length <= MAX_BODY_BYTES)
        .ok_or(RequestError::Refused(413))
}

/// Writes an answer in one piece.
pub(crate) fn write_response(
    stream: &mut impl Write,
    response: &Response,
    keep_alive: bool,
) -> io::Result<()> {
    let Response {
        status,
        content_type,
        body,
    } = response;
    let reason = reason_of(*status);
    let connection = if keep_alive { "keep-alive" } else { "close" };
    let text = format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: {connection}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

fn reason_of(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Content Too Large",
        417 => "Expectation Failed",
        422 => "Unprocessable Content",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status_of(text: &str) -> u16 {
        match read_request(&mut text.as_bytes()) {
            Ok(_) => 200,
            Err(RequestError::Refused(status)) => status,
            Err(RequestError::Gone) => 0,
        }
    }

    #[test]
    fn requests_are_read_one_after_the_other() {
        let mut stream = &b"POST /a HTTP/1.1\r\nHost: x\r\ncontent-LENGTH: 3\r\n\r\nabcGET /b HTTP/1.1\r\nConnection: Close\r\n\r\n"[..];
        let first = read_request(&mut stream).unwrap();
        assert_eq!(
            (first.path.as_str(), first.body.as_slice(), first.keep_alive),
            ("/a", &b"abc"[..], true)
        );
        let second = read_request(&mut stream).unwrap();
        assert_eq!(
            (
                second.method.as_str(),
                second.path.as_str(),
                second.keep_alive
            ),
            ("GET", "/b", false)
        );
        assert!(matches!(read_request(&mut stream), Err(RequestError::Gone)));
    }

    #[test]
    fn ambiguous_and_overlong_requests_are_refused() {
        let check = |text: &str, status| assert_eq!(status_of(text), status, "{text}");
        check("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\na", 200);
        check("POST / HTTP/1.1\r\n\r\n", 411);
        check(
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            411,
        );
        check(
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            400,
        );
        check("POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\na", 400);
        check("POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413);
        check(
            "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
            413,
        );
        check("POST / HTTP/1.1\r\nContent-Length : 1\r\n\r\na", 400);
        check("POST / HTTP/1.1\r\n folded\r\n\r\n", 400);
        check(
            "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n",
            417,
        );
        check("GET / HTTP/1.1\n\n", 400);
        check("GET /\r\n\r\n", 400);
        check("GET / HTTP/2\r\n\r\n", 505);
        check("GET / HTTP/1.1 x\r\n\r\n", 400);
        check("GET / HTTP/1.1\r\nHost: x\r\n", 0);
        check("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc", 0);
        check(
            &format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "y".repeat(9000)),
            431,
        );
        check(&format!("GET /{}", "y".repeat(9000)), 431);
    }
}
