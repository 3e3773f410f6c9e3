//! Every command, from before it goes out until its one outcome stands.
//!
//! A command is `waiting` while somebody waits for it, `unanswered` when nobody does any more, and
//! `settled` when its outcome came, in time or late. Only the first outcome counts.

use chaperone_dialects::command_name;
use chaperone_protocol::{
    Action, Agent, CommandId, Data, DeviceId, FailureCode, Outcome, Timestamp,
};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::{OwnerId, Store, damaged, micros};
use crate::Error;

/// A command about to go out.
#[derive(Debug, Clone)]
pub(crate) struct NewCommand {
    pub(crate) id: CommandId,
    pub(crate) owner: OwnerId,
    pub(crate) device: DeviceId,
    pub(crate) asker: Agent,
    /// Whether the asker is one of the owner's agents rather than the owner.
    pub(crate) by_agent: bool,
    pub(crate) action: Action,
    pub(crate) created_at: Timestamp,
    pub(crate) deadline_at: Timestamp,
}

/// What an outcome met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    /// Somebody waits for it.
    InTime,
    /// Nobody waits any more; it is kept.
    Late,
    /// The command has its outcome already; this one is dropped.
    Duplicate,
    /// No such command was ever sent to that device.
    Unknown,
}

/// Why nobody waits any more.
#[derive(Debug, Clone)]
pub(crate) struct GivenUp {
    pub(crate) code: FailureCode,
    pub(crate) message: String,
}

impl Store {
    /// Takes a command down. It may go out only after this.
    pub(crate) async fn add_command(&self, command: NewCommand) -> Result<(), Error> {
        self.call(move |connection| {
            let parameters = serde_json::to_string(&command.action)?;
            connection
                .prepare_cached(
                    "INSERT INTO commands (id, owner, device, agent, maturity, action, params,
                        state, created_at, deadline_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', ?8, ?9)",
                )?
                .execute(params![
                    command.id.as_str(),
                    command.owner.as_str(),
                    command.device.as_str(),
                    command.by_agent.then(|| command.asker.id.as_str()),
                    command.asker.maturity.as_str(),
                    command_name(&command.action),
                    parameters,
                    micros(command.created_at),
                    micros(command.deadline_at),
                ])?;
            Ok(())
        })
        .await
    }

    /// Takes a device's outcome down, with its line in the audit.
    pub(crate) async fn settle(
        &self,
        device: DeviceId,
        id: CommandId,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<Settled, Error> {
        self.call(move |connection| {
            let transaction = connection.transaction()?;
            let Some(known) = find(&transaction, &id)? else {
                return Ok(Settled::Unknown);
            };
            // A device answers for itself only.
            if known.device != device.as_str() {
                return Ok(Settled::Unknown);
            }
            let settled = match known.state.as_str() {
                "waiting" => Settled::InTime,
                "unanswered" => Settled::Late,
                _ => return Ok(Settled::Duplicate),
            };
            transaction
                .prepare_cached(
                    "UPDATE commands SET state = 'settled', outcome = ?2, settled_at = ?3
                     WHERE id = ?1",
                )?
                .execute(params![
                    id.as_str(),
                    serde_json::to_string(&outcome)?,
                    micros(now)
                ])?;
            let ending = match &outcome {
                Outcome::Success { data, .. } => Ending::Done(summary(&known, data)?),
                Outcome::Failure { code, message, .. } => Ending::Failed(*code, message),
            };
            write_down(&transaction, &known, &ending, settled == Settled::Late, now)?;
            transaction.commit()?;
            Ok(settled)
        })
        .await
    }

    /// Takes down that nobody waits for a command any more. If its outcome came just before, that
    /// stands and is returned.
    pub(crate) async fn give_up(
        &self,
        id: CommandId,
        reason: GivenUp,
        now: Timestamp,
    ) -> Result<Option<Outcome>, Error> {
        self.call(move |connection| {
            let transaction = connection.transaction()?;
            let Some(known) = find(&transaction, &id)? else {
                return Ok(None);
            };
            match known.state.as_str() {
                "waiting" => {
                    abandon(&transaction, &known, &reason, now)?;
                    transaction.commit()?;
                    Ok(None)
                }
                "settled" => known
                    .outcome
                    .as_deref()
                    .map(serde_json::from_str)
                    .transpose()
                    .map_err(|_| damaged("outcome", &known.id)),
                _ => Ok(None),
            }
        })
        .await
    }

    /// Gives every command up that an earlier run of the hub was still waiting for.
    pub(crate) async fn give_up_all(&self, reason: GivenUp, now: Timestamp) -> Result<(), Error> {
        self.call(move |connection| {
            let transaction = connection.transaction()?;
            let waiting: Vec<Known> = transaction
                .prepare(&format!("{COLUMNS} WHERE state = 'waiting'"))?
                .query_map([], Known::read)?
                .collect::<Result<_, _>>()?;
            for known in &waiting {
                abandon(&transaction, known, &reason, now)?;
            }
            transaction.commit()?;
            Ok(())
        })
        .await
    }

    /// The commands that a device may still be working on though nobody waits for them.
    pub(crate) async fn unwanted(
        &self,
        device: DeviceId,
        now: Timestamp,
    ) -> Result<Vec<CommandId>, Error> {
        self.call(move |connection| {
            connection
                .prepare_cached(
                    "SELECT id FROM commands
                     WHERE device = ?1 AND state = 'unanswered' AND deadline_at > ?2
                     ORDER BY created_at LIMIT 100",
                )?
                .query_and_then(params![device.as_str(), micros(now)], |row| {
                    let id: String = row.get(0)?;
                    CommandId::new(id.clone()).map_err(|_| damaged("id", &id))
                })?
                .collect()
        })
        .await
    }
}

struct Known {
    id: String,
    owner: String,
    device: String,
    agent: Option<String>,
    maturity: String,
    action: String,
    params: String,
    state: String,
    outcome: Option<String>,
    created_at: i64,
}

const COLUMNS: &str = "SELECT id, owner, device, agent, maturity, action, params, state, outcome,
    created_at FROM commands";

impl Known {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            owner: row.get("owner")?,
            device: row.get("device")?,
            agent: row.get("agent")?,
            maturity: row.get("maturity")?,
            action: row.get("action")?,
            params: row.get("params")?,
            state: row.get("state")?,
            outcome: row.get("outcome")?,
            created_at: row.get("created_at")?,
        })
    }
}

