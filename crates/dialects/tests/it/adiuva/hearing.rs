//! Everything that is taken, and everything that is not.

use std::collections::BTreeMap;

use chaperone_dialects::{Asked, EncodeError, Upstream};
use chaperone_protocol::{
    Action, AgentId, Data, Execute, FailureCode, Notified, Outcome, RunAgent, Timestamp, Value,
};
use serde_json::json;

use super::{adiuva, asks, command, object, other, result, said_up, success, up};
use crate::support::{NOW, id};

#[test]
fn hellos_that_are_taken() {
    for (frame, device, agents) in [
        (
            json!({"device_id": "pc-01", "agent_ids": ["a", "b"]}),
            "pc-01",
            json!(["a", "b"]),
        ),
        (json!({"device_id": "pc-01"}), "pc-01", json!(null)),
        (
            json!({"device_id": "pc-01", "agent_ids": null}),
            "pc-01",
            json!(null),
        ),
        (
            json!({"device_id": "pc-01", "agent_ids": []}),
            "pc-01",
            json!(null),
        ),
        (json!({"device_id": 17}), "17", json!(null)),
        (
            json!({"device_id": "pc-01", "scout_ids": ["s"]}),
            "pc-01",
            json!(["s"]),
        ),
        (
            json!({"device_id": "pc-01", "agent_ids": null, "scout_ids": ["s"]}),
            "pc-01",
            json!(["s"]),
        ),
        (
            json!({"device_id": "pc-01", "agent_ids": ["a"], "scout_ids": ["s"]}),
            "pc-01",
            json!(["a"]),
        ),
    ] {
        let mut whole = frame.clone();
        whole["type"] = json!("device_hello");
        let Upstream::Register(hello) = up(&whole) else {
            panic!("{whole}")
        };
        assert_eq!(hello.device.id.as_str(), device);
        assert_eq!(hello.device.name, device);
        let heard = hello.device.more.get("agent_ids").cloned();
        assert_eq!(heard.unwrap_or_default(), agents, "{whole}");
    }
}

#[test]
fn what_a_hello_says_beyond_that_is_kept_and_not_said_again() {
    let frame = json!({"type": "device_hello", "device_id": "pc-01", "version": "2.0"});
    let hello = up(&frame);
    let Upstream::Register(registration) = &hello else {
        panic!("{hello:?}")
    };
    assert_eq!(registration.device.more["version"], json!("2.0"));
    assert_eq!(
        said_up(&hello),
        json!({"type": "device_hello", "device_id": "pc-01", "agent_ids": []})
    );
}

#[test]
fn answers_that_are_taken() {
    let failure = |message: &str, code| Outcome::failure(code, message, NOW.now);
    let failed = FailureCode::Failed;
    for (members, outcome) in [
        (json!({}), success(other(json!({})))),
        (json!({"ok": true}), success(other(json!({})))),
        (
            json!({"ok": null, "error": null}),
            success(other(json!({}))),
        ),
        (json!({"rows": []}), success(other(json!({"rows": []})))),
        (
            json!({"row": {"id": "n"}}),
            success(other(json!({"row": {"id": "n"}}))),
        ),
        (
            json!({"results": [1]}),
            success(other(json!({"results": [1]}))),
        ),
        (
            json!({"deleted": true}),
            success(other(json!({"deleted": true}))),
        ),
        (
            json!({"ok": true, "x": null}),
            success(other(json!({"x": null}))),
        ),
        (json!({"ok": true, "data": null}), success(other(json!({})))),
        (
            json!({"ok": true, "data": [1]}),
            success(other(json!({"data": [1]}))),
        ),
        (
            json!({"ok": true, "data": {"a": 1}}),
            success(other(json!({"a": 1}))),
        ),
        (
            json!({"ok": true, "data": {"a": 1}, "b": 2}),
            success(other(json!({"data": {"a": 1}, "b": 2}))),
        ),
        // Said to have worked, it worked, whatever else it says.
        (
            json!({"ok": true, "error": "odd"}),
            success(other(json!({"error": "odd"}))),
        ),
        (
            json!({"ok": true, "data": {"kind": "notified", "shown_as": 7}}),
            success(Data::Notified(Notified { shown_as: Some(7) })),
        ),
        (
            json!({"ok": true, "data": {"latitude": 91, "longitude": 0}}),
            failure(
                "the device's answer makes no sense: the latitude is not between -90 and 90",
                failed,
            ),
        ),
        (json!({"ok": false, "error": "no"}), failure("no", failed)),
        (json!({"ok": false}), failure("Command failed", failed)),
        (
            json!({"ok": false, "error": ""}),
            failure("Command failed", failed),
        ),
        (
            json!({"ok": false, "error": 7}),
            failure("Command failed", failed),
        ),
        (
            json!({"ok": false, "error": {"message": "no"}}),
            failure("no", failed),
        ),
        (json!({"error": "no"}), failure("no", failed)),
        (json!({"error": "no", "rows": []}), failure("no", failed)),
        (
            json!({"error": "no", "code": "denied"}),
            failure("no", FailureCode::Denied),
        ),
        (json!({"error": "no", "code": "E42"}), failure("no", failed)),
        (json!({"error": "no", "code": 42}), failure("no", failed)),
    ] {
        let mut frame = members.clone();
        frame["type"] = json!("tool_result");
        frame["id"] = json!("c1");
        assert_eq!(up(&frame), result("c1", outcome.clone()), "{members}");
    }
}

