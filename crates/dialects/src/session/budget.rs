//! How many messages a device may send.
//!
//! A budget that refills steadily: a device spends it before it sends, a hub when it reads.

use std::time::Duration;

use crate::Pace;

/// What is left of a device's messages.
#[derive(Debug)]
pub struct Budget {
    /// How long an empty budget takes to fill.
    window: Duration,
    /// How long one message takes to be made up for.
    interval: Duration,
    /// The moment at which it is full again. Each message moves it one interval further.
    full_at: Duration,
}

impl Budget {
    /// A full one.
    pub fn new(pace: Pace) -> Self {
        Self {
            window: pace.within,
            interval: pace.within / pace.messages.max(1),
            full_at: Duration::ZERO,
        }
    }

    /// Takes one message off.
    pub fn spend(&mut self, now: Duration) {
        self.full_at = self.full_at.max(now) + self.interval;
    }

    /// The moment from which another message is allowed, where that is still to come.
    pub fn blocked_until(&self, now: Duration) -> Option<Duration> {
        let free_at = (self.full_at + self.interval).saturating_sub(self.window);
        (free_at > now).then_some(free_at)
    }

    /// Whether more than half of it is used up.
    pub fn is_strained(&self, now: Duration) -> bool {
        self.full_at.saturating_sub(now) > self.window / 2
    }
}
