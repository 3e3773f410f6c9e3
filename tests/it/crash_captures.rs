//! `kill -9` while something is captured or looked at: nothing of it leaves, nothing is captured
//! twice, and nothing says any more that it is captured.

use std::process::Command;

use anyhow::{Result, ensure};
use chaperone_protocol::{Action, FailureCode, Maturity, Outcome, Screenshot};
use serde_json::Value;
use support::{Chaperone, Desktop, Home, Scripted};

use crate::{
    home,
    wishes::{agent, artifacts, bytes, code, hand_over, photo, record, running},
};

/// A frame with a picture in it is larger than any other that the device sends.
const NO_PICTURE_BYTES: usize = 4_096;

fn fatal(command: &mut Command, desktop: &Desktop, step: &str) {
    desktop.dress(command);
    desktop.with_camera(command);
    command.env("CHAPERONE_DIE_AT", step);
}

/// A device that is paired, and dies at a step.
fn mortal<'h>(
    home: &'h Home,
    desktop: &Desktop,
    hub: &Scripted,
    step: &str,
) -> Result<Chaperone<'h>> {
    let chaperone = home.start_as(|command| fatal(command, desktop, step))?;
    chaperone.pair(hub, "atom", "autonomous")?;
    Ok(chaperone)
}

fn nothing_left(hub: &Scripted) -> Result<()> {
    let large = hub
        .transcript()
        .into_iter()
        .find(|line| line.starts_with('<') && line.len() > NO_PICTURE_BYTES);
    ensure!(large.is_none(), "something captured left");
    Ok(())
}

/// What the device that comes after says and does about a command that was interrupted.
fn interrupted(
    home: &Home,
    desktop: &Desktop,
    hub: &Scripted,
    id: &str,
    again: Action,
    maturity: Maturity,
) -> Result<()> {
    let chaperone = home.start_on(desktop)?;
    let said = |outcome: &Outcome| code(outcome) == Some(FailureCode::Interrupted);
    let outcome = hub.outcome(id)?;
    ensure!(said(&outcome), "{outcome:?}");
    // Asked again, it has its answer, and nobody is asked.
    hub.ask(id, Some(&agent(maturity)?), again)?;
    let outcome = hub.outcome(id)?;
    ensure!(said(&outcome), "{outcome:?}");
    ensure!(chaperone.requests()?.is_empty(), "it was asked again");
    ensure!(running(&chaperone)?.is_empty(), "something runs");
    let commands = chaperone.commands()?;
    ensure!(commands.len() == 1, "{commands:?}");
    ensure!(commands[0]["ended"] == "interrupted", "{commands:?}");
    ensure!(artifacts(&chaperone)?.is_empty(), "a picture is kept");
    ensure!(desktop.notices()? == 0, "something says that it captures");
    nothing_left(hub)?;
    let verified = home.run(&["record", "verify"])?;
    ensure!(verified.status.success(), "{verified:?}");
    Ok(())
}

#[test]
fn a_picture_nobody_let_leave_is_gone_after_a_crash() -> Result<()> {
    let desktop = Desktop::start()?;
    let screenshot = || Action::Screenshot(Screenshot::default());
    for (step, maturity, wish) in [
        ("running", Maturity::Intern, photo()),
        ("reviewing", Maturity::Intern, photo()),
        ("reviewing", Maturity::Supervised, screenshot()),
    ] {
        let (home, hub) = (home()?, Scripted::plain("atom")?);
        let chaperone = mortal(&home, &desktop, &hub, step)?;
        hub.ask("p1", Some(&agent(maturity)?), wish.clone())?;
        // The device may die before it says that it heard.
        let _ = chaperone.decide(&chaperone.request()?, "allowOnce");
        chaperone.died()?;
        interrupted(&home, &desktop, &hub, "p1", wish, maturity)?;
    }
    Ok(())
}

