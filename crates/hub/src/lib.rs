//! The backend: device doors, REST, accounts, agents.
//!
//! One process on loopback with one database file. It decides which agent may ask at all, takes each
//! command down before it goes out, and keeps the answer whenever it comes. It never decides what
//! may happen on a device: that is the device's and its owner's. `README.md` beside the manifest
//! lists paths, codes and limits.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod app;
mod asker;
mod audience;
mod call;
mod door;
mod error;
mod folder;
mod governance;
mod hub;
mod line;
mod paces;
mod people;
mod queue;
mod rest;
mod runs;
mod secrets;
mod serve;
mod store;
mod switchboard;
mod token;

pub use error::Error;
pub use hub::{Hub, HubConfig, Registration};
pub use secrets::{Secrets, SecretsError, Starter, agent_key_name};
pub use store::Place;

#[cfg(test)]
mod tests;
