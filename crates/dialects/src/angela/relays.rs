//! What a hub of this kind tells its clients when one of them has said something.
//!
//! All of them are one group, the one that spoke included.

use chaperone_protocol::{Event, Map, Report, Timestamp, Value};
use sha2::{Digest as _, Sha256};

use super::{DATA_UPDATE, MODULE_CONTROL, MODULE_STATUS_CHANGED, STATUS_CHANGE};
use crate::{Audience, Context, Downstream, Relay, Upstream};

pub(super) fn of(heard: &Upstream, cx: Context<'_>) -> Vec<Relay> {
    let Upstream::Report(Report::Event(event)) = heard else {
        return Vec::new();
    };
    if event.name == MODULE_CONTROL {
        return vec![
            to_all(MODULE_STATUS_CHANGED, switched(event, &[])),
            synchronised(
                STATUS_CHANGE,
                Value::Object(switched(event, &[("action", MODULE_CONTROL)])),
                cx.now,
            ),
        ];
    }
    let kind = if event.name == STATUS_CHANGE {
        STATUS_CHANGE
    } else {
        DATA_UPDATE
    };
    vec![synchronised(kind, passed_on(&event.data), cx.now)]
}

/// The module and its state, as they came and also if they did not, and nothing else.
fn switched(event: &Event, more: &[(&str, &str)]) -> Map<String, Value> {
    let given = ["module", "enabled"].into_iter().map(|name| {
        let value = event.data.get(name).cloned().unwrap_or_default();
        (name.to_owned(), value)
    });
    let more = more
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
    given.chain(more).collect()
}

/// What a message said under `data`. If that was no object, it is told by standing alone.
fn passed_on(data: &Map<String, Value>) -> Value {
    match data.get("data") {
        Some(alone) if data.len() == 1 && !alone.is_object() => alone.clone(),
        _ => Value::Object(data.clone()),
    }
}

fn to_all(name: &str, data: Map<String, Value>) -> Relay {
    let name = name.to_owned();
    Relay {
        to: Audience::All,
        message: Downstream::Event(Event { name, data }),
    }
}

fn synchronised(kind: &str, data: Value, now: Timestamp) -> Relay {
    let members = [
        ("id", Value::String(id(kind, &data, now))),
        ("source", Value::from("websocket_client")),
        ("target", Value::Null),
        ("priority", Value::from(1)),
        ("data", data),
    ];
    let members = members.map(|(name, value)| (name.to_owned(), value));
    to_all(kind, members.into_iter().collect())
}

/// A UUID of the moment and the content: nothing here may draw lots.
fn id(kind: &str, data: &Value, now: Timestamp) -> String {
    let mut hash = Sha256::new();
    hash.update(now.as_nanosecond().to_be_bytes());
    hash.update(kind);
    hash.update(data.to_string());
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(hash.finalize()) {
        *byte = hashed;
    }
    // Version 8, which leaves the other bits to us, and the usual variant.
    let number = u128::from_be_bytes(bytes);
    let number = number & !(0xF << 76) | (8 << 76);
    let number = number & !(0b11 << 62) | (0b10 << 62);
    let digits = format!("{number:032x}");
    let part = |from, to| digits.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-{}-{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    )
}
