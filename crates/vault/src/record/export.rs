//! The record as a file for others: one entry after the other, however many there are.
//!
//! JSON Lines carry everything that is hashed, byte for byte, so that the chain can be checked
//! with nothing but this file and the description in `chain`. CSV is for spreadsheets.

use std::{io::Write, path::Path};

use rusqlite::{Row, params_from_iter};
use serde_json::Value;

use super::{
    RecordQuery, hex,
    query::{Conditions, text},
};
use crate::{Error, column, store};

/// In which form entries are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// One JSON object a line.
    JsonLines,
    /// Comma-separated values with a heading, as RFC 4180 has it.
    Csv,
}

const HEADING: &str = "number,at,kind,connection,agent,capability,verdict,text,body,hash\r\n";

/// Writes the entries that the query wants, oldest first, and says how many; `limit` zero is no
/// limit. It reads one state of the file, beside whoever writes it, and blocks.
pub fn export_file(
    file: &Path,
    format: ExportFormat,
    query: &RecordQuery,
    out: &mut dyn Write,
) -> Result<u64, Error> {
    let connection = store::open_for_reading(file)?;
    let mut count = 0;
    if format == ExportFormat::Csv {
        out.write_all(HEADING.as_bytes()).map_err(Error::Export)?;
    }
    let Some(conditions) = Conditions::of(query) else {
        return Ok(count);
    };
    let mut cells = conditions.cells;
    let limit = match query.limit {
        0 => -1,
        limit => i64::from(limit),
    };
    cells.push(limit.into());
    let mut statement = connection.prepare(&format!(
        "SELECT record.seq, at, kind, connection, agent, capability, verdict,
                record.text, body, previous, hash
         FROM {} ORDER BY {} LIMIT ?",
        conditions.clause, conditions.order
    ))?;
    let mut rows = statement.query(params_from_iter(cells))?;
    while let Some(row) = rows.next()? {
        let line = match format {
            ExportFormat::JsonLines => json_line(row)?,
            ExportFormat::Csv => csv_line(row)?,
        };
        out.write_all(line.as_bytes()).map_err(Error::Export)?;
        count += 1;
    }
    out.flush().map_err(Error::Export)?;
    Ok(count)
}

fn json_line(row: &Row<'_>) -> Result<String, Error> {
    let seq = column::from_row(row.get(0)?);
    let body = text(row, 8)?;
    let sound = !body.contains(['\r', '\n'])
        && serde_json::from_str::<serde::de::IgnoredAny>(&body).is_ok();
    // Exactly the bytes that were hashed, unless somebody made nonsense of them.
    let body = if sound { body } else { quoted(body) };
    let (at, kind) = (quoted(text(row, 1)?), quoted(text(row, 2)?));
    let (previous, hash) = (bytes(row, 9)?, bytes(row, 10)?);
    Ok(format!(
        "{{\"number\":{seq},\"at\":{at},\"kind\":{kind},\"body\":{body},\
         \"previous\":\"{previous}\",\"hash\":\"{hash}\"}}\n"
    ))
}

fn csv_line(row: &Row<'_>) -> Result<String, Error> {
    let mut line = column::from_row(row.get(0)?).to_string();
    for column in 1..=8 {
        line.push(',');
        line.push_str(&cell(&text(row, column)?));
    }
    line.push(',');
    line.push_str(&bytes(row, 10)?);
    line.push_str("\r\n");
    Ok(line)
}

fn quoted(text: String) -> String {
    Value::String(text).to_string()
}

fn bytes(row: &Row<'_>, column: usize) -> Result<String, Error> {
    Ok(hex(row.get_ref(column)?.as_bytes().unwrap_or_default()))
}

/// One cell. What a spreadsheet would take for a formula, which an agent's name can be, is made
/// plain text by an apostrophe.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    if text.contains(['"', ',', '\r', '\n']) {
        return format!("\"{guard}{}\"", text.replace('"', "\"\""));
    }
    format!("{guard}{text}")
}
