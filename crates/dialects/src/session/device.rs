//! The device's half: open, say hello, stay, answer, and come back whatever happens.
//!
//! It never gives up, and it says at every moment what it is doing and when it tries next.

use std::time::Duration;

use chaperone_protocol::{
    CommandId, ConnectionPhase, ConnectionState, DeviceInfo, FailureCode, Outcome, Timestamp,
};

use super::{
    Action, Close, CloseReason, Input,
    backoff::Backoff,
    outbox::Outbox,
    trouble::{Trouble, quote},
};
use crate::{Context, Decoded, Dialect, Downstream, Extension, Extensions, Profile, Upstream};

/// Where the session stands. Moments are durations since the driver's own start.
#[derive(Debug)]
enum Phase {
    /// Down until the given moment.
    Down { until: Duration },
    /// Down, and the hub does not want us, until the given moment.
    Refused { until: Duration },
    /// Opening the socket.
    Opening { give_up_at: Duration },
    /// Waiting for the answer to our hello.
    Greeting { give_up_at: Duration },
    /// Registered.
    Up(Up),
    /// Switched off, for good.
    Stopped,
}

#[derive(Debug)]
struct Up {
    since: Duration,
    extensions: Extensions,
    next_heartbeat_at: Duration,
    silent_at: Duration,
    /// When the heartbeat left that has not been acknowledged yet.
    unanswered_since: Option<Duration>,
}

/// One connection of this device to one hub.
pub struct DeviceSession {
    dialect: &'static dyn Dialect,
    device: DeviceInfo,
    phase: Phase,
    backoff: Backoff,
    outbox: Outbox,
    heartbeat_every: Duration,
    round_trip: Option<Duration>,
    trouble: Option<String>,
    next_try_at: Option<Timestamp>,
    /// What the hub complained about on this socket, in case it closes without a reason.
    hub_said: Option<String>,
    told: Option<ConnectionState>,
    last: Option<(Duration, Timestamp)>,
}

/// The moment and what is to be done by then.
struct Turn {
    now: Duration,
    wall: Timestamp,
    actions: Vec<Action>,
}

impl DeviceSession {
    /// A session that connects at its first [`Input::Timer`]. The seed spreads its delays.
    pub fn new(dialect: &'static dyn Dialect, device: DeviceInfo, seed: u64) -> Self {
        Self {
            dialect,
            device,
            phase: Phase::Down {
                until: Duration::ZERO,
            },
            backoff: Backoff::new(seed),
            outbox: Outbox::default(),
            heartbeat_every: dialect.profile().heartbeat_every,
            round_trip: None,
            trouble: None,
            next_try_at: None,
            hub_said: None,
            told: None,
            last: None,
        }
    }

    /// Takes what happened at `now`, a moment on any steady clock, and returns what to do, in order.
    pub fn handle(&mut self, input: Input, now: Duration, wall: Timestamp) -> Vec<Action> {
        let mut turn = Turn {
            now,
            wall,
            actions: Vec::new(),
        };
        if matches!(self.phase, Phase::Stopped) {
            return turn.actions;
        }
        if self.slept(now, wall) {
            self.wake(&mut turn);
        }
        match input {
            Input::Opened => self.opened(&mut turn),
            Input::Text(text) => self.text(&text, &mut turn),
            Input::Heard => self.heard(&turn),
            Input::Closed(reason) => self.closed(&reason, &mut turn),
            Input::ConnectFailed(failure) => {
                if matches!(self.phase, Phase::Opening { .. }) {
                    self.down(&Trouble::from_connect(&failure), &turn);
                }
            }
            Input::Timer => {}
            Input::Send(message) => self.send(message, &mut turn),
            Input::Written(id) => self.written(&id, &mut turn),
            Input::TryNow => {
                if matches!(self.phase, Phase::Down { .. } | Phase::Refused { .. }) {
                    self.connect(&mut turn);
                }
            }
            Input::Stop => self.stop(&mut turn),
        }
        self.due(&mut turn);
        self.report(&mut turn);
        turn.actions
    }

