//! A command line, taken apart.

use serde::{Deserialize, Serialize};

use crate::NeedsShell;

/// What a command line means once a real shell parser has read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Program {
    /// Plain words only: every program and argument is known before anything runs,
    /// and no shell takes part.
    Plain {
        /// At least one, in order.
        steps: Vec<Step>,
    },
    /// Needs a shell to be understood (substitution, redirection, globs, functions…):
    /// a higher risk, shown and run as one text.
    Script {
        /// The text, exactly as it came.
        text: String,
        /// What made it a script.
        because: NeedsShell,
    },
}

/// One pipeline and how it follows the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its link to the step before; the first is `Then`.
    pub join: Join,
    /// The programs, each reading what the one before wrote.
    pub pipeline: Pipeline,
}

/// At least one argv, each with at least the program's name.
pub type Pipeline = Vec<Vec<String>>;

/// When a step runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// Always (`;` or a new line, and the first step).
    Then,
    /// Only after success (`&&`).
    And,
    /// Only after failure (`||`).
    Or,
}
