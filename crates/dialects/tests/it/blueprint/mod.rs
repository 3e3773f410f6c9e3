//! `SmartBlueprint` Pro: its conversations, everything it takes, and everything it does not.

mod about;
mod conversations;
mod documented;
mod hearing;
mod noise;
mod relaying;
mod saying;

use chaperone_dialects::{
    Asked, Context, Decoded, Dialect, Downstream, Relay, RemoteCommand, Upstream, dialect,
};
use chaperone_protocol::{Action, Data, Event, Health, Map, Notify, Outcome, Report, Value};

use crate::support::{NOW, desktop, fixtures, id};

fn blueprint() -> &'static dyn Dialect {
    dialect("blueprint").unwrap()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other}"),
    }
}

fn up(frame: &Value) -> Upstream {
    match blueprint().decode_up(&frame.to_string(), NOW) {
        Ok(Decoded::Message(message)) => message,
        other => panic!("{frame}: {other:?}"),
    }
}

fn down(frame: &Value) -> Downstream {
    match blueprint().decode_down(&frame.to_string(), NOW) {
        Ok(Decoded::Message(message)) => message,
        other => panic!("{frame}: {other:?}"),
    }
}

fn said(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn says_up(message: &Upstream, cx: Context<'_>) -> Value {
    said(&blueprint().encode_up(message, cx).unwrap())
}

fn says_down(message: &Downstream, cx: Context<'_>) -> Value {
    said(&blueprint().encode_down(message, cx).unwrap())
}

fn event(name: &str, data: Value) -> Event {
    Event {
        name: name.to_owned(),
        data: object(data),
    }
}

fn reported(name: &str, data: Value) -> Upstream {
    Upstream::Report(Report::Event(event(name, data)))
}

fn result(command: &str, outcome: Outcome) -> Upstream {
    let id = id(command);
    Upstream::Result { id, outcome }
}

fn success(data: Data) -> Outcome {
    Outcome::Success {
        data,
        finished_at: NOW.now,
    }
}

fn remote(asked: Asked) -> RemoteCommand {
    RemoteCommand {
        id: id("c1"),
        agent: None,
        deadline_at: None,
        asked,
    }
}

fn notify() -> Asked {
    Asked::Ability(Action::Notify(Notify {
        title: "Hi".to_owned(),
        body: String::new(),
        icon: None,
        sound: None,
    }))
}

fn health() -> Health {
    Health {
        uptime: Some(std::time::Duration::from_hours(1)),
        cpu_percent: Some(12.8),
        memory_percent: Some(45.2),
        memory_mb: None,
        more: Map::new(),
    }
}

fn fixture(direction: &str, name: &str) -> String {
    let frames = fixtures("blueprint", direction);
    let found = frames.into_iter().find(|(file, _)| file == name);
    let text = found.unwrap().1;
    said(&text).to_string()
}

const EVENTS: [&str; 10] = [
    "deviceJoin",
    "deviceLeave",
    "deviceUpdate",
    "pingResult",
    "pingCalibration",
    "trustAlert",
    "trustUpdate",
    "anomalyDetected",
    "mlScoreUpdate",
    "dataIntegrityReport",
];

fn relays(heard: &Upstream) -> Vec<Relay> {
    let device = desktop().id;
    blueprint().relays(heard, NOW.of(Some(&device)))
}
