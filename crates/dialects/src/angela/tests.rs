use chaperone_protocol::{Event, Map, Report, Timestamp, Value};
use serde_json::json;

use super::{
    DIALECT, INVALID_JSON, UNREADABLE,
    sign::{angela_signature, is_angela_signature},
    to_wire::complaint,
};
use crate::{Audience, Context, DecodeError, Dialect as _, Downstream, Upstream, json};

const NOW: Timestamp = Timestamp::constant(1_770_026_400, 0);

#[test]
fn the_signature_is_the_systems_own() {
    let body = br#"{"module":"audio","enabled":false}"#;
    let signature = "51d75e3aafd2db34e43a5231bcf41e459a67ca91dd4cabb738b64540b750a78f";
    assert_eq!(angela_signature("unit-test-key-b", body), signature);
    assert!(is_angela_signature("unit-test-key-b", body, signature));
}

#[test]
fn no_other_signature_will_do() {
    let (key, body) = ("unit-test-key-b", b"{}".as_slice());
    let right = angela_signature(key, body);
    assert!(is_angela_signature(key, body, &right));
    let one_off: String = right
        .chars()
        .enumerate()
        .map(|(at, digit)| match (at, digit) {
            (63, '0') => '1',
            (63, _) => '0',
            _ => digit,
        })
        .collect();
    let wrong = [
        String::new(),
        "0".repeat(64),
        right.to_uppercase(),
        right[..62].to_owned(),
        right[..63].to_owned(),
        format!("{right}00"),
        format!(" {right}"),
        "é".repeat(32),
        one_off,
    ];
    for signature in wrong {
        assert!(!is_angela_signature(key, body, &signature), "{signature}");
    }
    assert!(!is_angela_signature("another", body, &right));
    assert!(!is_angela_signature(key, b"{} ", &right));
}

#[test]
fn a_key_may_be_anything_and_a_body_empty() {
    for key in ["", "k", &"long ".repeat(100)] {
        let signature = angela_signature(key, b"");
        assert_eq!(signature.len(), 64);
        assert!(is_angela_signature(key, b"", &signature));
    }
}

#[test]
fn what_is_no_json_object_is_told_in_the_systems_words() {
    for text in ["nonsense", "[1]", "7", "\"text\"", "null"] {
        let error = json::frame(text, 100).unwrap_err();
        assert!(UNREADABLE.contains(&error.to_string().as_str()), "{error}");
        assert_eq!(complaint(&error.to_string()), INVALID_JSON);
    }
    let other = DecodeError::TooDeep { limit: 64 }.to_string();
    assert_eq!(complaint(&other), other);
}

fn relayed(name: &str, data: &Value) -> Vec<(String, Map<String, Value>)> {
    let heard = Upstream::Report(Report::Event(Event {
        name: name.to_owned(),
        data: data.as_object().unwrap().clone(),
    }));
    let relays = DIALECT.relays(&heard, Context::at(NOW));
    relays
        .into_iter()
        .map(|relay| {
            assert_eq!(relay.to, Audience::All);
            match relay.message {
                Downstream::Event(event) => (event.name, event.data),
                other => panic!("{other:?}"),
            }
        })
        .collect()
}

fn id_of(name: &str, data: &Value) -> String {
    let relays = relayed(name, data);
    relays.last().unwrap().1["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_module_is_told_twice_and_anything_else_once() {
    let relays = relayed(
        "module_control",
        &json!({"module": "vision", "enabled": false, "mood": "curious"}),
    );
    let [(first, plain), (second, synchronised)] = relays.as_slice() else {
        panic!("{relays:?}")
    };
    let state = json!({"module": "vision", "enabled": false});
    assert_eq!(
        (first.as_str(), Value::Object(plain.clone())),
        ("module_status_changed", state)
    );
    assert_eq!(second, "status_change");
    assert_eq!(
        synchronised["data"],
        json!({"module": "vision", "enabled": false, "action": "module_control"})
    );
    for (name, kind) in [
        ("status_change", "status_change"),
        ("", "data_update"),
        ("speech", "data_update"),
        ("training_progress", "data_update"),
        ("pong", "data_update"),
    ] {
        let relays = relayed(name, &json!({"x": 1}));
        assert_eq!(relays.len(), 1);
        assert_eq!(relays[0].0, kind, "{name}");
        let mut told = Value::Object(relays[0].1.clone());
        told["id"] = json!("uuid");
        assert_eq!(
            told,
            json!({"id": "uuid", "source": "websocket_client", "target": null,
                "data": {"x": 1}, "priority": 1})
        );
    }
}

#[test]
fn what_a_module_message_leaves_out_is_told_as_null() {
    let relays = relayed("module_control", &json!({"module": null}));
    assert_eq!(
        Value::Object(relays[0].1.clone()),
        json!({"module": null, "enabled": null})
    );
}

#[test]
fn data_that_is_no_object_is_passed_on_as_it_came() {
    for data in [json!([1, 2]), json!("text"), json!(null)] {
        let relays = relayed("x", &json!({ "data": data }));
        assert_eq!(relays[0].1["data"], data);
    }
    let nested = json!({"data": {"x": 1}});
    assert_eq!(relayed("x", &nested)[0].1["data"], nested);
}

#[test]
fn ids_are_uuids_that_repeat_only_with_moment_and_content() {
    let id = id_of("x", &json!({"x": 1}));
    assert_eq!(id.len(), 36);
    assert_eq!(&id[14..15], "8");
    assert!(["8", "9", "a", "b"].contains(&&id[19..20]));
    assert_eq!(id, id_of("x", &json!({"x": 1})));
    assert_ne!(id, id_of("x", &json!({"x": 2})));
    assert_ne!(id, id_of("status_change", &json!({"x": 1})));
    let later = Context::at(Timestamp::constant(1_770_026_400, 1));
    let heard = Upstream::Report(Report::Event(Event {
        name: "x".to_owned(),
        data: json!({"x": 1}).as_object().unwrap().clone(),
    }));
    let Downstream::Event(event) = &DIALECT.relays(&heard, later)[0].message else {
        panic!("no event")
    };
    assert_ne!(event.data["id"], json!(id));
}

#[test]
fn a_heartbeat_is_nobody_elses_matter() {
    assert!(
        DIALECT
            .relays(&Upstream::Heartbeat, Context::at(NOW))
            .is_empty()
    );
}
