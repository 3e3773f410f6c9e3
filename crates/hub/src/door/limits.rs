//! How many sockets there may be, of all and of one account.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::store::AccountId;

/// As many sockets are open at a time.
const SOCKETS: usize = 20_000;

/// Counts sockets.
#[derive(Debug)]
pub(crate) struct Limits {
    all: usize,
    of_account: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    of_account: HashMap<AccountId, usize>,
}

/// A socket's place. Dropping it makes room for another.
#[derive(Debug)]
pub(super) struct Room {
    limits: Arc<Limits>,
    account: AccountId,
}

impl Default for Limits {
    /// One account may have all of them: most hubs have one.
    fn default() -> Self {
        Self::new(SOCKETS, SOCKETS)
    }
}

impl Limits {
    pub(crate) fn new(all: usize, of_account: usize) -> Self {
        Self {
            all,
            of_account,
            open: Mutex::default(),
        }
    }

    /// Takes a place, if there is one.
    pub(super) fn room(self: &Arc<Self>, account: &AccountId) -> Option<Room> {
        let mut open = self.open();
        let of_account = open.of_account.get(account).copied().unwrap_or(0);
        if open.all >= self.all || of_account >= self.of_account {
            return None;
        }
        open.all += 1;
        open.of_account.insert(account.clone(), of_account + 1);
        drop(open);
        Some(Room {
            limits: Arc::clone(self),
            account: account.clone(),
        })
    }

    /// Counts are whole between any two operations, so a poisoned lock is as good as any.
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut open = self.limits.open();
        open.all = open.all.saturating_sub(1);
        if let Some(count) = open.of_account.get_mut(&self.account) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.of_account.remove(&self.account);
            }
        }
    }
}
