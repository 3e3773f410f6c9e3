//! `./dev cross`: the code for Windows and macOS, checked on Linux.
//!
//! Both are linted with every warning denied. For Windows, the tests that need neither a web view
//! nor a Linux service also run, under Wine. What needs Apple's SDK, linking and running there, is not
//! attempted.

mod screen;
mod toolchain;
mod wine;

use std::process::Command;

use anyhow::Result;

use self::toolchain::Toolchain;
use crate::{
    step::Steps,
    suite::{Tally, counted, patiently},
    ui, workspace,
};

const WINDOWS: &str = "x86_64-pc-windows-gnu";
const MAC: &str = "aarch64-apple-darwin";

/// What is tested under Wine. The desktop host is not: its tests load Windows' web view.
const TESTED: [&str; 11] = [
    "chaperone-protocol",
    "chaperone-chain",
    "chaperone-dialects",
    "chaperone-gate",
    "chaperone-link",
    "chaperone-hub",
    "chaperone-vault",
    "chaperone-shell",
    "chaperone-senses",
    "chaperone-device",
    "chaperone-api",
];

/// Sets up what is missing, lints for both systems, tests for Windows. Words narrow it down:
/// `windows`, `macos`, `wine`.
pub(crate) fn cross(words: &[String]) -> Result<()> {
    for word in words {
        anyhow::ensure!(
            ["windows", "macos", "wine"].contains(&word.as_str()),
            "`./dev cross` does not know `{word}`: say windows, macos or wine, or nothing for all"
        );
    }
    let wants = |word: &str| words.is_empty() || words.iter().any(|given| given == word);
    let mut steps = Steps::new("cross");
    steps.run("pages", "see what the page build says above", ui::some);
    let ready = steps.run(
        "compiler for other systems",
        "`./dev cross --yes` installs its packages",
        || Toolchain::ready(&[WINDOWS, MAC]),
    );
    let Some(toolchain) = ready else {
        return steps.finish();
    };
    for (word, heading, target) in [
        ("windows", "clippy for Windows", WINDOWS),
        ("macos", "clippy for macOS", MAC),
    ] {
        if wants(word) {
            steps.run(
                heading,
                "fix what it names above; it may be code that only that system compiles",
                || {
                    let words = [
                        "clippy",
                        "--quiet",
                        "--keep-going",
                        "--workspace",
                        "--all-targets",
                        "--target",
                        target,
                        "--",
                        "-D",
                        "warnings",
                    ];
                    workspace::must(toolchain.cargo()?.args(words))
                },
            );
        }
    }
    let mut tally = Tally::default();
    if wants("wine") {
        let heading = "tests for Windows, under Wine";
        steps.run(heading, "see the failing test above", || {
            patiently(heading, &mut tally, |tally| {
                let mut command = toolchain.cargo()?;
                test(&mut command);
                let wine = wine::ready(&toolchain)?;
                wine.add_to(&mut command);
                counted(&mut command, tally)
            })
        });
    }
    let closing = steps.finish();
    if wants("wine") {
        println!("Tests: {tally}");
    }
    closing
}

fn test(command: &mut Command) {
    command.args([
        "test",
        "--quiet",
        "--no-fail-fast",
        "--target",
        WINDOWS,
        "--lib",
        "--tests",
    ]);
    for package in TESTED {
        command.args(["--package", package]);
    }
}
