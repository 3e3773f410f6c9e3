//! What a hub passes on to the devices that share it.
//!
//! Two of the wires are broadcast groups: what one device says, the others hear. Which frames that
//! makes is the wire's matter; whom they reach is the hub's.

use crate::Downstream;

/// One message that a hub sends because a device said something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relay {
    /// Whom it is for.
    pub to: Audience,
    /// What they are told.
    pub message: Downstream,
}

/// Whom a hub tells something, seen from the device that spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The one that spoke.
    Sender,
    /// Everybody else.
    Others,
    /// Everybody, the one that spoke included.
    All,
}
