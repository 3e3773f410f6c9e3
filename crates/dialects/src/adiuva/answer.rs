//! What an answer brings, told apart by where it stands in the frame.
//!
//! Answers of the system's own world have their members in the frame itself: `rows`, `deleted`,
//! `entries`… What our abilities bring stands whole under `data`, and so does anything with a
//! member that the frame needs for itself.

use chaperone_protocol::{Data, Map, Value};

use super::ids::Name;
use crate::{abilities, json::Fields};

/// The members that belong to the frame of a call's answer itself.
pub(super) const CALL: &[&str] = &["type", "id", "ok", "error", "code", "data", "finished_at"];

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// A call, with `tool_result`.
    Call,
    /// A run, with `agent_complete`.
    Run,
}

impl From<Name<'_>> for Ended {
    fn from(name: Name<'_>) -> Self {
        match name {
            Name::Call(_) => Self::Call,
            Name::Run(_) => Self::Run,
        }
    }
}

/// Whether what was brought can stand in the frame itself.
pub(super) fn stands_alone(ended: Ended, members: &Map<String, Value>) -> bool {
    match ended {
        Ended::Call => !CALL.iter().any(|own| members.contains_key(*own)),
        // A program may answer whatever it likes, so its answer never mixes with the frame.
        Ended::Run => members.is_empty(),
    }
}

/// What a success brought, from everything in its frame but the frame's own members; `data` is
/// still among them. A sentence says what in it makes no sense.
pub(super) fn brought(ended: Ended, mut members: Map<String, Value>) -> Result<Data, String> {
    for own in ["error", "code", "data"] {
        if members.get(own).is_some_and(Value::is_null) {
            members.remove(own);
        }
    }
    if members.len() != 1 {
        return Ok(Data::Other(members));
    }
    match members.remove("data") {
        Some(Value::Object(data)) => under_data(ended, data),
        Some(other) => Ok(Data::Other(Map::from_iter([("data".to_owned(), other)]))),
        None => Ok(Data::Other(members)),
    }
}

/// What stands under `data`.
pub(super) fn under_data(ended: Ended, data: Map<String, Value>) -> Result<Data, String> {
    let says_kind = data.get("kind").is_some_and(Value::is_string);
    match ended {
        // Only a Chaperone puts a run's answer there, and it names the kind where there is one.
        Ended::Run if !says_kind => Ok(Data::Other(data)),
        Ended::Call | Ended::Run => abilities::read(Fields::of(&data), None),
    }
}
