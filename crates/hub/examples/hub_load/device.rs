//! A device as the benchmark plays it: it answers at once and costs little.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::{
    net::TcpStream,
    sync::Semaphore,
    task::JoinSet,
    time::{interval, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};
use tokio_util::sync::CancellationToken;

pub(crate) type Device = WebSocketStream<TcpStream>;

/// As often as the wire wants it.
pub(crate) const HEARTBEAT_EVERY: Duration = Duration::from_secs(30);
pub(crate) const HEARTBEAT: &str = r#"{"type":"heartbeat","timestamp":"2026-02-02T10:00:30Z"}"#;
/// A device may say 100 things in a minute; these many commands for each leave room for the rest.
pub(crate) const ANSWERS_EACH: usize = 85;
/// So many connect at the same moment.
const AT_ONCE: usize = 1_000;

/// Connects a device and has it registered.
pub(crate) async fn join(address: SocketAddr, token: &str, name: &str) -> Option<Device> {
    let stream = TcpStream::connect(address).await.ok()?;
    stream.set_nodelay(true).ok()?;
    // Thousands of these live in this process.
    let config = WebSocketConfig::default()
        .read_buffer_size(4 * 1024)
        .write_buffer_size(0);
    let url = format!("ws://{address}/api/devices/ws?token={token}");
    let (mut device, _) = client_async_with_config(url, stream, Some(config))
        .await
        .ok()?;
    let hello = json!({
        "type": "register",
        "device_node_id": name,
        "device_info": {
            "name": name,
            "node_type": "desktop_linux",
            "platform": "linux",
            "capabilities": ["notification", "camera"],
            "extensions": [],
        },
    });
    device.send(Message::text(hello.to_string())).await.ok()?;
    loop {
        if let Message::Text(text) = device.next().await?.ok()?
            && text.contains("\"registered\"")
        {
            return Some(device);
        }
    }
}

/// Connects so many devices, many of them at once. What comes out is nothing where one failed.
pub(crate) fn join_many(
    address: SocketAddr,
    token: &str,
    name: &str,
    count: usize,
) -> JoinSet<Option<Device>> {
    let doors = Arc::new(Semaphore::new(AT_ONCE));
    let mut joining = JoinSet::new();
    for number in 0..count {
        let (doors, token) = (Arc::clone(&doors), token.to_owned());
        let name = format!("{name}-{number}");
        joining.spawn(async move {
            let _turn = doors.acquire().await.unwrap();
            let joined = timeout(Duration::from_mins(1), join(address, &token, &name));
            joined.await.ok()?
        });
    }
    joining
}

/// Answers every command with success.
pub(crate) async fn answer(device: Device, stop: CancellationToken) {
    answer_with(device, "{}".to_owned(), stop).await;
}

/// Answers every command with that, and is never silent for so long that it would be given up.
pub(crate) async fn answer_with(mut device: Device, data: String, stop: CancellationToken) {
    let mut beats = interval(HEARTBEAT_EVERY);
    loop {
        let heard = tokio::select! {
            heard = stop.run_until_cancelled(device.next()) => heard,
            _ = beats.tick() => {
                if device.send(Message::text(HEARTBEAT)).await.is_err() {
                    return;
                }
                continue;
            }
        };
        let Some(Some(Ok(message))) = heard else {
            return;
        };
        let Message::Text(text) = message else {
            continue;
        };
        // Looked for rather than parsed: a device must cost less than what it measures.
        let Some(id) = after(&text, "\"command_id\"") else {
            continue;
        };
        let result = format!(
            r#"{{"type":"result","command_id":"{id}","success":true,"data":{data},"timestamp":"2026-02-01T12:00:02Z"}}"#
        );
        if device.send(Message::text(result)).await.is_err() {
            return;
        }
    }
}

/// The text that follows a key.
fn after<'a>(frame: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = frame.split_once(key)?;
    rest.split('"').nth(1)
}
