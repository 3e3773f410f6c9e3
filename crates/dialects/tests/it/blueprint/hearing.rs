//! What is taken, and what is not.

use chaperone_dialects::{Asked, Configuration, DecodeError, Downstream, Upstream};
use chaperone_protocol::{
    Action, Data, DeviceId, FailureCode, Locate, Notified, Outcome, Precision, Timestamp,
};
use serde_json::json;

use super::{blueprint, down, notify, object, remote, result, says_down, says_up, success, up};
use crate::support::{NOW, desktop};

#[test]
fn malformed_frames_of_known_kinds_are_refused() {
    let many: Vec<u32> = (0..10_000).collect();
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let id = "x".repeat(300);
    for (frame, said) in [
        (json!({}), "the frame names no type"),
        (json!({"type": ["ping"]}), "the frame names no type"),
        (
            json!({"type": "deviceJoin", "data": many}),
            "the deviceJoin frame is malformed: data is not an object",
        ),
        (
            json!({"type": "deviceJoin", "data": {"protocols": many}}),
            "the deviceJoin frame is malformed: protocols is not a list of texts",
        ),
        (
            json!({"type": "deviceJoin", "agentId": 7}),
            "the deviceJoin frame is malformed: agentId is not text",
        ),
        (
            json!({"type": "deviceJoin", "data": deep}),
            "the frame is nested too deeply: at most 64 levels are taken",
        ),
        (
            json!({"type": "agent_register"}),
            "the agent_register frame is malformed: agentId is missing",
        ),
        (
            json!({"type": "agent_register", "agentId": null, "data": {}}),
            "the agent_register frame is malformed: agentId is missing",
        ),
        (
            json!({"type": "agent_register", "agentId": id}),
            "the agent_register frame is malformed: agentId is too long or not printable",
        ),
        (
            json!({"type": "agent_register", "agentId": "a", "systemInfo": []}),
            "the agent_register frame is malformed: systemInfo is not an object",
        ),
        (
            json!({"type": "agent_register", "agentId": "a", "capabilities": ["a", 7]}),
            "the agent_register frame is malformed: capabilities is not a list of texts",
        ),
        (
            json!({"type": "systemHealth", "uptime": -1}),
            "the systemHealth frame is malformed: uptime is no length of time",
        ),
        (
            json!({"type": "command_response", "success": true}),
            "the command_response frame has no commandId",
        ),
        (
            json!({"type": "command_response", "commandId": 7}),
            "the command_response frame has a commandId that is not text",
        ),
        (
            json!({"type": "command_response", "commandId": "c"}),
            "the command_response frame is malformed: it says neither success nor result nor error",
        ),
        (
            json!({"type": "command_response", "commandId": "c", "success": 1}),
            "the command_response frame is malformed: success is not true or false",
        ),
        (
            json!({"type": "command_response", "commandId": "c", "success": false, "error": []}),
            "the command_response frame is malformed: error is not text",
        ),
        (
            json!({"type": "probe", "rtt": []}),
            "the probe frame is malformed: rtt is not an object",
        ),
        (
            json!({"type": "device_updates", "updates": [{"device": 7}]}),
            "the device_updates frame is malformed: updates.device is not an object",
        ),
    ] {
        let error = blueprint().decode_up(&frame.to_string(), NOW).unwrap_err();
        assert_eq!(error.to_string(), said);
    }
    for (frame, said) in [
        (
            json!({"type": "device_command", "command": "ping"}),
            "the device_command frame has no commandId",
        ),
        (
            json!({"type": "ping_command", "commandId": 7}),
            "the ping_command frame has a commandId that is not text",
        ),
        (
            json!({"type": "config_update", "data": []}),
            "the config_update frame is malformed: data is not an object",
        ),
        (
            json!({"type": "probe_results", "rttMeasurements": {}}),
            "the probe_results frame is malformed: rttMeasurements is not a list",
        ),
        (
            json!({"type": "error", "message": 7}),
            "the error frame is malformed: message is not text",
        ),
    ] {
        let error = blueprint()
            .decode_down(&frame.to_string(), NOW)
            .unwrap_err();
        assert_eq!(error.to_string(), said);
    }
    let huge = r#"{"type":"deviceUpdate","data":{"rssi":-1e999}}"#;
    let error = blueprint().decode_up(huge, NOW).unwrap_err();
    assert!(matches!(error, DecodeError::NotJson(_)));
    for text in ["null", "[]", "\"ping\"", "7"] {
        let error = blueprint().decode_up(text, NOW).unwrap_err();
        assert!(matches!(error, DecodeError::NotAnObject), "{text}");
    }
}

