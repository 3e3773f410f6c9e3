//! One device's socket: moves bytes between the session, the switchboard and the books.
//!
//! One task does all of it, and thousands of these are idle at any time, so whatever is rarely
//! needed is not part of it. A device that sends more than its share is read more slowly, not cut
//! off: what it sends late may be outcomes that somebody waits for. What a message means is the
//! [`hearing`](super::hearing) module's matter.

use std::{collections::VecDeque, future, sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    extract::ws::{CloseFrame, Message, WebSocket},
};
use chaperone_dialects::{
    Budget, Close, Dialect, Downstream, Extension, Extensions, HubAction, HubInput, HubSession,
    Seat as Kind,
};
use chaperone_protocol::{DeviceId, Timestamp};
use tokio::time::Instant;

use super::{guest::Guest, large::Large, limits::Room, proving::Challenged, shared};
use crate::{
    app::App, audience::Member, depth::is_too_deep, line::Line, meter::Counted, switchboard::Seat,
};

/// What this hub can make something of.
const EXTENSIONS: Extensions = Extensions::NONE
    .with(Extension::Agent)
    .with(Extension::Deadline)
    .with(Extension::Cancel)
    .with(Extension::Progress)
    .with(Extension::ResultAck)
    .with(Extension::Upload)
    .with(Extension::DeviceKey)
    .with(Extension::Screenshot);

/// Where devices bring pictures and recordings.
const UPLOADS: &str = "/api/devices/artifacts";

/// How long the other side has to take note of a close.
const CLOSE_WITHIN: Duration = Duration::from_millis(500);

/// What is spoken at a door.
#[derive(Clone, Copy)]
pub(super) enum Speech {
    /// That.
    Of(&'static dyn Dialect),
    /// The first until a frame shows that it is the other.
    Either(&'static dyn Dialect, &'static dyn Dialect),
}

impl Speech {
    /// What to begin with.
    pub(super) fn at_first(self) -> &'static dyn Dialect {
        match self {
            Self::Of(dialect) | Self::Either(dialect, _) => dialect,
        }
    }
}

/// Speaks with a device until either side ends it. The future holds the conversation once, which
/// is most of what an idle socket costs.
pub(super) fn converse(
    app: Arc<App>,
    guest: Guest,
    speech: Speech,
    socket: WebSocket,
    room: Room,
) -> impl Future<Output = ()> + Send {
    let dialect = speech.at_first();
    let line = app.switchboard.line(Timestamp::now());
    let mut conversation = Conversation {
        session: session(dialect, &guest, &line),
        app,
        guest,
        dialect,
        perhaps: match speech {
            Speech::Of(_) => None,
            Speech::Either(_, other) => Some(other),
        },
        socket,
        opened_at: Instant::now(),
        timer_at: None,
        budget: Budget::new(dialect.profile().pace),
        warned: false,
        line,
        challenged: None,
        seat: None,
        counted: None,
        member: None,
        large: None,
        _room: room,
    };
    async move {
        conversation.run().await;
        Box::pin(conversation.leave()).await;
    }
}

/// A session; where nobody introduces themself, of the device that the request named, or of a name
/// made up for the socket.
fn session(dialect: &'static dyn Dialect, guest: &Guest, line: &Line) -> HubSession {
    let session = HubSession::new(dialect)
        .offering(EXTENSIONS)
        .with_uploads(UPLOADS);
    let device = match dialect.profile().seat {
        Kind::Socket => DeviceId::new(format!("socket-{}", line.number())).ok(),
        Kind::Device | Kind::Account => guest.device.clone(),
    };
    match device {
        Some(device) => session.of(device),
        None => session,
    }
}

pub(super) struct Conversation {
    pub(super) app: Arc<App>,
    pub(super) guest: Guest,
    pub(super) dialect: &'static dyn Dialect,
    /// The wire that it is if the first frame shows so.
    perhaps: Option<&'static dyn Dialect>,
    socket: WebSocket,
    pub(super) session: HubSession,
    opened_at: Instant,
    timer_at: Option<Duration>,
    budget: Budget,
    /// Whether the device was told that it sends too much, since it last did not.
    warned: bool,
    pub(super) line: Arc<Line>,
    /// What its device is to prove, and who it said it is.
    pub(super) challenged: Option<Box<Challenged>>,
    /// Its place as a device that can be asked for something.
    pub(super) seat: Option<Seat>,
    pub(super) counted: Option<Counted>,
    /// Its place among those that hear each other.
    pub(super) member: Option<Member>,
    /// Of the buffer that its last large message was read into.
    large: Option<Large>,
    _room: Room,
}

