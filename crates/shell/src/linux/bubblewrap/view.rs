//! Which files there are inside: the words for `bwrap` that mount them.
//!
//! What is not mounted is not there. Around a secret that is there, the folder is mounted and
//! something unreadable put over the secret; around one that may still come to be, the folder's
//! other contents are mounted one by one, so that whatever is made there later is not seen.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io,
    os::{
        fd::{AsRawFd as _, OwnedFd},
        unix::fs::OpenOptionsExt as _,
    },
    path::{Path, PathBuf},
};

use super::{
    super::reach::{Ground, Writable, resolver},
    Word, duplicate,
};
use crate::{Prepared, Uncontained, surroundings::SYSTEM_TREES};

/// What is shown of the kernel, beside the processes inside.
const KERNEL: &str = "/sys/devices/system";

const DEVICES: &[&str] = &["null", "zero", "full", "random", "urandom"];

/// Where programs expect links in `/dev`.
const DEVICE_LINKS: &[(&str, &str)] = &[
    ("/proc/self/fd", "/dev/fd"),
    ("/proc/self/fd/0", "/dev/stdin"),
    ("/proc/self/fd/1", "/dev/stdout"),
    ("/proc/self/fd/2", "/dev/stderr"),
];

/// Memory that programs share by files, all together.
const SHARED_BYTES: &str = "67108864";

#[derive(Debug)]
pub(super) struct View {
    words: Vec<Word>,
    handles: Vec<OwnedFd>,
}

impl View {
    pub(super) fn of(prepared: &Prepared, ground: &Ground<'_>) -> Result<Self, Uncontained> {
        let hidden = ground.hidden();
        let mut painter = Painter {
            absent: ground.surroundings.absent_secrets(),
            hidden,
            kept: ground.kept(),
            view: Self {
                words: Vec::new(),
                handles: Vec::new(),
            },
        };
        painter.system(ground)?;
        painter.devices(ground.writable.is_some());
        painter.folders(prepared, ground)?;
        Ok(painter.view)
    }

    /// One program's own duplicates of what the words speak of.
    pub(super) fn handles(&self) -> io::Result<Vec<OwnedFd>> {
        duplicate(&self.handles)
    }

    /// The words, with the numbers of the duplicates, which come first among `inherited`.
    pub(super) fn arguments(&self, inherited: &[OwnedFd]) -> Vec<OsString> {
        self.words
            .iter()
            .map(|word| match word {
                Word::Text(text) => text.clone(),
                Word::Handle(place) => inherited
                    .get(*place)
                    .map(|handle| handle.as_raw_fd().to_string())
                    .unwrap_or_default()
                    .into(),
            })
            .collect()
    }

    fn say(&mut self, words: impl IntoIterator<Item = impl Into<OsString>>) {
        self.words
            .extend(words.into_iter().map(|word| Word::Text(word.into())));
    }

    fn say_handle(&mut self, option: &str, handle: File, path: &Path) {
        self.say([option]);
        self.words.push(Word::Handle(self.handles.len()));
        self.handles.push(handle.into());
        self.say([path]);
    }
}

struct Painter {
    /// Present, and to be covered.
    hidden: Vec<PathBuf>,
    /// Not present, and never to be seen.
    absent: Vec<PathBuf>,
    /// In a writable folder, and only for reading.
    kept: Vec<PathBuf>,
    view: View,
}

impl Painter {
    fn system(&mut self, ground: &Ground<'_>) -> Result<(), Uncontained> {
        for tree in SYSTEM_TREES.iter().map(Path::new) {
            if let Ok(target) = fs::read_link(tree) {
                self.view.say(["--symlink".into(), target.into_os_string()]);
                self.view.say([tree]);
            } else if tree.is_dir() {
                self.read(tree)?;
            }
        }
        self.view.say(["--proc", "/proc", "--remount-ro", "/proc"]);
        self.view.say(["--ro-bind-try", KERNEL, KERNEL]);
        if ground.network
            && let Some(resolver) = resolver()
        {
            self.read(&resolver)?;
        }
        Ok(())
    }

    fn devices(&mut self, writes: bool) {
        self.view
            .say(["--perms", "0755", "--size", "65536", "--tmpfs", "/dev"]);
        for device in DEVICES {
            let device = format!("/dev/{device}");
            self.view
                .say(["--dev-bind-try", device.as_str(), device.as_str()]);
        }
        for (target, link) in DEVICE_LINKS {
            self.view.say(["--symlink", target, link]);
        }
        if writes {
            self.view.say([
                "--perms",
                "1777",
                "--size",
                SHARED_BYTES,
                "--tmpfs",
                "/dev/shm",
            ]);
        }
        self.view.say(["--remount-ro", "/dev"]);
    }

