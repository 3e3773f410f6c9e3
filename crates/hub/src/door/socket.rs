//! One device's socket: moves bytes between the session, the switchboard and the books.
//!
//! One task does all of it. A device that sends more than its share is read more slowly, not cut
//! off: what it sends late may be outcomes that somebody waits for.

use std::{
    collections::VecDeque,
    future,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Bytes,
    extract::ws::{CloseFrame, Message, WebSocket},
};
use chaperone_dialects::{
    Budget, Close, Dialect, Downstream, Extension, Extensions, HubAction, HubInput, HubSession,
    Upstream,
};
use chaperone_protocol::{CommandId, DeviceInfo, FailureCode, Outcome, Timestamp};

use crate::{
    app::App,
    call,
    store::{AccountId, Admission, GivenUp, Settled},
    switchboard::Seat,
};

/// Close code: the hub cannot go on.
const INTERNAL: u16 = 1011;

/// What this hub can make something of.
const EXTENSIONS: Extensions = Extensions::NONE
    .with(Extension::Agent)
    .with(Extension::Deadline)
    .with(Extension::Cancel)
    .with(Extension::Progress)
    .with(Extension::ResultAck);

/// How long the other side has to take note of a close.
const CLOSE_WITHIN: Duration = Duration::from_millis(500);

/// Speaks with a device until either side ends it.
pub(super) async fn converse(
    app: Arc<App>,
    account: AccountId,
    dialect: &'static dyn Dialect,
    socket: WebSocket,
) {
    let mut conversation = Conversation {
        app,
        account,
        dialect,
        socket,
        session: HubSession::new(dialect).offering(EXTENSIONS),
        opened_at: Instant::now(),
        timer_at: None,
        budget: Budget::new(dialect.profile().pace),
        warned: false,
        seat: None,
    };
    conversation.run().await;
    conversation.leave().await;
}

