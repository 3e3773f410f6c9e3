//! What this device remembers: the journal of commands, the record, settings and secrets.
//!
//! Everything but the secrets lives in one database file with one writer, so that a step of a
//! command and its entry in the record are durable together or not at all. Nothing here decides
//! anything: what a step means, and whether a command may run, is the device's business.

#![deny(missing_docs)]

mod error;
mod journal;
mod lock;
mod number;
mod platform;
mod reader;
mod record;
mod schema;
mod secrets;
mod settings;
mod store;
mod vault;
mod worker;
mod writer;

pub use error::Error;
pub use journal::{Arrival, Ending, JournalEntry, Received, Step};
pub use record::{Broken, Problem, RecordEntry, RecordRow, Verified, verify, verify_file};
pub use secrets::{Secret, SecretStore};
pub use vault::Vault;
