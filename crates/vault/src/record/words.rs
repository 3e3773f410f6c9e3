//! The index of the words that people see in the record.
//!
//! It is a convenience and proves nothing: `verify` and an export without words never look into
//! it. It can always be made again from the record.

use std::path::Path;

use rusqlite::Connection;

use crate::{Error, lock::DirLock, store};

/// Makes sure that a search by words finds what the record of the vault in this folder holds, and
/// says whether it did not: then something changed the index, and it was made again. For a vault
/// that nobody has open; whoever has it open asks it.
pub fn mend_search(dir: &Path) -> Result<bool, Error> {
    let _lock = DirLock::take(dir)?;
    mend_words(&store::open_for_mending(&store::path_in(dir))?)
}

/// Makes the index again unless it tells exactly what the record does; says whether it did not.
pub(crate) fn mend_words(connection: &Connection) -> Result<bool, Error> {
    let wrong = !are_words_true(connection)?;
    if wrong {
        rebuild_words(connection)?;
    }
    Ok(wrong)
}

/// Makes the index again.
pub(crate) fn rebuild_words(connection: &Connection) -> Result<(), Error> {
    Ok(connection.execute_batch("INSERT INTO record_text (record_text) VALUES ('rebuild')")?)
}

/// Whether the index tells exactly what the record does.
fn are_words_true(connection: &Connection) -> Result<bool, Error> {
    let check = "INSERT INTO record_text (record_text, rank) VALUES ('integrity-check', 1)";
    match connection.execute_batch(check) {
        Ok(()) => Ok(true),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseCorrupt) => {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}
