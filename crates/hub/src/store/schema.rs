//! The tables, and how an older file becomes a newer one.

use rusqlite::{Connection, TransactionBehavior};

use crate::Error;

/// Each step brings the file one version further. Steps are never changed once released.
const STEPS: [&str; 2] = [
    "
CREATE TABLE owners (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE agents (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL REFERENCES owners (id),
    name TEXT NOT NULL,
    maturity TEXT NOT NULL,
    key_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL REFERENCES owners (id),
    name TEXT NOT NULL,
    platform TEXT NOT NULL,
    platform_version TEXT NOT NULL,
    architecture TEXT NOT NULL,
    capabilities TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL
) STRICT;
CREATE TABLE commands (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    device TEXT NOT NULL,
    agent TEXT,
    maturity TEXT NOT NULL,
    action TEXT NOT NULL,
    params TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'unanswered', 'settled')),
    outcome TEXT,
    created_at INTEGER NOT NULL,
    deadline_at INTEGER NOT NULL,
    settled_at INTEGER
) STRICT;
CREATE INDEX commands_open ON commands (device) WHERE state <> 'settled';
CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    owner TEXT NOT NULL,
    device TEXT NOT NULL,
    agent TEXT,
    maturity TEXT NOT NULL,
    command TEXT,
    action TEXT NOT NULL,
    allowed INTEGER NOT NULL,
    success INTEGER NOT NULL,
    late INTEGER NOT NULL,
    code TEXT,
    summary TEXT,
    error TEXT,
    duration_ms INTEGER
) STRICT;
CREATE INDEX audit_by_device ON audit (device, number);
",
    "
ALTER TABLE devices ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN more TEXT NOT NULL DEFAULT '{}';
",
];

pub(super) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(Error::TooNew { found, known });
    }
    let done = usize::try_from(found).unwrap_or_default();
    for step in STEPS.iter().skip(done) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}
