//! The keyring of macOS.

use std::error::Error;

/// What people call it.
pub(crate) const KEYRING: &str = "the Keychain";

/// Nothing to do: it is part of the system.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the other systems can lack one, and callers are the same"
)]
pub(crate) fn reach_keyring() -> Result<(), Box<dyn Error + Send + Sync>> {
    Ok(())
}
