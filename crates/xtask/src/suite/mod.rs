//! `./dev test` and `./dev bench`: every kind of test there is, and one count over all of them.

#[cfg(unix)]
mod database;
mod figures;
mod peers;
mod tally;

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader, IsTerminal as _},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

pub(crate) use self::tally::Tally;
use crate::{
    run::{self, Profile},
    step::Steps,
    tools, ui,
    workspace::{cargo, must, npm},
};

/// The kinds, in the order in which they run: what is quickest to fail comes first.
const KINDS: [&str; 6] = ["unit", "database", "system", "ui", "web", "app"];

/// What is measured, in the order in which it runs.
const BENCHES: [&str; 9] = [
    "frames",
    "verdicts",
    "journal",
    "containment",
    "device",
    "recording",
    "hub",
    "crowd",
    "app",
];

const READ_ABOVE: &str = "see the failing test above";
const READ_SHOTS: &str = "see the failing test above, and the pictures in tests/e2e/output";

/// Runs the kinds of tests that are named, or all of them.
pub(crate) fn test(words: &[String]) -> Result<()> {
    let kinds = chosen(words)?;
    let wants = |kind: &str| kinds.contains(&kind);
    let mut steps = Steps::new("test");
    let mut tally = Tally::default();
    // The desktop app embeds the built pages, so nothing of it compiles without them.
    steps.run("pages", "see what the page build says above", ui::ready);
    let mut kind = |name, heading, next, tests: &dyn Fn(&mut Tally) -> Result<()>| {
        if wants(name) {
            steps.run(heading, next, || patiently(heading, &mut tally, tests));
        }
    };
    kind("unit", "unit tests", READ_ABOVE, &|tally| {
        cargo_test(
            tally,
            &["--workspace", "--exclude", "system-tests", "--all-targets"],
        )?;
        cargo_test_documents(tally)
    });
    kind("database", "hub on PostgreSQL", READ_ABOVE, &on_database);
    kind("system", "system tests", READ_ABOVE, &|tally| {
        cargo_test(tally, &["--package", "system-tests"])
    });
    kind("ui", "page tests", READ_ABOVE, &|tally| {
        let ui = ui::installed("ui")?;
        counted(&mut npm(&ui, &["run", "--silent", "test"]), tally)
    });
    kind("web", "web face in a browser", READ_SHOTS, &|tally| {
        must(&mut cargo([
            "build",
            "--quiet",
            "--package",
            "chaperone-headless",
        ]))?;
        end_to_end("test:web", tally)
    });
    kind("app", "desktop app in its window", READ_SHOTS, &|tally| {
        run::build(Profile::Debug)?;
        end_to_end("test:app", tally)
    });
    let closing = steps.finish();
    println!("Tests: {tally}");
    closing
}

/// Runs tests, and where no person watches, once more if they fail. They use real screens, services
/// and clocks, and a machine with other things to do is now and then slower than any patience. What
/// passed the second time only is named in the closing line, because it is to be mended all the same.
pub(crate) fn patiently(
    heading: &'static str,
    tally: &mut Tally,
    tests: impl Fn(&mut Tally) -> Result<()>,
) -> Result<()> {
    let before = tally.clone();
    let outcome = tests(tally);
    let Err(error) = outcome else {
        return outcome;
    };
    if std::env::var_os("CI").is_none_or(|ci| ci != "true") {
        return Err(error);
    }
    println!("   FAILED: {error:#}; once more");
    *tally = before;
    tally.again(heading);
    tests(tally)
}

/// Runs the benchmarks that are named, or all of them: what a frame, a verdict, a journal step, a
/// sandbox, the device, a recording, a hub and a crowd of devices cost, and the app as a person meets
/// it.
pub(crate) fn bench(words: &[String]) -> Result<()> {
    let benches = among(&BENCHES, words, "benchmark")?;
    let wants = |bench: &str| benches.contains(&bench);
    let mut steps = Steps::new("bench");
    if wants("frames") {
        steps.run("frames", READ_ABOVE, || {
            figures::measure("chaperone-dialects", "frames", "dialects")
        });
    }
    if wants("verdicts") {
        steps.run("verdicts", READ_ABOVE, || {
            figures::measure("chaperone-gate", "verdict", "gate")
        });
    }
    if wants("device") || wants("app") {
        steps.run("pages", "see what the page build says above", ui::ready);
    }
    if wants("journal") {
        steps.run("journal", READ_ABOVE, || {
            example("chaperone-vault", "commit_time", &[])
        });
    }
    if wants("containment") {
        steps.run("containment", READ_ABOVE, || {
            example("chaperone-shell", "overhead", &[])
        });
    }
    if wants("device") {
        steps.run("device", READ_ABOVE, || {
            run::build_headless(Profile::Release)?;
            let program = run::program("chaperone-headless", Profile::Release);
            example("system-tests", "device_cost", &[program.as_os_str()])
        });
    }
    if wants("recording") {
        steps.run("recording", READ_ABOVE, || {
            example("chaperone-senses", "record_cost", &[])
        });
    }
    if wants("hub") {
        steps.run("hub", READ_ABOVE, || hub(&[]));
    }
    if wants("crowd") {
        steps.run("crowd", READ_ABOVE, || hub(&["crowd"]));
    }
    if wants("app") {
        steps.run("app", READ_ABOVE, app);
    }
    steps.finish()
}

