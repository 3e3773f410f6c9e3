//! How often an agent was let through unasked, lately.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use chaperone_protocol::{AgentId, Capability, ConnectionId};
use tokio::time::Instant;

const WINDOW: Duration = Duration::from_mins(1);
/// More than any limit in the table; older runs are forgotten first.
const KEPT: usize = 1_000;
/// Agents remembered at once; a hub that invents names makes the oldest forgotten ones free again,
/// and each new name is a first use, which is asked.
const AGENTS: usize = 1_000;

type Key = (ConnectionId, Option<AgentId>, Capability);

/// Counts unasked runs of the last minute.
#[derive(Debug, Default)]
pub(crate) struct Rates(HashMap<Key, VecDeque<Instant>>);

impl Rates {
    /// Runs within the last minute.
    pub(crate) fn recent(&mut self, key: &Key, now: Instant) -> u32 {
        let Some(runs) = self.0.get_mut(key) else {
            return 0;
        };
        while runs
            .front()
            .is_some_and(|at| now.duration_since(*at) >= WINDOW)
        {
            runs.pop_front();
        }
        u32::try_from(runs.len()).unwrap_or(u32::MAX)
    }

    /// Counts one more.
    pub(crate) fn count(&mut self, key: Key, now: Instant) {
        if self.0.len() >= AGENTS {
            self.0.retain(|_, runs| {
                runs.back()
                    .is_some_and(|at| now.duration_since(*at) < WINDOW)
            });
        }
        let runs = self.0.entry(key).or_default();
        if runs.len() >= KEPT {
            runs.pop_front();
        }
        runs.push_back(now);
    }
}

/// Refusals that one hub is told of in a minute. Each is a message that waits to be sent, and a hub
/// that floods takes none of them to heart.
const REFUSALS: u64 = 100;

/// Counts what each hub sends, minute by minute.
#[derive(Debug, Default)]
pub(crate) struct Hearing(HashMap<ConnectionId, Minute>);

#[derive(Debug)]
struct Minute {
    began: Instant,
    heard: u32,
    refused: u64,
}

/// Whether one more command of a hub is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    Yes,
    /// It is told so.
    No,
    /// It is not even told so any more.
    NotAnswered,
    /// And it is the first of its minute, so that this much is to be noted of the one before.
    AfterRefusing(u64),
}

impl Hearing {
    /// Counts one more command of this hub, of which so many are heard a minute.
    pub(crate) fn hear(&mut self, connection: &ConnectionId, limit: u32, now: Instant) -> Heard {
        let minute = self.0.entry(connection.clone()).or_insert(Minute {
            began: now,
            heard: 0,
            refused: 0,
        });
        let mut heard = Heard::Yes;
        if now.duration_since(minute.began) >= WINDOW {
            if minute.refused > 0 {
                heard = Heard::AfterRefusing(minute.refused);
            }
            *minute = Minute {
                began: now,
                heard: 0,
                refused: 0,
            };
        }
        if minute.heard >= limit.max(1) {
            minute.refused += 1;
            return if minute.refused <= REFUSALS {
                Heard::No
            } else {
                Heard::NotAnswered
            };
        }
        minute.heard += 1;
        heard
    }

    /// When the first minute is over in which anything was refused.
    pub(crate) fn next_over(&self) -> Option<Instant> {
        let refusing = self.0.values().filter(|minute| minute.refused > 0);
        refusing.map(|minute| minute.began + WINDOW).min()
    }

    /// The hubs whose minute is over, with what was refused in it. Each is told of once.
    pub(crate) fn over(&mut self, now: Instant) -> Vec<(ConnectionId, u64)> {
        self.refusals(|minute| now.duration_since(minute.began) >= WINDOW)
    }

    /// The same, of minutes that are not over yet.
    pub(crate) fn last_words(&mut self) -> Vec<(ConnectionId, u64)> {
        self.refusals(|_| true)
    }

    pub(crate) fn forget(&mut self, connection: &ConnectionId) {
        self.0.remove(connection);
    }

    fn refusals(&mut self, wanted: impl Fn(&Minute) -> bool) -> Vec<(ConnectionId, u64)> {
        self.0
            .iter_mut()
            .filter(|(_, minute)| minute.refused > 0 && wanted(minute))
            .map(|(connection, minute)| (connection.clone(), std::mem::take(&mut minute.refused)))
            .collect()
    }
}
