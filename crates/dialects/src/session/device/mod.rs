//! The device's half: open, say hello, stay, answer, and come back whatever happens.
//!
//! It never gives up, and it says at every moment what it is doing and when it tries next.

mod outgoing;
mod polling;
mod preferences;
mod socket;

use std::time::Duration;

use chaperone_protocol::{ConnectionPhase, ConnectionState, DeviceInfo, Health, Remedy, Timestamp};

pub use self::preferences::{Preferences, Ways};

use self::polling::Poller;
use super::{
    Action, Close, Input,
    backoff::Backoff,
    budget::Budget,
    outbox::Outbox,
    trouble::{Means, Trouble},
};
use crate::{Context, Dialect, Extension, Extensions, Profile, Retry};

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
    /// Commands can arrive.
    Up(Up),
    /// The socket is not to be used: whatever is said goes over HTTP.
    Unused,
    /// Switched off, for good.
    Stopped,
}

#[derive(Debug)]
struct Up {
    since: Duration,
    extensions: Extensions,
    /// Whether the hub has shown that it takes us for who we are: it answered our hello, or said
    /// anything at all.
    proved: bool,
    heartbeat_at: Option<Duration>,
    ping_at: Option<Duration>,
    silent_at: Option<Duration>,
    /// When the heartbeat left that has not been acknowledged yet.
    unanswered_since: Option<Duration>,
}

