//! A device that says exactly what a test tells it to.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message},
};

use crate::scene::Scene;

pub(crate) const EXTENSIONS: [&str; 6] = [
    "agent",
    "deadline",
    "cancel",
    "progress",
    "result_ack",
    "screenshot",
];

/// Long enough for a busy machine, short enough to notice.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Device {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Device {
    /// Opens a socket and says nothing.
    pub(crate) async fn open(scene: &Scene) -> Self {
        Self::open_with(scene, &scene.device_token).await
    }

    pub(crate) async fn open_with(scene: &Scene, token: &str) -> Self {
        Self::open_as(scene, "/api/devices/ws", token).await
    }

    /// Opens a socket of another wire.
    pub(crate) async fn open_at(scene: &Scene, path: &str) -> Self {
        Self::open_as(scene, path, &scene.device_token).await
    }

    async fn open_as(scene: &Scene, path: &str, token: &str) -> Self {
        let url = format!("ws://{}{path}?token={token}", scene.address);
        let (socket, _) = connect_async(url).await.unwrap();
        Self { socket }
    }

    /// A device that speaks the extensions.
    pub(crate) async fn join(scene: &Scene, id: &str) -> Self {
        let mut device = Self::open(scene).await;
        device.register(id, &EXTENSIONS).await;
        device
    }

    pub(crate) async fn register(&mut self, id: &str, extensions: &[&str]) -> [Value; 2] {
        self.send(&json!({
            "type": "register",
            "device_node_id": id,
            "device_info": {
                "name": format!("The {id}"),
                "node_type": "desktop_linux",
                "platform": "linux",
                "capabilities": ["notification"],
                "extensions": extensions,
                "capabilities_detailed": { "camera": { "count": 1 } },
                "colour": "grey",
            },
        }))
        .await;
        let connected = self.hear().await;
        assert_eq!(connected["type"], "connected", "{connected}");
        let registered = self.hear().await;
        assert_eq!(registered["type"], "registered", "{registered}");
        [connected, registered]
    }

    pub(crate) async fn send(&mut self, frame: &Value) {
        self.send_message(Message::text(frame.to_string())).await;
    }

    pub(crate) async fn send_message(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    /// Sends however much of a message the hub takes.
    pub(crate) async fn try_send_message(&mut self, message: Message) {
        let _ = self.socket.send(message).await;
    }

    /// The next frame.
    pub(crate) async fn hear(&mut self) -> Value {
        match self.next().await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => panic!("expected a frame, got {other:?}"),
        }
    }

    /// The next frame, which must be of that type.
    pub(crate) async fn hear_a(&mut self, kind: &str) -> Value {
        let frame = self.hear().await;
        assert_eq!(frame["type"], kind, "{frame}");
        frame
    }

    /// The code with which the hub closes next.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            match self.next().await {
                Some(Ok(Message::Close(Some(close)))) => return close.code.into(),
                Some(Ok(_)) => {}
                other => panic!("expected a close frame, got {other:?}"),
            }
        }
    }

    /// Answers a command with success.
    pub(crate) async fn succeed(&mut self, command: &Value, data: Value) {
        self.send(&json!({
            "type": "result",
            "command_id": command["command_id"],
            "success": true,
            "data": data,
            "timestamp": "2026-02-01T12:00:02Z",
        }))
        .await;
    }

    /// Answers a command with a failure.
    pub(crate) async fn refuse(&mut self, command: &Value, code: &str, error: &str) {
        self.send(&json!({
            "type": "result",
            "command_id": command["command_id"],
            "success": false,
            "code": code,
            "error": error,
        }))
        .await;
    }

    /// Hears a command and answers it with success.
    pub(crate) async fn obey(&mut self, data: Value) -> Value {
        let command = self.hear_a("command").await;
        self.succeed(&command, data).await;
        self.hear_a("result_ack").await;
        command
    }

    async fn next(&mut self) -> Option<Result<Message, Error>> {
        let next = tokio::time::timeout(PATIENCE, self.socket.next());
        next.await.expect("the hub says something in time")
    }
}
