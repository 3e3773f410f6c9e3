//! The files of the log: one that grows, and a few before it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

const NAME: &str = "chaperone.log";
/// A file that has grown to this makes room for the next.
pub(super) const MOST_BYTES: u64 = 1024 * 1024;
/// As many files are kept beside the one that grows.
pub(super) const OLDER: usize = 4;

/// The files there can be, the oldest first, the one that grows last.
pub(super) fn paths(data_dir: &Path) -> Vec<PathBuf> {
    let folder = super::log_dir(data_dir);
    (0..=OLDER)
        .rev()
        .map(|age| match age {
            0 => folder.join(NAME),
            age => folder.join(format!("{NAME}.{age}")),
        })
        .collect()
}

/// The file that grows.
pub(super) struct LogFile {
    /// The oldest first.
    paths: Vec<PathBuf>,
    path: PathBuf,
    /// Absent after making a new one failed; the next entry tries again.
    file: Option<File>,
    bytes: u64,
    most_bytes: u64,
}

impl LogFile {
    pub(super) fn open(data_dir: &Path) -> io::Result<Self> {
        Self::open_with(data_dir, MOST_BYTES)
    }

    pub(super) fn open_with(data_dir: &Path, most_bytes: u64) -> io::Result<Self> {
        let path = super::log_dir(data_dir).join(NAME);
        make_folder(&super::log_dir(data_dir))?;
        let file = open(&path)?;
        let bytes = file.metadata()?.len();
        Ok(Self {
            paths: paths(data_dir),
            path,
            file: Some(file),
            bytes,
            most_bytes,
        })
    }

    /// Makes each file one older; the oldest is gone.
    fn turn(&mut self) {
        self.file = None;
        for (older, younger) in self.paths.iter().zip(self.paths.iter().skip(1)) {
            // One that is not there yet is no loss, and one that cannot be moved is written on.
            let _ = fs::rename(younger, older);
        }
    }
}

impl Write for LogFile {
    /// Takes one whole entry, so that none is torn by a turn.
    fn write(&mut self, entry: &[u8]) -> io::Result<usize> {
        if self.bytes > 0 && self.bytes + entry.len() as u64 > self.most_bytes {
            self.turn();
        }
        let file = if let Some(file) = &mut self.file {
            file
        } else {
            let file = open(&self.path)?;
            self.bytes = file.metadata()?.len();
            self.file.insert(file)
        };
        file.write_all(entry)?;
        self.bytes += entry.len() as u64;
        Ok(entry.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), File::flush)
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Opens a file to write at its end, which nobody else can read.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        options.mode(0o600);
        let file = options.open(path)?;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        Ok(file)
    }
    #[cfg(not(unix))]
    options.open(path)
}
