//! When to look at a display. Pure.
//!
//! It ticks evenly. But what moves, as a film does, has a clock of its own, and two clocks of nearly
//! the same pace that tick at nearly the same moment see some frames twice and others not at all. So
//! where nothing came although much was moving, or a little tick after tick as under a hand that types,
//! the ticks are moved on a little, until they come after the frames and not with them.

use std::time::Duration;

use super::film::Why;

/// The ticks are moved by this part of the time between two.
const PARTS: u32 = 4;

/// The ticks of a recording, counted from its beginning.
#[derive(Debug)]
pub(super) struct Clock {
    every: Duration,
    /// How much later they come than they did at first.
    later: Duration,
    pace: Pace,
}

#[derive(Debug)]
enum Pace {
    Calm,
    /// The last tick found a little, and the one before found nothing.
    Stirred,
    /// Much was moving, or a little again and again, while the ticks came that much later than at
    /// first; since then so many found nothing.
    Moving {
        empty: u32,
        later: Duration,
    },
}

impl Clock {
    pub(super) fn new(ticks_per_second: u32) -> Self {
        Self {
            every: Duration::from_secs(1) / ticks_per_second.max(1),
            later: Duration::ZERO,
            pace: Pace::Calm,
        }
    }

    /// The next tick after that moment; those that would have been before it are left out.
    pub(super) fn due(&self, now: Duration) -> Duration {
        let since = now.saturating_sub(self.later).as_nanos();
        let passed = since / self.every.as_nanos().max(1);
        let number = u32::try_from(passed).unwrap_or(u32::MAX).saturating_add(1);
        self.later + self.every * number
    }

    /// What the last tick found.
    pub(super) fn found(&mut self, found: Option<Why>) {
        let moving = Pace::Moving {
            empty: 0,
            later: self.later,
        };
        self.pace = match (&self.pace, found) {
            (_, Some(Why::Moving))
            | (Pace::Stirred | Pace::Moving { empty: 0 | 1, .. }, Some(Why::Touched)) => moving,
            (Pace::Moving { later, .. }, Some(Why::Touched)) => {
                // What moved was over before, and the ticks had come as they should.
                self.later = *later;
                Pace::Stirred
            }
            (Pace::Calm, Some(Why::Touched)) => Pace::Stirred,
            (Pace::Moving { empty, later }, None) if *empty < PARTS => {
                let (empty, later) = (empty + 1, *later);
                let moved = self.later + self.every / PARTS;
                self.later = moved.checked_sub(self.every).unwrap_or(moved);
                Pace::Moving { empty, later }
            }
            _ => Pace::Calm,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milliseconds(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    #[test]
    fn it_ticks_evenly_and_leaves_out_what_is_past() {
        let clock = Clock::new(25);
        assert_eq!(clock.due(Duration::ZERO), milliseconds(40));
        assert_eq!(clock.due(milliseconds(40)), milliseconds(80));
        assert_eq!(clock.due(milliseconds(41)), milliseconds(80));
        assert_eq!(clock.due(milliseconds(400)), milliseconds(440));
    }

    #[test]
    fn it_gives_way_to_what_moves_and_only_to_that() {
        let mut clock = Clock::new(25);
        for calm in [Some(Why::Touched), None, Some(Why::Still), None] {
            clock.found(calm);
            assert_eq!(clock.due(milliseconds(80)), milliseconds(120));
        }
        // As a cursor blinks.
        for _ in 0..9 {
            clock.found(Some(Why::Touched));
            clock.found(None);
            assert_eq!(clock.due(milliseconds(80)), milliseconds(120));
        }
        clock.found(Some(Why::Moving));
        assert_eq!(clock.due(milliseconds(120)), milliseconds(160));
        clock.found(None);
        assert_eq!(clock.due(milliseconds(160)), milliseconds(170));
        clock.found(Some(Why::Moving));
        assert_eq!(clock.due(milliseconds(170)), milliseconds(210));
        // Something that has stopped is not looked for in vain.
        for _ in 0..9 {
            clock.found(None);
        }
        assert_eq!(clock.due(milliseconds(210)), milliseconds(250));
    }

    #[test]
    fn it_gives_way_to_a_little_that_comes_again_and_again() {
        let mut clock = Clock::new(25);
        clock.found(Some(Why::Touched));
        clock.found(Some(Why::Touched));
        assert_eq!(clock.due(milliseconds(80)), milliseconds(120));
        clock.found(None);
        assert_eq!(clock.due(milliseconds(120)), milliseconds(130));
    }

    /// Frames that come at the very moments of the ticks, a little before or after them, are seen
    /// one by one after a short while.
    #[test]
    fn frames_that_come_with_the_ticks_are_each_seen_once() {
        let mut clock = Clock::new(25);
        let mut now = Duration::ZERO;
        let mut seen = 0;
        let mut missed_late = 0;
        for tick in 0..100 {
            now = clock.due(now);
            // The clock of the frames is uneven by some milliseconds.
            let uneven = milliseconds([2, 6, 3, 7, 4][tick % 5]);
            let came = (now + uneven).saturating_sub(milliseconds(5)).as_millis() / 40;
            let new = came - seen;
            seen = came;
            if tick > 10 && new != 1 {
                missed_late += 1;
            }
            clock.found((new > 0).then_some(Why::Moving));
        }
        assert_eq!(missed_late, 0);
    }
}
