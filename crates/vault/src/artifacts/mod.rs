//! Pictures and recordings at rest: encrypted, for a time, then gone for real.
//!
//! Each is a file of its own (`sealed`), encrypted in pieces under a key of its own. That key
//! stands, wrapped by a master key from the secret store (`key`), in the artifact's row (`table`),
//! which is written last: what a crash leaves of a file half written has no key and is removed at
//! the next start. Neither writing nor reading ever holds more than a piece in memory.
//!
//! Nothing here looks into an artifact, makes thumbnails or decides who may see one.

mod file;
mod id;
mod key;
mod read;
mod sealed;
mod table;
mod write;

use std::{fmt, time::Duration};

use chaperone_protocol::Timestamp;

pub(crate) use file::{folder, folder_beside, holds_any, remove, sweep_orphans};
pub(crate) use key::MasterKey;
pub(crate) use read::open;
pub(crate) use table::{
    Row, doomed, erase, find, forget, ids, insert, keep_until, list, of_command, set_thumbnail,
    thumbnail,
};
pub(crate) use write::{Finished, begin, check_thumbnail};

pub use id::LocalArtifactId;
pub use read::{ArtifactReader, BlockingArtifactReader};
pub use write::ArtifactWriter;

/// How long artifacts are kept when the person says nothing else.
pub const RETENTION: Duration = Duration::from_hours(7 * 24);
/// Larger than any thumbnail: they are read with lists and lie in the database.
pub(crate) const LARGEST_THUMBNAIL_BYTES: usize = 256 * 1024;

/// What is known of an artifact before its first byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewArtifact {
    /// `image/jpeg`, `video/mp4`…
    pub media_type: String,
    /// The journal's number of the command that brought it.
    pub command: Option<u64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is to be removed.
    pub expires_at: Timestamp,
}

impl NewArtifact {
    /// One that is kept for as long as is usual.
    pub fn new(media_type: &str, command: Option<u64>, created_at: Timestamp) -> Self {
        Self {
            media_type: media_type.to_owned(),
            command,
            created_at,
            // Beyond the end of time there is nothing to keep.
            expires_at: created_at.checked_add(RETENTION).unwrap_or(Timestamp::MAX),
        }
    }
}

/// An artifact as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Its number; later ones are higher.
    pub number: u64,
    /// Its name, which nobody can guess.
    pub id: LocalArtifactId,
    /// `image/jpeg`, `video/mp4`…
    pub media_type: String,
    /// The size of its content.
    pub size_bytes: u64,
    /// The SHA-256 of its content, in lower-case hexadecimal.
    pub sha256: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is to be removed.
    pub expires_at: Timestamp,
    /// The journal's number of the command that brought it.
    pub command: Option<u64>,
    /// Whether it has a thumbnail.
    pub has_thumbnail: bool,
}

/// An artifact that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// Which.
    pub id: LocalArtifactId,
    /// The size of its content.
    pub size_bytes: u64,
    /// What may be left of it.
    pub leftovers: Leftovers,
    /// Where the record says so.
    pub recorded: Option<u64>,
}

/// What may be left after a deletion. A disk can keep what a file system was told to overwrite or
/// to free; what can be said for certain is this. In words for people through `Display`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Leftovers {
    /// Encrypted blocks that no file names, whose key was overwritten.
    Blocks,
    /// The same, and its wrapped key in the database's log, which something was reading. The next
    /// deletion or an orderly end takes it away.
    KeyInLog,
    /// The encrypted file, which something held fast. Its key is overwritten, and the next sweep
    /// removes it.
    File,
}

impl fmt::Display for Leftovers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blocks => {
                "its key was overwritten and its file removed; the disk may still hold encrypted \
                 blocks of it, and copies that snapshots or backups made before"
            }
            Self::KeyInLog => {
                "its file was removed; its wrapped key stays in the database's log until that is \
                 emptied, at the next deletion or when Chaperone ends"
            }
            Self::File => {
                "its key was overwritten; its encrypted file could not be removed yet and is tried \
                 again"
            }
        })
    }
}

/// What a sweep did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// What it deleted.
    pub deleted: Vec<Deleted>,
}

impl Swept {
    /// The room it made.
    pub fn freed_bytes(&self) -> u64 {
        let freed = self
            .deleted
            .iter()
            .filter(|deleted| deleted.leftovers != Leftovers::File);
        freed.map(|deleted| deleted.size_bytes).sum()
    }
}

#[cfg(test)]
mod tests;
