//! What those who look on hear, over both transports.

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use crate::{device::Device, scene::Scene, stream::Stream};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Looks on over a WebSocket.
async fn look(scene: &Scene, credential: &str) -> Socket {
    let url = format!("ws://{}/api/events/ws", scene.address);
    let mut request = url.into_client_request().unwrap();
    let bearer = format!("Bearer {credential}").parse().unwrap();
    request.headers_mut().insert("Authorization", bearer);
    connect_async(request).await.unwrap().0
}

/// The code with which it is closed.
async fn closed(socket: &mut Socket) -> u16 {
    loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Close(Some(close)) => return close.code.into(),
            Message::Close(None) => panic!("a close without a reason"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_command_is_told_of_from_its_beginning_to_its_end() {
    let scene = Scene::start().await;
    let mut stream = Stream::open(&scene, "/api/events", &scene.owner_token, &[]).await;
    stream.next_of("ready").await;
    // An agent hears of devices, and of what it asked for itself.
    let mut other = Stream::open(&scene, "/api/events", scene.key("student"), &[]).await;
    other.next_of("ready").await;
    let mut device = Device::join(&scene, "pc").await;
    let connected = stream.next_of("device.connected").await;
    assert_eq!(connected["data"], json!({ "device_id": "pc" }));

    let body = json!({ "device_node_id": "pc", "title": "A secret", "body": "" });
    let pending = scene
        .post("/api/devices/notification", scene.key("intern"), &body)
        .await;
    let command = device.hear_a("command").await;
    let id = &command["command_id"];
    let created = stream.next_of("command.created").await;
    assert_eq!(created["data"]["command_id"], *id);
    assert_eq!(created["data"]["agent_id"], "intern");
    assert_eq!(created["data"]["action_type"], "send_notification");
    assert!(!created.to_string().contains("secret"), "{created}");
    for (command, state) in [(json!("another"), "running"), (id.clone(), "waiting")] {
        device
            .send(&json!({
                "type": "progress",
                "command_id": command,
                "state": state,
                "timestamp": "2026-02-01T12:00:01Z",
            }))
            .await;
    }
    // Nothing is said of a command that nobody asked of this device.
    let progress = stream.next_of("command.progress").await;
    assert_eq!(progress["data"]["state"], "waiting");
    stream.next_of("approval.pending").await;
    device.succeed(&command, json!({})).await;
    let settled = stream.next_of("command.settled").await;
    assert_eq!(settled["data"]["success"], true);
    assert_eq!(settled["data"]["late"], false);
    pending.reply().await;
    drop(device);
    stream.next_of("device.disconnected").await;
    other.next_of("device.connected").await;
    other.next_of("device.disconnected").await;

    // Whoever comes back gets what it missed, and nothing else.
    let after = format!("Last-Event-ID: {}", progress["id"].as_str().unwrap());
    let mut stream = Stream::open(&scene, "/api/events", scene.key("intern"), &[&after]).await;
    assert_eq!(stream.next_of("ready").await["id"], progress["id"]);
    for kind in ["approval.pending", "command.settled", "device.disconnected"] {
        stream.next_of(kind).await;
    }
    // After a restart nobody knows what was.
    let scene = scene.restart(|_| {}).await;
    let mut stream = Stream::open(&scene, "/api/events", scene.key("student"), &[&after]).await;
    stream.next_of("ready").await;
    stream.next_of("reset").await;
}

#[tokio::test]
async fn another_account_hears_nothing_and_an_ended_key_no_more() {
    let scene = Scene::start().await;
    let register = json!({ "email": "b@example.org", "password": "a long enough password" });
    let other = scene
        .post("/api/auth/register", "", &register)
        .await
        .reply()
        .await;
    let token = other.body["access_token"].as_str().unwrap().to_owned();
    let agent = json!({ "name": "Theirs" });
    let agent = scene
        .post("/api/agents", &token, &agent)
        .await
        .reply()
        .await;
    let key = agent.body["key"].as_str().unwrap().to_owned();
    let mut theirs = Stream::open(&scene, "/api/events", &key, &[]).await;
    theirs.next_of("ready").await;
    let mine = Device::join(&scene, "pc").await;
    let path = format!("DELETE /api/agents/{}", agent.body["id"].as_str().unwrap());
    let mut device = Device::open_with(&scene, &token).await;
    device.register("theirs", &[]).await;
    let connected = theirs.next_of("device.connected").await;
    assert_eq!(connected["data"]["device_id"], "theirs");

    let mut socket = look(&scene, &key).await;
    socket.next().await.unwrap().unwrap();
    let gone = scene.send(&path, &token, &[], "").await.reply().await;
    assert_eq!(gone.status, 200, "{gone:?}");
    drop(device);
    assert_eq!(closed(&mut socket).await, 1008);
    let rest = theirs.rest().await;
    assert!(!rest.contains("device.disconnected"), "{rest}");
    let refused = scene.get("/api/events", &key).await;
    assert_eq!(refused.verdict(), (401, "unauthorized"));
    drop(mine);
}

#[tokio::test]
async fn the_same_is_told_over_a_websocket() {
    let scene = Scene::start().await;
    let url = format!("ws://{}/api/events/ws", scene.address);
    let nobody = connect_async(&url).await;
    assert!(nobody.is_err(), "nobody is let in unnamed");
    let mut socket = look(&scene, scene.key("intern")).await;
    let _device = Device::join(&scene, "pc").await;
    let mut kinds = Vec::new();
    while kinds.len() < 2 {
        if let Message::Text(text) = socket.next().await.unwrap().unwrap() {
            let event: Value = serde_json::from_str(&text).unwrap();
            kinds.push(event["type"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(kinds, ["ready", "device.connected"]);
    scene.stop().await;
    assert_eq!(closed(&mut socket).await, 1012);
}
