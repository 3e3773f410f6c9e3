//! Sentences that a person should read, whatever window is open. What is shown is always all of
//! them.

use std::sync::{Arc, Mutex, PoisonError};

/// The sentences. Cheap to clone; all clones hold the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notices(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
struct Held {
    lasting: Vec<String>,
    unwritable: Option<String>,
}

impl Notices {
    pub(crate) fn new(lasting: Vec<String>) -> Self {
        Self(Arc::new(Mutex::new(Held {
            lasting,
            unwritable: None,
        })))
    }

    pub(crate) fn all(&self) -> Vec<String> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.lasting
            .iter()
            .chain(&held.unwritable)
            .cloned()
            .collect()
    }

    /// Whether the record can be written, and why not.
    pub(crate) fn unwritable(&self, cause: Option<String>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.unwritable = cause.map(|cause| {
            format!("The record cannot be written, so nothing is run for agents: {cause}")
        });
    }
}
