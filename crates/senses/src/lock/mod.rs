//! Hearing that the person locked the screen.
//!
//! It is heard, never asked for: whoever pretends that the screen was locked only ends early what
//! was to last until then.

#[cfg(any(not(unix), target_os = "macos"))]
mod elsewhere;
#[cfg(all(unix, not(target_os = "macos")))]
mod freedesktop;

#[cfg(any(not(unix), target_os = "macos"))]
use elsewhere as platform;
#[cfg(all(unix, not(target_os = "macos")))]
use freedesktop as platform;

/// Hears each lock of the screen.
#[derive(Debug, Default)]
pub struct ScreenLocks(platform::Locks);

impl ScreenLocks {
    /// Waits for the next lock; for ever where none can be heard of. A desktop that comes later, or
    /// comes back, is heard too.
    pub async fn next(&mut self) {
        self.0.next().await;
    }
}
