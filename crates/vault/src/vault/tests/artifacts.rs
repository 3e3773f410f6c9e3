//! Pictures and recordings, from the first byte to the last.

use std::{
    fs,
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use chaperone_protocol::Timestamp;
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

use super::{entry, moment, open, run};
use crate::{
    Artifact, Error, Leftovers, LocalArtifactId, NewArtifact, RETENTION, Vault, store, verify,
};

fn picture() -> NewArtifact {
    NewArtifact::new("image/jpeg", Some(3), moment(1_000))
}

fn keep(vault: &Vault, content: &[u8]) -> Artifact {
    run(vault.keep_artifact(picture(), content.to_vec(), None, None)).unwrap()
}

fn read(vault: &Vault, id: &LocalArtifactId) -> Result<Vec<u8>, Error> {
    run(async {
        let reader = vault.read_artifact(id).await?.unwrap();
        let mut content = Vec::new();
        loop {
            let part = reader.read_at(content.len() as u64, 100_000).await?;
            if part.is_empty() {
                return Ok(content);
            }
            content.extend_from_slice(&part);
        }
    })
}

fn files(dir: &Path) -> Vec<String> {
    let Ok(files) = fs::read_dir(dir.join("artifacts")) else {
        return Vec::new();
    };
    files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Whether any file below holds these bytes in the clear.
fn lies_in_the_clear(dir: &Path, wanted: &[u8]) -> bool {
    fs::read_dir(dir).unwrap().any(|file| {
        let path = file.unwrap().path();
        if path.is_dir() {
            return lies_in_the_clear(&path, wanted);
        }
        let bytes = fs::read(&path).unwrap();
        bytes.windows(wanted.len()).any(|window| window == wanted)
    })
}

#[test]
fn an_artifact_is_kept_listed_and_read_in_parts() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let content: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    let artifact = run(async {
        let mut writer = vault.begin_artifact(picture()).await.unwrap();
        for part in content.chunks(70_001) {
            writer.write_all(part).unwrap();
        }
        assert_eq!(writer.size_bytes(), 1_200_000);
        // Not before it is whole.
        assert_eq!(vault.artifact(writer.id()).await.unwrap(), None);
        writer.set_thumbnail(b"small".to_vec()).unwrap();
        writer.finish(Some(entry("captured"))).await.unwrap()
    });
    assert_eq!(artifact.size_bytes, 1_200_000);
    assert_eq!(artifact.expires_at, moment(1_000) + RETENTION);
    assert_eq!((artifact.command, artifact.has_thumbnail), (Some(3), true));
    let other = keep(&vault, b"another");

    drop(vault);
    let vault = open(dir.path());
    run(async {
        let listed = vault.artifacts(None, 10).await.unwrap();
        assert_eq!(listed, [other.clone(), artifact.clone()]);
        let older = vault.artifacts(Some(other.number), 10).await.unwrap();
        assert_eq!(older, std::slice::from_ref(&artifact));
        assert_eq!(
            vault.artifacts_of(3).await.unwrap(),
            [artifact.id.clone(), other.id.clone()]
        );
        assert_eq!(vault.artifacts_of(4).await.unwrap(), []);
        assert_eq!(
            vault.artifact(&artifact.id).await.unwrap(),
            Some(artifact.clone())
        );
        let thumbnail = vault.artifact_thumbnail(&artifact.id).await.unwrap();
        assert_eq!(thumbnail, Some(b"small".to_vec()));
        assert_eq!(vault.artifact_thumbnail(&other.id).await.unwrap(), None);

        let reader = vault.read_artifact(&artifact.id).await.unwrap().unwrap();
        for (offset, limit) in [(0, 10), (65_530, 20), (1_199_990, 100), (500_000, 300_000)] {
            let found = reader.read_at(offset, limit).await.unwrap();
            let from = usize::try_from(offset).unwrap();
            let to = (from + limit).min(content.len());
            assert!(found == content[from..to], "{offset}");
        }
        assert_eq!(reader.read_at(1_200_000, 10).await.unwrap(), b"");
        // However much is asked for, an answer has its limit.
        let most = reader.read_at(0, usize::MAX).await.unwrap();
        assert_eq!(most.len(), 1024 * 1024);

        let mut blocking = reader.into_blocking();
        blocking.seek(SeekFrom::End(-8)).unwrap();
        let mut tail = Vec::new();
        blocking.read_to_end(&mut tail).unwrap();
        assert_eq!(tail, content[content.len() - 8..]);
    });
    assert!(read(&vault, &artifact.id).unwrap() == content);
    // Its keeping and the record of it are one.
    let found = verify(dir.path(), vault.secrets()).unwrap();
    assert_eq!((found.entries, found.broken), (1, None));
}

#[test]
fn nothing_lies_in_the_clear() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let canary = b"a canary that sings";
    let thumbnail = Some(b"a smaller canary".to_vec());
    run(async {
        vault
            .keep_artifact(picture(), canary.repeat(9_000), thumbnail, None)
            .await
            .unwrap();
        let mut writer = vault.begin_artifact(picture()).await.unwrap();
        writer.append(&canary.repeat(9_000)).unwrap();
        assert!(!lies_in_the_clear(dir.path(), canary));
    });
    drop(vault);
    for secret in [canary.as_slice(), b"a smaller canary"] {
        assert!(!lies_in_the_clear(dir.path(), secret));
    }
    // The search itself finds what is there.
    fs::write(dir.path().join("artifacts/plain"), canary).unwrap();
    assert!(lies_in_the_clear(dir.path(), canary));
}

