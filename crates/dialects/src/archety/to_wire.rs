//! Says frames.
//!
//! What was written down and what programs really read, both in the same frame.

use chaperone_protocol::{Health, Report, Value};

use super::{
    acknowledgement, foreign,
    profile::PROFILE,
    wire::{self, Arguments, Down, STATUS_NAMES, SYNC_INTERVAL, Up},
};
use crate::{
    Asked, Configuration, Context, Downstream, EncodeError, RemoteCommand, Upstream, abilities,
    except::Except,
    shorten::{fitting_result, written},
};

pub(super) fn up(message: &Upstream, cx: Context<'_>) -> Result<String, EncodeError> {
    let limit = PROFILE.max_up_bytes;
    let frame = match message {
        Upstream::Heartbeat => Up::Ping,
        Upstream::Accepted { id } => {
            Up::CommandAck(acknowledgement::of_step(id, "received", cx.now))
        }
        Upstream::Progress { id, state } => match acknowledgement::step(*state) {
            Some(status) => Up::CommandAck(acknowledgement::of_step(id, status, cx.now)),
            None => return unsupported("the end of a command without its answer"),
        },
        Upstream::Result { id, outcome } => {
            return fitting_result(outcome, limit, |outcome| {
                let acknowledgement = acknowledgement::of_outcome(id, outcome);
                written(&Up::CommandAck(acknowledgement), limit)
            });
        }
        Upstream::Report(Report::Health(health)) => Up::Status(status(health)),
        // It travels with the requests for commands.
        Upstream::Report(Report::Event(_)) => return unsupported("an event on its socket"),
        Upstream::Register(_) => return unsupported("a hello"),
        Upstream::Proof { .. } => return unsupported("a proof"),
        Upstream::Part { .. } => return unsupported("a part of a result"),
        Upstream::Error { .. } => return unsupported("a complaint"),
    };
    written(&frame, limit)
}

pub(super) fn down(message: &Downstream, cx: Context<'_>) -> Result<String, EncodeError> {
    let limit = PROFILE.max_down_bytes;
    let frame = match message {
        Downstream::Command(asking) => {
            let arguments = arguments(asking)?;
            let order = order(asking, &arguments, cx)?;
            return written(&Down::Command(order), limit);
        }
        Downstream::HeartbeatAck => Down::Pong,
        Downstream::Configure(configuration) => Down::ConfigUpdate(wishes(configuration)),
        Downstream::Connected { .. } => Down::Connected(wire::Welcome { message: "ready" }),
        Downstream::Challenge { .. } => return unsupported("a challenge"),
        Downstream::Registered { .. } => return unsupported("an answer to a hello"),
        Downstream::Cancel { .. } => return unsupported("taking a command back"),
        Downstream::ResultAck { .. } => return unsupported("the arrival of a result"),
        Downstream::Heartbeat => return unsupported("a heartbeat of the hub's own"),
        Downstream::HeartbeatProbe => return unsupported("asking for a heartbeat"),
        Downstream::Event(_) => return unsupported("an event at the hub"),
        Downstream::Error { .. } => return unsupported("a complaint"),
    };
    written(&frame, limit)
}

fn unsupported<T>(what: &'static str) -> Result<T, EncodeError> {
    Err(EncodeError::Unsupported { what })
}

fn status(health: &Health) -> wire::Status<'_> {
    let number = |number: Option<f64>| number.filter(|number| number.is_finite());
    wire::Status {
        uptime_seconds: health.uptime.map(|uptime| uptime.as_secs()),
        memory_usage_mb: number(health.memory_mb),
        memory_percent: number(health.memory_percent),
        cpu_percent: number(health.cpu_percent),
        more: Except {
            map: &health.more,
            names: &STATUS_NAMES,
        },
    }
}

/// A command's parameters, as they stand in a frame and in the answer to a request.
pub(super) fn arguments(command: &RemoteCommand) -> Result<Arguments<'_>, EncodeError> {
    match &command.asked {
        Asked::Ability(action) => Ok(Arguments::Ours(abilities::parameters(action))),
        Asked::Foreign { name, .. } if name == foreign::UPDATE_CONFIG => {
            unsupported("a wish as a command")
        }
        Asked::Foreign { parameters, .. } => Ok(Arguments::Foreign(parameters)),
        Asked::Wish(configuration) => Ok(Arguments::Wish(wishes(configuration))),
        Asked::Senseless { .. } => unsupported("a command that makes no sense"),
    }
}

/// The rest of it.
pub(super) fn order<'a>(
    command: &'a RemoteCommand,
    arguments: &'a Arguments<'a>,
    cx: Context<'_>,
) -> Result<wire::Order<'a>, EncodeError> {
    let (command_type, priority) = match &command.asked {
        Asked::Ability(action) => (abilities::name(action), None),
        Asked::Foreign { name, parameters } => (
            name.as_str(),
            parameters.get("priority").and_then(Value::as_str),
        ),
        Asked::Wish(_) => (foreign::UPDATE_CONFIG, None),
        Asked::Senseless { .. } => return unsupported("a command that makes no sense"),
    };
    Ok(wire::Order {
        command_id: command.id.as_str(),
        command_type,
        payload: arguments,
        parameters: arguments,
        priority: priority.unwrap_or("normal"),
        timestamp: cx.now,
    })
}

/// A hub's wishes, as they stand in a frame and in the answer to a request.
pub(super) fn wishes(configuration: &Configuration) -> wire::Wishes<'_> {
    wire::Wishes {
        sync_interval: configuration.poll_every.map(wire::whole_seconds),
        more: Except {
            map: &configuration.more,
            names: &[SYNC_INTERVAL],
        },
    }
}
