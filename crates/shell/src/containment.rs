//! The sandboxes there are, as names. What each enforces is the platform's business.

use std::fmt;

use serde::Serialize;

/// How a program is kept from doing harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Containment {
    /// Reads the system and the working folder, writes nothing, reaches no network.
    ReadOnly,
}

impl fmt::Display for Containment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReadOnly => "read-only, no network",
        })
    }
}
