//! A disk that is really full, as the file system tells it: a limit on the size of the files of
//! one process, lifted from outside while it runs.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    process::Command,
};

use chaperone_protocol::Timestamp;
use chaperone_vault::{RecordEntry, SecretStore, Vault, verify};
use serde_json::json;
use tempfile::TempDir;

use crate::child;

#[tokio::test]
#[ignore = "runs as a child of the test below"]
async fn writes_until_full_and_again() {
    let Some(dir) = child::folder() else { return };
    let vault = Vault::open(&dir, SecretStore::file(&dir)).unwrap();
    let body = json!("x".repeat(20_000));
    let entry = RecordEntry::new("large", &body, Timestamp::UNIX_EPOCH).unwrap();
    let mut answered = 0;
    let error = loop {
        match vault.append(entry.clone()).await {
            Ok(seq) => answered = seq,
            Err(error) => break error,
        }
        assert!(answered < 1_000, "the limit does not hold");
    };
    assert!(error.is_unwritable(), "{error:?}");
    assert!(
        vault
            .append(entry.clone())
            .await
            .unwrap_err()
            .is_unwritable()
    );
    // What is there can be read all the same.
    assert_eq!(
        vault.record_page(None, 1, &[]).await.unwrap()[0].seq,
        answered
    );
    println!("full after {answered}");
    std::io::stdin().lines().next().unwrap().unwrap();
    assert_eq!(vault.append(entry).await.unwrap(), answered + 1);
    println!("went on to {}", answered + 1);
}

#[test]
fn a_disk_with_room_again_is_written_again() {
    let dir = TempDir::new().unwrap();
    // The signal that tells of the limit would end the process; the failed write is what counts.
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -S -f 2000; exec \"$0\" \"$@\""])
        .arg(env::current_exe().unwrap());
    child::arguments(
        &mut command,
        "full_disk::writes_until_full_and_again",
        dir.path(),
    );
    let mut writing = command.spawn().unwrap();
    let mut lines = BufReader::new(writing.stdout.take().unwrap()).lines();
    let mut tells = |words: &str| {
        lines
            .find_map(|line| {
                let line = line.unwrap();
                let (_, number) = line.split_once(words)?;
                Some(number.trim().parse::<u64>().unwrap())
            })
            .unwrap()
    };
    let answered = tells("full after ");
    assert!(answered > 0);
    let lifted = Command::new("prlimit")
        .arg(format!("--pid={}", writing.id()))
        .arg("--fsize=unlimited")
        .status()
        .unwrap();
    assert!(lifted.success());
    writeln!(writing.stdin.take().unwrap(), "go on").unwrap();
    assert_eq!(tells("went on to "), answered + 1);
    assert!(writing.wait().unwrap().success());
    let found = verify(dir.path(), &SecretStore::file(dir.path())).unwrap();
    assert_eq!((found.entries, found.broken), (answered + 1, None));
}
