//! Inode, size and both times. The time of change can not be set by anybody.

use std::{fs::Metadata, os::unix::fs::MetadataExt as _};

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
    /// Absent for a folder, whose times change with everything that is put into it.
    content: Option<Content>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
struct Content {
    bytes: u64,
    modified_at: (i64, i64),
    changed_at: (i64, i64),
}

impl Identity {
    pub(crate) fn of_file(metadata: &Metadata) -> Self {
        Self {
            content: Some(Content {
                bytes: metadata.size(),
                modified_at: (metadata.mtime(), metadata.mtime_nsec()),
                changed_at: (metadata.ctime(), metadata.ctime_nsec()),
            }),
            ..Self::of_folder(metadata)
        }
    }

    pub(crate) fn of_folder(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            content: None,
        }
    }
}

pub(crate) fn may_be_executed(metadata: &Metadata) -> bool {
    metadata.is_file() && metadata.mode() & 0o111 != 0
}
