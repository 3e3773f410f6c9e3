//! Why the words of a command line do not tell what it does.

use std::fmt;

use chaperone_protocol::{NeedsShell, visible};
use serde::{Deserialize, Serialize};

/// Why a command line's words do not tell what it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Unread {
    /// Only a shell can make sense of them.
    NeedsShell {
        /// Of what in them.
        because: NeedsShell,
    },
    /// A program that runs other programs or code: its own name says nothing.
    Wraps {
        /// Its name, as in the line.
        program: String,
    },
    /// Nothing has taken the line apart.
    NotTakenApart,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeedsShell { because } => because.fmt(f),
            Self::Wraps { program } => write!(
                f,
                "`{}` runs or writes what its arguments name",
                visible(program)
            ),
            Self::NotTakenApart => f.write_str("nothing has taken it apart"),
        }
    }
}