#[test]
fn what_was_not_finished_leaves_nothing() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    run(async {
        let mut writer = vault.begin_artifact(picture()).await.unwrap();
        writer.append(&vec![7; 200_000]).unwrap();
        assert_eq!(files(dir.path()).len(), 1);
        drop(writer);
        assert_eq!(files(dir.path()), [] as [String; 0]);

        // Whole, but its row cannot be written.
        let mut writer = vault.begin_artifact(picture()).await.unwrap();
        writer.append(&vec![7; 200_000]).unwrap();
        let refused = writer.finish(Some(entry("vault.mine"))).await.unwrap_err();
        assert!(matches!(refused, Error::ReservedKind { .. }));
        assert_eq!(files(dir.path()), [] as [String; 0]);

        let large = vec![0; 300_000];
        let refused = vault.keep_artifact(picture(), Vec::new(), Some(large), None);
        assert!(matches!(
            refused.await,
            Err(Error::ThumbnailTooLarge { .. })
        ));
        assert_eq!(files(dir.path()), [] as [String; 0]);
        assert_eq!(vault.artifacts(None, 10).await.unwrap(), []);
    });
}

#[test]
fn an_asker_that_goes_away_leaves_row_and_file_or_neither() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    run(async {
        let mut writer = vault.begin_artifact(picture()).await.unwrap();
        writer.append(b"content").unwrap();
        let mut finishing = Box::pin(writer.finish(None));
        // Until the row is asked for, and no further.
        for _ in 0..200 {
            let poll = std::future::poll_fn(|cx| {
                std::task::Poll::Ready(finishing.as_mut().poll(cx).is_ready())
            });
            if poll.await || !vault.artifacts(None, 1).await.unwrap().is_empty() {
                break;
            }
        }
        drop(finishing);
    });
    drop(vault);
    let vault = open(dir.path());
    let listed = run(vault.artifacts(None, 10)).unwrap();
    assert_eq!(listed.len(), files(dir.path()).len());
    for artifact in listed {
        assert_eq!(read(&vault, &artifact.id).unwrap(), b"content");
    }
}

#[test]
fn what_a_crash_left_is_swept_and_what_is_not_ours_is_not() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let kept = keep(&vault, b"kept");
    drop(vault);
    let folder = dir.path().join("artifacts");
    let name = "0123456789abcdef0123456789abcdef";
    fs::write(folder.join(format!("{name}.part")), "torn").unwrap();
    fs::write(folder.join(name), "without a row").unwrap();
    fs::write(folder.join("note.txt"), "the person's own").unwrap();

    let vault = open(dir.path());
    assert_eq!(vault.opening().unfinished_artifacts, 2);
    let mut left = files(dir.path());
    left.sort();
    let mut expected = [kept.id.to_string(), "note.txt".to_owned()];
    expected.sort();
    assert_eq!(left, expected);
    assert_eq!(read(&vault, &kept.id).unwrap(), b"kept");
}

