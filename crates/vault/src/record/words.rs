//! The index of the words that people see in the record.
//!
//! It is a convenience and proves nothing: `verify` and an export without words never look into
//! it. It can always be made again from the record.

use rusqlite::Connection;

use crate::Error;

/// Makes the index again.
pub(crate) fn rebuild_words(connection: &Connection) -> Result<(), Error> {
    Ok(connection.execute_batch("INSERT INTO record_text (record_text) VALUES ('rebuild')")?)
}

/// Whether the index tells exactly what the record does.
pub(crate) fn are_words_true(connection: &Connection) -> Result<bool, Error> {
    let check = "INSERT INTO record_text (record_text, rank) VALUES ('integrity-check', 1)";
    match connection.execute_batch(check) {
        Ok(()) => Ok(true),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseCorrupt) => {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}
