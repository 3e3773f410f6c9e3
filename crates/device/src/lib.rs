//! The life of a command on this device: journal, gate, desk, run, outcome, record.
//!
//! One loop owns all state and changes it, event by event ([`engine`]); what takes time (a run, a
//! notification, a socket) happens in tasks that report back as events. No window, no HTTP.

mod connection;
mod desk;
mod device;
mod engine;
mod entry;
mod error;
mod event;
mod pause;
mod rate;
mod request;
mod run;

pub use connection::{Connection, ConnectionConfig};
pub use device::{Device, Parts, Settings, StepHook};
pub use entry::{Approval, Asked, Entry, Settled, What};
pub use error::{AnswerError, ExplainError, StartError};
pub use event::{Look, Supposed, Update};
pub use pause::set_paused;
pub use request::{Answer, Asker, Plan, Request, Running};

#[cfg(test)]
mod tests;
