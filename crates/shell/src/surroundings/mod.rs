//! What lies around a command on this machine: the person's home and secrets, the folder agents
//! work in, and the system's own folders. Decides who may read which path; enforces nothing.

mod known;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::guard::Guard;
use known::SECRETS_AT_HOME;

/// Where commands run, and what is kept from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// The person's home, where there is one.
    pub home: Option<PathBuf>,
    /// Where a command runs that names no folder. Not the home, unless the person says so.
    pub working_folder: PathBuf,
    /// Files and folders no contained program may read, wherever it runs.
    pub secrets: Vec<PathBuf>,
}

/// The system's own folders. Everybody may read them, and so may a contained program.
pub(crate) const SYSTEM_TREES: &[&str] = &[
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/opt",
    "/etc",
    "/nix/store",
    "/gnu/store",
    "/run/current-system",
];

/// Where the kernel and the running services show themselves as files. A working folder there opens
/// nothing more.
const LIVE_TREES: &[&str] = &["/proc", "/sys", "/dev", "/run"];

/// Where a desktop mounts the person's drives, although it lies in one of those.
const DRIVES: &str = "/run/media";

impl Surroundings {
    /// Those of the user this process runs as. `secrets` come on top of the well-known ones:
    /// Chaperone's own data folder belongs there.
    pub fn of_this_user(
        working_folder: impl Into<PathBuf>,
        secrets: impl IntoIterator<Item = PathBuf>,
    ) -> Self {
        Self::around(env::home_dir(), working_folder.into(), secrets)
    }

    /// Those of a user whose home is `home`.
    pub fn of(
        home: impl Into<PathBuf>,
        working_folder: impl Into<PathBuf>,
        secrets: impl IntoIterator<Item = PathBuf>,
    ) -> Self {
        Self::around(Some(home.into()), working_folder.into(), secrets)
    }

    fn around(
        home: Option<PathBuf>,
        working_folder: PathBuf,
        secrets: impl IntoIterator<Item = PathBuf>,
    ) -> Self {
        let home = home.filter(|home| home.is_absolute());
        let known = home
            .iter()
            .flat_map(|home| SECRETS_AT_HOME.iter().map(move |secret| home.join(secret)));
        Self {
            secrets: known.chain(secrets).collect(),
            working_folder,
            home,
        }
    }

    /// The secrets that are there, by their own paths and by the real ones behind them.
    pub(crate) fn present_secrets(&self) -> Vec<PathBuf> {
        let mut present = Vec::new();
        for secret in &self.secrets {
            if secret.symlink_metadata().is_err() {
                continue;
            }
            // The folders on the way may be links, and so may the secret: all three paths count.
            if let Ok(real) = secret.canonicalize() {
                present.push(real);
            }
            if let (Some(parent), Some(name)) = (secret.parent(), secret.file_name())
                && let Ok(parent) = parent.canonicalize()
            {
                present.push(parent.join(name));
            }
            present.push(secret.clone());
        }
        present.sort_unstable();
        present.dedup();
        present
    }

    /// Where the secrets that are not there would be, were they made now.
    ///
    /// They count while a program runs: the person may make one meanwhile.
    #[cfg(target_os = "linux")]
    pub(crate) fn absent_secrets(&self) -> Vec<PathBuf> {
        let mut absent: Vec<PathBuf> = self
            .secrets
            .iter()
            .filter(|secret| secret.symlink_metadata().is_err())
            .filter_map(|secret| {
                let there = secret
                    .ancestors()
                    .skip(1)
                    .find(|folder| folder.symlink_metadata().is_ok())?;
                let rest = secret.strip_prefix(there).ok()?;
                // A file where a folder is needed, or a link to nowhere: nothing can be made there.
                let real = fs::canonicalize(there).ok()?;
                real.is_dir().then(|| real.join(rest))
            })
            .collect();
        absent.sort_unstable();
        absent.dedup();
        absent
    }

    /// Whether working in this folder opens it for reading. A folder so wide that the home is
    /// but a part of it, or one of the kernel's, is only a place to stand.
    pub(crate) fn opens(&self, folder: &Path) -> bool {
        let wide = |home: &Path| home.starts_with(folder) && home != folder;
        let real_home = self.home.as_ref().and_then(|home| home.canonicalize().ok());
        folder.parent().is_some()
            && !self.home.as_deref().is_some_and(wide)
            && !real_home.as_deref().is_some_and(wide)
            && (folder.starts_with(DRIVES)
                || !LIVE_TREES.iter().any(|tree| folder.starts_with(tree)))
    }

    /// Why nothing may write in the folder with this real path, where that is so.
    pub(crate) fn not_for_writing(&self, folder: &Path) -> Option<&'static str> {
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let home = self.home.as_deref().map(real);
        let in_system = || {
            SYSTEM_TREES.iter().any(|tree| {
                let tree = real(Path::new(tree));
                folder.starts_with(&tree) || tree.starts_with(folder)
            })
        };
        if home.as_deref() == Some(folder) {
            return Some("it is the home, where programs look for what to run");
        }
        if !self.opens(folder) || folder == real(&env::temp_dir()) {
            return Some("it is shared with much else");
        }
        if cfg!(unix) && in_system() {
            return Some("it belongs to the system");
        }
        // Settings, and what is started at login, begin with a dot.
        let hidden = home
            .and_then(|home| folder.strip_prefix(home).ok().map(Path::to_owned))
            .and_then(|rest| rest.iter().next().map(ToOwned::to_owned))
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            return Some("it holds settings, which other programs follow");
        }
        folder
            .iter()
            .any(|name| Guard::of(name).is_some())
            .then_some("it is inside what is kept from change")
    }

    /// Whether a contained program working in `folder`, and writing in `writable`, could read the
    /// real path `path`.
    pub(crate) fn reaches(&self, path: &Path, folder: &Path, writable: Option<&Path>) -> bool {
        let system = if cfg!(unix) {
            SYSTEM_TREES.iter().any(|tree| {
                Path::new(tree)
                    .canonicalize()
                    .is_ok_and(|tree| path.starts_with(tree))
            })
        } else {
            true
        };
        let within = |folder: &Path| self.opens(folder) && path.starts_with(folder);
        (system || within(folder) || writable.is_some_and(within))
            && !self
                .present_secrets()
                .iter()
                .any(|secret| path.starts_with(secret))
    }
}
