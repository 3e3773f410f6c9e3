//! Other people's software that ours is measured against, at versions we name.
//!
//! It is installed beside the tools, and never becomes a part of the product.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::PathBuf,
};

use anyhow::{Context as _, Result};

use crate::{cache, workspace};

/// A hub written with `FastAPI`.
pub(super) struct Peer {
    /// The Python that has what it needs.
    pub(super) python: PathBuf,
    pub(super) server: PathBuf,
}

/// Installs it where it is not there yet.
pub(super) fn fastapi() -> Result<Peer> {
    let folder = workspace::root().join("bench/peers/fastapi");
    let requirements = folder.join("requirements.txt");
    let wanted = fs::read_to_string(&requirements)
        .with_context(|| format!("reading {}", requirements.display()))?;
    let mut hasher = DefaultHasher::new();
    wanted.hash(&mut hasher);
    let home = cache::dir()?
        .join("peers")
        .join(format!("fastapi-{:016x}", hasher.finish()));
    let python = home.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let installed = home.join("installed");
    if !installed.is_file() {
        println!("   installing FastAPI and uvicorn from PyPI, once");
        let mut make = workspace::program("python3");
        workspace::must(make.args(["-m", "venv"]).arg(&home))
            .context("making a folder for Python packages; python3 with venv is needed")?;
        let mut install = workspace::program(&python);
        install.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]);
        workspace::must(install.arg("--requirement").arg(&requirements))
            .context("installing the peer")?;
        fs::write(&installed, wanted).context("marking the peer as installed")?;
    }
    Ok(Peer {
        python,
        server: folder.join("server.py"),
    })
}
