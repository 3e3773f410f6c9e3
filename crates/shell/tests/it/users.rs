//! All of it again without root's privileges, where the tests run as root.

use std::{
    env, fs,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _},
        process::CommandExt as _,
    },
    process::{Command, Stdio},
};

use tempfile::TempDir;

#[test]
fn everything_holds_for_an_ordinary_user_too() {
    const NOBODY: u32 = 65534;
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        // Then every other test here has just shown it.
        return;
    }
    // The test's own program may lie where only root can go.
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let copy = folder.path().join("tests");
    // Not by this process, for the reason that `program` in the bench gives.
    let copied = Command::new("/bin/cp")
        .args([&env::current_exe().unwrap(), &copy])
        .status()
        .unwrap();
    assert!(copied.success());
    let output = Command::new(&copy)
        // What is printed, joined or raced for is the same for everybody.
        .args(["--skip", "::output::", "--skip", "::semantics::"])
        .args(["--skip", "races_win_nothing"])
        .env_clear()
        .env("ORDINARY", "1")
        .uid(NOBODY)
        // The standard library drops root's other groups along with the user.
        .gid(NOBODY)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}
