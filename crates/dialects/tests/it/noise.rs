//! No text, however wrong, does more than come back as a sentence.

use chaperone_dialects::{ALL, Asked, DecodeError, Decoded, Downstream, RemoteCommand};
use chaperone_protocol::{FailureCode, HubNews, ReadingValue};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Device, Hub, NOW, atom, fixtures};

fn heard_by_all(text: &str) {
    for dialect in ALL {
        for problem in [
            dialect.decode_up(text, NOW).err(),
            dialect.decode_down(text, NOW).err(),
        ]
        .into_iter()
        .flatten()
        {
            let said = problem.to_string();
            assert!(!said.is_empty() && said.len() < 600, "{said}");
        }
        if let Ok(Decoded::Message(Downstream::Event(event))) = dialect.decode_down(text, NOW) {
            shown(dialect.tells(&event));
        }
    }
}

/// What a person is shown of it stays small, whatever it is.
fn shown(news: Option<HubNews>) {
    let short = |text: &str| text.chars().count() <= 101;
    match news {
        None => {}
        Some(HubNews::Switch(switch)) => assert!(short(&switch.name)),
        Some(HubNews::Card(card)) => {
            assert!(short(&card.name) && (1..=12).contains(&card.readings.len()));
            for reading in card.readings {
                assert!(short(&reading.name));
                assert!(!matches!(reading.value, ReadingValue::Text(text) if !short(&text)));
            }
        }
    }
}