#[test]
fn a_command_with_an_id_can_always_be_answered() {
    for (frame, problem) in [
        (json!({}), "the frame names no command"),
        (json!({"command": 7}), "command is not text"),
        (
            json!({"command": "get_location", "parameters": []}),
            "the parameters of get_location are not an object",
        ),
        (
            json!({"command": "ping", "parameters": "x"}),
            "the parameters of ping are not an object",
        ),
        (
            json!({"command": "execute_command", "parameters": {"command": ""}}),
            "the command is empty: give a program to run",
        ),
    ] {
        let mut frame = frame;
        frame["type"] = json!("device_command");
        frame["commandId"] = json!("c1");
        let problem = problem.to_owned();
        let expected = Downstream::Command(remote(Asked::Senseless { problem }));
        assert_eq!(down(&frame), expected);
    }
}

#[test]
fn commands_are_heard_in_every_form() {
    let low = || {
        Asked::Ability(Action::Locate(Locate {
            precision: Precision::Low,
        }))
    };
    let foreign = |name: &str, parameters| Asked::Foreign {
        name: name.to_owned(),
        parameters: object(parameters),
    };
    let flat = json!({"type": "device_command", "commandId": "c1", "command": "get_location",
        "parameters": {"accuracy": "low"}});
    let nested = json!({"type": "device_command", "agentId": "a", "data": {
        "commandId": "c1", "command": "get_location", "parameters": {"accuracy": "low"}}});
    let ping = json!({"type": "ping_command", "commandId": "c1", "target": "192.168.1.1"});
    let scan = json!({"type": "scan_request", "data": {"commandId": "c1", "scanType": "full"}});
    for (frame, asked) in [
        (flat, low()),
        (nested, low()),
        (
            ping,
            foreign("ping_command", json!({"target": "192.168.1.1"})),
        ),
        (scan, foreign("scan_request", json!({"scanType": "full"}))),
    ] {
        assert_eq!(down(&frame), Downstream::Command(remote(asked)));
    }
    let device = desktop().id;
    let frame = says_down(
        &Downstream::Command(remote(notify())),
        NOW.of(Some(&device)),
    );
    assert_eq!(
        frame,
        json!({
            "type": "device_command", "agentId": "desk", "timestamp": "2026-02-02T10:00:00.000Z",
            "commandId": "c1", "command": "send_notification",
            "parameters": {"title": "Hi", "body": "", "icon": null, "sound": null},
        })
    );
}

#[test]
fn answers_are_heard_in_every_form() {
    let other = |data| success(Data::Other(object(data)));
    let failed = |message: &str| Outcome::failure(FailureCode::Failed, message, NOW.now);
    for (frame, expected) in [
        (json!({"success": true}), other(json!({}))),
        (
            json!({"success": true, "result": {"a": 1}}),
            other(json!({"a": 1})),
        ),
        (json!({"result": {"a": 1}}), other(json!({"a": 1}))),
        (
            json!({"data": {"commandId": "c1", "result": {}}}),
            other(json!({})),
        ),
        (
            json!({"success": true, "result": [1]}),
            other(json!({"result": [1]})),
        ),
        (
            json!({"success": true, "result": "pong"}),
            other(json!({"result": "pong"})),
        ),
        (
            json!({"success": true, "result": {"kind": "notified", "shown_as": 7}}),
            success(Data::Notified(Notified { shown_as: Some(7) })),
        ),
        (
            json!({"success": true, "result": {"longitude": 1}}),
            failed("the device's answer makes no sense: the latitude is not between -90 and 90"),
        ),
        (json!({"success": false, "error": "boom"}), failed("boom")),
        (json!({"error": "boom"}), failed("boom")),
        (json!({"success": false}), failed("Command failed")),
        (
            json!({"success": false, "error": ""}),
            failed("Command failed"),
        ),
        (
            json!({"success": false, "error": "no", "code": "denied"}),
            Outcome::failure(FailureCode::Denied, "no", NOW.now),
        ),
        (
            json!({"success": false, "error": "no", "code": "new"}),
            failed("no"),
        ),
    ] {
        let mut frame = frame;
        frame["type"] = json!("command_response");
        frame["commandId"] = json!("c1");
        assert_eq!(up(&frame), result("c1", expected), "{frame}");
    }
    let at = Timestamp::new(1_770_026_400, 123_456_789).unwrap();
    let outcome = Outcome::failure(FailureCode::Denied, "no", at);
    let frame = says_up(&result("c1", outcome), NOW);
    assert_eq!(
        frame,
        json!({
            "type": "command_response", "timestamp": "2026-02-02T10:00:00.123Z",
            "commandId": "c1", "success": false, "error": "no", "code": "denied",
        })
    );
}

