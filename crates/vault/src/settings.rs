//! What the person set, and whom they let do what before.

use chaperone_protocol::{AgentId, Capability, ConnectionId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _};

use crate::Error;

/// Reads a setting's JSON.
pub(crate) fn setting(connection: &Connection, key: &str) -> Result<Option<String>, Error> {
    Ok(connection
        .prepare_cached("SELECT value FROM setting WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?)
}

/// Replaces a setting's JSON.
pub(crate) fn set_setting(connection: &Connection, key: &str, value: &str) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO setting (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute([key, value])?;
    Ok(())
}

/// An agent of one connection and one thing it may have done.
#[derive(Debug)]
pub(crate) struct Acquaintance {
    pub(crate) connection: ConnectionId,
    pub(crate) agent: Option<AgentId>,
    pub(crate) capability: Capability,
}

impl Acquaintance {
    fn key(&self) -> [&str; 3] {
        let agent = self.agent.as_ref().map_or("", AgentId::as_str);
        [self.connection.as_str(), agent, self.capability.as_str()]
    }

    /// Whether the person said yes to this before.
    pub(crate) fn exists(&self, connection: &Connection) -> Result<bool, Error> {
        Ok(connection
            .prepare_cached(
                "SELECT 1 FROM acquaintance WHERE connection = ?1 AND agent = ?2 AND capability = ?3",
            )?
            .exists(self.key())?)
    }

    /// Remembers that the person said yes; the first time counts.
    pub(crate) fn remember(&self, connection: &Connection, at: Timestamp) -> Result<(), Error> {
        let [hub, agent, capability] = self.key();
        connection
            .prepare_cached(
                "INSERT INTO acquaintance (connection, agent, capability, since_at)
                 VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            )?
            .execute([hub, agent, capability, &at.to_string()])?;
        Ok(())
    }
}
