//! A keyring that is locked when Chaperone starts, as at the start of a session.

use std::{
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use support::Desktop;

use crate::home;

/// What the keyring is called on the bus.
const SECRETS: &str = "org.freedesktop.secrets";

/// Unlocks the keyring that runs there, as a sign-in to the desktop does.
fn unlock(control: &Path, password: &str) -> Result<()> {
    let mut control = UnixStream::connect(control)?;
    let length = u32::try_from(password.len())?;
    let mut request = vec![0];
    for number in [length + 12, 1, length] {
        request.extend(number.to_be_bytes());
    }
    request.extend(password.as_bytes());
    control.write_all(&request)?;
    let mut answer = [0; 8];
    control.read_exact(&mut answer)?;
    ensure!(answer == [0, 0, 0, 8, 0, 0, 0, 0], "it stays locked");
    Ok(())
}

/// Waits for something of the desktop's.
fn until(what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
    let until = Instant::now() + Duration::from_secs(20);
    while !is_so()? {
        ensure!(Instant::now() < until, "this takes too long: {what}");
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// The keyring's daemon, with its files in the desktop's folder.
fn daemon(desktop: &Desktop, how: &str) -> Command {
    let mut command = desktop.command("gnome-keyring-daemon");
    command
        .args([how, "--foreground", "--components=secrets"])
        .env_remove("XDG_DATA_HOME");
    command
}

/// Makes the keyring that a first sign-in to the desktop makes. A daemon that is to make it only
/// when it is unlocked makes it, and does not find it until it is started anew.
fn sign_in_once(desktop: &Desktop, password: &str) -> Result<()> {
    let mut daemon = daemon(desktop, "--unlock")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    daemon
        .stdin
        .take()
        .context("it hears nothing")?
        .write_all(password.as_bytes())?;
    let keyring = desktop.folder().join(".local/share/keyrings/login.keyring");
    let made = until("the keyring is made", || Ok(keyring.is_file()));
    daemon.kill()?;
    daemon.wait()?;
    made?;
    until("the keyring's end", || Ok(!desktop.has(SECRETS)?))
}

#[test]
fn a_locked_keyring_is_waited_for() -> Result<()> {
    let (home, desktop) = (home()?, Desktop::start()?);
    sign_in_once(&desktop, "a password")?;
    let _keyring = desktop.serve(&mut daemon(&desktop, "--start"))?;
    let control = desktop.folder().join("keyring/control");
    until("the keyring starts", || desktop.has(SECRETS))?;
    thread::scope(|scope| {
        let starting = scope.spawn(|| home.start_on(&desktop));
        thread::sleep(Duration::from_secs(2));
        ensure!(!starting.is_finished(), "it did not wait");
        unlock(&control, "a password")?;
        let chaperone = starting.join().ok().context("the start broke")??;
        ensure!(
            !home.data_dir().join("secrets").exists(),
            "secrets lie in files, beside a keyring"
        );
        chaperone.end()
    })
}
