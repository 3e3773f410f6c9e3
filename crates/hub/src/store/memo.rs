//! What is asked again and again, kept in memory until somebody changes it.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{PoisonError, RwLock},
};

/// Answers by their questions. All are forgotten at a change: changes are rare.
#[derive(Debug)]
pub(super) struct Memo<K, V> {
    kept: RwLock<Kept<K, V>>,
    most: usize,
}

#[derive(Debug)]
struct Kept<K, V> {
    /// Which change was the last: an answer that was read before it may be old.
    since: u64,
    answers: HashMap<K, V>,
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    pub(super) fn new(most: usize) -> Self {
        Self {
            kept: RwLock::new(Kept {
                since: 0,
                answers: HashMap::new(),
            }),
            most,
        }
    }

    /// The answer, or the number of the last change, to be given back with the answer.
    pub(super) fn get(&self, question: &K) -> Result<V, u64> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.answers.get(question).cloned().ok_or(kept.since)
    }

    /// Keeps an answer, unless something has changed since the question was put.
    pub(super) fn keep(&self, since: u64, question: K, answer: V) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.since != since {
            return;
        }
        if kept.answers.len() >= self.most {
            kept.answers.clear();
        }
        kept.answers.insert(question, answer);
    }

    /// To be called after a change is committed and before anybody is told.
    pub(super) fn forget(&self) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.since += 1;
        kept.answers.clear();
    }
}
