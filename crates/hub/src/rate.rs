//! How many messages a device may send.
//!
//! A budget that refills steadily. Pure: time comes in as a parameter.

use std::time::Duration;

/// What is left of a device's messages.
#[derive(Debug)]
pub(crate) struct Budget {
    /// The moment at which it is full again. Each message moves it one interval further.
    full_at: Duration,
}

/// One device's messages in a minute, and also how many it may send at once.
pub(crate) const PER_MINUTE: u32 = 100;

/// How long an empty budget takes to fill.
const WINDOW: Duration = Duration::from_mins(1);

/// How long one message takes to be made up for.
const INTERVAL: Duration = Duration::from_millis(600);

impl Budget {
    pub(crate) fn new() -> Self {
        Self {
            full_at: Duration::ZERO,
        }
    }

    /// Takes one message off.
    pub(crate) fn spend(&mut self, now: Duration) {
        self.full_at = self.full_at.max(now) + INTERVAL;
    }

    /// The moment from which another message may be read, where that is still to come.
    pub(crate) fn blocked_until(&self, now: Duration) -> Option<Duration> {
        let free_at = (self.full_at + INTERVAL).saturating_sub(WINDOW);
        (free_at > now).then_some(free_at)
    }

    /// Whether more than half of it is used up.
    pub(crate) fn is_strained(&self, now: Duration) -> bool {
        self.full_at.saturating_sub(now) > WINDOW / 2
    }
}
