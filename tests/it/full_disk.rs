//! A disk without room: nothing is done that could not be recorded, and it says why; with room
//! again it works again.

use std::process::Command;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use support::{DEVICE, Elsewhere};

use crate::home;

/// Enough to start with, soon too small for the journal.
const ROOM_BYTES: u64 = 1_500_000;

/// A command that is settled without asking anybody.
fn refused(hub: &Elsewhere) -> Result<Value> {
    let body = json!({ "device_node_id": DEVICE, "command": "no-such-program-anywhere" });
    Ok(hub.post("/api/devices/execute", &body).answer()?.json())
}

#[test]
fn without_room_for_the_record_nothing_is_done() -> Result<()> {
    let (home, hub) = (home()?, Elsewhere::start()?);
    let chaperone = home.join_cramped(&hub, ROOM_BYTES)?;
    assert_eq!(refused(&hub)?["code"], "invalid");

    let mut last = Value::Null;
    for _ in 0..3_000 {
        last = refused(&hub)?;
        if last["code"] == "unrecorded" {
            break;
        }
    }
    assert_eq!(last["code"], "unrecorded", "{last}");
    let said = last["detail"].as_str().unwrap_or_default().to_owned();
    assert!(said.contains("cannot keep its record"), "{said}");
    let notices = chaperone.call("state/snapshot", &json!({}))?["notices"].to_string();
    assert!(
        notices.contains("The record cannot be written"),
        "{notices}"
    );

    let lifted = Command::new("prlimit")
        .args(["--fsize=unlimited:", "--pid", &chaperone.id().to_string()])
        .status()?;
    ensure!(lifted.success(), "prlimit failed");
    assert_eq!(refused(&hub)?["code"], "invalid");
    chaperone.soon("the notice goes", || {
        let state = chaperone.call("state/snapshot", &json!({}))?;
        Ok(!state["notices"]
            .to_string()
            .contains("The record cannot be written"))
    })?;
    let verified = home.run(&["record", "verify"])?;
    assert!(verified.status.success(), "{verified:?}");
    Ok(())
}
