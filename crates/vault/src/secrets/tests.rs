//! Secrets in files; the keyring is tested in a process of its own.

use tempfile::TempDir;

use super::{Secret, SecretStore, keyring::Keyring};
use crate::Error;

fn store() -> (TempDir, SecretStore) {
    let dir = TempDir::new().unwrap();
    let store = SecretStore::file(dir.path());
    (dir, store)
}

#[test]
fn a_secret_is_kept_replaced_and_removed() {
    let (_dir, store) = store();
    assert_eq!(store.get("token").unwrap(), None);
    for content in ["first", "second"] {
        store.set("token", &Secret::new(content)).unwrap();
        let kept = store.get("token").unwrap().unwrap();
        assert_eq!(kept.expose_str(), Some(content));
    }
    store.delete("token").unwrap();
    store.delete("token").unwrap();
    assert_eq!(store.get("token").unwrap(), None);
}

#[test]
fn a_place_is_tried_without_a_trace() {
    let (dir, store) = store();
    store.examine().unwrap();
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    store.set("token", &Secret::new("kept")).unwrap();
    store.examine().unwrap();
    let secrets = dir.path().join("secrets");
    assert_eq!(std::fs::read_dir(secrets).unwrap().count(), 1);
    assert_eq!(store.get("token").unwrap(), Some(Secret::new("kept")));
}

#[test]
fn names_do_not_meet_even_where_case_does_not_count() {
    let (dir, store) = store();
    let names = [
        "token/a",
        "token/A",
        "token%2fa",
        "../token",
        "Ü",
        "a.b",
        "con",
    ];
    for name in names {
        store.set(name, &Secret::new(name)).unwrap();
    }
    for name in names {
        assert_eq!(store.get(name).unwrap(), Some(Secret::new(name)));
    }
    let mut files: Vec<String> = std::fs::read_dir(dir.path().join("secrets"))
        .unwrap()
        .map(|file| {
            file.unwrap()
                .file_name()
                .into_string()
                .unwrap()
                .to_lowercase()
        })
        .collect();
    files.sort();
    files.dedup();
    assert_eq!(files.len(), names.len());
    for bad in ["", &"x".repeat(61)] {
        assert!(matches!(store.get(bad), Err(Error::SecretName)));
    }
}

#[test]
fn nothing_shows_a_secret() {
    let secret = Secret::new("hunter2");
    assert_eq!(format!("{secret:?}"), "Secret(…)");
}

#[test]
fn a_folder_that_keeps_files_goes_on_doing_so() {
    let (dir, store) = store();
    store.set("token", &Secret::new("kept")).unwrap();
    let (chosen, notice) = SecretStore::choose(dir.path()).unwrap();
    assert_eq!((chosen.is_keyring(), notice), (false, None));
    assert_eq!(chosen.get("token").unwrap(), Some(Secret::new("kept")));
}

#[test]
fn a_folder_has_one_part_of_the_keyring_whoever_comes_first() {
    let dir = TempDir::new().unwrap();
    let used = || Keyring::known(dir.path()).unwrap();
    assert_eq!(used(), None);
    let (one, other) = (Keyring::new().unwrap(), Keyring::new().unwrap());
    assert_ne!(one, other);
    assert_eq!(one.clone().remember(dir.path()).unwrap(), one);
    // Two processes that both found none: the second takes what the first has chosen.
    assert_eq!(other.clone().remember(dir.path()).unwrap(), one);
    assert_eq!(used(), Some(one));

    // Torn by a crash, before anything was kept under it.
    for torn in ["", "0123", "0123456789abcdeg"] {
        std::fs::write(dir.path().join("keyring-scope"), torn).unwrap();
        assert_eq!(used(), None, "{torn}");
    }
    assert_eq!(other.clone().remember(dir.path()).unwrap(), other);
    assert_eq!(used(), Some(other));
}

#[cfg(unix)]
#[test]
fn files_are_closed_to_others_and_open_ones_are_refused() {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    let (dir, store) = store();
    store.set("token", &Secret::new("x")).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = dir.path().join("secrets");
    let file = folder.join("secret-token");
    assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
    // Nothing half-written stays behind.
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);

    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let error = store.get("token").unwrap_err();
    assert!(matches!(error, Error::Loose { mode: 0o640, .. }));
    assert!(error.to_string().contains("chmod 600"), "{error}");
    // Setting it anew closes it again.
    store.set("token", &Secret::new("y")).unwrap();
    assert_eq!(store.get("token").unwrap(), Some(Secret::new("y")));
}
