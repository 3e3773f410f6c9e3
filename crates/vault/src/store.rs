//! The file: how it is opened, and what becomes of a damaged one.

use std::{
    ffi::OsString,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

use chaperone_protocol::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use crate::{Error, artifacts, platform, record, schema};

/// The file's name in its folder.
/// The file that holds everything but secrets and the content of captures.
pub const FILE_NAME: &str = "vault.db";
/// What the database keeps beside the file, which belongs to it wherever it goes: its log…
const LOG: &str = "-wal";
/// … and what those who have it open share.
const SHARED: &str = "-shm";
/// What the artifacts are called beside a file that was set aside.
const ARTIFACTS: &str = "-artifacts";
/// The index of words, as findings name it.
const WORDS: &str = "record_text";
/// Only `verify` in another process ever holds anything up, and only for moments.
const PATIENCE: Duration = Duration::from_secs(2);

/// An open file.
pub(crate) struct Opened {
    /// The only connection that writes.
    pub(crate) connection: Connection,
    /// What became of a damaged file before it.
    pub(crate) set_aside: Option<SetAside>,
    /// The index of words was damaged, and was made again from the record.
    pub(crate) words_rebuilt: bool,
}

/// A damaged vault, or what is left of one that is gone, put out of the way and otherwise as it was
/// found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The damaged file, under its new name. What is sound in its record can be checked and
    /// exported. None where the file was gone.
    pub file: Option<PathBuf>,
    /// The artifacts, if there were any. Their keys are in the file.
    pub artifacts: Option<PathBuf>,
    /// When that was found.
    pub at: Timestamp,
}

/// The file of a vault in this folder.
pub(crate) fn path_in(dir: &Path) -> PathBuf {
    dir.join(FILE_NAME)
}

/// Opens the file for writing, made if need be; a damaged one is set aside first, and so is what
/// belonged to one that is gone, in case it comes back.
pub(crate) fn open(dir: &Path) -> Result<Opened, Error> {
    let path = path_in(dir);
    let opened = |(connection, words_rebuilt), set_aside| Opened {
        connection,
        set_aside,
        words_rebuilt,
    };
    if is_gone(&path)? && has_remains(&path)? {
        tracing::error!("the vault's file is gone, and not what belongs to it");
        let remains = set_aside(&path)?;
        return Ok(opened(open_sound(&path)?, Some(remains)));
    }
    match open_sound(&path) {
        Ok(sound) => Ok(opened(sound, None)),
        Err(Error::Unreadable(error)) if is_damage(&error) => {
            tracing::error!(%error, "the vault's file is damaged");
            let damaged = set_aside(&path)?;
            Ok(opened(open_sound(&path)?, Some(damaged)))
        }
        Err(error) => Err(error),
    }
}

/// Opens a file to look at it, beside whoever writes it.
pub(crate) fn open_for_reading(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    harden(&connection)?;
    Ok(connection)
}

/// Opens a file that is there to put something right in it.
pub(crate) fn open_for_mending(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    harden(&connection)?;
    schema::refuse_newer(&connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

fn open_sound(path: &Path) -> Result<(Connection, bool), Error> {
    // Made here rather than by SQLite, so that nobody else can read it at any moment.
    drop(platform::private_file(path)?);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // A damaged file is to be set aside as it was found.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    harden(&connection)?;
    // A newer version may keep what looks like damage to this one.
    schema::refuse_newer(&connection)?;
    let rebuild = check(&connection)?;
    if rebuild {
        record::rebuild_words(&connection)?;
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA fullfsync = ON;
             PRAGMA checkpoint_fullfsync = ON;
             PRAGMA journal_size_limit = 16777216;
             PRAGMA secure_delete = ON;
             PRAGMA foreign_keys = ON;",
        )
        .map_err(|error| match error.sqlite_error_code() {
            // Switching a new file to its write-ahead log is the first write it sees.
            Some(ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::SystemIoFailure) => {
                Error::unwritable(error)
            }
            _ => Error::Unreadable(error),
        })?;
    Ok((connection, rebuild))
}

/// What somebody put into the file beside its tables does nothing.
fn harden(connection: &Connection) -> Result<(), Error> {
    connection.busy_timeout(PATIENCE)?;
    for (setting, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
    ] {
        connection.set_db_config(setting, on)?;
    }
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(())
}

/// Refuses a damaged file; says whether it is sound but for the index of words, which can be made
/// again from the record.
fn check(connection: &Connection) -> Result<bool, Error> {
    let mut statement = connection.prepare("PRAGMA quick_check")?;
    let findings = statement.query_map([], |row| row.get::<_, String>(0))?;
    let findings = findings.collect::<Result<Vec<String>, _>>()?;
    let mut serious = findings
        .iter()
        .filter(|finding| *finding != "ok" && !finding.contains(WORDS));
    if let Some(finding) = serious.next() {
        return Err(damage(finding));
    }
    if !schema::is_whole(connection)? {
        return Err(damage("a table is missing"));
    }
    Ok(findings.iter().any(|finding| finding != "ok"))
}

fn damage(finding: &str) -> Error {
    Error::Unreadable(rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
        Some(finding.to_owned()),
    ))
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// Whether there is no file, or nothing in it.
fn is_gone(path: &Path) -> Result<bool, Error> {
    match fs::metadata(path) {
        Ok(found) => Ok(found.len() == 0),
        Err(source) if source.kind() == ErrorKind::NotFound => Ok(true),
        Err(source) => Err(Error::file("examine", path, source)),
    }
}

/// Whether there is anything that only the file gives a meaning to.
fn has_remains(path: &Path) -> Result<bool, Error> {
    let log = with_suffix(path, LOG);
    let folder = artifacts::folder_beside(path);
    Ok(!is_gone(&log)? || artifacts::holds_any(&folder)?)
}

fn set_aside(path: &Path) -> Result<SetAside, Error> {
    let at = Timestamp::now();
    let aside = free_name(path, at);
    let artifacts = with_suffix(&aside, ARTIFACTS);
    // Before their keys: should this end in the middle, the file is still found damaged.
    let moved = move_away(&artifacts::folder_beside(path), &artifacts)?;
    let there = !is_gone(path)?;
    for suffix in ["", LOG, SHARED] {
        move_away(&with_suffix(path, suffix), &with_suffix(&aside, suffix))?;
    }
    Ok(SetAside {
        file: there.then_some(aside),
        artifacts: moved.then_some(artifacts),
        at,
    })
}

/// Whether there was something to move.
fn move_away(from: &Path, to: &Path) -> Result<bool, Error> {
    match fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(source) if source.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(Error::file("set aside", from, source)),
    }
}

/// A name that says when, and that no earlier damage has taken.
fn free_name(path: &Path, now: Timestamp) -> PathBuf {
    let moment = now.strftime("%Y%m%dT%H%M%SZ");
    let first = path.with_file_name(format!("vault.damaged-{moment}"));
    let later = (2..).map(|count| path.with_file_name(format!("vault.damaged-{moment}-{count}")));
    std::iter::once(first.clone())
        .chain(later)
        .find(|name| {
            let free = |suffix| !with_suffix(name, suffix).exists();
            ["", LOG, SHARED, ARTIFACTS].into_iter().all(free)
        })
        .unwrap_or(first)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
