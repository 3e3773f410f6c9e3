//! Words that do one thing: pause, resume, key, link.

use anyhow::Result;
use chaperone_api::{DoorError, offline};
use serde_json::json;

use super::Desk;

pub(crate) fn pause(desk: &Desk<'_>, paused: bool) -> Result<()> {
    match desk.call("pause/set", &json!({ "paused": paused })) {
        // Nothing runs: the pause is written down, and holds from the next start.
        Err(DoorError::NotRunning) => offline::set_paused(desk.data_dir, paused)?,
        other => {
            other?;
        }
    }
    let sentence = if paused {
        "Paused. Nothing runs until you resume."
    } else {
        "Resumed."
    };
    desk.screen.done(sentence, &json!({ "paused": paused }));
    Ok(())
}

pub(crate) fn key(desk: &Desk<'_>, agent: &str) -> Result<()> {
    let key = offline::agent_key(desk.data_dir, agent)?;
    desk.screen
        .done(&key, &json!({ "agent": agent, "key": key }));
    Ok(())
}

pub(crate) fn link(desk: &Desk<'_>) -> Result<()> {
    let link = desk.door()?.link()?;
    desk.screen.done(&link, &json!({ "link": link }));
    Ok(())
}
