//! What is said, and what is not.

use chaperone_dialects::{Downstream, EncodeError, Polled, RemoteCommand, Upstream};
use chaperone_protocol::{CommandState, Data, Event, FailureCode, Map, Outcome, Report, Value};
use serde_json::json;

use super::{archety, foreign, http, notified, notify, result, said, success};
use crate::support::{NOW, desktop, id};

#[test]
fn what_is_said_holds_both_shapes() {
    let frame = archety().encode_up(&notified(), NOW).unwrap();
    let data = json!({
        "command_id": "cmd_2", "success": true, "error": null, "status": "completed",
        "timestamp": "2026-02-02T10:00:00Z", "completed_at": "2026-02-02T10:00:00Z",
        "data": {"kind": "notified", "shown_as": 7},
    });
    assert_eq!(said(&frame), json!({"type": "command_ack", "data": data}));
    let failed = Outcome::failure(FailureCode::Denied, "the person said no", NOW.now);
    let frame = archety().encode_up(&result("c9", failed), NOW).unwrap();
    assert_eq!(
        said(&frame)["data"],
        json!({
            "command_id": "c9", "success": false, "error": "the person said no",
            "status": "failed", "code": "denied",
            "timestamp": "2026-02-02T10:00:00Z", "completed_at": "2026-02-02T10:00:00Z",
        })
    );
    // What brought nothing says no more than was written down.
    let bare = archety().encode_up(&result("cmd_1", success(Data::Other(Map::new()))), NOW);
    assert_eq!(said(&bare.unwrap())["data"].get("data"), None);

    let message = Downstream::Command(notify());
    let frame = said(&archety().encode_down(&message, NOW).unwrap());
    let parameters = json!({"title": "Hi", "body": "", "icon": null, "sound": null});
    assert_eq!(
        frame,
        json!({"type": "command", "data": {
            "command_id": "cmd_2", "command_type": "send_notification", "priority": "normal",
            "payload": parameters, "parameters": parameters, "timestamp": "2026-02-02T10:00:00Z",
        }})
    );
    for (message, text) in [
        (Downstream::HeartbeatAck, r#"{"type":"pong"}"#),
        (
            Downstream::Connected {
                device: Some(desktop().id),
                heartbeat_every: None,
            },
            r#"{"type":"connected","data":{"message":"ready"}}"#,
        ),
    ] {
        assert_eq!(archety().encode_down(&message, NOW).unwrap(), text);
    }
    assert_eq!(
        archety().encode_up(&Upstream::Heartbeat, NOW).unwrap(),
        r#"{"type":"ping"}"#
    );
}

#[test]
fn steps_have_three_words() {
    for (state, word) in [
        (CommandState::Received, Some("received")),
        (CommandState::Judged, Some("received")),
        (CommandState::Waiting, Some("pending")),
        (CommandState::Approved, Some("executing")),
        (CommandState::Running, Some("executing")),
        (CommandState::Reviewing, Some("executing")),
        (CommandState::Finished, None),
        (CommandState::Denied, None),
        (CommandState::Delivered, None),
    ] {
        let message = Upstream::Progress { id: id("c"), state };
        let frame = archety().encode_up(&message, NOW).ok();
        let status = frame.map(|text| said(&text)["data"]["status"].clone());
        assert_eq!(status, word.map(Value::from), "{state}");
    }
}

#[test]
fn what_has_no_words_is_not_said() {
    let event = || Event {
        name: "message_sent".to_owned(),
        data: Map::new(),
    };
    for message in [
        Upstream::Report(Report::Event(event())),
        Upstream::Error {
            message: "x".to_owned(),
        },
        Upstream::Part {
            id: id("c"),
            data: Map::new(),
        },
    ] {
        let said = archety().encode_up(&message, NOW);
        assert!(matches!(said, Err(EncodeError::Unsupported { .. })));
        assert!(matches!(
            http().result(&message, NOW),
            Err(EncodeError::Unsupported { .. })
        ));
    }
    let wish_as_command = RemoteCommand {
        asked: foreign("update_config", json!({})),
        ..notify()
    };
    for message in [
        Downstream::Event(event()),
        Downstream::Error {
            message: "x".to_owned(),
        },
        Downstream::Command(wish_as_command),
    ] {
        let said = archety().encode_down(&message, NOW);
        assert!(matches!(said, Err(EncodeError::Unsupported { .. })));
        let polled = Polled {
            messages: vec![message],
            kept_events: Vec::new(),
        };
        assert!(matches!(
            http().answer(&polled, NOW),
            Err(EncodeError::Unsupported { .. })
        ));
    }
}