#[test]
fn runs_end_like_calls_but_their_answers_are_their_own() {
    for (members, data) in [
        (json!({}), other(json!({}))),
        (
            json!({"summary": "3 files"}),
            other(json!({"summary": "3 files"})),
        ),
        (
            json!({"data": {"summary": "3 files"}}),
            other(json!({"summary": "3 files"})),
        ),
        // What a program says of itself is not taken for what an ability says.
        (
            json!({"data": {"exit_code": 0, "stdout": "x"}}),
            other(json!({"exit_code": 0, "stdout": "x"})),
        ),
        (
            json!({"data": {"kind": "notified"}}),
            Data::Notified(Notified { shown_as: None }),
        ),
    ] {
        let mut frame = members.clone();
        frame["type"] = json!("agent_complete");
        frame["run_id"] = json!("r9");
        assert_eq!(up(&frame), result("run:r9", success(data)), "{members}");
    }
    let frame = json!({"type": "agent_complete", "run_id": "r9", "ok": false, "error": "no",
        "finished_at": "2026-03-01T09:00:00Z"});
    let at: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
    let failure = Outcome::failure(FailureCode::Failed, "no", at);
    assert_eq!(up(&frame), result("run:r9", failure));
}

#[test]
fn a_call_with_an_id_can_always_be_answered() {
    let refusal = |action: Value, data: Value| {
        let frame = json!({"type": "tool_call", "id": "c1", "action": action, "data": data});
        match command(&frame).asked.refusal(NOW.now) {
            Some(Outcome::Failure { code, message, .. }) => (code.as_str(), message),
            other => panic!("{other:?}"),
        }
    };
    for (action, data, code, said) in [
        (
            json!("make_coffee"),
            json!({}),
            "unsupported",
            "Unknown command: make_coffee",
        ),
        (
            json!("select"),
            json!([1]),
            "unsupported",
            "Unknown command: select",
        ),
        (
            json!(null),
            json!({}),
            "invalid",
            "the frame names no action",
        ),
        (json!(7), json!({}), "invalid", "action is not text"),
        (
            json!("send_notification"),
            json!(null),
            "invalid",
            "the title is empty: a notification needs one",
        ),
        (
            json!("send_notification"),
            json!("x"),
            "invalid",
            "the parameters of send_notification are not an object",
        ),
        (
            json!("execute_command"),
            json!({"command": "ls", "timeout_seconds": 301}),
            "invalid",
            "timeout_seconds is 301: it must be between 1 and 300",
        ),
    ] {
        assert_eq!(refusal(action, data), (code, said.to_owned()));
    }
    for (run, said) in [
        (json!({"agent_id": 7}), "agent_id is not text"),
        (json!({"scout_id": {}}), "scout_id is not text"),
        (
            json!({"agent_id": "x".repeat(201)}),
            "the agent_id is too long or not printable",
        ),
        (
            json!({"x": "x".repeat(100_001)}),
            "the agent_run is 100009 bytes long: at most 100000 are taken",
        ),
    ] {
        let mut frame = run.clone();
        frame["type"] = json!("agent_run");
        frame["run_id"] = json!("r9");
        let problem = said.to_owned();
        assert_eq!(command(&frame).asked, Asked::Senseless { problem });
    }
}

#[test]
fn runs_that_are_taken() {
    for (members, program, details) in [
        (json!({}), None, json!({})),
        (json!({"agent_id": "a"}), Some("a"), json!({})),
        (json!({"scout_id": "s"}), Some("s"), json!({})),
        (
            json!({"agent_id": null, "scout_id": "s"}),
            Some("s"),
            json!({}),
        ),
        (
            json!({"agent_id": "", "scout_id": "s"}),
            Some("s"),
            json!({}),
        ),
        (json!({"agent_id": "", "scout_id": null}), None, json!({})),
        (
            json!({"agent_id": "a", "scout_id": "s"}),
            Some("a"),
            json!({"scout_id": "s"}),
        ),
        (
            json!({"agent_id": "a", "folders": ["/docs"], "last_run_at": null}),
            Some("a"),
            json!({"folders": ["/docs"], "last_run_at": null}),
        ),
    ] {
        let mut frame = members.clone();
        frame["type"] = json!("agent_run");
        frame["run_id"] = json!("r9");
        let command = command(&frame);
        assert_eq!(command.id, id("run:r9"));
        let run = RunAgent {
            program: program.map(|program| AgentId::new(program).unwrap()),
            details: object(details),
        };
        assert_eq!(
            command.asked,
            Asked::Ability(Action::RunAgent(run)),
            "{members}"
        );
    }
}

