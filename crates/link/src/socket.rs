//! One WebSocket, or the attempt to open one, or neither.
//!
//! Errors are turned into sentences here, because those of the library may hold the URL.

use std::{future, io, time::Duration};

use chaperone_dialects::{Close, CloseReason, ConnectFailure, Credential, Input, Profile};
use chaperone_protocol::DeviceId;
use futures_util::{SinkExt, StreamExt, future::BoxFuture};
use tokio::time::timeout;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{
        Bytes, Error, Message,
        client::IntoClientRequest,
        error::{CapacityError, ProtocolError},
        handshake::client::Request,
        http::header::AUTHORIZATION,
        protocol::{CloseFrame, WebSocketConfig},
    },
};

use crate::{
    Address, Secret, TokenError, TokenSource,
    dial::{DialError, Dialer, Stream},
    http::{NoAnswer, bearer_value},
};

type Socket = WebSocketStream<Stream>;

/// How long a peer may take to let us say goodbye.
const GOODBYE_WITHIN: Duration = Duration::from_secs(1);

pub(crate) enum Transport {
    Idle,
    Opening(BoxFuture<'static, Result<(Socket, Secret), ConnectFailure>>),
    /// With the token that the hub was shown.
    Open(Box<Socket>, Secret),
}

/// What came over a socket, or of it.
pub(crate) struct Came {
    /// Something that the session is to know.
    pub(crate) input: Input,
    /// Where it is the answer to a ping with this mark: the peer has read everything before that.
    pub(crate) read: Option<u64>,
}

impl Transport {
    /// Begins to open a socket.
    pub(crate) fn connect(opening: Opening) -> Self {
        Self::Opening(Box::pin(opening.open()))
    }

    /// Waits for something to happen. Nothing is lost if the waiting is given up.
    pub(crate) async fn next(&mut self) -> Came {
        let mut read = None;
        let input = match self {
            Self::Idle => future::pending().await,
            Self::Opening(attempt) => match attempt.await {
                Ok((socket, token)) => {
                    *self = Self::Open(Box::new(socket), token);
                    Input::Opened
                }
                Err(failure) => {
                    *self = Self::Idle;
                    Input::ConnectFailed(failure)
                }
            },
            Self::Open(socket, _) => match socket.next().await {
                Some(Ok(Message::Text(text))) => Input::Text(text.as_str().to_owned()),
                Some(Ok(Message::Close(frame))) => Input::Closed(CloseReason {
                    code: Some(frame.as_ref().map_or(1005, |frame| frame.code.into())),
                    reason: frame
                        .map(|frame| frame.reason.to_string())
                        .unwrap_or_default(),
                }),
                Some(Ok(Message::Pong(mark))) => {
                    read = mark.as_ref().try_into().ok().map(u64::from_be_bytes);
                    Input::Heard
                }
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Frame(_))) => Input::Heard,
                Some(Err(error)) => Input::Closed(broken(&error)),
                None => Input::Closed(CloseReason {
                    code: None,
                    reason: String::new(),
                }),
            },
        };
        Came { input, read }
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

    /// Asks it to say so once it has read everything up to here.
    pub(crate) async fn mark(&mut self, mark: u64, within: Duration) -> Result<(), CloseReason> {
        let mark = Bytes::copy_from_slice(&mark.to_be_bytes());
        self.put(Message::Ping(mark), within).await
    }

