//! Where every command stands, so that a crash neither loses one nor runs one twice.
//!
//! What was asked is kept as it is given: the journal does not look into it.

mod graph;
mod past;
mod table;

use chaperone_protocol::{Command, CommandId, CommandState, ConnectionId, Outcome, Timestamp};
use serde_json::Value;

pub(crate) use past::prune;
pub(crate) use table::{entry, open_entries, receive, transition};

use crate::Error;

/// A command that came in, before anything is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// The pairing it came through.
    pub connection: ConnectionId,
    /// The hub's id for it.
    pub id: CommandId,
    /// What was asked, whole.
    pub request: Value,
    /// When it came.
    pub received_at: Timestamp,
    /// After this moment nobody waits for the answer any more.
    pub deadline_at: Timestamp,
}

impl Arrival {
    /// The arrival of a command that was understood.
    pub fn of(command: &Command) -> Result<Self, Error> {
        let request = serde_json::to_value(command).map_err(|source| Error::Encode {
            what: "command",
            source,
        })?;
        Ok(Self {
            connection: command.connection.clone(),
            id: command.id.clone(),
            request,
            received_at: command.received_at,
            deadline_at: command.deadline_at,
        })
    }
}

/// Whether a command was seen before.
#[derive(Debug, Clone, PartialEq)]
pub enum Received {
    /// It was not, and is in the journal now.
    New(JournalEntry),
    /// It was: this is how it stands. Nothing was written.
    Known(JournalEntry),
    /// It was, and its hub has had the outcome for so long that the journal no longer holds
    /// either. Nothing was written, and it must not run again.
    Past {
        /// The number it had, by which the record tells of it.
        number: u64,
    },
}

/// A command as the journal has it.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalEntry {
    /// The journal's own number, given out once.
    pub number: u64,
    /// The pairing it came through.
    pub connection: ConnectionId,
    /// The hub's id for it.
    pub id: CommandId,
    /// Where it stands.
    pub state: CommandState,
    /// What was asked, as it was given.
    pub request: Value,
    /// What the gate said last.
    pub judgement: Option<Value>,
    /// Names exactly what the person was shown, or what runs.
    pub digest: Option<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When it came.
    pub received_at: Timestamp,
    /// After this moment nobody waits for the answer any more.
    pub deadline_at: Timestamp,
    /// When it took its last step.
    pub updated_at: Timestamp,
}

/// One step of a command, with what that step brings: an ending always has its outcome.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The gate has spoken: at first, or again after a restart while it had not begun to run.
    Judged {
        /// What it said.
        judgement: Value,
    },
    /// The person is asked.
    Waiting {
        /// Names exactly what is shown.
        digest: String,
    },
    /// It may run.
    Approved {
        /// Names exactly what will run.
        digest: String,
    },
    /// It runs.
    Running,
    /// It was done, and the person looks at what it brought.
    Reviewing,
    /// It is settled.
    Ended {
        /// In which way.
        ending: Ending,
        /// What the hub is told.
        outcome: Outcome,
    },
    /// The hub has the outcome.
    Delivered,
}

impl Step {
    /// The state it leads to.
    pub fn to(&self) -> CommandState {
        match self {
            Self::Judged { .. } => CommandState::Judged,
            Self::Waiting { .. } => CommandState::Waiting,
            Self::Approved { .. } => CommandState::Approved,
            Self::Running => CommandState::Running,
            Self::Reviewing => CommandState::Reviewing,
            Self::Ended { ending, .. } => CommandState::from(*ending),
            Self::Delivered => CommandState::Delivered,
        }
    }
}

/// The ways a command is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// By the device: done, failed or forbidden.
    Finished,
    /// The person said no.
    Denied,
    /// Nobody answered in time.
    Expired,
    /// The hub or the person took it back.
    Cancelled,
    /// The device stopped while it ran.
    Interrupted,
}

impl From<Ending> for CommandState {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Finished => Self::Finished,
            Ending::Denied => Self::Denied,
            Ending::Expired => Self::Expired,
            Ending::Cancelled => Self::Cancelled,
            Ending::Interrupted => Self::Interrupted,
        }
    }
}

#[cfg(test)]
mod tests;
