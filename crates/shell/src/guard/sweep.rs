//! Finding guarded names beneath a folder, before a run and after it. Changes nothing but the names
//! of what is new.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use super::{Aside, Guard};
use crate::identity::Identity;

/// What is guarded beneath a folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guarded {
    pub(crate) found: Vec<(PathBuf, Guard)>,
    identities: HashSet<Identity>,
}

/// A folder with more in it is not looked through, and so not opened for writing.
const MOST_ENTRIES: usize = 1_000_000;

/// Looks through a folder. Follows no links: nothing behind them is open for writing.
pub(crate) fn look(folder: &Path) -> io::Result<Guarded> {
    let mut guarded = Guarded::default();
    let mut folders = vec![folder.to_owned()];
    let mut count = 0_usize;
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            // Whoever may not list a folder does not get at what is in it by chance either.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => continue,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            count += 1;
            if count > MOST_ENTRIES {
                return Err(io::Error::other(format!(
                    "it holds more than {MOST_ENTRIES} files"
                )));
            }
            if let Some(guard) = Guard::of(&entry.file_name()) {
                if let Ok(metadata) = entry.metadata() {
                    guarded.identities.insert(Identity::of_folder(&metadata));
                }
                guarded.found.push((entry.path(), guard));
            } else if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    Ok(guarded)
}

/// Renames what bears a guarded name and is none of those that were there `before`.
pub(crate) fn set_aside(folder: &Path, before: &Guarded) -> Aside {
    let mut aside = Aside::default();
    let Ok(now) = look(folder) else {
        aside.stuck.push(folder.to_owned());
        return aside;
    };
    for (path, _) in now.found {
        let is_old = path
            .symlink_metadata()
            .is_ok_and(|metadata| before.identities.contains(&Identity::of_folder(&metadata)));
        if is_old {
            continue;
        }
        match rename_aside(&path) {
            Ok(moved) => aside.moved.push(moved),
            Err(_) => aside.stuck.push(path),
        }
    }
    aside
}

fn rename_aside(path: &Path) -> io::Result<PathBuf> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".set-aside");
    for number in 1..1000_u32 {
        let mut candidate = name.clone();
        if number > 1 {
            candidate.push(format!("-{number}"));
        }
        let candidate = path.with_file_name(candidate);
        if candidate.symlink_metadata().is_err() {
            fs::rename(path, &candidate)?;
            return Ok(candidate);
        }
    }
    Err(io::Error::other("there are too many already"))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn only_what_is_new_is_set_aside() {
        let root = TempDir::new().unwrap();
        let at = |path: &str| root.path().join(path);
        fs::create_dir_all(at("old/.git/hooks")).unwrap();
        fs::create_dir_all(at("new")).unwrap();
        fs::write(at("file"), "").unwrap();
        let before = look(root.path()).unwrap();
        assert_eq!(before.found, [(at("old/.git"), Guard::Kept)]);

        assert_eq!(set_aside(root.path(), &before), Aside::default());
        // A folder that took an old one along is no new one.
        fs::rename(at("old"), at("moved")).unwrap();
        fs::create_dir_all(at("new/.git/hooks")).unwrap();
        fs::write(at("new/.SSH"), "").unwrap();
        let mut aside = set_aside(root.path(), &before);
        aside.moved.sort_unstable();
        assert_eq!(
            aside.moved,
            [at("new/.SSH.set-aside"), at("new/.git.set-aside")]
        );
        assert_eq!(aside.stuck, Vec::<PathBuf>::new());
        assert!(at("moved/.git/hooks").is_dir());
        assert!(at("new/.git.set-aside/hooks").is_dir());

        fs::create_dir_all(at("new/.git")).unwrap();
        let again = set_aside(root.path(), &before);
        assert_eq!(again.moved, [at("new/.git.set-aside-2")]);
    }
}
