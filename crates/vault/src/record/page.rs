//! Reading the record back, newest first.

use chaperone_protocol::Timestamp;
use rusqlite::{Connection, Row, named_params};
use serde_json::Value;

use super::{RecordRow, hex};
use crate::{Error, number};

/// More than any screen shows; a longer answer would only be slow.
const LONGEST_PAGE: u32 = 1_000;

/// Reads entries before `before`, of these kinds or of all when none is named.
pub(crate) fn page(
    connection: &Connection,
    before: u64,
    limit: u32,
    kinds: &[String],
) -> Result<Vec<RecordRow>, Error> {
    let kinds = serde_json::to_string(kinds).map_err(|source| Error::Encode {
        what: "list of kinds",
        source,
    })?;
    let mut statement = connection.prepare_cached(
        "SELECT seq, at, kind, body, hash FROM record
         WHERE seq < :before
           AND (json_array_length(:kinds) = 0 OR kind IN (SELECT value FROM json_each(:kinds)))
         ORDER BY seq DESC LIMIT :limit",
    )?;
    let mut rows = statement.query(named_params! {
        ":before": number::to_row(before),
        ":kinds": kinds,
        ":limit": limit.min(LONGEST_PAGE),
    })?;
    let mut page = Vec::new();
    while let Some(row) = rows.next()? {
        let at = text(row, 1)?;
        let body = text(row, 3)?;
        let hash: Vec<u8> = row.get(4)?;
        page.push(RecordRow {
            seq: number::from_row(row.get(0)?),
            // What was tampered with is shown as it stands; `verify` says what is wrong with it.
            at: at.parse().unwrap_or(Timestamp::UNIX_EPOCH),
            kind: text(row, 2)?,
            body: serde_json::from_str(&body).unwrap_or(Value::String(body)),
            hash: hex(&hash),
        });
    }
    Ok(page)
}

fn text(row: &Row<'_>, column: usize) -> Result<String, Error> {
    let bytes = row.get_ref(column)?.as_bytes().unwrap_or_default();
    Ok(String::from_utf8_lossy(bytes).into_owned())
}
