//! A link under test, and everything it reports.

use std::{net::SocketAddr, sync::Arc};

use chaperone_dialects::Dialect;
use chaperone_link::{
    Address, DeviceKey, Link, LinkConfig, LinkEvent, LinkSettings, Secret, TokenSource, World,
};
use chaperone_protocol::{
    CommandId, ConnectionId, ConnectionPhase, ConnectionState, DeviceId, DeviceInfo, FailureCode,
    Outcome, Timestamp,
};
use tokio::{sync::mpsc, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::hub::{BRISK, Hub, PATIENCE};

pub(crate) const TOKEN: &str = "a+b/c=&d é";

/// A link and everything it reports.
pub(crate) struct Device {
    pub(crate) link: Option<Link>,
    pub(crate) events: mpsc::Receiver<(ConnectionId, LinkEvent)>,
    pub(crate) tracker: TaskTracker,
    pub(crate) cancel: CancellationToken,
}

/// How a link under test is set up.
pub(crate) struct Setup {
    pub(crate) dialect: &'static dyn Dialect,
    pub(crate) address: String,
    pub(crate) tokens: TokenSource,
    pub(crate) settings: LinkSettings,
    pub(crate) world: Option<Arc<dyn World>>,
    pub(crate) key: Option<DeviceKey>,
}

impl Setup {
    pub(crate) fn at(address: SocketAddr) -> Self {
        Self {
            dialect: &BRISK,
            address: format!("ws://{address}"),
            tokens: Secret::new(TOKEN).into(),
            settings: LinkSettings::default(),
            world: None,
            key: None,
        }
    }

    pub(crate) fn speaking(self, dialect: &'static dyn Dialect) -> Self {
        Self { dialect, ..self }
    }

    pub(crate) fn with(self, settings: LinkSettings) -> Self {
        Self { settings, ..self }
    }

    pub(crate) fn bearing(self, tokens: TokenSource) -> Self {
        Self { tokens, ..self }
    }

    pub(crate) fn address(self, address: impl Into<String>) -> Self {
        let address = address.into();
        Self { address, ..self }
    }

    pub(crate) fn within(self, world: Arc<dyn World>) -> Self {
        let world = Some(world);
        Self { world, ..self }
    }

    pub(crate) fn proving(self, key: DeviceKey) -> Self {
        let key = Some(key);
        Self { key, ..self }
    }

    pub(crate) fn start(self) -> Device {
        let (sender, events) = mpsc::channel(16);
        let (tracker, cancel) = (TaskTracker::new(), CancellationToken::new());
        let config = LinkConfig::new(
            ConnectionId::new("home").unwrap(),
            self.dialect,
            Address::parse_exposed(&self.address).unwrap(),
            self.tokens,
            info(),
            self.settings,
        );
        let mut config = config.unwrap();
        if let Some(world) = self.world {
            config = config.in_world(world);
        }
        if let Some(key) = self.key {
            config = config.proving(key);
        }
        let link = Link::open(config, sender, &tracker, &cancel);
        Device {
            link: Some(link),
            events,
            tracker,
            cancel,
        }
    }
}

pub(crate) fn info() -> DeviceInfo {
    DeviceInfo {
        id: DeviceId::new("desk").unwrap(),
        name: "Desk".to_owned(),
        kind: "desktop_linux".to_owned(),
        more: chaperone_protocol::Map::new(),
        platform: "linux".to_owned(),
        platform_version: String::new(),
        architecture: String::new(),
        capabilities: vec!["notification".to_owned()],
    }
}

impl Device {
    pub(crate) fn of(hub: &Hub) -> Self {
        Self::at_pace(&BRISK, hub)
    }

    pub(crate) fn at_pace(dialect: &'static dyn Dialect, hub: &Hub) -> Self {
        Setup::at(hub.address()).speaking(dialect).start()
    }

    pub(crate) fn link(&self) -> &Link {
        self.link.as_ref().unwrap()
    }

    pub(crate) fn answer(&self, id: &str) {
        self.link().send_result(command(id), denied());
    }

    /// The next event that is no state.
    pub(crate) async fn event(&mut self) -> LinkEvent {
        loop {
            match self.any_event().await {
                LinkEvent::State(_) => {}
                event => return event,
            }
        }
    }

    pub(crate) async fn any_event(&mut self) -> LinkEvent {
        let event = timeout(PATIENCE, self.events.recv()).await;
        let (connection, event) = event.expect("the link should report").unwrap();
        assert_eq!(connection.as_str(), "home");
        event
    }

    /// The next state in that phase; commands and deliveries in between fail the test.
    pub(crate) async fn reaches(&mut self, phase: ConnectionPhase) -> ConnectionState {
        loop {
            match self.any_event().await {
                LinkEvent::State(state) => {
                    let shown = format!("{state:?}");
                    assert!(!shown.contains("a+b") && !shown.contains("a%2B"), "{shown}");
                    if state.phase == phase {
                        return state;
                    }
                }
                event => panic!("expected {phase:?}, got {event:?}"),
            }
        }
    }
}

pub(crate) fn command(id: &str) -> CommandId {
    CommandId::new(id).unwrap()
}

pub(crate) fn denied() -> Outcome {
    Outcome::failure(FailureCode::Denied, "no", Timestamp::UNIX_EPOCH)
}
