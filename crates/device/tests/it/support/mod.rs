//! A hub, a person and a computer that do what a test says.

mod computer;
mod hub;
mod person;

use std::time::Duration;

pub(crate) use computer::{Lamp, LateDisplays, Log, Mood, WatchedCameras, place};
pub(crate) use hub::{BRISK, Hub, SMALL};
pub(crate) use person::{Home, Running, Setup, home_id};

use chaperone_device::{Decision, Plan, Request};
use serde_json::{Value, json};

/// Longer than anything here takes on a busy machine; only a broken test waits that long.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// An agent as a hub names it.
pub(crate) fn agent(id: &str, maturity: &str) -> Value {
    json!({"id": id, "name": id, "maturity": maturity})
}

pub(crate) fn intern() -> Value {
    agent("scout", "intern")
}

pub(crate) fn supervised() -> Value {
    agent("warden", "supervised")
}

pub(crate) fn autonomous() -> Value {
    agent("pilot", "autonomous")
}

/// What an answer says, without its time.
pub(crate) fn gist(answer: &Value) -> (bool, &str, &str) {
    (
        answer["success"].as_bool().unwrap(),
        answer["code"].as_str().unwrap_or_default(),
        answer["error"].as_str().unwrap_or_default(),
    )
}

/// What a person sees of a request.
pub(crate) fn seen(request: &Request) -> (&str, &Plan, Vec<Decision>) {
    (request.asker.name(), &request.plan, request.decisions())
}
