//! Which captures the indicator names, and what its window has to do for that, without a window.
//!
//! A capture waits until the page says that a person can see it. The page keeps saying so; one that
//! falls silent hangs, crashed or is covered up, and what it showed must end.

use std::time::Duration;

use serde::Serialize;
use tokio::{sync::oneshot, time::Instant};
use tokio_util::sync::CancellationToken;

/// A page that has not said for so long that it is seen, is not. It says so every second.
pub(super) const PATIENCE: Duration = Duration::from_secs(4);
/// Before that, its window is brought forward once.
const NUDGE: Duration = Duration::from_secs(2);
/// A picture is taken faster than anybody looks up: what is over stays in sight for this long, and
/// says that it is over.
const LINGER: Duration = Duration::from_millis(1500);

/// One capture, as the page draws it. Texts are made visible already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaptureView {
    /// What ends it.
    pub(crate) id: String,
    /// Nobody where the person tries what this computer can do.
    pub(crate) agent: Option<String>,
    pub(crate) connection: Option<String>,
    pub(crate) does: Does,
    /// Which camera or display.
    pub(crate) source: String,
    /// Milliseconds since 1970.
    pub(crate) since: i64,
}

/// What is done with the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Does {
    Photographs,
    Looks,
    LooksAndHearsMicrophone,
    LooksAndHearsOutput,
}

/// A line of the indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Line {
    /// The page answers with it.
    pub(crate) key: u64,
    pub(crate) over: bool,
    #[serde(flatten)]
    pub(crate) capture: CaptureView,
}

/// What to do to the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Open,
    Raise,
    Draw(Vec<Line>),
    Close,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Window {
    Absent,
    There,
    /// Told to go, and not gone yet; a new one cannot be made before.
    Leaving,
}

#[derive(Debug)]
enum Phase {
    /// Not seen yet, so nothing is captured yet. Whoever waits hears when it is, with what tells
    /// that it is not any more.
    Waiting(oneshot::Sender<CancellationToken>),
    Lit {
        seen_at: Instant,
        nudged: bool,
        gone: CancellationToken,
    },
    Over {
        until: Instant,
    },
}

#[derive(Debug)]
struct Entry {
    line: Line,
    phase: Phase,
}

/// Everything the indicator shows.
#[derive(Debug)]
pub(super) struct Lights {
    entries: Vec<Entry>,
    last_key: u64,
    window: Window,
    drawn: bool,
}

impl Default for Lights {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            last_key: 0,
            window: Window::Absent,
            drawn: false,
        }
    }
}

impl Lights {
    /// A capture wants to begin.
    pub(super) fn light(
        &mut self,
        capture: CaptureView,
    ) -> (u64, oneshot::Receiver<CancellationToken>) {
        let (lit, waiting) = oneshot::channel();
        self.last_key += 1;
        self.entries.push(Entry {
            line: Line {
                key: self.last_key,
                over: false,
                capture,
            },
            phase: Phase::Waiting(lit),
        });
        self.drawn = false;
        (self.last_key, waiting)
    }

    /// A capture is over, or does not begin.
    pub(super) fn out(&mut self, key: u64, now: Instant) {
        for entry in &mut self.entries {
            if entry.line.key == key {
                entry.line.over = true;
                let until = match entry.phase {
                    Phase::Waiting(_) => now,
                    Phase::Lit { .. } | Phase::Over { .. } => now + LINGER,
                };
                entry.phase = Phase::Over { until };
                self.drawn = false;
            }
        }
    }

    /// The page says that a person can see these.
    pub(super) fn seen(&mut self, keys: &[u64], now: Instant) {
        for entry in &mut self.entries {
            if !keys.contains(&entry.line.key) {
                continue;
            }
            match &mut entry.phase {
                Phase::Lit {
                    seen_at, nudged, ..
                } => (*seen_at, *nudged) = (now, false),
                Phase::Waiting(_) => {
                    let gone = CancellationToken::new();
                    let lit = Phase::Lit {
                        seen_at: now,
                        nudged: false,
                        gone: gone.clone(),
                    };
                    if let Phase::Waiting(waits) = std::mem::replace(&mut entry.phase, lit) {
                        // Whoever does not wait any more says so by itself.
                        let _ = waits.send(gone);
                    }
                }
                Phase::Over { .. } => {}
            }
        }
    }

