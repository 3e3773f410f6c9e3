//! The state of one pairing, as people read it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::DeviceId;

/// What a device tells a hub about itself when it connects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// The hub's name for this computer.
    pub id: DeviceId,
    /// The name people see.
    pub name: String,
    /// `linux`, `windows` or `macos`.
    pub platform: String,
    /// The system's version, where known.
    pub platform_version: String,
    /// `x86_64`, `aarch64`…
    pub architecture: String,
    /// What it can be asked for, in the dialect's own words.
    pub capabilities: Vec<String>,
}

/// Where a connection stands and what happens next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionState {
    /// The step it is at.
    pub phase: ConnectionPhase,
    /// How many tries in a row have failed.
    pub failed_attempts: u32,
    /// When the next try starts.
    pub next_try_at: Option<Timestamp>,
    /// The last heartbeat's way there and back.
    pub round_trip: Option<Duration>,
    /// What went wrong last and what to do about it, in plain words.
    pub trouble: Option<String>,
}

/// The steps of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionPhase {
    /// Opening the socket or saying hello.
    Connecting,
    /// Up: commands can arrive.
    Connected,
    /// Down; another try is planned.
    Waiting,
    /// Down; the hub refused who we are, and the person must sign in again.
    Refused,
    /// Switched off.
    Stopped,
}

impl ConnectionState {
    /// A connection about to make its first try.
    pub fn starting() -> Self {
        Self {
            phase: ConnectionPhase::Connecting,
            failed_attempts: 0,
            next_try_at: None,
            round_trip: None,
            trouble: None,
        }
    }
}
