//! The frames we say, typed, so that they always have the same shape.

use chaperone_protocol::{Map, Timestamp, Value};
use serde::{Serialize, Serializer};

use crate::{abilities::Brought, except::Except};

/// A moment as this wire writes it: in UTC, with milliseconds.
pub(super) struct Stamp(pub(super) Timestamp);

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let moment = to_the_millisecond(self.0);
        serializer.collect_str(&format_args!("{moment:.3}"))
    }
}

/// What is left of a moment.
pub(super) fn to_the_millisecond(moment: Timestamp) -> Timestamp {
    let milliseconds = moment.as_nanosecond().div_euclid(1_000_000);
    i64::try_from(milliseconds)
        .ok()
        .and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok())
        .unwrap_or(moment)
}

/// A frame as it is written down.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Envelope<'a, Data> {
    pub(super) r#type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) agent_id: Option<&'a str>,
    pub(super) timestamp: Stamp,
    pub(super) data: Data,
}

/// A hello for those who read `data` and for those who do not.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Register<'a> {
    pub(super) r#type: &'static str,
    pub(super) agent_id: &'a str,
    pub(super) timestamp: Stamp,
    pub(super) data: &'a Map<String, Value>,
    pub(super) capabilities: Option<&'a Value>,
    pub(super) system_info: Option<&'a Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Heartbeat {
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uptime: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) memory_usage: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cpu_usage: Option<f64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CommandResponse<'a> {
    pub(super) r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) agent_id: Option<&'a str>,
    pub(super) timestamp: Stamp,
    pub(super) command_id: &'a str,
    pub(super) success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) result: Option<Brought<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeviceCommand<'a, Parameters> {
    pub(super) r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) agent_id: Option<&'a str>,
    pub(super) timestamp: Stamp,
    pub(super) command_id: &'a str,
    pub(super) command: &'a str,
    pub(super) parameters: Parameters,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Error<'a> {
    pub(super) r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) agent_id: Option<&'a str>,
    pub(super) timestamp: Stamp,
    pub(super) data: Complaint<'a>,
    /// For those who do not read `data`, where those are to be expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Complaint<'a> {
    pub(super) error_code: &'a str,
    pub(super) error_message: &'a str,
    pub(super) severity: &'static str,
    pub(super) recoverable: bool,
}

/// A frame without `data`, with nothing of its own in it but a text or two.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Note<'a> {
    pub(super) r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) agent_id: Option<&'a str>,
    pub(super) timestamp: Stamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<&'static str>,
}

/// A hub's event as its programs say it.
#[derive(Serialize)]
pub(super) struct Flat<'a> {
    pub(super) r#type: &'a str,
    #[serde(flatten)]
    pub(super) members: Except<'a>,
    pub(super) timestamp: Stamp,
}

/// What no member of a flat event can be called.
pub(super) const FLAT_NAMES: [&str; 3] = ["type", "timestamp", "data"];
