//! Ten stories, as a person would tell them. Everything in them is real but the camera's driver and
//! the hub's mind.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chaperone_protocol::{
    Action, Data, FailureCode, Locate, Maturity, Outcome, Precision, Screenshot,
};
use serde_json::{Value, json};
use support::{Desktop, Scripted};

use crate::{
    home,
    wishes::{agent, artifacts, bytes, code, execute, hand_over, notify, photo, record, running},
};

#[test]
fn an_intern_asks_for_a_picture_and_i_look_and_throw_it_away() -> Result<()> {
    let (home, desktop, hub) = (home()?, Desktop::start()?, Scripted::plain("atom")?);
    let chaperone = home.start_on(&desktop)?;
    chaperone.pair(&hub, "atom", "autonomous")?;

    hub.ask("p1", Some(&agent(Maturity::Intern)?), photo())?;
    let request = chaperone.request()?;
    ensure!(request["action"]["camera"] == "Desk Camera", "{request}");
    ensure!(
        request["review"].is_null(),
        "nothing is captured before a yes"
    );
    chaperone.decide(&request, "allowOnce")?;

    let mut review = Value::Null;
    chaperone.soon("I see the picture", || {
        review = chaperone.requests()?.into_iter().next().unwrap_or_default();
        Ok(!review["review"].is_null())
    })?;
    ensure!(
        review["decisions"] == json!(["discard", "retake", "send"]),
        "{review}"
    );
    let part = json!({ "id": review["review"]["artifact"], "offset": 0 });
    let shown = chaperone.call("artifacts/read", &part)?;
    let jpeg = STANDARD.decode(shown["base64"].as_str().unwrap_or_default())?;
    ensure!(jpeg.starts_with(&[0xff, 0xd8]), "it is no JPEG");
    ensure!(
        hub.outcome_within("p1", Duration::from_millis(300))?
            .is_none(),
        "it left before I said so"
    );

    chaperone.decide(&review, "discard")?;
    let outcome = hub.outcome("p1")?;
    ensure!(
        code(&outcome) == Some(FailureCode::Discarded),
        "{outcome:?}"
    );
    ensure!(artifacts(&chaperone)?.is_empty(), "it is still here");
    let small = json!({ "id": review["review"]["artifact"] });
    ensure!(
        chaperone.call("artifacts/thumbnail", &small).is_err(),
        "a small one is still here"
    );
    Ok(())
}

#[test]
fn i_take_the_picture_again_and_send_the_second_one() -> Result<()> {
    let (home, desktop, hub) = (home()?, Desktop::start()?, Scripted::encrypted("atom")?);
    let chaperone = home.start_on(&desktop)?;
    chaperone.pair(&hub, "atom", "autonomous")?;
    hub.ask("p1", Some(&agent(Maturity::Intern)?), photo())?;
    chaperone.decide(&chaperone.request()?, "allowOnce")?;

    let reviewed = |not: &Value| -> Result<Value> {
        let mut review = Value::Null;
        chaperone.soon("I see a picture", || {
            review = chaperone.requests()?.into_iter().next().unwrap_or_default();
            Ok(!review["review"].is_null() && review["digest"] != *not)
        })?;
        Ok(review)
    };
    let first = reviewed(&Value::Null)?;
    chaperone.decide(&first, "retake")?;
    let second = reviewed(&first["digest"])?;
    ensure!(
        first["review"]["artifact"] != second["review"]["artifact"],
        "it is the same picture"
    );
    ensure!(
        chaperone.decide(&first, "send").is_err(),
        "the old answer counted"
    );
    chaperone.decide(&second, "send")?;
    let sent = bytes(&hub.outcome("p1")?)?;
    ensure!(sent.starts_with(&[0xff, 0xd8]), "it is no JPEG");
    let kept = artifacts(&chaperone)?;
    ensure!(kept.len() == 1, "{kept:?}");
    ensure!(kept[0]["id"] == second["review"]["artifact"], "{kept:?}");

    // In my list it stands with a small picture of it, found by the command that brought it.
    let of = |command: &Value| {
        let params = json!({ "before": null, "limit": 10, "command": command });
        chaperone.call("artifacts/list", &params)
    };
    ensure!(of(&second["id"])?["artifacts"] == json!(kept), "{second}");
    ensure!(of(&json!("9999"))?["artifacts"] == json!([]));
    ensure!(kept[0]["hasThumbnail"] == true, "{kept:?}");
    let small = chaperone.call("artifacts/thumbnail", &json!({ "id": kept[0]["id"] }))?;
    ensure!(small["mediaType"] == "image/jpeg", "{small}");
    let small = STANDARD.decode(small["base64"].as_str().unwrap_or_default())?;
    ensure!(small.starts_with(&[0xff, 0xd8]), "it is no JPEG");
    ensure!(small.len() < sent.len(), "it is not small");
    Ok(())
}

