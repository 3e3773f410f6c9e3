//! Taking out what is long over, without forgetting that it was there.
//!
//! What a command asked and brought goes; a fingerprint of its id stays, because a hub that
//! repeats the id must not have it run a second time.

use chaperone_protocol::{CommandId, ConnectionId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use crate::{Error, column};

/// Rows taken out in one transaction: few enough that nobody who writes meanwhile notices.
const AT_ONCE: u32 = 200;
/// Fingerprints kept: about 40 MB, and decades of commands.
const KEPT: i64 = 1_000_000;

/// The number of a command that was taken out.
pub(super) fn find(
    connection: &Connection,
    hub: &ConnectionId,
    id: &CommandId,
) -> Result<Option<u64>, Error> {
    let number: Option<i64> = connection
        .prepare_cached("SELECT number FROM past WHERE fingerprint = ?1")?
        .query_row([fingerprint(hub.as_str(), id.as_str())], |row| row.get(0))
        .optional()?;
    Ok(number.map(column::from_row))
}

/// Takes out some of the commands that were delivered before then; none when all are gone.
pub(crate) fn prune(connection: &Connection, before: Timestamp) -> Result<u64, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT number, connection, id FROM journal
         WHERE state = 'delivered' AND substr(updated_at, 1, 19) < ?1 LIMIT ?2",
    )?;
    let found = statement.query_map(params![column::second(before), AT_ONCE], |row| {
        Ok((
            row.get::<_, i64>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
        ))
    })?;
    // Read to the end first: the rows are about to go.
    let found: Vec<(i64, String, String)> = found.collect::<Result<_, _>>()?;
    for (number, hub, id) in &found {
        connection
            .prepare_cached("INSERT INTO past (number, fingerprint) VALUES (?1, ?2)")?
            .execute(params![number, fingerprint(hub, id)])?;
        connection
            .prepare_cached("DELETE FROM journal WHERE number = ?1")?
            .execute([number])?;
    }
    if let Some(newest) = found.iter().map(|(number, ..)| *number).max() {
        connection
            .prepare_cached("DELETE FROM past WHERE number <= ?1")?
            .execute([newest.saturating_sub(KEPT)])?;
    }
    Ok(found.len().try_into().unwrap_or(u64::MAX))
}

/// Names a command within all of them; half a hash is plenty against chance.
fn fingerprint(hub: &str, id: &str) -> [u8; 16] {
    let mut hasher = Sha256::new();
    // Neither holds a control character, so that the two cannot be cut in another place.
    hasher.update(hub);
    hasher.update([0]);
    hasher.update(id);
    let mut half = [0; 16];
    for (into, byte) in half.iter_mut().zip(hasher.finalize()) {
        *into = byte;
    }
    half
}
