//! `kill -9` at every step a command takes: nothing is lost, nothing runs twice.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use support::{DEVICE, Elsewhere, Fifo, Home};

use crate::home;

/// What an allowed run must show: that it read the pipe.
const LINE: &str = "cat pipe";

fn ask(hub: &Elsewhere) -> support::Call {
    hub.post(
        "/api/devices/execute",
        &json!({ "device_node_id": DEVICE, "command": LINE }),
    )
}

fn pipe(home: &Home) -> Result<Fifo> {
    std::fs::create_dir_all(home.work_dir())?;
    Fifo::make(&home.work_dir().join("pipe"))
}

/// Lets a command run, and the device die as it begins.
fn die_running(home: &Home, hub: &Elsewhere) -> Result<support::Call> {
    let chaperone = home.join_fatal(hub, "running")?;
    let call = ask(hub);
    let request = chaperone.request()?;
    // The device may die before it says that it heard.
    let _ = chaperone.decide(&request, "allowOnce");
    chaperone.died()?;
    Ok(call)
}

/// The audit that the hub keeps, newest first.
fn audit(hub: &Elsewhere) -> Result<Vec<Value>> {
    let answer = hub.get(&format!("/api/devices/{DEVICE}/audit"))?;
    ensure!(answer.status == 200, "{}", answer.body);
    Ok(answer.json().as_array().cloned().unwrap_or_default())
}

#[test]
fn before_it_runs_it_is_asked_again_and_runs_once() -> Result<()> {
    for (step, decision) in [
        ("received", None),
        ("judged", None),
        ("waiting", None),
        ("approved", Some("allowOnce")),
    ] {
        let (home, hub) = (home()?, Elsewhere::start()?);
        let pipe = pipe(&home)?;
        let chaperone = home.join_fatal(&hub, step)?;
        let call = ask(&hub);
        if let Some(decision) = decision {
            let request = chaperone.request()?;
            // The device may die before it says that it heard.
            let _ = chaperone.decide(&request, decision);
        }
        chaperone.died()?;
        assert!(
            !pipe.release_reader(),
            "{step}: it ran without a yes that counts"
        );

        let chaperone = home.join(&hub)?;
        let request = chaperone.request()?;
        assert_eq!(request["action"]["line"], LINE, "{step}");
        chaperone.decide(&request, "allowOnce")?;
        chaperone.soon("it runs", || Ok(pipe.release_reader()))?;
        // The agent never noticed: its call is answered by the second process.
        let answer = call.answer()?;
        assert_eq!(answer.status, 200, "{step}: {}", answer.body);
        let commands = chaperone.commands()?;
        assert_eq!(commands.len(), 1, "{step}: {commands:?}");
        assert_eq!(commands[0]["ended"], "allowed", "{step}");
    }
    Ok(())
}

#[test]
fn what_was_running_is_never_run_again() -> Result<()> {
    let (home, hub) = (home()?, Elsewhere::start()?);
    let pipe = pipe(&home)?;
    let call = die_running(&home, &hub)?;

    let chaperone = home.join(&hub)?;
    let answer = call.answer()?;
    assert_eq!(answer.json()["code"], "interrupted", "{}", answer.body);
    assert_eq!(chaperone.commands()?[0]["ended"], "interrupted");
    assert!(chaperone.requests()?.is_empty(), "it was asked again");
    assert!(!pipe.release_reader(), "it ran again");
    Ok(())
}

#[test]
fn an_outcome_is_delivered_after_the_crash() -> Result<()> {
    for (step, decision, code) in [
        ("finished", "allowOnce", None),
        ("denied", "deny", Some("denied")),
        ("delivered", "deny", Some("denied")),
    ] {
        let (home, hub) = (home()?, Elsewhere::start()?);
        let pipe = pipe(&home)?;
        let chaperone = home.join_fatal(&hub, step)?;
        let call = ask(&hub);
        let request = chaperone.request()?;
        let _ = chaperone.decide(&request, decision);
        if code.is_none() {
            chaperone.soon("it runs", || Ok(pipe.release_reader()))?;
        }
        chaperone.died()?;

        let chaperone = home.join(&hub)?;
        let answer = call.answer()?;
        assert_eq!(
            answer.json()["code"].as_str(),
            code,
            "{step}: {}",
            answer.body
        );
        let commands = chaperone.commands()?;
        assert_eq!(commands.len(), 1, "{step}: {commands:?}");
        assert_eq!(audit(&hub)?.len(), 1, "{step}: the hub heard it twice");
        assert!(
            chaperone.requests()?.is_empty(),
            "{step}: it was asked again"
        );
        assert!(!pipe.release_reader(), "{step}: it ran again");
        let verified = home.run(&["record", "verify"])?;
        assert!(verified.status.success(), "{step}: {verified:?}");
    }
    Ok(())
}