#[test]
fn an_agent_may_run_git_status_under_my_rule_and_nothing_beside_it() -> Result<()> {
    let (home, hub) = (home()?, Scripted::plain("atom")?);
    let chaperone = home.start()?;
    chaperone.pair(&hub, "atom", "autonomous")?;
    let bot = agent(Maturity::Autonomous)?;

    hub.ask("g1", Some(&bot), execute("git --version"))?;
    let request = chaperone.request()?;
    let rule = request["rules"][0].clone();
    ensure!(
        rule["sentence"]
            .as_str()
            .is_some_and(|it| it.contains("git")),
        "{rule}"
    );
    let yes = json!({ "id": request["id"], "digest": request["digest"], "rule": rule });
    chaperone.call("requests/allowAlways", &yes)?;
    ensure!(code(&hub.outcome("g1")?).is_none(), "the first did not run");

    // The same again runs unasked; anything beside it is asked.
    hub.ask("g2", Some(&bot), execute("git --version"))?;
    ensure!(
        code(&hub.outcome("g2")?).is_none(),
        "the rule did not count"
    );
    hub.ask("g3", Some(&bot), execute("git --version --build-options"))?;
    let request = chaperone.request()?;
    chaperone.decide(&request, "deny")?;
    ensure!(code(&hub.outcome("g3")?) == Some(FailureCode::Denied), "g3");

    let listed = chaperone.call("rules/list", &json!({}))?;
    ensure!(!listed["rules"][0]["lastUsedAt"].is_null(), "{listed}");
    let id = listed["rules"][0]["id"].clone();
    chaperone.call("rules/remove", &json!({ "id": id }))?;
    hub.ask("g4", Some(&bot), execute("git --version"))?;
    chaperone.decide(&chaperone.request()?, "deny")?;
    Ok(())
}

#[test]
fn i_pause_while_my_screen_is_recorded() -> Result<()> {
    let (home, desktop, hub) = (home()?, Desktop::start()?, Scripted::plain("atom")?);
    let chaperone = home.start_on(&desktop)?;
    chaperone.pair(&hub, "atom", "autonomous")?;
    hub.ask("r1", Some(&agent(Maturity::Supervised)?), record("film")?)?;
    ensure!(
        desktop.notices()? == 0,
        "it shows before anybody allowed it"
    );
    chaperone.decide(&chaperone.request()?, "allowOnce")?;
    ensure!(code(&hub.outcome("r1")?).is_none(), "it did not begin");
    ensure!(
        running(&chaperone)? == ["recording"],
        "nobody sees that it runs"
    );
    ensure!(desktop.notices()? == 1, "nothing on the screen shows it");

    let paused_at = Instant::now();
    chaperone.call("pause/set", &json!({ "paused": true }))?;
    chaperone.soon("it ends", || Ok(desktop.notices()? == 0))?;
    let took = paused_at.elapsed();
    chaperone.soon("it is over", || Ok(running(&chaperone)?.is_empty()))?;
    println!("the light went out {took:?} after the pause");
    hub.ask(
        "r2",
        Some(&agent(Maturity::Supervised)?),
        hand_over("film")?,
    )?;
    let outcome = hub.outcome("r2")?;
    ensure!(code(&outcome) == Some(FailureCode::Paused), "{outcome:?}");
    ensure!(
        artifacts(&chaperone)?.len() == 1,
        "what was recorded is lost"
    );

    chaperone.call("pause/set", &json!({ "paused": false }))?;
    hub.ask(
        "r3",
        Some(&agent(Maturity::Supervised)?),
        hand_over("film")?,
    )?;
    let review = chaperone.request()?;
    ensure!(review["review"]["mediaType"] == "video/mp4", "{review}");
    chaperone.decide(&review, "send")?;
    let film = bytes(&hub.outcome("r3")?)?;
    ensure!(film.get(4..8) == Some(b"ftyp"), "it is no MP4");
    Ok(())
}

