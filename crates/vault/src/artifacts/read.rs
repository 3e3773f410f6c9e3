//! Reading an artifact: any part of it, without what is before or after.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Artifact, MasterKey, Row,
    key::FileKey,
    sealed::{Unread, Unsealer},
};
use crate::Error;

/// The most that one call answers: as much as a player asks for, and no burden to hold.
const LONGEST_PART: usize = 1024 * 1024;

/// An artifact that is open for reading. It can be read to the end even when it is deleted
/// meanwhile.
#[derive(Clone)]
pub struct ArtifactReader {
    artifact: Artifact,
    file: Arc<Mutex<Unsealer<File>>>,
}

impl std::fmt::Debug for ArtifactReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ArtifactReader")
            .field("id", &self.artifact.id)
            .finish_non_exhaustive()
    }
}

/// The key that this row's artifact was written with.
pub(super) fn key(master: &MasterKey, row: &Row) -> Result<FileKey, Error> {
    let wrapped = row.key.as_deref();
    wrapped
        .and_then(|wrapped| master.unwrap(wrapped, &row.artifact))
        .ok_or_else(|| Error::ArtifactLocked {
            id: row.artifact.id.clone(),
        })
}

/// Opens the artifact of this row, in this folder.
pub(crate) fn open(folder: &Path, master: &MasterKey, row: Row) -> Result<ArtifactReader, Error> {
    let key = key(master, &row)?;
    let path = folder.join(row.artifact.id.as_str());
    let file = File::open(&path).map_err(|source| Error::file("open", &path, source))?;
    let file = Unsealer::begin(file, &key, row.artifact.size_bytes)
        .map_err(|unread| explain(unread, &row.artifact))?;
    Ok(ArtifactReader {
        artifact: row.artifact,
        file: Arc::new(Mutex::new(file)),
    })
}

impl ArtifactReader {
    /// What is known of it.
    pub fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    /// Its content from this byte on: at most `limit` bytes, never more than a megabyte, and at
    /// least one before the end.
    pub async fn read_at(&self, offset: u64, limit: usize) -> Result<Vec<u8>, Error> {
        let this = self.clone();
        crate::vault::blocking(move || this.read_at_blocking(offset, limit)).await
    }

    /// The same, for a thread that may block.
    pub fn read_at_blocking(&self, offset: u64, limit: usize) -> Result<Vec<u8>, Error> {
        let limit = limit.min(LONGEST_PART);
        let mut content = Vec::new();
        // A reader that panicked left nothing half done: the next read decides what it needs.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        while content.len() < limit {
            let at = offset.saturating_add(content.len() as u64);
            let part = file
                .read(at)
                .map_err(|unread| explain(unread, &self.artifact))?;
            if part.is_empty() {
                break;
            }
            let wanted = part.len().min(limit.saturating_sub(content.len()));
            content.extend_from_slice(part.get(..wanted).unwrap_or(part));
        }
        Ok(content)
    }

    /// As a reader of the standard library, for a thread that may block.
    pub fn into_blocking(self) -> BlockingArtifactReader {
        BlockingArtifactReader {
            reader: self,
            place: 0,
        }
    }
}

/// An artifact as a reader of the standard library.
#[derive(Debug)]
pub struct BlockingArtifactReader {
    reader: ArtifactReader,
    place: u64,
}

impl Read for BlockingArtifactReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let reader = &self.reader;
        let mut file = reader.file.lock().unwrap_or_else(PoisonError::into_inner);
        let part = file.read(self.place).map_err(|unread| match unread {
            Unread::Failed(error) => error,
            damaged @ Unread::Damaged(_) => io::Error::new(
                io::ErrorKind::InvalidData,
                explain(damaged, &reader.artifact),
            ),
        })?;
        let count = part.len().min(into.len());
        for (into, byte) in into.iter_mut().zip(part) {
            *into = *byte;
        }
        self.place = self.place.saturating_add(count as u64);
        Ok(count)
    }
}

impl Seek for BlockingArtifactReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(step) => self.reader.artifact.size_bytes.checked_add_signed(step),
            SeekFrom::Current(step) => self.place.checked_add_signed(step),
        };
        self.place = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.place)
    }
}

fn explain(unread: Unread, artifact: &Artifact) -> Error {
    match unread {
        Unread::Failed(source) => Error::ArtifactUnread {
            id: artifact.id.clone(),
            source,
        },
        Unread::Damaged(offset) => Error::ArtifactDamaged {
            id: artifact.id.clone(),
            offset,
        },
    }
}
