//! Everything that can be done to a record, and where it shows.

use chaperone_protocol::Timestamp;
use proptest::prelude::*;
use rusqlite::{Connection, params};
use serde_json::json;

use super::{
    BEGUN_ANEW, Broken, Checkpoint, Head, InvalidCheckpoint, Problem, RecordEntry, SealKey, append,
    chain::canonical,
    problem::Verified,
    seal::{fingerprint, write_seal},
    verify::{check, check_since},
};
use crate::schema;

const ENTRIES: u64 = 8;

fn key() -> SealKey {
    SealKey::from_seed([7; 32])
}

fn moment(second: u64) -> Timestamp {
    Timestamp::from_second(i64::try_from(second).unwrap()).unwrap()
}

fn empty() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate(&mut connection).unwrap();
    write_seal(&connection, Head::START, &key()).unwrap();
    connection
}

fn write(connection: &Connection, mut head: Head, count: u64) -> Head {
    for _ in 0..count {
        let seq = head.seq + 1;
        let body = json!({ "number": seq, "said": "größer \u{202e}" });
        let entry = RecordEntry::new("stepped", &body, moment(seq)).unwrap();
        head = append(connection, head, &entry).unwrap();
    }
    write_seal(connection, head, &key()).unwrap();
    head
}

fn chain() -> Connection {
    let connection = empty();
    write(&connection, Head::START, ENTRIES);
    connection
}

/// What is found in a sound record after this was done to it. Making one takes far longer than
/// taking back what was done.
fn after(tamper: impl FnOnce(&Connection)) -> Verified {
    thread_local! {
        static CHAIN: Connection = chain();
    }
    CHAIN.with(|connection| {
        connection.execute_batch("SAVEPOINT sound").unwrap();
        tamper(connection);
        let found = verified(connection);
        connection
            .execute_batch("ROLLBACK TO sound; RELEASE sound")
            .unwrap();
        found
    })
}

fn verified(connection: &Connection) -> Verified {
    check(connection, Some(&key().public()), 0).unwrap()
}

/// What is found after these statements were run on a sound record.
#[track_caller]
fn finds(sql: &str, seq: u64, problem: Problem) {
    let found = after(|connection| connection.execute_batch(sql).unwrap());
    assert_eq!(found.broken, Some(Broken { seq, problem }), "{sql}");
}

#[test]
fn a_record_left_alone_is_sound() {
    assert_eq!(verified(&empty()).broken, None);
    let connection = chain();
    let found = verified(&connection);
    assert_eq!((found.entries, found.broken), (ENTRIES, None));
    assert_eq!(found.head.len(), 64);
}

#[test]
fn tampering_is_found_at_its_place() {
    finds(
        "UPDATE record SET body = '{}' WHERE seq = 3",
        3,
        Problem::Changed,
    );
    finds(
        "UPDATE record SET kind = 'x' WHERE seq = 1",
        1,
        Problem::Changed,
    );
    finds(
        "DELETE FROM record WHERE seq = 4",
        4,
        Problem::Removed { through: 4 },
    );
    finds(
        "DELETE FROM record WHERE seq BETWEEN 2 AND 5",
        2,
        Problem::Removed { through: 5 },
    );
    finds(
        "DELETE FROM record WHERE seq = 1",
        1,
        Problem::Removed { through: 1 },
    );
    finds(
        "DELETE FROM record WHERE seq > 6",
        7,
        Problem::Truncated { through: 8 },
    );
    finds("DELETE FROM record", 1, Problem::Truncated { through: 8 });
    finds("DELETE FROM seal", 8, Problem::SealMissing);
    finds(
        "DELETE FROM record; DELETE FROM seal",
        0,
        Problem::SealMissing,
    );
    finds("UPDATE seal SET seq = 7", 8, Problem::SealForeign);
    finds(
        "UPDATE seal SET key = zeroblob(32)",
        8,
        Problem::SealForeign,
    );
    finds("UPDATE seal SET signature = x'00'", 8, Problem::SealForeign);
    // Two entries change places.
    finds(
        "UPDATE record SET seq = 100 WHERE seq = 3;
         UPDATE record SET seq = 3 WHERE seq = 6;
         UPDATE record SET seq = 6 WHERE seq = 100",
        3,
        Problem::Moved { from: 6 },
    );
    // One is taken out and the others close up.
    finds(
        "DELETE FROM record WHERE seq = 3;
         UPDATE record SET seq = seq - 1 WHERE seq > 3",
        3,
        Problem::Moved { from: 4 },
    );
    finds(
        "UPDATE record SET seq = -1 WHERE seq = 8",
        1,
        Problem::Foreign { number: -1 },
    );
}

