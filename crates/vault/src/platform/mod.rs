//! Files and folders that belong to one person, as each system understands that.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{create_private, private_dir, private_file, refuse_loose, sync_dir};
#[cfg(windows)]
pub(crate) use windows::{create_private, private_dir, private_file, refuse_loose, sync_dir};
