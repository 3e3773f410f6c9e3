//! Events on their way to be told: noticed without waiting, taken down by one task.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use tokio::sync::mpsc;

use crate::{
    Error,
    events::Event,
    store::{AccountId, Store},
};

/// How many events may wait to be taken down; beyond it they are not told.
const ROOM: usize = 4_096;

/// An event, and whose.
pub(super) type Noticed = (AccountId, Arc<Event>);

/// What is to be told, and of whom at all.
pub(crate) struct Inbox {
    accounts: RwLock<HashSet<AccountId>>,
    sender: mpsc::Sender<Noticed>,
    receiver: Mutex<Option<mpsc::Receiver<Noticed>>>,
}

impl Default for Inbox {
    fn default() -> Self {
        let (sender, receiver) = mpsc::channel(ROOM);
        Self {
            accounts: RwLock::default(),
            sender,
            receiver: Mutex::new(Some(receiver)),
        }
    }
}

impl Inbox {
    /// Has an event told, if anybody of that account is to be told anything. Never waits.
    pub(crate) fn notice(&self, account: &AccountId, event: &Arc<Event>) {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        if accounts.contains(account)
            && self
                .sender
                .try_send((account.clone(), Arc::clone(event)))
                .is_err()
        {
            tracing::warn!(kind = event.kind, "too much happens: an event is not told");
        }
    }

    /// Looks again who is to be told, after a change.
    pub(crate) async fn renew(&self, store: &Store) -> Result<(), Error> {
        let now = store.accounts_with_webhooks().await?;
        *self
            .accounts
            .write()
            .unwrap_or_else(PoisonError::into_inner) = now;
        Ok(())
    }

    /// Gives back the end from which they are taken down.
    pub(super) fn put_back(&self, receiver: mpsc::Receiver<Noticed>) {
        let mut place = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        *place = Some(receiver);
    }

    /// The end from which they are taken down. There is one.
    pub(super) fn take(&self) -> Option<mpsc::Receiver<Noticed>> {
        self.receiver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}
