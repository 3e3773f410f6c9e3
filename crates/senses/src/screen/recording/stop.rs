//! Telling a recording's thread to stop. It is told however its handle goes.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Instant,
};

#[derive(Debug, Default)]
struct Shared {
    told: Mutex<bool>,
    changed: Condvar,
}

/// Tells it, at the latest when dropped.
#[derive(Debug)]
pub(crate) struct Stopper(Arc<Shared>);

/// Hears of it.
#[derive(Debug, Clone)]
pub(crate) struct Stop(Arc<Shared>);

/// Both ends.
pub(crate) fn pair() -> (Stopper, Stop) {
    let shared = Arc::new(Shared::default());
    (Stopper(Arc::clone(&shared)), Stop(shared))
}

impl Stopper {
    pub(crate) fn tell(&self) {
        *self.0.told.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }
}

impl Drop for Stopper {
    fn drop(&mut self) {
        self.tell();
    }
}

impl Stop {
    /// Whether it was told.
    pub(crate) fn told(&self) -> bool {
        *self.0.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until then, or until it is told; answers whether it was.
    pub(crate) fn wait_until(&self, then: Instant) -> bool {
        let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        while !*told {
            let left = then.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            (told, _) = self
                .0
                .changed
                .wait_timeout(told, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *told
    }
}
