//! How long it takes to look something up among many entries of the record:
//! `cargo run --release -p chaperone-vault --example record_query [ENTRIES]`.

#![expect(
    clippy::print_stdout,
    reason = "an example that reports on the terminal"
)]

use std::{
    env,
    error::Error,
    time::{Duration, Instant},
};

use chaperone_protocol::{AgentId, Capability, ConnectionId, Timestamp};
use chaperone_vault::{
    About, ExportFormat, RecordEntry, RecordQuery, SecretStore, Vault, verify, verify_since,
};
use serde_json::json;

/// As many at once as the writer takes into one transaction.
const AT_ONCE: u64 = 512;
const TRIES: usize = 20;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let entries: u64 = env::args()
        .nth(1)
        .map_or(Ok(100_000), |text| text.parse())?;
    let scratch = tempfile::TempDir::new()?;
    let dir = scratch.path();
    let vault = Vault::open(dir, SecretStore::file(dir))?;
    let started = Instant::now();
    fill(&vault, entries).await?;
    println!("{entries} entries written in {:?}", started.elapsed());
    let noted = vault.checkpoint().await?;

    let all = RecordQuery {
        limit: 50,
        ..RecordQuery::default()
    };
    let agent = AgentId::new("agent-7")?;
    let rare = AgentId::new("rare")?;
    let begin = Timestamp::from_second(1_700_000_000)?;
    let queries = [
        ("the newest page", all.clone()),
        (
            "deep in the middle",
            RecordQuery {
                before: Some(entries / 2),
                ..all.clone()
            },
        ),
        (
            "one agent",
            RecordQuery {
                agent: Some(agent.clone()),
                ..all.clone()
            },
        ),
        (
            "an agent seen twice",
            RecordQuery {
                agent: Some(rare),
                ..all.clone()
            },
        ),
        (
            "one agent, one capability, one verdict",
            RecordQuery {
                agent: Some(agent),
                capability: Some(Capability::Camera),
                verdict: Some("ask".to_owned()),
                ..all.clone()
            },
        ),
        (
            "a day",
            RecordQuery {
                from: Some(begin),
                until: Some(begin + Duration::from_hours(24)),
                ..all.clone()
            },
        ),
        (
            "a kind of which there is one",
            RecordQuery {
                kinds: vec!["started".to_owned()],
                ..all.clone()
            },
        ),
        (
            "a common word",
            RecordQuery {
                words: Some("list".to_owned()),
                ..all.clone()
            },
        ),
        (
            "a rare word",
            RecordQuery {
                words: Some("needle".to_owned()),
                ..all.clone()
            },
        ),
        (
            "the beginning of a word",
            RecordQuery {
                words: Some("folder99".to_owned()),
                ..all
            },
        ),
    ];
    for (name, query) in queries {
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..TRIES {
            let started = Instant::now();
            found = vault.record_query(query.clone()).await?.rows.len();
            times.push(started.elapsed());
        }
        times.sort_unstable();
        let median = times.get(TRIES / 2).copied().unwrap_or_default();
        let worst = times.last().copied().unwrap_or_default();
        println!("{name}: {found} rows, median {median:?}, worst {worst:?}");
    }

    let started = Instant::now();
    let query = RecordQuery::default();
    let export = vault.export_record(ExportFormat::JsonLines, query, std::io::sink());
    let (count, _) = export.await?;
    println!("export: {count} entries in {:?}", started.elapsed());
    let started = Instant::now();
    let found = verify(dir, vault.secrets())?;
    println!(
        "verify: {} entries in {:?}",
        found.entries,
        started.elapsed()
    );
    let started = Instant::now();
    verify_since(dir, vault.secrets(), &noted)?;
    println!("verify since the end: {:?}", started.elapsed());
    let started = Instant::now();
    vault.mend_search().await?;
    println!("comparing the index of words: {:?}", started.elapsed());
    let secrets = vault.secrets().clone();
    drop(vault);
    let started = Instant::now();
    drop(Vault::open(dir, secrets)?);
    println!("open and close: {:?}", started.elapsed());
    Ok(())
}

async fn fill(vault: &Vault, entries: u64) -> Result<(), Failure> {
    let mut number = 0;
    while number < entries {
        let mut asked = tokio::task::JoinSet::new();
        for number in number..entries.min(number + AT_ONCE) {
            let vault = vault.clone();
            let entry = entry(number, entries)?;
            asked.spawn(async move { vault.append(entry).await });
        }
        while let Some(done) = asked.join_next().await {
            done??;
        }
        number += AT_ONCE;
    }
    Ok(())
}

fn entry(number: u64, entries: u64) -> Result<RecordEntry, Failure> {
    let second = i64::try_from(number * 10)?;
    let at = Timestamp::from_second(1_700_000_000 + second)?;
    let kind = if number == entries / 3 {
        "started"
    } else {
        "settled"
    };
    let agent = match number {
        10 | 20 => "rare".to_owned(),
        number => format!("agent-{}", number % 40),
    };
    let capability = Capability::ALL
        .get(usize::try_from(number / 3 % 8)?)
        .copied()
        .unwrap_or(Capability::Shell);
    let verdict = match number % 100 {
        0..60 => "free",
        60..99 => "ask",
        _ => "forbid",
    };
    let needle = if number == entries / 5 { " needle" } else { "" };
    let about = About {
        connection: Some(ConnectionId::new("local")?),
        agent: Some(AgentId::new(agent)?),
        capability: Some(capability),
        verdict: Some(verdict.to_owned()),
        text: format!("list the files in folder{}{needle}", number % 1_000),
    };
    let body = json!({
        "type": "settled", "number": number, "state": "finished",
        "asked": { "id": format!("command-{number}"), "what": { "type": "shell", "line": "ls" } },
        "judgement": { "verdict": verdict, "reasons": [{ "because": "standing", "decided": true }] },
    });
    Ok(RecordEntry::new(kind, &body, at)?.about(&about)?)
}
