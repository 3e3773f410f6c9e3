//! `./dev run` and `./dev key`: the programs, built and started.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::{step::Steps, ui, workspace};

/// Serves the pages from inside the program, where a debug build would ask a page server for them.
const EMBEDDED_PAGES: &str = "tauri/custom-protocol";

/// How a program is built.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    /// Soon built.
    Debug,
    /// Soon done.
    Release,
}

/// Builds and starts the app; what follows `--` is passed on to it.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let (ours, app) = match words.iter().position(|word| word == "--") {
        Some(at) => {
            let (ours, rest) = words.split_at(at);
            (ours, rest.get(1..).unwrap_or_default())
        }
        None => (words, [].as_slice()),
    };
    let mut profile = Profile::Debug;
    for word in ours {
        match word.as_str() {
            "--release" => profile = Profile::Release,
            other => bail!(
                "`./dev run` does not know `{other}`: what the app shall hear goes after `--`"
            ),
        }
    }
    let mut steps = Steps::new("run");
    steps.run("pages", "see what the page build says above", ui::ready);
    let built = steps.run("app", "see what the compiler says above", || build(profile));
    if built.is_none() {
        return steps.finish();
    }
    if no_screen() {
        bail!(
            "The app is built, but there is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set.\n\
             Without one, use `cargo run -p chaperone-headless -- --help`."
        );
    }
    let mut command = workspace::program(program("chaperone", profile));
    command.args(app);
    // The person's folder, not the repository's, is what a relative path of theirs means.
    if let Ok(folder) = std::env::current_dir() {
        command.current_dir(folder);
    }
    workspace::must(&mut command)
}

/// `./dev key AGENT`: prints the key of one of this computer's own agents, and nothing else, so that
/// a shell can use it.
pub(crate) fn key(words: &[String]) -> Result<()> {
    let [agent] = words else {
        bail!("say which agent: `./dev key autonomous`");
    };
    build_headless(Profile::Debug)?;
    workspace::must(
        workspace::program(program("chaperone-headless", Profile::Debug)).args(["key", agent]),
    )
}

/// Builds the desktop app with its pages inside.
pub(crate) fn build(profile: Profile) -> Result<()> {
    cargo_build(
        &["--package", "chaperone", "--features", EMBEDDED_PAGES],
        profile,
    )
}

/// Builds the app without a window.
pub(crate) fn build_headless(profile: Profile) -> Result<()> {
    cargo_build(&["--package", "chaperone-headless"], profile)
}

fn cargo_build(words: &[&str], profile: Profile) -> Result<()> {
    let mut command = workspace::cargo(["build", "--quiet"]);
    command.args(words);
    if matches!(profile, Profile::Release) {
        command.arg("--release");
    }
    workspace::must(&mut command)
}

/// The path of a program of ours.
pub(crate) fn program(name: &str, profile: Profile) -> PathBuf {
    let folder = match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    };
    workspace::target_dir()
        .join(folder)
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn no_screen() -> bool {
    let unset = |name| std::env::var_os(name).is_none_or(|value| value.is_empty());
    cfg!(target_os = "linux") && unset("DISPLAY") && unset("WAYLAND_DISPLAY")
}
