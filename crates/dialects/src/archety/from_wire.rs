//! Hears frames.
//!
//! Strict where a frame could otherwise be misunderstood, lenient where a peer merely left
//! something out. A command with an id is never an error: it has to be answered.

use std::time::Duration;

use chaperone_protocol::{Health, Report, Value};

use super::{
    acknowledgement, foreign,
    profile::PROFILE,
    wire::{STATUS_NAMES, SYNC_INTERVAL},
};
use crate::{
    Asked, Configuration, Context, DecodeError, Decoded, Downstream, RemoteCommand, Upstream,
    abilities,
    json::{self, Fields, shortened},
};

pub(super) fn up(text: &str, cx: Context<'_>) -> Result<Decoded<Upstream>, DecodeError> {
    let frame = json::frame(text, PROFILE.max_up_bytes)?;
    let fields = Fields::of(&frame);
    let message = match kind(fields)? {
        "ping" => Upstream::Heartbeat,
        "command_ack" => acknowledgement::heard(data(fields, "command_ack")?, cx)?,
        "status" => Upstream::Report(Report::Health(status(data(fields, "status")?)?)),
        unknown => return Ok(ignored(unknown)),
    };
    Ok(Decoded::Message(message))
}

pub(super) fn down(text: &str) -> Result<Decoded<Downstream>, DecodeError> {
    let frame = json::frame(text, PROFILE.max_down_bytes)?;
    let fields = Fields::of(&frame);
    let message = match kind(fields)? {
        "command" => command(data(fields, "command")?)?,
        "pong" => Downstream::HeartbeatAck,
        "config_update" => {
            let wishes = wishes(data(fields, "config_update")?);
            let malformed = |why| DecodeError::malformed("config_update", why);
            Downstream::Configure(wishes.map_err(malformed)?)
        }
        // What it says beside that is for people to read, and nobody has written it down.
        "connected" => Downstream::Connected {
            device: None,
            heartbeat_every: None,
        },
        unknown => return Ok(ignored(unknown)),
    };
    Ok(Decoded::Message(message))
}

fn kind(fields: Fields<'_>) -> Result<&str, DecodeError> {
    let kind = fields.text("type").ok().flatten();
    kind.ok_or(DecodeError::NoType)
}

fn ignored<T>(kind: &str) -> Decoded<T> {
    Decoded::Ignored {
        kind: shortened(kind),
    }
}

fn data<'a>(fields: Fields<'a>, kind: &'static str) -> Result<Fields<'a>, DecodeError> {
    fields.object("data").map_err(|problem| {
        DecodeError::malformed(kind, format!("the {kind} frame is malformed: {problem}"))
    })
}

fn status(fields: Fields<'_>) -> Result<Health, DecodeError> {
    let malformed = |name: &str| {
        let problem = format!("the status frame is malformed: {name} is not a number");
        DecodeError::malformed("status", problem)
    };
    let number = |name: &str| match fields.get(name) {
        None => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or_else(|| malformed(name)),
    };
    let uptime = match (fields.count("uptime_seconds"), number("uptime_seconds")?) {
        (Some(whole), _) => Some(Duration::from_secs(whole)),
        (None, Some(seconds)) => {
            Some(Duration::try_from_secs_f64(seconds).map_err(|_| malformed("uptime_seconds"))?)
        }
        (None, None) => None,
    };
    Ok(Health {
        uptime,
        cpu_percent: number("cpu_percent")?,
        memory_percent: number("memory_percent")?,
        memory_mb: number("memory_usage_mb")?,
        more: fields.without(&STATUS_NAMES),
    })
}

/// A command, as it stands in a frame and in the answer to a request.
pub(super) fn command(fields: Fields<'_>) -> Result<Downstream, DecodeError> {
    let id = fields.command_id("command", "command_id")?;
    let senseless = |problem: String| Asked::Senseless { problem };
    let asked = match fields.text("command_type") {
        Ok(Some(foreign::UPDATE_CONFIG)) => Fields::inside(arguments(fields))
            .ok_or_else(|| "the parameters of update_config are not an object".to_owned())
            .and_then(wishes)
            .map_or_else(senseless, Asked::Wish),
        Ok(Some(name)) => asked(name, fields),
        Ok(None) => senseless("the frame names no command_type".to_owned()),
        Err(problem) => senseless(problem),
    };
    Ok(Downstream::Command(RemoteCommand {
        id,
        agent: None,
        deadline_at: None,
        asked,
    }))
}

fn arguments(fields: Fields<'_>) -> Option<&Value> {
    ["payload", "parameters", "params"]
        .into_iter()
        .find_map(|name| fields.get(name))
}

fn asked(name: &str, fields: Fields<'_>) -> Asked {
    match abilities::asked(foreign::usual_name(name), arguments(fields)) {
        Asked::Foreign { name, parameters } => {
            let mut parameters = foreign::usual_parameters(&name, parameters);
            if let Some(priority) = fields.text("priority").ok().flatten()
                && priority != "normal"
            {
                parameters
                    .entry("priority")
                    .or_insert_with(|| priority.into());
            }
            Asked::Foreign { name, parameters }
        }
        asked => asked,
    }
}

/// A hub's wishes, as they stand in a frame and in the answer to a request.
pub(super) fn wishes(fields: Fields<'_>) -> Result<Configuration, String> {
    Ok(Configuration {
        poll_every: fields.seconds(SYNC_INTERVAL)?,
        more: fields.without(&[SYNC_INTERVAL]),
    })
}
