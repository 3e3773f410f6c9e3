//! What the record says, entry by entry.
//!
//! No output of a program, no value of a variable, no artifact: the record is kept for ever and
//! shown to others. What a command printed stays in the journal.

use std::time::Duration;

use chaperone_gate::Judgement;
use chaperone_protocol::{Action, Agent, CommandId, CommandState, Data, FailureCode, Outcome};
use serde::{Deserialize, Serialize};

/// One entry of the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Entry {
    /// The device began its work.
    Started {
        /// The version that did.
        version: String,
    },
    /// The device ended its work in good order.
    Stopped,
    /// A person stopped everything.
    Paused,
    /// A person lifted the pause.
    Resumed,
    /// A connection came up.
    Connected {
        /// Its name.
        connection: String,
    },
    /// A connection went down.
    Disconnected {
        /// Its name.
        connection: String,
    },
    /// A command took a step before its end.
    Stepped {
        /// The journal's number.
        number: u64,
        /// Where it stands now.
        state: CommandState,
        /// Who asked for what; said at the first step.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked: Option<Asked>,
        /// The judgement; said when it is made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        judgement: Option<Box<Judgement>>,
        /// The digest of what the person was shown, or of what runs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest: Option<String>,
        /// Who let it run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approval: Option<Approval>,
    },
    /// A command ended, however it ended.
    Settled(Box<Settled>),
}

/// Who asked for what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// The hub's id for the command.
    pub id: CommandId,
    /// The connection's name.
    pub connection: String,
    /// Who asked.
    pub agent: Option<Agent>,
    /// For what.
    pub what: What,
}

/// The short form of what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum What {
    /// To show a notification.
    Notification {
        /// Its title.
        title: String,
    },
    /// To run a command line.
    Shell {
        /// The line.
        line: String,
    },
    /// Something this device cannot do.
    Unknown {
        /// The command's name.
        name: String,
    },
    /// Something with parameters that make no sense.
    Unreadable,
}

/// Who let a command run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// The table lets it run unasked.
    Table,
    /// The person said yes, this once.
    Person,
}

/// A command's end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    /// The journal's number.
    pub number: u64,
    /// Who asked for what.
    pub asked: Asked,
    /// How it ended.
    pub state: CommandState,
    /// What the gate said, when it was reached.
    pub judgement: Option<Box<Judgement>>,
    /// Who let it run, when somebody did.
    pub approval: Option<Approval>,
    /// Why it failed, when it did.
    pub code: Option<FailureCode>,
    /// The failure's sentence.
    pub message: Option<String>,
    /// A program's exit code.
    pub exit_code: Option<i32>,
    /// How long a program ran.
    pub took: Option<Duration>,
}

impl Entry {
    /// The entry's kind, by which the record is read back in parts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Stopped => "stopped",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Connected { .. } => "connected",
            Self::Disconnected { .. } => "disconnected",
            Self::Stepped { .. } => "stepped",
            Self::Settled(_) => "settled",
        }
    }

    /// The kinds that make the person's timeline; the steps between are for auditors.
    pub const TIMELINE: [&'static str; 7] = [
        "started",
        "stopped",
        "paused",
        "resumed",
        "connected",
        "disconnected",
        "settled",
    ];
}

impl What {
    /// Names an action in short.
    pub fn of(action: &Action) -> Self {
        match action {
            Action::Notify(notify) => Self::Notification {
                title: notify.title.clone(),
            },
            Action::Execute(execute) => Self::Shell {
                line: execute.line.clone(),
            },
            Action::Locate(_)
            | Action::Snap(_)
            | Action::Screenshot(_)
            | Action::StartRecording(_)
            | Action::StopRecording(_)
            | Action::RunAgent(_) => Self::Unknown {
                name: chaperone_dialects::command_name(action).to_owned(),
            },
        }
    }
}

impl Settled {
    /// The end of a command, as the record keeps it.
    pub fn new(number: u64, asked: Asked, state: CommandState, outcome: &Outcome) -> Self {
        let (code, message, exit_code, took) = match outcome {
            Outcome::Failure { code, message, .. } => {
                (Some(*code), Some(message.clone()), None, None)
            }
            Outcome::Success {
                data: Data::Executed(executed),
                ..
            } => (None, None, Some(executed.exit_code), Some(executed.took)),
            Outcome::Success { .. } => (None, None, None, None),
        };
        Self {
            number,
            asked,
            state,
            judgement: None,
            approval: None,
            code,
            message,
            exit_code,
            took,
        }
    }
}
