//! What is taken, and what is not.

use chaperone_dialects::{Asked, DecodeError, Downstream, RemoteCommand, Upstream};
use chaperone_protocol::{
    Action, CommandState, Data, FailureCode, Locate, Map, Notified, Outcome, Precision,
};
use serde_json::json;

use super::{archety, asked, foreign, http, notify, object, result, said, success, up};
use crate::support::{NOW, id};

#[test]
fn arguments_stand_under_any_of_three_names() {
    let low = Asked::Ability(Action::Locate(Locate {
        precision: Precision::Low,
    }));
    let (low_word, high_word) = (json!({"accuracy": "low"}), json!({"accuracy": "high"}));
    for arguments in [
        json!({"payload": low_word}),
        json!({"parameters": low_word}),
        json!({"params": low_word}),
        json!({"payload": low_word, "parameters": high_word, "params": high_word}),
        json!({"payload": null, "parameters": low_word, "params": high_word}),
    ] {
        let mut data = arguments.clone();
        data["command_id"] = json!("c");
        data["command_type"] = json!("get_location");
        assert_eq!(asked(&data), low, "{arguments}");
    }
    let bare = json!({"command_id": "c", "command_type": "get_location"});
    assert_eq!(
        asked(&bare),
        Asked::Ability(Action::Locate(Locate::default()))
    );
}

#[test]
fn foreign_commands_have_one_name_for_everything() {
    for (name, payload, usual, parameters) in [
        (
            "send_message",
            json!({"thread_id": "t", "message_text": "Hi"}),
            "send_message_now",
            json!({"thread_id": "t", "text": "Hi"}),
        ),
        (
            "send_message_now",
            json!({"message": "Hi"}),
            "send_message_now",
            json!({"text": "Hi"}),
        ),
        (
            "send_message_now",
            json!({"text": "a", "message_text": "b", "message": "c"}),
            "send_message_now",
            json!({"text": "a"}),
        ),
        (
            "schedule_message",
            json!({"text": "Hi", "schedule_time": "2026-01-01T10:00:00Z"}),
            "schedule_message",
            json!({"message_text": "Hi", "send_at": "2026-01-01T10:00:00Z"}),
        ),
        (
            "schedule_message",
            json!({"message_text": "Hi", "send_at": null}),
            "schedule_message",
            json!({"message_text": "Hi", "send_at": null}),
        ),
        (
            "cancel_message",
            json!({"message_id": "m"}),
            "cancel_scheduled",
            json!({"schedule_id": "m"}),
        ),
        (
            "cancel_scheduled",
            json!({"schedule_id": "s", "message_id": "m"}),
            "cancel_scheduled",
            json!({"schedule_id": "s"}),
        ),
        (
            "update_plan",
            json!({"message": "stays", "plan_data": {}}),
            "update_plan",
            json!({"message": "stays", "plan_data": {}}),
        ),
    ] {
        let data = json!({"command_id": "c", "command_type": name, "payload": payload});
        assert_eq!(asked(&data), foreign(usual, parameters), "{data}");
    }
}

#[test]
fn a_priority_survives_where_it_says_something() {
    for (priority, parameters) in [
        (json!("normal"), json!({})),
        (json!(null), json!({})),
        (json!(5), json!({})),
        (json!("immediate"), json!({"priority": "immediate"})),
        (json!("low"), json!({"priority": "low"})),
    ] {
        let data = json!({"command_id": "c", "command_type": "x", "priority": priority});
        let heard = asked(&data);
        assert_eq!(heard, foreign("x", parameters), "{data}");
        let command = RemoteCommand {
            asked: heard,
            ..notify()
        };
        let again = archety().encode_down(&Downstream::Command(command), NOW);
        let word = priority.as_str().unwrap_or("normal");
        assert_eq!(said(&again.unwrap())["data"]["priority"], word);
    }
}

