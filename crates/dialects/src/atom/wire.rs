//! The frames we say, typed, so that they always have the same shape.

use chaperone_protocol::{Map, Timestamp, Value};
use serde::Serialize;

use crate::abilities::Brought;

/// What a device says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Up<'a> {
    Register {
        device_node_id: &'a str,
        device_info: DeviceInfo<'a>,
    },
    Proof {
        signature: &'a str,
        timestamp: Timestamp,
    },
    Heartbeat {
        timestamp: Timestamp,
    },
    Accepted {
        command_id: &'a str,
        timestamp: Timestamp,
    },
    Progress {
        command_id: &'a str,
        state: &'a str,
        timestamp: Timestamp,
    },
    Result {
        command_id: &'a str,
        success: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<Brought<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        file_path: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'a str>,
        timestamp: Timestamp,
    },
    Error {
        error: &'a str,
        timestamp: Timestamp,
    },
}

#[derive(Serialize)]
pub(super) struct DeviceInfo<'a> {
    pub(super) device_node_id: &'a str,
    pub(super) name: &'a str,
    pub(super) node_type: &'a str,
    pub(super) platform: &'a str,
    pub(super) platform_version: &'a str,
    pub(super) architecture: &'a str,
    pub(super) capabilities: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) extensions: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) public_key: Option<&'a str>,
    #[serde(flatten)]
    pub(super) more: &'a Map<String, Value>,
}

/// What a hub says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Down<'a, Parameters> {
    Connected {
        #[serde(skip_serializing_if = "Option::is_none")]
        device_node_id: Option<&'a str>,
        server_time: Timestamp,
        #[serde(skip_serializing_if = "Option::is_none")]
        heartbeat_interval: Option<u64>,
    },
    Challenge {
        nonce: &'a str,
        timestamp: Timestamp,
    },
    Registered {
        #[serde(skip_serializing_if = "Option::is_none")]
        device_node_id: Option<&'a str>,
        registered_at: Timestamp,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        extensions: Vec<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        uploads: Option<&'a str>,
    },
    Command {
        command_id: &'a str,
        command: &'a str,
        params: Parameters,
        #[serde(skip_serializing_if = "Option::is_none")]
        agent: Option<Agent<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        deadline_at: Option<Timestamp>,
        timestamp: Timestamp,
    },
    Cancel {
        command_id: &'a str,
        timestamp: Timestamp,
    },
    ResultAck {
        command_id: &'a str,
        timestamp: Timestamp,
    },
    Heartbeat {
        timestamp: Timestamp,
    },
    HeartbeatAck {
        timestamp: Timestamp,
    },
    HeartbeatProbe {
        timestamp: Timestamp,
    },
    Error {
        error: &'a str,
        timestamp: Timestamp,
    },
}

#[derive(Serialize)]
pub(super) struct Agent<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) maturity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) confidence: Option<f64>,
}
