//! The real Secret Service, on a bus and with a home of its own: nothing of the person's is
//! touched. Where the machine lacks it, nothing is tested.

use std::{
    path::Path,
    process::{Command, Output},
    time::{Duration, Instant},
};

use chaperone_vault::{Secret, SecretStore, Vault, verify};
use tempfile::TempDir;

use crate::child;

/// Runs an ignored test under a shell line that ends in `"$@"`, away from the person's session.
fn run(test: &str, dir: &Path, line: &str) -> Option<Output> {
    let there = |program: &str| {
        let found = Command::new("sh")
            .args(["-c", "command -v \"$0\"", program])
            .output();
        found.is_ok_and(|found| found.status.success())
    };
    if !there("dbus-run-session") || !there("gnome-keyring-daemon") {
        return None;
    }
    let home = TempDir::new().unwrap();
    let mut command = Command::new("sh");
    command
        .args(["-c", line, "sh"])
        .arg(std::env::current_exe().unwrap());
    child::arguments(&mut command, test, dir);
    command
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 passed"), "{said}");
    Some(output)
}

const UNLOCKED: &str = "exec dbus-run-session -- sh -c \
    'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null; \"$@\"' sh \"$@\"";
const LOCKED: &str = "exec dbus-run-session -- sh -c \
    'gnome-keyring-daemon --start --components=secrets >/dev/null; \"$@\"' sh \"$@\"";
const ABSENT: &str = "exec \"$@\"";

#[test]
#[ignore = "runs as a child of the tests below"]
fn keeps_in_the_keyring() {
    let Some(dir) = child::folder() else { return };
    let (store, notice) = SecretStore::choose(&dir).unwrap();
    assert_eq!((store.is_keyring(), notice), (true, None));
    assert_eq!(store.get("token").unwrap(), None);
    for content in ["first", "second"] {
        store.set("token", &Secret::new(content)).unwrap();
        assert_eq!(store.get("token").unwrap(), Some(Secret::new(content)));
    }
    // Another folder's secrets are its own.
    let other = TempDir::new().unwrap();
    let (elsewhere, _) = SecretStore::choose(other.path()).unwrap();
    assert_eq!(elsewhere.get("token").unwrap(), None);
    // The same folder finds them again.
    let (again, _) = SecretStore::choose(&dir).unwrap();
    assert_eq!(again.get("token").unwrap(), Some(Secret::new("second")));
    again.delete("token").unwrap();
    again.delete("token").unwrap();
    assert_eq!(again.get("token").unwrap(), None);

    drop(Vault::open(&dir, again.clone()).unwrap());
    assert_eq!(verify(&dir, &again).unwrap().broken, None);
    assert!(!dir.join("secrets").exists());
}

#[test]
#[ignore = "runs as a child of the tests below"]
fn falls_back_to_files() {
    let Some(dir) = child::folder() else { return };
    let started = Instant::now();
    let (store, notice) = SecretStore::choose(&dir).unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "{:?}",
        started.elapsed()
    );
    assert!(!store.is_keyring());
    println!("notice: {}", notice.unwrap());
    store.set("token", &Secret::new("kept")).unwrap();
    // It is said once.
    let (again, notice) = SecretStore::choose(&dir).unwrap();
    assert_eq!(notice, None);
    assert_eq!(again.get("token").unwrap(), Some(Secret::new("kept")));
}

#[test]
fn an_unlocked_keyring_keeps_secrets() {
    let dir = TempDir::new().unwrap();
    run("keyring::keeps_in_the_keyring", dir.path(), UNLOCKED);
}

#[test]
fn without_a_usable_keyring_files_keep_secrets_and_the_person_is_told() {
    for line in [LOCKED, ABSENT] {
        let dir = TempDir::new().unwrap();
        if let Some(output) = run("keyring::falls_back_to_files", dir.path(), line) {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(
                said.contains("notice: This computer's keyring cannot be used ("),
                "{said}"
            );
        }
    }
}
