//! How running and pairing are written.

use std::path::PathBuf;

use chaperone_api::{Address, Maturity};
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct RunOptions {
    /// The port of the hub that agents call (0 takes any)
    #[arg(long, value_name = "PORT")]
    pub(crate) hub_port: Option<u16>,
    /// Let webhooks of the hub lead to this computer and its network, too
    #[arg(long)]
    pub(crate) webhooks_inside: bool,
    /// Serve the page to browsers on this machine, and print a link that lets one in
    #[arg(long)]
    pub(crate) ui: bool,
    /// The port of the page (0, which is usual, takes any)
    #[arg(long, value_name = "PORT", requires = "ui")]
    pub(crate) page_port: Option<u16>,
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
    /// Run as root; only together with `CHAPERONE_AS_ROOT=yes` in the environment
    #[arg(long)]
    pub(crate) as_root: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The agent's key is in the environment as CHAPERONE_AGENT_KEY, or in a file."
)]
pub(crate) struct McpOptions {
    /// The hub's address (https://…; http:// only on this computer); this computer's own if absent
    #[arg(long, value_name = "URL")]
    pub(crate) hub: Option<String>,
    /// The file that holds the agent's key
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PairOptions {
    /// The hub's address (wss://…; ws:// only on this computer)
    #[arg(required_unless_present = "again")]
    pub(crate) address: Option<String>,
    /// Sign in once more for a connection there is
    #[arg(long, value_name = "CONNECTION", conflicts_with_all = ["address", "name", "ceiling"])]
    pub(crate) again: Option<String>,
    /// Which protocol the hub speaks; you are asked where there is a choice
    #[arg(long, value_name = "ID")]
    pub(crate) dialect: Option<String>,
    /// How to sign in; you are asked where there is a choice
    #[arg(long, value_name = "WAY")]
    pub(crate) way: Option<Way>,
    /// The file that holds a token of that hub (- is the standard input); for scripts
    #[arg(long, value_name = "FILE", conflicts_with = "answers")]
    pub(crate) token_file: Option<PathBuf>,
    /// A file (- is the standard input) with a JSON object of what the hub wants to know: email,
    /// password, code, phone, registrationToken, sharedSecret, token; for scripts
    #[arg(long, value_name = "FILE")]
    pub(crate) answers: Option<PathBuf>,
    /// What you call the connection
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// What that hub calls this computer, where it does not say so itself
    #[arg(long, value_name = "ID")]
    pub(crate) device: Option<String>,
    /// The highest level that hub's agents have here
    #[arg(long, value_name = "LEVEL")]
    pub(crate) ceiling: Option<Maturity>,
}

/// A way to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Way {
    /// A code to confirm in a browser
    DeviceCode,
    /// An account there
    Password,
    /// Registering this computer with a secret of that hub
    Registration,
    /// A token that was copied from there
    Token,
}

impl Way {
    /// As the calls name it.
    pub(crate) fn named(self) -> &'static str {
        match self {
            Self::DeviceCode => "deviceCode",
            Self::Password => "password",
            Self::Registration => "registration",
            Self::Token => "pastedToken",
        }
    }

    /// The way that the calls name so.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::value_variants()
            .iter()
            .copied()
            .find(|way| way.named() == name)
    }
}
