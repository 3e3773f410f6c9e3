//! What every dialect can do.
//!
//! Translation only: timers, retries and who may speak when belong to the sessions.

use chaperone_protocol::{DeviceId, Event, Health, HubNews, HubSwitch, Report, Timestamp};

use crate::{
    DecodeError, Downstream, EncodeError, FrameKind, Polling, Profile, Relay, SignInWay, Upstream,
};

/// One wire protocol, both directions, as pure code.
pub trait Dialect: Sync {
    /// Its numbers and names.
    fn profile(&self) -> &'static Profile;

    /// Every kind of frame that is known of this wire, also those that are passed over.
    fn frames(&self) -> &'static [FrameKind];

    /// Says a device's message as this wire says it.
    fn encode_up(&self, message: &Upstream, cx: Context<'_>) -> Result<String, EncodeError>;

    /// Hears a device's frame.
    fn decode_up(&self, text: &str, cx: Context<'_>) -> Result<Decoded<Upstream>, DecodeError>;

    /// Says a hub's message as this wire says it.
    fn encode_down(&self, message: &Downstream, cx: Context<'_>) -> Result<String, EncodeError>;

    /// Hears a hub's frame.
    fn decode_down(&self, text: &str, cx: Context<'_>) -> Result<Decoded<Downstream>, DecodeError>;

    /// Declares what is left of a device's message on this wire; nothing, where it has no words.
    fn heard_up(&self, message: Upstream) -> Option<Upstream>;

    /// Declares what is left of a hub's message on this wire; nothing, where it has no words.
    fn heard_down(&self, message: Downstream) -> Option<Downstream>;

    /// What a hub of this kind tells its devices when one of them has said something.
    fn relays(&self, _heard: &Upstream, _cx: Context<'_>) -> Vec<Relay> {
        Vec::new()
    }

    /// What every hub of this kind has to be switched on and off, by its own names.
    fn switches(&self) -> &'static [&'static str] {
        &[]
    }

    /// What a hub's event tells about the hub, for the person of a device to look at.
    fn tells(&self, _heard: &Event) -> Option<HubNews> {
        None
    }

    /// How a device wishes something of its hub on or off, where the wire has that. What comes of it
    /// is heard as [`tells`](Self::tells).
    fn switches_by(&self, _wish: &HubSwitch) -> Option<Report> {
        None
    }

    /// The ways to a first token at hubs of this kind, the best first.
    fn sign_in(&self) -> &'static [SignInWay] {
        &[SignInWay::Pasted]
    }

    /// How commands are fetched over HTTP while the socket is down, where the wire has that.
    fn polling(&self) -> Option<&'static dyn Polling> {
        None
    }
}

/// What a translation may know beyond the message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Context<'a> {
    /// The wall clock: stamped on what is said, assumed for what came without a time.
    pub now: Timestamp,
    /// The device that speaks or is spoken to, for wires that name it in every frame.
    pub device: Option<&'a DeviceId>,
    /// How the device is, for wires that say so with every heartbeat.
    pub health: Option<&'a Health>,
}

impl<'a> Context<'a> {
    /// Knows the time and nothing else.
    pub fn at(now: Timestamp) -> Self {
        Self {
            now,
            device: None,
            health: None,
        }
    }

    /// Knows the device too.
    #[must_use]
    pub fn of(self, device: Option<&'a DeviceId>) -> Self {
        Self { device, ..self }
    }
}

/// A frame that was understood, or one of a kind we do not know and do not mind.
#[derive(Debug, Clone, PartialEq)]
pub enum Decoded<T> {
    /// A message of the common vocabulary.
    Message(T),
    /// A well-formed frame of a kind this dialect does not know, or has no use for.
    Ignored {
        /// The kind, shortened if absurdly long.
        kind: String,
    },
}
