//! The frames we say, typed, so that they always have the same shape.

use chaperone_protocol::Timestamp;
use serde::Serialize;

use crate::{abilities::Brought, except::Except};

/// What a device says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Up<'a> {
    DeviceHello {
        device_id: &'a str,
        agent_ids: Vec<&'a str>,
    },
    Pong,
    ToolResult {
        id: &'a str,
        #[serde(flatten)]
        answer: Answer<'a>,
    },
    AgentData {
        run_id: &'a str,
        #[serde(flatten)]
        data: Except<'a>,
    },
    AgentComplete {
        run_id: &'a str,
        #[serde(flatten)]
        answer: Answer<'a>,
    },
}

/// How a call or a run ended.
#[derive(Serialize)]
pub(super) struct Answer<'a> {
    pub(super) ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Brought<'a>>,
    pub(super) finished_at: Timestamp,
    #[serde(flatten)]
    pub(super) members: Option<Except<'a>>,
}

/// What a hub says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Down<'a, Parameters> {
    Ping,
    ToolCall {
        id: &'a str,
        action: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<Parameters>,
        #[serde(flatten)]
        parameters: Option<Except<'a>>,
    },
    AgentRun {
        run_id: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        agent_id: Option<&'a str>,
        #[serde(flatten)]
        details: Except<'a>,
    },
}
