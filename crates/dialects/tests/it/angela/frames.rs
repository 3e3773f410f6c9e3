//! Every frame that is taken, every frame that is not, and what is said.

use chaperone_dialects::{Decoded, Downstream, EncodeError, Upstream};
use chaperone_protocol::{FailureCode, Map, Outcome, Report, Value};
use proptest::prelude::*;
use serde_json::json;

use super::{angela, down, event, news, report, said_down, said_up, up};
use crate::support::{NOW, fixtures, id};

#[test]
fn messages_of_devices_that_are_taken() {
    for (frame, heard) in [
        (json!({"type": "ping"}), Upstream::Heartbeat),
        (
            json!({"type": "ping", "timestamp": 1, "data": {}}),
            Upstream::Heartbeat,
        ),
        (
            json!({"type": "module_control", "module": "vision", "enabled": false}),
            report(
                "module_control",
                json!({"module": "vision", "enabled": false}),
            ),
        ),
        (
            json!({"type": "module_control", "module": [], "timestamp": "…", "x": 1}),
            report("module_control", json!({"module": [], "x": 1})),
        ),
        (
            json!({"type": "module_control", "data": {"module": "audio", "enabled": true}}),
            report(
                "module_control",
                json!({"module": "audio", "enabled": true}),
            ),
        ),
        (
            json!({"type": "module_control", "module": "audio", "data": {"module": "vision"}}),
            report("module_control", json!({"module": "audio"})),
        ),
        (
            json!({"type": "module_control"}),
            report("module_control", json!({})),
        ),
        (
            json!({"type": "speech", "text": "hi", "timestamp": 7}),
            report("speech", json!({"text": "hi"})),
        ),
        (
            json!({"type": "x", "data": {"a": 1}, "b": 2}),
            report("x", json!({"a": 1})),
        ),
        (
            json!({"type": "x", "data": [1]}),
            report("x", json!({"data": [1]})),
        ),
        (
            json!({"type": "x", "data": null}),
            report("x", json!({"data": null})),
        ),
        (json!({"x": 1}), report("", json!({"x": 1}))),
        (json!({"type": null, "x": 1}), report("", json!({"x": 1}))),
        (json!({"type": ["ping"]}), report("", json!({}))),
        (json!({}), report("", json!({}))),
        (json!({"type": "pong"}), report("pong", json!({}))),
        (
            json!({"error": "Invalid JSON"}),
            report("", json!({"error": "Invalid JSON"})),
        ),
    ] {
        assert_eq!(up(&frame), heard, "{frame}");
    }
}

#[test]
fn messages_of_hubs_that_are_taken() {
    let error = |message: &str| Downstream::Error {
        message: message.to_owned(),
    };
    let synchronised = json!({"id": "u", "source": "s", "target": "t", "priority": 2,
        "data": {"x": 1}, "extra": true});
    let mut whole = synchronised.clone();
    whole["type"] = json!("model_update");
    whole["timestamp"] = json!("2026-02-07T10:00:00");
    for (frame, heard) in [
        (json!({"type": "pong"}), Downstream::HeartbeatAck),
        (
            json!({"type": "pong", "timestamp": 7}),
            Downstream::HeartbeatAck,
        ),
        (json!({"error": "Invalid JSON"}), error("Invalid JSON")),
        (json!({"error": {"message": "no"}, "x": 1}), error("no")),
        (json!({"type": null, "error": "no"}), error("no")),
        (
            json!({"type": "x", "error": "no"}),
            news("x", json!({"error": "no"})),
        ),
        (
            json!({"error": "no", "data": {"x": 1}}),
            news("", json!({"x": 1})),
        ),
        (json!({"error": null}), news("", json!({"error": null}))),
        (
            json!({"type": "pet_state_update", "data": {"reason": "decay"}}),
            news("pet_state_changed", json!({"reason": "decay"})),
        ),
        (
            json!({"type": "pet_state_changed", "data": {"reason": "decay"}}),
            news("pet_state_changed", json!({"reason": "decay"})),
        ),
        (whole, news("model_update", synchronised)),
        (
            json!({"type": "data_update", "id": "u", "data": {"x": 1}}),
            news("data_update", json!({"x": 1})),
        ),
        (
            json!({"type": "data_update", "id": 7, "source": "s", "data": {"x": 1}}),
            news("data_update", json!({"x": 1})),
        ),
        (
            json!({"type": "data_update", "id": "u", "source": "s"}),
            news("data_update", json!({"id": "u", "source": "s"})),
        ),
        (json!({"type": "ping"}), news("ping", json!({}))),
        (json!({"data": {"x": 1}}), news("", json!({"x": 1}))),
        (json!({}), news("", json!({}))),
    ] {
        assert_eq!(down(&frame), heard, "{frame}");
    }
}

