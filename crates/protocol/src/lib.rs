//! The words every other crate speaks: who asks, for what, and how it ended.
//!
//! No behaviour beyond validation, no I/O, no clock: time always comes in as a parameter.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod capability;
mod command;
mod connection;
mod id;
mod maturity;
mod outcome;
mod program;
mod state;
mod text;

pub use capability::Capability;
pub use command::{Action, Agent, Command, Execute, InvalidAction, Notify};
pub use connection::{ConnectionPhase, ConnectionState, DeviceInfo};
pub use id::{AgentId, CommandId, ConnectionId, DeviceId, InvalidId};
pub use jiff::{SignedDuration, Timestamp};
pub use maturity::{Maturity, UnknownMaturity};
pub use outcome::{Data, Executed, FailureCode, Notified, Outcome};
pub use program::{Join, Pipeline, Program, Step};
pub use state::CommandState;
pub use text::{in_full, visible};

#[cfg(test)]
mod tests;
