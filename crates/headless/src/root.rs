//! Refusing to run as root by mistake: every program an agent is allowed would start as root.

use anyhow::Result;

use crate::ending::Refused;

/// What has to stand in the environment besides `--as-root`.
const VARIABLE: &str = "CHAPERONE_AS_ROOT";
const YES: &str = "yes";

/// Refuses to go on as root unless that was said twice, in two places.
pub(crate) fn refuse_root(said: bool) -> Result<()> {
    let said_again = std::env::var_os(VARIABLE).is_some_and(|value| value == YES);
    if !is_root() || (said && said_again) {
        return Ok(());
    }
    let missing = match (said, said_again) {
        (true, false) => "set CHAPERONE_AS_ROOT=yes, too",
        (false, true) => "say --as-root, too",
        _ => "say --as-root and set CHAPERONE_AS_ROOT=yes",
    };
    Err(Refused(format!(
        "this is root, and agents' programs would start as root; run it as a user of its own, or, if you mean it, {missing}"
    ))
    .into())
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
