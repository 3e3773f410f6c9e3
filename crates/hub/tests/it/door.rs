//! Who gets a socket, and what ends one.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    device::{Device, EXTENSIONS},
    http::{self, Reply},
    scene::Scene,
};

const FAR_AWAY: u64 = 4_102_444_800;

const UPGRADE: [&str; 4] = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

async fn knock(scene: &Scene, target: &str, headers: &[&str]) -> Reply {
    let mut all = UPGRADE.to_vec();
    all.extend(headers);
    http::send(scene.address, &format!("GET {target}"), &all, "")
        .await
        .reply()
        .await
}

pub(crate) fn forged(secret: &str, claims: &Value) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&Header::default(), claims, &key).unwrap()
}

#[tokio::test]
async fn a_token_that_is_not_good_opens_no_socket() {
    let scene = Scene::start().await;
    let secret = scene.secrets.0.lock().unwrap()["hub.signing-secret"].clone();
    let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let good = json!({ "sub": "owner", "exp": FAR_AWAY });
    let unsigned = format!("{}.{}.", part(json!({ "alg": "none" })), part(good.clone()));
    for (what, token) in [
        ("garbage", "garbage".to_owned()),
        ("empty", String::new()),
        (
            "expired",
            forged(&secret, &json!({ "sub": "owner", "exp": 1 })),
        ),
        (
            "without an end",
            forged(&secret, &json!({ "sub": "owner" })),
        ),
        (
            "without a subject",
            forged(&secret, &json!({ "exp": FAR_AWAY })),
        ),
        (
            "of nobody",
            forged(&secret, &json!({ "sub": "nobody", "exp": FAR_AWAY })),
        ),
        ("signed by another", forged("another", &good)),
        ("unsigned", unsigned),
        ("an agent's key", scene.key("autonomous").to_owned()),
    ] {
        for path in ["/api/devices/ws", "/dialects/atom/ws"] {
            let target = format!("{path}?token={token}");
            let reply = knock(&scene, &target, &[&scene.host()]).await;
            assert_eq!(reply.verdict(), (403, "forbidden"), "{what}: {reply:?}");
        }
    }
    let without = knock(&scene, "/api/devices/ws", &[&scene.host()]).await;
    assert_eq!(without.verdict(), (403, "forbidden"));
    // The same token made well is taken, so it was not the form that was refused above.
    let start = format!("GET /dialects/atom/ws?token={}", forged(&secret, &good));
    let headers = [&scene.host(), "Connection: close"];
    let plain = http::send(scene.address, &start, &headers, "").await;
    assert_eq!(plain.reply().await.body["code"], "upgrade_required");
}

#[tokio::test]
async fn web_pages_get_no_socket() {
    let scene = Scene::start().await;
    let port = scene.address.port();
    let target = format!("/api/devices/ws?token={}", scene.device_token);
    let foreign_host = format!("Host: evil.example:{port}");
    let foreign_origin = format!("Origin: http://evil.example:{port}");
    let host = scene.host();
    for headers in [
        &[foreign_host.as_str()][..],
        &[],
        &[&host, &foreign_origin],
        &[&host, "Origin: null"],
    ] {
        let reply = knock(&scene, &target, headers).await;
        // A request without any Host may be refused by the HTTP layer itself.
        assert!(matches!(reply.status, 400 | 403), "{headers:?}: {reply:?}");
    }
    let headers = [&foreign_host, "Connection: close"];
    let health = http::send(scene.address, "GET /healthz", &headers, "").await;
    assert_eq!(health.reply().await.verdict(), (403, "forbidden"));
}

