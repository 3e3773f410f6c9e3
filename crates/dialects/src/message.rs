//! What a device and a hub say to each other, whatever the wire.
//!
//! The vocabulary belongs to what devices can do, not to a dialect: a wire that lacks a word says
//! so when it encodes.

use std::time::Duration;

use chaperone_protocol::{
    Action, Agent, CommandId, CommandState, DeviceId, DeviceInfo, Event, FailureCode, Map, Outcome,
    Report, Timestamp, Value,
};

use crate::Extensions;

/// What a device says.
#[derive(Debug, Clone, PartialEq)]
pub enum Upstream {
    /// Hello.
    Register(Registration),
    /// The answer to a challenge. Only by extension.
    Proof {
        /// The device key's signature of [`KeyProof::text`](crate::KeyProof::text), in base64url.
        signature: String,
    },
    /// It is still there.
    Heartbeat,
    /// A command arrived and is kept: it will be answered, whatever happens. Only by extension.
    Accepted {
        /// The command.
        id: CommandId,
    },
    /// Where a command stands. Only by extension.
    Progress {
        /// The command.
        id: CommandId,
        /// The step it reached.
        state: CommandState,
    },
    /// Something that a command brought before it ended.
    Part {
        /// The command.
        id: CommandId,
        /// What it brought.
        data: Map<String, Value>,
    },
    /// How a command ended.
    Result {
        /// The command.
        id: CommandId,
        /// Its one answer.
        outcome: Outcome,
    },
    /// News that answer no command.
    Report(Report),
    /// Something the hub sent made no sense.
    Error {
        /// What, as a sentence.
        message: String,
    },
}

/// Who a device is, and what it can do beyond the wire as its inventors wrote it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// The device.
    pub device: DeviceInfo,
    /// The extensions it offers.
    pub extensions: Extensions,
    /// Its Ed25519 public key in base64url, where it offers to prove that it is the same device.
    pub public_key: Option<String>,
}

/// What a hub says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Downstream {
    /// The hello was heard; more follows.
    Connected {
        /// The device, as the hub took it down.
        device: Option<DeviceId>,
        /// How often the hub wants a heartbeat.
        heartbeat_every: Option<Duration>,
    },
    /// Prove that you hold the key you named. Only by extension.
    Challenge {
        /// What to sign.
        nonce: String,
    },
    /// The device is known and may be commanded.
    Registered {
        /// The device, as the hub took it down.
        device: Option<DeviceId>,
        /// The extensions it takes up.
        extensions: Extensions,
        /// The path that takes pictures and recordings. Only by extension.
        uploads: Option<String>,
    },
    /// Something is asked.
    Command(RemoteCommand),
    /// A command is taken back. Only by extension.
    Cancel {
        /// The command.
        id: CommandId,
    },
    /// A result arrived and is kept. Only by extension.
    ResultAck {
        /// The command.
        id: CommandId,
    },
    /// The hub is still there. Needs no answer.
    Heartbeat,
    /// A heartbeat was heard.
    HeartbeatAck,
    /// The hub wants a heartbeat now.
    HeartbeatProbe,
    /// How the hub would like to be spoken to.
    Configure(Configuration),
    /// Something happened at the hub or at another device. Asks nothing.
    Event(Event),
    /// Something went wrong at the hub, or something we sent made no sense.
    Error {
        /// What, in the hub's words.
        message: String,
    },
}

/// A hub's wishes. None of them can loosen anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configuration {
    /// How often to ask for commands while the socket is down.
    pub poll_every: Option<Duration>,
    /// Wishes that have no meaning here, as they came.
    pub more: Map<String, Value>,
}

/// A command as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteCommand {
    /// The hub's id; the answer must carry it.
    pub id: CommandId,
    /// Who asks, where the hub says so. A claim.
    pub agent: Option<Agent>,
    /// Until when somebody waits, by this device's clock, where the hub says so.
    pub deadline_at: Option<Timestamp>,
    /// What is asked.
    pub asked: Asked,
}

/// What a command asks for. Whatever it is, it is answered, exactly once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// One of the things that devices here can do.
    Ability(Action),
    /// A command of the hub's own world, which no device here carries out. A hub of ours passes it
    /// on to devices that do.
    Foreign {
        /// Its name, shortened if absurdly long.
        name: String,
        /// Its parameters, as they came.
        parameters: Map<String, Value>,
    },
    /// A wish that came as a command: it is granted as any other, and answered.
    Wish(Configuration),
    /// A parameter is missing or makes no sense.
    Senseless {
        /// Which, as a sentence.
        problem: String,
    },
}

impl Asked {
    /// The answer to what no device here could act on.
    pub fn refusal(&self, finished_at: Timestamp) -> Option<Outcome> {
        match self {
            Self::Ability(_) | Self::Wish(_) => None,
            Self::Foreign { name, .. } => {
                let message = format!("Unknown command: {name}");
                let code = FailureCode::Unsupported;
                Some(Outcome::failure(code, message, finished_at))
            }
            Self::Senseless { problem } => {
                Some(Outcome::failure(FailureCode::Invalid, problem, finished_at))
            }
        }
    }
}
