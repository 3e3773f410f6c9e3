//! A thread of its own for blocking work, fed through a bounded queue.

use std::thread::{self, JoinHandle};

use tokio::sync::mpsc;

use crate::Error;

/// When this many jobs wait, the next asker waits too: the device slows down, nothing is lost.
const QUEUE_CAPACITY: usize = 1_024;

/// Feeds one thread. Dropping it lets the thread finish what is queued, and waits for it.
pub(crate) struct Worker<J> {
    /// Taken when dropped, which tells the thread to end.
    jobs: Option<mpsc::Sender<J>>,
    thread: Option<JoinHandle<()>>,
}

impl<J: Send + 'static> Worker<J> {
    /// Starts the thread with what it does with its queue.
    pub(crate) fn start(
        name: &str,
        work: impl FnOnce(mpsc::Receiver<J>) + Send + 'static,
    ) -> Result<Self, Error> {
        let (sender, receiver) = mpsc::channel(QUEUE_CAPACITY);
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || work(receiver))
            .map_err(Error::Thread)?;
        Ok(Self {
            jobs: Some(sender),
            thread: Some(thread),
        })
    }

    /// Queues a job, waiting for room.
    pub(crate) async fn send(&self, job: J) -> Result<(), Error> {
        let jobs = self.jobs.as_ref().ok_or(Error::Closed)?;
        jobs.send(job).await.map_err(|_| Error::Closed)
    }
}

impl<J> Drop for Worker<J> {
    fn drop(&mut self) {
        drop(self.jobs.take());
        // A job that held the last handle would have the thread wait for itself.
        let joinable = self
            .thread
            .take()
            .filter(|thread| thread.thread().id() != thread::current().id());
        if let Some(thread) = joinable
            && thread.join().is_err()
        {
            tracing::error!("a thread of the vault ended by a fault of its own");
        }
    }
}