    /// The state as people read it.
    pub fn state(&self) -> ConnectionState {
        let phase = match self.phase {
            Phase::Down { .. } => ConnectionPhase::Waiting,
            Phase::Refused { .. } => ConnectionPhase::Refused,
            Phase::Opening { .. } | Phase::Greeting { .. } => ConnectionPhase::Connecting,
            Phase::Up(_) => ConnectionPhase::Connected,
            Phase::Stopped => ConnectionPhase::Stopped,
        };
        let up = phase == ConnectionPhase::Connected;
        ConnectionState {
            phase,
            failed_attempts: if up { 0 } else { self.backoff.failures() },
            next_try_at: self.next_try_at,
            round_trip: self.round_trip.filter(|_| up),
            trouble: self.trouble.clone(),
        }
    }

    fn profile(&self) -> &'static Profile {
        self.dialect.profile()
    }

    fn connect(&mut self, turn: &mut Turn) {
        self.phase = Phase::Opening {
            give_up_at: turn.now + self.profile().open_within,
        };
        self.next_try_at = None;
        self.hub_said = None;
        turn.actions.push(Action::Connect);
    }

    fn opened(&mut self, turn: &mut Turn) {
        if !matches!(self.phase, Phase::Opening { .. }) {
            return;
        }
        self.phase = Phase::Greeting {
            give_up_at: turn.now + self.profile().registered_within,
        };
        let hello = Upstream::Register(self.device.clone(), self.profile().extensions);
        self.say(&hello, turn);
    }

    fn text(&mut self, text: &str, turn: &mut Turn) {
        if !matches!(self.phase, Phase::Greeting { .. } | Phase::Up(_)) {
            return;
        }
        self.heard(turn);
        match self.dialect.decode_down(text, turn.context()) {
            Ok(Decoded::Message(message)) => self.message(message, turn),
            Ok(Decoded::Ignored { kind }) => turn.actions.push(Action::Ignored { kind }),
            Err(error) => {
                let complaint = Upstream::Error {
                    message: error.to_string(),
                };
                self.say(&complaint, turn);
                turn.actions.push(Action::Malformed(error));
            }
        }
    }

    fn message(&mut self, message: Downstream, turn: &mut Turn) {
        match message {
            Downstream::Connected {
                heartbeat_every, ..
            } => {
                // A hub may want to hear from us more often than the profile says, not less.
                if let Some(every) = heartbeat_every {
                    let most = self.profile().heartbeat_every;
                    self.heartbeat_every = every.clamp(most.min(Duration::from_secs(1)), most);
                }
            }
            Downstream::Registered { extensions, .. } => self.registered(extensions, turn),
            // A hub can address us before it has said `registered`, and expects to be obeyed.
            Downstream::Command(_) | Downstream::Cancel { .. } => {
                turn.actions.push(Action::Deliver(message));
            }
            Downstream::ResultAck { ref id } => {
                if self.outbox.remove(id) {
                    turn.actions.push(Action::Delivered(id.clone()));
                }
            }
            Downstream::Heartbeat | Downstream::HeartbeatAck => {
                if let Phase::Up(up) = &mut self.phase
                    && let Some(left_at) = up.unanswered_since.take()
                {
                    self.round_trip = Some(turn.now.saturating_sub(left_at));
                }
            }
            Downstream::HeartbeatProbe => self.heartbeat(turn),
            Downstream::Error { message } => {
                self.hub_said = Some(message.clone());
                turn.actions
                    .push(Action::Deliver(Downstream::Error { message }));
            }
        }
    }

    fn registered(&mut self, extensions: Extensions, turn: &mut Turn) {
        let extensions = extensions.common(self.profile().extensions);
        if let Phase::Up(up) = &mut self.phase {
            up.extensions = extensions;
            return;
        }
        self.trouble = None;
        self.round_trip = None;
        self.outbox.rewind();
        self.phase = Phase::Up(Up {
            since: turn.now,
            extensions,
            next_heartbeat_at: turn.now + self.heartbeat_every,
            silent_at: turn.now + self.profile().silence_limit,
            unanswered_since: None,
        });
        self.pump(turn);
    }

    fn send(&mut self, message: Upstream, turn: &mut Turn) {
        match message {
            Upstream::Result { id, outcome } => {
                self.outbox.put(id, outcome);
                self.pump(turn);
            }
            Upstream::Progress { .. } => {
                if self.agreed(Extension::Progress) {
                    self.say(&message, turn);
                }
            }
            Upstream::Heartbeat => self.heartbeat(turn),
            // The session says hello itself.
            Upstream::Register(..) => {}
            Upstream::Error { .. } => {
                if matches!(self.phase, Phase::Up(_)) {
                    self.say(&message, turn);
                }
            }
        }
    }

    fn written(&mut self, id: &CommandId, turn: &mut Turn) {
        if self.agreed(Extension::ResultAck) {
            self.outbox.written(id);
        } else if self.outbox.remove(id) {
            turn.actions.push(Action::Delivered(id.clone()));
        }
        self.pump(turn);
    }

    /// Sends the next result that waits, if we are up and none is being written.
    fn pump(&mut self, turn: &mut Turn) {
        if !matches!(self.phase, Phase::Up(_)) {
            return;
        }
        let Some((id, outcome)) = self.outbox.next() else {
            return;
        };
        let finished_at = match outcome {
            Outcome::Success { finished_at, .. } | Outcome::Failure { finished_at, .. } => {
                finished_at
            }
        };
        let result = |outcome| Upstream::Result {
            id: id.clone(),
            outcome,
        };
        let cx = turn.context();
        // An outcome without words on this wire is still an answer: that it has no words.
        let text = self
            .dialect
            .encode_up(&result(outcome), cx)
            .or_else(|error| {
                let failure = Outcome::failure(FailureCode::Failed, error.to_string(), finished_at);
                self.dialect.encode_up(&result(failure), cx)
            });
        if let Ok(text) = text {
            turn.actions.push(Action::SendResult { id, text });
        } else {
            self.outbox.remove(&id);
            turn.actions.push(Action::Delivered(id));
        }
    }

    fn heartbeat(&mut self, turn: &mut Turn) {
        let every = self.heartbeat_every;
        let Phase::Up(up) = &mut self.phase else {
            return;
        };
        up.next_heartbeat_at = turn.now + every;
        up.unanswered_since.get_or_insert(turn.now);
        self.say(&Upstream::Heartbeat, turn);
    }

    fn say(&self, message: &Upstream, turn: &mut Turn) {
        // What this wire cannot say is not said; only results must arrive, and they go their own way.
        if let Ok(text) = self.dialect.encode_up(message, turn.context()) {
            turn.actions.push(Action::SendText(text));
        }
    }

    fn heard(&mut self, turn: &Turn) {
        let limit = self.profile().silence_limit;
        if let Phase::Up(up) = &mut self.phase {
            up.silent_at = turn.now + limit;
        }
    }

    fn closed(&mut self, reason: &CloseReason, turn: &mut Turn) {
        let registered = match self.phase {
            Phase::Opening { .. } | Phase::Greeting { .. } => false,
            Phase::Up(_) => true,
            Phase::Down { .. } | Phase::Refused { .. } | Phase::Stopped => return,
        };
        let trouble = Trouble::from_close(reason, registered, self.hub_said.as_deref());
        self.down(&trouble, turn);
    }

    /// Drops the socket from this side.
    fn abandon(&mut self, trouble: &Trouble, turn: &mut Turn) {
        turn.actions
            .push(Action::Close(Close::new(Close::GOING_AWAY, &trouble.said)));
        self.down(trouble, turn);
    }

    /// The socket is gone: plans the next try.
    fn down(&mut self, trouble: &Trouble, turn: &Turn) {
        let retry = &self.profile().retry;
        // A hub that greets us and drops us at once must not make us knock every second; only a
        // connection that held for a while counts as one that works.
        if let Phase::Up(up) = &self.phase
            && turn.now.saturating_sub(up.since) >= self.profile().heartbeat_every
        {
            self.backoff.reset();
        }
        let delay = if trouble.refused {
            self.backoff.refuse(retry)
        } else {
            self.backoff.fail(retry)
        };
        let until = turn.now + delay;
        self.outbox.rewind();
        self.heartbeat_every = self.profile().heartbeat_every;
        self.trouble = Some(trouble.said.clone());
        self.next_try_at = turn.wall.checked_add(delay).ok();
        self.phase = if trouble.refused {
            Phase::Refused { until }
        } else {
            Phase::Down { until }
        };
    }

    fn stop(&mut self, turn: &mut Turn) {
        if !matches!(self.phase, Phase::Down { .. } | Phase::Refused { .. }) {
            turn.actions
                .push(Action::Close(Close::new(Close::NORMAL, "switched off")));
        }
        self.phase = Phase::Stopped;
        self.next_try_at = None;
    }

    /// Does whatever the time has come for.
    fn due(&mut self, turn: &mut Turn) {
        let now = turn.now;
        match &self.phase {
            Phase::Down { until } | Phase::Refused { until } if now >= *until => {
                self.connect(turn);
            }
            Phase::Opening { give_up_at } if now >= *give_up_at => {
                let trouble = Trouble::passing("the hub did not answer in time");
                self.abandon(&trouble, turn);
            }
            Phase::Greeting { give_up_at } if now >= *give_up_at => {
                let said = quote(self.hub_said.as_deref().unwrap_or_default());
                let trouble = Trouble::passing(format!(
                    "the hub did not register this device in time{said}"
                ));
                self.abandon(&trouble, turn);
            }
            Phase::Up(up) if now >= up.silent_at => {
                let trouble = Trouble::passing("nothing was heard from the hub any more");
                self.abandon(&trouble, turn);
            }
            Phase::Up(up) if now >= up.next_heartbeat_at => self.heartbeat(turn),
            Phase::Down { .. }
            | Phase::Refused { .. }
            | Phase::Opening { .. }
            | Phase::Greeting { .. }
            | Phase::Up(_)
            | Phase::Stopped => {}
        }
        let next = match &self.phase {
            Phase::Down { until } | Phase::Refused { until } => *until,
            Phase::Opening { give_up_at } | Phase::Greeting { give_up_at } => *give_up_at,
            Phase::Up(up) => up.silent_at.min(up.next_heartbeat_at),
            Phase::Stopped => return,
        };
        turn.actions.push(Action::SetTimer(next));
    }

    fn report(&mut self, turn: &mut Turn) {
        let state = self.state();
        if self.told.as_ref() != Some(&state) {
            self.told = Some(state.clone());
            turn.actions.push(Action::StateChanged(state));
        }
    }

    fn agreed(&self, extension: Extension) -> bool {
        matches!(&self.phase, Phase::Up(up) if up.extensions.has(extension))
    }

    /// A steady clock stands still while the computer sleeps; the wall clock does not.
    fn slept(&mut self, now: Duration, wall: Timestamp) -> bool {
        const NOTICEABLE: Duration = Duration::from_secs(30);
        let last = self.last.replace((now, wall));
        last.is_some_and(|(then, wall_then)| {
            let steady = now.saturating_sub(then);
            let passed = Duration::try_from(wall.duration_since(wall_then)).unwrap_or_default();
            passed.saturating_sub(steady) >= NOTICEABLE
        })
    }

    /// After a sleep the socket is probably dead and the network probably new: find out soon.
    fn wake(&mut self, turn: &mut Turn) {
        let limit = self.profile().wake_limit;
        match &mut self.phase {
            Phase::Up(up) => {
                up.silent_at = up.silent_at.min(turn.now + limit);
                self.heartbeat(turn);
            }
            Phase::Down { until } => *until = turn.now,
            Phase::Refused { .. }
            | Phase::Opening { .. }
            | Phase::Greeting { .. }
            | Phase::Stopped => {}
        }
    }
}

impl Turn {
    fn context(&self) -> Context {
        Context { now: self.wall }
    }
}
