//! Commands of this system's own world: one name for each, and one for each of their parameters.
//!
//! Its documents and its programs disagree about both. No device here carries such commands out;
//! a hub that passes them on says them as the programs read them.

use chaperone_protocol::{Map, Value};

/// The one command that is a wish and not work.
pub(super) const UPDATE_CONFIG: &str = "update_config";

/// What the programs call a command that is also written another way.
pub(super) fn usual_name(name: &str) -> &str {
    match name {
        "send_message" => "send_message_now",
        "cancel_message" => "cancel_scheduled",
        usual => usual,
    }
}

/// What the programs call its parameters, each under its first name in the order the others are
/// asked for.
pub(super) fn usual_parameters(
    usual_name: &str,
    mut parameters: Map<String, Value>,
) -> Map<String, Value> {
    const TEXT: [&str; 3] = ["text", "message_text", "message"];
    const MOMENT: [&str; 2] = ["send_at", "schedule_time"];
    const SCHEDULE: [&str; 2] = ["schedule_id", "message_id"];
    match usual_name {
        "send_message_now" => merge(&mut parameters, &TEXT, "text"),
        "schedule_message" => {
            merge(&mut parameters, &TEXT, "message_text");
            merge(&mut parameters, &MOMENT, "send_at");
        }
        "cancel_scheduled" => merge(&mut parameters, &SCHEDULE, "schedule_id"),
        _ => {}
    }
    parameters
}

/// Keeps the first that says something, under one name.
fn merge(parameters: &mut Map<String, Value>, names: &[&str], usual: &str) {
    let first = names
        .iter()
        .find(|name| parameters.get(**name).is_some_and(|value| !value.is_null()));
    let Some(value) = first.and_then(|name| parameters.remove(*name)) else {
        return;
    };
    for name in names {
        parameters.remove(*name);
    }
    parameters.insert(usual.to_owned(), value);
}
