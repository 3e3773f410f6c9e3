//! Wire protocols as pure code, both halves, and the sessions that drive them.
//!
//! A dialect is a [`Profile`] (data) and four translations between its frames and one vocabulary.
//! The sessions interpret the profile: hello, heartbeat, silence, back-off, outbox. Nothing here
//! opens a socket, reads a clock or keeps a thread; whoever drives a session moves its bytes.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod abilities;
mod adiuva;
mod angela;
mod archety;
mod atom;
mod blueprint;
mod device_key;
mod dialect;
mod error;
mod except;
mod extension;
mod frame_kind;
mod json;
mod message;
mod polling;
mod profile;
mod readings;
mod relay;
mod session;
mod shorten;
mod sign_in;

pub use abilities::name as command_name;
pub use angela::{angela_signature, is_angela_signature};
pub use archety::{BearerError, EdgeRegistered, EdgeRegistration, SignedBearer, is_shared_secret};
pub use blueprint::agent_token;
pub use device_key::{KeyProof, Proving, credential_hash};
pub use dialect::{Context, Decoded, Dialect};
pub use error::{DecodeError, EncodeError};
pub use extension::{Extension, Extensions};
pub use frame_kind::{Fate, FrameKind, Known, Speaker};
pub use message::{Asked, Configuration, Downstream, Registration, RemoteCommand, Upstream};
pub use polling::{Poll, Polled, PolledEvent, Polling};
pub use profile::{
    Credential, GivenUp, Greeting, Heartbeat, Pace, Profile, Refusal, Refusals, Retry, Seat,
};
pub use relay::{Audience, Relay};
pub use session::{
    Action, Budget, Close, CloseReason, ConnectFailure, DeviceSession, HubAction, HubInput,
    HubSession, Input, Preferences, Purpose, Ways,
};
pub use sign_in::{PasswordForm, Refresh, SignInWay};

/// Every dialect there is, in the order people are offered them.
pub static ALL: &[&dyn Dialect] = &[
    &atom::DIALECT,
    &adiuva::DIALECT,
    &angela::DIALECT,
    &archety::DIALECT,
    &blueprint::DIALECT,
];

/// The dialect of that id.
pub fn dialect(id: &str) -> Option<&'static dyn Dialect> {
    ALL.iter()
        .copied()
        .find(|dialect| dialect.profile().id == id)
}
