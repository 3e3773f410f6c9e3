//! What a hub tells its other devices when one has said something.
//!
//! What is written down goes on as it is written down, with the name of the device that said it;
//! what programs say goes on as their own server answers it. Heartbeats and complaints concern the
//! hub alone. Distances are never made up: what was measured is passed on, and nothing else.

use chaperone_protocol::{DeviceId, Event, Map, Report, Value};

use super::{introduction, schema, state};
use crate::{Audience, Context, Downstream, Registration, Relay, Upstream};

pub(super) fn relays(heard: &Upstream, cx: Context<'_>) -> Vec<Relay> {
    match heard {
        Upstream::Register(registration) => introduced(registration),
        Upstream::Report(Report::Health(health)) => {
            let data = named(state::payload(health), cx);
            vec![relay(Audience::Others, schema::HEALTH.name, data)]
        }
        Upstream::Report(Report::Event(event)) => happened(event, cx).into_iter().collect(),
        Upstream::Heartbeat
        | Upstream::Error { .. }
        | Upstream::Proof { .. }
        | Upstream::Accepted { .. }
        | Upstream::Progress { .. }
        | Upstream::Part { .. }
        | Upstream::Result { .. } => Vec::new(),
    }
}

fn relay(to: Audience, name: &str, data: Map<String, Value>) -> Relay {
    let message = Downstream::Event(Event {
        name: name.to_owned(),
        data,
    });
    Relay { to, message }
}

/// With the name of the device that said it.
fn named(mut data: Map<String, Value>, cx: Context<'_>) -> Map<String, Value> {
    if let Some(device) = cx.device.map(DeviceId::as_str) {
        data.insert("agentId".to_owned(), device.into());
    }
    data
}

fn introduced(registration: &Registration) -> Vec<Relay> {
    let mut written_down = introduction::payload(&registration.device);
    let id = Value::from(registration.device.id.as_str());
    let mut connected = Map::new();
    connected.insert("agentId".to_owned(), id.clone());
    for name in ["capabilities", "systemInfo"] {
        if let Some(value) = written_down.get(name) {
            connected.insert(name.to_owned(), value.clone());
        }
    }
    written_down.insert("agentId".to_owned(), id);
    vec![
        relay(Audience::Others, schema::REGISTER.name, written_down),
        relay(Audience::Others, schema::AGENT_CONNECTED, connected),
    ]
}

fn happened(event: &Event, cx: Context<'_>) -> Option<Relay> {
    let Event { name, data } = event;
    match name.as_str() {
        schema::DEVICE_UPDATE => Some(relay(
            Audience::Others,
            schema::DEVICE_UPDATE,
            named(data.clone(), cx),
        )),
        schema::PING => {
            let mut answer = Map::new();
            answer.insert("ping".to_owned(), data.get("ping")?.clone());
            Some(relay(Audience::All, schema::PING_UPDATE, answer))
        }
        schema::PROBE => Some(relay(Audience::All, schema::PROBE_RESULTS, probed(data))),
        documented if schema::event(documented).is_some() => {
            Some(relay(Audience::Others, documented, named(data.clone(), cx)))
        }
        // What else programs report concerns their own server, which passes none of it on.
        _ => None,
    }
}

fn probed(data: &Map<String, Value>) -> Map<String, Value> {
    let measured = |name: &str, of: &str| {
        let entries = data.get(name).and_then(Value::as_object);
        let entries = entries.into_iter().flatten().map(|(key, rtt)| {
            let mut entry = Map::new();
            entry.insert(of.to_owned(), key.as_str().into());
            entry.insert("rtt".to_owned(), rtt.clone());
            Value::Object(entry)
        });
        Value::Array(entries.collect())
    };
    let mut results = Map::new();
    results.insert("rttMeasurements".to_owned(), measured("rtt", "mac"));
    results.insert("pingMeasurements".to_owned(), measured("ping", "host"));
    if let Some(location) = data.get("location") {
        results.insert("location".to_owned(), location.clone());
    }
    results
}
