//! What is kept between runs and between clones: tools, other systems' standard libraries.
//!
//! It lies outside the tree and every entry is keyed by version, so it can be deleted at any time.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// The folder that holds it all.
pub(crate) fn dir() -> Result<PathBuf> {
    let base = ["XDG_CACHE_HOME", "LOCALAPPDATA"]
        .into_iter()
        .find_map(|name| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        })
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .context("neither a home nor a cache folder is known: set XDG_CACHE_HOME")?;
    Ok(base.join("chaperone-dev"))
}
