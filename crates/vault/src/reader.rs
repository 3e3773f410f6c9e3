//! The reading side: its own connection and thread, so that looking things up neither waits for
//! the writer nor fails with it when the disk is full.

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::{Error, worker::Worker};

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// Answers questions, one after the other.
pub(crate) struct Reader {
    worker: Worker<Job>,
}

impl Reader {
    /// Starts answering from this connection.
    pub(crate) fn start(connection: Connection) -> Result<Self, Error> {
        let worker = Worker::start("vault-reader", move |mut jobs| {
            while let Some(job) = jobs.blocking_recv() {
                let job: Job = job;
                job(&connection);
            }
        })?;
        Ok(Self { worker })
    }

    /// Asks; sees everything answered by the writer before.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        self.worker
            .send(Box::new(move |connection| {
                // An asker that has gone away needs no answer.
                let _ = reply.send(question(connection));
            }))
            .await?;
        answer.await.map_err(|_| Error::Closed)?
    }
}
