//! One process per folder: an advisory lock that ends with its process, however that ends.

use std::{
    fs::{File, TryLockError},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use crate::{Error, platform};

/// How long a folder may seem taken after its process has ended.
const PATIENCE: Duration = Duration::from_millis(500);
const MOMENT: Duration = Duration::from_millis(20);

/// Holds the folder until it is dropped.
#[derive(Debug)]
pub(crate) struct DirLock {
    _file: File,
}

impl DirLock {
    /// Takes the folder, or says soon that another process has it.
    pub(crate) fn take(dir: &Path) -> Result<Self, Error> {
        let path = dir.join("vault.lock");
        let file = platform::private_file(&path)?;
        let asked_at = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                // A process that was killed while it started another leaves its files to that one,
                // for the moment until it becomes its program.
                Err(TryLockError::WouldBlock) if asked_at.elapsed() < PATIENCE => {
                    thread::sleep(MOMENT);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::InUse {
                        dir: dir.to_owned(),
                    });
                }
                Err(TryLockError::Error(source)) => {
                    return Err(Error::File {
                        operation: "lock",
                        path,
                        source,
                    });
                }
            }
        }
    }
}
