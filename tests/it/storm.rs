//! `kill -9` again and again, at any moment, with commands of several kinds on their way: each ends
//! once, and what ran twice would be found.

use std::{
    process::Command,
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::{Context as _, Result, anyhow, ensure};
use serde_json::{Value, json};
use support::{Call, Chaperone, DEVICE, Diary, Dice, Elsewhere};

use crate::home;

/// Deaths, unless the environment says otherwise.
const USUAL: u64 = 25;
/// The latest moment of a death after a start, in milliseconds.
const LATEST: u64 = 700;
/// More than this a hub does not keep waiting for one device.
const IN_FLIGHT: usize = 40;

fn deaths() -> u64 {
    let given = std::env::var("CHAPERONE_KILLS").ok();
    given
        .and_then(|deaths| deaths.parse().ok())
        .unwrap_or(USUAL)
}

/// A command that somebody waits for.
struct Asked {
    name: String,
    /// Whether it is noted when it runs.
    noted: bool,
    call: Call,
}

/// Everything that was asked.
struct Storm<'t> {
    hub: &'t Elsewhere,
    diary: &'t Diary,
    dice: Dice,
    asked: Vec<Asked>,
    count: u64,
}

impl Storm<'_> {
    fn ask(&mut self) {
        self.count += 1;
        let name = format!("run-{}", self.count);
        let (noted, call) = match self.dice.below(8) {
            0..3 => (true, self.hub.execute(&self.diary.ruled_line(&name))),
            3..6 => (true, self.hub.execute(&self.diary.line(&name))),
            6 => (false, self.hub.execute("no-such-program-anywhere")),
            _ => {
                let body = json!({
                    "device_node_id": DEVICE, "title": name, "body": "", "deadline_seconds": 600,
                });
                (false, self.hub.post("/api/devices/notification", &body))
            }
        };
        self.asked.push(Asked { name, noted, call });
    }

    fn in_flight(&self) -> usize {
        let flying = self.asked.iter().filter(|one| !one.call.is_answered());
        flying.count()
    }

    /// The person answers some of what waits. Whoever dies meanwhile hears nothing.
    fn answer(&mut self, chaperone: &Chaperone<'_>) -> Result<()> {
        for request in chaperone.requests()? {
            let decision = match (self.dice.below(10), &request["action"]["type"]) {
                (0..3, _) => continue,
                (3..8, action) if action == "shell" => "allowOnce",
                _ => "deny",
            };
            // It may have been answered already, or taken back.
            let _ = chaperone.decide(&request, decision);
        }
        Ok(())
    }

    /// One life of the device, to its sudden end.
    fn live(&mut self, chaperone: Chaperone<'_>) -> Result<()> {
        let end = kill_after(chaperone.id(), self.dice.below(LATEST));
        let mut left = self.dice.below(6);
        loop {
            if left > 0 && self.in_flight() < IN_FLIGHT {
                left -= 1;
                self.ask();
            }
            if self.answer(&chaperone).is_err() {
                break;
            }
            thread::sleep(Duration::from_millis(self.dice.below(40)));
        }
        end.join().map_err(|_| anyhow!("it was not killed"))??;
        chaperone.died()
    }
}

fn kill_after(process: u32, millis: u64) -> JoinHandle<Result<()>> {
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(millis));
        let killed = Command::new("kill")
            .args(["-9", &process.to_string()])
            .status()?;
        ensure!(killed.success(), "kill failed");
        Ok(())
    })
}

/// What became of a command, and how often it ran.
fn check(asked: Asked, runs: &[String]) -> Result<()> {
    let Asked { name, noted, call } = asked;
    let answer = call.answer().with_context(|| name.clone())?;
    let body = answer.json();
    let ran = runs.iter().filter(|run| **run == name).count();
    let fits = match (answer.status, body["code"].as_str()) {
        (200, _) => noted && ran == 1,
        // Whether it had begun nobody can say any more; that it did not begin again is certain.
        (_, Some("interrupted")) => ran <= 1,
        (_, Some(_)) => ran == 0,
        (_, None) => false,
    };
    ensure!(
        fits,
        "{name} ran {ran} times: {} {}",
        answer.status,
        answer.body
    );
    Ok(())
}

#[test]
fn whenever_it_is_killed_each_command_ends_once() -> Result<()> {
    let (home, hub) = (home()?, Elsewhere::start()?);
    let diary = Diary::begin(&home)?;
    let mut storm = Storm {
        hub: &hub,
        diary: &diary,
        dice: Dice::of_this_run(),
        asked: Vec::new(),
        count: 0,
    };
    let chaperone = home.join(&hub)?;
    diary.open(&chaperone)?;
    diary.add_rule(&chaperone)?;
    let first = hub.execute(&diary.ruled_line("first")).answer()?;
    ensure!(first.status == 200, "the first did not run: {}", first.body);
    storm.live(chaperone)?;
    for _ in 1..deaths() {
        if storm.dice.below(5) == 0 {
            // Some do not even live to be ready.
            home.join_until_killed(&hub, Duration::from_millis(storm.dice.below(LATEST)))?;
        } else {
            storm.live(home.join(&hub)?)?;
        }
    }

    let chaperone = home.join(&hub)?;
    chaperone.soon("everything is answered", || {
        storm.answer(&chaperone)?;
        Ok(storm.in_flight() == 0)
    })?;
    let Storm { asked, count, .. } = storm;
    let runs = diary.runs()?;
    diary.has_no_doubles()?;
    for one in asked {
        check(one, &runs)?;
    }
    let mut rows: Vec<Value> = hub.audit()?;
    let ends = rows.len();
    rows.sort_by_key(|row| row["command_id"].to_string());
    for pair in rows.windows(2) {
        // What came while the device was away never became a command, and has no id.
        let id = &pair[0]["command_id"];
        ensure!(
            id.is_null() || *id != pair[1]["command_id"],
            "something ended twice at the hub: {pair:#?}"
        );
    }
    // The first is among them.
    ensure!(
        u64::try_from(ends)? == count + 1,
        "{count} were asked and {ends} ended"
    );
    ensure!(chaperone.requests()?.is_empty(), "something still waits");
    let state = chaperone.call("state/snapshot", &json!({}))?;
    ensure!(state["running"] == json!([]), "{}", state["running"]);
    chaperone.end()?;
    let verified = home.run(&["record", "verify"])?;
    ensure!(verified.status.success(), "{verified:?}");
    println!("{} deaths, {count} commands, {} runs", deaths(), runs.len());
    Ok(())
}
