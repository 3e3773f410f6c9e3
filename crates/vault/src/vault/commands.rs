//! The handle's part for commands: where each stands.

use chaperone_protocol::{CommandState, Timestamp};

use super::Vault;
use crate::{Arrival, Error, JournalEntry, Received, RecordEntry, Step, journal};

impl Vault {
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

    /// Takes commands out of the journal that were delivered before then, and says how many. Their
    /// ids are still known, and the record keeps their history. It goes in small steps, so that
    /// nobody who writes meanwhile waits for it.
    pub async fn prune_journal(&self, before: Timestamp) -> Result<u64, Error> {
        let mut pruned = 0_u64;
        loop {
            let writer = &self.shared.writer;
            let step = writer
                .submit(move |batch| journal::prune(batch.connection, before))
                .await?;
            if step == 0 {
                return Ok(pruned);
            }
            pruned = pruned.saturating_add(step);
        }
    }
}
