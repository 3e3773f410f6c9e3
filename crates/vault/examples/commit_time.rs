//! How long a journal step with its record entry takes to become durable, alone and in a crowd:
//! `cargo run --release -p chaperone-vault --example commit_time [FOLDER]`.

#![expect(
    clippy::print_stdout,
    reason = "an example that reports on the terminal"
)]

use std::{
    error::Error,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use chaperone_protocol::{CommandId, ConnectionId, Timestamp};
use chaperone_vault::{Arrival, Received, RecordEntry, SecretStore, Step, Vault, verify};
use serde_json::json;

const STEPS: u64 = 2_000;
const CROWD: usize = 64;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let scratch = tempfile::TempDir::new()?;
    let dir = std::env::args()
        .nth(1)
        .map_or_else(|| scratch.path().to_owned(), PathBuf::from);
    let vault = Vault::open(&dir, SecretStore::file(&dir))?;
    let mut alone = Vec::new();
    for id in 0..STEPS {
        alone.push(step(&vault, &format!("alone-{id}")).await?);
    }
    report("one asker", &mut alone);

    let vault = Arc::new(vault);
    let started = Instant::now();
    let mut askers = tokio::task::JoinSet::new();
    for asker in 0..CROWD {
        let vault = Arc::clone(&vault);
        askers.spawn(async move {
            let mut times = Vec::new();
            for id in 0..STEPS / 32 {
                times.push(step(&vault, &format!("{asker}-{id}")).await);
            }
            times
        });
    }
    let mut crowd = Vec::new();
    while let Some(times) = askers.join_next().await {
        for time in times? {
            crowd.push(time?);
        }
    }
    let took = started.elapsed();
    report("64 askers", &mut crowd);
    println!("64 askers: {} steps in {took:?}", crowd.len());

    let started = Instant::now();
    let found = verify(&dir, vault.secrets())?;
    println!(
        "verify: {} entries in {:?}",
        found.entries,
        started.elapsed()
    );
    Ok(())
}

/// Times the step alone, not the arrival before it.
async fn step(vault: &Vault, id: &str) -> Result<Duration, Box<dyn Error + Send + Sync>> {
    let at = Timestamp::now();
    let arrival = Arrival {
        connection: ConnectionId::new("local")?,
        id: CommandId::new(id)?,
        request: json!({ "action": { "type": "execute", "line": "ls -l" } }),
        received_at: at,
        deadline_at: at,
    };
    let (Received::New(entry) | Received::Known(entry)) = vault.receive(arrival).await? else {
        return Err("the journal is new: nothing in it is past".into());
    };
    let body = json!({ "number": entry.number, "state": "judged", "verdict": "ask" });
    let record = RecordEntry::new("stepped", &body, at)?;
    let step = Step::Judged {
        judgement: json!({ "verdict": "ask", "reasons": ["level"] }),
    };
    let started = Instant::now();
    vault
        .transition(entry.number, step, at, Some(record))
        .await?;
    Ok(started.elapsed())
}

fn report(name: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |part: usize| {
        times
            .get(times.len() * part / 100)
            .copied()
            .unwrap_or_default()
    };
    println!("{name}: median {:?}, 99 in 100 within {:?}", at(50), at(99));
}
