//! What the device says: at once, or kept until it was said.

use std::time::Duration;

use chaperone_protocol::{CommandId, FailureCode, Outcome, Report};

use super::{
    super::{Action, Purpose, outbox::Letter},
    DeviceSession, Phase, Turn,
};
use crate::{Extension, Upstream};

impl DeviceSession {
    pub(super) fn send(&mut self, message: Upstream, turn: &mut Turn) {
        match message {
            Upstream::Result { id, outcome } => self.outbox.put(id, outcome),
            Upstream::Report(Report::Event(event)) if self.poller.is_some() => {
                self.outbox.put_event(event);
            }
            Upstream::Part { .. } | Upstream::Report(_) => self.outbox.put_news(message),
            Upstream::Accepted { .. } => {
                if self.agreed(Extension::Accepted) {
                    self.say(&message, turn);
                }
            }
            Upstream::Progress { .. } => {
                if self.agreed(Extension::Progress) {
                    self.say(&message, turn);
                }
            }
            Upstream::Proof { .. } => {
                if matches!(self.phase, Phase::Greeting { .. }) {
                    self.say(&message, turn);
                }
            }
            Upstream::Heartbeat => self.heartbeat(turn),
            // The session says hello itself.
            Upstream::Register(_) => {}
            Upstream::Error { .. } => {
                if matches!(self.phase, Phase::Up(_)) {
                    self.say(&message, turn);
                }
            }
        }
    }

    /// Says it, unless that would have to wait.
    pub(super) fn send_now(&mut self, message: &Upstream, turn: &mut Turn) {
        let is_up = matches!(self.phase, Phase::Up(_));
        if is_up && self.budget.blocked_until(turn.now).is_none() {
            self.say(message, turn);
        }
    }

    pub(super) fn say(&mut self, message: &Upstream, turn: &mut Turn) {
        // What this wire cannot say is not said; only results must arrive, and they go their own way.
        if let Ok(text) = self.dialect.encode_up(message, self.context(turn)) {
            self.budget.spend(turn.now);
            turn.actions.push(Action::SendText(text));
        }
    }

    pub(super) fn written(&mut self, id: &CommandId, turn: &mut Turn) {
        if self.agreed(Extension::ResultAck) {
            self.outbox.written(id);
        } else {
            self.delivered(id.clone(), turn);
        }
    }

    pub(super) fn delivered(&mut self, id: CommandId, turn: &mut Turn) {
        if self.outbox.remove(&id) {
            turn.actions.push(Action::Delivered(id));
        }
    }

    /// Sends what waits, as far as there is a way and the pace allows; results one at a time.
    pub(super) fn pump(&mut self, turn: &mut Turn) {
        while self.way().is_some() && self.budget.blocked_until(turn.now).is_none() {
            let Some(letter) = self.outbox.next() else {
                return;
            };
            match letter {
                Letter::Outcome { id, outcome } => return self.pump_result(&id, &outcome, turn),
                Letter::News(news) => self.say(&news, turn),
                Letter::Event(_) => {}
            }
        }
    }

    fn pump_result(&mut self, id: &CommandId, outcome: &Outcome, turn: &mut Turn) {
        let text = self.worded(id, outcome, turn).or_else(|error| {
            // An outcome without words on this wire is still an answer: that it has no words.
            let finished_at = outcome.finished_at();
            let failure = Outcome::failure(FailureCode::Failed, error.to_string(), finished_at);
            self.worded(id, &failure, turn)
        });
        let id = id.clone();
        match (text, self.way()) {
            (Ok(text), Some(Way::Socket)) => {
                self.budget.spend(turn.now);
                turn.actions.push(Action::SendResult { id, text });
            }
            (Ok(body), Some(Way::Request { path })) => {
                self.budget.spend(turn.now);
                turn.actions.push(Action::Request {
                    purpose: Purpose::Result(id),
                    path,
                    body,
                });
            }
            (Ok(_), None) => {}
            (Err(_), _) => self.delivered(id, turn),
        }
    }

    fn worded(
        &self,
        id: &CommandId,
        outcome: &Outcome,
        turn: &Turn,
    ) -> Result<String, crate::EncodeError> {
        let result = Upstream::Result {
            id: id.clone(),
            outcome: outcome.clone(),
        };
        let cx = self.context(turn);
        match (self.way(), self.dialect.polling()) {
            (Some(Way::Request { .. }), Some(wire)) => wire.result(&result, cx),
            _ => self.dialect.encode_up(&result, cx),
        }
    }

    /// How something can be said now, if at all.
    fn way(&self) -> Option<Way> {
        if matches!(self.phase, Phase::Up(_)) {
            return Some(Way::Socket);
        }
        let poller = self.poller.as_ref().filter(|poller| poller.works())?;
        Some(Way::Request {
            path: poller.result_path(),
        })
    }

    /// When the pace allows more, if something waits for that.
    pub(super) fn pump_moment(&self, turn: &Turn) -> Option<Duration> {
        if self.way().is_none() || !self.outbox.has_next() {
            return None;
        }
        self.budget.blocked_until(turn.now)
    }
}

enum Way {
    Socket,
    Request { path: &'static str },
}