#[test]
fn a_command_with_an_id_can_always_be_answered() {
    for (data, problem) in [
        (json!({}), "the frame names no command_type"),
        (json!({"command_type": 7}), "command_type is not text"),
        (
            json!({"command_type": "camera_snap", "payload": []}),
            "the parameters of camera_snap are not an object",
        ),
        (
            json!({"command_type": "set_rule", "params": "x"}),
            "the parameters of set_rule are not an object",
        ),
        (
            json!({"command_type": "send_notification", "payload": {"title": 7}}),
            "title is not text",
        ),
        (
            json!({"command_type": "update_config", "payload": {"sync_interval": "soon"}}),
            "sync_interval is not a number of seconds",
        ),
        (
            json!({"command_type": "update_config", "payload": 7}),
            "the parameters of update_config are not an object",
        ),
    ] {
        let mut data = data;
        data["command_id"] = json!("c");
        let problem = problem.to_owned();
        assert_eq!(asked(&data), Asked::Senseless { problem }, "{data}");
    }
}

#[test]
fn either_shape_of_an_acknowledgement_is_heard() {
    let done = || result("c", success(Data::Other(Map::new())));
    let failed = |message: &str| {
        let outcome = Outcome::failure(FailureCode::Failed, message, NOW.now);
        result("c", outcome)
    };
    let step = |state| Upstream::Progress { id: id("c"), state };
    for (data, expected) in [
        (json!({"success": true}), done()),
        (json!({"status": "completed"}), done()),
        (json!({"success": null, "status": "completed"}), done()),
        (json!({"success": false}), failed("Command failed")),
        (json!({"status": "failed", "error": "boom"}), failed("boom")),
        (
            json!({"status": "failed", "error": ""}),
            failed("Command failed"),
        ),
        // Where both speak, `success` counts.
        (json!({"success": true, "status": "failed"}), done()),
        (
            json!({"success": false, "status": "completed", "error": "no"}),
            failed("no"),
        ),
        (json!({"success": true, "status": "pending"}), done()),
        (json!({"success": true, "status": "new"}), done()),
        (
            json!({"status": "received"}),
            Upstream::Accepted { id: id("c") },
        ),
        (json!({"status": "executing"}), step(CommandState::Running)),
        (json!({"status": "pending"}), step(CommandState::Waiting)),
        (
            json!({"success": true, "result": {"queued": 1}}),
            result("c", success(Data::Other(object(json!({"queued": 1}))))),
        ),
        (
            json!({"success": true, "result": "queued"}),
            result(
                "c",
                success(Data::Other(object(json!({"result": "queued"})))),
            ),
        ),
        (
            json!({"success": true, "data": {"kind": "notified", "shown_as": 7}}),
            result("c", success(Data::Notified(Notified { shown_as: Some(7) }))),
        ),
        (
            json!({"success": true, "data": {"latitude": 91}}),
            failed("the device's answer makes no sense: the latitude is not between -90 and 90"),
        ),
        (
            json!({"success": true, "data": []}),
            failed("the device's answer makes no sense: data is not an object"),
        ),
    ] {
        let mut data = data;
        data["command_id"] = json!("c");
        let heard = up(&json!({"type": "command_ack", "data": data}));
        assert_eq!(heard, expected, "{data}");
        // Over HTTP the same, without a frame around it.
        let heard = http().result_taken(&data.to_string(), NOW).unwrap();
        assert_eq!(heard, expected, "{data}");
    }
}

#[test]
fn an_acknowledgement_says_when() {
    for (data, second) in [
        (json!({"timestamp": "2026-01-01T10:00:00Z"}), 1_767_261_600),
        (json!({"timestamp": "2026-01-01T10:00:00"}), 1_767_261_600),
        (
            json!({"completed_at": "2026-01-01T10:00:01Z", "timestamp": "2026-01-01T10:00:00Z"}),
            1_767_261_601,
        ),
        (json!({"timestamp": "just now"}), NOW.now.as_second()),
        (json!({}), NOW.now.as_second()),
    ] {
        let mut data = data;
        data["command_id"] = json!("c");
        data["success"] = json!(true);
        let Upstream::Result { outcome, .. } = up(&json!({"type": "command_ack", "data": data}))
        else {
            panic!("{data}")
        };
        assert_eq!(outcome.finished_at().as_second(), second, "{data}");
    }
}