/// The desktop app, beside the same page in a browser.
fn app() -> Result<()> {
    run::build(Profile::Release)?;
    run::build_headless(Profile::Release)?;
    let folder = ui::installed("tests/e2e")?;
    let mut command = npm(&folder, &["run", "--silent", "bench"]);
    name_programs(&mut command, Profile::Release)?;
    must(&mut command)
}

/// A hub of ours beside one written with `FastAPI`.
fn hub(words: &[&str]) -> Result<()> {
    let peer = peers::fastapi()?;
    let mut words: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
    words.extend([peer.python.as_os_str(), peer.server.as_os_str()]);
    example("chaperone-hub", "hub_load", &words)
}

/// Measures with a program of a crate, which prints its own table.
fn example(package: &str, name: &str, words: &[&OsStr]) -> Result<()> {
    let mut command = cargo(["run", "--quiet", "--release", "--package", package]);
    command.args(["--example", name, "--"]).args(words);
    must(&mut command)
}

/// The kinds of tests that words name; one word names two.
fn chosen(words: &[String]) -> Result<Vec<&'static str>> {
    let both = ["web", "app"].map(str::to_owned);
    let words: Vec<String> = words
        .iter()
        .flat_map(|word| match word.as_str() {
            "e2e" => both.to_vec(),
            _ => vec![word.clone()],
        })
        .collect();
    among(&KINDS, &words, "kind of test")
}

/// What words name, or everything.
fn among(all: &[&'static str], words: &[String], what: &str) -> Result<Vec<&'static str>> {
    if words.is_empty() {
        return Ok(all.to_vec());
    }
    words
        .iter()
        .map(|word| match all.iter().find(|one| *one == word) {
            Some(one) => Ok(*one),
            None => bail!(
                "there is no {what} `{word}`: say {}, or nothing for all",
                all.join(", ")
            ),
        })
        .collect()
}

#[cfg(unix)]
fn on_database(tally: &mut Tally) -> Result<()> {
    let database = database::Database::start()?;
    let mut command = cargo([
        "test",
        "--quiet",
        "--package",
        "chaperone-hub",
        "--no-fail-fast",
    ]);
    command.env("CHAPERONE_TEST_DATABASE", database.address());
    counted(&mut command, tally)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as elsewhere")]
fn on_database(_tally: &mut Tally) -> Result<()> {
    println!("skipped: a server for the tests is started on Unix only");
    Ok(())
}

fn cargo_test(tally: &mut Tally, words: &[&str]) -> Result<()> {
    let mut command = cargo(["test", "--quiet", "--no-fail-fast"]);
    counted(command.args(words), tally)
}

/// Examples in documentation; that there may be none is no failure.
fn cargo_test_documents(tally: &mut Tally) -> Result<()> {
    follow(
        &mut cargo(["test", "--quiet", "--no-fail-fast", "--workspace", "--doc"]),
        tally,
    )
}

fn end_to_end(script: &str, tally: &mut Tally) -> Result<()> {
    let folder = ui::installed("tests/e2e")?;
    let mut command = npm(&folder, &["run", "--silent", script]);
    name_programs(&mut command, Profile::Debug)?;
    counted(&mut command, tally)
}

/// Says where the programs are that the end-to-end tests use.
fn name_programs(command: &mut Command, profile: Profile) -> Result<()> {
    command
        .env("CHAPERONE_APP", run::program("chaperone", profile))
        .env(
            "CHAPERONE_HEADLESS",
            run::program("chaperone-headless", profile),
        )
        .env("TAURI_DRIVER", tools::TAURI_DRIVER.ready()?);
    Ok(())
}

/// Follows a test runner, and takes a run without a single test for a failure: a runner that finds
/// nothing to do would otherwise look like one that is content.
pub(crate) fn counted(command: &mut Command, tally: &mut Tally) -> Result<()> {
    let before = tally.ran();
    let outcome = follow(command, tally);
    if outcome.is_ok() && tally.ran() == before {
        bail!("no test ran");
    }
    outcome
}

/// Runs a test runner, shows what it says, and adds up what it closes with.
fn follow(command: &mut Command, tally: &mut Tally) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    // The runners see a pipe; whether a person sees their colours is known only here.
    if std::io::stdout().is_terminal() {
        command
            .env("FORCE_COLOR", "1")
            .env("CARGO_TERM_COLOR", "always");
    } else {
        command
            .env("NO_COLOR", "1")
            .env("CARGO_TERM_COLOR", "never");
    }
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {name}"))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.with_context(|| format!("listening to {name}"))?;
            let line = String::from_utf8_lossy(&line);
            tally.hear(&line);
            if tally::tells_something(&line) {
                println!("{line}");
            }
        }
    }
    let status = child
        .wait()
        .with_context(|| format!("waiting for {name}"))?;
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(())
}
