//! Says frames.
//!
//! As written down, in the envelope; without `data` only where that is the one form there is.

use chaperone_protocol::{DeviceId, Event, Health, Outcome, Report, Value};
use serde::Serialize;

use super::{
    complaint, introduction,
    profile::PROFILE,
    schema, state,
    wire::{
        CommandResponse, Complaint, DeviceCommand, Envelope, Error, FLAT_NAMES, Flat, Heartbeat,
        Note, Register, Stamp,
    },
};
use crate::{
    Asked, Context, Downstream, EncodeError, Registration, RemoteCommand, Upstream, abilities,
    except::Except,
    shorten::{fitting_result, written},
};

pub(super) fn up(message: &Upstream, cx: Context<'_>) -> Result<String, EncodeError> {
    let limit = PROFILE.max_up_bytes;
    let agent_id = cx.device.map(DeviceId::as_str);
    match message {
        Upstream::Register(registration) => register(registration, cx),
        Upstream::Heartbeat => enveloped("agent_heartbeat", agent_id, heartbeat(cx.health), cx),
        Upstream::Result { id, outcome } => fitting_result(outcome, limit, |outcome| {
            let (result, error, code) = match outcome {
                Outcome::Success { data, .. } => (Some(abilities::brought(data)), None, None),
                Outcome::Failure { code, message, .. } => {
                    (None, Some(message.as_str()), Some(code.as_str()))
                }
            };
            let frame = CommandResponse {
                r#type: "command_response",
                agent_id,
                timestamp: Stamp(outcome.finished_at()),
                command_id: id.as_str(),
                success: outcome.is_success(),
                result,
                error,
                code,
            };
            written(&frame, limit)
        }),
        Upstream::Report(Report::Health(health)) => {
            let payload = state::payload(health);
            if schema::flaw(&schema::HEALTH, &payload).is_some() {
                return unsupported("a report of how it is in such a form");
            }
            enveloped("systemHealth", agent_id, payload, cx)
        }
        Upstream::Report(Report::Event(Event { name, data })) => match schema::event(name) {
            Some(kind) if schema::flaw(kind, data).is_none() => {
                enveloped(kind.name, agent_id, data, cx)
            }
            Some(_) => unsupported("an event in such a form"),
            None => unsupported("such an event"),
        },
        Upstream::Error { message } => written(&error(message, agent_id, cx), limit),
        Upstream::Proof { .. } => unsupported("a proof"),
        Upstream::Accepted { .. } => unsupported("the arrival of a command"),
        Upstream::Progress { .. } => unsupported("the steps of a command"),
        Upstream::Part { .. } => unsupported("a part of a result"),
    }
}

pub(super) fn down(message: &Downstream, cx: Context<'_>) -> Result<String, EncodeError> {
    let limit = PROFILE.max_down_bytes;
    let agent_id = cx.device.map(DeviceId::as_str);
    match message {
        Downstream::Command(command) => remote_command(command, cx),
        Downstream::Configure(configuration) => {
            enveloped("config_update", agent_id, &configuration.more, cx)
        }
        Downstream::Event(event) => told(event, cx),
        Downstream::Connected { device, .. } => {
            let note = Note {
                r#type: "registration_success",
                agent_id: device.as_ref().map(DeviceId::as_str),
                timestamp: Stamp(cx.now),
                message: Some("connected"),
                status: None,
            };
            written(&note, limit)
        }
        Downstream::HeartbeatAck => {
            let note = Note {
                r#type: "heartbeat_response",
                agent_id,
                timestamp: Stamp(cx.now),
                message: None,
                status: Some("acknowledged"),
            };
            written(&note, limit)
        }
        Downstream::Error { message } => {
            let mut frame = error(message, agent_id, cx);
            frame.message = Some(frame.data.error_message);
            written(&frame, limit)
        }
        Downstream::Challenge { .. } => unsupported("a challenge"),
        Downstream::Registered { .. } => unsupported("an answer to a hello"),
        Downstream::Cancel { .. } => unsupported("taking a command back"),
        Downstream::ResultAck { .. } => unsupported("the arrival of a result"),
        Downstream::Heartbeat => unsupported("a heartbeat of the hub's own"),
        Downstream::HeartbeatProbe => unsupported("asking for a heartbeat"),
    }
}

