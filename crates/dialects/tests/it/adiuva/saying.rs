//! What is said, and that whatever is said is heard as declared.

use chaperone_dialects::{
    Asked, Context, Decoded, Downstream, EncodeError, Extensions, Registration, Upstream,
};
use chaperone_protocol::{
    Action, AgentId, Data, FailureCode, Map, Notified, Outcome, RunAgent, Value,
};
use proptest::prelude::*;
use serde_json::json;

use super::{adiuva, asks, command, object, other, result, said_down, said_up, success, up};
use crate::support::{NOW, desktop, fixtures, id};

#[test]
fn answers_as_they_are_said() {
    let at = "2026-02-02T10:00:00Z";
    for (command, data, frame) in [
        (
            "c1",
            other(json!({"rows": [1]})),
            json!({"type": "tool_result", "id": "c1", "ok": true, "rows": [1], "finished_at": at}),
        ),
        (
            "c1",
            other(json!({"rows": [1], "id": "mine"})),
            json!({"type": "tool_result", "id": "c1", "ok": true,
                "data": {"rows": [1], "id": "mine"}, "finished_at": at}),
        ),
        (
            "call:run:x",
            Data::Notified(Notified { shown_as: None }),
            json!({"type": "tool_result", "id": "run:x", "ok": true,
                "data": {"kind": "notified"}, "finished_at": at}),
        ),
        (
            "run:r9",
            other(json!({})),
            json!({"type": "agent_complete", "run_id": "r9", "ok": true, "finished_at": at}),
        ),
        (
            "run:r9",
            other(json!({"files": 3})),
            json!({"type": "agent_complete", "run_id": "r9", "ok": true, "data": {"files": 3},
                "finished_at": at}),
        ),
    ] {
        assert_eq!(said_up(&result(command, success(data))), frame);
    }
    let denied = Outcome::failure(FailureCode::Denied, "no", NOW.now);
    assert_eq!(
        said_up(&result("c1", denied)),
        json!({"type": "tool_result", "id": "c1", "ok": false, "error": "no", "code": "denied",
            "finished_at": at})
    );
}

#[test]
fn foreign_calls_go_through_a_hub_of_ours_unchanged() {
    for (file, text) in fixtures("adiuva", "down") {
        let frame: Value = serde_json::from_str(&text).unwrap();
        if frame["type"] != json!("tool_call") {
            continue;
        }
        let command = command(&frame);
        if let Asked::Foreign { .. } = command.asked {
            assert_eq!(said_down(&Downstream::Command(command)), frame, "{file}");
        }
    }
}

#[test]
fn foreign_parameters_do_not_take_the_frames_place() {
    let asked = Asked::Foreign {
        name: "select".to_owned(),
        parameters: object(json!({"type": "x", "id": "y", "action": "z", "table": "t"})),
    };
    let message = asks("c1", asked);
    let frame = said_down(&message);
    assert_eq!(
        frame,
        json!({"type": "tool_call", "id": "c1", "action": "select", "table": "t"})
    );
    assert_eq!(
        adiuva().heard_down(message),
        Some(Downstream::Command(command(&frame)))
    );
}

