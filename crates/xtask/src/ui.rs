//! The pages of the window and of the hub: their npm packages and their build, each only when something changed.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context as _, Result};

use crate::workspace::{self, npm};

/// What the two builds end with: the app's pages, and the hub's.
const PAGES: [&str; 2] = ["dist/index.html", "dist-hub/hub.html"];

/// The packages and the built pages are there and current.
pub(crate) fn ready() -> Result<PathBuf> {
    let ui = installed("ui")?;
    if stale(&ui)? {
        println!("   building the pages");
        workspace::quietly(&mut npm(&ui, &["run", "--silent", "build"]))?;
    }
    Ok(ui)
}

/// Some pages are there: what only checks the code that embeds them does not care which.
pub(crate) fn some() -> Result<()> {
    let there = |page| workspace::root().join("ui").join(page).exists();
    if !PAGES.iter().all(there) {
        ready()?;
    }
    Ok(())
}

/// The npm packages of this folder are there and are those of its lock file.
pub(crate) fn installed(folder: &str) -> Result<PathBuf> {
    let folder = workspace::root().join(folder);
    let lock = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("reading {}", folder.join("package-lock.json").display()))?;
    // A copy of the lock, not a time: it is right after a checkout of another branch too.
    let stamp = folder.join("node_modules/.lock-installed.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(folder);
    }
    println!("   installing the npm packages of {}", folder.display());
    let mut install = npm(
        &folder,
        &["ci", "--no-audit", "--no-fund", "--loglevel=error"],
    );
    // The browser is the system's, by ./dev.
    install.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    workspace::quietly(&mut install)?;
    fs::write(&stamp, &lock).context("noting which npm packages are installed")?;
    Ok(folder)
}

fn stale(ui: &Path) -> Result<bool> {
    let mut built = SystemTime::now();
    for page in PAGES {
        let Ok(made) = fs::metadata(ui.join(page)).and_then(|page| page.modified()) else {
            return Ok(true);
        };
        built = built.min(made);
    }
    let mut newest = SystemTime::UNIX_EPOCH;
    for name in [
        "src",
        "public",
        "index.html",
        "request.html",
        "indicator.html",
        "hub.html",
        "package-lock.json",
        "vite.config.ts",
        "vite.hub.config.ts",
        "svelte.config.js",
    ] {
        newest = newest.max(newest_in(&ui.join(name))?);
    }
    Ok(newest > built)
}

/// When this file, or anything in this folder, was last changed.
fn newest_in(path: &Path) -> Result<SystemTime> {
    let Ok(metadata) = fs::metadata(path) else {
        return Ok(SystemTime::UNIX_EPOCH);
    };
    let mut newest = metadata
        .modified()
        .context("reading when a file was changed")?;
    if metadata.is_dir() {
        for entry in fs::read_dir(path).with_context(|| format!("listing {}", path.display()))? {
            newest = newest.max(newest_in(&entry?.path())?);
        }
    }
    Ok(newest)
}
