//! Where things are, and how programs are started from here.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// Where cargo builds.
pub(crate) fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |named| root().join(named))
}

/// A program to be started at the root, as if from a plain shell.
///
/// `cargo run` leaves variables behind that some build scripts watch: passed on, they would have
/// those crates built again for nothing, and a second compiler would load the first one's libraries.
pub(crate) fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    if std::env::var_os("CARGO_PKG_NAME").is_some() {
        command.env_remove("CARGO").env_remove("LD_LIBRARY_PATH");
        for (key, _) in std::env::vars_os() {
            let text = key.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&key);
            }
        }
    }
    command
}

/// Cargo with these words.
pub(crate) fn cargo<const N: usize>(words: [&str; N]) -> Command {
    let mut command = program("cargo");
    command.args(words);
    command
}

/// A script of the package in this folder. On Windows npm is a batch file, which only `cmd` finds.
pub(crate) fn npm(folder: &Path, words: &[&str]) -> Command {
    let mut command = if cfg!(windows) {
        program("cmd")
    } else {
        program("npm")
    };
    if cfg!(windows) {
        command.args(["/C", "npm"]);
    }
    // What npm adds beyond the script's own output helps nobody here.
    command
        .args(words)
        .current_dir(folder)
        .env("NPM_CONFIG_UPDATE_NOTIFIER", "false");
    command
}

/// Runs a program to its end; anything but success is an error that names it.
pub(crate) fn must(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .with_context(|| format!("starting {name}"))?;
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(())
}

/// Runs a program to its end without showing what it says, unless it fails.
pub(crate) fn quietly(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .with_context(|| format!("starting {name}"))?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!(
            "{name} ended with {}:\n{}",
            output.status,
            String::from_utf8_lossy(&said).trim_end()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