#[test]
fn malformed_frames_say_what_is_wrong() {
    let problem = |text: &str| match atom().decode_down(text, NOW) {
        Err(error) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let deep = "[".repeat(100_000);
    assert_eq!(problem("{"), "the frame is not JSON");
    assert_eq!(
        problem(&deep),
        "the frame is nested too deeply: at most 64 levels are taken"
    );
    assert_eq!(
        problem(r#"{"type":"x","a":{"b":1,"b":2}}"#),
        r#"the frame has the key "b" twice in one object"#
    );
    assert_eq!(problem("[1]"), "the frame is not a JSON object");
    assert_eq!(problem(r#"{"type":7}"#), "the frame names no type");
    for (id, said) in [
        ("null", "the command frame has no command_id"),
        ("7", "the command frame has a command_id that is not text"),
        (
            r#""""#,
            "the command frame has a command_id that is empty, too long or not printable",
        ),
    ] {
        let text = format!(r#"{{"type":"command","command_id":{id},"command":"x"}}"#);
        assert_eq!(problem(&text), said);
    }
    let up = |text: &str| atom().decode_up(text, NOW).unwrap_err().to_string();
    assert_eq!(up(r#"{"type":"register"}"#), "device_node_id required");
    assert_eq!(
        up(r#"{"type":"result","command_id":"c","success":"yes"}"#),
        "the result frame is malformed: success is not true or false"
    );
}

fn remote(frame: &Value) -> RemoteCommand {
    match atom().decode_down(&frame.to_string(), NOW) {
        Ok(Decoded::Message(Downstream::Command(command))) => command,
        other => panic!("{other:?}"),
    }
}

/// The sentence a command is answered with that cannot be acted on.
fn refused(command: &RemoteCommand) -> String {
    match command.asked.refusal(NOW.now) {
        Some(chaperone_protocol::Outcome::Failure { code, message, .. }) => {
            assert!(matches!(
                code,
                FailureCode::Unsupported | FailureCode::Invalid
            ));
            message
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_command_with_an_id_can_always_be_answered() {
    let refusal = |command: &str, params: Value| {
        let frame = json!({"type": "command", "command_id": "c", "command": command,
            "params": params});
        refused(&remote(&frame))
    };
    assert_eq!(
        refusal("make_coffee", json!({})),
        "Unknown command: make_coffee"
    );
    for (command, params, said) in [
        (
            "send_notification",
            json!([]),
            "the parameters of send_notification are not an object",
        ),
        (
            "send_notification",
            json!(null),
            "the title is empty: a notification needs one",
        ),
        (
            "send_notification",
            json!({"title": 7}),
            "title is not text",
        ),
        (
            "execute_command",
            json!({}),
            "the command is empty: give a program to run",
        ),
        (
            "execute_command",
            json!({"command": "ls", "timeout_seconds": 301}),
            "timeout_seconds is 301: it must be between 1 and 300",
        ),
        (
            "execute_command",
            json!({"command": "ls", "timeout_seconds": -1}),
            "timeout_seconds is not a number of seconds",
        ),
        (
            "execute_command",
            json!({"command": "ls", "environment": {"LD_PRELOAD": "x"}}),
            "the variable \"LD_PRELOAD\" may not be set by an agent",
        ),
        (
            "execute_command",
            json!({"command": "ls", "environment": {"A": []}}),
            "the environment's A is not text",
        ),
        (
            "camera_snap",
            json!({"resolution": "huge"}),
            "a resolution is written like 1920x1080",
        ),
        (
            "camera_snap",
            json!({"resolution": "0x7"}),
            "the resolution is 0x7: each side must be between 1 and 16384",
        ),
        (
            "screen_record_start",
            json!({"session_id": "s", "duration_seconds": 4000}),
            "duration_seconds is 4000: it must be between 1 and 3600",
        ),
        (
            "screen_record_start",
            json!({}),
            "the session_id is not valid: an id needs 1 to 200 printable characters",
        ),
        (
            "get_location",
            json!({"accuracy": "perfect"}),
            "the accuracy is perfect: it is high, medium or low",
        ),
    ] {
        assert_eq!(refusal(command, params), said);
    }
    let nameless = json!({"type": "command", "command_id": "c"});
    assert_eq!(refused(&remote(&nameless)), "the frame names no command");
    let long = "x".repeat(100_000);
    let Asked::Foreign { name, .. } =
        remote(&json!({"type": "command", "command_id": "c", "command": long})).asked
    else {
        panic!("not foreign")
    };
    assert_eq!(name.chars().count(), 101);
}

#[test]
fn a_claim_that_cannot_be_read_does_not_pass_for_none() {
    for agent in [
        json!("boss"),
        json!({"id": "a"}),
        json!({"id": "a", "maturity": "deity"}),
        json!({"maturity": "autonomous"}),
        json!({"id": "a", "maturity": "intern", "confidence": 1.1}),
        json!({"id": "a", "maturity": "intern", "confidence": "high"}),
    ] {
        let frame = json!({"type": "command", "command_id": "c", "command": "send_notification",
            "params": {"title": "x"}, "agent": agent});
        let command = remote(&frame);
        assert_eq!(command.agent, None);
        assert!(matches!(command.asked, Asked::Senseless { .. }), "{agent}");
    }
}

#[test]
fn leniency_where_nothing_can_be_misunderstood() {
    let frame = json!({"type": "command", "command_id": "c", "command": "execute_command",
        "params": {"command": "ls", "working_directory": "/srv", "timeout_seconds": "12",
            "environment": {"A": 1, "B": null, "C": true}, "novelty": []},
        "timestamp": "not a time"});
    let asked = remote(&frame).asked;
    let Asked::Ability(chaperone_protocol::Action::Execute(execute)) = asked else {
        panic!("{asked:?}")
    };
    assert_eq!(execute.working_dir.as_deref(), Some("/srv"));
    assert_eq!(execute.timeout.as_secs(), 12);
    let environment: Vec<_> = execute.environment.iter().collect();
    let text = |text: &str| text.to_owned();
    assert_eq!(
        environment,
        [(&text("A"), &text("1")), (&text("C"), &text("true"))]
    );
}

#[test]
fn a_hub_with_a_wrong_clock_still_gives_time() {
    let frame = json!({"type": "command", "command_id": "c", "command": "send_notification",
        "params": {"title": "x"}, "timestamp": "1999-01-01T00:00:00Z",
        "deadline_at": "1999-01-01T00:00:30Z"});
    let deadline = remote(&frame).deadline_at.unwrap();
    assert_eq!(deadline.as_second() - NOW.now.as_second(), 30);
}

/// A number nobody calculates with is passed on to the last digit that it has.
#[test]
fn numbers_pass_through() {
    for number in [
        "88888889888888888888888888888888888888888888888888",
        "0.1",
        "1e-300",
        "2.2250738585072011e-308",
    ] {
        let text = format!(r#"{{"type":"from_the_future","data":{{"number":{number}}}}}"#);
        let angela = chaperone_dialects::dialect("angela").unwrap();
        let Ok(Decoded::Message(heard)) = angela.decode_down(&text, NOW) else {
            panic!("{text}")
        };
        let again = angela.encode_down(&heard, NOW).unwrap();
        let Ok(Decoded::Message(heard_again)) = angela.decode_down(&again, NOW) else {
            panic!("{again}")
        };
        assert_eq!(heard, heard_again);
    }
}

/// Any small JSON value.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z_]{1,12}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Puts a value at any place of a frame.
fn damage(frame: &mut Value, place: usize, with: Value) {
    let Some(object) = frame.as_object_mut().filter(|object| !object.is_empty()) else {
        return;
    };
    let key = object.keys().nth(place % object.len()).unwrap().clone();
    let inner = object.get_mut(&key).unwrap();
    if inner.is_object() && place.is_multiple_of(2) {
        damage(inner, place / 2, with);
    } else {
        *inner = with;
    }
}

proptest! {
    #[test]
    fn any_text(text in any::<String>()) {
        heard_by_all(&text);
    }

    #[test]
    fn damaged_frames(choice in any::<prop::sample::Index>(), place in any::<usize>(), with in value()) {
        for dialect in ALL {
            let name = dialect.profile().id;
            let mut all = fixtures(name, "up");
            all.extend(fixtures(name, "down"));
            let (_, text) = choice.get(&all);
            let mut frame: Value = serde_json::from_str(text).unwrap();
            damage(&mut frame, place, with.clone());
            let text = frame.to_string();
            heard_by_all(&text);
            // A peer's nonsense must not end or confuse a conversation, either.
            let mut device = Device::registered("result_ack");
            device.hears(&text);
            let mut hub = Hub::registered("result_ack");
            hub.hears(&text);
            if let Err(DecodeError::TooLarge { .. }) = dialect.decode_up(&text, NOW) {
                unreachable!("fixtures are small");
            }
        }
    }

    #[test]
    fn cut_off_frames(choice in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        for dialect in ALL {
            let all = fixtures(dialect.profile().id, "down");
            let (_, text) = choice.get(&all);
            let short: String = text.chars().take(at.index(text.len())).collect();
            heard_by_all(&short);
        }
    }
}
