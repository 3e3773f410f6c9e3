//! Commands that only their caller waits for, from before they go out until something becomes of
//! them.
//!
//! Nobody can ask for such a command again, so until then it has no row: it stands in memory, and
//! as a line in a plain file beside the books. The file outlives the end of this process, however
//! sudden, and what is in it then gets its row when the books are opened the next time.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chaperone_protocol::{AgentId, CommandId, Timestamp};

use super::{AccountId, begun::Begun};
use crate::{Error, folder};

/// One is written to; the other takes over when that has grown, with what is still underway.
const FILES: [&str; 2] = ["underway.1", "underway.2"];
/// How far a file grows, beyond twice what it took over.
const GROWN: u64 = 4 << 20;

pub(super) struct Underway(Mutex<Table>);

struct Table {
    commands: HashMap<CommandId, Arc<Begun>>,
    written: Log,
    other: Log,
    /// How far the file may grow before the other takes over.
    room: u64,
}

/// A file of lines.
struct Log {
    file: File,
    /// As far as its lines are whole.
    length: u64,
    /// Whether something that is not follows them.
    torn: bool,
    /// When the oldest command in it was asked for.
    since: Option<Timestamp>,
}

impl Underway {
    /// Opens the files, and says what an earlier run left in them. They keep it until they are
    /// [emptied](Self::empty).
    pub(super) fn open(folder: &Path) -> Result<(Self, Vec<Begun>), Error> {
        let mut left = Vec::new();
        let [written, other] = FILES.map(|name| {
            Log::open(&folder.join(name), &mut left)
                .map_err(|source| super::folder_error(folder, source))
        });
        let table = Table {
            commands: HashMap::new(),
            written: written?,
            other: other?,
            room: GROWN,
        };
        Ok((Self(Mutex::new(table)), left))
    }

    /// Lets go of what an earlier run left.
    pub(super) fn empty(&self) -> Result<(), Error> {
        let mut table = self.table();
        let Table { written, other, .. } = &mut *table;
        written.clear().and_then(|()| other.clear()).map_err(file)
    }

    /// Takes a command down. A short write into the system's own memory, so it may be done where
    /// other work waits.
    pub(super) fn add(&self, command: Begun) -> Result<Arc<Begun>, Error> {
        let line = line(&command)?;
        let mut table = self.table();
        if table.written.length > table.room {
            table.tidy()?;
        }
        table.written.add(&line, command.created_at).map_err(file)?;
        let command = Arc::new(command);
        table
            .commands
            .insert(command.id.clone(), Arc::clone(&command));
        Ok(command)
    }

    pub(super) fn get(&self, id: &CommandId) -> Option<Arc<Begun>> {
        self.table().commands.get(id).cloned()
    }

    /// Those of an account, of one of its agents if one is named, of one batch if one is named.
    pub(super) fn of(
        &self,
        account: &AccountId,
        agent: Option<&AgentId>,
        batch: Option<&str>,
    ) -> Vec<Arc<Begun>> {
        let meant = |command: &&Arc<Begun>| {
            command.account == *account
                && (agent.is_none() || command.agent.as_ref() == agent)
                && (batch.is_none() || command.batch.as_deref() == batch)
        };
        let table = self.table();
        table.commands.values().filter(meant).cloned().collect()
    }

    /// It has its row now.
    pub(super) fn remove(&self, id: &CommandId) {
        self.table().commands.remove(id);
    }

    /// Makes the file as small as it can be, and says since when it may hold what has ended: rows
    /// of that time must stay, or the next run would take those commands for lost.
    pub(super) fn since(&self) -> Result<Option<Timestamp>, Error> {
        let mut table = self.table();
        table.tidy()?;
        Ok(table.written.since)
    }

    /// Every change leaves the table whole, so a poisoned lock is as good as any.
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Leaves nothing in the files but what is underway.
    fn tidy(&mut self) -> Result<(), Error> {
        // Both hold it for a moment: a crash in between loses nothing.
        self.other.clear().map_err(file)?;
        for command in self.commands.values() {
            let line = line(command)?;
            self.other.add(&line, command.created_at).map_err(file)?;
        }
        self.written.clear().map_err(file)?;
        std::mem::swap(&mut self.written, &mut self.other);
        self.room = GROWN + 2 * self.written.length;
        Ok(())
    }
}

