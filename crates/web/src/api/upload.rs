//! Uploads: form fields held short, files handed on as they arrive, never whole in memory.
//!
//! A file part is read by a thread that may block while its bytes still come in. Whatever goes wrong on the way (a
//! connection that breaks, a body that is too large, a part where none may be) reaches that reader as an error, so that
//! half a file never passes for a whole one.

use std::io::{self, Read};

use axum::body::Bytes;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use tokio::sync::mpsc;

use crate::Web;
use crate::problem::Problem;

/// Longest text field of a form.
const MOST_TEXT: usize = 64 << 10;

/// Chunks that may wait for the reader.
const WAITING: usize = 4;

/// A body of the type `multipart/form-data`.
pub(super) struct Form(pub(super) Multipart);

impl FromRequest<Web> for Form {
    type Rejection = Problem;
    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        let form = Multipart::from_request(request, web).await;
        form.map(Self)
            .map_err(|_| Problem::wrong_type("multipart/form-data"))
    }
}

impl Form {
    /// The next part.
    pub(super) async fn next(&mut self) -> Result<Option<Field<'_>>, Problem> {
        self.0.next_field().await.map_err(|error| broken(&error))
    }
}

/// A text field, whole.
pub(super) async fn text(mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MOST_TEXT {
            return Err(Problem::too_large());
        }
    }
    String::from_utf8(bytes)
        .map_err(|_| Problem::malformed("body", "has a field that is not UTF-8"))
}

/// The name a file was given, without any folders.
pub(super) fn file_name(field: &Field<'_>) -> Option<String> {
    let name = field.file_name()?;
    let last = name.rsplit(['/', '\\']).next()?.trim();
    (!last.is_empty() && last != "." && last != "..").then(|| last.to_owned())
}

/// The two ends of a file on its way: what is sent into the first is read from the second.
pub(super) fn pipe() -> (Sending, Arriving) {
    let (send, receive) = mpsc::channel(WAITING);
    (
        Sending(send),
        Arriving {
            receive,
            chunk: Bytes::new(),
        },
    )
}

/// The end into which bytes are sent.
pub(super) struct Sending(mpsc::Sender<io::Result<Bytes>>);

impl Sending {
    /// Sends all bytes of a part. When the reader has gone there is nobody left to tell, and that is no error.
    pub(super) async fn all(&self, mut field: Field<'_>) -> Result<(), Problem> {
        loop {
            match field.chunk().await {
                Ok(None) => return Ok(()),
                Ok(Some(chunk)) => {
                    if self.0.send(Ok(chunk)).await.is_err() {
                        return Ok(());
                    }
                }
                Err(error) => {
                    self.fail().await;
                    return Err(broken(&error));
                }
            }
        }
    }

    /// Sends one piece; false when the reader has gone.
    pub(super) async fn chunk(&self, chunk: io::Result<Bytes>) -> bool {
        self.0.send(chunk).await.is_ok()
    }

    /// Tells the reader that the file is not whole.
    pub(super) async fn fail(&self) {
        let _ = self.0.send(Err(io::ErrorKind::UnexpectedEof.into())).await; // a reader that has gone needs no telling
    }
}

/// The end from which bytes are read.
pub(super) struct Arriving {
    receive: mpsc::Receiver<io::Result<Bytes>>,
    chunk: Bytes,
}

impl Read for Arriving {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.receive.blocking_recv() {
                None => return Ok(0),
                Some(chunk) => self.chunk = chunk?,
            }
        }
        let taken = self.chunk.split_to(self.chunk.len().min(buffer.len()));
        for (to, from) in buffer.iter_mut().zip(taken.iter()) {
            *to = *from;
        }
        Ok(taken.len())
    }
}

fn broken(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::too_large()
    } else {
        Problem::malformed("body", "breaks off or is no form")
    }
}
