//! The hub's half: expect a hello, answer it, keep an eye on the device, pass commands down.
//!
//! Whether a device is welcome is not decided here: its hello is delivered, and the hub admits it
//! or refuses it.

use std::time::Duration;

use chaperone_protocol::{DeviceId, Timestamp};

use super::Close;
use crate::{
    Context, DecodeError, Decoded, Dialect, Downstream, EncodeError, Extension, Extensions,
    RemoteCommand, Upstream,
};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HubInput {
    /// The socket was accepted: the time for the hello runs.
    Opened,
    /// A text frame came.
    Text(String),
    /// Something else came: a ping, a pong, a binary frame.
    Heard,
    /// The moment of the last [`HubAction::SetTimer`] has come. Too early or too often does no harm.
    Timer,
    /// The device of the delivered hello is welcome.
    Admit,
    /// It is not, for this reason.
    Refuse {
        /// Why, for the close frame.
        reason: String,
    },
    /// Something to say.
    Send(Downstream),
    /// Close the socket.
    Close(Close),
}

/// What is to be done.
#[derive(Debug)]
pub enum HubAction {
    /// Write a text frame.
    SendText(String),
    /// Hand something to the hub. A hello must be answered with [`HubInput::Admit`] or
    /// [`HubInput::Refuse`]; a result with [`Downstream::ResultAck`] once it is kept.
    Deliver(Upstream),
    /// Report [`HubInput::Timer`] at that moment; replaces the one before.
    SetTimer(Duration),
    /// Close the socket; the session is over.
    Close(Close),
    /// What was to be sent cannot be said on this wire.
    Unsendable {
        /// What it was.
        message: Downstream,
        /// Why not.
        error: EncodeError,
    },
    /// A frame made no sense. The device has been told.
    Malformed(DecodeError),
    /// A frame of a kind we do not know was passed over.
    Ignored {
        /// The kind.
        kind: String,
    },
}

#[derive(Debug)]
enum Phase {
    /// Waiting for the hello.
    Expecting { until: Duration },
    /// The hello is with the hub, which has yet to say yes.
    Deciding { offered: Extensions },
    /// Registered.
    Up { extensions: Extensions },
    /// Over.
    Closed,
}

/// One device's connection to this hub.
pub struct HubSession {
    dialect: &'static dyn Dialect,
    phase: Phase,
    device: Option<DeviceId>,
    heartbeat_at: Duration,
    probe_at: Duration,
}

struct Turn {
    now: Duration,
    wall: Timestamp,
    actions: Vec<HubAction>,
}

impl HubSession {
    /// A session that begins with [`HubInput::Opened`].
    pub fn new(dialect: &'static dyn Dialect) -> Self {
        Self {
            dialect,
            phase: Phase::Expecting {
                until: Duration::MAX,
            },
            device: None,
            heartbeat_at: Duration::ZERO,
            probe_at: Duration::MAX,
        }
    }

    /// Takes what happened at `now`, a moment on any steady clock, and returns what to do, in order.
    pub fn handle(&mut self, input: HubInput, now: Duration, wall: Timestamp) -> Vec<HubAction> {
        let mut turn = Turn {
            now,
            wall,
            actions: Vec::new(),
        };
        if matches!(self.phase, Phase::Closed) {
            return turn.actions;
        }
        match input {
            HubInput::Opened => {
                self.phase = Phase::Expecting {
                    until: now + self.dialect.profile().register_within,
                };
            }
            HubInput::Text(text) => self.text(&text, &mut turn),
            HubInput::Heard => self.heard(&turn),
            HubInput::Timer => {}
            HubInput::Admit => self.admit(&mut turn),
            HubInput::Refuse { reason } => {
                self.close(Close::new(Close::POLICY, &reason), &mut turn);
            }
            HubInput::Send(message) => self.send(message, &mut turn),
            HubInput::Close(close) => self.close(close, &mut turn),
        }
        self.due(&mut turn);
        turn.actions
    }

    /// The extensions both sides agreed on; none before the device is admitted.
    pub fn extensions(&self) -> Extensions {
        match self.phase {
            Phase::Up { extensions } => extensions,
            Phase::Expecting { .. } | Phase::Deciding { .. } | Phase::Closed => Extensions::NONE,
        }
    }

