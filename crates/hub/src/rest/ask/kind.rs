//! The kinds of asking: their paths, their parameters, and the actions these make.

use std::{collections::BTreeMap, time::Duration};

use chaperone_protocol::{
    Action, AgentId, DeviceId, Execute, Locate, Notify, Precision, RecordingFormat, Resolution,
    Screenshot, SessionId, Snap, StartRecording, StopRecording, Value,
};
use schemars::JsonSchema;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{rest::Refusal, secrets};

/// What can be asked of one device, or of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Camera,
    Screen,
    Recording,
    Location,
    Notification,
    Execute,
}

/// How long a person has to answer when the caller does not say.
pub(super) const PATIENCE: Duration = Duration::from_mins(2);

const MAX_DEADLINE_SECONDS: u64 = 600;

/// How long something is kept for a device that is away.
const KEPT_FOR: Duration = Duration::from_hours(24);
const MAX_KEPT_SECONDS: u64 = 7 * 24 * 3_600;

/// The id that stands for whichever camera the person prefers.
pub(super) const ANY_CAMERA: &str = "default";

const RESOLUTION: &str = "1920x1080";

/// Whom a call is for.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Target {
    /// The device.
    #[schemars(with = "String")]
    pub(crate) device_node_id: DeviceId,
}

/// What every call may say.
#[derive(Default, Deserialize, JsonSchema)]
pub(crate) struct Common {
    /// One of the person's agents, where a person calls; an agent's key names it already.
    #[schemars(with = "Option<String>")]
    pub(crate) agent_id: Option<AgentId>,
    /// How long to wait for the answer: 1 to 600, or up to a week for what is kept.
    pub(crate) deadline_seconds: Option<u64>,
    /// Whether somebody wants it now, or something set it off.
    #[serde(default)]
    pub(crate) trigger: Trigger,
    /// Keep it for a device that is away; notifications only.
    #[serde(default)]
    pub(crate) queue: bool,
}

/// What set a call off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Trigger {
    /// Somebody wants it now.
    #[default]
    Manual,
    /// A schedule or an event: an intern's becomes a proposal, and so does a supervised agent's while
    /// its person does not look on.
    Automated,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct CameraParameters {
    /// Which camera; whichever the person prefers if absent.
    camera_id: Option<String>,
    /// Like 1920x1080, which is also what is meant if absent.
    resolution: Option<String>,
    /// Where the device is to keep a copy, where it does that.
    save_path: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct ScreenParameters {
    /// Which display; the first one if absent.
    display: Option<String>,
    /// Like 1920x1080; as it is if absent.
    resolution: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct RecordingParameters {
    /// 1 to 3600, which is also what is meant if absent.
    duration_seconds: Option<u64>,
    /// Whether the microphone is recorded, too; the person is asked about that as well.
    #[serde(default)]
    audio_enabled: bool,
    /// Like 1920x1080, which is also what is meant if absent.
    resolution: Option<String>,
    /// mp4, webm or gif.
    #[serde(default)]
    #[schemars(with = "String")]
    output_format: RecordingFormat,
    /// Which display; the first one if absent.
    display: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct LocationParameters {
    /// How exactly: high, medium or low. The person may allow less.
    #[serde(default)]
    #[schemars(with = "String")]
    accuracy: Precision,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct NotificationParameters {
    /// The first line.
    title: String,
    /// The text beneath it.
    body: String,
    /// The name of a symbol that the device knows.
    icon: Option<String>,
    /// `none` silences.
    sound: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct ExecuteParameters {
    /// The command line, in the words of the device's shell. The person may see it before it runs.
    command: String,
    /// The folder that it runs in.
    working_dir: Option<String>,
    /// How long it may run: 1 to 300; 30 if absent.
    timeout_seconds: Option<u64>,
    /// Variables to set for it.
    environment: Option<BTreeMap<String, String>>,
}

/// Which recording to end.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct StopParameters {
    /// The recording, by the name it was given when it began.
    #[schemars(with = "String")]
    pub(crate) session_id: SessionId,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] = [
        Self::Camera,
        Self::Screen,
        Self::Recording,
        Self::Location,
        Self::Notification,
        Self::Execute,
    ];

    /// The end of its paths.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Camera => "camera/snap",
            Self::Screen => "screen/snap",
            Self::Recording => "screen/record/start",
            Self::Location => "location",
            Self::Notification => "notification",
            Self::Execute => "execute",
        }
    }

    /// The word for it in proposals.
    pub(crate) fn command_type(self) -> &'static str {
        match self {
            Self::Camera => "camera",
            Self::Screen => "screen",
            Self::Recording => "screen_record",
            Self::Location => "location",
            Self::Notification => "notification",
            Self::Execute => "command",
        }
    }

    /// The kind of that word.
    pub(crate) fn named(command_type: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.command_type() == command_type)
    }

    /// The action that the parameters describe.
    pub(crate) fn action(self, body: &Value) -> Result<Action, Refusal> {
        Ok(match self {
            Self::Camera => {
                let parameters: CameraParameters = part(body)?;
                Action::Snap(Snap {
                    camera: parameters.camera_id.filter(|id| id != ANY_CAMERA),
                    resolution: Some(resolution(parameters.resolution.as_deref())?),
                    save_path: parameters.save_path,
                })
            }
            Self::Screen => {
                let parameters: ScreenParameters = part(body)?;
                let wished = parameters.resolution.as_deref();
                Action::Screenshot(Screenshot {
                    display: parameters.display,
                    resolution: wished.map(|wished| resolution(Some(wished))).transpose()?,
                })
            }
            Self::Recording => {
                let parameters: RecordingParameters = part(body)?;
                let seconds = parameters.duration_seconds.map(Duration::from_secs);
                Action::StartRecording(StartRecording {
                    session: fresh_session()?,
                    display: parameters.display,
                    duration: seconds.unwrap_or(StartRecording::MAX_DURATION),
                    audio: parameters.audio_enabled,
                    resolution: Some(resolution(parameters.resolution.as_deref())?),
                    format: parameters.output_format,
                })
            }
            Self::Location => {
                let parameters: LocationParameters = part(body)?;
                Action::Locate(Locate {
                    precision: parameters.accuracy,
                })
            }
            Self::Notification => {
                let parameters: NotificationParameters = part(body)?;
                Action::Notify(Notify {
                    title: parameters.title,
                    body: parameters.body,
                    icon: parameters.icon,
                    sound: parameters.sound,
                })
            }
            Self::Execute => {
                let parameters: ExecuteParameters = part(body)?;
                let timeout = parameters.timeout_seconds.map(Duration::from_secs);
                Action::Execute(Execute {
                    line: parameters.command,
                    working_dir: parameters.working_dir,
                    timeout: timeout.unwrap_or(Execute::DEFAULT_TIMEOUT),
                    environment: parameters.environment.unwrap_or_default(),
                })
            }
        })
    }
}

