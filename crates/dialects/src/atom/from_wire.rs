//! Hears frames.
//!
//! Strict where a frame could otherwise be misunderstood, lenient where a peer merely left
//! something out. A command with an id is never an error: it has to be answered.

use std::{collections::BTreeMap, time::Duration};

use chaperone_protocol::{
    Action, Agent, AgentId, CommandState, Data, DeviceId, DeviceInfo, Execute, Executed,
    FailureCode, Maturity, Notified, Notify, Outcome, Timestamp,
};
use serde_json::Value;

use super::wire::{Fields, shortened};
use crate::{Context, DecodeError, Decoded, Downstream, RemoteCommand, Unactionable, Upstream};

pub(super) fn up(text: &str, cx: Context) -> Result<Decoded<Upstream>, DecodeError> {
    let (kind, fields) = Fields::of_frame(text)?;
    let message = match kind.as_str() {
        "register" => register(&fields)?,
        "heartbeat" => Upstream::Heartbeat,
        "result" => Upstream::Result {
            id: fields.command_id("result")?,
            outcome: outcome(&fields, cx)?,
        },
        "progress" => Upstream::Progress {
            id: fields.command_id("progress")?,
            state: state(&fields)?,
        },
        // An error that names a command answers it.
        "error" if fields.has("command_id") => Upstream::Result {
            id: fields.command_id("error")?,
            outcome: failure(&fields, cx, "Unknown error"),
        },
        "error" => Upstream::Error {
            message: complaint(&fields),
        },
        _ => return Ok(ignored(&kind)),
    };
    Ok(Decoded::Message(message))
}

pub(super) fn down(text: &str, cx: Context) -> Result<Decoded<Downstream>, DecodeError> {
    let (kind, fields) = Fields::of_frame(text)?;
    let message = match kind.as_str() {
        "connected" => Downstream::Connected {
            device: device(&fields),
            heartbeat_every: fields.seconds("heartbeat_interval").ok().flatten(),
        },
        "registered" => Downstream::Registered {
            device: device(&fields),
            extensions: fields.extensions(),
        },
        "command" => Downstream::Command(command(&fields, cx)?),
        "cancel" => Downstream::Cancel {
            id: fields.command_id("cancel")?,
        },
        "result_ack" => Downstream::ResultAck {
            id: fields.command_id("result_ack")?,
        },
        "heartbeat" => Downstream::Heartbeat,
        "heartbeat_ack" => Downstream::HeartbeatAck,
        "heartbeat_probe" => Downstream::HeartbeatProbe,
        "error" => Downstream::Error {
            message: complaint(&fields),
        },
        _ => return Ok(ignored(&kind)),
    };
    Ok(Decoded::Message(message))
}

fn ignored<T>(kind: &str) -> Decoded<T> {
    Decoded::Ignored {
        kind: shortened(kind),
    }
}

fn register(fields: &Fields) -> Result<Upstream, DecodeError> {
    let malformed = |problem: &str| DecodeError::Malformed {
        kind: "register",
        problem: problem.to_owned(),
    };
    // The sentence is the one that hubs of this kind close the socket with.
    let id = fields.text_or_empty("device_node_id");
    if id.is_empty() {
        return Err(malformed("device_node_id required"));
    }
    let id =
        DeviceId::new(id).map_err(|_| malformed("device_node_id is too long or not printable"))?;
    let info = fields
        .object("device_info")
        .map_err(|problem| malformed(&problem))?;
    let mut name = info.text_or_empty("name");
    if name.is_empty() {
        let start: String = id.as_str().chars().take(8).collect();
        name = format!("Device {start}");
    }
    let capabilities = info.texts("capabilities");
    let device = DeviceInfo {
        id,
        name,
        platform: info.text_or_empty("platform"),
        platform_version: info.text_or_empty("platform_version"),
        architecture: info.text_or_empty("architecture"),
        capabilities: capabilities.into_iter().map(str::to_owned).collect(),
    };
    Ok(Upstream::Register(device, info.extensions()))
}

