//! Every command, from before it goes out until its one outcome stands.
//!
//! A command is `queued` for a device that is away, `waiting` while somebody waits for it,
//! `unanswered` when nobody does any more, and `settled` when its outcome came, in time or late.
//! Only the first outcome counts. How commands are looked at is the `asked`
//! module's.

use chaperone_dialects::command_name;
use chaperone_protocol::{
    Action, Agent, AgentId, CommandId, Data, DeviceId, FailureCode, Outcome, SignedDuration,
    Timestamp,
};

use super::{
    AccountId, Books, Row, Store, Survives, asked,
    audit::{self, Said},
    begun::{Begun, insert},
    cells, damaged, recordings,
};
use crate::{Error, events::Subject};

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
    /// The device on which the asker runs, where it said so.
    pub(crate) from_device: Option<DeviceId>,
    pub(crate) key: Option<Key>,
    /// What it was asked of several devices together with.
    pub(crate) batch: Option<String>,
    pub(crate) start: Start,
    pub(crate) created_at: Timestamp,
    pub(crate) deadline_at: Timestamp,
}

/// How a command begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// It goes out now.
    Waiting,
    /// It is kept until the device connects.
    Queued,
}

/// A caller's own name for a command, so that asking twice does it once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// Unique for the caller.
    pub(crate) text: String,
    /// Of what is asked.
    pub(crate) digest: [u8; 32],
}

/// What became of a new command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Added {
    New,
    /// The caller has asked the same before, as this command.
    Known(CommandId),
    /// The caller has asked for something else under that key.
    Mismatched,
    /// Too many are kept for the device already.
    Full,
}

/// How many commands are kept for one device that is away.
const QUEUED_PER_DEVICE: i64 = 100;

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

/// How long answers can be asked for again, and their keys stand for them.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

impl Store {
    /// Takes a command down, once for each key. It may go out only after this.
    pub(crate) async fn add_command(
        &self,
        command: NewCommand,
        survives: Survives,
    ) -> Result<Added, Error> {
        let (start, key) = (command.start, command.key.clone());
        let begun = Begun::of(command)?;
        if let (Some(underway), Survives::Crash, None, Start::Waiting) =
            (&self.underway, survives, &key, start)
        {
            let begun = underway.add(begun)?;
            self.events.publish(begun.created("waiting"));
            return Ok(Added::New);
        }
        let work = move |books: &mut Books| {
            if let Some(key) = &key
                && let Some(known) = asked::keyed(&mut **books, &begun.account, key)?
            {
                return Ok(known);
            }
            let state = match start {
                Start::Waiting => "waiting",
                Start::Queued if is_full(books, &begun.device)? => return Ok(Added::Full),
                Start::Queued => "queued",
            };
            if !insert(&mut **books, &begun, key.as_ref(), state, None)? {
                return Err(damaged("id", begun.id.as_str()));
            }
            books.tell(begun.created(state));
            Ok(Added::New)
        };
        self.writer.write(survives, work).await
    }

    /// Takes down that a command that was kept goes out now; no if it is not kept any more.
    pub(crate) async fn take_from_queue(&self, id: CommandId) -> Result<bool, Error> {
        self.write(move |books| {
            let changed = books.execute(
                "UPDATE commands SET state = 'waiting' WHERE id = ?1 AND state = 'queued'",
                cells![id.as_str()],
            )?;
            Ok(changed == 1)
        })
        .await
    }

    /// Takes down that a command that was kept will not go out.
    pub(crate) async fn drop_from_queue(
        &self,
        id: CommandId,
        reason: GivenUp,
        allowed: bool,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.write(move |books| {
            let Some(known) = find(books, &id)?.filter(|known| known.state == "queued") else {
                return Ok(());
            };
            end_queued(books, known, &reason, allowed, now)
        })
        .await
    }

