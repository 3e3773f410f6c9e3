//! The programs that each wire's devices really run, as far as a hub can tell them apart: what they
//! send, byte for byte where that is known, and what they need to hear.

mod adiuva;
mod angela;
mod archety;
mod atom;
mod blueprint;
mod manuals;
mod others;
mod slow;

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error, Message, client::IntoClientRequest as _, http::HeaderName, http::HeaderValue,
    },
};

use crate::{
    http::{self, Reply},
    scene::Scene,
};

/// Long enough for a busy machine, short enough to notice.
const PATIENCE: Duration = Duration::from_secs(10);

/// A program with a socket.
pub(super) struct Peer {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Peer {
    pub(super) async fn connect(scene: &Scene, target: &str) -> Self {
        Self::connect_with(scene, target, &[]).await.unwrap()
    }

    /// Or the status with which it was refused.
    pub(super) async fn connect_with(
        scene: &Scene,
        target: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, u16> {
        let url = format!("ws://{}{target}", scene.address);
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).unwrap();
            request
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self { socket }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Sends a frame as it stands.
    pub(super) async fn say(&mut self, text: &str) {
        self.say_message(Message::text(text)).await;
    }

    pub(super) async fn say_message(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    /// The next frame.
    pub(super) async fn hear(&mut self) -> Value {
        let next = tokio::time::timeout(PATIENCE, self.hear_whenever());
        next.await.expect("the hub says something in time")
    }

    /// The next frame, for tests in which hours pass at once.
    pub(super) async fn hear_whenever(&mut self) -> Value {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("expected a frame, got {other:?}"),
            }
        }
    }

    /// The next frame, which must be of that type.
    pub(super) async fn hear_a(&mut self, kind: &str) -> Value {
        let frame = self.hear().await;
        assert_eq!(frame["type"], kind, "{frame}");
        frame
    }

    /// The code and the reason with which the hub closes next.
    pub(super) async fn closed(&mut self) -> (u16, String) {
        let closed = tokio::time::timeout(PATIENCE, self.closed_whenever());
        closed.await.expect("the hub closes in time")
    }

    pub(super) async fn closed_whenever(&mut self) -> (u16, String) {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Close(Some(close)))) => {
                    return (close.code.into(), close.reason.to_string());
                }
                Some(Ok(_)) => {}
                other => panic!("expected a close frame, got {other:?}"),
            }
        }
    }

    pub(super) async fn close(mut self) {
        let _ = self.socket.close(None).await;
    }
}

/// Posts a body as it stands.
pub(super) async fn post(scene: &Scene, path: &str, headers: &[&str], body: &str) -> Reply {
    let host = scene.host();
    let mut all = vec![host.as_str(), "Connection: close"];
    all.push("Content-Type: application/json");
    all.extend(headers);
    let pending = http::send(scene.address, &format!("POST {path}"), &all, body).await;
    pending.reply().await
}

/// Waits until a look shows what is expected: what a socket's end sets off takes a moment.
pub(super) async fn until<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let seen = tokio::time::timeout(PATIENCE, looking);
    seen.await.expect("it comes about in time")
}