fn device(fields: &Fields) -> Option<DeviceId> {
    DeviceId::new(fields.text_or_empty("device_node_id")).ok()
}

fn outcome(fields: &Fields, cx: Context) -> Result<Outcome, DecodeError> {
    let malformed = |problem: &str| DecodeError::Malformed {
        kind: "result",
        problem: format!("the result frame is malformed: {problem}"),
    };
    let success = fields
        .flag("success")
        .map_err(|problem| malformed(&problem))?;
    if !success {
        return Ok(failure(fields, cx, "Command failed"));
    }
    let data = fields
        .object("data")
        .map_err(|problem| malformed(&problem))?;
    Ok(Outcome::Success {
        data: success_data(&data),
        finished_at: fields.moment("timestamp").unwrap_or(cx.now),
    })
}

fn failure(fields: &Fields, cx: Context, default: &str) -> Outcome {
    let code = fields.text("code").ok().flatten().and_then(failure_code);
    let mut message = complaint(fields);
    if message.is_empty() {
        default.clone_into(&mut message);
    }
    Outcome::Failure {
        code: code.unwrap_or(FailureCode::Failed),
        message,
        finished_at: fields.moment("timestamp").unwrap_or(cx.now),
    }
}

fn failure_code(name: &str) -> Option<FailureCode> {
    serde_json::from_value(Value::String(name.to_owned())).ok()
}

/// The wire does not say what a result is of; only an execution has output.
fn success_data(data: &Fields) -> Data {
    if !["exit_code", "stdout", "stderr"]
        .iter()
        .any(|name| data.has(name))
    {
        let shown_as = data.count("shown_as");
        return Data::Notified(Notified {
            shown_as: shown_as.and_then(|number| u32::try_from(number).ok()),
        });
    }
    // An execution that ended without a code was ended by force.
    let exit_code = data.integer("exit_code").unwrap_or(-1);
    let mut working_dir = data.text_or_empty("working_dir");
    if working_dir.is_empty() {
        working_dir = data.text_or_empty("working_directory");
    }
    let took = data.number("duration_seconds");
    Data::Executed(Executed {
        // Windows reports crashes as unsigned numbers beyond an i32; they keep their bits.
        exit_code: i32::try_from(exit_code)
            .or_else(|_| u32::try_from(exit_code).map(u32::cast_signed))
            .unwrap_or(i32::MAX),
        stdout: data.text_or_empty("stdout"),
        stderr: data.text_or_empty("stderr"),
        cut_bytes: data.count("cut_bytes").unwrap_or_default(),
        working_dir,
        took: took
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .unwrap_or_default(),
        containment: data.text_or_empty("containment"),
    })
}

fn state(fields: &Fields) -> Result<CommandState, DecodeError> {
    let name = fields.text_or_empty("state");
    CommandState::ALL
        .into_iter()
        .find(|state| state.as_str() == name)
        .ok_or_else(|| DecodeError::Malformed {
            kind: "progress",
            problem: "the progress frame names no state that a command can be in".to_owned(),
        })
}

/// The text of an `error` field, wherever a peer put it.
fn complaint(fields: &Fields) -> String {
    match fields.text("error") {
        Ok(Some(text)) => text.to_owned(),
        Ok(None) => fields.text_or_empty("message"),
        Err(_) => fields
            .object("error")
            .map(|error| error.text_or_empty("message"))
            .unwrap_or_default(),
    }
}

fn command(fields: &Fields, cx: Context) -> Result<RemoteCommand, DecodeError> {
    let id = fields.command_id("command")?;
    let mut action = action(fields);
    let agent = agent(fields).unwrap_or_else(|problem| {
        // A claim we cannot read must not pass for no claim at all, which could be worth more.
        action = Err(Unactionable::Invalid(problem));
        None
    });
    let deadline_at = deadline(fields, cx).unwrap_or_else(|problem| {
        action = Err(Unactionable::Invalid(problem));
        None
    });
    Ok(RemoteCommand {
        id,
        agent,
        deadline_at,
        action,
    })
}

