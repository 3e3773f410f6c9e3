//! The handle to a running link.

use std::{
    hash::{BuildHasher, Hasher},
    sync::Arc,
};

use chaperone_dialects::{
    DeviceSession, Dialect, Extension, Extensions, Input, RemoteCommand, Upstream,
};
use chaperone_protocol::{
    CommandId, CommandState, ConnectionId, ConnectionState, DeviceInfo, HubNews, HubSwitch,
    Outcome, Report,
};
use tokio::sync::mpsc;
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use crate::{
    Address, DeviceKey, Error, LinkSettings, TokenSource, World, driver::Driver, mailbox::Mailbox,
    world::this_computer,
};

/// What this device can make something of.
const EXTENSIONS: Extensions = Extensions::NONE
    .with(Extension::Agent)
    .with(Extension::Deadline)
    .with(Extension::Cancel)
    .with(Extension::Progress)
    .with(Extension::ResultAck)
    .with(Extension::Screenshot);

/// Which hub, and who we are to it.
#[derive(Clone)]
pub struct LinkConfig {
    /// Our name for the pairing; marks every event.
    pub connection: ConnectionId,
    /// The hub's language.
    pub dialect: &'static dyn Dialect,
    /// Where it listens.
    pub address: Address,
    /// What it learns of this computer.
    pub device: DeviceInfo,
    pub(crate) tokens: TokenSource,
    pub(crate) key: Option<DeviceKey>,
    pub(crate) settings: LinkSettings,
    pub(crate) world: Arc<dyn World>,
}

impl LinkConfig {
    /// A connection to be kept in that way; [`LinkSettings::default`] leaves everything to the
    /// hub's kind. The token may be a [`Secret`](crate::Secret) that never changes, or a source
    /// that keeps it good.
    pub fn new(
        connection: ConnectionId,
        dialect: &'static dyn Dialect,
        address: Address,
        token: impl Into<TokenSource>,
        device: DeviceInfo,
        settings: LinkSettings,
    ) -> Result<Self, Error> {
        settings.check(dialect, &address)?;
        Ok(Self {
            connection,
            dialect,
            address,
            device,
            tokens: token.into(),
            key: None,
            settings,
            world: this_computer(),
        })
    }

    /// Has the link prove this key to hubs that ask for it.
    #[must_use]
    pub fn proving(self, key: DeviceKey) -> Self {
        Self {
            key: Some(key),
            ..self
        }
    }

    /// Puts the link into other surroundings than this computer's.
    #[must_use]
    pub fn in_world(self, world: Arc<dyn World>) -> Self {
        Self { world, ..self }
    }
}

/// What a link reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEvent {
    /// It stands differently now.
    State(ConnectionState),
    /// A command came. The same one may come again; the journal knows.
    Command(RemoteCommand),
    /// The hub takes a command back.
    Cancel(CommandId),
    /// The hub has the result: confirmed, or written where its protocol confirms nothing.
    Delivered(CommandId),
    /// The hub tells something about itself.
    News(HubNews),
}

/// One connection to one hub, which comes back by itself for as long as this handle lives.
pub struct Link {
    dialect: &'static dyn Dialect,
    mailbox: Arc<Mailbox>,
    _stops: DropGuard,
}

impl Link {
    /// Starts connecting. The link ends with `cancel`, with this handle, or when nobody takes its
    /// events any more; its last event is the state `Stopped`.
    ///
    /// While `events` is full the link reads nothing from the hub, so a flood slows its sender down.
    pub fn open(
        config: LinkConfig,
        events: mpsc::Sender<(ConnectionId, LinkEvent)>,
        tracker: &TaskTracker,
        cancel: &CancellationToken,
    ) -> Self {
        let dialect = config.dialect;
        let mailbox = Arc::new(Mailbox::default());
        let cancel = cancel.child_token();
        // Every hasher of the standard library starts from a different random state.
        let seed = std::hash::RandomState::new().build_hasher().finish();
        let session = DeviceSession::new(config.dialect, config.device.clone(), seed)
            .preferring(config.settings.preferences());
        let session = match &config.key {
            Some(key) => session
                .offering(EXTENSIONS.with(Extension::DeviceKey))
                .with_public_key(key.public()),
            None => session.offering(EXTENSIONS),
        };
        let driver = Driver::new(
            config,
            session,
            events,
            Arc::clone(&mailbox),
            cancel.clone(),
        );
        tracker.spawn(driver.run());
        Self {
            dialect,
            mailbox,
            _stops: cancel.drop_guard(),
        }
    }

    /// Sends a result as soon as the hub is there, and again after every reconnect until it is
    /// [`LinkEvent::Delivered`].
    pub fn send_result(&self, id: CommandId, outcome: Outcome) {
        self.mailbox
            .put(Input::Send(Upstream::Result { id, outcome }));
    }

    /// Tells a hub that understands it where a command stands; otherwise says nothing.
    pub fn send_progress(&self, id: CommandId, state: CommandState) {
        self.mailbox
            .put(Input::Send(Upstream::Progress { id, state }));
    }

    /// What tells the hub to switch something of its own, where its protocol has words for that.
    pub fn switching(&self, wish: &HubSwitch) -> Option<Report> {
        self.dialect.switches_by(wish)
    }

    /// Sends a report if the hub is there right now, or never.
    pub fn send_now(&self, report: Report) {
        self.mailbox.put(Input::SendNow(Upstream::Report(report)));
    }

    /// Ends the wait for the next try.
    pub fn try_now(&self) {
        self.mailbox.put(Input::TryNow);
    }
}