#[test]
fn declared_losses_hold_where_chance_does_not_look() {
    let odd = [
        json!({"type": 1, "id": 2, "ok": 3, "error": 4, "code": 5, "data": 6, "finished_at": 7}),
        json!({"data": {"kind": "notified"}}),
        json!({"error": "no"}),
        json!({"kind": "notified", "shown_as": 3}),
        json!({"kind": "located", "latitude": 1000}),
        json!({"kind": "located", "latitude": 1000, "id": 1}),
        json!({"exit_code": 3, "code": 1}),
        json!({"run_id": "x", "type": "y", "scout_id": "z", "agent_id": "w"}),
        json!({"finished_at": "2026-03-01T09:00:00Z"}),
        json!({}),
    ];
    let ids = ["c1", "run:r9", "run:", "call:c1", "call:run:r9", "call:"];
    let mut messages = vec![];
    for (data, command) in odd.iter().flat_map(|data| {
        ids.iter()
            .map(move |command| (object(data.clone()), *command))
    }) {
        messages.push(result(command, success(Data::Other(data.clone()))));
        messages.push(Upstream::Part {
            id: id(command),
            data: data.clone(),
        });
        let mut device = desktop();
        device.more = data.clone();
        device
            .more
            .insert("agent_ids".to_owned(), json!(["a", 7, null, "b"]));
        messages.push(Upstream::Register(Registration {
            device,
            extensions: Extensions::ALL,
            public_key: Some("key".to_owned()),
        }));
        messages.push(result(
            command,
            Outcome::failure(FailureCode::Busy, "", NOW.now),
        ));
    }
    for message in messages {
        match adiuva().encode_up(&message, NOW) {
            Ok(text) => {
                let heard = up(&serde_json::from_str(&text).unwrap());
                assert_eq!(adiuva().heard_up(message), Some(heard), "{text}");
            }
            Err(EncodeError::Unsupported { .. }) => {
                assert_eq!(adiuva().heard_up(message), None);
            }
            Err(error) => panic!("{error}"),
        }
    }
    let names = [
        "",
        "select",
        "send_notification",
        "execute_command",
        "run_agent",
    ];
    let long = "x".repeat(300);
    for (parameters, command_id) in odd.iter().flat_map(|data| {
        ids.iter()
            .map(move |command| (object(data.clone()), *command))
    }) {
        let foreign = names
            .iter()
            .copied()
            .chain([long.as_str()])
            .map(|name| Asked::Foreign {
                name: name.to_owned(),
                parameters: parameters.clone(),
            });
        let runs = [None, Some("a")].map(|program| {
            Asked::Ability(Action::RunAgent(RunAgent {
                program: program.map(|program| AgentId::new(program).unwrap()),
                details: parameters.clone(),
            }))
        });
        for asked in foreign.chain(runs) {
            let message = asks(command_id, asked);
            match adiuva().encode_down(&message, NOW) {
                Ok(text) => {
                    let heard = command(&serde_json::from_str(&text).unwrap());
                    let heard = Downstream::Command(heard);
                    assert_eq!(adiuva().heard_down(message), Some(heard), "{text}");
                }
                Err(EncodeError::Unsupported { .. }) => {
                    assert_eq!(adiuva().heard_down(message), None);
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// Any frame of a known kind, with anything in it.
fn odd_frame() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        Just(json!(null)),
        Just(json!([])),
        Just(json!({})),
        Just(json!(1e308)),
        Just(json!(-1)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!("c1")),
        Just(json!({"kind": "located", "latitude": []})),
    ];
    let names = prop::sample::select(vec![
        "id",
        "run_id",
        "device_id",
        "agent_ids",
        "scout_ids",
        "agent_id",
        "scout_id",
        "ok",
        "error",
        "code",
        "data",
        "finished_at",
        "action",
        "table",
        "rows",
    ]);
    let kinds = prop::sample::select(vec![
        "device_hello",
        "pong",
        "tool_result",
        "agent_data",
        "agent_complete",
        "ping",
        "tool_call",
        "agent_run",
    ]);
    (kinds, prop::collection::btree_map(names, value, 0..8)).prop_map(|(kind, members)| {
        let mut frame: Map<String, Value> = members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        frame.insert("type".to_owned(), json!(kind));
        Value::Object(frame)
    })
}

proptest! {
    #[test]
    fn odd_frames_are_heard_or_refused_and_never_more(frame in odd_frame()) {
        let text = frame.to_string();
        let cx = Context::at(NOW.now);
        // Whatever was understood can be said and is understood the same way, or has no words.
        if let Ok(Decoded::Message(message)) = adiuva().decode_up(&text, cx)
            && let Ok(again) = adiuva().encode_up(&message, cx)
        {
            let heard = adiuva().decode_up(&again, cx).unwrap();
            let declared = adiuva().heard_up(message).map(Decoded::Message);
            prop_assert_eq!(Some(heard), declared);
        }
        if let Ok(Decoded::Message(message)) = adiuva().decode_down(&text, cx)
            && let Ok(again) = adiuva().encode_down(&message, cx)
        {
            let heard = adiuva().decode_down(&again, cx).unwrap();
            let declared = adiuva().heard_down(message).map(Decoded::Message);
            prop_assert_eq!(Some(heard), declared);
        }
    }
}
