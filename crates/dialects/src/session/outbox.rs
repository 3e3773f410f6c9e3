//! Outcomes on their way to the hub.
//!
//! An outcome stays here until the hub has confirmed it, or until it was written where the hub
//! confirms nothing. None is ever dropped: how many there can be is bounded by the journal, which
//! holds every one of them as well. They leave one at a time, so that a full outbox does not
//! become one huge write.

use std::collections::VecDeque;

use chaperone_protocol::{CommandId, Outcome};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Queued,
    Writing,
    /// Written; the hub has yet to confirm it.
    Sent,
}

#[derive(Debug)]
struct Entry {
    id: CommandId,
    outcome: Outcome,
    stage: Stage,
}

#[derive(Debug, Default)]
pub(super) struct Outbox {
    entries: VecDeque<Entry>,
}

impl Outbox {
    /// Takes an outcome. One that is already here is sent once more, with the newer text.
    pub(super) fn put(&mut self, id: CommandId, outcome: Outcome) {
        self.entries.retain(|entry| entry.id != id);
        self.entries.push_back(Entry {
            id,
            outcome,
            stage: Stage::Queued,
        });
    }

    /// The next outcome to write, unless one is being written. Marks it.
    pub(super) fn next(&mut self) -> Option<(CommandId, Outcome)> {
        if self
            .entries
            .iter()
            .any(|entry| entry.stage == Stage::Writing)
        {
            return None;
        }
        let entry = self
            .entries
            .iter_mut()
            .find(|entry| entry.stage == Stage::Queued)?;
        entry.stage = Stage::Writing;
        Some((entry.id.clone(), entry.outcome.clone()))
    }

    /// It was written, and a confirmation is to come.
    pub(super) fn written(&mut self, id: &CommandId) {
        for entry in &mut self.entries {
            if entry.id == *id && entry.stage == Stage::Writing {
                entry.stage = Stage::Sent;
            }
        }
    }

    /// It has arrived. Says whether it was here.
    pub(super) fn remove(&mut self, id: &CommandId) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.id != *id);
        self.entries.len() < before
    }

    /// The connection went: whatever is not confirmed goes again.
    pub(super) fn rewind(&mut self) {
        for entry in &mut self.entries {
            entry.stage = Stage::Queued;
        }
    }
}
