//! The hub's half: expect a hello, answer it, keep an eye on the device, pass commands down.
//!
//! Whether a device is welcome is not decided here: its hello is delivered, and the hub admits it
//! or refuses it.

use std::time::Duration;

use chaperone_protocol::{DeviceId, DeviceInfo, Map, Timestamp};

use super::Close;
use crate::{
    Asked, Context, DecodeError, Decoded, Dialect, Downstream, EncodeError, Extension, Extensions,
    GivenUp, Greeting, Heartbeat, Refusal, Registration, RemoteCommand, Upstream,
};

/// How long a device may take to prove its key.
const PROVED_WITHIN: Duration = Duration::from_secs(10);

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HubInput {
    /// The socket was accepted: the time for the hello runs. On wires without one, the device that
    /// the request named says hello by that.
    Opened,
    /// A text frame came.
    Text(String),
    /// Something else came: a ping, a pong, a binary frame.
    Heard,
    /// The moment of the last [`HubAction::SetTimer`] has come. Too early or too often does no harm.
    Timer,
    /// The device of the delivered hello has yet to prove its key: this goes to it, and its
    /// [`Upstream::Proof`] is the next thing delivered.
    Challenge {
        /// What to sign; used once.
        nonce: String,
    },
    /// The device of the delivered hello, or proof, is welcome.
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
    /// Write a WebSocket ping.
    Ping,
    /// Hand something to the hub. A hello must be answered with [`HubInput::Admit`],
    /// [`HubInput::Challenge`] or [`HubInput::Refuse`]; a result with [`Downstream::ResultAck`] once it is kept.
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
    Expecting { until: Option<Duration> },
    /// The hello is with the hub, which has yet to say yes.
    Deciding { offered: Extensions },
    /// The device is to prove its key until the given moment, and nothing else is taken from it.
    Proving {
        offered: Extensions,
        until: Duration,
    },
    /// Its proof is with the hub.
    Proved { offered: Extensions },
    /// Registered.
    Up { extensions: Extensions },
    /// Over.
    Closed,
}

/// One device's connection to this hub.
pub struct HubSession {
    dialect: &'static dyn Dialect,
    phase: Phase,
    /// The device that said hello, or the one that the request for the socket named.
    device: Option<DeviceId>,
    /// Whether it said hello itself.
    introduced: bool,
    /// The extensions that whoever drives this session can make something of.
    offers: Extensions,
    uploads: Option<String>,
    heartbeat_at: Option<Duration>,
    heard_at: Duration,
    probe_at: Option<Duration>,
    ping_at: Option<Duration>,
}

struct Turn {
    now: Duration,
    wall: Timestamp,
    actions: Vec<HubAction>,
}

impl HubSession {
    /// A session for a socket that is about to be accepted.
    pub fn new(dialect: &'static dyn Dialect) -> Self {
        Self {
            dialect,
            phase: Phase::Expecting { until: None },
            device: None,
            introduced: false,
            offers: dialect.profile().extensions,
            uploads: None,
            heartbeat_at: None,
            heard_at: Duration::ZERO,
            probe_at: None,
            ping_at: None,
        }
    }

    /// Names the device that the request for the socket named, or a name made up for it, on wires
    /// where it does not introduce itself.
    #[must_use]
    pub fn of(mut self, device: DeviceId) -> Self {
        self.device = Some(device);
        self
    }

    /// Takes up these extensions only, of those that the wire has.
    #[must_use]
    pub fn offering(mut self, extensions: Extensions) -> Self {
        self.offers = extensions.common(self.dialect.profile().extensions);
        self
    }

    /// Names the path that takes pictures and recordings.
    #[must_use]
    pub fn with_uploads(mut self, path: impl Into<String>) -> Self {
        self.uploads = Some(path.into());
        self
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
            HubInput::Opened => self.opened(&mut turn),
            HubInput::Text(text) => self.text(&text, &mut turn),
            HubInput::Heard => self.heard_at = now,
            HubInput::Timer => {}
            HubInput::Challenge { nonce } => self.challenge(nonce, &mut turn),
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

    /// The device, once it has said itself who it is.
    pub fn introduced(&self) -> Option<&DeviceId> {
        self.device.as_ref().filter(|_| self.introduced)
    }

    /// The extensions both sides agreed on; none before the device is admitted.
    pub fn extensions(&self) -> Extensions {
        match self.phase {
            Phase::Up { extensions } => extensions,
            Phase::Expecting { .. }
            | Phase::Deciding { .. }
            | Phase::Proving { .. }
            | Phase::Proved { .. }
            | Phase::Closed => Extensions::NONE,
        }
    }

    fn context(&self, turn: &Turn) -> Context<'_> {
        Context::at(turn.wall).of(self.device.as_ref())
    }

