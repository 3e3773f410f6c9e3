//! A dialect's numbers and names.
//!
//! What the sessions interpret and the window shows; nothing here decides anything.

use std::time::Duration;

use crate::Extensions;

/// What sets one wire apart from another, as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its identity in settings and URLs.
    pub id: &'static str,
    /// The name people see.
    pub name: &'static str,
    /// Where hubs of this kind listen for devices.
    pub native_path: &'static str,
    /// Where the token goes.
    pub credential: Credential,
    /// How long opening the socket may take.
    pub open_within: Duration,
    /// How long after the socket opened the hello may come.
    pub register_within: Duration,
    /// How long the hub may take to answer the hello.
    pub registered_within: Duration,
    /// How often the device says that it is there.
    pub heartbeat_every: Duration,
    /// After how much silence the hub asks whether the device is there.
    pub probe_after: Duration,
    /// How long the hub goes without a heartbeat before it drops the device.
    pub drop_after: Duration,
    /// How long the device hears nothing at all before it gives the socket up.
    pub silence_limit: Duration,
    /// How soon a device that has just woken from sleep must hear something.
    pub wake_limit: Duration,
    /// How long one frame may take to be written.
    pub write_within: Duration,
    /// How long a hub waits for an answer when it does not say.
    pub command_timeout: Duration,
    /// The largest frame taken or sent.
    pub max_frame_bytes: usize,
    /// How the device tries again.
    pub retry: Retry,
    /// The extensions we have on this wire.
    pub extensions: Extensions,
}

/// Where a wire puts the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// In the URL's query, under that name.
    Query(&'static str),
}

/// How long a device waits before it tries again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// After the first failure; doubled after each further one.
    pub first: Duration,
    /// At most. It never gives up.
    pub most: Duration,
    /// After the hub refused who we are: a person has to act, so there is no hurry.
    pub refused: Duration,
}
