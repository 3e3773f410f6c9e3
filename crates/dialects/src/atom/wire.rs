//! The frames as they stand on the wire, and a careful reader of their fields.
//!
//! What we say is typed, so that it always has the same shape. What we hear is read field by
//! field: hubs and devices differ in what they leave out, and a sentence must say what is wrong.

use std::time::Duration;

use chaperone_protocol::{CommandId, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};

use super::profile::MAX_FRAME_BYTES;
use crate::{DecodeError, Extensions};

/// What a device says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Up<'a> {
    Register {
        device_node_id: &'a str,
        device_info: DeviceInfo<'a>,
    },
    Heartbeat {
        timestamp: Timestamp,
    },
    Result {
        command_id: &'a str,
        success: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<Data<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'a str>,
        timestamp: Timestamp,
    },
    Progress {
        command_id: &'a str,
        state: &'a str,
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
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Data<'a> {
    Notified {
        #[serde(skip_serializing_if = "Option::is_none")]
        shown_as: Option<u32>,
    },
    Executed {
        exit_code: i32,
        stdout: &'a str,
        stderr: &'a str,
        /// Written down for hubs under one name and read by some under the other.
        working_dir: &'a str,
        working_directory: &'a str,
        duration_seconds: f64,
        containment: &'a str,
        cut_bytes: u64,
    },
}

/// What a hub says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Down<'a> {
    Connected {
        #[serde(skip_serializing_if = "Option::is_none")]
        device_node_id: Option<&'a str>,
        server_time: Timestamp,
        #[serde(skip_serializing_if = "Option::is_none")]
        heartbeat_interval: Option<u64>,
    },
    Registered {
        #[serde(skip_serializing_if = "Option::is_none")]
        device_node_id: Option<&'a str>,
        registered_at: Timestamp,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        extensions: Vec<&'static str>,
    },
    Command {
        command_id: &'a str,
        command: &'static str,
        params: Value,
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
}

/// A JSON object whose fields may or may not be what they should.
///
/// A field that is `null` counts as absent everywhere.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a frame and the kind it says it is.
    pub(super) fn of_frame(text: &str) -> Result<(String, Self), DecodeError> {
        if text.len() > MAX_FRAME_BYTES {
            return Err(DecodeError::TooLarge {
                bytes: text.len(),
                limit: MAX_FRAME_BYTES,
            });
        }
        let value = serde_json::from_str(text).map_err(DecodeError::NotJson)?;
        let Value::Object(map) = value else {
            return Err(DecodeError::NotAnObject);
        };
        let fields = Self(map);
        let kind = fields
            .text("type")
            .ok()
            .flatten()
            .ok_or(DecodeError::NoType)?;
        Ok((kind.to_owned(), fields))
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, String> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("{name} is not text")),
        }
    }

    /// A text that may be left out, and is taken for left out when it is something else.
    pub(super) fn text_or_empty(&self, name: &str) -> String {
        self.text(name)
            .ok()
            .flatten()
            .unwrap_or_default()
            .to_owned()
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, String> {
        self.get(name)
            .and_then(Value::as_bool)
            .ok_or_else(|| format!("{name} is not true or false"))
    }

    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.get(name).and_then(Value::as_f64)
    }

    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(Value::as_i64)
    }

    pub(super) fn count(&self, name: &str) -> Option<u64> {
        self.get(name).and_then(Value::as_u64)
    }

    /// Whole seconds, as a number or as a text of digits; a fraction counts as a second more.
    pub(super) fn seconds(&self, name: &str) -> Result<Option<Duration>, String> {
        let number = match self.get(name) {
            None => return Ok(None),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_f64(),
        };
        number
            .and_then(|number: f64| Duration::try_from_secs_f64(number.ceil()).ok())
            .map(Some)
            .ok_or_else(|| format!("{name} is not a number of seconds"))
    }

    /// Another object inside; an absent one is empty.
    pub(super) fn object(&self, name: &str) -> Result<Self, String> {
        match self.get(name) {
            None => Ok(Self(Map::new())),
            Some(Value::Object(map)) => Ok(Self(map.clone())),
            Some(_) => Err(format!("{name} is not an object")),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter()
    }

    /// The texts in a list; what is no text in it is passed over.
    pub(super) fn texts(&self, name: &str) -> Vec<&str> {
        let list = self.get(name).and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    pub(super) fn extensions(&self) -> Extensions {
        Extensions::from_names(self.texts("extensions"))
    }

    pub(super) fn command_id(&self, kind: &'static str) -> Result<CommandId, DecodeError> {
        let malformed = |what: &str| DecodeError::Malformed {
            kind,
            problem: format!("the {kind} frame {what}"),
        };
        let text = self
            .text("command_id")
            .map_err(|_| malformed("has a command_id that is not text"))?
            .ok_or_else(|| malformed("has no command_id"))?;
        CommandId::new(text)
            .map_err(|_| malformed("has a command_id that is empty, too long or not printable"))
    }

    /// A moment, if the field holds one. Python's `isoformat` leaves the zone out; such a time is
    /// taken for UTC, which is as good a guess as there is.
    pub(super) fn moment(&self, name: &str) -> Option<Timestamp> {
        let text = self.text(name).ok().flatten()?;
        let zoned = text.parse::<Timestamp>();
        zoned.ok().or_else(|| {
            let civil: jiff::civil::DateTime = text.parse().ok()?;
            Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
        })
    }
}

/// A peer's name for something, short enough to repeat.
pub(super) fn shortened(name: &str) -> String {
    const MAX_CHARS: usize = 100;
    let short: String = name.chars().take(MAX_CHARS).collect();
    if short.len() < name.len() {
        format!("{short}…")
    } else {
        short
    }
}
