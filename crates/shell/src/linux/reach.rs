//! Which files and folders a contained program gets to see, as open handles to hang the kernel's
//! rules on. Decides; the rules themselves are made in `ruleset`.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    os::{
        fd::OwnedFd,
        unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _},
    },
    path::{Path, PathBuf},
};

use crate::{
    guard::{Guard, Guarded},
    surroundings::{SYSTEM_TREES, Surroundings},
};

/// A file, or a folder and all beneath it, and what is allowed with it.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) handle: OwnedFd,
    pub(super) allows: Allows,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allows {
    /// Read and execute the files, list the folders.
    Tree,
    /// List the folder and those beneath it, nothing more.
    Names,
    /// Read and execute this one file.
    File,
    /// Read, write, make, rename and remove, here and beneath.
    WritableTree,
    /// Read, execute and write this one file.
    WritableFile,
    /// Read this device.
    Source,
    /// Read this device and write to it.
    Sink,
}

/// Beside the system's folders: what the kernel tells everybody.
pub(super) const KERNEL_TREES: &[&str] = &["/proc", "/sys/devices/system", "/sys/fs/cgroup"];

const SOURCES: &[&str] = &["/dev/zero", "/dev/random", "/dev/urandom"];

/// `/dev/full` refuses every write, which is what it is there for.
const SINKS: &[&str] = &["/dev/null", "/dev/full"];

/// What a program gets beyond the system.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub(super) surroundings: &'a Surroundings,
    pub(super) working_dir: &'a Path,
    pub(super) writable: Option<Writable<'a>>,
    pub(super) network: bool,
}

/// Where it may write.
#[derive(Debug)]
pub(super) struct Writable<'a> {
    pub(super) folder: &'a Path,
    pub(super) guarded: &'a Guarded,
    /// For files that last no longer than the command.
    pub(super) scratch: &'a Path,
}

impl Ground<'_> {
    /// What is there, or may come to be there, and must not be seen.
    pub(super) fn hidden(&self) -> Vec<PathBuf> {
        let mut hidden = self.surroundings.present_secrets();
        private(Path::new("/etc"), 0, &mut hidden);
        if let Some(writable) = &self.writable {
            let guarded = writable.guarded.found.iter();
            hidden.extend(
                guarded
                    .filter(|(_, guard)| *guard == Guard::Hidden)
                    .map(|(path, _)| path.clone()),
            );
        }
        hidden
    }

    /// What lies in the writable folder and may only be read.
    pub(super) fn kept(&self) -> Vec<PathBuf> {
        let guarded = self.writable.iter();
        guarded
            .flat_map(|writable| writable.guarded.found.iter())
            .filter(|(_, guard)| *guard == Guard::Kept)
            .map(|(path, _)| path.clone())
            .collect()
    }
}

/// Where names of hosts are asked for, if that lies outside the system's folders: for systems that
/// make the file anew at each start.
pub(super) fn resolver() -> Option<PathBuf> {
    let real = fs::canonicalize("/etc/resolv.conf").ok()?;
    let within = SYSTEM_TREES
        .iter()
        .filter_map(|tree| fs::canonicalize(tree).ok())
        .any(|tree| real.starts_with(tree));
    (!within).then_some(real)
}

/// Everything a program on this ground may open.
pub(super) fn openings(ground: &Ground<'_>) -> Vec<Opening> {
    let mut secrets = ground.hidden();
    secrets.extend(ground.surroundings.absent_secrets());
    let mut walk = Walk {
        secrets,
        kept: ground.kept(),
        openings: Vec::new(),
    };
    for tree in SYSTEM_TREES.iter().chain(KERNEL_TREES) {
        // Many of them are links to one another.
        if let Ok(real) = fs::canonicalize(tree) {
            walk.open(&real, Listing::Everywhere);
        }
    }
    for (devices, allows) in [(SOURCES, Allows::Source), (SINKS, Allows::Sink)] {
        for device in devices {
            walk.device(Path::new(device), allows);
        }
    }
    if ground.network
        && let Some(resolver) = resolver()
    {
        walk.open(&resolver, Listing::AwayFromSecrets);
    }
    if ground.surroundings.opens(ground.working_dir) {
        walk.open(ground.working_dir, Listing::AwayFromSecrets);
    }
    if let Some(writable) = &ground.writable {
        walk.write(writable.folder);
        walk.write(writable.scratch);
    }
    walk.openings
}

