//! The command line's socket: whose it is, and what happens when one is there already.

use std::{
    fs::{self, Permissions},
    io::{BufRead as _, BufReader, Write as _},
    os::unix::{
        fs::{FileTypeExt as _, PermissionsExt as _, chown},
        net::{UnixListener, UnixStream},
        process::CommandExt as _,
    },
    path::Path,
    process::Command,
};

use anyhow::{Result, ensure};
use serde_json::json;
use support::Home;

use crate::home;

/// An account without rights, on every Linux.
const NOBODY: u32 = 65534;

fn mode(path: &Path) -> Result<u32> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o777)
}

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn nobody_else_can_reach_the_socket_and_no_token_lies_on_the_disk() -> Result<()> {
    let home = home()?;
    // As a careless hand might have made it.
    fs::create_dir(home.data_dir())?;
    fs::set_permissions(home.data_dir(), Permissions::from_mode(0o755))?;
    let chaperone = home.start_with_page()?;
    assert!(fs::metadata(chaperone.door())?.file_type().is_socket());
    assert_eq!(mode(&chaperone.door())?, 0o600);
    assert_eq!(mode(&home.data_dir())?, 0o700);
    let code = chaperone.page().split_once("code=").unwrap_or_default().1;
    ensure!(code.len() == 64, "no code in {}", chaperone.page());
    for file in fs::read_dir(home.data_dir())? {
        let path = file?.path();
        assert!(path.extension().is_none_or(|it| it != "json"), "{path:?}");
        if path.is_file() {
            let content = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
            assert!(!content.contains(code), "{path:?}");
        }
    }
    Ok(())
}

#[test]
fn another_user_is_turned_away_even_where_the_files_are_open() -> Result<()> {
    if !is_root() {
        // Only root can be somebody else; the other tests of the socket hold for everybody.
        return Ok(());
    }
    let home = home()?;
    let chaperone = home.start()?;
    for folder in [home.folder(), &home.data_dir()] {
        fs::set_permissions(folder, Permissions::from_mode(0o711))?;
    }
    fs::set_permissions(chaperone.door(), Permissions::from_mode(0o666))?;
    let ask = |user: u32| {
        Command::new("curl")
            .args(["-s", "-X", "POST", "-H", "Content-Type: application/json"])
            .args(["-d", "{}", "http://localhost/call/state/snapshot"])
            .arg("--unix-socket")
            .arg(chaperone.door())
            .current_dir("/")
            .uid(user)
            .output()
    };
    let ours = ask(0)?;
    assert!(String::from_utf8_lossy(&ours.stdout).contains("\"seq\""));
    let theirs = ask(NOBODY)?;
    assert!(!theirs.status.success());
    assert_eq!(String::from_utf8_lossy(&theirs.stdout), "");
    // And it goes on for the one it belongs to.
    chaperone.call("state/snapshot", &json!({}))?;
    Ok(())
}

#[test]
fn the_command_line_says_nothing_to_another_users_socket() -> Result<()> {
    if !is_root() {
        // Only root can give a file away.
        return Ok(());
    }
    let home = home()?;
    let chaperone = home.start()?;
    chown(chaperone.door(), Some(NOBODY), None)?;
    let refused = home.run(&["requests", "list"])?;
    assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    assert!(
        said(&refused).contains("belongs to another user"),
        "{refused:?}"
    );
    Ok(())
}

#[test]
fn what_a_killed_process_left_is_replaced() -> Result<()> {
    let home = home()?;
    home.start()?.kill()?;
    assert!(home.data_dir().join("door.sock").exists());
    let refused = home.run(&["requests", "list"])?;
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    assert!(
        said(&refused).contains("Chaperone is not running"),
        "{refused:?}"
    );

    let chaperone = home.start()?;
    chaperone.call("state/snapshot", &json!({}))?;
    assert_eq!(mode(&chaperone.door())?, 0o600);
    Ok(())
}

#[test]
fn a_second_process_leaves_the_first_ones_socket_alone() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let second = home.running().output()?;
    assert!(!second.status.success());
    assert!(
        said(&second).contains("Chaperone runs already"),
        "{second:?}"
    );
    chaperone.call("state/snapshot", &json!({}))?;
    Ok(())
}

#[test]
fn what_answers_or_is_no_socket_is_not_replaced() -> Result<()> {
    let home = home()?;
    fs::create_dir(home.data_dir())?;
    let door = home.data_dir().join("door.sock");
    let listener = UnixListener::bind(&door)?;
    let refused = home.running().output()?;
    assert!(!refused.status.success());
    assert!(
        said(&refused).contains("another Chaperone listens"),
        "{refused:?}"
    );
    drop(listener);
    fs::remove_file(&door)?;

    fs::write(&door, "a file")?;
    let refused = home.running().output()?;
    assert!(!refused.status.success());
    assert!(said(&refused).contains("is in the way"), "{refused:?}");
    assert_eq!(fs::read_to_string(&door)?, "a file");
    Ok(())
}

#[test]
fn a_long_path_is_made_up_for_or_explained() -> Result<()> {
    let home = Home::called(env!("CARGO_BIN_EXE_chaperone-under-test"), &"d".repeat(120))?;
    let refused = home.running().env_remove("XDG_RUNTIME_DIR").output()?;
    assert!(!refused.status.success());
    assert!(
        said(&refused).contains("set XDG_RUNTIME_DIR"),
        "{refused:?}"
    );

    let runtime = tempfile::tempdir()?;
    let start = || {
        home.start_as(|command| {
            command.env("XDG_RUNTIME_DIR", runtime.path());
        })
    };
    let chaperone = start()?;
    assert!(chaperone.door().starts_with(runtime.path()));
    assert_eq!(mode(&chaperone.door())?, 0o600);
    assert_eq!(mode(chaperone.door().parent().unwrap())?, 0o700);
    // Who asks needs no variable.
    let listed = home
        .command()
        .args(["requests", "list"])
        .env_remove("XDG_RUNTIME_DIR")
        .output()?;
    assert!(listed.status.success(), "{listed:?}");
    chaperone.kill()?;
    start()?.call("state/snapshot", &json!({}))?;
    Ok(())
}

#[test]
fn changes_come_over_the_socket_as_they_happen() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let mut socket = UnixStream::connect(chaperone.door())?;
    socket.set_read_timeout(Some(std::time::Duration::from_secs(20)))?;
    socket.write_all(b"GET /events HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut messages = BufReader::new(socket)
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| {
            serde_json::from_str::<serde_json::Value>(line.strip_prefix("data:")?).ok()
        });
    assert_eq!(messages.next().unwrap_or_default()["type"], "snapshot");
    assert!(home.run(&["pause"])?.status.success());
    let paused = messages.find(|message| message["event"]["change"]["type"] == "paused");
    assert_eq!(
        paused.unwrap_or_default()["event"]["change"]["paused"],
        json!(true)
    );
    Ok(())
}

#[test]
fn a_door_without_a_page_gives_no_link() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    assert_eq!(chaperone.page(), "");
    let refused = home.run(&["link"])?;
    assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    assert!(said(&refused).contains("run --ui"), "{refused:?}");
    drop(chaperone);

    let _chaperone = home.start_with_page()?;
    let link = home.run(&["link"])?;
    assert!(link.status.success(), "{link:?}");
    assert!(String::from_utf8(link.stdout)?.starts_with("http://127.0.0.1:"));
    Ok(())
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|metadata| {
        use std::os::unix::fs::MetadataExt as _;
        metadata.uid() == 0
    })
}
