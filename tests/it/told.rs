//! What hubs tell about themselves, over real sockets: shown as it is told, switched when the hub
//! says so, and bounded whatever a hub makes up.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use support::{Chaperone, Scripted};
use tokio_tungstenite::tungstenite::Message;

use crate::home;

/// Longer than the device waits for a hub's word.
const LONG: Duration = Duration::from_secs(20);

fn told(chaperone: &Chaperone<'_>, id: &str) -> Result<Value> {
    Ok(chaperone.connection(id)?["told"].clone())
}

fn switch(told: &Value, name: &str) -> Result<Value> {
    let all = told["switches"].as_array().context("no switches")?;
    let one = all.iter().find(|one| one["name"] == name);
    Ok(one.with_context(|| format!("no {name}: {told}"))?.clone())
}

/// Waits until what is told is so.
fn until(
    chaperone: &Chaperone<'_>,
    id: &str,
    holds: impl Fn(&Value) -> Result<bool>,
) -> Result<Value> {
    let end = Instant::now() + LONG;
    loop {
        let seen = told(chaperone, id)?;
        if holds(&seen).unwrap_or(false) {
            return Ok(seen);
        }
        ensure!(Instant::now() < end, "not within {LONG:?}: {seen}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn say(hub: &Scripted, frame: &Value) {
    hub.raw(Message::text(frame.to_string()));
}

fn module(name: &str, enabled: bool) -> Value {
    json!({
        "type": "module_status_changed",
        "data": { "module": name, "enabled": enabled },
        "timestamp": "2026-02-07T10:00:00.1",
    })
}

/// What the device said about modules.
fn wishes(hub: &Scripted) -> Vec<Value> {
    let said = hub.transcript();
    let said = said.iter().filter_map(|line| line.strip_prefix("< "));
    said.filter_map(|frame| serde_json::from_str::<Value>(frame).ok())
        .filter(|frame| frame["type"] == "module_control")
        .collect()
}

#[test]
fn a_module_is_switched_when_its_hub_says_so() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let hub = Scripted::encrypted("angela")?;
    let id = chaperone.pair(&hub, "angela", "intern")?;
    let vision = |seen: &Value| switch(seen, "vision");

    ensure!(vision(&told(&chaperone, &id)?)?["on"].is_null());
    say(&hub, &module("vision", true));
    let known = until(&chaperone, &id, |seen| Ok(vision(seen)?["on"] == true))?;
    ensure!(vision(&known)?["current"] == true);

    let wish = json!({ "id": id, "name": "vision", "on": false });
    chaperone.call("connections/switch", &wish)?;
    let asked = vision(&told(&chaperone, &id)?)?;
    ensure!(asked["asked"] == false, "{asked}");
    ensure!(asked["on"] == true, "{asked}");
    // Once is enough.
    ensure!(chaperone.call("connections/switch", &wish).is_err());
    let end = Instant::now() + LONG;
    while wishes(&hub).is_empty() {
        ensure!(Instant::now() < end, "{:#?}", hub.transcript());
        std::thread::sleep(Duration::from_millis(20));
    }
    let frame = json!({ "type": "module_control", "module": "vision", "enabled": false });
    ensure!(wishes(&hub) == [frame], "{:?}", wishes(&hub));

    // Somebody else's wish is no answer to this one.
    say(&hub, &module("vision", true));
    say(&hub, &module("audio", false));
    let seen = until(&chaperone, &id, |seen| {
        Ok(switch(seen, "audio")?["on"] == false)
    })?;
    ensure!(vision(&seen)?["asked"] == false, "{seen}");
    say(&hub, &module("vision", false));
    let done = until(&chaperone, &id, |seen| Ok(vision(seen)?["on"] == false))?;
    ensure!(vision(&done)?["asked"].is_null(), "{done}");

    // A hub that says nothing has not done it.
    chaperone.call(
        "connections/switch",
        &json!({ "id": id, "name": "vision", "on": true }),
    )?;
    let silent = until(&chaperone, &id, |seen| {
        Ok(vision(seen)?["unanswered"] == true)
    })?;
    ensure!(vision(&silent)?["on"] == false, "{silent}");
    ensure!(vision(&silent)?["asked"].is_null(), "{silent}");

    // What was told on a socket is only what was known once that is gone.
    hub.cut();
    let after = until(
        &chaperone,
        &id,
        |seen| Ok(vision(seen)?["current"] == false),
    )?;
    ensure!(vision(&after)?["on"] == false, "{after}");
    chaperone.connected(&id)?;
    ensure!(vision(&told(&chaperone, &id)?)?["current"] == false);
    // Nothing that was wished before is said now.
    ensure!(wishes(&hub).len() == 2, "{:?}", wishes(&hub));

    let entries = chaperone.call("activity/list", &json!({ "before": null, "limit": 50 }))?;
    let acts = entries["entries"].as_array().context("no entries")?;
    let acts: Vec<&Value> = acts
        .iter()
        .map(|entry| &entry["what"])
        .filter(|what| what["type"] == "hubSwitched")
        .collect();
    ensure!(
        acts.len() == 2 && acts[0]["on"] == true && acts[1]["on"] == false,
        "{acts:?}"
    );
    let verified = chaperone.call("record/verify", &json!({}))?;
    ensure!(verified["broken"].is_null(), "{verified}");
    Ok(())
}

#[test]
fn what_a_hub_makes_up_stays_small_and_visible() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let hub = Scripted::encrypted("angela")?;
    let id = chaperone.pair(&hub, "angela", "intern")?;
    let seq = |chaperone: &Chaperone<'_>| -> Result<u64> {
        let state = chaperone.call("state/snapshot", &json!({}))?;
        state["seq"].as_u64().context("no number")
    };

    say(&hub, &module("vis\u{202e}ion", true));
    say(&hub, &module(&"x".repeat(5_000), true));
    say(&hub, &module("", true));
    until(&chaperone, &id, |seen| {
        Ok(switch(seen, "vis\\u{202e}ion")?["on"] == true)
    })?;
    let before = seq(&chaperone)?;
    let long = "n\u{200b}".repeat(3_000);
    for at in 0..1_000 {
        say(&hub, &module(&format!("module {at}"), at % 2 == 0));
        say(
            &hub,
            &json!({
                "type": "pet_state_update",
                "data": {
                    "pet_id": format!("pet {at}"),
                    "state": { "energy": at % 101, "mood": long, long.clone(): long },
                },
            }),
        );
    }
    say(&hub, &module("vision", false));
    let seen = until(&chaperone, &id, |seen| {
        Ok(switch(seen, "vision")?["on"] == false)
    })?;
    let switches = seen["switches"].as_array().context("no switches")?;
    let cards = seen["cards"].as_array().context("no cards")?;
    ensure!(switches.len() == 32, "{}", switches.len());
    ensure!(seen["moreSwitches"] == true);
    ensure!(cards.len() == 6, "{}", cards.len());
    let text = seen.to_string();
    ensure!(text.len() < 64 * 1024, "{} bytes", text.len());
    ensure!(!text.contains(['\u{202e}', '\u{200b}']), "{text}");
    // Two thousand frames are a handful of changes to those who watch.
    let changes = seq(&chaperone)? - before;
    ensure!(changes < 200, "{changes}");

    // The one with the hidden character is told from the real one, and is named to the hub as it is.
    chaperone.call(
        "connections/switch",
        &json!({ "id": id, "name": "vis\\u{202e}ion", "on": false }),
    )?;
    let end = Instant::now() + LONG;
    while wishes(&hub).is_empty() {
        ensure!(Instant::now() < end, "nothing was said");
        std::thread::sleep(Duration::from_millis(20));
    }
    ensure!(
        wishes(&hub)[0]["module"] == "vis\u{202e}ion",
        "{:?}",
        wishes(&hub)
    );
    Ok(())
}

#[test]
fn a_report_that_a_hub_passes_on_is_shown() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let hub = Scripted::encrypted("blueprint")?;
    let id = chaperone.pair(&hub, "blueprint", "intern")?;
    ensure!(told(&chaperone, &id)?.is_null());
    for severity in ["low", "high"] {
        say(
            &hub,
            &json!({
                "type": "trustAlert", "agentId": "kitchen", "timestamp": "2026-02-07T10:00:00.000Z",
                "data": { "severity": severity, "description": "Somebody new", "alertId": "a" },
            }),
        );
    }
    let seen = until(&chaperone, &id, |seen| {
        Ok(seen.pointer("/cards/0/readings/0/value/text") == Some(&json!("high")))
    })?;
    let cards = seen["cards"].as_array().context("no cards")?;
    ensure!(cards.len() == 1, "{cards:?}");
    ensure!(cards[0]["kind"] == "report" && cards[0]["name"] == "alert");
    ensure!(seen["switches"] == json!([]));
    Ok(())
}