    fn text(&mut self, text: &str, turn: &mut Turn) {
        self.heard(turn);
        let cx = turn.context();
        match self.dialect.decode_up(text, cx) {
            Ok(Decoded::Message(Upstream::Register(device, offered))) => {
                if self
                    .device
                    .as_ref()
                    .is_some_and(|known| *known != device.id)
                {
                    let close = Close::new(Close::PROTOCOL, "a connection belongs to one device");
                    return self.close(close, turn);
                }
                self.device = Some(device.id.clone());
                self.phase = Phase::Deciding { offered };
                turn.deliver(Upstream::Register(device, offered));
            }
            Err(error @ DecodeError::TooLarge { .. }) => {
                self.close(Close::new(Close::TOO_LARGE, &error.to_string()), turn);
                turn.actions.push(HubAction::Malformed(error));
            }
            Err(
                error @ DecodeError::Malformed {
                    kind: "register", ..
                },
            ) if self.device.is_none() => {
                self.close(Close::new(Close::PROTOCOL, &error.to_string()), turn);
                turn.actions.push(HubAction::Malformed(error));
            }
            _ if self.device.is_none() => {
                let close = Close::new(Close::PROTOCOL, "Expected register message");
                self.close(close, turn);
            }
            Ok(Decoded::Message(Upstream::Heartbeat)) => {
                self.heartbeat_at = turn.now;
                self.say(Downstream::HeartbeatAck, turn);
                turn.deliver(Upstream::Heartbeat);
            }
            Ok(Decoded::Message(message)) => turn.deliver(message),
            Ok(Decoded::Ignored { kind }) => turn.actions.push(HubAction::Ignored { kind }),
            Err(error) => {
                let complaint = Downstream::Error {
                    message: error.to_string(),
                };
                self.say(complaint, turn);
                turn.actions.push(HubAction::Malformed(error));
            }
        }
    }

    fn admit(&mut self, turn: &mut Turn) {
        let Phase::Deciding { offered } = self.phase else {
            return;
        };
        let profile = self.dialect.profile();
        let extensions = offered.common(profile.extensions);
        self.phase = Phase::Up { extensions };
        self.heartbeat_at = turn.now;
        self.heard(turn);
        let connected = Downstream::Connected {
            device: self.device.clone(),
            heartbeat_every: Some(profile.heartbeat_every),
        };
        self.say(connected, turn);
        let registered = Downstream::Registered {
            device: self.device.clone(),
            extensions,
        };
        self.say(registered, turn);
    }

    /// Says it, less whatever the device has not agreed to hear.
    fn send(&mut self, message: Downstream, turn: &mut Turn) {
        let agreed = self.extensions();
        match message {
            Downstream::Command(command) => {
                let RemoteCommand {
                    id,
                    agent,
                    deadline_at,
                    action,
                } = command;
                let command = RemoteCommand {
                    id,
                    agent: agent.filter(|_| agreed.has(Extension::Agent)),
                    deadline_at: deadline_at.filter(|_| agreed.has(Extension::Deadline)),
                    action,
                };
                self.say(Downstream::Command(command), turn);
            }
            Downstream::Cancel { .. } if !agreed.has(Extension::Cancel) => {}
            Downstream::ResultAck { .. } if !agreed.has(Extension::ResultAck) => {}
            message => self.say(message, turn),
        }
    }

    fn say(&self, message: Downstream, turn: &mut Turn) {
        match self.dialect.encode_down(&message, turn.context()) {
            Ok(text) => turn.actions.push(HubAction::SendText(text)),
            Err(error) => turn.actions.push(HubAction::Unsendable { message, error }),
        }
    }

    fn heard(&mut self, turn: &Turn) {
        self.probe_at = turn.now + self.dialect.profile().probe_after;
    }

    fn close(&mut self, close: Close, turn: &mut Turn) {
        self.phase = Phase::Closed;
        turn.actions.push(HubAction::Close(close));
    }

    /// Does whatever the time has come for.
    fn due(&mut self, turn: &mut Turn) {
        let profile = self.dialect.profile();
        let next = match self.phase {
            Phase::Expecting { until } if turn.now >= until => {
                return self.close(Close::new(Close::POLICY, "Registration timeout"), turn);
            }
            Phase::Expecting { until } => until,
            Phase::Deciding { .. } | Phase::Closed => return,
            Phase::Up { .. } => {
                // Only heartbeats count here: a device that answers commands but says it is there
                // no longer keeps its side of the protocol.
                let drop_at = self.heartbeat_at + profile.drop_after;
                if turn.now >= drop_at {
                    return self.close(Close::new(Close::POLICY, "Heartbeat timeout"), turn);
                }
                if turn.now >= self.probe_at {
                    self.probe_at = turn.now + profile.probe_after;
                    self.say(Downstream::HeartbeatProbe, turn);
                }
                drop_at.min(self.probe_at)
            }
        };
        turn.actions.push(HubAction::SetTimer(next));
    }
}

impl Turn {
    fn context(&self) -> Context {
        Context { now: self.wall }
    }

    fn deliver(&mut self, message: Upstream) {
        self.actions.push(HubAction::Deliver(message));
    }
}
