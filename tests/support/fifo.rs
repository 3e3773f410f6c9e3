//! A pipe with a name: whoever opens it for reading is noticed. So a test sees that a program ran,
//! though its sandbox lets it write nothing.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

pub struct Fifo(PathBuf);

impl Fifo {
    pub fn make(path: &Path) -> Result<Self> {
        let made = std::process::Command::new("mkfifo").arg(path).status()?;
        ensure!(made.success(), "mkfifo failed");
        Ok(Self(path.to_owned()))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Whether a reader has it open right now; it is let go at once, so its read ends.
    #[cfg(unix)]
    pub fn release_reader(&self) -> bool {
        use std::os::unix::fs::OpenOptionsExt as _;
        std::fs::OpenOptions::new()
            .write(true)
            .custom_flags(libc::O_NONBLOCK)
            .open(&self.0)
            .is_ok()
    }

    #[cfg(not(unix))]
    pub fn release_reader(&self) -> bool {
        false
    }
}
