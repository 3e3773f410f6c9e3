//! The variables a program gets: a short list, and what the command names. Nothing else of this
//! process's own environment, which may hold tokens and addresses, is handed on.

use std::{collections::BTreeMap, env, path::Path};

use super::lookup::search_path;
use crate::{Profile, Surroundings};

/// Taken from this process where it has them: who the person is and how they read.
const HANDED_ON: &[&str] = &[
    "USER",
    "LOGNAME",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "LC_NUMERIC",
    "LC_TIME",
    "TZ",
    "SystemRoot",
    "SystemDrive",
];

/// Set for every program.
const SETTLED: &[(&str, &str)] = &[
    // Nobody sits at a terminal to turn a page.
    ("PAGER", "cat"),
    ("TERM", "dumb"),
];

/// Set for every contained program.
const SETTLED_INSIDE: &[(&str, &str)] = &[
    // The person's own configuration is out of reach, and git stops at a file it may not read.
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    // Repositories stay unwritable, and git's optional index refresh could only fail.
    ("GIT_OPTIONAL_LOCKS", "0"),
];

pub(super) fn whole(
    asked: &BTreeMap<String, String>,
    working_dir: &Path,
    profile: Profile,
    surroundings: &Surroundings,
) -> BTreeMap<String, String> {
    let mut whole = BTreeMap::from([("LANG".to_owned(), "C.UTF-8".to_owned())]);
    for name in HANDED_ON {
        // One that is no text is left out.
        if let Ok(value) = env::var(name) {
            whole.insert((*name).to_owned(), value);
        }
    }
    let inside = if profile == Profile::None {
        &[]
    } else {
        SETTLED_INSIDE
    };
    for (name, value) in SETTLED.iter().chain(inside) {
        whole.insert((*name).to_owned(), (*value).to_owned());
    }
    if let Some(home) = surroundings.home.as_deref().and_then(Path::to_str) {
        whole.insert("HOME".to_owned(), home.to_owned());
    }
    if let Some(folder) = working_dir.to_str() {
        whole.insert("PWD".to_owned(), folder.to_owned());
    }
    for (name, value) in asked {
        whole.insert(name.clone(), value.clone());
    }
    whole.insert("PATH".to_owned(), search_path());
    whole
}
