//! Stop everything: at once, over a restart, until a person lifts it.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;

use crate::home;

#[test]
fn a_pause_ends_what_runs_and_what_waits() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let runs = chaperone.execute("sleep 60")?;
    let request = chaperone.request()?;
    chaperone.decide(&request, "allowOnce")?;
    let waits = chaperone.execute("echo waits")?;
    chaperone.request()?;

    let began = Instant::now();
    assert!(home.run(&["pause"])?.status.success());
    for call in [runs, waits] {
        let answer = call.answer()?;
        assert_eq!(answer.json()["code"], "paused", "{}", answer.body);
    }
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );

    let refused = chaperone.execute("echo no")?.answer()?;
    assert_eq!(refused.json()["code"], "paused", "{}", refused.body);
    Ok(())
}

#[test]
fn a_pause_holds_over_a_restart() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    chaperone.call("pause/set", &json!({ "paused": true }))?;
    chaperone.kill()?;

    let chaperone = home.start()?;
    let refused = chaperone.execute("echo no")?.answer()?;
    assert_eq!(refused.json()["code"], "paused", "{}", refused.body);

    assert!(home.run(&["resume"])?.status.success());
    let call = chaperone.execute("echo yes")?;
    let request = chaperone.request()?;
    chaperone.decide(&request, "allowOnce")?;
    assert_eq!(call.answer()?.status, 200);
    Ok(())
}

#[test]
fn a_pause_can_be_set_while_nothing_runs() -> Result<()> {
    let home = home()?;
    home.start()?.kill()?;
    let paused = home.run(&["pause"])?;
    assert!(paused.status.success(), "{paused:?}");
    let chaperone = home.start()?;
    assert_eq!(
        chaperone.call("state/snapshot", &json!({}))?["paused"],
        json!(true)
    );
    Ok(())
}
