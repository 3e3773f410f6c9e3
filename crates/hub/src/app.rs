//! What every request and every socket of one hub shares.

use std::{path::PathBuf, sync::Arc, time::Instant};

use axum::http::{HeaderMap, header};
use chaperone_protocol::DeviceId;

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    artifacts::Shelf,
    audience::Audiences,
    call::Calls,
    door::Limits,
    events::Events,
    hub::Registration,
    mcp::Sessions,
    meter::Meter,
    paces::Paces,
    people::{Attempts, Passwords},
    reach::WebhookReach,
    rest::{Names, Pace},
    runs::Running,
    store::Store,
    switchboard::Switchboard,
    token::Tokens,
    webhooks::Client,
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
    pub(crate) events: Arc<Events>,
    pub(crate) mcp: Sessions,
    /// Where files on their way lie.
    pub(crate) shelf: Shelf,
    /// What webhooks are told with.
    pub(crate) client: Client,
    /// Where webhooks may lead.
    pub(crate) webhooks: WebhookReach,
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
    /// What this hub is called.
    pub(crate) names: Names,
    /// How much is taken from one address.
    pub(crate) pace: Pace,
    /// What is counted.
    pub(crate) meter: Arc<Meter>,
    /// Where the hub keeps what it keeps in files.
    pub(crate) data_dir: PathBuf,
    /// What the last look at the hub's health said, and when.
    pub(crate) health: tokio::sync::Mutex<Option<(Instant, bool)>>,
    /// Whether only this computer can reach it.
    pub(crate) local: bool,
}

impl App {
    /// Where others find this hub; else where this caller did.
    pub(crate) fn base(&self, headers: &HeaderMap) -> String {
        // The guard let in only what names this hub.
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        self.names.base(host)
    }

    /// Ends a device's connection, if it has one.
    pub(crate) fn hang_up(&self, device: &str) {
        if let Ok(device) = DeviceId::new(device) {
            self.switchboard.hang_up(&device);
        }
    }
}