impl StopParameters {
    pub(crate) fn action(self) -> Action {
        Action::StopRecording(StopRecording {
            session: self.session_id,
        })
    }
}

/// Reads some of a body's fields; the others are for others.
pub(crate) fn part<T: DeserializeOwned>(body: &Value) -> Result<T, Refusal> {
    if let Ok(part) = T::deserialize(body) {
        return Ok(part);
    }
    // Once more for the name of the field, which is not free.
    serde_path_to_error::deserialize(body).map_err(|error| {
        let path = error.path().to_string();
        let problem = error.into_inner();
        Refusal::unprocessable(match path.as_str() {
            "." => problem.to_string(),
            field => format!("{field}: {problem}"),
        })
    })
}

/// How long to wait for the device.
pub(super) fn wait(action: &Action, common: &Common) -> Result<Duration, Refusal> {
    let limit = if common.queue {
        MAX_KEPT_SECONDS
    } else {
        MAX_DEADLINE_SECONDS
    };
    match common.deadline_seconds {
        None if common.queue => Ok(KEPT_FOR),
        None => Ok(default_wait(action)),
        Some(seconds) if (1..=limit).contains(&seconds) => Ok(Duration::from_secs(seconds)),
        Some(_) => Err(Refusal::unprocessable(format!(
            "deadline_seconds: must be between 1 and {limit}"
        ))),
    }
}

/// The longest that anybody waits for a device that is there.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(MAX_DEADLINE_SECONDS);

pub(super) fn default_wait(action: &Action) -> Duration {
    match action {
        Action::Execute(execute) => {
            PATIENCE.saturating_add(execute.timeout.min(Execute::MAX_TIMEOUT))
        }
        Action::Notify(_)
        | Action::Locate(_)
        | Action::Snap(_)
        | Action::Screenshot(_)
        | Action::StartRecording(_)
        | Action::StopRecording(_)
        | Action::RunAgent(_) => PATIENCE,
    }
}

fn resolution(text: Option<&str>) -> Result<Resolution, Refusal> {
    text.unwrap_or(RESOLUTION)
        .parse()
        .map_err(|problem| Refusal::unprocessable(format!("resolution: {problem}")))
}

fn fresh_session() -> Result<SessionId, Refusal> {
    SessionId::new(secrets::fresh_id()?)
        .map_err(|_| Refusal::unprocessable("session_id: could not be made"))
}
