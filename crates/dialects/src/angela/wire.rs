//! The frames we say, typed, so that they always have the same shape.

use chaperone_protocol::{Map, Timestamp, Value};
use serde::Serialize;

use crate::except::Except;

/// A device's heartbeat.
#[derive(Serialize)]
#[serde(tag = "type", rename = "ping")]
pub(super) struct Ping {}

/// A hub's answer to it.
#[derive(Serialize)]
#[serde(tag = "type", rename = "pong")]
pub(super) struct Pong {
    pub(super) timestamp: Timestamp,
}

/// Most frames of either side.
#[derive(Serialize)]
pub(super) struct Envelope<'a> {
    #[serde(rename = "type", skip_serializing_if = "str::is_empty")]
    pub(super) kind: &'a str,
    pub(super) data: &'a Map<String, Value>,
    pub(super) timestamp: Timestamp,
}

/// A device's wish to switch a module, which stands in the frame itself.
#[derive(Serialize)]
#[serde(tag = "type", rename = "module_control")]
pub(super) struct ModuleControl<'a> {
    #[serde(flatten)]
    pub(super) members: Except<'a>,
}

/// An event of the hub's synchronisation, whose id, source and so on stand beside its data.
#[derive(Serialize)]
pub(super) struct Synchronised<'a> {
    #[serde(rename = "type", skip_serializing_if = "str::is_empty")]
    pub(super) kind: &'a str,
    #[serde(flatten)]
    pub(super) members: Except<'a>,
    pub(super) timestamp: Timestamp,
}

/// What a hub answers to what it could not read.
#[derive(Serialize)]
pub(super) struct Complaint<'a> {
    pub(super) error: &'a str,
}
