//! What a device says about a command, the same on the socket and over HTTP: it came, it runs, it
//! ended.
//!
//! Two shapes are about, `success` and `status`. We say both and hear either; where they disagree,
//! `success` counts.

use chaperone_protocol::{CommandId, CommandState, Data, FailureCode, Outcome, Timestamp};

use super::wire::{Acknowledgement, Reason};
use crate::{Context, DecodeError, Upstream, abilities, json::Fields};

/// What a failure says that says nothing.
pub(super) const NO_REASON: &str = "Command failed";

const KIND: &str = "command_ack";

pub(super) fn of_outcome<'a>(id: &'a CommandId, outcome: &'a Outcome) -> Acknowledgement<'a> {
    let finished_at = outcome.finished_at();
    let (status, error, code, data) = match outcome {
        Outcome::Success { data, .. } => {
            let nothing = matches!(data, Data::Other(map) if map.is_empty());
            let data = (!nothing).then(|| abilities::brought(data));
            ("completed", Reason::None, None, data)
        }
        Outcome::Failure { code, message, .. } => {
            ("failed", Reason::Said(message), Some(code.as_str()), None)
        }
    };
    Acknowledgement {
        command_id: id.as_str(),
        success: Some(outcome.is_success()),
        error: Some(error),
        timestamp: finished_at,
        status,
        completed_at: Some(finished_at),
        code,
        data,
    }
}

pub(super) fn of_step<'a>(
    id: &'a CommandId,
    status: &'static str,
    now: Timestamp,
) -> Acknowledgement<'a> {
    Acknowledgement {
        command_id: id.as_str(),
        success: None,
        error: None,
        timestamp: now,
        status,
        completed_at: None,
        code: None,
        data: None,
    }
}

/// The word for a step; a command that has ended has none, because its answer says so.
pub(super) fn step(state: CommandState) -> Option<&'static str> {
    match state {
        CommandState::Received | CommandState::Judged => Some("received"),
        CommandState::Waiting => Some("pending"),
        CommandState::Approved | CommandState::Running | CommandState::Reviewing => {
            Some("executing")
        }
        CommandState::Finished
        | CommandState::Denied
        | CommandState::Expired
        | CommandState::Cancelled
        | CommandState::Interrupted
        | CommandState::Delivered => None,
    }
}

pub(super) fn heard(fields: Fields<'_>, cx: Context<'_>) -> Result<Upstream, DecodeError> {
    let id = fields.command_id(KIND, "command_id")?;
    let malformed = |problem: &str| {
        let problem = format!("the command_ack frame is malformed: {problem}");
        DecodeError::malformed(KIND, problem)
    };
    let success = fields.flag("success").map_err(|why| malformed(&why))?;
    let status = fields.text("status").map_err(|why| malformed(&why))?;
    let success = match (success, status) {
        (Some(success), _) => success,
        (None, Some("completed")) => true,
        (None, Some("failed")) => false,
        (None, Some("received")) => return Ok(Upstream::Accepted { id }),
        (None, Some("executing")) => {
            let state = CommandState::Running;
            return Ok(Upstream::Progress { id, state });
        }
        (None, Some("pending")) => {
            let state = CommandState::Waiting;
            return Ok(Upstream::Progress { id, state });
        }
        (None, _) => return Err(malformed("it says neither success nor a known status")),
    };
    let finished_at = ["completed_at", "timestamp"]
        .into_iter()
        .find_map(|name| fields.moment(name))
        .unwrap_or(cx.now);
    let outcome = if success {
        succeeded(fields, finished_at)
    } else {
        failed(fields, finished_at).map_err(|why| malformed(&why))?
    };
    Ok(Upstream::Result { id, outcome })
}

fn succeeded(fields: Fields<'_>, finished_at: Timestamp) -> Outcome {
    let name = if fields.has("data") { "data" } else { "result" };
    let data = match fields.object(name) {
        Ok(data) => abilities::read(data, None),
        // An older document lets a device answer with anything at all.
        Err(_) if name == "result" => {
            let whole = fields
                .get(name)
                .map(|value| (name.to_owned(), value.clone()));
            Ok(Data::Other(whole.into_iter().collect()))
        }
        Err(problem) => Err(problem),
    };
    match data {
        Ok(data) => Outcome::Success { data, finished_at },
        // Whoever waits for it learns that it came and cannot be used.
        Err(problem) => {
            let message = format!("the device's answer makes no sense: {problem}");
            Outcome::failure(FailureCode::Failed, message, finished_at)
        }
    }
}

fn failed(fields: Fields<'_>, finished_at: Timestamp) -> Result<Outcome, String> {
    let said = fields.text("error")?.unwrap_or_default();
    let message = if said.is_empty() { NO_REASON } else { said };
    let code = fields.text("code").ok().flatten();
    let code = code.and_then(FailureCode::named);
    let code = code.unwrap_or(FailureCode::Failed);
    Ok(Outcome::failure(code, message, finished_at))
}