    fn opened(&mut self, turn: &mut Turn) {
        self.heard_at = turn.now;
        let within = match self.dialect.profile().greeting {
            Greeting::Announced {
                within: Some(within),
                ..
            }
            | Greeting::Confirmed { within, .. } => within,
            Greeting::Nothing | Greeting::Announced { within: None, .. } => {
                return self.introduce(turn);
            }
        };
        self.phase = Phase::Expecting {
            until: Some(turn.now + within),
        };
    }

    /// Says hello in the device's place.
    fn introduce(&mut self, turn: &mut Turn) {
        let Some(id) = self.device.clone() else {
            let close = Close::new(Close::POLICY, "the request for the socket names no device");
            return self.close(close, turn);
        };
        let name = id.to_string();
        let registration = Registration {
            device: DeviceInfo {
                id,
                name,
                kind: String::new(),
                platform: String::new(),
                platform_version: String::new(),
                architecture: String::new(),
                capabilities: Vec::new(),
                more: Map::new(),
            },
            extensions: Extensions::NONE,
            public_key: None,
        };
        self.phase = Phase::Deciding {
            offered: Extensions::NONE,
        };
        turn.deliver(Upstream::Register(registration));
    }

    fn text(&mut self, text: &str, turn: &mut Turn) {
        self.heard(turn);
        match self.dialect.decode_up(text, self.context(turn)) {
            Ok(Decoded::Message(Upstream::Register(registration)))
                if !matches!(self.phase, Phase::Proving { .. }) =>
            {
                self.register(registration, turn);
            }
            Err(error @ DecodeError::TooLarge { .. }) => {
                self.close(Close::new(Close::TOO_LARGE, &error.to_string()), turn);
                turn.actions.push(HubAction::Malformed(error));
            }
            heard if matches!(self.phase, Phase::Expecting { .. }) => self.refuse(heard, turn),
            heard if matches!(self.phase, Phase::Proving { .. }) => self.proof(heard, turn),
            Ok(Decoded::Message(Upstream::Heartbeat)) => {
                self.heartbeat_at = Some(turn.now);
                if let Heartbeat::Device { .. } = self.dialect.profile().heartbeat {
                    self.mention(&Downstream::HeartbeatAck, turn);
                }
                turn.deliver(Upstream::Heartbeat);
            }
            Ok(Decoded::Message(message)) => turn.deliver(message),
            Ok(Decoded::Ignored { kind }) => turn.actions.push(HubAction::Ignored { kind }),
            Err(error) => {
                let complaint = Downstream::Error {
                    message: error.to_string(),
                };
                self.mention(&complaint, turn);
                turn.actions.push(HubAction::Malformed(error));
            }
        }
    }

    fn register(&mut self, registration: Registration, turn: &mut Turn) {
        let id = &registration.device.id;
        // Where nobody answers a hello, a second one means nothing.
        if self.introduced
            && let Greeting::Announced { .. } = self.dialect.profile().greeting
        {
            let kind = "another hello".to_owned();
            return turn.actions.push(HubAction::Ignored { kind });
        }
        if self.introduced && self.device.as_ref().is_some_and(|known| known != id) {
            let close = Close::new(Close::PROTOCOL, "a connection belongs to one device");
            return self.close(close, turn);
        }
        self.introduced = true;
        self.device = Some(id.clone());
        self.phase = Phase::Deciding {
            offered: registration.extensions,
        };
        turn.deliver(Upstream::Register(registration));
    }

