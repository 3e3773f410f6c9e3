//! The lines people read afterwards: what was asked of a device, by whom, and how it ended.

use chaperone_protocol::{Agent, AgentId, DeviceId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{AccountId, Line, Row, Store, cells, damaged};
use crate::Error;

/// The kind of a line about a command, or about what was to be one.
pub(super) const COMMAND: &str = "command";

/// An attempt that never became a command.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) account: AccountId,
    pub(crate) device: DeviceId,
    pub(crate) asker: Agent,
    pub(crate) by_agent: bool,
    pub(crate) action: &'static str,
    pub(crate) from_device: Option<DeviceId>,
    /// Whether the agent's level would have sufficed.
    pub(crate) allowed: bool,
    pub(crate) code: &'static str,
    pub(crate) reason: String,
}

/// What a line about a command says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Said {
    pub(crate) maturity: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) command: Option<String>,
    pub(crate) action: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) from_device: Option<String>,
    pub(crate) allowed: bool,
    pub(crate) success: bool,
    #[serde(default)]
    pub(crate) late: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) summary: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    #[serde(default)]
    pub(crate) duration_ms: i64,
}

/// One line about a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuditEntry {
    pub(crate) number: i64,
    pub(crate) at: Timestamp,
    pub(crate) account: String,
    pub(crate) agent: Option<String>,
    pub(crate) said: Said,
}

impl Store {
    /// Writes a refusal down.
    pub(crate) async fn refused(&self, attempt: Attempt, now: Timestamp) -> Result<(), Error> {
        let said = Said {
            maturity: attempt.asker.maturity.to_string(),
            command: None,
            action: attempt.action.to_owned(),
            from_device: attempt.from_device.map(String::from),
            allowed: attempt.allowed,
            success: false,
            late: false,
            code: Some(attempt.code.to_owned()),
            summary: None,
            error: Some(attempt.reason),
            duration_ms: 0,
        };
        self.write_down(Line {
            at: now,
            kind: COMMAND,
            body: json!(said),
            account: Some(attempt.account),
            device: Some(attempt.device),
            agent: attempt.by_agent.then_some(attempt.asker.id),
        })
        .await
    }

    /// A device's newest lines.
    pub(crate) async fn audit(
        &self,
        account: AccountId,
        device: DeviceId,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, Error> {
        self.read(move |sql| {
            let rows = sql.rows(
                "SELECT seq, at, body, account, agent FROM audit
                 WHERE device = ?1 AND account = ?2 AND kind = ?3 ORDER BY seq DESC LIMIT ?4",
                cells![device.as_str(), account.as_str(), COMMAND, limit],
            )?;
            rows.iter().map(entry).collect()
        })
        .await
    }
}

fn entry(row: &Row) -> Result<AuditEntry, Error> {
    let number: i64 = row.get("seq")?;
    let (at, body): (String, String) = (row.get("at")?, row.get("body")?);
    let damaged = |what| damaged(what, &number.to_string());
    Ok(AuditEntry {
        number,
        at: at.parse().map_err(|_| damaged("time"))?,
        account: row.get("account")?,
        agent: row.get("agent")?,
        said: serde_json::from_str(&body).map_err(|_| damaged("body"))?,
    })
}

/// The line of a command that has come to an end, for the time being or for good.
pub(super) fn line(
    said: &Said,
    account: AccountId,
    device: DeviceId,
    agent: Option<AgentId>,
    at: Timestamp,
) -> Line {
    Line {
        at,
        kind: COMMAND,
        body: json!(said),
        account: Some(account),
        device: Some(device),
        agent,
    }
}
