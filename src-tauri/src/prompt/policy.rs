//! When the request window exists and when it is seen, as a state machine without a window.
//!
//! A page that is loaded and hidden is on the screen some tenths of a second sooner than one that
//! must be made first, and costs the memory of a web process, or little where the panel has one. So
//! it is kept while the panel is open and while requests are likely (for a while after each), and
//! let go when it was quiet for as long.

use std::time::Duration;

use tokio::time::Instant;

/// A start, and a panel that opens, have better things to do than to load a page that is not asked
/// for yet.
pub(super) const SETTLE: Duration = Duration::from_secs(1);
/// A shown page that has not painted a request by then hangs or crashed, and is made anew.
pub(super) const PATIENCE: Duration = Duration::from_secs(4);
/// So often in a row; after that the panel and the command line remain.
const REPLACEMENTS: u8 = 3;

/// What to do to the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Make it, hidden.
    Load,
    /// Show it, making it if it is not there.
    Show,
    /// The same, with a process of its own: the last one painted nothing.
    ShowAlone,
    /// Hide it and keep its page.
    Hide,
    /// Let it go.
    Drop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Window {
    Absent,
    /// To be made, hidden, when what goes on is over.
    Planned {
        at: Instant,
        /// Not for its own sake.
        with_panel: bool,
    },
    Hidden,
    /// On the screen, with nothing painted yet.
    Shown {
        since: Instant,
    },
    /// On the screen, to be read.
    Painted,
    /// Told to go, and not gone yet; a new one cannot be made before.
    Leaving,
}

/// What the window does next follows from what happened to it and from who waits.
#[derive(Debug)]
pub(super) struct Policy {
    /// How long a loaded page is kept without a request and without a panel.
    ready: Duration,
    panel: bool,
    window: Window,
    pending: usize,
    was_busy: bool,
    quiet_since: Instant,
    replacements: u8,
}

impl Policy {
    /// Before anything has happened; the page is loaded only with the panel, or for a request.
    pub(super) fn start(ready: Duration, now: Instant) -> Self {
        Self {
            ready,
            panel: false,
            window: Window::Absent,
            pending: 0,
            was_busy: false,
            quiet_since: now,
            replacements: 0,
        }
    }

    /// The page is wanted before anything asks for it.
    pub(super) fn load(&mut self, now: Instant) {
        self.plan(false, now);
    }

    fn plan(&mut self, with_panel: bool, now: Instant) {
        if self.window == Window::Absent {
            let at = now + SETTLE;
            self.window = Window::Planned { at, with_panel };
        }
    }

    /// The panel's page has come, or has gone.
    pub(super) fn panel(&mut self, open: bool, now: Instant) {
        self.panel = open;
        match self.window {
            _ if open => self.plan(true, now),
            Window::Planned {
                with_panel: true, ..
            } => self.window = Window::Absent,
            _ => {}
        }
    }

    /// So many requests wait now, and so many commands run. An agent whose commands run without
    /// a question may well have one next.
    pub(super) fn waiting(&mut self, pending: usize, running: usize, now: Instant) -> Option<Step> {
        let busy = pending > 0 || running > 0;
        if busy || self.was_busy {
            self.quiet_since = now;
        }
        self.was_busy = busy;
        self.pending = pending;
        match (self.window, pending) {
            (Window::Absent | Window::Planned { .. } | Window::Hidden, 1..) => Some(self.show(now)),
            (Window::Shown { .. } | Window::Painted, 0) => {
                self.replacements = 0;
                self.window = Window::Hidden;
                Some(Step::Hide)
            }
            _ => None,
        }
    }

    /// The page says that a request can be read.
    pub(super) fn painted(&mut self) {
        if let Window::Shown { .. } = self.window {
            self.window = Window::Painted;
        }
    }

    /// The window is gone, whoever destroyed it.
    pub(super) fn gone(&mut self, now: Instant) -> Option<Step> {
        self.window = Window::Absent;
        (self.pending > 0).then(|| self.show(now))
    }

