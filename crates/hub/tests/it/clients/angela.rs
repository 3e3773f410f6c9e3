//! The desktop client, of which one part never says anything, and the phone beside it.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::{Peer, post};
use crate::scene::Scene;

/// What the hub adds by itself.
fn stripped(mut frame: Value) -> Value {
    let members = frame.as_object_mut().unwrap();
    let moment = members.remove("timestamp");
    let moment = moment.as_ref().and_then(Value::as_str).unwrap();
    assert!(moment.ends_with('Z'), "{moment}");
    if let Some(id) = members.remove("id") {
        assert_eq!(id.as_str().unwrap().len(), 36);
    }
    frame
}

/// Shows that nothing else was said before.
async fn has_heard_all(client: &mut Peer) {
    client.say(r#"{"type":"ping","timestamp":1}"#).await;
    let pong = client.hear_a("pong").await;
    assert!(pong["timestamp"].is_string());
}

#[tokio::test]
async fn what_one_says_all_hear() {
    let scene = Scene::start().await;
    for path in ["/ws", "/dialects/angela/ws", "/ws?anything=at-all"] {
        // The main process of the desktop client, which only listens.
        let mut silent = Peer::connect(&scene, path).await;
        let mut client = Peer::connect(&scene, path).await;
        has_heard_all(&mut client).await;
        client
            .say(r#"{"type":"module_control","module":"vision","enabled":false}"#)
            .await;
        for peer in [&mut silent, &mut client] {
            assert_eq!(
                stripped(peer.hear().await),
                json!({ "type": "module_status_changed",
                    "data": { "module": "vision", "enabled": false } })
            );
            assert_eq!(
                stripped(peer.hear().await),
                json!({ "type": "status_change", "source": "websocket_client", "target": null,
                    "data": { "module": "vision", "enabled": false, "action": "module_control" },
                    "priority": 1 })
            );
        }
        for (said, kind) in [
            (
                r#"{"type":"status_change","data":{"x":1}}"#,
                "status_change",
            ),
            (r#"{"type":"tactile_event","data":{"x":1}}"#, "data_update"),
            (r#"{"data":{"x":1}}"#, "data_update"),
        ] {
            client.say(said).await;
            for peer in [&mut silent, &mut client] {
                assert_eq!(
                    stripped(peer.hear().await),
                    json!({ "type": kind, "source": "websocket_client", "target": null,
                        "data": { "x": 1 }, "priority": 1 })
                );
            }
        }
        has_heard_all(&mut silent).await;
    }
}

#[tokio::test]
async fn no_socket_becomes_a_zombie() {
    let scene = Scene::start().await;
    let mut client = Peer::connect(&scene, "/ws").await;
    for message in [
        Message::text("not json"),
        Message::text("[1,2]"),
        Message::text("7"),
        Message::binary(vec![1, 2, 3]),
    ] {
        client.say_message(message).await;
        assert_eq!(client.hear().await, json!({ "error": "Invalid JSON" }));
        has_heard_all(&mut client).await;
    }
}

#[tokio::test]
async fn nobody_on_this_wire_is_a_device() {
    let scene = Scene::start().await;
    let mut client = Peer::connect(&scene, "/ws").await;
    has_heard_all(&mut client).await;
    let devices = scene.get("/api/devices", &scene.owner_token).await;
    assert_eq!(devices.body, json!([]));
    let bad = Peer::connect_with(&scene, "/dialects/angela/ws?token=garbage", &[]).await;
    assert_eq!(bad.err(), Some(403));
}

#[tokio::test]
async fn requests_are_signed() {
    let scene = Scene::start().await;
    let key = scene.secrets.0.lock().unwrap()["hub.request-key"].clone();
    assert_eq!(key.len(), 44, "the form of a Fernet key");
    let sign = |body: &str| {
        let signature = chaperone_dialects::angela_signature(&key, body.as_bytes());
        format!("X-Angela-Signature: {signature}")
    };
    let control = "/api/v1/system/module-control";
    let off = r#"{"module":"audio","enabled":false}"#;
    for path in [control, "/api/v1/system/status", "/api/v1/mobile/test"] {
        let missing = post(&scene, path, &[], off).await;
        assert_eq!(missing.status, 401);
        assert_eq!(missing.detail(), "Missing security signature");
        let wrong = post(&scene, path, &[&sign("another")], off).await;
        assert_eq!(wrong.status, 403);
        assert_eq!(wrong.detail(), "Invalid security signature");
    }
    let done = post(&scene, control, &[&sign(off)], off).await;
    let expected = json!({ "status": "success", "module": "audio", "enabled": false });
    assert_eq!((done.status, done.body), (200, expected));
    for body in [
        r#"{"module":"telepathy","enabled":true}"#,
        r#"{"module":"audio","enabled":"yes"}"#,
        "[]",
        "",
    ] {
        let refused = post(&scene, control, &[&sign(body)], body).await;
        let expected = json!({ "status": "error", "message": "Invalid module or state" });
        assert_eq!((refused.status, refused.body), (200, expected), "{body}");
    }
    // Also a socket switches, and it is remembered over a restart.
    let mut client = Peer::connect(&scene, "/ws").await;
    for said in [
        r#"{"type":"module_control","module":"action","enabled":false}"#,
        r#"{"type":"module_control","module":"tactile","enabled":null}"#,
    ] {
        client.say(said).await;
        client.hear_a("module_status_changed").await;
        client.hear_a("status_change").await;
    }
    let scene = scene.restart(|_| {}).await;
    let status = post(&scene, "/api/v1/system/status", &[&sign("")], "").await;
    assert_eq!(status.body["status"], "online");
    let expected = json!({ "vision": true, "audio": false, "tactile": true, "action": false });
    assert_eq!(status.body["modules"], expected);
    let health = scene.get("/health", "").await;
    assert_eq!(health.body["status"], "healthy");
    let health = scene.get("/api/v1/health", "").await;
    assert_eq!(health.body, json!({ "status": "ok" }));
}
