//! What is written to the log, for every host: to the standard error stream, and to a few files of
//! bounded size in the data folder.
//!
//! A log is for finding out what went wrong, and is often handed on. So parts that are not ours may
//! say nothing that they would only tell a developer: below `info` they print what they read, which
//! is command lines, and addresses with their tokens.

mod file;
mod reader;
#[cfg(test)]
mod tests;

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
};

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer as _,
    filter::{FilterExt as _, filter_fn},
    layer::SubscriberExt as _,
    registry::LookupSpan,
    util::SubscriberInitExt as _,
};

use file::LogFile;
pub use reader::{LogLine, LogReader};

/// The folder of the files, in the data folder.
const FOLDER: &str = "logs";
/// The variable that says how much is logged: `warn`, `info`, `chaperone_link=debug`…
const VARIABLE: &str = "CHAPERONE_LOG";
/// What the standard error stream gets unless the variable says otherwise.
const ALOUD: &str = "warn";
/// What the files get unless the variable says otherwise.
const KEPT: &str = "warn,chaperone=info";
/// What the names of our own parts begin with.
const OURS: &str = "chaperone";
/// Parts of others that print command lines at any level.
const TALKATIVE: [&str; 3] = ["tokenize=off", "parse=off", "expansion=off"];

/// Where the files are.
pub fn log_dir(data_dir: &Path) -> PathBuf {
    data_dir.join(FOLDER)
}

/// Logs to the standard error stream, and to files in the data folder. Files that cannot be
/// written are done without.
pub fn start_log(data_dir: &Path) {
    let aloud = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .log_internal_errors(false)
        .with_filter(wanted(ALOUD));
    let (kept, trouble) = match LogFile::open(data_dir) {
        Ok(file) => (Some(file), None),
        Err(error) => (None, Some(error)),
    };
    let kept = kept.map(|file| {
        tracing_subscriber::fmt::layer()
            .with_writer(Mutex::new(file))
            .with_ansi(false)
            .log_internal_errors(false)
            .with_filter(wanted(KEPT))
    });
    // A second start in the same process keeps the first one's settings.
    let _ = tracing_subscriber::registry()
        .with(aloud)
        .with(kept)
        .try_init();
    if let Some(error) = trouble {
        tracing::warn!(%error, "the log cannot be kept in the data folder");
    }
}

/// Logs to the standard error stream alone, which the service manager keeps; as JSON, a line each,
/// where a program is to read it.
pub fn start_server_log(json: bool) {
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .log_internal_errors(false);
    let layer = if json {
        layer.json().flatten_event(true).boxed()
    } else {
        layer.with_ansi(false).boxed()
    };
    // A second start in the same process keeps the first one's settings.
    let _ = tracing_subscriber::registry()
        .with(layer.with_filter(wanted(KEPT)))
        .try_init();
}

fn wanted<S>(usual: &str) -> impl tracing_subscriber::layer::Filter<S> + use<S>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    let said = EnvFilter::try_from_env(VARIABLE).unwrap_or_else(|_| EnvFilter::new(usual));
    TALKATIVE
        .into_iter()
        .filter_map(|directive| directive.parse().ok())
        .fold(said, EnvFilter::add_directive)
        .and(filter_fn(may_be_logged))
}

fn may_be_logged(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with(OURS) || *metadata.level() <= Level::INFO
}
