//! What was done: the entries of the record as a face draws them, and the questions about them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    AgentView, CapabilityView, HindranceView, Level, ReasonView, RuleTermsView, TrialView,
    VerdictView,
};

/// One line of the timeline, from the record.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActivityEntry {
    /// The entry's number in the record.
    #[ts(type = "number")]
    pub seq: u64,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
    pub what: ActivityView,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ActivityView {
    /// A command ended, however it ended.
    Command {
        id: String,
        agent: AgentView,
        connection: String,
        action: ActivityAction,
        reasons: Vec<ReasonView>,
        ended: Ended,
        /// The sentence of a failure.
        message: Option<String>,
        exit_code: Option<i32>,
        /// How long it ran.
        #[ts(type = "number | null")]
        took_ms: Option<u64>,
    },
    Started {
        version: String,
    },
    Stopped,
    Paused,
    Resumed,
    Connected {
        connection: String,
    },
    Disconnected {
        connection: String,
    },
    RecordingEnded {
        why: String,
    },
    /// The person cut a recording before it left.
    RecordingCut {
        /// How long it was.
        #[ts(type = "number")]
        was_ms: u64,
        /// How long it is.
        #[ts(type = "number")]
        is_ms: u64,
    },
    /// The person had something captured once more.
    Retaken,
    ArtifactDeleted,
    /// The person tried what this computer can do.
    Tried {
        trial: TrialView,
        /// The camera or display.
        source: Option<String>,
        /// What was in the way; nothing where it worked.
        hindrance: Option<HindranceView>,
        /// The same as a sentence.
        message: Option<String>,
    },
    RuleAdded {
        sentence: String,
        /// The same, for faces that have words of their own.
        terms: RuleTermsView,
    },
    RuleRemoved {
        rule: String,
    },
    SettingsChanged {
        which: Vec<String>,
    },
    AgentCeiling {
        connection: String,
        agent: String,
        ceiling: Option<Level>,
    },
    AgentMuted {
        connection: String,
        agent: String,
        muted: bool,
    },
    Paired {
        connection: String,
        address: String,
    },
    SignedIn {
        connection: String,
    },
    ConnectionChanged {
        connection: String,
    },
    /// The person asked a hub to switch something of its own.
    HubSwitched {
        connection: String,
        switch: String,
        on: bool,
    },
    Unpaired {
        connection: String,
    },
    /// So many commands were refused unheard.
    Flooded {
        connection: String,
        #[ts(type = "number")]
        refused: u64,
    },
    /// The screen lock ended so many rules and answers.
    Locked {
        #[ts(type = "number")]
        ended: u64,
    },
}

/// The short form of what was asked.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ActivityAction {
    Notification {
        title: String,
    },
    Shell {
        line: String,
    },
    Location {
        precision: String,
    },
    Camera,
    Screenshot,
    Recording {
        seconds: u32,
        audio: bool,
    },
    EndRecording,
    /// A command this device does not know.
    Unknown {
        name: String,
    },
    /// A command whose parameters make no sense.
    Unreadable,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Ended {
    /// Done without asking.
    Free,
    /// Done, watched.
    Watched,
    /// Done after the person said yes.
    Allowed,
    Denied,
    Expired,
    Cancelled,
    Interrupted,
    Forbidden,
    Failed,
}

// ── Calls: `<area>/<verb>` with Params and Response ──────────────────────────────────────────

/// `activity/list`: newest first, older than `before`, and only what all filters let through.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActivityListParams {
    #[ts(type = "number | null")]
    pub before: Option<u64>,
    /// At most 200.
    pub limit: u32,
    /// An agent's id.
    #[ts(optional)]
    pub agent: Option<String>,
    #[ts(optional)]
    pub capability: Option<CapabilityView>,
    #[ts(optional)]
    pub verdict: Option<VerdictView>,
    /// Milliseconds since 1970.
    #[ts(optional, type = "number")]
    pub from: Option<i64>,
    /// Milliseconds since 1970.
    #[ts(optional, type = "number")]
    pub until: Option<i64>,
    /// Words that are in it.
    #[ts(optional)]
    pub words: Option<String>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActivityListResponse {
    pub entries: Vec<ActivityEntry>,
    /// Whether there are older ones.
    pub more: bool,
}

/// `activity/output`: what a command printed.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutputParams {
    pub id: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OutputResponse {
    pub stdout: String,
    pub stderr: String,
    #[ts(type = "number")]
    pub cut_bytes: u64,
    pub containment: String,
}
