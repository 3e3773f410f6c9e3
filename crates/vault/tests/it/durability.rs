//! A kill at any moment loses nothing that was answered, and tears nothing apart.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    thread,
    time::Duration,
};

use chaperone_protocol::{CommandId, CommandState, ConnectionId, Timestamp};
use chaperone_vault::{
    Arrival, Error, JournalEntry, Received, RecordEntry, SecretStore, Step, Vault, verify,
};
use serde_json::json;
use tempfile::TempDir;

use crate::child;

fn open(dir: &Path) -> Result<Vault, Error> {
    Vault::open(dir, SecretStore::file(dir))
}

async fn receive(vault: &Vault, id: u64) -> JournalEntry {
    let arrival = Arrival {
        connection: ConnectionId::new("local").unwrap(),
        id: CommandId::new(id.to_string()).unwrap(),
        request: json!({}),
        received_at: Timestamp::UNIX_EPOCH,
        deadline_at: Timestamp::UNIX_EPOCH,
    };
    match vault.receive(arrival).await.unwrap() {
        Received::New(entry) | Received::Known(entry) => entry,
        Received::Past { .. } => unreachable!("nothing is pruned here"),
    }
}

fn judged(number: u64) -> (Step, RecordEntry) {
    let at = Timestamp::UNIX_EPOCH;
    let entry = RecordEntry::new("stepped", &json!({ "number": number }), at).unwrap();
    (
        Step::Judged {
            judgement: json!(number),
        },
        entry,
    )
}

/// Takes commands in and steps them on for ever, and prints each number once that is answered.
#[tokio::test]
#[ignore = "runs as a child of the test below"]
async fn writes_until_killed() {
    let Some(dir) = child::folder() else { return };
    let vault = open(&dir).unwrap();
    let mut out = std::io::stdout();
    let after = vault.unsettled().await.unwrap().len() as u64;
    for id in after.. {
        let number = receive(&vault, id).await.number;
        let (step, entry) = judged(number);
        vault
            .transition(number, step, Timestamp::UNIX_EPOCH, Some(entry))
            .await
            .unwrap();
        writeln!(out, "answered {number}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn what_was_answered_survives_a_kill_and_is_checked_meanwhile() {
    let dir = TempDir::new().unwrap();
    let secrets = SecretStore::file(dir.path());
    for round in 1..=5_u64 {
        let mut writing = child::command("durability::writes_until_killed", dir.path())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(writing.stdout.take().unwrap()).lines();
        let mut numbers = lines.by_ref().filter_map(|line| {
            let line = line.unwrap();
            line.split_once("answered ")
                .map(|(_, number)| number.parse::<u64>().unwrap())
        });
        let mut answered = numbers.nth(20).unwrap();

        // Another process has it, and checking it works all the same, amid the writing.
        assert!(matches!(open(dir.path()), Err(Error::InUse { .. })));
        for _ in 0..5 {
            let found = verify(dir.path(), &secrets).unwrap();
            assert_eq!(found.broken, None, "round {round}");
            assert!(found.entries >= answered);
        }
        // At a moment that differs from round to round.
        thread::sleep(Duration::from_micros(700 * round));
        writing.kill().unwrap();
        writing.wait().unwrap();
        answered = numbers.last().unwrap_or(answered);

        let found = verify(dir.path(), &secrets).unwrap();
        assert_eq!(found.broken, None, "round {round}");
        let vault = open(dir.path()).unwrap();
        assert_eq!(vault.notices(), [] as [String; 0]);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            let entries = vault.unsettled().await.unwrap();
            let steps = entries
                .iter()
                .filter(|entry| entry.state == CommandState::Judged);
            // One step and one entry of the record, both or neither.
            assert_eq!(steps.count() as u64, found.entries);
            assert!(found.entries >= answered, "{} of {answered}", found.entries);
            // The one that was under way is stepped on, so that the next round starts even.
            for entry in entries
                .iter()
                .filter(|entry| entry.state == CommandState::Received)
            {
                let (step, record) = judged(entry.number);
                let at = Timestamp::UNIX_EPOCH;
                vault
                    .transition(entry.number, step, at, Some(record))
                    .await
                    .unwrap();
            }
        });
    }
}
