//! The words of the command line.

use std::path::PathBuf;

use chaperone_api::{Address, Maturity};
use clap::{Args, Parser, Subcommand};

/// Lets AI agents use this computer only as far as you trust them.
#[derive(Debug, Parser)]
#[command(name = "chaperone-headless", version)]
pub(crate) struct Arguments {
    /// The folder that holds settings, journal and record
    #[arg(long, global = true, env = "CHAPERONE_DATA_DIR", value_name = "FOLDER")]
    pub(crate) data_dir: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) word: Word,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Word {
    /// Run the device and its hub, and serve the window's page to a browser on this machine
    Run(RunOptions),
    /// Show, allow or deny what waits for you
    Requests {
        #[command(subcommand)]
        word: Option<RequestsWord>,
    },
    /// Stop everything, and let nothing run until you resume
    Pause,
    /// Lift the pause
    Resume,
    /// Look after the record
    Record {
        #[command(subcommand)]
        word: RecordWord,
    },
    /// Print the key of one of this computer's own agents (student, intern, supervised, autonomous)
    Key {
        /// The agent's id
        agent: String,
    },
    /// Print a link that opens the page in one browser
    Link,
    /// Say what would happen with a command line, and why; nothing is run
    Explain(ExplainOptions),
    /// Try what the shell's sandbox promises, on this machine
    Doctor,
}

#[derive(Debug, Args)]
pub(crate) struct RunOptions {
    /// The port of the hub that agents call (0 takes any)
    #[arg(long, value_name = "PORT")]
    pub(crate) hub_port: Option<u16>,
    /// The port of the page (0 takes any)
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) page_port: u16,
    /// Connect to a hub elsewhere too (wss://…; ws:// only on this computer)
    #[arg(long, value_name = "ADDRESS", requires_all = ["token_file", "device_id"])]
    pub(crate) join: Option<Address>,
    /// The file that holds the token for that hub
    #[arg(long, value_name = "FILE", requires = "join")]
    pub(crate) token_file: Option<PathBuf>,
    /// What that hub calls this computer
    #[arg(long, value_name = "ID", requires = "join")]
    pub(crate) device_id: Option<String>,
    /// The highest level that hub's agents have here
    #[arg(long, value_name = "LEVEL", default_value = "intern")]
    pub(crate) ceiling: Maturity,
    /// The folder agents' commands run in when they name none
    #[arg(long, value_name = "FOLDER")]
    pub(crate) work_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainOptions {
    /// The level that the hub claims for whoever asks
    #[arg(long, value_name = "LEVEL", default_value = "autonomous")]
    pub(crate) level: Maturity,
    /// An agent that is known already, by its hub's id for it
    #[arg(long, value_name = "ID")]
    pub(crate) agent: Option<String>,
    /// The connection it would come through; the first one, where none is named
    #[arg(long, value_name = "ID")]
    pub(crate) connection: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// The command line, as one argument
    pub(crate) line: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RequestsWord {
    /// Show what waits
    List {
        /// As JSON, one request a line
        #[arg(long)]
        json: bool,
    },
    /// Say yes to one, this once
    Allow {
        /// Its number
        id: String,
        /// The digest it was listed with; without it you are shown the request and asked
        #[arg(long)]
        digest: Option<String>,
    },
    /// Say no to one
    Deny {
        /// Its number
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RecordWord {
    /// Check that nothing in the record was changed, removed or reordered
    Verify,
}