#[test]
fn the_stop_button_on_the_notice_ends_a_recording() -> Result<()> {
    let (home, desktop, hub) = (home()?, Desktop::start()?, Scripted::plain("atom")?);
    let chaperone = home.start_on(&desktop)?;
    chaperone.pair(&hub, "atom", "autonomous")?;
    hub.ask("r1", Some(&agent(Maturity::Supervised)?), record("film")?)?;
    chaperone.decide(&chaperone.request()?, "allowOnce")?;
    ensure!(code(&hub.outcome("r1")?).is_none(), "it did not begin");
    desktop.control(&["action"])?;
    chaperone.soon("it ends", || Ok(running(&chaperone)?.is_empty()))?;
    chaperone.soon("it is kept", || Ok(artifacts(&chaperone)?.len() == 1))?;
    Ok(())
}

#[test]
fn nothing_is_captured_where_nothing_can_show_it() -> Result<()> {
    let (home, mut desktop, hub) = (home()?, Desktop::start()?, Scripted::plain("atom")?);
    desktop.hide_notifications();
    let chaperone = home.start_on(&desktop)?;
    chaperone.pair(&hub, "atom", "autonomous")?;
    hub.ask("p1", Some(&agent(Maturity::Intern)?), photo())?;
    chaperone.decide(&chaperone.request()?, "allowOnce")?;
    let outcome = hub.outcome("p1")?;
    ensure!(
        code(&outcome) == Some(FailureCode::Unavailable),
        "{outcome:?}"
    );
    ensure!(artifacts(&chaperone)?.is_empty(), "something was captured");

    // And a recording ends with what shows it.
    desktop.show_notifications()?;
    hub.ask("r1", Some(&agent(Maturity::Supervised)?), record("film")?)?;
    chaperone.decide(&chaperone.request()?, "allowOnce")?;
    ensure!(code(&hub.outcome("r1")?).is_none(), "it did not begin");
    desktop.hide_notifications();
    chaperone.soon("it ends", || Ok(running(&chaperone)?.is_empty()))
}

#[test]
fn a_supervised_agent_gets_a_screenshot_once_i_have_seen_it() -> Result<()> {
    let (home, desktop, hub) = (home()?, Desktop::start()?, Scripted::plain("atom")?);
    desktop.paint("#ff0000")?;
    let chaperone = home.start_on(&desktop)?;
    chaperone.pair(&hub, "atom", "autonomous")?;
    let wanted = || Action::Screenshot(Screenshot::default());
    hub.ask("s0", Some(&agent(Maturity::Intern)?), wanted())?;
    let outcome = hub.outcome("s0")?;
    ensure!(
        code(&outcome) == Some(FailureCode::Forbidden),
        "{outcome:?}"
    );

    hub.ask("s1", Some(&agent(Maturity::Supervised)?), wanted())?;
    chaperone.decide(&chaperone.request()?, "allowOnce")?;
    let mut review = Value::Null;
    chaperone.soon("I see it", || {
        review = chaperone.requests()?.into_iter().next().unwrap_or_default();
        Ok(!review["review"].is_null())
    })?;
    ensure!(review["review"]["width"] == 800, "{review}");
    chaperone.decide(&review, "send")?;
    ensure!(
        bytes(&hub.outcome("s1")?)?.starts_with(b"\x89PNG"),
        "it is no PNG"
    );
    Ok(())
}