#[test]
fn a_deletion_is_real() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let artifact =
        run(vault.keep_artifact(picture(), vec![1; 100_000], Some(vec![2; 5_000]), None)).unwrap();
    let other = keep(&vault, b"stays");
    let raw = Connection::open(store::path_in(dir.path())).unwrap();
    let (key, thumbnail): (Vec<u8>, Vec<u8>) = raw
        .query_row(
            "SELECT key, thumbnail FROM artifact WHERE id = ?1",
            [artifact.id.as_str()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    drop(raw);
    let sealed = fs::read(dir.path().join("artifacts").join(artifact.id.as_str())).unwrap();
    for there in [&key[..], &thumbnail[..500], &sealed[..500]] {
        assert!(lies_in_the_clear(dir.path(), there));
    }

    let deleted = run(vault.delete_artifact(&artifact.id, Some(entry("deleted"))))
        .unwrap()
        .unwrap();
    assert_eq!(
        (deleted.size_bytes, deleted.leftovers),
        (100_000, Leftovers::Blocks)
    );
    assert!(
        deleted
            .leftovers
            .to_string()
            .contains("key was overwritten")
    );
    // Not in the database, not in its log, not beside them: while the vault is still open.
    for gone in [&key[..], &thumbnail[..500], &sealed[..500]] {
        assert!(!lies_in_the_clear(dir.path(), gone));
    }
    assert_eq!(files(dir.path()), [other.id.as_str()]);
    run(async {
        assert_eq!(vault.artifact(&artifact.id).await.unwrap(), None);
        assert!(vault.read_artifact(&artifact.id).await.unwrap().is_none());
        let again = vault
            .delete_artifact(&artifact.id, Some(entry("deleted")))
            .await;
        assert_eq!(again.unwrap(), None);
        // Only the deletion that was one is in the record.
        assert_eq!(vault.record_page(None, 10, &[]).await.unwrap().len(), 1);
    });
}

#[test]
fn a_log_that_is_being_read_is_said_and_emptied_later() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let first = keep(&vault, b"first");
    let second = keep(&vault, b"second");
    let raw = Connection::open(store::path_in(dir.path())).unwrap();
    raw.execute_batch("BEGIN; SELECT count(*) FROM artifact")
        .unwrap();
    let deleted = run(vault.delete_artifact(&first.id, None))
        .unwrap()
        .unwrap();
    assert_eq!(deleted.leftovers, Leftovers::KeyInLog);
    drop(raw);
    let deleted = run(vault.delete_artifact(&second.id, None))
        .unwrap()
        .unwrap();
    assert_eq!(deleted.leftovers, Leftovers::Blocks);
}

#[test]
fn a_sweep_takes_what_is_over_and_nothing_else() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let end = moment(1_000) + RETENTION;
    let over: Vec<Artifact> = (0..60).map(|_| keep(&vault, b"over")).collect();
    let longer = keep(&vault, b"longer");
    run(async {
        let later = end + std::time::Duration::from_secs(1);
        vault.keep_artifact_until(&longer.id, later).await.unwrap();
        let early = end - std::time::Duration::from_secs(1);
        assert_eq!(vault.sweep_artifacts(early).await.unwrap().deleted, []);
        let swept = vault.sweep_artifacts(end).await.unwrap();
        assert_eq!((swept.deleted.len(), swept.freed_bytes()), (60, 240));
        assert_eq!(vault.artifacts(None, 500).await.unwrap().len(), 1);
        let unknown = vault.keep_artifact_until(&over[0].id, later).await;
        assert!(matches!(unknown, Err(Error::Unknown { .. })));
    });
    assert_eq!(files(dir.path()), [longer.id.as_str()]);
    assert_eq!(read(&vault, &longer.id).unwrap(), b"longer");
}

