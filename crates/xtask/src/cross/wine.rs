//! A Wine folder of our own, in which Rust programs start, and a screen for them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use super::{screen::Screen, toolchain::Toolchain};
use crate::workspace::{program, quietly, root};

/// The one library that Rust's programs import and Wine 8 lacks; newer ones bring their own.
const RANDOM_LIBRARY: &str = include_str!("bcryptprimitives.c");

/// Debian keeps the program off `PATH`.
const PLACES: [&str; 4] = [
    "/usr/lib/wine/wine64",
    "/usr/bin/wine64",
    "/usr/bin/wine",
    "/usr/local/bin/wine",
];

/// What programs with parts in C++ load from the compiler: no Windows has these, and neither has Wine.
const COMPILER: &str = "x86_64-w64-mingw32-g++-posix";
const COMPILER_LIBRARIES: [&str; 2] = ["libstdc++-6.dll", "libwinpthread-1.dll"];

/// A set-up Wine folder. Its screen goes with it.
pub(super) struct Wine {
    program: &'static str,
    prefix: PathBuf,
    /// Where else programs find libraries, as Windows says it.
    libraries: String,
    screen: Screen,
}

impl Wine {
    /// Has cargo run Windows programs in it.
    pub(super) fn add_to(&self, command: &mut Command) {
        // Snapshot tests would ask cargo where the tree is, and no cargo runs in there. Wine shows
        // this system's files as drive Z.
        command
            .env("INSTA_WORKSPACE_ROOT", format!("Z:{}", root().display()))
            .env("INSTA_UPDATE", "no");
        command
            .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", self.program)
            .env("WINEPATH", &self.libraries)
            .env("DISPLAY", &self.screen.name);
        quiet(command, &self.prefix);
    }
}

/// Finds Wine and makes its folder, once.
pub(super) fn ready(toolchain: &Toolchain) -> Result<Wine> {
    let Some(found) = PLACES.into_iter().find(|place| Path::new(place).exists()) else {
        bail!("Wine is not installed: on Debian its package is wine64");
    };
    let prefix = toolchain.home.join("wine");
    let finished = prefix.join("chaperone-ready");
    if !finished.exists() {
        println!("   making a Wine folder, once");
        fs::remove_dir_all(&prefix).ok();
        fs::create_dir_all(&prefix).with_context(|| format!("making {}", prefix.display()))?;
        let mut boot = program(found);
        quiet(&mut boot, &prefix);
        quietly(boot.args(["wineboot", "--init"]))?;
        let system = prefix.join("drive_c/windows/system32");
        if !system.join("bcryptprimitives.dll").exists() {
            let source = prefix.join("bcryptprimitives.c");
            fs::write(&source, RANDOM_LIBRARY)?;
            let mut compile = program("x86_64-w64-mingw32-gcc-posix");
            compile
                .args(["-O2", "-s", "-shared", "-o"])
                .arg(system.join("bcryptprimitives.dll"));
            quietly(compile.arg(&source).arg("-ladvapi32"))?;
        }
        fs::write(&finished, "")?;
    }
    Ok(Wine {
        program: found,
        prefix,
        libraries: libraries()?,
        screen: Screen::start()?,
    })
}

/// The folders of the compiler's libraries. Wine shows this system's files as drive Z.
fn libraries() -> Result<String> {
    let mut folders = Vec::new();
    for name in COMPILER_LIBRARIES {
        let told = quietly(program(COMPILER).arg(format!("-print-file-name={name}")))?;
        // A name that comes back as it is was not found.
        let Some(folder) = Path::new(told.trim())
            .parent()
            .filter(|folder| folder.is_absolute())
        else {
            bail!("{COMPILER} has no {name}: is it whole?");
        };
        folders.push(format!("Z:{}", folder.display()).replace('/', "\\"));
    }
    Ok(folders.join(";"))
}

fn quiet(command: &mut Command, prefix: &Path) {
    // No offers to fetch .NET and a browser, no debug chatter.
    command
        .env("WINEPREFIX", prefix)
        .env("WINEDEBUG", "-all")
        .env("WINEDLLOVERRIDES", "mscoree,mshtml=");
}
