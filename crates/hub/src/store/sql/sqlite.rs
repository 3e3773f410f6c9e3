//! SQLite: one file, no server.

use std::{path::Path, sync::Arc, time::Duration};

use rusqlite::{Connection, OpenFlags, params_from_iter, types::ValueRef};

use super::{Cell, Flavour, Row, Sql, Survives};
use crate::Error;

/// Another connection of this process may hold the file for the length of a transaction.
const PATIENCE: Duration = Duration::from_secs(5);
/// More statements than the hub has.
const STATEMENTS: usize = 256;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Access {
    Write,
    Read,
}

pub(in crate::store) struct Sqlite {
    connection: Connection,
    /// What its transactions survive at present.
    survives: Survives,
}

impl Sqlite {
    pub(in crate::store) fn open(file: &Path, access: Access) -> Result<Self, Error> {
        let flags = match access {
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
            Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        let connection =
            Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(PATIENCE)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        if access == Access::Write {
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_update(None, "foreign_keys", true)?;
        }
        Ok(Self {
            connection,
            survives: Survives::PowerCut,
        })
    }
}

impl Sql for Sqlite {
    fn execute(&mut self, statement: &str, cells: &[Cell]) -> Result<u64, Error> {
        let changed = self
            .connection
            .prepare_cached(statement)?
            .execute(params_from_iter(cells))?;
        Ok(changed.try_into().unwrap_or(u64::MAX))
    }

    fn rows(&mut self, statement: &str, cells: &[Cell]) -> Result<Vec<Row>, Error> {
        let mut statement = self.connection.prepare_cached(statement)?;
        let columns: Arc<[String]> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query(params_from_iter(cells))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let cells = (0..columns.len())
                .map(|column| {
                    Ok(match row.get_ref(column)? {
                        ValueRef::Null => Cell::Null,
                        ValueRef::Integer(number) => Cell::Number(number),
                        ValueRef::Text(text) => {
                            Cell::Text(String::from_utf8_lossy(text).into_owned())
                        }
                        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
                        // No table has such a column.
                        ValueRef::Real(number) => Cell::Text(number.to_string()),
                    })
                })
                .collect::<Result<_, rusqlite::Error>>()?;
            found.push(Row::new(Arc::clone(&columns), cells));
        }
        Ok(found)
    }

    fn begin(&mut self, survives: Survives) -> Result<(), Error> {
        if survives != self.survives {
            // The log is synced at the end of a transaction, or with the next that is.
            self.batch(match survives {
                Survives::Crash => "PRAGMA synchronous = NORMAL",
                Survives::PowerCut => "PRAGMA synchronous = FULL",
            })?;
            self.survives = survives;
        }
        self.execute("BEGIN", &[]).map(drop)
    }

    fn commit(&mut self) -> Result<(), Error> {
        self.execute("COMMIT", &[]).map(drop)
    }

    fn batch(&mut self, statements: &str) -> Result<(), Error> {
        Ok(self.connection.execute_batch(statements)?)
    }

    fn dialect(&self) -> Flavour {
        Flavour::Sqlite
    }
}

impl rusqlite::ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => rusqlite::types::Null.into(),
            Self::Number(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
            Self::Bytes(bytes) => bytes.as_slice().into(),
        })
    }
}
