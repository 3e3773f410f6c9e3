//! One WebSocket, or the attempt to open one, or neither.
//!
//! Errors are turned into sentences here, because those of the library may hold the URL.

use std::{future, io, time::Duration};

use chaperone_dialects::{Close, CloseReason, ConnectFailure, Credential, Input, Profile};
use chaperone_protocol::DeviceId;
use futures_util::{SinkExt, StreamExt, future::BoxFuture};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{
        Bytes, Error, Message,
        client::IntoClientRequest,
        error::{CapacityError, ProtocolError},
        handshake::client::Request,
        http::header::{AUTHORIZATION, HeaderValue},
        protocol::{CloseFrame, WebSocketConfig},
    },
};

use crate::{Address, Secret};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How long a peer may take to let us say goodbye.
const GOODBYE_WITHIN: Duration = Duration::from_secs(1);

pub(crate) enum Transport {
    Idle,
    Opening(BoxFuture<'static, Result<Socket, ConnectFailure>>),
    Open(Box<Socket>),
}

impl Transport {
    /// Begins to open a socket.
    pub(crate) fn connect(
        address: Address,
        token: &Secret,
        device: &DeviceId,
        profile: &'static Profile,
    ) -> Self {
        let request = request(&address, token, device, profile);
        Self::Opening(Box::pin(open(request, address, profile)))
    }

    /// Waits for something to happen. Nothing is lost if the waiting is given up.
    pub(crate) async fn next(&mut self) -> Input {
        match self {
            Self::Idle => future::pending().await,
            Self::Opening(attempt) => match attempt.await {
                Ok(socket) => {
                    *self = Self::Open(Box::new(socket));
                    Input::Opened
                }
                Err(failure) => {
                    *self = Self::Idle;
                    Input::ConnectFailed(failure)
                }
            },
            Self::Open(socket) => match socket.next().await {
                Some(Ok(Message::Text(text))) => Input::Text(text.as_str().to_owned()),
                Some(Ok(Message::Close(frame))) => Input::Closed(CloseReason {
                    code: Some(frame.as_ref().map_or(1005, |frame| frame.code.into())),
                    reason: frame
                        .map(|frame| frame.reason.to_string())
                        .unwrap_or_default(),
                }),
                Some(Ok(
                    Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_),
                )) => Input::Heard,
                Some(Err(error)) => Input::Closed(broken(&error)),
                None => Input::Closed(CloseReason {
                    code: None,
                    reason: String::new(),
                }),
            },
        }
    }

    /// Writes a frame. Without a socket there is nothing to do: its end is already on its way.
    pub(crate) async fn write(
        &mut self,
        text: String,
        within: Duration,
    ) -> Result<(), CloseReason> {
        self.put(Message::text(text), within).await
    }

    /// Asks the peer's WebSocket whether it is there.
    pub(crate) async fn ping(&mut self, within: Duration) -> Result<(), CloseReason> {
        self.put(Message::Ping(Bytes::new()), within).await
    }

    async fn put(&mut self, message: Message, within: Duration) -> Result<(), CloseReason> {
        let Self::Open(socket) = self else {
            return Ok(());
        };
        let written = timeout(within, socket.send(message)).await;
        let failed = match written {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => broken(&error),
            Err(_) => CloseReason {
                code: None,
                reason: "the hub takes nothing any more".to_owned(),
            },
        };
        *self = Self::Idle;
        Err(failed)
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// Ends whatever there is, politely if the peer is quick about it.
    pub(crate) async fn close(&mut self, close: Close) {
        let Self::Open(mut socket) = std::mem::replace(self, Self::Idle) else {
            return;
        };
        let frame = CloseFrame {
            code: close.code.into(),
            reason: close.reason.into(),
        };
        // An error here means that the socket is gone, which is what we want.
        let _ = timeout(
            GOODBYE_WITHIN,
            WebSocketStream::close(&mut socket, Some(frame)),
        )
        .await;
    }

    /// Lets a goodbye that answers the peer's leave, and drops the socket.
    pub(crate) async fn hang_up(&mut self) {
        let Self::Open(mut socket) = std::mem::replace(self, Self::Idle) else {
            return;
        };
        let _ = timeout(GOODBYE_WITHIN, socket.flush()).await;
    }
}

/// The request for the socket, with whatever of it is secret.
fn request(
    address: &Address,
    token: &Secret,
    device: &DeviceId,
    profile: &Profile,
) -> Result<Request, ConnectFailure> {
    let url = address.request_url(profile, token, device);
    let refused =
        || ConnectFailure::Network(format!("{address} is no address that can be connected to"));
    let mut request = url.into_client_request().map_err(|_| refused())?;
    if profile.credential == Credential::Bearer {
        let bearer = format!("Bearer {}", token.expose());
        let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| {
            ConnectFailure::Network("the token holds characters that no token has".to_owned())
        })?;
        bearer.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, bearer);
    }
    Ok(request)
}

async fn open(
    request: Result<Request, ConnectFailure>,
    address: Address,
    profile: &'static Profile,
) -> Result<Socket, ConnectFailure> {
    /// Frames are small and few; the library's own 128 KiB would be most of a link's memory.
    const BUFFER_BYTES: usize = 4 * 1024;

    if address.is_encrypted() {
        // Another part of the process may have chosen one already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let limits = WebSocketConfig::default()
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_message_size(Some(profile.max_down_bytes))
        .max_frame_size(Some(profile.max_down_bytes));
    let (socket, _response) = connect_async_with_config(request?, Some(limits), true)
        .await
        .map_err(|error| failure(&error, &address))?;
    Ok(socket)
}

fn failure(error: &Error, address: &Address) -> ConnectFailure {
    match error {
        Error::Http(response) => ConnectFailure::Refused {
            status: response.status().as_u16(),
        },
        Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            ConnectFailure::Network(format!("nothing listens at {address}: is the hub running?"))
        }
        Error::Io(error) => {
            ConnectFailure::Network(format!("{address} cannot be reached: {error}"))
        }
        Error::Tls(error) => {
            ConnectFailure::Network(format!("no secure connection to {address}: {error}"))
        }
        _ => ConnectFailure::Network(format!("what answers at {address} is no hub")),
    }
}

fn broken(error: &Error) -> CloseReason {
    let reason = match error {
        Error::Io(error) => error.to_string(),
        Error::Capacity(CapacityError::MessageTooLong { .. }) => {
            "the hub sent a frame beyond the limit".to_owned()
        }
        Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => String::new(),
        Error::Protocol(_) | Error::Utf8(_) => "the hub broke the WebSocket protocol".to_owned(),
        _ => "the socket failed".to_owned(),
    };
    CloseReason { code: None, reason }
}
