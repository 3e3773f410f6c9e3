//! Commands fetched over HTTP while the socket is down.
//!
//! Asked for at once when the socket goes and regularly from then on; at rest while the socket is
//! up, unless events wait that only travel this way.

use std::time::Duration;

use chaperone_protocol::{CommandId, Data, Map, Outcome};

use super::{
    super::{
        Action, Purpose,
        trouble::{Means, Trouble},
    },
    DeviceSession, Phase, Turn,
};
use crate::{Asked, Configuration, Downstream, Poll, Polling, RemoteCommand};

/// How much rarer events are delivered while the socket is up than commands are fetched otherwise.
const UP_FACTOR: u32 = 4;

pub(super) struct Poller {
    wire: &'static dyn Polling,
    every: Duration,
    /// When to ask next; a request on its way has no next one.
    at: Option<Duration>,
    /// Whether the last request was answered.
    works: bool,
    /// How many requests in a row were not answered.
    failures: u32,
    /// Whether the person has said how often, so that the hub is not asked.
    insists: bool,
    last_command: Option<CommandId>,
}

impl Poller {
    pub(super) fn new(wire: &'static dyn Polling, every: Duration) -> Self {
        Self {
            wire,
            every,
            at: Some(Duration::ZERO),
            works: false,
            failures: 0,
            insists: false,
            last_command: None,
        }
    }

    /// Whether the hub was reached this way the last time.
    pub(super) fn works(&self) -> bool {
        self.works
    }

    /// How many requests in a row were not answered.
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    /// What the person wants, whatever the hub wishes.
    pub(super) fn insist(&mut self, every: Duration) {
        self.every = every;
        self.insists = true;
    }

    pub(super) fn result_path(&self) -> &'static str {
        self.wire.result_path()
    }

    /// Asks at that moment, unless it asks already.
    pub(super) fn poll_at(&mut self, moment: Duration) {
        self.at = self.at.map(|at| at.min(moment));
    }

    /// A hub's wish, within reason.
    pub(super) fn poll_every(&mut self, every: Duration) {
        const LEAST: Duration = Duration::from_secs(5);
        const MOST: Duration = Duration::from_mins(5);
        if !self.insists {
            self.every = every.clamp(LEAST, MOST);
        }
    }

    /// The socket is up: nothing is known about this way any more.
    pub(super) fn rest(&mut self) {
        self.works = false;
    }
}

impl DeviceSession {
    pub(super) fn poll_due(&mut self, turn: &mut Turn) {
        if self.poll_moment().is_none_or(|at| turn.now < at) {
            return;
        }
        let Some(poller) = &self.poller else { return };
        let poll = Poll {
            last_command: poller.last_command.clone(),
            events: self.outbox.polled_events(),
        };
        let body = poller.wire.ask(&poll, self.context(turn));
        let path = poller.wire.path();
        if let Some(poller) = &mut self.poller {
            poller.at = None;
        }
        if let Ok(body) = body {
            let purpose = Purpose::Poll;
            turn.actions.push(Action::Request {
                purpose,
                path,
                body,
            });
        } else {
            // Too much to say in one request: it counts as lost, so that the rest gets through.
            let events: Vec<String> = poll.events.into_iter().map(|event| event.id).collect();
            self.outbox.remove_events(&events);
            self.poll_again(turn);
        }
    }

    pub(super) fn poll_moment(&self) -> Option<Duration> {
        let at = self.poller.as_ref()?.at?;
        match self.phase {
            Phase::Stopped => None,
            Phase::Up(_) if self.outbox.polled_events().is_empty() => None,
            Phase::Up(_)
            | Phase::Down { .. }
            | Phase::Refused { .. }
            | Phase::Opening { .. }
            | Phase::Greeting { .. }
            | Phase::Unused => Some(at),
        }
    }

    fn poll_again(&mut self, turn: &Turn) {
        let up = matches!(self.phase, Phase::Up(_));
        if let Some(poller) = &mut self.poller {
            let every = if up {
                poller.every * UP_FACTOR
            } else {
                poller.every
            };
            poller.at = Some(turn.now + every);
            if poller.failures > 0 && matches!(self.phase, Phase::Unused) {
                self.next_try_at = turn.wall.checked_add(every).ok();
            }
        }
    }

