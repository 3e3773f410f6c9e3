//! What a device tells a hub unasked.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// News from a device that answers no command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Report {
    /// How it is.
    Health(Health),
    /// Something happened.
    Event(Event),
}

/// How a device is. Whatever is unknown is left out, never guessed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// How long the program has been running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uptime: Option<Duration>,
    /// The share of the processors that is busy, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_percent: Option<f64>,
    /// The share of the memory that is taken, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_percent: Option<f64>,
    /// The memory that the program takes, in MB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<f64>,
    /// Whatever else is said about it, as it came.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub more: Map<String, Value>,
}

/// Something that happened, in the words of the wire it travels on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its kind.
    pub name: String,
    /// Everything said about it, as it came.
    pub data: Map<String, Value>,
}