    /// A page has begun to listen, also one whose window came after nobody waited for it any more.
    pub(super) fn listened(&mut self) {
        if self.window == Window::Absent {
            self.window = Window::There;
        }
        self.drawn = false;
    }

    /// The window is gone, whoever destroyed it. What it showed ends; what waits gets another.
    pub(super) fn gone(&mut self) {
        self.window = Window::Absent;
        self.drawn = false;
        self.entries.retain(|entry| match &entry.phase {
            Phase::Waiting(_) => true,
            Phase::Lit { gone, .. } => {
                gone.cancel();
                false
            }
            Phase::Over { .. } => false,
        });
    }

    /// The window could not be made: nobody waits for it any longer.
    pub(super) fn failed(&mut self) {
        self.gone();
        self.entries.clear();
    }

    /// What to do next; asked until there is nothing.
    pub(super) fn next(&mut self, now: Instant) -> Option<Step> {
        let before = self.entries.len();
        self.entries.retain(|entry| match &entry.phase {
            Phase::Waiting(_) => true,
            Phase::Over { until } => now < *until,
            Phase::Lit { seen_at, gone, .. } => {
                let seen = now < *seen_at + PATIENCE;
                if !seen {
                    gone.cancel();
                }
                seen
            }
        });
        self.drawn &= before == self.entries.len();
        match (self.window, self.entries.is_empty()) {
            (Window::Leaving, _) | (Window::Absent, true) => None,
            (Window::Absent, false) => {
                self.window = Window::There;
                Some(Step::Open)
            }
            (Window::There, true) => {
                self.window = Window::Leaving;
                Some(Step::Close)
            }
            (Window::There, false) if !self.drawn => {
                self.drawn = true;
                let lines = self.entries.iter().map(|entry| entry.line.clone());
                Some(Step::Draw(lines.collect()))
            }
            (Window::There, false) => self.nudge(now),
        }
    }

    fn nudge(&mut self, now: Instant) -> Option<Step> {
        let mut wanted = false;
        for entry in &mut self.entries {
            if let Phase::Lit {
                seen_at, nudged, ..
            } = &mut entry.phase
                && !*nudged
                && now >= *seen_at + NUDGE
            {
                (wanted, *nudged) = (true, true);
            }
        }
        wanted.then_some(Step::Raise)
    }

