//! The frames and bodies we say, typed, so that they always have the same shape.

use std::time::Duration;

use chaperone_protocol::{Map, Timestamp, Value};
use serde::Serialize;

use crate::{
    abilities::{Brought, Parameters},
    except::Except,
};

/// What a device says.
#[derive(Serialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub(super) enum Up<'a> {
    Ping,
    CommandAck(Acknowledgement<'a>),
    Status(Status<'a>),
}

/// Both shapes in one: the one that was written down, and the one that programs read.
#[derive(Serialize)]
pub(super) struct Acknowledgement<'a> {
    pub(super) command_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) success: Option<bool>,
    /// Written as `null` with a success, left out where nothing has ended yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<Reason<'a>>,
    pub(super) timestamp: Timestamp,
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) completed_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Brought<'a>>,
}

/// What stands under `error` once a command has ended.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Reason<'a> {
    None,
    Said(&'a str),
}

/// How a device is.
#[derive(Serialize)]
pub(super) struct Status<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uptime_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) memory_usage_mb: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) memory_percent: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cpu_percent: Option<f64>,
    #[serde(flatten)]
    pub(super) more: Except<'a>,
}

/// The names that [`Status`] has for itself.
pub(super) const STATUS_NAMES: [&str; 4] = [
    "uptime_seconds",
    "memory_usage_mb",
    "memory_percent",
    "cpu_percent",
];

/// What a hub says.
#[derive(Serialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub(super) enum Down<'a> {
    Pong,
    Command(Order<'a>),
    ConfigUpdate(Wishes<'a>),
    Connected(Welcome),
}

/// A command, the same on the socket and in the answer to a request.
#[derive(Serialize)]
pub(super) struct Order<'a> {
    pub(super) command_id: &'a str,
    pub(super) command_type: &'a str,
    /// Written down under one name and read by every program under the other.
    pub(super) payload: &'a Arguments<'a>,
    pub(super) parameters: &'a Arguments<'a>,
    pub(super) priority: &'a str,
    pub(super) timestamp: Timestamp,
}

/// A command's parameters.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Arguments<'a> {
    Ours(Parameters<'a>),
    Foreign(&'a Map<String, Value>),
    Wish(Wishes<'a>),
}

/// A hub's wishes.
#[derive(Serialize)]
pub(super) struct Wishes<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sync_interval: Option<u64>,
    #[serde(flatten)]
    pub(super) more: Except<'a>,
}

/// The name that [`Wishes`] has for itself.
pub(super) const SYNC_INTERVAL: &str = "sync_interval";

#[derive(Serialize)]
pub(super) struct Welcome {
    pub(super) message: &'static str,
}

/// Whole seconds, a fraction counting as a second more, and no more than a century or so of them.
pub(super) fn whole_seconds(length: Duration) -> u64 {
    let fraction = u64::from(length.subsec_nanos() > 0);
    length
        .as_secs()
        .saturating_add(fraction)
        .min(u64::from(u32::MAX))
}
