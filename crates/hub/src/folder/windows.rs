//! Folders under the user's profile are private already.

use std::{
    fs::{self, OpenOptions},
    io,
    path::Path,
};

pub(super) fn create_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

pub(super) fn create_file(file: &Path) -> io::Result<()> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(file)
        .map(drop)
}