    /// When to ask again, unless something happens before.
    pub(super) fn wake_at(&self) -> Option<Instant> {
        let moments = self.entries.iter().filter_map(|entry| match &entry.phase {
            Phase::Waiting(_) => None,
            Phase::Over { until } => Some(*until),
            Phase::Lit {
                seen_at, nudged, ..
            } => Some(*seen_at + if *nudged { PATIENCE } else { NUDGE }),
        });
        moments.min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo() -> CaptureView {
        CaptureView {
            id: "7".to_owned(),
            agent: Some("Field Notes".to_owned()),
            connection: Some("Home".to_owned()),
            does: Does::Photographs,
            source: "Lid".to_owned(),
            since: 0,
        }
    }

    fn line(key: u64, over: bool) -> Line {
        Line {
            key,
            over,
            capture: photo(),
        }
    }

    /// One capture, asked for and drawn.
    fn drawn() -> (Lights, u64, oneshot::Receiver<CancellationToken>, Instant) {
        let (mut lights, now) = (Lights::default(), Instant::now());
        let (key, waiting) = lights.light(photo());
        assert_eq!(lights.next(now), Some(Step::Open));
        assert_eq!(lights.next(now), Some(Step::Draw(vec![line(key, false)])));
        assert_eq!(lights.next(now), None);
        (lights, key, waiting, now)
    }

    fn lit() -> (Lights, u64, CancellationToken, Instant) {
        let (mut lights, key, mut waiting, now) = drawn();
        lights.seen(&[key], now);
        let gone = waiting.try_recv().unwrap();
        (lights, key, gone, now)
    }

    #[test]
    fn a_capture_waits_until_it_is_seen() {
        let (mut lights, key, mut waiting, now) = drawn();
        assert!(waiting.try_recv().is_err());
        lights.seen(&[key + 1], now);
        assert!(waiting.try_recv().is_err(), "another one was seen");
        lights.seen(&[key], now);
        assert!(!waiting.try_recv().unwrap().is_cancelled());
    }

    #[test]
    fn what_is_over_is_said_to_be_over_and_then_the_window_goes() {
        let (mut lights, key, gone, now) = lit();
        lights.out(key, now);
        assert_eq!(lights.next(now), Some(Step::Draw(vec![line(key, true)])));
        assert_eq!(lights.wake_at(), Some(now + LINGER));
        assert_eq!(lights.next(now + LINGER), Some(Step::Close));
        assert_eq!(lights.wake_at(), None);
        assert!(!gone.is_cancelled(), "it ended by itself");
    }

    #[test]
    fn a_capture_that_did_not_begin_leaves_no_trace() {
        let (mut lights, key, waiting, now) = drawn();
        drop(waiting);
        lights.out(key, now);
        assert_eq!(lights.next(now), Some(Step::Close));
    }

    #[test]
    fn a_capture_ends_with_its_window() {
        let (mut lights, _, gone, now) = lit();
        lights.gone();
        assert!(gone.is_cancelled());
        assert_eq!(lights.next(now), None);
    }

    #[test]
    fn a_capture_ends_when_its_page_falls_silent() {
        let (mut lights, key, gone, now) = lit();
        let mut later = now + NUDGE;
        assert_eq!(lights.wake_at(), Some(later));
        assert_eq!(lights.next(later), Some(Step::Raise), "it may be covered");
        assert_eq!(lights.next(later), None, "once");
        lights.seen(&[key], later);
        later += NUDGE;
        assert_eq!(lights.next(later), Some(Step::Raise));
        assert_eq!(lights.wake_at(), Some(now + NUDGE + PATIENCE));
        assert!(!gone.is_cancelled());
        assert_eq!(lights.next(now + NUDGE + PATIENCE), Some(Step::Close));
        assert!(gone.is_cancelled());
    }

    #[test]
    fn what_comes_while_the_window_leaves_gets_the_next_one() {
        let (mut lights, key, _gone, now) = lit();
        lights.out(key, now);
        let later = now + LINGER;
        assert_eq!(lights.next(later), Some(Step::Close));
        let (_, mut waiting) = lights.light(photo());
        assert_eq!(lights.next(later), None);
        lights.gone();
        assert_eq!(lights.next(later), Some(Step::Open));
        lights.failed();
        assert_eq!(
            waiting.try_recv().unwrap_err(),
            oneshot::error::TryRecvError::Closed,
            "and hears when there is none"
        );
        assert_eq!(lights.next(later), None);
    }

    #[test]
    fn a_window_that_comes_too_late_goes_again() {
        let (mut lights, now) = (Lights::default(), Instant::now());
        lights.listened();
        assert_eq!(lights.next(now), Some(Step::Close));
    }

    #[test]
    fn several_captures_share_the_window() {
        let (mut lights, first, gone, now) = lit();
        let (second, _waiting) = lights.light(photo());
        let both = vec![line(first, false), line(second, false)];
        assert_eq!(lights.next(now), Some(Step::Draw(both)));
        lights.seen(&[first, second], now);
        lights.out(first, now);
        let later = now + LINGER;
        lights.seen(&[second], later);
        assert_eq!(
            lights.next(later),
            Some(Step::Draw(vec![line(second, false)]))
        );
        assert!(!gone.is_cancelled());
        // A page that was loaded anew knows nothing.
        lights.listened();
        assert_eq!(
            lights.next(later),
            Some(Step::Draw(vec![line(second, false)]))
        );
    }
}