impl Log {
    fn open(path: &Path, left: &mut Vec<Begun>) -> io::Result<Self> {
        folder::prepare_file(path)?;
        let file = File::options().read(true).write(true).open(path)?;
        let length = file.metadata()?.len();
        for line in BufReader::new(&file).split(b'\n') {
            match serde_json::from_slice(&line?) {
                Ok(command) => left.push(command),
                // It was not whole when the process or the machine ended, so it never went out.
                Err(error) => {
                    tracing::warn!(%error, file = %path.display(), "a line of what was underway cannot be read");
                }
            }
        }
        let since = left.iter().map(|command| command.created_at).min();
        Ok(Self {
            file,
            length,
            torn: false,
            since,
        })
    }

    fn add(&mut self, line: &[u8], at: Timestamp) -> io::Result<()> {
        if self.torn {
            // Half a line would spoil the next one.
            self.cut(self.length)?;
        }
        self.torn = true;
        self.file.write_all(line)?;
        self.torn = false;
        self.length += u64::try_from(line.len()).unwrap_or(u64::MAX);
        self.since = Some(self.since.map_or(at, |since| since.min(at)));
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        if self.length > 0 || self.torn {
            self.cut(0)?;
        }
        self.since = None;
        Ok(())
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.file.seek(SeekFrom::Start(length))?;
        self.length = length;
        self.torn = false;
        Ok(())
    }
}

fn line(command: &Begun) -> Result<Vec<u8>, Error> {
    let mut line = serde_json::to_vec(command)?;
    line.push(b'\n');
    Ok(line)
}

fn file(source: io::Error) -> Error {
    Error::File { source }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use tempfile::TempDir;

    use super::*;

    fn begun(number: u32) -> Begun {
        let command = serde_json::json!({
            "id": format!("c-{number}"),
            "account": "somebody",
            "device": "pc",
            "agent": "intern",
            "maturity": "intern",
            "from_device": null,
            "action": "send_notification",
            "params": "{}".repeat(500),
            "batch": null,
            "created_at": "2026-01-01T00:00:00Z",
            "deadline_at": "2026-01-01T00:02:00Z",
        });
        serde_json::from_value(command).unwrap()
    }

    fn id(number: u32) -> CommandId {
        CommandId::new(format!("c-{number}")).unwrap()
    }

    fn left(folder: &TempDir) -> Vec<String> {
        let (_, left) = Underway::open(folder.path()).unwrap();
        let mut ids: Vec<_> = left.iter().map(|begun| begun.id.to_string()).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    fn files(folder: &TempDir) -> [PathBuf; 2] {
        FILES.map(|name| folder.path().join(name))
    }

    #[test]
    fn the_files_stay_small_and_keep_what_is_underway() {
        let folder = TempDir::new().unwrap();
        let (underway, _) = Underway::open(folder.path()).unwrap();
        for number in 0..20_000 {
            underway.add(begun(number)).unwrap();
            if number != 3 {
                underway.remove(&id(number));
            }
        }
        for file in files(&folder) {
            let size = fs::metadata(file).unwrap().len();
            assert!(size < GROWN + 10_000, "{size}");
        }
        assert!(left(&folder).contains(&"c-3".to_owned()));
        assert!(underway.since().unwrap().is_some());
        assert_eq!(left(&folder), ["c-3"]);
        underway.remove(&id(3));
        assert_eq!(underway.since().unwrap(), None);
        assert_eq!(left(&folder), [""; 0]);
    }

    #[test]
    fn half_a_line_takes_no_other_with_it() {
        let folder = TempDir::new().unwrap();
        let (underway, _) = Underway::open(folder.path()).unwrap();
        underway.add(begun(1)).unwrap();
        drop(underway);
        let [first, _] = files(&folder);
        let mut file = File::options().append(true).open(first).unwrap();
        file.write_all(b"{\"id\":\"c-2\",\"acc").unwrap();
        assert_eq!(left(&folder), ["c-1"]);

        // A run that opens them empties them before it writes.
        let (underway, _) = Underway::open(folder.path()).unwrap();
        underway.empty().unwrap();
        underway.add(begun(3)).unwrap();
        assert_eq!(left(&folder), ["c-3"]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_cannot_be_written_is_refused_and_spoils_nothing() {
        let folder = TempDir::new().unwrap();
        let (underway, _) = Underway::open(folder.path()).unwrap();
        underway.add(begun(1)).unwrap();
        let whole = {
            let mut table = underway.table();
            // A file that takes nothing in the place of one on a full disk.
            let full = File::options().write(true).open("/dev/full").unwrap();
            std::mem::replace(&mut table.written.file, full)
        };
        let refused = underway.add(begun(2)).unwrap_err();
        assert!(refused.is_full_disk(), "{refused:?}");
        underway.table().written.file = whole;
        underway.add(begun(3)).unwrap();
        assert_eq!(left(&folder), ["c-1", "c-3"]);
    }
}
