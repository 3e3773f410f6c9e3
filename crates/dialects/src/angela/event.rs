//! Events: where their data stands in a frame.
//!
//! Three shapes are in use. Most frames have it under `data`. A device's `module_control` has it in
//! the frame itself. An event of the hub's synchronisation has an `id`, a `source`, a `target` and
//! a `priority` beside its `data`, and here all of these together are its data; an event with such
//! data is said in that shape again.

use chaperone_protocol::{Event, Map, Value};

use crate::json::{Fields, shortened};

/// The members that belong to the frame of an event itself.
pub(super) const OWN_OF_EVENT: &[&str] = &["type", "timestamp"];
/// The members that belong to the frame of a `module_control` itself; one with `data` would be
/// taken for the other shape.
pub(super) const OWN_OF_MODULE_CONTROL: &[&str] = &["type", "timestamp", "data"];

/// Hears what a device wants to be known.
pub(super) fn from_device(frame: Map<String, Value>) -> Event {
    let name = name(&frame);
    let data = if name == super::MODULE_CONTROL {
        module(frame)
    } else {
        under_data(frame)
    };
    Event { name, data }
}

/// Hears what a hub makes known.
pub(super) fn from_hub(frame: Map<String, Value>) -> Event {
    let name = match name(&frame) {
        // What the backend really says; its document has the other name for it.
        name if name == super::PET_STATE_UPDATE => super::PET_STATE_CHANGED.to_owned(),
        name => name,
    };
    let data = if is_synchronised(&frame) {
        without_own(frame)
    } else {
        under_data(frame)
    };
    Event { name, data }
}

/// Whether these are the members of an event of the hub's synchronisation.
pub(super) fn is_synchronised(members: &Map<String, Value>) -> bool {
    let is_text = |name| members.get(name).is_some_and(Value::is_string);
    is_text("id") && is_text("source") && members.contains_key("data")
}

/// What the frame calls itself: nothing, where it does not say so in words.
fn name(frame: &Map<String, Value>) -> String {
    let name = Fields::of(frame).text("type").ok().flatten();
    shortened(name.unwrap_or_default())
}

fn without_own(mut frame: Map<String, Value>) -> Map<String, Value> {
    for own in OWN_OF_EVENT {
        frame.remove(*own);
    }
    frame
}

fn under_data(mut frame: Map<String, Value>) -> Map<String, Value> {
    match frame.get_mut("data") {
        Some(Value::Object(data)) => std::mem::take(data),
        _ => without_own(frame),
    }
}

/// A module and whether it is to be on, as they came: running backends check neither.
fn module(frame: Map<String, Value>) -> Map<String, Value> {
    if frame.contains_key("module") || frame.contains_key("enabled") {
        let mut members = without_own(frame);
        members.remove("data");
        return members;
    }
    under_data(frame)
}
