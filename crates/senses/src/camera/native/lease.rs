//! Who holds which camera.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{SenseError, camera::FoundCamera};

/// The cameras in use by this process.
#[derive(Debug, Clone, Default)]
pub(super) struct Leases {
    held: Arc<Mutex<HashSet<String>>>,
}

/// The use of one camera. Dropping it gives the camera back.
#[derive(Debug)]
pub(super) struct Lease {
    id: String,
    held: Arc<Mutex<HashSet<String>>>,
}

impl Leases {
    /// Takes the camera, unless it is taken.
    pub(super) fn take(&self, camera: &FoundCamera) -> Result<Lease, SenseError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if !held.insert(camera.id.clone()) {
            return Err(SenseError::Busy(format!(
                "the camera {:?} is already taking a photo: try again in some seconds",
                camera.name
            )));
        }
        Ok(Lease {
            id: camera.id.clone(),
            held: Arc::clone(&self.held),
        })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.id);
    }
}
