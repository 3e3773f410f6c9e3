//! The two halves of a conversation, without its transport.
//!
//! A session takes what happened and the time, and returns what to do. It never waits, so tests
//! run a day of conversation in a millisecond.

mod backoff;
mod budget;
mod device;
mod exchange;
mod hub;
mod outbox;
mod trouble;

pub use budget::Budget;
pub use device::{DeviceSession, Preferences, Ways};
pub use exchange::{Action, ConnectFailure, Input, Purpose};
pub use hub::{HubAction, HubInput, HubSession};

/// How a socket was closed by the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseReason {
    /// The close code; absent when the socket just broke.
    pub code: Option<u16>,
    /// What the peer, or the operating system, said about it.
    pub reason: String,
}

/// How to close a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    /// The close code.
    pub code: u16,
    /// Why, in at most 123 bytes, which is what a close frame holds.
    pub reason: String,
}

impl Close {
    /// The end of a conversation, in good order.
    pub const NORMAL: u16 = 1000;
    /// This side goes away, or gives the other side up.
    pub const GOING_AWAY: u16 = 1001;
    /// The peer broke the protocol.
    pub const PROTOCOL: u16 = 1002;
    /// The peer sent something that is never understood here.
    pub const UNSUPPORTED: u16 = 1003;
    /// The peer may not do that.
    pub const POLICY: u16 = 1008;
    /// The peer sent a frame beyond the limit.
    pub const TOO_LARGE: u16 = 1009;
    /// The hub restarts and will be back.
    pub const RESTARTING: u16 = 1012;
    /// The hub does not accept the token.
    pub const UNAUTHORIZED: u16 = 4001;
    /// The device did not prove the key that it was paired with.
    pub const UNPROVEN: u16 = 4003;
    /// A newer connection of the same device took over.
    pub const REPLACED: u16 = 4009;

    const MAX_REASON_BYTES: usize = 123;

    /// Cuts the reason to what a close frame holds.
    pub fn new(code: u16, reason: &str) -> Self {
        let end = reason.floor_char_boundary(Self::MAX_REASON_BYTES);
        Self {
            code,
            reason: reason.get(..end).unwrap_or_default().to_owned(),
        }
    }
}
