//! The person's standing answers, as documents that nobody here looks into.
//!
//! Each carries a version that a change has to name, so that two windows cannot undo each other's
//! changes unseen.

use chaperone_protocol::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::Value;

use crate::{Error, column};

const WHAT: &str = "rule";
const COLUMNS: &str =
    "id, version, document, until_lock, created_at, changed_at, last_used_at, uses";

/// A rule as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRule {
    /// Its name.
    pub id: String,
    /// One at first, one more after each change of the document.
    pub version: u64,
    /// The rule itself.
    pub document: Value,
    /// Whether it goes when the screen is locked.
    pub until_lock: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its document was changed last.
    pub changed_at: Timestamp,
    /// When a verdict last rested on it.
    pub last_used_at: Option<Timestamp>,
    /// How often one did.
    pub uses: u64,
}

/// Reads all of them, in the order they were made.
pub(crate) fn all(connection: &Connection) -> Result<Vec<StoredRule>, Error> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM rule ORDER BY number"))?;
    let rows = statement.query_map([], Stored::read)?;
    rows.map(|row| row?.decode()).collect()
}

/// Adds one.
pub(crate) fn add(
    connection: &Connection,
    id: &str,
    document: &Value,
    until_lock: bool,
    at: Timestamp,
) -> Result<(), Error> {
    let added = connection
        .prepare_cached(
            "INSERT INTO rule (id, version, document, until_lock, created_at, changed_at, uses)
             VALUES (?1, 1, ?2, ?3, ?4, ?4, 0) ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            id,
            column::encode(WHAT, document)?,
            until_lock,
            at.to_string()
        ])?;
    if added == 0 {
        return Err(Error::Taken { what: WHAT });
    }
    Ok(())
}

/// Puts another document in place of the one of this version; answers the version it has then.
pub(crate) fn replace(
    connection: &Connection,
    id: &str,
    version: u64,
    document: &Value,
    until_lock: bool,
    at: Timestamp,
) -> Result<u64, Error> {
    let replaced: Option<i64> = connection
        .prepare_cached(
            "UPDATE rule SET version = version + 1, document = ?3, until_lock = ?4, changed_at = ?5
             WHERE id = ?1 AND version = ?2 RETURNING version",
        )?
        .query_row(
            params![
                id,
                column::to_row(version),
                column::encode(WHAT, document)?,
                until_lock,
                at.to_string()
            ],
            |row| row.get(0),
        )
        .optional()?;
    match replaced {
        Some(version) => Ok(column::from_row(version)),
        None => Err(conflict(connection, id)?),
    }
}

/// Takes out the one of this version.
pub(crate) fn remove(connection: &Connection, id: &str, version: u64) -> Result<(), Error> {
    let removed = connection
        .prepare_cached("DELETE FROM rule WHERE id = ?1 AND version = ?2")?
        .execute(params![id, column::to_row(version)])?;
    if removed == 0 {
        return Err(conflict(connection, id)?);
    }
    Ok(())
}

/// Notes that a verdict rested on these. A clock that was set back takes nothing away.
pub(crate) fn note_use(
    connection: &Connection,
    ids: &[String],
    at: Timestamp,
) -> Result<(), Error> {
    for id in ids {
        let before: Option<Option<String>> = connection
            .prepare_cached("SELECT last_used_at FROM rule WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        // One that was removed meanwhile has no use to note.
        let Some(before) = before else { continue };
        let last = column::decode_optional_time(before)?.max(Some(at));
        connection
            .prepare_cached("UPDATE rule SET last_used_at = ?2, uses = uses + 1 WHERE id = ?1")?
            .execute(params![id, last.map(|last| last.to_string())])?;
    }
    Ok(())
}

/// Takes out those that end with the screen lock, and hands them back.
pub(crate) fn end_with_lock(connection: &Connection) -> Result<Vec<StoredRule>, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "DELETE FROM rule WHERE until_lock = 1 RETURNING {COLUMNS}"
    ))?;
    let rows = statement.query_map([], Stored::read)?;
    rows.map(|row| row?.decode()).collect()
}

fn conflict(connection: &Connection, id: &str) -> Result<Error, Error> {
    let found: Option<i64> = connection
        .prepare_cached("SELECT version FROM rule WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(Error::Conflict {
        what: WHAT,
        found: found.map(column::from_row),
    })
}

/// A row as it is stored.
struct Stored {
    id: String,
    version: i64,
    document: String,
    until_lock: bool,
    created_at: String,
    changed_at: String,
    last_used_at: Option<String>,
    uses: i64,
}

impl Stored {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            version: row.get(1)?,
            document: row.get(2)?,
            until_lock: row.get(3)?,
            created_at: row.get(4)?,
            changed_at: row.get(5)?,
            last_used_at: row.get(6)?,
            uses: row.get(7)?,
        })
    }

    fn decode(self) -> Result<StoredRule, Error> {
        Ok(StoredRule {
            id: self.id,
            version: column::from_row(self.version),
            document: column::decode(WHAT, &self.document)?,
            until_lock: self.until_lock,
            created_at: column::decode_time(&self.created_at)?,
            changed_at: column::decode_time(&self.changed_at)?,
            last_used_at: column::decode_optional_time(self.last_used_at)?,
            uses: column::from_row(self.uses),
        })
    }
}