    async fn put(&mut self, message: Message, within: Duration) -> Result<(), CloseReason> {
        let Self::Open(socket, _) = self else {
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
        matches!(self, Self::Open(..))
    }

    /// What the hub was shown to open this socket.
    pub(crate) fn token(&self) -> Option<Secret> {
        match self {
            Self::Open(_, token) => Some(token.clone()),
            Self::Idle | Self::Opening(_) => None,
        }
    }

    /// Ends whatever there is, politely if the peer is quick about it.
    pub(crate) async fn close(&mut self, close: Close) {
        let Self::Open(mut socket, _) = std::mem::replace(self, Self::Idle) else {
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
        let Self::Open(mut socket, _) = std::mem::replace(self, Self::Idle) else {
            return;
        };
        let _ = timeout(GOODBYE_WITHIN, socket.flush()).await;
    }
}

/// What it takes to open a socket.
pub(crate) struct Opening {
    pub(crate) dialer: Dialer,
    pub(crate) tokens: TokenSource,
    pub(crate) device: DeviceId,
    pub(crate) profile: &'static Profile,
}

impl Opening {
    /// Opens it with the token there is, and with another one if the hub does not take that.
    async fn open(self) -> Result<(Socket, Secret), ConnectFailure> {
        let token = self.token().await?;
        let opened = self.open_with(&token).await;
        if !self.is_refused(&opened, &token).await {
            return Ok((opened?, token));
        }
        let token = self.token().await?;
        let opened = self.open_with(&token).await;
        self.is_refused(&opened, &token).await;
        Ok((opened?, token))
    }

    /// Whether the hub does not take the token, but may take another one that can be had.
    async fn is_refused<T>(&self, opened: &Result<T, ConnectFailure>, token: &Secret) -> bool {
        match opened {
            Err(ConnectFailure::Refused { status }) if is_refusal(*status) => {
                self.tokens.refused(token).await
            }
            Err(_) | Ok(_) => false,
        }
    }

    async fn token(&self) -> Result<Secret, ConnectFailure> {
        if self.profile.credential == Credential::Nothing {
            return Ok(Secret::new(""));
        }
        let token = self.tokens.token().await;
        token.map_err(|error| no_token(&error))
    }

    async fn open_with(&self, token: &Secret) -> Result<Socket, ConnectFailure> {
        /// Frames are small and few; the library's own 128 KiB would be most of a link's memory.
        const BUFFER_BYTES: usize = 4 * 1024;

        let Self {
            dialer, profile, ..
        } = self;
        let request = self.request(token)?;
        let stream = dialer.dial().await.map_err(|error| undialled(&error))?;
        let limits = WebSocketConfig::default()
            .read_buffer_size(BUFFER_BYTES)
            .write_buffer_size(BUFFER_BYTES)
            .max_message_size(Some(profile.max_down_bytes))
            .max_frame_size(Some(profile.max_down_bytes));
        let (socket, _response) = client_async_with_config(request, stream, Some(limits))
            .await
            .map_err(|error| failure(&error, dialer.address()))?;
        Ok(socket)
    }

    /// The request for the socket, with whatever of it is secret.
    fn request(&self, token: &Secret) -> Result<Request, ConnectFailure> {
        let address = self.dialer.address();
        let url = address.socket_url(self.profile, token, &self.device);
        let refused =
            || ConnectFailure::Network(format!("{address} is no address that can be connected to"));
        let mut request = url.into_client_request().map_err(|_| refused())?;
        if self.profile.credential == Credential::Bearer {
            let bearer = bearer_value(token)
                .map_err(|error: NoAnswer| ConnectFailure::Network(error.to_string()))?;
            request.headers_mut().insert(AUTHORIZATION, bearer);
        }
        Ok(request)
    }
}

/// Whether a hub says with that status that it does not take the token. Some answer 500 when they
/// cannot even read it.
pub(crate) fn is_refusal(status: u16) -> bool {
    matches!(status, 401 | 403 | 500)
}

fn no_token(error: &TokenError) -> ConnectFailure {
    let said = error.to_string();
    if error.wants_sign_in() {
        ConnectFailure::SignIn(said)
    } else {
        ConnectFailure::Network(said)
    }
}

fn undialled(error: &DialError) -> ConnectFailure {
    let said = error.to_string();
    if error.is_distrust() {
        ConnectFailure::Untrusted(said)
    } else {
        ConnectFailure::Network(said)
    }
}

fn failure(error: &Error, address: &Address) -> ConnectFailure {
    match error {
        Error::Http(response) => ConnectFailure::Refused {
            status: response.status().as_u16(),
        },
        Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            ConnectFailure::Network(format!("{address} closed the connection without a word"))
        }
        Error::Io(error) => {
            ConnectFailure::Network(format!("{address} cannot be reached: {error}"))
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
