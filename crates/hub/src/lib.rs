//! The backend: device doors, REST, accounts, agents.
//!
//! One process, on loopback unless it is told where others find it, with one set of books. It decides which agent may ask at all, takes each
//! command down before it goes out, and keeps the answer whenever it comes. It never decides what
//! may happen on a device: that is the device's and its owner's. `README.md` beside the manifest
//! lists paths, codes and limits.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod app;
mod artifacts;
mod asker;
mod audience;
mod call;
mod depth;
mod device_key;
mod door;
mod entrance;
mod error;
mod events;
mod folder;
mod governance;
mod hub;
mod line;
mod mcp;
mod meter;
mod own_agents;
mod paces;
mod people;
mod queue;
mod reach;
mod rest;
mod runs;
mod runtime;
mod sealed;
mod secrets;
mod store;
mod switchboard;
mod token;
mod upkeep;
mod webhooks;

pub use entrance::Certificate;
pub use error::{CertificateError, Error};
pub use hub::{Hub, HubConfig, Registration};
pub use own_agents::{MadeKey, OwnAgent, OwnAgents, OwnKey};
pub use reach::{Entrance, Limits, NotAnOrigin, Origin, Reach, TlsFiles, WebhookReach};
pub use runtime::runtime;
pub use secrets::{Secrets, SecretsError, Starter, agent_key_name};
pub use store::{Place, Verified};
pub use upkeep::Upkeep;

#[cfg(test)]
mod tests;
