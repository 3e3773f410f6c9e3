//! The artifacts' rows.

use std::collections::HashSet;

use chaperone_protocol::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, named_params, params};

use super::{Artifact, Deleted, Leftovers, LocalArtifactId, MasterKey, read};
use crate::{Error, column, record::hex};

const COLUMNS: &str = "number, id, key, media_type, size_bytes, sha256, created_at, expires_at, \
                       command, thumbnail IS NOT NULL";
/// More than any screen shows.
const LONGEST_LIST: u32 = 500;

/// A row with its secrets.
pub(crate) struct Row {
    pub(crate) artifact: Artifact,
    /// Absent once the artifact is being deleted.
    pub(crate) key: Option<Vec<u8>>,
    /// Sealed; absent when a row is read, because few readers want it.
    pub(crate) thumbnail: Option<Vec<u8>>,
}

/// Adds an artifact and says which number it has.
pub(crate) fn insert(connection: &Connection, row: &Row) -> Result<u64, Error> {
    let artifact = &row.artifact;
    connection
        .prepare_cached(
            "INSERT INTO artifact
                 (id, key, media_type, size_bytes, sha256, created_at, expires_at, command, thumbnail)
             VALUES (:id, :key, :media_type, :size_bytes, unhex(:sha256), :created_at, :expires_at,
                     :command, :thumbnail)",
        )?
        .execute(named_params! {
            ":id": artifact.id.as_str(),
            ":key": row.key,
            ":media_type": artifact.media_type,
            ":size_bytes": column::to_row(artifact.size_bytes),
            ":sha256": artifact.sha256,
            ":created_at": artifact.created_at.to_string(),
            ":expires_at": artifact.expires_at.to_string(),
            ":command": artifact.command.map(column::to_row),
            ":thumbnail": row.thumbnail,
        })?;
    Ok(column::from_row(connection.last_insert_rowid()))
}

/// Reads one.
pub(crate) fn find(connection: &Connection, id: &LocalArtifactId) -> Result<Option<Row>, Error> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM artifact WHERE id = ?1 AND key IS NOT NULL"
        ))?
        .query_row([id.as_str()], Stored::read)
        .optional()?
        .map(Stored::decode)
        .transpose()
}

/// Reads what is there, newest first, with lower numbers than `before`.
pub(crate) fn list(
    connection: &Connection,
    before: u64,
    limit: u32,
) -> Result<Vec<Artifact>, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM artifact WHERE number < ?1 AND key IS NOT NULL
         ORDER BY number DESC LIMIT ?2"
    ))?;
    let rows = statement.query_map(
        params![column::to_row(before), limit.min(LONGEST_LIST)],
        Stored::read,
    )?;
    let mut listed = Vec::new();
    for row in rows {
        match row?.decode() {
            Ok(row) => listed.push(row.artifact),
            // One row that somebody changed does not hide the others.
            Err(error) => tracing::error!(%error, "an artifact cannot be listed"),
        }
    }
    Ok(listed)
}

/// What one command's run captured.
pub(crate) fn of_command(
    connection: &Connection,
    command: u64,
) -> Result<Vec<LocalArtifactId>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM artifact WHERE command = ?1 AND key IS NOT NULL ORDER BY number",
    )?;
    let ids = statement.query_map([column::to_row(command)], |row| row.get::<_, String>(0))?;
    ids.map(|id| id?.parse()).collect()
}

