//! The handle: everything the device may ask of its memory.

use std::{path::Path, sync::Arc};

use chaperone_protocol::{AgentId, Capability, CommandState, ConnectionId, Timestamp};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Arrival, Error, JournalEntry, Received, RecordEntry, RecordRow, SecretStore, Step, journal,
    lock::DirLock,
    platform,
    reader::Reader,
    record, schema,
    settings::{self, Acquaintance},
    store,
    writer::Writer,
};

/// Everything durable of one device, but for its secrets.
///
/// A handle is cheap to clone. Whatever writes answers after the commit: what was answered is
/// there after any crash, and what was asked is written even when the asker stops waiting.
/// Dropping the last handle finishes what is queued and frees the folder; it blocks meanwhile.
#[derive(Clone)]
pub struct Vault {
    shared: Arc<Shared>,
}

/// Dropped in this order: the writer closes the file last, which tidies its log away, and only
/// then may another process take the folder.
struct Shared {
    reader: Reader,
    writer: Writer,
    secrets: SecretStore,
    notices: Vec<String>,
    _lock: DirLock,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// Opens the vault in this folder, made if need be, for this process alone. Blocks while the
    /// file is checked.
    pub fn open(dir: &Path, secrets: SecretStore) -> Result<Self, Error> {
        platform::private_dir(dir)?;
        let lock = DirLock::take(dir)?;
        let store::Opened {
            mut connection,
            set_aside,
        } = store::open(dir)?;
        let origin = schema::migrate(&mut connection)?;
        let key = record::load_key(&secrets)?;
        let record::Resumed { head, notice } = record::resume(
            &mut connection,
            origin,
            set_aside.as_deref(),
            &key,
            &secrets,
        )?;
        record::remember_mark(&secrets, head.seq)?;
        let reader = Reader::start(store::open_for_reading(&store::path_in(dir))?)?;
        let mark = secrets.clone();
        let writer = Writer::start(connection, head, key, move |head| {
            if let Err(error) = record::remember_mark(&mark, head.seq) {
                tracing::warn!(%error, "could not note how far the record has come");
            }
        })?;
        Ok(Self {
            shared: Arc::new(Shared {
                reader,
                writer,
                secrets,
                notices: notice.into_iter().collect(),
                _lock: lock,
            }),
        })
    }

    /// What the person should know about the opening, in sentences.
    pub fn notices(&self) -> &[String] {
        &self.shared.notices
    }

    /// Where the secrets are.
    pub fn secrets(&self) -> &SecretStore {
        &self.shared.secrets
    }

    /// Takes a command into the journal, or finds it there.
    pub async fn receive(&self, arrival: Arrival) -> Result<Received, Error> {
        self.shared
            .writer
            .submit(move |batch| journal::receive(batch.connection, &arrival))
            .await
    }

    /// Takes a command into the journal and its arrival into the record, together; one that is
    /// known leaves both as they are. The entry is made once the journal's number is known.
    pub async fn receive_recorded(
        &self,
        arrival: Arrival,
        entry: impl FnOnce(u64) -> RecordEntry + Send + 'static,
    ) -> Result<Received, Error> {
        self.shared
            .writer
            .submit(move |batch| {
                let received = journal::receive(batch.connection, &arrival)?;
                if let Received::New(new) = &received {
                    let entry = entry(new.number);
                    entry.check()?;
                    batch.append(&entry)?;
                }
                Ok(received)
            })
            .await
    }

    /// Takes a command one step on, and says so in the record, both or neither. Answers the
    /// record entry's number where there is one.
    pub async fn transition(
        &self,
        number: u64,
        step: Step,
        at: Timestamp,
        record: Option<RecordEntry>,
    ) -> Result<Option<u64>, Error> {
        record.as_ref().map_or(Ok(()), RecordEntry::check)?;
        self.shared
            .writer
            .submit(move |batch| {
                journal::transition(batch.connection, number, &step, at)?;
                record.map(|entry| batch.append(&entry)).transpose()
            })
            .await
    }

    /// Reads one journal entry.
    pub async fn entry(&self, number: u64) -> Result<Option<JournalEntry>, Error> {
        self.shared
            .reader
            .ask(move |connection| journal::entry(connection, number))
            .await
    }

    /// Commands without an outcome, oldest first.
    pub async fn unsettled(&self) -> Result<Vec<JournalEntry>, Error> {
        self.open_entries(|state| !state.is_settled()).await
    }

    /// Commands whose outcome the hub does not have yet, oldest first.
    pub async fn undelivered(&self) -> Result<Vec<JournalEntry>, Error> {
        self.open_entries(CommandState::is_settled).await
    }

    async fn open_entries(
        &self,
        wanted: fn(CommandState) -> bool,
    ) -> Result<Vec<JournalEntry>, Error> {
        self.shared
            .reader
            .ask(move |connection| journal::open_entries(connection, wanted))
            .await
    }

    /// Adds an entry to the record, and answers its number.
    pub async fn append(&self, entry: RecordEntry) -> Result<u64, Error> {
        entry.check()?;
        self.shared
            .writer
            .submit(move |batch| batch.append(&entry))
            .await
    }

    /// Reads the record, newest first: at most `limit` entries, and never more than a thousand,
    /// older than `before`, of these kinds or of all when none is named.
    pub async fn record_page(
        &self,
        before: Option<u64>,
        limit: u32,
        kinds: &[&str],
    ) -> Result<Vec<RecordRow>, Error> {
        let before = before.unwrap_or(u64::MAX);
        let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        self.shared
            .reader
            .ask(move |connection| record::page(connection, before, limit, &kinds))
            .await
    }

    /// Reads a setting; one that was never set is none.
    pub async fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        let key = key.to_owned();
        let value = self
            .shared
            .reader
            .ask(move |connection| settings::setting(connection, &key))
            .await?;
        value
            .map(|value| serde_json::from_str(&value))
            .transpose()
            .map_err(|error| Error::decode("setting", error))
    }

    /// Changes a setting, and says so in the record, both or neither.
    pub async fn set_setting<T: Serialize + ?Sized>(
        &self,
        key: &str,
        value: &T,
        record: Option<RecordEntry>,
    ) -> Result<(), Error> {
        record.as_ref().map_or(Ok(()), RecordEntry::check)?;
        let value = serde_json::to_string(value).map_err(|source| Error::Encode {
            what: "setting",
            source,
        })?;
        let key = key.to_owned();
        self.shared
            .writer
            .submit(move |batch| {
                settings::set_setting(batch.connection, &key, &value)?;
                record.map(|entry| batch.append(&entry)).transpose()?;
                Ok(())
            })
            .await
    }

    /// Whether the person has let this agent do this before.
    pub async fn allowed_before(
        &self,
        connection: &ConnectionId,
        agent: Option<&AgentId>,
        capability: Capability,
    ) -> Result<bool, Error> {
        let acquaintance = Acquaintance {
            connection: connection.clone(),
            agent: agent.cloned(),
            capability,
        };
        self.shared
            .reader
            .ask(move |connection| acquaintance.exists(connection))
            .await
    }

    /// Remembers that the person let this agent do this.
    pub async fn remember_allowed(
        &self,
        connection: &ConnectionId,
        agent: Option<&AgentId>,
        capability: Capability,
        at: Timestamp,
    ) -> Result<(), Error> {
        let acquaintance = Acquaintance {
            connection: connection.clone(),
            agent: agent.cloned(),
            capability,
        };
        self.shared
            .writer
            .submit(move |batch| acquaintance.remember(batch.connection, at))
            .await
    }
}

#[cfg(test)]
mod tests;