#[test]
fn a_row_that_makes_no_sense_holds_up_nothing() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let kept: Vec<Artifact> = (0..4).map(|_| keep(&vault, b"content")).collect();
    let raw = Connection::open(store::path_in(dir.path())).unwrap();
    for (artifact, change) in kept.iter().zip([
        "id = '../../vault.db'",
        "created_at = 'yesterday'",
        "expires_at = 'never'",
    ]) {
        raw.execute_batch(&format!(
            "UPDATE artifact SET {change} WHERE number = {}",
            artifact.number
        ))
        .unwrap();
    }
    drop(raw);
    run(async {
        let listed = vault.artifacts(None, 10).await.unwrap();
        assert_eq!(listed, kept[3..]);
        // What never ends is over.
        let swept = vault.sweep_artifacts(moment(1_000)).await.unwrap();
        let ids: Vec<&LocalArtifactId> = swept.deleted.iter().map(|gone| &gone.id).collect();
        assert_eq!(ids, [&kept[2].id]);
        let swept = vault.sweep_artifacts(Timestamp::MAX).await.unwrap();
        assert_eq!(swept.deleted.len(), 2);
    });
    assert!(store::path_in(dir.path()).exists());
    // The file that no row names any more goes at the next start.
    assert_eq!(files(dir.path()), [kept[0].id.as_str()]);
    drop(vault);
    assert_eq!(open(dir.path()).opening().unfinished_artifacts, 1);
}

#[test]
fn a_deletion_that_a_crash_cut_short_is_taken_up() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let artifact = keep(&vault, b"half gone");
    drop(vault);
    let raw = Connection::open(store::path_in(dir.path())).unwrap();
    raw.execute_batch("UPDATE artifact SET key = NULL").unwrap();
    drop(raw);
    let vault = open(dir.path());
    run(async {
        assert_eq!(vault.artifacts(None, 10).await.unwrap(), []);
        assert!(vault.read_artifact(&artifact.id).await.unwrap().is_none());
        // Long before its time.
        let swept = vault.sweep_artifacts(Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!(swept.deleted.len(), 1);
    });
    assert_eq!(files(dir.path()), [] as [String; 0]);
}

#[test]
fn a_file_that_was_changed_cut_or_exchanged_is_found() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let content = vec![5; 200_000];
    let artifact = keep(&vault, &content);
    let other = keep(&vault, &content);
    let path = |artifact: &Artifact| dir.path().join("artifacts").join(artifact.id.as_str());
    let sound = fs::read(path(&artifact)).unwrap();
    let finds = |bytes: &[u8], from: u64| {
        fs::write(path(&artifact), bytes).unwrap();
        match read(&vault, &artifact.id) {
            Err(Error::ArtifactDamaged { offset, .. }) => assert_eq!(offset, from),
            other => panic!("{other:?}"),
        }
    };
    let mut changed = sound.clone();
    changed[150_000] ^= 1;
    finds(&changed, 131_072);
    finds(&sound[..100_000], 65_536);
    finds(&[sound.as_slice(), b"more"].concat(), 196_608);
    finds(&fs::read(path(&other)).unwrap(), 0);
    finds(b"", 0);
    fs::remove_file(path(&artifact)).unwrap();
    assert!(matches!(
        read(&vault, &artifact.id),
        Err(Error::File { .. })
    ));
    fs::write(path(&artifact), &sound).unwrap();
    assert!(read(&vault, &artifact.id).unwrap() == content);

    // Its row, too: what it is, how large, and whose key it has.
    let raw = Connection::open(store::path_in(dir.path())).unwrap();
    raw.execute_batch("CREATE TABLE sound AS SELECT * FROM artifact")
        .unwrap();
    for change in [
        "media_type = 'text/html'",
        "size_bytes = 100000",
        "sha256 = zeroblob(32)",
        "command = 4",
        "command = NULL",
        "created_at = '2026-01-01T00:00:00Z'",
        "key = zeroblob(72)",
        "key = x'00'",
        "key = (SELECT key FROM sound ORDER BY number DESC LIMIT 1)",
    ] {
        let number = artifact.number;
        raw.execute_batch(&format!(
            "UPDATE artifact SET {change} WHERE number = {number}"
        ))
        .unwrap();
        assert!(
            matches!(
                read(&vault, &artifact.id),
                Err(Error::ArtifactLocked { .. })
            ),
            "{change}"
        );
        raw.execute_batch("DELETE FROM artifact; INSERT INTO artifact SELECT * FROM sound")
            .unwrap();
        assert!(read(&vault, &artifact.id).unwrap() == content);
    }
}

