//! Checking the record, entry by entry, beside whoever writes it.
//!
//! One read transaction sees one state of the file, however much is added meanwhile, and no more
//! than one entry is in memory at a time.

use std::{io, path::Path};

use chaperone_chain::{Content, Hash};
use ed25519_dalek::VerifyingKey;
use rusqlite::{Connection, Row};

use super::{
    BEGUN_ANEW, Broken, Checkpoint, Head, Problem, Verified, hex,
    seal::{Seal, find_key, find_mark, read_seal},
};
use crate::{Error, SecretStore, column, store};

/// How many places are tried when an entry may come from another one; beyond, it counts as
/// changed.
const PLACES_TRIED: u64 = 1_000_000;

/// Checks the record of the vault in this folder, whoever has it open.
pub fn verify(dir: &Path, secrets: &SecretStore) -> Result<Verified, Error> {
    let mark = find_mark(secrets)?;
    verify_up_to(&store::path_in(dir), secrets, mark)
}

/// Checks the record in any vault file of this device, such as one that was set aside.
pub fn verify_file(file: &Path, secrets: &SecretStore) -> Result<Verified, Error> {
    verify_up_to(file, secrets, 0)
}

/// Checks that the record of the vault in this folder goes on from a checkpoint that was kept
/// elsewhere: the entry it names is unchanged and everything after it is sound. What came before
/// it is not read; the entry's hash stands for that.
pub fn verify_since(
    dir: &Path,
    secrets: &SecretStore,
    checkpoint: &Checkpoint,
) -> Result<Verified, Error> {
    let mark = find_mark(secrets)?;
    let key = find_key(secrets)?.map(|key| key.public());
    let connection = reading(&store::path_in(dir))?;
    check_since(&connection, key.as_ref(), mark, checkpoint)
}

fn verify_up_to(file: &Path, secrets: &SecretStore, mark: u64) -> Result<Verified, Error> {
    let key = find_key(secrets)?.map(|key| key.public());
    check(&reading(file)?, key.as_ref(), mark)
}

fn reading(file: &Path) -> Result<Connection, Error> {
    if !file.exists() {
        return Err(Error::File {
            operation: "find",
            path: file.to_owned(),
            source: io::ErrorKind::NotFound.into(),
        });
    }
    let connection = store::open_for_reading(file)?;
    // The first read after this fixes the state that all of them see.
    connection.execute_batch("BEGIN")?;
    Ok(connection)
}

/// Checks the record behind this connection, which has reached `mark` at least.
pub(crate) fn check(
    connection: &Connection,
    key: Option<&VerifyingKey>,
    mark: u64,
) -> Result<Verified, Error> {
    let seal = key.map(|key| read_seal(connection, key)).transpose()?;
    let (head, broken) = walk(connection, Head::START, seal)?;
    Ok(verified(
        head,
        broken.or_else(|| check_end(head, seal, mark)),
    ))
}

/// Checks the record from what a checkpoint names on.
pub(super) fn check_since(
    connection: &Connection,
    key: Option<&VerifyingKey>,
    mark: u64,
    checkpoint: &Checkpoint,
) -> Result<Verified, Error> {
    let noted = checkpoint.head();
    let not = |problem| {
        let seq = noted.seq;
        Ok(verified(Head::START, Some(Broken { seq, problem })))
    };
    if key.is_some_and(|key| !checkpoint.is_by(key)) {
        return not(Problem::CheckpointForeign);
    }
    let seal = key.map(|key| read_seal(connection, key)).transpose()?;
    if !stands(connection, noted)? {
        return match last_number(connection)? {
            last if last < noted.seq => not(Problem::Truncated { through: noted.seq }),
            _ => not(Problem::NotAsNoted),
        };
    }
    let (head, broken) = walk(connection, noted, seal)?;
    Ok(verified(
        head,
        broken.or_else(|| check_end(head, seal, mark)),
    ))
}

fn verified(head: Head, broken: Option<Broken>) -> Verified {
    Verified {
        entries: head.seq,
        head: hex(&head.hash),
        broken,
    }
}

/// Whether the entry of this number has this hash, in its column and in truth.
fn stands(connection: &Connection, noted: Head) -> Result<bool, Error> {
    if noted == Head::START {
        return Ok(true);
    }
    let mut statement =
        connection.prepare("SELECT at, kind, body, previous, hash FROM record WHERE seq = ?1")?;
    let mut rows = statement.query([column::to_row(noted.seq)])?;
    let Some(row) = rows.next()? else {
        return Ok(false);
    };
    let blob =
        |index| -> Result<&[u8], Error> { Ok(row.get_ref(index)?.as_bytes().unwrap_or_default()) };
    let content = Content {
        at: blob(0)?,
        kind: blob(1)?,
        body: blob(2)?,
    };
    Ok(content.hash(noted.seq, blob(3)?) == noted.hash && blob(4)? == noted.hash)
}

