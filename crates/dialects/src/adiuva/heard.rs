//! Declares what is left of any message on this wire.
//!
//! Written down beside the translation, not made from it, so that the tests can hold one to the
//! other.

use chaperone_protocol::{Action, Data, DeviceInfo, Map, Outcome, RunAgent, Value};

use super::{
    answer, from_wire,
    ids::{self, Name},
    to_wire,
};
use crate::{Asked, Downstream, Extensions, Registration, RemoteCommand, Upstream};

pub(super) fn up(message: Upstream) -> Option<Upstream> {
    match message {
        Upstream::Register(registration) => Some(Upstream::Register(hello(&registration.device))),
        Upstream::Heartbeat => Some(Upstream::Heartbeat),
        Upstream::Result { id, outcome } => {
            let outcome = ended(ids::name(&id)?, outcome);
            Some(Upstream::Result { id, outcome })
        }
        Upstream::Part { id, mut data } => match ids::name(&id)? {
            Name::Call(_) => None,
            Name::Run(_) => {
                data.retain(|name, _| name != "type" && name != "run_id");
                Some(Upstream::Part { id, data })
            }
        },
        Upstream::Proof { .. }
        | Upstream::Accepted { .. }
        | Upstream::Progress { .. }
        | Upstream::Report(_)
        | Upstream::Error { .. } => None,
    }
}

pub(super) fn down(message: Downstream) -> Option<Downstream> {
    match message {
        Downstream::Command(command) => {
            let name = ids::name(&command.id)?;
            Some(Downstream::Command(RemoteCommand {
                asked: asked(name, command.asked)?,
                id: command.id,
                agent: None,
                deadline_at: None,
            }))
        }
        Downstream::HeartbeatProbe => Some(Downstream::HeartbeatProbe),
        Downstream::Connected { .. }
        | Downstream::Challenge { .. }
        | Downstream::Registered { .. }
        | Downstream::Cancel { .. }
        | Downstream::ResultAck { .. }
        | Downstream::Heartbeat
        | Downstream::HeartbeatAck
        | Downstream::Configure(_)
        | Downstream::Event(_)
        | Downstream::Error { .. } => None,
    }
}

/// Of a device, only its id and its agents.
fn hello(device: &DeviceInfo) -> Registration {
    let mut more = Map::new();
    let agents: Vec<Value> = to_wire::agents(device)
        .into_iter()
        .map(Value::from)
        .collect();
    if !agents.is_empty() {
        more.insert("agent_ids".to_owned(), Value::Array(agents));
    }
    Registration {
        device: DeviceInfo {
            id: device.id.clone(),
            name: device.id.to_string(),
            kind: String::new(),
            platform: String::new(),
            platform_version: String::new(),
            architecture: String::new(),
            capabilities: Vec::new(),
            more,
        },
        extensions: Extensions::NONE,
        public_key: None,
    }
}

fn ended(name: Name<'_>, outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Success {
            data: Data::Other(members),
            finished_at,
        } if !answer::stands_alone(name.into(), &members) => {
            // Under `data` it may look like what an ability brings.
            match answer::under_data(name.into(), members) {
                Ok(data) => Outcome::Success { data, finished_at },
                Err(problem) => from_wire::senseless_answer(&problem, finished_at),
            }
        }
        Outcome::Failure {
            code,
            message,
            finished_at,
            ..
        } if message.is_empty() => Outcome::failure(code, from_wire::FAILED, finished_at),
        everything_else => everything_else,
    }
}

fn asked(name: Name<'_>, asked: Asked) -> Option<Asked> {
    match (name, asked) {
        (
            Name::Run(_),
            Asked::Ability(Action::RunAgent(RunAgent {
                program,
                mut details,
            })),
        ) => {
            for own in ["type", "run_id", "agent_id"] {
                details.remove(own);
            }
            if program.is_none() {
                details.remove("scout_id");
            }
            let run = RunAgent { program, details };
            Some(Asked::Ability(Action::RunAgent(run)))
        }
        (Name::Call(_), Asked::Ability(action)) => Some(Asked::Ability(action)),
        (
            Name::Call(_),
            Asked::Foreign {
                name,
                mut parameters,
            },
        ) => {
            for own in ["type", "id", "action"] {
                parameters.remove(own);
            }
            // One of our own names is heard as what it names.
            Some(match from_wire::ours(&name, parameters.get("data")) {
                Ok(asked) => asked,
                Err(name) => Asked::Foreign { name, parameters },
            })
        }
        (Name::Run(_), Asked::Ability(_) | Asked::Foreign { .. })
        | (_, Asked::Wish(_) | Asked::Senseless { .. }) => None,
    }
}