#[test]
fn another_master_key_opens_nothing_and_new_ones_are_kept() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let artifact = keep(&vault, b"before");
    vault.secrets().delete("artifact-key").unwrap();
    drop(vault);
    let vault = open(dir.path());
    let after = keep(&vault, b"after");
    assert!(matches!(
        read(&vault, &artifact.id),
        Err(Error::ArtifactLocked { .. })
    ));
    assert_eq!(read(&vault, &after.id).unwrap(), b"after");
    assert_eq!(run(vault.artifacts(None, 10)).unwrap().len(), 2);
}

#[test]
fn two_are_written_at_once() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let contents = [vec![1; 500_000], vec![2; 400_000]];
    let kept: Vec<Artifact> = run(async {
        let mut writers = Vec::new();
        for _ in &contents {
            writers.push(vault.begin_artifact(picture()).await.unwrap());
        }
        for place in 0..50 {
            for (writer, content) in writers.iter_mut().zip(&contents) {
                let size = content.len() / 50;
                writer.append(&content[place * size..][..size]).unwrap();
            }
        }
        let mut kept = Vec::new();
        for writer in writers {
            kept.push(writer.finish(None).await.unwrap());
        }
        kept
    });
    for (artifact, content) in kept.iter().zip(&contents) {
        assert!(&read(&vault, &artifact.id).unwrap() == content);
    }
}

#[test]
fn a_file_is_taken_in_and_removed() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let path = dir.path().join("recording.mp4");
    let content = vec![9; 700_000];
    fs::write(&path, &content).unwrap();
    let taken = vault.take_in_artifact(picture(), path.clone(), None, None);
    let artifact = run(taken).unwrap();
    assert!(!path.exists());
    assert!(read(&vault, &artifact.id).unwrap() == content);
    let missing = vault.take_in_artifact(picture(), path, None, None);
    assert!(matches!(run(missing), Err(Error::File { .. })));
    assert_eq!(files(dir.path()).len(), 1);
}

#[test]
fn a_name_from_outside_names_nothing_else() {
    for name in [
        "../vault.db",
        "",
        "0123456789ABCDEF0123456789abcdef",
        "0123456789abcdef0123456789abcde",
        "0123456789abcdef0123456789abcdef.part",
    ] {
        assert!(matches!(
            name.parse::<LocalArtifactId>(),
            Err(Error::ArtifactName)
        ));
    }
}

#[test]
fn a_damaged_vault_takes_its_artifacts_with_it() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let artifact = keep(&vault, b"content");
    drop(vault);
    fs::write(store::path_in(dir.path()), b"no database".repeat(1_000)).unwrap();
    let vault = open(dir.path());
    let aside = vault.opening().set_aside.clone().unwrap();
    assert!(aside.file.unwrap().exists());
    let there = aside.artifacts.unwrap().join(artifact.id.as_str());
    assert!(there.exists());
    assert!(vault.notices()[0].contains("pictures and recordings"));
    let begun = &run(vault.record_page(None, 1, &[])).unwrap()[0];
    let because = begun.body["because"].as_str().unwrap();
    assert_eq!(vault.opening().begun_anew.as_deref(), Some(because));
    assert_eq!(begun.body, json!({ "because": because }));
}

#[test]
fn a_vault_that_is_gone_does_not_take_its_artifacts_with_it() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let artifact = keep(&vault, b"content");
    drop(vault);
    let kept = fs::read(store::path_in(dir.path())).unwrap();
    fs::remove_file(store::path_in(dir.path())).unwrap();
    let vault = open(dir.path());
    let aside = vault.opening().set_aside.clone().unwrap();
    assert_eq!(aside.file, None);
    assert!(vault.notices()[0].contains("set aside as"));
    assert_eq!(run(vault.artifacts(None, 10)).unwrap(), []);
    keep(&vault, b"another");
    drop(vault);

    // The person finds a copy of the file, and puts both back.
    let folder = dir.path().join("artifacts");
    fs::remove_dir_all(&folder).unwrap();
    fs::rename(aside.artifacts.unwrap(), &folder).unwrap();
    fs::write(store::path_in(dir.path()), kept).unwrap();
    let vault = open(dir.path());
    assert_eq!(read(&vault, &artifact.id).unwrap(), b"content");
}

#[cfg(unix)]
#[test]
fn files_are_closed_to_others() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let artifact = keep(&vault, b"content");
    let folder = dir.path().join("artifacts");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let file = folder.join(artifact.id.as_str());
    assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
}
