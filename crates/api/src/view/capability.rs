//! What this computer can do, and with which of its cameras and displays.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::CapabilityView;

/// `capabilities/list`
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CapabilitiesResponse {
    pub capabilities: Vec<CapabilityState>,
}

/// How one capability stands on this computer.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CapabilityState {
    pub capability: CapabilityView,
    pub on: bool,
    /// Whether this computer can do it, as far as a look tells.
    pub available: bool,
    /// What was found, or what is missing, in plain words.
    pub note: String,
    /// The same, for faces that have words of their own.
    pub found: FoundView,
    /// What the person could do about what is missing.
    pub fix: Option<FixView>,
}

/// What a look at this computer found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum FoundView {
    Cameras {
        names: Vec<String>,
    },
    Displays {
        names: Vec<String>,
    },
    /// The place that the person typed.
    TypedPlace,
    LocationService,
    Notifications,
    /// The sound of recordings.
    Sound,
    Sandbox {
        profile: ProfileView,
        backend: BackendView,
    },
    NoCamera,
    NoDisplay,
    /// The system does not answer.
    Silent,
    /// This device does not have it.
    NotHere,
    /// Something keeps it from working; the note says what.
    Trouble {
        kind: TroubleKind,
    },
    NoSandbox {
        tried: Vec<TriedView>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TroubleKind {
    /// What it needs is not there right now.
    Unavailable,
    /// Something else is using it.
    Busy,
    /// This computer cannot do such things.
    Unsupported,
    TimedOut,
    Failed,
}

/// How programs are contained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ProfileView {
    ReadOnly,
    Write,
    WriteNetwork,
    None,
}

/// By what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum BackendView {
    Bubblewrap,
    Landlock,
    LowIntegrity,
    Unconfined,
}

/// A sandbox that does not do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TriedView {
    pub profile: ProfileView,
    pub backend: BackendView,
    pub problem: SandboxProblem,
    /// The same in plain words.
    pub sentence: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SandboxProblem {
    /// There is none for this system.
    NotBuilt,
    /// It has no such profile.
    NotOffered,
    NoBubblewrap,
    NoLandlock,
    /// It could not be set up, or does not hold.
    Broken,
}

/// What the person could do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FixView {
    ConnectCamera,
    SwitchDisplayOn,
    /// Something else has it.
    CloseOther,
    TryAgain,
    InstallBubblewrap,
    /// bubblewrap is there and may make no namespaces.
    AllowNamespaces,
    NewerKernel,
}

/// `capabilities/set`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetCapabilityParams {
    pub capability: CapabilityView,
    pub on: bool,
}

/// `capabilities/devices`: the cameras and displays there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DevicesResponse {
    pub cameras: SourcesView,
    pub displays: SourcesView,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourcesView {
    pub sources: Vec<SourceView>,
    /// The one that the person chose, by its id; it may be gone.
    pub chosen: Option<String>,
    /// Why none are listed, in plain words.
    pub problem: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceView {
    pub id: String,
    pub name: String,
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// It is the one that is used when nobody names one.
    pub used: bool,
}
