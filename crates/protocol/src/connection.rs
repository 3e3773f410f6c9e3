//! The state of one pairing, as people read it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use serde_json::{Map, Value};

use crate::DeviceId;

/// What a device tells a hub about itself when it connects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// The hub's name for this computer.
    pub id: DeviceId,
    /// The name people see.
    pub name: String,
    /// What it is: `desktop_linux`, `desktop_windows`, `desktop_mac`, `mobile`…
    #[serde(default)]
    pub kind: String,
    /// `linux`, `windows` or `macos`.
    pub platform: String,
    /// The system's version, where known.
    pub platform_version: String,
    /// `x86_64`, `aarch64`…
    pub architecture: String,
    /// What it can be asked for, in the dialect's own words.
    pub capabilities: Vec<String>,
    /// Whatever else a device says about itself, kept as it came and passed on.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub more: Map<String, Value>,
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
    /// A heartbeat's way there and back, when that last took noticeably more or less.
    pub round_trip: Option<Duration>,
    /// What went wrong last and what to do about it, in plain words.
    pub trouble: Option<String>,
    /// What only a person can do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
}

/// What a person has to do before a connection can work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Sign in again.
    SignIn,
    /// Look at the address, or at the kind of hub that was chosen.
    CheckAddress,
}

/// The steps of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionPhase {
    /// Opening the socket or saying hello.
    Connecting,
    /// Up: commands can arrive.
    Connected,
    /// The socket is down, and the hub is asked for commands every few seconds instead.
    Polling,
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
            remedy: None,
        }
    }
}