enum Ending<'a> {
    Done(String),
    Failed(FailureCode, &'a str),
}

fn find(transaction: &Transaction<'_>, id: &CommandId) -> Result<Option<Known>, Error> {
    let known = transaction
        .prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?
        .query_row([id.as_str()], Known::read)
        .optional()?;
    Ok(known)
}

fn abandon(
    transaction: &Transaction<'_>,
    known: &Known,
    reason: &GivenUp,
    now: Timestamp,
) -> Result<(), Error> {
    transaction
        .prepare_cached("UPDATE commands SET state = 'unanswered' WHERE id = ?1")?
        .execute([&known.id])?;
    let ending = Ending::Failed(reason.code, &reason.message);
    write_down(transaction, known, &ending, false, now)
}

fn summary(known: &Known, data: &Data) -> Result<String, Error> {
    let action: Action =
        serde_json::from_str(&known.params).map_err(|_| damaged("params", &known.id))?;
    Ok(match (action, data) {
        (Action::Notify(notify), _) => format!("Notification sent: {}", notify.title),
        (Action::Execute(execute), Data::Executed(executed)) => format!(
            "Command executed: {} (exit: {})",
            execute.line, executed.exit_code
        ),
        (Action::Execute(execute), _) => {
            format!("Command executed: {} (exit unknown)", execute.line)
        }
        (action, _) => format!("Done: {}", command_name(&action)),
    })
}

fn write_down(
    transaction: &Transaction<'_>,
    known: &Known,
    ending: &Ending<'_>,
    late: bool,
    now: Timestamp,
) -> Result<(), Error> {
    let (summary, code, error) = match ending {
        Ending::Done(summary) => (Some(summary.as_str()), None, None),
        Ending::Failed(code, message) => (None, Some(code.as_str()), Some(*message)),
    };
    let took = micros(now).saturating_sub(known.created_at) / 1_000;
    transaction
        .prepare_cached(
            "INSERT INTO audit (at, owner, device, agent, maturity, command, action, allowed,
                success, late, code, summary, error, duration_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, TRUE, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            micros(now),
            known.owner,
            known.device,
            known.agent,
            known.maturity,
            known.id,
            known.action,
            code.is_none(),
            late,
            code,
            summary,
            error,
            took.max(0),
        ])?;
    Ok(())
}
