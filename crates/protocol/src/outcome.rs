//! How a command ended.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The one answer to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    },
}

/// What a success brings, by kind of action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Data {
    /// A notification was shown.
    Notified(Notified),
    /// A command line ran; a non-zero exit is still a success of the command.
    Executed(Executed),
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
    /// The name on every wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
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
        }
    }

    /// Whether it was done.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Success { .. })
    }
}
