//! What a command asks for: one kind for each ability, with its typed parameters.
//!
//! Validation says which parameter is out of bounds; whether the thing may happen is not its matter.

mod agents;
mod camera;
mod execute;
mod location;
mod notify;
mod screen;

use serde::{Deserialize, Serialize};

use crate::Capability;

pub use agents::RunAgent;
pub use camera::Snap;
pub use execute::Execute;
pub use location::{Locate, Precision};
pub use notify::Notify;
pub use screen::{RecordingFormat, Resolution, Screenshot, StartRecording, StopRecording};

/// What a command asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Action {
    /// Show a notification.
    Notify(Notify),
    /// Tell where this computer is.
    Locate(Locate),
    /// Take a picture with a camera.
    Snap(Snap),
    /// Take a picture of a display.
    Screenshot(Screenshot),
    /// Begin to record a display.
    StartRecording(StartRecording),
    /// End a recording.
    StopRecording(StopRecording),
    /// Run a command line.
    Execute(Execute),
    /// Start a program that the person has set up for a hub.
    RunAgent(RunAgent),
}

impl Action {
    /// The capability it needs.
    pub fn capability(&self) -> Capability {
        match self {
            Self::Notify(_) => Capability::Notification,
            Self::Locate(_) => Capability::Location,
            Self::Snap(_) => Capability::Camera,
            Self::Screenshot(_) | Self::StartRecording(_) | Self::StopRecording(_) => {
                Capability::Screen
            }
            Self::Execute(_) => Capability::Shell,
            Self::RunAgent(_) => Capability::Agents,
        }
    }

    /// A second capability it needs as well, with an answer of its own.
    pub fn also_needs(&self) -> Option<Capability> {
        match self {
            Self::StartRecording(recording) if recording.audio => Some(Capability::Microphone),
            Self::StartRecording(_)
            | Self::Notify(_)
            | Self::Locate(_)
            | Self::Snap(_)
            | Self::Screenshot(_)
            | Self::StopRecording(_)
            | Self::Execute(_)
            | Self::RunAgent(_) => None,
        }
    }

    /// Says whether every parameter is one this device could act on.
    pub fn validate(&self) -> Result<(), InvalidAction> {
        match self {
            Self::Notify(notify) => notify.validate(),
            Self::Snap(snap) => snap.validate(),
            Self::Screenshot(screenshot) => screenshot.validate(),
            Self::StartRecording(recording) => recording.validate(),
            Self::Execute(execute) => execute.validate(),
            Self::RunAgent(run) => run.validate(),
            Self::Locate(_) | Self::StopRecording(_) => Ok(()),
        }
    }
}

/// A parameter out of bounds. The sentence says which and what would do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAction {
    /// A notification without a title.
    #[error("the title is empty: a notification needs one")]
    EmptyTitle,
    /// A text beyond its limit.
    #[error("the {field} is {bytes} bytes long: at most {limit} are taken")]
    TooLong {
        /// The parameter.
        field: &'static str,
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A command line without a word in it.
    #[error("the command is empty: give a program to run")]
    EmptyCommand,
    /// A NUL, which no program can receive.
    #[error("the {field} holds a NUL character, which no program can receive")]
    Nul {
        /// The parameter.
        field: &'static str,
    },
    /// A recording longer or shorter than may be.
    #[error("duration_seconds is {seconds}: it must be between 1 and {limit}")]
    Duration {
        /// What was asked.
        seconds: u64,
        /// The limit.
        limit: u64,
    },
    /// A picture without an extent, or beyond any display.
    #[error("the resolution is {width}x{height}: each side must be between 1 and {limit}")]
    Resolution {
        /// What was asked.
        width: u32,
        /// What was asked.
        height: u32,
        /// The limit of each.
        limit: u32,
    },
    /// A time limit out of bounds.
    #[error("timeout_seconds is {seconds}: it must be between 1 and {limit}")]
    Timeout {
        /// What was asked.
        seconds: u64,
        /// The limit.
        limit: u64,
    },
    /// A variable that changes which code a program loads, or is no variable name.
    #[error("the variable {name:?} may not be set by an agent")]
    Variable {
        /// Its name.
        name: String,
    },
}

fn within(field: &'static str, text: &str, limit: usize) -> Result<(), InvalidAction> {
    if text.len() > limit {
        return Err(InvalidAction::TooLong {
            field,
            bytes: text.len(),
            limit,
        });
    }
    if text.contains('\0') {
        return Err(InvalidAction::Nul { field });
    }
    Ok(())
}
