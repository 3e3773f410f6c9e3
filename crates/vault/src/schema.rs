//! The tables, and how a file of an older version becomes one of this.

use rusqlite::{Connection, TransactionBehavior};

use crate::Error;

/// What each format adds to the one before; a file's format is how many it has seen. A step that
/// was ever released is never edited.
const STEPS: [&str; 1] = ["
CREATE TABLE journal (
    -- Never given out twice, even after the newest entries are removed.
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    connection  TEXT NOT NULL,
    id          TEXT NOT NULL,
    state       TEXT NOT NULL,
    request     TEXT NOT NULL,
    judgement   TEXT,
    digest      TEXT,
    outcome     TEXT,
    received_at TEXT NOT NULL,
    deadline_at TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    UNIQUE (connection, id)
) STRICT;
-- Few at any time, looked up at every start and reconnect.
CREATE INDEX journal_open ON journal (number) WHERE state <> 'delivered';

CREATE TABLE record (
    seq      INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    kind     TEXT NOT NULL,
    body     TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash     BLOB NOT NULL
) STRICT;
CREATE TABLE seal (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    seq       INTEGER NOT NULL,
    hash      BLOB NOT NULL,
    key       BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE acquaintance (
    connection TEXT NOT NULL,
    -- Empty where the hub names nobody; no agent's id is.
    agent      TEXT NOT NULL,
    capability TEXT NOT NULL,
    since_at   TEXT NOT NULL,
    PRIMARY KEY (connection, agent, capability)
) STRICT, WITHOUT ROWID;
"];

/// Whether the file held anything before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It was made just now.
    New,
    /// It was there.
    Existing,
}

/// Brings the file to the newest format, wholly or not at all.
pub(crate) fn migrate(connection: &mut Connection) -> Result<Origin, Error> {
    let found = format(connection)?;
    let known = STEPS.len();
    let steps = STEPS.get(found..).ok_or(Error::NewerFormat {
        found: u32::try_from(found).unwrap_or(u32::MAX),
        known: u32::try_from(known).unwrap_or(u32::MAX),
    })?;
    if steps.is_empty() {
        return Ok(Origin::Existing);
    }
    write(connection, steps, known).map_err(Error::unwritable)?;
    Ok(if found == 0 {
        Origin::New
    } else {
        Origin::Existing
    })
}

fn format(connection: &Connection) -> Result<usize, Error> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    // A negative number was never written by any version: no older step fits it either.
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

fn write(connection: &mut Connection, steps: &[&str], known: usize) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in steps {
        transaction.execute_batch(step)?;
    }
    transaction.execute_batch(&format!("PRAGMA user_version = {known}"))?;
    transaction.commit()
}
