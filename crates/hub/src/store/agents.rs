//! The agents that people let ask.

use chaperone_protocol::{Agent, AgentId, Confidence, Maturity, Timestamp};

use super::{AccountId, Row, Store, cells, damaged};
use crate::Error;

/// As many commands a minute an agent may send unless its person says otherwise.
pub(crate) const COMMANDS_PER_MINUTE: u32 = 100;

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
pub(crate) struct AgentRow {
    pub(crate) account: AccountId,
    pub(crate) agent: Agent,
    pub(crate) standing: Standing,
    pub(crate) commands_per_minute: u32,
    pub(crate) created_at: Timestamp,
}

/// Whether an agent may ask at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Standing {
    Active,
    Paused,
    Deleted,
}

impl Standing {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Deleted => "deleted",
        }
    }
}

pub(super) const COLUMNS: &str = "agents.id, agents.account, agents.name, agents.maturity,
    agents.confidence, agents.commands_per_minute, agents.state, agents.created_at";

impl Store {
    /// Makes the given agents of the first account where they are not there yet; agents that are
    /// keep their name and level, and get the given key in place of their first.
    pub(crate) async fn provide_agents(
        &self,
        agents: Vec<NewAgent>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let account = AccountId::first();
        self.write(move |books| {
            for agent in &agents {
                books.execute(
                    "INSERT INTO agents (id, account, name, maturity, commands_per_minute, state,
                        created_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, 'active', ?6) ON CONFLICT (id) DO NOTHING",
                    cells![
                        agent.id.as_str(),
                        account.as_str(),
                        &agent.name,
                        agent.maturity.as_str(),
                        COMMANDS_PER_MINUTE,
                        now,
                    ],
                )?;
                books.execute(
                    "INSERT INTO agent_keys (id, agent, label, hash, created_at)
                     VALUES (?1, ?1, 'first', ?2, ?3)
                     ON CONFLICT (id) DO UPDATE SET hash = excluded.hash",
                    cells![agent.id.as_str(), agent.key_hash, now],
                )?;
            }
            Ok(())
        })
        .await?;
        self.people_changed();
        Ok(())
    }

    /// The agent whose key has that hash, if it is not revoked.
    pub(crate) async fn agent_by_key(&self, hash: [u8; 32]) -> Result<Option<AgentRow>, Error> {
        let since = match self.memory.agents_by_key.get(&hash) {
            Ok(agent) => return Ok(Some(agent)),
            Err(since) => since,
        };
        let found = self
            .read(move |sql| {
                let question = format!(
                    "SELECT {COLUMNS} FROM agent_keys JOIN agents ON agents.id = agent_keys.agent
                     WHERE agent_keys.hash = ?1 AND agent_keys.revoked_at IS NULL
                        AND agents.state <> 'deleted'"
                );
                sql.row(&question, cells![hash])?
                    .as_ref()
                    .map(agent)
                    .transpose()
            })
            .await?;
        if let Some(agent) = &found {
            self.memory.agents_by_key.keep(since, hash, agent.clone());
        }
        Ok(found)
    }

    /// The agent of that id, whoever's it is.
    pub(crate) async fn agent_by_id(&self, id: &AgentId) -> Result<Option<AgentRow>, Error> {
        let since = match self.memory.agents.get(id) {
            Ok(agent) => return Ok(Some(agent)),
            Err(since) => since,
        };
        let wanted = id.to_string();
        let found = self
            .read(move |sql| {
                let question =
                    format!("SELECT {COLUMNS} FROM agents WHERE id = ?1 AND state <> 'deleted'");
                sql.row(&question, cells![wanted])?
                    .as_ref()
                    .map(agent)
                    .transpose()
            })
            .await?;
        if let Some(agent) = &found {
            self.memory.agents.keep(since, id.clone(), agent.clone());
        }
        Ok(found)
    }

    /// A person's agents, by name.
    pub(crate) async fn agents(&self, account: AccountId) -> Result<Vec<AgentRow>, Error> {
        self.read(move |sql| {
            let question = format!(
                "SELECT {COLUMNS} FROM agents WHERE account = ?1 AND state <> 'deleted'
                 ORDER BY name, id"
            );
            sql.rows(&question, cells![account.as_str()])?
                .iter()
                .map(agent)
                .collect()
        })
        .await
    }
}

pub(super) fn agent(row: &Row) -> Result<AgentRow, Error> {
    let id: String = row.get("id")?;
    let maturity: String = row.get("maturity")?;
    let state: String = row.get("state")?;
    let confidence: Option<i64> = row.get("confidence")?;
    Ok(AgentRow {
        account: AccountId::new(row.get("account")?),
        agent: Agent {
            // A level that cannot be read must not become any level at all.
            maturity: maturity.parse().map_err(|_| damaged("maturity", &id))?,
            confidence: confidence
                .map(|thousandths| confidence_of(thousandths, &id))
                .transpose()?,
            name: row.get("name")?,
            id: AgentId::new(id.clone()).map_err(|_| damaged("id", &id))?,
        },
        // Nor must a state that cannot be read let it ask.
        standing: match state.as_str() {
            "active" => Standing::Active,
            "paused" => Standing::Paused,
            _ => Standing::Deleted,
        },
        commands_per_minute: row.get("commands_per_minute")?,
        created_at: row.get("created_at")?,
    })
}

fn confidence_of(thousandths: i64, row: &str) -> Result<Confidence, Error> {
    let thousandths = u16::try_from(thousandths).map_err(|_| damaged("confidence", row))?;
    Confidence::new(f64::from(thousandths) / 1_000.0).map_err(|_| damaged("confidence", row))
}
