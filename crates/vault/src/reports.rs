//! Reports that wait for their hub: news that answers no command, and may be lost when there is
//! too much of it. Outcomes are never here: the journal keeps those until they are delivered.

use chaperone_protocol::{ConnectionId, Report, Timestamp};
use rusqlite::{Connection, params};

use crate::{Error, column};

/// Reports kept for each connection; the oldest go first.
pub const REPORTS_KEPT: u32 = 1_000;

/// A report that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuedReport {
    /// Its number; later ones are higher, whatever the clock says.
    pub number: u64,
    /// When it was made.
    pub at: Timestamp,
    /// The report.
    pub report: Report,
}

/// What became of a report that was queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Queued {
    pub(crate) number: u64,
    /// How many older ones had to go for it.
    pub(crate) dropped: u64,
}

/// Adds one.
pub(crate) fn queue(
    connection: &Connection,
    hub: &ConnectionId,
    report: &Report,
    at: Timestamp,
) -> Result<Queued, Error> {
    connection
        .prepare_cached("INSERT INTO report (connection, at, body) VALUES (?1, ?2, ?3)")?
        .execute([
            hub.as_str(),
            &at.to_string(),
            &column::encode("report", report)?,
        ])?;
    let number = connection.last_insert_rowid();
    let dropped = connection
        .prepare_cached(
            "DELETE FROM report WHERE number IN
                 (SELECT number FROM report WHERE connection = ?1
                  ORDER BY number DESC LIMIT -1 OFFSET ?2)",
        )?
        .execute(params![hub.as_str(), REPORTS_KEPT])?;
    Ok(Queued {
        number: column::from_row(number),
        dropped: u64::try_from(dropped).unwrap_or(u64::MAX),
    })
}

/// Reads what waits, oldest first.
pub(crate) fn waiting(
    connection: &Connection,
    hub: &ConnectionId,
    limit: u32,
) -> Result<Vec<QueuedReport>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT number, at, body FROM report WHERE connection = ?1 ORDER BY number LIMIT ?2",
    )?;
    let mut rows = statement.query(params![hub.as_str(), limit.min(REPORTS_KEPT)])?;
    let mut waiting = Vec::new();
    while let Some(row) = rows.next()? {
        waiting.push(QueuedReport {
            number: column::from_row(row.get(0)?),
            at: column::decode_time(&row.get::<_, String>(1)?)?,
            report: column::decode("report", &row.get::<_, String>(2)?)?,
        });
    }
    Ok(waiting)
}

/// Takes one out that its hub has.
pub(crate) fn sent(connection: &Connection, hub: &ConnectionId, number: u64) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM report WHERE connection = ?1 AND number = ?2")?
        .execute(params![hub.as_str(), column::to_row(number)])?;
    Ok(())
}
