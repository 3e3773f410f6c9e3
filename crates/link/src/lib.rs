//! Keeps one device connected to one hub, and gets its token.
//!
//! Moves bytes between a WebSocket, or requests, and a [`chaperone_dialects::DeviceSession`], which
//! does all the thinking: this crate owns the socket, the clock and the task. It knows no frame,
//! judges no command, and keeps nothing at rest.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod address;
mod device_key;
mod dial;
mod driver;
mod error;
mod http;
mod link;
mod mailbox;
mod pin;
mod requests;
mod secret;
mod settings;
mod sign_in;
mod socket;
mod token;
mod world;

pub use address::Address;
pub use device_key::{DeviceKey, Signer};
pub use dial::{Proxies, Unreachable, shown_certificate};
pub use error::Error;
pub use link::{Link, LinkConfig, LinkEvent};
pub use pin::Pin;
pub use secret::Secret;
pub use settings::{Bounds, LinkSettings, Within};
pub use sign_in::{Applicant, Failure, Given, Need, SignIn, SignedIn, Step, Way};
pub use token::{
    BoxFuture, Outlook, Renewal, StoreError, Token, TokenError, TokenSource, TokenStore,
};
pub use world::{World, this_computer};
