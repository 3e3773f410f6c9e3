//! Agent runs: what an agent reads through a device, from when it is due until its one end.

use chaperone_protocol::{AgentId, DeviceId, Map, Timestamp, Value};

use super::{AccountId, Row, Store, cells, damaged};
use crate::Error;

/// A run about to be due.
#[derive(Debug, Clone)]
pub(crate) struct NewRun {
    pub(crate) id: String,
    pub(crate) account: AccountId,
    pub(crate) agent: AgentId,
    pub(crate) parameters: Map<String, Value>,
    pub(crate) due_at: Timestamp,
}

/// A run as the books have it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RunRow {
    pub(crate) id: String,
    pub(crate) agent: AgentId,
    pub(crate) device: Option<DeviceId>,
    pub(crate) status: String,
    pub(crate) parameters: Map<String, Value>,
    pub(crate) errors: Vec<String>,
    pub(crate) items: u64,
    pub(crate) due_at: Timestamp,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
}

const COLUMNS: &str = "SELECT id, agent, device, status, parameters, errors, items, due_at,
    started_at, ended_at FROM agent_runs";

impl Store {
    /// Takes a run down as due; returns the one that the agent has open already, if it has one.
    pub(crate) async fn add_run(&self, run: NewRun) -> Result<Option<String>, Error> {
        let parameters = serde_json::to_string(&run.parameters)?;
        self.write(move |books| {
            let open = books.row(
                "SELECT id FROM agent_runs
                 WHERE account = ?1 AND agent = ?2 AND status IN ('due', 'running')",
                cells![run.account.as_str(), run.agent.as_str()],
            )?;
            if let Some(open) = open {
                return open.get("id").map(Some);
            }
            books.execute(
                "INSERT INTO agent_runs (id, account, agent, status, parameters, errors, due_at)
                 VALUES (?1, ?2, ?3, 'due', ?4, '[]', ?5)",
                cells![
                    &run.id,
                    run.account.as_str(),
                    run.agent.as_str(),
                    &parameters,
                    run.due_at,
                ],
            )?;
            Ok(None)
        })
        .await
    }

    /// The runs of an account that should have begun.
    pub(crate) async fn due_runs(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<RunRow>, Error> {
        self.read(move |sql| {
            let question = format!(
                "{COLUMNS} WHERE account = ?1 AND status = 'due' AND due_at <= ?2
                 ORDER BY due_at, id LIMIT 100"
            );
            let rows = sql.rows(&question, cells![account.as_str(), now])?;
            rows.iter().map(run).collect()
        })
        .await
    }

    /// Takes down that a run begins on a device; says no where it has begun or ended already.
    pub(crate) async fn begin_run(
        &self,
        id: String,
        device: DeviceId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        self.write(move |books| {
            let changed = books.execute(
                "UPDATE agent_runs SET status = 'running', device = ?2, started_at = ?3
                 WHERE id = ?1 AND status = 'due'",
                cells![&id, device.as_str(), now],
            )?;
            Ok(changed == 1)
        })
        .await
    }

    /// Takes down that a run could not be sent after all and is due again.
    pub(crate) async fn put_run_off(&self, id: String) -> Result<(), Error> {
        self.write(move |books| {
            books.execute(
                "UPDATE agent_runs SET status = 'due', device = NULL, started_at = NULL
                 WHERE id = ?1 AND status = 'running'",
                cells![&id],
            )?;
            Ok(())
        })
        .await
    }

    /// Adds to what a run has brought.
    pub(crate) async fn run_brought(&self, id: String, items: u32) -> Result<(), Error> {
        self.write(move |books| {
            books.execute(
                "UPDATE agent_runs SET items = items + ?2 WHERE id = ?1 AND status = 'running'",
                cells![&id, items],
            )?;
            Ok(())
        })
        .await
    }

    /// Takes down how a run ended: in success without errors. Only its first end counts.
    pub(crate) async fn end_run(
        &self,
        id: String,
        errors: Vec<String>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let status = if errors.is_empty() {
            "success"
        } else {
            "error"
        };
        let errors = serde_json::to_string(&errors)?;
        self.write(move |books| {
            books.execute(
                "UPDATE agent_runs SET status = ?2, errors = ?3, ended_at = ?4
                 WHERE id = ?1 AND status = 'running'",
                cells![&id, status, &errors, now],
            )?;
            Ok(())
        })
        .await
    }

    /// Ends every run that an earlier run of the hub left open.
    pub(crate) async fn end_all_runs(
        &self,
        error: &'static str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let errors = serde_json::to_string(&[error])?;
        self.write(move |books| {
            books.execute(
                "UPDATE agent_runs SET status = 'error', errors = ?1, ended_at = ?2
                 WHERE status = 'running'",
                cells![&errors, now],
            )?;
            Ok(())
        })
        .await
    }

    /// An account's runs, newest first.
    pub(crate) async fn runs(&self, account: AccountId, limit: u32) -> Result<Vec<RunRow>, Error> {
        self.read(move |sql| {
            let question =
                format!("{COLUMNS} WHERE account = ?1 ORDER BY due_at DESC, id LIMIT ?2");
            let rows = sql.rows(&question, cells![account.as_str(), limit])?;
            rows.iter().map(run).collect()
        })
        .await
    }
}

fn run(row: &Row) -> Result<RunRow, Error> {
    let id: String = row.get("id")?;
    let (agent, device): (String, Option<String>) = (row.get("agent")?, row.get("device")?);
    let (parameters, errors): (String, String) = (row.get("parameters")?, row.get("errors")?);
    Ok(RunRow {
        agent: AgentId::new(agent).map_err(|_| damaged("agent", &id))?,
        device: device
            .map(DeviceId::new)
            .transpose()
            .map_err(|_| damaged("device", &id))?,
        status: row.get("status")?,
        parameters: serde_json::from_str(&parameters).map_err(|_| damaged("parameters", &id))?,
        errors: serde_json::from_str(&errors).map_err(|_| damaged("errors", &id))?,
        items: row.get("items")?,
        due_at: row.get("due_at")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        id,
    })
}
