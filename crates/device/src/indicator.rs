//! The contract with whatever shows that something is being captured: no light, no capture.
//!
//! How it looks is the host's business; a hub or an agent has no way to reach it.

use std::pin::Pin;

use chaperone_protocol::{Capability, Timestamp};

use crate::settings::RecordingSound;

/// Shows that something is captured, to whoever sits at the screen.
pub trait Indicator: Send + Sync {
    /// Answers when a person can see it, and not before.
    fn show<'a>(&'a self, capture: &'a Capture) -> Lighting<'a>;
}

/// A light that is about to show.
pub type Lighting<'a> =
    Pin<Box<dyn Future<Output = Result<Box<dyn Light>, NoIndicator>> + Send + 'a>>;

/// Something that shows. It goes out when it is dropped.
pub trait Light: Send + Sync {
    /// Answers when it does not show any more, or was told to stop what it shows.
    fn over<'a>(&'a self) -> Pin<Box<dyn Future<Output = LightOver> + Send + 'a>>;
}

/// Why a light ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LightOver {
    /// The person pressed Stop on it.
    Stopped,
    /// It is gone: what it showed must end.
    Gone,
}

/// What is captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// What ends it; the journal's number, where a command asked for it.
    pub number: u64,
    /// For whom.
    pub whom: CaptureFor,
    /// With what.
    pub capability: Capability,
    /// What is heard at the same time, while a recording has sound.
    pub hears: Option<RecordingSound>,
    /// Which camera or display, as people know it.
    pub source: String,
    /// Since when.
    pub since: Timestamp,
}

/// For whom something is captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaptureFor {
    /// An agent asked.
    Agent {
        /// Who, as people know them.
        name: String,
        /// Through which connection.
        connection: String,
    },
    /// The person tries what this computer can do.
    Person,
}

/// Nothing can show it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing here can show that something is captured, so nothing is: {because}")]
pub struct NoIndicator {
    /// Why, as a sentence that says what to do.
    pub because: String,
}

/// No light, because the person said that none is needed on this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLight;

impl Light for NoLight {
    fn over<'a>(&'a self) -> Pin<Box<dyn Future<Output = LightOver> + Send + 'a>> {
        Box::pin(std::future::pending())
    }
}
