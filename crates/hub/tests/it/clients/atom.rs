//! The phone: it knows no extension, says its id twice, and answers pictures as raw base64.

use serde_json::json;
use tokio::time::{self, Instant};

use super::Peer;
use crate::scene::Scene;

const REGISTER: &str = r#"{"type":"register","device_node_id":"mobile_1738490000000_ab12","device_info":{"device_node_id":"mobile_1738490000000_ab12","name":"Phone","node_type":"mobile","platform":"ios","capabilities":["notification","camera","location"]}}"#;

async fn phone(scene: &Scene) -> Peer {
    let target = format!("/api/devices/ws?token={}", scene.device_token);
    Peer::connect(scene, &target).await
}

#[tokio::test]
async fn a_phone_registers_and_answers() {
    let scene = Scene::start().await;
    let mut phone = phone(&scene).await;
    phone.say(REGISTER).await;
    let connected = phone.hear_a("connected").await;
    assert_eq!(connected["device_node_id"], "mobile_1738490000000_ab12");
    let registered = phone.hear_a("registered").await;
    assert!(registered.get("extensions").is_none(), "{registered}");
    phone
        .say(r#"{"type":"heartbeat","timestamp":"2026-02-02T10:00:30"}"#)
        .await;
    phone.hear_a("heartbeat_ack").await;

    let body = json!({ "device_node_id": "mobile_1738490000000_ab12", "title": "Tea", "body": "" });
    let path = "/api/devices/notification";
    let pending = scene.post(path, scene.key("intern"), &body).await;
    let command = phone.hear_a("command").await;
    assert_eq!(command["command"], "send_notification");
    assert!(command.get("agent").is_none(), "{command}");
    let answer = json!({ "type": "result", "command_id": command["command_id"], "success": true,
        "data": {}, "timestamp": "2026-02-02T10:00:31.123456" });
    phone.say(&answer.to_string()).await;
    assert_eq!(pending.reply().await.status, 200);
}

#[tokio::test]
async fn a_phone_that_says_nothing_is_closed_after_ten_seconds() {
    let scene = Scene::start().await;
    let mut phone = phone(&scene).await;
    let opened = Instant::now();
    time::pause();
    let closed = phone.closed_whenever().await;
    assert_eq!(closed, (1008, "Registration timeout".to_owned()));
    assert!(opened.elapsed().as_secs() >= 9);
}

#[tokio::test]
async fn a_phone_is_asked_after_thirty_seconds_and_dropped_after_five_minutes() {
    let scene = Scene::start().await;
    let mut phone = phone(&scene).await;
    phone.say(REGISTER).await;
    phone.hear_a("connected").await;
    phone.hear_a("registered").await;
    let registered = Instant::now();
    time::pause();
    assert_eq!(phone.hear_whenever().await["type"], "heartbeat_probe");
    assert!((29..35).contains(&registered.elapsed().as_secs()));
    // The phone has died: it neither answers nor closes.
    assert_eq!(phone.closed_whenever().await.0, 1008);
    assert!((299..310).contains(&registered.elapsed().as_secs()));
}