/// The names of all files that there should be.
pub(crate) fn ids(connection: &Connection) -> Result<HashSet<String>, Error> {
    let mut statement = connection.prepare("SELECT id FROM artifact")?;
    let ids = statement.query_map([], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Some of those whose time has come, or cannot be told, or whose deletion was not finished.
pub(crate) fn doomed(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<LocalArtifactId>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM artifact
         WHERE (key IS NULL OR substr(expires_at, 1, 19) <= ?1
                OR expires_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*')
             -- A row that names no file of ours must not keep the others here for ever.
             AND length(id) = 32 AND id NOT GLOB '*[^0-9a-f]*'
         ORDER BY number LIMIT ?2",
    )?;
    let ids = statement.query_map(params![column::second(now), limit], |row| {
        row.get::<_, String>(0)
    })?;
    ids.map(|id| id?.parse()).collect()
}

/// Overwrites the keys of these, without which they are noise. Says which there were.
pub(crate) fn erase(
    connection: &Connection,
    doomed: &[LocalArtifactId],
) -> Result<Vec<Deleted>, Error> {
    let mut erased = Vec::new();
    for id in doomed {
        let size: Option<i64> = connection
            .prepare_cached(
                "UPDATE artifact SET key = NULL, thumbnail = NULL WHERE id = ?1
                 RETURNING size_bytes",
            )?
            .query_row([id.as_str()], |row| row.get(0))
            .optional()?;
        erased.extend(size.map(|size| Deleted {
            id: id.clone(),
            size_bytes: column::from_row(size),
            leftovers: Leftovers::KeyInLog,
            recorded: None,
        }));
    }
    Ok(erased)
}

/// Takes out the rows of these.
pub(crate) fn forget(connection: &Connection, gone: &[LocalArtifactId]) -> Result<(), Error> {
    for id in gone {
        connection
            .prepare_cached("DELETE FROM artifact WHERE id = ?1")?
            .execute([id.as_str()])?;
    }
    Ok(())
}

/// Changes how long one is kept.
pub(crate) fn keep_until(
    connection: &Connection,
    id: &LocalArtifactId,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let changed = connection
        .prepare_cached("UPDATE artifact SET expires_at = ?2 WHERE id = ?1 AND key IS NOT NULL")?
        .execute(params![id.as_str(), expires_at.to_string()])?;
    known(changed)
}

/// Gives one another thumbnail.
pub(crate) fn set_thumbnail(
    connection: &Connection,
    master: &MasterKey,
    id: &LocalArtifactId,
    bytes: &[u8],
) -> Result<(), Error> {
    let row = find(connection, id)?.ok_or(Error::Unknown { what: "artifact" })?;
    let sealed = read::key(master, &row)?.seal_thumbnail(id, bytes)?;
    let changed = connection
        .prepare_cached("UPDATE artifact SET thumbnail = ?2 WHERE id = ?1")?
        .execute(params![id.as_str(), sealed])?;
    known(changed)
}

/// Reads one's thumbnail.
pub(crate) fn thumbnail(
    connection: &Connection,
    master: &MasterKey,
    id: &LocalArtifactId,
) -> Result<Option<Vec<u8>>, Error> {
    let Some(row) = find(connection, id)? else {
        return Ok(None);
    };
    let sealed: Option<Vec<u8>> = connection
        .prepare_cached("SELECT thumbnail FROM artifact WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?
        .flatten();
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let bytes = read::key(master, &row)?.open_thumbnail(id, &sealed);
    let mut bytes = bytes.ok_or_else(|| Error::ArtifactLocked { id: id.clone() })?;
    Ok(Some(std::mem::take(&mut *bytes)))
}

fn known(changed: usize) -> Result<(), Error> {
    if changed == 0 {
        return Err(Error::Unknown { what: "artifact" });
    }
    Ok(())
}

/// A row as it is stored.
struct Stored {
    number: i64,
    id: String,
    key: Option<Vec<u8>>,
    media_type: String,
    size_bytes: i64,
    sha256: Vec<u8>,
    created_at: String,
    expires_at: String,
    command: Option<i64>,
    has_thumbnail: bool,
}

impl Stored {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            id: row.get(1)?,
            key: row.get(2)?,
            media_type: row.get(3)?,
            size_bytes: row.get(4)?,
            sha256: row.get(5)?,
            created_at: row.get(6)?,
            expires_at: row.get(7)?,
            command: row.get(8)?,
            has_thumbnail: row.get(9)?,
        })
    }

    fn decode(self) -> Result<Row, Error> {
        Ok(Row {
            artifact: Artifact {
                number: column::from_row(self.number),
                id: self.id.parse()?,
                media_type: self.media_type,
                size_bytes: column::from_row(self.size_bytes),
                sha256: hex(&self.sha256),
                created_at: column::decode_time(&self.created_at)?,
                expires_at: column::decode_time(&self.expires_at)?,
                command: self.command.map(column::from_row),
                has_thumbnail: self.has_thumbnail,
            },
            key: self.key,
            thumbnail: None,
        })
    }
}
