//! The tests of the person that go on, and what earlier ones left to be looked at.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use chaperone_gate::Switches;
use chaperone_protocol::{ArtifactId, Timestamp};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Stopped;
use crate::{event::TrialReply, trial::TrialKind};

/// Longer than any test takes: to look around, to ask the desktop, to record, to keep.
const LONGEST: Duration = Duration::from_secs(100);
/// How often what is kept is looked at.
const LOOK: Duration = Duration::from_secs(30);
/// From here on numbers are of tests. The journal's, which a database counts up, never get there.
const FIRST_NUMBER: u64 = 1 << 63;

/// The tests that go on, and what earlier ones left to be looked at.
#[derive(Debug)]
pub(super) struct Trials {
    going: BTreeMap<u64, Going>,
    /// The oldest first.
    kept: VecDeque<Kept>,
    keeps: Duration,
    last: u64,
}

/// What a test captured, to be looked at for some time. A computer that sleeps stops the one clock,
/// and the person may set the other: it goes by whichever is first.
#[derive(Debug)]
struct Kept {
    artifact: ArtifactId,
    until: Instant,
    expires_at: Timestamp,
}

/// One that goes on.
#[derive(Debug)]
pub(super) struct Going {
    pub(super) kind: TrialKind,
    stop: CancellationToken,
    pub(super) stopped: Option<Stopped>,
    until: Instant,
    pub(super) reply: TrialReply,
}

impl Trials {
    /// What tests capture is kept for so long.
    pub(super) fn new(keeps: Duration) -> Self {
        // No two runs have the same numbers, nor the same names of files.
        let now = u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0);
        Self {
            going: BTreeMap::new(),
            kept: VecDeque::new(),
            keeps,
            last: FIRST_NUMBER.saturating_add(now),
        }
    }

    /// One more goes on; answers its number.
    pub(super) fn begin(
        &mut self,
        kind: TrialKind,
        stop: CancellationToken,
        reply: TrialReply,
    ) -> u64 {
        self.last = self.last.saturating_add(1);
        let one = Going {
            kind,
            stop,
            stopped: None,
            until: Instant::now() + LONGEST,
            reply,
        };
        self.going.insert(self.last, one);
        self.last
    }

    /// One has ended.
    pub(super) fn take(&mut self, number: u64) -> Option<Going> {
        self.going.remove(&number)
    }

    pub(super) fn goes_on(&self, kind: TrialKind) -> bool {
        self.going.values().any(|one| one.kind == kind)
    }

    /// Something is kept for its time.
    pub(super) fn keep(&mut self, artifact: ArtifactId) {
        let expires_at = Timestamp::now()
            .checked_add(self.keeps)
            .unwrap_or(Timestamp::MAX);
        self.kept.push_back(Kept {
            artifact,
            until: Instant::now() + self.keeps,
            expires_at,
        });
    }

    /// Everything that is kept, whose time is over with this.
    pub(super) fn take_kept(&mut self) -> Vec<ArtifactId> {
        self.kept.drain(..).map(|kept| kept.artifact).collect()
    }

    /// For how long that is.
    pub(super) fn keeps(&self) -> Duration {
        self.keeps
    }

    /// When something has to end or go next.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let going = self.going.values().filter(|one| one.stopped.is_none());
        let until = going.map(|one| one.until).min();
        // Looked at now and then, for the clock that goes on while the computer sleeps.
        let soon = Instant::now() + LOOK;
        let kept = self.kept.front().map(|kept| kept.until.min(soon));
        [until, kept].into_iter().flatten().min()
    }

    pub(super) fn is_any_going(&self) -> bool {
        !self.going.is_empty()
    }

    /// Ends all that go on.
    pub(super) fn stop(&mut self, why: Stopped) {
        self.stop_those(why, |_| true);
    }

    /// Ends those that need what is switched off.
    pub(super) fn stop_without(&mut self, switches: &Switches) {
        self.stop_those(Stopped::Person, |one| {
            let mut needs = one.kind.needs().iter();
            needs.any(|need| !switches.is_on(*need))
        });
    }

    /// Ends the one of that number.
    pub(super) fn stop_number(&mut self, number: u64) -> bool {
        let Some(one) = self.going.get_mut(&number) else {
            return false;
        };
        one.end(Stopped::Person);
        true
    }

    /// Ends the one of that kind.
    pub(super) fn stop_kind(&mut self, kind: TrialKind) -> bool {
        let goes_on = self.goes_on(kind);
        self.stop_those(Stopped::Person, |one| one.kind == kind);
        goes_on
    }

    fn stop_those(&mut self, why: Stopped, which: impl Fn(&Going) -> bool) {
        for one in self.going.values_mut().filter(|one| which(one)) {
            one.end(why);
        }
    }

    /// Ends those that take too long, and answers what was kept long enough.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<ArtifactId> {
        self.stop_those(Stopped::Deadline, |one| one.until <= now);
        let at = Timestamp::now();
        let is_due = |kept: &&Kept| kept.until <= now || kept.expires_at <= at;
        let due = self.kept.iter().take_while(is_due).count();
        self.kept.drain(..due).map(|kept| kept.artifact).collect()
    }
}

impl Going {
    fn end(&mut self, why: Stopped) {
        self.stopped.get_or_insert(why);
        self.stop.cancel();
    }
}
