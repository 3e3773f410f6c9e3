//! What is known of files on their way: whose they are, how much has come, until when they stay.
//!
//! The bytes are elsewhere.

use std::collections::HashSet;

use chaperone_protocol::{AgentId, CommandId, Timestamp};
use serde_json::json;

use super::{AccountId, Books, Line, Row, Store, cells};
use crate::Error;

/// A file, or what has come of it so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Artifact {
    pub(crate) id: String,
    pub(crate) account: AccountId,
    /// The device that brings it.
    pub(crate) device: Option<String>,
    /// The agent that asked for it, or that brings it.
    pub(crate) agent: Option<String>,
    /// What it was asked for with.
    pub(crate) command: Option<String>,
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) size: u64,
    /// What its bytes must be, or once it is complete are; empty where that is not known yet.
    pub(crate) sha256: Vec<u8>,
    /// How many bytes are there.
    pub(crate) received: u64,
    pub(crate) complete: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// How much an account may have lying at the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) bytes: u64,
    pub(crate) files: u64,
}

/// Whose command it is, of which device and agent, for whoever brings something for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) account: AccountId,
    pub(crate) device: String,
    pub(crate) agent: Option<String>,
    /// Whether its outcome is still to come.
    pub(crate) open: bool,
}

const COLUMNS: &str = "SELECT id, account, device, agent, command, name, media_type, size, sha256,
    received, complete, created_at, expires_at FROM artifacts";

impl Store {
    /// Makes room for a file; says no where the account has too much lying already.
    pub(crate) async fn add_artifact(
        &self,
        artifact: Artifact,
        quota: Quota,
    ) -> Result<bool, Error> {
        self.write(move |books| {
            let lying = books.row(
                // A sum of whole numbers is of a type of its own in one of the databases.
                "SELECT COUNT(*) AS files, CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes
                 FROM artifacts WHERE account = ?1",
                cells![artifact.account.as_str()],
            )?;
            let (files, bytes) = match lying {
                Some(row) => (row.get::<u64>("files")?, row.get::<u64>("bytes")?),
                None => (0, 0),
            };
            if files >= quota.files || bytes.saturating_add(artifact.size) > quota.bytes {
                return Ok(false);
            }
            books.execute(
                "INSERT INTO artifacts (id, account, device, agent, command, name, media_type,
                    size, sha256, received, complete, created_at, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                cells![
                    &artifact.id,
                    artifact.account.as_str(),
                    artifact.device.clone(),
                    artifact.agent.clone(),
                    artifact.command.clone(),
                    &artifact.name,
                    &artifact.media_type,
                    number(artifact.size)?,
                    artifact.sha256.as_slice(),
                    number(artifact.received)?,
                    artifact.complete,
                    artifact.created_at,
                    artifact.expires_at,
                ],
            )?;
            Ok(true)
        })
        .await
    }

    /// Takes down how much of a file is there, and until when it stays so.
    pub(crate) async fn artifact_grew(
        &self,
        id: String,
        received: u64,
        until: Timestamp,
    ) -> Result<(), Error> {
        let received = number(received)?;
        self.write(move |books| {
            books.execute(
                "UPDATE artifacts SET received = ?2, expires_at = ?3
                 WHERE id = ?1 AND complete = 0",
                cells![&id, received, until],
            )?;
            Ok(())
        })
        .await
    }

    /// Takes down that a file is there whole; says no where it was deleted meanwhile.
    pub(crate) async fn artifact_whole(
        &self,
        artifact: Artifact,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let size = number(artifact.size)?;
        self.write(move |books| {
            let kept = books.execute(
                "UPDATE artifacts SET received = ?2, complete = 1, sha256 = ?3, expires_at = ?4
                 WHERE id = ?1",
                cells![
                    &artifact.id,
                    size,
                    artifact.sha256.as_slice(),
                    artifact.expires_at
                ],
            )?;
            if kept == 1 {
                write_down(books, "artifact kept", &artifact, now)?;
            }
            Ok(kept == 1)
        })
        .await
    }

