//! The person's profile folder is closed to other people by its access control list, and what
//! is made in it inherits that: there are no bits to set or to check here.

use std::{
    fs::{self, File, OpenOptions},
    path::Path,
};

use crate::Error;

/// What people call the keyring.
pub(crate) const KEYRING: &str = "the Credential Manager";

/// Nothing to do: it is part of the system.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the other systems can lack one, and callers are the same"
)]
pub(crate) fn reach_keyring() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    Ok(())
}

/// Makes a folder and those above it.
pub(crate) fn private_dir(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(|source| Error::file("create", path, source))
}

/// Opens a file of ours, made if need be.
pub(crate) fn private_file(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|source| Error::file("open", path, source))
}

/// Makes a new file.
pub(crate) fn create_private(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|source| Error::file("create", path, source))
}

/// Nothing to refuse: see above.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the other systems can refuse, and callers are the same"
)]
pub(crate) fn refuse_loose(_path: &Path, _file: &File) -> Result<(), Error> {
    Ok(())
}

/// Nothing to do: a folder cannot be flushed here, and a rename is journalled by NTFS.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the other systems can fail, and callers are the same"
)]
pub(crate) fn sync_dir(_path: &Path) -> Result<(), Error> {
    Ok(())
}
