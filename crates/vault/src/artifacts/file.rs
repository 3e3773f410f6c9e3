//! The folder with the files, and what may lie in it.

use std::{
    collections::HashSet,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::LocalArtifactId;
use crate::{Error, platform};

const FOLDER: &str = "artifacts";
/// What a file is called while it is written.
const PART: &str = ".part";

/// The artifacts' folder of a vault in this folder.
pub(crate) fn folder(dir: &Path) -> PathBuf {
    dir.join(FOLDER)
}

/// The artifacts' folder of the vault in this file.
pub(crate) fn folder_beside(file: &Path) -> PathBuf {
    file.with_file_name(FOLDER)
}

/// A file that is being written. Dropping it removes what is there.
pub(super) struct Part {
    folder: PathBuf,
    path: PathBuf,
    done: bool,
}

impl Part {
    /// Makes the file of this name, closed to everybody else.
    pub(super) fn begin(folder: &Path, id: &LocalArtifactId) -> Result<(Self, File), Error> {
        platform::private_dir(folder)?;
        let path = folder.join(format!("{id}{PART}"));
        let file = platform::create_private(&path)?;
        let part = Self {
            folder: folder.to_owned(),
            path,
            done: false,
        };
        Ok((part, file))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes everything written so far survive a power cut, under its own name. It still goes
    /// when this is dropped, until it is kept.
    pub(super) fn settle(&mut self, file: &File, id: &LocalArtifactId) -> Result<(), Error> {
        file.sync_all()
            .map_err(|source| Error::file("write", &self.path, source))?;
        let path = self.folder.join(id.as_str());
        fs::rename(&self.path, &path)
            .map_err(|source| Error::file("put in place", &path, source))?;
        self.path = path;
        platform::sync_dir(&self.folder)
    }

    /// Leaves the file where it is.
    pub(super) fn keep(mut self) {
        self.done = true;
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, "an unfinished artifact is removed at the next start only");
        }
    }
}

/// Removes an artifact's file; one that is gone is no error.
pub(crate) fn remove(folder: &Path, id: &LocalArtifactId) -> Result<(), Error> {
    let path = folder.join(id.as_str());
    match fs::remove_file(&path) {
        Ok(()) => platform::sync_dir(folder),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(Error::file("remove", &path, source)),
    }
}

/// Removes every file that no row speaks of, which is what a crash leaves, and says how many.
/// Only while nothing is being written.
pub(crate) fn sweep_orphans(folder: &Path, known: &HashSet<String>) -> Result<u64, Error> {
    let mut swept = 0;
    for (name, path) in ours(folder)? {
        if known.contains(&name) {
            continue;
        }
        fs::remove_file(&path).map_err(|source| Error::file("remove", &path, source))?;
        swept += 1;
    }
    Ok(swept)
}

/// Whether the folder has a whole artifact.
pub(crate) fn holds_any(folder: &Path) -> Result<bool, Error> {
    Ok(ours(folder)?.iter().any(|(name, _)| !name.ends_with(PART)))
}

/// The files that were made here: somebody may have put something of their own there.
fn ours(folder: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let failed = |source| Error::file("read", folder, source);
    let files = match fs::read_dir(folder) {
        Ok(files) => files,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(failed(source)),
    };
    let mut found = Vec::new();
    for file in files {
        let file = file.map_err(failed)?;
        let name = file.file_name().to_string_lossy().into_owned();
        let id = name.strip_suffix(PART).unwrap_or(&name);
        if id.parse::<LocalArtifactId>().is_ok() {
            found.push((name, file.path()));
        }
    }
    Ok(found)
}
