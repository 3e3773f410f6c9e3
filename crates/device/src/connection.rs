//! One pairing, as the device keeps it.

use chaperone_link::LinkConfig;
use chaperone_protocol::{ConnectionId, ConnectionState, Maturity};

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
    /// Not connected, because the person said so.
    pub paused: bool,
    /// Where it stands.
    pub state: ConnectionState,
}
