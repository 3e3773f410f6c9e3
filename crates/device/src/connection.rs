//! One pairing, as the device keeps it.

use chaperone_link::LinkConfig;
use chaperone_protocol::{
    ConnectionId, ConnectionPhase, ConnectionState, Maturity, Remedy, Timestamp,
};

use crate::told::HubTold;

/// A pairing to keep connected.
pub struct ConnectionConfig {
    /// The name people see.
    pub name: String,
    /// The address people see; it holds no token.
    pub address: String,
    /// The highest level anybody behind it has here.
    pub ceiling: Maturity,
    /// Kept, but not connected, because the person said so.
    pub paused: bool,
    /// Whether the vault knows it, so that it can be changed and removed.
    pub stored: bool,
    /// How to reach it.
    pub link: LinkConfig,
}

/// A pairing and how it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// This device's name for it.
    pub id: ConnectionId,
    /// The name people see.
    pub name: String,
    /// The address people see.
    pub address: String,
    /// The highest level anybody behind it has here.
    pub ceiling: Maturity,
    /// The kind of hub, by the id of its dialect.
    pub dialect: &'static str,
    /// Not connected, because the person said so.
    pub paused: bool,
    /// Whether it can be changed and removed.
    pub stored: bool,
    /// Where it stands.
    pub state: ConnectionState,
    /// Since when it stands at that step.
    pub since: Timestamp,
    /// What went wrong last, also where that is over.
    pub last_trouble: Option<Trouble>,
    /// What the hub tells about itself. In memory only.
    pub told: HubTold,
}

/// Something that went wrong with a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// When it was heard of last.
    pub at: Timestamp,
    /// What, in plain words.
    pub what: String,
    /// What only a person can do about it.
    pub remedy: Option<Remedy>,
}

impl Connection {
    /// Takes up what its link says, and answers the step it was at before.
    pub(crate) fn hear(&mut self, state: ConnectionState, now: Timestamp) -> ConnectionState {
        if state.phase != self.state.phase {
            self.since = now;
        }
        if let Some(what) = &state.trouble {
            self.last_trouble = Some(Trouble {
                at: now,
                what: what.clone(),
                remedy: state.remedy,
            });
        }
        let was = std::mem::replace(&mut self.state, state);
        if was.phase == ConnectionPhase::Connected && !self.is_connected() {
            self.told.end();
        }
        was
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.state.phase == ConnectionPhase::Connected
    }
}
