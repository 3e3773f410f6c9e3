//! The tables, and how a file of an older version becomes one of this.

use std::collections::HashSet;

use rusqlite::{Connection, TransactionBehavior};

use crate::Error;

/// What each format adds to the one before; a file's format is how many it has seen. A step that
/// was ever released is never edited.
const STEPS: [&str; 2] = [include_str!("1.sql"), include_str!("2.sql")];

/// Whether the file held anything before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It was made just now.
    New,
    /// It was there.
    Existing,
    /// It was there, as a version before this one left it.
    Older {
        /// That version's format.
        format: u32,
    },
}

/// Brings the file to the newest format, wholly or not at all.
pub(crate) fn migrate(connection: &mut Connection) -> Result<Origin, Error> {
    let found = format(connection)?;
    let known = STEPS.len();
    let steps = STEPS.get(found..).ok_or_else(|| newer(found))?;
    if steps.is_empty() {
        return Ok(Origin::Existing);
    }
    write(connection, steps, known).map_err(Error::unwritable)?;
    Ok(match u32::try_from(found).unwrap_or(u32::MAX) {
        0 => Origin::New,
        format => Origin::Older { format },
    })
}

/// Refuses a file that a newer version wrote.
pub(crate) fn refuse_newer(connection: &Connection) -> Result<(), Error> {
    match format(connection)? {
        found if found > STEPS.len() => Err(newer(found)),
        _ => Ok(()),
    }
}

fn newer(found: usize) -> Error {
    Error::NewerFormat {
        found: u32::try_from(found).unwrap_or(u32::MAX),
        known: u32::try_from(STEPS.len()).unwrap_or(u32::MAX),
    }
}

/// Whether every table is there. Of a file that is yet to be brought up to date that is not known.
pub(crate) fn is_whole(connection: &Connection) -> Result<bool, Error> {
    if format(connection)? != STEPS.len() {
        return Ok(true);
    }
    let mut newest = Connection::open_in_memory()?;
    migrate(&mut newest)?;
    Ok(tables(&newest)?.is_subset(&tables(connection)?))
}

fn tables(connection: &Connection) -> Result<HashSet<String>, Error> {
    let mut statement =
        connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
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

#[cfg(test)]
mod tests;