    /// Something came in the place of a hello.
    fn refuse(&mut self, heard: Result<Decoded<Upstream>, DecodeError>, turn: &mut Turn) {
        let (Greeting::Announced { refusals, .. } | Greeting::Confirmed { refusals, .. }) =
            self.dialect.profile().greeting
        else {
            return;
        };
        match heard {
            Err(error @ DecodeError::Malformed { .. }) => {
                self.close(refusals.senseless.close(&error.to_string()), turn);
                turn.actions.push(HubAction::Malformed(error));
            }
            Err(error) => {
                self.close(refusals.other.close(&error.to_string()), turn);
                turn.actions.push(HubAction::Malformed(error));
            }
            Ok(_) => self.close(refusals.other.close("a hello was expected"), turn),
        }
    }

    fn challenge(&mut self, nonce: String, turn: &mut Turn) {
        let Phase::Deciding { offered } = self.phase else {
            return;
        };
        self.phase = Phase::Proving {
            offered,
            until: turn.now + PROVED_WITHIN,
        };
        let challenge = Downstream::Challenge { nonce };
        match self.dialect.encode_down(&challenge, self.context(turn)) {
            Ok(text) => turn.actions.push(HubAction::SendText(text)),
            // Without words for it nobody could ever prove anything.
            Err(error) => self.close(Close::new(Close::UNPROVEN, &error.to_string()), turn),
        }
    }

    /// What comes while a proof is due: that, or the end.
    fn proof(&mut self, heard: Result<Decoded<Upstream>, DecodeError>, turn: &mut Turn) {
        let Phase::Proving { offered, .. } = self.phase else {
            return;
        };
        match heard {
            Ok(Decoded::Message(proof @ Upstream::Proof { .. })) => {
                self.phase = Phase::Proved { offered };
                turn.deliver(proof);
            }
            // News of how it is may cross the challenge.
            Ok(Decoded::Message(Upstream::Heartbeat)) => {
                self.mention(&Downstream::HeartbeatAck, turn);
            }
            Ok(Decoded::Ignored { kind }) => turn.actions.push(HubAction::Ignored { kind }),
            Ok(Decoded::Message(_)) => {
                let close = Close::new(Close::PROTOCOL, "a proof was expected");
                self.close(close, turn);
            }
            Err(error) => {
                self.close(Close::new(Close::PROTOCOL, "a proof was expected"), turn);
                turn.actions.push(HubAction::Malformed(error));
            }
        }
    }

    fn admit(&mut self, turn: &mut Turn) {
        let (Phase::Deciding { offered } | Phase::Proved { offered }) = self.phase else {
            return;
        };
        let profile = self.dialect.profile();
        let extensions = offered.common(self.offers);
        self.phase = Phase::Up { extensions };
        self.heard(turn);
        self.ping_at = profile.ping_every.map(|every| turn.now + every);
        if let GivenUp::WithoutHeartbeat(_) = profile.given_up {
            self.heartbeat_at = Some(turn.now);
        }
        if let Heartbeat::Hub { every } = profile.heartbeat {
            self.probe_at = Some(turn.now + every);
        }
        if let Greeting::Confirmed { .. } = profile.greeting {
            let connected = Downstream::Connected {
                device: self.device.clone(),
                heartbeat_every: profile.heartbeat_every(),
            };
            self.mention(&connected, turn);
            let registered = Downstream::Registered {
                device: self.device.clone(),
                extensions,
                uploads: self
                    .uploads
                    .clone()
                    .filter(|_| extensions.has(Extension::Upload)),
            };
            self.mention(&registered, turn);
        }
    }

    /// Says it, less whatever the device has not agreed to hear.
    fn send(&mut self, message: Downstream, turn: &mut Turn) {
        let agreed = self.extensions();
        let message = match message {
            Downstream::Command(command) => {
                let RemoteCommand {
                    id,
                    agent,
                    deadline_at,
                    asked,
                } = command;
                Downstream::Command(RemoteCommand {
                    id,
                    agent: agent.filter(|_| agreed.has(Extension::Agent)),
                    deadline_at: deadline_at.filter(|_| agreed.has(Extension::Deadline)),
                    asked,
                })
            }
            Downstream::Cancel { .. } if !agreed.has(Extension::Cancel) => return,
            Downstream::ResultAck { .. } if !agreed.has(Extension::ResultAck) => return,
            message => message,
        };
        if let Downstream::Command(RemoteCommand {
            asked: Asked::Ability(chaperone_protocol::Action::Screenshot(_)),
            ..
        }) = &message
            && self.dialect.profile().extensions.has(Extension::Screenshot)
            && !agreed.has(Extension::Screenshot)
        {
            let error = EncodeError::Unsupported {
                what: "a picture of the screen",
            };
            turn.actions.push(HubAction::Unsendable { message, error });
            return;
        }
        match self.dialect.encode_down(&message, self.context(turn)) {
            Ok(text) => turn.actions.push(HubAction::SendText(text)),
            Err(error) => turn.actions.push(HubAction::Unsendable { message, error }),
        }
    }

