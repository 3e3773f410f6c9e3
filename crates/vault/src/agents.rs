//! The agents that were met at each hub: what is claimed for them, what the person made of that,
//! and every change of either.
//!
//! Hubs name agents, and could name any number: of those that the person never touched, only the
//! ones seen last stay.

use chaperone_protocol::{Agent, AgentId, ConnectionId, Maturity, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::{Error, column};

const WHAT: &str = "agent";
/// More agents than any hub has that a person knows by name.
const AGENTS_KEPT: u32 = 1_000;
/// Changes kept for each agent; the record has them all.
const CHANGES_KEPT: u32 = 100;
/// A name that needs more is no name.
const LONGEST_NAME: usize = 200;
const COLUMNS: &str = "connection, id, name, claim, ceiling, muted, first_seen_at, last_seen_at";

/// An agent that was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAgent {
    /// The pairing it was met through.
    pub connection: ConnectionId,
    /// Its hub's id for it.
    pub id: AgentId,
    /// The name its hub gave it last; at most 200 characters of it.
    pub name: String,
    /// The level its hub claimed for it last.
    pub claim: Maturity,
    /// The highest level the person lets it have, where that was said of this agent.
    pub ceiling: Option<Maturity>,
    /// Whether the person wants to hear nothing of it.
    pub muted: bool,
    /// When it was met.
    pub first_seen_at: Timestamp,
    /// When it asked for something last.
    pub last_seen_at: Timestamp,
}

/// Which of an agent's levels changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LevelKind {
    /// What its hub claims.
    Claim,
    /// What the person allows at most.
    Ceiling,
}

/// Who changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangedBy {
    /// Its hub.
    Hub,
    /// The person at this device.
    Person,
}

/// A change of an agent's level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelChange {
    /// Which level.
    pub what: LevelKind,
    /// Who changed it.
    pub by: ChangedBy,
    /// When.
    pub at: Timestamp,
    /// What it was; absent at the first meeting, and where the person had said nothing.
    pub from: Option<Maturity>,
    /// What it is since then; absent where the person took a ceiling away.
    pub to: Option<Maturity>,
}

/// Notes that an agent asked for something. Answers the change of its claim, if there is one;
/// meeting it is one.
pub(crate) fn see(
    connection: &Connection,
    hub: &ConnectionId,
    agent: &Agent,
    at: Timestamp,
) -> Result<Option<LevelChange>, Error> {
    let before: Option<String> = connection
        .prepare_cached("SELECT claim FROM agent WHERE connection = ?1 AND id = ?2")?
        .query_row([hub.as_str(), agent.id.as_str()], |row| row.get(0))
        .optional()?;
    let before = column::decode_optional_level(before)?;
    let claim = agent.claim();
    connection
        .prepare_cached(
            "INSERT INTO agent (connection, id, name, claim, muted, first_seen_at, last_seen_at,
                                last_seen)
             VALUES (?1, ?2, ?3, ?4, 0, ?5, ?5,
                     (SELECT coalesce(max(last_seen), 0) + 1 FROM agent WHERE connection = ?1))
             ON CONFLICT (connection, id) DO UPDATE
             SET name = excluded.name, claim = excluded.claim,
                 last_seen_at = excluded.last_seen_at, last_seen = excluded.last_seen",
        )?
        .execute(params![
            hub.as_str(),
            agent.id.as_str(),
            agent.name.chars().take(LONGEST_NAME).collect::<String>(),
            claim.as_str(),
            at.to_string()
        ])?;
    if before == Some(claim) {
        return Ok(None);
    }
    if before.is_none() {
        make_room(connection, hub)?;
    }
    let change = LevelChange {
        what: LevelKind::Claim,
        by: ChangedBy::Hub,
        at,
        from: before,
        to: Some(claim),
    };
    note(connection, hub, &agent.id, &change)?;
    Ok(Some(change))
}

/// Sets or takes away the ceiling of one agent. Answers the change, if it is one.
pub(crate) fn set_ceiling(
    connection: &Connection,
    hub: &ConnectionId,
    id: &AgentId,
    ceiling: Option<Maturity>,
    at: Timestamp,
) -> Result<Option<LevelChange>, Error> {
    let before: Option<Option<String>> = connection
        .prepare_cached("SELECT ceiling FROM agent WHERE connection = ?1 AND id = ?2")?
        .query_row([hub.as_str(), id.as_str()], |row| row.get(0))
        .optional()?;
    let before = before.ok_or(Error::Unknown { what: WHAT })?;
    let before = column::decode_optional_level(before)?;
    if before == ceiling {
        return Ok(None);
    }
    connection
        .prepare_cached("UPDATE agent SET ceiling = ?3 WHERE connection = ?1 AND id = ?2")?
        .execute(params![
            hub.as_str(),
            id.as_str(),
            ceiling.map(Maturity::as_str)
        ])?;
    let change = LevelChange {
        what: LevelKind::Ceiling,
        by: ChangedBy::Person,
        at,
        from: before,
        to: ceiling,
    };
    note(connection, hub, id, &change)?;
    Ok(Some(change))
}

