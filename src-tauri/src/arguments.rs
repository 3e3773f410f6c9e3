//! The words a start may carry.

use std::path::PathBuf;

use clap::Parser;

/// Lets AI agents use this computer only as far as you trust them.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(name = "chaperone", version)]
pub(crate) struct Arguments {
    /// Start without a window, as at login; a request still opens its own
    #[arg(long)]
    pub(crate) hidden: bool,
    /// The folder that holds settings, journal and record
    #[arg(long, env = "CHAPERONE_DATA_DIR", value_name = "FOLDER")]
    pub(crate) data_dir: Option<PathBuf>,
    /// The port of the hub that agents call (0 takes any)
    #[arg(long, value_name = "PORT")]
    pub(crate) hub_port: Option<u16>,
    /// The folder agents' commands run in when they name none
    #[arg(long, value_name = "FOLDER")]
    pub(crate) work_dir: Option<PathBuf>,
    /// Load the request window at the start and keep it this long without a request, also while no
    /// window is open: that shows the next one sooner. 0 spares the memory; unless said otherwise
    /// it is loaded for the first request and kept for 5 minutes
    #[arg(long, value_name = "SECONDS")]
    pub(crate) prompt_ready: Option<u32>,
    /// A link to pair with a hub, as a browser hands it over
    #[arg(value_name = "LINK")]
    pub(crate) link: Option<String>,
}
