//! Which file a program's name stands for. The search path is fixed, so that nothing in the
//! surroundings of this process can put another program in front.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{
    PrepareError,
    identity::{Identity, may_be_executed},
};

/// Where programs are looked for.
pub(super) fn search_path() -> String {
    if cfg!(windows) {
        let root = env::var("SystemRoot").unwrap_or_else(|_| "C:\\Windows".to_owned());
        format!("{root}\\System32;{root};{root}\\System32\\WindowsPowerShell\\v1.0")
    } else if cfg!(target_os = "macos") {
        "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin:/usr/sbin:/sbin".to_owned()
    } else {
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin"
            .to_owned()
    }
}

/// The real path of the program called `name`, and which file that is.
pub(super) fn find(name: &str, folder: &Path) -> Result<(PathBuf, Identity), PrepareError> {
    let by_path = name.contains('/') || (cfg!(windows) && name.contains(['\\', ':']));
    let candidates: Vec<PathBuf> = if by_path {
        spellings(&folder.join(name))
    } else if name.is_empty() || name == "." || name == ".." {
        Vec::new()
    } else {
        env::split_paths(&search_path())
            .flat_map(|place| spellings(&place.join(name)))
            .collect()
    };
    let mut unusable = None;
    for candidate in candidates {
        let Ok(real) = fs::canonicalize(&candidate) else {
            continue;
        };
        let metadata = fs::metadata(&real).map_err(|source| PrepareError::Unreadable {
            path: real.clone(),
            source,
        })?;
        if !may_be_executed(&metadata) {
            unusable.get_or_insert(real);
        } else if real.to_str().is_none() {
            return Err(PrepareError::Unshowable { path: real });
        } else {
            return Ok((real, Identity::of_file(&metadata)));
        }
    }
    Err(match unusable {
        Some(path) => PrepareError::NotExecutable { path },
        None => PrepareError::NotFound {
            name: name.to_owned(),
            path: if by_path {
                folder.display().to_string()
            } else {
                search_path()
            },
        },
    })
}

/// The file names a program's name may have.
fn spellings(path: &Path) -> Vec<PathBuf> {
    let mut spellings = vec![path.to_owned()];
    if cfg!(windows) && path.extension().is_none() {
        let mut with_extension = path.as_os_str().to_owned();
        with_extension.push(".exe");
        spellings.insert(0, with_extension.into());
    }
    spellings
}
