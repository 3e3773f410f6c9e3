//! Somebody who looks on: what waits to be read, and how much there was no room for.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use super::{Event, Looking};

/// How many events may wait for one that reads slowly; it hears how many more there were.
pub(super) const WAITING: usize = 256;

/// One who looks on. Whoever says something never waits for it.
pub(crate) struct Ear {
    looking: Looking,
    counts: bool,
    heard: Mutex<Heard>,
    bell: Notify,
}

#[derive(Default)]
struct Heard {
    events: VecDeque<Arc<Event>>,
    /// How many came after the last of these and before the next.
    missed: u64,
}

/// What comes next.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    Event(Arc<Event>),
    /// So many are lost here.
    Missed(u64),
}

impl Ear {
    pub(super) fn new(looking: Looking) -> Self {
        Self {
            looking,
            counts: true,
            heard: Mutex::default(),
            bell: Notify::new(),
        }
    }

    pub(super) fn uncounted(looking: Looking) -> Self {
        Self {
            counts: false,
            ..Self::new(looking)
        }
    }

    pub(super) fn counts(&self) -> bool {
        self.counts
    }

    pub(super) fn is_a_persons(&self) -> bool {
        self.counts && self.looking == Looking::Person
    }

    pub(super) fn put(&self, event: &Arc<Event>) {
        if !event.is_for(&self.looking) {
            return;
        }
        let mut heard = self.heard();
        // Once one is missed the rest are, until that was read: the gap is where it is told.
        if heard.missed > 0 || heard.events.len() >= WAITING {
            heard.missed += 1;
        } else {
            heard.events.push_back(Arc::clone(event));
        }
        drop(heard);
        self.bell.notify_one();
    }

    /// Waits for the next event. Nothing is lost when the future is dropped; one task may wait.
    pub(crate) async fn next(&self) -> Next {
        loop {
            if let Some(next) = self.ready() {
                return next;
            }
            self.bell.notified().await;
        }
    }

    /// Whether something waits to be read.
    pub(crate) fn has_more(&self) -> bool {
        let heard = self.heard();
        !heard.events.is_empty() || heard.missed > 0
    }

    fn ready(&self) -> Option<Next> {
        let mut heard = self.heard();
        if let Some(event) = heard.events.pop_front() {
            return Some(Next::Event(event));
        }
        match std::mem::take(&mut heard.missed) {
            0 => None,
            missed => Some(Next::Missed(missed)),
        }
    }

    /// What was heard is whole between any two operations, so a poisoned lock is as good as any.
    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