/// Which folders with a secret somewhere beneath them may be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listing {
    Everywhere,
    AwayFromSecrets,
}

struct Walk {
    secrets: Vec<PathBuf>,
    /// Beneath a writable folder, and only for reading.
    kept: Vec<PathBuf>,
    openings: Vec<Opening>,
}

impl Walk {
    fn open(&mut self, path: &Path, listing: Listing) {
        if self.secrets.iter().any(|secret| path.starts_with(secret)) {
            return;
        }
        let Some((handle, metadata)) = look(path) else {
            // What is gone or may not be looked at needs no rule.
            return;
        };
        if metadata.is_file() {
            self.allow(handle, Allows::File);
        } else if metadata.is_dir() {
            if !self.secrets.iter().any(|secret| secret.starts_with(path)) {
                self.allow(handle, Allows::Tree);
                return;
            }
            if listing == Listing::Everywhere {
                self.allow(handle, Allows::Names);
            }
            for entry in fs::read_dir(path).into_iter().flatten().flatten() {
                self.open(&entry.path(), listing);
            }
        }
        // A link leads to what has its own rule or none; sockets, pipes and devices have none.
    }

    /// Opens for writing what may be written. On the way to what may not, nothing new can be made:
    /// that right, too, would hold for all beneath.
    fn write(&mut self, path: &Path) {
        if self.secrets.iter().any(|secret| path.starts_with(secret)) {
            return;
        }
        if self.kept.iter().any(|kept| path.starts_with(kept)) {
            self.open(path, Listing::AwayFromSecrets);
            return;
        }
        let Some((handle, metadata)) = look(path) else {
            return;
        };
        if metadata.is_file() {
            self.allow(handle, Allows::WritableFile);
        } else if metadata.is_dir() {
            let on_the_way = |guarded: &[PathBuf]| guarded.iter().any(|it| it.starts_with(path));
            if on_the_way(&self.secrets) || on_the_way(&self.kept) {
                if !on_the_way(&self.secrets) {
                    self.allow(handle, Allows::Tree);
                }
                for entry in fs::read_dir(path).into_iter().flatten().flatten() {
                    self.write(&entry.path());
                }
            } else {
                self.allow(handle, Allows::WritableTree);
            }
        }
    }

    fn device(&mut self, path: &Path, allows: Allows) {
        if let Some((handle, metadata)) = look(path)
            && metadata.file_type().is_char_device()
        {
            self.allow(handle, allows);
        }
    }

    fn allow(&mut self, handle: File, allows: Allows) {
        self.openings.push(Opening {
            handle: handle.into(),
            allows,
        });
    }
}

/// Opens a name without following it and without touching what it stands for.
fn look(path: &Path) -> Option<(File, Metadata)> {
    let handle = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_PATH | libc::O_NOFOLLOW)
        .open(path)
        .ok()?;
    let metadata = handle.metadata().ok()?;
    Some((handle, metadata))
}

/// Finds what not everybody may read in the system's settings, and we may: password hashes, private
/// keys. To an ordinary user the kernel refuses it anyway, but not to root, nor to a member of the
/// right group.
fn private(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    // Deeper than anybody nests settings, and an end for whatever strange mount.
    const DEEPEST: usize = 16;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        // Of a link itself, not of what it leads to, which is met on its own path.
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        let everybody = metadata.mode() & 0o007;
        if metadata.is_dir() {
            if everybody & 0o005 != 0o005 || depth == DEEPEST {
                found.push(entry.path());
            } else {
                private(&entry.path(), depth + 1, found);
            }
        } else if metadata.is_file() && everybody & 0o004 == 0 {
            found.extend(Some(entry.path()).filter(|path| File::open(path).is_ok()));
        }
    }
}
