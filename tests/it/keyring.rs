//! A keyring that is locked when Chaperone starts, as at the start of a session.

use std::{
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use support::Desktop;

use crate::home;

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

#[test]
fn a_locked_keyring_is_waited_for() -> Result<()> {
    let (home, desktop) = (home()?, Desktop::start()?);
    let _keyring = desktop.serve(desktop.command("gnome-keyring-daemon").args([
        "--start",
        "--foreground",
        "--components=secrets",
    ]))?;
    let control = desktop.folder().join("keyring/control");
    let until = Instant::now() + Duration::from_secs(20);
    while !desktop.has("org.freedesktop.secrets")? {
        ensure!(Instant::now() < until, "the keyring does not start");
        thread::sleep(Duration::from_millis(50));
    }
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
