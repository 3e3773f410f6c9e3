//! What only shows with a second process: a kill at any moment, a disk that fills up, another
//! program that checks the record meanwhile, a real keyring.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod artifacts;
mod child;
mod durability;
#[cfg(target_os = "linux")]
mod full_disk;
#[cfg(target_os = "linux")]
mod keyring;
