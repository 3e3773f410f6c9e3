//! The agents of the hub's owner, for a program that carries the hub in itself: its person makes
//! them without signing in anywhere.
//!
//! What an agent may do on a device is decided there, and not here.

use std::sync::Arc;

use chaperone_protocol::{Agent, AgentId, Maturity, Timestamp};

use crate::{
    Error,
    app::App,
    secrets::{KEY_PREFIX, fresh_id, key_hash, random_text},
    store::{AccountId, AgentChange, AgentRow, COMMANDS_PER_MINUTE, KeyRow, Level, Standing},
};

/// A handle on them. Cheap to clone; good for as long as the hub is served.
#[derive(Clone)]
pub struct OwnAgents(Arc<App>);

/// An agent, and what opens the hub to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnAgent {
    /// Its id.
    pub id: AgentId,
    /// The name people see.
    pub name: String,
    /// The level that the hub says it has.
    pub maturity: Maturity,
    /// As many commands a minute the hub takes from it.
    pub commands_per_minute: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its keys that are good. None of them can be read again.
    pub keys: Vec<OwnKey>,
}

/// A key, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnKey {
    /// Names it when it is to end.
    pub id: String,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A key that was just made; its text is nowhere else.
pub struct MadeKey {
    /// Names it when it is to end.
    pub id: String,
    /// The key. Secret.
    pub key: String,
}

impl OwnAgents {
    /// The most commands a minute that may be set.
    pub const MOST_COMMANDS_PER_MINUTE: u32 = 10_000;

    pub(crate) fn new(app: Arc<App>) -> Self {
        Self(app)
    }

    /// All of them, by name.
    pub async fn all(&self) -> Result<Vec<OwnAgent>, Error> {
        let mut all = Vec::new();
        for row in self.0.store.agents(AccountId::first()).await? {
            let keys = self.0.store.keys(row.agent.id.clone()).await?;
            all.push(OwnAgent {
                id: row.agent.id,
                name: row.agent.name,
                maturity: row.agent.maturity,
                commands_per_minute: row.commands_per_minute,
                created_at: row.created_at,
                keys: keys
                    .into_iter()
                    .map(|key| OwnKey {
                        id: key.id,
                        label: key.label,
                        created_at: key.created_at,
                    })
                    .collect(),
            });
        }
        Ok(all)
    }

    /// Makes one, without a key. Without an id it gets a fresh one; one that is there already stays
    /// as it is.
    pub async fn add(
        &self,
        id: Option<AgentId>,
        name: &str,
        maturity: Maturity,
    ) -> Result<AgentId, Error> {
        let id = match id {
            Some(id) => id,
            None => AgentId::new(fresh_id()?).map_err(|_| Error::Stopped)?,
        };
        let row = AgentRow {
            account: AccountId::first(),
            agent: Agent {
                id: id.clone(),
                name: name.to_owned(),
                maturity,
                confidence: None,
            },
            standing: Standing::Active,
            commands_per_minute: COMMANDS_PER_MINUTE,
            created_at: Timestamp::now(),
        };
        let level = Level {
            maturity,
            confidence: None,
            reason: "new".to_owned(),
        };
        self.0
            .store
            .add_agent(row, level, AccountId::first())
            .await?;
        Ok(id)
    }

    /// Gives one more key to an agent; none where there is no such agent.
    pub async fn new_key(&self, agent: &AgentId, label: &str) -> Result<Option<MadeKey>, Error> {
        let Some(row) = self.find(agent).await? else {
            return Ok(None);
        };
        let key = format!("{KEY_PREFIX}{}", random_text()?);
        let id = fresh_id()?;
        let about = KeyRow {
            id: id.clone(),
            label: label.to_owned(),
            created_at: Timestamp::now(),
        };
        self.0.store.add_key(row, about, key_hash(&key)).await?;
        Ok(Some(MadeKey { id, key }))
    }

    /// Ends a key; says whether there was one.
    pub async fn revoke_key(&self, agent: &AgentId, key: String) -> Result<bool, Error> {
        match self.find(agent).await? {
            Some(row) => self.0.store.revoke_key(row, key, Timestamp::now()).await,
            None => Ok(false),
        }
    }

    /// Sets how many commands a minute the hub takes from one; says whether there is one.
    pub async fn set_limit(&self, agent: &AgentId, per_minute: u32) -> Result<bool, Error> {
        let change = AgentChange {
            commands_per_minute: Some(per_minute.clamp(1, Self::MOST_COMMANDS_PER_MINUTE)),
            ..AgentChange::default()
        };
        self.change(agent, change).await
    }

    /// Takes one away, with its keys; says whether there was one.
    pub async fn remove(&self, agent: &AgentId) -> Result<bool, Error> {
        let change = AgentChange {
            standing: Some(Standing::Deleted),
            ..AgentChange::default()
        };
        self.change(agent, change).await
    }

    async fn change(&self, agent: &AgentId, change: AgentChange) -> Result<bool, Error> {
        let first = AccountId::first();
        let (id, now) = (agent.clone(), Timestamp::now());
        self.0
            .store
            .change_agent(first.clone(), id, change, first, now)
            .await
    }

    async fn find(&self, agent: &AgentId) -> Result<Option<AgentRow>, Error> {
        let row = self.0.store.agent_by_id(agent).await?;
        Ok(row.filter(|row| row.account == AccountId::first()))
    }
}

impl std::fmt::Debug for OwnAgents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnAgents")
    }
}

impl std::fmt::Debug for MadeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MadeKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
