//! The four answers of the gate.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What may happen with a command; later variants are stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It runs.
    Free,
    /// It runs, visibly, and can be stopped.
    Watch,
    /// The person decides.
    Ask,
    /// It does not run.
    Forbid,
}

impl Verdict {
    /// Every verdict, the most permissive first.
    pub const ALL: [Self; 4] = [Self::Free, Self::Watch, Self::Ask, Self::Forbid];

    /// The name in settings, in the record and for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Watch => "watch",
            Self::Ask => "ask",
            Self::Forbid => "forbid",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
