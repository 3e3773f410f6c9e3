//! The connections with hubs.

use anyhow::Result;
use serde_json::{Value, json};

use super::Desk;
use crate::{
    arguments::ConnectionsWord,
    ending::Refused,
    json::{is, member, number, text, words},
    screen::{Colour, Screen},
    table::{Cell, Table, one_line},
};

pub(crate) fn connections(desk: &Desk<'_>, word: Option<ConnectionsWord>) -> Result<()> {
    let change =
        |params: Value, sentence: String| desk.act("connections/change", &params, &sentence);
    match word.unwrap_or(ConnectionsWord::List) {
        ConnectionsWord::List => {
            let connections = all(desk)?;
            desk.screen
                .list(&connections, |them| list(desk.screen, them));
        }
        ConnectionsWord::Show { id } => {
            let connection = find(desk, &id)?;
            desk.screen.one(&connection, |it| show(desk.screen, it));
        }
        ConnectionsWord::Try { id } => {
            desk.act("connections/tryNow", &json!({ "id": id }), "Trying.")?;
        }
        ConnectionsWord::Pause { id } => change(
            json!({ "id": id, "paused": true }),
            format!("Paused {id}. Nothing comes through until you resume it."),
        )?,
        ConnectionsWord::Resume { id } => change(
            json!({ "id": id, "paused": false }),
            format!("Resumed {id}."),
        )?,
        ConnectionsWord::Ceiling { id, level } => change(
            json!({ "id": id, "ceiling": level }),
            format!("Nobody behind {id} has more than {level} here."),
        )?,
        ConnectionsWord::Rename { id, name } => {
            let sentence = format!("{id} is called {} now.", one_line(&name));
            change(json!({ "id": id, "name": name }), sentence)?;
        }
        ConnectionsWord::Remove { id, yes } => {
            let name = text(&find(desk, &id)?, "name").to_owned();
            desk.sure(
                yes,
                &format!("Sign out of {} and forget it?", one_line(&name)),
            )?;
            desk.act("connections/remove", &json!({ "id": id }), "Removed.")?;
        }
    }
    Ok(())
}

fn all(desk: &Desk<'_>) -> Result<Vec<Value>> {
    Ok(member(&desk.snapshot()?, "connections")
        .as_array()
        .cloned()
        .unwrap_or_default())
}

fn find(desk: &Desk<'_>, id: &str) -> Result<Value> {
    all(desk)?
        .into_iter()
        .find(|connection| text(connection, "id") == id)
        .ok_or_else(|| {
            Refused(format!(
                "there is no connection {id} (see `chaperone-headless connections`)"
            ))
            .into()
        })
}

fn state(connection: &Value) -> (Colour, String) {
    if is(connection, "paused") {
        return (Colour::Careful, "paused".to_owned());
    }
    let phase = text(connection, "phase");
    let colour = match phase {
        "connected" => Colour::Good,
        "refused" | "stopped" => Colour::Bad,
        _ => Colour::Careful,
    };
    (colour, words(phase))
}

pub(crate) fn list(screen: &Screen, connections: &[Value]) -> Vec<String> {
    let mut table = Table::new(&["ID", "NAME", "STATE", "CEILING", "ADDRESS", "TROUBLE"]);
    for connection in connections {
        let (colour, state) = state(connection);
        table.row(vec![
            text(connection, "id").into(),
            text(connection, "name").into(),
            Cell::painted(colour, state),
            text(connection, "ceiling").into(),
            text(connection, "address").into(),
            text(connection, "trouble").into(),
        ]);
    }
    table.lines(screen, "There are no connections.")
}

pub(crate) fn show(screen: &Screen, connection: &Value) -> Vec<String> {
    let mut lines = vec![screen.paint(Colour::Strong, &one_line(text(connection, "name")))];
    let mut row = |name: &str, value: &str| {
        if !value.is_empty() {
            lines.push(format!("    {name:<12}{}", one_line(value)));
        }
    };
    row("id", text(connection, "id"));
    row("address", text(connection, "address"));
    row("dialect", text(connection, "dialect"));
    row("state", &state(connection).1);
    row("ceiling", text(connection, "ceiling"));
    row("trouble", text(connection, "trouble"));
    match number(connection, "failedAttempts") {
        None | Some(0) => {}
        Some(failed) => row("failed", &format!("{failed} times in a row")),
    }
    if let Some(at) = number(connection, "nextTryAt") {
        row("next try", &screen.left(at));
    }
    if let Some(time) = connection.get("roundTripMs").and_then(Value::as_f64) {
        row("round trip", &format!("{time:.1} ms"));
    }
    lines
}
