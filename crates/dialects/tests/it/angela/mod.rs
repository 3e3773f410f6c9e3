//! Angela: its conversations, everything it takes, and everything it does not.

mod about;
mod conversations;
mod frames;

use chaperone_dialects::{Decoded, Dialect, Downstream, Upstream, dialect};
use chaperone_protocol::{Event, Report, Value};

use crate::support::NOW;

fn angela() -> &'static dyn Dialect {
    dialect("angela").unwrap()
}

fn event(name: &str, data: Value) -> Event {
    let name = name.to_owned();
    match data {
        Value::Object(data) => Event { name, data },
        other => panic!("{other}"),
    }
}

fn report(name: &str, data: Value) -> Upstream {
    Upstream::Report(Report::Event(event(name, data)))
}

fn news(name: &str, data: Value) -> Downstream {
    Downstream::Event(event(name, data))
}

fn up(frame: &Value) -> Upstream {
    match angela().decode_up(&frame.to_string(), NOW) {
        Ok(Decoded::Message(message)) => message,
        other => panic!("{frame}: {other:?}"),
    }
}

fn down(frame: &Value) -> Downstream {
    match angela().decode_down(&frame.to_string(), NOW) {
        Ok(Decoded::Message(message)) => message,
        other => panic!("{frame}: {other:?}"),
    }
}

fn said_up(message: &Upstream) -> Value {
    serde_json::from_str(&angela().encode_up(message, NOW).unwrap()).unwrap()
}

fn said_down(message: &Downstream) -> Value {
    serde_json::from_str(&angela().encode_down(message, NOW).unwrap()).unwrap()
}
