//! A desktop for tests: remembers what it was given, and fails or hangs when told to.

use std::{
    future::{pending, ready},
    sync::{Arc, Mutex, PoisonError},
};

use chaperone_protocol::{Notified, Notify};

use super::{Notifier, Showing};
use crate::SenseError;

/// Shows nothing and remembers everything. Clones remember together.
#[derive(Debug, Clone, Default)]
pub struct RecordingNotifier {
    shown: Arc<Mutex<Vec<Notify>>>,
    mood: Mood,
}

#[derive(Debug, Clone, Default)]
enum Mood {
    #[default]
    Willing,
    Failing(SenseError),
    Hanging,
}

impl RecordingNotifier {
    /// One that shows everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// One that shows nothing and says why.
    pub fn failing(error: SenseError) -> Self {
        Self {
            mood: Mood::Failing(error),
            ..Self::default()
        }
    }

    /// One that never answers.
    pub fn hanging() -> Self {
        Self {
            mood: Mood::Hanging,
            ..Self::default()
        }
    }

    /// What it was asked to show so far, whether it did or not.
    pub fn shown(&self) -> Vec<Notify> {
        self.shown
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Notifier for RecordingNotifier {
    fn show<'a>(&'a self, notify: &'a Notify) -> Showing<'a> {
        let number = {
            let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            shown.push(notify.clone());
            u32::try_from(shown.len()).ok()
        };
        match &self.mood {
            Mood::Willing => Box::pin(ready(Ok(Notified { shown_as: number }))),
            Mood::Failing(error) => Box::pin(ready(Err(error.clone()))),
            Mood::Hanging => Box::pin(pending()),
        }
    }
}
