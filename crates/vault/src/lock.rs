//! One process per folder: an advisory lock that ends with its process, however that ends.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use crate::{Error, platform};

/// Holds the folder until it is dropped.
#[derive(Debug)]
pub(crate) struct DirLock {
    _file: File,
}

impl DirLock {
    /// Takes the folder, or says at once that another process has it.
    pub(crate) fn take(dir: &Path) -> Result<Self, Error> {
        let path = dir.join("vault.lock");
        let file = platform::private_file(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::InUse {
                dir: dir.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(Error::File {
                operation: "lock",
                path,
                source,
            }),
        }
    }
}
