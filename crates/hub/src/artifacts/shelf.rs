//! The folder that the files lie in, by their ids.

use std::{
    collections::HashSet,
    io::{self, Read as _, SeekFrom},
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use sha2::{Digest as _, Sha256};
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _},
};

use super::Uploads;
use crate::{Error, folder};

const FOLDER: &str = "artifacts";
const PIECE: usize = 64 * 1024;

/// Where the files lie.
#[derive(Clone)]
pub(crate) struct Shelf {
    folder: PathBuf,
    uploads: Arc<Uploads>,
}

/// A file that is being written, by one only.
pub(crate) struct Writing {
    file: File,
    length: u64,
    claim: Claim,
}

/// The file is being written already.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Busy;

/// Which bytes of a file are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) from: u64,
    pub(crate) length: u64,
}

/// A file that only one may write.
pub(crate) struct Claim {
    uploads: Arc<Uploads>,
    id: String,
}

impl Shelf {
    /// Opens the folder, or makes it. Blocks.
    pub(crate) fn open(data_dir: &Path) -> Result<Self, Error> {
        let folder = data_dir.join(FOLDER);
        folder::prepare(&folder).map_err(|source| Error::Folder {
            folder: folder.clone(),
            source,
        })?;
        Ok(Self {
            folder,
            uploads: Arc::default(),
        })
    }

    /// Claims a file for one writer. What is known of it is to be looked up only after this.
    pub(crate) fn claim(&self, id: &str) -> Result<Claim, Busy> {
        Claim::of(&self.uploads, id).ok_or(Busy)
    }

    /// Opens a file to be written on from where it ends.
    pub(crate) async fn write(&self, claim: Claim, from: u64) -> Result<Writing, Error> {
        let path = self.path(&claim.id);
        let made = path.clone();
        tokio::task::spawn_blocking(move || folder::prepare_file(&made))
            .await
            .map_err(|_| Error::Stopped)?
            .map_err(file_error)?;
        let opened = File::options().write(true).open(&path).await;
        let mut file = opened.map_err(file_error)?;
        // After a crash there may be more than was taken down.
        file.set_len(from).await.map_err(file_error)?;
        file.seek(SeekFrom::Start(from)).await.map_err(file_error)?;
        Ok(Writing {
            file,
            length: from,
            claim,
        })
    }

    pub(crate) async fn sha256(&self, id: &str) -> Result<[u8; 32], Error> {
        let path = self.path(id);
        let digest = move || {
            let mut file = std::fs::File::open(path)?;
            let mut digest = Sha256::new();
            let mut piece = vec![0; PIECE];
            loop {
                match file.read(&mut piece)? {
                    0 => return Ok(digest.finalize().into()),
                    read => digest.update(piece.get(..read).unwrap_or_default()),
                }
            }
        };
        tokio::task::spawn_blocking(digest)
            .await
            .map_err(|_| Error::Stopped)?
            .map_err(file_error)
    }

    /// The whole of a small file; none if it is gone.
    pub(crate) async fn read(&self, id: &str) -> Result<Option<Vec<u8>>, Error> {
        match tokio::fs::read(self.path(id)).await {
            Ok(all) => Ok(Some(all)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(file_error(error)),
        }
    }

    /// Some of a file, piece by piece; none if it is gone.
    pub(crate) async fn stream(
        &self,
        id: &str,
        part: Part,
    ) -> Result<Option<impl Stream<Item = io::Result<Bytes>> + Send + use<>>, Error> {
        let mut file = match File::open(self.path(id)).await {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(file_error(error)),
        };
        file.seek(SeekFrom::Start(part.from))
            .await
            .map_err(file_error)?;
        let reader = file.take(part.length);
        Ok(Some(stream::unfold(reader, |mut reader| async move {
            let mut piece = Vec::with_capacity(PIECE);
            let limit = u64::try_from(PIECE).unwrap_or(u64::MAX);
            let read = (&mut reader).take(limit).read_to_end(&mut piece).await;
            match read {
                Ok(0) => None,
                Ok(_) => Some((Ok(Bytes::from(piece)), reader)),
                Err(error) => Some((Err(error), reader)),
            }
        })))
    }

    /// Deletes a file; one that is gone already is as good.
    pub(crate) async fn remove(&self, id: &str) -> Result<(), Error> {
        match tokio::fs::remove_file(self.path(id)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(file_error(error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Deletes files that the books know nothing of, as a crash leaves them. Blocks.
    pub(crate) fn tidy(&self, known: &HashSet<String>) -> Result<(), Error> {
        let entries = std::fs::read_dir(&self.folder).map_err(file_error)?;
        for entry in entries.flatten() {
            let kept = entry
                .file_name()
                .to_str()
                .is_some_and(|name| known.contains(name));
            if !kept {
                std::fs::remove_file(entry.path()).map_err(file_error)?;
            }
        }
        Ok(())
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }
}

impl Writing {
    /// How much there is.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    pub(super) async fn add(&mut self, piece: &[u8]) -> Result<(), Error> {
        let written = self.file.write_all(piece).await;
        written.map_err(file_error)?;
        self.length += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// Hands what was added to the system.
    pub(super) async fn flush(&mut self) -> Result<(), Error> {
        self.file.flush().await.map_err(file_error)
    }

    /// Takes back what goes beyond that length.
    pub(super) async fn shorten(&mut self, length: u64) -> Result<(), Error> {
        // A write that failed has nothing more to hand on.
        let _ = self.file.flush().await;
        self.file.set_len(length).await.map_err(file_error)
    }

    /// Has the system keep what was written. The file stays claimed.
    pub(super) async fn keep(mut self) -> Result<Claim, Error> {
        self.file.flush().await.map_err(file_error)?;
        self.file.sync_data().await.map_err(file_error)?;
        Ok(self.claim)
    }
}

impl Claim {
    fn of(uploads: &Arc<Uploads>, id: &str) -> Option<Self> {
        let mut table = uploads.table();
        table.insert(id.to_owned()).then(|| Self {
            uploads: Arc::clone(uploads),
            id: id.to_owned(),
        })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.uploads.table().remove(&self.id);
    }
}

impl Uploads {
    fn table(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        let table = self.0.lock();
        table.unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn file_error(source: io::Error) -> Error {
    Error::File { source }
}
