//! Connections: accepted up to a limit, given little time to ask and to read, told to end when the hub goes down.
//!
//! axum's own `serve` has none of these limits; hyper underneath has, and this is the loop that sets them.

use super::entrances::ToVisitor;
use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Request, header},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use std::{
    convert::Infallible,
    future::Future,
    io,
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{Sleep, sleep},
};
use tower_service::Service;

/// Connections at once; more wait in the system's backlog.
pub const CONNECTIONS_MAX: usize = 4096;
/// A request's head arrives within this, counted from the end of the one before.
const HEAD_WITHIN: Duration = Duration::from_secs(75);
/// The same for connections that come when most places are taken.
const HEAD_WITHIN_CROWDED: Duration = Duration::from_secs(5);
/// What is sent is taken within this; else the reader is gone.
const TAKEN_WITHIN: Duration = Duration::from_secs(20);
/// The buffers of one connection.
const BUFFER_BYTES_MAX: usize = 32 * 1024;
/// Headers of one request.
const HEADERS_MAX: usize = 64;
/// When the hub goes down, requests under way have this long.
const FAREWELL: Duration = Duration::from_secs(5);

/// The machine at the other end of a connection: phones that ask too much are counted by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// What counts as one asker: an address of IPv4, or a network of IPv6, in which a phone makes addresses as it likes.
    pub fn place(self) -> String {
        match self.0.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::")
            }
        }
    }
}

/// Serves until `stop` is done, then lets requests under way finish.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    serve_at_most(CONNECTIONS_MAX, listener, router, stop).await;
}

async fn serve_at_most(most: usize, listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let places = Places { free: Arc::new(Semaphore::new(most)), crowded_below: most / 4 };
    let farewell = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places.free).acquire_owned() => place,
            () = &mut stop => break,
        };
        let Ok(place) = place else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (socket, peer) = match accepted {
            Ok((socket, address)) => (socket, Peer(address.ip())),
            Err(error) => {
                // Out of file descriptors, most likely: others close theirs in a moment.
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let _ = socket.set_nodelay(true);
        let head_within = if places.crowded() { HEAD_WITHIN_CROWDED } else { HEAD_WITHIN };
        let (router, places) = (router.clone(), places.clone());
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            let (mut router, places) = (router.clone(), places.clone());
            async move { Ok::<_, Infallible>(answer(&mut router, request, (peer, &places)).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head_within)
            .max_buf_size(BUFFER_BYTES_MAX)
            .max_headers(HEADERS_MAX)
            .serve_connection(TokioIo::new(Patient::new(socket)), service);
        let connection = farewell.watch(connection);
        tokio::spawn(async move {
            // How a connection ends is the other side's affair.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, farewell.shutdown()).await.is_err() {
        tracing::warn!("connections still open at the end were cut");
    }
}

/// Places for connections. When fewer than a quarter are free, visitors' connections end with their answer, so that
/// a thousand phones that looked once do not keep a clerk's browser from being let in.
#[derive(Clone)]
struct Places {
    free: Arc<Semaphore>,
    crowded_below: usize,
}

impl Places {
    fn crowded(&self) -> bool {
        self.free.available_permits() < self.crowded_below
    }
}

async fn answer(router: &mut Router, mut request: Request<Incoming>, (peer, places): (Peer, &Places)) -> Response {
    request.extensions_mut().insert(peer);
    let Ok(mut response) = router.call(request.map(Body::new)).await;
    if places.crowded() && response.extensions().get::<ToVisitor>().is_some() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// A socket that gives up on a reader who does not take what is sent.
struct Patient {
    socket: TcpStream,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(socket: TcpStream) -> Patient {
        Patient { socket, waiting: None }
    }

    /// Starts the clock when a write has to wait, stops it when one gets through.
    fn watched<T>(&mut self, cx: &mut Context<'_>, poll: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.waiting = None;
            return poll;
        }
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(TAKEN_WITHIN)));
        match waiting.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Patient {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buf)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.socket).poll_write(cx, buf);
        self.watched(cx, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.socket).poll_write_vectored(cx, bufs);
        self.watched(cx, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Extension, routing::get};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    async fn asks(socket: &mut TcpStream, path: &str) -> String {
        socket.write_all(format!("GET {path} HTTP/1.1\r\nhost: hall\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            assert_ne!(socket.read_buf(&mut answer).await.unwrap(), 0, "the connection ended");
        }
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn visitors_connections_are_not_kept_when_most_places_are_taken() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/visitor", get(|| async { (Extension(ToVisitor), "") }))
            .route("/clerk", get(|| async { "" }));
        let serving = tokio::spawn(serve_at_most(8, listener, router, std::future::pending()));
        let mut open = Vec::new();
        // One place of the eight is already held for whoever comes next.
        for nth in 0..6 {
            let mut socket = TcpStream::connect(address).await.unwrap();
            let closes = asks(&mut socket, "/visitor").await.contains("connection: close");
            assert_eq!(closes, nth == 5, "connection {nth}");
            open.push(socket);
        }
        let clerk = asks(&mut open[0], "/clerk").await;
        assert!(!clerk.contains("connection: close"), "{clerk}");
        serving.abort();
    }

    #[test]
    fn a_phone_is_one_asker_however_many_addresses_it_makes() {
        let place = |text: &str| Peer(text.parse().unwrap()).place();
        assert_eq!(place("10.0.0.7"), "10.0.0.7");
        assert_eq!(place("::ffff:10.0.0.7"), "10.0.0.7");
        assert_eq!(place("fd00:1:2:3:aaaa::1"), place("fd00:1:2:3:bbbb::2"));
        assert_ne!(place("fd00:1:2:3::1"), place("fd00:1:2:4::1"));
    }
}
