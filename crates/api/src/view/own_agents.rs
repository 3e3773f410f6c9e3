//! The agents of the hub inside, as faces show and make them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AmountView, Level};

/// `agents/own`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OwnAgentsResponse {
    pub agents: Vec<OwnAgentView>,
    pub hub: HubFactsView,
    /// How many commands a minute may be set.
    pub per_minute: AmountView,
}

/// What an agent's program needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HubFactsView {
    /// Where its paths begin: `http://127.0.0.1:7377`.
    pub rest: String,
    /// Where it speaks the Model Context Protocol.
    pub mcp: String,
    /// Where its paths are explained.
    pub docs: String,
    /// What this computer is called there.
    pub device: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OwnAgentView {
    pub id: String,
    pub name: String,
    /// What the hub says of it.
    pub level: Level,
    /// As many commands a minute the hub takes from it.
    pub per_minute: u32,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub created_at: i64,
    /// Those that are good. None can be read again.
    pub keys: Vec<AgentKeyView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AgentKeyView {
    pub id: String,
    pub label: String,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub created_at: i64,
}

/// `agents/create`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateAgentParams {
    pub name: String,
    pub level: Level,
}

/// A key that was just made. It is shown this once.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CreatedAgentResponse {
    /// Whose it is.
    pub agent: String,
    /// Names the key.
    pub id: String,
    pub key: String,
    /// A command line that makes a first request, ready to paste.
    pub curl: String,
}

/// `agents/newKey`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewKeyParams {
    pub agent: String,
    pub label: String,
}

/// `agents/revokeKey`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevokeKeyParams {
    pub agent: String,
    /// The key's id.
    pub key: String,
}

/// `agents/limit`: how many commands a minute the hub takes from one of its agents.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgentLimitParams {
    pub agent: String,
    pub per_minute: u32,
}

/// `agents/remove`: the hub lets it ask no more.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemoveAgentParams {
    pub agent: String,
}

/// `requests/practice`: a harmless request to oneself, which goes the way that all go.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PracticeParams {
    /// Of the notification that is asked for.
    pub title: String,
    pub body: String,
}