#[tokio::test]
async fn a_hello_is_answered_as_written_down() {
    let scene = Scene::start().await;
    let mut device = Device::open(&scene).await;
    let [connected, registered] = device.register("pc", &EXTENSIONS).await;
    assert_eq!(connected["device_node_id"], "pc");
    assert_eq!(connected["heartbeat_interval"], 30);
    assert_eq!(registered["device_node_id"], "pc");
    assert!(registered["registered_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(registered["extensions"], json!(EXTENSIONS));
    device.send(&json!({ "type": "heartbeat" })).await;
    device.hear_a("heartbeat_ack").await;
}

#[tokio::test]
async fn who_does_not_introduce_itself_is_shown_out() {
    let scene = Scene::start().await;
    for frame in [
        json!({ "type": "heartbeat" }),
        json!({ "type": "register" }),
        json!({ "type": "register", "device_node_id": "" }),
    ] {
        let mut device = Device::open(&scene).await;
        device.send(&frame).await;
        assert_eq!(device.closed().await, 1002, "{frame}");
    }
}

#[tokio::test]
async fn nonsense_is_complained_about_and_survived() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    for text in ["{", "[]", "{}", r#"{"type":"result"}"#, r#"{"type":7}"#] {
        device.send_message(Message::text(text)).await;
        let complaint = device.hear_a("error").await;
        assert!(!complaint["error"].as_str().unwrap().is_empty(), "{text}");
    }
    // A kind that nobody knows is passed over, and an answer to nothing is taken off the device.
    device.send(&json!({ "type": "telemetry" })).await;
    let nothing = json!({ "command_id": "never-sent" });
    device.succeed(&nothing, json!({})).await;
    assert_eq!(
        device.hear_a("result_ack").await["command_id"],
        "never-sent"
    );
}

#[tokio::test]
async fn what_no_socket_may_carry_ends_it() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    device.send_message(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(device.closed().await, 1003);

    let mut device = Device::join(&scene, "pc").await;
    let large = "x".repeat(8 * 1024 * 1024 + 1);
    device.try_send_message(Message::text(large)).await;
    assert_eq!(device.closed().await, 1009);
}

#[tokio::test]
async fn a_chatty_device_is_told_and_read_slowly() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    for _ in 0..101 {
        device.send(&json!({ "type": "heartbeat" })).await;
    }
    // The hello was the first of the hundred.
    for _ in 0..99 {
        device.hear_a("heartbeat_ack").await;
    }
    let complaint = device.hear_a("error").await;
    assert!(
        complaint["error"]
            .as_str()
            .unwrap()
            .starts_with("rate limit")
    );
    // Nothing is lost: the rest is read as the budget refills.
    device.hear_a("heartbeat_ack").await;
    device.hear_a("heartbeat_ack").await;
}

#[tokio::test]
async fn a_newer_connection_takes_over() {
    let scene = Scene::start().await;
    let mut old = Device::join(&scene, "pc").await;
    let mut new = Device::join(&scene, "pc").await;
    assert_eq!(old.closed().await, 4009);
    drop(old);
    // The old one's end must not have taken the new one off the list.
    let body = json!({ "device_node_id": "pc", "title": "Tea", "body": "" });
    let pending = scene.post("/api/devices/notification", scene.key("intern"), &body);
    let pending = pending.await;
    let command = new.hear_a("command").await;
    new.succeed(&command, json!({})).await;
    assert_eq!(pending.reply().await.status, 200);
}

#[tokio::test]
async fn a_device_id_belongs_to_its_first_owner() {
    let scene = Scene::start().await;
    Device::join(&scene, "pc").await;
    let scene = scene
        .restart(|books| {
            books.change(
                "INSERT INTO accounts (id, name, role, created_at)
                     VALUES ('another', 'Another', 'member', 0);
                 UPDATE devices SET account = 'another';",
            );
        })
        .await;
    let mut device = Device::open(&scene).await;
    let hello = json!({ "type": "register", "device_node_id": "pc" });
    device.send(&hello).await;
    assert_eq!(device.closed().await, 1008);

    // Nor may its first guest look at it or command it.
    let token = &scene.owner_token;
    for path in ["/api/devices/pc", "/api/devices/pc/audit"] {
        assert_eq!(scene.get(path, token).await.verdict(), (403, "forbidden"));
    }
    assert_eq!(scene.get("/api/devices", token).await.body, json!([]));
    let body = json!({ "device_node_id": "pc", "title": "Tea", "body": "" });
    let pending = scene.post("/api/devices/notification", token, &body).await;
    assert_eq!(pending.reply().await.verdict(), (403, "forbidden"));
}
