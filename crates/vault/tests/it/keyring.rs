//! The real Secret Service, on a bus and with a home of its own: nothing of the person's is
//! touched. Where the machine lacks it, nothing is tested.

use std::{
    env,
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Command, Output},
    thread,
    time::Duration,
};

use chaperone_vault::{Error, KeyringTrouble, Secret, SecretPlace, SecretStore, Vault, verify};
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
        .arg(env::current_exe().unwrap());
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
/// There is a bus, and no keyring that would be started on it: it knows of no services.
const EMPTY: &str = "printf '%s' '<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>\
    <policy context=\"default\"><allow send_destination=\"*\"/><allow receive_sender=\"*\"/>\
    <allow own=\"*\"/></policy>\
    </busconfig>' > \"$HOME/bus.conf\"; \
    exec dbus-run-session --config-file=\"$HOME/bus.conf\" -- \"$@\"";
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
    assert!(matches!(again.place(), SecretPlace::Keyring { .. }));
    again.examine().unwrap();
}

/// A folder whose secrets are in a keyring, made without one: only the mark of it counts.
fn marked(dir: &Path) {
    std::fs::write(dir.join("keyring-scope"), "0123456789abcdef").unwrap();
}

#[test]
#[ignore = "runs as a child of the tests below"]
fn waits_for_the_keyring() {
    let Some(dir) = child::folder() else { return };
    let error = SecretStore::choose(&dir).unwrap_err();
    let Error::KeyringUnavailable {
        trouble,
        holds_secrets,
        ..
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(error.keyring_trouble(), Some(trouble));
    println!("trouble: {trouble:?} {holds_secrets} {error}");
    // Nothing was kept in files meanwhile, and no record began.
    assert!(!dir.join("secrets").exists());
    assert!(!dir.join("vault.db").exists());
}

/// Unlocks the running keyring, as a sign-in to the desktop does.
fn unlock(password: &str) {
    let runtime = PathBuf::from(env::var_os("XDG_RUNTIME_DIR").unwrap());
    let mut control = UnixStream::connect(runtime.join("keyring/control")).unwrap();
    let operation = 1_u32;
    let length = u32::try_from(password.len()).unwrap();
    let mut request = vec![0];
    for number in [length + 12, operation, length] {
        request.extend(number.to_be_bytes());
    }
    request.extend(password.as_bytes());
    control.write_all(&request).unwrap();
    let mut answer = [0; 8];
    control.read_exact(&mut answer).unwrap();
    assert_eq!(answer, [0, 0, 0, 8, 0, 0, 0, 0]);
}

#[test]
#[ignore = "runs as a child of the tests below"]
fn goes_on_once_the_keyring_is_unlocked() {
    let Some(dir) = child::folder() else { return };
    let error = SecretStore::choose(&dir).unwrap_err();
    assert_eq!(error.keyring_trouble(), Some(KeyringTrouble::Locked));
    assert!(KeyringTrouble::Locked.is_passing());
    unlock("pw");
    let (store, notice) = SecretStore::choose(&dir).unwrap();
    assert_eq!((store.is_keyring(), notice), (true, None));
    let vault = Vault::open(&dir, store).unwrap();
    assert_eq!(vault.notices(), [] as [String; 0]);
}

#[test]
#[ignore = "runs as a child of the tests below"]
fn goes_on_once_the_keyring_is_there() {
    let Some(dir) = child::folder() else { return };
    // Before its daemon runs, in this very process: the first answer must not stick.
    let error = SecretStore::choose(&dir).unwrap_err();
    assert_eq!(error.keyring_trouble(), Some(KeyringTrouble::Absent));
    let started = Command::new("sh")
        .args([
            "-c",
            "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null",
        ])
        .status()
        .unwrap();
    assert!(started.success());
    // It has a name on the bus a moment after its command has returned.
    let (store, notice) = (0..200)
        .find_map(|_| match SecretStore::choose(&dir) {
            Ok(chosen) => Some(chosen),
            Err(error) => {
                assert_eq!(error.keyring_trouble(), Some(KeyringTrouble::Absent));
                thread::sleep(Duration::from_millis(20));
                None
            }
        })
        .unwrap();
    assert_eq!((store.is_keyring(), notice), (true, None));
    store.set("token", &Secret::new("kept")).unwrap();
}

#[test]
#[ignore = "runs as a child of the test below"]
fn keeps_a_record() {
    let Some(dir) = child::folder() else { return };
    let (store, _) = SecretStore::choose(&dir).unwrap();
    let vault = Vault::open(&dir, store).unwrap();
    assert_eq!(vault.notices(), [] as [String; 0]);
    let found = verify(&dir, vault.secrets()).unwrap();
    assert_eq!(found.broken, None);
}

#[test]
#[ignore = "runs as a child of the tests below"]
fn falls_back_to_files() {
    let Some(dir) = child::folder() else { return };
    let (store, notice) = SecretStore::choose(&dir).unwrap();
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
fn without_a_keyring_files_keep_secrets_and_the_person_is_told() {
    for line in [EMPTY, ABSENT] {
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

#[test]
fn a_keyring_that_is_locked_is_waited_for() {
    for (holds_secrets, line, expected) in [
        (
            false,
            LOCKED,
            "Locked false this computer's keyring is locked",
        ),
        (
            true,
            LOCKED,
            "Locked true this computer's keyring is locked",
        ),
        (
            true,
            EMPTY,
            "Absent true this computer's keyring is not running",
        ),
        (
            true,
            ABSENT,
            "Absent true this computer's keyring is not running",
        ),
    ] {
        let dir = TempDir::new().unwrap();
        if holds_secrets {
            marked(dir.path());
        }
        if let Some(output) = run("keyring::waits_for_the_keyring", dir.path(), line) {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(said.contains(&format!("trouble: {expected}")), "{said}");
        }
    }
}

#[test]
fn a_keyring_that_comes_up_later_is_found() {
    let dir = TempDir::new().unwrap();
    marked(dir.path());
    run(
        "keyring::goes_on_once_the_keyring_is_there",
        dir.path(),
        EMPTY,
    );
}

#[test]
fn a_locked_keyring_does_not_have_the_record_begin_anew() {
    let dir = TempDir::new().unwrap();
    let home = TempDir::new().unwrap();
    let at_home = |line: &str| {
        let home = home.path().display();
        line.replacen("exec", &format!("HOME={home} XDG_DATA_HOME={home} exec"), 1)
    };
    let (unlocked, locked) = (at_home(UNLOCKED), at_home(LOCKED));
    for (test, line) in [
        ("keyring::keeps_a_record", &unlocked),
        ("keyring::meets_a_locked_keyring", &locked),
        ("keyring::goes_on_once_the_keyring_is_unlocked", &locked),
        ("keyring::keeps_a_record", &unlocked),
    ] {
        run(test, dir.path(), line);
    }
}

#[test]
#[ignore = "runs as a child of the test above"]
fn meets_a_locked_keyring() {
    let Some(dir) = child::folder() else { return };
    let error = SecretStore::choose(&dir).unwrap_err();
    assert_eq!(error.keyring_trouble(), Some(KeyringTrouble::Locked));
    assert!(!dir.join("secrets").exists());
}
