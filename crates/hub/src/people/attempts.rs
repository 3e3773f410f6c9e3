//! How often somebody may try to sign in.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// So many failures as the hub takes, within this time …
const WITHIN: Duration = Duration::from_mins(1);
/// … lock for so long.
const LOCKED_FOR: Duration = Duration::from_mins(5);
/// More names than this are not remembered: the oldest are forgotten first.
const NAMES: usize = 10_000;

/// The failures of late, by what was tried and by where from.
pub(crate) struct Attempts {
    failures: usize,
    by_name: Mutex<HashMap<String, Failures>>,
}

#[derive(Default)]
struct Failures {
    at: VecDeque<Instant>,
    locked_until: Option<Instant>,
}

/// Too many failures: nothing is tried for so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Locked {
    pub(crate) for_another: Duration,
}

impl Attempts {
    /// As many failures in a minute lock.
    pub(crate) fn of(failures: u32) -> Self {
        Self {
            failures: usize::try_from(failures).unwrap_or(usize::MAX).max(1),
            by_name: Mutex::default(),
        }
    }

    /// Whether these names may be tried now.
    pub(crate) fn check(&self, names: &[String], now: Instant) -> Result<(), Locked> {
        let by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        let until = names
            .iter()
            .filter_map(|name| by_name.get(name)?.locked_until)
            .max();
        match until.and_then(|until| until.checked_duration_since(now)) {
            Some(for_another) if !for_another.is_zero() => Err(Locked { for_another }),
            Some(_) | None => Ok(()),
        }
    }

    /// Takes down that they were tried in vain.
    pub(crate) fn failed(&self, names: &[String], now: Instant) {
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        if by_name.len() >= NAMES {
            by_name.retain(|_, failures| failures.matters(now));
        }
        if by_name.len() >= NAMES {
            by_name.clear();
        }
        for name in names {
            let failures = by_name.entry(name.clone()).or_default();
            failures.at.push_back(now);
            while failures
                .at
                .front()
                .is_some_and(|at| now.duration_since(*at) > WITHIN)
            {
                failures.at.pop_front();
            }
            if failures.at.len() >= self.failures {
                failures.at.clear();
                failures.locked_until = Some(now + LOCKED_FOR);
            }
        }
    }

    /// Takes down that they were tried with success.
    pub(crate) fn succeeded(&self, name: &str) {
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        by_name.remove(name);
    }
}

impl Failures {
    fn matters(&self, now: Instant) -> bool {
        self.locked_until.is_some_and(|until| until > now)
            || self
                .at
                .back()
                .is_some_and(|at| now.duration_since(*at) <= WITHIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_in_a_minute_lock_for_five() {
        let attempts = Attempts::of(10);
        let names = ["someone@example.com".to_owned()];
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        for second in 0..9 {
            attempts.failed(&names, after(second));
            assert_eq!(attempts.check(&names, after(second)), Ok(()));
        }
        attempts.failed(&names, after(50));
        let for_another = Duration::from_mins(5);
        assert_eq!(
            attempts.check(&names, after(50)),
            Err(Locked { for_another })
        );
        assert_eq!(attempts.check(&names, after(351)), Ok(()));
        let others = ["another@example.com".to_owned()];
        assert_eq!(attempts.check(&others, after(50)), Ok(()));
    }

    #[test]
    fn slow_failures_and_a_success_between_lock_nothing() {
        let attempts = Attempts::of(10);
        let names = ["someone@example.com".to_owned()];
        let start = Instant::now();
        for attempt in 0..40 {
            let now = start + Duration::from_secs(attempt * 10);
            attempts.failed(&names, now);
            assert_eq!(attempts.check(&names, now), Ok(()));
        }
        let now = start + Duration::from_hours(1);
        for _ in 0..9 {
            attempts.failed(&names, now);
        }
        attempts.succeeded("someone@example.com");
        attempts.failed(&names, now);
        assert_eq!(attempts.check(&names, now), Ok(()));
    }
}
