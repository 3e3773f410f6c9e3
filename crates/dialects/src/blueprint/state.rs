//! How a device is: the payload of `systemHealth`, both ways.
//!
//! Nothing is guessed: what the device does not know of itself is left out.

use std::time::Duration;

use chaperone_protocol::{Health, Map, Value};

use super::{opened::malformed, schema};
use crate::{DecodeError, json::Fields};

const METRICS: &str = "metrics";
/// What in `metrics` has a word of its own here.
const METERED: [&str; 2] = ["cpuUsage", "memoryUsage"];
/// What beside `metrics` has one.
const TYPED: [&str; 2] = ["uptime", "memoryMb"];

/// What a device says of how it is.
pub(super) fn payload(health: &Health) -> Map<String, Value> {
    let mut payload = health.more.clone();
    let mut metrics = match payload.remove(METRICS) {
        Some(Value::Object(metrics)) => metrics,
        _ => Map::new(),
    };
    put(&mut metrics, "cpuUsage", number(health.cpu_percent));
    put(&mut metrics, "memoryUsage", number(health.memory_percent));
    if !metrics.is_empty() {
        payload.insert(METRICS.to_owned(), metrics.into());
    }
    let uptime = health.uptime.map(|uptime| uptime.as_secs().into());
    put(&mut payload, "uptime", uptime);
    put(&mut payload, "memoryMb", number(health.memory_mb));
    payload
}

fn number(number: Option<f64>) -> Option<Value> {
    let number = number.filter(|number| number.is_finite())?;
    Some(number.into())
}

fn put(object: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => object.insert(name.to_owned(), value),
        None => object.remove(name),
    };
}

/// Reads it.
pub(super) fn read(mut payload: Map<String, Value>) -> Result<Health, DecodeError> {
    let kind = schema::HEALTH.name;
    if let Some(flaw) = schema::flaw(&schema::HEALTH, &payload) {
        return Err(malformed(kind, &flaw));
    }
    let metrics = payload.remove(METRICS).unwrap_or_default();
    let metered = Fields::inside(Some(&metrics))
        .ok_or_else(|| malformed(kind, "metrics is not an object"))?;
    let fields = Fields::of(&payload);
    let uptime = match (fields.count("uptime"), fields.number("uptime")) {
        (Some(whole), _) => Some(Duration::from_secs(whole)),
        (None, Some(seconds)) => Some(
            Duration::try_from_secs_f64(seconds)
                .map_err(|_| malformed(kind, "uptime is no length of time"))?,
        ),
        (None, None) => None,
    };
    let mut health = Health {
        uptime,
        cpu_percent: metered.number("cpuUsage"),
        memory_percent: metered.number("memoryUsage"),
        memory_mb: fields.number("memoryMb"),
        more: Map::new(),
    };
    let metrics = metered.without(&METERED);
    for name in TYPED {
        payload.remove(name);
    }
    if !metrics.is_empty() {
        payload.insert(METRICS.to_owned(), metrics.into());
    }
    health.more = payload;
    Ok(health)
}

/// What of it arrives, if it can be said at all.
pub(super) fn heard(mut health: Health) -> Option<Health> {
    let finite = |number: Option<f64>| number.filter(|number| number.is_finite());
    let metrics = health.more.remove(METRICS);
    for name in TYPED {
        health.more.remove(name);
    }
    if let Some(Value::Object(mut metrics)) = metrics {
        for name in METERED {
            metrics.remove(name);
        }
        if !metrics.is_empty() {
            health.more.insert(METRICS.to_owned(), metrics.into());
        }
    }
    if schema::flaw(&schema::HEALTH, &health.more).is_some() {
        return None;
    }
    Some(Health {
        uptime: health
            .uptime
            .map(|uptime| Duration::from_secs(uptime.as_secs())),
        cpu_percent: finite(health.cpu_percent),
        memory_percent: finite(health.memory_percent),
        memory_mb: finite(health.memory_mb),
        more: health.more,
    })
}
