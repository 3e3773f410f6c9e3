//! Size and times: the standard library offers no file index here.

use std::{fs::Metadata, os::windows::fs::MetadataExt as _};

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub(crate) struct Identity {
    created_at: u64,
    /// Absent for a folder, whose times change with everything that is put into it.
    content: Option<Content>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
struct Content {
    bytes: u64,
    modified_at: u64,
}

impl Identity {
    pub(crate) fn of_file(metadata: &Metadata) -> Self {
        Self {
            content: Some(Content {
                bytes: metadata.file_size(),
                modified_at: metadata.last_write_time(),
            }),
            ..Self::of_folder(metadata)
        }
    }

    pub(crate) fn of_folder(metadata: &Metadata) -> Self {
        Self {
            created_at: metadata.creation_time(),
            content: None,
        }
    }
}

pub(crate) fn may_be_executed(metadata: &Metadata) -> bool {
    metadata.is_file()
}
