//! A control group around a command, where this process may make one: a bound on all its processes
//! together, and one more way to end them. Never required; the limits of each process, the group
//! and the reaper hold without it.

use std::{
    fs::{self, File, OpenOptions},
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

/// Processes and threads, all together.
const PROCESSES: &str = "768";
/// Memory, all together.
const MEMORY_BYTES: &str = "4294967296";

/// The command's control groups: one in the newer arrangement of the kernel, one for each bound in
/// the older.
#[derive(Debug)]
pub(super) struct Group {
    folders: Vec<PathBuf>,
    bounds: bool,
}

/// The hierarchies this process is in, and the files that bound something there.
struct Place {
    folder: PathBuf,
    bounds: &'static [(&'static str, &'static str)],
}

impl Group {
    /// Makes one, and the files by which a process enters it.
    pub(super) fn make() -> Option<(Self, Vec<OwnedFd>)> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("chaperone-{}-{number}", process::id());
        let mut group = Self {
            folders: Vec::new(),
            bounds: false,
        };
        let mut entries = Vec::new();
        for place in places(&fs::read_to_string("/proc/self/cgroup").ok()?) {
            sweep(&place.folder);
            let folder = place.folder.join(&name);
            if fs::create_dir(&folder).is_err() {
                continue;
            }
            group.folders.push(folder.clone());
            // A process that may enter must also be allowed to leave where it is.
            let leaves = writable(&place.folder.join("cgroup.procs")).is_some();
            let Some(entry) = writable(&folder.join("cgroup.procs")).filter(|_| leaves) else {
                continue;
            };
            for (file, most) in place.bounds {
                group.bounds |= fs::write(folder.join(file), most).is_ok();
            }
            entries.push(entry.into());
        }
        (!entries.is_empty()).then_some((group, entries))
    }

    /// What it is good for, in a few words.
    pub(super) fn describe(&self) -> &'static str {
        if self.bounds {
            "its processes and memory bounded together"
        } else {
            "its processes held in a control group"
        }
    }

    /// Ends all that is in it.
    pub(super) fn kill(&self) {
        for folder in &self.folders {
            if fs::write(folder.join("cgroup.kill"), "1").is_ok() {
                continue;
            }
            for pid in members(folder) {
                super::system::kill(pid);
            }
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
        let folders = std::mem::take(&mut self.folders);
        let left: Vec<PathBuf> = folders.into_iter().filter(|folder| !gone(folder)).collect();
        if left.is_empty() {
            return;
        }
        // The last processes are still dying. What can not be removed by then holds nothing.
        drop(
            thread::Builder::new()
                .name("control groups".to_owned())
                .spawn(move || {
                    for _ in 0..100 {
                        if left.iter().all(|folder| gone(folder)) {
                            return;
                        }
                        thread::sleep(Duration::from_millis(10));
                    }
                }),
        );
    }
}

/// Removes what processes of ours left that ended without tidying up, as in a crash. What still
/// holds a process can not be removed.
fn sweep(place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name
            .to_str()
            .and_then(|name| name.strip_prefix("chaperone-"))
            .and_then(|rest| rest.split('-').next())
            .and_then(|pid| pid.parse::<u32>().ok());
        if owner.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            drop(fs::remove_dir(entry.path()));
        }
    }
}

fn gone(folder: &Path) -> bool {
    fs::remove_dir(folder).is_ok() || !folder.exists()
}

fn members(folder: &Path) -> Vec<i32> {
    fs::read_to_string(folder.join("cgroup.procs"))
        .unwrap_or_default()
        .lines()
        .filter_map(|pid| pid.parse().ok())
        .collect()
}

fn writable(file: &Path) -> Option<File> {
    OpenOptions::new().write(true).open(file).ok()
}

/// Reads `/proc/self/cgroup`: lines of a number, names of controllers, and a path.
fn places(own: &str) -> Vec<Place> {
    const ROOT: &str = "/sys/fs/cgroup";
    let mut places = Vec::new();
    for line in own.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else {
            continue;
        };
        let path = path.trim_start_matches('/');
        let place = match controllers {
            "" => Place {
                // Beside the older arrangement, the newer one has a folder of its own.
                folder: Path::new(ROOT)
                    .join(if Path::new(ROOT).join("unified").is_dir() {
                        "unified"
                    } else {
                        ""
                    })
                    .join(path),
                bounds: &[("pids.max", PROCESSES), ("memory.max", MEMORY_BYTES)],
            },
            "pids" => Place {
                folder: Path::new(ROOT).join("pids").join(path),
                bounds: &[("pids.max", PROCESSES)],
            },
            "memory" => Place {
                folder: Path::new(ROOT).join("memory").join(path),
                bounds: &[("memory.limit_in_bytes", MEMORY_BYTES)],
            },
            _ => continue,
        };
        if place.folder.is_dir() {
            places.push(place);
        }
    }
    places
}
