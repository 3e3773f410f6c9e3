//! The chain of this record: how an entry is added. What is hashed is `chaperone_chain`'s.

use chaperone_chain::{Content, Head};
use rusqlite::{Connection, params};
use serde_json::Value;

use super::{RecordEntry, about};
use crate::{Error, column};

/// Adds an entry after `head`, and says where the record then ends.
pub(crate) fn append(
    connection: &Connection,
    head: Head,
    entry: &RecordEntry,
) -> Result<Head, Error> {
    let head = link(connection, head, entry)?;
    // Without words, too: the index is checked to know every entry.
    let text = about::text(&entry.body).unwrap_or_default();
    connection
        .prepare_cached("INSERT INTO record_text (rowid, text) VALUES (?1, ?2)")?
        .execute(params![column::to_row(head.seq), text])?;
    Ok(head)
}

/// Adds an entry as the first format did, which could not look up any words.
#[cfg(test)]
pub(crate) fn append_as_format_1(connection: &Connection, head: Head, entry: &RecordEntry) -> Head {
    link(connection, head, entry).unwrap()
}

fn link(connection: &Connection, head: Head, entry: &RecordEntry) -> Result<Head, Error> {
    let seq = head
        .seq
        .checked_add(1)
        .filter(|seq| i64::try_from(*seq).is_ok())
        .ok_or(Error::NumbersUsedUp)?;
    let at = entry.at.to_string();
    let body = canonical(&entry.body)?;
    let content = Content {
        at: at.as_bytes(),
        kind: entry.kind.as_bytes(),
        body: body.as_bytes(),
    };
    let hash = content.hash(seq, &head.hash);
    connection
        .prepare_cached(
            "INSERT INTO record (seq, at, kind, body, previous, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            column::to_row(seq),
            at,
            entry.kind,
            body,
            head.hash,
            hash
        ])?;
    Ok(Head { seq, hash })
}

/// One text for one value, whatever order its objects keep their keys in.
pub(crate) fn canonical(value: &Value) -> Result<String, Error> {
    chaperone_chain::canonical(value).map_err(|source| Error::Encode {
        what: "record entry",
        source,
    })
}
