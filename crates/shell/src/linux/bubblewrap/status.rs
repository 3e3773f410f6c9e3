//! What `bwrap` reports: the first process in its namespace, and that the program was started.

use std::{
    fs,
    io::{self, PipeReader, Read as _},
    os::fd::OwnedFd,
};

/// One sandbox's report, read when it is over. It is a few hundred bytes, which wait in the pipe.
#[derive(Debug)]
pub(in super::super) struct Status {
    reader: Option<PipeReader>,
    said: String,
}

impl Status {
    pub(super) fn new() -> io::Result<(Self, OwnedFd)> {
        let (reader, writer) = io::pipe()?;
        let status = Self {
            reader: Some(reader),
            said: String::new(),
        };
        Ok((status, writer.into()))
    }

    /// Reads the report. Blocks until the sandbox's own processes are gone: ask when they are.
    pub(in super::super) fn read(&mut self) {
        const MOST_BYTES: u64 = 16 << 10;
        if let Some(reader) = self.reader.take() {
            let mut bytes = Vec::new();
            drop(reader.take(MOST_BYTES).read_to_end(&mut bytes));
            self.said = String::from_utf8_lossy(&bytes).into_owned();
        }
    }

    /// Whether the program was started, and its end seen.
    pub(in super::super) fn ran(&self) -> bool {
        self.said.contains("\"exit-code\"")
    }

    /// Whether anything may still live in there.
    pub(in super::super) fn lives(&self) -> bool {
        let Some(pid) = number_after(&self.said, "\"child-pid\":") else {
            return false;
        };
        // The first process of a namespace is dead only when all the others are.
        fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
            let state = stat
                .rsplit(") ")
                .next()
                .and_then(|rest| rest.chars().next());
            !matches!(state, Some('Z' | 'X'))
        })
    }
}

fn number_after(text: &str, name: &str) -> Option<u32> {
    let (_, rest) = text.split_once(name)?;
    let rest = rest.trim_start();
    let end = rest.find(|letter: char| !letter.is_ascii_digit());
    rest.get(..end.unwrap_or(rest.len()))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_is_understood() {
        let said = "{ \"child-pid\": 4711, \"pid-namespace\": 12 }\n{ \"exit-code\": 3 }\n";
        assert_eq!(number_after(said, "\"child-pid\":"), Some(4711));
        assert_eq!(number_after("{}", "\"child-pid\":"), None);
        let status = Status {
            reader: None,
            said: said.to_owned(),
        };
        assert!(status.ran());
    }
}
