//! A folder for what a command needs no longer than it runs. Nobody else's, and gone with it.

use std::{
    collections::hash_map::RandomState,
    env, fs,
    hash::BuildHasher as _,
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use super::system;

const PREFIX: &str = "chaperone-run-";

/// Far longer than any command may run: what is older was left behind in a crash.
const ABANDONED: Duration = Duration::from_hours(1);

#[derive(Debug)]
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new() -> io::Result<Self> {
        // Random, so that nobody can be there first; and if so, making it fails.
        let random = RandomState::new().hash_one(std::process::id());
        let place = fs::canonicalize(env::temp_dir())?;
        sweep(&place);
        let path = place.join(format!("{PREFIX}{random:016x}"));
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What can not be removed is left to the system's own cleaning of its temporary folder.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Removes our own folders that nobody tidied up.
fn sweep(place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let is_one = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX));
        if !is_one {
            continue;
        }
        let abandoned = entry.metadata().is_ok_and(|metadata| {
            metadata.is_dir()
                && metadata.uid() == system::user()
                && metadata
                    .modified()
                    .ok()
                    .and_then(|at| at.elapsed().ok())
                    .is_some_and(|age| age > ABANDONED)
        });
        if abandoned {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn only_what_was_left_behind_is_swept() {
        let place = tempfile::TempDir::new().unwrap();
        let at = |name: &str| place.path().join(name);
        for name in ["chaperone-run-old", "chaperone-run-new", "other"] {
            fs::create_dir(at(name)).unwrap();
            fs::write(at(name).join("file"), "").unwrap();
        }
        let long_ago = SystemTime::now() - 2 * ABANDONED;
        for name in ["chaperone-run-old", "other"] {
            let folder = fs::File::open(at(name)).unwrap();
            folder.set_modified(long_ago).unwrap();
        }
        sweep(place.path());
        assert!(!at("chaperone-run-old").exists());
        assert!(at("chaperone-run-new/file").exists() && at("other/file").exists());
    }
}
