//! Reading the log, also while it grows and its files change places.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use chaperone_protocol::visible;
use same_file::Handle;
use serde::Serialize;

use super::file;

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// When it was written, as it stands there; absent where the line goes on from the last.
    pub at: Option<String>,
    /// How much it matters.
    pub level: Option<String>,
    /// What was said, with what cannot be seen made visible.
    pub text: String,
}

/// A place in the log.
#[derive(Debug)]
pub struct LogReader {
    /// The oldest first.
    paths: Vec<PathBuf>,
    /// The file that is read, which is known again whatever it is called by now.
    reading: Option<Handle>,
    /// A line that is not finished.
    rest: Vec<u8>,
}

impl LogReader {
    /// The beginning of what is kept in a data folder.
    pub fn new(data_dir: &Path) -> Self {
        Self {
            paths: file::paths(data_dir),
            reading: None,
            rest: Vec::new(),
        }
    }

    /// Every whole line since the last time. None may be lost by files changing places meanwhile,
    /// as long as no more is written than is kept.
    pub fn read(&mut self) -> io::Result<Vec<LogLine>> {
        let mut bytes = std::mem::take(&mut self.rest);
        if let Some(file) = &mut self.reading {
            file.as_file_mut().read_to_end(&mut bytes)?;
        }
        for mut file in self.younger()? {
            // What was written to the last one before it changed places.
            if let Some(last) = &mut self.reading {
                last.as_file_mut().read_to_end(&mut bytes)?;
            }
            file.as_file_mut().read_to_end(&mut bytes)?;
            self.reading = Some(file);
        }
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        self.rest = bytes.split_off(whole);
        Ok(String::from_utf8_lossy(&bytes).lines().map(line).collect())
    }

    /// The files after the one that is read, oldest first.
    fn younger(&self) -> io::Result<Vec<Handle>> {
        let mut younger: Vec<Handle> = Vec::new();
        // From the youngest back, so that a turn meanwhile shows one twice rather than not at all.
        for path in self.paths.iter().rev() {
            let file = match File::open(path).and_then(Handle::from_file) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            if self.reading.as_ref() == Some(&file) {
                break;
            }
            if younger.last() != Some(&file) {
                younger.push(file);
            }
        }
        younger.reverse();
        Ok(younger)
    }
}

fn line(text: &str) -> LogLine {
    let parts = || {
        let (at, rest) = text.split_once(' ')?;
        let (level, said) = rest.trim_start().split_once(' ')?;
        let known = ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"].contains(&level);
        known.then(|| (visible(at), level.to_owned(), visible(said)))
    };
    match parts() {
        Some((at, level, text)) => LogLine {
            at: Some(at),
            level: Some(level),
            text,
        },
        None => LogLine {
            at: None,
            level: None,
            text: visible(text),
        },
    }
}
