//! Pictures and recordings over a kill, and on a disk that fills up.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    thread,
    time::Duration,
};

use chaperone_protocol::Timestamp;
use chaperone_vault::{Artifact, LocalArtifactId, NewArtifact, SecretStore, Vault};
use tempfile::TempDir;

use crate::child;

const CANARY: &[u8] = b"a canary that sings";

fn open(dir: &Path) -> Vault {
    Vault::open(dir, SecretStore::file(dir)).unwrap()
}

fn about() -> NewArtifact {
    NewArtifact::new("video/mp4", None, Timestamp::UNIX_EPOCH)
}

fn content(size: usize) -> Vec<u8> {
    CANARY.iter().copied().cycle().take(size).collect()
}

async fn read(vault: &Vault, id: &LocalArtifactId) -> Vec<u8> {
    let reader = vault.read_artifact(id).await.unwrap().unwrap();
    let mut content = Vec::new();
    loop {
        let part = reader
            .read_at(content.len() as u64, usize::MAX)
            .await
            .unwrap();
        if part.is_empty() {
            return content;
        }
        content.extend(part);
    }
}

/// Writes two at once and deletes every third, for ever, and says so once that is answered.
#[tokio::test]
#[ignore = "runs as a child of the test below"]
async fn writes_artifacts_until_killed() {
    let Some(dir) = child::folder() else { return };
    let vault = open(&dir);
    let mut out = std::io::stdout();
    for round in 0.. {
        let mut one = vault.begin_artifact(about()).await.unwrap();
        let mut other = vault.begin_artifact(about()).await.unwrap();
        let content = content(100_000);
        for part in content.chunks(9_000) {
            one.append(part).unwrap();
            other.append(part).unwrap();
        }
        for (writer, deletes) in [(one, round % 3 == 0), (other, false)] {
            let artifact = writer.finish(None).await.unwrap();
            if deletes {
                vault.delete_artifact(&artifact.id, None).await.unwrap();
                writeln!(out, "deleted {}", artifact.id).unwrap();
            } else {
                writeln!(out, "kept {}", artifact.id).unwrap();
            }
            out.flush().unwrap();
        }
    }
}

#[test]
fn a_kill_leaves_whole_artifacts_and_nothing_that_can_be_read() {
    let dir = TempDir::new().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut kept: Vec<LocalArtifactId> = Vec::new();
    for round in 1..=4_u64 {
        let mut writing = child::command("artifacts::writes_artifacts_until_killed", dir.path())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(writing.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let mut said: Vec<String> = lines
            .by_ref()
            .filter(|line| line.contains("kept ") || line.contains("deleted "))
            .take(3)
            .collect();
        // At a moment that differs from round to round.
        thread::sleep(Duration::from_micros(1_700 * round));
        writing.kill().unwrap();
        writing.wait().unwrap();
        said.extend(lines);
        let named = |word: &str| -> Vec<LocalArtifactId> {
            let names = said.iter().filter_map(|line| line.split_once(word));
            names.map(|(_, id)| id.parse().unwrap()).collect()
        };
        kept.extend(named("kept "));
        assert!(!lies_in_the_clear(dir.path()));

        let vault = open(dir.path());
        assert_eq!(vault.notices(), [] as [String; 0]);
        runtime.block_on(async {
            for id in named("deleted ") {
                assert!(vault.read_artifact(&id).await.unwrap().is_none());
            }
            // What a deletion left half done.
            vault.sweep_artifacts(Timestamp::UNIX_EPOCH).await.unwrap();
            let listed = vault.artifacts(None, 500).await.unwrap();
            assert!(kept.iter().all(|id| listed.iter().any(|one| one.id == *id)));
            for Artifact { id, .. } in &listed {
                assert!(read(&vault, id).await == content(100_000), "round {round}");
            }
            // One file for each, and no other.
            let files = fs::read_dir(dir.path().join("artifacts")).unwrap().count();
            assert_eq!(files, listed.len(), "round {round}");
            // So that the rounds stay quick.
            for Artifact { id, .. } in listed {
                vault.delete_artifact(&id, None).await.unwrap().unwrap();
            }
            kept.clear();
        });
    }
}

fn lies_in_the_clear(dir: &Path) -> bool {
    fs::read_dir(dir).unwrap().any(|file| {
        let path = file.unwrap().path();
        if path.is_dir() {
            return lies_in_the_clear(&path);
        }
        let bytes = fs::read(&path).unwrap();
        bytes.windows(CANARY.len()).any(|window| window == CANARY)
    })
}

#[tokio::test]
#[ignore = "runs as a child of the test below"]
async fn meets_a_full_disk() {
    let Some(dir) = child::folder() else { return };
    let vault = open(&dir);
    let small = vault.keep_artifact(about(), content(100_000), None, None);
    let small = small.await.unwrap();

    let mut writer = vault.begin_artifact(about()).await.unwrap();
    let part = content(100_000);
    let error = loop {
        if let Err(error) = writer.append(&part) {
            break error;
        }
        assert!(writer.size_bytes() < 50_000_000, "the limit does not hold");
    };
    assert!(error.is_disk_full(), "{error:?}");
    assert!(error.to_string().contains("free some space"), "{error}");
    // Its room is given back at once, and it does not pretend to go on.
    let file = dir.join("artifacts").join(format!("{}.part", writer.id()));
    assert_eq!(fs::metadata(&file).unwrap().len(), 0);
    assert!(writer.append(b"more").is_err());
    assert!(writer.finish(None).await.is_err());
    assert!(!file.exists());
    let large = vault.keep_artifact(about(), content(1_500_000), None, None);
    assert!(large.await.unwrap_err().is_disk_full());

    // What is there can be read, and what is small enough be kept.
    assert!(read(&vault, &small.id).await == content(100_000));
    let another = vault.keep_artifact(about(), content(100_000), None, None);
    another.await.unwrap();
    let files = fs::read_dir(dir.join("artifacts")).unwrap().count();
    println!("files: {files}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_got_over() {
    let dir = TempDir::new().unwrap();
    // The signal that tells of the limit would end the process; the failed write is what counts.
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -S -f 2000; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap());
    child::arguments(&mut command, "artifacts::meets_a_full_disk", dir.path());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("files: 2"), "{output:?}");
    assert!(output.status.success());
}