fn last_number(connection: &Connection) -> Result<u64, Error> {
    let last: Option<i64> =
        connection.query_row("SELECT max(seq) FROM record", [], |row| row.get(0))?;
    Ok(last.map_or(0, column::from_row))
}

/// The sound part of the chain after `head`, and what ends it before its time.
fn walk(
    connection: &Connection,
    mut head: Head,
    seal: Option<Seal>,
) -> Result<(Head, Option<Broken>), Error> {
    // From the start on, numbers that no entry can have are read too.
    let first = if head == Head::START {
        i64::MIN
    } else {
        column::to_row(head.seq.saturating_add(1))
    };
    let mut statement = connection.prepare(
        "SELECT seq, at, kind, body, previous, hash FROM record WHERE seq >= ?1 ORDER BY seq",
    )?;
    let mut rows = statement.query([first])?;
    let broken = |seq, problem| Some(Broken { seq, problem });
    loop {
        let expected = head.seq.saturating_add(1);
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok((head, None)),
            Err(error) => {
                let because = error.to_string();
                return Ok((head, broken(expected, Problem::Unreadable { because })));
            }
        };
        match step(head, row, seal)? {
            Ok(next) => head = next,
            Err(found) => return Ok((head, Some(found))),
        }
    }
}

/// Checks one entry against the one before it.
fn step(head: Head, row: &Row<'_>, seal: Option<Seal>) -> Result<Result<Head, Broken>, Error> {
    let expected = head.seq.saturating_add(1);
    let number: i64 = row.get(0)?;
    let broken = |seq, problem| Ok(Err(Broken { seq, problem }));
    let Some(seq) = u64::try_from(number).ok().filter(|seq| *seq >= expected) else {
        return broken(expected, Problem::Foreign { number });
    };
    if seq > expected {
        let through = seq.saturating_sub(1);
        return broken(expected, Problem::Removed { through });
    }
    if let Some(Seal::Ours(sealed)) = seal
        && seq > sealed.seq
    {
        return broken(seq, Problem::Unsealed);
    }
    let blob = |column| -> Result<&[u8], Error> {
        let value = row.get_ref(column)?;
        Ok(value.as_bytes().unwrap_or_default())
    };
    let content = Content {
        at: blob(1)?,
        kind: blob(2)?,
        body: blob(3)?,
    };
    let (previous, stored) = (blob(4)?, blob(5)?);
    let hash = content.hash(seq, previous);
    if hash != stored {
        let problem = origin(content, previous, stored, seal)
            .map_or(Problem::Changed, |from| Problem::Moved { from });
        return broken(seq, problem);
    }
    if previous != head.hash {
        return broken(seq, Problem::Unlinked);
    }
    if content.kind == BEGUN_ANEW.as_bytes() {
        return broken(
            seq,
            Problem::BegunAnew {
                because: reason(content.body),
            },
        );
    }
    Ok(Ok(Head { seq, hash }))
}

/// The number under which an entry was written, when that is another than it has.
fn origin(content: Content<'_>, previous: &[u8], stored: &[u8], seal: Option<Seal>) -> Option<u64> {
    let last = match seal {
        Some(Seal::Ours(sealed)) => sealed.seq,
        Some(Seal::Foreign | Seal::Missing) | None => PLACES_TRIED,
    };
    // Only a hash can be somebody's: what is not one was changed itself.
    let stored: Hash = stored.try_into().ok()?;
    (1..=last.min(PLACES_TRIED)).find(|place| content.hash(*place, previous) == stored)
}

/// Compares where the chain ends with where this device ended it.
pub(super) fn check_end(head: Head, seal: Option<Seal>, mark: u64) -> Option<Broken> {
    let sealed = match seal {
        Some(Seal::Ours(sealed)) => sealed,
        Some(Seal::Foreign | Seal::Missing) | None => head,
    };
    let through = sealed.seq.max(mark);
    let (seq, problem) = if through > head.seq {
        (head.seq.saturating_add(1), Problem::Truncated { through })
    } else if sealed.seq < head.seq {
        (sealed.seq.saturating_add(1), Problem::Unsealed)
    } else {
        let problem = match seal {
            None => Problem::KeyMissing,
            Some(Seal::Missing) => Problem::SealMissing,
            Some(Seal::Foreign) => Problem::SealForeign,
            Some(Seal::Ours(_)) if sealed.hash != head.hash => Problem::Rewritten,
            Some(Seal::Ours(_)) => return None,
        };
        (head.seq, problem)
    };
    Some(Broken { seq, problem })
}

fn reason(body: &[u8]) -> String {
    let body: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let because = body
        .as_ref()
        .and_then(|body| body.get("because"))
        .and_then(|because| because.as_str());
    because.unwrap_or("no reason is given").to_owned()
}
