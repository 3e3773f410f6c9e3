//! The person's own tests of what this computer can sense and show.
//!
//! They use the very senses that commands use, under the same lights and one at a time. Nobody but
//! the person can begin one, and nothing of one ever leaves.

use chaperone_protocol::{Capability, Located, Notify};
use chaperone_shell::{Finding, Profile};
use serde::{Deserialize, Serialize};

use crate::request::Captured;

/// What the person tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trial {
    /// To take a photo, with this camera or the preferred one.
    Camera {
        /// Which.
        camera: Option<String>,
    },
    /// To take a picture of this display, or of the preferred one.
    Screenshot {
        /// Which.
        display: Option<String>,
    },
    /// To record this display, or the preferred one, for some seconds.
    Recording {
        /// Which.
        display: Option<String>,
        /// With sound.
        audio: bool,
    },
    /// To find this computer's place.
    Location,
    /// To show this notification.
    Notification(Notify),
    /// To run programs inside each sandbox.
    Containment,
}

/// The kinds of tests. Of each, one goes on at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialKind {
    /// See [`Trial::Camera`].
    Camera,
    /// See [`Trial::Screenshot`].
    Screenshot,
    /// See [`Trial::Recording`], without sound.
    Recording,
    /// See [`Trial::Recording`], with sound.
    Sound,
    /// See [`Trial::Location`].
    Location,
    /// See [`Trial::Notification`].
    Notification,
    /// See [`Trial::Containment`].
    Containment,
}

/// What a test brought.
#[derive(Debug)]
pub enum Brought {
    /// Something was captured; it is kept here for some minutes.
    Captured(Captured),
    /// The place was found.
    Place(Located),
    /// The desktop took the notification. Whether somebody saw it, it does not say.
    Shown,
    /// What trying the sandboxes showed.
    Findings(Vec<Finding>),
}

/// Why a test brought nothing, as a closed list that faces have words for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hindrance {
    /// There is none on this computer.
    Missing,
    /// The system does not let this program.
    Refused,
    /// Another program uses it.
    InUse,
    /// An agent's command uses it, or another test.
    Taken,
    /// Nothing could show that it is captured.
    Unseen,
    /// What it needs is not there right now.
    Unavailable,
    /// This computer cannot do such things.
    Unsupported,
    /// It took longer than it may.
    TimedOut,
    /// The person stopped it.
    Stopped,
    /// The person stopped everything.
    Paused,
    /// No sandbox does what it promises.
    Uncontained,
    /// What was captured could not be kept, or the record not written.
    Unrecorded,
    /// It was tried and did not work.
    Failed,
}

impl Trial {
    /// Of which kind it is.
    pub fn kind(&self) -> TrialKind {
        match self {
            Self::Camera { .. } => TrialKind::Camera,
            Self::Screenshot { .. } => TrialKind::Screenshot,
            Self::Recording { audio: false, .. } => TrialKind::Recording,
            Self::Recording { audio: true, .. } => TrialKind::Sound,
            Self::Location => TrialKind::Location,
            Self::Notification(_) => TrialKind::Notification,
            Self::Containment => TrialKind::Containment,
        }
    }
}

impl TrialKind {
    /// What it is a test of.
    pub fn capability(self) -> Capability {
        match self {
            Self::Camera => Capability::Camera,
            Self::Screenshot | Self::Recording => Capability::Screen,
            Self::Sound => Capability::Microphone,
            Self::Location => Capability::Location,
            Self::Notification => Capability::Notification,
            Self::Containment => Capability::Shell,
        }
    }

    /// What has to be switched on for it.
    pub(crate) fn needs(self) -> &'static [Capability] {
        match self {
            Self::Camera => &[Capability::Camera],
            Self::Screenshot | Self::Recording => &[Capability::Screen],
            Self::Sound => &[Capability::Microphone, Capability::Screen],
            Self::Location => &[Capability::Location],
            Self::Notification => &[Capability::Notification],
            Self::Containment => &[Capability::Shell],
        }
    }

    /// Whether a pause allows none: whatever senses something or runs programs.
    pub(crate) fn ends_with_pause(self) -> bool {
        self != Self::Notification
    }
}

/// Whether what most commands need was found.
pub fn contained(findings: &[Finding]) -> bool {
    let mut serving = findings.iter().filter(|finding| finding.serves);
    serving.any(|finding| finding.profile == Profile::ReadOnly)
}