    pub(crate) async fn artifact(&self, id: String) -> Result<Option<Artifact>, Error> {
        self.read(move |sql| {
            let row = sql.row(&format!("{COLUMNS} WHERE id = ?1"), cells![&id])?;
            row.as_ref().map(artifact).transpose()
        })
        .await
    }

    /// An account's files that are whole, or those of one of its agents, the newest first.
    pub(crate) async fn artifacts(
        &self,
        account: AccountId,
        agent: Option<AgentId>,
        now: Timestamp,
    ) -> Result<Vec<Artifact>, Error> {
        self.read(move |sql| {
            let question = format!(
                "{COLUMNS} WHERE account = ?1 AND complete = 1 AND expires_at > ?2
                    AND (agent = ?3 OR ?3 = '')
                 ORDER BY created_at DESC, id LIMIT 1000"
            );
            let agent = agent.as_ref().map(AgentId::as_str).unwrap_or_default();
            let rows = sql.rows(&question, cells![account.as_str(), now, agent])?;
            rows.iter().map(artifact).collect()
        })
        .await
    }

    /// The ids of all files that are known.
    pub(crate) async fn artifact_ids(&self) -> Result<HashSet<String>, Error> {
        self.read(|sql| {
            let rows = sql.rows("SELECT id FROM artifacts", &[])?;
            rows.iter().map(|row| row.get("id")).collect()
        })
        .await
    }

    /// The files whose time has come.
    pub(crate) async fn artifacts_over(&self, now: Timestamp) -> Result<Vec<Artifact>, Error> {
        self.read(move |sql| {
            let question =
                format!("{COLUMNS} WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 1000");
            let rows = sql.rows(&question, cells![now])?;
            rows.iter().map(artifact).collect()
        })
        .await
    }

    /// Forgets a file, once its bytes are gone.
    pub(crate) async fn forget_artifact(
        &self,
        artifact: Artifact,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.write(move |books| {
            let gone =
                books.execute("DELETE FROM artifacts WHERE id = ?1", cells![&artifact.id])? == 1;
            if gone && artifact.complete {
                write_down(books, "artifact deleted", &artifact, now)?;
            }
            Ok(())
        })
        .await
    }

    /// Whose command that is.
    pub(crate) async fn asked(&self, id: CommandId) -> Result<Option<Asked>, Error> {
        if let Some(begun) = self.begun(&id) {
            return Ok(Some(Asked {
                account: begun.account.clone(),
                device: begun.device.to_string(),
                agent: begun.agent.as_ref().map(AgentId::to_string),
                open: true,
            }));
        }
        self.read(move |sql| {
            let row = sql.row(
                "SELECT id, account, device, agent, state FROM commands WHERE id = ?1",
                cells![id.as_str()],
            )?;
            row.map(|row| {
                Ok(Asked {
                    account: AccountId::new(row.get("account")?),
                    device: row.get("device")?,
                    agent: row.get("agent")?,
                    open: row.get::<String>("state")? != "settled",
                })
            })
            .transpose()
        })
        .await
    }
}

fn artifact(row: &Row) -> Result<Artifact, Error> {
    Ok(Artifact {
        id: row.get("id")?,
        account: AccountId::new(row.get("account")?),
        device: row.get("device")?,
        agent: row.get("agent")?,
        command: row.get("command")?,
        name: row.get("name")?,
        media_type: row.get("media_type")?,
        size: row.get("size")?,
        sha256: row.get("sha256")?,
        received: row.get("received")?,
        complete: row.get("complete")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}

/// The audit holds what it was, never its name: a device chose that.
fn write_down(
    books: &mut Books,
    kind: &'static str,
    artifact: &Artifact,
    now: Timestamp,
) -> Result<(), Error> {
    books.write_down(&Line {
        at: now,
        kind,
        body: json!({
            "artifact": artifact.id,
            "bytes": artifact.size,
            "command": artifact.command,
        }),
        account: Some(artifact.account.clone()),
        device: known(artifact.device.as_deref()),
        agent: known(artifact.agent.as_deref()),
    })
}

fn known<T: TryFrom<String>>(id: Option<&str>) -> Option<T> {
    T::try_from(id?.to_owned()).ok()
}

fn number(number: u64) -> Result<i64, Error> {
    i64::try_from(number).map_err(|_| Error::Full)
}
