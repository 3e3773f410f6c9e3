//! Damage and tampering, between two starts and while the vault is open.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rusqlite::Connection;
use tempfile::TempDir;

use super::{entry, open, receive, run};
use crate::{Broken, Problem, SecretStore, store, verify, verify_file};

/// The one set-aside file in this folder, less its companions.
fn set_aside(dir: &Path) -> PathBuf {
    fs::read_dir(dir)
        .unwrap()
        .map(|file| file.unwrap().path())
        .find(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.starts_with("vault.damaged-") && name.ends_with('Z')
        })
        .unwrap()
}

#[test]
fn a_damaged_file_is_set_aside_whole_and_told() {
    let dir = TempDir::new().unwrap();
    let path = store::path_in(dir.path());
    drop(open(dir.path()));
    let damaged = b"this was a vault once".repeat(1_000);
    fs::write(&path, &damaged).unwrap();

    let vault = open(dir.path());
    let [notice] = vault.notices() else {
        panic!("{:?}", vault.notices())
    };
    let aside = set_aside(dir.path());
    assert!(notice.contains(aside.to_str().unwrap()), "{notice}");
    assert!(notice.starts_with("The file"), "{notice}");
    assert_eq!(fs::read(&aside).unwrap(), damaged);
    // It works, and does not claim to be whole.
    run(receive(&vault, "c1"));
    let broken = verify(dir.path(), vault.secrets()).unwrap().broken.unwrap();
    assert!(matches!(
        broken,
        Broken {
            seq: 1,
            problem: Problem::BegunAnew { .. }
        }
    ));
    assert!(verify_file(&aside, vault.secrets()).is_err());
    drop(vault);
    assert_eq!(open(dir.path()).notices(), [] as [String; 0]);
}

#[test]
fn a_file_damaged_inside_is_set_aside_and_its_sound_part_can_be_checked() {
    let dir = TempDir::new().unwrap();
    let path = store::path_in(dir.path());
    let vault = open(dir.path());
    run(async {
        for _ in 0..600 {
            vault.append(entry("stepped")).await.unwrap();
        }
    });
    drop(vault);
    let mut bytes = fs::read(&path).unwrap();
    // A page that holds entries, with others before it.
    let body = br#"{"a":2,"b":1}"#;
    let holds = |page: &[u8]| page.windows(body.len()).any(|window| window == body);
    let pages: Vec<usize> = (0..bytes.len() / 4_096)
        .filter(|page| holds(&bytes[page * 4_096..][..4_096]))
        .collect();
    let place = pages[pages.len() / 2] * 4_096;
    bytes[place..place + 4_096].fill(0xA5);
    fs::write(&path, bytes).unwrap();

    let vault = open(dir.path());
    assert_eq!(vault.notices().len(), 1);
    let aside = set_aside(dir.path());
    let found = verify_file(&aside, vault.secrets()).unwrap();
    let broken = found.broken.unwrap();
    assert_eq!(broken.seq, found.entries + 1);
    assert!((1..600).contains(&found.entries), "{broken}");
}

/// What the next start and `verify` say after the closed file was changed from outside.
#[track_caller]
fn after(sql: &str, seq: u64, words: &str) {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    run(async {
        for _ in 0..5 {
            vault.append(entry("stepped")).await.unwrap();
        }
    });
    drop(vault);
    let raw = Connection::open(store::path_in(dir.path())).unwrap();
    raw.execute_batch(sql).unwrap();
    drop(raw);

    let vault = open(dir.path());
    let said = vault.notices()[0].to_lowercase();
    assert!(said.contains(words), "{:?}", vault.notices());
    // Going on does not cover it up, now or after the next start.
    run(vault.append(entry("stepped"))).unwrap();
    drop(vault);
    let vault = open(dir.path());
    assert_eq!(vault.notices(), [] as [String; 0]);
    let broken = verify(dir.path(), vault.secrets()).unwrap().broken.unwrap();
    assert_eq!(broken.seq, seq, "{broken}");
    assert!(broken.to_string().contains(words), "{broken}");
}

#[test]
fn a_start_does_not_cover_up_what_was_done_meanwhile() {
    after(
        "DELETE FROM record WHERE seq > 3",
        4,
        "cut off before entry 4",
    );
    after("DELETE FROM seal", 6, "seal on entry 5 was removed");
    after(
        "DELETE FROM record; DELETE FROM seal",
        1,
        "cut off before entry 1",
    );
    after(
        "UPDATE seal SET signature = zeroblob(64)",
        6,
        "was not made with the key",
    );
    after(
        "UPDATE record SET hash = zeroblob(32) WHERE seq = 5",
        5,
        "entry 5",
    );
}

#[test]
fn a_vault_that_is_gone_or_older_is_missed() {
    let dir = TempDir::new().unwrap();
    let path = store::path_in(dir.path());
    let vault = open(dir.path());
    run(vault.append(entry("started"))).unwrap();
    drop(vault);
    let older = fs::read(&path).unwrap();
    let vault = open(dir.path());
    run(vault.append(entry("stepped"))).unwrap();
    drop(vault);

    fs::write(&path, older).unwrap();
    let broken = verify(dir.path(), &SecretStore::file(dir.path()))
        .unwrap()
        .broken;
    let expected = Broken {
        seq: 2,
        problem: Problem::Truncated { through: 2 },
    };
    assert_eq!(broken, Some(expected));

    fs::remove_file(&path).unwrap();
    let vault = open(dir.path());
    assert!(
        vault.notices()[0].contains("is gone"),
        "{:?}",
        vault.notices()
    );
}

