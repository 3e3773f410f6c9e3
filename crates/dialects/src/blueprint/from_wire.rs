//! Hears frames.
//!
//! With `data` or without, every field looked at; strict on kinds we know, lenient on all others.
//! A command with an id is never an error: it has to be answered.

use chaperone_protocol::{
    Data, DeviceId, Event, FailureCode, Map, Outcome, Report, Timestamp, Value,
};

use super::{
    complaint, introduction,
    opened::{Opened, malformed},
    profile::PROFILE,
    schema::{self, Kind},
    state,
};
use crate::{
    Asked, Configuration, Context, DecodeError, Decoded, Downstream, Extensions, Registration,
    RemoteCommand, Upstream, abilities,
    json::{self, Fields, shortened},
};

/// What a failure says that says nothing.
pub(super) const NO_REASON: &str = "Command failed";

pub(super) fn up(text: &str, cx: Context<'_>) -> Result<Decoded<Upstream>, DecodeError> {
    let (kind, frame) = typed(json::frame(text, PROFILE.max_up_bytes)?)?;
    let message = match kind.as_str() {
        "agent_register" => Upstream::Register(Registration {
            device: introduction::read(Opened::new(frame, schema::REGISTER.name)?)?,
            extensions: Extensions::NONE,
            public_key: None,
        }),
        "agent_heartbeat" => {
            checked(&schema::HEARTBEAT, frame)?;
            Upstream::Heartbeat
        }
        // What a device behind a tunnel says in its place; its contents are written down nowhere.
        "heartbeat" => Upstream::Heartbeat,
        "command_response" => {
            let at = Fields::of(&frame).moment("timestamp").unwrap_or(cx.now);
            command_response(&Opened::new(frame, "command_response")?.payload, at)?
        }
        "systemHealth" => {
            let opened = Opened::new(frame, schema::HEALTH.name)?;
            Upstream::Report(Report::Health(state::read(opened.payload)?))
        }
        "error" => Upstream::Error {
            message: complaint(frame)?,
        },
        name => {
            let Some(known) = schema::event(name).or_else(|| schema::observed(name)) else {
                return Ok(ignored(&kind));
            };
            let data = checked(known, frame)?.payload;
            Upstream::Report(Report::Event(Event { name: kind, data }))
        }
    };
    Ok(Decoded::Message(message))
}

pub(super) fn down(text: &str) -> Result<Decoded<Downstream>, DecodeError> {
    let (kind, frame) = typed(json::frame(text, PROFILE.max_down_bytes)?)?;
    let message = match kind.as_str() {
        "device_command" => {
            let payload = Opened::new(frame, "device_command")?.payload;
            Downstream::Command(device_command(&payload)?)
        }
        // Orders of other programs of this system. Without an id there is nothing to answer, and
        // what nobody can answer is not done either.
        "ping_command" => match order("ping_command", frame)? {
            Some(command) => Downstream::Command(command),
            None => return Ok(ignored(&kind)),
        },
        "scan_request" => match order("scan_request", frame)? {
            Some(command) => Downstream::Command(command),
            None => return Ok(ignored(&kind)),
        },
        "config_update" => configure(frame, "config_update")?,
        "agent_config" => configure(frame, "agent_config")?,
        "connection_established" | "registration_success" | "agent_registered" => {
            let agent = Fields::of(&frame).text_or_empty("agentId");
            Downstream::Connected {
                device: DeviceId::new(agent).ok(),
                heartbeat_every: None,
            }
        }
        "heartbeat_response" => Downstream::HeartbeatAck,
        "error" => Downstream::Error {
            message: complaint(frame)?,
        },
        name => {
            let Some(known) = schema::relayed(name).or_else(|| schema::flat(name)) else {
                return Ok(ignored(&kind));
            };
            let data = checked(known, frame)?.with_agent();
            Downstream::Event(Event { name: kind, data })
        }
    };
    Ok(Decoded::Message(message))
}

fn typed(mut frame: Map<String, Value>) -> Result<(String, Map<String, Value>), DecodeError> {
    match frame.remove("type") {
        Some(Value::String(kind)) => Ok((kind, frame)),
        _ => Err(DecodeError::NoType),
    }
}