    /// Says it, where this wire has words for it.
    fn mention(&self, message: &Downstream, turn: &mut Turn) {
        if let Ok(text) = self.dialect.encode_down(message, self.context(turn)) {
            turn.actions.push(HubAction::SendText(text));
        }
    }

    fn heard(&mut self, turn: &Turn) {
        self.heard_at = turn.now;
        if let Heartbeat::Device {
            asked_for_after, ..
        } = self.dialect.profile().heartbeat
        {
            self.probe_at = asked_for_after.map(|after| turn.now + after);
        }
    }

    fn close(&mut self, close: Close, turn: &mut Turn) {
        self.phase = Phase::Closed;
        turn.actions.push(HubAction::Close(close));
    }

    /// Does whatever the time has come for.
    fn due(&mut self, turn: &mut Turn) {
        let profile = self.dialect.profile();
        let now = turn.now;
        let due = |at: Option<Duration>| at.is_some_and(|at| now >= at);
        let moments = match self.phase {
            Phase::Closed | Phase::Deciding { .. } | Phase::Proved { .. } => return,
            Phase::Proving { until, .. } => {
                if now >= until {
                    return self.close(Close::new(Close::POLICY, "Challenge timeout"), turn);
                }
                [Some(until), None, None]
            }
            Phase::Expecting { until } => {
                if due(until)
                    && let Greeting::Announced { refusals, .. }
                    | Greeting::Confirmed { refusals, .. } = profile.greeting
                {
                    return self.close(refusals.late.close("no hello came in time"), turn);
                }
                [until, None, None]
            }
            Phase::Up { .. } => {
                let drop_at = self.drop_at();
                if due(drop_at) {
                    return self.close(Close::new(Close::POLICY, "Heartbeat timeout"), turn);
                }
                if due(self.probe_at) {
                    let again = match profile.heartbeat {
                        Heartbeat::Device {
                            asked_for_after, ..
                        } => asked_for_after,
                        Heartbeat::Hub { every } => Some(every),
                    };
                    self.probe_at = again.map(|after| turn.now + after);
                    self.mention(&Downstream::HeartbeatProbe, turn);
                }
                if due(self.ping_at) {
                    self.ping_at = profile.ping_every.map(|every| turn.now + every);
                    turn.actions.push(HubAction::Ping);
                }
                [drop_at, self.probe_at, self.ping_at]
            }
        };
        if let Some(next) = moments.into_iter().flatten().min() {
            turn.actions.push(HubAction::SetTimer(next));
        }
    }

    /// When the device counts as gone, if nothing changes.
    fn drop_at(&self) -> Option<Duration> {
        let profile = self.dialect.profile();
        match profile.given_up {
            GivenUp::OnSilence => profile.silence_limit.map(|limit| self.heard_at + limit),
            // Only heartbeats count here: a device that answers commands but says it is there no
            // longer keeps its side of the protocol.
            GivenUp::WithoutHeartbeat(limit) => self.heartbeat_at.map(|at| at + limit),
            GivenUp::WithoutFurtherHeartbeat(limit) => match self.heartbeat_at {
                Some(at) => Some(at + limit),
                None => profile.silence_limit.map(|limit| self.heard_at + limit),
            },
        }
    }
}

impl Refusal {
    /// With these words where the wire has none of its own.
    fn close(self, problem: &str) -> Close {
        Close::new(self.code, self.reason.unwrap_or(problem))
    }
}

impl Turn {
    fn deliver(&mut self, message: Upstream) {
        self.actions.push(HubAction::Deliver(message));
    }
}
