//! The service file, and what a service manager is told.

use std::{fs, os::unix::net::UnixDatagram, process::Command, time::Duration};

use anyhow::{Context as _, Result};

use crate::home;

const UNIT: &str = include_str!("../../crates/headless/systemd/chaperone-headless.service");
const HUB_UNIT: &str = include_str!("../../crates/headless/systemd/chaperone-hub.service");

#[test]
fn systemd_understands_the_units() -> Result<()> {
    for (name, unit, manager) in [
        ("chaperone-headless.service", UNIT, "--user"),
        ("chaperone-hub.service", HUB_UNIT, "--system"),
    ] {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(name);
        // Where it will be installed, nothing is yet.
        let program = env!("CARGO_BIN_EXE_chaperone-under-test");
        fs::write(&path, unit.replace("/usr/bin/chaperone-headless", program))?;
        let checked = Command::new("systemd-analyze")
            .args(["verify", manager, "--man=no"])
            .arg(&path)
            .env("XDG_RUNTIME_DIR", folder.path())
            .output();
        let Ok(checked) = checked else {
            // No systemd here, so nothing that the units could be wrong for.
            return Ok(());
        };
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        assert!(checked.status.success(), "{said}");
        assert!(!said.contains(&format!("{name}:")), "{said}");
    }
    Ok(())
}

#[test]
fn the_service_manager_is_told_when_it_is_ready_and_when_it_ends() -> Result<()> {
    let home = home()?;
    let path = home.folder().join("notify");
    let manager = UnixDatagram::bind(&path)?;
    manager.set_read_timeout(Some(Duration::from_secs(20)))?;
    let heard = || -> Result<String> {
        let mut buffer = [0; 256];
        let count = manager.recv(&mut buffer).context("it says nothing")?;
        Ok(String::from_utf8_lossy(&buffer[..count]).into_owned())
    };
    let chaperone = home.start_as(|command| {
        command.env("NOTIFY_SOCKET", &path);
    })?;
    assert_eq!(heard()?, "READY=1");
    let door = chaperone.door();
    chaperone.end()?;
    assert_eq!(heard()?, "STOPPING=1");
    assert!(!door.exists(), "the socket is left behind");
    Ok(())
}