/// What woke the conversation.
enum Event {
    Stopping,
    Timer,
    /// The budget allows reading again.
    Refilled,
    /// A message for the device, or the end of its line.
    Order(Option<Downstream>),
    /// A message from the device, or the end of the socket.
    Frame(Option<Result<Message, axum::Error>>),
}

/// Whether the conversation goes on.
#[derive(PartialEq, Eq)]
enum Flow {
    On,
    Over,
}

impl Conversation {
    async fn run(&mut self) {
        let mut flow = Box::pin(self.feed(HubInput::Opened)).await;
        while flow == Flow::On {
            let event = self.next().await;
            flow = Box::pin(self.react(event)).await;
        }
    }

    async fn react(&mut self, event: Event) -> Flow {
        match event {
            Event::Stopping => {
                let close = Close::new(Close::RESTARTING, "the hub is stopping");
                self.feed(HubInput::Close(close)).await
            }
            Event::Timer => {
                self.timer_at = None;
                self.feed(HubInput::Timer).await
            }
            Event::Refilled => Flow::On,
            Event::Order(Some(message)) => self.feed(HubInput::Send(message)).await,
            Event::Order(None) => {
                let close = Close::new(Close::REPLACED, "a newer connection took over");
                self.feed(HubInput::Close(close)).await
            }
            Event::Frame(frame) => self.frame(frame).await,
        }
    }

