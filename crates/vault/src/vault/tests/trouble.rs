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
    let place = bytes.len() / 4 * 3;
    bytes[place..place + 8_192].fill(0xA5);
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
