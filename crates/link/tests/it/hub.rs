//! A hub that does what a test tells it to, and a dialect at a test's pace.

use std::{net::SocketAddr, sync::LazyLock, time::Duration};

use chaperone_dialects::{
    Context, DecodeError, Decoded, Dialect, Downstream, EncodeError, FrameKind, Greeting,
    Heartbeat, Polling, Profile, Upstream, dialect,
};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{ErrorResponse, Request, Response},
        http::StatusCode,
        protocol::CloseFrame,
    },
};

/// Longer than anything here takes on a busy machine; only a broken test waits that long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A wire at another pace.
pub(crate) struct Paced {
    wire: &'static str,
    profile: &'static LazyLock<Profile>,
}

/// Quick to come back, patient with a slow machine.
pub(crate) static BRISK: Paced = Paced {
    wire: "atom",
    profile: &BRISK_PROFILE,
};

/// Quick to lose patience, too.
pub(crate) static HASTY: Paced = Paced {
    wire: "atom",
    profile: &HASTY_PROFILE,
};

/// The wire that can do without its socket, quick as well.
pub(crate) static EDGE: Paced = Paced {
    wire: "archety",
    profile: &EDGE_PROFILE,
};

static EDGE_PROFILE: LazyLock<Profile> = LazyLock::new(|| {
    let mut profile = dialect("archety").unwrap().profile().clone();
    profile.retry.first = Duration::from_millis(50);
    profile.retry.most = Duration::from_millis(200);
    profile.retry.refused = Duration::from_millis(400);
    profile.poll_every = Some(Duration::from_millis(80));
    profile
});

static BRISK_PROFILE: LazyLock<Profile> = LazyLock::new(|| {
    let mut profile = atom().profile().clone();
    if let Heartbeat::Device { every, .. } = &mut profile.heartbeat {
        *every = Duration::from_millis(100);
    }
    profile.retry.first = Duration::from_millis(20);
    profile.retry.most = Duration::from_millis(100);
    profile.retry.refused = Duration::from_hours(1);
    profile
});

static HASTY_PROFILE: LazyLock<Profile> = LazyLock::new(|| {
    let mut profile = BRISK_PROFILE.clone();
    profile.open_within = Duration::from_millis(700);
    if let Greeting::Confirmed { answer_within, .. } = &mut profile.greeting {
        *answer_within = Duration::from_millis(700);
    }
    profile.silence_limit = Some(Duration::from_millis(700));
    profile
});

fn atom() -> &'static dyn Dialect {
    dialect("atom").unwrap()
}

impl Paced {
    pub(crate) const fn of(wire: &'static str, profile: &'static LazyLock<Profile>) -> Self {
        Self { wire, profile }
    }

    fn wire(&self) -> &'static dyn Dialect {
        dialect(self.wire).unwrap()
    }
}

impl Dialect for Paced {
    fn profile(&self) -> &'static Profile {
        self.profile
    }

    fn polling(&self) -> Option<&'static dyn Polling> {
        self.wire().polling()
    }

    fn encode_up(&self, message: &Upstream, cx: Context<'_>) -> Result<String, EncodeError> {
        self.wire().encode_up(message, cx)
    }

    fn decode_up(&self, text: &str, cx: Context<'_>) -> Result<Decoded<Upstream>, DecodeError> {
        self.wire().decode_up(text, cx)
    }

    fn encode_down(&self, message: &Downstream, cx: Context<'_>) -> Result<String, EncodeError> {
        self.wire().encode_down(message, cx)
    }

    fn decode_down(&self, text: &str, cx: Context<'_>) -> Result<Decoded<Downstream>, DecodeError> {
        self.wire().decode_down(text, cx)
    }

    fn frames(&self) -> &'static [FrameKind] {
        self.wire().frames()
    }

    fn heard_up(&self, message: Upstream) -> Option<Upstream> {
        self.wire().heard_up(message)
    }

    fn heard_down(&self, message: Downstream) -> Option<Downstream> {
        self.wire().heard_down(message)
    }
}

/// Bytes both ways, encrypted or not.
pub(crate) trait Bytes: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Bytes for T {}

pub(crate) type Stream = Box<dyn Bytes>;

