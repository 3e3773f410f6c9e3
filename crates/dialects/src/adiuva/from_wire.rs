//! Hears frames.
//!
//! Strict where a frame could otherwise be misunderstood, lenient where a peer merely left
//! something out. A command with an id is never an error: it has to be answered.

use chaperone_protocol::{
    Action, AgentId, CommandId, DeviceId, DeviceInfo, FailureCode, InvalidId, Map, Outcome,
    RunAgent, Timestamp, Value,
};

use super::{
    answer::{self, Ended},
    ids,
    profile::PROFILE,
};
use crate::{
    Asked, Context, DecodeError, Decoded, Downstream, Extensions, Registration, RemoteCommand,
    Upstream, abilities,
    json::{self, Fields, shortened},
};

/// What a failure without words of its own is told as.
pub(super) const FAILED: &str = "Command failed";

pub(super) fn up(text: &str, cx: Context<'_>) -> Result<Decoded<Upstream>, DecodeError> {
    let frame = json::frame(text, PROFILE.max_up_bytes)?;
    let fields = Fields::of(&frame);
    let message = match kind(fields)? {
        "device_hello" => hello(frame)?,
        "pong" => Upstream::Heartbeat,
        "tool_result" => {
            let id = id(fields, "tool_result", "id", ids::call)?;
            let outcome = outcome(Ended::Call, frame, cx)?;
            Upstream::Result { id, outcome }
        }
        "agent_data" => Upstream::Part {
            id: id(fields, "agent_data", "run_id", ids::run)?,
            data: without(frame, &["type", "run_id"]),
        },
        "agent_complete" => {
            let id = id(fields, "agent_complete", "run_id", ids::run)?;
            let outcome = outcome(Ended::Run, frame, cx)?;
            Upstream::Result { id, outcome }
        }
        kind => return Ok(ignored(kind)),
    };
    Ok(Decoded::Message(message))
}

