//! How a command ended.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{ArtifactId, Resolution, SessionId};

/// The one answer to a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Success {
        /// What it brought.
        data: Data,
        /// When it was done.
        finished_at: Timestamp,
    },
    /// It was not done, or not wholly.
    Failure {
        /// Why, for programs.
        code: FailureCode,
        /// Why, and what to do about it, for people.
        message: String,
        /// When that was settled.
        finished_at: Timestamp,
        /// What a program had printed before it was stopped. Kept on the device; no wire has words
        /// for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        partial: Option<Box<Executed>>,
    },
}

/// What a success brings, by kind of action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Data {
    /// A notification was shown.
    Notified(Notified),
    /// A command line ran; a non-zero exit is still a success of the command.
    Executed(Executed),
    /// The computer's place is known.
    Located(Located),
    /// A picture was taken, of whatever was asked for.
    Pictured(Pictured),
    /// A recording has begun.
    Recording(Recording),
    /// A recording has ended.
    Recorded(Recorded),
    /// Whatever else a program or a foreign device answered, as it came.
    Other(Map<String, Value>),
}

/// A place. Never made up: without a source there is no place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Located {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Metres above the sea.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub altitude: Option<f64>,
    /// Within so many metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
    /// Degrees from north.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<f64>,
    /// Metres a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<f64>,
    /// Where this is known from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// When it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_at: Option<Timestamp>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pictured {
    /// The picture itself, or where it lies; a device may have only told a file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// Its extent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// The camera or display it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// A file on the device, where the device tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_path: Option<String>,
}

/// A recording that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// Which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}

/// A recording that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// The recording itself, or where it lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// How long it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Duration>,
    /// A file on the device, where the device tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_path: Option<String>,
}

/// A picture's or recording's bytes, or a reference to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// Inside the message.
    Inline {
        /// `image/jpeg`, `video/mp4`…
        media_type: String,
        /// Standard base64, as it came: whoever takes the bytes out must expect nonsense.
        base64: String,
    },
    /// Uploaded to the hub beforehand.
    Uploaded {
        /// The hub's name for it.
        id: ArtifactId,
        /// `image/jpeg`, `video/mp4`…
        media_type: String,
        /// Its size.
        bytes: u64,
        /// Its SHA-256, in lower-case hexadecimal.
        sha256: String,
    },
    /// Kept on the device, which puts the bytes in before it sends them. No wire has words for it.
    Kept {
        /// The device's name for it.
        id: ArtifactId,
        /// `image/jpeg`, `video/mp4`…
        media_type: String,
        /// Its size.
        bytes: u64,
    },
}

/// A notification's fate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notified {
    /// The desktop's own number for it, where it gives one.
    pub shown_as: Option<u32>,
}

/// What a command line printed and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Executed {
    /// The last pipeline's exit code; 128 + n for a signal n.
    pub exit_code: i32,
    /// Head and tail of the output, as text.
    pub stdout: String,
    /// Head and tail of the errors, as text.
    pub stderr: String,
    /// Bytes left out of the middle of either stream.
    pub cut_bytes: u64,
    /// Where it ran.
    pub working_dir: String,
    /// How long it ran.
    pub took: Duration,
    /// How it was contained, in plain words.
    pub containment: String,
}

/// Why a command failed, as a closed list that programs may branch on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The level, the person's table or a rule says no.
    Forbidden,
    /// The person said no.
    Denied,
    /// Nobody answered in time.
    Expired,
    /// The hub or the person took it back.
    Cancelled,
    /// It was done, and the person did not let the result leave.
    Discarded,
    /// Everything is paused on this device.
    Paused,
    /// The agent asks more often than it may.
    RateLimited,
    /// It ran longer than it may, and was stopped.
    TimedOut,
    /// The device stopped while it ran; it is not run again.
    Interrupted,
    /// A parameter makes no sense.
    Invalid,
    /// This device cannot do such things.
    Unsupported,
    /// What it needs is not there right now.
    Unavailable,
    /// The device is busy with another command that needs the same thing.
    Busy,
    /// The sandbox it must run in could not be set up.
    Uncontained,
    /// The record could not be written, so nothing may run.
    Unrecorded,
    /// It was tried and did not work.
    Failed,
}

impl FailureCode {
    /// Every code.
    pub const ALL: [Self; 16] = [
        Self::Forbidden,
        Self::Denied,
        Self::Expired,
        Self::Cancelled,
        Self::Discarded,
        Self::Paused,
        Self::RateLimited,
        Self::TimedOut,
        Self::Interrupted,
        Self::Invalid,
        Self::Unsupported,
        Self::Unavailable,
        Self::Busy,
        Self::Uncontained,
        Self::Unrecorded,
        Self::Failed,
    ];

    /// The code of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == name)
    }

    /// The name on every wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Discarded => "discarded",
            Self::Paused => "paused",
            Self::RateLimited => "rate_limited",
            Self::TimedOut => "timed_out",
            Self::Interrupted => "interrupted",
            Self::Invalid => "invalid",
            Self::Unsupported => "unsupported",
            Self::Unavailable => "unavailable",
            Self::Busy => "busy",
            Self::Uncontained => "uncontained",
            Self::Unrecorded => "unrecorded",
            Self::Failed => "failed",
        }
    }
}

impl std::fmt::Display for FailureCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Outcome {
    /// A failure settled at `finished_at`.
    pub fn failure(code: FailureCode, message: impl Into<String>, finished_at: Timestamp) -> Self {
        Self::Failure {
            code,
            message: message.into(),
            finished_at,
            partial: None,
        }
    }

    /// When it was settled.
    pub fn finished_at(&self) -> Timestamp {
        match self {
            Self::Success { finished_at, .. } | Self::Failure { finished_at, .. } => *finished_at,
        }
    }

    /// Whether it was done.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Success { .. })
    }
}
