//! Says frames.
//!
//! Exactly as written down for this wire; additions are fields of their own, which a peer that
//! does not know them passes over.

use chaperone_protocol::{CommandId, Confidence, Data, DeviceId, Outcome};

use super::{
    profile::PROFILE,
    wire::{self, Down, Up},
};
use crate::{
    Asked, Context, Downstream, EncodeError, Extension, Extensions, Registration, RemoteCommand,
    Upstream, abilities,
    shorten::{fitting_result, written},
};

pub(super) fn up(message: &Upstream, cx: Context<'_>) -> Result<String, EncodeError> {
    let timestamp = cx.now;
    let frame = match message {
        Upstream::Register(registration) => register(registration),
        Upstream::Proof { signature } => Up::Proof {
            signature,
            timestamp,
        },
        Upstream::Heartbeat => Up::Heartbeat { timestamp },
        Upstream::Accepted { id } => Up::Accepted {
            command_id: id.as_str(),
            timestamp,
        },
        Upstream::Progress { id, state } => Up::Progress {
            command_id: id.as_str(),
            state: state.as_str(),
            timestamp,
        },
        Upstream::Result { id, outcome } => {
            let limit = PROFILE.max_up_bytes;
            return fitting_result(outcome, limit, |outcome| {
                written(&result(id, outcome), limit)
            });
        }
        Upstream::Error { message } => Up::Error {
            error: message,
            timestamp,
        },
        Upstream::Part { .. } => return unsupported("a part of a result"),
        Upstream::Report(_) => return unsupported("news that answer no command"),
    };
    written(&frame, PROFILE.max_up_bytes)
}

pub(super) fn down(message: &Downstream, cx: Context<'_>) -> Result<String, EncodeError> {
    let timestamp = cx.now;
    let frame = match message {
        Downstream::Command(command) => return remote_command(command, cx),
        Downstream::Connected {
            device,
            heartbeat_every,
        } => Down::Connected {
            device_node_id: device.as_ref().map(DeviceId::as_str),
            server_time: timestamp,
            heartbeat_interval: heartbeat_every.map(|every| every.as_secs().max(1)),
        },
        Downstream::Challenge { nonce } => Down::Challenge { nonce, timestamp },
        Downstream::Registered {
            device,
            extensions,
            uploads,
        } => Down::Registered {
            device_node_id: device.as_ref().map(DeviceId::as_str),
            registered_at: timestamp,
            extensions: names(*extensions),
            uploads: uploads.as_deref(),
        },
        Downstream::Cancel { id } => Down::Cancel {
            command_id: id.as_str(),
            timestamp,
        },
        Downstream::ResultAck { id } => Down::ResultAck {
            command_id: id.as_str(),
            timestamp,
        },
        Downstream::Heartbeat => Down::Heartbeat { timestamp },
        Downstream::HeartbeatAck => Down::HeartbeatAck { timestamp },
        Downstream::HeartbeatProbe => Down::HeartbeatProbe { timestamp },
        Downstream::Error { message } => Down::Error {
            error: message,
            timestamp,
        },
        Downstream::Configure(_) => return unsupported("a hub's wishes"),
        Downstream::Event(_) => return unsupported("an event at the hub"),
    };
    let frame: Down<'_, ()> = frame;
    written(&frame, PROFILE.max_down_bytes)
}

fn unsupported(what: &'static str) -> Result<String, EncodeError> {
    Err(EncodeError::Unsupported { what })
}

fn names(extensions: Extensions) -> Vec<&'static str> {
    extensions.iter().map(Extension::as_str).collect()
}

fn register(registration: &Registration) -> Up<'_> {
    let Registration {
        device,
        extensions,
        public_key,
    } = registration;
    Up::Register {
        device_node_id: device.id.as_str(),
        device_info: wire::DeviceInfo {
            device_node_id: device.id.as_str(),
            name: &device.name,
            node_type: &device.kind,
            platform: &device.platform,
            platform_version: &device.platform_version,
            architecture: &device.architecture,
            capabilities: &device.capabilities,
            extensions: names(*extensions),
            public_key: public_key.as_deref(),
            more: &device.more,
        },
    }
}

fn result<'a>(id: &'a CommandId, outcome: &'a Outcome) -> Up<'a> {
    match outcome {
        Outcome::Success { data, finished_at } => Up::Result {
            command_id: id.as_str(),
            success: true,
            data: Some(abilities::brought(data)),
            file_path: match data {
                Data::Pictured(pictured) => pictured.file_path.as_deref(),
                Data::Recorded(recorded) => recorded.file_path.as_deref(),
                Data::Notified(_)
                | Data::Executed(_)
                | Data::Located(_)
                | Data::Recording(_)
                | Data::Other(_) => None,
            },
            error: None,
            code: None,
            timestamp: *finished_at,
        },
        Outcome::Failure {
            code,
            message,
            finished_at,
            ..
        } => Up::Result {
            command_id: id.as_str(),
            success: false,
            data: None,
            file_path: None,
            error: Some(message),
            code: Some(code.as_str()),
            timestamp: *finished_at,
        },
    }
}

fn remote_command(command: &RemoteCommand, cx: Context<'_>) -> Result<String, EncodeError> {
    let limit = PROFILE.max_down_bytes;
    match &command.asked {
        Asked::Ability(action) => {
            let parameters = abilities::parameters(action);
            written(
                &command_frame(command, abilities::name(action), parameters, cx),
                limit,
            )
        }
        Asked::Foreign { name, parameters } => {
            written(&command_frame(command, name, parameters, cx), limit)
        }
        Asked::Wish(_) => unsupported("a wish as a command"),
        Asked::Senseless { .. } => unsupported("a command that makes no sense"),
    }
}

fn command_frame<'a, Parameters>(
    command: &'a RemoteCommand,
    name: &'a str,
    params: Parameters,
    cx: Context<'_>,
) -> Down<'a, Parameters> {
    Down::Command {
        command_id: command.id.as_str(),
        command: name,
        params,
        agent: command.agent.as_ref().map(|agent| wire::Agent {
            id: agent.id.as_str(),
            name: &agent.name,
            maturity: agent.maturity.as_str(),
            confidence: agent.confidence.map(Confidence::score),
        }),
        deadline_at: command.deadline_at,
        timestamp: cx.now,
    }
}
