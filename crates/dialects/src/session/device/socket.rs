//! The socket: opened, greeted, kept alive, given up.

use std::time::Duration;

use super::{
    super::{
        Action, Close, CloseReason,
        trouble::{Trouble, quote},
    },
    DeviceSession, Phase, Turn, Up,
};
use crate::{
    Asked, Decoded, Downstream, Extensions, Greeting, Heartbeat, Registration, RemoteCommand,
    Upstream,
};

impl DeviceSession {
    pub(super) fn connect(&mut self, turn: &mut Turn) {
        self.phase = Phase::Opening {
            give_up_at: turn.now + self.profile().open_within,
        };
        self.next_try_at = None;
        self.hub_said = None;
        self.challenged = false;
        turn.actions.push(Action::Connect);
    }

    pub(super) fn opened(&mut self, turn: &mut Turn) {
        if !matches!(self.phase, Phase::Opening { .. }) {
            return;
        }
        match self.profile().greeting {
            Greeting::Nothing => self.up(Extensions::NONE, false, turn),
            Greeting::Announced { .. } => {
                self.hello(turn);
                self.up(Extensions::NONE, false, turn);
            }
            Greeting::Confirmed { answer_within, .. } => {
                self.phase = Phase::Greeting {
                    give_up_at: turn.now + answer_within,
                };
                self.hello(turn);
            }
        }
    }

    fn hello(&mut self, turn: &mut Turn) {
        let hello = Upstream::Register(Registration {
            device: self.device.clone(),
            extensions: self.offers,
            public_key: self.public_key.clone(),
        });
        self.say(&hello, turn);
    }

