//! Says frames.
//!
//! Exactly as written down for this wire; additions are fields of their own, which a peer that
//! does not know them passes over.

use chaperone_protocol::{Action, CommandId, Data, DeviceId, DeviceInfo, Outcome};
use serde::Serialize;
use serde_json::json;

use super::{profile::MAX_FRAME_BYTES, wire};
use crate::{
    Context, Downstream, EncodeError, Extension, Extensions, RemoteCommand, Upstream,
    shorten::{escaped_bytes, shortened},
};

pub(super) fn up(message: &Upstream, cx: Context) -> Result<String, EncodeError> {
    match message {
        Upstream::Register(device, extensions) => frame(&register(device, *extensions)),
        Upstream::Heartbeat => frame(&wire::Up::Heartbeat { timestamp: cx.now }),
        Upstream::Result { id, outcome } => result(id, outcome),
        Upstream::Progress { id, state } => frame(&wire::Up::Progress {
            command_id: id.as_str(),
            state: state.as_str(),
            timestamp: cx.now,
        }),
        Upstream::Error { message } => frame(&wire::Up::Error {
            error: message,
            timestamp: cx.now,
        }),
    }
}

pub(super) fn down(message: &Downstream, cx: Context) -> Result<String, EncodeError> {
    let timestamp = cx.now;
    match message {
        Downstream::Connected {
            device,
            heartbeat_every,
        } => frame(&wire::Down::Connected {
            device_node_id: device.as_ref().map(DeviceId::as_str),
            server_time: timestamp,
            heartbeat_interval: heartbeat_every.map(|every| every.as_secs().max(1)),
        }),
        Downstream::Registered { device, extensions } => frame(&wire::Down::Registered {
            device_node_id: device.as_ref().map(DeviceId::as_str),
            registered_at: timestamp,
            extensions: names(*extensions),
        }),
        Downstream::Command(command) => remote_command(command, cx),
        Downstream::Cancel { id } => frame(&wire::Down::Cancel {
            command_id: id.as_str(),
            timestamp,
        }),
        Downstream::ResultAck { id } => frame(&wire::Down::ResultAck {
            command_id: id.as_str(),
            timestamp,
        }),
        Downstream::Heartbeat => frame(&wire::Down::Heartbeat { timestamp }),
        Downstream::HeartbeatAck => frame(&wire::Down::HeartbeatAck { timestamp }),
        Downstream::HeartbeatProbe => frame(&wire::Down::HeartbeatProbe { timestamp }),
        Downstream::Error { message } => frame(&wire::Down::Error {
            error: message,
            timestamp,
        }),
    }
}

fn frame(frame: &impl Serialize) -> Result<String, EncodeError> {
    let text = serde_json::to_string(frame).map_err(|_| EncodeError::Unsupported {
        what: "this message",
    })?;
    if text.len() > MAX_FRAME_BYTES {
        return Err(EncodeError::TooLarge {
            bytes: text.len(),
            limit: MAX_FRAME_BYTES,
        });
    }
    Ok(text)
}

fn names(extensions: Extensions) -> Vec<&'static str> {
    extensions.iter().map(Extension::as_str).collect()
}

fn register(device: &DeviceInfo, extensions: Extensions) -> wire::Up<'_> {
    wire::Up::Register {
        device_node_id: device.id.as_str(),
        device_info: wire::DeviceInfo {
            device_node_id: device.id.as_str(),
            name: &device.name,
            node_type: match device.platform.as_str() {
                "linux" => "desktop_linux",
                "windows" => "desktop_windows",
                "macos" => "desktop_mac",
                _ => "desktop",
            },
            platform: &device.platform,
            platform_version: &device.platform_version,
            architecture: &device.architecture,
            capabilities: &device.capabilities,
            extensions: names(extensions),
        },
    }
}