    /// Ends what was kept for longer than its asker wished.
    pub(crate) async fn expire_queued(&self, now: Timestamp) -> Result<(), Error> {
        self.write(move |books| {
            let question = format!("{COLUMNS} WHERE state = 'queued' AND deadline_at <= ?1");
            let reason = GivenUp {
                code: FailureCode::Expired,
                message: "the device did not connect in time".to_owned(),
            };
            for row in &books.rows(&question, cells![now])? {
                end_queued(books, Known::read(row)?, &reason, true, now)?;
            }
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
        let begun = self.begun(&id);
        let told = id.clone();
        let work = move |books: &mut Books| {
            // What has no row yet gets it with its outcome.
            let first = match begun.as_deref().filter(|begun| begun.device == device) {
                Some(begun) => insert(&mut **books, begun, None, "settled", Some((&text, now)))?
                    .then(|| Known::of(begun)),
                None => None,
            };
            let (known, settled) = if let Some(known) = first {
                (known, Settled::InTime)
            } else {
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
                (known, settled)
            };
            let ending = match &outcome {
                Outcome::Success { data, .. } => {
                    let action = known.asked()?;
                    recordings::note(books, known.subject(), &action, now)?;
                    Ending::Done(summary(&action, data))
                }
                Outcome::Failure { code, message, .. } => Ending::Failed(*code, message),
            };
            let late = settled == Settled::Late;
            write_down(books, known, &ending, Allowed(true), Late(late), now)?;
            Ok(settled)
        };
        let settled = self.write(work).await?;
        if settled != Settled::Unknown {
            self.has_row(&told);
        }
        Ok(settled)
    }

    /// Takes down that nobody waits for a command any more. If its outcome came just before, that
    /// stands and is returned.
    pub(crate) async fn give_up(
        &self,
        id: CommandId,
        reason: GivenUp,
        now: Timestamp,
    ) -> Result<Option<Outcome>, Error> {
        let begun = self.begun(&id);
        let told = id.clone();
        let work = move |books: &mut Books| {
            if let Some(begun) = &begun {
                insert(&mut **books, begun, None, "waiting", None)?;
            }
            let Some(known) = find(books, &id)? else {
                return Ok(None);
            };
            match known.state.as_str() {
                "waiting" => {
                    abandon(books, known, &reason, now)?;
                    Ok(None)
                }
                // Also the reason for which it was given up before.
                "settled" | "unanswered" => known
                    .outcome
                    .as_deref()
                    .map(serde_json::from_str)
                    .transpose()
                    .map_err(|_| damaged("outcome", known.id.as_str())),
                _ => Ok(None),
            }
        };
        let outcome = self.write(work).await?;
        self.has_row(&told);
        Ok(outcome)
    }

    /// Forgets commands that have ended, with whatever their devices brought. The audit keeps that
    /// they were.
    pub(crate) async fn forget_commands(&self, now: Timestamp) -> Result<(), Error> {
        let mut before = now.checked_sub(KEPT).unwrap_or(Timestamp::MIN);
        if let Some(underway) = &self.underway
            && let Some(since) = underway.since()?
        {
            before = before.min(since);
        }
        self.write(move |books| {
            books.execute(
                "UPDATE supervisions SET settled_at =
                    (SELECT settled_at FROM commands WHERE commands.id = supervisions.command)
                 WHERE settled_at IS NULL AND started_at < ?1",
                cells![before],
            )?;
            books.execute(
                "DELETE FROM commands
                 WHERE state IN ('settled', 'unanswered') AND created_at < ?1 AND deadline_at < ?1",
                cells![before],
            )?;
            Ok(())
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
    from_device: Option<String>,
    action: String,
    params: String,
    state: String,
    outcome: Option<String>,
    created_at: Timestamp,
}

const COLUMNS: &str = "SELECT id, account, device, agent, maturity, from_device, action, params,
    state, outcome, created_at FROM commands";

impl Known {
    fn of(begun: &Begun) -> Self {
        Self {
            id: begun.id.clone(),
            account: begun.account.clone(),
            device: begun.device.clone(),
            agent: begun.agent.clone(),
            maturity: begun.maturity.to_string(),
            from_device: begun.from_device.clone().map(String::from),
            action: begun.action.to_string(),
            params: begun.params.clone(),
            state: "waiting".to_owned(),
            outcome: None,
            created_at: begun.created_at,
        }
    }

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
            from_device: row.get("from_device")?,
            action: row.get("action")?,
            params: row.get("params")?,
            state: row.get("state")?,
            outcome: row.get("outcome")?,
            created_at: row.get("created_at")?,
            id,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            account: &self.account,
            device: &self.device,
            agent: self.agent.as_ref(),
            id: &self.id,
        }
    }

    fn asked(&self) -> Result<Action, Error> {
        serde_json::from_str(&self.params).map_err(|_| damaged("params", self.id.as_str()))
    }
}

/// One line about a success. It holds what was asked, and nothing that the device brought beyond
/// an exit code: where somebody was does not belong into a record that is kept for ever.
fn summary(action: &Action, data: &Data) -> String {
    match (action, data) {
        (Action::Notify(notify), _) => format!("Notification sent: {}", notify.title),
        (Action::Execute(execute), Data::Executed(executed)) => format!(
            "Command executed: {} (exit: {})",
            execute.line, executed.exit_code
        ),
        (Action::Execute(execute), _) => {
            format!("Command executed: {} (exit unknown)", execute.line)
        }
        (Action::Snap(_), _) => "Camera capture successful".to_owned(),
        (Action::Screenshot(_), _) => "Screen capture successful".to_owned(),
        (Action::Locate(_), _) => "Location retrieved".to_owned(),
        (Action::StartRecording(start), _) => {
            format!("Screen recording started: {}", start.session)
        }
        (Action::StopRecording(stop), _) => format!("Screen recording stopped: {}", stop.session),
        (action @ Action::RunAgent(_), _) => format!("Done: {}", command_name(action)),
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

fn is_full(books: &mut Books, device: &DeviceId) -> Result<bool, Error> {
    let row = books.row(
        "SELECT COUNT(*) AS number FROM commands WHERE device = ?1 AND state = 'queued'",
        cells![device.as_str()],
    )?;
    let kept: i64 = row.map_or(Ok(0), |row| row.get("number"))?;
    Ok(kept >= QUEUED_PER_DEVICE)
}

fn abandon(books: &mut Books, known: Known, reason: &GivenUp, now: Timestamp) -> Result<(), Error> {
    put_aside(books, &known, "unanswered", reason, now)?;
    let ending = Ending::Failed(reason.code, &reason.message);
    write_down(books, known, &ending, Allowed(true), Late(false), now)
}

fn end_queued(
    books: &mut Books,
    known: Known,
    reason: &GivenUp,
    allowed: bool,
    now: Timestamp,
) -> Result<(), Error> {
    // The device never heard of it, so nothing can come late.
    put_aside(books, &known, "settled", reason, now)?;
    let ending = Ending::Failed(reason.code, &reason.message);
    write_down(books, known, &ending, Allowed(allowed), Late(false), now)
}

/// The reason stands as its outcome, until the device's own takes its place.
fn put_aside(
    books: &mut Books,
    known: &Known,
    state: &'static str,
    reason: &GivenUp,
    now: Timestamp,
) -> Result<(), Error> {
    let outcome = Outcome::failure(reason.code, &reason.message, now);
    books.execute(
        "UPDATE commands SET state = ?2, outcome = ?3, settled_at = ?4 WHERE id = ?1",
        cells![
            known.id.as_str(),
            state,
            serde_json::to_string(&outcome)?,
            now
        ],
    )?;
    Ok(())
}

struct Allowed(bool);
struct Late(bool);

fn write_down(
    books: &mut Books,
    known: Known,
    ending: &Ending<'_>,
    Allowed(allowed): Allowed,
    Late(late): Late,
    now: Timestamp,
) -> Result<(), Error> {
    let code = match ending {
        Ending::Done(_) => None,
        Ending::Failed(code, _) => Some(*code),
    };
    let news = known.subject().settled(&known.action, code, late);
    books.tell(news);
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
        from_device: known.from_device,
        allowed,
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
