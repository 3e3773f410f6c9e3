//! What the person made hold: rules, agents, capabilities, settings; as faces show and set it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::{CapabilityView, Level, VerdictView};

/// A standing answer of the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RuleView {
    pub id: String,
    /// The rule itself, as it is kept; it comes back as it is.
    #[ts(type = "unknown")]
    pub document: Value,
    /// What it says, in plain words.
    pub sentence: String,
    pub answer: VerdictView,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub created_at: i64,
    /// Milliseconds since 1970; never used where absent.
    #[ts(type = "number | null")]
    pub last_used_at: Option<i64>,
}

/// A rule that is not what its own examples say.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RefusedRuleView {
    pub rule: RuleView,
    pub problem: String,
    /// It holds something back, and goes on doing so.
    pub counts: bool,
}

/// `rules/list`
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RulesResponse {
    pub rules: Vec<RuleView>,
    pub refused: Vec<RefusedRuleView>,
}

/// `rules/add`: the rule as its document, or as it was listed or suggested.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddRuleParams {
    #[ts(type = "unknown")]
    pub rule: Value,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AddRuleResponse {
    pub id: String,
}

/// `rules/remove`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemoveRuleParams {
    pub id: String,
}

/// `rules/suggest`: rules that would have let a waiting request run.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SuggestParams {
    pub id: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SuggestResponse {
    pub rules: Vec<RuleView>,
}

/// `requests/allowAlways`: yes, and from now on what this rule says.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AllowAlwaysParams {
    pub id: String,
    pub digest: String,
    /// A rule that the request came with; its answer, end and name may differ.
    #[ts(type = "unknown")]
    pub rule: Value,
}

/// An agent that was met.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KnownAgentView {
    pub connection: String,
    pub connection_name: String,
    pub id: String,
    pub name: String,
    /// What its hub claims.
    pub claim: Level,
    /// The person's own limit for it; its connection's where absent.
    pub ceiling: Option<Level>,
    /// What counts.
    pub counts: Level,
    pub muted: bool,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub first_seen_at: i64,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub last_seen_at: i64,
}

/// `agents/list`
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AgentsResponse {
    pub agents: Vec<KnownAgentView>,
}

/// `agents/ceiling`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgentCeilingParams {
    pub connection: String,
    pub agent: String,
    pub ceiling: Option<Level>,
}

/// `agents/mute`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgentMuteParams {
    pub connection: String,
    pub agent: String,
    pub muted: bool,
}

/// `agents/history`: newest first.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgentHistoryParams {
    pub connection: String,
    pub agent: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AgentHistoryResponse {
    pub changes: Vec<LevelChangeView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LevelChangeView {
    pub what: LevelKindView,
    pub by: ChangedByView,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
    pub from: Option<Level>,
    pub to: Option<Level>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LevelKindView {
    Claim,
    Ceiling,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ChangedByView {
    Hub,
    Person,
}

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
}

/// `capabilities/set`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetCapabilityParams {
    pub capability: CapabilityView,
    pub on: bool,
}

/// `standing/set`: one cell of the table. What it keeps besides (previews, limits, memory) stays.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetStandingParams {
    pub capability: CapabilityView,
    pub level: Level,
    pub verdict: VerdictView,
}

/// `settings/get`, and what `settings/set` answers.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// Agents below the shell's floor may ask for harmless programs.
    pub graduated_shell: bool,
    /// How long pictures and recordings are kept here.
    pub retention_days: u32,
    /// The place that is told instead of the one the system finds.
    pub place: Option<PlaceView>,
    /// The camera that is used when nobody names one.
    pub camera: Option<String>,
    /// What recordings with sound hear.
    pub recording_sound: RecordingSoundView,
    /// Captures may run where nothing can show that they do.
    pub capture_unseen: bool,
    /// Commands a minute that one hub may send.
    pub commands_per_minute: u32,
    /// Folders in which programs may do more than read.
    pub folders: Vec<FolderView>,
}

/// What a recording with sound hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RecordingSoundView {
    Microphone,
    /// What this computer plays.
    Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlaceView {
    pub latitude: f64,
    pub longitude: f64,
    /// Within so many metres.
    #[serde(default)]
    pub accuracy: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FolderView {
    pub path: String,
    pub access: FolderAccessView,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FolderAccessView {
    Write,
    WriteNetwork,
    Uncontained,
}

/// `settings/set`: what is absent stays; an empty camera and a place of null take theirs away.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SetSettingsParams {
    #[ts(optional)]
    pub graduated_shell: Option<bool>,
    #[ts(optional)]
    pub retention_days: Option<u32>,
    #[serde(deserialize_with = "given")]
    #[ts(optional = nullable, as = "Option<PlaceView>")]
    pub place: Option<Option<PlaceView>>,
    #[ts(optional)]
    pub camera: Option<String>,
    #[ts(optional)]
    pub recording_sound: Option<RecordingSoundView>,
    #[ts(optional)]
    pub capture_unseen: Option<bool>,
    #[ts(optional)]
    pub commands_per_minute: Option<u32>,
    #[ts(optional)]
    pub folders: Option<Vec<FolderView>>,
}

/// Tells null, which is a value, from nothing.
#[expect(
    clippy::option_option,
    reason = "a change of what can be nothing has three cases"
)]
fn given<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}
