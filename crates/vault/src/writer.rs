//! The one writer: takes what is queued into one transaction and answers after the commit.
//!
//! One disk flush then serves everybody who asked meanwhile, and an answer means "durable". A job
//! that fails takes back its own writes only; a commit that fails fails all of its jobs, and the
//! next transaction starts afresh, so a disk that has room again needs nothing else.

use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use crate::{
    Error, RecordEntry,
    record::{Head, SealKey, append, write_seal},
    worker::Worker,
};

/// More than ever waits on one computer; bounds how long the first asker waits for the others.
const BATCH_SIZE: usize = 512;

/// Writes, several askers at a time.
pub(crate) struct Writer {
    worker: Worker<Box<dyn Job>>,
}

/// One transaction under way.
pub(crate) struct Batch<'a> {
    /// Where to write. Beginning and ending the transaction is the writer's business.
    pub(crate) connection: &'a Connection,
    /// The record's last entry, as this device wrote it: what somebody else did to the file
    /// meanwhile is never built upon.
    pub(crate) head: Head,
    /// Signs where the record ends.
    pub(crate) key: &'a SealKey,
}

impl Batch<'_> {
    /// Adds an entry to the record.
    pub(crate) fn append(&mut self, entry: &RecordEntry) -> Result<u64, Error> {
        self.head = append(self.connection, self.head, entry)?;
        Ok(self.head.seq)
    }
}

impl Writer {
    /// Starts writing through this connection, with the record at `head`.
    pub(crate) fn start(
        mut connection: Connection,
        mut head: Head,
        key: SealKey,
        ended: impl FnOnce(Head) + Send + 'static,
    ) -> Result<Self, Error> {
        let worker = Worker::start("vault-writer", move |mut queue| {
            let mut jobs = Vec::with_capacity(BATCH_SIZE);
            while queue.blocking_recv_many(&mut jobs, BATCH_SIZE) > 0 {
                let failure = match commit(&mut connection, head, &key, &mut jobs) {
                    Ok(committed) => {
                        head = committed;
                        None
                    }
                    Err(source) => {
                        tracing::error!(error = %source, "nothing could be written to the vault");
                        Some(source)
                    }
                };
                for mut job in jobs.drain(..) {
                    if failure.is_none() {
                        job.follow_up(&connection);
                    }
                    job.answer(failure.clone());
                }
            }
            drop(connection);
            ended(head);
        })?;
        Ok(Self { worker })
    }

    /// Runs `work` in a transaction and answers once that is durable.
    pub(crate) async fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Batch<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.submit_then(work, |_, _| {}).await
    }

    /// Runs `work` in a transaction and, once that is durable, `follow_up` outside of any; answers
    /// after both. What follows delays everybody else who writes.
    pub(crate) async fn submit_then<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Batch<'_>) -> Result<T, Error> + Send + 'static,
        follow_up: impl FnOnce(&Connection, &mut T) + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let job = Pending {
            work: Some(work),
            follow_up: Some(follow_up),
            result: Err(Error::Closed),
            reply,
        };
        self.worker.send(Box::new(job)).await?;
        answer.await.map_err(|_| Error::Closed)?
    }
}

/// Writes all jobs durably, and says where the record then ends.
pub(crate) fn commit(
    connection: &mut Connection,
    head: Head,
    key: &SealKey,
    jobs: &mut [Box<dyn Job>],
) -> Result<Head, Arc<rusqlite::Error>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut batch = Batch {
        connection: &transaction,
        head,
        key,
    };
    for job in jobs {
        job.run(&mut batch)?;
    }
    let reached = batch.head;
    if reached != head {
        write_seal(&transaction, reached, key)?;
    }
    transaction.commit()?;
    Ok(reached)
}

/// Something to write, whatever its answer's type.
pub(crate) trait Job: Send {
    /// Writes, or takes back what it wrote. Fails when the whole transaction is lost.
    fn run(&mut self, batch: &mut Batch<'_>) -> Result<(), Arc<rusqlite::Error>>;
    /// Does what can only be done once everything is durable.
    fn follow_up(&mut self, connection: &Connection);
    /// Answers, with the failure where the transaction did not become durable.
    fn answer(self: Box<Self>, failure: Option<Arc<rusqlite::Error>>);
}

struct Pending<T, W, F> {
    work: Option<W>,
    follow_up: Option<F>,
    result: Result<T, Error>,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<T, W, F> Job for Pending<T, W, F>
where
    T: Send,
    W: FnOnce(&mut Batch<'_>) -> Result<T, Error> + Send,
    F: FnOnce(&Connection, &mut T) + Send,
{
    fn run(&mut self, batch: &mut Batch<'_>) -> Result<(), Arc<rusqlite::Error>> {
        let Some(work) = self.work.take() else {
            return Ok(());
        };
        let connection = batch.connection;
        let head = batch.head;
        execute(connection, "SAVEPOINT job")?;
        self.result = work(batch).map_err(Error::in_writing);
        if let Err(error) = &self.result {
            batch.head = head;
            // SQLite takes the whole transaction back after some failures, a full disk for one.
            if let Error::Unwritable { source } = error
                && connection.is_autocommit()
            {
                return Err(Arc::clone(source));
            }
            execute(connection, "ROLLBACK TO job")?;
        }
        execute(connection, "RELEASE job")
    }

    fn follow_up(&mut self, connection: &Connection) {
        if let (Ok(result), Some(follow_up)) = (&mut self.result, self.follow_up.take()) {
            follow_up(connection, result);
        }
    }

    fn answer(self: Box<Self>, failure: Option<Arc<rusqlite::Error>>) {
        let result = match failure {
            // Its own refusal stands whatever became of the others.
            None => self.result,
            Some(source) => match self.result {
                Err(error) if !matches!(error, Error::Closed) => Err(error),
                Ok(_) | Err(_) => Err(Error::Unwritable { source }),
            },
        };
        // An asker that has gone away needs no answer; what it asked for is done.
        let _ = self.reply.send(result);
    }
}

fn execute(connection: &Connection, sql: &str) -> Result<(), Arc<rusqlite::Error>> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}
