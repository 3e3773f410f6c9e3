//! Says frames.
//!
//! Exactly as the system's document has them; additions are members of their own, which the peer
//! hands on unread.

use chaperone_protocol::{Action, AgentId, Data, DeviceInfo, Outcome, Value};

use super::{
    answer,
    ids::{self, Name},
    profile::PROFILE,
    wire::{Answer, Down, Up},
};
use crate::{
    Asked, Downstream, EncodeError, RemoteCommand, Upstream,
    abilities::{self, Brought},
    except::Except,
    shorten::{fitting_result, written},
};

pub(super) fn up(message: &Upstream) -> Result<String, EncodeError> {
    let limit = PROFILE.max_up_bytes;
    let frame = match message {
        Upstream::Register(registration) => Up::DeviceHello {
            device_id: registration.device.id.as_str(),
            agent_ids: agents(&registration.device),
        },
        Upstream::Heartbeat => Up::Pong,
        Upstream::Result { id, outcome } => {
            let Some(name) = ids::name(id) else {
                return unsupported("an answer to a command with such an id");
            };
            return fitting_result(outcome, limit, |outcome| {
                written(&result(name, outcome), limit)
            });
        }
        Upstream::Part { id, data } => match ids::name(id) {
            Some(Name::Run(run_id)) => Up::AgentData {
                run_id,
                data: Except {
                    map: data,
                    names: &["type", "run_id"],
                },
            },
            Some(Name::Call(_)) | None => {
                return unsupported("a part of what answers anything but a run");
            }
        },
        Upstream::Proof { .. } => return unsupported("the proof of a key"),
        Upstream::Accepted { .. } => return unsupported("the arrival of a command"),
        Upstream::Progress { .. } => return unsupported("the progress of a command"),
        Upstream::Report(_) => return unsupported("news that answer no command"),
        Upstream::Error { .. } => return unsupported("a complaint"),
    };
    written(&frame, limit)
}

pub(super) fn down(message: &Downstream) -> Result<String, EncodeError> {
    match message {
        Downstream::Command(command) => remote_command(command),
        Downstream::HeartbeatProbe => {
            let frame: Down<'_, ()> = Down::Ping;
            written(&frame, PROFILE.max_down_bytes)
        }
        Downstream::Connected { .. } | Downstream::Registered { .. } => {
            unsupported("an answer to a hello")
        }
        Downstream::Challenge { .. } => unsupported("a challenge"),
        Downstream::Cancel { .. } => unsupported("taking a command back"),
        Downstream::ResultAck { .. } => unsupported("the arrival of a result"),
        Downstream::Heartbeat | Downstream::HeartbeatAck => {
            unsupported("a heartbeat that needs no answer")
        }
        Downstream::Configure(_) => unsupported("a hub's wishes"),
        Downstream::Event(_) => unsupported("an event at the hub"),
        Downstream::Error { .. } => unsupported("a complaint"),
    }
}

fn unsupported(what: &'static str) -> Result<String, EncodeError> {
    Err(EncodeError::Unsupported { what })
}

/// The agents that a device says it has.
pub(super) fn agents(device: &DeviceInfo) -> Vec<&str> {
    let list = device.more.get("agent_ids").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn result<'a>(name: Name<'a>, outcome: &'a Outcome) -> Up<'a> {
    let finished_at = outcome.finished_at();
    let answer = match outcome {
        Outcome::Success { data, .. } => {
            let (data, members) = placed(name, data);
            Answer {
                ok: true,
                error: None,
                code: None,
                data,
                finished_at,
                members,
            }
        }
        Outcome::Failure { code, message, .. } => Answer {
            ok: false,
            error: Some(message),
            code: Some(code.as_str()),
            data: None,
            finished_at,
            members: None,
        },
    };
    match name {
        Name::Call(id) => Up::ToolResult { id, answer },
        Name::Run(run_id) => Up::AgentComplete { run_id, answer },
    }
}

/// What stands under `data`, and what in the frame itself.
fn placed<'a>(name: Name<'_>, data: &'a Data) -> (Option<Brought<'a>>, Option<Except<'a>>) {
    match data {
        Data::Other(members) if answer::stands_alone(name.into(), members) => {
            let members = Except {
                map: members,
                names: answer::CALL,
            };
            (None, Some(members))
        }
        data => (Some(abilities::brought(data)), None),
    }
}

fn remote_command(command: &RemoteCommand) -> Result<String, EncodeError> {
    let Some(name) = ids::name(&command.id) else {
        return unsupported("a command with such an id");
    };
    let frame = match (name, &command.asked) {
        (Name::Run(run_id), Asked::Ability(Action::RunAgent(run))) => {
            // Without a program of its own, a detail of that name would be taken for one.
            let own: &'static [&'static str] = match run.program {
                Some(_) => &["type", "run_id", "agent_id"],
                None => &["type", "run_id", "agent_id", "scout_id"],
            };
            Down::AgentRun {
                run_id,
                agent_id: run.program.as_ref().map(AgentId::as_str),
                details: Except {
                    map: &run.details,
                    names: own,
                },
            }
        }
        (Name::Call(id), Asked::Ability(action)) => Down::ToolCall {
            id,
            action: abilities::name(action),
            data: Some(abilities::parameters(action)),
            parameters: None,
        },
        (Name::Call(id), Asked::Foreign { name, parameters }) => Down::ToolCall {
            id,
            action: name,
            data: None,
            parameters: Some(Except {
                map: parameters,
                names: &["type", "id", "action"],
            }),
        },
        (Name::Run(_), Asked::Ability(_) | Asked::Foreign { .. }) => {
            return unsupported("anything but a run under a run's id");
        }
        (_, Asked::Wish(_)) => return unsupported("a wish as a command"),
        (_, Asked::Senseless { .. }) => return unsupported("a command that makes no sense"),
    };
    written(&frame, PROFILE.max_down_bytes)
}
