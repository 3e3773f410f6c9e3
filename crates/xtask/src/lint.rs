//! `./dev lint` and `./dev fmt`: everything that is checked without running the product.

use std::path::Path;

use anyhow::Result;

use crate::{
    step::Steps,
    suite::{Tally, counted},
    tidy, tools, ui,
    workspace::{cargo, must, npm, program, quietly},
};

const END_TO_END: &str = "tests/e2e";
const FIX: &str = "fix what it names above; `./dev fmt` does some of it";

/// Checks form, lints, documentation, licences, import rules, generated files and the pages.
pub(crate) fn lint() -> Result<()> {
    let mut steps = Steps::new("lint");
    let ui = steps.run("pages", "see what the page build says above", ui::ready);
    steps.run("format", "run `./dev fmt`", || {
        must(&mut cargo(["fmt", "--all", "--", "--check"]))
    });
    steps.run(
        "tidy",
        "see docs/development.md, \"What tidy checks\"",
        tidy::tidy,
    );
    steps.run(
        "clippy",
        "fix what it names above; `cargo clippy --fix` does some of it",
        || {
            must(&mut cargo([
                "clippy",
                "--quiet",
                "--keep-going",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ]))
        },
    );
    steps.run("documentation", "fix the links it names above", || {
        let mut doc = cargo([
            "doc",
            "--quiet",
            "--keep-going",
            "--workspace",
            "--no-deps",
            "--document-private-items",
        ]);
        // Who reads it works on it, so a link to something private is a link like any other.
        must(doc.env(
            "RUSTDOCFLAGS",
            "-D warnings --allow=rustdoc::private_intra_doc_links",
        ))
    });
    steps.run(
        "dependencies",
        "see deny.toml, which says why each rule is there",
        || {
            let deny = tools::CARGO_DENY.ready()?;
            let words = [
                "--log-level",
                "error",
                "--workspace",
                "check",
                "bans",
                "licenses",
                "sources",
            ];
            must(program(deny).args(words))
        },
    );
    steps.run(
        "generated TypeScript",
        "run `UPDATE_GENERATED=1 cargo test -p chaperone-api generated` and look at the change",
        || {
            let mut test = cargo(["test", "--quiet", "--package", "chaperone-api", "generated"]);
            counted(&mut test, &mut Tally::default())
        },
    );
    if let Some(ui) = ui {
        for script in ["format:check", "lint", "check"] {
            steps.run(&format!("pages: {script}"), FIX, || script_of(&ui, script));
        }
    }
    for script in ["format:check", "lint"] {
        steps.run(&format!("end-to-end tests: {script}"), FIX, || {
            script_of(&ui::installed(END_TO_END)?, script)
        });
    }
    steps.finish()
}

/// Puts every file into its form.
pub(crate) fn format() -> Result<()> {
    let mut steps = Steps::new("fmt");
    steps.run("Rust", "fix the syntax it names above", || {
        must(&mut cargo(["fmt", "--all"]))
    });
    for folder in ["ui", END_TO_END] {
        steps.run(folder, "fix the syntax it names above", || {
            script_of(&ui::installed(folder)?, "format")
        });
    }
    steps.finish()
}

/// Runs a script of this folder's package.
fn script_of(folder: &Path, script: &str) -> Result<()> {
    quietly(&mut npm(folder, &["run", "--silent", script])).map(drop)
}
