//! What a face shows, as data. Made from the engine's own types at this border and nowhere below;
//! generated into TypeScript from here.
//!
//! Every text that came from outside is already made visible (control and direction characters
//! shown as `\u{…}`); faces print it as plain text.

mod activity;
mod artifact;
mod capability;
mod connection;
mod judgement;
mod own_agents;
mod pairing;
mod policy;
mod rule;
mod trial;
mod unread;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use activity::{
    ActivityAction, ActivityEntry, ActivityListParams, ActivityListResponse, ActivityView, Ended,
    OutputParams, OutputResponse,
};
pub use artifact::{
    ArtifactDeleteParams, ArtifactDeleteResponse, ArtifactListParams, ArtifactListResponse,
    ArtifactReadParams, ArtifactReadResponse, ArtifactThumbnailParams, ArtifactThumbnailResponse,
    ArtifactTrimParams, ArtifactTrimResponse, ArtifactView, ReviewView,
};
pub use capability::{
    BackendView, CapabilitiesResponse, CapabilityState, DevicesResponse, FixView, FoundView,
    ProfileView, SandboxProblem, SetCapabilityParams, SourceView, SourcesView, TriedView,
    TroubleKind,
};
pub use connection::{
    BoundsView, ChangeableView, ConnectionDetails, ConnectionView, GetConnectionParams,
    HubCardKind, HubCardView, HubSwitchParams, HubSwitchView, HubToldView, LinkSettingsParams,
    LinkSettingsView, Phase, ReadingValueView, ReadingView, RemedyView, TroubleView,
};
pub use judgement::{
    BecauseView, ExplainParams, ExplainResponse, ReasonView, RiskKind, RiskView, VerdictView,
};
pub use own_agents::{
    AgentKeyView, AgentLimitParams, CreateAgentParams, CreatedAgentResponse, HubFactsView,
    NewKeyParams, OwnAgentView, OwnAgentsResponse, PracticeParams, RemoveAgentParams,
    RevokeKeyParams,
};
pub use pairing::{
    ChangeConnectionParams, DialectView, NeedView, NeededView, OfferParams, OfferResponse,
    RemoveConnectionParams, SignInCancelParams, SignInParams, SignInResponse, SignInStepParams,
    StepView, WayView,
};
pub use policy::{
    AgentCeilingParams, AgentHistoryParams, AgentHistoryResponse, AgentMuteParams, AgentsResponse,
    AmountView, ChangedByView, FolderAccessView, FolderView, KnownAgentView, LevelChangeView,
    LevelKindView, PlaceView, PrecisionView, RecordingSoundView, RememberView, SetSettingsParams,
    SetStandingParams, SettingsView, StandingCell, StandingRow,
};
pub use rule::{
    AddRuleParams, AddRuleResponse, AllowAlwaysParams, ArgumentView, ExampleView, MissView,
    RefusedRuleView, RemoveRuleParams, RuleMatchView, RuleProblemView, RuleTermsView, RuleView,
    RulesResponse, ScreenUseView, SuggestParams, SuggestResponse, WhyNotView,
};
pub use trial::{
    FindingView, HindranceView, PlaceFoundView, TrialView, TryCancelParams, TryParams, TryResponse,
};
pub use unread::{NeedsShellView, UnreadView};

/// Everything a face needs to draw itself, at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// Counts up by one with every [`Event`]; a face that sees a gap asks for a new snapshot.
    #[ts(type = "number")]
    pub seq: u64,
    pub device: DeviceView,
    /// Everything is stopped, and stays so until a person lifts it.
    pub paused: bool,
    pub connections: Vec<ConnectionView>,
    /// Oldest first.
    pub requests: Vec<RequestView>,
    /// What runs right now.
    pub running: Vec<RunningView>,
    /// What agents may do, by capability and level; only what this device can really do.
    pub standing: Vec<StandingRow>,
    /// The newest entries of the record, newest first, at most 20.
    pub recent: Vec<ActivityEntry>,
    /// Things the person should know (no keyring, a damaged file set aside…), in plain words.
    pub notices: Vec<String>,
    pub revisions: RevisionsView,
}

/// What does not come with the snapshot and is asked for by itself: each number is another one
/// once that changed, whoever changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RevisionsView {
    /// What `agents/list` answers.
    #[ts(type = "number")]
    pub agents: u64,
    /// What `rules/list` answers.
    #[ts(type = "number")]
    pub rules: u64,
    /// What `settings/get` answers.
    #[ts(type = "number")]
    pub settings: u64,
    /// What `capabilities/list` answers, as far as the person decides it.
    #[ts(type = "number")]
    pub capabilities: u64,
}

/// One change, to be folded into the last snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    #[ts(type = "number")]
    pub seq: u64,
    pub change: Change,
}

