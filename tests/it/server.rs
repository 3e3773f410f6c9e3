//! A hub by itself, as somebody who runs a server starts it, looks after it and ends it.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

const README: &str = include_str!("../../crates/hub/README.md");
const MARK: &str = "<!-- hub on a server: a test runs this block as it stands -->\n```sh\n";
const PROGRAM: &str = env!("CARGO_BIN_EXE_chaperone-under-test");

fn hub(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .arg("hub")
        .args(words)
        .env("CHAPERONE_HUB_DATA_DIR", folder)
        .env("CHAPERONE_DATA_DIR", "/nowhere/at/all");
    command
}

fn say(mut command: Command, line: &str) -> Result<Output> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    child
        .stdin
        .take()
        .context("a standard input")?
        .write_all(line.as_bytes())?;
    Ok(child.wait_with_output()?)
}

/// Starts one on a free port; where it is.
fn start(folder: &Path) -> Result<(Child, String)> {
    let mut child = hub(folder, &["--json", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().context("a standard output")?;
    for line in BufReader::new(output).lines() {
        let said: Value = serde_json::from_str(&line?)?;
        if said["type"] == "ready" {
            let url = said["hub"].as_str().context("where it is")?.to_owned();
            return Ok((child, url));
        }
    }
    anyhow::bail!("it ended before it was ready")
}

fn end(mut child: Child) -> Result<()> {
    let told = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()?;
    ensure!(told.success(), "it cannot be told to end");
    ensure!(child.wait()?.success(), "it ended with an error");
    Ok(())
}

#[test]
fn the_readme_works_as_it_stands() -> Result<()> {
    let block = README
        .split_once(MARK)
        .and_then(|(_, after)| after.split_once("```"))
        .context("the README has no such block")?
        .0;
    ensure!(block.lines().count() == 5, "{block}");
    let folder = tempfile::tempdir()?;
    let program = folder.path().join("chaperone-headless");
    fs::write(&program, format!("#!/bin/sh\nexec '{PROGRAM}' \"$@\"\n"))?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    let path = std::env::var("PATH").unwrap_or_default();
    // Only the port differs, and it is ended.
    let port = std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port();
    let block = block.replace("8443", &port.to_string());
    let pasted = Command::new("sh")
        .args(["-e", "-c", &format!("{block}\nkill $!\nwait $!")])
        .env("HOME", folder.path())
        .env("PATH", format!("{}:{path}", folder.path().display()))
        .output()?;
    let said = String::from_utf8(pasted.stdout)?;
    ensure!(
        pasted.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&pasted.stderr)
    );
    for expected in [
        "you@example.org can sign in.",
        "registration = \"closed\"",
        "ready (Ctrl+C ends it)",
        "{\"status\":\"ok\"}",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    // Where the keys lie is said once.
    assert_eq!(said.matches("kept in files").count(), 1, "{said}");
    let keys = folder.path().join("chaperone-hub/secrets");
    for key in fs::read_dir(&keys)? {
        let mode = key?.metadata()?.permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    Ok(())
}

#[test]
fn the_audit_is_checked_and_keys_are_replaced_while_it_does_not_run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let added = say(
        hub(folder, &["account", "add", "a@example.org"]),
        "correct horse\n",
    )?;
    ensure!(added.status.success(), "{added:?}");
    let again = say(
        hub(folder, &["account", "add", "a@example.org"]),
        "correct horse\n",
    )?;
    assert_eq!(again.status.code(), Some(2), "{again:?}");
    let changed = say(
        hub(folder, &["account", "password", "a@example.org"]),
        "battery staple",
    )?;
    ensure!(changed.status.success(), "{changed:?}");
    ensure!(hub(folder, &["rotate-keys"]).status()?.success());

    let (child, _) = start(folder)?;
    let busy = hub(folder, &["verify"]).output()?;
    assert_eq!(busy.status.code(), Some(1));
    let said = String::from_utf8(busy.stderr)?;
    assert!(said.contains("stop it first"), "{said}");
    end(child)?;

    let sound = hub(folder, &["verify", "--json"]).output()?;
    let said: Value = serde_json::from_slice(&sound.stdout)?;
    assert_eq!(
        (&said["entries"], &said["broken"]),
        (&Value::from(3), &Value::Null)
    );
    let file = folder.join("hub.sqlite");
    let mut bytes = fs::read(&file)?;
    let kind = b"password changed";
    let at = bytes
        .windows(kind.len())
        .position(|part| part == kind)
        .context("the line is in the file")?;
    bytes[at] = b'P';
    fs::write(&file, bytes)?;
    let broken = hub(folder, &["verify"]).output()?;
    assert_eq!(broken.status.code(), Some(1));
    let said = String::from_utf8(broken.stdout)?;
    assert!(said.contains("entry 2 was changed"), "{said}");
    Ok(())
}

#[test]
fn a_configuration_is_checked_whole() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("hub.toml");
    fs::write(
        &file,
        "listen = '0.0.0.0:1'\nregistration = 'maybe'\nlisten_on = 'a'\n",
    )?;
    let config = file.display().to_string();
    let checked = hub(folder.path(), &["--config", &config, "--check-config"]).output()?;
    assert_eq!(checked.status.code(), Some(2));
    let said = String::from_utf8(checked.stdout)?;
    assert!(said.contains("listen_on"), "{said}");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/headless/systemd/hub.toml");
    // As it stands, and with every key said but those that name other files or exclude each other.
    let text = fs::read_to_string(sample)?;
    let whole: String = text
        .lines()
        .filter(|line| {
            !["#[tls]", "#certificate", "#key", "#database"]
                .iter()
                .any(|no| line.starts_with(no))
        })
        .map(|line| {
            line.strip_prefix('#')
                .filter(|rest| !rest.starts_with(' '))
                .unwrap_or(line)
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    for text in [text, whole] {
        fs::write(&file, &text)?;
        let checked = hub(folder.path(), &["--config", &config, "--check-config"]).output()?;
        ensure!(checked.status.success(), "{text}{checked:?}");
    }
    Ok(())
}
