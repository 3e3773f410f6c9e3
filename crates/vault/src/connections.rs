//! The pairings with hubs. Their tokens and keys are in the secret store; here stands only which
//! there are.

use std::fmt::Write as _;

use chaperone_protocol::{ConnectionId, DeviceId, Maturity, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{Error, column};

const WHAT: &str = "connection";
const COLUMNS: &str =
    "id, version, name, dialect, address, device, ceiling, paused, settings, created_at";

/// A pairing to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewConnection {
    /// Its name within this device.
    pub id: ConnectionId,
    /// The name people see.
    pub name: String,
    /// The wire protocol its hub speaks.
    pub dialect: String,
    /// Where its hub is. Without any token: this is shown, logged and exported.
    pub address: String,
    /// This computer, as that hub names it.
    pub device: DeviceId,
    /// The highest level that any of its agents has here.
    pub ceiling: Maturity,
    /// Everything else about it, which nobody here looks into. Nothing secret.
    pub settings: Value,
}

/// A pairing as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredConnection {
    /// Its name within this device.
    pub id: ConnectionId,
    /// One at first, one more after each change.
    pub version: u64,
    /// The name people see.
    pub name: String,
    /// The wire protocol its hub speaks.
    pub dialect: String,
    /// Where its hub is.
    pub address: String,
    /// This computer, as that hub names it.
    pub device: DeviceId,
    /// The highest level that any of its agents has here.
    pub ceiling: Maturity,
    /// Whether the person paused it.
    pub paused: bool,
    /// Everything else about it.
    pub settings: Value,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What is to change about a pairing; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConnectionChange {
    /// The name people see.
    pub name: Option<String>,
    /// Where its hub is.
    pub address: Option<String>,
    /// This computer, as that hub names it.
    pub device: Option<DeviceId>,
    /// The highest level that any of its agents has here.
    pub ceiling: Option<Maturity>,
    /// Whether the person paused it.
    pub paused: Option<bool>,
    /// Everything else about it, whole.
    pub settings: Option<Value>,
}

/// Reads all of them, in the person's order.
pub(crate) fn all(connection: &Connection) -> Result<Vec<StoredConnection>, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM connection ORDER BY place, id"
    ))?;
    let rows = statement.query_map([], Stored::read)?;
    rows.map(|row| row?.decode()).collect()
}

/// Adds one, as the last.
pub(crate) fn add(
    connection: &Connection,
    new: &NewConnection,
    at: Timestamp,
) -> Result<(), Error> {
    let added = connection
        .prepare_cached(
            "INSERT INTO connection
                 (id, version, place, name, dialect, address, device, ceiling, paused, settings,
                  created_at)
             VALUES (?1, 1, (SELECT coalesce(max(place), 0) + 1 FROM connection), ?2, ?3, ?4, ?5,
                     ?6, 0, ?7, ?8)
             ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            new.id.as_str(),
            new.name,
            new.dialect,
            new.address,
            new.device.as_str(),
            new.ceiling.as_str(),
            column::encode(WHAT, &new.settings)?,
            at.to_string()
        ])?;
    if added == 0 {
        return Err(Error::Taken { what: WHAT });
    }
    Ok(())
}

/// Changes the one of this version; answers the version it has then.
pub(crate) fn change(
    connection: &Connection,
    id: &ConnectionId,
    version: u64,
    change: &ConnectionChange,
) -> Result<u64, Error> {
    let settings = change.settings.as_ref();
    let settings = settings
        .map(|settings| column::encode(WHAT, settings))
        .transpose()?;
    let changed: Option<i64> = connection
        .prepare_cached(
            "UPDATE connection
             SET version = version + 1, name = coalesce(?3, name), address = coalesce(?4, address),
                 device = coalesce(?5, device), ceiling = coalesce(?6, ceiling),
                 paused = coalesce(?7, paused), settings = coalesce(?8, settings)
             WHERE id = ?1 AND version = ?2 RETURNING version",
        )?
        .query_row(
            params![
                id.as_str(),
                column::to_row(version),
                change.name,
                change.address,
                change.device.as_ref().map(DeviceId::as_str),
                change.ceiling.map(Maturity::as_str),
                change.paused,
                settings
            ],
            |row| row.get(0),
        )
        .optional()?;
    match changed {
        Some(version) => Ok(column::from_row(version)),
        None => Err(Error::Conflict {
            what: WHAT,
            found: version_of(connection, id)?,
        }),
    }
}