#[test]
fn malformed_frames_of_known_kinds_are_refused() {
    let many: Vec<u32> = (0..10_000).collect();
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    for (frame, said) in [
        (json!({"type": null}), "the frame names no type"),
        (json!({"type": 7}), "the frame names no type"),
        (json!({}), "the frame names no type"),
        (
            json!({"type": "command_ack"}),
            "the command_ack frame has no command_id",
        ),
        (
            json!({"type": "command_ack", "data": many}),
            "the command_ack frame is malformed: data is not an object",
        ),
        (
            json!({"type": "command_ack", "data": {"command_id": null, "success": true}}),
            "the command_ack frame has no command_id",
        ),
        (
            json!({"type": "command_ack", "data": {"command_id": 7, "success": true}}),
            "the command_ack frame has a command_id that is not text",
        ),
        (
            json!({"type": "command_ack", "data": {"command_id": "", "success": true}}),
            "the command_ack frame has a command_id that is empty, too long or not printable",
        ),
        (
            json!({"type": "command_ack", "data": {"command_id": "c"}}),
            "the command_ack frame is malformed: it says neither success nor a known status",
        ),
        (
            json!({"type": "command_ack", "data": {"command_id": "c", "status": "new"}}),
            "the command_ack frame is malformed: it says neither success nor a known status",
        ),
        (
            json!({"type": "command_ack", "data": {"command_id": "c", "success": "yes"}}),
            "the command_ack frame is malformed: success is not true or false",
        ),
        (
            json!({"type": "command_ack", "data": {"command_id": "c", "status": ["completed"]}}),
            "the command_ack frame is malformed: status is not text",
        ),
        (
            json!({"type": "command_ack", "data": {"command_id": "c", "success": false, "error": {}}}),
            "the command_ack frame is malformed: error is not text",
        ),
        (
            json!({"type": "status", "data": []}),
            "the status frame is malformed: data is not an object",
        ),
        (
            json!({"type": "status", "data": {"uptime_seconds": "long"}}),
            "the status frame is malformed: uptime_seconds is not a number",
        ),
        (
            json!({"type": "status", "data": {"uptime_seconds": -1}}),
            "the status frame is malformed: uptime_seconds is not a number",
        ),
        (
            json!({"type": "status", "data": {"memory_usage_mb": [45]}}),
            "the status frame is malformed: memory_usage_mb is not a number",
        ),
        (
            json!({"type": "ping", "data": deep}),
            "the frame is nested too deeply: at most 64 levels are taken",
        ),
    ] {
        let error = archety().decode_up(&frame.to_string(), NOW).unwrap_err();
        assert_eq!(error.to_string(), said);
    }
    for (frame, said) in [
        (
            json!({"type": "command"}),
            "the command frame has no command_id",
        ),
        (
            json!({"type": "command", "data": "x"}),
            "the command frame is malformed: data is not an object",
        ),
        (
            json!({"type": "command", "data": {"command_id": ["c"]}}),
            "the command frame has a command_id that is not text",
        ),
        (
            json!({"type": "config_update", "data": {"sync_interval": -1}}),
            "sync_interval is not a number of seconds",
        ),
        (
            json!({"type": "config_update", "data": [1]}),
            "the config_update frame is malformed: data is not an object",
        ),
    ] {
        let error = archety().decode_down(&frame.to_string(), NOW).unwrap_err();
        assert_eq!(error.to_string(), said);
    }
    let huge = r#"{"type":"status","data":{"uptime_seconds":1e999}}"#;
    let error = archety().decode_up(huge, NOW).unwrap_err();
    assert!(matches!(error, DecodeError::NotJson(_)));
    for text in ["null", "[]", "\"ping\"", "7"] {
        let error = archety().decode_up(text, NOW).unwrap_err();
        assert!(matches!(error, DecodeError::NotAnObject), "{text}");
    }
}
