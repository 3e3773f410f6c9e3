//! What every request and every socket of one hub shares.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use chaperone_protocol::DeviceId;

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    audience::Audiences,
    call::Calls,
    door::Limits,
    hub::Registration,
    paces::Paces,
    people::{Attempts, Passwords},
    runs::Running,
    store::Store,
    switchboard::Switchboard,
    token::Tokens,
};

/// One hub's insides.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) tokens: Tokens,
    pub(crate) passwords: Passwords,
    pub(crate) attempts: Attempts,
    pub(crate) paces: Paces,
    /// Seals what the books must not show.
    pub(crate) sealing_key: [u8; 32],
    pub(crate) switchboard: Arc<Switchboard>,
    pub(crate) audiences: Arc<Audiences>,
    /// The agent runs that are under way, and who follows them.
    pub(crate) running: Running,
    /// How many sockets there may be.
    pub(crate) sockets: Arc<Limits>,
    /// What devices prove themselves with on a wire that shares one secret among them.
    pub(crate) edge_secret: String,
    /// What requests are signed with on a wire that signs them.
    pub(crate) request_key: String,
    pub(crate) calls: Calls,
    /// Everything that outlives the request it came from.
    pub(crate) tasks: TaskTracker,
    /// Set once the hub begins to stop.
    pub(crate) stopping: CancellationToken,
    /// Whether people may make accounts for themselves.
    pub(crate) registration: Registration,
    /// The port that `Host` and `Origin` must name.
    pub(crate) port: u16,
    /// Whether only this computer can reach it.
    pub(crate) local: bool,
}

impl App {
    /// Where a caller reached this hub.
    pub(crate) fn base(&self, headers: &HeaderMap) -> String {
        // The guard let in only what names this hub.
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        match host {
            Some(host) => format!("http://{host}"),
            None => format!("http://127.0.0.1:{}", self.port),
        }
    }

    /// Ends a device's connection, if it has one.
    pub(crate) fn hang_up(&self, device: &str) {
        if let Ok(device) = DeviceId::new(device) {
            self.switchboard.hang_up(&device);
        }
    }
}