#[test]
fn adding_is_found_at_its_place() {
    let forge = |connection: &Connection, after: u64| {
        let hash: Vec<u8> = connection
            .query_row(
                "SELECT hash FROM record WHERE seq = ?1",
                [after.cast_signed()],
                |row| row.get(0),
            )
            .unwrap();
        let head = Head {
            seq: after,
            hash: hash.try_into().unwrap(),
        };
        let entry = RecordEntry::new("forged", &json!(null), moment(1)).unwrap();
        append(connection, head, &entry).unwrap()
    };

    // In the middle: sound in itself, but what follows does not follow it.
    let connection = chain();
    connection
        .execute_batch("UPDATE record SET seq = -seq WHERE seq > 4")
        .unwrap();
    forge(&connection, 4);
    connection
        .execute_batch("UPDATE record SET seq = 1 - seq WHERE seq < 0")
        .unwrap();
    let expected = Broken {
        seq: 6,
        problem: Problem::Moved { from: 5 },
    };
    assert_eq!(verified(&connection).broken, Some(expected));

    // In place of one: the next one shows it.
    let connection = chain();
    connection
        .execute_batch("DELETE FROM record WHERE seq = 5")
        .unwrap();
    forge(&connection, 4);
    let expected = Broken {
        seq: 6,
        problem: Problem::Unlinked,
    };
    assert_eq!(verified(&connection).broken, Some(expected));

    // At the end: only the seal shows it.
    let connection = chain();
    forge(&connection, 8);
    let expected = Broken {
        seq: 9,
        problem: Problem::Unsealed,
    };
    assert_eq!(verified(&connection).broken, Some(expected));

    // Everything written anew, as whole as ever.
    let connection = chain();
    let sealed: Vec<u8> = connection
        .query_row("SELECT signature FROM seal", [], |row| row.get(0))
        .unwrap();
    connection.execute_batch("DELETE FROM record").unwrap();
    let mut head = Head::START;
    for _ in 0..ENTRIES {
        let entry = RecordEntry::new("forged", &json!({}), moment(9)).unwrap();
        head = append(&connection, head, &entry).unwrap();
    }
    let expected = Broken {
        seq: 8,
        problem: Problem::Rewritten,
    };
    assert_eq!(verified(&connection).broken, Some(expected));
    // … and sealed by somebody else's key, or with the old signature.
    write_seal(&connection, head, &SealKey::from_seed([8; 32])).unwrap();
    let expected = Broken {
        seq: 8,
        problem: Problem::SealForeign,
    };
    assert_eq!(verified(&connection).broken, Some(expected.clone()));
    connection
        .execute(
            "UPDATE seal SET key = ?1, signature = ?2",
            params![key().public().to_bytes(), sealed],
        )
        .unwrap();
    assert_eq!(verified(&connection).broken, Some(expected));
}

#[test]
fn an_older_copy_with_its_genuine_seal_is_behind_the_mark() {
    let connection = chain();
    let found = check(&connection, Some(&key().public()), 12).unwrap();
    let expected = Broken {
        seq: 9,
        problem: Problem::Truncated { through: 12 },
    };
    assert_eq!(found.broken, Some(expected));
}

#[test]
fn without_the_key_the_chain_is_checked_and_the_seal_is_not() {
    let connection = chain();
    let found = check(&connection, None, 0).unwrap();
    let expected = Broken {
        seq: 8,
        problem: Problem::KeyMissing,
    };
    assert_eq!((found.entries, found.broken), (8, Some(expected)));
}

