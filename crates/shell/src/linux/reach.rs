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

use crate::surroundings::{SYSTEM_TREES, Surroundings};

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
    /// Read this device.
    Source,
    /// Read this device and write to it.
    Sink,
}

/// Beside the system's folders: what the kernel tells everybody.
const KERNEL_TREES: &[&str] = &["/proc", "/sys/devices/system", "/sys/fs/cgroup"];

const SOURCES: &[&str] = &["/dev/zero", "/dev/random", "/dev/urandom"];

/// `/dev/full` refuses every write, which is what it is there for.
const SINKS: &[&str] = &["/dev/null", "/dev/full"];

/// Everything a program working in `folder` may open.
pub(super) fn openings(surroundings: &Surroundings, folder: &Path) -> Vec<Opening> {
    let mut secrets = surroundings.present_secrets();
    private(Path::new("/etc"), 0, &mut secrets);
    let mut walk = Walk {
        secrets,
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
    if surroundings.opens(folder) {
        walk.open(folder, Listing::AwayFromSecrets);
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

/// Finds what not everybody may read in the system's settings: password hashes, private keys. The
/// kernel would refuse it to an ordinary user anyway, but not to root, nor to a member of the
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
            found.push(entry.path());
        }
    }
}
