//! What a caller reads of a command that is over.
//!
//! Made from the command and its outcome alone, so that the same answer can be given again.

use axum::http::StatusCode;
use chaperone_protocol::{
    Action, ArtifactId, CommandId, Content, Data, DeviceId, Executed, FailureCode, Located,
    Outcome, Pictured, Recorded, Resolution, SessionId, Timestamp,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::kind::ANY_CAMERA;
use crate::{rest::Refusal, store::configuration};

/// A success, by kind.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Reply {
    Notification(NotificationAnswer),
    Location(LocationAnswer),
    Picture(PictureAnswer),
    Started(StartedAnswer),
    Stopped(StoppedAnswer),
    Execute(ExecuteAnswer),
    Other(OtherAnswer),
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NotificationAnswer {
    success: bool,
    #[schemars(with = "String")]
    device_node_id: DeviceId,
    title: String,
    body: String,
    #[schemars(with = "String")]
    sent_at: Timestamp,
    #[schemars(with = "String")]
    command_id: CommandId,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LocationAnswer {
    success: bool,
    #[schemars(with = "String")]
    device_node_id: DeviceId,
    latitude: f64,
    longitude: f64,
    /// The word that was asked with.
    accuracy: &'static str,
    altitude: Option<f64>,
    /// Within so many metres.
    accuracy_meters: Option<f64>,
    heading: Option<f64>,
    speed: Option<f64>,
    /// Where it is known from.
    source: Option<String>,
    #[schemars(with = "String")]
    timestamp: Timestamp,
    #[schemars(with = "String")]
    command_id: CommandId,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PictureAnswer {
    success: bool,
    #[schemars(with = "String")]
    device_node_id: DeviceId,
    /// A file on the device, where it tells one.
    file_path: Option<String>,
    /// A data URL.
    base64_data: Option<String>,
    artifact: Option<Artifact>,
    resolution: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    camera_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display: Option<String>,
    #[schemars(with = "String")]
    captured_at: Timestamp,
    #[schemars(with = "String")]
    command_id: CommandId,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StartedAnswer {
    success: bool,
    #[schemars(with = "String")]
    session_id: SessionId,
    #[schemars(with = "String")]
    device_node_id: DeviceId,
    configuration: Value,
    #[schemars(with = "String")]
    started_at: Timestamp,
    #[schemars(with = "String")]
    command_id: CommandId,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StoppedAnswer {
    success: bool,
    #[schemars(with = "String")]
    session_id: SessionId,
    #[schemars(with = "String")]
    device_node_id: DeviceId,
    /// A file on the device, where it tells one.
    file_path: Option<String>,
    /// A data URL.
    base64_data: Option<String>,
    artifact: Option<Artifact>,
    duration_seconds: Option<f64>,
    #[schemars(with = "String")]
    stopped_at: Timestamp,
    #[schemars(with = "String")]
    command_id: CommandId,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ExecuteAnswer {
    success: bool,
    #[schemars(with = "String")]
    device_node_id: DeviceId,
    exit_code: i32,
    stdout: String,
    stderr: String,
    /// Bytes left out of the middle of the output.
    cut_bytes: u64,
    command: String,
    working_dir: Option<String>,
    /// The same under the other name that clients look for.
    working_directory: Option<String>,
    timeout_seconds: u64,
    duration_seconds: f64,
    #[schemars(with = "String")]
    executed_at: Timestamp,
    containment: String,
    #[schemars(with = "String")]
    command_id: CommandId,
}

#[derive(Debug, Serialize)]
pub(crate) struct OtherAnswer {
    success: bool,
    device_node_id: DeviceId,
    data: Data,
    finished_at: Timestamp,
    command_id: CommandId,
}

/// A picture or recording that was uploaded to the hub.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Artifact {
    #[schemars(with = "String")]
    id: ArtifactId,
    media_type: String,
    bytes: u64,
    sha256: String,
    /// Where it is to be fetched, for as long as it is kept.
    path: String,
}

/// How a failure's sentence begins.
pub(crate) fn failed(action: &Action) -> &'static str {
    match action {
        Action::Notify(_) => "Send notification failed",
        Action::Locate(_) => "Get location failed",
        Action::Snap(_) => "Camera snap failed",
        Action::Screenshot(_) => "Screen snap failed",
        Action::StartRecording(_) => "Screen record start failed",
        Action::StopRecording(_) => "Screen record stop failed",
        Action::Execute(_) => "Execute command failed",
        Action::RunAgent(_) => "Run agent failed",
    }
}

/// A failure of an action, in the words of its kind.
pub(crate) fn failure(action: &Action, code: &'static str, reason: &str) -> Refusal {
    let detail = format!("{}: {reason}", failed(action));
    Refusal::new(StatusCode::BAD_REQUEST, code, detail)
}

/// What a caller reads of an outcome.
pub(crate) fn reply(
    id: &CommandId,
    device: &DeviceId,
    action: &Action,
    outcome: Outcome,
) -> Result<Reply, Refusal> {
    let (data, finished_at) = match outcome {
        Outcome::Success { data, finished_at } => (data, finished_at),
        Outcome::Failure { code, message, .. } => {
            return Err(failure(action, code.as_str(), &message).of_command(id.clone()));
        }
    };
    let lacking = |what: &str| {
        let code = FailureCode::Failed.as_str();
        let reason = format!("the device's answer has no {what}");
        Err(failure(action, code, &reason).of_command(id.clone()))
    };
    let (command_id, device_node_id) = (id.clone(), device.clone());
    Ok(match (action, data) {
        (Action::Notify(notify), _) => Reply::Notification(NotificationAnswer {
            success: true,
            device_node_id,
            title: notify.title.clone(),
            body: notify.body.clone(),
            sent_at: finished_at,
            command_id,
        }),
        (Action::Locate(locate), Data::Located(located)) => {
            let Located {
                latitude,
                longitude,
                altitude,
                accuracy,
                heading,
                speed,
                source,
                measured_at,
            } = located;
            Reply::Location(LocationAnswer {
                success: true,
                device_node_id,
                latitude,
                longitude,
                accuracy: locate.precision.as_str(),
                altitude,
                accuracy_meters: accuracy,
                heading,
                speed,
                source,
                timestamp: measured_at.unwrap_or(finished_at),
                command_id,
            })
        }
        (Action::Locate(_), _) => return lacking("place"),
        (Action::Snap(snap), Data::Pictured(pictured)) => {
            let asked = snap.camera.clone();
            let camera = pictured.source.clone().or(asked);
            let camera = camera.unwrap_or_else(|| ANY_CAMERA.to_owned());
            let mut answer = picture(command_id, device_node_id, pictured, finished_at);
            answer.resolution = answer.resolution.or_else(|| text(snap.resolution));
            answer.camera_id = Some(camera);
            Reply::Picture(answer)
        }
        (Action::Screenshot(shot), Data::Pictured(pictured)) => {
            let display = pictured.source.clone().or_else(|| shot.display.clone());
            let mut answer = picture(command_id, device_node_id, pictured, finished_at);
            answer.resolution = answer.resolution.or_else(|| text(shot.resolution));
            answer.display = display;
            Reply::Picture(answer)
        }
        (Action::Snap(_) | Action::Screenshot(_), _) => return lacking("picture"),
        (Action::StartRecording(start), _) => Reply::Started(StartedAnswer {
            success: true,
            session_id: start.session.clone(),
            device_node_id,
            configuration: configuration(start),
            started_at: finished_at,
            command_id,
        }),
        (Action::StopRecording(stop), data) => {
            let recorded = match data {
                Data::Recorded(recorded) => recorded,
                // It ended, and the device tells no more about it.
                _ => Recorded {
                    session: None,
                    content: None,
                    duration: None,
                    file_path: None,
                },
            };
            let (base64_data, artifact) = content(recorded.content);
            Reply::Stopped(StoppedAnswer {
                success: true,
                session_id: stop.session.clone(),
                device_node_id,
                file_path: recorded.file_path,
                base64_data,
                artifact,
                duration_seconds: recorded.duration.map(|length| length.as_secs_f64()),
                stopped_at: finished_at,
                command_id,
            })
        }
        (Action::Execute(execute), Data::Executed(executed)) => {
            let Executed {
                exit_code,
                stdout,
                stderr,
                cut_bytes,
                working_dir,
                took,
                containment,
            } = executed;
            let working_dir = Some(working_dir)
                .filter(|dir| !dir.is_empty())
                .or_else(|| execute.working_dir.clone());
            Reply::Execute(ExecuteAnswer {
                success: true,
                device_node_id,
                exit_code,
                stdout,
                stderr,
                cut_bytes,
                command: execute.line.clone(),
                working_directory: working_dir.clone(),
                working_dir,
                timeout_seconds: execute.timeout.as_secs(),
                duration_seconds: took.as_secs_f64(),
                executed_at: finished_at,
                containment,
                command_id,
            })
        }
        (Action::Execute(_), _) => return lacking("exit code"),
        (Action::RunAgent(_), data) => Reply::Other(OtherAnswer {
            success: true,
            device_node_id,
            data,
            finished_at,
            command_id,
        }),
    })
}

fn picture(
    command_id: CommandId,
    device_node_id: DeviceId,
    pictured: Pictured,
    captured_at: Timestamp,
) -> PictureAnswer {
    let (base64_data, artifact) = content(pictured.content);
    PictureAnswer {
        success: true,
        device_node_id,
        file_path: pictured.file_path,
        base64_data,
        artifact,
        resolution: text(pictured.resolution),
        camera_id: None,
        display: None,
        captured_at,
        command_id,
    }
}

fn text(resolution: Option<Resolution>) -> Option<String> {
    resolution.map(|size| size.to_string())
}

fn content(content: Option<Content>) -> (Option<String>, Option<Artifact>) {
    match content {
        Some(Content::Inline { media_type, base64 }) => {
            (Some(format!("data:{media_type};base64,{base64}")), None)
        }
        Some(Content::Uploaded {
            id,
            media_type,
            bytes,
            sha256,
        }) => {
            let artifact = Artifact {
                path: format!("/api/artifacts/{id}"),
                id,
                media_type,
                bytes,
                sha256,
            };
            (None, Some(artifact))
        }
        // Kept on the device: no wire brings that.
        Some(Content::Kept { .. }) | None => (None, None),
    }
}