#[test]
fn frames_as_they_are_said() {
    let at = "2026-02-02T10:00:00Z";
    let frame = |message: &Upstream| angela().encode_up(message, NOW).unwrap();
    assert_eq!(frame(&Upstream::Heartbeat), r#"{"type":"ping"}"#);
    assert_eq!(
        said_up(&report(
            "module_control",
            json!({"module": "vision", "enabled": true})
        )),
        json!({"type": "module_control", "module": "vision", "enabled": true})
    );
    assert_eq!(
        said_up(&report("speech", json!({"text": "hi"}))),
        json!({"type": "speech", "data": {"text": "hi"}, "timestamp": at})
    );
    assert_eq!(
        said_up(&report("", json!({"x": 1}))),
        json!({"data": {"x": 1}, "timestamp": at})
    );
    assert_eq!(
        said_down(&Downstream::HeartbeatAck),
        json!({"type": "pong", "timestamp": at})
    );
    assert_eq!(
        said_down(&news("pet_state_update", json!({"reason": "decay"}))),
        json!({"type": "pet_state_changed", "data": {"reason": "decay"}, "timestamp": at})
    );
    for said in [
        "the frame is not JSON",
        "the frame is not a JSON object",
        "Invalid JSON",
    ] {
        let message = said.to_owned();
        let frame = angela()
            .encode_down(&Downstream::Error { message }, NOW)
            .unwrap();
        assert_eq!(frame, r#"{"error":"Invalid JSON"}"#);
    }
}

#[test]
fn synchronised_events_go_through_a_hub_of_ours_unchanged_but_for_the_time() {
    let mut seen = 0;
    for (file, text) in fixtures("angela", "down") {
        let mut frame: Value = serde_json::from_str(&text).unwrap();
        if frame["id"].is_null() {
            continue;
        }
        let mut again = said_down(&down(&frame));
        for frame in [&mut frame, &mut again] {
            frame["timestamp"] = json!(null);
        }
        assert_eq!(again, frame, "{file}");
        seen += 1;
    }
    assert!(seen >= 8, "{seen}");
}

#[test]
fn commands_have_no_words_here() {
    let outcome = Outcome::failure(FailureCode::Denied, "no", NOW.now);
    let messages = [
        Upstream::Result {
            id: id("c1"),
            outcome,
        },
        Upstream::Part {
            id: id("c1"),
            data: Map::new(),
        },
        Upstream::Accepted { id: id("c1") },
        Upstream::Error {
            message: String::new(),
        },
        report("ping", json!({})),
    ];
    for message in messages {
        assert!(matches!(
            angela().encode_up(&message, NOW),
            Err(EncodeError::Unsupported { .. })
        ));
        assert_eq!(angela().heard_up(message), None);
    }
    for message in [
        Downstream::Cancel { id: id("c1") },
        Downstream::ResultAck { id: id("c1") },
        news("pong", json!({})),
    ] {
        assert!(matches!(
            angela().encode_down(&message, NOW),
            Err(EncodeError::Unsupported { .. })
        ));
        assert_eq!(angela().heard_down(message), None);
    }
}

#[test]
fn frames_that_make_no_sense_say_why() {
    let deep = format!(r#"{{"x":{}1{}}}"#, "[".repeat(100), "]".repeat(100));
    for (text, said) in [
        ("", "the frame is not JSON"),
        ("{", "the frame is not JSON"),
        ("[1]", "the frame is not a JSON object"),
        ("7", "the frame is not a JSON object"),
        (
            deep.as_str(),
            "the frame is nested too deeply: at most 64 levels are taken",
        ),
        (
            r#"{"a":1,"a":2}"#,
            r#"the frame has the key "a" twice in one object"#,
        ),
    ] {
        for error in [
            angela().decode_up(text, NOW).unwrap_err(),
            angela().decode_down(text, NOW).unwrap_err(),
        ] {
            assert_eq!(error.to_string(), said, "{text}");
        }
    }
    for text in [
        r#"{"error":7}"#,
        r#"{"error":[]}"#,
        r#"{"error":{"message":7}}"#,
    ] {
        let error = angela().decode_down(text, NOW).unwrap_err();
        assert_eq!(error.to_string(), "error is not text", "{text}");
    }
}

#[test]
fn large_frames_are_only_large() {
    let items: Vec<Value> = (0..10_000).map(Value::from).collect();
    let frame = json!({"type": "x", "data": {"items": items}});
    let heard = up(&frame);
    assert_eq!(heard, report("x", json!({ "items": items })));
    assert_eq!(angela().relays(&heard, NOW).len(), 1);
    let long = "x".repeat(100_000);
    let Upstream::Report(Report::Event(event)) = up(&json!({ "type": long })) else {
        panic!("no event")
    };
    assert_eq!(event.name.chars().count(), 101);
}

/// Any frame of which everything and nothing is known.
fn odd_frame() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        Just(json!(null)),
        Just(json!([])),
        Just(json!({})),
        Just(json!({"data": {"x": 1}})),
        Just(json!({"id": "u", "source": "s", "data": 1, "type": "t", "timestamp": 2})),
        Just(json!({"module": "m", "data": {}, "type": "t", "timestamp": 2})),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(vec![
            "ping",
            "pong",
            "module_control",
            "status_change",
            "pet_state_update",
            "x",
        ])
        .prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "type",
        "type",
        "type",
        "data",
        "data",
        "timestamp",
        "module",
        "enabled",
        "id",
        "source",
        "target",
        "priority",
        "error",
        "x",
    ]);
    prop::collection::btree_map(names, value, 0..8).prop_map(|members| {
        let members = members.into_iter();
        Value::Object(
            members
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    })
}

proptest! {
    #[test]
    fn odd_frames_are_heard_and_said_again_as_declared(frame in odd_frame()) {
        let text = frame.to_string();
        if let Ok(Decoded::Message(message)) = angela().decode_up(&text, NOW) {
            for relay in angela().relays(&message, NOW) {
                prop_assert_eq!(down(&said_down(&relay.message)), relay.message);
            }
            let again = angela().encode_up(&message, NOW).unwrap();
            let heard = angela().decode_up(&again, NOW).unwrap();
            let declared = angela().heard_up(message).map(Decoded::Message);
            prop_assert_eq!(Some(heard), declared);
        }
        if let Ok(Decoded::Message(message)) = angela().decode_down(&text, NOW) {
            let again = angela().encode_down(&message, NOW).unwrap();
            let heard = angela().decode_down(&again, NOW).unwrap();
            let declared = angela().heard_down(message).map(Decoded::Message);
            prop_assert_eq!(Some(heard), declared);
        }
    }

    #[test]
    fn any_event_is_said_as_declared(
        name in "(ping|pong|module_control|pet_state_update|status_change||x{1,300})",
        frame in odd_frame(),
    ) {
        let event = event(&name, frame);
        let said = Upstream::Report(Report::Event(event.clone()));
        let heard = angela().encode_up(&said, NOW).ok().map(|text| {
            let Ok(Decoded::Message(heard)) = angela().decode_up(&text, NOW) else {
                panic!("{text}")
            };
            heard
        });
        prop_assert_eq!(heard, angela().heard_up(said));
        let said = Downstream::Event(event);
        let heard = angela().encode_down(&said, NOW).ok().map(|text| {
            let Ok(Decoded::Message(heard)) = angela().decode_down(&text, NOW) else {
                panic!("{text}")
            };
            heard
        });
        prop_assert_eq!(heard, angela().heard_down(said));
    }
}
