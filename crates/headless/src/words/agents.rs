//! The agents that asked for something here.

use anyhow::Result;
use serde_json::{Value, json};

use super::Desk;
use crate::{
    arguments::{AgentsWord, CeilingValue, NamedAgent},
    ending::{Refused, Wrong},
    json::{is, number, text},
    screen::{Colour, Screen},
    table::{Cell, Table, one_line},
};

pub(crate) fn agents(desk: &Desk<'_>, word: Option<AgentsWord>) -> Result<()> {
    match word.unwrap_or(AgentsWord::List) {
        AgentsWord::List => {
            let agents = all(desk)?;
            desk.screen.list(&agents, |them| list(desk.screen, them));
        }
        AgentsWord::Ceiling { agent, level } => {
            let (connection, agent) = find(desk, &agent)?;
            let (ceiling, sentence) = match level {
                CeilingValue::None => (
                    Value::Null,
                    format!("{agent} has the ceiling of its connection."),
                ),
                level => {
                    let name = format!("{level:?}").to_lowercase();
                    let sentence = format!("{agent} has no more than {name} here.");
                    (name.into(), sentence)
                }
            };
            let params = json!({ "connection": connection, "agent": agent, "ceiling": ceiling });
            desk.act("agents/ceiling", &params, &sentence)?;
        }
        AgentsWord::Mute(agent) => mute(desk, &agent, true)?,
        AgentsWord::Unmute(agent) => mute(desk, &agent, false)?,
        AgentsWord::History(agent) => {
            let (connection, agent) = find(desk, &agent)?;
            let params = json!({ "connection": connection, "agent": agent });
            let changes = desk.listed("agents/history", &params, "changes")?;
            desk.screen
                .list(&changes, |changes| history(desk.screen, changes));
        }
    }
    Ok(())
}

fn mute(desk: &Desk<'_>, agent: &NamedAgent, muted: bool) -> Result<()> {
    let (connection, agent) = find(desk, agent)?;
    let sentence = if muted {
        format!("Whatever {agent} wants is refused.")
    } else {
        format!("{agent} is heard again.")
    };
    let params = json!({ "connection": connection, "agent": agent, "muted": muted });
    Ok(desk.act("agents/mute", &params, &sentence)?)
}

fn all(desk: &Desk<'_>) -> Result<Vec<Value>> {
    Ok(desk.listed("agents/list", &json!({}), "agents")?)
}

/// The connection and id of the one agent that is meant.
fn find(desk: &Desk<'_>, named: &NamedAgent) -> Result<(String, String)> {
    meant(&all(desk)?, named)
}

pub(crate) fn meant(agents: &[Value], named: &NamedAgent) -> Result<(String, String)> {
    let fitting: Vec<&Value> = agents
        .iter()
        .filter(|agent| text(agent, "id") == named.agent)
        .filter(|agent| {
            let connection = named.connection.as_deref();
            connection.is_none_or(|wanted| text(agent, "connection") == wanted)
        })
        .collect();
    let name = one_line(&named.agent);
    match fitting.as_slice() {
        [] => Err(Refused(format!(
            "no agent {name} ever asked for anything here (see `chaperone-headless agents`)"
        ))
        .into()),
        [one] => Ok((text(one, "connection").to_owned(), named.agent.clone())),
        several => {
            let connections: Vec<_> = several
                .iter()
                .map(|agent| one_line(text(agent, "connection")))
                .collect();
            Err(Wrong(format!(
                "several hubs have an agent {name}; say which with --connection ({})",
                connections.join(", ")
            ))
            .into())
        }
    }
}

pub(crate) fn list(screen: &Screen, agents: &[Value]) -> Vec<String> {
    let mut table = Table::new(&[
        "AGENT",
        "NAME",
        "CONNECTION",
        "CLAIM",
        "CEILING",
        "COUNTS",
        "LAST SEEN",
        "",
    ]);
    for agent in agents {
        let ceiling = match text(agent, "ceiling") {
            "" => "connection's",
            ceiling => ceiling,
        };
        let connection = match text(agent, "connectionName") {
            "" => text(agent, "connection"),
            name => name,
        };
        let seen = number(agent, "lastSeenAt").map(|at| screen.ago(at));
        let muted = if is(agent, "muted") { "muted" } else { "" };
        table.row(vec![
            text(agent, "id").into(),
            text(agent, "name").into(),
            connection.into(),
            text(agent, "claim").into(),
            ceiling.into(),
            Cell::painted(Colour::Strong, text(agent, "counts")),
            seen.unwrap_or_default().into(),
            Cell::painted(Colour::Careful, muted),
        ]);
    }
    table.lines(screen, "No agent asked for anything yet.")
}

pub(crate) fn history(screen: &Screen, changes: &[Value]) -> Vec<String> {
    let mut table = Table::new(&["WHEN", "WHAT", "BY", "FROM", "TO"]);
    let level = |change: &Value, name| match text(change, name) {
        "" => "–".to_owned(),
        level => level.to_owned(),
    };
    for change in changes {
        let at = number(change, "at").map(|at| screen.moment(at));
        let by = match text(change, "by") {
            "person" => "you",
            by => by,
        };
        table.row(vec![
            at.unwrap_or_default().into(),
            text(change, "what").into(),
            by.into(),
            level(change, "from").into(),
            level(change, "to").into(),
        ]);
    }
    table.lines(screen, "Nothing changed since it was first seen.")
}
