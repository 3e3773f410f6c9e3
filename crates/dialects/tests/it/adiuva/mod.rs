//! Adiuva: its conversations, everything it takes, and everything it does not.

mod conversations;
mod hearing;
mod saying;

use chaperone_dialects::{Asked, Decoded, Dialect, Downstream, RemoteCommand, Upstream, dialect};
use chaperone_protocol::{Action, Data, Map, Notify, Outcome, Value};

use crate::support::{NOW, id};

fn adiuva() -> &'static dyn Dialect {
    dialect("adiuva").unwrap()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other}"),
    }
}

fn up(frame: &Value) -> Upstream {
    match adiuva().decode_up(&frame.to_string(), NOW) {
        Ok(Decoded::Message(message)) => message,
        other => panic!("{frame}: {other:?}"),
    }
}

fn command(frame: &Value) -> RemoteCommand {
    match adiuva().decode_down(&frame.to_string(), NOW) {
        Ok(Decoded::Message(Downstream::Command(command))) => command,
        other => panic!("{frame}: {other:?}"),
    }
}

fn success(data: Data) -> Outcome {
    let finished_at = NOW.now;
    Outcome::Success { data, finished_at }
}

fn other(members: Value) -> Data {
    Data::Other(object(members))
}

fn result(command: &str, outcome: Outcome) -> Upstream {
    let id = id(command);
    Upstream::Result { id, outcome }
}

/// The frame a message becomes.
fn said_up(message: &Upstream) -> Value {
    serde_json::from_str(&adiuva().encode_up(message, NOW).unwrap()).unwrap()
}

fn said_down(message: &Downstream) -> Value {
    serde_json::from_str(&adiuva().encode_down(message, NOW).unwrap()).unwrap()
}

fn asks(command: &str, asked: Asked) -> Downstream {
    Downstream::Command(RemoteCommand {
        id: id(command),
        agent: None,
        deadline_at: None,
        asked,
    })
}

fn notify() -> Asked {
    Asked::Ability(Action::Notify(Notify {
        title: "Standup".to_owned(),
        body: String::new(),
        icon: None,
        sound: None,
    }))
}
