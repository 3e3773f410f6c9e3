//! Writing an artifact: content goes in, in parts of any size, and nothing of it ever lies on the
//! disk in the clear.

use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    Artifact, LARGEST_THUMBNAIL_BYTES, LocalArtifactId, MasterKey, NewArtifact, Row,
    file::Part,
    key::FileKey,
    sealed::{Sealed, Sealer},
};
use crate::{Error, RecordEntry, Vault, record::hex};

/// An artifact that is being written; it blocks, so it belongs on a thread that may.
///
/// Until it is finished there is no such artifact. Dropping it, or a crash, leaves nothing that
/// could be read. After a failed write it only ever fails.
pub struct ArtifactWriter {
    vault: Vault,
    writing: Writing,
    thumbnail: Option<Vec<u8>>,
}

impl std::fmt::Debug for ArtifactWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ArtifactWriter")
            .field("id", &self.writing.id)
            .finish_non_exhaustive()
    }
}

/// The file's side of it.
pub(crate) struct Writing {
    id: LocalArtifactId,
    about: NewArtifact,
    master: MasterKey,
    key: FileKey,
    /// Dropped before the file is removed: some systems insist.
    sealer: Option<Sealer<File>>,
    part: Part,
}

/// A file that is whole, and its row to be.
pub(crate) struct Finished {
    pub(crate) row: Row,
    part: Part,
}

impl Finished {
    /// The row is durable: so is the file, from now on.
    pub(crate) fn keep(self) {
        self.part.keep();
    }
}

/// Begins a file in this folder.
pub(crate) fn begin(
    folder: &Path,
    master: MasterKey,
    about: NewArtifact,
) -> Result<Writing, Error> {
    let id = LocalArtifactId::random()?;
    let key = FileKey::random()?;
    let (part, file) = Part::begin(folder, &id)?;
    let sealer =
        Sealer::begin(file, &key)?.map_err(|source| Error::file("write", part.path(), source))?;
    Ok(Writing {
        id,
        about,
        master,
        key,
        sealer: Some(sealer),
        part,
    })
}

impl ArtifactWriter {
    pub(crate) fn new(vault: Vault, writing: Writing) -> Self {
        Self {
            vault,
            writing,
            thumbnail: None,
        }
    }

    /// The name it will have.
    pub fn id(&self) -> &LocalArtifactId {
        &self.writing.id
    }

    /// How much content it has so far.
    pub fn size_bytes(&self) -> u64 {
        let sealer = self.writing.sealer.as_ref();
        sealer.map_or(0, Sealer::size_bytes)
    }

    /// Adds content.
    pub fn append(&mut self, content: &[u8]) -> Result<(), Error> {
        self.writing.append(content)
    }

    /// Gives it a small picture of itself, in place of one given before.
    pub fn set_thumbnail(&mut self, bytes: Vec<u8>) -> Result<(), Error> {
        check_thumbnail(&bytes)?;
        self.thumbnail = Some(bytes);
        Ok(())
    }

    /// Makes it whole and durable, and says so in the record, both or neither.
    pub async fn finish(self, record: Option<RecordEntry>) -> Result<Artifact, Error> {
        let Self {
            vault,
            writing,
            thumbnail,
        } = self;
        let finished = crate::vault::blocking(move || writing.finish(thumbnail.as_deref())).await?;
        vault.settle_artifact(finished, record).await
    }
}

impl Write for ArtifactWriter {
    fn write(&mut self, content: &[u8]) -> io::Result<usize> {
        self.writing.write(content)?;
        Ok(content.len())
    }

    /// What does not fill a piece yet stays in memory, encrypted nowhere: there is no half piece.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Writing {
    pub(crate) fn append(&mut self, content: &[u8]) -> Result<(), Error> {
        let path = self.path();
        self.write(content)
            .map_err(|source| Error::file("write", &path, source))
    }

    fn write(&mut self, content: &[u8]) -> io::Result<()> {
        let Some(sealer) = self.sealer.as_mut() else {
            return Err(io::Error::other("an earlier write failed"));
        };
        let written = sealer.write(content);
        if written.is_err() {
            // What follows would not fit to what is there. The file gives its room back at once.
            if let Some(sealer) = self.sealer.take()
                && let Err(error) = sealer.abandon().set_len(0)
            {
                tracing::warn!(%error, "an unfinished artifact keeps its room for now");
            }
        }
        written
    }

    pub(crate) fn finish(mut self, thumbnail: Option<&[u8]>) -> Result<Finished, Error> {
        thumbnail.map_or(Ok(()), check_thumbnail)?;
        let path = self.path();
        let failed = |source| Error::file("write", &path, source);
        let Some(sealer) = self.sealer.take() else {
            return Err(failed(io::Error::other("an earlier write failed")));
        };
        let Sealed {
            out,
            size_bytes,
            sha256,
        } = sealer.finish().map_err(failed)?;
        let mut part = self.part;
        part.settle(&out, &self.id)?;
        drop(out);
        let thumbnail = thumbnail
            .map(|bytes| self.key.seal_thumbnail(&self.id, bytes))
            .transpose()?;
        let artifact = Artifact {
            // Given by the table.
            number: 0,
            id: self.id,
            media_type: self.about.media_type,
            size_bytes,
            sha256: hex(&sha256),
            created_at: self.about.created_at,
            expires_at: self.about.expires_at,
            command: self.about.command,
            has_thumbnail: thumbnail.is_some(),
        };
        let key = Some(self.master.wrap(&self.key, &artifact)?);
        let row = Row {
            artifact,
            key,
            thumbnail,
        };
        Ok(Finished { row, part })
    }

    fn path(&self) -> PathBuf {
        self.part.path().to_owned()
    }
}

pub(crate) fn check_thumbnail(bytes: &[u8]) -> Result<(), Error> {
    if bytes.len() > LARGEST_THUMBNAIL_BYTES {
        return Err(Error::ThumbnailTooLarge {
            size_bytes: bytes.len(),
            most_bytes: LARGEST_THUMBNAIL_BYTES,
        });
    }
    Ok(())
}