/// Puts them in this order; those that are not named come after.
pub(crate) fn arrange(connection: &Connection, order: &[ConnectionId]) -> Result<(), Error> {
    let named = i64::try_from(order.len()).unwrap_or(i64::MAX);
    connection
        .prepare_cached("UPDATE connection SET place = place + ?1")?
        .execute([named])?;
    for (place, id) in (0_i64..).zip(order) {
        connection
            .prepare_cached("UPDATE connection SET place = ?2 WHERE id = ?1")?
            .execute(params![id.as_str(), place])?;
    }
    // Small again, in the order they now have.
    connection.execute_batch(
        "UPDATE connection SET place =
             (SELECT count(*) FROM connection AS other
              WHERE (other.place, other.id) < (connection.place, connection.id))",
    )?;
    Ok(())
}

/// Takes one out, with everything remembered of its agents. What it asked and what became of that
/// stays in the journal and in the record.
pub(crate) fn remove(connection: &Connection, id: &ConnectionId) -> Result<(), Error> {
    if version_of(connection, id)?.is_none() {
        return Err(Error::Unknown { what: WHAT });
    }
    for table in ["agent", "level_change", "report", "answer"] {
        connection
            .prepare_cached(&format!("DELETE FROM {table} WHERE connection = ?1"))?
            .execute([id.as_str()])?;
    }
    connection
        .prepare_cached("DELETE FROM connection WHERE id = ?1")?
        .execute([id.as_str()])?;
    Ok(())
}

/// Notes that there may be such a secret, before it is set.
pub(crate) fn note_secret(
    connection: &Connection,
    id: &ConnectionId,
    name: &str,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO connection_secret (connection, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        )?
        .execute([id.as_str(), name])?;
    Ok(())
}

/// Notes that there is no such secret any more, once it is removed.
pub(crate) fn forget_secret(
    connection: &Connection,
    id: &ConnectionId,
    name: &str,
) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM connection_secret WHERE connection = ?1 AND name = ?2")?
        .execute([id.as_str(), name])?;
    Ok(())
}

/// The secrets that a connection may have.
pub(crate) fn secrets(connection: &Connection, id: &ConnectionId) -> Result<Vec<String>, Error> {
    let mut statement =
        connection.prepare_cached("SELECT name FROM connection_secret WHERE connection = ?1")?;
    let names = statement.query_map([id.as_str()], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

/// What a connection's secret is called in the secret store, whose names are short where a
/// connection's need not be.
pub(crate) fn secret_name(id: &ConnectionId, name: &str) -> String {
    let mut hasher = Sha256::new();
    // The connection's name holds no control character, so that the two cannot run together.
    hasher.update(id.as_str());
    hasher.update([0]);
    hasher.update(name);
    let mut text = String::from("connection-");
    for byte in hasher.finalize().iter().take(16) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn version_of(connection: &Connection, id: &ConnectionId) -> Result<Option<u64>, Error> {
    let version: Option<i64> = connection
        .prepare_cached("SELECT version FROM connection WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    Ok(version.map(column::from_row))
}

/// A row as it is stored.
struct Stored {
    id: String,
    version: i64,
    name: String,
    dialect: String,
    address: String,
    device: String,
    ceiling: String,
    paused: bool,
    settings: String,
    created_at: String,
}

impl Stored {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            version: row.get(1)?,
            name: row.get(2)?,
            dialect: row.get(3)?,
            address: row.get(4)?,
            device: row.get(5)?,
            ceiling: row.get(6)?,
            paused: row.get(7)?,
            settings: row.get(8)?,
            created_at: row.get(9)?,
        })
    }

    fn decode(self) -> Result<StoredConnection, Error> {
        let id = ConnectionId::new(self.id);
        let device = DeviceId::new(self.device);
        Ok(StoredConnection {
            id: id.map_err(|error| Error::decode("connection id", error))?,
            version: column::from_row(self.version),
            name: self.name,
            dialect: self.dialect,
            address: self.address,
            device: device.map_err(|error| Error::decode("device id", error))?,
            ceiling: column::decode_level(&self.ceiling)?,
            paused: self.paused,
            settings: column::decode(WHAT, &self.settings)?,
            created_at: column::decode_time(&self.created_at)?,
        })
    }
}
