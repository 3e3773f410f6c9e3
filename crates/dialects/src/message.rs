//! What a device and a hub say to each other, whatever the wire.
//!
//! The vocabulary belongs to what devices can do, not to a dialect: a wire that lacks a word says
//! so when it encodes.

use std::time::Duration;

use chaperone_protocol::{
    Action, Agent, CommandId, CommandState, DeviceId, DeviceInfo, FailureCode, Outcome, Timestamp,
};

use crate::Extensions;

/// What a device says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upstream {
    /// Hello: who it is, and the extensions it offers.
    Register(DeviceInfo, Extensions),
    /// It is still there.
    Heartbeat,
    /// How a command ended.
    Result {
        /// The command.
        id: CommandId,
        /// Its one answer.
        outcome: Outcome,
    },
    /// Where a command stands. Only by extension.
    Progress {
        /// The command.
        id: CommandId,
        /// The step it reached.
        state: CommandState,
    },
    /// Something the hub sent made no sense.
    Error {
        /// What, as a sentence.
        message: String,
    },
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
    /// The device is known and may be commanded.
    Registered {
        /// The device, as the hub took it down.
        device: Option<DeviceId>,
        /// The extensions it takes up.
        extensions: Extensions,
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
    /// The hub has heard nothing for a while and wants a heartbeat now.
    HeartbeatProbe,
    /// Something went wrong at the hub, or something we sent made no sense.
    Error {
        /// What, in the hub's words.
        message: String,
    },
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
    /// What is asked, or why that cannot be acted on. Either way it is answered, exactly once.
    pub action: Result<Action, Unactionable>,
}

/// Why a command cannot be acted on, in the words of its answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unactionable {
    /// No such command, or none that this device can do.
    #[error("Unknown command: {name}")]
    Unknown {
        /// Its name, shortened if absurdly long.
        name: String,
    },
    /// A parameter is missing or makes no sense.
    #[error("{0}")]
    Invalid(String),
}

impl Unactionable {
    /// Why, for programs.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::Unknown { .. } => FailureCode::Unsupported,
            Self::Invalid(_) => FailureCode::Invalid,
        }
    }

    /// The answer it gets.
    pub fn outcome(&self, finished_at: Timestamp) -> Outcome {
        Outcome::failure(self.code(), self.to_string(), finished_at)
    }
}
