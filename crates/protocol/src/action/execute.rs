//! A command line to run.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::{InvalidAction, within};

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

    pub(super) fn validate(&self) -> Result<(), InvalidAction> {
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
