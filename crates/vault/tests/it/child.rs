//! This test binary once more, as another process that runs one test only.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const FOLDER: &str = "CHAPERONE_VAULT_TEST_FOLDER";

/// A command that runs the ignored test of this name on this folder.
pub(crate) fn command(test: &str, dir: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    arguments(&mut command, test, dir);
    command
}

/// The arguments and variables that make a command of this binary such a one.
pub(crate) fn arguments(command: &mut Command, test: &str, dir: &Path) {
    command
        .args([
            "--exact",
            test,
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(FOLDER, dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
}

/// The folder, in the child; absent when somebody runs the ignored tests by hand.
pub(crate) fn folder() -> Option<PathBuf> {
    env::var_os(FOLDER).map(PathBuf::from)
}
