//! What a person switches on or off.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One kind of thing an agent may ask of this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Capability {
    /// Show the person a message.
    Notification,
    /// Tell where the computer is.
    Location,
    /// Take a picture.
    Camera,
    /// Listen.
    Microphone,
    /// Take a picture or a recording of a display.
    Screen,
    /// Start a program that the person has set up for a hub.
    Agents,
    /// Let a program that an agent runs reach other computers.
    Network,
    /// Run a program.
    Shell,
}

impl Capability {
    /// Every capability, the least intrusive first.
    pub const ALL: [Self; 8] = [
        Self::Notification,
        Self::Location,
        Self::Camera,
        Self::Microphone,
        Self::Screen,
        Self::Agents,
        Self::Network,
        Self::Shell,
    ];

    /// The name in settings and on our own wires.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notification => "notification",
            Self::Location => "location",
            Self::Camera => "camera",
            Self::Microphone => "microphone",
            Self::Screen => "screen",
            Self::Agents => "agents",
            Self::Network => "network",
            Self::Shell => "shell",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
