//! What the hub tells as it happens, as server-sent events.

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpStream,
};

use crate::scene::Scene;

/// A stream of server-sent events, as it comes in chunks.
pub(crate) struct Stream(BufReader<TcpStream>);

impl Stream {
    pub(crate) async fn open(scene: &Scene, path: &str, credential: &str, more: &[&str]) -> Self {
        let pending = scene
            .send(&format!("GET {path}"), credential, more, "")
            .await;
        let mut stream = Self(pending.stream());
        let head = stream.until("").await;
        assert!(head[0].starts_with("HTTP/1.1 200"), "{head:?}");
        for said in ["content-type: text/event-stream", "x-accel-buffering: no"] {
            assert!(head.iter().any(|line| line == said), "{head:?}");
        }
        stream
    }

    /// The lines until one that is so.
    pub(crate) async fn until(&mut self, last: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            let read = self.0.read_line(&mut line).await.unwrap();
            assert!(read > 0, "the stream ended after {lines:?}");
            let line = line.trim_end().to_owned();
            if line == last {
                return lines;
            }
            lines.push(line);
        }
    }

    /// The next event.
    pub(crate) async fn next(&mut self) -> Value {
        let next = async {
            loop {
                let mut line = String::new();
                let read = self.0.read_line(&mut line).await.unwrap();
                assert!(read > 0, "the stream ended");
                if let Some(data) = line.strip_prefix("data: ") {
                    return serde_json::from_str(data).unwrap();
                }
            }
        };
        let patience = std::time::Duration::from_secs(10);
        tokio::time::timeout(patience, next).await.unwrap()
    }

    pub(crate) async fn next_of(&mut self, kind: &str) -> Value {
        let event = self.next().await;
        assert_eq!(event["type"], kind, "{event}");
        event
    }

    /// What is said until the hub hangs up.
    pub(crate) async fn rest(&mut self) -> String {
        let mut rest = String::new();
        let read = tokio::io::AsyncReadExt::read_to_string(&mut self.0, &mut rest);
        let patience = std::time::Duration::from_secs(10);
        tokio::time::timeout(patience, read).await.unwrap().unwrap();
        rest
    }
}
