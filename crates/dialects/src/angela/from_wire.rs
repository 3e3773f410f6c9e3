//! Hears frames.
//!
//! Any object is a message here: what is neither a heartbeat nor a complaint is an event. Only what
//! is no object is an error.

use chaperone_protocol::{Map, Report, Value};

use super::{event, profile::PROFILE};
use crate::{
    DecodeError, Decoded, Downstream, Upstream,
    json::{self, Fields},
};

pub(super) fn up(text: &str) -> Result<Decoded<Upstream>, DecodeError> {
    let frame = json::frame(text, PROFILE.max_up_bytes)?;
    let message = if is(&frame, super::PING) {
        Upstream::Heartbeat
    } else {
        Upstream::Report(Report::Event(event::from_device(frame)))
    };
    Ok(Decoded::Message(message))
}

pub(super) fn down(text: &str) -> Result<Decoded<Downstream>, DecodeError> {
    let frame = json::frame(text, PROFILE.max_down_bytes)?;
    let message = if is(&frame, super::PONG) {
        Downstream::HeartbeatAck
    } else if is_complaint(&frame) {
        Downstream::Error {
            message: complaint(&frame)?,
        }
    } else {
        Downstream::Event(event::from_hub(frame))
    };
    Ok(Decoded::Message(message))
}

fn is(frame: &Map<String, Value>, kind: &str) -> bool {
    frame.get("type").and_then(Value::as_str) == Some(kind)
}

/// The one frame of a hub that has neither a type nor data.
fn is_complaint(frame: &Map<String, Value>) -> bool {
    let fields = Fields::of(frame);
    fields.has("error") && !fields.has("type") && !frame.contains_key("data")
}

fn complaint(frame: &Map<String, Value>) -> Result<String, DecodeError> {
    let fields = Fields::of(frame);
    let inside = || fields.object("error").ok()?.text("message").ok().flatten();
    let text = fields.text("error").ok().flatten().or_else(inside);
    text.map(str::to_owned)
        .ok_or_else(|| DecodeError::malformed("error", "error is not text"))
}
