//! How the words are written that see and change whom you trust with what.

use std::path::PathBuf;

use chaperone_api::Maturity;
use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum ConnectionsWord {
    /// List them
    List,
    /// Show one
    Show {
        /// Its id
        id: String,
    },
    /// Try to connect now
    Try {
        /// Its id
        id: String,
    },
    /// Let nothing through one until you resume it
    Pause {
        /// Its id
        id: String,
    },
    /// Lift its pause
    Resume {
        /// Its id
        id: String,
    },
    /// Set the highest level that anybody behind it has here
    Ceiling {
        /// Its id
        id: String,
        /// student, intern, supervised or autonomous
        level: Maturity,
    },
    /// Call it something else
    Rename {
        /// Its id
        id: String,
        /// What it is called from now on
        name: String,
    },
    /// Sign out and forget it
    Remove {
        /// Its id
        id: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RequestsWord {
    /// List what waits
    List,
    /// Show one, whole
    Show {
        /// Its number
        id: String,
    },
    /// Say yes to one
    Allow {
        /// Its number
        id: String,
        /// The digest it was listed with; without it you are shown the request and asked
        #[arg(long)]
        digest: Option<String>,
        /// From now on without asking, by the rule with this number in `rules suggest`
        #[arg(long, value_name = "NUMBER")]
        always: Option<usize>,
    },
    /// Say no to one, or to all
    Deny {
        /// Its number
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        /// Everything that waits
        #[arg(long)]
        all: bool,
        /// With --all: only what this agent wants
        #[arg(long, value_name = "AGENT", requires = "all")]
        agent: Option<String>,
    },
    /// Let a picture or recording go that you looked at
    Send {
        /// Its number
        id: String,
        /// The digest it was listed with; without it you are shown the request and asked
        #[arg(long)]
        digest: Option<String>,
    },
    /// Take a picture or recording anew
    Retake {
        /// Its number
        id: String,
    },
    /// Throw a picture or recording away; nothing leaves
    Discard {
        /// Its number
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RunningWord {
    /// List it
    List,
    /// Stop one
    Stop {
        /// Its number
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesWord {
    /// List them
    List,
    /// Show one, whole
    Show {
        /// Its id
        id: String,
    },
    /// Add one from a JSON file
    Add {
        /// The file; - or none is the standard input
        file: Option<PathBuf>,
    },
    /// Show which rules would answer a request that waits, the narrowest first
    Suggest {
        /// The request's number
        request: String,
    },
    /// Remove one
    Remove {
        /// Its id
        id: String,
    },
}

/// An agent, as a person names it.
#[derive(Debug, Args)]
pub(crate) struct NamedAgent {
    /// The agent's id at its hub
    pub(crate) agent: String,
    /// The connection it comes through, where several have an agent of that id
    #[arg(long, value_name = "ID")]
    pub(crate) connection: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AgentsWord {
    /// List them
    List,
    /// Set the highest level that one has here
    Ceiling {
        #[command(flatten)]
        agent: NamedAgent,
        /// student, intern, supervised, autonomous; or none, for the connection's
        level: CeilingValue,
    },
    /// Refuse whatever one wants, without asking you
    Mute(NamedAgent),
    /// Hear it again
    Unmute(NamedAgent),
    /// Show what was claimed of it and what you let it have
    History(NamedAgent),
}

/// A ceiling, or that of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CeilingValue {
    Student,
    Intern,
    Supervised,
    Autonomous,
    /// The connection's
    None,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SwitchesWord {
    /// List them
    List,
    /// Switch one on
    On {
        /// The capability
        capability: CapabilityName,
    },
    /// Switch one off
    Off {
        /// The capability
        capability: CapabilityName,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum StandingWord {
    /// Show the table
    Show,
    /// Change one place in it
    Set {
        /// The capability
        capability: CapabilityName,
        /// student, intern, supervised or autonomous
        level: Maturity,
        /// What is said to it
        verdict: VerdictName,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SettingsWord {
    /// Show them
    Show,
    /// Change one
    Set {
        /// Its name, as `settings show` has it
        name: String,
        /// As JSON (true, 7, null, {"latitude": 1.5, …}), or a plain word
        value: String,
    },
}

/// What can be switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CapabilityName {
    Notification,
    Location,
    Camera,
    Microphone,
    Screen,
    Agents,
    Network,
    Shell,
}

/// What the table can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerdictName {
    /// Never
    Forbid,
    /// When you say so
    Ask,
    /// In sight, and you can stop it
    Watch,
    /// Without a word
    Free,
}
