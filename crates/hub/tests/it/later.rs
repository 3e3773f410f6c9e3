//! Calls that are not waited for, taken back, or made twice.

use serde_json::{Value, json};

use crate::{device::Device, http::Reply, scene::Scene};

const NOTIFICATION: &str = "POST /api/devices/notification";
const LATER: [&str; 1] = ["Prefer: respond-async"];

fn tea() -> Value {
    json!({ "device_node_id": "pc", "title": "Tea", "body": "It is ready" })
}

async fn look(scene: &Scene, id: &Value) -> Reply {
    let path = format!("/api/commands/{}", id.as_str().unwrap());
    scene.get(&path, scene.key("intern")).await
}

/// A command once its state is another.
async fn settled(scene: &Scene, id: &Value) -> Value {
    loop {
        let reply = look(scene, id).await;
        if reply.body["state"] != "waiting" {
            return reply.body;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_call_that_is_not_waited_for_is_found_again() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let key = scene.key("intern");
    let reply = scene.call(NOTIFICATION, key, &LATER, &tea()).await;
    let reply = reply.reply().await;
    assert_eq!(reply.status, 202);
    let id = reply.body["command_id"].clone();
    let location = format!("/api/commands/{}", id.as_str().unwrap());
    assert!(
        reply.head.contains(&format!("location: {location}")),
        "{}",
        reply.head
    );
    assert!(reply.head.contains("preference-applied: respond-async"));
    let expected = json!({
        "success": true,
        "command_id": id,
        "device_node_id": "pc",
        "state": "waiting",
        "location": location,
    });
    assert_eq!(reply.body, expected);

    let command = device.hear_a("command").await;
    assert_eq!(command["command_id"], id);
    let open = look(&scene, &id).await.body;
    assert_eq!(
        (&open["state"], &open["outcome"]),
        (&json!("waiting"), &Value::Null)
    );
    device.succeed(&command, json!({})).await;
    device.hear_a("result_ack").await;
    let over = settled(&scene, &id).await;
    assert_eq!(over["state"], "settled");
    assert_eq!(over["outcome_status"], 200);
    assert_eq!(over["outcome"]["sent_at"], "2026-02-01T12:00:02Z");
    assert_eq!(over["outcome"]["title"], "Tea");
    assert_eq!(over["agent_id"], "intern");

    // It is its asker's and the person's, and nobody else's.
    let path = location.as_str();
    assert_eq!(scene.get(path, &scene.owner_token).await.status, 200);
    let other = scene.get(path, scene.key("autonomous")).await;
    assert_eq!(other.verdict(), (404, "not_found"));
    let all = scene.get("/api/commands?limit=5", key).await.body;
    assert_eq!(all[0]["command_id"], id);
    let others = scene.get("/api/commands", scene.key("autonomous")).await;
    assert_eq!(others.body, json!([]));
}

#[tokio::test]
async fn a_command_is_taken_back_by_its_asker() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let key = scene.key("intern");
    let reply = scene.call(NOTIFICATION, key, &LATER, &tea()).await;
    let id = reply.reply().await.body["command_id"].clone();
    let command = device.hear_a("command").await;
    let delete = format!("DELETE /api/commands/{}", id.as_str().unwrap());
    let stranger = scene
        .call(&delete, scene.key("student"), &[], &Value::Null)
        .await;
    assert_eq!(stranger.reply().await.verdict(), (404, "not_found"));
    let reply = scene
        .call(&delete, key, &[], &Value::Null)
        .await
        .reply()
        .await;
    assert_eq!(
        (reply.status, &reply.body["state"]),
        (200, &json!("unanswered"))
    );
    assert_eq!(reply.body["outcome"]["code"], "cancelled");
    assert_eq!(reply.body["outcome_status"], 400);
    assert_eq!(device.hear_a("cancel").await["command_id"], id);

    // What the device did all the same is told, and is not undone by asking again.
    device.succeed(&command, json!({})).await;
    device.hear_a("result_ack").await;
    for _ in 0..2 {
        let reply = scene
            .call(&delete, key, &[], &Value::Null)
            .await
            .reply()
            .await;
        assert_eq!(
            (reply.status, &reply.body["state"]),
            (200, &json!("settled"))
        );
        assert_eq!(reply.body["outcome"]["success"], true);
    }
}

#[tokio::test]
async fn the_same_key_stands_for_the_same_command() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let key = scene.key("intern").to_owned();
    let once = ["Idempotency-Key: once"];
    let first = scene.call(NOTIFICATION, &key, &once, &tea()).await;
    let command = device.hear_a("command").await;
    // While it runs, for a second caller and for one that went.
    let second = scene.call(NOTIFICATION, &key, &once, &tea()).await;
    drop(first);
    let both = ["Idempotency-Key: once", LATER[0]];
    let third = scene
        .call(NOTIFICATION, &key, &both, &tea())
        .await
        .reply()
        .await;
    assert_eq!(
        (third.status, &third.body["command_id"]),
        (202, &command["command_id"])
    );
    let other = json!({ "device_node_id": "pc", "title": "Coffee", "body": "" });
    let mismatched = scene.call(NOTIFICATION, &key, &once, &other).await;
    let mismatched = mismatched.reply().await;
    assert_eq!(mismatched.verdict(), (422, "idempotency_mismatch"));

    device.succeed(&command, json!({})).await;
    device.hear_a("result_ack").await;
    let answer = second.reply().await;
    assert_eq!(
        (answer.status, &answer.body["command_id"]),
        (200, &command["command_id"])
    );
    let again = scene
        .call(NOTIFICATION, &key, &once, &tea())
        .await
        .reply()
        .await;
    assert_eq!((again.status, &again.body), (200, &answer.body));
    drop(device);
    let scene = scene.restart(|_| {}).await;
    let again = scene
        .call(NOTIFICATION, &key, &once, &tea())
        .await
        .reply()
        .await;
    assert_eq!((again.status, &again.body), (200, &answer.body));

    // Another caller's key of the same text is another key.
    let mut device = Device::join(&scene, "pc").await;
    let theirs = scene
        .call(NOTIFICATION, scene.key("supervised"), &once, &tea())
        .await;
    let command = device.obey(json!({})).await;
    assert_ne!(command["command_id"], answer.body["command_id"]);
    assert_eq!(theirs.reply().await.status, 200);
    assert_eq!(scene.audit("pc").await.len(), 2);
    let long = format!("Idempotency-Key: {}", "x".repeat(201));
    let refused = scene.call(NOTIFICATION, &key, &[&long], &tea()).await;
    assert_eq!(refused.reply().await.verdict(), (422, "unprocessable"));
}

#[tokio::test]
async fn a_recording_asked_for_twice_has_one_name() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let key = scene.key("supervised");
    let (start, once) = (
        "POST /api/devices/screen/record/start",
        ["Idempotency-Key: r"],
    );
    let body = json!({ "device_node_id": "pc" });
    let first = scene.call(start, key, &once, &body).await;
    let command = device.hear_a("command").await;
    let second = scene.call(start, key, &once, &body).await;
    device.succeed(&command, json!({})).await;
    device.hear_a("result_ack").await;
    let (first, second) = (first.reply().await, second.reply().await);
    assert_eq!(first.body["session_id"], command["params"]["session_id"]);
    assert_eq!((second.status, second.body), (200, first.body));
}
