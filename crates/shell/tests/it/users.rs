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
    // What is printed, joined or raced for is the same for everybody.
    let usual = [
        "--skip",
        "::output::",
        "--skip",
        "::semantics::",
        "--skip",
        "races_win_nothing",
    ];
    // It takes all pipes there are for a user, so it runs after the others.
    let alone = [
        "--exact",
        "pipes::programs_run_where_pipes_hold_next_to_nothing",
        "--ignored",
    ];
    for arguments in [&usual[..], &alone[..]] {
        let output = Command::new(&copy)
            .args(arguments)
            .env_clear()
            .env("ORDINARY", "1")
            .uid(NOBODY)
            // The standard library drops root's other groups along with the user.
            .gid(NOBODY)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}");
        assert!(!said.contains(" 0 passed"), "{said}");
    }
}