#[test]
fn a_new_beginning_is_never_sound() {
    let connection = empty();
    let head = write(&connection, Head::START, 2);
    let body = json!({ "because": "the rest is gone" });
    let entry = RecordEntry {
        kind: BEGUN_ANEW.to_owned(),
        body,
        at: moment(3),
    };
    let head = append(&connection, head, &entry).unwrap();
    write(&connection, head, 2);
    let broken = verified(&connection).broken.unwrap();
    assert_eq!(
        broken.to_string(),
        "the record begins anew at entry 3: the rest is gone"
    );
}

#[test]
fn a_checkpoint_is_one_line_that_cannot_be_changed() {
    let connection = empty();
    let head = write(&connection, Head::START, 3);
    let checkpoint = Checkpoint::sign(head, &key());
    let line = checkpoint.to_string();
    assert!(line.starts_with("chaperone-record-1 3 "), "{line}");
    assert_eq!(format!(" {line}\n").parse(), Ok(checkpoint));
    for place in (0..line.len()).step_by(9) {
        let mut bytes = line.clone().into_bytes();
        bytes[place] = if bytes[place] == b'1' { b'2' } else { b'1' };
        let changed = String::from_utf8(bytes).unwrap();
        assert_eq!(
            changed.parse::<Checkpoint>(),
            Err(InvalidCheckpoint),
            "{changed}"
        );
    }
}

#[test]
fn from_a_checkpoint_on_only_what_came_after_matters() {
    let since = |connection: &Connection, checkpoint: &Checkpoint| {
        let found = check_since(connection, Some(&key().public()), 0, checkpoint).unwrap();
        (found.entries, found.broken)
    };
    let broken = |seq, problem| Some(Broken { seq, problem });
    let connection = empty();
    let head = write(&connection, Head::START, 3);
    let checkpoint = Checkpoint::sign(head, &key());
    write(&connection, head, 4);
    assert_eq!(since(&connection, &checkpoint), (7, None));
    assert_eq!(
        since(&connection, &Checkpoint::sign(Head::START, &key())),
        (7, None)
    );

    // Before it: known of, and not looked at again.
    let run = |sql: &str| connection.execute_batch(sql).unwrap();
    run("SAVEPOINT sound; UPDATE record SET body = '{}' WHERE seq = 2");
    assert_eq!(since(&connection, &checkpoint), (7, None));
    assert_eq!(verified(&connection).broken, broken(2, Problem::Changed));
    run("ROLLBACK TO sound; UPDATE record SET body = '{}' WHERE seq = 5");
    assert_eq!(
        since(&connection, &checkpoint),
        (4, broken(5, Problem::Changed))
    );
    run("ROLLBACK TO sound; UPDATE record SET body = '{}' WHERE seq = 3");
    assert_eq!(
        since(&connection, &checkpoint),
        (0, broken(3, Problem::NotAsNoted))
    );
    run("ROLLBACK TO sound; DELETE FROM record WHERE seq > 2");
    let cut = Problem::Truncated { through: 3 };
    assert_eq!(since(&connection, &checkpoint), (0, broken(3, cut)));
    run("ROLLBACK TO sound");

    // Everything written anew and sealed with the very same key: no file shows it any more.
    run("DELETE FROM record");
    let mut anew = Head::START;
    for _ in 0..7 {
        let entry = RecordEntry::new("forged", &json!({}), moment(9)).unwrap();
        anew = append(&connection, anew, &entry).unwrap();
    }
    write_seal(&connection, anew, &key()).unwrap();
    assert_eq!(verified(&connection).broken, None);
    assert_eq!(
        since(&connection, &checkpoint),
        (0, broken(3, Problem::NotAsNoted))
    );

    let foreign = Checkpoint::sign(head, &SealKey::from_seed([8; 32]));
    assert_eq!(
        since(&connection, &foreign),
        (0, broken(3, Problem::CheckpointForeign))
    );
}

#[test]
fn the_hash_is_the_documented_one() {
    let connection = empty();
    let entry =
        RecordEntry::new("started", &json!({"b": 1, "a": [true, null]}), moment(0)).unwrap();
    let head = append(&connection, Head::START, &entry).unwrap();
    // Computed independently, from the description in `chain`.
    assert_eq!(
        super::hex(&head.hash),
        "03a263721ee5e27b1dd4b929f08d459bbf49ee3014953054714cf3531ee1faa8"
    );
}

