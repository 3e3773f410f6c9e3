//! How long to wait before the next try.
//!
//! Delays double up to a limit and are spread a little, so that the devices of a hub that comes
//! back do not all knock in the same second.

use std::time::Duration;

use crate::Retry;

/// Counts failures and spreads delays.
#[derive(Debug)]
pub(super) struct Backoff {
    failures: u32,
    random: u64,
}

impl Backoff {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            failures: 0,
            random: seed,
        }
    }

    /// Failures in a row.
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    /// The connection has proved itself.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }

    /// Counts one more failure and says how long to wait: not at all after the first one, since the
    /// hub asked to be called again.
    pub(super) fn again(&mut self, retry: &Retry) -> Duration {
        if self.failures == 0 {
            self.failures = 1;
            return Duration::ZERO;
        }
        self.fail(retry)
    }

    /// Counts one more failure and says how long to wait.
    pub(super) fn fail(&mut self, retry: &Retry) -> Duration {
        let doublings = self.failures.min(16);
        let patient = self.failures < retry.patience;
        self.failures = self.failures.saturating_add(1);
        let plain = retry.first.saturating_mul(1 << doublings);
        self.spread(if patient {
            plain.min(retry.most)
        } else {
            retry.most
        })
    }

    /// Counts one more failure that trying soon does not mend.
    pub(super) fn slow(&mut self, delay: Duration) -> Duration {
        self.failures = self.failures.saturating_add(1);
        self.spread(delay)
    }

    /// Between 80 % and 100 % of the delay.
    fn spread(&mut self, plain: Duration) -> Duration {
        let percent = 80 + u32::try_from(self.next_random() % 21).unwrap_or(0);
        plain * percent / 100
    }

    /// `SplitMix64`: good enough to keep devices apart, and the same for the same seed.
    fn next_random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
