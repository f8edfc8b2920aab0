//! The server's front door: connections taken in, held to a pace, and let go.
//!
//! HTTP/1.1 alone is spoken here: under [`crate::tls`], behind a proxy, or on loopback. The cast: a [`Room`] knows every open connection by its
//! [`Seat`]; a seat without a request on it can be cleared when the room is full, the one that waits longest first. What
//! comes in and goes out has to move ([`Pace`]): a head is whole within ten seconds, a body or an answer that crawls is cut.
//! So strangers who hold connections open take nothing from the others.
//!
//! Not here: what is answered (the router), and limits on the size of bodies (the routes).

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::header::{CONNECTION, CONTENT_TYPE, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, Sleep, sleep, timeout};
use tower::ServiceExt;

use crate::tls::Tls;

/// A head is whole within this time, and a connection without a request is kept no longer.
const HEAD: Duration = Duration::from_secs(10);

/// Largest head of a request.
const MOST_HEAD: usize = 32 << 10;

/// In which time at least [`ENOUGH`] bytes of a body or an answer have to move.
const STALLED: Duration = Duration::from_secs(20);

/// How many bytes are movement.
const ENOUGH: usize = 16 << 10;

/// What of an answer may wait in the system for a reader, so that slow ones do not fill its memory.
const WAITING: usize = 256 << 10;

/// How long answers that are under way may go on once the service is told to stop.
const LEAVE: Duration = Duration::from_secs(10);

/// Serves until `stopped`, with at most so many connections at a time, under TLS where there is a certificate.
///
/// # Errors
/// None once it runs: a connection that cannot be taken is left, and the next one is tried.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    most: usize,
    tls: Option<Tls>,
    stopped: impl Future<Output = ()>,
) -> io::Result<()> {
    let room = Arc::new(Room::default());
    let (stop, stopping) = watch::channel(false);
    tokio::pin!(stopped);
    loop {
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            () = &mut stopped => break,
        };
        match taken {
            Ok((stream, peer)) => {
                let bounded = SockRef::from(&stream).set_send_buffer_size(WAITING);
                if let Err(error) = bounded {
                    tracing::debug!(%error, "a connection has gone again");
                    continue;
                }
                if let Some(seat) = room.seat(most) {
                    let (router, stopping) = (router.clone(), stopping.clone());
                    match tls.clone() {
                        None => tokio::spawn(hold(stream, peer, router, seat, stopping)),
                        Some(tls) => tokio::spawn(shake(tls, stream, peer, router, seat, stopping)),
                    };
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                room.clear_one();
                sleep(Duration::from_millis(20)).await;
            }
        }
    }
    drop(listener);
    let _nobody_is_left = stop.send(true);
    drop(stopping);
    let _some_stayed = timeout(LEAVE, stop.closed()).await;
    Ok(())
}

/// Agrees on keys within the time of a head, then serves. Who says nothing, or speaks no TLS, is let go; a room that fills
/// clears them like everybody who waits.
async fn shake(
    tls: Tls,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    seat: Taken,
    stopping: watch::Receiver<bool>,
) {
    let cut = seat.0.clone();
    let agreed = tokio::select! {
        agreed = timeout(HEAD, tls.accept(stream)) => agreed,
        () = cut.cut.notified() => return,
    };
    match agreed {
        Ok(Ok(stream)) => hold(stream, peer, router, seat, stopping).await,
        Ok(Err(error)) => tracing::debug!(%error, "a connection agreed on no keys"),
        Err(_) => tracing::debug!("a connection was too slow to agree on keys"),
    }
}

