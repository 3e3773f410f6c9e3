//! Exactly what will happen if a command runs; nothing else does.

use std::time::Duration;

use chaperone_protocol::{Capability, Notify, Precision, RecordingFormat, Resolution, SessionId};
use chaperone_shell::Prepared;
use serde::Serialize;

use crate::settings::RecordingSound;

/// Exactly what will happen if the person says yes.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Plan {
    /// Show this.
    Notification(Notify),
    /// Tell where this computer is.
    Place {
        /// No more exactly than this.
        precision: Precision,
    },
    /// Take a photo.
    Photo {
        /// With this camera.
        camera: Source,
        /// As near to this extent as the camera can.
        resolution: Resolution,
    },
    /// Take a picture of a display.
    Picture {
        /// Of this one.
        display: Source,
        /// Scaled down to this, if it is larger.
        at_most: Option<Resolution>,
    },
    /// Begin to record a display.
    Recording(Film),
    /// End a recording and hand it over.
    EndRecording {
        /// What its hub calls the recording.
        session: SessionId,
    },
    /// Run this.
    Shell {
        /// The line as it came.
        line: String,
        /// The programs, folder, variables and sandbox it comes to.
        prepared: Box<Prepared>,
    },
}

/// A recording to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Film {
    /// What its hub calls it.
    pub session: SessionId,
    /// Of this display.
    pub display: Source,
    /// Scaled down to this, if the display is larger.
    pub at_most: Option<Resolution>,
    /// It ends by itself after so long.
    pub limit: Duration,
    /// The file's kind.
    pub format: RecordingFormat,
    /// Whether its sound is wanted too.
    pub audio: bool,
    /// What is heard, where sound is wanted: as the person had set it when this was planned.
    pub heard: RecordingSound,
}

impl Film {
    /// What is heard while it is made.
    pub fn hears(&self) -> Option<RecordingSound> {
        self.audio.then_some(self.heard)
    }
}

/// A camera or a display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// What names it on this computer.
    pub id: String,
    /// What people call it.
    pub name: String,
}

impl Plan {
    /// What it needs first of all.
    pub fn capability(&self) -> Capability {
        match self {
            Self::Notification(_) => Capability::Notification,
            Self::Place { .. } => Capability::Location,
            Self::Photo { .. } => Capability::Camera,
            Self::Picture { .. } | Self::Recording(_) | Self::EndRecording { .. } => {
                Capability::Screen
            }
            Self::Shell { .. } => Capability::Shell,
        }
    }

    /// Everything it needs.
    pub fn needs(&self) -> Vec<Capability> {
        let mut needs = vec![self.capability()];
        match self {
            Self::Recording(Film { audio: true, .. }) => needs.push(Capability::Microphone),
            Self::Shell { prepared, .. } if prepared.containment().profile().reaches_network() => {
                needs.push(Capability::Network);
            }
            _ => {}
        }
        needs
    }

    /// What is heard while it runs.
    pub(crate) fn hears(&self) -> Option<RecordingSound> {
        match self {
            Self::Recording(film) => film.hears(),
            _ => None,
        }
    }

    /// The camera or display that it uses, alone.
    pub(crate) fn source(&self) -> Option<(Capability, &Source)> {
        match self {
            Self::Photo { camera, .. } => Some((Capability::Camera, camera)),
            Self::Picture { display, .. } | Self::Recording(Film { display, .. }) => {
                Some((Capability::Screen, display))
            }
            Self::Notification(_)
            | Self::Place { .. }
            | Self::EndRecording { .. }
            | Self::Shell { .. } => None,
        }
    }

    /// How long it may run once it does. A recording has its own limit, which begins after that.
    pub fn time_limit(&self) -> Duration {
        match self {
            Self::Notification(_) => Duration::from_secs(5),
            Self::Place { .. } => Duration::from_mins(1),
            Self::Photo { .. } | Self::Picture { .. } | Self::Recording(_) => {
                Duration::from_secs(30)
            }
            // A long recording is encrypted before it is handed over.
            Self::EndRecording { .. } => Duration::from_mins(2),
            Self::Shell { prepared, .. } => prepared.timeout(),
        }
    }
}