#[test]
fn a_picture_that_somebody_looks_at_is_gone_after_a_crash() -> Result<()> {
    let (home, desktop, hub) = (home()?, Desktop::start()?, Scripted::plain("atom")?);
    let chaperone = home.start_on(&desktop)?;
    chaperone.pair(&hub, "atom", "autonomous")?;
    hub.ask("p1", Some(&agent(Maturity::Intern)?), photo())?;
    chaperone.decide(&chaperone.request()?, "allowOnce")?;
    chaperone.soon("it is looked at", || {
        let review = chaperone.requests()?.into_iter().next().unwrap_or_default();
        Ok(!review["review"].is_null())
    })?;
    ensure!(artifacts(&chaperone)?.len() == 1, "there is no picture");
    chaperone.kill()?;
    interrupted(&home, &desktop, &hub, "p1", photo(), Maturity::Intern)
}

/// Its command was answered when it began; what was recorded is kept here, as far as it got.
#[test]
fn a_recording_ends_with_the_crash_and_is_kept_here() -> Result<()> {
    let (home, desktop, hub) = (home()?, Desktop::start()?, Scripted::plain("atom")?);
    let filmer = agent(Maturity::Supervised)?;
    let chaperone = home.start_on(&desktop)?;
    chaperone.pair(&hub, "atom", "autonomous")?;
    hub.ask("r1", Some(&filmer), record("film")?)?;
    chaperone.decide(&chaperone.request()?, "allowOnce")?;
    ensure!(code(&hub.outcome("r1")?).is_none(), "it did not begin");
    let folder = home.data_dir().join("recordings");
    let files = || -> Result<Vec<u64>> {
        let files = std::fs::read_dir(&folder)?;
        files.map(|file| Ok(file?.metadata()?.len())).collect()
    };
    chaperone.soon("there is something of it", || {
        desktop.paint("#00ff00")?;
        desktop.paint("#0000ff")?;
        Ok(files()?.iter().any(|bytes| *bytes > 4_096))
    })?;
    ensure!(desktop.notices()? == 1, "nothing says that it records");
    chaperone.kill()?;

    let chaperone = home.start_on(&desktop)?;
    chaperone.soon("nothing says any more that it records", || {
        Ok(desktop.notices()? == 0)
    })?;
    chaperone.soon("it is kept, and not in the clear", || {
        Ok(artifacts(&chaperone)?.len() == 1 && files()?.is_empty())
    })?;
    let kept = artifacts(&chaperone)?;
    ensure!(kept[0]["mediaType"] == "video/mp4", "{kept:?}");
    // Asked again it has its answer, and does not begin again.
    hub.ask("r1", Some(&filmer), record("film")?)?;
    ensure!(code(&hub.outcome("r1")?).is_none(), "it has another answer");
    hub.ask("r2", Some(&filmer), hand_over("film")?)?;
    let outcome = hub.outcome("r2")?;
    ensure!(bytes(&outcome).is_err(), "it left unseen");
    ensure!(code(&outcome) == Some(FailureCode::Invalid), "{outcome:?}");
    ensure!(chaperone.requests()?.is_empty(), "it was asked again");
    ensure!(running(&chaperone)?.is_empty(), "it records again");
    ensure!(files()?.is_empty(), "it records again");
    ensure!(desktop.notices()? == 0, "something says that it captures");
    nothing_left(&hub)?;
    let ends: Vec<Value> = chaperone.commands()?;
    let begun = ends.iter().filter(|end| end["ended"] == "allowed").count();
    ensure!(begun == 1, "{ends:?}");
    Ok(())
}

#[test]
fn a_recording_that_was_about_to_begin_never_does() -> Result<()> {
    let (home, desktop, hub) = (home()?, Desktop::start()?, Scripted::plain("atom")?);
    let chaperone = mortal(&home, &desktop, &hub, "running")?;
    let wish = record("film")?;
    hub.ask("r1", Some(&agent(Maturity::Supervised)?), wish.clone())?;
    let _ = chaperone.decide(&chaperone.request()?, "allowOnce");
    chaperone.died()?;
    interrupted(&home, &desktop, &hub, "r1", wish, Maturity::Supervised)
}