fn agent(fields: &Fields) -> Result<Option<Agent>, String> {
    if !fields.has("agent") {
        return Ok(None);
    }
    let agent = fields.object("agent")?;
    let id = AgentId::new(agent.text_or_empty("id"))
        .map_err(|problem| format!("the agent's id is not valid: {problem}"))?;
    let maturity: Maturity = agent
        .text_or_empty("maturity")
        .parse()
        .map_err(|problem| format!("the agent's maturity is not valid: {problem}"))?;
    let mut name = agent.text_or_empty("name");
    if name.is_empty() {
        id.as_str().clone_into(&mut name);
    }
    Ok(Some(Agent { id, name, maturity }))
}

/// Both times of the frame are the hub's, so their difference holds whatever its clock says.
fn deadline(fields: &Fields, cx: Context) -> Result<Option<Timestamp>, String> {
    if !fields.has("deadline_at") {
        return Ok(None);
    }
    let deadline = fields
        .moment("deadline_at")
        .ok_or("deadline_at is not a time")?;
    let said_at = fields.moment("timestamp").unwrap_or(cx.now);
    cx.now
        .checked_add(deadline.duration_since(said_at))
        .map(Some)
        .map_err(|_| "deadline_at is out of range".to_owned())
}

fn action(fields: &Fields) -> Result<Action, Unactionable> {
    let name = match fields.text("command") {
        Ok(Some(name)) => name,
        Ok(None) => return Err(invalid("the frame names no command")),
        Err(problem) => return Err(Unactionable::Invalid(problem)),
    };
    let params = || fields.object("params").map_err(Unactionable::Invalid);
    let action = match name {
        "send_notification" => Action::Notify(notify(&params()?)?),
        "execute_command" => Action::Execute(execute(&params()?)?),
        // The wire also has camera_snap, screen_record_start, screen_record_stop and get_location,
        // which this device cannot do, so they are as unknown as any other.
        unknown => {
            return Err(Unactionable::Unknown {
                name: shortened(unknown),
            });
        }
    };
    let problem = action.validate().err();
    problem.map_or(Ok(action), |problem| Err(invalid(&problem.to_string())))
}

fn invalid(problem: &str) -> Unactionable {
    Unactionable::Invalid(problem.to_owned())
}

fn notify(params: &Fields) -> Result<Notify, Unactionable> {
    let text = |name| params.text(name).map_err(Unactionable::Invalid);
    let option = |name| {
        Ok(text(name)?
            .filter(|text| !text.is_empty())
            .map(str::to_owned))
    };
    Ok(Notify {
        title: text("title")?.unwrap_or_default().to_owned(),
        body: text("body")?.unwrap_or_default().to_owned(),
        icon: option("icon")?,
        sound: option("sound")?,
    })
}

fn execute(params: &Fields) -> Result<Execute, Unactionable> {
    let text = |name| params.text(name).map_err(Unactionable::Invalid);
    let working_dir = match text("working_dir")? {
        None => text("working_directory")?,
        given => given,
    };
    let timeout = params
        .seconds("timeout_seconds")
        .map_err(Unactionable::Invalid)?;
    Ok(Execute {
        line: text("command")?.unwrap_or_default().to_owned(),
        working_dir: working_dir.filter(|dir| !dir.is_empty()).map(str::to_owned),
        timeout: timeout.unwrap_or(Execute::DEFAULT_TIMEOUT),
        environment: environment(params)?,
    })
}

fn environment(params: &Fields) -> Result<BTreeMap<String, String>, Unactionable> {
    let given = params
        .object("environment")
        .map_err(Unactionable::Invalid)?;
    let mut environment = BTreeMap::new();
    for (name, value) in given.entries() {
        let value = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Array(_) | Value::Object(_) => {
                let name = shortened(name);
                return Err(Unactionable::Invalid(format!(
                    "the environment's {name} is not text"
                )));
            }
        };
        environment.insert(name.clone(), value);
    }
    Ok(environment)
}
