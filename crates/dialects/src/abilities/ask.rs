//! Commands: their names and parameters, said and heard.

use std::{collections::BTreeMap, time::Duration};

use chaperone_protocol::{
    Action, AgentId, Execute, Locate, Map, Notify, Precision, RecordingFormat, Resolution,
    RunAgent, Screenshot, SessionId, Snap, StartRecording, StopRecording, Value,
};
use serde::Serialize;

use crate::{
    Asked,
    json::{Fields, shortened},
};

/// What an action is called on every wire that has commands.
pub fn name(action: &Action) -> &'static str {
    match action {
        Action::Notify(_) => "send_notification",
        Action::Locate(_) => "get_location",
        Action::Snap(_) => "camera_snap",
        Action::Screenshot(_) => "screen_snap",
        Action::StartRecording(_) => "screen_record_start",
        Action::StopRecording(_) => "screen_record_stop",
        Action::Execute(_) => "execute_command",
        Action::RunAgent(_) => "run_agent",
    }
}

/// An action's parameters, as they stand on the wire.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Parameters<'a> {
    Notify {
        title: &'a str,
        body: &'a str,
        icon: Option<&'a str>,
        sound: Option<&'a str>,
    },
    Locate {
        accuracy: &'static str,
    },
    Snap {
        camera_id: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        resolution: Option<String>,
        save_path: Option<&'a str>,
    },
    Screenshot {
        #[serde(skip_serializing_if = "Option::is_none")]
        display: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        resolution: Option<String>,
    },
    StartRecording {
        session_id: &'a str,
        duration_seconds: u64,
        audio_enabled: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        resolution: Option<String>,
        output_format: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        display: Option<&'a str>,
    },
    StopRecording {
        session_id: &'a str,
    },
    Execute {
        command: &'a str,
        working_dir: Option<&'a str>,
        timeout_seconds: u64,
        environment: Option<&'a BTreeMap<String, String>>,
    },
    RunAgent {
        #[serde(skip_serializing_if = "Option::is_none")]
        agent_id: Option<&'a str>,
        details: &'a Map<String, Value>,
    },
}

pub(crate) fn parameters(action: &Action) -> Parameters<'_> {
    let written = |resolution: Option<Resolution>| resolution.map(|size| size.to_string());
    match action {
        Action::Notify(notify) => Parameters::Notify {
            title: &notify.title,
            body: &notify.body,
            icon: notify.icon.as_deref(),
            sound: notify.sound.as_deref(),
        },
        Action::Locate(locate) => Parameters::Locate {
            accuracy: locate.precision.as_str(),
        },
        Action::Snap(snap) => Parameters::Snap {
            camera_id: snap.camera.as_deref().unwrap_or(ANY_CAMERA),
            resolution: written(snap.resolution),
            save_path: snap.save_path.as_deref(),
        },
        Action::Screenshot(screenshot) => Parameters::Screenshot {
            display: screenshot.display.as_deref(),
            resolution: written(screenshot.resolution),
        },
        Action::StartRecording(recording) => Parameters::StartRecording {
            session_id: recording.session.as_str(),
            duration_seconds: recording.duration.as_secs(),
            audio_enabled: recording.audio,
            resolution: written(recording.resolution),
            output_format: recording.format.as_str(),
            display: recording.display.as_deref(),
        },
        Action::StopRecording(recording) => Parameters::StopRecording {
            session_id: recording.session.as_str(),
        },
        Action::Execute(execute) => Parameters::Execute {
            command: &execute.line,
            working_dir: execute.working_dir.as_deref(),
            timeout_seconds: execute.timeout.as_secs(),
            environment: Some(&execute.environment).filter(|given| !given.is_empty()),
        },
        Action::RunAgent(run) => Parameters::RunAgent {
            agent_id: run.program.as_ref().map(AgentId::as_str),
            details: &run.details,
        },
    }
}

/// What hubs write for “whichever camera there is”.
const ANY_CAMERA: &str = "default";

/// Hears a command. One that is none of ours is foreign; one of ours that makes no sense says why.
pub(crate) fn asked(name: &str, parameters: Option<&Value>) -> Asked {
    let senseless = |problem: String| Asked::Senseless { problem };
    let Some(fields) = Fields::inside(parameters) else {
        return senseless(format!(
            "the parameters of {} are not an object",
            shortened(name)
        ));
    };
    let action = match name {
        "send_notification" => notify(fields).map(Action::Notify),
        "get_location" => locate(fields).map(Action::Locate),
        "camera_snap" => snap(fields).map(Action::Snap),
        "screen_snap" => screenshot(fields).map(Action::Screenshot),
        "screen_record_start" => start_recording(fields).map(Action::StartRecording),
        "screen_record_stop" => stop_recording(fields).map(Action::StopRecording),
        "execute_command" => execute(fields).map(Action::Execute),
        "run_agent" => run_agent(fields).map(Action::RunAgent),
        foreign => {
            return Asked::Foreign {
                name: shortened(foreign),
                parameters: fields.without(&[]),
            };
        }
    };
    let valid = action.and_then(|action| match action.validate() {
        Ok(()) => Ok(action),
        Err(problem) => Err(problem.to_string()),
    });
    valid.map_or_else(senseless, Asked::Ability)
}

