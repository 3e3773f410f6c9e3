//! What this machine has is told whether Chaperone runs or not.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use support::{Desktop, Home};

use crate::home;

/// The rows about the senses, as what, state and note.
fn senses(home: &Home, desktop: &Desktop) -> Result<Vec<(String, String, String)>> {
    let mut command = home.command();
    desktop.dress(&mut command);
    desktop.with_camera(&mut command);
    let output = command.args(["doctor", "--json"]).output()?;
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let mut rows = Vec::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let row: Value = serde_json::from_str(line).with_context(|| line.to_owned())?;
        let sensed = ["camera", "screen", "microphone", "location", "notification"];
        if row["area"] == "capability" && sensed.contains(&&*text(&row, "what")) {
            rows.push((text(&row, "what"), text(&row, "state"), text(&row, "note")));
        }
    }
    rows.sort();
    Ok(rows)
}

#[test]
fn the_doctor_sees_the_same_senses_without_a_running_chaperone() -> Result<()> {
    let (home, desktop) = (home()?, Desktop::start()?);
    let before = senses(&home, &desktop)?;
    ensure!(before.len() == 5, "{before:?}");
    let of = |what: &str| before.iter().find(|row| row.0 == what).context("no row");
    let (_, state, note) = of("camera")?;
    ensure!(
        state == "good" && note.contains("Desk Camera"),
        "{before:?}"
    );
    let (_, state, note) = of("screen")?;
    ensure!(state == "good" && note.contains("800"), "{before:?}");

    let chaperone = home.start_on(&desktop)?;
    let during = senses(&home, &desktop)?;
    ensure!(
        before == during,
        "{before:?} before, {during:?} while it ran"
    );
    // Only a running one knows what is switched off.
    let off = json!({ "capability": "camera", "on": false });
    chaperone.call("capabilities/set", &off)?;
    let camera = senses(&home, &desktop)?
        .into_iter()
        .find(|row| row.0 == "camera");
    let (_, state, _) = camera.context("no camera")?;
    ensure!(state == "note", "{state}");
    chaperone.end()
}

#[test]
fn the_doctor_says_what_is_missing() -> Result<()> {
    let home = home()?;
    let output = home
        .command()
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .args(["doctor", "--json"])
        .output()?;
    let said = String::from_utf8(output.stdout)?;
    let screen = said.lines().find(|line| line.contains("\"screen\""));
    let row: Value = serde_json::from_str(screen.context("no screen")?)?;
    ensure!(row["state"] == "missing", "{row}");
    ensure!(row["note"].as_str().is_some_and(|note| !note.is_empty()));
    Ok(())
}
