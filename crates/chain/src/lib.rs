//! The hash chain of a record: what exactly is hashed, and what a seal signs.
//!
//! Devices and hubs keep their records in the same form, so that one program can check both.
//! Nothing here stores anything or holds a key.
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
//!
//! A seal signs, with Ed25519, the bytes `"chaperone record seal 1\0"`, the last entry's number as
//! eight bytes, big end first, and its hash.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// What an entry is known by.
pub type Hash = [u8; 32];

/// Where a record ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last entry's number.
    pub seq: u64,
    /// The last entry's hash.
    pub hash: Hash,
}

impl Head {
    /// Before the first entry.
    pub const START: Self = Self {
        seq: 0,
        hash: [0; 32],
    };

    /// Where the record ends after one more entry; `None` once the numbers are used up.
    pub fn then(self, content: Content<'_>) -> Option<Self> {
        let seq = self.seq.checked_add(1)?;
        let hash = content.hash(seq, &self.hash);
        Some(Self { seq, hash })
    }

    /// What a seal of this place signs.
    pub fn sealed(self) -> Vec<u8> {
        let mut message = b"chaperone record seal 1\0".to_vec();
        message.extend_from_slice(&self.seq.to_be_bytes());
        message.extend_from_slice(&self.hash);
        message
    }
}

/// The parts of an entry that are hashed beside its number and the entry before.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    /// When.
    pub at: &'a [u8],
    /// What kind of entry.
    pub kind: &'a [u8],
    /// What it says, in canonical form.
    pub body: &'a [u8],
}

impl Content<'_> {
    /// The hash of an entry with this content at this place.
    pub fn hash(self, seq: u64, previous: &[u8]) -> Hash {
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

/// One text for one value, whatever order its objects keep their keys in.
pub fn canonical(value: &Value) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Sorted(value))
}

/// Bytes in hexadecimal, as hashes are shown.
pub fn hex(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
    let mut text = String::with_capacity(bytes.len() * 2);
    text.extend(halves.filter_map(|half| char::from_digit(half.into(), 16)));
    text
}

/// `serde_json` can be built, by any crate of a program, to keep keys as they were written.
struct Sorted<'a>(&'a Value);

impl serde::Serialize for Sorted<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Array(items) => serializer.collect_seq(items.iter().map(Sorted)),
            Value::Object(fields) if fields.keys().is_sorted() => {
                let fields = fields.iter();
                serializer.collect_map(fields.map(|(key, value)| (key, Sorted(value))))
            }
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
