//! Archety: its conversations, everything it takes, and everything it does not.

mod bodies;
mod conversations;
mod hearing;
mod noise;
mod saying;

use chaperone_dialects::{
    Asked, Decoded, Dialect, Downstream, Input, Polling, Purpose, RemoteCommand, Upstream, dialect,
};
use chaperone_protocol::{Action, Data, Map, Notified, Notify, Outcome, Value};
use serde_json::json;

use crate::support::{NOW, fixtures, id};

fn archety() -> &'static dyn Dialect {
    dialect("archety").unwrap()
}

fn http() -> &'static dyn Polling {
    archety().polling().unwrap()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other}"),
    }
}

fn up(frame: &Value) -> Upstream {
    match archety().decode_up(&frame.to_string(), NOW) {
        Ok(Decoded::Message(message)) => message,
        other => panic!("{frame}: {other:?}"),
    }
}

fn down(frame: &Value) -> Downstream {
    match archety().decode_down(&frame.to_string(), NOW) {
        Ok(Decoded::Message(message)) => message,
        other => panic!("{frame}: {other:?}"),
    }
}

fn asked(data: &Value) -> Asked {
    match down(&json!({"type": "command", "data": data})) {
        Downstream::Command(RemoteCommand {
            asked,
            agent: None,
            deadline_at: None,
            ..
        }) => asked,
        other => panic!("{data}: {other:?}"),
    }
}

fn foreign(name: &str, parameters: Value) -> Asked {
    Asked::Foreign {
        name: name.to_owned(),
        parameters: object(parameters),
    }
}

fn said(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn success(data: Data) -> Outcome {
    Outcome::Success {
        data,
        finished_at: NOW.now,
    }
}

fn result(command: &str, outcome: Outcome) -> Upstream {
    let id = id(command);
    Upstream::Result { id, outcome }
}

fn notified() -> Upstream {
    result(
        "cmd_2",
        success(Data::Notified(Notified { shown_as: Some(7) })),
    )
}

fn notify() -> RemoteCommand {
    RemoteCommand {
        id: id("cmd_2"),
        agent: None,
        deadline_at: None,
        asked: Asked::Ability(Action::Notify(Notify {
            title: "Hi".to_owned(),
            body: String::new(),
            icon: None,
            sound: None,
        })),
    }
}

fn body(name: &str) -> String {
    let bodies = fixtures("archety", "http");
    let found = bodies.into_iter().find(|(file, _)| file == name);
    found.unwrap().1
}

fn fixture(direction: &str, name: &str) -> String {
    let frames = fixtures("archety", direction);
    let found = frames.into_iter().find(|(file, _)| file == name);
    found.unwrap().1.trim().to_owned()
}

const NOTHING_NEW: &str = r#"{"commands":[],"ack_events":[]}"#;

fn answered(purpose: Purpose, status: u16, body: &str) -> Input {
    Input::Answered {
        purpose,
        answer: Ok((status, body.to_owned())),
    }
}
