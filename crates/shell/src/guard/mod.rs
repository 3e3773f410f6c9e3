//! What nobody may change in a folder that is open for writing: names by which other programs find
//! what to run or what opens doors. Finds what is there, and sets aside what was made of that name.
//!
//! A sandbox keeps what is there from change. A *new* name in an open folder it can not refuse:
//! neither mounts nor the kernel's rules know names that are not there yet. So what has such a name
//! after the run, and had not before, is renamed before anybody is told that the run has ended.

// Only where something can be kept in.
#[cfg(any(test, target_os = "linux"))]
mod sweep;

use std::{ffi::OsStr, path::PathBuf};

#[cfg(target_os = "linux")]
pub(crate) use sweep::{Guarded, look, set_aside};

/// What is done about a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Can be read.
    Kept,
    /// Can not even be read.
    Hidden,
}

/// Repositories run what their hooks and settings name; the others hold keys.
const NAMES: &[(&str, Guard)] = &[
    (".git", Guard::Kept),
    (".hg", Guard::Kept),
    (".ssh", Guard::Hidden),
    (".gnupg", Guard::Hidden),
    ("keyrings", Guard::Hidden),
];

impl Guard {
    /// What is done about this name. Some file systems do not tell small letters from big ones.
    pub(crate) fn of(name: &OsStr) -> Option<Self> {
        let name = name.to_str()?;
        NAMES
            .iter()
            .find(|(guarded, _)| guarded.eq_ignore_ascii_case(name))
            .map(|(_, guard)| *guard)
    }
}

/// What was done about what a program made.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Aside {
    pub(crate) moved: Vec<PathBuf>,
    pub(crate) stuck: Vec<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case() {
        assert_eq!(Guard::of(OsStr::new(".GIT")), Some(Guard::Kept));
        assert_eq!(Guard::of(OsStr::new(".ssh")), Some(Guard::Hidden));
        assert_eq!(Guard::of(OsStr::new(".github")), None);
        assert_eq!(Guard::of(OsStr::new("git")), None);
    }
}
