//! The words every other crate speaks: who asks, for what, and how it ended.
//!
//! No behaviour beyond validation, no I/O, no clock: time always comes in as a parameter.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod action;
mod capability;
mod command;
mod connection;
mod hub;
mod id;
mod maturity;
mod needs_shell;
mod outcome;
mod program;
mod report;
mod state;
mod text;

pub use action::{
    Action, Execute, InvalidAction, Locate, Notify, Precision, RecordingFormat, Resolution,
    RunAgent, Screenshot, Snap, StartRecording, StopRecording,
};
pub use capability::Capability;
pub use command::{Agent, Command};
pub use connection::{ConnectionPhase, ConnectionState, DeviceInfo, Remedy};
pub use hub::{CardKind, HubCard, HubNews, HubSwitch, Reading, ReadingValue};
pub use id::{AgentId, ArtifactId, CommandId, ConnectionId, DeviceId, InvalidId, SessionId};
pub use jiff::{SignedDuration, Timestamp};
pub use maturity::{Confidence, InvalidConfidence, Maturity, UnknownMaturity};
pub use needs_shell::NeedsShell;
pub use outcome::{
    Content, Data, Executed, FailureCode, Located, Notified, Outcome, Pictured, Recorded, Recording,
};
pub use program::{Join, Pipeline, Program, Step};
pub use report::{Event, Health, Report};
pub use serde_json::{Map, Value};
pub use state::CommandState;
pub use text::{in_full, visible};

#[cfg(test)]
mod tests;