/// A listening hub.
pub(crate) struct Hub {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl Hub {
    pub(crate) async fn listen() -> Self {
        Self::listen_at(SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    pub(crate) async fn listen_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        Self {
            listener,
            tls: None,
        }
    }

    pub(crate) async fn listen_encrypted(tls: TlsAcceptor) -> Self {
        let hub = Self::listen().await;
        Self {
            tls: Some(tls),
            ..hub
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap()
    }

    /// The next connection, before anything was said on it.
    pub(crate) async fn knock(&self) -> Stream {
        self.try_knock().await.unwrap()
    }

    /// The same; encryption may come to nothing.
    pub(crate) async fn try_knock(&self) -> std::io::Result<Stream> {
        let accepted = timeout(PATIENCE, self.listener.accept()).await;
        let (stream, _) = accepted.expect("the device should connect")?;
        match &self.tls {
            Some(tls) => Ok(Box::new(tls.accept(stream).await?)),
            None => Ok(Box::new(stream)),
        }
    }

    /// Whether somebody connects within that time.
    pub(crate) async fn knocked_within(&self, time: Duration) -> bool {
        timeout(time, self.listener.accept()).await.is_ok()
    }

    /// Takes the next connection, and says which URL it asked for.
    pub(crate) async fn accept(&self) -> (Socket, String) {
        let stream = self.knock().await;
        Self::accept_on(stream).await
    }

    /// The same on a connection that is there already.
    pub(crate) async fn accept_on(stream: Stream) -> (Socket, String) {
        Self::try_accept_on(stream).await.unwrap()
    }

    /// The same; whoever connected may be gone.
    pub(crate) async fn try_accept_on(
        stream: Stream,
    ) -> Result<(Socket, String), tokio_tungstenite::tungstenite::Error> {
        let mut asked = String::new();
        #[expect(clippy::result_large_err, reason = "the library's own signature")]
        let note = |request: &Request, response: Response| {
            asked = request.uri().to_string();
            Ok(response)
        };
        let socket = accept_hdr_async(stream, note).await?;
        Ok((Socket(socket), asked))
    }

    /// Takes the next connection and registers its device, with those extensions.
    pub(crate) async fn register(&self, extensions: &[&str]) -> Socket {
        let (mut socket, _) = self.accept().await;
        socket.register(extensions).await;
        socket
    }

    /// Shows another certificate from now on.
    pub(crate) fn show(&mut self, tls: TlsAcceptor) {
        self.tls = Some(tls);
    }

    /// Answers the next upgrade with a status.
    pub(crate) async fn refuse(&self, status: u16) {
        let stream = self.knock().await;
        Self::refuse_on(stream, status).await;
    }

    /// The same on a connection that is there already.
    pub(crate) async fn refuse_on(stream: Stream, status: u16) {
        #[expect(clippy::result_large_err, reason = "the library's own signature")]
        let refuse = |_: &Request, _: Response| {
            let mut response = ErrorResponse::new(None);
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            Err(response)
        };
        assert!(accept_hdr_async(stream, refuse).await.is_err());
    }
}

/// One accepted device.
pub(crate) struct Socket(WebSocketStream<Stream>);

impl Socket {
    /// Takes the device's hello and answers it.
    pub(crate) async fn register(&mut self, extensions: &[&str]) {
        assert_eq!(self.next("register").await["device_node_id"], "desk");
        self.say(json!({"type": "registered", "device_node_id": "desk", "extensions": extensions}))
            .await;
    }

    pub(crate) async fn say(&mut self, frame: Value) {
        self.send(Message::text(frame.to_string())).await;
    }

    pub(crate) async fn send(&mut self, message: Message) {
        self.0.send(message).await.unwrap();
    }

    /// Sends what the device may not wait for the end of.
    pub(crate) async fn send_in_vain(&mut self, message: Message) {
        let _ = timeout(PATIENCE, self.0.send(message)).await;
    }

    /// The next frame of that type; heartbeats and pings in between are passed over.
    pub(crate) async fn next(&mut self, kind: &str) -> Value {
        loop {
            let message = self.message().await;
            let text = match &message {
                Message::Text(text) => text,
                // A device asks how far it was read; the library answers.
                Message::Ping(_) => continue,
                _ => panic!("expected {kind}, got {message:?}"),
            };
            let frame: Value = serde_json::from_str(text.as_str()).unwrap();
            if frame["type"] == "result" || frame["type"] == "command_ack" {
                self.read_mark().await;
            }
            if frame["type"] == kind {
                return frame;
            }
            assert_eq!(frame["type"], "heartbeat", "while waiting for {kind}");
        }
    }

    /// After a result the device asks how far it was read; the library has the answer ready.
    async fn read_mark(&mut self) {
        let mark = timeout(PATIENCE, self.0.next()).await.unwrap();
        // Whoever goes away in between asks nothing any more.
        if let Some(Ok(message)) = mark {
            assert!(
                matches!(message, Message::Ping(_)),
                "expected a ping, got {message:?}"
            );
            let _ = self.0.flush().await;
        }
    }

    /// The next message of any sort; the end of the socket fails the test.
    pub(crate) async fn message(&mut self) -> Message {
        let message = timeout(PATIENCE, self.0.next()).await;
        message.expect("the device should speak").unwrap().unwrap()
    }

    /// Reads on until the device is gone, and says whether it said goodbye, and how.
    pub(crate) async fn end(&mut self) -> Option<CloseFrame> {
        let end = async {
            while let Some(Ok(message)) = self.0.next().await {
                if let Message::Close(frame) = message {
                    return frame;
                }
            }
            None
        };
        timeout(PATIENCE, end).await.expect("the device should go")
    }

    pub(crate) async fn close(mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame {
            code: code.into(),
            reason: reason.into(),
        };
        self.0.close(Some(frame)).await.unwrap();
        let _ = self.end().await;
    }
}