/// Serves one connection until it ends, is cut, or the service stops.
async fn hold(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    router: Router,
    seat: Taken,
    mut stopping: watch::Receiver<bool>,
) {
    let cut = seat.0.clone();
    let answer = service_fn(move |request: Request<Incoming>| {
        let (router, busy) = (router.clone(), seat.busy());
        async move { Ok::<_, std::convert::Infallible>(answered(router, request, peer, busy).await) }
    });
    let stream = TokioIo::new(Paced {
        stream,
        pace: Pace::default(),
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_header_size(MOST_HEAD)
        .serve_connection(stream, answer);
    tokio::pin!(connection);
    let mut told = false;
    loop {
        tokio::select! {
            _ended = connection.as_mut() => return,
            () = cut.cut.notified() => return,
            _changed = stopping.changed(), if !told => {
                told = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Asks the router, unless the request is framed in a way that two readers could take apart differently.
async fn answered(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    busy: Busy,
) -> Response<Body> {
    let ambiguous = is_ambiguous(&request);
    // Of a request that had a length as well, only the chunks are left to see here; no other may follow it.
    let last = ambiguous || request.headers().contains_key(TRANSFER_ENCODING);
    let mut response = if ambiguous {
        refused()
    } else {
        let mut request = request.map(|body| {
            Body::new(Sent {
                body,
                pace: Pace::default(),
            })
        });
        request.extensions_mut().insert(ConnectInfo(peer));
        match router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    };
    if last {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            let _until_the_end = &busy;
            frame
        }))
    })
}

/// Says whether it is not plain for whom a request is: two hosts or none, another host in its address, or a tunnel.
fn is_ambiguous<B>(request: &Request<B>) -> bool {
    let hosts = request.headers().get_all(HOST).iter().count();
    let needed = usize::from(request.version() == Version::HTTP_11);
    hosts < needed
        || hosts > 1
        || request.uri().authority().is_some()
        || request.method() == Method::CONNECT
}

fn refused() -> Response<Body> {
    let words = r#"{"type":"/problems/malformed","title":"Malformed request","status":400,"detail":"the request names its host twice, not at all, or in its address"}"#;
    let mut response = Response::new(Body::from(words));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// Everybody who is here.
#[derive(Default)]
struct Room {
    seats: Mutex<Seats>,
}

#[derive(Default)]
struct Seats {
    next: u64,
    taken: BTreeMap<u64, Arc<Seat>>,
}

/// A connection as the room sees it.
struct Seat {
    began: Instant,
    /// Milliseconds after `began` since when no request is on it, and one more; 0 while there is one.
    waits_since: AtomicU64,
    cut: Notify,
}

impl Seat {
    fn waits(&self) {
        let millis = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX - 1);
        self.waits_since.store(millis + 1, Ordering::Relaxed);
    }

    /// For how long no request has been on it; nothing while there is one.
    fn waited(&self) -> Option<Duration> {
        let since = self.waits_since.load(Ordering::Relaxed).checked_sub(1)?;
        Some(
            self.began
                .elapsed()
                .saturating_sub(Duration::from_millis(since)),
        )
    }
}

impl Room {
    /// A seat for one more; in a full room the one that has waited longest for a request is cleared. None when all are busy.
    fn seat(self: &Arc<Self>, most: usize) -> Option<Taken> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if seats.taken.len() >= most {
            let (number, longest) = longest(&seats)?;
            longest.cut.notify_one();
            seats.taken.remove(&number);
        }
        let number = seats.next;
        seats.next += 1;
        let seat = Arc::new(Seat {
            began: Instant::now(),
            waits_since: AtomicU64::new(1),
            cut: Notify::new(),
        });
        seats.taken.insert(number, seat.clone());
        Some(Taken(seat, number, self.clone()))
    }

    /// Clears the seat that has waited longest, where one waits.
    fn clear_one(&self) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((number, seat)) = longest(&seats) {
            seat.cut.notify_one();
            seats.taken.remove(&number);
        }
    }
}

fn longest(seats: &Seats) -> Option<(u64, Arc<Seat>)> {
    let waiting = seats.taken.iter();
    waiting
        .filter_map(|(number, seat)| Some((seat.waited()?, number, seat)))
        .max_by_key(|(waited, ..)| *waited)
        .map(|(_, number, seat)| (*number, seat.clone()))
}

/// A seat while somebody has it.
struct Taken(Arc<Seat>, u64, Arc<Room>);

impl Taken {
    fn busy(&self) -> Busy {
        self.0.waits_since.store(0, Ordering::Relaxed);
        Busy(self.0.clone())
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut seats = self.2.seats.lock().unwrap_or_else(PoisonError::into_inner);
        seats.taken.remove(&self.1);
    }
}

/// A request on a connection, until the last of its answer has gone.
struct Busy(Arc<Seat>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.waits();
    }
}

/// Whether bytes still move. Counts only while somebody waits for them.
#[derive(Default)]
struct Pace {
    stall: Option<Stall>,
}

struct Stall {
    until: Pin<Box<Sleep>>,
    moved: usize,
}

impl Pace {
    /// Counts what moved.
    fn moved(&mut self, bytes: usize) {
        if let Some(stall) = &mut self.stall {
            stall.moved += bytes;
            if stall.moved >= ENOUGH || stall.until.is_elapsed() {
                self.stall = None;
            }
        }
    }

    /// Waits for more, but not for ever.
    fn waits(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        let stall = self.stall.get_or_insert_with(|| Stall {
            until: Box::pin(sleep(STALLED)),
            moved: 0,
        });
        ready!(stall.until.as_mut().poll(context));
        Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, "too slow"))
    }

    fn judged(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match outcome {
            Poll::Ready(Ok(bytes)) => {
                self.moved(bytes);
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => self.waits(context).map(Err),
        }
    }
}

/// A connection whose answers have to be read. Waiting for a request is timed by its reader.
struct Paced<S> {
    stream: S,
    pace: Pace,
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.pace.judged(context, outcome)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write_vectored(context, bytes);
        this.pace.judged(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

/// A body that has to arrive.
struct Sent {
    body: Incoming,
    pace: Pace,
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                this.pace.moved(frame.data_ref().map_or(0, Bytes::len));
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(outcome) => Poll::Ready(outcome.map(|frame| frame.map_err(Into::into))),
            Poll::Pending => this.pace.waits(context).map(|slow| Some(Err(slow.into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