#[test]
fn one_value_has_one_text() {
    let value = json!({"b": {"z": 1, "y": [{"q": 1, "p": 2}]}, "a": 1.5, "é": "\n", "Z": null});
    assert_eq!(
        canonical(&value).unwrap(),
        r#"{"Z":null,"a":1.5,"b":{"y":[{"p":2,"q":1}],"z":1},"é":"\n"}"#
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// One byte of one column of one entry, whichever.
    #[test]
    fn any_changed_byte_is_found_in_its_entry(
        seq in 1..=ENTRIES,
        column in prop::sample::select(vec!["at", "kind", "body", "previous", "hash"]),
        place in any::<prop::sample::Index>(),
        flip in 1..=255_u8,
    ) {
        let row = i64::try_from(seq).unwrap();
        let found = after(|connection| {
        let mut bytes: Vec<u8> = connection
            .query_row(
                &format!("SELECT CAST({column} AS BLOB) FROM record WHERE seq = ?1"),
                [row],
                |row| row.get(0),
            )
            .unwrap();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        let kind = if matches!(column, "previous" | "hash") { "BLOB" } else { "TEXT" };
        connection
            .execute(
                &format!("UPDATE record SET {column} = CAST(?1 AS {kind}) WHERE seq = ?2"),
                params![bytes, row],
            )
            .unwrap();
        });
        let expected = Broken { seq, problem: Problem::Changed };
        prop_assert_eq!(found.broken, Some(expected));
    }

    /// One byte of the seal.
    #[test]
    fn any_changed_byte_of_the_seal_is_found(
        column in prop::sample::select(vec!["hash", "key", "signature"]),
        place in any::<prop::sample::Index>(),
        flip in 1..=255_u8,
    ) {
        let found = after(|connection| {
        let mut bytes: Vec<u8> = connection
            .query_row(&format!("SELECT {column} FROM seal"), [], |row| row.get(0))
            .unwrap();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        connection
            .execute(&format!("UPDATE seal SET {column} = ?1"), [bytes])
            .unwrap();
        });
        let expected = Broken { seq: ENTRIES, problem: Problem::SealForeign };
        prop_assert_eq!(found.broken, Some(expected));
    }

    /// Any set of entries taken away: the first of them is named.
    #[test]
    fn any_removal_is_found(gone in prop::collection::btree_set(1..=ENTRIES, 1..=8)) {
        let found = after(|connection| {
            for seq in &gone {
                let row = i64::try_from(*seq).unwrap();
                connection.execute("DELETE FROM record WHERE seq = ?1", [row]).unwrap();
            }
        });
        let first = gone.first().copied();
        prop_assert_eq!(found.broken.map(|broken| broken.seq), first);
    }

    /// Any two entries changing places: the first of the two is named.
    #[test]
    fn any_swap_is_found(one in 1..=ENTRIES, other in 1..=ENTRIES) {
        prop_assume!(one != other);
        let (a, b) = (i64::try_from(one).unwrap(), i64::try_from(other).unwrap());
        let found = after(|connection| {
            for (from, to) in [(a, 100), (b, a), (100, b)] {
                connection
                    .execute("UPDATE record SET seq = ?2 WHERE seq = ?1", [from, to])
                    .unwrap();
            }
        });
        let (first, last) = (one.min(other), one.max(other));
        let expected = Broken { seq: first, problem: Problem::Moved { from: last } };
        prop_assert_eq!(found.broken, Some(expected));
    }
}

#[test]
fn a_key_has_a_fingerprint_that_people_can_compare() {
    // `sha256sum` of the 32 bytes of the first public key of RFC 8032, section 7.1.
    let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let mut bytes = [0; 32];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&public[place * 2..place * 2 + 2], 16).unwrap();
    }
    let first = ed25519_dalek::VerifyingKey::from_bytes(&bytes).unwrap();
    assert_eq!(fingerprint(&first), "21fe 31df a154 a261");
    assert_ne!(fingerprint(&key().public()), fingerprint(&first));
}
