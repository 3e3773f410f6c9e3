//! The least HTTP client that can say everything, also what no good client would say.

use std::{fmt::Write as _, net::SocketAddr};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl Reply {
    /// The status and our code for it.
    pub(crate) fn verdict(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }

    pub(crate) fn detail(&self) -> &str {
        self.body["detail"].as_str().unwrap_or_default()
    }
}

/// A request, sent and not answered yet. Dropping it closes the socket.
pub(crate) struct Pending(TcpStream);

/// Sends a request as it stands: nothing is added but the length.
pub(crate) async fn send(
    address: SocketAddr,
    start: &str,
    headers: &[&str],
    body: &str,
) -> Pending {
    let mut text = format!("{start} HTTP/1.1\r\n");
    for header in headers {
        write!(text, "{header}\r\n").unwrap();
    }
    write!(text, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that refuses early may close before it has read everything.
    let _ = stream.write_all(text.as_bytes()).await;
    Pending(stream)
}

impl Pending {
    /// Reads until the server closes.
    pub(crate) async fn text(mut self) -> String {
        let mut text = String::new();
        self.0.read_to_string(&mut text).await.unwrap();
        text
    }

    /// Reads the status and the head only; the body may never end.
    pub(crate) async fn head(self) -> (u16, String) {
        let mut stream = BufReader::new(self.0);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = stream.read_line(&mut head).await.unwrap();
            assert!(read > 0, "the connection ended within {head:?}");
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head)
    }

    /// Reads the body as it is, to the end of the connection.
    pub(crate) async fn raw(self) -> (u16, String, Vec<u8>) {
        let mut all = Vec::new();
        let mut stream = self.0;
        stream.read_to_end(&mut all).await.unwrap();
        let end = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let body = all.split_off(end);
        let head = String::from_utf8(all).unwrap().to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, body)
    }

    /// The connection itself, to read on.
    pub(crate) fn stream(self) -> BufReader<TcpStream> {
        BufReader::new(self.0)
    }

    /// Reads one answer, however the server leaves the connection.
    pub(crate) async fn reply(self) -> Reply {
        self.reply_to("").await
    }

    /// The same, to a request of that method: to `HEAD` nothing follows the head.
    pub(crate) async fn reply_to(self, method: &str) -> Reply {
        let mut stream = BufReader::new(self.0);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = stream.read_line(&mut head).await.unwrap();
            assert!(read > 0, "the connection ended within {head:?}");
        }
        let head = head.to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .filter(|_| method != "head")
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        let status = head.split(' ').nth(1).unwrap();
        Reply {
            status: status.parse().unwrap(),
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
            head,
        }
    }
}
