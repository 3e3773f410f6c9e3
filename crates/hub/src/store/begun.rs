//! A command as it is taken down, and its row.

use std::borrow::Cow;

use chaperone_dialects::command_name;
use chaperone_protocol::{AgentId, CommandId, DeviceId, Maturity, Timestamp};
use serde::{Deserialize, Serialize};

use super::{AccountId, Key, NewCommand, Sql, cells};
use crate::{
    Error,
    events::{News, Subject},
};

/// A command as it is taken down, before anything has become of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Begun {
    pub(super) id: CommandId,
    pub(super) account: AccountId,
    pub(super) device: DeviceId,
    pub(super) agent: Option<AgentId>,
    pub(super) maturity: Maturity,
    pub(super) from_device: Option<DeviceId>,
    pub(super) action: Cow<'static, str>,
    /// The action as JSON, as its column has it.
    pub(super) params: String,
    pub(super) batch: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) deadline_at: Timestamp,
}

impl Begun {
    pub(super) fn of(command: NewCommand) -> Result<Self, Error> {
        Ok(Self {
            params: serde_json::to_string(&command.action)?,
            action: command_name(&command.action).into(),
            id: command.id,
            account: command.account,
            device: command.device,
            maturity: command.asker.maturity,
            agent: command.by_agent.then_some(command.asker.id),
            from_device: command.from_device,
            batch: command.batch,
            created_at: command.created_at,
            deadline_at: command.deadline_at,
        })
    }

    pub(super) fn created(&self, state: &str) -> News {
        let subject = Subject {
            account: &self.account,
            device: &self.device,
            agent: self.agent.as_ref(),
            id: &self.id,
        };
        subject.created(&self.action, state, self.deadline_at)
    }
}

/// Gives a command its row, unless it has one.
pub(super) fn insert(
    sql: &mut dyn Sql,
    begun: &Begun,
    key: Option<&Key>,
    state: &'static str,
    outcome: Option<(&String, Timestamp)>,
) -> Result<bool, Error> {
    let added = sql.execute(
        "INSERT INTO commands (id, account, device, agent, maturity, from_device, action, params,
            batch, created_at, deadline_at, idempotency_key, idempotency_digest, state, outcome,
            settled_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
         ON CONFLICT (id) DO NOTHING",
        cells![
            begun.id.as_str(),
            begun.account.as_str(),
            begun.device.as_str(),
            begun.agent.as_ref().map(AgentId::as_str),
            begun.maturity.as_str(),
            begun.from_device.as_ref().map(DeviceId::as_str),
            &*begun.action,
            &begun.params,
            begun.batch.as_ref(),
            begun.created_at,
            begun.deadline_at,
            key.map(|key| &key.text),
            key.map(|key| key.digest),
            state,
            outcome.map(|(text, _)| text),
            outcome.map(|(_, at)| at),
        ],
    )?;
    Ok(added == 1)
}