    /// When to call [`Self::woken`], unless something else happens before.
    pub(super) fn wake_at(&self) -> Option<Instant> {
        match self.window {
            Window::Planned { at, .. } => Some(at),
            Window::Hidden if self.panel => None,
            Window::Hidden => Some(self.quiet_since + self.ready),
            Window::Shown { since } if self.replacements < REPLACEMENTS => Some(since + PATIENCE),
            Window::Shown { .. } | Window::Painted | Window::Absent | Window::Leaving => None,
        }
    }

    /// Time has passed.
    pub(super) fn woken(&mut self, now: Instant) -> Option<Step> {
        if self.wake_at().is_none_or(|at| now < at) {
            return None;
        }
        if let Window::Planned { .. } = self.window {
            self.window = Window::Hidden;
            self.quiet_since = now;
            return Some(Step::Load);
        }
        if let Window::Shown { .. } = self.window {
            self.replacements += 1;
        }
        self.window = Window::Leaving;
        Some(Step::Drop)
    }

    fn show(&mut self, now: Instant) -> Step {
        self.window = Window::Shown { since: now };
        if self.replacements > 0 {
            Step::ShowAlone
        } else {
            Step::Show
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: Duration = Duration::from_mins(10);

    struct Story {
        policy: Policy,
        now: Instant,
    }

    /// After the start, with the page loaded.
    fn story() -> Story {
        let now = Instant::now();
        let mut story = Story {
            policy: Policy::start(READY, now),
            now,
        };
        assert_eq!(
            story.policy.wake_at(),
            None,
            "nothing is loaded for nothing"
        );
        story.policy.load(now);
        assert_eq!(story.sleep(), Some(Step::Load));
        assert_eq!(story.now, now + SETTLE);
        story
    }

    impl Story {
        fn waiting(&mut self, pending: usize) -> Option<Step> {
            self.policy.waiting(pending, 0, self.now)
        }

        fn gone(&mut self) -> Option<Step> {
            self.policy.gone(self.now)
        }

        /// Sleeps until the policy wants to be woken.
        fn sleep(&mut self) -> Option<Step> {
            self.now = self.policy.wake_at().unwrap();
            self.policy.woken(self.now)
        }
    }

    #[test]
    fn a_request_is_shown_and_the_answered_one_leaves_the_screen() {
        let mut story = story();
        assert_eq!(story.waiting(1), Some(Step::Show));
        story.policy.painted();
        assert_eq!(story.waiting(2), None);
        assert_eq!(story.waiting(1), None);
        assert_eq!(story.waiting(0), Some(Step::Hide));
        assert_eq!(story.waiting(1), Some(Step::Show));
    }

    #[test]
    fn a_request_does_not_wait_for_the_end_of_the_start() {
        let now = Instant::now();
        let mut policy = Policy::start(READY, now);
        assert_eq!(policy.waiting(1, 0, now), Some(Step::Show));
    }

    #[test]
    fn the_page_goes_after_a_quiet_time_that_each_request_begins_anew() {
        let mut story = story();
        let start = story.now;
        story.now += READY / 2;
        assert_eq!(story.policy.woken(story.now), None);
        story.waiting(1);
        story.policy.painted();
        assert_eq!(story.policy.wake_at(), None, "never while it is shown");
        story.now += READY;
        story.waiting(0);
        assert_eq!(story.sleep(), Some(Step::Drop));
        assert_eq!(story.now, start + READY / 2 + READY + READY);
        assert_eq!(story.gone(), None);
        assert_eq!(story.policy.wake_at(), None);
        assert_eq!(
            story.waiting(1),
            Some(Step::Show),
            "and is made when it is needed again"
        );
    }

    #[test]
    fn commands_that_run_unasked_keep_the_page_too() {
        let mut story = story();
        let start = story.now;
        story.now += READY / 2;
        assert_eq!(story.policy.waiting(0, 1, story.now), None);
        story.now += READY / 4;
        assert_eq!(story.policy.waiting(0, 0, story.now), None);
        assert_eq!(
            story.policy.wake_at(),
            Some(start + READY / 2 + READY / 4 + READY)
        );
    }

    #[test]
    fn the_page_is_there_while_the_panel_is_open() {
        let now = Instant::now();
        let policy = Policy::start(READY, now);
        let mut story = Story { policy, now };
        story.policy.panel(true, now);
        assert_eq!(story.sleep(), Some(Step::Load));
        assert_eq!(story.policy.wake_at(), None, "however long it is quiet");
        story.now += READY * 10;
        assert_eq!(story.waiting(1), Some(Step::Show));
        story.policy.painted();
        assert_eq!(story.waiting(0), Some(Step::Hide));
        assert_eq!(story.policy.wake_at(), None);
        story.now += READY * 10;
        let quiet = now + SETTLE + READY * 10;
        story.policy.panel(false, story.now);
        assert_eq!(story.sleep(), Some(Step::Drop), "at once");
        assert_eq!(story.now, quiet + READY);
    }

    #[test]
    fn a_panel_that_closes_again_at_once_loads_nothing() {
        let now = Instant::now();
        let mut policy = Policy::start(READY, now);
        policy.panel(true, now);
        policy.panel(false, now);
        assert_eq!(policy.wake_at(), None);
        policy.load(now);
        policy.panel(true, now);
        policy.panel(false, now);
        assert!(policy.wake_at().is_some(), "but what was asked for stays");
    }

    #[test]
    fn a_panel_that_opens_beside_a_page_makes_no_other() {
        let mut story = story();
        story.waiting(1);
        story.policy.painted();
        story.policy.panel(true, story.now);
        assert_eq!(story.waiting(0), Some(Step::Hide));
        assert_eq!(
            story.gone(),
            None,
            "nor one in the place of one that crashed"
        );
        assert_eq!(story.policy.wake_at(), None);
        story.policy.panel(false, story.now);
        story.policy.panel(true, story.now);
        assert_eq!(story.sleep(), Some(Step::Load));
    }

    #[test]
    fn a_page_that_shall_not_be_kept_is_made_for_each_request() {
        let now = Instant::now();
        let mut policy = Policy::start(Duration::ZERO, now);
        assert_eq!(policy.wake_at(), None);
        assert_eq!(policy.waiting(1, 0, now), Some(Step::Show));
        policy.painted();
        assert_eq!(policy.waiting(0, 0, now), Some(Step::Hide));
        assert_eq!(policy.woken(now), Some(Step::Drop));
    }

    #[test]
    fn a_request_that_comes_while_the_window_leaves_waits_for_the_next_one() {
        let mut story = story();
        assert_eq!(story.sleep(), Some(Step::Drop));
        assert_eq!(story.waiting(1), None);
        assert_eq!(story.gone(), Some(Step::Show));
    }

    #[test]
    fn a_window_destroyed_from_outside_comes_back_while_somebody_waits() {
        let mut story = story();
        story.waiting(1);
        story.policy.painted();
        assert_eq!(story.gone(), Some(Step::Show));
        story.waiting(0);
        assert_eq!(story.gone(), None);
    }

    #[test]
    fn a_page_that_paints_nothing_is_replaced_a_few_times() {
        let mut story = story();
        story.waiting(1);
        for _ in 0..REPLACEMENTS {
            assert_eq!(story.sleep(), Some(Step::Drop));
            assert_eq!(story.gone(), Some(Step::ShowAlone));
        }
        assert_eq!(story.policy.wake_at(), None);
        // The next request gets its own chances.
        story.waiting(0);
        story.waiting(1);
        assert!(story.policy.wake_at().is_some());
    }

    #[test]
    fn a_late_word_of_a_hidden_page_changes_nothing() {
        let mut story = story();
        story.policy.painted();
        assert_eq!(story.waiting(1), Some(Step::Show));
        assert!(
            story.policy.wake_at().is_some(),
            "it is still to paint this one"
        );
    }
}
