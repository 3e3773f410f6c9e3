//! The sandbox of namespaces, made by the `bwrap` program: what it is told, what it is handed, and
//! what it says about how it went.

mod status;
mod view;

use std::{
    ffi::OsString,
    fs::{File, Metadata, OpenOptions},
    io::{self, Seek as _, Write as _},
    os::{
        fd::{AsFd as _, AsRawFd as _, OwnedFd},
        unix::fs::OpenOptionsExt as _,
    },
    path::{Path, PathBuf},
    process::Command,
};

pub(super) use status::Status;

use super::{
    calls::{BpfProgram, Filters},
    reach::Ground,
    system,
};
use crate::{Prepared, Uncontained, surroundings::SYSTEM_TREES};
use view::View;

/// Where the program is looked for: only where nobody but the system puts programs.
const PLACES: &[&str] = &[
    "/usr/bin/bwrap",
    "/bin/bwrap",
    "/usr/local/bin/bwrap",
    "/run/current-system/sw/bin/bwrap",
];

/// Namespaces of its own for everything, no way to make more, and an end with this process.
const ALONE: &[&str] = &[
    "--unshare-all",
    "--unshare-user",
    "--disable-userns",
    "--die-with-parent",
    "--new-session",
    "--cap-drop",
    "ALL",
];

/// Everything but the program to run.
#[derive(Debug)]
pub(super) struct Bubblewrap {
    program: PathBuf,
    view: View,
    filters: Filters,
    network: bool,
    working_dir: PathBuf,
}

/// One program's command, the files it is handed, and where its sandbox reports.
pub(super) struct Wrapped {
    pub(super) command: Command,
    pub(super) inherited: Vec<OwnedFd>,
    pub(super) status: Status,
}

impl Bubblewrap {
    pub(super) fn new(
        prepared: &Prepared,
        ground: &Ground<'_>,
        filters: Filters,
    ) -> Result<Self, Uncontained> {
        let program = PLACES
            .iter()
            .map(PathBuf::from)
            .find(|path| path.is_file())
            .ok_or(Uncontained::NoBubblewrap)?;
        Ok(Self {
            program,
            view: View::of(prepared, ground)?,
            filters,
            network: ground.network,
            working_dir: ground.working_dir.to_owned(),
        })
    }

    /// The command that runs `argv`, whose program is the file at `path`, inside. `None` when that
    /// is no longer the file that was shown.
    pub(super) fn wrap(
        &self,
        argv: &[String],
        path: &Path,
        is_shown: impl Fn(&Metadata) -> bool,
    ) -> io::Result<Option<Wrapped>> {
        let mut inherited = self.view.handles()?;
        let (status, report) = Status::new()?;
        let mut command = Command::new(&self.program);
        command.args(ALONE);
        if self.network {
            command.arg("--share-net");
        }
        command
            .arg("--json-status-fd")
            .arg(report.as_raw_fd().to_string());
        inherited.push(report);
        for filter in [&self.filters.allowed, &self.filters.refused] {
            let file = handed_over(filter)?;
            command
                .arg("--add-seccomp-fd")
                .arg(file.as_raw_fd().to_string());
            inherited.push(file);
        }
        command.args(self.view.arguments(&inherited));
        if !SYSTEM_TREES.iter().any(|tree| path.starts_with(tree)) {
            // Held by a handle from here on: what takes its name meanwhile is not what runs.
            let held = path_handle(path)
                .ok()
                .filter(|held| held.metadata().is_ok_and(|metadata| is_shown(&metadata)));
            let Some(held) = held.map(OwnedFd::from) else {
                return Ok(None);
            };
            command
                .arg("--ro-bind-fd")
                .arg(held.as_raw_fd().to_string())
                .arg(path);
            inherited.push(held);
        }
        command.args(["--remount-ro", "/", "--chdir"]);
        command.arg(&self.working_dir);
        // By the name it was called by, which programs go by. A bare name is looked up along the
        // same path as before, in folders that only the system writes.
        command.arg("--").args(argv);
        Ok(Some(Wrapped {
            command,
            inherited,
            status,
        }))
    }
}

/// A handle that neither reads nor follows.
fn path_handle(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_PATH | libc::O_NOFOLLOW)
        .open(path)
}

/// A file in memory with the filter in it, as the kernel reads it. No pipe: a person who has many
/// pipes open gets new ones that hold less than a filter, and nobody reads it yet.
fn handed_over(filter: &BpfProgram) -> io::Result<OwnedFd> {
    let mut bytes = Vec::with_capacity(filter.len() * 8);
    for step in filter {
        bytes.extend(step.code.to_ne_bytes());
        bytes.extend([step.jt, step.jf]);
        bytes.extend(step.k.to_ne_bytes());
    }
    let mut file = system::memory_file()?;
    file.write_all(&bytes)?;
    file.rewind()?;
    Ok(file.into())
}

/// Duplicates, each for one program: some are used up.
fn duplicate(handles: &[OwnedFd]) -> io::Result<Vec<OwnedFd>> {
    handles
        .iter()
        .map(|handle| handle.as_fd().try_clone_to_owned())
        .collect()
}

/// What a view is made of, in order; where it says `Handle`, the number of an inherited file.
#[derive(Debug, Clone)]
enum Word {
    Text(OsString),
    Handle(usize),
}
