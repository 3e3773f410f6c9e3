//! Going on with the record after a start.
//!
//! A record that does not end where this device sealed it is not simply continued: the next seal
//! would cover up what happened to it. The vault then says so in the record itself, where
//! `verify` finds it for good.

use chaperone_protocol::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};
use serde_json::json;

use super::{
    BEGUN_ANEW, Head, RecordEntry, SealKey, append,
    seal::{find_mark, read_seal, write_seal},
    verify::check_end,
};
use crate::{Error, SecretStore, SetAside, column, schema::Origin};

/// How the record goes on.
#[derive(Debug)]
pub(crate) struct Resumed {
    /// Where it ends now.
    pub(crate) head: Head,
    /// Why it does not simply go on.
    pub(crate) because: Option<String>,
}

/// Finds the end of the record and makes sure that it is this device's.
pub(crate) fn resume(
    connection: &mut Connection,
    origin: Origin,
    set_aside: Option<&SetAside>,
    key: &SealKey,
    secrets: &SecretStore,
) -> Result<Resumed, Error> {
    let head = last_row(connection)?;
    let mark = find_mark(secrets)?;
    let trouble = match (set_aside, origin) {
        (Some(aside), _) => Some(because(aside)),
        (None, Origin::New) if mark > 0 => Some(format!(
            "an earlier record with at least {mark} entries was on this device and is gone"
        )),
        (None, Origin::New) => {
            let written = write_seal(connection, head, key);
            written.map_err(Error::unwritable)?;
            None
        }
        (None, Origin::Existing | Origin::Older { .. }) => {
            let seal = read_seal(connection, &key.public())?;
            check_end(head, Some(seal), mark).map(|broken| broken.to_string())
        }
    };
    let Some(because) = trouble else {
        return Ok(Resumed {
            head,
            because: None,
        });
    };
    let entry = RecordEntry {
        kind: BEGUN_ANEW.to_owned(),
        body: json!({ "because": because }),
        at: Timestamp::now(),
    };
    let head = begin_anew(connection, head, &entry, key)?;
    Ok(Resumed {
        head,
        because: Some(because),
    })
}

fn because(aside: &SetAside) -> String {
    let artifacts = aside.artifacts.as_ref().map(|folder| folder.display());
    match (&aside.file, artifacts) {
        (Some(file), None) => format!(
            "the file with the journal and the record was damaged. It was set aside as {}, and a \
             new one was begun",
            file.display()
        ),
        (Some(file), Some(_)) => format!(
            "the file with the journal and the record was damaged. It was set aside as {}, with \
             the pictures and recordings beside it, and a new one was begun",
            file.display()
        ),
        (None, None) => "the file with the journal and the record is gone".to_owned(),
        (None, Some(folder)) => format!(
            "the file with the journal and the record is gone. The pictures and recordings, which \
             nothing else can decrypt, were set aside as {folder}"
        ),
    }
}

fn last_row(connection: &Connection) -> Result<Head, Error> {
    let last = connection
        .query_row(
            "SELECT seq, hash FROM record ORDER BY seq DESC LIMIT 1",
            [],
            |row| {
                let seq: i64 = row.get(0)?;
                // A hash of another length was not written here: no seal will match this one.
                let hash = row
                    .get_ref(1)?
                    .as_bytes()
                    .ok()
                    .and_then(|hash| hash.try_into().ok());
                Ok((seq, hash.unwrap_or([0; 32])))
            },
        )
        .optional()?;
    Ok(last.map_or(Head::START, |(seq, hash)| Head {
        seq: column::from_row(seq),
        hash,
    }))
}

fn begin_anew(
    connection: &mut Connection,
    head: Head,
    entry: &RecordEntry,
    key: &SealKey,
) -> Result<Head, Error> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(Error::unwritable)?;
    let head = append(&transaction, head, entry).map_err(Error::in_writing)?;
    write_seal(&transaction, head, key).map_err(Error::unwritable)?;
    transaction.commit().map_err(Error::unwritable)?;
    Ok(head)
}
