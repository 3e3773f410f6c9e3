//! Tools that cargo builds, at versions we name, cached outside the tree.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::{cache, workspace};

/// A tool on crates.io.
pub(crate) struct Tool {
    /// The crate, and its program.
    pub(crate) name: &'static str,
    version: &'static str,
}

/// Judges licences, duplicates, bans and sources.
pub(crate) const CARGO_DENY: Tool = Tool {
    name: "cargo-deny",
    version: "0.20.2",
};
/// Drives the real app's web view.
pub(crate) const TAURI_DRIVER: Tool = Tool {
    name: "tauri-driver",
    version: "2.1.0",
};

impl Tool {
    /// The path of its program, which is built first where it is not there yet.
    pub(crate) fn ready(&self) -> Result<PathBuf> {
        let tools = cache::dir()?.join("tools");
        let home = tools.join(format!("{}-{}", self.name, self.version));
        let program =
            home.join("bin")
                .join(format!("{}{}", self.name, std::env::consts::EXE_SUFFIX));
        if program.is_file() {
            return Ok(program);
        }
        println!(
            "   building {} {}, once, for some minutes",
            self.name, self.version
        );
        let build = tools.join("build");
        let mut install = workspace::cargo([
            "install",
            "--locked",
            "--quiet",
            self.name,
            "--version",
            self.version,
            "--root",
        ]);
        install.arg(&home).env("CARGO_TARGET_DIR", &build);
        workspace::must(&mut install).with_context(|| format!("building {}", self.name))?;
        // The build folder is many times the size of the program.
        fs::remove_dir_all(&build).ok();
        Ok(program)
    }
}

/// `PATH` with this folder before everything else.
pub(crate) fn path_with(first: &Path) -> Result<OsString> {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(first.to_path_buf()).chain(std::env::split_paths(&rest));
    std::env::join_paths(folders).context("putting a folder on PATH")
}
