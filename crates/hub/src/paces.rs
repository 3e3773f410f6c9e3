//! How many commands each agent sends.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use chaperone_dialects::{Budget, Pace};
use chaperone_protocol::AgentId;

/// More agents than this are not kept apart: those that are quiet are forgotten.
const AGENTS: usize = 10_000;

/// What is left to agents that asked of late.
pub(crate) struct Paces {
    began: Instant,
    by_agent: Mutex<HashMap<AgentId, Pacing>>,
}

struct Pacing {
    commands_per_minute: u32,
    budget: Budget,
}

impl Default for Paces {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            by_agent: Mutex::default(),
        }
    }
}

impl Paces {
    /// Counts one more command of an agent, or says after how long it may send another.
    pub(crate) fn take(
        &self,
        agent: &AgentId,
        commands_per_minute: u32,
        now: Instant,
    ) -> Result<(), Duration> {
        let now = now.saturating_duration_since(self.began);
        let mut by_agent = self.by_agent.lock().unwrap_or_else(PoisonError::into_inner);
        if by_agent.len() >= AGENTS {
            by_agent.retain(|_, pacing| pacing.budget.is_strained(now));
        }
        let pacing = by_agent
            .entry(agent.clone())
            .and_modify(|pacing| {
                if pacing.commands_per_minute != commands_per_minute {
                    *pacing = Pacing::of(commands_per_minute);
                }
            })
            .or_insert_with(|| Pacing::of(commands_per_minute));
        if let Some(until) = pacing.budget.blocked_until(now) {
            return Err(until.saturating_sub(now));
        }
        pacing.budget.spend(now);
        Ok(())
    }
}

impl Pacing {
    fn of(commands_per_minute: u32) -> Self {
        Self {
            commands_per_minute,
            budget: Budget::new(Pace {
                messages: commands_per_minute,
                within: Duration::from_mins(1),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_sends_so_many_and_then_one_at_a_time() {
        let (paces, agent) = (Paces::default(), AgentId::new("a").unwrap());
        let start = paces.began;
        for _ in 0..10 {
            assert_eq!(paces.take(&agent, 10, start), Ok(()));
        }
        let blocked = paces.take(&agent, 10, start).unwrap_err();
        assert_eq!(blocked, Duration::from_secs(6));
        let later = start + blocked;
        assert_eq!(paces.take(&agent, 10, later), Ok(()));
        assert!(paces.take(&agent, 10, later).is_err());
        let other = AgentId::new("b").unwrap();
        assert_eq!(paces.take(&other, 10, start), Ok(()));
        // Another limit counts at once.
        assert_eq!(paces.take(&agent, 20, later), Ok(()));
    }
}