#[test]
fn tampering_while_the_vault_is_open_is_not_built_upon() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    run(async {
        for _ in 0..3 {
            vault.append(entry("stepped")).await.unwrap();
        }
        let raw = Connection::open(store::path_in(dir.path())).unwrap();
        raw.execute_batch("DELETE FROM record WHERE seq = 3")
            .unwrap();
        assert_eq!(vault.append(entry("stepped")).await.unwrap(), 4);
    });
    let broken = verify(dir.path(), vault.secrets()).unwrap().broken;
    let expected = Broken {
        seq: 3,
        problem: Problem::Removed { through: 3 },
    };
    assert_eq!(broken, Some(expected));
}

#[test]
fn what_somebody_put_into_the_file_does_nothing() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    run(vault.append(entry("stepped"))).unwrap();
    drop(vault);
    let raw = Connection::open(store::path_in(dir.path())).unwrap();
    raw.execute_batch(
        "CREATE TRIGGER forget AFTER INSERT ON record BEGIN
             DELETE FROM record WHERE seq = new.seq;
         END;
         CREATE TRIGGER allow AFTER INSERT ON rule BEGIN
             UPDATE rule SET document = '{}';
         END",
    )
    .unwrap();
    drop(raw);
    let vault = open(dir.path());
    run(vault.append(entry("stepped"))).unwrap();
    let document = serde_json::json!({ "answer": "deny" });
    let lasting = crate::Lasting::UntilDenied;
    run(vault.add_rule("a", document.clone(), lasting, super::moment(1), None)).unwrap();
    assert_eq!(run(vault.rules()).unwrap()[0].document, document);
    let found = verify(dir.path(), vault.secrets()).unwrap();
    assert_eq!((found.entries, found.broken), (2, None));
}

#[test]
fn a_file_without_one_of_its_tables_is_damaged() {
    for sql in [
        "DROP TABLE answer",
        "DROP TABLE record_text",
        "ALTER TABLE record RENAME TO hidden; CREATE VIEW record AS SELECT * FROM hidden",
    ] {
        let dir = TempDir::new().unwrap();
        drop(open(dir.path()));
        let raw = Connection::open(store::path_in(dir.path())).unwrap();
        raw.execute_batch(sql).unwrap();
        drop(raw);
        let vault = open(dir.path());
        assert!(vault.opening().set_aside.is_some(), "{sql}");
        run(vault.append(entry("stepped"))).unwrap();
    }
}

#[test]
fn a_key_that_is_gone_is_told_and_covers_nothing_up() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    run(vault.append(entry("stepped"))).unwrap();
    let about = crate::NewArtifact::new("image/jpeg", None, super::moment(1));
    let artifact = run(vault.keep_artifact(about.clone(), vec![1], None, None)).unwrap();
    drop(vault);
    fs::remove_dir_all(dir.path().join("secrets")).unwrap();

    let vault = open(dir.path());
    assert!(
        vault.notices()[0].contains("was not made with the key"),
        "{:?}",
        vault.notices()
    );
    run(vault.append(entry("stepped"))).unwrap();
    let broken = verify(dir.path(), vault.secrets()).unwrap().broken.unwrap();
    assert_eq!(broken.seq, 2, "{broken}");
    let lost = run(vault.read_artifact(&artifact.id)).unwrap_err();
    assert!(matches!(lost, crate::Error::ArtifactLocked { .. }));
    // It can still be deleted, and others kept.
    run(vault.keep_artifact(about, vec![2], None, None)).unwrap();
    assert!(
        run(vault.delete_artifact(&artifact.id, None))
            .unwrap()
            .is_some()
    );
}

#[test]
fn a_log_without_its_file_is_not_taken_for_the_new_ones() {
    let dir = TempDir::new().unwrap();
    let path = store::path_in(dir.path());
    let log = dir.path().join("vault.db-wal");
    let vault = open(dir.path());
    run(vault.append(entry("stepped"))).unwrap();
    let written = fs::read(&log).unwrap();
    assert!(!written.is_empty());
    drop(vault);
    fs::remove_file(&path).unwrap();
    fs::write(&log, &written).unwrap();

    let vault = open(dir.path());
    assert!(
        vault.notices()[0].contains("is gone"),
        "{:?}",
        vault.notices()
    );
    let there = vault.opening().set_aside.clone().unwrap();
    assert_eq!((there.file, there.artifacts), (None, None));
    let found = run(vault.record_page(None, 10, &[])).unwrap();
    assert_eq!(
        (found.len(), found[0].kind.as_str()),
        (1, "vault.begun_anew")
    );
    // It is still there to be looked at.
    let kept = fs::read_dir(dir.path()).unwrap().any(|file| {
        let file = file.unwrap();
        let name = file.file_name().into_string().unwrap();
        name.starts_with("vault.damaged-") && fs::read(file.path()).unwrap() == written
    });
    assert!(kept);
}

#[test]
fn a_newer_file_is_refused_and_left_alone_whatever_it_looks_like() {
    let dir = TempDir::new().unwrap();
    let path = store::path_in(dir.path());
    drop(open(dir.path()));
    let raw = Connection::open(&path).unwrap();
    raw.execute_batch("PRAGMA user_version = 99; DROP TABLE record_text; DROP TABLE rule")
        .unwrap();
    drop(raw);
    let before = fs::read(&path).unwrap();
    let refused = crate::Vault::open(dir.path(), SecretStore::file(dir.path()));
    let refused = refused.unwrap_err();
    assert!(matches!(
        refused,
        crate::Error::NewerFormat {
            found: 99,
            known: 2
        }
    ));
    assert_eq!(fs::read(&path).unwrap(), before);
}
