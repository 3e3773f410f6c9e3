//! The hub's books: accounts, devices, commands, audit.
//!
//! One thread owns the one connection; whoever asks waits until the transaction is committed.
//! Nothing here knows of sockets, tokens or permissions.

mod accounts;
mod audit;
mod commands;
mod devices;
mod schema;

#[cfg(test)]
mod tests;

use std::{
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use chaperone_protocol::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::sync::{mpsc, oneshot};

pub(crate) use self::{
    accounts::{Account, NewAgent, OwnerId},
    audit::{AuditEntry, Refused},
    commands::{GivenUp, NewCommand, Settled},
    devices::{Admission, DeviceRow},
};
use crate::{Error, folder};

/// The books, from anywhere. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    jobs: mpsc::Sender<Message>,
}

enum Message {
    Run(Box<dyn FnOnce(&mut Connection) + Send>),
    Close(oneshot::Sender<()>),
}

/// How much work may wait for the thread; beyond it, whoever asks waits to be let in.
const QUEUE: usize = 256;

/// The hub's one file.
const FILE: &str = "hub.db";

/// How long a hub that is just stopping has to let go of the file.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

impl Store {
    /// Opens the file, or makes it. Blocks.
    pub(crate) fn open(data_dir: &Path) -> Result<Self, Error> {
        let folder_error = |source| Error::Folder {
            folder: data_dir.to_owned(),
            source,
        };
        folder::prepare(data_dir).map_err(folder_error)?;
        let file = data_dir.join(FILE);
        folder::prepare_file(&file).map_err(folder_error)?;
        let mut connection = connect(&file).map_err(|error| in_use(error, data_dir))?;
        schema::migrate(&mut connection)?;

        let (jobs, mut queue) = mpsc::channel(QUEUE);
        let run = move || {
            while let Some(message) = queue.blocking_recv() {
                match message {
                    Message::Run(job) => job(&mut connection),
                    Message::Close(closed) => {
                        // Closing writes the journal back; a failure there loses nothing.
                        if let Err((_, error)) = connection.close() {
                            tracing::warn!(%error, "the hub's books did not close cleanly");
                        }
                        let _ = closed.send(());
                        return;
                    }
                }
            }
        };
        thread::Builder::new()
            .name("hub-store".to_owned())
            .spawn(run)
            .map_err(folder_error)?;
        Ok(Self { jobs })
    }

    /// Does what is queued, then closes the file. Whoever asks later hears [`Error::Stopped`].
    pub(crate) async fn close(&self) {
        let (closed, done) = oneshot::channel();
        if self.jobs.send(Message::Close(closed)).await.is_ok() {
            let _ = done.await;
        }
    }

    /// Has the thread do something. Once queued it is done even if nobody waits any more.
    async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        let job = move |connection: &mut Connection| {
            let _ = answer.send(work(connection));
        };
        let message = Message::Run(Box::new(job));
        self.jobs.send(message).await.map_err(|_| Error::Stopped)?;
        answered.await.map_err(|_| Error::Stopped)?
    }
}

fn connect(file: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(LOCK_PATIENCE)?;
    // Two hubs on one file would each believe that the other's devices are offline.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A command must be on disk before it goes out, or a late answer would meet a hub that has
    // never heard of it.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

fn in_use(error: rusqlite::Error, folder: &Path) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::InUse {
            folder: PathBuf::from(folder),
        },
        _ => Error::Store(error),
    }
}

/// Times are kept as microseconds, which sort and compare as numbers.
fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

fn moment(micros: i64, row: &str) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(micros).map_err(|_| damaged("time", row))
}

fn damaged(what: &'static str, row: &str) -> Error {
    Error::Damaged {
        what,
        row: row.to_owned(),
    }
}
