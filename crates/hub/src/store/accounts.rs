//! Owners and their agents.

use chaperone_protocol::{Agent, AgentId, Maturity, Timestamp};
use rusqlite::{OptionalExtension as _, Row, params};

use super::{Store, damaged, micros};
use crate::Error;

/// A person whose devices and agents these are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct OwnerId(String);

/// An agent to be made, or to be given a new key.
#[derive(Clone)]
pub(crate) struct NewAgent {
    pub(crate) id: AgentId,
    pub(crate) name: String,
    pub(crate) maturity: Maturity,
    pub(crate) key_hash: [u8; 32],
}

/// An agent and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) owner: OwnerId,
    pub(crate) agent: Agent,
}

impl OwnerId {
    /// The one owner of a hub that is embedded in an app.
    pub(crate) fn first() -> Self {
        Self("owner".to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Store {
    /// Makes the first owner and the given agents where they are not there yet; agents that are
    /// keep their name and level, and get the given key.
    pub(crate) async fn provide(&self, agents: Vec<NewAgent>, now: Timestamp) -> Result<(), Error> {
        let owner = OwnerId::first();
        self.call(move |connection| {
            let transaction = connection.transaction()?;
            transaction.execute(
                "INSERT INTO owners (id, name, created_at) VALUES (?1, 'You', ?2)
                 ON CONFLICT (id) DO NOTHING",
                params![owner.0, micros(now)],
            )?;
            for agent in agents {
                transaction.execute(
                    "INSERT INTO agents (id, owner, name, maturity, key_hash, created_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT (id) DO UPDATE SET key_hash = excluded.key_hash",
                    params![
                        agent.id.as_str(),
                        owner.0,
                        agent.name,
                        agent.maturity.as_str(),
                        agent.key_hash,
                        micros(now),
                    ],
                )?;
            }
            transaction.commit()?;
            Ok(())
        })
        .await
    }

    /// The owner of that id, if there is one.
    pub(crate) async fn owner(&self, id: String) -> Result<Option<OwnerId>, Error> {
        self.call(move |connection| {
            let found = connection
                .prepare_cached("SELECT id FROM owners WHERE id = ?1")?
                .query_row([id], |row| row.get(0).map(OwnerId))
                .optional()?;
            Ok(found)
        })
        .await
    }

    /// The agent whose key has that hash.
    pub(crate) async fn agent_by_key(&self, hash: [u8; 32]) -> Result<Option<Account>, Error> {
        self.agent("key_hash = ?1", hash).await
    }

    /// The agent of that id, whoever's it is.
    pub(crate) async fn agent_by_id(&self, id: &AgentId) -> Result<Option<Account>, Error> {
        self.agent("id = ?1", id.to_string()).await
    }

    async fn agent(
        &self,
        condition: &'static str,
        value: impl rusqlite::ToSql + Send + 'static,
    ) -> Result<Option<Account>, Error> {
        self.call(move |connection| {
            let query = format!("SELECT id, owner, name, maturity FROM agents WHERE {condition}");
            connection
                .prepare_cached(&query)?
                .query_row([value], |row| Ok(account(row)))
                .optional()?
                .transpose()
        })
        .await
    }
}

fn account(row: &Row<'_>) -> Result<Account, Error> {
    let id: String = row.get("id")?;
    let maturity: String = row.get("maturity")?;
    Ok(Account {
        owner: OwnerId(row.get("owner")?),
        agent: Agent {
            // A level that cannot be read must not become any level at all.
            maturity: maturity.parse().map_err(|_| damaged("maturity", &id))?,
            confidence: None,
            name: row.get("name")?,
            id: AgentId::new(id.clone()).map_err(|_| damaged("id", &id))?,
        },
    })
}
