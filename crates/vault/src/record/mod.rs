//! The record: what happened here, so that changing it afterwards shows.
//!
//! Each entry holds the hash of the one before (`chain`), and the hash of the last one is signed
//! with a key that only this device has (`seal`). Changing, moving, adding or taking away
//! anything breaks the chain or leaves the seal behind. Who has the key, or keeps an older copy
//! of the whole folder *and* of the secrets, can put that back unnoticed: no file on the same
//! machine can prove otherwise.

mod about;
mod chain;
mod checkpoint;
mod export;
mod problem;
mod query;
mod resume;
mod seal;
mod verify;
mod words;

use chaperone_protocol::Timestamp;
use serde::Serialize;
use serde_json::Value;

pub(crate) use chain::append;
#[cfg(test)]
pub(crate) use chain::append_as_format_1;
pub(crate) use chaperone_chain::{Head, hex};
pub(crate) use query::{counts_by_agent, run};
pub(crate) use resume::{Resumed, resume};
pub(crate) use seal::{SealKey, fingerprint, load_key, remember_mark, write_seal};
pub(crate) use words::{mend_words, rebuild_words};

pub use about::About;
pub use checkpoint::{Checkpoint, InvalidCheckpoint, checkpoint};
pub use export::{ExportFormat, export_file};
pub use problem::{Broken, Problem, Verified};
pub use query::{RecordPage, RecordQuery};
pub use verify::{verify, verify_file, verify_since};
pub use words::mend_search;

use crate::Error;

/// Kinds that begin so are the vault's own statements about the record.
const OWN_KINDS: &str = "vault.";
/// The vault's statement that the record could not simply be continued here.
const BEGUN_ANEW: &str = "vault.begun_anew";

/// Something to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordEntry {
    /// What sort of thing happened; the record is read back by it.
    pub kind: String,
    /// What exactly.
    pub body: Value,
    /// When.
    pub at: Timestamp,
}

impl RecordEntry {
    /// An entry with this body.
    pub fn new(kind: &str, body: &impl Serialize, at: Timestamp) -> Result<Self, Error> {
        let body = serde_json::to_value(body).map_err(|source| Error::Encode {
            what: "record entry",
            source,
        })?;
        Ok(Self {
            kind: kind.to_owned(),
            body,
            at,
        })
    }

    /// The same entry, found by what it is about. That stands in the body, under `about`, and is
    /// so covered by the chain like the rest; the body has to be an object without such a key.
    pub fn about(mut self, about: &About) -> Result<Self, Error> {
        about::write(&mut self.body, about)?;
        Ok(self)
    }

    /// Refuses what only the vault may say.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.kind.starts_with(OWN_KINDS) {
            return Err(Error::ReservedKind {
                kind: self.kind.clone(),
            });
        }
        Ok(())
    }
}

/// An entry as it stands in the record.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordRow {
    /// Its number; they have no gaps.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What sort of thing happened.
    pub kind: String,
    /// What exactly.
    pub body: Value,
    /// Its hash, in hexadecimal.
    pub hash: String,
}
#[cfg(test)]
mod tests;
