//! The file: how it is opened, and what becomes of a damaged one.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use chaperone_protocol::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use crate::{Error, platform};

/// The file's name in its folder.
const FILE_NAME: &str = "vault.db";
/// What the database keeps beside the file; they belong to it wherever it goes.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];
/// Only `verify` in another process ever holds anything up, and only for moments.
const PATIENCE: Duration = Duration::from_secs(2);

/// An open file.
pub(crate) struct Opened {
    /// The only connection that writes.
    pub(crate) connection: Connection,
    /// Where a damaged file before it went.
    pub(crate) set_aside: Option<PathBuf>,
}

/// The file of a vault in this folder.
pub(crate) fn path_in(dir: &Path) -> PathBuf {
    dir.join(FILE_NAME)
}

/// Opens the file for writing, made if need be; a damaged one is set aside first.
pub(crate) fn open(dir: &Path) -> Result<Opened, Error> {
    let path = path_in(dir);
    match open_sound(&path) {
        Ok(connection) => Ok(Opened {
            connection,
            set_aside: None,
        }),
        Err(Error::Unreadable(error)) if is_damage(&error) => {
            tracing::error!(%error, "the vault's file is damaged");
            let set_aside = set_aside(&path)?;
            Ok(Opened {
                connection: open_sound(&path)?,
                set_aside: Some(set_aside),
            })
        }
        Err(error) => Err(error),
    }
}

/// Opens a file to look at it, beside whoever writes it.
pub(crate) fn open_for_reading(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}

fn open_sound(path: &Path) -> Result<Connection, Error> {
    // Made here rather than by SQLite, so that nobody else can read it at any moment.
    drop(platform::private_file(path)?);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // A damaged file is to be set aside as it was found.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    check(&connection)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA fullfsync = ON;
             PRAGMA checkpoint_fullfsync = ON;
             PRAGMA journal_size_limit = 16777216;
             PRAGMA foreign_keys = ON;",
        )
        .map_err(|error| match error.sqlite_error_code() {
            // Switching a new file to its write-ahead log is the first write it sees.
            Some(ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::SystemIoFailure) => {
                Error::unwritable(error)
            }
            _ => Error::Unreadable(error),
        })?;
    Ok(connection)
}

fn check(connection: &Connection) -> Result<(), Error> {
    let finding: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if finding == "ok" {
        return Ok(());
    }
    Err(Error::Unreadable(rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
        Some(finding),
    )))
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

fn set_aside(path: &Path) -> Result<PathBuf, Error> {
    let aside = free_name(path, Timestamp::now());
    for suffix in std::iter::once("").chain(COMPANIONS) {
        let from = with_suffix(path, suffix);
        match fs::rename(&from, with_suffix(&aside, suffix)) {
            Ok(()) => {}
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => {
                return Err(Error::File {
                    operation: "set aside",
                    path: from,
                    source,
                });
            }
        }
    }
    Ok(aside)
}

/// A name that says when, and that no earlier damage has taken.
fn free_name(path: &Path, now: Timestamp) -> PathBuf {
    let moment = now.strftime("%Y%m%dT%H%M%SZ");
    let first = path.with_file_name(format!("vault.damaged-{moment}"));
    let later = (2..).map(|count| path.with_file_name(format!("vault.damaged-{moment}-{count}")));
    std::iter::once(first.clone())
        .chain(later)
        .find(|name| !name.exists())
        .unwrap_or(first)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