/// Mutes one agent, or hears it again.
pub(crate) fn set_muted(
    connection: &Connection,
    hub: &ConnectionId,
    id: &AgentId,
    muted: bool,
) -> Result<(), Error> {
    let changed = connection
        .prepare_cached("UPDATE agent SET muted = ?3 WHERE connection = ?1 AND id = ?2")?
        .execute(params![hub.as_str(), id.as_str(), muted])?;
    if changed == 0 {
        return Err(Error::Unknown { what: WHAT });
    }
    Ok(())
}

/// Reads all of them, the one seen last first within its connection.
pub(crate) fn all(connection: &Connection) -> Result<Vec<KnownAgent>, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM agent ORDER BY connection, last_seen DESC"
    ))?;
    let rows = statement.query_map([], Stored::read)?;
    rows.map(|row| row?.decode()).collect()
}

/// Reads one.
pub(crate) fn find(
    connection: &Connection,
    hub: &ConnectionId,
    id: &AgentId,
) -> Result<Option<KnownAgent>, Error> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM agent WHERE connection = ?1 AND id = ?2"
        ))?
        .query_row([hub.as_str(), id.as_str()], Stored::read)
        .optional()?
        .map(Stored::decode)
        .transpose()
}

/// Reads the changes of one agent's levels, newest first.
pub(crate) fn changes(
    connection: &Connection,
    hub: &ConnectionId,
    id: &AgentId,
) -> Result<Vec<LevelChange>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT what, who, at, before, after FROM level_change
         WHERE connection = ?1 AND agent = ?2 ORDER BY number DESC",
    )?;
    let mut rows = statement.query([hub.as_str(), id.as_str()])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        changes.push(LevelChange {
            what: kind(&row.get::<_, String>(0)?)?,
            by: changed_by(&row.get::<_, String>(1)?)?,
            at: column::decode_time(&row.get::<_, String>(2)?)?,
            from: column::decode_optional_level(row.get(3)?)?,
            to: column::decode_optional_level(row.get(4)?)?,
        });
    }
    Ok(changes)
}

fn note(
    connection: &Connection,
    hub: &ConnectionId,
    id: &AgentId,
    change: &LevelChange,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO level_change (connection, agent, what, who, at, before, after)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            hub.as_str(),
            id.as_str(),
            match change.what {
                LevelKind::Claim => "claim",
                LevelKind::Ceiling => "ceiling",
            },
            match change.by {
                ChangedBy::Hub => "hub",
                ChangedBy::Person => "person",
            },
            change.at.to_string(),
            change.from.map(Maturity::as_str),
            change.to.map(Maturity::as_str)
        ])?;
    connection
        .prepare_cached(
            "DELETE FROM level_change WHERE number IN
                 (SELECT number FROM level_change WHERE connection = ?1 AND agent = ?2
                  ORDER BY number DESC LIMIT -1 OFFSET ?3)",
        )?
        .execute(params![hub.as_str(), id.as_str(), CHANGES_KEPT])?;
    Ok(())
}

/// Forgets the agents of this hub that are too many, unless the person said something of them.
fn make_room(connection: &Connection, hub: &ConnectionId) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM agent WHERE connection = ?1 AND ceiling IS NULL AND muted = 0 AND id IN
             (SELECT id FROM agent WHERE connection = ?1
              ORDER BY last_seen DESC LIMIT -1 OFFSET ?2)
         RETURNING id",
    )?;
    let gone = statement.query_map(params![hub.as_str(), AGENTS_KEPT], |row| {
        row.get::<_, String>(0)
    })?;
    let gone: Vec<String> = gone.collect::<Result<_, _>>()?;
    for id in gone {
        connection
            .prepare_cached("DELETE FROM level_change WHERE connection = ?1 AND agent = ?2")?
            .execute([hub.as_str(), &id])?;
    }
    Ok(())
}

fn kind(text: &str) -> Result<LevelKind, Error> {
    match text {
        "claim" => Ok(LevelKind::Claim),
        "ceiling" => Ok(LevelKind::Ceiling),
        other => Err(Error::decode("level change", format!("not {other:?}"))),
    }
}

fn changed_by(text: &str) -> Result<ChangedBy, Error> {
    match text {
        "hub" => Ok(ChangedBy::Hub),
        "person" => Ok(ChangedBy::Person),
        other => Err(Error::decode("level change", format!("not {other:?}"))),
    }
}

/// A row as it is stored.
struct Stored {
    connection: String,
    id: String,
    name: String,
    claim: String,
    ceiling: Option<String>,
    muted: bool,
    first_seen_at: String,
    last_seen_at: String,
}

impl Stored {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            connection: row.get(0)?,
            id: row.get(1)?,
            name: row.get(2)?,
            claim: row.get(3)?,
            ceiling: row.get(4)?,
            muted: row.get(5)?,
            first_seen_at: row.get(6)?,
            last_seen_at: row.get(7)?,
        })
    }

    fn decode(self) -> Result<KnownAgent, Error> {
        let connection = ConnectionId::new(self.connection);
        let id = AgentId::new(self.id);
        Ok(KnownAgent {
            connection: connection.map_err(|error| Error::decode("connection id", error))?,
            id: id.map_err(|error| Error::decode("agent id", error))?,
            name: self.name,
            claim: column::decode_level(&self.claim)?,
            ceiling: column::decode_optional_level(self.ceiling)?,
            muted: self.muted,
            first_seen_at: column::decode_time(&self.first_seen_at)?,
            last_seen_at: column::decode_time(&self.last_seen_at)?,
        })
    }
}
