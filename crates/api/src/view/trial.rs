//! The person's own tests of what this computer can sense and show.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{BackendView, CapabilityView, ProfileView, ReviewView, SandboxProblem};

/// `capabilities/try`: does it once, really, and answers what came of it. Takes as long as that
/// takes: a place may need a minute.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum TryParams {
    /// Takes a picture with this camera, or with the one that is used when nobody names one.
    Camera {
        #[serde(default)]
        #[ts(optional)]
        camera: Option<String>,
    },
    /// Takes a picture of this display, or of the one that is used when nobody names one.
    Screenshot {
        #[serde(default)]
        #[ts(optional)]
        display: Option<String>,
    },
    /// Records that display for some seconds.
    Recording {
        #[serde(default)]
        #[ts(optional)]
        display: Option<String>,
        /// With what recordings with sound hear.
        sound: bool,
    },
    /// Finds this computer's place.
    Location,
    /// Shows a notification with these words.
    Notification { title: String, body: String },
    /// Runs programs inside each sandbox.
    Containment,
}

/// `capabilities/tryCancel`: ends the test of that kind that goes on.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TryCancelParams {
    pub trial: TrialView,
}

/// The kinds of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TrialView {
    Camera,
    Screenshot,
    Recording,
    /// A recording with sound.
    Sound,
    Location,
    Notification,
    Containment,
}

/// What came of a test.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TryResponse {
    /// It is kept here, encrypted, until then, unless it is deleted before. It never leaves.
    Captured {
        capture: ReviewView,
        /// Milliseconds since 1970.
        #[ts(type = "number")]
        expires_at: i64,
    },
    Place {
        place: PlaceFoundView,
    },
    /// The desktop took the notification. Whether somebody saw it, only they know.
    Shown,
    Containment {
        /// Whether most programs of agents can be contained.
        holds: bool,
        /// What each sandbox does; the best of a profile first.
        findings: Vec<FindingView>,
    },
    /// Nothing came of it.
    Hindered {
        hindrance: HindranceView,
        /// What has to be switched on first.
        capability: Option<CapabilityView>,
        /// The same as a sentence.
        message: String,
    },
}

/// A place that was found.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlaceFoundView {
    pub latitude: f64,
    pub longitude: f64,
    /// Within so many metres.
    pub accuracy: Option<f64>,
    /// The person typed it.
    pub typed: bool,
    /// Who says so.
    pub source: Option<String>,
}

/// What trying out one sandbox showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindingView {
    pub profile: ProfileView,
    pub backend: BackendView,
    /// Programs of this profile run in it.
    pub serves: bool,
    /// Why it does not do what it promises.
    pub problem: Option<SandboxProblem>,
    /// The same in plain words.
    pub sentence: Option<String>,
}

/// Why nothing came of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum HindranceView {
    /// The person switched it off.
    SwitchedOff,
    /// The same is being tried.
    Going,
    /// Everything is paused, or was while it went on.
    Paused,
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
    Unavailable,
    Unsupported,
    TimedOut,
    /// The person stopped it.
    Stopped,
    /// No sandbox does what it promises.
    Uncontained,
    /// It could not be kept, or not be written down.
    Unrecorded,
    Failed,
}
