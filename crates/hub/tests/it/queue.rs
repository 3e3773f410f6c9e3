//! What is kept for devices that are away.

use serde_json::{Value, json};

use crate::{device::Device, scene::Scene};

const NOTIFICATION: &str = "POST /api/devices/notification";

fn tea() -> Value {
    json!({ "device_node_id": "pc", "title": "Tea", "body": "", "queue": true })
}

/// A hub that knows a device which is away.
async fn away() -> Scene {
    let scene = Scene::start().await;
    drop(Device::join(&scene, "pc").await);
    scene.restart(|_| {}).await
}

async fn state(scene: &Scene, id: &Value) -> Value {
    let path = format!("/api/commands/{}", id.as_str().unwrap());
    scene.get(&path, &scene.owner_token).await.body
}

/// A command's state once it is over.
async fn over(scene: &Scene, id: &Value) -> Value {
    loop {
        let command = state(scene, id).await;
        if command["state"] != "queued" && command["state"] != "waiting" {
            return command;
        }
        tokio::task::yield_now().await;
    }
}

async fn keep(scene: &Scene) -> Value {
    let key = scene.key("intern");
    let reply = scene
        .call(NOTIFICATION, key, &[], &tea())
        .await
        .reply()
        .await;
    assert_eq!(
        (reply.status, &reply.body["state"]),
        (202, &json!("queued")),
        "{reply:?}"
    );
    reply.body["command_id"].clone()
}

#[tokio::test]
async fn a_notification_waits_for_its_device_even_over_a_restart() {
    let scene = away().await;
    let first = keep(&scene).await;
    let second = keep(&scene).await;
    let scene = scene.restart(|_| {}).await;
    assert_eq!(state(&scene, &first).await["state"], "queued");
    let mut device = Device::join(&scene, "pc").await;
    let commands = [
        device.hear_a("command").await,
        device.hear_a("command").await,
    ];
    for (command, id) in commands.iter().zip([&first, &second]) {
        assert_eq!(command["command_id"], *id);
        assert_eq!(command["agent"]["id"], "intern");
        device.succeed(command, json!({})).await;
        device.hear_a("result_ack").await;
        let over = over(&scene, id).await;
        assert_eq!(over["state"], "settled");
        assert_eq!(over["outcome"]["success"], true);
    }
    // Once is enough.
    drop(device);
    let mut device = Device::join(&scene, "pc").await;
    device.send(&json!({ "type": "heartbeat" })).await;
    device.hear_a("heartbeat_ack").await;
    // A device that is there is asked at once.
    let pending = scene
        .call(NOTIFICATION, scene.key("intern"), &[], &tea())
        .await;
    device.obey(json!({})).await;
    assert_eq!(pending.reply().await.status, 200);
}

#[tokio::test]
async fn nothing_that_looks_or_acts_is_kept() {
    let scene = away().await;
    let key = scene.key("autonomous");
    for (path, more) in [
        ("camera/snap", json!({})),
        ("screen/snap", json!({})),
        ("screen/record/start", json!({})),
        ("location", json!({})),
        ("execute", json!({ "command": "ls" })),
    ] {
        let mut body = json!({ "device_node_id": "pc", "queue": true });
        let fields = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(fields);
        let start = format!("POST /api/devices/{path}");
        let reply = scene.call(&start, key, &[], &body).await.reply().await;
        assert_eq!(reply.verdict(), (422, "not_queueable"), "{path}");
    }
    assert_eq!(scene.get("/api/commands", key).await.body, json!([]));
}

#[tokio::test]
async fn whoever_may_not_any_more_when_the_device_comes_does_not() {
    for (change, reason) in [
        (
            "UPDATE agents SET state = 'paused' WHERE id = 'intern'",
            "Agent 'Intern agent' is paused",
        ),
        (
            "UPDATE agents SET state = 'deleted' WHERE id = 'intern'",
            "Agent not found",
        ),
        (
            "UPDATE agents SET maturity = 'student' WHERE id = 'intern'",
            "Agent 'Intern agent' (student) may not",
        ),
    ] {
        let scene = away().await;
        let id = keep(&scene).await;
        let scene = scene.restart(|books| books.change(change)).await;
        let mut device = Device::join(&scene, "pc").await;
        let over = over(&scene, &id).await;
        assert_eq!(over["outcome"]["code"], "forbidden", "{change}");
        let detail = over["outcome"]["detail"].as_str().unwrap();
        assert!(detail.contains(reason), "{detail}");
        device.send(&json!({ "type": "heartbeat" })).await;
        device.hear_a("heartbeat_ack").await;
        let lines = scene.audit("pc").await;
        assert_eq!(lines.last().unwrap()["governance_allowed"], false);
    }
}

#[tokio::test]
async fn what_is_kept_is_taken_back_and_expires() {
    let scene = away().await;
    let key = scene.key("intern").to_owned();
    let id = keep(&scene).await;
    let delete = format!("DELETE /api/commands/{}", id.as_str().unwrap());
    let reply = scene
        .call(&delete, &key, &[], &Value::Null)
        .await
        .reply()
        .await;
    assert_eq!(reply.body["outcome"]["code"], "cancelled");
    assert_eq!(reply.body["state"], "settled");

    let id = keep(&scene).await;
    let past = |books: &crate::scene::Books<'_>| {
        books.change("UPDATE commands SET deadline_at = 1 WHERE state = 'queued'");
    };
    let scene = scene.restart(past).await;
    let mut device = Device::join(&scene, "pc").await;
    let over = over(&scene, &id).await;
    assert_eq!(over["outcome"]["code"], "expired");
    device.send(&json!({ "type": "heartbeat" })).await;
    device.hear_a("heartbeat_ack").await;
    let mut body = tea();
    body["deadline_seconds"] = json!(7 * 24 * 3600 + 1);
    let reply = scene
        .call(NOTIFICATION, &key, &[], &body)
        .await
        .reply()
        .await;
    assert_eq!(reply.verdict(), (422, "unprocessable"));
}

#[tokio::test]
async fn a_key_keeps_one_copy() {
    let scene = away().await;
    let key = scene.key("intern");
    let once = ["Idempotency-Key: once"];
    let mut ids = Vec::new();
    for _ in 0..2 {
        let reply = scene
            .call(NOTIFICATION, key, &once, &tea())
            .await
            .reply()
            .await;
        assert_eq!(
            (reply.status, &reply.body["state"]),
            (202, &json!("queued"))
        );
        ids.push(reply.body["command_id"].clone());
    }
    assert_eq!(ids[0], ids[1]);
}
