//! Hears frames.
//!
//! Strict where a frame could otherwise be misunderstood, lenient where a peer merely left
//! something out. A command with an id is never an error: it has to be answered.

use chaperone_protocol::{
    Agent, AgentId, CommandState, Confidence, DeviceId, DeviceInfo, FailureCode, Maturity, Outcome,
    Timestamp,
};

use super::profile::PROFILE;
use crate::{
    Asked, Context, DecodeError, Decoded, Downstream, Registration, RemoteCommand, Upstream,
    abilities,
    json::{self, Fields, shortened},
};

pub(super) fn up(text: &str, cx: Context<'_>) -> Result<Decoded<Upstream>, DecodeError> {
    let frame = json::frame(text, PROFILE.max_up_bytes)?;
    let fields = Fields::of(&frame);
    let kind = kind(fields)?;
    let message = match kind {
        "register" => register(fields)?,
        "proof" => Upstream::Proof {
            signature: fields.text_or_empty("signature"),
        },
        "heartbeat" => Upstream::Heartbeat,
        "accepted" => Upstream::Accepted {
            id: fields.command_id("accepted", "command_id")?,
        },
        "progress" => Upstream::Progress {
            id: fields.command_id("progress", "command_id")?,
            state: state(fields)?,
        },
        "result" => Upstream::Result {
            id: fields.command_id("result", "command_id")?,
            outcome: outcome(fields, cx)?,
        },
        // An error that names a command answers it.
        "error" if fields.has("command_id") => Upstream::Result {
            id: fields.command_id("error", "command_id")?,
            outcome: failure(fields, cx, "Unknown error"),
        },
        "error" => Upstream::Error {
            message: complaint(fields),
        },
        _ => return Ok(ignored(kind)),
    };
    Ok(Decoded::Message(message))
}

