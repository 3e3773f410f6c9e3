//! The chores of this repository: what `./dev` hands over to once the machine has what it needs.
//!
//! Each word is one module. Nothing here is part of the product, and nothing here installs system
//! packages: that is `./dev` itself.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line talks to its terminal"
)]

mod cache;
mod cross;
mod icons;
mod lint;
mod package;
mod run;
mod step;
mod suite;
mod tidy;
mod tools;
mod ui;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let word = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    match perform(&word, &rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(word: &str, rest: &[String]) -> Result<()> {
    match word {
        "run" => run::run(rest),
        "key" => run::key(rest),
        "test" => suite::test(rest),
        "lint" => lint::lint(),
        "fmt" => lint::format(),
        "bench" => suite::bench(rest),
        "cross" => cross::cross(rest),
        "package" => package::package(rest),
        "tidy" => tidy::tidy(),
        "icons" => icons::icons(),
        "" => {
            bail!("say what to do: run, key, test, lint, fmt, bench, cross, package, tidy or icons")
        }
        unknown => bail!("there is no `{unknown}` here: see `./dev help`"),
    }
}
