//! The one loop of a link: waits for whatever happens next and lets the session decide.
//!
//! A single task reads and writes, so the session's actions happen in its order and nothing has to
//! be locked.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use chaperone_dialects::{Action, Close, DeviceSession, Downstream, Input, Proving, Upstream};
use chaperone_protocol::{CommandId, ConnectionId, Remedy, visible};
use futures_util::{
    StreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use tokio::{
    sync::mpsc,
    time::{Instant, Interval, MissedTickBehavior, interval, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    LinkConfig, LinkEvent, Secret,
    dial::Dialer,
    mailbox::Mailbox,
    requests::Requests,
    socket::{Came, Opening, Transport},
};

/// How often the clocks are compared. A steady clock may stand still while the computer sleeps, so
/// a timer set before may ring minutes after; this is how late a sleep is noticed at most.
const LOOKED_UP_EVERY: Duration = Duration::from_secs(5);

/// A moment too far away to be told never comes.
const FAR: Duration = Duration::from_hours(24);

/// A peer that answers no pings, but says something so long after a result was written, has a way
/// that works: what was written before goes it, too.
const READ_WITHIN: Duration = Duration::from_secs(5);

pub(crate) struct Driver {
    config: LinkConfig,
    session: DeviceSession,
    transport: Transport,
    requests: Requests,
    dialer: Dialer,
    mailbox: Arc<Mailbox>,
    /// What the network says of itself; it may fall silent.
    changes: BoxStream<'static, ()>,
    look_up: Interval,
    /// Another token is being had, after the hub refused this one on an open socket.
    renewing: Option<BoxFuture<'static, bool>>,
    events: mpsc::Sender<(ConnectionId, LinkEvent)>,
    cancel: CancellationToken,
    started_at: Instant,
    timer_at: Instant,
    /// A result that was written, and that the hub has yet to show that it read.
    unread: Option<Unread>,
    /// As many were written.
    marks: u64,
    /// Whether this is only to say goodbye.
    leaving: bool,
    /// What the session is to hear next.
    follows: Option<Input>,
}

struct Unread {
    id: CommandId,
    mark: u64,
    since: Instant,
}

impl Driver {
    pub(crate) fn new(
        config: LinkConfig,
        session: DeviceSession,
        events: mpsc::Sender<(ConnectionId, LinkEvent)>,
        mailbox: Arc<Mailbox>,
        cancel: CancellationToken,
    ) -> Self {
        let started_at = Instant::now();
        let world = Arc::clone(&config.world);
        let changes = world.changes().chain(stream::pending()).boxed();
        let dialer = Dialer::new(config.address.clone(), config.settings.pin, world);
        let requests = Requests::new(
            dialer.clone(),
            config.tokens.clone(),
            config.device.id.clone(),
            config.dialect,
        );
        let mut look_up = interval(LOOKED_UP_EVERY);
        look_up.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            config,
            session,
            transport: Transport::Idle,
            requests,
            dialer,
            mailbox,
            changes,
            look_up,
            renewing: None,
            events,
            cancel,
            started_at,
            timer_at: started_at,
            unread: None,
            marks: 0,
            leaving: false,
            follows: None,
        }
    }

    pub(crate) async fn run(mut self) {
        let cancel = self.cancel.clone();
        // A write to a peer that takes nothing, or an event that nobody takes, must not hold up the
        // end; both may be broken off anywhere.
        let _ = cancel.run_until_cancelled(self.work()).await;
        self.finish().await;
    }

    async fn work(&mut self) {
        loop {
            let input = self.next().await;
            let shown = match &input {
                // Another token would need the same key.
                Input::Closed(reason) if reason.code == Some(Close::UNPROVEN) => None,
                Input::Closed(_) => self.transport.token(),
                _ => None,
            };
            self.feed(input).await;
            if let Some(shown) = shown {
                self.look_for_another_token(shown);
            }
        }
    }

    /// Says what is still to be said, and goodbye, for as long as an ending program can wait.
    async fn finish(&mut self) {
        const FINISH_WITHIN: Duration = Duration::from_secs(2);

        self.requests.stop();
        // Nothing comes any more that could confirm anything.
        self.leaving = true;
        let unread = self.unread.take();
        let farewell = async {
            if let Some(unread) = unread {
                self.feed(Input::Written(unread.id)).await;
            }
            while let Some(letter) = self.mailbox.try_take() {
                self.feed(letter).await;
            }
            self.feed(Input::Stop).await;
        };
        if timeout(FINISH_WITHIN, farewell).await.is_err() {
            tracing::debug!(connection = %self.config.connection, "the link was cut off");
        }
    }

    async fn next(&mut self) -> Input {
        if let Some(follows) = self.follows.take() {
            return follows;
        }
        loop {
            tokio::select! {
                letter = self.mailbox.take() => return letter,
                came = self.transport.next() => return self.came(came),
                input = self.requests.next() => return input,
                () = sleep_until(self.timer_at) => {
                    // It rings once; the session sets it again where there is something to wait for.
                    self.timer_at = Instant::now() + FAR;
                    return Input::Timer;
                }
                Some(()) = self.changes.next() => {
                    tracing::debug!(connection = %self.config.connection, "the network changed");
                    return Input::NetworkChanged;
                }
                _ = self.look_up.tick() => {
                    self.config.tokens.tend().await;
                    return Input::Timer;
                }
                renewed = renewed(&mut self.renewing) => {
                    self.renewing = None;
                    if renewed {
                        return Input::TryNow;
                    }
                }
            }
        }
    }

    /// Whatever comes may show that the last result has arrived.
    fn came(&mut self, came: Came) -> Input {
        let Came { input, read } = came;
        match (&input, &self.unread) {
            (Input::Opened | Input::Closed(_) | Input::ConnectFailed(_), _) => self.unread = None,
            (_, Some(unread))
                if read == Some(unread.mark) || unread.since.elapsed() >= READ_WITHIN =>
            {
                self.follows = self.unread.take().map(|unread| Input::Written(unread.id));
            }
            _ => {}
        }
        input
    }

    /// A hub may say only on the open socket that it does not take the token. Another one, where
    /// it can be had, is worth another try at once.
    fn look_for_another_token(&mut self, shown: Secret) {
        let refused = self.session.state().remedy == Some(Remedy::SignIn);
        if refused && self.renewing.is_none() {
            let tokens = self.config.tokens.clone();
            self.renewing = Some(Box::pin(async move {
                tokens.refused(&shown).await && tokens.token().await.is_ok()
            }));
        }
    }

    async fn feed(&mut self, input: Input) {
        if matches!(input, Input::Closed(_)) {
            self.transport.hang_up().await;
        }
        let mut actions = VecDeque::from(self.handle(input));
        while let Some(action) = actions.pop_front() {
            if let Some(consequence) = self.act(action).await {
                actions.extend(self.handle(consequence));
            }
        }
    }

    fn handle(&mut self, input: Input) -> Vec<Action> {
        let now = self.started_at.elapsed();
        self.session.handle(input, now, self.config.world.now())
    }

    /// Does one thing and says what came of it, where the session has to know.
    async fn act(&mut self, action: Action) -> Option<Input> {
        let profile = self.config.dialect.profile();
        match action {
            Action::Connect => {
                let address = &self.config.address;
                tracing::debug!(connection = %self.config.connection, %address, "connecting");
                self.transport = Transport::connect(Opening {
                    dialer: self.dialer.clone(),
                    tokens: self.config.tokens.clone(),
                    device: self.config.device.id.clone(),
                    profile,
                });
            }
            Action::SendText(text) => {
                let written = self.transport.write(text, profile.write_within).await;
                return written.err().map(Input::Closed);
            }
            Action::SendResult { id, text } => {
                if !self.transport.is_open() {
                    return None;
                }
                let within = profile.write_within;
                if let Err(reason) = self.transport.write(text, within).await {
                    return Some(Input::Closed(reason));
                }
                if self.leaving {
                    return Some(Input::Written(id));
                }
                // What was written may lie in this computer for ever, on the way to a hub that is
                // gone; its answer to a ping shows that it has read as far as that.
                self.marks += 1;
                let marked = self.transport.mark(self.marks, within).await;
                self.unread = Some(Unread {
                    id,
                    mark: self.marks,
                    since: Instant::now(),
                });
                return marked.err().map(Input::Closed);
            }
            Action::Ping => {
                let written = self.transport.ping(profile.write_within).await;
                return written.err().map(Input::Closed);
            }
            Action::Request {
                purpose,
                path,
                body,
            } => self.requests.put(purpose, path, body),
            Action::Close(close) => self.transport.close(close).await,
            Action::SetTimer(at) => {
                self.timer_at = self.started_at + at.min(self.started_at.elapsed() + FAR);
            }
            Action::Deliver(Downstream::Command(command)) => {
                self.tell(LinkEvent::Command(command)).await;
            }
            Action::Deliver(Downstream::Cancel { id }) => self.tell(LinkEvent::Cancel(id)).await,
            Action::Deliver(Downstream::Error { message }) => {
                let said: String = message.chars().take(200).collect();
                tracing::warn!(connection = %self.config.connection, said = visible(&said), "the hub complains");
            }
            Action::Deliver(Downstream::Challenge { nonce }) => return self.proof(&nonce),
            Action::Deliver(Downstream::Event(event)) => {
                if let Some(news) = self.config.dialect.tells(&event) {
                    self.tell(LinkEvent::News(news)).await;
                }
            }
            Action::Deliver(_) => {}
            Action::StateChanged(state) => self.tell(LinkEvent::State(state)).await,
            Action::Delivered(id) => self.tell(LinkEvent::Delivered(id)).await,
            Action::Malformed(error) => {
                tracing::warn!(connection = %self.config.connection, %error, "the hub sent a frame that makes no sense");
            }
            Action::Ignored { kind } => {
                tracing::debug!(connection = %self.config.connection, kind = visible(&kind), "passed over a frame");
            }
        }
        None
    }

    /// The answer to a challenge. Without a key there is none, and the hub says what follows.
    fn proof(&self, nonce: &str) -> Option<Input> {
        let key = self.config.key.as_ref()?;
        let token = self.transport.token()?;
        let signature = key.prove(
            Proving::Connection { nonce },
            &self.config.address,
            &self.config.device.id,
            &token,
        );
        Some(Input::Send(Upstream::Proof { signature }))
    }

    async fn tell(&mut self, event: LinkEvent) {
        let event = (self.config.connection.clone(), event);
        if self.events.send(event).await.is_err() {
            // Nobody is there to act on anything any more.
            self.cancel.cancel();
        }
    }
}

async fn renewed(renewing: &mut Option<BoxFuture<'static, bool>>) -> bool {
    match renewing {
        Some(renewing) => renewing.await,
        None => std::future::pending().await,
    }
}
