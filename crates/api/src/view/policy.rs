//! What the person made hold: agents, the table, settings; as faces show and set it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{CapabilityView, Level, VerdictView};

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
    /// How many commands of its the record has.
    #[ts(type = "number")]
    pub commands: u64,
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

/// `standing/set`: one cell of the table. What is absent stays, null takes away.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetStandingParams {
    pub capability: CapabilityView,
    pub level: Level,
    #[ts(optional)]
    pub verdict: Option<VerdictView>,
    /// The most times a minute it runs unasked.
    #[serde(default, deserialize_with = "given")]
    #[ts(optional = nullable, as = "Option<u32>")]
    pub per_minute: Option<Option<u32>>,
    /// The person looks at what was captured before it leaves.
    #[ts(optional)]
    pub preview: Option<bool>,
    /// What a yes is good for afterwards, where the answer is to ask.
    #[serde(default, deserialize_with = "given")]
    #[ts(optional = nullable, as = "Option<RememberView>")]
    pub remember: Option<Option<RememberView>>,
    /// The most exact place that is told without a further question.
    #[serde(default, deserialize_with = "given")]
    #[ts(optional = nullable, as = "Option<PrecisionView>")]
    pub precision: Option<Option<PrecisionView>>,
}

/// One row of the table "what agents can do".
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StandingRow {
    pub capability: CapabilityView,
    /// The level that it needs at least, whatever the table says.
    pub floor: Level,
    /// There is something to look at before it leaves.
    pub previewable: bool,
    /// It tells a place, more or less exactly.
    pub locates: bool,
    /// How often a minute may be set.
    pub per_minute: AmountView,
    /// How long a yes may count.
    pub remember_seconds: AmountView,
    pub student: StandingCell,
    pub intern: StandingCell,
    pub supervised: StandingCell,
    pub autonomous: StandingCell,
}

/// What may be set at least and at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AmountView {
    pub least: u32,
    pub most: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StandingCell {
    pub verdict: VerdictView,
    /// The most times a minute, where it runs unasked.
    pub per_minute: Option<u32>,
    /// The person looks at what was captured before it leaves.
    pub preview: bool,
    /// What a yes is good for afterwards; each time is asked where absent.
    pub remember: Option<RememberView>,
    /// The most exact place that is told without a further question; any where absent.
    pub precision: Option<PrecisionView>,
}

/// How long a yes counts, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RememberView {
    pub seconds: u32,
    /// The answer meanwhile: `watch` or `free`.
    pub verdict: VerdictView,
}

/// How exactly a place is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PrecisionView {
    /// The town.
    Low,
    /// The street.
    Medium,
    /// As exactly as this computer can tell.
    High,
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
    /// The display that is used when nobody names one; the main one where absent.
    pub display: Option<String>,
    /// What recordings with sound hear.
    pub recording_sound: RecordingSoundView,
    /// Captures may run where nothing can show that they do.
    pub capture_unseen: bool,
    /// Commands a minute that one hub may send.
    pub commands_per_minute: u32,
    /// Folders in which programs may do more than read.
    pub folders: Vec<FolderView>,
    /// Where the log is. It cannot be set.
    pub log_folder: String,
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

/// `settings/set`: what is absent stays; an empty camera or display and a place of null take
/// theirs away.
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
    pub display: Option<String>,
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
pub(super) fn given<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}
