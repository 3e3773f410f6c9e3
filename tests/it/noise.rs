//! Noise on every wire at once, against a running device: it stays alive, small and sensible, and
//! does nothing that nobody allowed.

use std::{
    fs::{self, File},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use chaperone_protocol::Maturity;
use serde_json::{Value, json};
use support::{Chaperone, Dice, Noise, Scripted};

use crate::{
    home,
    wishes::{agent, code, notify},
};

const DIALECTS: [&str; 5] = ["adiuva", "angela", "archety", "atom", "blueprint"];
/// How long it lasts, unless the environment says otherwise.
const USUAL: Duration = Duration::from_secs(10);
/// What a device may grow by.
const ROOM_KIB: u64 = 64 * 1024;
/// How many messages go out before it is seen whether they arrived.
const BURST: usize = 20;

fn how_long() -> Duration {
    let given = std::env::var("CHAPERONE_NOISE_SECONDS").ok();
    let seconds = given.and_then(|seconds| seconds.parse().ok());
    seconds.map_or(USUAL, Duration::from_secs)
}

fn resident_kib(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let figure = line.and_then(|line| line.split_whitespace().next());
    Ok(figure.context("no VmRSS")?.parse()?)
}

/// A hub that makes noise, and what the device calls it.
struct Rowdy {
    hub: Scripted,
    noise: Noise,
    id: String,
    sent: usize,
}

impl Rowdy {
    /// Sends a little, and waits until the device has taken it or hung up.
    fn burst(&mut self) {
        let connections = self.hub.connections();
        for _ in 0..BURST {
            for message in self.noise.make() {
                self.hub.raw(message);
                self.sent += 1;
            }
        }
        let until = Instant::now() + Duration::from_millis(500);
        while self.hub.raw_sent() < self.sent
            && self.hub.connections() == connections
            && Instant::now() < until
        {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.sent = self.hub.raw_sent();
    }

    /// Has the device come back at once, where it went.
    fn fetch(&self, chaperone: &Chaperone<'_>) -> Result<Value> {
        let seen = chaperone.connection(&self.id)?;
        if seen["phase"] == "waiting" || seen["phase"] == "refused" {
            chaperone.call("connections/tryNow", &json!({ "id": self.id }))?;
        }
        Ok(seen)
    }
}

/// Every end in the record: none may be that of something that ran.
fn nothing_ran(chaperone: &Chaperone<'_>) -> Result<()> {
    let mut before = Value::Null;
    loop {
        let asked = json!({ "before": before, "limit": 200 });
        let page = chaperone.call("activity/list", &asked)?;
        let entries = page["entries"].as_array().cloned().unwrap_or_default();
        for entry in &entries {
            ensure!(entry["what"]["ended"] != "allowed", "{entry}");
        }
        before = match entries.last() {
            Some(last) => last["seq"].clone(),
            None => return Ok(()),
        };
        ensure!(before.is_number(), "{:?}", entries.last());
    }
}

/// Something sensible is asked, and the person answers it.
fn ask_well(chaperone: &Chaperone<'_>, hub: &Scripted, title: &str) -> Result<()> {
    chaperone.call("requests/denyAll", &json!({ "agent": null }))?;
    let agent = agent(Maturity::Autonomous)?;
    let (mut good, mut ask_at) = (Value::Null, Instant::now());
    chaperone.soon("it is asked", || {
        // As hubs do that get no answer: what is left of the noise may end the connection once more,
        // and whoever has only just come back hears nothing of what was said before.
        if Instant::now() >= ask_at {
            ask_at = Instant::now() + Duration::from_secs(1);
            hub.ask("good", Some(&agent), notify(title))?;
        }
        let requests = chaperone.requests()?;
        let found = requests
            .into_iter()
            .find(|one| one["action"]["title"] == title);
        good = found.unwrap_or_default();
        Ok(good.is_object())
    })?;
    chaperone.decide(&good, "deny")?;
    Ok(())
}

#[test]
fn noise_changes_nothing() -> Result<()> {
    let home = home()?;
    let aloud = home.folder().join("aloud");
    let chaperone = home.start_as(|command| {
        let aloud = File::create(&aloud).map_or_else(|_| Stdio::null(), Stdio::from);
        command.stderr(aloud);
    })?;
    // So that everything is heard, and not only the first hundred.
    chaperone.call("settings/set", &json!({ "commandsPerMinute": 100_000 }))?;
    let mut dice = Dice::of_this_run();
    let mut rowdies = Vec::new();
    for dialect in DIALECTS {
        let hub = Scripted::plain(dialect)?;
        let id = chaperone.pair(&hub, dialect, "autonomous")?;
        let noise = Noise::new(dialect, Dice::new(dice.throw()))?;
        rowdies.push(Rowdy {
            hub,
            noise,
            id,
            sent: 0,
        });
    }
    let began_kib = resident_kib(chaperone.id())?;
    let mut most_kib = began_kib;
    let (began, mut look_at) = (Instant::now(), Instant::now());
    while began.elapsed() < how_long() {
        rowdies.iter_mut().for_each(Rowdy::burst);
        if Instant::now() >= look_at {
            look_at = Instant::now() + Duration::from_millis(500);
            most_kib = most_kib.max(resident_kib(chaperone.id())?);
            for rowdy in &rowdies {
                rowdy.fetch(&chaperone)?;
            }
            let state = chaperone.call("state/snapshot", &json!({}))?;
            ensure!(state["running"] == json!([]), "{}", state["running"]);
            // Nobody looks at a desk that is full.
            chaperone.call("requests/denyAll", &json!({ "agent": null }))?;
        }
    }
    let sent: Vec<usize> = rowdies.iter().map(|rowdy| rowdy.sent).collect();
    println!(
        "resident: {began_kib} KiB at first, {most_kib} KiB at most; {sent:?} frames went out"
    );
    ensure!(
        most_kib < began_kib + ROOM_KIB,
        "it grew from {began_kib} to {most_kib} KiB"
    );

    for (rowdy, dialect) in rowdies.iter().zip(DIALECTS) {
        ensure!(rowdy.sent > 100, "{dialect} sent {}", rowdy.sent);
        chaperone.soon("it comes back", || {
            Ok(rowdy.fetch(&chaperone)?["phase"] == "connected")
        })?;
        // Such a hub has no words for it.
        if dialect == "angela" {
            continue;
        }
        // A hub that was noisy waits for its answers: the device says no more than its pace allows.
        ask_well(&chaperone, &rowdy.hub, "after the noise")?;
        let sensible = Scripted::plain(dialect)?;
        chaperone.pair(&sensible, dialect, "autonomous")?;
        ask_well(&chaperone, &sensible, "beside the noise")?;
        let outcome = sensible.outcome("good")?;
        ensure!(code(&outcome).is_some(), "{dialect}: {outcome:?}");
    }
    nothing_ran(&chaperone)?;
    let verified = chaperone.call("record/verify", &json!({}))?;
    ensure!(verified["broken"].is_null(), "{verified}");
    chaperone.end()?;
    let said = fs::read_to_string(aloud)?;
    ensure!(!said.contains("panicked"), "{said}");
    Ok(())
}
