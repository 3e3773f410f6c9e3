//! One socket, as the rest of the hub sees it: what it is to be told, and when it was last heard.
//!
//! Thousands of these are idle at any time, so an empty one holds no memory for its queue and
//! there is one waker in the place of a channel. Who is told what is the switchboard's matter.

use std::{
    collections::VecDeque,
    future,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    task::{Poll, Waker},
};

use chaperone_dialects::Downstream;
use chaperone_protocol::Timestamp;

/// How many messages may wait for one socket. Beyond it a command is refused, and what all hear is
/// not heard here: the device does not read.
const WAITING: usize = 64;

/// A socket's line. Its number is its own for as long as the hub runs.
#[derive(Debug)]
pub(crate) struct Line {
    number: u64,
    heard_at: AtomicI64,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Arc<Downstream>>,
    ended: bool,
    waker: Option<Waker>,
}

/// Why a line takes no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dead {
    /// Its socket is not the one any more, or is gone.
    Ended,
    /// As much waits for it as may.
    Full,
}

impl Line {
    pub(crate) fn new(number: u64, now: Timestamp) -> Self {
        Self {
            number,
            heard_at: AtomicI64::new(now.as_microsecond()),
            queue: Mutex::default(),
        }
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Takes down that something came over the socket.
    pub(crate) fn heard(&self, now: Timestamp) {
        self.heard_at.store(now.as_microsecond(), Ordering::Relaxed);
    }

    pub(crate) fn heard_at(&self) -> Option<Timestamp> {
        Timestamp::from_microsecond(self.heard_at.load(Ordering::Relaxed)).ok()
    }

    /// Has the socket told something.
    pub(crate) fn put(&self, message: Arc<Downstream>) -> Result<(), Dead> {
        let mut queue = self.queue();
        if queue.ended {
            return Err(Dead::Ended);
        }
        if queue.messages.len() >= WAITING {
            return Err(Dead::Full);
        }
        queue.messages.push_back(message);
        wake(queue);
        Ok(())
    }

    /// Lets the socket end, once it was told what waits.
    pub(crate) fn end(&self) {
        let mut queue = self.queue();
        queue.ended = true;
        wake(queue);
    }

    /// The next message; `None` once the line has ended. One task may wait at a time.
    pub(crate) async fn next(&self) -> Option<Downstream> {
        let message = future::poll_fn(|cx| {
            let mut queue = self.queue();
            if let Some(message) = queue.messages.pop_front() {
                if queue.messages.is_empty() {
                    queue.messages = VecDeque::new();
                }
                return Poll::Ready(Some(message));
            }
            if queue.ended {
                return Poll::Ready(None);
            }
            if !queue
                .waker
                .as_ref()
                .is_some_and(|waker| waker.will_wake(cx.waker()))
            {
                queue.waker = Some(cx.waker().clone());
            }
            Poll::Pending
        });
        message.await.map(Arc::unwrap_or_clone)
    }

    /// A queue is whole between any two of its operations, so a poisoned lock is as good as any.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes whoever waits, after the lock is let go.
fn wake(mut queue: MutexGuard<'_, Queue>) {
    let waker = queue.waker.take();
    drop(queue);
    if let Some(waker) = waker {
        waker.wake();
    }
}
