//! Starting at login, without a window. Whether it does is kept where the desktop looks for it and
//! nowhere else, so that what the person sees there and here is the same.

#[cfg(any(target_os = "linux", target_os = "macos"))]
mod file;
#[cfg(windows)]
mod windows;

use std::{
    io,
    path::{Path, PathBuf},
};

#[cfg(any(target_os = "linux", target_os = "macos"))]
use file as entry;
#[cfg(windows)]
use windows as entry;

/// What is started.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    program: PathBuf,
    /// The folder that this start was given; none for the usual one.
    data_dir: Option<PathBuf>,
}

impl Start {
    /// What runs right now.
    pub(crate) fn this(data_dir: Option<&Path>) -> io::Result<Self> {
        Ok(Self {
            // A package that is run from one file says where that is.
            program: match std::env::var_os("APPIMAGE") {
                Some(package) => package.into(),
                None => std::env::current_exe()?,
            },
            data_dir: data_dir.map(std::path::absolute).transpose()?,
        })
    }

    /// The words of the line that starts it.
    fn words(&self) -> Vec<String> {
        let mut words = vec![
            self.program.to_string_lossy().into_owned(),
            "--hidden".to_owned(),
        ];
        if let Some(folder) = &self.data_dir {
            words.push("--data-dir".to_owned());
            words.push(folder.to_string_lossy().into_owned());
        }
        words
    }
}

/// Whether it starts at login.
pub(crate) fn is_on() -> bool {
    entry::is_on()
}

/// Starts at login from now on, or does not any more.
pub(crate) fn set(on: bool, start: &Start) -> io::Result<()> {
    if on {
        entry::write(&start.words())
    } else {
        entry::remove()
    }
}
