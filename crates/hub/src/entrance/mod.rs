//! Listens, and answers whoever connects, in the clear or with TLS.
//!
//! Connections are taken at once and counted afterwards, so that a crowd never keeps others from
//! being heard; one that does not bring a whole request in time is ended, and so is one that
//! dawdles over its handshake. What is answered is the `rest` module's matter.

mod certificate;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{
    Request,
    body::Incoming,
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::certificate::Certificate;
use crate::{Error, reach::Reach};

/// How many connections may wait to be taken: as many as come back at once after a restart.
const BACKLOG: u32 = 4_096;
/// How long the head of a request may take to arrive, from when it may come.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// How long a handshake may take, once there is room for it.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How long the other side may leave unconfirmed what it was sent, or unread what is there: as long as
/// a device may be silent.
#[cfg(target_os = "linux")]
const CONFIRMED_WITHIN_MS: u32 = 90_000;
/// How many connections there may be at a time. Any more are taken and ended.
const CONNECTIONS: usize = 24_000;
/// How long to wait after the system refused a connection, for want of descriptors most likely.
const PAUSE: Duration = Duration::from_millis(200);

/// The TLS of a hub that has its own: a bounded number of handshakes at a time.
#[derive(Clone)]
pub(crate) struct Handshakes {
    certificate: Certificate,
    room: Arc<Semaphore>,
}

impl Handshakes {
    pub(crate) fn new(certificate: Certificate, at_a_time: usize) -> Self {
        Self {
            certificate,
            room: Arc::new(Semaphore::new(at_a_time.max(1))),
        }
    }

    pub(crate) fn certificate(&self) -> Certificate {
        self.certificate.clone()
    }

    /// The connection once it is encrypted, unless it fails or takes too long.
    async fn shake(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        let _turn = self.room.acquire().await.ok()?;
        let acceptor = TlsAcceptor::from(self.certificate.current());
        match timeout(HANDSHAKE_WITHIN, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => Some(stream),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a TLS handshake failed");
                None
            }
            Err(_) => None,
        }
    }
}

/// Listens at an address that the hub may listen on.
pub(crate) fn bind(address: SocketAddr, reach: &Reach) -> Result<TcpListener, Error> {
    reach.check(address)?;
    listen(address).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => Error::AddressInUse { address },
        _ => Error::Bind { address, source },
    })
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // Elsewhere it would let another program listen at the same address.
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Answers until told to stop, and then until the last connection has ended.
pub(crate) async fn run(
    listener: TcpListener,
    tls: Option<Handshakes>,
    router: Router,
    cancel: CancellationToken,
) {
    let connections = TaskTracker::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = cancel.cancelled() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if is_of_one_connection(&error) => continue,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&room).try_acquire_owned() else {
            tracing::warn!("too many connections: one was ended");
            continue;
        };
        // Frames are small, and whoever waits for one waits for all of it.
        let _ = stream.set_nodelay(true);
        notice_silence(&stream);
        let (router, cancel) = (router.clone(), cancel.clone());
        // Apart, so that a connection without TLS holds no room for one with it.
        match tls.clone() {
            None => connections.spawn(async move {
                answer(stream, peer, router, cancel).await;
                drop(place);
            }),
            Some(tls) => connections.spawn(async move {
                let shaken = tokio::select! {
                    shaken = Box::pin(tls.shake(stream)) => shaken,
                    () = cancel.cancelled() => None,
                };
                if let Some(stream) = shaken {
                    answer(stream, peer, router, cancel).await;
                }
                drop(place);
            }),
        };
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Has a connection end whose other side takes nothing any more: its network is gone, or its power.
/// By itself Linux tries for a quarter of an hour, and so long a person would count as looking on.
fn notice_silence(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    let _ = rustix::net::sockopt::set_tcp_user_timeout(stream, CONFIRMED_WITHIN_MS);
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}

async fn answer<S>(stream: S, peer: SocketAddr, router: Router, cancel: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let router = TowerToHyperService::new(router);
    let answering = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .serve_connection(TokioIo::new(stream), answering)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = cancel.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::trace!(%error, "a connection broke");
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
