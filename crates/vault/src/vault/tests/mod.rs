//! The vault as the device uses it, and what these tests share.

mod artifacts;
mod daily;
mod lookup;
mod memory;
mod trouble;

use std::{future::Future, path::Path};

use chaperone_protocol::{CommandId, ConnectionId, FailureCode, Outcome, Timestamp};
use serde_json::json;

use super::Vault;
use crate::{Arrival, JournalEntry, Received, RecordEntry, SecretStore};

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

fn open(dir: &Path) -> Vault {
    Vault::open(dir, SecretStore::file(dir)).unwrap()
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn connection() -> ConnectionId {
    ConnectionId::new("local").unwrap()
}

fn arrival(id: &str) -> Arrival {
    Arrival {
        connection: connection(),
        id: CommandId::new(id).unwrap(),
        request: json!({ "asked": id }),
        received_at: moment(1),
        deadline_at: "9999-12-30T22:00:00.123456789Z".parse().unwrap(),
    }
}

fn entry(kind: &str) -> RecordEntry {
    RecordEntry::new(kind, &json!({ "b": 1, "a": 2 }), moment(5)).unwrap()
}

fn outcome() -> Outcome {
    Outcome::failure(FailureCode::Denied, "the person said no", moment(9))
}

async fn receive(vault: &Vault, id: &str) -> JournalEntry {
    match vault.receive(arrival(id)).await.unwrap() {
        Received::New(entry) | Received::Known(entry) => entry,
        past @ Received::Past { .. } => panic!("{past:?}"),
    }
}
