//! What the system knows about the place.

#[cfg(target_os = "linux")]
mod geoclue;
#[cfg(target_os = "linux")]
use geoclue as platform;

#[cfg(windows)]
mod geolocator;
#[cfg(windows)]
use geolocator as platform;

#[cfg(not(any(target_os = "linux", windows)))]
mod unknown;
#[cfg(not(any(target_os = "linux", windows)))]
use unknown as platform;

use std::time::Duration;

use chaperone_protocol::Locate;

use super::{Locating, Locator, coarse};

/// How long a search may take, unless said otherwise.
const LIMIT: Duration = Duration::from_secs(30);

/// Asks the system where this computer is.
#[derive(Debug, Clone)]
pub struct NativeLocator {
    limit: Duration,
}

impl NativeLocator {
    /// Asks the system.
    pub fn new() -> Self {
        Self { limit: LIMIT }
    }

    /// A search may take no longer than `limit`.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit }
    }
}

impl Default for NativeLocator {
    fn default() -> Self {
        Self::new()
    }
}

impl Locator for NativeLocator {
    fn locate<'a>(&'a self, locate: &'a Locate) -> Locating<'a> {
        Box::pin(async move {
            let place = platform::find(locate.precision, self.limit).await?;
            Ok(coarse(place, locate.precision))
        })
    }
}