    /// Only a person can mend it, so there is no hurry.
    fn poll_rarely(&mut self, turn: &Turn) {
        let refused = self.retry.refused;
        if let Some(poller) = &mut self.poller {
            let wait = poller.every.max(refused);
            poller.at = Some(turn.now + wait);
            self.next_try_at = turn.wall.checked_add(wait).ok();
        }
    }

    /// Without a socket a request's answer is all that tells how the connection stands.
    fn only_way_answered(&mut self, trouble: Option<&Trouble>) {
        self.trouble = trouble.map(|trouble| trouble.said.clone());
        self.remedy = trouble.and_then(|trouble| trouble.means.remedy());
        self.next_try_at = None;
    }

    pub(super) fn answered(
        &mut self,
        purpose: Purpose,
        answer: Result<(u16, String), String>,
        turn: &mut Turn,
    ) {
        let trouble = match &answer {
            Ok((200..=299, _)) => None,
            Ok((status, _)) => Some(Trouble::from_status(*status)),
            Err(said) => Some(Trouble::passing(said.clone())),
        };
        let up = matches!(self.phase, Phase::Up(_));
        if let Some(poller) = &mut self.poller {
            poller.works = trouble.is_none() && !up;
            poller.failures = match &trouble {
                Some(_) => poller.failures.saturating_add(1),
                None => 0,
            };
        }
        if self.only_polls() {
            self.only_way_answered(trouble.as_ref());
        }
        if let Some(trouble) = trouble {
            // While the socket is up it alone says how the connection stands.
            if !up && trouble.means == Means::Refused {
                self.trouble = Some(trouble.said);
                self.remedy = trouble.means.remedy();
            }
            match purpose {
                Purpose::Poll if self.only_polls() && self.remedy.is_some() => {
                    self.poll_rarely(turn);
                }
                Purpose::Poll => self.poll_again(turn),
                Purpose::Result(_) => self.outbox.rewind(),
            }
            return;
        }
        // The hub takes us for who we are, whatever it thinks of sockets: those are tried as after
        // any other failure.
        if let Phase::Refused { until } = self.phase {
            let most = self.profile().retry.most;
            self.phase = Phase::Down {
                until: until.min(turn.now + most),
            };
            self.next_try_at = turn.wall.checked_add(most).ok();
            self.trouble =
                Some("the hub takes no live connection, and is asked for commands instead".into());
            self.remedy = None;
        }
        match (purpose, answer) {
            (Purpose::Result(id), _) => self.delivered(id, turn),
            (Purpose::Poll, Ok((_, body))) => {
                self.polled(&body, turn);
                self.poll_again(turn);
            }
            (Purpose::Poll, Err(_)) => {}
        }
    }

    fn polled(&mut self, body: &str, turn: &mut Turn) {
        let Some(wire) = self.poller.as_ref().map(|poller| poller.wire) else {
            return;
        };
        let polled = match wire.answered(body, self.context(turn)) {
            Ok(polled) => polled,
            Err(error) => return turn.actions.push(Action::Malformed(error)),
        };
        self.outbox.remove_events(&polled.kept_events);
        for message in polled.messages {
            if let (Some(poller), Downstream::Command(command)) = (&mut self.poller, &message) {
                poller.last_command = Some(command.id.clone());
            }
            match message {
                Downstream::Command(RemoteCommand {
                    id,
                    asked: Asked::Wish(wishes),
                    ..
                }) => self.granted(id, wishes, turn),
                Downstream::Configure(wishes) => self.wished(wishes, turn),
                message => turn.actions.push(Action::Deliver(message)),
            }
        }
    }

    /// A hub says how it would like to be spoken to.
    pub(super) fn wished(&mut self, wishes: Configuration, turn: &mut Turn) {
        if let (Some(poller), Some(every)) = (&mut self.poller, wishes.poll_every) {
            poller.poll_every(every);
        }
        let wishes = Downstream::Configure(wishes);
        turn.actions.push(Action::Deliver(wishes));
    }

    /// The same as a command: nothing in it can fail, and the hub waits to hear that.
    pub(super) fn granted(&mut self, id: CommandId, wishes: Configuration, turn: &mut Turn) {
        let outcome = Outcome::Success {
            data: Data::Other(Map::new()),
            finished_at: turn.wall,
        };
        self.outbox.put(id, outcome);
        self.wished(wishes, turn);
    }
}
