//! The tables, and how older books become newer ones.
//!
//! Written once, in SQLite's words; what PostgreSQL calls otherwise is put in its words here.

use super::sql::{Cell, Flavour, Sql};
use crate::Error;

/// Each step brings the books one version further. Steps are never changed once released.
const STEPS: [&str; 4] = [
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
];

/// The version that this program knows.
pub(super) const KNOWN: usize = STEPS.len();

pub(super) fn migrate(sql: &mut dyn Sql) -> Result<(), Error> {
    sql.batch("BEGIN")?;
    let migrated = bring_up(sql).and_then(|()| sql.batch("COMMIT"));
    if migrated.is_err() {
        // The error that led here says more than one of this would.
        let _ = sql.batch("ROLLBACK");
    }
    migrated
}

fn bring_up(sql: &mut dyn Sql) -> Result<(), Error> {
    let found = version(sql)?;
    let done = usize::try_from(found).unwrap_or(usize::MAX);
    if done > KNOWN {
        return Err(Error::TooNew {
            found,
            known: KNOWN,
        });
    }
    for step in STEPS.iter().skip(done) {
        sql.batch(&in_words_of(sql.dialect(), step))?;
    }
    let known = i64::try_from(KNOWN).unwrap_or(i64::MAX);
    match sql.dialect() {
        Flavour::Sqlite => sql.batch(&format!("PRAGMA user_version = {known}"))?,
        Flavour::Postgres => {
            sql.execute("UPDATE version SET number = ?1", &[Cell::Number(known)])?;
        }
    }
    Ok(())
}

fn version(sql: &mut dyn Sql) -> Result<i64, Error> {
    let row = match sql.dialect() {
        Flavour::Sqlite => sql.row(
            "SELECT user_version AS number FROM pragma_user_version",
            &[],
        )?,
        Flavour::Postgres => {
            sql.batch(
                "CREATE TABLE IF NOT EXISTS version (number BIGINT NOT NULL);
                 INSERT INTO version SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM version);",
            )?;
            sql.row("SELECT number FROM version", &[])?
        }
    };
    row.map_or(Ok(0), |row| row.get("number"))
}

fn in_words_of(flavour: Flavour, step: &str) -> String {
    match flavour {
        Flavour::Sqlite => step.to_owned(),
        Flavour::Postgres => step
            .replace("INTEGER PRIMARY KEY AUTOINCREMENT", "BIGSERIAL PRIMARY KEY")
            .replace(" INTEGER", " BIGINT")
            .replace(" BLOB", " BYTEA")
            .replace(") STRICT", ")"),
    }
}