    pub(super) fn text(&mut self, text: &str, turn: &mut Turn) {
        if !matches!(self.phase, Phase::Greeting { .. } | Phase::Up(_)) {
            return;
        }
        self.heard(turn);
        if let Phase::Up(up) = &mut self.phase {
            up.proved = true;
        }
        match self.dialect.decode_down(text, self.context(turn)) {
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
                let most = self.heartbeat_most;
                if let Some((every, most)) = heartbeat_every.zip(most) {
                    let least = most.min(Duration::from_secs(1));
                    self.heartbeat_every = Some(every.clamp(least, most));
                }
            }
            Downstream::Registered {
                extensions,
                ref uploads,
                ..
            } => {
                let extensions = extensions.common(self.offers);
                if let Phase::Up(up) = &mut self.phase {
                    up.extensions = extensions;
                } else {
                    self.up(extensions, true, turn);
                }
                if uploads.is_some() {
                    turn.actions.push(Action::Deliver(message));
                }
            }
            Downstream::Command(RemoteCommand {
                id,
                asked: Asked::Wish(wishes),
                ..
            }) => self.granted(id, wishes, turn),
            // A hub can address us before it has said `registered`, and expects to be obeyed.
            Downstream::Command(_) | Downstream::Cancel { .. } | Downstream::Event(_) => {
                turn.actions.push(Action::Deliver(message));
            }
            Downstream::Challenge { .. } => {
                // One before the hello is answered is all a hub needs.
                let expected = matches!(self.phase, Phase::Greeting { .. });
                if expected && !std::mem::replace(&mut self.challenged, true) {
                    turn.actions.push(Action::Deliver(message));
                } else {
                    let kind = "challenge".to_owned();
                    turn.actions.push(Action::Ignored { kind });
                }
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
                    let took = turn.now.saturating_sub(left_at);
                    if self.round_trip.is_none_or(|told| is_news(told, took)) {
                        self.round_trip = Some(took);
                    }
                }
            }
            Downstream::HeartbeatProbe => self.heartbeat(turn),
            Downstream::Configure(wishes) => self.wished(wishes, turn),
            Downstream::Error { message } => {
                self.hub_said = Some(message.clone());
                turn.actions
                    .push(Action::Deliver(Downstream::Error { message }));
            }
        }
    }

    fn up(&mut self, extensions: Extensions, proved: bool, turn: &mut Turn) {
        let profile = self.profile();
        self.trouble = None;
        self.remedy = None;
        self.round_trip = None;
        self.outbox.rewind();
        if let Some(poller) = &mut self.poller {
            poller.rest();
        }
        self.phase = Phase::Up(Up {
            since: turn.now,
            extensions,
            proved,
            heartbeat_at: self.heartbeat_every.map(|every| turn.now + every),
            ping_at: profile.ping_every.map(|every| turn.now + every),
            silent_at: profile.silence_limit.map(|limit| turn.now + limit),
            unanswered_since: None,
        });
    }

    pub(super) fn heartbeat(&mut self, turn: &mut Turn) {
        let every = self.heartbeat_every;
        let Phase::Up(up) = &mut self.phase else {
            return;
        };
        up.heartbeat_at = every.map(|every| turn.now + every);
        up.unanswered_since.get_or_insert(turn.now);
        self.say(&Upstream::Heartbeat, turn);
    }

    pub(super) fn heard(&mut self, turn: &Turn) {
        let limit = self.profile().silence_limit;
        if let Phase::Up(up) = &mut self.phase {
            up.silent_at = limit.map(|limit| turn.now + limit);
        }
    }

    pub(super) fn closed(&mut self, reason: &CloseReason, turn: &mut Turn) {
        let proved = match &self.phase {
            Phase::Opening { .. } | Phase::Greeting { .. } => false,
            Phase::Up(up) => up.proved,
            Phase::Down { .. } | Phase::Refused { .. } | Phase::Unused | Phase::Stopped => return,
        };
        let trouble = Trouble::from_close(reason, proved, self.hub_said.as_deref());
        self.down(&trouble, turn);
    }

    /// Drops the socket from this side.
    fn abandon(&mut self, trouble: &Trouble, turn: &mut Turn) {
        turn.actions
            .push(Action::Close(Close::new(Close::GOING_AWAY, &trouble.said)));
        self.down(trouble, turn);
    }

    pub(super) fn socket_due(&mut self, turn: &mut Turn) {
        let now = turn.now;
        match &mut self.phase {
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
            Phase::Up(_) => self.up_due(turn),
            Phase::Down { .. }
            | Phase::Refused { .. }
            | Phase::Opening { .. }
            | Phase::Greeting { .. }
            | Phase::Unused
            | Phase::Stopped => {}
        }
    }

    fn up_due(&mut self, turn: &mut Turn) {
        let profile = self.profile();
        let deaf_at = self.deaf_at();
        let Phase::Up(up) = &mut self.phase else {
            return;
        };
        let due = |at: Option<Duration>| at.is_some_and(|at| turn.now >= at);
        if due(up.silent_at) || due(deaf_at) {
            let trouble = Trouble::passing("nothing was heard from the hub any more");
            return self.abandon(&trouble, turn);
        }
        if due(up.ping_at) {
            up.ping_at = profile.ping_every.map(|every| turn.now + every);
            turn.actions.push(Action::Ping);
        }
        if due(up.heartbeat_at) {
            self.heartbeat(turn);
        }
    }

    /// When a heartbeat must have been answered, on wires where that is to be expected.
    fn deaf_at(&self) -> Option<Duration> {
        let (
            Phase::Up(up),
            Heartbeat::Device {
                answered_within, ..
            },
        ) = (&self.phase, self.profile().heartbeat)
        else {
            return None;
        };
        Some(up.unanswered_since? + answered_within?)
    }

    pub(super) fn socket_moment(&self) -> Option<Duration> {
        match &self.phase {
            Phase::Down { until } | Phase::Refused { until } => Some(*until),
            Phase::Opening { give_up_at } | Phase::Greeting { give_up_at } => Some(*give_up_at),
            Phase::Up(up) => [up.silent_at, up.heartbeat_at, up.ping_at, self.deaf_at()]
                .into_iter()
                .flatten()
                .min(),
            Phase::Unused | Phase::Stopped => None,
        }
    }
}

/// Whether a person would notice the difference: whatever is told is drawn anew in every window.
fn is_news(told: Duration, took: Duration) -> bool {
    const NOISE: Duration = Duration::from_millis(5);
    told.abs_diff(took) > NOISE.max(told / 4)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::is_news;

    #[test]
    fn only_what_somebody_would_notice_is_news() {
        for (told, took, news) in [
            (0, 5, false),
            (0, 6, true),
            (6, 0, true),
            (100, 125, false),
            (100, 126, true),
            (126, 100, false),
            (100, 70, true),
        ] {
            let (one, other) = (Duration::from_millis(told), Duration::from_millis(took));
            assert_eq!(is_news(one, other), news, "{told} and {took} ms");
        }
    }
}
