//! The agents that people let ask.

use chaperone_protocol::{Agent, AgentId, Confidence, Maturity, Timestamp, Value};
use serde_json::json;

use super::{AccountId, Books, Line, Row, Store, cells, damaged};
use crate::{Error, governance::Feedback};

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
        self.write_people(move |books| {
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
                        AND agents.state <> 'deleted'
                        AND EXISTS (SELECT 1 FROM accounts
                            WHERE accounts.id = agents.account AND accounts.disabled_at IS NULL)"
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

/// A change of an agent; what is absent stays.
#[derive(Debug, Clone, Default)]
pub(crate) struct AgentChange {
    pub(crate) name: Option<String>,
    pub(crate) level: Option<Level>,
    pub(crate) commands_per_minute: Option<u32>,
    pub(crate) standing: Option<Standing>,
}

/// How far an agent has come, by whose word and why.
#[derive(Debug, Clone)]
pub(crate) struct Level {
    pub(crate) maturity: Maturity,
    pub(crate) confidence: Option<Confidence>,
    pub(crate) reason: String,
}

/// One change of a level.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct LevelChange {
    pub(crate) at: Timestamp,
    pub(crate) from: Option<String>,
    pub(crate) to: String,
    pub(crate) confidence: Option<f64>,
    pub(crate) by: String,
    pub(crate) reason: String,
}

/// A key as it is shown: never itself.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct KeyRow {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) created_at: Timestamp,
}

impl Store {
    /// Makes an agent, without a key; says no where the id is taken.
    pub(crate) async fn add_agent(
        &self,
        new: AgentRow,
        level: Level,
        by: AccountId,
    ) -> Result<bool, Error> {
        self.write_people(move |books| {
            let made = books.execute(
                "INSERT INTO agents (id, account, name, maturity, confidence,
                        commands_per_minute, state, created_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'active', ?7) ON CONFLICT DO NOTHING",
                cells![
                    new.agent.id.as_str(),
                    new.account.as_str(),
                    &new.agent.name,
                    level.maturity.as_str(),
                    level.confidence.map(thousandths),
                    new.commands_per_minute,
                    new.created_at,
                ],
            )? == 1;
            if made {
                let was = None;
                leveled(
                    books,
                    &new.agent.id,
                    &new.account,
                    was,
                    &level,
                    &by,
                    new.created_at,
                )?;
            }
            Ok(made)
        })
        .await
    }

    /// Changes an agent of this account; says whether there is one.
    pub(crate) async fn change_agent(
        &self,
        account: AccountId,
        id: AgentId,
        change: AgentChange,
        by: AccountId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        self.write_people(move |books| {
            let question = format!(
                "SELECT {COLUMNS} FROM agents
                     WHERE id = ?1 AND account = ?2 AND state <> 'deleted'"
            );
            let row = books.row(&question, cells![id.as_str(), account.as_str()])?;
            let Some(row) = row else {
                return Ok(false);
            };
            let was = agent(&row)?;
            let level = change.level.as_ref();
            let standing = change.standing.unwrap_or(was.standing);
            books.execute(
                "UPDATE agents SET name = ?2, maturity = ?3, confidence = ?4,
                        commands_per_minute = ?5, state = ?6
                     WHERE id = ?1",
                cells![
                    id.as_str(),
                    change.name.as_ref().unwrap_or(&was.agent.name),
                    level
                        .map_or(was.agent.maturity, |level| level.maturity)
                        .as_str(),
                    level
                        .map_or(was.agent.confidence, |level| level.confidence)
                        .map(thousandths),
                    change
                        .commands_per_minute
                        .unwrap_or(was.commands_per_minute),
                    standing.as_str(),
                ],
            )?;
            if let Some(level) = level {
                let from = Some(was.agent.maturity);
                leveled(books, &id, &account, from, level, &by, now)?;
            }
            if standing != was.standing {
                // Whoever says so now means more than one session.
                books.execute(
                    "UPDATE supervisions SET paused = 0 WHERE agent = ?1 AND paused = 1",
                    cells![id.as_str()],
                )?;
                let body = json!({ "state": standing, "by": by });
                agent_line(books, &id, &account, "agent changed", body, now)?;
            }
            Ok(true)
        })
        .await
    }

    /// The changes of an agent's level, the newest first.
    pub(crate) async fn agent_history(&self, id: AgentId) -> Result<Vec<LevelChange>, Error> {
        self.read(move |sql| {
            let rows = sql.rows(
                "SELECT number, at, was, becomes, confidence, changed_by, reason FROM agent_levels
                 WHERE agent = ?1 ORDER BY number DESC LIMIT 1000",
                cells![id.as_str()],
            )?;
            rows.iter()
                .map(|row| {
                    let confidence: Option<i64> = row.get("confidence")?;
                    Ok(LevelChange {
                        at: row.get("at")?,
                        from: row.get("was")?,
                        to: row.get("becomes")?,
                        confidence: confidence
                            .map(|thousandths| confidence_of(thousandths, id.as_str()))
                            .transpose()?
                            .map(Confidence::score),
                        by: row.get("changed_by")?,
                        reason: row.get("reason")?,
                    })
                })
                .collect()
        })
        .await
    }

    /// Gives an agent one more key.
    pub(crate) async fn add_key(
        &self,
        agent: AgentRow,
        key: KeyRow,
        hash: [u8; 32],
    ) -> Result<(), Error> {
        self.write(move |books| {
            let id = &agent.agent.id;
            books.execute(
                "INSERT INTO agent_keys (id, agent, label, hash, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                cells![&key.id, id.as_str(), &key.label, hash, key.created_at],
            )?;
            let body = json!({ "key": key.id, "label": key.label });
            agent_line(books, id, &agent.account, "key made", body, key.created_at)
        })
        .await
    }

    /// An agent's keys that are good.
    pub(crate) async fn keys(&self, agent: AgentId) -> Result<Vec<KeyRow>, Error> {
        self.read(move |sql| {
            let rows = sql.rows(
                "SELECT id, label, created_at FROM agent_keys
                 WHERE agent = ?1 AND revoked_at IS NULL ORDER BY created_at, id",
                cells![agent.as_str()],
            )?;
            rows.iter()
                .map(|row| {
                    Ok(KeyRow {
                        id: row.get("id")?,
                        label: row.get("label")?,
                        created_at: row.get("created_at")?,
                    })
                })
                .collect()
        })
        .await
    }

    /// Ends a key; says whether there was one.
    pub(crate) async fn revoke_key(
        &self,
        agent: AgentRow,
        key: String,
        now: Timestamp,
    ) -> Result<bool, Error> {
        self.write_people(move |books| {
            let id = &agent.agent.id;
            let ended = books.execute(
                "UPDATE agent_keys SET revoked_at = ?3
                     WHERE id = ?1 AND agent = ?2 AND revoked_at IS NULL",
                cells![&key, id.as_str(), now],
            )? == 1;
            if ended {
                let body = json!({ "key": key });
                agent_line(books, id, &agent.account, "key ended", body, now)?;
            }
            Ok(ended)
        })
        .await
    }
}

