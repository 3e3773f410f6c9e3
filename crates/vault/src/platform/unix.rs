//! Permission bits: folders 0700, files 0600.

use std::{
    fs::{DirBuilder, File, OpenOptions, Permissions},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use crate::Error;

const DIR_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
/// What the group and everybody else may do.
const OTHERS: u32 = 0o077;

/// Makes a folder, and those above it, that nobody else can enter. One that exists stays as the
/// person made it.
pub(crate) fn private_dir(path: &Path) -> Result<(), Error> {
    let there = path.exists();
    DirBuilder::new()
        .recursive(true)
        .mode(DIR_MODE)
        .create(path)
        .map_err(|source| Error::file("create", path, source))?;
    if !there && let Some(above) = path.parent() {
        // So that a power cut does not take it with all that was flushed in it. A folder above
        // that may not be listed cannot be flushed either, and is no reason to give up.
        let _ = sync_dir(above);
    }
    Ok(())
}

/// Opens a file of ours, made if need be, that nobody else can read.
pub(crate) fn private_file(path: &Path) -> Result<File, Error> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(FILE_MODE)
        .open(path)
        .map_err(|source| Error::file("open", path, source))?;
    let metadata = file
        .metadata()
        .map_err(|source| Error::file("examine", path, source))?;
    if metadata.permissions().mode() & OTHERS != 0 {
        file.set_permissions(Permissions::from_mode(FILE_MODE))
            .map_err(|source| Error::file("protect", path, source))?;
    }
    Ok(file)
}

/// Makes a new file that nobody else can read, at any moment of its life.
pub(crate) fn create_private(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(path)
        .map_err(|source| Error::file("create", path, source))
}

/// Refuses a file that others may have read.
pub(crate) fn refuse_loose(path: &Path, file: &File) -> Result<(), Error> {
    let metadata = file
        .metadata()
        .map_err(|source| Error::file("examine", path, source))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & OTHERS == 0 {
        return Ok(());
    }
    Err(Error::Loose {
        path: path.to_owned(),
        mode,
    })
}

/// Makes a rename in this folder survive a power cut.
pub(crate) fn sync_dir(path: &Path) -> Result<(), Error> {
    File::open(path)
        .and_then(|dir| dir.sync_all())
        .map_err(|source| Error::file("flush", path, source))
}
