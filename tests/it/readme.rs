//! What the README tells a newcomer to paste really does what it says.

use std::{os::unix::fs::PermissionsExt as _, process::Command};

use anyhow::{Context as _, Result, ensure};

use crate::home;

const README: &str = include_str!("../../README.md");
const MARK: &str = "<!-- first request: a test runs this block as it stands -->\n```sh\n";

#[test]
fn the_first_request_works_as_it_stands_there() -> Result<()> {
    let block = README
        .split_once(MARK)
        .and_then(|(_, after)| after.split_once("```"))
        .context("the README has no first request")?
        .0;
    ensure!(
        block.contains("127.0.0.1:7377"),
        "the README names another port"
    );

    let home = home()?;
    let chaperone = home.start()?;
    // Only the port differs, and `./dev key` asks this Chaperone.
    let folder = tempfile::tempdir()?;
    let dev = folder.path().join("dev");
    let program = env!("CARGO_BIN_EXE_chaperone-under-test");
    let data_dir = home.data_dir();
    std::fs::write(
        &dev,
        format!(
            "#!/bin/sh\nexec '{program}' --data-dir '{}' \"$@\"\n",
            data_dir.display()
        ),
    )?;
    std::fs::set_permissions(&dev, std::fs::Permissions::from_mode(0o755))?;
    let block = block.replace("127.0.0.1:7377", &chaperone.hub().to_string());
    let pasted = Command::new("sh")
        .args(["-c", &block])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .spawn()?;

    let request = chaperone.request()?;
    assert_eq!(request["action"]["line"], "echo hello from my first agent");
    chaperone.decide(&request, "allowOnce")?;
    let printed = String::from_utf8(pasted.wait_with_output()?.stdout)?;
    let answer: serde_json::Value = serde_json::from_str(&printed).context(printed)?;
    assert_eq!(answer["success"], true);
    assert_eq!(answer["stdout"], "hello from my first agent\n");
    Ok(())
}
