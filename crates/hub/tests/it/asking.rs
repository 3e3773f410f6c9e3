//! Asking a device for something, from the call to the answer and the books.

use serde_json::{Value, json};

use crate::{device::Device, http::Pending, scene::Scene};

const NOTIFICATION: &str = "/api/devices/notification";
const EXECUTE: &str = "/api/devices/execute";

fn tea() -> Value {
    json!({ "device_node_id": "pc", "title": "Tea", "body": "It is ready" })
}

fn with(mut body: Value, more: &Value) -> Value {
    let fields = more.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(fields);
    body
}

async fn notify(scene: &Scene, more: &Value) -> Pending {
    scene
        .post(NOTIFICATION, scene.key("intern"), &with(tea(), more))
        .await
}

/// The audit, without what differs from run to run.
async fn audit(scene: &Scene) -> Vec<Value> {
    let lines = scene.audit("pc").await;
    lines
        .iter()
        .map(|line| {
            json!([
                line["action_type"],
                line["agent_id"],
                line["governance_allowed"],
                line["success"],
                line["late"],
                line["code"],
            ])
        })
        .collect()
}

#[tokio::test]
async fn a_notification_is_shown_and_written_down() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let pending = notify(&scene, &json!({ "sound": "none" })).await;

    let command = device.hear_a("command").await;
    assert_eq!(command["command"], "send_notification");
    assert_eq!(command["params"]["title"], "Tea");
    assert_eq!(command["params"]["body"], "It is ready");
    assert_eq!(command["params"]["sound"], "none");
    let agent = json!({ "id": "intern", "name": "Intern agent", "maturity": "intern" });
    assert_eq!(command["agent"], agent);
    assert!(command["deadline_at"].as_str() > command["timestamp"].as_str());
    device.succeed(&command, json!({})).await;
    let acknowledged = device.hear_a("result_ack").await;
    assert_eq!(acknowledged["command_id"], command["command_id"]);

    let reply = pending.reply().await;
    let expected = json!({
        "success": true,
        "device_node_id": "pc",
        "title": "Tea",
        "body": "It is ready",
        "sent_at": "2026-02-01T12:00:02Z",
        "command_id": command["command_id"],
    });
    assert_eq!((reply.status, reply.body), (200, expected));
    let lines = scene.audit("pc").await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["result_summary"], "Notification sent: Tea");
    assert_eq!(lines[0]["command_id"], command["command_id"]);
    assert_eq!(lines[0]["agent_id"], "intern");
    assert_eq!(lines[0]["user_id"], "owner");
    assert_eq!(lines[0]["success"], true);
}

#[tokio::test]
async fn a_command_line_brings_its_output() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let body = json!({
        "device_node_id": "pc",
        "command": "ls -la",
        "timeout_seconds": 20,
        "environment": { "LANG": "C" },
        "agent_id": "autonomous",
    });
    let pending = scene.post(EXECUTE, &scene.owner_token, &body).await;
    let command = device.hear_a("command").await;
    assert_eq!(command["command"], "execute_command");
    assert_eq!(command["params"]["command"], "ls -la");
    assert_eq!(command["params"]["timeout_seconds"], 20);
    assert_eq!(command["params"]["environment"], json!({ "LANG": "C" }));
    assert_eq!(command["agent"]["id"], "autonomous");
    let data = json!({
        "exit_code": 2,
        "stdout": "a",
        "stderr": "b",
        "working_dir": "/home/me",
        "duration_seconds": 0.5,
        "containment": "read-only, no network",
    });
    device.succeed(&command, data).await;
    let reply = pending.reply().await;
    let expected = json!({
        "success": true,
        "device_node_id": "pc",
        "exit_code": 2,
        "stdout": "a",
        "stderr": "b",
        "cut_bytes": 0,
        "command": "ls -la",
        "working_dir": "/home/me",
        "working_directory": "/home/me",
        "timeout_seconds": 20,
        "duration_seconds": 0.5,
        "executed_at": "2026-02-01T12:00:02Z",
        "containment": "read-only, no network",
        "command_id": command["command_id"],
    });
    assert_eq!((reply.status, reply.body), (200, expected));
    let lines = scene.audit("pc").await;
    assert_eq!(
        lines[0]["result_summary"],
        "Command executed: ls -la (exit: 2)"
    );
}

