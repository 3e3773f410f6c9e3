//! A network that fails, and a hub that is another or away: the device comes back by itself as soon
//! as it can, and nothing asked is lost or done twice.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chaperone_protocol::Maturity;
use serde_json::{Value, json};
use support::{Chaperone, Diary, Elsewhere, Names, Network, Scripted, Weather};

use crate::{
    home,
    wishes::{agent, code, notify},
};

/// Longer than the longest back-off step and an attempt that comes to nothing.
const LONG: Duration = Duration::from_secs(75);

/// The connection that is not the one to the hub inside.
fn connection(chaperone: &Chaperone<'_>) -> Result<Value> {
    let state = chaperone.call("state/snapshot", &json!({}))?;
    let all = state["connections"].as_array().cloned().unwrap_or_default();
    all.into_iter()
        .find(|one| one["id"] != "this-computer")
        .context("no connection")
}

fn within(time: Duration, what: &str, mut holds: impl FnMut() -> Result<bool>) -> Result<()> {
    let until = Instant::now() + time;
    while !holds()? {
        ensure!(Instant::now() < until, "not within {time:?}: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn lost(chaperone: &Chaperone<'_>) -> Result<Value> {
    let mut seen = Value::Null;
    within(LONG, "the device notices", || {
        seen = connection(chaperone)?;
        Ok(seen["phase"] != "connected")
    })?;
    Ok(seen)
}

/// Waits until it is up again: no more than the attempt that was under way may come to nothing
/// after the network is back.
fn back(chaperone: &Chaperone<'_>) -> Result<()> {
    let failures = |seen: &Value| seen["failedAttempts"].as_u64().unwrap_or_default();
    let before = failures(&connection(chaperone)?);
    let mut most = before;
    within(LONG, "it connects again", || {
        let seen = connection(chaperone)?;
        most = most.max(failures(&seen));
        Ok(seen["phase"] == "connected")
    })?;
    ensure!(
        most <= before + 1,
        "{before} attempts had failed when the network came back, {most} before it connected"
    );
    Ok(())
}

/// The same, of a device with something on its desk and something to say.
fn weathers(weather: Weather) -> Result<()> {
    let home = home()?;
    let (hub, network) = Elsewhere::start_behind_network()?;
    let diary = Diary::begin(&home)?;
    let chaperone = home.join(&hub)?;
    diary.open(&chaperone)?;
    for round in 0..2 {
        let (first, second) = (format!("first-{round}"), format!("second-{round}"));
        let calls = [
            hub.execute(&diary.line(&first)),
            hub.execute(&diary.line(&second)),
        ];
        chaperone.soon("both wait", || Ok(chaperone.requests()?.len() == 2))?;
        let requests = chaperone.requests()?;
        network.turn(weather);
        lost(&chaperone)?;
        // Allowed while nobody can hear of it.
        chaperone.decide(&requests[0], "allowOnce")?;
        chaperone.soon("it ran", || Ok(diary.runs()?.len() == 2 * round + 1))?;
        network.turn(Weather::Fair);
        back(&chaperone)?;
        // What still waits does so once.
        let still = chaperone.requests()?;
        ensure!(still.len() == 1, "{still:?}");
        ensure!(still[0]["digest"] == requests[1]["digest"], "{still:?}");
        chaperone.decide(&still[0], "allowOnce")?;
        for call in calls {
            let answer = call.answer()?;
            ensure!(answer.status == 200, "{}", answer.body);
        }
    }
    ensure!(diary.runs()?.len() == 4, "{:?}", diary.runs()?);
    diary.has_no_doubles()?;
    ensure!(hub.audit()?.len() == 4, "{:#?}", hub.audit()?);
    ensure!(
        chaperone.requests()?.is_empty(),
        "something was asked again"
    );
    let verified = home.run(&["record", "verify"])?;
    ensure!(verified.status.success(), "{verified:?}");
    Ok(())
}

#[test]
fn it_comes_back_after_a_cut() -> Result<()> {
    weathers(Weather::Cut)
}

#[test]
fn it_comes_back_to_what_did_not_listen() -> Result<()> {
    weathers(Weather::Closed)
}

#[test]
fn it_comes_back_after_resets() -> Result<()> {
    weathers(Weather::Reset)
}

#[test]
fn what_is_slow_or_lossy_only_takes_longer() -> Result<()> {
    for weather in [Weather::Slow, Weather::Rough] {
        let home = home()?;
        let (hub, network) = Elsewhere::start_behind_network()?;
        let diary = Diary::begin(&home)?;
        let chaperone = home.join(&hub)?;
        diary.open(&chaperone)?;
        network.turn(weather);
        let names: Vec<String> = (0..6).map(|number| format!("run-{number}")).collect();
        let calls: Vec<_> = names
            .iter()
            .map(|name| hub.execute(&diary.line(name)))
            .collect();
        within(LONG, "all wait", || {
            Ok(chaperone.requests()?.len() == names.len())
        })?;
        for request in chaperone.requests()? {
            chaperone.decide(&request, "allowOnce")?;
        }
        for call in calls {
            let answer = call.answer()?;
            ensure!(answer.status == 200, "{weather:?}: {}", answer.body);
        }
        ensure!(diary.runs()?.len() == names.len(), "{:?}", diary.runs()?);
        diary.has_no_doubles()?;
        ensure!(hub.audit()?.len() == names.len(), "{weather:?}");
        ensure!(
            connection(&chaperone)?["phase"] == "connected",
            "it was lost"
        );
        if weather == Weather::Rough {
            // Also opening a connection only takes longer.
            network.turn(Weather::Cut);
            lost(&chaperone)?;
            network.turn(weather);
            back(&chaperone)?;
        }
    }
    Ok(())
}

/// On a wire whose hub answers heartbeats, so that silence is noticed soon. Such a hub confirms no
/// outcomes: what was said into the silence it hears when it asks again.
#[test]
fn a_half_open_connection_is_noticed_and_what_was_said_into_it_is_not_lost() -> Result<()> {
    let (home, hub) = (home()?, Scripted::plain("archety")?);
    let network = Network::before(hub.socket_address())?;
    let chaperone = home.start()?;
    let settings = json!({ "heartbeatSeconds": 1, "polling": false });
    let address = format!("ws://{}", network.address());
    let id = chaperone.pair_at(&address, "archety", "autonomous", &settings)?;
    chaperone.connected(&id)?;
    let asker = agent(Maturity::Intern)?;
    hub.ask("n-1", Some(&asker), notify("Tea"))?;
    let request = chaperone.request()?;
    network.turn(Weather::Silent);
    chaperone.decide(&request, "deny")?;
    let seen = lost(&chaperone)?;
    ensure!(seen["trouble"].is_string(), "{seen}");
    ensure!(
        hub.outcome_within("n-1", Duration::ZERO)?.is_none(),
        "it got through"
    );
    network.turn(Weather::Fair);
    back(&chaperone)?;
    hub.ask("n-1", Some(&asker), notify("Tea"))?;
    let outcome = hub.outcome("n-1")?;
    ensure!(code(&outcome).is_some(), "{outcome:?}");
    ensure!(chaperone.requests()?.is_empty(), "it was asked again");
    ensure!(chaperone.commands()?.len() == 1, "it was done twice");
    Ok(())
}

#[test]
fn a_name_that_is_gone_for_a_while_is_found_again() -> Result<()> {
    let names = Names::none()?;
    if !names.can_be_given() {
        println!("skipped: names cannot be mounted here, which needs `unshare --mount`");
        return Ok(());
    }
    let (home, hub) = (home()?, Scripted::encrypted("atom")?);
    let network = Network::before(hub.socket_address())?;
    let chaperone = home.start_among(&names)?;
    let address = format!("wss://hub.test:{}", network.address().port());
    let settings = json!({ "pin": hub.pin() });
    let id = chaperone.pair_at(&address, "atom", "autonomous", &settings)?;
    let unknown = || {
        within(LONG, "it says that the name is gone", || {
            let trouble = chaperone.connection(&id)?["trouble"].to_string();
            Ok(trouble.contains("the name hub.test is not found"))
        })
    };
    unknown()?;
    names.give("hub.test")?;
    back(&chaperone)?;
    let bot = agent(Maturity::Intern)?;
    hub.ask("n-1", Some(&bot), notify("Tea"))?;
    let request = chaperone.request()?;

    names.forget()?;
    network.turn(Weather::Cut);
    unknown()?;
    chaperone.decide(&request, "deny")?;
    network.turn(Weather::Fair);
    ensure!(
        connection(&chaperone)?["phase"] != "connected",
        "without a name"
    );
    names.give("hub.test")?;
    back(&chaperone)?;
    let outcome = hub.outcome("n-1")?;
    ensure!(code(&outcome).is_some(), "{outcome:?}");
    ensure!(chaperone.requests()?.is_empty(), "it was asked again");
    Ok(())
}

#[test]
fn another_certificate_is_refused_until_the_right_one_is_back() -> Result<()> {
    let home = home()?;
    let (hub, other) = (Scripted::encrypted("atom")?, Scripted::encrypted("atom")?);
    let network = Network::before(hub.socket_address())?;
    let chaperone = home.start()?;
    let address = format!("wss://{}", network.address());
    let settings = json!({ "pin": hub.pin() });
    let id = chaperone.pair_at(&address, "atom", "autonomous", &settings)?;
    chaperone.connected(&id)?;
    hub.ask("n-1", Some(&agent(Maturity::Intern)?), notify("Tea"))?;
    let request = chaperone.request()?;

    network.lead_to(other.socket_address());
    within(LONG, "it says what is wrong", || {
        let trouble = chaperone.connection(&id)?["trouble"].to_string();
        Ok(trouble.contains("certificate") && trouble.contains("has changed"))
    })?;
    chaperone.decide(&request, "deny")?;
    chaperone.call("connections/tryNow", &json!({ "id": id }))?;
    within(LONG, "it says so again", || {
        Ok(chaperone.connection(&id)?["failedAttempts"].as_u64() >= Some(2))
    })?;
    // Where there is no conversation no token was shown.
    ensure!(other.connections() == 0, "it spoke to another hub");
    ensure!(other.transcript().is_empty(), "{:?}", other.transcript());

    network.lead_to(hub.socket_address());
    back(&chaperone)?;
    let outcome = hub.outcome("n-1")?;
    ensure!(code(&outcome).is_some(), "{outcome:?}");
    ensure!(chaperone.requests()?.is_empty(), "it was asked again");
    Ok(())
}

#[test]
fn a_hub_that_restarts_again_and_again_hears_everything_once() -> Result<()> {
    let (home, mut hub) = (home()?, Elsewhere::start()?);
    let diary = Diary::begin(&home)?;
    let chaperone = home.join(&hub)?;
    diary.open(&chaperone)?;
    let mut calls = Vec::new();
    for round in 0..4 {
        let runs = diary.runs()?.len();
        calls.push(hub.execute(&diary.line(&format!("allowed-{round}"))));
        let request = chaperone.request()?;
        // Some are answered before the hub goes, some after it came back.
        let soon = round % 2 == 0;
        if soon {
            chaperone.decide(&request, "allowOnce")?;
            chaperone.soon("it ran", || Ok(diary.runs()?.len() == runs + 1))?;
        }
        hub.restart()?;
        within(LONG, "it connects again", || hub.is_connected())?;
        if !soon {
            // Nobody waits for it any more, which the device may have been told by now.
            let _ = chaperone.decide(&request, "allowOnce");
        }
        chaperone.soon("nothing waits", || Ok(chaperone.requests()?.is_empty()))?;
    }
    for call in calls {
        call.answer()?;
    }
    diary.has_no_doubles()?;
    let mut ids: Vec<String> = Vec::new();
    chaperone.soon("all are in the audit", || {
        let rows = hub.audit()?;
        let on_time = rows.iter().filter(|row| row["late"] != true);
        ids = on_time.map(|row| row["command_id"].to_string()).collect();
        ids.sort();
        Ok(ids.len() == 4)
    })?;
    ids.dedup();
    ensure!(ids.len() == 4, "one ended twice: {ids:?}");
    chaperone.soon("each ended once here, too", || {
        Ok(chaperone.commands()?.len() == 4)
    })?;
    Ok(())
}
