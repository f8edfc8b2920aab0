//! The witness on the network: who may connect at once, for how long, and what each answer looks like.

use std::io::{self, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use domain::tlog::Refusal;

use crate::http::{Request, RequestError, Response, read_request, write_response};
use crate::memory::{Answer, Witness};

/// Tells the seconds since 1970; given by the program, so that tests can give their own.
pub type Clock = fn() -> u64;

/// More connections at once are answered 503.
const MAX_CONNECTIONS: usize = 64;

/// A client that has not sent its next request whole by then is dropped, be it silent or slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// The reading side of a connection, up to a moment.
struct UpTo<'a> {
    stream: &'a TcpStream,
    end: Instant,
}

impl Read for UpTo<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(buffer)
    }
}

/// One of the connections that are open, counted until dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    /// Takes a place; `None` if all are taken.
    fn take(open: &Arc<AtomicUsize>) -> Option<Self> {
        let place = Self(Arc::clone(open));
        (open.fetch_add(1, Ordering::SeqCst) < MAX_CONNECTIONS).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Answers requests until the process ends. What goes wrong with one connection ends that one alone.
pub fn serve(listener: &TcpListener, witness: &Arc<Witness>, clock: Clock) {
    let open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        // A connection that broke before it was accepted is its client's concern.
        let Ok(stream) = stream else { continue };
        if stream.set_write_timeout(Some(PATIENCE)).is_err() {
            continue;
        }
        let Some(place) = Place::take(&open) else {
            let busy = Response::text(503, "too many connections\n");
            let _ = write_response(&mut &stream, &busy, false);
            continue;
        };
        let witness = Arc::clone(witness);
        // Without a thread to be had, the connection is dropped with the closure.
        let _ = thread::Builder::new().spawn(move || {
            let _place = place;
            // The client is gone, or was told; either way its connection is over.
            let _ = converse(&stream, &witness, clock);
        });
    }
}

/// Answers the requests of one connection.
fn converse(stream: &TcpStream, witness: &Witness, clock: Clock) -> io::Result<()> {
    let mut reader = BufReader::new(UpTo {
        stream,
        end: Instant::now(),
    });
    let mut writer = stream;
    loop {
        reader.get_mut().end = Instant::now() + PATIENCE;
        match read_request(&mut reader) {
            Ok(request) => {
                let response = answer(&request, witness, clock);
                write_response(&mut writer, &response, request.keep_alive)?;
                if !request.keep_alive {
                    return Ok(());
                }
            }
            Err(RequestError::Gone) => return Ok(()),
            Err(RequestError::Refused(status)) => {
                return write_response(
                    &mut writer,
                    &Response::text(status, "unfit request\n"),
                    false,
                );
            }
        }
    }
}

fn answer(request: &Request, witness: &Witness, clock: Clock) -> Response {
    match (request.method.as_str(), request.path.as_str()) {
        ("POST", "/add-checkpoint") => add_checkpoint(&request.body, witness, clock),
        (_, "/add-checkpoint") => Response::text(405, "POST only\n"),
        ("GET", path) => monitor(path, witness),
        _ => Response::text(405, "GET only\n"),
    }
}

fn add_checkpoint(body: &[u8], witness: &Witness, clock: Clock) -> Response {
    match witness.add_checkpoint(body, clock()) {
        Answer::Cosigned(line) => Response::text(200, line),
        Answer::Malformed(error) => Response::text(400, format!("{error}\n")),
        Answer::Refused(refusal) => refuse(&refusal),
        // What failed on this machine is no concern of the client's.
        Answer::Failed(_) => Response::text(500, "the head could not be remembered\n"),
    }
}

fn refuse(refusal: &Refusal) -> Response {
    let status = match refusal {
        Refusal::UnknownOrigin(_) => 404,
        Refusal::NoGoodSignature(_) => 403,
        Refusal::OldAboveNew { .. } => 400,
        Refusal::OtherSizeHeld { held } | Refusal::Fork { held } => {
            return Response {
                status: 409,
                content_type: "text/x.tlog.size",
                body: format!("{held}\n"),
            };
        }
        Refusal::NotConsistent => 422,
    };
    Response::text(status, format!("{refusal}\n"))
}

/// Shows monitors the newest cosigned head: `/<sha256 of the origin in hex>/checkpoint`.
fn monitor(path: &str, witness: &Witness) -> Response {
    let absent = || Response::text(404, "not found\n");
    let Some(origin_hash) = path
        .strip_prefix('/')
        .and_then(|path| path.strip_suffix("/checkpoint"))
    else {
        return absent();
    };
    match witness.remembered(origin_hash) {
        Ok(Some(note)) => Response::text(200, note),
        Ok(None) => absent(),
        Err(_) => Response::text(500, "the remembered head cannot be read\n"),
    }
}