#[tokio::test]
async fn levels_are_checked_before_anything_goes_out() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let line = json!({ "device_node_id": "pc", "command": "ls" });
    let none = json!({});
    let another = json!({ "agent_id": "autonomous" });
    let nobody = json!({ "agent_id": "nobody" });
    let requires = |level| format!("Command execution requires AUTONOMOUS agent. Current: {level}");
    let (student, intern) = (requires("student"), requires("intern"));
    let supervised = requires("supervised");
    for (path, caller, more, reason) in [
        (
            NOTIFICATION,
            "student",
            &none,
            "Agent 'Student agent' (student) may not",
        ),
        (
            NOTIFICATION,
            "student",
            &another,
            "the key belongs to another agent",
        ),
        (NOTIFICATION, "owner", &nobody, "Agent not found"),
        (EXECUTE, "student", &none, student.as_str()),
        (EXECUTE, "intern", &none, intern.as_str()),
        (EXECUTE, "supervised", &none, supervised.as_str()),
        (
            EXECUTE,
            "supervised",
            &another,
            "the key belongs to another agent",
        ),
        (
            EXECUTE,
            "owner",
            &none,
            "Command execution requires an AUTONOMOUS agent",
        ),
    ] {
        let credential = match caller {
            "owner" => &scene.owner_token,
            agent => scene.key(agent),
        };
        let body = if path == EXECUTE { line.clone() } else { tea() };
        let reply = scene
            .post(path, credential, &with(body, more))
            .await
            .reply()
            .await;
        assert_eq!(reply.verdict(), (403, "forbidden"), "{caller}: {reply:?}");
        assert!(reply.detail().starts_with(reason), "{caller}: {reply:?}");
        assert_eq!(reply.body["error"], reply.body["detail"]);
        assert_eq!(reply.body["success"], false);
    }
    let lines = audit(&scene).await;
    assert_eq!(lines.len(), 8);
    let first = json!([
        "send_notification",
        "student",
        false,
        false,
        false,
        "forbidden"
    ]);
    assert_eq!(lines[0], first);
    let last = json!(["execute_command", null, false, false, false, "forbidden"]);
    assert_eq!(lines[7], last);

    // The owner's own wish goes out, and it is the first thing that the device hears.
    let pending = scene.post(NOTIFICATION, &scene.owner_token, &tea()).await;
    let command = device.hear_a("command").await;
    let owner = json!({ "id": "owner", "name": "You", "maturity": "intern" });
    assert_eq!(command["agent"], owner);
    device.succeed(&command, json!({})).await;
    assert_eq!(pending.reply().await.status, 200);
}

#[tokio::test]
async fn what_the_device_says_no_to_is_a_failure_with_its_code() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    for (code, expected) in [(json!("denied"), "denied"), (Value::Null, "failed")] {
        let pending = notify(&scene, &json!({})).await;
        let command = device.hear_a("command").await;
        device
            .send(&json!({
                "type": "result",
                "command_id": command["command_id"],
                "success": false,
                "error": "The person said no",
                "code": code,
            }))
            .await;
        device.hear_a("result_ack").await;
        let reply = pending.reply().await;
        assert_eq!(reply.verdict(), (400, expected));
        assert_eq!(
            reply.detail(),
            "Send notification failed: The person said no"
        );
        assert_eq!(reply.body["command_id"], command["command_id"]);
    }
    // A success of another kind is none.
    let body = json!({ "device_node_id": "pc", "command": "ls" });
    let pending = scene.post(EXECUTE, scene.key("autonomous"), &body).await;
    let command = device.hear_a("command").await;
    device.succeed(&command, json!({})).await;
    assert_eq!(pending.reply().await.verdict(), (400, "failed"));
}

#[tokio::test]
async fn a_device_that_is_away_or_unknown_is_said_to_be() {
    let scene = Scene::start().await;
    let unknown = notify(&scene, &json!({})).await.reply().await;
    assert_eq!(unknown.verdict(), (404, "not_found"));
    assert_eq!(unknown.detail(), "Device pc not found");

    drop(Device::join(&scene, "pc").await);
    let away = loop {
        let reply = notify(&scene, &json!({ "deadline_seconds": 1 }))
            .await
            .reply()
            .await;
        // The hub may take a moment to notice that the device has gone.
        if reply.verdict() != (400, "expired") {
            break reply;
        }
    };
    assert_eq!(away.verdict(), (400, "device_offline"));
    let start = "Send notification failed: Device pc is not currently connected.";
    assert!(away.detail().starts_with(start), "{away:?}");
    assert_eq!(audit(&scene).await.last().unwrap()[5], "device_offline");
}

