//! The handle's part for hubs: pairings and their secrets, agents, reports that wait.

use chaperone_protocol::{Agent, AgentId, ConnectionId, Maturity, Report, Timestamp};

use super::{Vault, blocking};
use crate::{
    ConnectionChange, Error, KnownAgent, LevelChange, NewConnection, QueuedReport, RecordEntry,
    Secret, StoredConnection, agents, connections, reports,
};

impl Vault {
    /// All pairings, in the person's order.
    pub async fn connections(&self) -> Result<Vec<StoredConnection>, Error> {
        self.shared.reader.ask(connections::all).await
    }

    /// Adds a pairing as the last, and says so in the record, both or neither.
    pub async fn add_connection(
        &self,
        new: NewConnection,
        at: Timestamp,
        record: Option<RecordEntry>,
    ) -> Result<(), Error> {
        self.write_recorded(record, move |connection| {
            connections::add(connection, &new, at)
        })
        .await
    }

    /// Changes a pairing, if it is still the one of this version, and says so in the record, both
    /// or neither. Answers the version it has then.
    pub async fn change_connection(
        &self,
        id: &ConnectionId,
        version: u64,
        change: ConnectionChange,
        record: Option<RecordEntry>,
    ) -> Result<u64, Error> {
        let id = id.clone();
        self.write_recorded(record, move |connection| {
            connections::change(connection, &id, version, &change)
        })
        .await
    }

    /// Puts the pairings in this order; those that are not named come after.
    pub async fn arrange_connections(&self, order: Vec<ConnectionId>) -> Result<(), Error> {
        self.write(move |connection| connections::arrange(connection, &order))
            .await
    }

    /// Takes a pairing out with its secrets, its agents, its reports and what was answered to
    /// them, and says so in the record. What it asked stays in the journal and in the record.
    pub async fn remove_connection(
        &self,
        id: &ConnectionId,
        record: Option<RecordEntry>,
    ) -> Result<(), Error> {
        // The secrets first: should the keyring refuse, the pairing is still there to try again.
        let of = id.clone();
        let names = self
            .shared
            .reader
            .ask(move |connection| connections::secrets(connection, &of))
            .await?;
        for name in names {
            self.delete_connection_secret(id, &name).await?;
        }
        let id = id.clone();
        self.write_recorded(record, move |connection| {
            connections::remove(connection, &id)
        })
        .await
    }

    /// Reads a secret of a pairing, such as its token; one that was never set is none.
    pub async fn connection_secret(
        &self,
        id: &ConnectionId,
        name: &str,
    ) -> Result<Option<Secret>, Error> {
        let (secrets, name) = (
            self.shared.secrets.clone(),
            connections::secret_name(id, name),
        );
        blocking(move || secrets.get(&name)).await
    }

    /// Sets a secret of a pairing, in place of one of that name. It is in the secret store alone.
    pub async fn set_connection_secret(
        &self,
        id: &ConnectionId,
        name: &str,
        secret: Secret,
    ) -> Result<(), Error> {
        let (of, called) = (id.clone(), name.to_owned());
        // Noted before it is there, so that none is ever left behind unknown.
        self.write(move |connection| connections::note_secret(connection, &of, &called))
            .await?;
        let (secrets, name) = (
            self.shared.secrets.clone(),
            connections::secret_name(id, name),
        );
        blocking(move || secrets.set(&name, &secret)).await
    }

    /// Removes a secret of a pairing; one that was never set is no error.
    pub async fn delete_connection_secret(
        &self,
        id: &ConnectionId,
        name: &str,
    ) -> Result<(), Error> {
        let (secrets, stored) = (
            self.shared.secrets.clone(),
            connections::secret_name(id, name),
        );
        blocking(move || secrets.delete(&stored)).await?;
        let (of, called) = (id.clone(), name.to_owned());
        self.write(move |connection| connections::forget_secret(connection, &of, &called))
            .await
    }

    /// Notes that an agent asked for something. Answers the change of what its hub claims for it,
    /// if there is one; meeting it is one.
    pub async fn see_agent(
        &self,
        connection: &ConnectionId,
        agent: &Agent,
        at: Timestamp,
    ) -> Result<Option<LevelChange>, Error> {
        let (hub, agent) = (connection.clone(), agent.clone());
        self.write(move |connection| agents::see(connection, &hub, &agent, at))
            .await
    }

    /// All agents that were met, the one seen last first within its pairing.
    pub async fn agents(&self) -> Result<Vec<KnownAgent>, Error> {
        self.shared.reader.ask(agents::all).await
    }

    /// One agent, if it was met.
    pub async fn agent(
        &self,
        connection: &ConnectionId,
        id: &AgentId,
    ) -> Result<Option<KnownAgent>, Error> {
        let (hub, id) = (connection.clone(), id.clone());
        self.shared
            .reader
            .ask(move |connection| agents::find(connection, &hub, &id))
            .await
    }

    /// The changes of an agent's levels, newest first: who, when, from, to.
    pub async fn level_changes(
        &self,
        connection: &ConnectionId,
        id: &AgentId,
    ) -> Result<Vec<LevelChange>, Error> {
        let (hub, id) = (connection.clone(), id.clone());
        self.shared
            .reader
            .ask(move |connection| agents::changes(connection, &hub, &id))
            .await
    }

    /// Sets or takes away the person's ceiling for an agent that was met, and says so in the
    /// record, both or neither. Answers the change, if it is one.
    pub async fn set_agent_ceiling(
        &self,
        connection: &ConnectionId,
        id: &AgentId,
        ceiling: Option<Maturity>,
        at: Timestamp,
        record: Option<RecordEntry>,
    ) -> Result<Option<LevelChange>, Error> {
        let (hub, id) = (connection.clone(), id.clone());
        self.write_recorded(record, move |connection| {
            agents::set_ceiling(connection, &hub, &id, ceiling, at)
        })
        .await
    }

    /// Mutes an agent that was met, or hears it again, and says so in the record, both or neither.
    pub async fn set_agent_muted(
        &self,
        connection: &ConnectionId,
        id: &AgentId,
        muted: bool,
        record: Option<RecordEntry>,
    ) -> Result<(), Error> {
        let (hub, id) = (connection.clone(), id.clone());
        self.write_recorded(record, move |connection| {
            agents::set_muted(connection, &hub, &id, muted)
        })
        .await
    }

    /// Keeps a report until its hub has it, or until there are too many. Answers its number, and
    /// how many older ones had to go for it.
    pub async fn queue_report(
        &self,
        connection: &ConnectionId,
        report: Report,
        at: Timestamp,
    ) -> Result<(u64, u64), Error> {
        let hub = connection.clone();
        let queued = self
            .write(move |connection| reports::queue(connection, &hub, &report, at))
            .await?;
        Ok((queued.number, queued.dropped))
    }

    /// The reports that wait for a hub, oldest first.
    pub async fn queued_reports(
        &self,
        connection: &ConnectionId,
        limit: u32,
    ) -> Result<Vec<QueuedReport>, Error> {
        let hub = connection.clone();
        self.shared
            .reader
            .ask(move |connection| reports::waiting(connection, &hub, limit))
            .await
    }

    /// A hub has this report: it need not be kept any longer.
    pub async fn report_sent(&self, connection: &ConnectionId, number: u64) -> Result<(), Error> {
        let hub = connection.clone();
        self.write(move |connection| reports::sent(connection, &hub, number))
            .await
    }
}