#[test]
fn frames_that_make_no_sense_say_why() {
    let deep = format!(
        r#"{{"type":"pong","x":{}1{}}}"#,
        "[".repeat(100),
        "]".repeat(100)
    );
    for (text, said) in [
        ("", "the frame is not JSON"),
        ("[1]", "the frame is not a JSON object"),
        ("\"pong\"", "the frame is not a JSON object"),
        ("{}", "the frame names no type"),
        (r#"{"type":["pong"]}"#, "the frame names no type"),
        (
            deep.as_str(),
            "the frame is nested too deeply: at most 64 levels are taken",
        ),
        (
            r#"{"type":"pong","type":"pong"}"#,
            r#"the frame has the key "type" twice in one object"#,
        ),
        (
            r#"{"type":"tool_result"}"#,
            "the tool_result frame is malformed: id is missing",
        ),
        (
            r#"{"type":"tool_result","id":null}"#,
            "the tool_result frame is malformed: id is missing",
        ),
        (
            r#"{"type":"tool_result","id":7}"#,
            "the tool_result frame is malformed: id is not text",
        ),
        (
            r#"{"type":"tool_result","id":""}"#,
            "the tool_result frame is malformed: id is empty, too long or not printable",
        ),
        (
            r#"{"type":"tool_result","id":"c1","ok":"yes"}"#,
            "the tool_result frame is malformed: ok is not true or false",
        ),
        (
            r#"{"type":"agent_complete","run_id":"r9","ok":1}"#,
            "the agent_complete frame is malformed: ok is not true or false",
        ),
        (
            r#"{"type":"agent_data"}"#,
            "the agent_data frame is malformed: run_id is missing",
        ),
        (
            r#"{"type":"agent_data","run_id":[]}"#,
            "the agent_data frame is malformed: run_id is not text",
        ),
        (
            r#"{"type":"agent_complete","run_id":"\u0007"}"#,
            "the agent_complete frame is malformed: run_id is empty, too long or not printable",
        ),
        (
            r#"{"type":"device_hello"}"#,
            "the device_hello frame is malformed: device_id is missing",
        ),
        (
            r#"{"type":"device_hello","device_id":true}"#,
            "the device_hello frame is malformed: device_id is not text",
        ),
        (
            r#"{"type":"device_hello","device_id":"x","agent_ids":{}}"#,
            "the device_hello frame is malformed: agent_ids is not a list of texts",
        ),
        (
            r#"{"type":"device_hello","device_id":"x","scout_ids":[1]}"#,
            "the device_hello frame is malformed: scout_ids is not a list of texts",
        ),
    ] {
        match adiuva().decode_up(text, NOW) {
            Err(error) => assert_eq!(error.to_string(), said, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    for (text, said) in [
        (
            r#"{"type":"tool_call","action":"select"}"#,
            "the tool_call frame is malformed: id is missing",
        ),
        (
            r#"{"type":"tool_call","id":{}}"#,
            "the tool_call frame is malformed: id is not text",
        ),
        (
            r#"{"type":"agent_run","run_id":null}"#,
            "the agent_run frame is malformed: run_id is missing",
        ),
    ] {
        match adiuva().decode_down(text, NOW) {
            Err(error) => assert_eq!(error.to_string(), said, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn large_frames_are_only_large() {
    let rows: Vec<Value> = (0..10_000).map(Value::from).collect();
    let frame = json!({"type": "tool_result", "id": "c1", "rows": rows});
    assert_eq!(
        up(&frame),
        result("c1", success(other(json!({ "rows": rows }))))
    );
    let agents: Vec<String> = (0..10_000).map(|agent| format!("a-{agent}")).collect();
    let frame = json!({"type": "device_hello", "device_id": "x", "agent_ids": agents});
    assert!(matches!(up(&frame), Upstream::Register(_)));
    let line = Asked::Ability(Action::Execute(Execute {
        line: "x".repeat(2 * 1024 * 1024),
        working_dir: None,
        timeout: Execute::DEFAULT_TIMEOUT,
        environment: BTreeMap::new(),
    }));
    assert!(matches!(
        adiuva().encode_down(&asks("c1", line), NOW),
        Err(EncodeError::TooLarge { .. })
    ));
}
