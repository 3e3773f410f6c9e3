//! What the person answered before, by connection, agent and capability.

use chaperone_protocol::{AgentId, Capability, ConnectionId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::{Error, column};

/// An agent of one connection and one thing it asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Asker {
    /// The pairing it comes through.
    pub connection: ConnectionId,
    /// Who asks; a hub that names nobody leaves it out.
    pub agent: Option<AgentId>,
    /// For what.
    pub capability: Capability,
}

/// What the person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Yes.
    Allowed,
    /// No.
    Denied,
}

/// How long a yes stands, as far as that is not a matter of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lasting {
    /// Until the person says no.
    UntilDenied,
    /// Until the person says no or the screen is locked.
    UntilLock,
}

/// What the person answered so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// When the first yes was said.
    pub first_allowed_at: Option<Timestamp>,
    /// When the last yes was said.
    pub last_allowed_at: Option<Timestamp>,
    /// When the last no was said.
    pub last_denied_at: Option<Timestamp>,
    /// When the last yes was said, unless a no or a screen lock has ended it since.
    pub standing_at: Option<Timestamp>,
    /// How often yes was said.
    pub allowed: u64,
    /// How often no was said.
    pub denied: u64,
    /// What was said last, whatever the clock said.
    pub last: Option<Answer>,
}

impl Answers {
    /// What was said last, and when.
    pub fn last_answer(&self) -> Option<(Answer, Timestamp)> {
        let answer = self.last?;
        let at = match answer {
            Answer::Allowed => self.last_allowed_at,
            Answer::Denied => self.last_denied_at,
        };
        Some((answer, at?))
    }
}

impl Asker {
    fn key(&self) -> [&str; 3] {
        let agent = self.agent.as_ref().map_or("", AgentId::as_str);
        [self.connection.as_str(), agent, self.capability.as_str()]
    }
}

/// Reads what was answered.
pub(crate) fn find(connection: &Connection, asker: &Asker) -> Result<Answers, Error> {
    let stored = connection
        .prepare_cached(
            "SELECT first_allowed_at, last_allowed_at, last_denied_at, standing_at, allowed, denied,
                    last_was_allowed
             FROM answer WHERE connection = ?1 AND agent = ?2 AND capability = ?3",
        )?
        .query_row(asker.key(), |row| {
            let times: [Option<String>; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
            let counts: [i64; 2] = [row.get(4)?, row.get(5)?];
            Ok((times, counts, row.get::<_, bool>(6)?))
        })
        .optional()?;
    let Some(([first, last, denied_at, standing], [allowed, denied], last_was_allowed)) = stored
    else {
        return Ok(Answers::default());
    };
    Ok(Answers {
        first_allowed_at: column::decode_optional_time(first)?,
        last_allowed_at: column::decode_optional_time(last)?,
        last_denied_at: column::decode_optional_time(denied_at)?,
        standing_at: column::decode_optional_time(standing)?,
        allowed: column::from_row(allowed),
        denied: column::from_row(denied),
        last: Some(if last_was_allowed {
            Answer::Allowed
        } else {
            Answer::Denied
        }),
    })
}

/// Remembers a yes.
pub(crate) fn allow(
    connection: &Connection,
    asker: &Asker,
    lasting: Lasting,
    at: Timestamp,
) -> Result<(), Error> {
    let [hub, agent, capability] = asker.key();
    connection
        .prepare_cached(
            "INSERT INTO answer (connection, agent, capability, first_allowed_at, last_allowed_at,
                                 standing_at, until_lock, allowed, denied, last_was_allowed)
             VALUES (?1, ?2, ?3, ?4, ?4, ?4, ?5, 1, 0, 1)
             ON CONFLICT (connection, agent, capability) DO UPDATE
             SET first_allowed_at = coalesce(first_allowed_at, excluded.first_allowed_at),
                 last_allowed_at = excluded.last_allowed_at, standing_at = excluded.standing_at,
                 until_lock = excluded.until_lock, allowed = allowed + 1, last_was_allowed = 1",
        )?
        .execute(params![
            hub,
            agent,
            capability,
            at.to_string(),
            lasting == Lasting::UntilLock
        ])?;
    Ok(())
}

/// Remembers a no.
pub(crate) fn deny(connection: &Connection, asker: &Asker, at: Timestamp) -> Result<(), Error> {
    let [hub, agent, capability] = asker.key();
    connection
        .prepare_cached(
            "INSERT INTO answer (connection, agent, capability, last_denied_at, until_lock,
                                 allowed, denied, last_was_allowed)
             VALUES (?1, ?2, ?3, ?4, 0, 0, 1, 0)
             ON CONFLICT (connection, agent, capability) DO UPDATE
             SET last_denied_at = excluded.last_denied_at, standing_at = NULL, denied = denied + 1,
                 last_was_allowed = 0",
        )?
        .execute(params![hub, agent, capability, at.to_string()])?;
    Ok(())
}

/// Has nobody's yes to this count any more, as if it had never been said.
pub(crate) fn unsay(connection: &Connection, capability: Capability) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE answer SET first_allowed_at = NULL, standing_at = NULL WHERE capability = ?1",
        )?
        .execute([capability.as_str()])?;
    Ok(())
}

/// Ends every yes that stands until the screen is locked, and says how many.
pub(crate) fn end_with_lock(connection: &Connection) -> Result<u64, Error> {
    let ended = connection
        .prepare_cached(
            "UPDATE answer SET standing_at = NULL
             WHERE until_lock = 1 AND standing_at IS NOT NULL",
        )?
        .execute([])?;
    Ok(u64::try_from(ended).unwrap_or(u64::MAX))
}