/// What changed; lists come whole, they are short.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Change {
    Paused {
        paused: bool,
    },
    Connections {
        connections: Vec<ConnectionView>,
    },
    Requests {
        requests: Vec<RequestView>,
    },
    Running {
        running: Vec<RunningView>,
    },
    /// What agents may do.
    Standing {
        standing: Vec<StandingRow>,
    },
    /// One more entry in the record.
    Activity {
        entry: Box<ActivityEntry>,
    },
    Notices {
        notices: Vec<String>,
    },
    /// Agents, rules, settings or capabilities are not what they were.
    Revisions {
        revisions: RevisionsView,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeviceView {
    pub name: String,
    pub version: String,
    /// The embedded hub's address, when it listens: `http://127.0.0.1:7377`.
    pub hub_address: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    Student,
    Intern,
    Supervised,
    Autonomous,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AgentView {
    /// Absent where the hub names nobody.
    pub id: Option<String>,
    pub name: String,
    /// What the hub claims.
    pub claimed: Level,
    /// What counts here: the lower of the claim and the person's ceiling.
    pub level: Level,
}

/// One command that waits for the person.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RequestView {
    /// This device's own number for it.
    pub id: String,
    /// Names exactly what is shown here; an answer must carry it.
    pub digest: String,
    pub agent: AgentView,
    /// The connection's name.
    pub connection: String,
    pub action: ActionView,
    /// Why the person is asked; the last reason is the one that decided.
    pub reasons: Vec<ReasonView>,
    pub risks: Vec<RiskView>,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub asked_at: i64,
    /// Milliseconds since 1970. No answer by then is a no.
    #[ts(type = "number")]
    pub expires_at: i64,
    /// What may be answered.
    pub decisions: Vec<Decision>,
    /// What was captured, where the question is whether it may leave.
    pub review: Option<ReviewView>,
    /// Rules that would have let exactly this run, the narrowest first.
    pub rules: Vec<RuleView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Decision {
    Deny,
    AllowOnce,
    /// The place, no more exactly than about the town.
    AllowCoarse,
    /// With a rule; answered by `requests/allowAlways`.
    AllowAlways,
    /// What was captured may leave.
    Send,
    /// Capture it once more.
    Retake,
    /// What was captured is deleted.
    Discard,
}

/// What exactly will happen.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ActionView {
    Notification {
        title: String,
        body: String,
    },
    Shell {
        /// The line as it came.
        line: String,
        /// Why it needs a shell, where it does: then it is a script, not plain commands.
        script_because: Option<String>,
        /// The same, for faces that have words of their own.
        needs_shell: Option<NeedsShellView>,
        /// The programs of a plain line, with the file each name stands for.
        programs: Vec<ProgramView>,
        working_dir: String,
        /// Variables it asks for.
        environment: Vec<VariableView>,
        containment: ContainmentView,
        timeout_seconds: u32,
    },
    /// To tell where this computer is.
    Location {
        /// `low`, `medium` or `high`.
        precision: String,
    },
    /// To take a photo.
    Camera {
        /// Which camera, as people know it.
        camera: String,
        width: u32,
        height: u32,
    },
    /// To take a picture of a display.
    Screenshot {
        /// Which display, as people know it.
        display: String,
        /// Scaled down to this at most.
        width: Option<u32>,
        height: Option<u32>,
    },
    /// To record a display.
    Recording {
        session: String,
        display: String,
        /// It ends by itself after so long.
        seconds: u32,
        /// What is heard, where sound is recorded too.
        hears: Option<RecordingSoundView>,
        /// `mp4`, `webm` or `gif`.
        format: String,
    },
    /// To end a recording and hand it over.
    EndRecording {
        session: String,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProgramView {
    /// The argv, one word an element.
    pub argv: Vec<String>,
    /// The executable's real path.
    pub path: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VariableView {
    pub name: String,
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ContainmentView {
    /// Reads what other users could, writes nothing, no network.
    ReadOnly,
    /// Beyond that, writes in one folder.
    Write { folder: String },
    /// Beyond that, talks to others.
    WriteNetwork { folder: String },
    /// Does what the person can.
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CapabilityView {
    Notification,
    Location,
    Camera,
    Microphone,
    Screen,
    Agents,
    Network,
    Shell,
}

/// A command that runs right now.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunningView {
    pub id: String,
    pub agent: AgentView,
    pub connection: String,
    pub action: ActionView,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub started_at: i64,
}

/// `requests/answer`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerParams {
    pub id: String,
    pub digest: String,
    pub decision: Decision,
}

/// `requests/denyAll`: everything one agent waits for; no agent means everything.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DenyAllParams {
    pub agent: Option<String>,
}

/// `requests/shown`: the request is painted and can be read.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShownParams {
    pub id: String,
}

/// `running/stop`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StopParams {
    pub id: String,
}

/// `pause/set`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PauseParams {
    pub paused: bool,
}

/// `connections/tryNow`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TryNowParams {
    pub id: String,
}

/// `record/verify`
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VerifyResponse {
    #[ts(type = "number")]
    pub entries: u64,
    /// The first entry that is not as it was written, and what is wrong with it.
    pub broken: Option<BrokenView>,
    /// What searches use did not agree with the record, which is whole, and was made again.
    pub search_mended: bool,
}

/// `record/mendSearch`: makes sure that searches find what the record holds.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MendSearchResponse {
    /// They did not, and do now.
    pub mended: bool,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BrokenView {
    #[ts(type = "number")]
    pub seq: u64,
    pub problem: String,
}

/// `record/checkpoint`: the record's head, signed, to be kept elsewhere and compared later.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckpointResponse {
    /// One line.
    pub checkpoint: String,
}

/// `agents/starters`: the embedded hub's own agents, one a level, with a first request to paste.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartersResponse {
    pub starters: Vec<StarterView>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StarterView {
    pub id: String,
    pub name: String,
    pub level: Level,
    /// The agent's key. Shown only when the person asks.
    pub key: String,
    /// A command line that makes a first request, ready to paste.
    pub curl: String,
}

/// An answer to a call that has nothing to say.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Done {}

/// What every face gets instead of an answer when a call fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ApiError {
    pub code: ErrorCode,
    /// One sentence for people.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Only codes that a face branches on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ErrorCode {
    /// The request is answered, expired or gone: nothing went wrong, there is nothing to answer.
    Gone,
    /// What is shown is not what waits any more; draw it anew.
    Changed,
    /// The call makes no sense.
    Invalid,
    /// The token would cross a network in the clear, and nobody said that it may.
    Unencrypted,
    /// This face may not do that.
    NotAllowed,
    /// Everything else.
    Failed,
}
