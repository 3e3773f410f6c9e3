//! Where a command stands.

use serde::{Deserialize, Serialize};

/// The states a command goes through, each written to the journal before its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandState {
    /// It arrived.
    Received,
    /// The gate has spoken.
    Judged,
    /// The person is asked.
    Waiting,
    /// It may run.
    Approved,
    /// It runs.
    Running,
    /// It was done; the person looks at the result before it leaves.
    Reviewing,
    /// It was settled by the device: done, failed or forbidden. The outcome waits for the hub.
    Finished,
    /// The person said no. The outcome waits for the hub, as it does in the next three.
    Denied,
    /// Nobody answered in time.
    Expired,
    /// The hub or the person took it back.
    Cancelled,
    /// The device stopped while it ran; it is never run again.
    Interrupted,
    /// The hub has the outcome.
    Delivered,
}

impl CommandState {
    /// Every state, in order.
    pub const ALL: [Self; 12] = [
        Self::Received,
        Self::Judged,
        Self::Waiting,
        Self::Approved,
        Self::Running,
        Self::Reviewing,
        Self::Finished,
        Self::Denied,
        Self::Expired,
        Self::Cancelled,
        Self::Interrupted,
        Self::Delivered,
    ];

    /// Whether an outcome stands: nothing runs for it any more, ever.
    pub fn is_settled(self) -> bool {
        match self {
            Self::Received
            | Self::Judged
            | Self::Waiting
            | Self::Approved
            | Self::Running
            | Self::Reviewing => false,
            Self::Finished
            | Self::Denied
            | Self::Expired
            | Self::Cancelled
            | Self::Interrupted
            | Self::Delivered => true,
        }
    }

    /// The name in the journal and in the window.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Judged => "judged",
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Running => "running",
            Self::Reviewing => "reviewing",
            Self::Finished => "finished",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
            Self::Delivered => "delivered",
        }
    }
}

impl std::fmt::Display for CommandState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