/// One connection of this device to one hub.
pub struct DeviceSession {
    dialect: &'static dyn Dialect,
    device: DeviceInfo,
    /// The extensions that whoever drives this session can make something of.
    offers: Extensions,
    public_key: Option<String>,
    health: Option<Health>,
    phase: Phase,
    backoff: Backoff,
    budget: Budget,
    outbox: Outbox,
    poller: Option<Poller>,
    retry: Retry,
    /// How often at least the device says that it is there, whatever the hub wants.
    heartbeat_most: Option<Duration>,
    heartbeat_every: Option<Duration>,
    round_trip: Option<Duration>,
    trouble: Option<String>,
    remedy: Option<Remedy>,
    next_try_at: Option<Timestamp>,
    /// Whether the hub has challenged the device on this socket: it does so once.
    challenged: bool,
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
        let profile = dialect.profile();
        Self {
            dialect,
            device,
            offers: profile.extensions,
            public_key: None,
            health: None,
            phase: Phase::Down {
                until: Duration::ZERO,
            },
            backoff: Backoff::new(seed),
            budget: Budget::new(profile.pace),
            outbox: Outbox::default(),
            poller: dialect
                .polling()
                .zip(profile.poll_every)
                .map(|(wire, every)| Poller::new(wire, every)),
            retry: profile.retry,
            heartbeat_most: profile.heartbeat_every(),
            heartbeat_every: profile.heartbeat_every(),
            round_trip: None,
            trouble: None,
            remedy: None,
            next_try_at: None,
            challenged: false,
            hub_said: None,
            told: None,
            last: None,
        }
    }

    /// Offers these extensions only, of those that the wire has.
    #[must_use]
    pub fn offering(mut self, extensions: Extensions) -> Self {
        self.offers = extensions.common(self.profile().extensions);
        self
    }

    /// Names the key that the device offers to prove itself by, in base64url.
    #[must_use]
    pub fn with_public_key(mut self, public_key: impl Into<String>) -> Self {
        self.public_key = Some(public_key.into());
        self
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
            Input::SendNow(message) => self.send_now(&message, &mut turn),
            Input::Written(id) => self.written(&id, &mut turn),
            Input::Answered { purpose, answer } => self.answered(purpose, answer, &mut turn),
            Input::Health(health) => self.health = Some(health),
            Input::TryNow => self.try_now(&mut turn),
            Input::NetworkChanged => self.network_changed(&mut turn),
            Input::Stop => self.stop(&mut turn),
        }
        self.due(&mut turn);
        self.report(&mut turn);
        turn.actions
    }

    /// The state as people read it.
    pub fn state(&self) -> ConnectionState {
        let polls = self.poller.as_ref().is_some_and(Poller::works);
        let phase = match self.phase {
            Phase::Up(_) => ConnectionPhase::Connected,
            Phase::Stopped => ConnectionPhase::Stopped,
            _ if polls => ConnectionPhase::Polling,
            Phase::Unused if self.remedy == Some(Remedy::SignIn) => ConnectionPhase::Refused,
            Phase::Unused if self.failed_polls() == Some(0) => ConnectionPhase::Connecting,
            Phase::Down { .. } | Phase::Unused => ConnectionPhase::Waiting,
            Phase::Refused { .. } => ConnectionPhase::Refused,
            Phase::Opening { .. } | Phase::Greeting { .. } => ConnectionPhase::Connecting,
        };
        let up = phase == ConnectionPhase::Connected;
        ConnectionState {
            phase,
            failed_attempts: match self.failed_polls() {
                _ if up => 0,
                Some(failed) => failed,
                None => self.backoff.failures(),
            },
            next_try_at: self.next_try_at,
            round_trip: self.round_trip.filter(|_| up),
            trouble: self.trouble.clone(),
            remedy: self.remedy,
        }
    }

    fn profile(&self) -> &'static Profile {
        self.dialect.profile()
    }

    fn context(&self, turn: &Turn) -> Context<'_> {
        Context {
            now: turn.wall,
            device: Some(&self.device.id),
            health: self.health.as_ref(),
        }
    }

    fn agreed(&self, extension: Extension) -> bool {
        matches!(&self.phase, Phase::Up(up) if up.extensions.has(extension))
    }

    fn try_now(&mut self, turn: &mut Turn) {
        if matches!(self.phase, Phase::Down { .. } | Phase::Refused { .. }) {
            self.connect(turn);
            if let Some(poller) = &mut self.poller {
                poller.poll_at(turn.now);
            }
        }
        if let (Phase::Unused, Some(poller)) = (&self.phase, &mut self.poller) {
            poller.poll_at(turn.now);
        }
    }

    /// What led to the hub may lead nowhere now, and what led nowhere may lead to it.
    fn network_changed(&mut self, turn: &mut Turn) {
        self.wake(turn);
        if let Phase::Opening { .. } | Phase::Greeting { .. } = self.phase {
            turn.actions.push(Action::Close(Close::new(
                Close::GOING_AWAY,
                "the network changed",
            )));
            self.connect(turn);
        }
    }

    /// The socket is gone: plans the next try.
    fn down(&mut self, trouble: &Trouble, turn: &Turn) {
        // A hub that greets us and drops us at once must not make us knock every second; only a
        // connection that held for a while counts as one that works.
        const HOLDS: Duration = Duration::from_secs(30);
        let retry = self.retry;
        let holds = self.profile().heartbeat_every().unwrap_or(HOLDS);
        if let Phase::Up(up) = &self.phase
            && turn.now.saturating_sub(up.since) >= holds
        {
            self.backoff.reset();
        }
        let delay = match trouble.means {
            Means::Refused => self.backoff.slow(retry.refused),
            Means::Misplaced => self.backoff.slow(retry.most),
            Means::Again => self.backoff.again(&retry),
            Means::Passing => self.backoff.fail(&retry),
        };
        let until = turn.now + delay;
        self.outbox.rewind();
        self.heartbeat_every = self.heartbeat_most;
        self.trouble = Some(trouble.said.clone());
        self.remedy = trouble.means.remedy();
        self.next_try_at = turn.wall.checked_add(delay).ok();
        if let Some(poller) = &mut self.poller {
            poller.poll_at(turn.now);
        }
        self.phase = if trouble.means == Means::Refused {
            Phase::Refused { until }
        } else {
            Phase::Down { until }
        };
    }

    fn stop(&mut self, turn: &mut Turn) {
        if !matches!(
            self.phase,
            Phase::Down { .. } | Phase::Refused { .. } | Phase::Unused
        ) {
            turn.actions
                .push(Action::Close(Close::new(Close::NORMAL, "switched off")));
        }
        self.phase = Phase::Stopped;
        self.next_try_at = None;
    }

    /// Does whatever the time has come for, and says when to look again.
    fn due(&mut self, turn: &mut Turn) {
        self.socket_due(turn);
        self.poll_due(turn);
        self.pump(turn);
        let moments = [
            self.socket_moment(),
            self.poll_moment(),
            self.pump_moment(turn),
        ];
        if let Some(next) = moments.into_iter().flatten().min() {
            turn.actions.push(Action::SetTimer(next));
        }
    }

    fn report(&mut self, turn: &mut Turn) {
        let state = self.state();
        if self.told.as_ref() != Some(&state) {
            self.told = Some(state.clone());
            turn.actions.push(Action::StateChanged(state));
        }
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
        let limit = turn.now + self.profile().wake_limit;
        if let Some(poller) = &mut self.poller {
            poller.poll_at(turn.now);
        }
        match &mut self.phase {
            Phase::Up(up) => {
                up.silent_at = Some(up.silent_at.map_or(limit, |at| at.min(limit)));
                up.ping_at = up.ping_at.map(|_| turn.now);
                self.heartbeat(turn);
            }
            Phase::Down { until } => *until = turn.now,
            Phase::Refused { .. }
            | Phase::Opening { .. }
            | Phase::Greeting { .. }
            | Phase::Unused
            | Phase::Stopped => {}
        }
    }
}
