//! Somebody who calls over REST, on a connection that is kept.

use std::time::Instant;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::measured::Measured;

/// The caller.
pub(crate) struct Caller {
    stream: TcpStream,
    head: String,
    answer: Vec<u8>,
}

impl Caller {
    pub(crate) async fn new(hub: &Measured) -> Self {
        let stream = TcpStream::connect(hub.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            head: format!(
                " HTTP/1.1\r\nHost: {}\r\n\
                 Authorization: Bearer {}\r\nContent-Type: application/json\r\n",
                hub.address, hub.owner_token
            ),
            answer: Vec::new(),
        }
    }

    /// Has a device notified; says how many seconds that took.
    pub(crate) async fn notify(&mut self, device: &str) -> f64 {
        let body = format!(r#"{{"device_node_id":"{device}","title":"Tea","body":"is ready"}}"#);
        self.post("/api/devices/notification", &body).await
    }

    /// Has a device take a picture; says how many seconds that took.
    pub(crate) async fn snap(&mut self, device: &str) -> f64 {
        let body = format!(r#"{{"device_node_id":"{device}"}}"#);
        self.post("/api/devices/camera/snap", &body).await
    }

    async fn post(&mut self, path: &str, body: &str) -> f64 {
        let (head, length) = (&self.head, body.len());
        let request = format!("POST {path}{head}Content-Length: {length}\r\n\r\n{body}");
        let begun = Instant::now();
        self.stream.write_all(request.as_bytes()).await.unwrap();
        self.answer.clear();
        while !is_whole(&self.answer) {
            let read = self.stream.read_buf(&mut self.answer).await.unwrap();
            assert!(read > 0, "it hung up");
        }
        let took = begun.elapsed().as_secs_f64();
        assert!(
            self.answer.starts_with(b"HTTP/1.1 200 "),
            "{}",
            String::from_utf8_lossy(&self.answer)
        );
        took
    }
}

/// Whether an answer is all there.
fn is_whole(answer: &[u8]) -> bool {
    // Looked for rather than parsed: a caller must cost less than what it measures.
    let Ok(answer) = std::str::from_utf8(answer) else {
        return false;
    };
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return false;
    };
    let (_, length) = head.split_once("content-length: ").unwrap();
    let (length, _) = length.split_once("\r\n").unwrap_or((length, ""));
    body.len() >= length.parse().unwrap()
}
