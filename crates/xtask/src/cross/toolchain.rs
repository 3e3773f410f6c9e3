//! A compiler with the standard libraries of other systems.
//!
//! Where rustup has them, it is rustup's. Elsewhere it is Debian's newer compiler, whose standard
//! library is built here from Debian's own source and kept in the cache, keyed by the compiler's
//! version; nothing is written into the system.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use super::{MAC, WINDOWS};
use crate::{
    cache,
    workspace::{self, program, quietly},
};

/// Raised when what is built here changes although the compiler does not.
const RECIPE: u32 = 1;

const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const STD_SOURCE: &str = "lib/rustlib/src/rust/library/Cargo.lock";
/// What a program needs of the standard library; `test` and `proc_macro` are for tests and derives.
const STD_PARTS: &str = "build-std=std,panic_unwind,panic_abort,test,proc_macro";

/// A set-up compiler.
pub(super) struct Toolchain {
    /// Everything of this compiler's version.
    pub(super) home: PathBuf,
    /// Where the standard libraries built here lie; rustup's are where rustc finds them.
    sysroot: Option<PathBuf>,
}

impl Toolchain {
    /// Finds the compiler, and builds what it lacks.
    pub(super) fn ready(targets: &[&str]) -> Result<Self> {
        let installed =
            quietly(program("rustup").args(["target", "list", "--installed"])).unwrap_or_default();
        let from_rustup = targets
            .iter()
            .all(|target| installed.lines().any(|line| line == *target));
        let rustc = if from_rustup { "rustc" } else { DEBIAN_RUSTC };
        let version = quietly(program(rustc).arg("--version")).unwrap_or_default();
        let Some(version) = version.split_whitespace().nth(1) else {
            bail!(
                "no compiler for other systems: try `rustup target add {}`",
                targets.join(" ")
            );
        };
        let home = cache::dir()?.join(format!("cross-{version}-{RECIPE}"));
        fs::create_dir_all(&home).with_context(|| format!("making {}", home.display()))?;
        null_compiler(&home)?;
        if from_rustup {
            return Ok(Self {
                home,
                sysroot: None,
            });
        }
        if !Path::new("/usr").join(STD_SOURCE).exists() || !Path::new(DEBIAN_CARGO).exists() {
            bail!(
                "Debian's compiler is not whole here: try `rustup target add {}`",
                targets.join(" ")
            );
        }
        let sysroot = home.join("sysroot");
        for target in targets {
            standard_library(&home, &sysroot, target)
                .with_context(|| format!("building std for {target}"))?;
        }
        Ok(Self {
            home,
            sysroot: Some(sysroot),
        })
    }

    /// This compiler's cargo, ready for either target.
    pub(super) fn cargo(&self) -> Result<Command> {
        let mut command = if self.sysroot.is_some() {
            debian_cargo()?
        } else {
            program("cargo")
        };
        let null = self.home.join("null");
        command
            .env("CARGO_TARGET_DIR", target_dir()?)
            .env(
                "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER",
                "x86_64-w64-mingw32-gcc-posix",
            )
            .env("CC_x86_64_pc_windows_gnu", "x86_64-w64-mingw32-gcc-posix")
            .env("CXX_x86_64_pc_windows_gnu", "x86_64-w64-mingw32-g++-posix")
            .env("AR_x86_64_pc_windows_gnu", "x86_64-w64-mingw32-ar")
            .env("CC_aarch64_apple_darwin", null.join("clang"))
            .env("CXX_aarch64_apple_darwin", null.join("clang++"))
            .env("AR_aarch64_apple_darwin", null.join("ar"))
            .env("RANLIB_aarch64_apple_darwin", null.join("ranlib"))
            .env("SDKROOT", null);
        if let Some(sysroot) = &self.sysroot {
            let flag = format!("--sysroot={}", sysroot.display());
            if flag.contains(' ') {
                bail!(
                    "the cache folder's path has a space, which compiler flags cannot carry: set XDG_CACHE_HOME"
                );
            }
            // Flags of one target reach neither build scripts nor macros, which are for this system.
            command
                .env_remove("RUSTFLAGS")
                .env_remove("CARGO_ENCODED_RUSTFLAGS");
            for target in [WINDOWS, MAC] {
                let name = target.to_uppercase().replace('-', "_");
                command.env(format!("CARGO_TARGET_{name}_RUSTFLAGS"), &flag);
            }
        }
        Ok(command)
    }
}

/// A folder of its own: the everyday compiler would throw this one's results away, and it theirs.
fn target_dir() -> Result<PathBuf> {
    if std::env::var_os("CARGO_TARGET_DIR").is_some() {
        return Ok(workspace::target_dir().join("cross"));
    }
    Ok(cache::dir()?.join("cross-target"))
}

fn debian_cargo() -> Result<Command> {
    let mut command = program(DEBIAN_CARGO);
    // Before rustup's proxies, which would hand over to the other compiler.
    let path = crate::tools::path_with(Path::new("/usr/bin"))?;
    command
        .env("PATH", path)
        .env("RUSTC", DEBIAN_RUSTC)
        .env("RUSTDOC", "/usr/bin/rustdoc");
    Ok(command)
}

/// Builds the standard library for a target by building an empty crate together with it.
fn standard_library(home: &Path, sysroot: &Path, target: &str) -> Result<()> {
    let finished = sysroot.join("lib/rustlib").join(target).join("lib");
    if finished.exists() {
        return Ok(());
    }
    println!("   building the standard library for {target}, once");
    let empty = home.join(format!("std-{target}"));
    fs::remove_dir_all(&empty).ok();
    fs::create_dir_all(empty.join("src"))?;
    fs::write(empty.join("src/lib.rs"), "")?;
    let manifest =
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::write(empty.join("Cargo.toml"), manifest)?;
    let mut build = debian_cargo()?;
    build
        .args([
            "build",
            "--quiet",
            "--release",
            "--target",
            target,
            "-Z",
            STD_PARTS,
        ])
        .current_dir(&empty)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", empty.join("target"));
    quietly(&mut build)?;

    // Gathered beside its place and moved there whole, so that a stop midway leaves nothing half.
    let gathered = empty.join("lib");
    fs::create_dir_all(&gathered)?;
    for entry in fs::read_dir(empty.join("target").join(target).join("release/deps"))? {
        let path = entry?.path();
        let library = path
            .extension()
            .is_some_and(|ending| ending == "rlib" || ending == "rmeta");
        if let Some(name) = path.file_name()
            && library
            && !name.to_string_lossy().starts_with("libempty-")
        {
            fs::copy(&path, gathered.join(name))?;
        }
    }
    fs::create_dir_all(finished.parent().context("finding the library folder")?)?;
    fs::rename(&gathered, &finished)?;
    fs::remove_dir_all(&empty).ok();
    Ok(())
}

/// A C compiler that writes empty objects, for build scripts of targets without an SDK here: linting
/// needs them to succeed and never looks at the result.
fn null_compiler(home: &Path) -> Result<()> {
    const SCRIPT: &str = include_str!("null-compiler.sh");
    let folder = home.join("null");
    fs::create_dir_all(&folder)?;
    for name in ["clang", "clang++", "ar", "ranlib"] {
        let path = folder.join(name);
        if fs::read_to_string(&path).is_ok_and(|text| text == SCRIPT) {
            continue;
        }
        fs::write(&path, SCRIPT).with_context(|| format!("writing {}", path.display()))?;
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    }
    Ok(())
}
