//! The chain: what exactly is hashed, and how an entry is added.
//!
//! An entry's hash is SHA-256 over these bytes, integers as eight bytes, big end first:
//!
//! ```text
//! "chaperone record entry 1\0"
//! number
//! length of time, time        RFC 3339 in UTC, as jiff prints a Timestamp
//! length of kind, kind        UTF-8
//! length of body, body        JSON, see below
//! hash of the entry before    32 bytes; zeros before the first
//! ```
//!
//! The body is JSON without white space, the keys of every object sorted by their UTF-8 bytes,
//! strings and numbers as `serde_json` prints them. It is stored in that form and hashed as
//! stored, so that checking it needs no JSON at all.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{RecordEntry, about};
use crate::{Error, column};

/// What an entry is known by.
pub(crate) type Hash = [u8; 32];

/// Where the record ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// The last entry's number.
    pub(crate) seq: u64,
    /// The last entry's hash.
    pub(crate) hash: Hash,
}

impl Head {
    /// Before the first entry.
    pub(crate) const START: Self = Self {
        seq: 0,
        hash: [0; 32],
    };
}

/// The parts of an entry that are hashed beside its number and the entry before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Content<'a> {
    pub(crate) at: &'a [u8],
    pub(crate) kind: &'a [u8],
    pub(crate) body: &'a [u8],
}

impl Content<'_> {
    /// The hash of an entry with this content at this place.
    pub(crate) fn hash(self, seq: u64, previous: &[u8]) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"chaperone record entry 1\0");
        hasher.update(seq.to_be_bytes());
        for part in [self.at, self.kind, self.body] {
            // `usize` is at most 64 bits on every system there is.
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            hasher.update(length.to_be_bytes());
            hasher.update(part);
        }
        hasher.update(previous);
        hasher.finalize().into()
    }
}

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
    serde_json::to_string(&Sorted(value)).map_err(|source| Error::Encode {
        what: "record entry",
        source,
    })
}

/// `serde_json` can be built, by any crate of a program, to keep keys as they were written.
struct Sorted<'a>(&'a Value);

impl serde::Serialize for Sorted<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Array(items) => serializer.collect_seq(items.iter().map(Sorted)),
            Value::Object(fields) => {
                let fields: BTreeMap<&str, Sorted<'_>> = fields
                    .iter()
                    .map(|(key, value)| (key.as_str(), Sorted(value)))
                    .collect();
                serializer.collect_map(fields)
            }
            plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                plain.serialize(serializer)
            }
        }
    }
}
