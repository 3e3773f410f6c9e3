//! The folder a command runs in.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{PrepareError, Surroundings, identity::Identity};

/// The path that was meant: relative ones start at the folder set for agents, `~` is the home.
pub(super) fn asked(asked: Option<&str>, surroundings: &Surroundings) -> PathBuf {
    let Some(asked) = asked.filter(|asked| !asked.is_empty()) else {
        return surroundings.working_folder.clone();
    };
    let at_home = asked.strip_prefix('~').and_then(|rest| {
        (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/'))
    });
    match (at_home, &surroundings.home) {
        (Some(""), Some(home)) => home.clone(),
        (Some(rest), Some(home)) => home.join(rest),
        _ => surroundings.working_folder.join(asked),
    }
}

/// Its real path, and which folder that is.
pub(super) fn resolve(
    asked: &Path,
    surroundings: &Surroundings,
) -> Result<(PathBuf, Identity), PrepareError> {
    let refused = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => PrepareError::FolderMissing {
            path: asked.to_owned(),
        },
        io::ErrorKind::NotADirectory => PrepareError::NotAFolder {
            path: asked.to_owned(),
        },
        _ => PrepareError::Unreadable {
            path: asked.to_owned(),
            source,
        },
    };
    let real = fs::canonicalize(asked).map_err(refused)?;
    let metadata = fs::metadata(&real).map_err(refused)?;
    if !metadata.is_dir() {
        return Err(PrepareError::NotAFolder { path: real });
    }
    if real.to_str().is_none() {
        return Err(PrepareError::Unshowable { path: real });
    }
    let secret = surroundings
        .present_secrets()
        .into_iter()
        .find(|secret| real.starts_with(secret));
    if let Some(secret) = secret {
        return Err(PrepareError::SecretFolder { path: real, secret });
    }
    Ok((real, Identity::of_folder(&metadata)))
}

/// The real path of a folder that is to be open for writing, and which folder that is.
pub(super) fn writable(
    asked_for: &Path,
    surroundings: &Surroundings,
) -> Result<(PathBuf, Identity), PrepareError> {
    let path = asked_for.to_str().map_or_else(
        || asked_for.to_owned(),
        |text| asked(Some(text), surroundings),
    );
    let (real, identity) = resolve(&path, surroundings)?;
    match surroundings.not_for_writing(&real) {
        Some(because) => Err(PrepareError::NotForWriting {
            path: real,
            because,
        }),
        None => Ok((real, identity)),
    }
}