pub(super) fn down(text: &str, cx: Context<'_>) -> Result<Decoded<Downstream>, DecodeError> {
    let frame = json::frame(text, PROFILE.max_down_bytes)?;
    let fields = Fields::of(&frame);
    let kind = kind(fields)?;
    let message = match kind {
        "connected" => Downstream::Connected {
            device: device(fields),
            heartbeat_every: fields.seconds("heartbeat_interval").ok().flatten(),
        },
        "challenge" => Downstream::Challenge {
            nonce: fields.text_or_empty("nonce"),
        },
        "registered" => Downstream::Registered {
            device: device(fields),
            extensions: fields.extensions(),
            uploads: fields.text("uploads").ok().flatten().map(str::to_owned),
        },
        "command" => Downstream::Command(command(fields, cx)?),
        "cancel" => Downstream::Cancel {
            id: fields.command_id("cancel", "command_id")?,
        },
        "result_ack" => Downstream::ResultAck {
            id: fields.command_id("result_ack", "command_id")?,
        },
        "heartbeat" => Downstream::Heartbeat,
        "heartbeat_ack" => Downstream::HeartbeatAck,
        "heartbeat_probe" => Downstream::HeartbeatProbe,
        "error" => Downstream::Error {
            message: complaint(fields),
        },
        _ => return Ok(ignored(kind)),
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

fn register(fields: Fields<'_>) -> Result<Upstream, DecodeError> {
    const TYPED: [&str; 9] = [
        "device_node_id",
        "name",
        "node_type",
        "platform",
        "platform_version",
        "architecture",
        "capabilities",
        "extensions",
        "public_key",
    ];
    let malformed = |problem: &str| DecodeError::malformed("register", problem);
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
    let mut kind = info.text_or_empty("node_type");
    if kind.is_empty() {
        "mobile".clone_into(&mut kind);
    }
    let device = DeviceInfo {
        id,
        name,
        kind,
        platform: info.text_or_empty("platform"),
        platform_version: info.text_or_empty("platform_version"),
        architecture: info.text_or_empty("architecture"),
        capabilities: info.texts("capabilities").map(str::to_owned).collect(),
        more: info.without(&TYPED),
    };
    let public_key = info.text("public_key").ok().flatten();
    Ok(Upstream::Register(Registration {
        device,
        extensions: info.extensions(),
        public_key: public_key.map(str::to_owned),
    }))
}

fn device(fields: Fields<'_>) -> Option<DeviceId> {
    DeviceId::new(fields.text_or_empty("device_node_id")).ok()
}

fn outcome(fields: Fields<'_>, cx: Context<'_>) -> Result<Outcome, DecodeError> {
    let malformed = |problem: String| {
        let problem = format!("the result frame is malformed: {problem}");
        DecodeError::malformed("result", problem)
    };
    let success = fields.flag("success").map_err(malformed)?;
    let success = success.ok_or_else(|| malformed("success is missing".to_owned()))?;
    if !success {
        return Ok(failure(fields, cx, "Command failed"));
    }
    let finished_at = fields.moment("timestamp").unwrap_or(cx.now);
    let data = fields.object("data").map_err(malformed)?;
    let file_path = fields.text("file_path").map_err(malformed)?;
    Ok(match abilities::read(data, file_path) {
        Ok(data) => Outcome::Success { data, finished_at },
        // Whoever waits for it learns that it came and cannot be used.
        Err(problem) => {
            let message = format!("the device's answer makes no sense: {problem}");
            Outcome::failure(FailureCode::Failed, message, finished_at)
        }
    })
}

fn failure(fields: Fields<'_>, cx: Context<'_>, default: &str) -> Outcome {
    let code = fields.text("code").ok().flatten();
    let mut message = complaint(fields);
    if message.is_empty() {
        default.clone_into(&mut message);
    }
    Outcome::failure(
        code.and_then(FailureCode::named)
            .unwrap_or(FailureCode::Failed),
        message,
        fields.moment("timestamp").unwrap_or(cx.now),
    )
}

fn state(fields: Fields<'_>) -> Result<CommandState, DecodeError> {
    let name = fields.text_or_empty("state");
    CommandState::ALL
        .into_iter()
        .find(|state| state.as_str() == name)
        .ok_or_else(|| {
            let problem = "the progress frame names no state that a command can be in";
            DecodeError::malformed("progress", problem)
        })
}

/// The text of an `error` field, wherever a peer put it.
fn complaint(fields: Fields<'_>) -> String {
    match fields.text("error") {
        Ok(Some(text)) => text.to_owned(),
        Ok(None) => fields.text_or_empty("message"),
        Err(_) => fields
            .object("error")
            .map(|error| error.text_or_empty("message"))
            .unwrap_or_default(),
    }
}

fn command(fields: Fields<'_>, cx: Context<'_>) -> Result<RemoteCommand, DecodeError> {
    let id = fields.command_id("command", "command_id")?;
    let mut asked = match fields.text("command") {
        Ok(Some(name)) => abilities::asked(name, fields.get("params")),
        Ok(None) => senseless("the frame names no command".to_owned()),
        Err(problem) => senseless(problem),
    };
    let agent = agent(fields).unwrap_or_else(|problem| {
        // A claim we cannot read must not pass for no claim at all, which could be worth more.
        asked = senseless(problem);
        None
    });
    let deadline_at = deadline(fields, cx).unwrap_or_else(|problem| {
        asked = senseless(problem);
        None
    });
    Ok(RemoteCommand {
        id,
        agent,
        deadline_at,
        asked,
    })
}

fn senseless(problem: String) -> Asked {
    Asked::Senseless { problem }
}

fn agent(fields: Fields<'_>) -> Result<Option<Agent>, String> {
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
    let confidence = agent
        .get("confidence")
        .map(|score| {
            let score = score.as_f64().unwrap_or(f64::NAN);
            Confidence::new(score).map_err(|problem| format!("the agent's {problem}"))
        })
        .transpose()?;
    let mut name = agent.text_or_empty("name");
    if name.is_empty() {
        id.as_str().clone_into(&mut name);
    }
    Ok(Some(Agent {
        id,
        name,
        maturity,
        confidence,
    }))
}

/// Both times of the frame are the hub's, so their difference holds whatever its clock says.
fn deadline(fields: Fields<'_>, cx: Context<'_>) -> Result<Option<Timestamp>, String> {
    let Some(deadline) = fields
        .get("deadline_at")
        .map(|_| fields.moment("deadline_at"))
    else {
        return Ok(None);
    };
    let deadline = deadline.ok_or("deadline_at is not a time")?;
    let said_at = fields.moment("timestamp").unwrap_or(cx.now);
    cx.now
        .checked_add(deadline.duration_since(said_at))
        .map(Some)
        .map_err(|_| "deadline_at is out of range".to_owned())
}