#[test]
fn errors_keep_their_code() {
    for (data, message) in [
        (
            json!({"errorCode": "CONN_FAILED", "errorMessage": "no way"}),
            "CONN_FAILED: no way",
        ),
        (json!({"errorCode": "AUTH_FAILED"}), "AUTH_FAILED: "),
        (
            json!({"errorCode": "INVALID_DATA", "errorMessage": "what?"}),
            "what?",
        ),
        (json!({"errorMessage": "what?", "message": "else"}), "what?"),
        (json!({"message": "what?"}), "what?"),
        (json!({}), ""),
    ] {
        for frame in [json!({"type": "error", "agentId": "a", "data": data}), {
            let mut flat = data.clone();
            flat["type"] = json!("error");
            flat
        }] {
            let message = message.to_owned();
            assert_eq!(
                down(&frame),
                Downstream::Error {
                    message: message.clone()
                }
            );
            assert_eq!(up(&frame), Upstream::Error { message });
        }
    }
    // What only stands beside `data` is for readers who do not read that.
    let beside = json!({"type": "error", "data": {}, "message": "what?"});
    let message = "what?".to_owned();
    assert_eq!(down(&beside), Downstream::Error { message });
    for (message, code, text) in [
        ("what?", "INVALID_DATA", "what?"),
        ("SCAN_FAILED: no network", "SCAN_FAILED", "no network"),
        ("INVALID_DATA: x", "INVALID_DATA", "INVALID_DATA: x"),
        ("Sorry: x", "INVALID_DATA", "Sorry: x"),
        (": x", "INVALID_DATA", ": x"),
    ] {
        let message = message.to_owned();
        let frame = says_down(&Downstream::Error { message }, NOW);
        assert_eq!(frame["data"]["errorCode"], code);
        assert_eq!(frame["data"]["errorMessage"], text);
        assert_eq!(frame["message"], text);
    }
}

#[test]
fn every_documented_error_code_survives() {
    for code in [
        "AUTH_FAILED",
        "CONN_TIMEOUT",
        "INVALID_DATA",
        "SCAN_FAILED",
        "PING_FAILED",
        "ML_ERROR",
        "INTEGRITY_VIOLATION",
        "CONN_FAILED",
    ] {
        let frame = json!({"type": "error", "data": {"errorCode": code, "errorMessage": "x"}});
        let again = says_up(&up(&frame), NOW);
        assert_eq!(again["data"]["errorCode"], code);
        assert_eq!(again["data"]["errorMessage"], "x");
    }
}

#[test]
fn greetings_wishes_and_acknowledgements_of_every_kind() {
    let connected = |device: Option<&str>| Downstream::Connected {
        device: device.map(|id| DeviceId::new(id).unwrap()),
        heartbeat_every: None,
    };
    let wishes = |more| {
        Downstream::Configure(Configuration {
            poll_every: None,
            more: object(more),
        })
    };
    for (frame, expected) in [
        (
            json!({"type": "connection_established", "serverTime": 0}),
            connected(None),
        ),
        (
            json!({"type": "registration_success", "features": []}),
            connected(None),
        ),
        (
            json!({"type": "agent_registered", "agentId": "desk"}),
            connected(Some("desk")),
        ),
        (
            json!({"type": "agent_registered", "agentId": ["desk"]}),
            connected(None),
        ),
        (
            json!({"type": "heartbeat_response"}),
            Downstream::HeartbeatAck,
        ),
        (
            json!({"type": "config_update", "a": 1}),
            wishes(json!({"a": 1})),
        ),
        (
            json!({"type": "config_update", "agentId": "x", "data": {"a": 1}}),
            wishes(json!({"a": 1})),
        ),
        (
            json!({"type": "agent_config", "timestamp": "t", "a": 1}),
            wishes(json!({"a": 1})),
        ),
    ] {
        assert_eq!(down(&frame), expected, "{frame}");
    }
}
