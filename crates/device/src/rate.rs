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
