//! How the words are written that look: judgements, record, captures, log.

use std::path::PathBuf;

use chaperone_api::Maturity;
use clap::{Args, Subcommand, ValueEnum};

use super::{CapabilityName, VerdictName};

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
    /// The command line, as one argument
    pub(crate) line: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RecordWord {
    /// List what happened, the newest first
    List(RecordListOptions),
    /// Write all of it out
    Export(ExportOptions),
    /// Check that nothing was changed, removed or reordered, and that searches find what is in it
    Verify {
        /// A checkpoint that was kept elsewhere: check that the record still goes on from there
        #[arg(long, value_name = "FILE")]
        since: Option<PathBuf>,
    },
    /// Print where the record stands, to be kept elsewhere and checked against later
    Checkpoint,
}

#[derive(Debug, Default, Args)]
pub(crate) struct RecordListOptions {
    /// As many lines as this
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    /// Only entries with a lower number
    #[arg(long, value_name = "NUMBER")]
    pub(crate) before: Option<u64>,
    /// Only what this agent wanted
    #[arg(long, value_name = "ID")]
    pub(crate) agent: Option<String>,
    /// Only what is about this
    #[arg(long, value_name = "NAME")]
    pub(crate) capability: Option<CapabilityName>,
    /// Only what was judged so
    #[arg(long, value_name = "VERDICT")]
    pub(crate) verdict: Option<VerdictName>,
    /// Only since then: 2026-11-21, 2026-11-21T08:30, or how long ago (2h, 7d)
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Only before then
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Only what has these words in it
    #[arg(long, value_name = "TEXT")]
    pub(crate) words: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ExportOptions {
    /// In which form
    #[arg(long, value_name = "FORM", default_value = "jsonl")]
    pub(crate) format: ExportForm,
    /// A new file for it; the standard output, where none is named
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportForm {
    /// One JSON object a line, with everything that is hashed
    Jsonl,
    /// For spreadsheets
    Csv,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ArtifactsWord {
    /// List them, the newest first
    List {
        /// As many as this
        #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
        /// Only those with a lower number
        #[arg(long, value_name = "NUMBER")]
        before: Option<u64>,
    },
    /// Write one into a new file
    Save {
        /// Its id
        id: String,
        /// The file
        file: PathBuf,
    },
    /// Delete one for good
    Delete {
        /// Its id
        id: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct LogsOptions {
    /// Go on with what is written from now on
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// As many of the last lines as this
    #[arg(long, value_name = "NUMBER", default_value_t = 200)]
    pub(crate) lines: usize,
}
