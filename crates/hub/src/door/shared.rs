//! The one path that two wires have: which of them a socket speaks shows in its first frame.
//!
//! Until then nobody has to know: neither wire greets, and a socket that says nothing hears what
//! the first of the two tells all its clients, some of which never say anything.

use chaperone_dialects::{Context, Decoded, Dialect};
use chaperone_protocol::{Map, Timestamp, Value};

/// Whether a first frame is of the wire that shows by its frames: it names the agent that speaks,
/// or is of a kind that only that wire has.
pub(super) fn shows(other: &dyn Dialect, text: &str) -> bool {
    let Ok(frame) = serde_json::from_str::<Map<String, Value>>(text) else {
        return false;
    };
    if frame.contains_key("agentId") {
        return true;
    }
    // Both wires have a `ping`; that of this one always says which host it is about.
    if frame.get("type").and_then(Value::as_str) == Some("ping") {
        return frame.get("ping").is_some_and(Value::is_object);
    }
    match other.decode_up(text, Context::at(Timestamp::UNIX_EPOCH)) {
        Ok(Decoded::Message(_)) => true,
        Ok(Decoded::Ignored { .. }) => false,
        Err(problem) => problem.code() == "malformed",
    }
}
