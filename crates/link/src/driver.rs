//! The one loop of a link: waits for whatever happens next and lets the session decide.
//!
//! A single task reads and writes, so the session's actions happen in its order and nothing has to
//! be locked.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use chaperone_dialects::{Action, DeviceSession, Downstream, Input};
use chaperone_protocol::{ConnectionId, Timestamp, visible};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{LinkConfig, LinkEvent, mailbox::Mailbox, transport::Transport};

pub(crate) struct Driver {
    config: LinkConfig,
    session: DeviceSession,
    transport: Transport,
    mailbox: Arc<Mailbox>,
    events: mpsc::Sender<(ConnectionId, LinkEvent)>,
    cancel: CancellationToken,
    started_at: Instant,
    timer_at: Instant,
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
        Self {
            config,
            session,
            transport: Transport::Idle,
            mailbox,
            events,
            cancel,
            started_at,
            timer_at: started_at,
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
            self.feed(input).await;
        }
    }

    /// Says what is still to be said, and goodbye, for as long as an ending program can wait.
    async fn finish(&mut self) {
        const FINISH_WITHIN: Duration = Duration::from_secs(2);

        let farewell = async {
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
        tokio::select! {
            letter = self.mailbox.take() => letter,
            input = self.transport.next() => input,
            () = sleep_until(self.timer_at) => Input::Timer,
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
        self.session.handle(input, now, Timestamp::now())
    }

    /// Does one thing and says what came of it, where the session has to know.
    async fn act(&mut self, action: Action) -> Option<Input> {
        let profile = self.config.dialect.profile();
        match action {
            Action::Connect => {
                let address = self.config.address.clone();
                tracing::debug!(connection = %self.config.connection, %address, "connecting");
                self.transport = Transport::connect(
                    address,
                    &self.config.token,
                    &self.config.device.id,
                    profile,
                );
            }
            Action::SendText(text) => {
                let written = self.transport.write(text, profile.write_within).await;
                return written.err().map(Input::Closed);
            }
            Action::SendResult { id, text } => {
                if !self.transport.is_open() {
                    return None;
                }
                let written = self.transport.write(text, profile.write_within).await;
                return Some(match written {
                    Ok(()) => Input::Written(id),
                    Err(reason) => Input::Closed(reason),
                });
            }
            Action::Ping => {
                let written = self.transport.ping(profile.write_within).await;
                return written.err().map(Input::Closed);
            }
            // Sockets only, so far: the session tries those, and says so.
            Action::Request { purpose, .. } => {
                let answer = Err("the hub is not asked over HTTP".to_owned());
                return Some(Input::Answered { purpose, answer });
            }
            Action::Close(close) => self.transport.close(close).await,
            Action::SetTimer(at) => {
                // A moment too far away to be told never comes.
                let far = Duration::from_hours(24);
                self.timer_at = self.started_at + at.min(self.started_at.elapsed() + far);
            }
            Action::Deliver(Downstream::Command(command)) => {
                self.tell(LinkEvent::Command(command)).await;
            }
            Action::Deliver(Downstream::Cancel { id }) => self.tell(LinkEvent::Cancel(id)).await,
            Action::Deliver(Downstream::Error { message }) => {
                let said: String = message.chars().take(200).collect();
                tracing::warn!(connection = %self.config.connection, said = visible(&said), "the hub complains");
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

    async fn tell(&mut self, event: LinkEvent) {
        let event = (self.config.connection.clone(), event);
        if self.events.send(event).await.is_err() {
            // Nobody is there to act on anything any more.
            self.cancel.cancel();
        }
    }
}
