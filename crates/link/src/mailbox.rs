//! What the device wants said, until the driver has time for it.
//!
//! Putting never waits and never fails, because whoever puts an outcome in has nowhere else to
//! leave it. It stays small all the same: there is one outcome a command, which the journal
//! bounds, and of several reports on one command only the newest is kept.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chaperone_dialects::{Input, Upstream};
use tokio::sync::Notify;

#[derive(Default)]
pub(crate) struct Mailbox {
    letters: Mutex<VecDeque<Input>>,
    filled: Notify,
}

impl Mailbox {
    /// Puts one in.
    pub(crate) fn put(&self, letter: Input) {
        let mut letters = self.letters();
        letters.retain(|older| !supersedes(&letter, older));
        letters.push_back(letter);
        drop(letters);
        self.filled.notify_one();
    }

    /// Waits for one. Nothing is lost if the waiting is given up.
    pub(crate) async fn take(&self) -> Input {
        loop {
            if let Some(letter) = self.try_take() {
                return letter;
            }
            self.filled.notified().await;
        }
    }

    /// Takes one if there is one.
    pub(crate) fn try_take(&self) -> Option<Input> {
        self.letters().pop_front()
    }

    fn letters(&self) -> MutexGuard<'_, VecDeque<Input>> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn supersedes(newer: &Input, older: &Input) -> bool {
    match (newer, older) {
        (Input::TryNow, Input::TryNow) => true,
        (
            Input::Send(Upstream::Progress { id: newer, .. } | Upstream::Result { id: newer, .. }),
            Input::Send(Upstream::Progress { id: older, .. }),
        )
        | (
            Input::Send(Upstream::Result { id: newer, .. }),
            Input::Send(Upstream::Result { id: older, .. }),
        ) => newer == older,
        _ => false,
    }
}
