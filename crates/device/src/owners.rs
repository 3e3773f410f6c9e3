//! Who uses which camera or display: each has one user at a time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Something that one command at a time can use.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    Camera(String),
    Display(String),
}

/// Who uses what. Cheap to clone; all clones know the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Owners(Arc<Mutex<HashMap<Source, String>>>);

/// The right to use one source. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Lease {
    owners: Owners,
    source: Source,
}

impl Owners {
    /// Takes a source for this user, or says who has it.
    pub(crate) fn take(&self, source: Source, user: &str) -> Result<Lease, String> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(owner) = held.get(&source) {
            return Err(owner.clone());
        }
        held.insert(source.clone(), user.to_owned());
        Ok(Lease {
            owners: self.clone(),
            source,
        })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut held = self.owners.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.remove(&self.source);
    }
}
