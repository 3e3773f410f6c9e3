//! The journal's table: nothing here knows what a command is.

use chaperone_protocol::{CommandId, CommandState, ConnectionId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::{Arrival, JournalEntry, Received, Step, graph::may_follow, past};
use crate::{Error, column};

const COLUMNS: &str = "number, connection, id, state, request, judgement, digest, outcome, \
                       received_at, deadline_at, updated_at";

/// Takes a command in, unless it is known.
pub(crate) fn receive(connection: &Connection, arrival: &Arrival) -> Result<Received, Error> {
    if let Some(number) = past::find(connection, &arrival.connection, &arrival.id)? {
        return Ok(Received::Past { number });
    }
    let inserted = connection
        .prepare_cached(
            "INSERT INTO journal
                 (connection, id, state, request, received_at, deadline_at, updated_at)
             VALUES (:connection, :id, :state, :request, :received_at, :deadline_at, :received_at)
             ON CONFLICT (connection, id) DO NOTHING",
        )?
        .execute(named_params! {
            ":connection": arrival.connection.as_str(),
            ":id": arrival.id.as_str(),
            ":state": CommandState::Received.as_str(),
            ":request": column::encode("request", &arrival.request)?,
            ":received_at": arrival.received_at.to_string(),
            ":deadline_at": arrival.deadline_at.to_string(),
        })?;
    let stored = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM journal WHERE connection = ?1 AND id = ?2"
        ))?
        .query_row(
            [arrival.connection.as_str(), arrival.id.as_str()],
            Stored::read,
        )?;
    let entry = stored.decode()?;
    Ok(if inserted == 0 {
        Received::Known(entry)
    } else {
        Received::New(entry)
    })
}

/// Takes a command one step on, where that step is legal.
pub(crate) fn transition(
    connection: &Connection,
    number: u64,
    step: &Step,
    at: Timestamp,
) -> Result<(), Error> {
    let row = column::to_row(number);
    let state: String = connection
        .prepare_cached("SELECT state FROM journal WHERE number = ?1")?
        .query_row([row], |row| row.get(0))
        .optional()?
        .ok_or(Error::UnknownEntry { number })?;
    let from = decode_state(&state)?;
    let to = step.to();
    if !may_follow(from, to) {
        return Err(Error::IllegalStep { number, from, to });
    }
    let (judgement, digest, outcome) = match step {
        Step::Judged { judgement } => (Some(column::encode("judgement", judgement)?), None, None),
        Step::Waiting { digest } | Step::Approved { digest } => (None, Some(digest), None),
        Step::Ended { outcome, .. } => (None, None, Some(column::encode("outcome", outcome)?)),
        Step::Running | Step::Reviewing | Step::Delivered => (None, None, None),
    };
    connection
        .prepare_cached(
            "UPDATE journal
             SET state = :state,
                 judgement = coalesce(:judgement, judgement),
                 digest = coalesce(:digest, digest),
                 outcome = coalesce(:outcome, outcome),
                 updated_at = :at
             WHERE number = :number",
        )?
        .execute(named_params! {
            ":state": to.as_str(),
            ":judgement": judgement,
            ":digest": digest,
            ":outcome": outcome,
            ":at": at.to_string(),
            ":number": row,
        })?;
    Ok(())
}

/// Reads one entry.
pub(crate) fn entry(connection: &Connection, number: u64) -> Result<Option<JournalEntry>, Error> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM journal WHERE number = ?1"))?
        .query_row([column::to_row(number)], Stored::read)
        .optional()?
        .map(Stored::decode)
        .transpose()
}

/// Reads the entries that are not delivered yet and whose state is wanted, oldest first.
pub(crate) fn open_entries(
    connection: &Connection,
    wanted: impl Fn(CommandState) -> bool,
) -> Result<Vec<JournalEntry>, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM journal WHERE state <> 'delivered' ORDER BY number"
    ))?;
    let mut rows = statement.query([])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let stored = Stored::read(row)?;
        if wanted(decode_state(&stored.state)?) {
            entries.push(stored.decode()?);
        }
    }
    Ok(entries)
}

/// A row as it is stored.
struct Stored {
    number: i64,
    connection: String,
    id: String,
    state: String,
    request: String,
    judgement: Option<String>,
    digest: Option<String>,
    outcome: Option<String>,
    received_at: String,
    deadline_at: String,
    updated_at: String,
}

impl Stored {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get("number")?,
            connection: row.get("connection")?,
            id: row.get("id")?,
            state: row.get("state")?,
            request: row.get("request")?,
            judgement: row.get("judgement")?,
            digest: row.get("digest")?,
            outcome: row.get("outcome")?,
            received_at: row.get("received_at")?,
            deadline_at: row.get("deadline_at")?,
            updated_at: row.get("updated_at")?,
        })
    }

    fn decode(self) -> Result<JournalEntry, Error> {
        let optional =
            |what, text: Option<String>| text.map(|text| column::decode(what, &text)).transpose();
        Ok(JournalEntry {
            number: column::from_row(self.number),
            connection: ConnectionId::new(self.connection)
                .map_err(|error| Error::decode("connection id", error))?,
            id: CommandId::new(self.id).map_err(|error| Error::decode("command id", error))?,
            state: decode_state(&self.state)?,
            request: column::decode("request", &self.request)?,
            judgement: optional("judgement", self.judgement)?,
            digest: self.digest,
            outcome: self
                .outcome
                .map(|text| column::decode("outcome", &text))
                .transpose()?,
            received_at: column::decode_time(&self.received_at)?,
            deadline_at: column::decode_time(&self.deadline_at)?,
            updated_at: column::decode_time(&self.updated_at)?,
        })
    }
}

fn decode_state(text: &str) -> Result<CommandState, Error> {
    CommandState::ALL
        .into_iter()
        .find(|state| state.as_str() == text)
        .ok_or_else(|| Error::decode("state", format!("no state is called {text:?}")))
}
