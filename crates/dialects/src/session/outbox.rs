//! What is on its way to the hub and must not be lost.
//!
//! An outcome stays here until the hub has confirmed it, or until it was written where the hub
//! confirms nothing. None is ever dropped: how many there can be is bounded by the journal, which
//! holds every one of them as well. News make room, the oldest first. Letters leave in order and
//! one at a time, so that a full outbox does not become one huge write.

use std::collections::VecDeque;

use chaperone_protocol::{CommandId, Event, Outcome};

use crate::{PolledEvent, Upstream};

/// Letters that are kept, outcomes not counted against news.
const MAX_LETTERS: usize = 1_000;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Letter {
    /// The one answer to a command.
    Outcome { id: CommandId, outcome: Outcome },
    /// Part of an answer, or a report.
    News(Upstream),
    /// An event that travels with the requests for commands, until the hub has named it.
    Event(PolledEvent),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Queued,
    Writing,
    /// Written; the hub has yet to confirm it.
    Sent,
}

#[derive(Debug)]
struct Entry {
    letter: Letter,
    stage: Stage,
}

#[derive(Debug, Default)]
pub(super) struct Outbox {
    entries: VecDeque<Entry>,
    /// How many events were named.
    events: u64,
}

impl Outbox {
    /// Takes an outcome. One that is already here is sent once more, with the newer text.
    pub(super) fn put(&mut self, id: CommandId, outcome: Outcome) {
        self.remove(&id);
        self.push(Letter::Outcome { id, outcome });
    }

    /// Takes something that may be dropped if it must.
    pub(super) fn put_news(&mut self, news: Upstream) {
        self.push(Letter::News(news));
    }

    /// Takes an event for the next request.
    pub(super) fn put_event(&mut self, event: Event) {
        self.events += 1;
        let id = format!("e-{}", self.events);
        self.push(Letter::Event(PolledEvent { id, event }));
    }

    fn push(&mut self, letter: Letter) {
        self.entries.push_back(Entry {
            letter,
            stage: Stage::Queued,
        });
        if self.entries.len() > MAX_LETTERS {
            let oldest = self
                .entries
                .iter()
                .position(|entry| !matches!(entry.letter, Letter::Outcome { .. }));
            if let Some(oldest) = oldest {
                self.entries.remove(oldest);
            }
        }
    }

    /// The next letter to write, unless one is being written. Marks an outcome; news are gone.
    pub(super) fn next(&mut self) -> Option<Letter> {
        if self
            .entries
            .iter()
            .any(|entry| entry.stage == Stage::Writing)
        {
            return None;
        }
        let next = self.entries.iter().position(|entry| {
            entry.stage == Stage::Queued && !matches!(entry.letter, Letter::Event(_))
        })?;
        let entry = self.entries.get_mut(next)?;
        let letter = entry.letter.clone();
        match letter {
            Letter::Outcome { .. } | Letter::Event(_) => entry.stage = Stage::Writing,
            Letter::News(_) => {
                self.entries.remove(next);
            }
        }
        Some(letter)
    }

    /// Whether anything is left to write on the socket.
    pub(super) fn has_next(&self) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.stage == Stage::Queued && !matches!(entry.letter, Letter::Event(_)))
    }

    /// Everything that the next request is to carry.
    pub(super) fn polled_events(&self) -> Vec<PolledEvent> {
        let events = self.entries.iter().filter_map(|entry| match &entry.letter {
            Letter::Event(event) => Some(event.clone()),
            Letter::Outcome { .. } | Letter::News(_) => None,
        });
        events.collect()
    }

    /// The hub has these.
    pub(super) fn remove_events(&mut self, kept: &[String]) {
        self.entries.retain(|entry| match &entry.letter {
            Letter::Event(event) => !kept.contains(&event.id),
            Letter::Outcome { .. } | Letter::News(_) => true,
        });
    }

    /// It was written, and a confirmation is to come.
    pub(super) fn written(&mut self, id: &CommandId) {
        for entry in &mut self.entries {
            if entry.is_of(id) && entry.stage == Stage::Writing {
                entry.stage = Stage::Sent;
            }
        }
    }

    /// It has arrived. Says whether it was here.
    pub(super) fn remove(&mut self, id: &CommandId) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| !entry.is_of(id));
        self.entries.len() < before
    }

    /// The connection went: whatever is not confirmed goes again.
    pub(super) fn rewind(&mut self) {
        for entry in &mut self.entries {
            entry.stage = Stage::Queued;
        }
    }
}

impl Entry {
    fn is_of(&self, command: &CommandId) -> bool {
        matches!(&self.letter, Letter::Outcome { id, .. } if id == command)
    }
}
