//! What is written to the log, for every host.

use tracing_subscriber::EnvFilter;

/// The variable that says how much is logged: `warn`, `info`, `chaperone_link=debug`…
const VARIABLE: &str = "CHAPERONE_LOG";
/// Parts of others that would log what they read: command lines, and addresses with their tokens.
const TALKATIVE: [&str; 5] = [
    "tokenize=off",
    "parse=off",
    "expansion=off",
    "tungstenite=info",
    "tokio_tungstenite=info",
];

/// Logs to the standard error stream: warnings, or what `CHAPERONE_LOG` asks for.
pub fn start_log() {
    let filter = EnvFilter::try_from_env(VARIABLE).unwrap_or_else(|_| EnvFilter::new("warn"));
    let filter = TALKATIVE
        .into_iter()
        .filter_map(|directive| directive.parse().ok())
        .fold(filter, EnvFilter::add_directive);
    // A second start in the same process keeps the first one's settings.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
