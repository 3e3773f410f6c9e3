//! One request for one capability.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AgentId, Capability, CommandId, ConnectionId, Maturity};

/// Who asks, as its hub describes it. A claim: what it may do here is for the gate to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// The hub's id for it.
    pub id: AgentId,
    /// The name shown to the person.
    pub name: String,
    /// The level the hub claims for it.
    pub maturity: Maturity,
}

/// A command as the device keeps it, whatever wire it came over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The hub's id; a repeated one is answered from the journal.
    pub id: CommandId,
    /// The pairing it came through.
    pub connection: ConnectionId,
    /// Who asks; a hub that names nobody leaves it out.
    pub agent: Option<Agent>,
    /// What is asked.
    pub action: Action,
    /// When this device first saw it.
    pub received_at: Timestamp,
    /// After this moment nobody waits for the answer any more.
    pub deadline_at: Timestamp,
}

/// What a command asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Action {
    /// Show a notification.
    Notify(Notify),
    /// Run a command line.
    Execute(Execute),
}

impl Action {
    /// The capability it needs.
    pub fn capability(&self) -> Capability {
        match self {
            Self::Notify(_) => Capability::Notification,
            Self::Execute(_) => Capability::Shell,
        }
    }

    /// Says whether every parameter is one this device could act on.
    pub fn validate(&self) -> Result<(), InvalidAction> {
        match self {
            Self::Notify(notify) => notify.validate(),
            Self::Execute(execute) => execute.validate(),
        }
    }
}

/// A message for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    /// The first line.
    pub title: String,
    /// The text below it; may be empty.
    pub body: String,
    /// A themed icon's name; paths are not taken from outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// `none` silences; anything else is the desktop's own sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound: Option<String>,
}

/// A command line to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execute {
    /// The line, exactly as it came.
    pub line: String,
    /// Where it should run; absent means the folder the person set for agents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_dir: Option<String>,
    /// How long it may run.
    pub timeout: Duration,
    /// Variables it asks for, beyond the short list every program gets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
}

/// A parameter out of bounds. The sentence says which and what would do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAction {
    /// A notification without a title.
    #[error("the title is empty: a notification needs one")]
    EmptyTitle,
    /// A text beyond its limit.
    #[error("the {field} is {bytes} bytes long: at most {limit} are taken")]
    TooLong {
        /// The parameter.
        field: &'static str,
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A command line without a word in it.
    #[error("the command is empty: give a program to run")]
    EmptyCommand,
    /// A NUL, which no program can receive.
    #[error("the {field} holds a NUL character, which no program can receive")]
    Nul {
        /// The parameter.
        field: &'static str,
    },
    /// A time limit out of bounds.
    #[error("timeout_seconds is {seconds}: it must be between 1 and {limit}")]
    Timeout {
        /// What was asked.
        seconds: u64,
        /// The limit.
        limit: u64,
    },
    /// A variable that changes which code a program loads, or is no variable name.
    #[error("the variable {name:?} may not be set by an agent")]
    Variable {
        /// Its name.
        name: String,
    },
}

impl Notify {
    /// The longest title taken.
    pub const MAX_TITLE_BYTES: usize = 500;
    /// The longest body taken.
    pub const MAX_BODY_BYTES: usize = 10_000;

    fn validate(&self) -> Result<(), InvalidAction> {
        if self.title.trim().is_empty() {
            return Err(InvalidAction::EmptyTitle);
        }
        within("title", &self.title, Self::MAX_TITLE_BYTES)?;
        within("body", &self.body, Self::MAX_BODY_BYTES)?;
        within("icon", self.icon.as_deref().unwrap_or_default(), 200)?;
        within("sound", self.sound.as_deref().unwrap_or_default(), 200)
    }
}

impl Execute {
    /// The longest line taken. Longer work belongs in a file the person can look at.
    pub const MAX_LINE_BYTES: usize = 100_000;
    /// The time limit when none is given.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
    /// The longest time limit.
    pub const MAX_TIMEOUT: Duration = Duration::from_mins(5);

    /// Variables that decide which code a program loads or runs before its own.
    const LOADER_PREFIXES: [&str; 4] = ["LD_", "DYLD_", "BASH_FUNC_", "GIT_"];
    const LOADER_NAMES: [&str; 14] = [
        "BASH_ENV",
        "ENV",
        "IFS",
        "PATH",
        "SHELLOPTS",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "PERL5LIB",
        "PERL5OPT",
        "RUBYOPT",
        "RUBYLIB",
        "NODE_OPTIONS",
        "JAVA_TOOL_OPTIONS",
        "GCONV_PATH",
    ];

    fn validate(&self) -> Result<(), InvalidAction> {
        if self.line.trim().is_empty() {
            return Err(InvalidAction::EmptyCommand);
        }
        within("command", &self.line, Self::MAX_LINE_BYTES)?;
        within(
            "working_dir",
            self.working_dir.as_deref().unwrap_or_default(),
            4_096,
        )?;
        if self.timeout.is_zero() || self.timeout > Self::MAX_TIMEOUT {
            return Err(InvalidAction::Timeout {
                seconds: self.timeout.as_secs(),
                limit: Self::MAX_TIMEOUT.as_secs(),
            });
        }
        for (name, value) in &self.environment {
            let refused = || InvalidAction::Variable { name: name.clone() };
            let mut letters = name.chars();
            let named = letters
                .next()
                .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
                && letters.all(|c| c.is_ascii_alphanumeric() || c == '_');
            let upper = name.to_ascii_uppercase();
            let loads = Self::LOADER_PREFIXES
                .iter()
                .any(|prefix| upper.starts_with(prefix))
                || Self::LOADER_NAMES.contains(&upper.as_str());
            if !named || loads {
                return Err(refused());
            }
            within("environment", value, 32_768)?;
        }
        Ok(())
    }
}

fn within(field: &'static str, text: &str, limit: usize) -> Result<(), InvalidAction> {
    if text.len() > limit {
        return Err(InvalidAction::TooLong {
            field,
            bytes: text.len(),
            limit,
        });
    }
    if text.contains('\0') {
        return Err(InvalidAction::Nul { field });
    }
    Ok(())
}