struct Conversation {
    app: Arc<App>,
    account: AccountId,
    dialect: &'static dyn Dialect,
    socket: WebSocket,
    session: HubSession,
    opened_at: Instant,
    timer_at: Option<Duration>,
    budget: Budget,
    /// Whether the device was told that it sends too much, since it last did not.
    warned: bool,
    seat: Option<Seat>,
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
        let mut flow = self.feed(HubInput::Opened).await;
        while flow == Flow::On {
            flow = match self.next().await {
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
            };
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
        let order = async {
            match &mut self.seat {
                Some(seat) => seat.next().await,
                None => future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.app.stopping.cancelled() => Event::Stopping,
            () = after(self.timer_at) => Event::Timer,
            order = order => Event::Order(order),
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
        if let Some(seat) = &self.seat {
            seat.heard(Timestamp::now());
        }
        let flow = match message {
            Message::Text(text) => self.feed(HubInput::Text(text.to_string())).await,
            Message::Ping(_) | Message::Pong(_) => self.feed(HubInput::Heard).await,
            Message::Binary(_) => {
                let close = Close::new(Close::UNSUPPORTED, "text frames only");
                self.feed(HubInput::Close(close)).await
            }
            // The stack has answered it; the socket ends with the next read.
            Message::Close(_) => Flow::On,
        };
        if flow == Flow::On {
            self.warn().await
        } else {
            flow
        }
    }

    /// Tells a device once that it sends too much.
    async fn warn(&mut self) -> Flow {
        let blocked = self.budget.blocked_until(self.now()).is_some();
        if !blocked || self.warned || self.seat.is_none() {
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
                    for input in self.hear(message).await {
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
                    self.close(close).await;
                    return Flow::Over;
                }
                HubAction::Unsendable { message, error } => {
                    if let Downstream::Command(command) = message {
                        self.settle_unsendable(command.id, error.to_string()).await;
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

    /// Takes in what the device says; returns what the session is to be told.
    async fn hear(&mut self, message: Upstream) -> Vec<HubInput> {
        match message {
            Upstream::Register(registration) => {
                self.register(registration.device, registration.extensions)
                    .await
            }
            Upstream::Result { id, outcome } => self.result(id, outcome).await,
            Upstream::Progress { id, state } => {
                if let Some(seat) = &self.seat {
                    self.app.switchboard.progress(seat.device(), &id, state);
                }
                Vec::new()
            }
            // Confirmed commands, challenges, parts and reports change nothing here yet.
            Upstream::Heartbeat
            | Upstream::Accepted { .. }
            | Upstream::Proof { .. }
            | Upstream::Part { .. }
            | Upstream::Report(_) => Vec::new(),
            Upstream::Error { .. } => {
                tracing::debug!(device = self.name(), "the device complained");
                Vec::new()
            }
        }
    }

    async fn register(&mut self, device: DeviceInfo, offered: Extensions) -> Vec<HubInput> {
        let now = Timestamp::now();
        let id = device.id.clone();
        let store = &self.app.store;
        match store
            .admit(self.account.clone(), self.dialect.profile().id, device, now)
            .await
        {
            Ok(Admission::Welcome) => {}
            Ok(Admission::Foreign) => {
                let reason = "this device id belongs to another account".to_owned();
                return vec![HubInput::Refuse { reason }];
            }
            Err(error) => {
                tracing::error!(%error, "a device could not be taken down");
                return vec![internal()];
            }
        }
        if self.seat.is_some() {
            // It says hello again on the same socket: nothing was lost in between.
            return vec![HubInput::Admit];
        }
        let unwanted = store.unwanted(id.clone(), now).await;
        let unwanted = unwanted.unwrap_or_else(|error| {
            tracing::error!(%error, "commands taken back meanwhile could not be read");
            Vec::new()
        });
        let (seat, again) = self.app.switchboard.seat(&id, now);
        tracing::info!(device = %id, "a device connected");
        self.seat = Some(seat);
        let mut inputs = vec![HubInput::Admit];
        let taken_back = unwanted
            .into_iter()
            .map(|id| HubInput::Send(Downstream::Cancel { id }));
        inputs.extend(taken_back);
        // A device that has its results acknowledged remembers commands by their ids, so it takes
        // no harm from hearing one twice; any other might do it twice.
        let agreed = offered.common(self.dialect.profile().extensions);
        if agreed.has(Extension::ResultAck) {
            let again = again.into_iter().map(Downstream::Command);
            inputs.extend(again.map(HubInput::Send));
        }
        inputs
    }

    async fn result(&mut self, id: CommandId, outcome: Outcome) -> Vec<HubInput> {
        let Some(seat) = &self.seat else {
            return Vec::new();
        };
        let device = seat.device().clone();
        let store = &self.app.store;
        let settled = store
            .settle(device, id.clone(), outcome.clone(), Timestamp::now())
            .await;
        match settled {
            Ok(Settled::InTime) => self.app.switchboard.answer(&id, outcome),
            Ok(Settled::Late) => tracing::info!(%id, "an outcome came late and is kept"),
            Ok(Settled::Duplicate) => tracing::debug!(%id, "an outcome came again"),
            Ok(Settled::Unknown) => tracing::warn!(%id, "an outcome of no command of this device"),
            Err(error) => {
                // Not acknowledged: the device keeps the outcome and sends it again.
                tracing::error!(%error, "an outcome could not be taken down");
                return vec![internal()];
            }
        }
        vec![HubInput::Send(Downstream::ResultAck { id })]
    }

    async fn settle_unsendable(&mut self, id: CommandId, message: String) {
        let Some(seat) = &self.seat else {
            return;
        };
        let reason = GivenUp {
            code: FailureCode::Unsupported,
            message,
        };
        if let Err(error) = call::give_up(&self.app, seat.device(), &id, reason).await {
            tracing::error!(%error, "a command that cannot be sent stays open");
        }
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

    async fn leave(&mut self) {
        let Some(seat) = self.seat.take() else {
            return;
        };
        let device = seat.device().clone();
        drop(seat);
        tracing::info!(%device, "a device disconnected");
        let seen = self.app.store.seen(device, Timestamp::now()).await;
        if let Err(error) = seen {
            tracing::warn!(%error, "when a device was last seen could not be taken down");
        }
    }

    fn now(&self) -> Duration {
        self.opened_at.elapsed()
    }

    fn name(&self) -> &str {
        self.seat.as_ref().map_or("", |seat| seat.device().as_str())
    }
}

fn internal() -> HubInput {
    HubInput::Close(Close::new(INTERNAL, "the hub cannot keep its books"))
}
