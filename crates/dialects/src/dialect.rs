//! What every dialect can do.
//!
//! Translation only: timers, retries and who may speak when belong to the sessions.

use chaperone_protocol::Timestamp;

use crate::{DecodeError, Downstream, EncodeError, Profile, Upstream};

/// One wire protocol, both directions, as pure code.
pub trait Dialect: Sync {
    /// Its numbers and names.
    fn profile(&self) -> &'static Profile;

    /// Says a device's message as this wire says it.
    fn encode_up(&self, message: &Upstream, cx: Context) -> Result<String, EncodeError>;

    /// Hears a device's frame.
    fn decode_up(&self, text: &str, cx: Context) -> Result<Decoded<Upstream>, DecodeError>;

    /// Says a hub's message as this wire says it.
    fn encode_down(&self, message: &Downstream, cx: Context) -> Result<String, EncodeError>;

    /// Hears a hub's frame.
    fn decode_down(&self, text: &str, cx: Context) -> Result<Decoded<Downstream>, DecodeError>;
}

/// What a translation may know beyond the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// The wall clock: stamped on what is said, assumed for what came without a time.
    pub now: Timestamp,
}

/// A frame that was understood, or one of a kind we do not know and do not mind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decoded<T> {
    /// A message of the common vocabulary.
    Message(T),
    /// A well-formed frame of a kind this dialect does not know.
    Ignored {
        /// The kind, shortened if absurdly long.
        kind: String,
    },
}
