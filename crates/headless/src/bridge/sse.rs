//! Reads a stream of server-sent events for what is in them.

/// The most that one event may hold: a picture, with room to spare.
const LONGEST_EVENT: usize = 64 * 1024 * 1024;

/// What has come of a stream so far.
#[derive(Debug, Default)]
pub(super) struct Reader {
    line: Vec<u8>,
    data: String,
    has_data: bool,
}

/// An event is larger than any that the hub sends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLarge;

impl Reader {
    /// Takes what came; returns the data of every event that ended with it.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<String>, TooLarge> {
        let mut events = Vec::new();
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if self.line.len() + self.data.len() > LONGEST_EVENT {
                return Err(TooLarge);
            }
            if self.line.last() == Some(&b'\n') {
                let line = std::mem::take(&mut self.line);
                events.extend(self.line(&String::from_utf8_lossy(&line)));
            }
        }
        Ok(events)
    }

    fn line(&mut self, line: &str) -> Option<String> {
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return std::mem::take(&mut self.has_data)
                .then_some(data)
                // The hub begins some streams with an event that only has a name.
                .filter(|data| !data.is_empty());
        }
        if let Some(more) = line.strip_prefix("data:") {
            if self.has_data {
                self.data.push('\n');
            }
            self.has_data = true;
            self.data.push_str(more.strip_prefix(' ').unwrap_or(more));
        }
        None
    }
}
