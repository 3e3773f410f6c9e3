//! The data folder, closed to other users of this computer.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

use std::{io, path::Path};

/// Makes the folder if it is not there.
pub(crate) fn prepare(folder: &Path) -> io::Result<()> {
    system::create_folder(folder)
}

/// Makes an empty file if there is none. What the database puts beside it takes on its mode.
pub(crate) fn prepare_file(file: &Path) -> io::Result<()> {
    system::create_file(file)
}
