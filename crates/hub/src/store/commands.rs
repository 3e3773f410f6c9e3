//! Every command, from before it goes out until its one outcome stands.
//!
//! A command is `waiting` while somebody waits for it, `unanswered` when nobody does any more, and
//! `settled` when its outcome came, in time or late. Only the first outcome counts.

use super::{
    AccountId, Books, Row, Store,
    audit::{self, Said},
    cells, damaged,
};
use crate::Error;
use chaperone_dialects::command_name;
use chaperone_protocol::{
    Action, Agent, AgentId, CommandId, Data, DeviceId, FailureCode, Outcome, Timestamp,
};

/// A command about to go out.
#[derive(Debug, Clone)]
pub(crate) struct NewCommand {
    pub(crate) id: CommandId,
    pub(crate) account: AccountId,
    pub(crate) device: DeviceId,
    pub(crate) asker: Agent,
    /// Whether the asker is one of the person's agents rather than the person.
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
        let parameters = serde_json::to_string(&command.action)?;
        self.write(move |books| {
            books.execute(
                "INSERT INTO commands (id, account, device, agent, maturity, action, params, state,
                    created_at, deadline_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', ?8, ?9)",
                cells![
                    command.id.as_str(),
                    command.account.as_str(),
                    command.device.as_str(),
                    command.by_agent.then(|| command.asker.id.as_str()),
                    command.asker.maturity.as_str(),
                    command_name(&command.action),
                    &parameters,
                    command.created_at,
                    command.deadline_at,
                ],
            )?;
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
        let text = serde_json::to_string(&outcome)?;
        self.write(move |books| {
            let Some(known) = find(books, &id)? else {
                return Ok(Settled::Unknown);
            };
            // A device answers for itself only.
            if known.device != device {
                return Ok(Settled::Unknown);
            }
            let settled = match known.state.as_str() {
                "waiting" => Settled::InTime,
                "unanswered" => Settled::Late,
                _ => return Ok(Settled::Duplicate),
            };
            books.execute(
                "UPDATE commands SET state = 'settled', outcome = ?2, settled_at = ?3
                 WHERE id = ?1",
                cells![id.as_str(), &text, now],
            )?;
            let ending = match &outcome {
                Outcome::Success { data, .. } => Ending::Done(known.summary(data)?),
                Outcome::Failure { code, message, .. } => Ending::Failed(*code, message),
            };
            write_down(books, known, &ending, settled == Settled::Late, now)?;
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
        self.write(move |books| {
            let Some(known) = find(books, &id)? else {
                return Ok(None);
            };
            match known.state.as_str() {
                "waiting" => {
                    abandon(books, known, &reason, now)?;
                    Ok(None)
                }
                "settled" => known
                    .outcome
                    .as_deref()
                    .map(serde_json::from_str)
                    .transpose()
                    .map_err(|_| damaged("outcome", known.id.as_str())),
                _ => Ok(None),
            }
        })
        .await
    }

    /// Gives every command up that an earlier run of the hub was still waiting for.
    pub(crate) async fn give_up_all(&self, reason: GivenUp, now: Timestamp) -> Result<(), Error> {
        self.write(move |books| {
            let waiting = books.rows(&format!("{COLUMNS} WHERE state = 'waiting'"), &[])?;
            for row in &waiting {
                abandon(books, Known::read(row)?, &reason, now)?;
            }
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
        self.read(move |sql| {
            let rows = sql.rows(
                "SELECT id FROM commands
                 WHERE device = ?1 AND state = 'unanswered' AND deadline_at > ?2
                 ORDER BY created_at LIMIT 100",
                cells![device.as_str(), now],
            )?;
            rows.iter().map(command_id).collect()
        })
        .await
    }
}

struct Known {
    id: CommandId,
    account: AccountId,
    device: DeviceId,
    agent: Option<AgentId>,
    maturity: String,
    action: String,
    params: String,
    state: String,
    outcome: Option<String>,
    created_at: Timestamp,
}

const COLUMNS: &str = "SELECT id, account, device, agent, maturity, action, params, state, outcome,
    created_at FROM commands";

impl Known {
    fn read(row: &Row) -> Result<Self, Error> {
        let id = command_id(row)?;
        let (device, agent): (String, Option<String>) = (row.get("device")?, row.get("agent")?);
        let whose = |what| damaged(what, id.as_str());
        Ok(Self {
            device: DeviceId::new(device).map_err(|_| whose("device"))?,
            agent: agent
                .map(AgentId::new)
                .transpose()
                .map_err(|_| whose("agent"))?,
            account: AccountId::new(row.get("account")?),
            maturity: row.get("maturity")?,
            action: row.get("action")?,
            params: row.get("params")?,
            state: row.get("state")?,
            outcome: row.get("outcome")?,
            created_at: row.get("created_at")?,
            id,
        })
    }

    fn summary(&self, data: &Data) -> Result<String, Error> {
        let action: Action =
            serde_json::from_str(&self.params).map_err(|_| damaged("params", self.id.as_str()))?;
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
}

enum Ending<'a> {
    Done(String),
    Failed(FailureCode, &'a str),
}

fn command_id(row: &Row) -> Result<CommandId, Error> {
    let id: String = row.get("id")?;
    CommandId::new(id.clone()).map_err(|_| damaged("id", &id))
}

fn find(books: &mut Books, id: &CommandId) -> Result<Option<Known>, Error> {
    let row = books.row(&format!("{COLUMNS} WHERE id = ?1"), cells![id.as_str()])?;
    row.as_ref().map(Known::read).transpose()
}

fn abandon(books: &mut Books, known: Known, reason: &GivenUp, now: Timestamp) -> Result<(), Error> {
    books.execute(
        "UPDATE commands SET state = 'unanswered' WHERE id = ?1",
        cells![known.id.as_str()],
    )?;
    let ending = Ending::Failed(reason.code, &reason.message);
    write_down(books, known, &ending, false, now)
}

fn write_down(
    books: &mut Books,
    known: Known,
    ending: &Ending<'_>,
    late: bool,
    now: Timestamp,
) -> Result<(), Error> {
    let (summary, code, error) = match ending {
        Ending::Done(summary) => (Some(summary.clone()), None, None),
        Ending::Failed(code, message) => (
            None,
            Some(code.as_str().to_owned()),
            Some((*message).to_owned()),
        ),
    };
    let took = now
        .as_millisecond()
        .saturating_sub(known.created_at.as_millisecond());
    let said = Said {
        maturity: known.maturity,
        command: Some(known.id.to_string()),
        action: known.action,
        allowed: true,
        success: code.is_none(),
        late,
        code,
        summary,
        error,
        // A clock that was set back must not make it negative.
        duration_ms: took.max(0),
    };
    books.write_down(&audit::line(
        &said,
        known.account,
        known.device,
        known.agent,
        now,
    ))
}