/// An agent's standing before and after a person's feedback.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moved {
    pub(crate) from: (Maturity, Confidence),
    pub(crate) to: (Maturity, Confidence),
}

impl Moved {
    /// By how much the score went up.
    pub(crate) fn by(self) -> f64 {
        let thousandths = thousandths(self.to.1) - thousandths(self.from.1);
        i32::try_from(thousandths).map_or(0.0, |moved| f64::from(moved) / 1_000.0)
    }
}

/// Moves an agent's score by what a person says of it, and its level with the score; none where
/// there is no such agent any more.
pub(super) fn feed_back(
    books: &mut Books,
    (account, id): (&AccountId, &AgentId),
    feedback: Feedback,
    reason: &str,
    now: Timestamp,
) -> Result<Option<Moved>, Error> {
    let question = format!(
        "SELECT {COLUMNS} FROM agents WHERE id = ?1 AND account = ?2 AND state <> 'deleted'"
    );
    let row = books.row(&question, cells![id.as_str(), account.as_str()])?;
    let Some(was) = row.as_ref().map(agent).transpose()? else {
        return Ok(None);
    };
    let score = was.agent.confidence;
    let before = score.map_or(middle(was.agent.maturity), thousandths);
    let after = (before + feedback.thousandths()).clamp(0, 1_000);
    let moved = Moved {
        from: (was.agent.maturity, confidence_of(before, id.as_str())?),
        to: {
            let score = confidence_of(after, id.as_str())?;
            (score.maturity(), score)
        },
    };
    if after == before {
        return Ok(Some(Moved {
            to: moved.from,
            ..moved
        }));
    }
    let (maturity, confidence) = moved.to;
    books.execute(
        "UPDATE agents SET maturity = ?2, confidence = ?3 WHERE id = ?1",
        cells![id.as_str(), maturity.as_str(), after],
    )?;
    let level = Level {
        maturity,
        confidence: Some(confidence),
        reason: reason.to_owned(),
    };
    let from = Some(was.agent.maturity);
    leveled(books, id, account, from, &level, account, now)?;
    Ok(Some(moved))
}

/// Where an agent stands in its level whom nobody gave a score: as far from losing it as from the
/// next.
fn middle(maturity: Maturity) -> i64 {
    match maturity {
        Maturity::Student => 250,
        Maturity::Intern => 600,
        Maturity::Supervised => 800,
        Maturity::Autonomous => 950,
    }
}

fn leveled(
    books: &mut Books,
    agent: &AgentId,
    account: &AccountId,
    from: Option<Maturity>,
    level: &Level,
    by: &AccountId,
    now: Timestamp,
) -> Result<(), Error> {
    books.execute(
        "INSERT INTO agent_levels (agent, at, was, becomes, confidence, changed_by, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        cells![
            agent.as_str(),
            now,
            from.map(Maturity::as_str),
            level.maturity.as_str(),
            level.confidence.map(thousandths),
            by.as_str(),
            &level.reason,
        ],
    )?;
    let body = json!({
        "from": from,
        "to": level.maturity,
        "by": by,
        "reason": level.reason,
    });
    agent_line(books, agent, account, "level changed", body, now)
}

fn agent_line(
    books: &mut Books,
    agent: &AgentId,
    account: &AccountId,
    kind: &'static str,
    body: Value,
    now: Timestamp,
) -> Result<(), Error> {
    books.write_down(&Line {
        at: now,
        kind,
        body,
        account: Some(account.clone()),
        device: None,
        agent: Some(agent.clone()),
    })
}

fn thousandths(confidence: Confidence) -> i64 {
    let rounded = (confidence.score() * 1_000.0).round();
    // A score is between nothing and one, so this is exact.
    (0..=1_000)
        .find(|number| f64::from(*number) >= rounded)
        .map_or(1_000, i64::from)
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
