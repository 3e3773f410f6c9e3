//! A file in the folder that the desktop looks through at login.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

#[cfg(target_os = "linux")]
fn path() -> io::Result<PathBuf> {
    let folder = dirs::config_dir().ok_or_else(no_folder)?;
    Ok(folder.join("autostart/org.chaperone.desktop.desktop"))
}

#[cfg(target_os = "macos")]
fn path() -> io::Result<PathBuf> {
    let home = dirs::home_dir().ok_or_else(no_folder)?;
    Ok(home.join("Library/LaunchAgents/org.chaperone.desktop.plist"))
}

fn no_folder() -> io::Error {
    io::Error::new(
        io::ErrorKind::NotFound,
        "this user has no folder for what starts at login",
    )
}

pub(super) fn is_on() -> bool {
    path()
        .and_then(fs::read_to_string)
        .is_ok_and(|text| counts(&text))
}

pub(super) fn write(words: &[String]) -> io::Result<()> {
    let path = path()?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Whole or not at all: half a file would start something else, or nothing.
    let fresh = beside(&path);
    fs::write(&fresh, text(words))?;
    fs::rename(&fresh, &path)
}

pub(super) fn remove() -> io::Result<()> {
    match fs::remove_file(path()?) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

/// Desktops switch an entry off by a line in it.
#[cfg(target_os = "linux")]
fn counts(text: &str) -> bool {
    !text.lines().any(|line| {
        matches!(
            line.trim(),
            "Hidden=true" | "X-GNOME-Autostart-enabled=false"
        )
    })
}

#[cfg(target_os = "macos")]
fn counts(_: &str) -> bool {
    true
}

#[cfg(target_os = "linux")]
fn text(words: &[String]) -> String {
    let line: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!(
        "[Desktop Entry]\nType=Application\nName=Chaperone\nExec={}\nTerminal=false\n",
        line.join(" ")
    )
}

/// A word as it must stand in `Exec`: quoted, and once more escaped as every value is.
#[cfg(target_os = "linux")]
fn quoted(word: &str) -> String {
    let mut said = String::from("\"");
    for c in word.chars() {
        match c {
            '\\' => said.push_str("\\\\\\\\"),
            '"' | '`' | '$' => {
                said.push_str("\\\\");
                said.push(c);
            }
            '%' => said.push_str("%%"),
            '\n' => said.push_str("\\n"),
            c => said.push(c),
        }
    }
    said.push('"');
    said
}

#[cfg(target_os = "macos")]
fn text(words: &[String]) -> String {
    let words: Vec<String> = words
        .iter()
        .map(|word| {
            let word = word
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;");
            format!("<string>{word}</string>")
        })
        .collect();
    let words = words.concat();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\"><dict>\
         <key>Label</key><string>org.chaperone.desktop</string>\
         <key>ProgramArguments</key><array>{words}</array>\
         <key>RunAtLoad</key><true/></dict></plist>\n"
    )
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_started_whatever_its_folder_is_called() {
        let words = [
            "/opt/a \"b\" $c/100%\\chaperone".to_owned(),
            "--hidden".to_owned(),
        ];
        let exec = "Exec=\"/opt/a \\\\\"b\\\\\" \\\\$c/100%%\\\\\\\\chaperone\" \"--hidden\"\n";
        assert!(text(&words).contains(exec), "{}", text(&words));
    }

    #[test]
    fn an_entry_that_the_desktop_switched_off_does_not_count() {
        let text = text(&["/usr/bin/chaperone".to_owned()]);
        assert!(counts(&text));
        assert!(!counts(&format!("{text}Hidden=true\n")));
        assert!(!counts(&format!("{text}X-GNOME-Autostart-enabled=false\n")));
    }
}
