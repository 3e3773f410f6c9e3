//! Systems without a sandbox of ours: everything can be shown, nothing runs.

use std::future::{Future, ready};

use chaperone_protocol::Executed;
use tokio_util::sync::CancellationToken;

use crate::{Prepared, RunError, Uncontained};

fn uncontained() -> Uncontained {
    Uncontained::NotBuilt {
        system: std::env::consts::OS,
    }
}

pub(crate) fn run(
    _prepared: Prepared,
    _cancel: CancellationToken,
) -> impl Future<Output = Result<Executed, RunError>> {
    ready(Err(RunError::Uncontained(uncontained())))
}

pub(crate) fn doctor() -> Result<(), Uncontained> {
    Err(uncontained())
}