fn unsupported(what: &'static str) -> Result<String, EncodeError> {
    Err(EncodeError::Unsupported { what })
}

/// Both directions have the same limit.
fn enveloped(
    kind: &str,
    agent_id: Option<&str>,
    data: impl Serialize,
    cx: Context<'_>,
) -> Result<String, EncodeError> {
    let frame = Envelope {
        r#type: kind,
        agent_id,
        timestamp: Stamp(cx.now),
        data,
    };
    written(&frame, PROFILE.max_up_bytes)
}

fn register(registration: &Registration, cx: Context<'_>) -> Result<String, EncodeError> {
    let device = &registration.device;
    let payload = introduction::payload(device);
    if schema::flaw(&schema::REGISTER, &payload).is_some() {
        return unsupported("a hello in such a form");
    }
    let frame = Register {
        r#type: schema::REGISTER.name,
        agent_id: device.id.as_str(),
        timestamp: Stamp(cx.now),
        data: &payload,
        capabilities: payload.get("capabilities"),
        system_info: payload.get("systemInfo"),
    };
    written(&frame, PROFILE.max_up_bytes)
}

fn heartbeat(health: Option<&Health>) -> Heartbeat {
    let number = |number: Option<f64>| number.filter(|number| number.is_finite());
    Heartbeat {
        status: "active",
        uptime: health
            .and_then(|health| health.uptime)
            .map(|uptime| uptime.as_secs()),
        memory_usage: number(health.and_then(|health| health.memory_percent)),
        cpu_usage: number(health.and_then(|health| health.cpu_percent)),
    }
}

fn error<'a>(message: &'a str, agent_id: Option<&'a str>, cx: Context<'_>) -> Error<'a> {
    let (error_code, error_message) = complaint::parted(message);
    Error {
        r#type: schema::ERROR.name,
        agent_id,
        timestamp: Stamp(cx.now),
        data: Complaint {
            error_code,
            error_message,
            severity: "medium",
            // Whatever is said here, the conversation goes on.
            recoverable: true,
        },
        message: None,
    }
}

fn remote_command(command: &RemoteCommand, cx: Context<'_>) -> Result<String, EncodeError> {
    match &command.asked {
        Asked::Ability(action) => {
            let parameters = abilities::parameters(action);
            command_frame(command, abilities::name(action), parameters, cx)
        }
        Asked::Foreign { name, parameters } => command_frame(command, name, parameters, cx),
        Asked::Wish(_) => unsupported("a wish as a command"),
        Asked::Senseless { .. } => unsupported("a command that makes no sense"),
    }
}

fn command_frame(
    command: &RemoteCommand,
    name: &str,
    parameters: impl Serialize,
    cx: Context<'_>,
) -> Result<String, EncodeError> {
    let frame = DeviceCommand {
        r#type: "device_command",
        agent_id: cx.device.map(DeviceId::as_str),
        timestamp: Stamp(cx.now),
        command_id: command.id.as_str(),
        command: name,
        parameters,
    };
    written(&frame, PROFILE.max_down_bytes)
}

/// An event names whom it is about, which is not the device that is told.
fn told(event: &Event, cx: Context<'_>) -> Result<String, EncodeError> {
    const AGENT: &[&str] = &["agentId"];
    const ENVELOPE: &[&str] = &FLAT_NAMES;
    const ENVELOPE_AND_AGENT: &[&str] = &["type", "timestamp", "data", "agentId"];
    let Event { name, data: map } = event;
    let agent = map.get("agentId").map(Value::as_str);
    if let Some(kind) = schema::relayed(name) {
        if schema::flaw(kind, map).is_some() {
            return unsupported("an event in such a form");
        }
        let names = match agent {
            Some(Some(_)) => AGENT,
            Some(None) | None => &[],
        };
        return enveloped(kind.name, agent.flatten(), Except { map, names }, cx);
    }
    let Some(kind) = schema::flat(name) else {
        return unsupported("such an event");
    };
    if schema::flaw(kind, map).is_some() {
        return unsupported("an event in such a form");
    }
    let names = match agent {
        Some(None) => ENVELOPE_AND_AGENT,
        Some(Some(_)) | None => ENVELOPE,
    };
    let frame = Flat {
        r#type: kind.name,
        members: Except { map, names },
        timestamp: Stamp(cx.now),
    };
    written(&frame, PROFILE.max_down_bytes)
}
