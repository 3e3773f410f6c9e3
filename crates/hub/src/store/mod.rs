//! The hub's books: accounts, agents, devices, commands, audit.
//!
//! One thread writes, others read, in SQLite or in PostgreSQL; whoever has something written waits
//! until it is committed. Nothing here knows of sockets, tokens or permissions.

mod accounts;
mod agents;
mod applications;
mod artifacts;
mod asked;
mod audit;
mod begun;
mod books;
mod commands;
mod devices;
mod groups;
mod memo;
mod proposals;
mod recordings;
mod runs;
mod schema;
mod seal;
mod sessions;
mod sql;
mod state;
mod supervisions;
mod training;
mod underway;
mod webhooks;
mod worker;

#[cfg(test)]
mod tests;

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use chaperone_protocol::{AgentId, CommandId, DeviceId, Timestamp};

pub use self::seal::Verified;
pub(crate) use self::{
    accounts::{Account, AccountChange, AccountId, Credentials, Role},
    agents::{
        AgentChange, AgentRow, COMMANDS_PER_MINUTE, KeyRow, Level, Moved, NewAgent, Standing,
    },
    applications::{Application, Asked},
    artifacts::{Artifact, Quota},
    asked::{CommandRow, State},
    audit::{Attempt, AuditEntry},
    books::{Books, Line},
    commands::{Added, GivenUp, Key, NewCommand, Settled, Start},
    devices::{Admission, DeviceRow},
    groups::{Group, Kept},
    proposals::{NewProposal, Proposal, ProposalKind, Status},
    recordings::configuration,
    runs::{NewRun, RunRow},
    seal::SealKey,
    sessions::{Rotated, Session, SessionKind},
    sql::{Cell, Row, Sql, Survives, cells},
    supervisions::{Intervention, NewSupervision, Supervision},
    webhooks::{Attempted, Delivery, Webhook},
};
use self::{
    begun::Begun,
    memo::Memo,
    sql::{Access, Postgres, Sqlite},
    underway::Underway,
    worker::{Readers, Writer},
};
use crate::{Error, device_key::DeviceKey, events::Events, folder, meter::Histogram};

/// Where the books are kept.
#[derive(Clone)]
pub enum Place {
    /// In a file in the hub's own folder.
    File,
    /// In a PostgreSQL database, at this URL. Secret: it may hold a password.
    Database(String),
}

/// The books, from anywhere. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    writer: Writer,
    readers: Readers,
    /// Where the books are on this computer, too: beside those of a server a file would not be
    /// found by a hub that goes on somewhere else.
    underway: Option<Arc<Underway>>,
    events: Arc<Events>,
    memory: Arc<Memory>,
    seal: SealKey,
}

/// A folder that is this hub's alone for as long as this lives.
pub(crate) struct Lock {
    folder: PathBuf,
    _file: File,
}

/// What every request asks.
struct Memory {
    accounts: Memo<AccountId, Account>,
    agents_by_key: Memo<[u8; 32], AgentRow>,
    agents: Memo<AgentId, AgentRow>,
    /// Whose a device is, and whether it was paired with a key.
    devices: Memo<DeviceId, (AccountId, bool)>,
    /// Until when a session stands, and the key that it is bound to.
    sessions: Memo<String, (Timestamp, Option<DeviceKey>)>,
}

impl Memory {
    fn forget(&self) {
        self.accounts.forget();
        self.agents.forget();
        self.agents_by_key.forget();
        self.devices.forget();
        self.sessions.forget();
    }
}

/// The hub's one file, where it keeps its books in one.
const FILE: &str = "hub.sqlite";
/// Two hubs on one folder would each believe that the other's devices are offline.
const LOCK: &str = "hub.lock";
/// How long a hub that is just stopping has to let go of the folder.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);
const LOCK_LOOK: Duration = Duration::from_millis(20);
/// As many look things up at a time.
const READERS: usize = 2;
/// As many answers of a kind are kept in memory.
const REMEMBERED: usize = 20_000;

