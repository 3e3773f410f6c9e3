//! What each system does in its own way: files that belong to one person, and where its keyring is.

#[cfg(target_os = "macos")]
mod macos;
#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "macos")]
pub(crate) use macos::{KEYRING, reach_keyring};
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) use secret_service::{KEYRING, reach_keyring};
#[cfg(unix)]
pub(crate) use unix::{create_private, private_dir, private_file, refuse_loose, sync_dir};
#[cfg(windows)]
pub(crate) use windows::{
    KEYRING, create_private, private_dir, private_file, reach_keyring, refuse_loose, sync_dir,
};
