//! Wire protocols as pure code, both halves, and the sessions that drive them.
//!
//! A dialect is a [`Profile`] (data) and four translations between its frames and one vocabulary.
//! The sessions interpret the profile: hello, heartbeat, silence, back-off, outbox. Nothing here
//! opens a socket, reads a clock or keeps a thread; whoever drives a session moves its bytes.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod atom;
mod dialect;
mod error;
mod extension;
mod message;
mod profile;
mod session;
mod shorten;

pub use dialect::{Context, Decoded, Dialect};
pub use error::{DecodeError, EncodeError};
pub use extension::{Extension, Extensions};
pub use message::{Downstream, RemoteCommand, Unactionable, Upstream};
pub use profile::{Credential, Profile, Retry};
pub use session::{
    Action, Close, CloseReason, ConnectFailure, DeviceSession, HubAction, HubInput, HubSession,
    Input,
};

/// Every dialect there is, in the order people are offered them.
pub static ALL: &[&dyn Dialect] = &[&atom::DIALECT];

/// The dialect of that id.
pub fn dialect(id: &str) -> Option<&'static dyn Dialect> {
    ALL.iter()
        .copied()
        .find(|dialect| dialect.profile().id == id)
}
