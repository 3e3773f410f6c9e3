//! What every request and every socket of one hub shares.

use std::sync::Arc;

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{store::Store, switchboard::Switchboard, token::Tokens};

/// One hub's insides.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) tokens: Tokens,
    pub(crate) switchboard: Arc<Switchboard>,
    /// Everything that outlives the request it came from.
    pub(crate) tasks: TaskTracker,
    /// Set once the hub begins to stop.
    pub(crate) stopping: CancellationToken,
    /// The port that `Host` and `Origin` must name.
    pub(crate) port: u16,
}