#[test]
fn i_tell_where_i_am_but_only_about() -> Result<()> {
    let (home, hub) = (home()?, Scripted::plain("atom")?);
    let chaperone = home.start()?;
    chaperone.pair(&hub, "atom", "autonomous")?;
    let place = json!({ "latitude": 48.137_154, "longitude": 11.576_124 });
    chaperone.call("settings/set", &json!({ "place": place }))?;
    let wanted = Action::Locate(Locate {
        precision: Precision::High,
    });
    hub.ask("l1", Some(&agent(Maturity::Intern)?), wanted)?;
    let request = chaperone.request()?;
    ensure!(
        request["decisions"]
            .as_array()
            .is_some_and(|all| all.contains(&json!("allowCoarse"))),
        "{request}"
    );
    chaperone.decide(&request, "allowCoarse")?;
    let outcome = hub.outcome("l1")?;
    let Outcome::Success {
        data: Data::Located(located),
        ..
    } = &outcome
    else {
        anyhow::bail!("{outcome:?}");
    };
    ensure!(
        located.source.as_deref() == Some("typed by the person"),
        "{located:?}"
    );
    let off = (located.latitude - 48.137_154).abs() + (located.longitude - 11.576_124).abs();
    ensure!(off > 0.000_1 && off < 0.2, "{located:?}");
    Ok(())
}

#[test]
fn i_mute_an_agent_that_will_not_stop_asking() -> Result<()> {
    let (home, hub) = (home()?, Scripted::plain("atom")?);
    let chaperone = home.start()?;
    chaperone.pair(&hub, "atom", "autonomous")?;
    let nag = agent(Maturity::Intern)?;
    for number in 0..3 {
        hub.ask(&format!("n{number}"), Some(&nag), notify("Again"))?;
    }
    chaperone.soon("it asks", || Ok(chaperone.requests()?.len() == 3))?;
    let agents = chaperone.call("agents/list", &json!({}))?;
    let known = &agents["agents"][0];
    let mute = json!({ "connection": known["connection"], "agent": known["id"], "muted": true });
    chaperone.call("agents/mute", &mute)?;
    ensure!(chaperone.requests()?.is_empty(), "it still waits");
    for number in 0..3 {
        let outcome = hub.outcome(&format!("n{number}"))?;
        ensure!(
            code(&outcome) == Some(FailureCode::Forbidden),
            "{outcome:?}"
        );
    }
    hub.ask("n9", Some(&nag), notify("Again"))?;
    ensure!(
        code(&hub.outcome("n9")?) == Some(FailureCode::Forbidden),
        "n9"
    );

    let unmute = json!({ "connection": known["connection"], "agent": known["id"], "muted": false });
    chaperone.call("agents/mute", &unmute)?;
    hub.ask("n10", Some(&nag), notify("Again"))?;
    chaperone.decide(&chaperone.request()?, "deny")?;
    Ok(())
}

#[test]
fn i_unplug_a_hub_for_good() -> Result<()> {
    let (home, hub) = (home()?, Scripted::plain("atom")?);
    let chaperone = home.start()?;
    let id = chaperone.pair(&hub, "atom", "intern")?;
    // Nobody there is more than an intern here, whatever the hub says.
    hub.ask("e1", Some(&agent(Maturity::Autonomous)?), execute("true"))?;
    let outcome = hub.outcome("e1")?;
    ensure!(
        code(&outcome) == Some(FailureCode::Forbidden),
        "{outcome:?}"
    );
    hub.ask("n1", Some(&agent(Maturity::Intern)?), notify("Hello"))?;
    chaperone.request()?;
    chaperone.call("connections/remove", &json!({ "id": id }))?;
    ensure!(chaperone.requests()?.is_empty(), "its request still waits");
    let secrets = home.data_dir().join("secrets");
    let names: Vec<_> = std::fs::read_dir(secrets)?
        .flatten()
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect();
    ensure!(
        !names
            .iter()
            .any(|name| name.contains("token") && name.contains(id.as_str())),
        "its token is still here: {names:?}"
    );
    drop(chaperone);
    let chaperone = home.start()?;
    let state = chaperone.call("state/snapshot", &json!({}))?;
    let connections = state["connections"].as_array().cloned().unwrap_or_default();
    ensure!(connections.len() == 1, "it came back: {connections:?}");
    Ok(())
}