pub(super) fn down(text: &str) -> Result<Decoded<Downstream>, DecodeError> {
    let frame = json::frame(text, PROFILE.max_down_bytes)?;
    let fields = Fields::of(&frame);
    let message = match kind(fields)? {
        "ping" => Downstream::HeartbeatProbe,
        "tool_call" => {
            let id = id(fields, "tool_call", "id", ids::call)?;
            Downstream::Command(remote(id, tool_call(frame)))
        }
        "agent_run" => {
            let id = id(fields, "agent_run", "run_id", ids::run)?;
            Downstream::Command(remote(id, agent_run(frame)))
        }
        kind => return Ok(ignored(kind)),
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

/// The frame less those members, without copying the rest.
fn without(mut frame: Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    for name in names {
        frame.remove(*name);
    }
    frame
}

fn id(
    fields: Fields<'_>,
    kind: &'static str,
    name: &str,
    of: impl Fn(&str) -> Result<CommandId, InvalidId>,
) -> Result<CommandId, DecodeError> {
    let malformed = |problem: &str| {
        let problem = format!("the {kind} frame is malformed: {name} is {problem}");
        DecodeError::malformed(kind, problem)
    };
    let given = fields.text(name).map_err(|_| malformed("not text"))?;
    let given = given.ok_or_else(|| malformed("missing"))?;
    of(given).map_err(|_| malformed("empty, too long or not printable"))
}

fn hello(frame: Map<String, Value>) -> Result<Upstream, DecodeError> {
    const OWN: &[&str] = &["type", "device_id", "agent_ids", "scout_ids"];
    let malformed = |problem: &str| {
        let problem = format!("the device_hello frame is malformed: {problem}");
        DecodeError::malformed("device_hello", problem)
    };
    let fields = Fields::of(&frame);
    let id = match fields.get("device_id") {
        None => return Err(malformed("device_id is missing")),
        Some(Value::String(text)) => text.clone(),
        // Running backends take anything for an id; a number is the one other thing that is one.
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(malformed("device_id is not text")),
    };
    let id = DeviceId::new(id)
        .map_err(|_| malformed("device_id is empty, too long or not printable"))?;
    let agents = match agents(fields, "agent_ids").map_err(|problem| malformed(&problem))? {
        Some(agents) => agents,
        // Later clients have another word for their agents.
        None => agents_or_none(fields).map_err(|problem| malformed(&problem))?,
    };
    let mut more = without(frame, OWN);
    if !agents.is_empty() {
        more.insert("agent_ids".to_owned(), Value::Array(agents));
    }
    let name = id.to_string();
    Ok(Upstream::Register(Registration {
        device: DeviceInfo {
            id,
            name,
            kind: String::new(),
            platform: String::new(),
            platform_version: String::new(),
            architecture: String::new(),
            capabilities: Vec::new(),
            more,
        },
        extensions: Extensions::NONE,
        public_key: None,
    }))
}

fn agents_or_none(fields: Fields<'_>) -> Result<Vec<Value>, String> {
    Ok(agents(fields, "scout_ids")?.unwrap_or_default())
}

fn agents(fields: Fields<'_>, name: &str) -> Result<Option<Vec<Value>>, String> {
    match fields.get(name) {
        None => Ok(None),
        Some(Value::Array(agents)) if agents.iter().all(Value::is_string) => {
            Ok(Some(agents.clone()))
        }
        Some(_) => Err(format!("{name} is not a list of texts")),
    }
}

fn outcome(
    ended: Ended,
    frame: Map<String, Value>,
    cx: Context<'_>,
) -> Result<Outcome, DecodeError> {
    let (kind, id) = match ended {
        Ended::Call => ("tool_result", "id"),
        Ended::Run => ("agent_complete", "run_id"),
    };
    let fields = Fields::of(&frame);
    let ok = fields.flag("ok").map_err(|problem| {
        DecodeError::malformed(kind, format!("the {kind} frame is malformed: {problem}"))
    })?;
    let finished_at = fields.moment("finished_at").unwrap_or(cx.now);
    // The system's own answers say `ok` only sometimes; a failure always says why.
    if !ok.unwrap_or(!fields.has("error")) {
        let code = fields.text("code").ok().flatten();
        let code = code.and_then(FailureCode::named);
        let code = code.unwrap_or(FailureCode::Failed);
        return Ok(Outcome::failure(code, complaint(fields), finished_at));
    }
    let members = without(frame, &["type", id, "ok", "finished_at"]);
    Ok(match answer::brought(ended, members) {
        Ok(data) => Outcome::Success { data, finished_at },
        Err(problem) => senseless_answer(&problem, finished_at),
    })
}

/// Whoever waits for an answer learns that it came and cannot be used.
pub(super) fn senseless_answer(problem: &str, finished_at: Timestamp) -> Outcome {
    let message = format!("the device's answer makes no sense: {problem}");
    Outcome::failure(FailureCode::Failed, message, finished_at)
}

/// The text of an `error` field, or of the `message` inside it.
fn complaint(fields: Fields<'_>) -> String {
    let inside = || fields.object("error").ok()?.text("message").ok().flatten();
    let text = fields.text("error").ok().flatten().or_else(inside);
    text.filter(|text| !text.is_empty())
        .unwrap_or(FAILED)
        .to_owned()
}

fn remote(id: CommandId, asked: Asked) -> RemoteCommand {
    RemoteCommand {
        id,
        agent: None,
        deadline_at: None,
        asked,
    }
}

fn senseless(problem: impl Into<String>) -> Asked {
    Asked::Senseless {
        problem: problem.into(),
    }
}

fn tool_call(frame: Map<String, Value>) -> Asked {
    let fields = Fields::of(&frame);
    match fields.text("action") {
        Ok(Some(action)) => match ours(action, fields.get("data")) {
            Ok(asked) => asked,
            Err(name) => Asked::Foreign {
                name,
                parameters: without(frame, &["type", "id", "action"]),
            },
        },
        Ok(None) => senseless("the frame names no action"),
        Err(problem) => senseless(problem),
    }
}

/// One of our abilities with the parameters under `data`, or the name of what is none of ours.
pub(super) fn ours(action: &str, data: Option<&Value>) -> Result<Asked, String> {
    // Whatever a foreign action has under `data` is its own matter, so the name is asked first.
    match abilities::asked(action, None) {
        Asked::Foreign { name, .. } => Err(name),
        Asked::Ability(_) | Asked::Wish(_) | Asked::Senseless { .. } => {
            Ok(abilities::asked(action, data))
        }
    }
}

fn agent_run(frame: Map<String, Value>) -> Asked {
    let fields = Fields::of(&frame);
    let given = ["agent_id", "scout_id"]
        .into_iter()
        .find(|name| fields.has(name) && fields.get(name) != Some(&Value::String(String::new())));
    let program = match given.map(|name| fields.text(name)).transpose() {
        Ok(program) => program.flatten().map(AgentId::new).transpose(),
        Err(problem) => return senseless(problem),
    };
    let Ok(program) = program else {
        let name = given.unwrap_or_default();
        return senseless(format!("the {name} is too long or not printable"));
    };
    let mut details = without(frame, &["type", "run_id", "agent_id"]);
    if given != Some("agent_id") {
        details.remove("scout_id");
    }
    let action = Action::RunAgent(RunAgent { program, details });
    match action.validate() {
        Ok(()) => Asked::Ability(action),
        Err(problem) => senseless(problem.to_string()),
    }
}
