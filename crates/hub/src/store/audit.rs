//! The lines people read afterwards: what was asked of a device, by whom, and how it ended.

use chaperone_protocol::{Agent, DeviceId, Timestamp};
use rusqlite::{Row, params};

use super::{OwnerId, Store, micros, moment};
use crate::Error;

/// An attempt that never became a command.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    pub(crate) owner: OwnerId,
    pub(crate) device: DeviceId,
    pub(crate) asker: Agent,
    pub(crate) by_agent: bool,
    pub(crate) action: &'static str,
    /// Whether the agent's level would have sufficed.
    pub(crate) allowed: bool,
    pub(crate) code: &'static str,
    pub(crate) reason: String,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuditEntry {
    pub(crate) number: i64,
    pub(crate) at: Timestamp,
    pub(crate) owner: String,
    pub(crate) agent: Option<String>,
    pub(crate) maturity: String,
    pub(crate) command: Option<String>,
    pub(crate) action: String,
    pub(crate) allowed: bool,
    pub(crate) success: bool,
    pub(crate) late: bool,
    pub(crate) code: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) duration_ms: Option<i64>,
}

impl Store {
    /// Writes a refusal down.
    pub(crate) async fn refused(&self, refused: Refused, now: Timestamp) -> Result<(), Error> {
        self.call(move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO audit (at, owner, device, agent, maturity, action, allowed,
                        success, late, code, error, duration_ms)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, FALSE, FALSE, ?8, ?9, 0)",
                )?
                .execute(params![
                    micros(now),
                    refused.owner.as_str(),
                    refused.device.as_str(),
                    refused.by_agent.then(|| refused.asker.id.as_str()),
                    refused.asker.maturity.as_str(),
                    refused.action,
                    refused.allowed,
                    refused.code,
                    refused.reason,
                ])?;
            Ok(())
        })
        .await
    }

    /// A device's newest lines.
    pub(crate) async fn audit(
        &self,
        owner: OwnerId,
        device: DeviceId,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, Error> {
        self.call(move |connection| {
            connection
                .prepare_cached(
                    "SELECT * FROM audit WHERE device = ?1 AND owner = ?2
                     ORDER BY number DESC LIMIT ?3",
                )?
                .query_and_then(params![device.as_str(), owner.as_str(), limit], entry)?
                .collect()
        })
        .await
    }
}

fn entry(row: &Row<'_>) -> Result<AuditEntry, Error> {
    let number: i64 = row.get("number")?;
    Ok(AuditEntry {
        number,
        at: moment(row.get("at")?, &number.to_string())?,
        owner: row.get("owner")?,
        agent: row.get("agent")?,
        maturity: row.get("maturity")?,
        command: row.get("command")?,
        action: row.get("action")?,
        allowed: row.get("allowed")?,
        success: row.get("success")?,
        late: row.get("late")?,
        code: row.get("code")?,
        summary: row.get("summary")?,
        error: row.get("error")?,
        duration_ms: row.get("duration_ms")?,
    })
}
