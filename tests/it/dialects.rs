//! This device against hubs of every kind, encrypted, each with the words of its own wire.

use anyhow::{Context as _, Result, ensure};
use chaperone_dialects::{Asked, Context as Cx, Downstream, RemoteCommand};
use chaperone_protocol::{
    Action, Agent, AgentId, CommandId, Data, Execute, Maturity, Notify, Outcome, Timestamp,
};
use support::Scripted;
use tokio_tungstenite::tungstenite::Message;

use crate::home;

/// What agents of every hub ask for here, and what a person says to it.
fn actions() -> Vec<(&'static str, Action)> {
    let notify = Notify {
        title: "Tea".to_owned(),
        body: "It is ready".to_owned(),
        icon: None,
        sound: None,
    };
    let execute = Execute {
        line: "echo hello".to_owned(),
        working_dir: None,
        timeout: Execute::DEFAULT_TIMEOUT,
        environment: std::collections::BTreeMap::new(),
    };
    vec![
        ("c-notify", Action::Notify(notify)),
        ("c-execute", Action::Execute(execute)),
    ]
}

fn agent() -> Result<Agent> {
    Ok(Agent {
        id: AgentId::new("release-bot")?,
        name: "Release Bot".to_owned(),
        maturity: Maturity::Autonomous,
        confidence: None,
    })
}

/// Whether a wire has words for a command.
fn is_sayable(dialect: &str, id: &str, action: &Action) -> Result<bool> {
    let wire = chaperone_dialects::dialect(dialect).context("no such dialect")?;
    let command = Downstream::Command(RemoteCommand {
        id: CommandId::new(id)?,
        agent: Some(agent()?),
        deadline_at: None,
        asked: Asked::Ability(action.clone()),
    });
    let cx = Cx {
        now: Timestamp::UNIX_EPOCH,
        device: None,
        health: None,
    };
    Ok(wire.encode_down(&command, cx).is_ok())
}

/// Pairs, has everything asked that the wire can say, allows the first and denies the second.
fn converse(dialect: &str) -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let hub = Scripted::encrypted(dialect)?;
    chaperone.pair(&hub, dialect, "autonomous")?;

    let mut asked = 0;
    for (id, action) in actions() {
        if !is_sayable(dialect, id, &action)? {
            continue;
        }
        asked += 1;
        // After a yes some are not asked about any more.
        for (turn, decision) in [("denied", "deny"), ("allowed", "allowOnce")] {
            let id = format!("{id}-{turn}");
            hub.ask(&id, Some(&agent()?), action.clone())?;
            let request = chaperone.request()?;
            chaperone.decide(&request, decision)?;
            let outcome = hub.outcome(&id)?;
            match (&action, decision, &outcome) {
                (_, "deny", Outcome::Failure { .. }) => {}
                // There is no desktop here that could show it, which is said.
                (Action::Notify(_), _, Outcome::Failure { message, .. }) => {
                    ensure!(message.contains("notification"), "{dialect}: {message}");
                }
                (Action::Execute(_), _, Outcome::Success { data, .. }) => {
                    let printed = match data {
                        Data::Executed(executed) => executed.stdout.clone(),
                        other => format!("{other:?}"),
                    };
                    ensure!(printed.contains("hello"), "{dialect}: {printed}");
                }
                (_, _, other) => anyhow::bail!("{dialect} {id}: {other:?}"),
            }
            // Sent again, it is answered again and not asked again.
            hub.ask(&id, Some(&agent()?), action.clone())?;
            let again = hub.outcome(&id)?;
            ensure!(
                matches!(again, Outcome::Success { .. })
                    == matches!(outcome, Outcome::Success { .. }),
                "{dialect} {id}: {again:?}"
            );
            ensure!(
                chaperone.requests()?.is_empty(),
                "{dialect} {id} was asked twice"
            );
        }
    }
    ensure!(asked > 0, "{dialect} has words for nothing");
    let verified = chaperone.call("record/verify", &serde_json::json!({}))?;
    ensure!(
        verified.pointer("/broken") == Some(&serde_json::Value::Null),
        "{verified}"
    );
    Ok(())
}

#[test]
fn an_atom_hub() -> Result<()> {
    converse("atom")
}

#[test]
fn an_adiuva_hub() -> Result<()> {
    converse("adiuva")
}

/// Such a hub has no words for what devices can do; it is kept up, and what it says is passed over.
#[test]
fn an_angela_hub() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let hub = Scripted::encrypted("angela")?;
    let id = chaperone.pair(&hub, "angela", "autonomous")?;
    for frame in [
        r#"{"type":"state_update","state":{"name":"Angela"}}"#,
        r#"{"type":"something_new"}"#,
        "no JSON",
    ] {
        hub.raw(Message::text(frame));
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    chaperone.connected(&id)?;
    ensure!(hub.connections() == 1, "it was lost");
    ensure!(chaperone.requests()?.is_empty(), "something was asked");
    Ok(())
}

#[test]
fn an_archety_hub() -> Result<()> {
    converse("archety")
}

#[test]
fn a_blueprint_hub() -> Result<()> {
    converse("blueprint")
}

#[test]
fn another_certificate_than_the_pinned_one_is_refused() -> Result<()> {
    let home = home()?;
    let chaperone = home.start()?;
    let (hub, other) = (Scripted::encrypted("atom")?, Scripted::encrypted("atom")?);
    let wanted = serde_json::json!({
        "address": hub.address(),
        "dialect": "atom",
        "way": "pastedToken",
        "settings": { "pin": other.pin() },
    });
    let begun = chaperone.call("connections/signIn", &wanted)?;
    let step = serde_json::json!({ "ticket": begun["ticket"], "given": { "token": "t" } });
    let paired = chaperone.call("connections/signInStep", &step)?;
    let id = paired["step"]["connection"].clone();
    chaperone.soon("it says what is wrong", || {
        let state = chaperone.call("state/snapshot", &serde_json::json!({}))?;
        let connections = state["connections"].as_array().cloned().unwrap_or_default();
        let trouble = connections
            .iter()
            .find(|one| one["id"] == id)
            .and_then(|one| one["trouble"].as_str())
            .unwrap_or_default()
            .to_owned();
        Ok(trouble.contains("certificate"))
    })?;
    ensure!(
        hub.connections() == 0,
        "a device spoke to a hub that is another"
    );
    Ok(())
}