    async fn next(&mut self) -> Event {
        let now = self.now();
        let blocked_until = self.budget.blocked_until(now);
        let after = |at: Option<Duration>| async move {
            match at {
                Some(at) => tokio::time::sleep(at.saturating_sub(now)).await,
                None => future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.app.stopping.cancelled() => Event::Stopping,
            () = after(self.timer_at) => Event::Timer,
            order = self.line.next() => Event::Order(order),
            () = after(blocked_until) => Event::Refilled,
            frame = self.socket.recv(), if blocked_until.is_none() => Event::Frame(frame),
        }
    }

    async fn frame(&mut self, frame: Option<Result<Message, axum::Error>>) -> Flow {
        let message = match frame {
            None => return Flow::Over,
            Some(Ok(message)) => message,
            Some(Err(error)) => {
                // The stack keeps its error type to itself; a test holds it to these words.
                let close = if error.to_string().contains("too long") {
                    Close::new(Close::TOO_LARGE, "the frame is too large")
                } else {
                    Close::new(Close::PROTOCOL, "the frame cannot be read")
                };
                return self.feed(HubInput::Close(close)).await;
            }
        };
        let now = self.now();
        self.budget.spend(now);
        self.line.heard(Timestamp::now());
        let bytes = match &message {
            Message::Text(text) => Bytes::from(text.clone()),
            Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.clone(),
            Message::Close(_) => Bytes::new(),
        };
        self.large = Large::after(self.large.take(), &bytes);
        drop(bytes);
        let flow = match message {
            // What is too deep to be kept is as good as what is no JSON.
            Message::Text(text) if is_too_deep(text.as_bytes()) => self.text(String::new()).await,
            Message::Text(text) => self.text(text.to_string()).await,
            Message::Ping(_) | Message::Pong(_) => self.feed(HubInput::Heard).await,
            Message::Binary(_) => match self.dialect.profile().seat {
                Kind::Device => {
                    let close = Close::new(Close::UNSUPPORTED, "text frames only");
                    self.feed(HubInput::Close(close)).await
                }
                // Where the wire's own hubs pass over what is not JSON, so does this one.
                Kind::Account | Kind::Socket => self.feed(HubInput::Text(String::new())).await,
            },
            // The stack has answered it; the socket ends with the next read.
            Message::Close(_) => Flow::On,
        };
        if flow == Flow::On {
            self.warn().await
        } else {
            flow
        }
    }

    async fn text(&mut self, text: String) -> Flow {
        if let Some(other) = self.perhaps.take()
            && shared::shows(other, &text)
            && self.become_one_of(other).await == Flow::Over
        {
            return Flow::Over;
        }
        if !self.guest.proven
            && let Err(close) = self.look_for_token(&text).await
        {
            return self.feed(HubInput::Close(close)).await;
        }
        self.feed(HubInput::Text(text)).await
    }

    /// Begins again on the wire that the first frame shows.
    async fn become_one_of(&mut self, dialect: &'static dyn Dialect) -> Flow {
        self.member = None;
        self.dialect = dialect;
        self.session = session(dialect, &self.guest, &self.line);
        self.timer_at = None;
        self.feed(HubInput::Opened).await
    }

    /// Tells a device once that it sends too much.
    async fn warn(&mut self) -> Flow {
        let blocked = self.budget.blocked_until(self.now()).is_some();
        let admitted = self.seat.is_some() || self.member.is_some();
        if !blocked || self.warned || !admitted {
            // A paced device is at its limit with every message; only a pause ends the matter.
            self.warned &= self.budget.is_strained(self.now());
            return Flow::On;
        }
        self.warned = true;
        let message = format!(
            "rate limit: at most {} messages a minute are read; the rest wait",
            self.dialect.profile().pace.messages
        );
        self.feed(HubInput::Send(Downstream::Error { message }))
            .await
    }

    /// Has the session handle something and does what it says.
    async fn feed(&mut self, input: HubInput) -> Flow {
        let mut actions = VecDeque::from(self.handle(input));
        while let Some(action) = actions.pop_front() {
            match action {
                HubAction::SendText(text) => {
                    if self.write(Message::Text(text.into())).await == Flow::Over {
                        return Flow::Over;
                    }
                }
                HubAction::Deliver(message) => {
                    for input in Box::pin(self.hear(message)).await {
                        actions.extend(self.handle(input));
                    }
                }
                HubAction::Ping => {
                    if self.write(Message::Ping(Bytes::new())).await == Flow::Over {
                        return Flow::Over;
                    }
                }
                HubAction::SetTimer(at) => self.timer_at = Some(at),
                HubAction::Close(close) => {
                    Box::pin(self.close(close)).await;
                    return Flow::Over;
                }
                HubAction::Unsendable { message, error } => {
                    if let Downstream::Command(command) = message {
                        Box::pin(self.settle_unsendable(command.id, error.to_string())).await;
                    }
                }
                HubAction::Malformed(error) => {
                    tracing::debug!(device = self.name(), %error, "a frame made no sense");
                }
                HubAction::Ignored { kind } => {
                    tracing::debug!(device = self.name(), kind, "a frame was passed over");
                }
            }
        }
        Flow::On
    }

    fn handle(&mut self, input: HubInput) -> Vec<HubAction> {
        let now = self.now();
        self.session.handle(input, now, Timestamp::now())
    }

    async fn write(&mut self, message: Message) -> Flow {
        let limit = self.dialect.profile().write_within;
        let stopping = self.app.stopping.clone();
        tokio::select! {
            biased;
            written = tokio::time::timeout(limit, self.socket.send(message)) => match written {
                Ok(Ok(())) => Flow::On,
                Ok(Err(_)) | Err(_) => Flow::Over,
            },
            () = stopping.cancelled() => Flow::Over,
        }
    }

    /// Says goodbye and waits a moment for the other side's, so that the frame is not lost to a
    /// reset of the connection.
    async fn close(&mut self, close: Close) {
        tracing::debug!(device = self.name(), code = close.code, "closing a socket");
        let frame = Message::Close(Some(CloseFrame {
            code: close.code,
            reason: close.reason.into(),
        }));
        let goodbye = async {
            if self.socket.send(frame).await.is_ok() {
                while let Some(Ok(_)) = self.socket.recv().await {}
            }
        };
        let _ = tokio::time::timeout(CLOSE_WITHIN, goodbye).await;
    }

    fn now(&self) -> Duration {
        self.opened_at.elapsed()
    }

    pub(super) fn name(&self) -> &str {
        self.seat.as_ref().map_or("", |seat| seat.device().as_str())
    }
}