impl Store {
    /// Takes the folder for this hub alone, and makes it if it is not there. Blocks.
    pub(crate) fn lock(data_dir: &Path) -> Result<Lock, Error> {
        let problem = |source| folder_error(data_dir, source);
        folder::prepare(data_dir).map_err(problem)?;
        let path = data_dir.join(LOCK);
        folder::prepare_file(&path).map_err(problem)?;
        let file = File::options().write(true).open(&path).map_err(problem)?;
        let until = Instant::now() + LOCK_PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < until => {
                    thread::sleep(LOCK_LOOK);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::InUse {
                        folder: data_dir.to_owned(),
                    });
                }
                Err(TryLockError::Error(source)) => return Err(problem(source)),
            }
        }
        Ok(Lock {
            folder: data_dir.to_owned(),
            _file: file,
        })
    }

    /// Opens the books, or makes them. Blocks.
    pub(crate) fn open(
        lock: Lock,
        place: &Place,
        seal: SealKey,
        events: Arc<Events>,
    ) -> Result<Self, Error> {
        let (writing, reading, underway) = match place {
            Place::File => in_file(&lock.folder)?,
            Place::Database(url) => in_database(url)?,
        };
        let books = Books::new(writing, seal.clone(), Arc::clone(&events), lock);
        Ok(Self {
            writer: Writer::start(books)?,
            readers: Readers::start(reading)?,
            underway,
            events,
            memory: Arc::new(Memory {
                accounts: Memo::new(REMEMBERED),
                agents_by_key: Memo::new(REMEMBERED),
                agents: Memo::new(REMEMBERED),
                devices: Memo::new(REMEMBERED),
                sessions: Memo::new(REMEMBERED),
            }),
            seal,
        })
    }

    /// Whether the books can be read, and the writer gets through a transaction.
    pub(crate) async fn answers(&self) -> Result<(), Error> {
        self.read(|sql| sql.row("SELECT 1 AS one", &[]).map(drop))
            .await?;
        // Something is really written, or a full disk would not be noticed.
        self.write(|books| {
            books.execute(
                "INSERT INTO memory (name, value) VALUES ('hub.probe', ?1)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                cells![Timestamp::now().to_string()],
            )?;
            Ok(())
        })
        .await
    }

    /// How much waits to be written, and to be looked up.
    pub(crate) fn depths(&self) -> (usize, usize) {
        (self.writer.depth(), self.readers.depth())
    }

    /// How long transactions took.
    pub(crate) fn commits(&self) -> &Histogram {
        self.writer.commits()
    }

    /// Does what is queued, then closes. Whoever asks later hears [`Error::Stopped`].
    pub(crate) async fn close(&self) {
        // The last to close a file puts everything into it.
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Has something written, together with whatever else is, and waits until it is committed. The
    /// work may be done more than once, after a rollback, so it must not change anything but the
    /// books.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Books) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.writer.write(Survives::PowerCut, work).await
    }

    async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut dyn Sql) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.readers.read(look).await
    }

    /// A command that has no row yet.
    fn begun(&self, id: &CommandId) -> Option<Arc<Begun>> {
        self.underway.as_ref()?.get(id)
    }

    /// It has one now.
    fn has_row(&self, id: &CommandId) {
        if let Some(underway) = &self.underway {
            underway.remove(id);
        }
    }

    /// Writes a line of the audit that belongs to no other change.
    pub(crate) async fn write_down(&self, line: Line) -> Result<(), Error> {
        self.write(move |books| books.write_down(&line)).await
    }

    /// Checks the whole audit.
    pub(crate) async fn verify(&self) -> Result<Verified, Error> {
        let seal = self.seal.clone();
        // By the writer, so that the end does not move meanwhile.
        self.write(move |books| seal.verify(&mut **books)).await
    }
}

type Connection = Box<dyn Sql + Send>;
/// One to write through, some to read through, and what is underway.
type Opened = (Connection, Vec<Connection>, Option<Arc<Underway>>);

fn in_file(data_dir: &Path) -> Result<Opened, Error> {
    let file = data_dir.join(FILE);
    folder::prepare_file(&file).map_err(|source| folder_error(data_dir, source))?;
    let mut writing = Sqlite::open(&file, Access::Write)?;
    schema::migrate(&mut writing)?;
    let (underway, left) = Underway::open(data_dir)?;
    writing.begin(Survives::PowerCut)?;
    for begun in &left {
        begun::insert(&mut writing, begun, None, "waiting", None)?;
    }
    writing.commit()?;
    underway.empty()?;
    let reading = (0..READERS)
        .map(|_| Ok(Box::new(Sqlite::open(&file, Access::Read)?) as Connection))
        .collect::<Result<_, Error>>()?;
    Ok((Box::new(writing), reading, Some(Arc::new(underway))))
}

fn in_database(url: &str) -> Result<Opened, Error> {
    let mut writing = Postgres::open(url)?;
    if !writing.claim()? {
        return Err(Error::DatabaseInUse);
    }
    schema::migrate(&mut writing)?;
    let reading = (0..READERS)
        .map(|_| Ok(Box::new(Postgres::open(url)?) as Connection))
        .collect::<Result<_, Error>>()?;
    Ok((Box::new(writing), reading, None))
}

fn folder_error(folder: &Path, source: std::io::Error) -> Error {
    Error::Folder {
        folder: folder.to_owned(),
        source,
    }
}

fn damaged(what: &'static str, row: &str) -> Error {
    Error::Damaged {
        what,
        row: row.to_owned(),
    }
}