#[tokio::test]
async fn parameters_out_of_bounds_never_reach_the_device() {
    let scene = Scene::start().await;
    let _device = Device::join(&scene, "pc").await;
    let key = scene.key("autonomous");
    for (more, detail) in [
        (
            json!({ "timeout_seconds": 301 }),
            "Timeout 301s exceeds maximum 300s",
        ),
        (json!({ "timeout_seconds": 0 }), "timeout_seconds is 0"),
        (json!({ "command": " " }), "the command is empty"),
        (
            json!({ "environment": { "LD_PRELOAD": "x" } }),
            "the variable \"LD_PRELOAD\"",
        ),
    ] {
        let body = json!({ "device_node_id": "pc", "command": "ls" });
        let reply = scene
            .post(EXECUTE, key, &with(body, &more))
            .await
            .reply()
            .await;
        assert_eq!(reply.verdict(), (400, "invalid"), "{reply:?}");
        let start = format!("Execute command failed: {detail}");
        assert!(reply.detail().starts_with(&start), "{reply:?}");
    }
}

#[tokio::test]
async fn each_device_gets_and_answers_its_own() {
    let scene = Scene::start().await;
    let mut pc = Device::join(&scene, "pc").await;
    let mut laptop = Device::join(&scene, "laptop").await;
    let for_pc = notify(&scene, &json!({})).await;
    let for_laptop = notify(&scene, &json!({ "device_node_id": "laptop" })).await;
    let pc_command = pc.hear_a("command").await;
    let laptop_command = laptop.hear_a("command").await;
    // An answer from the wrong device settles nothing.
    laptop.succeed(&pc_command, json!({})).await;
    laptop.hear_a("result_ack").await;
    laptop.succeed(&laptop_command, json!({})).await;
    let laptop_reply = for_laptop.reply().await;
    assert_eq!(laptop_reply.body["device_node_id"], "laptop");
    assert_eq!(audit(&scene).await, Vec::<Value>::new());
    pc.succeed(&pc_command, json!({})).await;
    assert_eq!(for_pc.reply().await.body["device_node_id"], "pc");
}

#[tokio::test]
async fn a_deadline_ends_the_waiting_and_a_late_answer_is_kept() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let pending = notify(&scene, &json!({ "deadline_seconds": 1 })).await;
    let command = device.hear_a("command").await;
    let id = command["command_id"].clone();
    device
        .send(&json!({ "type": "progress", "command_id": id, "state": "waiting" }))
        .await;
    let reply = pending.reply().await;
    assert_eq!(reply.verdict(), (400, "expired"));
    assert_eq!(
        reply.detail(),
        "Send notification failed: no answer within 1 s; \
         the device last said that the command was waiting"
    );
    assert_eq!(device.hear_a("cancel").await["command_id"], id);
    for _ in 0..2 {
        device.succeed(&command, json!({})).await;
        assert_eq!(device.hear_a("result_ack").await["command_id"], id);
    }
    assert_eq!(
        audit(&scene).await,
        [
            json!(["send_notification", "intern", true, false, false, "expired"]),
            json!(["send_notification", "intern", true, true, true, null]),
        ]
    );
}

#[tokio::test]
async fn a_caller_that_goes_takes_its_command_back() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let pending = notify(&scene, &json!({})).await;
    let command = device.hear_a("command").await;
    drop(pending);
    let cancel = device.hear_a("cancel").await;
    assert_eq!(cancel["command_id"], command["command_id"]);
    let line = json!([
        "send_notification",
        "intern",
        true,
        false,
        false,
        "cancelled"
    ]);
    assert_eq!(audit(&scene).await, [line]);
}

#[tokio::test]
async fn a_device_without_extensions_hears_nothing_of_them() {
    let scene = Scene::start().await;
    let mut device = Device::open(&scene).await;
    device.register("pc", &[]).await;
    let pending = notify(&scene, &json!({ "deadline_seconds": 1 })).await;
    let command = device.hear_a("command").await;
    assert_eq!(command.get("agent"), None);
    assert_eq!(command.get("deadline_at"), None);
    assert_eq!(pending.reply().await.verdict(), (400, "expired"));
    device.succeed(&command, json!({})).await;
    // Neither the cancel nor the acknowledgement came before this.
    device.send(&json!({ "type": "heartbeat" })).await;
    device.hear_a("heartbeat_ack").await;
    assert_eq!(audit(&scene).await.len(), 2);
}

#[tokio::test]
async fn a_command_survives_a_lost_connection() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let pending = notify(&scene, &json!({})).await;
    let command = device.hear_a("command").await;
    let abandoned = notify(&scene, &json!({})).await;
    let unwanted = device.hear_a("command").await;
    drop(device);
    drop(abandoned);
    while audit(&scene).await.is_empty() {
        tokio::task::yield_now().await;
    }

    let mut device = Device::join(&scene, "pc").await;
    let cancel = device.hear_a("cancel").await;
    assert_eq!(cancel["command_id"], unwanted["command_id"]);
    let again = device.hear_a("command").await;
    assert_eq!(again["command_id"], command["command_id"]);
    device.succeed(&again, json!({})).await;
    assert_eq!(pending.reply().await.status, 200);
}
