//! The words of the command line.
//!
//! What a word does stands with the word; here is only how it is written. No secret is ever an
//! argument: arguments can be read by every process of this machine.

mod hub;
mod look;
mod people;
mod run;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use clap_complete::Shell;

pub(crate) use hub::{AccountWord, HubOptions, HubWord};
pub(crate) use look::{
    ArtifactsWord, ExplainOptions, ExportForm, ExportOptions, LogsOptions, RecordListOptions,
    RecordWord,
};
pub(crate) use people::{
    AgentsWord, CapabilityName, CeilingValue, ConnectionsWord, NamedAgent, RequestsWord, RulesWord,
    RunningWord, SettingsWord, StandingWord, SwitchesWord, VerdictName,
};
pub(crate) use run::{McpOptions, PairOptions, RunOptions, Way};

/// What a process says by how it ends; the same in the manual.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  it did not work, or the audit of a hub does not hold (hub verify)
  2  used wrongly, or a check found something (record verify, doctor)
  3  Chaperone is not running
  4  refused: gone, changed meanwhile, or not allowed";

/// Lets AI agents use this computer only as far as you trust them.
#[derive(Debug, Parser)]
#[command(
    name = "chaperone-headless",
    version,
    after_help = EXIT_CODES,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub(crate) struct Arguments {
    /// The folder that holds settings, journal and record
    #[arg(long, global = true, env = "CHAPERONE_DATA_DIR", value_name = "FOLDER")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Print JSON instead of text for people; lists print one object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) word: Word,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Word {
    /// Run the device and its hub; with --ui also a page for a browser on this machine
    Run(RunOptions),
    /// Run a hub by itself, on a server; or look after one that does not run
    Hub(Box<HubOptions>),
    /// Connect this computer with a hub elsewhere, by signing in there
    Pair(PairOptions),
    /// Look after the connections with hubs
    Connections {
        #[command(subcommand)]
        word: Option<ConnectionsWord>,
    },
    /// See and answer what waits for you; on a terminal, a view that keeps up
    Requests {
        #[command(subcommand)]
        word: Option<RequestsWord>,
    },
    /// See and stop what runs
    Running {
        #[command(subcommand)]
        word: Option<RunningWord>,
    },
    /// Look after your standing answers
    Rules {
        #[command(subcommand)]
        word: Option<RulesWord>,
    },
    /// See the agents that asked for something, and say how far you trust each
    Agents {
        #[command(subcommand)]
        word: Option<AgentsWord>,
    },
    /// Switch capabilities of this computer on and off
    Switches {
        #[command(subcommand)]
        word: Option<SwitchesWord>,
    },
    /// See and change what agents of each level may do
    Standing {
        #[command(subcommand)]
        word: Option<StandingWord>,
    },
    /// See and change what else can be set
    Settings {
        #[command(subcommand)]
        word: Option<SettingsWord>,
    },
    /// Stop everything, and let nothing run until you resume
    Pause,
    /// Lift the pause
    Resume,
    /// Say what would happen with a command line, and why; nothing is run
    Explain(ExplainOptions),
    /// Read, export and check the record
    Record {
        #[command(subcommand)]
        word: Option<RecordWord>,
    },
    /// Look after pictures and recordings
    Artifacts {
        #[command(subcommand)]
        word: Option<ArtifactsWord>,
    },
    /// Try what this machine has for Chaperone: sandboxes, keyring, camera, screen…
    Doctor,
    /// Print the log
    Logs(LogsOptions),
    /// Print the key of one of this computer's own agents (student, intern, supervised, autonomous)
    Key {
        /// The agent's id
        agent: String,
    },
    /// Print a link that opens the page in one browser
    Link,
    /// Let a client of the Model Context Protocol use a hub over standard input and output
    Mcp(McpOptions),
    /// Print what makes a shell complete these words
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual, or write a page for each word into a folder
    Man {
        /// Where the pages go
        #[arg(long, value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}
