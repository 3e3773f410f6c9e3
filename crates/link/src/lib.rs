//! Keeps one device connected to one hub.
//!
//! Moves bytes between a WebSocket and a [`chaperone_dialects::DeviceSession`], which does all the
//! thinking: this crate owns the socket, the clock and the task. It knows no frame and judges no
//! command.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod address;
mod driver;
mod error;
mod link;
mod mailbox;
mod secret;
mod transport;

pub use address::Address;
pub use error::Error;
pub use link::{Link, LinkConfig, LinkEvent};
pub use secret::Secret;
