//! Sockets that hear what the others say, on the wires whose devices are one group.
//!
//! A group is one wire's and one account's: nobody hears another person's devices. What is passed
//! on is the wire's matter.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chaperone_dialects::{Audience, Downstream};

use crate::{line::Line, store::AccountId};

/// Every group of one hub.
#[derive(Debug, Default)]
pub(crate) struct Audiences {
    members: Mutex<HashMap<Group, HashMap<u64, Arc<Line>>>>,
}

/// Which wire's sockets of which account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Group {
    dialect: &'static str,
    account: AccountId,
}

/// A socket's place in its group. Dropping it leaves the group.
#[derive(Debug)]
pub(crate) struct Member {
    audiences: Arc<Audiences>,
    group: Group,
    line: Arc<Line>,
}

impl Audiences {
    pub(crate) fn join(
        self: &Arc<Self>,
        dialect: &'static str,
        account: &AccountId,
        line: &Arc<Line>,
    ) -> Member {
        let group = Group {
            dialect,
            account: account.clone(),
        };
        let mut members = self.members();
        let ours = members.entry(group.clone()).or_default();
        ours.insert(line.number(), Arc::clone(line));
        drop(members);
        Member {
            audiences: Arc::clone(self),
            group,
            line: Arc::clone(line),
        }
    }

    /// How many sockets a group has.
    pub(crate) fn size(&self, dialect: &'static str, account: &AccountId) -> usize {
        let group = Group {
            dialect,
            account: account.clone(),
        };
        self.members().get(&group).map_or(0, HashMap::len)
    }

    /// Tells everybody in a group something.
    pub(crate) fn announce(&self, dialect: &'static str, account: &AccountId, message: Downstream) {
        let group = Group {
            dialect,
            account: account.clone(),
        };
        self.spread(&group, message, |_| true);
    }

    /// One copy for all, however many and however large. Whoever does not read misses it.
    fn spread(&self, group: &Group, message: Downstream, wanted: impl Fn(u64) -> bool) {
        let lines: Vec<Arc<Line>> = self
            .members()
            .get(group)
            .into_iter()
            .flatten()
            .filter(|(number, _)| wanted(**number))
            .map(|(_, line)| Arc::clone(line))
            .collect();
        let message = Arc::new(message);
        for line in lines {
            if line.put(Arc::clone(&message)).is_err() {
                tracing::debug!(
                    line = line.number(),
                    "a socket does not read what all are told"
                );
            }
        }
    }

    /// Tables are whole between any two operations, so a poisoned lock is as good as any.
    fn members(&self) -> MutexGuard<'_, HashMap<Group, HashMap<u64, Arc<Line>>>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Member {
    /// Tells the group something, seen from this member.
    pub(crate) fn tell(&self, audience: Audience, message: Downstream) {
        let own = self.line.number();
        self.audiences
            .spread(&self.group, message, |number| match audience {
                Audience::Sender => number == own,
                Audience::Others => number != own,
                Audience::All => true,
            });
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut members = self.audiences.members();
        if let Some(group) = members.get_mut(&self.group) {
            group.remove(&self.line.number());
            if group.is_empty() {
                members.remove(&self.group);
            }
        }
    }
}