/// A result must fit, or it would be refused and sent again for ever: its longest texts are
/// shortened in the middle until it does.
fn result(id: &CommandId, outcome: &Outcome) -> Result<String, EncodeError> {
    /// Room for everything in the frame that is not one of those texts.
    const MARGIN_BYTES: usize = 64 * 1024;

    match frame(&result_frame(id, outcome)) {
        Err(EncodeError::TooLarge { .. }) => {
            let fitting = fitted(outcome.clone(), MAX_FRAME_BYTES - MARGIN_BYTES);
            frame(&result_frame(id, &fitting))
        }
        other => other,
    }
}

fn result_frame<'a>(id: &'a CommandId, outcome: &'a Outcome) -> wire::Up<'a> {
    match outcome {
        Outcome::Success { data, finished_at } => wire::Up::Result {
            command_id: id.as_str(),
            success: true,
            data: Some(result_data(data)),
            error: None,
            code: None,
            timestamp: *finished_at,
        },
        Outcome::Failure {
            code,
            message,
            finished_at,
        } => wire::Up::Result {
            command_id: id.as_str(),
            success: false,
            data: None,
            error: Some(message),
            code: Some(code.as_str()),
            timestamp: *finished_at,
        },
    }
}

fn result_data(data: &Data) -> wire::Data<'_> {
    match data {
        Data::Notified(notified) => wire::Data::Notified {
            shown_as: notified.shown_as,
        },
        Data::Executed(executed) => wire::Data::Executed {
            exit_code: executed.exit_code,
            stdout: &executed.stdout,
            stderr: &executed.stderr,
            working_dir: &executed.working_dir,
            working_directory: &executed.working_dir,
            duration_seconds: executed.took.as_secs_f64(),
            containment: &executed.containment,
            cut_bytes: executed.cut_bytes,
        },
    }
}

/// The outcome with its texts shortened to what fits into `room` bytes of JSON.
fn fitted(outcome: Outcome, room: usize) -> Outcome {
    match outcome {
        Outcome::Success {
            data: Data::Executed(mut executed),
            finished_at,
        } => {
            // Either stream may use what the other leaves free.
            let half = room / 2;
            let (stdout, stderr) = (
                escaped_bytes(&executed.stdout),
                escaped_bytes(&executed.stderr),
            );
            for (text, limit) in [
                (&mut executed.stdout, half.max(room.saturating_sub(stderr))),
                (&mut executed.stderr, half.max(room.saturating_sub(stdout))),
            ] {
                let (short, cut) = shortened(text, limit);
                *text = short;
                executed.cut_bytes = executed.cut_bytes.saturating_add(cut);
            }
            for text in [&mut executed.working_dir, &mut executed.containment] {
                (*text, _) = shortened(text, 8 * 1024);
            }
            Outcome::Success {
                data: Data::Executed(executed),
                finished_at,
            }
        }
        Outcome::Failure {
            code,
            message,
            finished_at,
        } => Outcome::Failure {
            code,
            message: shortened(&message, room).0,
            finished_at,
        },
        small @ Outcome::Success {
            data: Data::Notified(_),
            ..
        } => small,
    }
}

fn remote_command(command: &RemoteCommand, cx: Context) -> Result<String, EncodeError> {
    let action = command.action.as_ref();
    let (name, params) = match action.map_err(|_| EncodeError::Unsupported {
        what: "a command that no device could act on",
    })? {
        Action::Notify(notify) => (
            "send_notification",
            json!({
                "title": notify.title,
                "body": notify.body,
                "icon": notify.icon,
                "sound": notify.sound,
            }),
        ),
        Action::Execute(execute) => (
            "execute_command",
            json!({
                "command": execute.line,
                "working_dir": execute.working_dir,
                "timeout_seconds": execute.timeout.as_secs(),
                "environment": Some(&execute.environment).filter(|given| !given.is_empty()),
            }),
        ),
    };
    frame(&wire::Down::Command {
        command_id: command.id.as_str(),
        command: name,
        params,
        agent: command.agent.as_ref().map(|agent| wire::Agent {
            id: agent.id.as_str(),
            name: &agent.name,
            maturity: agent.maturity.as_str(),
        }),
        deadline_at: command.deadline_at,
        timestamp: cx.now,
    })
}