/// Ends that nobody at the hub asked for: they are told all the same, once, after the crash.
#[test]
fn an_end_of_its_own_is_delivered_after_the_crash() -> Result<()> {
    for (step, code) in [("expired", "expired"), ("cancelled", "paused")] {
        let (home, hub) = (home()?, Elsewhere::start()?);
        let chaperone = home.join_fatal(&hub, step)?;
        // Longer than the device waits for the person, so that its own word is what counts.
        let seconds = if step == "expired" { 3 } else { 60 };
        let call = hub.post(
            "/api/devices/execute",
            &json!({ "device_node_id": DEVICE, "command": LINE, "deadline_seconds": seconds }),
        );
        chaperone.request()?;
        if step == "cancelled" {
            let _ = chaperone.call("pause/set", &json!({ "paused": true }));
        }
        chaperone.died()?;

        let chaperone = home.join(&hub)?;
        assert_eq!(call.answer()?.json()["code"], code, "{step}");
        let commands = chaperone.commands()?;
        assert_eq!(commands.len(), 1, "{step}: {commands:?}");
        assert_eq!(commands[0]["ended"], step, "{step}");
        // A hub that gives up by itself has the same code, and these words.
        let hubs_own = "no answer within 3 s";
        chaperone.soon("the hub has the device's word in its audit", || {
            let rows = audit(&hub)?;
            Ok(rows
                .iter()
                .any(|row| row["code"] == code && row["error_message"] != hubs_own))
        })?;
        assert!(
            chaperone.requests()?.is_empty(),
            "{step}: it was asked again"
        );
    }
    Ok(())
}

#[test]
fn a_crash_while_a_crash_is_reported_loses_nothing() -> Result<()> {
    let (home, hub) = (home()?, Elsewhere::start()?);
    let pipe = pipe(&home)?;
    let call = die_running(&home, &hub)?;
    home.join_once(&hub, "interrupted")?;

    let chaperone = home.join(&hub)?;
    let answer = call.answer()?;
    assert_eq!(answer.json()["code"], "interrupted", "{}", answer.body);
    assert_eq!(chaperone.commands()?.len(), 1);
    assert!(!pipe.release_reader(), "it ran again");
    Ok(())
}

/// The hub inside dies with the device, and so do its callers: nobody waits, so nobody is asked.
#[test]
fn a_crash_of_hub_and_device_leaves_nothing_hanging() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let _call = chaperone.execute(LINE)?;
    chaperone.request()?;
    chaperone.kill()?;

    let chaperone = home.start()?;
    chaperone.soon("it is taken back", || {
        Ok(chaperone
            .commands()?
            .first()
            .is_some_and(|it| it["ended"] == "cancelled"))
    })?;
    assert!(chaperone.requests()?.is_empty());
    Ok(())
}

#[test]
fn a_program_does_not_outlive_the_device() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let _call = chaperone.execute("sleep 300")?;
    let request = chaperone.request()?;
    chaperone.decide(&request, "allowOnce")?;
    let device = chaperone.id();
    let mut sleeping = Vec::new();
    chaperone.soon("it sleeps", || {
        sleeping = children(device)?;
        Ok(!sleeping.is_empty())
    })?;
    chaperone.kill()?;
    let until = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while sleeping.iter().any(|child| alive(*child)) {
        ensure!(
            std::time::Instant::now() < until,
            "a program outlived the device"
        );
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    Ok(())
}

fn children(parent: u32) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for thread in std::fs::read_dir(format!("/proc/{parent}/task"))? {
        let listed = std::fs::read_to_string(thread?.path().join("children")).unwrap_or_default();
        found.extend(
            listed
                .split_whitespace()
                .filter_map(|id| id.parse::<u32>().ok()),
        );
    }
    Ok(found)
}

fn alive(process: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/stat"))
        .is_ok_and(|stat| !stat.contains(") Z "))
}