fn ignored<T>(kind: &str) -> Decoded<T> {
    Decoded::Ignored {
        kind: shortened(kind),
    }
}

fn checked(kind: &'static Kind, frame: Map<String, Value>) -> Result<Opened, DecodeError> {
    let opened = Opened::new(frame, kind.name)?;
    match schema::flaw(kind, &opened.payload) {
        None => Ok(opened),
        Some(flaw) => Err(malformed(kind.name, &flaw)),
    }
}

fn complaint(frame: Map<String, Value>) -> Result<String, DecodeError> {
    let opened = checked(&schema::ERROR, frame)?;
    Ok(complaint::joined(
        Fields::of(&opened.payload),
        Fields::of(&opened.beside),
    ))
}

fn command_response(payload: &Map<String, Value>, at: Timestamp) -> Result<Upstream, DecodeError> {
    const KIND: &str = "command_response";
    let fields = Fields::of(payload);
    let id = fields.command_id(KIND, "commandId")?;
    let said = fields
        .flag("success")
        .map_err(|problem| malformed(KIND, &problem))?;
    let success = match said {
        Some(success) => success,
        None if fields.has("error") => false,
        None if fields.has("result") => true,
        None => {
            return Err(malformed(
                KIND,
                "it says neither success nor result nor error",
            ));
        }
    };
    let outcome = if success {
        match brought(fields) {
            Ok(data) => Outcome::Success {
                data,
                finished_at: at,
            },
            // Whoever waits for it learns that it came and cannot be used.
            Err(problem) => {
                let message = format!("the device's answer makes no sense: {problem}");
                Outcome::failure(FailureCode::Failed, message, at)
            }
        }
    } else {
        let said = fields
            .text("error")
            .map_err(|problem| malformed(KIND, &problem))?;
        let message = said.filter(|said| !said.is_empty()).unwrap_or(NO_REASON);
        let code = fields.text("code").ok().flatten();
        let code = code.and_then(FailureCode::named);
        Outcome::failure(code.unwrap_or(FailureCode::Failed), message, at)
    };
    Ok(Upstream::Result { id, outcome })
}

/// Programs answer with whatever they have; only an object can be one of ours.
fn brought(fields: Fields<'_>) -> Result<Data, String> {
    let Ok(result) = fields.object("result") else {
        let whole = fields.get("result");
        let whole = whole.map(|value| ("result".to_owned(), value.clone()));
        return Ok(Data::Other(whole.into_iter().collect()));
    };
    abilities::read(result, None)
}

fn device_command(payload: &Map<String, Value>) -> Result<RemoteCommand, DecodeError> {
    let fields = Fields::of(payload);
    let id = fields.command_id("device_command", "commandId")?;
    let asked = match fields.text("command") {
        Ok(Some(name)) => abilities::asked(name, fields.get("parameters")),
        Ok(None) => Asked::Senseless {
            problem: "the frame names no command".to_owned(),
        },
        Err(problem) => Asked::Senseless { problem },
    };
    Ok(remote(id, asked))
}

fn order(
    kind: &'static str,
    frame: Map<String, Value>,
) -> Result<Option<RemoteCommand>, DecodeError> {
    let mut parameters = Opened::new(frame, kind)?.payload;
    if !Fields::of(&parameters).has("commandId") {
        return Ok(None);
    }
    let id = Fields::of(&parameters).command_id(kind, "commandId")?;
    parameters.remove("commandId");
    let name = kind.to_owned();
    Ok(Some(remote(id, Asked::Foreign { name, parameters })))
}

fn remote(id: chaperone_protocol::CommandId, asked: Asked) -> RemoteCommand {
    RemoteCommand {
        id,
        agent: None,
        deadline_at: None,
        asked,
    }
}

fn configure(frame: Map<String, Value>, kind: &'static str) -> Result<Downstream, DecodeError> {
    Ok(Downstream::Configure(Configuration {
        poll_every: None,
        more: Opened::new(frame, kind)?.payload,
    }))
}