    fn folders(&mut self, prepared: &Prepared, ground: &Ground<'_>) -> Result<(), Uncontained> {
        match &ground.writable {
            // Before what may lie in the real one.
            Some(Writable { scratch, .. }) => {
                self.view.say(["--bind".as_ref(), scratch.as_os_str()]);
                self.view.say(["/tmp"]);
            }
            None => self.view.say(["--dir", "/tmp"]),
        }
        if let Some(home) = &ground.surroundings.home {
            self.view.say(["--dir".as_ref(), home.as_os_str()]);
        }
        let folder = ground.writable.as_ref().map(|writable| writable.folder);
        let stands_in = folder.is_some_and(|folder| ground.working_dir.starts_with(folder));
        let in_system = SYSTEM_TREES
            .iter()
            .any(|tree| ground.working_dir.starts_with(tree));
        if !ground.surroundings.opens(ground.working_dir) {
            // A place to stand, which may not be there otherwise.
            self.view
                .say(["--dir".as_ref(), ground.working_dir.as_os_str()]);
        } else if !stands_in && !in_system {
            let held = held(ground.working_dir, |metadata| {
                prepared.is_working_dir(metadata)
            })?;
            self.bind(ground.working_dir, Some(held), Kind::Read)?;
        }
        if let Some(folder) = folder {
            let held = held(folder, |metadata| prepared.is_writable_folder(metadata))?;
            self.bind(folder, Some(held), Kind::Write)?;
        }
        Ok(())
    }

    fn read(&mut self, path: &Path) -> Result<(), Uncontained> {
        self.bind(path, None, Kind::Read)
    }

    fn bind(&mut self, path: &Path, held: Option<File>, kind: Kind) -> Result<(), Uncontained> {
        let beneath = |path: &Path, other: &PathBuf| other.starts_with(path) && other != path;
        if self.absent.iter().any(|absent| beneath(path, absent)) {
            return self.pieces(path, kind);
        }
        if let Some(held) = held {
            self.view.say_handle(kind.by_handle(), held, path);
        } else {
            self.view.say([kind.by_path()]);
            self.view.say([path, path]);
        }
        let covered = |list: &[PathBuf]| -> Vec<PathBuf> {
            list.iter()
                .filter(|it| beneath(path, it))
                .cloned()
                .collect()
        };
        // The outer ones first: beneath what is covered there is nothing to cover.
        let mut hidden = covered(&self.hidden);
        hidden.sort_unstable();
        hidden.dedup_by(|inner, outer| inner.starts_with(outer));
        for secret in hidden {
            self.cover(&secret, kind)?;
        }
        if kind == Kind::Write {
            for kept in covered(&self.kept) {
                if is_link(&kept) {
                    return Err(Uncontained::LinkedGuard { path: kept });
                }
                self.view.say(["--ro-bind"]);
                self.view.say([&kept, &kept]);
            }
        }
        Ok(())
    }

    /// Something unreadable in its place.
    fn cover(&mut self, secret: &Path, kind: Kind) -> Result<(), Uncontained> {
        let Ok(metadata) = secret.symlink_metadata() else {
            return Ok(());
        };
        if metadata.is_symlink() {
            // What it leads to has a cover of its own; the link itself must only not be exchanged.
            if kind == Kind::Write {
                return Err(Uncontained::LinkedGuard {
                    path: secret.to_owned(),
                });
            }
        } else if metadata.is_dir() {
            self.view
                .say(["--perms", "0000", "--size", "4096", "--tmpfs"]);
            self.view.say([secret]);
            self.view.say(["--remount-ro".as_ref(), secret.as_os_str()]);
        } else {
            self.view.say(["--perms", "0000"]);
            let nothing = File::open("/dev/null").map_err(Uncontained::setup("covers"))?;
            self.view.say_handle("--ro-bind-data", nothing, secret);
        }
        Ok(())
    }

    /// A folder of which only what is there now is shown, and nothing that is secret.
    fn pieces(&mut self, path: &Path, kind: Kind) -> Result<(), Uncontained> {
        self.view.say(["--dir".as_ref(), path.as_os_str()]);
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            let inner = entry.path();
            if self.hidden.iter().any(|secret| inner.starts_with(secret)) {
                continue;
            }
            let Ok(file_type) = entry.file_type() else {
                continue;
            };
            if file_type.is_symlink() {
                if let Ok(target) = fs::read_link(&inner) {
                    self.view.say(["--symlink".as_ref(), target.as_os_str()]);
                    self.view.say([inner]);
                }
            } else if file_type.is_dir() || file_type.is_file() {
                let kept = self.kept.iter().any(|kept| inner.starts_with(kept));
                self.bind(&inner, None, if kept { Kind::Read } else { kind })?;
            }
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Read,
    Write,
}

impl Kind {
    fn by_path(self) -> &'static str {
        match self {
            Self::Read => "--ro-bind",
            Self::Write => "--bind",
        }
    }

    fn by_handle(self) -> &'static str {
        match self {
            Self::Read => "--ro-bind-fd",
            Self::Write => "--bind-fd",
        }
    }
}

fn is_link(path: &Path) -> bool {
    path.symlink_metadata()
        .is_ok_and(|metadata| metadata.is_symlink())
}

/// Opens the folder that was shown, and no other of its name.
fn held(path: &Path, is_shown: impl Fn(&fs::Metadata) -> bool) -> Result<File, Uncontained> {
    let folder = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_PATH | libc::O_DIRECTORY | libc::O_NOFOLLOW)
        .open(path)
        .map_err(Uncontained::setup("the folder"))?;
    let metadata = folder
        .metadata()
        .map_err(Uncontained::setup("the folder"))?;
    if is_shown(&metadata) {
        Ok(folder)
    } else {
        Err(Uncontained::Setup {
            what: "the folder",
            source: io::Error::other("it is another than was shown"),
        })
    }
}
