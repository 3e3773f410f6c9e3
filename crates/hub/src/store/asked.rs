//! Commands as they are looked at afterwards: one of them, those of a batch, those kept for a
//! device.

use chaperone_protocol::{Action, AgentId, CommandId, DeviceId, Outcome, Timestamp};

use super::{
    AccountId, Row, Sql, Store,
    begun::Begun,
    cells,
    commands::{Added, Key},
    damaged,
};
use crate::Error;

/// Where a command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// Kept for a device that is away.
    Queued,
    /// The device has it.
    Waiting,
    /// Nobody waits any more; the device's own outcome may still come.
    Unanswered,
    /// Its outcome stands.
    Settled,
}

/// A command and how it ended, if it has.
#[derive(Debug, Clone)]
pub(crate) struct CommandRow {
    pub(crate) id: CommandId,
    pub(crate) account: AccountId,
    pub(crate) device: DeviceId,
    pub(crate) agent: Option<AgentId>,
    pub(crate) from_device: Option<DeviceId>,
    pub(crate) action: Action,
    pub(crate) state: State,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) batch: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) deadline_at: Timestamp,
    pub(crate) settled_at: Option<Timestamp>,
}

const COLUMNS: &str = "SELECT id, account, device, agent, from_device, params, state, outcome,
    batch, created_at, deadline_at, settled_at FROM commands";

impl Store {
    /// The command of that id, whoever's it is.
    pub(crate) async fn command(&self, id: CommandId) -> Result<Option<CommandRow>, Error> {
        // First what has no row: it may get one at any moment.
        if let Some(begun) = self.begun(&id) {
            return waiting(&begun).map(Some);
        }
        self.read(move |sql| {
            let row = sql.row(&format!("{COLUMNS} WHERE id = ?1"), cells![id.as_str()])?;
            row.as_ref().map(command).transpose()
        })
        .await
    }

    /// What was asked under that key before.
    pub(crate) async fn known(&self, account: AccountId, key: Key) -> Result<Option<Added>, Error> {
        self.read(move |sql| keyed(sql, &account, &key)).await
    }

    /// An account's newest commands, or those of one batch.
    pub(crate) async fn commands(
        &self,
        account: AccountId,
        agent: Option<AgentId>,
        batch: Option<String>,
        limit: u32,
    ) -> Result<Vec<CommandRow>, Error> {
        let underway = self.underway.as_ref();
        let begun = underway
            .map(|underway| underway.of(&account, agent.as_ref(), batch.as_deref()))
            .unwrap_or_default();
        let mut rows = self.rows(account, agent, batch, limit).await?;
        for begun in begun {
            if rows.iter().all(|row| row.id != begun.id) {
                rows.push(waiting(&begun)?);
            }
        }
        rows.sort_by(|one, other| {
            let newest_first = other.created_at.cmp(&one.created_at);
            newest_first.then_with(|| one.id.cmp(&other.id))
        });
        rows.truncate(limit.try_into().unwrap_or(usize::MAX));
        Ok(rows)
    }

    async fn rows(
        &self,
        account: AccountId,
        agent: Option<AgentId>,
        batch: Option<String>,
        limit: u32,
    ) -> Result<Vec<CommandRow>, Error> {
        self.read(move |sql| {
            let agent = agent.as_ref().map(AgentId::as_str).unwrap_or_default();
            let rows = match batch {
                Some(batch) => sql.rows(
                    &format!(
                        "{COLUMNS} WHERE batch = ?1 AND account = ?2
                            AND (agent = ?3 OR ?3 = '')
                         ORDER BY created_at DESC, id LIMIT ?4"
                    ),
                    cells![batch, account.as_str(), agent, limit],
                )?,
                None => sql.rows(
                    &format!(
                        "{COLUMNS} WHERE account = ?1 AND (agent = ?2 OR ?2 = '')
                         ORDER BY created_at DESC, id LIMIT ?3"
                    ),
                    cells![account.as_str(), agent, limit],
                )?,
            };
            rows.iter().map(command).collect()
        })
        .await
    }

    /// What is kept for a device, oldest first.
    pub(crate) async fn queued(&self, device: DeviceId) -> Result<Vec<CommandRow>, Error> {
        self.read(move |sql| {
            let question =
                format!("{COLUMNS} WHERE device = ?1 AND state = 'queued' ORDER BY created_at, id");
            let rows = sql.rows(&question, cells![device.as_str()])?;
            rows.iter().map(command).collect()
        })
        .await
    }
}

/// What a key stands for already.
pub(super) fn keyed(
    sql: &mut dyn Sql,
    account: &AccountId,
    key: &Key,
) -> Result<Option<Added>, Error> {
    let row = sql.row(
        "SELECT id, idempotency_digest FROM commands WHERE account = ?1 AND idempotency_key = ?2",
        cells![account.as_str(), &key.text],
    )?;
    row.map(|row| {
        let id: String = row.get("id")?;
        let digest: Option<Vec<u8>> = row.get("idempotency_digest")?;
        Ok(if digest.as_deref() == Some(key.digest.as_slice()) {
            Added::Known(CommandId::new(id.clone()).map_err(|_| damaged("id", &id))?)
        } else {
            Added::Mismatched
        })
    })
    .transpose()
}

/// A command that is underway, as its row will have it.
fn waiting(begun: &Begun) -> Result<CommandRow, Error> {
    Ok(CommandRow {
        id: begun.id.clone(),
        account: begun.account.clone(),
        device: begun.device.clone(),
        agent: begun.agent.clone(),
        from_device: begun.from_device.clone(),
        action: serde_json::from_str(&begun.params)?,
        state: State::Waiting,
        outcome: None,
        batch: begun.batch.clone(),
        created_at: begun.created_at,
        deadline_at: begun.deadline_at,
        settled_at: None,
    })
}

fn command(row: &Row) -> Result<CommandRow, Error> {
    let id: String = row.get("id")?;
    let whose = |what| damaged(what, &id);
    let (device, agent): (String, Option<String>) = (row.get("device")?, row.get("agent")?);
    let from_device: Option<String> = row.get("from_device")?;
    let (params, state): (String, String) = (row.get("params")?, row.get("state")?);
    let outcome: Option<String> = row.get("outcome")?;
    Ok(CommandRow {
        id: CommandId::new(id.clone()).map_err(|_| whose("id"))?,
        account: AccountId::new(row.get("account")?),
        device: DeviceId::new(device).map_err(|_| whose("device"))?,
        agent: agent
            .map(AgentId::new)
            .transpose()
            .map_err(|_| whose("agent"))?,
        from_device: from_device
            .map(DeviceId::new)
            .transpose()
            .map_err(|_| whose("from_device"))?,
        action: serde_json::from_str(&params).map_err(|_| whose("params"))?,
        state: match state.as_str() {
            "queued" => State::Queued,
            "waiting" => State::Waiting,
            "unanswered" => State::Unanswered,
            "settled" => State::Settled,
            _ => return Err(whose("state")),
        },
        outcome: outcome
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|_| whose("outcome"))?,
        batch: row.get("batch")?,
        created_at: row.get("created_at")?,
        deadline_at: row.get("deadline_at")?,
        settled_at: row.get("settled_at")?,
    })
}