fn filled(fields: Fields<'_>, name: &str) -> Result<Option<String>, String> {
    let text = fields.text(name)?;
    Ok(text.filter(|text| !text.is_empty()).map(str::to_owned))
}

fn resolution(fields: Fields<'_>) -> Result<Option<Resolution>, String> {
    let Some(text) = filled(fields, "resolution")? else {
        return Ok(None);
    };
    let size = text.parse::<Resolution>();
    size.map(Some).map_err(|problem| problem.to_string())
}

fn session(fields: Fields<'_>) -> Result<SessionId, String> {
    let text = fields.text("session_id")?.unwrap_or_default();
    SessionId::new(text).map_err(|problem| format!("the session_id is not valid: {problem}"))
}

fn notify(fields: Fields<'_>) -> Result<Notify, String> {
    Ok(Notify {
        title: fields.text("title")?.unwrap_or_default().to_owned(),
        body: fields.text("body")?.unwrap_or_default().to_owned(),
        icon: filled(fields, "icon")?,
        sound: filled(fields, "sound")?,
    })
}

fn locate(fields: Fields<'_>) -> Result<Locate, String> {
    let Some(word) = filled(fields, "accuracy")? else {
        return Ok(Locate::default());
    };
    let precision = Precision::ALL
        .into_iter()
        .find(|precision| precision.as_str().eq_ignore_ascii_case(&word))
        .ok_or_else(|| {
            format!(
                "the accuracy is {}: it is high, medium or low",
                shortened(&word)
            )
        })?;
    Ok(Locate { precision })
}

fn snap(fields: Fields<'_>) -> Result<Snap, String> {
    Ok(Snap {
        camera: filled(fields, "camera_id")?.filter(|id| id != ANY_CAMERA),
        resolution: resolution(fields)?,
        save_path: filled(fields, "save_path")?,
    })
}

fn screenshot(fields: Fields<'_>) -> Result<Screenshot, String> {
    Ok(Screenshot {
        display: filled(fields, "display")?,
        resolution: resolution(fields)?,
    })
}

fn start_recording(fields: Fields<'_>) -> Result<StartRecording, String> {
    let format = match filled(fields, "output_format")? {
        None => RecordingFormat::default(),
        Some(word) => RecordingFormat::ALL
            .into_iter()
            .find(|format| format.as_str().eq_ignore_ascii_case(&word))
            .ok_or_else(|| {
                let word = shortened(&word);
                format!("the output_format is {word}: it is mp4, webm or gif")
            })?,
    };
    Ok(StartRecording {
        session: session(fields)?,
        display: filled(fields, "display")?,
        duration: fields
            .seconds("duration_seconds")?
            .unwrap_or(StartRecording::MAX_DURATION),
        audio: fields.flag("audio_enabled")?.unwrap_or(false),
        resolution: resolution(fields)?,
        format,
    })
}

fn stop_recording(fields: Fields<'_>) -> Result<StopRecording, String> {
    Ok(StopRecording {
        session: session(fields)?,
    })
}

fn execute(fields: Fields<'_>) -> Result<Execute, String> {
    let working_dir = match filled(fields, "working_dir")? {
        None => filled(fields, "working_directory")?,
        given => given,
    };
    let timeout: Option<Duration> = fields.seconds("timeout_seconds")?;
    Ok(Execute {
        line: fields.text("command")?.unwrap_or_default().to_owned(),
        working_dir,
        timeout: timeout.unwrap_or(Execute::DEFAULT_TIMEOUT),
        environment: environment(fields)?,
    })
}

fn environment(fields: Fields<'_>) -> Result<BTreeMap<String, String>, String> {
    let given = fields.object("environment")?;
    let mut environment = BTreeMap::new();
    for (name, value) in given.entries() {
        let value = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Array(_) | Value::Object(_) => {
                return Err(format!("the environment's {} is not text", shortened(name)));
            }
        };
        environment.insert(name.clone(), value);
    }
    Ok(environment)
}

fn run_agent(fields: Fields<'_>) -> Result<RunAgent, String> {
    let program = filled(fields, "agent_id")?
        .map(AgentId::new)
        .transpose()
        .map_err(|problem| format!("the agent_id is not valid: {problem}"))?;
    Ok(RunAgent {
        program,
        details: fields.object("details")?.without(&[]),
    })
}
