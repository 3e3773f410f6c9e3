//! An entry of the registry's list of what this user starts, through the system's own program.

use std::{
    io,
    os::windows::process::CommandExt as _,
    path::PathBuf,
    process::{Command, Stdio},
};

const LIST: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run";
const NAME: &str = "Chaperone";
/// No console window.
const UNSEEN: u32 = 0x0800_0000;

pub(super) fn is_on() -> bool {
    run(&["query", LIST, "/v", NAME]).unwrap_or(false)
}

pub(super) fn write(words: &[String]) -> io::Result<()> {
    // No path and no word of ours can hold a quotation mark here.
    let line: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let line = line.join(" ");
    done(run(&[
        "add", LIST, "/v", NAME, "/t", "REG_SZ", "/d", &line, "/f",
    ])?)
}

pub(super) fn remove() -> io::Result<()> {
    if is_on() {
        done(run(&["delete", LIST, "/v", NAME, "/f"])?)
    } else {
        Ok(())
    }
}

fn done(well: bool) -> io::Result<()> {
    if well {
        Ok(())
    } else {
        Err(io::Error::other(
            "the registry's list of what starts at login cannot be changed",
        ))
    }
}

fn run(words: &[&str]) -> io::Result<bool> {
    // By its full path: a program of that name elsewhere is not meant.
    let system = std::env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
    let program = PathBuf::from(system).join(r"System32\reg.exe");
    let status = Command::new(program)
        .args(words)
        .creation_flags(UNSEEN)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    Ok(status.success())
}
